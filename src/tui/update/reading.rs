//! What was read: a timeline is read up to its newest post once one has come down to where one left off.

use super::deeds;
use crate::model::{Timeline, Timestamp, UserId};
use crate::tui::layout::areas;
use crate::tui::state::{Deed, Effect, State, Tab, Unread};
use crate::tui::view::{timeline, users};

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
    vec![Effect::LoadUnread { user: user.id, timelines, users: seen_users(state) }]
}

/// Asks again when users came into view of whom nothing is known.
pub(super) fn count_users(state: &State) -> Vec<Effect> {
    let known = |id: &UserId| state.unread.homes.iter().any(|(user, _)| user == id);
    if seen_users(state).iter().all(known) { vec![] } else { count(state) }
}

fn seen_users(state: &State) -> Vec<UserId> {
    let Some(area) = areas(state).users else { return vec![] };
    let rows = usize::from(area.height.saturating_sub(users::TITLE_ROWS));
    state.users.items.iter().skip(state.users.top).take(rows).map(|user| user.id).collect()
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
                tab.left_off = *seen;
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
    let Some(area) = areas(state).timeline else { return vec![] };
    let Some(user) = state.active.as_ref().map(|user| user.id) else { return vec![] };
    if state.read_only || state.overlay.is_some() || !state.current().is_some_and(|tab| counts(state, &tab.timeline)) {
        return vec![];
    }
    let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
    let Some(newest) = tab.newest.filter(|newest| tab.opened && tab.fresh == 0 && tab.seen < Some(*newest)) else {
        return vec![];
    };
    if tab.list.more_above || !came_down(tab, usize::from(area.height), area.width, user) {
        return vec![];
    }
    tab.seen = Some(newest);
    tab.unread = 0;
    if matches!(tab.timeline, Timeline::Home(_)) {
        state.unread.homes.iter_mut().filter(|(id, _)| *id == user).for_each(|(_, count)| *count = 0);
    }
    vec![Effect::MarkRead(user, tab.timeline.clone(), newest)]
}

/// Whether all that is newer than where one left off has been on the screen.
fn came_down(tab: &Tab, rows: usize, columns: u16, reader: UserId) -> bool {
    let Some(left_off) = tab.left_off else { return true };
    let items = &tab.list.items;
    let old = match items.iter().position(|post| post.key <= left_off) {
        Some(at) => at,
        None if tab.list.more_below => return false,
        None => items.len(),
    };
    let line = timeline::line(tab, Some(reader));
    let mut room = rows + tab.list.skip;
    for (at, post) in items.iter().enumerate().take(old).skip(tab.list.top) {
        // The blank line below a post need not be seen.
        let tall = timeline::height(line, at, post, columns);
        if tall > room + 1 {
            return false;
        }
        room = room.saturating_sub(tall);
    }
    true
}

/// Marks all of the timeline that is shown as read, as can be undone.
pub(super) fn mark(state: &mut State) -> Vec<Effect> {
    let Some(tab) = state.current().filter(|tab| counts(state, &tab.timeline)) else { return vec![] };
    let up_to = tab.newest.max(Some(state.now));
    let deed = Deed::See(tab.timeline.clone(), up_to);
    deeds::ask(state, deed)
}

/// Where one left off is elsewhere now.
pub(super) fn marked(state: &mut State, timeline: &Timeline, seen: Option<Timestamp>) {
    if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.timeline == *timeline) {
        tab.left_off = seen;
    }
}
