//! Going through unread posts.

use std::ops::Range;

use super::{pages, unread};
use crate::model::{PageStart, Post, ReadState, Timeline, Timestamp, User};
use crate::tui::keys::{self, Action};
use crate::tui::labels::capped_count;
use crate::tui::measure::timeline;
use crate::tui::state::{Effect, Pane, State, StoreEffect, Tab, UndoableAction};
use crate::tui::update::undo;

/// Moves to the next unread post below, and from the last of them to another timeline. What arrived late among older posts
/// comes first, all of it, if the pill names this key for it.
pub(in crate::tui) fn next_unread(state: &mut State) -> Vec<Effect> {
    state.focus = Pane::Timeline;
    let mut effects = unread::mark_viewed(state);
    effects.extend(go_to_next(state));
    effects
}

fn go_to_next(state: &mut State) -> Vec<Effect> {
    let on_screen = unread::rows_on_screen(state);
    let reader = state.active.as_ref();
    let Some(tab) = state.current() else { return vec![] };
    let rows = unvisited(tab, reader, on_screen);
    let late = next_late(tab, &rows);
    // Unread posts may have been passed over on the way to the last one.
    let is_at_late = tab.list.selected().is_some_and(|post| post.arrival > tab.late_after);
    if let Some(late) = late.filter(|_| is_at_late || unread::above_screen(state, tab) == 0) {
        return select(state, late);
    }
    let below = rows.iter().find(|row| **row > tab.list.cursor);
    let among = tab.list.selected().is_some_and(|post| timeline::is_unread(tab, post, reader));
    // From below all unread posts, the first of them is above. Where only unread posts are shown, none is passed over.
    if let Some(row) = below.or(if among && !tab.unread_only { None } else { rows.first() }) {
        return select(state, tab.list.items[*row].key);
    }
    if tab.unread_only && tab.fresh == 0 {
        return next_timeline(state);
    }
    if tab.fresh > 0 && (tab.has_newer || !tab.list.more_above) {
        return pages::load_current(state, PageStart::Newest);
    }
    if let Some(late) = late {
        return select(state, late);
    }
    let here = tab.list.selected().map(|post| post.key);
    let above = timeline::unread_above(tab, reader);
    match (reader, here) {
        (Some(reader), Some(here)) if tab.unread > 0 && (!tab.read_before.is_empty() || above > 0) => {
            let below = tab.list.items.last().map_or(here, |last| last.key);
            vec![StoreEffect::OpenNextUnread(reader.id, tab.timeline.clone(), below).into()]
        }
        _ => next_timeline(state),
    }
}

/// Returns the indices of the loaded posts that have a dot, were not selected, and are unread or on the screen.
fn unvisited(tab: &Tab, reader: Option<&User>, on_screen: Option<Range<usize>>) -> Vec<usize> {
    let is_here = |row: usize| on_screen.as_ref().is_some_and(|rows| rows.contains(&row));
    let is_next = |row: usize, post: &Post| {
        timeline::is_unread(tab, post, reader)
            && !tab.visited.contains(&post.key)
            && (is_here(row) || timeline::is_unread_now(tab, post, reader))
    };
    let rows = tab.list.items.iter().enumerate();
    rows.filter(|(row, post)| is_next(*row, post)).map(|(row, _)| row).collect()
}

/// Returns the newest post that arrived late and was not selected. Those that came onto the screen with another one are read,
/// but the next key goes to them.
fn next_late(tab: &Tab, unvisited: &[usize]) -> Option<Timestamp> {
    let pending = tab.late.iter().copied().filter(|late| !tab.visited.contains(late)).max()?;
    let posts = unvisited.iter().map(|row| &tab.list.items[*row]);
    posts.filter(|post| post.arrival > tab.late_after).map(|post| post.key).chain([pending]).max()
}

/// Selects a post of the shown timeline, and loads it if it is not here.
fn select(state: &mut State, key: Timestamp) -> Vec<Effect> {
    let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
    match tab.list.items.iter().position(|post| post.key == key) {
        Some(row) => {
            tab.list.select(row);
            pages::load_near_edge(state)
        }
        None => vec![StoreEffect::OpenAt(tab.timeline.clone(), key).into()],
    }
}

/// Goes to another timeline with unread posts. All is left out where home has posts: it shows them again, as unread.
pub(in crate::tui) fn next_timeline(state: &mut State) -> Vec<Effect> {
    let at = state.tab;
    let is_home = |tab: &&Tab| matches!(tab.timeline, Timeline::Home(_));
    let home = state.tabs.iter().find(is_home).filter(|home| home.unread_only || !home.list.items.is_empty());
    let is_left_out = |tab: &Tab| home.is_some() && tab.timeline == Timeline::All;
    let others = (1..state.tabs.len()).map(|step| (at + step) % state.tabs.len());
    let others: Vec<usize> = others.filter(|other| state.tabs[*other].unread > 0).collect();
    if let Some(other) = others.iter().find(|other| !is_left_out(&state.tabs[**other])) {
        return pages::select_tab(state, *other);
    }
    let notice = match others.first() {
        Some(all) => {
            let (unread, key) = (state.tabs[*all].unread, keys::of(state, Action::Timeline(*all)));
            let them = if unread == 1 { "it" } else { "them" };
            format!("no more unread posts, except {} in all · {key} shows {them}", capped_count(unread))
        }
        None => "no more unread posts".to_owned(),
    };
    state.show_notice(notice)
}

/// Marks all posts of the shown timeline as read; this can be undone.
pub(in crate::tui) fn mark_all_read(state: &mut State) -> Vec<Effect> {
    let Some(tab) = state.current().filter(|tab| unread::is_counted(state, &tab.timeline)) else {
        return state.show_notice("unread posts are not counted in this timeline");
    };
    if tab.opened && tab.unread == 0 {
        return state.show_notice("no unread posts in this timeline");
    }
    let up_to = tab.arrived.max(tab.read.latest());
    let action = UndoableAction::MarkRead { timeline: tab.timeline.clone(), read: ReadState::all(up_to), from: None };
    undo::perform(state, action)
}
