//! Reads pages of timelines.

use std::ops::Range;

use crate::config::StartAt;
use crate::model::{Arrival, PageStart, ReadState, Timeline, Timestamp, UserId};
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
    let arrived = store.last_arrival()?;
    // One more post than a page says whether there are more.
    let mut posts = store.timeline_page(&timeline, viewer, place, PAGE + 1)?;
    let more = posts.len() > PAGE;
    if more {
        match place {
            PageStart::Newest | PageStart::Before(_) => posts.truncate(PAGE),
            PageStart::Oldest | PageStart::After(_) => drop(posts.remove(0)),
        }
    }
    Ok(Message::Page { timeline, place, posts, more, arrived })
}

/// Reads a page of the posts of a timeline that its reader had not read in a state.
pub(super) fn unread_page(
    store: &Store,
    (user, read): (UserId, &ReadState),
    timeline: Timeline,
    place: PageStart,
) -> Result<Message, StoreError> {
    let arrived = store.last_arrival()?;
    let (posts, more) = match place {
        PageStart::After(above) => store.unread_above(user, &timeline, read, above, PAGE)?,
        PageStart::Newest | PageStart::Oldest | PageStart::Before(_) => {
            let end = if let PageStart::Before(below) = place { below } else { Timestamp::MAX };
            let mut posts = store.unread_between(user, &timeline, read, Timestamp::MIN..end, PAGE + 1)?;
            let more = posts.len() > PAGE;
            posts.truncate(PAGE);
            (posts, more)
        }
    };
    Ok(Message::Page { timeline, place, posts, more, arrived })
}

/// Reads such posts again, and counts those that are newer.
pub(super) fn reload_unread(
    store: &Store,
    (user, read): (UserId, &ReadState),
    timeline: Timeline,
    range: Range<Timestamp>,
    newest: Timestamp,
) -> Result<Message, StoreError> {
    let arrived = store.last_arrival()?;
    let posts = store.unread_between(user, &timeline, read, range, MAX_RELOADED)?;
    let fresh = store.count_unread_above(user, &timeline, read, newest, FRESH_LIMIT)?;
    Ok(Message::Reloaded { timeline, posts, fresh, late: vec![], arrived })
}

/// Reads a part of a timeline again, counts the posts that are newer than it, and finds those that arrived late.
///
/// # Errors
/// When the store fails.
pub(in crate::tui) fn reload(
    store: &Store,
    viewer: Viewer,
    timeline: Timeline,
    range: Range<Timestamp>,
    (newest, before): (Timestamp, Arrival),
) -> Result<Message, StoreError> {
    let arrived = store.last_arrival()?;
    let (since, until) = (Some(range.start), Some(range.end));
    let window = Window { viewer, since, until, limit: MAX_RELOADED, ..Window::default() };
    let posts = store.timeline(&timeline, &window)?;
    let fresh = store.count_after(&timeline, viewer, newest, FRESH_LIMIT)?;
    let late = match viewer.user {
        Some(user) if before != Arrival::BEFORE_ALL && !matches!(timeline, Timeline::Search(_)) => {
            store.arrived_late(user, &timeline, newest, before, FRESH_LIMIT)?
        }
        _ => vec![],
    };
    Ok(Message::Reloaded { timeline, posts, fresh, late, arrived })
}

/// Reads a timeline around the saved position of its reader or, if there is none, from the configured start.
pub(super) fn open(
    store: &Store,
    viewer: Viewer,
    user: UserId,
    timeline: Timeline,
    start: StartAt,
) -> Result<Message, StoreError> {
    let at = match (store.cursor(user, &timeline)?, start) {
        (None, StartAt::Unread) => store.first_unread(user, &timeline, FRESH_LIMIT)?,
        (cursor, _) => cursor,
    };
    match at {
        Some(at) => around(store, viewer, timeline, at),
        None => page(store, viewer, timeline, PageStart::Newest),
    }
}

/// Reads a timeline around a post.
pub(super) fn around(store: &Store, viewer: Viewer, timeline: Timeline, at: Timestamp) -> Result<Message, StoreError> {
    let arrived = store.last_arrival()?;
    let mut posts = store.timeline_page(&timeline, viewer, PageStart::After(at), PAGE + 1)?;
    let above = posts.len() > PAGE;
    if above {
        posts.remove(0);
    }
    let newer = posts.len();
    let from = PageStart::Before(Timestamp::from_micros(at.micros() + 1));
    let older = store.timeline_page(&timeline, viewer, from, PAGE + 1)?;
    let below = older.len() > PAGE;
    posts.extend(older.into_iter().take(PAGE));
    let cursor = newer.min(posts.len().saturating_sub(1));
    Ok(Message::Opened { timeline, posts, cursor, more: (above, below), arrived })
}

/// Reads a timeline around its newest post up to the second time.
pub(super) fn at_date(
    store: &Store,
    viewer: Viewer,
    timeline: Timeline,
    (from, to): (Timestamp, Timestamp),
) -> Result<Message, StoreError> {
    Ok(match around(store, viewer, timeline, to)? {
        Message::Opened { timeline, posts, cursor, more, arrived } => {
            Message::DateOpened { from, to, timeline, posts, cursor, more, arrived }
        }
        other => other,
    })
}

/// Reads a timeline around its next unread post before a key, or else around its newest one.
pub(super) fn next_unread(
    store: &Store,
    viewer: Viewer,
    user: UserId,
    timeline: Timeline,
    before: Timestamp,
) -> Result<Message, StoreError> {
    let found = match store.next_unread(user, &timeline, before)? {
        None => store.next_unread(user, &timeline, Timestamp::MAX)?,
        found => found,
    };
    found.map_or(Ok(Message::NoMoreUnread), |at| around(store, viewer, timeline, at))
}
