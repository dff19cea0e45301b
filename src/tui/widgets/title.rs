//! Title lines of panes and of full-screen lists.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line;

use super::{Theme, message};
use crate::tui::state::{Pane, State};

/// Returns the title line of a pane, highlighted if the pane has the focus.
#[must_use]
pub fn of_pane(text: &str, pane: Pane, state: &State, theme: &Theme) -> Line<'static> {
    let focused = state.focus == pane && state.compose.is_none();
    let style = if focused { theme.accent.add_modifier(Modifier::BOLD) } else { theme.dim };
    Line::styled(format!(" {text}"), style)
}

/// Draws the title of a full-screen list, with a rule below it. A title that is too long for a line has two, without a rule.
pub fn of_screen(text: &str, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let lines = message::lines(text, usize::from(area.width).saturating_sub(2), theme.accent.patch(theme.strong));
    if lines.len() == 1 {
        rule(Rect { y: area.y + 1, height: 1, ..area }, theme, frame);
    }
    message::draw(lines, Rect { x: area.x + 1, width: area.width.saturating_sub(1), height: 2, ..area }, frame);
}

/// Draws a horizontal rule over the first line of an area.
pub fn rule(area: Rect, theme: &Theme, frame: &mut Frame<'_>) {
    frame.render_widget(Line::styled("─".repeat(usize::from(area.width)), theme.rule), Rect { height: 1, ..area });
}
