//! Timelines, and positions in them.

use super::{Nickname, Timestamp, UserId, case_fold};

/// A list of posts, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timeline {
    /// A user's own posts, and the posts and boosts of users they follow.
    Home(UserId),
    /// Everyone's posts.
    All,
    /// One user's posts and boosts.
    User(UserId, Nickname),
    /// One user's replies.
    Replies(UserId, Nickname),
    /// The posts that a user likes.
    Likes(UserId, Nickname),
    /// Posts that mention a user.
    Mentions(UserId),
    /// A user's bookmarks.
    Bookmarks(UserId),
    /// Posts and boosts of the members of a user's list with this name.
    List(UserId, String),
    /// Posts with a tag, given without `#`.
    Tag(String),
    /// Results of a search.
    Search(String),
}

impl Timeline {
    /// Returns the key under which read state is stored. It does not change when a user is renamed.
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
            Self::List(_, name) => format!("list {}", case_fold(name)),
            Self::Tag(tag) => format!("tag {}", case_fold(tag)),
            Self::Search(query) => format!("search {query}"),
        }
    }

    /// Returns whether posts of the reader are in it beside those of others, so that they do not count as unread.
    #[must_use]
    pub fn mixes_own_posts(&self) -> bool {
        matches!(self, Self::Home(_) | Self::All | Self::Mentions(_) | Self::Tag(_) | Self::List(..))
    }
}

/// A timeline that a user keeps open beside the fixed ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedTab {
    /// The timeline.
    pub timeline: Timeline,
    /// Its name in the header, if it has one of its own.
    pub name: Option<String>,
}

/// Where a page of a timeline starts. Positions are [keys](super::Post::key) of posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStart {
    /// At the newest post.
    Newest,
    /// At the oldest post, in ascending order.
    Oldest,
    /// After this position: the next older posts.
    Before(Timestamp),
    /// Before this position: the next newer posts.
    After(Timestamp),
}

#[cfg(test)]
mod tests {
    use super::Timeline::{self, All, Bookmarks, Home, Likes, List, Mentions, Replies, Search, Tag, User};
    use crate::model::{Nickname, UserId};

    /// Databases contain these keys, so they must not change.
    #[test]
    fn timeline_keys_do_not_depend_on_nicknames_or_case() {
        let (ana, id) = (Nickname::parse("ana").unwrap(), UserId(7));
        let timelines: [(Timeline, &str); 10] = [
            (Home(id), "home"),
            (All, "all"),
            (User(id, ana.clone()), "user 7"),
            (Replies(id, ana.clone()), "replies 7"),
            (Likes(id, ana), "likes 7"),
            (Mentions(id), "mentions"),
            (Bookmarks(id), "bookmarks"),
            (List(id, "Freunde".to_owned()), "list freunde"),
            (Tag("Straße".to_owned()), "tag strasse"),
            (Search("a b".to_owned()), "search a b"),
        ];
        for (timeline, name) in timelines {
            assert_eq!(timeline.key(), name);
        }
    }
}
