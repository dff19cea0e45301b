//! What was read: a timeline is read up to its newest post once one has come down to where one left off.

use super::{deeds, fail, pages, say};
use crate::model::{PageStart, Timeline, Timestamp, UserId, UserKind};
use crate::tui::layout::{TITLE_ROWS, areas};
use crate::tui::measure::timeline;
use crate::tui::state::{Effect, Pane, State, StoreEffect, Tab, UndoableAction, Unread, WorkerEffect};

/// Whether what is new in a timeline is counted: not what one did oneself, nor what one looked for.
fn counts(state: &State, timeline: &Timeline) -> bool {
    let own = |id: &UserId| state.active.as_ref().is_some_and(|user| user.id == *id);
    match timeline {
        Timeline::Home(_) | Timeline::All | Timeline::Mentions(_) | Timeline::Tag(_) => true,
        Timeline::User(id, _) | Timeline::Replies(id, _) => !own(id),
        Timeline::Likes(..) | Timeline::Bookmarks(_) | Timeline::Search(_) => false,
    }
}

/// Asks how much is unread: of the timelines that are open, and for the users that are seen in their list.
pub(super) fn count(state: &State) -> Vec<Effect> {
    let Some(user) = &state.active else { return vec![] };
    let timelines =
        state.tabs.iter().map(|tab| &tab.timeline).filter(|timeline| counts(state, timeline)).cloned().collect();
    vec![Effect::Worker(WorkerEffect::CountUnread { user: user.id, timelines, users: seen_users(state) })]
}

/// Asks again when users came into view of whom nothing is known.
pub(super) fn count_users(state: &State) -> Vec<Effect> {
    let known = |id: &UserId| state.unread.homes.iter().any(|(user, _)| user == id);
    if seen_users(state).iter().all(known) { vec![] } else { count(state) }
}

fn seen_users(state: &State) -> Vec<UserId> {
    let Some(area) = areas(state).users else { return vec![] };
    let rows = usize::from(area.height.saturating_sub(TITLE_ROWS));
    // Remote users do not read here.
    let visible = state.users.items.iter().skip(state.users.top).take(rows);
    visible.filter(|user| user.kind != UserKind::Remote).map(|user| user.id).collect()
}

/// Takes in how much is unread.
pub(super) fn counted(state: &mut State, user: UserId, unread: Unread) -> Vec<Effect> {
    if state.active.as_ref().is_none_or(|active| active.id != user) {
        return vec![];
    }
    for (timeline, count, seen) in &unread.timelines {
        if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.timeline == *timeline) {
            tab.unread = *count;
            tab.seen = *seen;
            if !tab.opened {
                tab.read_line = *seen;
                tab.opened = !tab.list.items.is_empty();
            }
        }
    }
    state.unread = unread;
    // The list of users may have been scrolled since it was asked.
    count_users(state)
}

/// Keeps that the timeline that is shown was read, once it was.
pub(super) fn look(state: &mut State) -> Vec<Effect> {
    let Some(user) = state.active.as_ref().map(|user| user.id) else { return vec![] };
    let shown = areas(state).timeline.is_some() && state.overlay.is_none();
    if state.read_only || !shown || !state.current().is_some_and(|tab| counts(state, &tab.timeline)) {
        return vec![];
    }
    let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
    let Some(newest) = tab.newest.filter(|newest| tab.opened && tab.fresh == 0 && tab.seen < Some(*newest)) else {
        return vec![];
    };
    if !all_viewed(tab, newest) {
        return vec![];
    }
    tab.seen = Some(newest);
    tab.unread = 0;
    if matches!(tab.timeline, Timeline::Home(_)) {
        state.unread.homes.iter_mut().filter(|(id, _)| *id == user).for_each(|(_, count)| *count = 0);
    }
    vec![Effect::Store(StoreEffect::MarkRead(user, tab.timeline.clone(), newest))]
}

/// Whether all that is newer than where one left off has been on the screen, from below or from above.
fn all_viewed(tab: &Tab, newest: Timestamp) -> bool {
    let Some(read_line) = tab.read_line else { return !tab.list.more_above };
    let Some((oldest_viewed, newest_viewed)) = tab.viewed else { return false };
    let items = &tab.list.items;
    let missed = items.iter().any(|post| post.key > read_line && post.key < oldest_viewed);
    let reached =
        oldest_viewed <= read_line || !tab.list.more_below || items.last().is_some_and(|post| post.key <= read_line);
    newest_viewed >= newest && reached && !missed
}

