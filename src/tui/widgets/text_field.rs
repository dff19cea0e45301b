//! A field of text that has the keys.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::text::width;
use crate::tui::state::Editor;

/// Draws a text field and puts the terminal's cursor at its insertion point, where input methods and screen readers
/// look for it.
pub fn draw(editor: &Editor, area: Rect, frame: &mut Frame<'_>) {
    frame.render_widget(&editor.0, area);
    let (top, left) = editor.0.scroll_offset();
    let screen_row = editor.0.screen_cursor().row;
    let row = u16::try_from(screen_row).unwrap_or(u16::MAX).saturating_sub(top);
    let column = u16::try_from(columns_before_cursor(editor, screen_row)).unwrap_or(u16::MAX).saturating_sub(left);
    if row < area.height && area.width > 0 {
        frame.set_cursor_position(Position { x: area.x + column.min(area.width - 1), y: area.y + row });
    }
}

/// Returns the columns between the start of the cursor's row and the cursor. The widget's own column adds up the
/// characters of an emoji of several, which is drawn in two columns.
fn columns_before_cursor(editor: &Editor, screen_row: usize) -> usize {
    let (cursor, start) = (editor.0.cursor(), editor.0.screen_to_data(screen_row, 0));
    let Some(line) = editor.0.lines().get(cursor.0) else { return 0 };
    let start = if start.0 == cursor.0 { start.1 } else { 0 };
    let text: String = line.chars().skip(start).take(cursor.1.saturating_sub(start)).collect();
    width(&text)
}
