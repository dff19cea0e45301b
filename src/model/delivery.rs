//! What accounts do on their servers, and how far it is.

/// The id of an entry of the outbox; entries are sent in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxId(pub i64);

/// What is to be done on the server of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutboxAction {
    /// Publish a post.
    Post,
    /// Replace the text of a post.
    Edit,
    /// Delete a post.
    Delete,
    /// Like a post.
    Like,
    /// Unlike a post.
    Unlike,
    /// Boost a post.
    Boost,
    /// Unboost a post.
    Unboost,
    /// Bookmark a post.
    Bookmark,
    /// Remove the bookmark of a post.
    Unbookmark,
    /// Follow a user.
    Follow,
    /// Unfollow a user.
    Unfollow,
    /// Mute a user.
    Mute,
    /// Unmute a user.
    Unmute,
    /// Vote in the poll of a post.
    Vote,
}

impl OutboxAction {
    /// All actions.
    pub const ALL: [Self; 14] = [
        Self::Post,
        Self::Edit,
        Self::Delete,
        Self::Like,
        Self::Unlike,
        Self::Boost,
        Self::Unboost,
        Self::Bookmark,
        Self::Unbookmark,
        Self::Follow,
        Self::Unfollow,
        Self::Mute,
        Self::Unmute,
        Self::Vote,
    ];

    /// Returns the word for it, as it is stored and printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Like => "like",
            Self::Unlike => "unlike",
            Self::Boost => "boost",
            Self::Unboost => "unboost",
            Self::Bookmark => "bookmark",
            Self::Unbookmark => "unbookmark",
            Self::Follow => "follow",
            Self::Unfollow => "unfollow",
            Self::Mute => "mute",
            Self::Unmute => "unmute",
            Self::Vote => "vote",
        }
    }

    /// Returns the action that takes this one back; `None` for those on the user's own posts, and for votes.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        Some(match self {
            Self::Like => Self::Unlike,
            Self::Unlike => Self::Like,
            Self::Boost => Self::Unboost,
            Self::Unboost => Self::Boost,
            Self::Bookmark => Self::Unbookmark,
            Self::Unbookmark => Self::Bookmark,
            Self::Follow => Self::Unfollow,
            Self::Unfollow => Self::Follow,
            Self::Mute => Self::Unmute,
            Self::Unmute => Self::Mute,
            Self::Post | Self::Edit | Self::Delete | Self::Vote => return None,
        })
    }
}

/// How far an entry of the outbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutboxState {
    /// It is still to be sent.
    Pending,
    /// A request was started, and its result is not known yet.
    Sending,
    /// It could not be found out whether the server has it: the user decides.
    Unsure,
    /// The server refused it.
    Failed,
    /// Its post was deleted before it was sent; restoring the post queues it again.
    Withdrawn,
}

impl OutboxState {
    /// Returns the word for it, as it is stored and printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Unsure => "unsure",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Returns whether the user has to decide what happens to it.
    #[must_use]
    pub fn needs_decision(self) -> bool {
        matches!(self, Self::Unsure | Self::Failed)
    }
}

/// How far the publication of a post is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The entry of the outbox.
    pub id: OutboxId,
    /// How far it is.
    pub state: OutboxState,
    /// Why it was not sent.
    pub error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::OutboxAction;

    #[test]
    fn inverse_of_inverse_is_the_action() {
        for action in OutboxAction::ALL {
            assert_eq!(action.inverse().and_then(OutboxAction::inverse), action.inverse().map(|_| action));
        }
    }
}
