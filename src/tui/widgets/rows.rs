//! The visible items of a list.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::list::List;

/// Draws the visible items of a list. `lines` returns the lines of an item, given its index.
pub fn draw<T>(list: &List<T>, area: Rect, frame: &mut Frame<'_>, lines: impl Fn(usize, &T) -> Vec<Line<'static>>) {
    let mut y = area.y;
    let mut skip = list.skip;
    for (at, item) in list.items.iter().enumerate().skip(list.top) {
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
