//! Heights of the rows of a timeline, and the divider between new and old posts.

use super::post::{self, Extent};
use crate::model::{Post, UserId};
use crate::tui::state::Tab;

/// Returns the index of the post below the divider "new since …"; `None` if no other user posted since then.
#[must_use]
pub fn divider(tab: &Tab, reader: Option<UserId>) -> Option<usize> {
    let read_line = tab.read_line?;
    let at = tab.list.items.iter().position(|post| post.key <= read_line)?;
    let by_others = |post: &Post| Some(post.author) != reader;
    tab.list.items[..at].iter().any(by_others).then_some(at)
}

/// Returns whether a post is by another user and newer than what the reader has read.
#[must_use]
pub fn is_unread(tab: &Tab, post: &Post, reader: Option<UserId>) -> bool {
    Some(post.author) != reader && tab.read_line.is_some_and(|read_line| post.key > read_line)
}

/// Returns the number of rows of the post at index `at`, the divider above it included.
#[must_use]
pub fn height(divider: Option<usize>, at: usize, post: &Post, columns: u16, body_lines: usize) -> usize {
    post::height(post, columns, Extent::Excerpt, body_lines) + usize::from(divider == Some(at))
}
