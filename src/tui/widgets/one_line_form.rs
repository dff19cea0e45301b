//! Draws a window with a field of one line, and below it what can be typed, or why that cannot be taken.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::{Theme, frame as window, message, text_field};
use crate::tui::layout;
use crate::tui::state::Editor;

/// A form with one field as it is drawn.
#[derive(Debug)]
pub struct OneLineForm<'a> {
    /// The title of the window.
    pub title: &'a str,
    /// Columns of the window, its border included.
    pub columns: u16,
    /// What is typed.
    pub value: &'a Editor,
    /// What can be typed, or what it is for; may be empty.
    pub hint: &'a str,
    /// Why what is typed cannot be taken; shown in place of the hint, as it says what can be typed.
    pub error: Option<&'a str>,
}

/// Draws a form in the middle of the screen, as tall as its texts need.
pub fn draw(form: &OneLineForm<'_>, theme: &Theme, frame: &mut Frame<'_>) {
    let (text, style) = form.error.map_or((form.hint, theme.dim), |error| (error, theme.error));
    draw_with(form, text, style, theme, frame);
}

/// Draws a form with another text in place of the hint.
pub fn draw_with(form: &OneLineForm<'_>, text: &str, style: Style, theme: &Theme, frame: &mut Frame<'_>) {
    let all = frame.area();
    let all = Rect { height: all.height.saturating_sub(1), ..all };
    let columns = form.columns.min(all.width);
    let below =
        if text.is_empty() { vec![] } else { message::lines(text, usize::from(columns.saturating_sub(4)), style) };
    let rows = u16::try_from(below.len()).unwrap_or(u16::MAX);
    // A blank line sets the text off, where there is room for it.
    let gap = u16::from(rows > 0 && rows + 4 <= all.height);
    let area = layout::centered(all, columns, rows.saturating_add(3 + gap));
    let inside = window::draw(form.title, area, theme, frame);
    let line = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height: inside.height.min(1), ..inside };
    frame.render_widget(Line::styled("›", theme.accent), Rect { width: line.width.min(1), ..line });
    let field = Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line };
    text_field::draw_line(form.value, field, frame);
    let below_field = Rect { y: line.y + 1 + gap, height: rows, ..line }.intersection(inside);
    message::draw(below, below_field, frame);
}
