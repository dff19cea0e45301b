//! Moving cursors and scrolling texts. Geometry only: it knows nothing of what moves.

use crate::tui::keys::Action;
use crate::tui::list::List;

/// Returns how many rows of a pane are left below its title, at least one.
#[must_use]
pub fn rows(height: u16, title: u16) -> usize {
    usize::from(height.saturating_sub(title).max(1))
}

/// Returns where an action scrolls a text of `all` lines that starts at line `scroll`, with `rows` lines visible.
#[must_use]
pub fn scrolled(scroll: usize, action: Action, rows: usize, all: usize) -> usize {
    let page = rows.saturating_sub(2).max(1);
    let to = match action {
        Action::Down => scroll + 1,
        Action::Up => scroll.saturating_sub(1),
        Action::PageDown => scroll + page,
        Action::PageUp => scroll.saturating_sub(page),
        Action::Top => 0,
        Action::Bottom => usize::MAX,
        _ => scroll,
    };
    to.min(all.saturating_sub(rows))
}

/// Returns where a text of `all` lines that starts at line `scroll` is scrolled by `lines`, with `rows` lines visible.
#[must_use]
pub fn scrolled_by(scroll: usize, lines: isize, rows: usize, all: usize) -> usize {
    scroll.saturating_add_signed(lines).min(all.saturating_sub(rows))
}

/// Moves the cursor of a list; returns false for an action that does not move.
pub fn move_cursor<T>(list: &mut List<T>, action: Action, rows: usize, height: impl FnMut(usize, &T) -> usize) -> bool {
    match action {
        Action::Down => list.down(rows, height),
        Action::Up => list.up(rows, height),
        Action::PageDown => list.page_down(rows, height),
        Action::PageUp => list.page_up(rows, height),
        Action::Top => {
            list.select(0);
            list.skip = 0;
        }
        Action::Bottom => list.select(usize::MAX),
        _ => return false,
    }
    true
}
