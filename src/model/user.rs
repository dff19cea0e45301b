//! Who writes.

use super::{AboutMe, DisplayName, Email, Home, Nickname, Timestamp};

/// A user's number in the store; never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub i64);

/// A user as the store knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their number.
    pub id: UserId,
    /// The name they go by.
    pub nickname: Nickname,
    /// Their address, if they gave one.
    pub email: Option<Email>,
    /// Their name as they want it shown.
    pub display_name: Option<DisplayName>,
    /// What they say of themselves.
    pub about_me: Option<AboutMe>,
    /// When they were added; unknown for users older than the column.
    pub created_at: Option<Timestamp>,
    /// When they last wrote or were switched to.
    pub last_seen: Option<Timestamp>,
    /// How many posts they have.
    pub posts: u64,
    /// What names them in the world that they were brought in from: the address of their feed or profile.
    pub url: Option<String>,
    /// Where they write.
    pub home: Home,
}

/// A user to be added, and what of a user can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The name they go by.
    pub nickname: Nickname,
    /// Their address, if they give one.
    pub email: Option<Email>,
    /// Their name as they want it shown.
    pub display_name: Option<DisplayName>,
    /// What they say of themselves.
    pub about_me: Option<AboutMe>,
}

impl NewUser {
    /// A user of whom only the nickname is known.
    #[must_use]
    pub fn named(nickname: Nickname) -> Self {
        Self { nickname, email: None, display_name: None, about_me: None }
    }
}
