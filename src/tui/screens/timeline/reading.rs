//! Going through unread posts.

use super::{pages, unread};
use crate::model::{PageStart, ReadState, Timeline};
use crate::tui::keys::{self, Action};
use crate::tui::labels::capped_count;
use crate::tui::measure::timeline;
use crate::tui::state::{Effect, Pane, State, StoreEffect, Tab, UndoableAction};
use crate::tui::update::undo;

/// Moves to the next unread post below, and from the last of them to another timeline.
pub(in crate::tui) fn next_unread(state: &mut State) -> Vec<Effect> {
    state.focus = Pane::Timeline;
    let reader = state.active.as_ref();
    let at = state.tab;
    let Some(tab) = state.tabs.get_mut(at) else { return vec![] };
    let is_unread = |row: &usize| timeline::is_unread(tab, &tab.list.items[*row], reader);
    let rows: Vec<usize> = (0..tab.list.items.len()).filter(is_unread).collect();
    let below = rows.iter().find(|row| **row > tab.list.cursor);
    let among = rows.contains(&tab.list.cursor);
    // From below all unread posts, the first of them is above.
    if let Some(row) = below.or(if among { None } else { rows.first() }) {
        tab.list.select(*row);
        return vec![];
    }
    if tab.unread_only && tab.fresh == 0 {
        return next_timeline(state);
    }
    if tab.fresh > 0 && (tab.has_newer || !tab.list.more_above) {
        return pages::load_current(state, PageStart::Newest);
    }
    let here = tab.list.selected().map(|post| post.key);
    if let Some(late) = tab.late.iter().copied().filter(|late| Some(*late) != here).max() {
        return match tab.list.items.iter().position(|post| post.key == late) {
            Some(row) => {
                tab.list.select(row);
                vec![]
            }
            None => vec![StoreEffect::OpenAt(tab.timeline.clone(), late).into()],
        };
    }
    let above = timeline::unread_above(tab, reader);
    match (reader, here) {
        (Some(reader), Some(here)) if tab.unread > 0 && (!tab.read_before.is_empty() || above > 0) => {
            let below = tab.list.items.last().map_or(here, |last| last.key);
            vec![StoreEffect::OpenNextUnread(reader.id, tab.timeline.clone(), below).into()]
        }
        _ => next_timeline(state),
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