/// Takes note of what is on the screen now. What follows on what was there before is one with it.
pub(super) fn watch(state: &mut State) {
    let Some(area) = areas(state).timeline.filter(|_| state.overlay.is_none()) else { return };
    let reader = state.active.as_ref().map(|user| user.id);
    let Some(tab) = state.tabs.get_mut(state.tab) else { return };
    let list = &tab.list;
    let Some(top) = list.items.get(list.top) else { return };
    let divider = timeline::divider(tab, reader);
    let mut room = usize::from(area.height) + list.skip;
    let mut last = list.top;
    for (at, post) in list.items.iter().enumerate().skip(list.top) {
        // The blank line below a post need not be seen.
        let tall = timeline::height(divider, at, post, area.width, state.wrapped.line_count(post, area.width));
        if tall > room + 1 {
            break;
        }
        last = at;
        room = room.saturating_sub(tall);
    }
    let (from, to) = (list.items[last].key, top.key);
    tab.viewed = Some(match tab.viewed {
        Some((oldest, newest)) => {
            let next_below = list.items.iter().map(|post| post.key).find(|key| *key < oldest);
            let next_above = list.items.iter().rev().map(|post| post.key).find(|key| *key > newest);
            let meets = next_below.is_none_or(|key| to >= key) && next_above.is_none_or(|key| from <= key);
            if meets { (from.min(oldest), to.max(newest)) } else { (from, to) }
        }
        None => (from, to),
    });
}

/// That a timeline was read could not be kept: it is tried again soon.
pub(super) fn not_kept(state: &mut State, timeline: &Timeline, why: Option<String>) -> Vec<Effect> {
    if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.timeline == *timeline) {
        tab.seen = tab.read_line;
    }
    match why {
        // It is tried four times a second: what is said already need not be said again.
        Some(why) if state.notice.is_none() => fail(state, why),
        _ => vec![],
    }
}

/// Keeps where the reader is in the timeline that is shown, once they rest there, or at once.
pub(super) fn keep_place(state: &mut State, at_once: bool) -> Vec<Effect> {
    let Some(user) = state.active.as_ref().map(|user| user.id).filter(|_| !state.read_only) else { return vec![] };
    let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
    let Some(here) = tab.list.selected().map(|post| post.key) else { return vec![] };
    let rests = tab.last_position.replace(here) == Some(here);
    let place = Some(here).filter(|_| tab.list.cursor > 0 || tab.list.more_above);
    if !(rests || at_once) || tab.saved_position == place || matches!(tab.timeline, Timeline::Search(_)) {
        return vec![];
    }
    tab.saved_position = place;
    vec![Effect::Store(StoreEffect::SavePosition(user, tab.timeline.clone(), place))]
}

/// To the next post below that is unread, and from the last of them to another timeline.
pub(super) fn next(state: &mut State) -> Vec<Effect> {
    state.focus = Pane::Timeline;
    let reader = state.active.as_ref().map(|user| user.id);
    let at = state.tab;
    let Some(tab) = state.tabs.get_mut(at) else { return vec![] };
    let unread = |place: &usize| timeline::is_unread(tab, &tab.list.items[*place], reader);
    let places: Vec<usize> = (0..tab.list.items.len()).filter(unread).collect();
    let below = places.iter().find(|place| **place > tab.list.cursor);
    let among = places.contains(&tab.list.cursor);
    // From below all of them, what is new is above.
    if let Some(place) = below.or(if among { None } else { places.first() }) {
        tab.list.select(*place);
        return vec![];
    }
    if tab.fresh > 0 {
        return pages::load_current(state, PageStart::Newest);
    }
    let mut others = (1..state.tabs.len()).map(|step| (at + step) % state.tabs.len());
    match others.find(|other| state.tabs[*other].unread > 0) {
        Some(other) => pages::select_tab(state, other),
        None => say(state, "nothing else is unread"),
    }
}

/// Marks all of the timeline that is shown as read, as can be undone.
pub(super) fn mark(state: &mut State) -> Vec<Effect> {
    let Some(tab) = state.current().filter(|tab| counts(state, &tab.timeline)) else { return vec![] };
    let up_to = tab.newest.max(Some(state.now));
    let deed = UndoableAction::MarkRead(tab.timeline.clone(), up_to);
    deeds::ask(state, deed)
}

/// Where one left off is elsewhere now.
pub(super) fn marked(state: &mut State, timeline: &Timeline, seen: Option<Timestamp>) {
    if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.timeline == *timeline) {
        tab.read_line = seen;
    }
}
