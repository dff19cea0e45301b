//! What a text is written for.

use super::PostId;

/// What a text is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new post.
    New,
    /// An answer to a post.
    Reply(PostId),
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
    pub fn replying_to(reply_to: Option<PostId>) -> Self {
        reply_to.map_or(Self::New, Self::Reply)
    }

    /// Whether two texts are written for the same, whatever version of a post they began from: there is one draft
    /// of them.
    #[must_use]
    pub fn is_same_draft(self, other: Self) -> bool {
        match (self, other) {
            (Self::Edit { post, .. }, Self::Edit { post: other, .. }) => post == other,
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Purpose;
    use crate::model::PostId;

    #[test]
    fn one_draft_is_kept_of_a_post_that_is_edited_whatever_its_version() {
        let edit = |post, edits| Purpose::Edit { post: PostId(post), edits };
        for (one, other, same) in [
            (Purpose::New, Purpose::New, true),
            (Purpose::Reply(PostId(1)), Purpose::Reply(PostId(1)), true),
            (Purpose::Reply(PostId(1)), Purpose::Reply(PostId(2)), false),
            (Purpose::New, Purpose::Reply(PostId(1)), false),
            (edit(1, 0), edit(1, 2), true),
            (edit(1, 0), edit(2, 0), false),
            (edit(1, 0), Purpose::Reply(PostId(1)), false),
        ] {
            assert_eq!(one.is_same_draft(other), same, "{one:?} {other:?}");
        }
    }
}
