//! What is written.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Body, DisplayName, Nickname, Timestamp, UserId};

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
pub struct Answered {
    /// The number of the post that is answered.
    pub id: PostId,
    /// Its author and the beginning of its body, unless it was deleted.
    pub post: Option<(Nickname, String)>,
}

/// A post as the store knows it, with what a row on the screen shows.
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
    /// When it was written; unique, so that it orders and pages every timeline.
    pub created_at: Timestamp,
    /// What it answers.
    pub reply_to: Option<Answered>,
    /// Where it was brought in from (`twtxt:…`); none for one written here.
    pub source: Option<String>,
    /// How many posts answer it.
    pub replies: u64,
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
