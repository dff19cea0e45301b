//! The edit history of a post.

use super::{Body, Timestamp};

/// One text of a post in its edit history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The text.
    pub body: Body,
    /// When this text was written.
    pub written_at: Timestamp,
}
