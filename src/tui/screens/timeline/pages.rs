//! Timelines: which posts are loaded, and which are loaded next.

use super::unread;
use crate::model::{PageStart, Post, Timeline, Timestamp};
use crate::tui::list::List;
use crate::tui::state::{Effect, Pane, State, StoreEffect, Tab};

/// How many timelines are always open: home, all, the active user's own, mentions, likes and bookmarks.
pub(in crate::tui) const FIXED_TABS: usize = 6;
/// So many posts before the end of what is loaded, more is loaded.
const MARGIN: usize = 20;
/// Most posts that stay loaded; those that are far behind are dropped.
const LOADED_POSTS: usize = 600;

/// Loads a page of the shown timeline.
#[must_use]
pub(in crate::tui) fn load_current(state: &State, place: PageStart) -> Vec<Effect> {
    let load = |tab: &Tab| StoreEffect::LoadPage(tab.timeline.clone(), place).into();
    state.current().map(load).into_iter().collect()
}

/// Loads the next page when the cursor comes near the end of what is loaded.
#[must_use]
pub(in crate::tui) fn load_near_edge(state: &State) -> Vec<Effect> {
    let Some(Tab { list, .. }) = state.current() else { return vec![] };
    let (Some(first), Some(last)) = (list.items.first(), list.items.last()) else { return vec![] };
    if list.more_below && list.cursor + MARGIN >= list.items.len() {
        load_current(state, PageStart::Before(last.key))
    } else if list.more_above && list.cursor < MARGIN {
        load_current(state, PageStart::After(first.key))
    } else {
        vec![]
    }
}

/// Loads the loaded part of the shown timeline again, so that edits and deletions appear.
#[must_use]
pub(in crate::tui) fn reload(state: &State) -> Option<Effect> {
    let tab = state.current()?;
    let (Some(first), Some(last)) = (tab.list.items.first(), tab.list.items.last()) else {
        return Some(load_first(state, tab));
    };
    let end = Timestamp::from_micros(first.key.micros() + 1);
    let newest = tab.newest.unwrap_or(first.key);
    Some(StoreEffect::ReloadPage { timeline: tab.timeline.clone(), range: last.key..end, newest }.into())
}

/// Loads a timeline of which nothing is loaded.
fn load_first(state: &State, tab: &Tab) -> Effect {
    match (&state.active, &tab.timeline) {
        (Some(user), timeline) if !matches!(timeline, Timeline::Search(_)) => {
            StoreEffect::OpenTimeline(user.id, timeline.clone(), state.settings.start).into()
        }
        (_, timeline) => StoreEffect::LoadPage(timeline.clone(), PageStart::Newest).into(),
    }
}

/// Shows a timeline around the saved position of its reader.
pub(in crate::tui) fn opened(
    state: &mut State,
    timeline: &Timeline,
    posts: Vec<Post>,
    cursor: usize,
    (more_above, more_below): (bool, bool),
) -> Vec<Effect> {
    let Some(tab) = tab_of(state, timeline) else { return vec![] };
    tab.newest = tab.newest.max(posts.first().map(|post| post.key));
    tab.list = List { more_above, more_below, ..List::new(posts) };
    tab.list.select(cursor);
    tab.saved_position = tab.list.selected().map(|post| post.key);
    tab.fresh = 0;
    vec![]
}

fn tab_of<'s>(state: &'s mut State, timeline: &Timeline) -> Option<&'s mut Tab> {
    state.tabs.iter_mut().find(|tab| tab.timeline == *timeline)
}

/// Adds a loaded page to its timeline.
pub(in crate::tui) fn loaded(
    state: &mut State,
    timeline: &Timeline,
    place: PageStart,
    posts: Vec<Post>,
    more: bool,
) -> Vec<Effect> {
    let Some(tab) = tab_of(state, timeline) else { return vec![] };
    tab.newest = tab.newest.max(posts.first().map(|post| post.key));
    let list = &mut tab.list;
    match place {
        PageStart::Newest => {
            *list = List { more_below: more, ..List::new(posts) };
            tab.fresh = 0;
            if tab.opened {
                tab.read_line = tab.seen;
            }
        }
        PageStart::Oldest => {
            let last = posts.len().saturating_sub(1);
            *list = List { cursor: last, more_above: more, ..List::new(posts) };
        }
        PageStart::Before(_) => {
            list.items.extend(posts);
            list.more_below = more;
            let dropped = list.items.len().saturating_sub(LOADED_POSTS).min(list.top);
            if dropped > 0 {
                list.items.drain(..dropped);
                list.cursor -= dropped;
                list.top -= dropped;
                list.more_above = true;
            }
        }
        PageStart::After(_) => {
            list.cursor += posts.len();
            list.top += posts.len();
            list.items.splice(..0, posts);
            list.more_above = more;
            if !more {
                tab.fresh = 0;
            }
            let most = LOADED_POSTS.max(list.cursor + MARGIN);
            if list.items.len() > most {
                list.items.truncate(most);
                list.more_below = true;
            }
        }
    }
    vec![]
}

/// Replaces the loaded part of a timeline; cursor and scroll position stay on their posts, or on the next older ones.
pub(in crate::tui) fn reloaded(state: &mut State, timeline: &Timeline, posts: Vec<Post>, fresh: usize) -> Vec<Effect> {
    let Some(tab) = tab_of(state, timeline) else { return vec![] };
    let list = &mut tab.list;
    let moved = |at: usize| {
        let key = list.items.get(at).map(|post| post.key);
        key.map_or(0, |key| posts.iter().position(|post| post.key <= key).unwrap_or(posts.len()))
    };
    let (cursor, top) = (moved(list.cursor), moved(list.top));
    if list.items.get(list.top).map(|post| post.id) != posts.get(top).map(|post| post.id) {
        list.skip = 0;
    }
    list.items = posts;
    list.top = top;
    list.select(cursor);
    tab.fresh = fresh;
    if tab.list.items.is_empty() { load_current(state, PageStart::Newest) } else { vec![] }
}

/// Shows another timeline; what was loaded of it before is loaded again.
pub(in crate::tui) fn select_tab(state: &mut State, at: usize) -> Vec<Effect> {
    let saved = unread::save_position(state, true);
    state.tab = at;
    state.focus = Pane::Timeline;
    saved.into_iter().chain(reload(state)).chain(unread::count(state)).collect()
}

/// Opens a timeline beside the fixed ones, in place of the one that was opened before.
pub(in crate::tui) fn open_timeline(state: &mut State, timeline: Timeline) -> Vec<Effect> {
    if state.tab < FIXED_TABS {
        state.previous_tab = state.tab;
    }
    let at = state.tabs.iter().position(|tab| tab.timeline == timeline).unwrap_or_else(|| {
        state.tabs.truncate(FIXED_TABS);
        state.tabs.push(Tab::new(timeline));
        state.tabs.len() - 1
    });
    select_tab(state, at)
}
