//! The outbox: actions of accounts that their servers do not have yet.

use super::{Audience, Nickname, Origin, OutboxAction, OutboxId, OutboxState, PostId, Timestamp, UserId};

/// An entry of the outbox, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its id.
    pub id: OutboxId,
    /// The account.
    pub account: UserId,
    /// The account's nickname.
    pub nickname: Nickname,
    /// What is to be done.
    pub action: OutboxAction,
    /// The post that it is about.
    pub post: Option<PostId>,
    /// The user that it is about.
    pub target: Option<Nickname>,
    /// The text of the post, if it is still here.
    pub text: Option<String>,
    /// How far it is.
    pub state: OutboxState,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it is tried next, if it waits after a failure.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was not sent.
    pub error: Option<String>,
    /// The choices of a vote, from 0.
    pub choices: Vec<u32>,
}

impl OutboxEntry {
    /// Returns what it does, and to what: `post 12`, `follow @ada` or `vote 12 for 1, 3`.
    #[must_use]
    pub fn subject(&self) -> String {
        let subject = match (&self.post, &self.target) {
            (Some(post), _) => format!(" {post}"),
            (None, Some(user)) => format!(" @{user}"),
            (None, None) => String::new(),
        };
        let choices: Vec<_> = self.choices.iter().map(|choice| (u64::from(*choice) + 1).to_string()).collect();
        let choices = if choices.is_empty() { String::new() } else { format!(" for {}", choices.join(", ")) };
        format!("{}{subject}{choices}", self.action.word())
    }
}

/// An entry of the outbox with everything that its request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its id.
    pub id: OutboxId,
    /// The account.
    pub account: UserId,
    /// What is to be done.
    pub action: OutboxAction,
    /// The post that it is about.
    pub post: Option<PostId>,
    /// The user that it is about.
    pub target: Option<UserId>,
    /// Remote id of the post, or URL of the user.
    pub remote_id: Option<String>,
    /// The text of a post or an edit.
    pub text: String,
    /// Remote id of the post that a post replies to.
    pub reply_to: Option<String>,
    /// Visibility, content warning, language and attachments of a post.
    pub details: Origin,
    /// Sent with the request, so that a server which knows it does the same thing only once.
    pub idempotency_key: String,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When an earlier request was started whose result is not known.
    pub tried_at: Option<Timestamp>,
    /// How often it was tried before.
    pub attempts: u32,
    /// The choices of a vote, from 0.
    pub choices: Vec<u32>,
    /// The post was deleted here meanwhile, so that it must not be sent again.
    pub is_deleted: bool,
}

/// What an account can send next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextInOutbox {
    /// Nothing.
    Nothing,
    /// Nothing before this time.
    Later(Timestamp),
    /// This entry, which is marked as being sent.
    Ready(Box<Outgoing>),
}

/// A post as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentPost {
    /// Its remote id, by which the post is known from now on.
    pub uri: String,
    /// Its web page.
    pub url: Option<String>,
    /// The text as the server sends it, in HTML.
    pub original: Option<String>,
    /// Its visibility, which the server may have changed.
    pub audience: Audience,
}

/// Numbers of entries in the outbox of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Those that are still to be sent.
    pub pending: u32,
    /// Those that were not sent, or of which that is not known.
    pub undelivered: u32,
}
