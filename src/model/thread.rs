//! Threads.

use super::{Post, PostId};

/// A node of a thread: a post, or the place of a deleted one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadNode {
    /// Number of replies between the root and this node.
    pub depth: usize,
    /// The id of the post.
    pub id: PostId,
    /// The post; `None` if it was deleted.
    pub post: Option<Post>,
    /// Whether the reader has not read it: in home if it is there, else among all.
    pub is_unread: bool,
}
