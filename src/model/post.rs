//! Posts.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Arrival, Audience, Body, Delivery, DisplayName, Nickname, Origin, Timestamp, User, UserId};

/// A post's id: counted up from 1, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostId(pub i64);

/// The posts that an import added: those that are still here of all ids from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostRange {
    /// The first id.
    pub first: PostId,
    /// The last id.
    pub last: PostId,
}

/// A text that is not a post id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a post is named by its id: give a number such as 42")]
pub struct PostIdError;

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PostId {
    type Err = PostIdError;

    fn from_str(text: &str) -> Result<Self, PostIdError> {
        text.strip_prefix('#').unwrap_or(text).parse().map(Self).map_err(|_| PostIdError)
    }
}

/// The post that a post replies to. If it was deleted, only its id remains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyParent {
    /// The id of the parent.
    pub id: PostId,
    /// The parent's author and the start of its body; `None` if it was deleted.
    pub post: Option<(Nickname, String)>,
}

/// A user mentioned in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The nickname as written in the body.
    pub name: String,
    /// The user who had that nickname when the post was written.
    pub user: UserId,
    /// The user's current nickname.
    pub nickname: Nickname,
}

/// The viewer's own reactions to a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnReactions {
    /// The viewer likes it.
    pub liked: bool,
    /// The viewer boosted it.
    pub boosted: bool,
    /// The viewer bookmarked it.
    pub bookmarked: bool,
}

/// Why a post is collapsed into one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collapse {
    /// The viewer filters this phrase.
    Filter(String),
    /// The author gave this content warning.
    Warning(String),
}

/// A stored post, with everything a row on the screen shows.
///
/// A boost is represented by the boosted post; only [`key`](Post::key), `boost` and `boosted_by` differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// Its author.
    pub author: UserId,
    /// The author's nickname.
    pub nickname: Nickname,
    /// The author's display name.
    pub display_name: Option<DisplayName>,
    /// The text.
    pub body: Body,
    /// When it was written; unique among posts.
    pub created_at: Timestamp,
    /// Its position in a timeline, by which timelines are sorted and paged: `created_at`, or the time of the boost.
    pub key: Timestamp,
    /// The place of its row in the order of arrival, by which it is unread or read.
    pub arrival: Arrival,
    /// The post it replies to.
    pub reply_to: Option<ReplyParent>,
    /// Its remote id (`twtxt:…`); `None` for a post written here.
    pub source: Option<String>,
    /// What else is known from its source.
    pub origin: Option<Box<Origin>>,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// Number of edits, which identifies the revision.
    pub edits: u32,
    /// Number of users who like it.
    pub likes: u64,
    /// Number of users who boosted it.
    pub boosts: u64,
    /// Number of replies.
    pub replies: u64,
    /// The id of the boost that put it into the timeline, by the first of `boosted_by`.
    pub boost: Option<PostId>,
    /// Users that the viewer follows who boosted it, earliest first; the list may be cut.
    pub boosted_by: Vec<Nickname>,
    /// The users mentioned in the body.
    pub mentions: Vec<Mention>,
    /// The viewer's own reactions.
    pub own_reactions: OwnReactions,
    /// Why it is shown collapsed; `None` if it is not.
    pub collapsed: Option<Collapse>,
    /// How far it is, or its last edit, on the way to its author's server; `None` if nothing is to be sent.
    pub delivery: Option<Box<Delivery>>,
}

impl Post {
    /// Returns who can read it.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.origin.as_ref().map(|origin| origin.audience).unwrap_or_default()
    }

    /// Returns whether it is in a timeline because this user wrote or boosted it.
    #[must_use]
    pub fn is_shown_by(&self, user: &User) -> bool {
        let is_boosted = self.boost.is_some() && self.boosted_by.first() == Some(&user.nickname);
        self.author == user.id || is_boosted
    }

    /// Creates a post without reactions, replies or origin.
    #[must_use]
    pub fn plain(id: PostId, author: UserId, nickname: Nickname, body: Body, created_at: Timestamp) -> Self {
        Self {
            id,
            author,
            nickname,
            display_name: None,
            body,
            created_at,
            key: created_at,
            arrival: Arrival(id.0),
            reply_to: None,
            source: None,
            origin: None,
            edited_at: None,
            edits: 0,
            likes: 0,
            boosts: 0,
            replies: 0,
            boost: None,
            boosted_by: Vec::new(),
            mentions: Vec::new(),
            own_reactions: OwnReactions::default(),
            collapsed: None,
            delivery: None,
        }
    }
}

/// A post to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPost {
    /// Its author.
    pub author: UserId,
    /// The text.
    pub body: Body,
    /// When it was written. The store adds microseconds until no other post has the same time.
    pub created_at: Timestamp,
    /// The post it replies to.
    pub reply_to: Option<PostId>,
    /// Its remote id. Together with the author it identifies the post, so that importing it twice adds nothing.
    pub source: Option<String>,
}
