//! Which posts are read together, and from where on.

use super::{Nickname, Timestamp, UserId};

/// Posts that are read together, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timeline {
    /// Everybody's posts.
    All,
    /// The posts of one user.
    User(UserId, Nickname),
}

/// A place in a timeline. Times are unique among posts, so one is a place of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// From the newest post on.
    Newest,
    /// From the oldest post on, backwards.
    Oldest,
    /// The posts older than this one.
    Before(Timestamp),
    /// The posts newer than this one, the nearest of them first found.
    After(Timestamp),
}
