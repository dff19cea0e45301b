//! What a thread is made of.

use super::{Post, PostId};

/// A place in a thread: a post, or where one was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadNode {
    /// How many answers lead to it: none to the root.
    pub depth: usize,
    /// The number of the post.
    pub id: PostId,
    /// The post; none if it was deleted.
    pub post: Option<Post>,
}
