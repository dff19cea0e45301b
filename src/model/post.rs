//! What is written.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Body, DisplayName, Nickname, Origin, Timestamp, UserId};

/// A post's number: short, counted up from 1, never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostId(pub i64);

/// A text that is no post's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a post is named by its number, such as 42")]
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

/// What a post answers. The post it names may be deleted; its number then is all that is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyParent {
    /// The number of the post that is answered.
    pub id: PostId,
    /// Its author and the beginning of its body, unless it was deleted.
    pub post: Option<(Nickname, String)>,
}

/// A user whom a body names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The nickname in the body, as written.
    pub name: String,
    /// Who was meant when it was written.
    pub user: UserId,
    /// What they are called now.
    pub nickname: Nickname,
}

/// What the reader has done with a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnReactions {
    /// They like it.
    pub liked: bool,
    /// They boosted it.
    pub boosted: bool,
    /// They kept it for themselves.
    pub bookmarked: bool,
}

/// Why a post is folded into one line, with what to say there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collapse {
    /// The reader filters this phrase.
    Filter(String),
    /// Its author warns of this.
    Warning(String),
}

/// What a post said, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The text.
    pub body: Body,
    /// When it was written.
    pub written_at: Timestamp,
}

/// A post as the store knows it, with what a row on the screen shows. One that came by a boost is the post that was
/// boosted: only its [`key`](Post::key) and the two fields about boosts tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its number.
    pub id: PostId,
    /// Who wrote it.
    pub author: UserId,
    /// The author's nickname.
    pub nickname: Nickname,
    /// The author's name as they want it shown.
    pub display_name: Option<DisplayName>,
    /// The text.
    pub body: Body,
    /// When it was written; unique among posts.
    pub created_at: Timestamp,
    /// Its place in a timeline, which orders and pages it: when it was written or, where it came by a boost, when it
    /// was boosted.
    pub key: Timestamp,
    /// What it answers.
    pub reply_to: Option<ReplyParent>,
    /// Where it was brought in from (`twtxt:…`); none for one written here.
    pub source: Option<String>,
    /// What it keeps of there.
    pub origin: Option<Box<Origin>>,
    /// When it was edited last.
    pub edited_at: Option<Timestamp>,
    /// How often it was edited; tells one version from another.
    pub edits: u32,
    /// How many users like it.
    pub likes: u64,
    /// How many users boosted it.
    pub boosts: u64,
    /// How many posts answer it.
    pub replies: u64,
    /// The number of the boost by which it came, of the first of `boosted_by`.
    pub boost: Option<PostId>,
    /// Who of those that the reader knows boosted it, the first ones first; not all of them.
    pub boosted_by: Vec<Nickname>,
    /// The users whom the body names.
    pub mentions: Vec<Mention>,
    /// What the reader has done with it.
    pub mine: OwnReactions,
    /// Why it is shown as one line that says so.
    pub folded: Option<Collapse>,
}

impl Post {
    /// A post that nobody has done anything with.
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
            mine: OwnReactions::default(),
            folded: None,
        }
    }
}

/// A post to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPost {
    /// Who writes it.
    pub author: UserId,
    /// The text.
    pub body: Body,
    /// When it was written; the store moves it on by a microsecond while the moment is taken.
    pub created_at: Timestamp,
    /// The post it answers.
    pub reply_to: Option<PostId>,
    /// Where it was brought in from; with the author it names the post in the world, so that bringing
    /// it in twice adds nothing.
    pub source: Option<String>,
}
