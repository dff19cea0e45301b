//! Moving through the panes, and from one to the next.

use super::{movement, pages, unread};
use crate::model::{PageStart, Post};
use crate::tui::keys::Action;
use crate::tui::layout::{self, TITLE_ROWS, areas};
use crate::tui::measure::{self, thread, timeline};
use crate::tui::state::{Detail, Effect, Pane, State};
use crate::tui::thread::Row;

/// Scrolls every list so that its cursor is visible, whatever the size of the panes is now.
pub(super) fn ensure_cursors_visible(state: &mut State) {
    if layout::too_small(state.size) {
        return;
    }
    let mut screens = std::mem::take(&mut state.screens);
    screens.iter_mut().for_each(|screen| screen.ensure_cursor_visible(state));
    state.screens = screens;
    let areas = areas(state);
    if let Some(area) = areas.users {
        state.users.reveal(movement::rows(area.height, TITLE_ROWS), |_, _| 1);
    }
    if let (Some(area), Some(tab)) = (areas.timeline, state.tabs.get_mut(state.tab)) {
        let divider = timeline::divider(tab, state.active.as_ref().map(|user| user.id));
        tab.list.reveal(usize::from(area.height), |at, post: &Post| {
            timeline::height(divider, at, post, area.width, state.wrapped.line_count(post, area.width))
        });
    }
    if let (Some(area), Detail::Thread(shown)) = (areas.detail, &mut state.detail) {
        let mut list = std::mem::take(&mut shown.list);
        list.reveal(movement::rows(area.height, TITLE_ROWS), |_, row| {
            thread::height(shown, row, area.width, |post, columns| state.wrapped.line_count(post, columns))
        });
        shown.list = list;
    }
}

/// Moves the cursor of the focused pane, and loads what is needed next.
pub(super) fn step(state: &mut State, action: Action) -> Vec<Effect> {
    match state.focus {
        Pane::Users => {
            let height = areas(state).users.map_or(1, |area| area.height);
            movement::move_cursor(&mut state.users, action, movement::rows(height, TITLE_ROWS), |_, _| 1);
            unread::count_users(state)
        }
        Pane::Timeline => step_timeline(state, action),
        Pane::Detail => {
            step_detail(state, action);
            vec![]
        }
    }
}

fn step_timeline(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(area) = areas(state).timeline else { return vec![] };
    let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
    match action {
        Action::Top if tab.list.more_above || tab.fresh > 0 => return pages::load_current(state, PageStart::Newest),
        Action::Bottom if tab.list.more_below => return pages::load_current(state, PageStart::Oldest),
        _ => {}
    }
    let divider = timeline::divider(tab, state.active.as_ref().map(|user| user.id));
    let height = |at: usize, post: &Post| {
        timeline::height(divider, at, post, area.width, state.wrapped.line_count(post, area.width))
    };
    movement::move_cursor(&mut tab.list, action, usize::from(area.height), height);
    pages::load_near_edge(state)
}

fn step_detail(state: &mut State, action: Action) {
    let Some(area) = areas(state).detail else { return };
    let rows = movement::rows(area.height, TITLE_ROWS);
    match &mut state.detail {
        Detail::Thread(shown) => {
            let mut list = std::mem::take(&mut shown.list);
            let height = |_: usize, row: &Row| {
                thread::height(shown, row, area.width, |post, columns| state.wrapped.line_count(post, columns))
            };
            movement::move_cursor(&mut list, action, rows, height);
            shown.list = list;
        }
        Detail::Profile(shown) => {
            let all = measure::profile::height(shown, state.settings.times.clock, area.width);
            shown.scroll = movement::scrolled(shown.scroll, action, rows, all);
        }
        Detail::History { revisions, scroll, .. } => {
            *scroll = movement::scrolled(*scroll, action, rows, measure::revisions::height(revisions, area.width));
        }
        Detail::Empty => {}
    }
}

/// Moves the focus to the next or the previous pane; a narrow screen then shows that pane.
pub(super) fn next_pane(state: &mut State, forward: bool) -> Vec<Effect> {
    let detail = state.detail != Detail::Empty;
    state.focus = match (state.focus, forward, detail) {
        (Pane::Users, true, _) | (Pane::Detail, false, _) => Pane::Timeline,
        (Pane::Timeline, true, true) | (Pane::Users, false, true) => Pane::Detail,
        (Pane::Timeline, _, _) | (Pane::Detail, true, _) => Pane::Users,
        (Pane::Users, false, false) => Pane::Timeline,
    };
    vec![]
}
