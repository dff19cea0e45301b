//! Scheduled posts.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use super::{Body, PostDetails, PostId, Timestamp, UserId};

/// The id of a scheduled post; another one than it has once it is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduledId(pub i64);

impl fmt::Display for ScheduledId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ScheduledId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A post that is to be posted at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledPost {
    /// Its id in the schedule.
    pub id: ScheduledId,
    /// Its author.
    pub author: UserId,
    /// The post that it replies to.
    pub reply_to: Option<PostId>,
    /// Its text.
    pub body: Body,
    /// The other posts of a thread, each of which replies to the one before.
    pub rest: Vec<Body>,
    /// When it is to be posted.
    pub post_at: Timestamp,
    /// What it has besides its text.
    pub details: PostDetails,
}
