//! Unread posts: their counts, and which posts were on the screen. A post is read once it was on the screen; what arrives
//! between posts that were read is unread again.

use std::ops::Range;

use crate::model::{Post, ReadState, Timeline, Timestamp, UserId, UserKind};
use crate::tui::keys::{self, Action};
use crate::tui::labels::capped_count;
use crate::tui::layout::{areas, users_list};
use crate::tui::list::List;
use crate::tui::measure::timeline;
use crate::tui::state::{
    Effect, FRESH_LIMIT, ListRow, State, StoreEffect, Tab, Unread, UnreadRequest, UsersRow, WorkerEffect,
};

/// Returns whether unread posts of a timeline are counted: not of the reader's own posts, nor of searches.
#[must_use]
pub(in crate::tui) fn is_counted(state: &State, timeline: &Timeline) -> bool {
    let own = |id: &UserId| state.active.as_ref().is_some_and(|user| user.id == *id);
    match timeline {
        Timeline::Home(_) | Timeline::All | Timeline::Mentions(_) | Timeline::List(..) | Timeline::Tag(_) => true,
        Timeline::User(id, _) | Timeline::Replies(id, _) => !own(id),
        Timeline::Likes(..) | Timeline::Bookmarks(_) | Timeline::Search(_) => false,
    }
}

/// Counts unread posts of the open timelines, and of the users and lists that are visible in the users pane: posts came or went.
#[must_use]
pub(in crate::tui) fn count(state: &State) -> Vec<Effect> {
    let lists = visible_lists(state).map(ListRow::timeline).collect();
    count_of(state, with_lists(counted_timelines(state), lists), visible_users(state))
}

/// Counts unread posts of the open timelines: only what the reader has read changed, or who the reader is. Other users
/// and lists are counted if they are not yet.
#[must_use]
pub(in crate::tui) fn count_for_reader(state: &State) -> Vec<Effect> {
    count_of(state, with_lists(counted_timelines(state), unknown_lists(state)), unknown_users(state))
}

/// Counts unread posts of the open timelines, and of the reader's home in the list of users too.
#[must_use]
pub(in crate::tui) fn count_home(state: &State, reader: UserId) -> Vec<Effect> {
    count_of(state, counted_timelines(state), vec![reader])
}

/// Counts for users and lists that became visible and are not counted yet.
#[must_use]
pub(in crate::tui) fn count_rows(state: &State) -> Vec<Effect> {
    let (users, lists) = (unknown_users(state), unknown_lists(state));
    if users.is_empty() && lists.is_empty() { vec![] } else { count_of(state, lists, users) }
}

fn count_of(state: &State, timelines: Vec<Timeline>, users: Vec<UserId>) -> Vec<Effect> {
    let reader = state.active.as_ref().map(|user| user.id);
    let above = state.current().and_then(|tab| {
        let first = tab.list.items.first().filter(|_| counts_above(state, tab))?;
        Some((tab.timeline.clone(), first.key))
    });
    let request = |user| WorkerEffect::CountUnread(UnreadRequest { user, timelines, users, above });
    reader.map(|user| request(user).into()).into_iter().collect()
}

/// Counts unread posts above those that are loaded of the shown timeline, which starts in the middle now.
pub(in crate::tui) fn count_above(state: &State) -> Vec<Effect> {
    match state.current() {
        Some(tab) if tab.list.more_above && counts_above(state, tab) => count_of(state, vec![], vec![]),
        _ => vec![],
    }
}

/// Returns whether the unread posts above the loaded ones of a timeline are counted with those of the header.
#[must_use]
pub(in crate::tui) fn counts_above(state: &State, tab: &Tab) -> bool {
    state.active.is_some() && !tab.unread_only && is_counted(state, &tab.timeline)
}

/// Returns how many unread posts the pill of the shown timeline says are above the screen.
#[must_use]
pub(in crate::tui) fn above_screen(state: &State, tab: &Tab) -> usize {
    if counts_above(state, tab) { timeline::unread_above(tab, state.active.as_ref()) } else { tab.fresh }
}

