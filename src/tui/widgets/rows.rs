//! The visible items of a list.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use crate::tui::list::List;

/// Draws the visible items of a list. `lines` returns the lines of an item, given its index.
pub fn draw<T>(list: &List<T>, area: Rect, frame: &mut Frame<'_>, lines: impl Fn(usize, &T) -> Vec<Line<'static>>) {
    draw_focused(list, false, area, frame, lines);
}

/// Draws the visible items of a list. If it has the keys, the terminal's cursor is put on the selected item, where
/// screen readers look for it.
pub fn draw_focused<T>(
    list: &List<T>,
    focused: bool,
    area: Rect,
    frame: &mut Frame<'_>,
    lines: impl Fn(usize, &T) -> Vec<Line<'static>>,
) {
    let mut y = area.y;
    let mut skip = list.skip;
    for (at, item) in list.items.iter().enumerate().skip(list.top) {
        if focused && at == list.cursor && y < area.bottom() {
            frame.set_cursor_position(Position { x: area.x, y });
        }
        for line in lines(at, item).into_iter().skip(skip) {
            if y >= area.bottom() {
                return;
            }
            frame.render_widget(line, Rect { y, height: 1, ..area });
            y += 1;
        }
        skip = 0;
    }
}
