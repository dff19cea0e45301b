//! Timelines: which posts are loaded, and which are loaded next.

use super::unread;
use crate::model::{Arrival, PageStart, Post, Timeline, Timestamp, User, UserId};
use crate::tui::list::List;
use crate::tui::measure::timeline::is_unread_now;
use crate::tui::state::{Detail, Effect, FIXED_TABS, FRESH_LIMIT, Pane, State, StoreEffect, Tab, Unread, Until};

/// So many posts before the end of what is loaded, more is loaded.
const MARGIN: usize = 20;
/// Most posts that stay loaded; those that are far behind are dropped.
const LOADED_POSTS: usize = 600;

/// Loads a page of the shown timeline.
#[must_use]
pub(in crate::tui) fn load_current(state: &State, place: PageStart) -> Vec<Effect> {
    let load = |tab: &Tab| match unread::reader_of_unread(state, tab) {
        Some(user) => StoreEffect::LoadUnreadPage(user, tab.timeline.clone(), place, tab.read_before.clone()).into(),
        None => StoreEffect::LoadPage(tab.timeline.clone(), place).into(),
    };
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
        return load_first(state, tab);
    };
    let end = Timestamp::from_micros(first.key.micros() + 1);
    let newest = tab.newest.unwrap_or(first.key);
    let (timeline, range, arrived) = (tab.timeline.clone(), last.key..end, tab.arrived);
    let effect = match unread::reader_of_unread(state, tab) {
        Some(user) => StoreEffect::ReloadUnreadPage { user, timeline, read: tab.read_before.clone(), range, newest },
        None => StoreEffect::ReloadPage { timeline, range, newest, arrived },
    };
    Some(effect.into())
}

/// Loads a timeline of which nothing is loaded.
fn load_first(state: &State, tab: &Tab) -> Option<Effect> {
    match (&state.active, &tab.timeline) {
        (Some(user), timeline) if !tab.unread_only && !matches!(timeline, Timeline::Search(_)) => {
            Some(StoreEffect::OpenTimeline(user.id, timeline.clone(), state.settings.start).into())
        }
        _ => load_current(state, PageStart::Newest).into_iter().next(),
    }
}

/// Shows unread counts, and loads what is above in the shown timeline if none of it is unread. At the top, a post that the
/// reader put there from elsewhere comes into view: no pill shows that it is above.
pub(in crate::tui) fn counted(state: &mut State, user: UserId, counts: Unread) -> Vec<Effect> {
    let has_more = |state: &State| state.current().is_some_and(|tab| tab.list.more_above);
    let before = has_more(state);
    let mut effects = unread::counted(state, user, counts);
    if has_more(state) && !before {
        let tab = &mut state.tabs[state.tab];
        let first = tab.list.items.first().filter(|_| tab.list.top == 0).map(|post| post.key);
        tab.reveals_above = first.is_some();
        effects.extend(match first {
            Some(first) => load_current(state, PageStart::After(first)),
            None => load_near_edge(state),
        });
    }
    effects
}

/// Shows a timeline around the saved position of its reader.
pub(in crate::tui) fn opened(
    state: &mut State,
    timeline: &Timeline,
    posts: Vec<Post>,
    cursor: usize,
    (more_above, more_below): (bool, bool),
    arrived: Arrival,
) -> Vec<Effect> {
    let effects = unread::mark_viewed(state);
    let Some(tab) = tab_of(state, timeline) else { return effects };
    tab.unread_only = false;
    tab.arrived = arrived;
    tab.viewed = None;
    tab.newest = tab.newest.max(posts.first().map(|post| post.key));
    tab.list = List { more_above, more_below, ..List::new(posts) };
    tab.list.select(cursor);
    if tab.last_position.is_none() {
        // It was opened at the saved position; later it is opened at other posts.
        tab.saved_position = tab.list.selected().map(|post| post.key);
    }
    (tab.fresh, tab.has_newer) = (0, false);
    forget_deleted(tab);
    effects.into_iter().chain(unread::count_above(state)).collect()
}