/// Takes over a count of unread posts above a key, without the posts that were loaded above that key since. If the
/// reader need not see any of what is above, it can be scrolled to: nothing else would show that it is there.
fn counted_above(state: &mut State, (of, key, count): (Timeline, Timestamp, usize)) {
    let reader = state.active.as_ref();
    let Some(tab) = state.tabs.get_mut(state.tab).filter(|tab| tab.timeline == of && !tab.unread_only) else { return };
    if tab.list.items.first().is_none_or(|first| first.key < key) {
        return;
    }
    let loaded = tab.list.items.iter().take_while(|post| post.key > key);
    let loaded = loaded.filter(|post| timeline::is_unread_now(tab, post, reader)).count();
    tab.fresh = if count >= FRESH_LIMIT { count } else { count.saturating_sub(loaded) };
    tab.list.more_above |= tab.fresh == 0 && tab.has_newer;
}

fn counted_timelines(state: &State) -> Vec<Timeline> {
    let timelines = state.tabs.iter().map(|tab| &tab.timeline);
    timelines.filter(|timeline| is_counted(state, timeline)).cloned().collect()
}

/// Returns the visible users whose home timelines are not counted yet.
fn unknown_users(state: &State) -> Vec<UserId> {
    let is_known = |id: &UserId| state.unread.homes.iter().any(|(user, _)| user == id);
    visible_users(state).into_iter().filter(|id| !is_known(id)).collect()
}

/// Adds lists to timelines of which some may be the same.
fn with_lists(mut timelines: Vec<Timeline>, lists: Vec<Timeline>) -> Vec<Timeline> {
    for list in lists {
        if !timelines.contains(&list) {
            timelines.push(list);
        }
    }
    timelines
}

/// Returns the visible lists whose unread posts are not counted yet.
fn unknown_lists(state: &State) -> Vec<Timeline> {
    visible_lists(state).filter(|list| list.unread.is_none()).map(ListRow::timeline).collect()
}

fn visible_lists(state: &State) -> impl Iterator<Item = &ListRow> {
    visible_rows(state).iter().filter_map(|row| match row {
        UsersRow::List(list) => Some(list),
        UsersRow::User(_) => None,
    })
}

fn visible_users(state: &State) -> Vec<UserId> {
    // Remote users do not read here.
    let users = visible_rows(state).iter().filter_map(UsersRow::user);
    users.filter(|user| user.kind != UserKind::Remote).map(|user| user.id).collect()
}

fn visible_rows(state: &State) -> &[UsersRow] {
    let Some(area) = areas(state).users else { return &[] };
    let rows = usize::from(users_list(state, area).height);
    let items = state.users.items.get(state.users.top..).unwrap_or_default();
    items.get(..rows).unwrap_or(items)
}

/// Returns the list in the users pane that is a timeline.
fn list_of<'s>(state: &'s mut State, timeline: &Timeline) -> Option<&'s mut ListRow> {
    let Timeline::List(owner, name) = timeline else { return None };
    state.users.items.iter_mut().find_map(|row| match row {
        UsersRow::List(list) if list.owner == *owner && list.list.name == *name => Some(list),
        _ => None,
    })
}

/// Shows unread counts. Those of visible users that were not asked for stay.
pub(in crate::tui) fn counted(state: &mut State, user: UserId, unread: Unread) -> Vec<Effect> {
    if state.active.as_ref().is_none_or(|active| active.id != user) {
        return vec![];
    }
    for (timeline, count, read) in &unread.timelines {
        if let Some(list) = list_of(state, timeline) {
            list.unread = Some(*count);
        }
        if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.timeline == *timeline) {
            tab.unread = *count;
            tab.read.clone_from(read);
            tab.late.retain(|late| !read.is_read(*late, tab.arrived));
            if !tab.opened {
                tab.read_before.clone_from(read);
                tab.opened = !tab.list.items.is_empty();
            }
        }
    }
    let is_visible = visible_users(state);
    let mut homes = unread.homes;
    for (id, count) in std::mem::take(&mut state.unread.homes) {
        if is_visible.contains(&id) && homes.iter().all(|(counted, _)| *counted != id) {
            homes.push((id, count));
        }
    }
    state.unread = Unread { homes, above: None, ..unread };
    if let Some(above) = unread.above {
        counted_above(state, above);
    }
    // The users pane may have been scrolled since the counts were asked for.
    count_rows(state)
}

