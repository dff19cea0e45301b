//! Accounts on servers: logging in, access tokens, and what is read for an account.

mod context;
mod convert;
mod login;
mod profile;
mod read;
mod sync;
mod tokens;

use std::sync::Arc;

use super::{Fetcher, SyncError};
use crate::mastodon::{Client, Server};
use crate::model::Account;
pub use context::{FetchedContext, fetch_context};
pub use login::{Login, NewLogin};
pub use profile::{fetch_profile, find_user};
pub use sync::{AccountReport, sync_accounts};
pub use tokens::{TokenError, TokenSource, Tokens};

/// Returns a client that calls the server of an account as that account.
///
/// # Errors
/// When there is no token, or the command that prints it fails.
pub fn connect(fetcher: &Fetcher, tokens: &Tokens, account: &Account) -> Result<Client, SyncError> {
    let server = Server::of_host(&account.server).ok_or_else(|| SyncError::NotAServer(account.server.clone()))?;
    let token = tokens.get(&account.address())?;
    Ok(Client::new(Arc::clone(fetcher.http()), server, Some(token)))
}
