//! Moving through lists and between panes.

use crate::model::{PageStart, Post, User};
use crate::tui::layout::{self, TITLE_ROWS, areas};
use crate::tui::list::List;
use crate::tui::measure::post::{self, Extent};
use crate::tui::measure::{thread, timeline};
use crate::tui::state::{Action, Detail, Editor, Effect, Overlay, Pane, State};
use crate::tui::thread::Row;
use crate::tui::view::{overlay, profile, versions};

use super::{pages, reading};

/// Puts every list where its cursor is seen, whatever the size of the panes now is.
pub(super) fn settle(state: &mut State) {
    if layout::too_small(state.size) {
        return;
    }
    let rows_of_picker = usize::from(layout::picker_list(state).height);
    if let Some(Overlay::Picker(picker)) = &mut state.overlay {
        picker.found.reveal(rows_of_picker, |_, _| 1);
    }
    if let Some(Overlay::Commands(shown)) = &mut state.overlay {
        shown.found.reveal(usize::from(layout::commands_list(state.size).height), |_, _| 1);
    }
    let rows_of_lists = usize::from(layout::list(state.size).height);
    match &mut state.overlay {
        Some(Overlay::Told(list)) => list.reveal(rows_of_lists, |_, _| 1),
        Some(Overlay::Drafts(list)) => list.reveal(rows_of_lists, |_, _| 1),
        Some(Overlay::Offer(offer)) => offer.list.reveal(rows_of_lists, |_, _| 1),
        _ => {}
    }
    if let Some(Overlay::Search(search)) = &mut state.overlay {
        let area = layout::search(state.size);
        search.found.reveal(usize::from(area.height), |_, p: &Post| {
            post::height(p, area.width, Extent::Excerpt, state.wrapped.line_count(p, area.width))
        });
    }
    let areas = areas(state);
    if let Some(area) = areas.users {
        state.users.reveal(rows(area.height, TITLE_ROWS), |_, _: &User| 1);
    }
    if let (Some(area), Some(tab)) = (areas.timeline, state.tabs.get_mut(state.tab)) {
        let divider = timeline::divider(tab, state.active.as_ref().map(|user| user.id));
        tab.list.reveal(usize::from(area.height), |at, p: &Post| {
            timeline::height(divider, at, p, area.width, state.wrapped.line_count(p, area.width))
        });
    }
    if let (Some(area), Detail::Thread(thread)) = (areas.detail, &mut state.detail) {
        let mut list = std::mem::take(&mut thread.list);
        list.reveal(rows(area.height, TITLE_ROWS), |_, row| {
            thread::height(thread, row, area.width, |p, columns| state.wrapped.line_count(p, columns))
        });
        thread.list = list;
    }
}

pub(super) fn rows(height: u16, title: u16) -> usize {
    usize::from(height.saturating_sub(title).max(1))
}

/// Where so many lines are scrolled to by an action.
pub(super) fn scrolled(scroll: usize, action: Action, rows: usize, all: usize) -> usize {
    let page = rows.saturating_sub(2).max(1);
    let to = match action {
        Action::Down => scroll + 1,
        Action::Up => scroll.saturating_sub(1),
        Action::PageDown => scroll + page,
        Action::PageUp => scroll.saturating_sub(page),
        Action::Top => 0,
        Action::Bottom => usize::MAX,
        _ => scroll,
    };
    to.min(all.saturating_sub(rows))
}

/// Moves the cursor of a list; false where the action is none that moves.
pub(super) fn in_list<T>(
    list: &mut List<T>,
    action: Action,
    rows: usize,
    height: impl FnMut(usize, &T) -> usize,
) -> bool {
    match action {
        Action::Down => list.down(rows, height),
        Action::Up => list.up(rows, height),
        Action::PageDown => list.page_down(rows, height),
        Action::PageUp => list.page_up(rows, height),
        Action::Top => {
            list.select(0);
            list.skip = 0;
        }
        Action::Bottom => list.select(usize::MAX),
        _ => return false,
    }
    true
}

/// Moves the cursor of the pane that has the keys, and loads what is needed next.
pub(super) fn step(state: &mut State, action: Action) -> Vec<Effect> {
    let areas = areas(state);
    match (state.focus, &mut state.detail) {
        (Pane::Users, _) => {
            let height = areas.users.map_or(1, |area| area.height);
            in_list(&mut state.users, action, rows(height, TITLE_ROWS), |_, _| 1);
            reading::count_users(state)
        }
        (Pane::Detail, Detail::Thread(shown)) => {
            let Some(area) = areas.detail else { return vec![] };
            let mut list = std::mem::take(&mut shown.list);
            let height = |_: usize, row: &Row| {
                thread::height(shown, row, area.width, |p, columns| state.wrapped.line_count(p, columns))
            };
            in_list(&mut list, action, rows(area.height, TITLE_ROWS), height);
            shown.list = list;
            vec![]
        }
        (Pane::Detail, Detail::Profile(shown)) => {
            let Some(area) = areas.detail else { return vec![] };
            let rows = rows(area.height, TITLE_ROWS);
            let all = profile::height(shown, state.now, state.settings.times, area.width);
            shown.scroll = scrolled(shown.scroll, action, rows, all);
            vec![]
        }
        (Pane::Detail, Detail::Versions { versions: all, scroll, .. }) => {
            let Some(area) = areas.detail else { return vec![] };
            let rows = rows(area.height, TITLE_ROWS);
            *scroll = scrolled(*scroll, action, rows, versions::height(all, area.width));
            vec![]
        }
        (Pane::Detail, Detail::Empty) => vec![],
        (Pane::Timeline, _) => {
            let Some(area) = areas.timeline else { return vec![] };
            let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
            match action {
                Action::Top if tab.list.more_above || tab.fresh > 0 => {
                    return pages::load_current(state, PageStart::Newest);
                }
                Action::Bottom if tab.list.more_below => return pages::load_current(state, PageStart::Oldest),
                _ => {}
            }
            let divider = timeline::divider(tab, state.active.as_ref().map(|user| user.id));
            let height = |at: usize, p: &Post| {
                timeline::height(divider, at, p, area.width, state.wrapped.line_count(p, area.width))
            };
            in_list(&mut tab.list, action, usize::from(area.height), height);
            pages::load_near_edge(state)
        }
    }
}

/// Gives the keys to the next pane, shown or not: on a narrow screen that shows it.
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

/// Scrolls, searches or closes the help.
pub(super) fn act_on_help(state: &mut State, action: Action) -> Vec<Effect> {
    let page = layout::help_rows(state.size);
    let Some(Overlay::Help(shown)) = &state.overlay else { return vec![] };
    let all = overlay::help_height(state, &shown.word());
    let Some(Overlay::Help(shown)) = &mut state.overlay else { return vec![] };
    match action {
        Action::Down | Action::Up | Action::PageDown | Action::PageUp => {
            shown.scroll = scrolled(shown.scroll, action, page, all);
        }
        Action::Search => (shown.query, shown.scroll) = (Some(Editor::new("")), 0),
        Action::Close if shown.query.is_some() => (shown.query, shown.scroll) = (None, 0),
        _ => state.overlay = None,
    }
    vec![]
}
