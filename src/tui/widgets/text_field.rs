//! A field of text that has the keys.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::{clean_line, width};
use crate::tui::state::Editor;

/// Draws a text field and puts the terminal's cursor at its insertion point, where input methods and screen readers
/// look for it.
pub fn draw(editor: &Editor, area: Rect, frame: &mut Frame<'_>) -> Option<Position> {
    frame.render_widget(&editor.0, area);
    let (top, left) = editor.0.scroll_offset();
    let screen_row = editor.0.screen_cursor().row;
    let row = u16::try_from(screen_row).unwrap_or(u16::MAX).saturating_sub(top);
    let column = u16::try_from(columns_before_cursor(editor, screen_row)).unwrap_or(u16::MAX).saturating_sub(left);
    let is_visible = row < area.height && area.width > 0;
    let cursor = is_visible.then(|| Position { x: area.x + column.min(area.width - 1), y: area.y + row })?;
    frame.set_cursor_position(cursor);
    Some(cursor)
}

/// Draws a text field of one line like [`draw`]. A text that is longer than the field is scrolled so that the cursor and as
/// much as fits is shown; it shows `…` where the text continues.
pub fn draw_line(editor: &Editor, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width);
    let text = editor.text();
    let cursor = text.char_indices().nth(editor.0.cursor().1).map_or(text.len(), |(at, _)| at);
    let (before, after) = text.split_at(cursor);
    let (before, after) = (clean_line(before), clean_line(after));
    let column = width(&before);
    // The cursor after the last letter takes a column too.
    let columns = column + width(&after) + 1;
    if columns <= room || editor.0.lines().len() > 1 {
        draw(editor, area, frame);
        return;
    }
    let start = column.saturating_sub(room * 3 / 4).min(columns - room);
    frame.render_widget(part(&format!("{before}{after}"), start, room), area);
    let column = u16::try_from(column - start).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    if area.width > 0 && area.height > 0 {
        frame.set_cursor_position(Position { x: area.x + column, ..area.as_position() });
    }
}

/// Returns the part of a text that `room` columns from column `start` on show, with `…` where it continues.
fn part(text: &str, start: usize, room: usize) -> String {
    let mut part = String::new();
    let (mut column, end) = (0, start + room);
    for grapheme in text.graphemes(true) {
        let next = column + width(grapheme);
        if next > end || next == end && next < width(text) {
            part.push('…');
            break;
        }
        if column > start || column == start && start == 0 {
            part.push_str(grapheme);
        } else if next > start {
            // The first column says that there is more before; a wide letter leaves a second one.
            part.push('…');
            part.push_str(&" ".repeat(next - start - 1));
        }
        column = next;
    }
    part
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

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn part_of_a_text_fits_and_says_where_it_continues() {
        for (text, start, room, expected) in [
            ("abcdef", 0, 6, "abcdef"),
            ("abcdef", 0, 4, "abc…"),
            ("abcdef", 2, 4, "…def"),
            ("abcdef", 1, 4, "…cd…"),
            ("世界人間", 0, 5, "世界…"),
            ("世界人間", 1, 5, "…界…"),
            ("世界人間", 4, 5, "… 間"),
        ] {
            assert_eq!(part(text, start, room), expected, "{text} from {start}");
        }
    }
}
