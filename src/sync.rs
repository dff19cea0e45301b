//! Follows feeds over HTTP: turns subscriptions into requests, and what servers answer into posts.
//!
//! Requests run on threads of their own, readers make items of the bytes there, and the caller's thread stores them: each
//! feed in one transaction, so that it is whole or as it was. Nothing is sent unless somebody follows a feed.

mod account;
mod archives;
mod avatars;
mod fetch;
mod follow;
mod hosts;
mod names;
mod outbox;
mod refresh;
mod schedule;

use thiserror::Error;

use crate::mastodon::ApiError;
use crate::net::NetError;
pub use crate::net::{Address, AddressError};
use crate::store::StoreError;
use crate::text::pluralize;
use crate::transfer::fetched::FeedLink;
pub use account::{
    AccountReport, FetchedContext, Login, NewLogin, TokenError, TokenSource, Tokens, connect, fetch_context,
    fetch_profile, find_user, sync_accounts,
};
pub use archives::{Archives, fetch_archives};
pub use fetch::Fetcher;
pub use follow::{Followed, follow};
pub use names::nickname;
pub use outbox::Outcome as DeliveryOutcome;
pub use outbox::{DeliveryOptions, DeliveryReport, DeliverySummary, deliver};
pub use refresh::{FeedReport, LeftOut, NotAsked, Outcome, Summary, refresh, to_refresh};
pub use schedule::Selection;

/// Why a feed could not be followed or refreshed.
#[derive(Debug, Error)]
pub enum SyncError {
    /// The text is not an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The server could not be reached, or refused.
    #[error("{url}: {why}")]
    Net {
        /// The address.
        url: String,
        /// The reason.
        why: NetError,
    },
    /// The settings or `--offline` forbid requests.
    #[error(transparent)]
    Offline(NetError),
    /// What the server sent is not a feed.
    #[error("{url}: {why}")]
    Content {
        /// The address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// A page names several feeds.
    #[error("{url} names {}: choose one with --feed N", pluralize(.feeds.len() as u64, "feed"))]
    SeveralFeeds {
        /// The address of the page.
        url: String,
        /// Its feeds.
        feeds: Vec<FeedLink>,
    },
    /// The database could not be read or written.
    #[error(transparent)]
    Store(Box<StoreError>),
    /// A call of the server of an account failed.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// There is no access token of an account.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The text is not the address of an account.
    #[error("{0:?} is not an account: type one such as susan@mastodon.example")]
    NotAnAccount(String),
    /// The text is not a server.
    #[error("{0:?} is not a server")]
    NotAServer(String),
    /// The user logged in as another account.
    #[error("you logged in as {found}, not as {asked}: log out in the browser, or add {found}")]
    OtherAccount {
        /// The account that was to be added.
        asked: String,
        /// The account that the token is for.
        found: String,
    },
    /// The code that was typed is not the one that the server showed.
    #[error("{0} does not accept this code: copy the whole code that the page shows, and try again")]
    WrongCode(String),
    /// The system has no thread for requests.
    #[error("the system has no thread for requests: {0}")]
    Thread(std::io::Error),
    /// The certificates that `SSL_CERT_FILE` names could not be read.
    #[error("the certificates of SSL_CERT_FILE cannot be read: {0}")]
    Certificates(std::io::Error),
}

impl SyncError {
    /// Returns whether the server does not accept the token of an account, so that the user has to log in again.
    #[must_use]
    pub fn needs_login(&self) -> bool {
        matches!(self, Self::Api(ApiError::Unauthorized { .. }))
    }
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}
