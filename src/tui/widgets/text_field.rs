//! A field of text that has the keys.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::tui::state::Editor;

/// Draws a text field and puts the terminal's cursor at its insertion point, where input methods and screen readers
/// look for it.
pub fn draw(editor: &Editor, area: Rect, frame: &mut Frame<'_>) {
    frame.render_widget(&editor.0, area);
    let (cursor, (top, left)) = (editor.0.screen_cursor(), editor.0.scroll_offset());
    let row = u16::try_from(cursor.row).unwrap_or(u16::MAX).saturating_sub(top);
    let column = u16::try_from(cursor.col).unwrap_or(u16::MAX).saturating_sub(left);
    if row < area.height && area.width > 0 {
        frame.set_cursor_position(Position { x: area.x + column.min(area.width - 1), y: area.y + row });
    }
}
