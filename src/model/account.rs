//! Accounts on servers.

use super::{Timestamp, User};

/// An account on a server, as which this program reads and writes there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The user who it is here.
    pub user: User,
    /// Its name on the server, without the host.
    pub name: String,
    /// The host of the server, with its port unless that is the usual one.
    pub server: String,
    /// The id that the server uses for it.
    pub remote_id: String,
    /// Most characters of a post there.
    pub character_limit: u32,
    /// When it was synchronized last, successfully or not.
    pub checked_at: Option<Timestamp>,
    /// When it was synchronized successfully for the last time.
    pub synced_at: Option<Timestamp>,
    /// When it is due again.
    pub next_at: Timestamp,
    /// How often in a row it failed.
    pub failures: u32,
    /// Since when it fails.
    pub failing_since: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<String>,
    /// The server does not accept the token, so nothing is sent until the user logs in again.
    pub needs_login: bool,
}

impl Account {
    /// Returns its address, such as `susan@mastodon.example`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}@{}", self.name, self.server)
    }

    /// Returns its state as one word, for programs: `new`, `ok`, `failing` or `needs_login`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match (self.needs_login, self.failures, self.checked_at) {
            (true, ..) => "needs_login",
            (false, 1.., _) => "failing",
            (false, 0, None) => "new",
            (false, 0, Some(_)) => "ok",
        }
    }

    /// Returns whether it is due. A time of the last check that is still to come means that the clock was put back.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        !self.needs_login && (self.next_at <= now || self.checked_at.is_some_and(|checked| checked > now))
    }
}

/// An account to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its name on the server, without the host.
    pub name: String,
    /// The host of the server, with its port unless that is the usual one.
    pub server: String,
    /// The id that the server uses for it.
    pub remote_id: String,
    /// The address that identifies it everywhere.
    pub uri: String,
    /// Most characters of a post there.
    pub character_limit: u32,
}

/// What synchronizing an account came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCheck {
    /// When it was synchronized.
    pub at: Timestamp,
    /// When it is due again.
    pub next_at: Timestamp,
    /// Why it failed; none if it succeeded.
    pub error: Option<String>,
    /// Whether the server does not accept the token.
    pub needs_login: bool,
}

/// A list of an account on its server that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountList {
    /// The home timeline.
    Home,
    /// Notifications.
    Notifications,
    /// Its own posts.
    Posts,
    /// Its bookmarks.
    Bookmarks,
    /// The posts that it likes.
    Likes,
}

impl AccountList {
    /// Returns the word by which it is stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Notifications => "notifications",
            Self::Posts => "posts",
            Self::Bookmarks => "bookmarks",
            Self::Likes => "likes",
        }
    }
}

/// Posts of a home timeline that were not read from the server, between two that were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountGap {
    /// The time of the oldest post above the gap.
    pub position: Timestamp,
    /// The cursor before which the missing posts are.
    pub before: String,
    /// The cursor after which the missing posts are.
    pub after: String,
}

/// What the server of an account says about a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    /// The id that the server uses for it.
    pub id: String,
    /// Likes on the server.
    pub likes: u64,
    /// Boosts on the server.
    pub boosts: u64,
    /// Replies on the server.
    pub replies: u64,
}
