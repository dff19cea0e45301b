//! The list of users.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::model::User;
use crate::text::{compact, truncate, width};
use crate::tui::labels::capped_count;
use crate::tui::layout::TITLE_ROWS;
use crate::tui::state::{FRESH_LIMIT, Pane, State};
use crate::tui::widgets::{Theme, rows, title};

pub(super) fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    frame.render_widget(title::of_pane("users", Pane::Users, state, theme), Rect { height: 1, ..area });
    // The two numbers of a row; the first is drawn only where there is one.
    let legend = "+unread posts ";
    let right =
        Rect { x: area.right().saturating_sub(legend.len() as u16), width: legend.len() as u16, height: 1, ..area };
    if area.width >= 24 {
        frame.render_widget(Line::styled(legend, theme.dim), right);
    }
    let list = Rect { y: area.y + TITLE_ROWS, height: area.height.saturating_sub(TITLE_ROWS), ..area };
    let focused = state.focus == Pane::Users && state.compose.is_none();
    rows::draw_focused(&state.users, focused, list, frame, |at, user| {
        let active = state.active.as_ref().is_some_and(|active| active.id == user.id);
        let unread = state.unread.homes.iter().find(|(id, _)| *id == user.id).map_or(0, |(_, count)| *count);
        vec![row(user, usize::from(area.width), active, focused && at == state.users.cursor, unread, state, theme)]
    });
}

/// Returns a user in one line: color, name, unread count, number of posts.
#[must_use]
pub fn row(
    user: &User,
    columns: usize,
    active: bool,
    selected: bool,
    unread: usize,
    state: &State,
    theme: &Theme,
) -> Line<'static> {
    let count = if user.posts == 0 { String::new() } else { compact(user.posts) };
    let sign = if unread < FRESH_LIMIT { "+" } else { "" };
    let unread = if unread > 0 { format!(" {sign}{}", capped_count(unread)) } else { String::new() };
    let room = columns.saturating_sub(5 + count.len() + unread.len());
    let name = state.confusables.label(user.nickname.as_str());
    let name = truncate(&name, room).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&name)));
    let weight = if active { Modifier::BOLD | Modifier::UNDERLINED } else { Modifier::empty() };
    let color = theme.author(user.nickname.as_str());
    Line::from(vec![
        Span::styled(if selected { "▌" } else { " " }, theme.accent),
        Span::styled(if active { "● " } else { "○ " }, color),
        Span::styled(name, color.add_modifier(weight)),
        Span::raw(gap),
        Span::styled(unread, theme.accent),
        Span::styled(format!(" {count}"), theme.dim),
    ])
}
