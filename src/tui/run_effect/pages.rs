//! Reads pages of timelines.

use std::ops::Range;

use crate::config::StartAt;
use crate::model::{PageStart, Timeline, Timestamp, UserId};
use crate::store::{Store, StoreError, Viewer, Window};
use crate::tui::state::{FRESH_LIMIT, Message};

/// Posts in a page.
const PAGE: usize = 50;
/// Most posts that are read again when something changed.
const MAX_RELOADED: usize = 1_000;

/// Reads a page of a timeline.
///
/// # Errors
/// When the store fails.
pub(in crate::tui) fn page(
    store: &Store,
    viewer: Viewer,
    timeline: Timeline,
    place: PageStart,
) -> Result<Message, StoreError> {
    // One more post than a page says whether there are more.
    let mut posts = store.timeline_page(&timeline, viewer, place, PAGE + 1)?;
    let more = posts.len() > PAGE;
    if more {
        match place {
            PageStart::Newest | PageStart::Before(_) => posts.truncate(PAGE),
            PageStart::Oldest | PageStart::After(_) => drop(posts.remove(0)),
        }
    }
    Ok(Message::Page { timeline, place, posts, more })
}

/// Reads a part of a timeline again, and counts the posts that are newer than it.
///
/// # Errors
/// When the store fails.
pub(in crate::tui) fn reload(
    store: &Store,
    viewer: Viewer,
    timeline: Timeline,
    range: Range<Timestamp>,
    newest: Timestamp,
) -> Result<Message, StoreError> {
    let (since, until) = (Some(range.start), Some(range.end));
    let window = Window { viewer, since, until, limit: MAX_RELOADED, ..Window::default() };
    let posts = store.timeline(&timeline, &window)?;
    let fresh = store.count_after(&timeline, viewer, newest, FRESH_LIMIT)?;
    Ok(Message::Reloaded { timeline, posts, fresh })
}

/// Reads a timeline around the saved position of its reader or, if there is none, from the configured start.
pub(super) fn open(
    store: &Store,
    viewer: Viewer,
    user: UserId,
    timeline: Timeline,
    start: StartAt,
) -> Result<Message, StoreError> {
    let mark = store.read_mark(user, &timeline)?;
    let position = mark.and_then(|mark| mark.place);
    let unread = mark.filter(|_| start == StartAt::Unread).map(|mark| mark.seen);
    let Some(at) = position.or(unread) else { return page(store, viewer, timeline, PageStart::Newest) };
    let mut posts = store.timeline_page(&timeline, viewer, PageStart::After(at), PAGE + 1)?;
    let above = posts.len() > PAGE;
    if above {
        posts.remove(0);
    }
    // The post at the position, or the oldest unread one.
    let cursor = if position.is_some() { posts.len() } else { posts.len().saturating_sub(1) };
    let from = PageStart::Before(Timestamp::from_micros(at.micros() + 1));
    let older = store.timeline_page(&timeline, viewer, from, PAGE + 1)?;
    let below = older.len() > PAGE;
    posts.extend(older.into_iter().take(PAGE));
    Ok(Message::Opened { timeline, posts, cursor, more: (above, below) })
}
