//! A message of any length, as lines: notices, errors, hints.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::text::{clean_line, wrap_message};

/// Returns a message as lines of at most `columns` columns.
#[must_use]
pub fn lines(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    let text = clean_line(text);
    wrap_message(&text, columns).into_iter().map(|line| Line::styled(text[line].to_owned(), style)).collect()
}

/// Draws lines from the top of an area, as many as fit.
pub fn draw(lines: Vec<Line<'static>>, area: Rect, frame: &mut Frame<'_>) {
    for (line, y) in lines.into_iter().zip(area.y..area.bottom()) {
        frame.render_widget(line, Rect { y, height: 1, ..area });
    }
}