fn tab_of<'s>(state: &'s mut State, timeline: &Timeline) -> Option<&'s mut Tab> {
    state.tabs.iter_mut().find(|tab| tab.timeline == *timeline)
}

/// Drops late posts that are not there any more.
fn forget_deleted(tab: &mut Tab) {
    let items = &tab.list.items;
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return };
    let loaded = last.key..=first.key;
    tab.late.retain(|late| !loaded.contains(late) || items.iter().any(|post| post.key == *late));
}

/// Adds a loaded page to its timeline.
pub(in crate::tui) fn loaded(
    state: &mut State,
    timeline: &Timeline,
    place: PageStart,
    posts: Vec<Post>,
    more: bool,
    arrived: Arrival,
) -> Vec<Effect> {
    let mut effects = unread::mark_viewed(state);
    let reader = state.active.clone();
    let Some(tab) = tab_of(state, timeline) else { return effects };
    tab.arrived = match place {
        PageStart::Newest | PageStart::Oldest => arrived,
        // What arrived since the rest was loaded may be missing there.
        PageStart::Before(_) | PageStart::After(_) => arrived.min(tab.arrived),
    };
    tab.newest = tab.newest.max(posts.first().map(|post| post.key));
    match place {
        PageStart::Newest => {
            tab.list = List { more_below: more, ..List::new(posts) };
            (tab.fresh, tab.has_newer) = (0, false);
            tab.viewed = None;
            if tab.opened && !tab.unread_only {
                tab.renew_dots();
            }
        }
        PageStart::Oldest => {
            tab.viewed = None;
            let last = posts.len().saturating_sub(1);
            tab.list = List { cursor: last, more_above: more, ..List::new(posts) };
            effects.extend(unread::count_above(state));
        }
        PageStart::Before(_) => add_below(&mut tab.list, posts, more),
        PageStart::After(_) => add_above(tab, posts, more, reader.as_ref()),
    }
    effects
}

