//! What can become of an entry of the outbox, and when it is tried again.

use std::time::Duration;

use crate::model::{Audience, Poll, SentPost, ServerStatus, Timestamp};
use crate::net::Backoff;
use crate::sync::schedule::jitter;

/// How long after the first failure an entry is tried again; doubled with each further one.
const FIRST_RETRY: Duration = Duration::from_secs(5);
/// The longest time between two tries.
const LONGEST_RETRY: Duration = Duration::from_secs(3_600);

/// How the outbox is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryOptions {
    /// How long an entry waits after it was queued, so that it can be taken back.
    pub delay: Duration,
    /// How long after an interrupted request a post that is not on the server is sent again: the server may still be
    /// working on it.
    pub settle: Duration,
}

impl Default for DeliveryOptions {
    fn default() -> Self {
        Self { delay: Duration::from_secs(5), settle: Duration::from_secs(10) }
    }
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server published the post.
    Published {
        /// The post as the server has it.
        post: SentPost,
        /// The id that the server uses, and its counts.
        status: ServerStatus,
        /// What the server made of the visibility, if it changed it.
        changed_to: Option<Audience>,
    },
    /// The server did it; for an edit, with the text as the server renders it.
    Done(Option<String>),
    /// The server has the vote; with the poll, if it answered with that.
    Voted(Option<Box<Poll>>),
    /// The post was deleted here before it reached the server.
    NeverSent,
    /// The server refused it, in these words.
    Failed(String),
    /// It cannot be found out whether the server has it.
    Unsure(String),
    /// It is tried again later.
    Postponed {
        /// When.
        until: Timestamp,
        /// Why.
        why: String,
        /// Whether the server may have it.
        may_be_sent: bool,
    },
    /// The server does not accept the access token.
    NeedsLogin(String),
}

/// Returns when an entry is tried again that failed so many times before.
pub(super) fn retry_at(now: Timestamp, attempts: u32) -> Timestamp {
    let wait = Backoff { interval: FIRST_RETRY }.delay(attempts.min(16), jitter());
    later(now, wait.min(LONGEST_RETRY))
}

/// Returns a time so much later.
pub(super) fn later(time: Timestamp, wait: Duration) -> Timestamp {
    Timestamp::from_micros(time.micros().saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)))
}
