//! Heights of the rows of a timeline, and the divider between new and old posts.

use super::post::{self, Extent};
use crate::model::{Post, User};
use crate::tui::state::Tab;

/// Returns the index of the post below the divider "new since …": the first one that was read below those that are new.
/// `None` if nothing is new.
#[must_use]
pub fn divider(tab: &Tab, reader: Option<&User>) -> Option<usize> {
    let items = &tab.list.items;
    let new = items.iter().position(|post| is_unread(tab, post, reader))?;
    let read = items[new..].iter().position(|post| tab.read_before.is_read(post.key, post.arrival))?;
    Some(new + read)
}

/// Returns whether a post that others wrote or boosted was not read when the timeline was loaded.
/// Before it is known what was read, none is marked so.
#[must_use]
pub fn is_unread(tab: &Tab, post: &Post, reader: Option<&User>) -> bool {
    let is_known = tab.opened || !tab.read_before.is_empty();
    !is_own(post, reader) && is_known && !tab.read_before.is_read(post.key, post.arrival)
}

/// Returns whether the reader put a post into the timeline, by writing or by boosting it.
fn is_own(post: &Post, reader: Option<&User>) -> bool {
    reader.is_some_and(|reader| post.is_shown_by(reader))
}

/// Returns whether a post is unread now: it was not on the screen, or not long enough to be marked.
#[must_use]
pub fn is_unread_now(tab: &Tab, post: &Post, reader: Option<&User>) -> bool {
    let is_own = tab.timeline.mixes_own_posts() && is_own(post, reader);
    let was_viewed = tab.viewed.is_some_and(|(from, to)| (from..=to).contains(&post.key));
    tab.opened && !is_own && !was_viewed && !tab.read.is_read(post.key, post.arrival)
}

/// Returns how many unread posts are above the screen; it is at least the limit of counts if there may be more.
#[must_use]
pub fn unread_above(tab: &Tab, reader: Option<&User>) -> usize {
    let above = tab.list.items.get(..tab.list.top).unwrap_or_default();
    tab.fresh + above.iter().filter(|post| is_unread_now(tab, post, reader)).count()
}

/// Returns the number of rows of the post at index `at`, the divider above it included.
#[must_use]
pub fn height(divider: Option<usize>, at: usize, post: &Post, columns: u16, body_lines: usize) -> usize {
    post::height(post, columns, Extent::Excerpt, body_lines) + usize::from(divider == Some(at))
}