/// Returns whether all of these counts are shown already.
pub(in crate::tui) fn is_shown(state: &State, unread: &Unread) -> bool {
    let is_same = |(timeline, count, read): &(Timeline, usize, ReadState)| {
        let tab = state.tabs.iter().find(|tab| tab.timeline == *timeline);
        tab.is_none_or(|tab| tab.unread == *count && tab.read == *read && tab.opened)
    };
    let shown = |timeline: &Timeline, count: usize| {
        let lists = state.users.items.iter().filter_map(|row| match row {
            UsersRow::List(list) => Some(list),
            UsersRow::User(_) => None,
        });
        lists.filter(|list| list.timeline() == *timeline).all(|list| list.unread == Some(count))
    };
    unread.timelines.iter().all(is_same)
        && unread.timelines.iter().all(|(timeline, count, _)| shown(timeline, *count))
        && unread.homes.iter().all(|home| state.unread.homes.contains(home))
        && unread.notifications == state.unread.notifications
        && unread.above.as_ref().is_none_or(|(timeline, key, count)| {
            let tab = state.current().filter(|tab| tab.timeline == *timeline);
            tab.is_some_and(|tab| {
                tab.fresh == *count
                    && tab.list.items.first().is_some_and(|first| first.key == *key)
                    && (*count > 0 || !tab.has_newer)
            })
        })
}

/// Marks the posts of the shown timeline as read that were on the screen.
pub fn mark_viewed(state: &mut State) -> Vec<Effect> {
    let Some(reader) = state.active.clone() else { return vec![] };
    let user = reader.id;
    let shown = areas(state).timeline.is_some() && state.screens.is_empty();
    if state.read_only || !shown || !state.current().is_some_and(|tab| is_counted(state, &tab.timeline)) {
        return vec![];
    }
    let Some(tab) = state.tabs.get_mut(state.tab).filter(|tab| tab.opened) else { return vec![] };
    let Some((from, to)) = tab.viewed else { return vec![] };
    let is_new = |post: &&Post| (from..=to).contains(&post.key) && !tab.read.is_read(post.key, post.arrival);
    let new: Vec<&Post> = tab.list.items.iter().filter(is_new).filter(|post| post.arrival <= tab.arrived).collect();
    if new.is_empty() {
        return vec![];
    }
    let with_own = !tab.timeline.mixes_own_posts();
    let count = new.iter().filter(|post| with_own || !post.is_shown_by(&reader)).count();
    let is_capped = tab.unread >= FRESH_LIMIT;
    let was_never_read = tab.read.is_empty();
    tab.unread = if is_capped { tab.unread } else { tab.unread.saturating_sub(count) };
    tab.read.read((from, to), tab.arrived);
    tab.late.retain(|late| !(from..=to).contains(late));
    let (timeline, unread) = (tab.timeline.clone(), tab.unread);
    let mut effects = vec![StoreEffect::MarkRead(user, timeline.clone(), (from, to), tab.arrived).into()];
    if matches!(timeline, Timeline::Home(_)) {
        state.unread.homes.iter_mut().filter(|(id, _)| *id == user).for_each(|(_, count)| *count = unread);
    }
    if let Some(list) = list_of(state, &timeline) {
        list.unread = Some(unread);
    }
    if was_never_read && unread > 0 && state.notice.is_none() {
        offer_to_mark_all(state, unread);
    }
    if is_capped {
        effects.extend(count_of(state, vec![timeline], vec![]));
    }
    effects
}

