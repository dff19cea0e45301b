//! Users.

use super::{AboutMe, DisplayName, Email, Nickname, Timestamp, UserKind};

/// A user's id in the store; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub i64);

/// A stored user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their nickname.
    pub nickname: Nickname,
    /// Their email address, if they gave one.
    pub email: Option<Email>,
    /// Their display name.
    pub display_name: Option<DisplayName>,
    /// Their profile text.
    pub about_me: Option<AboutMe>,
    /// When they were added; unknown for users from very old databases.
    pub created_at: Option<Timestamp>,
    /// When they last posted or became the active user.
    pub last_seen: Option<Timestamp>,
    /// Number of their posts.
    pub posts: u64,
    /// The URL of the feed or profile they were imported from.
    pub url: Option<String>,
    /// Whether they are local, remote or claimed.
    pub kind: UserKind,
}

#[cfg(test)]
impl User {
    /// Makes a local user without a profile, for tests.
    pub fn named(id: i64, nickname: &str) -> Self {
        Self {
            id: UserId(id),
            nickname: Nickname::stored(nickname.to_owned()),
            email: None,
            display_name: None,
            about_me: None,
            created_at: None,
            last_seen: None,
            posts: 0,
            url: None,
            kind: UserKind::Local,
        }
    }
}

/// A user to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Their nickname.
    pub nickname: Nickname,
    /// Their email address, if they give one.
    pub email: Option<Email>,
    /// Their display name.
    pub display_name: Option<DisplayName>,
    /// Their profile text.
    pub about_me: Option<AboutMe>,
}

impl NewUser {
    /// Creates a user with only a nickname.
    #[must_use]
    pub fn named(nickname: Nickname) -> Self {
        Self { nickname, email: None, display_name: None, about_me: None }
    }
}
