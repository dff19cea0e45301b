//! What a draft is for, and which one a terminal writes in.

use super::{PostDetails, PostId};

/// What a draft is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new post.
    New,
    /// A reply to a post.
    Reply(PostId),
    /// An edit of one of the author's own posts.
    Edit {
        /// The post that is edited.
        post: PostId,
        /// Its number of edits when the draft was started.
        edits: u32,
    },
}

impl Purpose {
    /// Returns the purpose of a reply, or of a new post without a parent.
    #[must_use]
    pub fn replying_to(reply_to: Option<PostId>) -> Self {
        reply_to.map_or(Self::New, Self::Reply)
    }

    /// Returns whether two purposes share one draft. Edits of one post do, whatever revision they started from.
    #[must_use]
    pub fn is_same_draft(self, other: Self) -> bool {
        match (self, other) {
            (Self::Edit { post, .. }, Self::Edit { post: other, .. }) => post == other,
            _ => self == other,
        }
    }
}

/// A draft that a terminal writes in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenDraft {
    /// Its slot among the user's drafts with the same purpose, from 0.
    pub slot: u32,
    /// Its text when this terminal last read or saved it; empty if there was none.
    pub saved: String,
    /// What the post will have besides its text.
    pub details: PostDetails,
}

#[cfg(test)]
mod tests {
    use super::Purpose;
    use crate::model::PostId;

    #[test]
    fn edits_of_one_post_share_a_draft() {
        let edit = |post, edits| Purpose::Edit { post: PostId(post), edits };
        for (purpose, other, expected) in [
            (Purpose::New, Purpose::New, true),
            (Purpose::Reply(PostId(1)), Purpose::Reply(PostId(1)), true),
            (Purpose::Reply(PostId(1)), Purpose::Reply(PostId(2)), false),
            (Purpose::New, Purpose::Reply(PostId(1)), false),
            (edit(1, 0), edit(1, 2), true),
            (edit(1, 0), edit(2, 0), false),
            (edit(1, 0), Purpose::Reply(PostId(1)), false),
        ] {
            assert_eq!(purpose.is_same_draft(other), expected, "{purpose:?} {other:?}");
        }
    }
}