/// Says how what is older than the first page of a new timeline becomes read.
fn offer_to_mark_all(state: &mut State, unread: usize) {
    let Some(key) = keys::here(state, Action::MarkRead) else { return };
    let count = capped_count(unread);
    state.show_notice(format!("{count} older posts are unread · {key} marks all as read"));
}

/// Makes a timeline that shows only unread posts leave out those that were read since it was opened.
pub(in crate::tui) fn forget_read(state: &mut State, at: usize) {
    if let Some(tab) = state.tabs.get_mut(at).filter(|tab| tab.unread_only) {
        tab.renew_dots();
        tab.list = List::default();
        tab.late.clear();
        (tab.fresh, tab.has_newer, tab.viewed) = (0, false, None);
    }
}

/// Returns the reader of a timeline of which only unread posts are shown.
#[must_use]
pub(in crate::tui) fn reader_of_unread(state: &State, tab: &Tab) -> Option<UserId> {
    state.active.as_ref().map(|user| user.id).filter(|_| tab.unread_only)
}

/// Returns the indices of the posts of the shown timeline that are on the screen to their ends.
pub(super) fn rows_on_screen(state: &mut State) -> Option<Range<usize>> {
    let area = areas(state).timeline.filter(|_| state.screens.is_empty())?;
    let tab = state.tabs.get(state.tab)?;
    let list = &tab.list;
    list.items.get(list.top)?;
    let divider = timeline::divider(tab, state.active.as_ref());
    Some(list.rows_on_screen(usize::from(area.height), |at, post| {
        timeline::height(divider, at, post, area.width, state.wrapped.line_count(post, area.width))
    }))
}

/// Records which posts are on the screen, and which one is selected. A range that meets the one recorded before is joined
/// with it.
pub(in crate::tui) fn track_viewed(state: &mut State) {
    let Some(rows) = rows_on_screen(state) else { return };
    let Some(tab) = state.tabs.get_mut(state.tab) else { return };
    let list = &tab.list;
    tab.visited.extend(list.selected().map(|post| post.key));
    let (from, to) = (list.items[rows.end - 1].key, list.items[rows.start].key);
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

/// A timeline could not be marked as read: the next tick tries again.
pub(in crate::tui) fn mark_failed(state: &mut State, timeline: &Timeline, why: Option<String>) -> Vec<Effect> {
    if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.timeline == *timeline) {
        tab.read.clone_from(&tab.read_before);
    }
    match why {
        // A tick comes four times a second: what is shown already is not shown again.
        Some(why) if state.notice.is_none() => state.show_error(why),
        _ => vec![],
    }
}

/// Shows that a timeline was marked as read, or that this was undone.
pub(in crate::tui) fn set_read(state: &mut State, timeline: &Timeline, read: &ReadState) {
    if let Some(tab) = state.tabs.iter_mut().find(|tab| tab.timeline == *timeline) {
        tab.read.clone_from(read);
        tab.renew_dots();
        tab.late.clear();
    }
}

/// Saves the position of the reader in the shown timeline: at once, or when the cursor did not move since the last
/// tick.
pub(in crate::tui) fn save_position(state: &mut State, at_once: bool) -> Vec<Effect> {
    let Some(user) = state.active.as_ref().map(|user| user.id).filter(|_| !state.read_only) else { return vec![] };
    let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
    let is_top = tab.list.cursor == 0 && !tab.list.more_above;
    // The top of the unread posts is where they start, not where the reader went.
    let selected = tab.list.selected().filter(|_| !(tab.unread_only && is_top));
    let Some(here) = selected.map(|post| post.key) else { return vec![] };
    let rests = tab.last_position.replace(here) == Some(here);
    let position = Some(here).filter(|_| !is_top);
    if !(rests || at_once) || tab.saved_position == position || matches!(tab.timeline, Timeline::Search(_)) {
        return vec![];
    }
    tab.saved_position = position;
    vec![StoreEffect::SavePosition(user, tab.timeline.clone(), position).into()]
}
