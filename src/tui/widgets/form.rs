//! Draws a field of a form: a label, and a text of one line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Theme, text_field};
use crate::text::{clean_line, truncate};
use crate::tui::state::Editor;

/// Columns before the value of a field.
const LABEL_COLUMNS: u16 = 15;

/// A field as it is drawn.
#[derive(Debug)]
pub struct FormField<'a> {
    /// What it holds.
    pub label: &'a str,
    /// What is shown while it is empty.
    pub hint: &'a str,
    /// Its text.
    pub value: &'a Editor,
    /// Whether it has the cursor.
    pub is_focused: bool,
}

/// Draws a field on one row.
pub fn draw(field: &FormField<'_>, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let here = field.is_focused;
    let label = format!("{:<width$}", field.label, width = usize::from(LABEL_COLUMNS) - 2);
    let label = Span::styled(label, if here { theme.strong } else { theme.dim });
    frame.render_widget(Line::from(vec![Span::styled(if here { "▌ " } else { "  " }, theme.accent), label]), area);
    let text = Rect { x: area.x + LABEL_COLUMNS, width: area.width.saturating_sub(LABEL_COLUMNS + 1), ..area };
    let value = field.value.text();
    let room = usize::from(text.width);
    if value.is_empty() {
        frame.render_widget(Line::styled(truncate(field.hint, room).into_owned(), theme.dim), text);
    } else if !here {
        frame.render_widget(Line::raw(truncate(&clean_line(&value), room).into_owned()), text);
    }
    if here && !value.is_empty() {
        text_field::draw_line(field.value, text, frame);
    } else if here {
        frame.set_cursor_position(text.as_position());
    }
}
