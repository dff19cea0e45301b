//! Which posts are read together, and from where on.

use super::{Nickname, Timestamp, UserId, fold};

/// Posts that are read together, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timeline {
    /// Posts and boosts of those whom a user follows, and their own.
    Home(UserId),
    /// Everybody's posts.
    All,
    /// The posts and boosts of one user.
    User(UserId, Nickname),
    /// The answers of one user.
    Replies(UserId, Nickname),
    /// The posts that one user likes.
    Likes(UserId, Nickname),
    /// The posts that mention a user.
    Mentions(UserId),
    /// The posts that a user kept for themselves.
    Bookmarks(UserId),
    /// The posts of a tag, without `#`, as it was asked for.
    Tag(String),
    /// The posts that a search finds.
    Search(String),
}

impl Timeline {
    /// The name under which read state is kept: the same for the same posts, whatever a user or tag is called.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Home(_) => "home".to_owned(),
            Self::All => "all".to_owned(),
            Self::User(id, _) => format!("user {}", id.0),
            Self::Replies(id, _) => format!("replies {}", id.0),
            Self::Likes(id, _) => format!("likes {}", id.0),
            Self::Mentions(_) => "mentions".to_owned(),
            Self::Bookmarks(_) => "bookmarks".to_owned(),
            Self::Tag(tag) => format!("tag {}", fold(tag)),
            Self::Search(query) => format!("search {query}"),
        }
    }
}

/// A place in a timeline: the [key](super::Post::key) of a post is one of its own.
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
