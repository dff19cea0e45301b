//! Moving through the posts of the timeline.

use super::pages;
use crate::model::{PageStart, Post};
use crate::tui::keys::Action;
use crate::tui::layout::areas;
use crate::tui::measure::timeline;
use crate::tui::state::{Effect, State};
use crate::tui::update::movement;

/// Moves the cursor, and loads what is needed next.
pub(in crate::tui) fn step(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(area) = areas(state).timeline else { return vec![] };
    let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
    match action {
        Action::Top if tab.list.more_above || tab.fresh > 0 || tab.has_newer => {
            return pages::load_current(state, PageStart::Newest);
        }
        Action::Bottom if tab.list.more_below && !tab.unread_only => {
            return pages::load_current(state, PageStart::Oldest);
        }
        _ => {}
    }
    let divider = timeline::divider(tab, state.active.as_ref());
    let height = |at: usize, post: &Post| {
        timeline::height(divider, at, post, area.width, state.wrapped.line_count(post, area.width))
    };
    movement::move_cursor(&mut tab.list, action, usize::from(area.height), height);
    pages::load_near_edge(state)
}

/// Scrolls by so many lines, and loads what is needed next.
pub(in crate::tui) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let Some(area) = areas(state).timeline else { return vec![] };
    let reader = state.active.as_ref();
    let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
    let divider = timeline::divider(tab, reader);
    let height = |at: usize, post: &Post| {
        timeline::height(divider, at, post, area.width, state.wrapped.line_count(post, area.width))
    };
    tab.list.scroll(lines, usize::from(area.height), height);
    pages::load_near_edge(state)
}

/// Scrolls so that the cursor is visible.
pub(in crate::tui) fn ensure_cursor_visible(state: &mut State) {
    let (Some(area), Some(tab)) = (areas(state).timeline, state.tabs.get_mut(state.tab)) else { return };
    let divider = timeline::divider(tab, state.active.as_ref());
    tab.list.reveal(usize::from(area.height), |at, post: &Post| {
        timeline::height(divider, at, post, area.width, state.wrapped.line_count(post, area.width))
    });
}
