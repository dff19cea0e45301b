//! The first line of the screen: the active user and the open timelines.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::Theme;
use crate::tui::measure::header::{self, PROGRAM, READ_ONLY};
use crate::tui::state::State;

/// Draws the header.
pub fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let header = header::header(state, area.width);
    let mut spans = vec![Span::raw(" ")];
    if header.program {
        spans.push(Span::styled(PROGRAM, theme.accent.patch(theme.strong)));
    }
    if let (Some(name), Some(user)) = (header.user, &state.active) {
        spans.push(Span::styled(name, theme.author(user.nickname.as_str()).patch(theme.strong)));
        if state.read_only {
            spans.push(Span::styled(READ_ONLY, theme.warn));
        }
    }
    spans.push(Span::styled(header.account, theme.warn));
    spans.push(Span::styled(header.notifications, theme.warn));
    spans.push(Span::styled(header.refresh, theme.accent));
    if state.active.is_some() {
        spans.push(Span::styled("  │", theme.rule));
    }
    if header.more_left {
        spans.push(Span::styled(" ‹", theme.dim));
    }
    for tab in header.tabs {
        let current = tab.tab == state.tab;
        let style = if current { theme.accent.add_modifier(Modifier::BOLD | Modifier::UNDERLINED) } else { theme.dim };
        spans.push(Span::raw("  "));
        spans.push(Span::styled(tab.label, style));
    }
    if header.more_right {
        spans.push(Span::styled(" ›", theme.dim));
    }
    frame.render_widget(Line::from(spans), area);
}
