//! The client API of Mastodon, which many servers of the Fediverse offer: calls of a server, and its answers as types.
//!
//! It knows neither the database nor the screens. Ids are texts of any form, and are never compared as numbers. Answers
//! are by strangers: a field that is absent or of another kind is as if it were empty, and an item without an id is left out.

mod account;
mod client;
mod error;
mod instance;
mod json;
mod notification;
mod oauth;
mod page;
mod poll;
mod read;
mod server;
mod status;
mod write;

pub use account::{Account, Relationship};
pub use client::Client;
pub use error::ApiError;
pub use instance::Instance;
pub use notification::Notice;
pub use oauth::App;
pub use page::{Page, Paging};
pub use read::Context;
pub use server::Server;
pub use status::{Counts, Status};
pub use write::{Media, NewPoll, StatusDraft};
