//! The list of users: its keys, moving through it, and drawing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::timeline::unread;
use crate::tui::keys::{Action, KeyTable, PANE, PANE_SCROLL, Scope, USER};
use crate::tui::layout::{TITLE_ROWS, areas, pane_parts};
use crate::tui::state::{Effect, Pane, State, pane_context};
use crate::tui::update::movement;
use crate::tui::widgets::{Theme, rows, title, user_row};

/// The keys of the pane.
pub const KEYS: KeyTable =
    KeyTable { context: pane_context::USERS, scope: Scope::Pane, bindings: &[PANE_SCROLL, USER, PANE] };

/// What the two numbers of a row are; the first is drawn only where there is one.
const LEGEND: &str = "+unread posts ";
/// In narrower panes there is no room for it.
const LEGEND_FROM: u16 = 24;

/// Moves the cursor, and counts the unread posts of users who became visible.
pub(in crate::tui) fn step(state: &mut State, action: Action) -> Vec<Effect> {
    let height = areas(state).users.map_or(1, |area| area.height);
    movement::move_cursor(&mut state.users, action, movement::rows(height, TITLE_ROWS), |_, _| 1);
    unread::count_users(state)
}

/// Scrolls by so many lines, and counts the unread posts of users who became visible.
pub(in crate::tui) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let Some(area) = areas(state).users else { return vec![] };
    state.users.scroll(lines, movement::rows(area.height, TITLE_ROWS), |_, _| 1);
    unread::count_users(state)
}

/// Scrolls so that the cursor is visible.
pub(in crate::tui) fn ensure_cursor_visible(state: &mut State) {
    if let Some(area) = areas(state).users {
        state.users.reveal(movement::rows(area.height, TITLE_ROWS), |_, _| 1);
    }
}

/// Draws the pane.
pub(in crate::tui) fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let (first, list) = pane_parts(area);
    frame.render_widget(title::of_pane("users", Pane::Users, state, theme), first);
    if area.width >= LEGEND_FROM {
        let columns = LEGEND.len() as u16;
        let right = Rect { x: area.right().saturating_sub(columns), width: columns, ..first };
        frame.render_widget(Line::styled(LEGEND, theme.dim), right);
    }
    let focused = state.focus == Pane::Users && state.compose.is_none();
    rows::draw_focused(&state.users, focused, list, frame, |at, user| {
        let style = user_row::Style {
            active: state.active.as_ref().is_some_and(|active| active.id == user.id),
            selected: focused && at == state.users.cursor,
            unread: state.unread.homes.iter().find(|(id, _)| *id == user.id).map_or(0, |(_, count)| *count),
        };
        vec![user_row::line(user, usize::from(area.width), style, &state.confusables, theme)]
    });
}