/// Adds older posts below those that are loaded, and drops posts that are far above.
fn add_below(list: &mut List<Post>, posts: Vec<Post>, more: bool) {
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

/// Adds newer posts above those that are loaded, and drops posts that are far below. What is on the screen stays, unless the
/// newest post is the reader's own and is to be shown.
fn add_above(tab: &mut Tab, posts: Vec<Post>, more: bool, reader: Option<&User>) {
    if tab.fresh < FRESH_LIMIT {
        let unread = posts.iter().filter(|post| is_unread_now(tab, post, reader)).count();
        tab.fresh = tab.fresh.saturating_sub(unread);
    }
    let list = &mut tab.list;
    list.cursor += posts.len();
    let is_own = reader.zip(posts.first()).is_some_and(|(reader, newest)| newest.is_shown_by(reader));
    if std::mem::take(&mut tab.reveals_above) && is_own {
        (list.top, list.skip) = (0, 0);
    } else {
        list.top += posts.len();
    }
    list.items.splice(..0, posts);
    list.more_above = more;
    if !more {
        (tab.fresh, tab.has_newer) = (0, false);
    }
    let most = LOADED_POSTS.max(list.cursor + MARGIN);
    if list.items.len() > most {
        list.items.truncate(most);
        list.more_below = true;
    }
}

/// Replaces the loaded part of a timeline; cursor and scroll position stay on their posts, or on the next older ones.
pub(in crate::tui) fn reloaded(
    state: &mut State,
    timeline: &Timeline,
    posts: Vec<Post>,
    fresh: usize,
    (late, arrived): (Vec<Timestamp>, Arrival),
) -> Vec<Effect> {
    // What was on the screen until now did not include what arrived since.
    let mut effects = unread::mark_viewed(state);
    let counts_above = state.tabs.iter().any(|tab| tab.timeline == *timeline && unread::counts_above(state, tab));
    let Some(tab) = tab_of(state, timeline) else { return effects };
    if tab.arrived != arrived {
        tab.viewed = None;
    }
    if tab.late.is_empty() {
        tab.late_after = tab.arrived;
    }
    tab.arrived = arrived;
    tab.late.extend(late);
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
    // Where unread posts are counted, the count of those above comes with that of the header.
    tab.has_newer = fresh > 0;
    if !counts_above {
        tab.fresh = fresh;
    }
    forget_deleted(tab);
    if tab.list.items.is_empty() {
        effects.extend(load_current(state, PageStart::Newest));
    } else if !tab.list.more_below {
        // Older posts may have come: of a user who was followed just now, or of an archive.
        tab.list.more_below = true;
        effects.extend(load_near_edge(state));
    }
    effects
}

/// Shows another timeline; what was loaded of it before is loaded again.
pub(in crate::tui) fn select_tab(state: &mut State, at: usize) -> Vec<Effect> {
    let mut effects = unread::mark_viewed(state);
    effects.extend(unread::save_position(state, true));
    if at != state.tab {
        unread::forget_read(state, at);
        state.hidden.take_if(|hidden| matches!(hidden.until, Until::Left(_)));
    }
    state.tab = at;
    state.focus = Pane::Timeline;
    state.left.clear();
    effects.into_iter().chain(reload(state)).chain(unread::count_for_reader(state)).collect()
}

/// Closes the timeline that is neither fixed nor pinned.
pub(in crate::tui) fn close_unpinned(state: &mut State) {
    let stays = FIXED_TABS + state.tabs.iter().filter(|tab| tab.is_pinned).count();
    state.tabs.truncate(stays);
}

/// Opens a timeline beside the fixed and the pinned ones, in place of the one that was opened before. Going back leads to the
/// detail pane if it was opened from there.
pub(in crate::tui) fn open_timeline(state: &mut State, timeline: Timeline) -> Vec<Effect> {
    let mut left = std::mem::take(&mut state.left);
    if let Some(tab) = state.current().filter(|tab| state.focus == Pane::Detail && tab.timeline != timeline) {
        let details = state.details_below.iter().chain([&state.detail]).filter(|detail| **detail != Detail::Empty);
        let details: Vec<Detail> = details.cloned().collect();
        left.extend((!details.is_empty()).then(|| (tab.timeline.clone(), details)));
    }
    let effects = switch_to(state, timeline);
    state.left = left;
    effects
}

/// Goes back to the timeline and to what the detail pane showed when another timeline was opened from there, if the detail
/// pane shows nothing else by now.
pub(in crate::tui) fn go_back(state: &mut State) -> Option<Vec<Effect>> {
    let shows_author = match (&state.detail, state.current().map(|tab| &tab.timeline)) {
        (Detail::Empty, _) => true,
        (Detail::Profile(profile), Some(Timeline::User(author, _))) => profile.user.id == *author,
        _ => false,
    };
    if state.focus == Pane::Users || !shows_author {
        return None;
    }
    let (timeline, mut details) = state.left.pop()?;
    let left = std::mem::take(&mut state.left);
    let effects = switch_to(state, timeline);
    if state.current().is_some_and(|tab| state.tab < FIXED_TABS || tab.is_pinned) {
        close_unpinned(state);
    }
    state.detail = details.pop().unwrap_or(Detail::Empty);
    (state.details_below, state.left, state.focus) = (details, left, Pane::Detail);
    Some(effects)
}

fn switch_to(state: &mut State, timeline: Timeline) -> Vec<Effect> {
    if state.tab < FIXED_TABS || state.current().is_some_and(|tab| tab.is_pinned) {
        state.previous_tab = state.tab;
    }
    let at = state.tabs.iter().position(|tab| tab.timeline == timeline).unwrap_or_else(|| {
        close_unpinned(state);
        state.tabs.push(Tab::new(timeline));
        state.tabs.len() - 1
    });
    select_tab(state, at)
}
