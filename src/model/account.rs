//! Accounts on servers.

use super::{Audience, NotificationKind, Poll, RemotePost, RemoteUser, Timestamp, User};

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
    /// How many characters each link of a post counts as there; none if links count as they are.
    pub characters_per_link: Option<u32>,
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
    /// The audiences that the server replaced by larger ones when it published a post.
    pub widened: Vec<Audience>,
    /// Where posts of its home timeline are missing: the times of the oldest posts above each gap.
    pub gaps: Vec<Timestamp>,
}

impl Account {
    /// Returns its address, such as `susan@mastodon.example`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}@{}", self.name, self.server)
    }

    /// Returns its state.
    #[must_use]
    pub fn state(&self) -> AccountState {
        match (self.needs_login, self.failures, self.checked_at) {
            (true, ..) => AccountState::NeedsLogin,
            (false, 1.., _) => AccountState::Failing,
            (false, 0, None) => AccountState::New,
            (false, 0, Some(_)) => AccountState::Ok,
        }
    }

    /// Returns whether it is due. A time of the last check that is still to come means that the clock was put back.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        !self.needs_login && (self.next_at <= now || self.checked_at.is_some_and(|checked| checked > now))
    }
}

/// How the last synchronization of an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// It was not synchronized yet.
    New,
    /// It was synchronized.
    Ok,
    /// It could not be synchronized.
    Failing,
    /// Its server does not accept the access token.
    NeedsLogin,
}

impl AccountState {
    /// Returns its name for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::NeedsLogin => "needs_login",
        }
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
    /// How many characters each link of a post counts as there; none if links count as they are.
    pub characters_per_link: Option<u32>,
}

/// The result of synchronizing an account.
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
    /// The users whom it follows. Its cursor is the time at which they were read.
    Follows,
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
            Self::Follows => "follows",
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
    /// Its poll.
    pub poll: Option<Box<Poll>>,
}

/// A user whom the server of an account names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountUser {
    /// The user.
    pub user: RemoteUser,
    /// The address of their page, where their feed is too, if it is on the host that identifies them.
    pub page: Option<String>,
    /// The address of their avatar.
    pub avatar: Option<String>,
}

/// A status that was read from the server of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountStatus {
    /// The post. Its author is among the users of the page.
    pub post: RemotePost,
    /// The boosted status, if it is a boost.
    pub boosted: Option<Box<AccountStatus>>,
    /// What the server says about it.
    pub server: ServerStatus,
    /// The id that the server uses for the status that it replies to.
    pub parent_id: Option<String>,
}

/// A notification that was read from the server of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNotice {
    /// What happened. A reply is a mention there.
    pub kind: NotificationKind,
    /// When it happened.
    pub at: Timestamp,
    /// The address that identifies the user who caused it, who is among the users of the page.
    pub actor: String,
    /// The status that it is about.
    pub status: Option<AccountStatus>,
}

/// A page that was read from the server of an account. It is stored whole, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPage {
    /// The list that it belongs to; none for posts around another one.
    pub list: Option<AccountList>,
    /// The users whom it names.
    pub users: Vec<AccountUser>,
    /// Its statuses, the oldest first.
    pub statuses: Vec<AccountStatus>,
    /// Its notifications, the oldest first.
    pub notices: Vec<AccountNotice>,
    /// Users whom the account follows.
    pub follows: Vec<String>,
    /// The cursor after which newer items are, if it is to be stored.
    pub newest: Option<String>,
    /// What becomes of a gap in the home timeline.
    pub gap: GapChange,
    /// Whether the list is read for the first time: then only its newest posts are unread.
    pub is_first: bool,
}

impl AccountPage {
    /// Returns an empty page of a list.
    #[must_use]
    pub fn new(list: Option<AccountList>) -> Self {
        Self {
            list,
            users: Vec::new(),
            statuses: Vec::new(),
            notices: Vec::new(),
            follows: Vec::new(),
            newest: None,
            gap: GapChange::None,
            is_first: false,
        }
    }
}

/// What a page does to a gap in the home timeline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum GapChange {
    /// Nothing.
    #[default]
    None,
    /// It leaves one below itself, between these cursors.
    Add {
        /// The cursor before which the missing posts are.
        before: String,
        /// The cursor after which the missing posts are.
        after: String,
    },
    /// It fills the lower part of this gap, up to another cursor.
    Shrink(AccountGap, String),
    /// It fills this gap.
    Close(AccountGap),
}
