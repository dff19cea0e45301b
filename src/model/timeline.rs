//! Which posts are read together, and from where on.

use super::{Nickname, Timestamp, UserId, case_fold};

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
            Self::Tag(tag) => format!("tag {}", case_fold(tag)),
            Self::Search(query) => format!("search {query}"),
        }
    }
}

/// A place in a timeline: the [key](super::Post::key) of a post is one of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStart {
    /// From the newest post on.
    Newest,
    /// From the oldest post on, backwards.
    Oldest,
    /// The posts older than this one.
    Before(Timestamp),
    /// The posts newer than this one, the nearest of them first found.
    After(Timestamp),
}

#[cfg(test)]
mod tests {
    use super::Timeline::{self, All, Bookmarks, Home, Likes, Mentions, Replies, Search, Tag, User};
    use crate::model::{Nickname, UserId};

    /// What was read is kept under these names from version to version.
    #[test]
    fn read_state_is_kept_under_the_same_name_whatever_a_user_or_a_tag_is_called() {
        let (ana, id) = (Nickname::parse("ana").unwrap(), UserId(7));
        let timelines: [(Timeline, &str); 9] = [
            (Home(id), "home"),
            (All, "all"),
            (User(id, ana.clone()), "user 7"),
            (Replies(id, ana.clone()), "replies 7"),
            (Likes(id, ana), "likes 7"),
            (Mentions(id), "mentions"),
            (Bookmarks(id), "bookmarks"),
            (Tag("Straße".to_owned()), "tag strasse"),
            (Search("a b".to_owned()), "search a b"),
        ];
        for (timeline, name) in timelines {
            assert_eq!(timeline.key(), name);
        }
    }
}
