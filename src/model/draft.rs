//! What a text is written for.

use super::PostId;

/// What a text is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new post.
    New,
    /// An answer to a post.
    Answer(PostId),
    /// Another text of a post of one's own.
    Edit {
        /// Which post.
        post: PostId,
        /// How often it had been edited when this text was begun.
        edits: u32,
    },
}

impl Purpose {
    /// A new post, or an answer.
    #[must_use]
    pub fn answering(reply_to: Option<PostId>) -> Self {
        reply_to.map_or(Self::New, Self::Answer)
    }

    /// Whether two texts are written for the same, whatever version of a post they began from: there is one draft
    /// of them.
    #[must_use]
    pub fn is_that(self, other: Self) -> bool {
        match (self, other) {
            (Self::Edit { post, .. }, Self::Edit { post: other, .. }) => post == other,
            _ => self == other,
        }
    }
}
