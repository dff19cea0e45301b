//! A scrolled list with a cursor, whose items may have any height. Geometry only: it knows neither what its items are
//! nor how they are drawn.

use std::ops::Range;

/// A list of which a part is loaded, and a part of that is visible.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T> {
    /// The loaded items, from the top down.
    pub items: Vec<T>,
    /// The index of the selected item.
    pub cursor: usize,
    /// The index of the first visible item.
    pub top: usize,
    /// The number of lines of that item above the visible part.
    pub skip: usize,
    /// There are more items above the loaded ones.
    pub more_above: bool,
    /// There are more items below the loaded ones.
    pub more_below: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<T> List<T> {
    /// Makes a list of items, all of them loaded, with the cursor on the first.
    #[must_use]
    pub fn new(items: Vec<T>) -> Self {
        Self { items, cursor: 0, top: 0, skip: 0, more_above: false, more_below: false }
    }

    /// Returns the indices of the rows that are on the screen to their ends, and at least the first one.
    ///
    /// `room` is the number of lines of the pane; `height` returns those of a row.
    pub fn rows_on_screen(&self, room: usize, mut height: impl FnMut(usize, &T) -> usize) -> Range<usize> {
        let (mut room, mut end) = (room + self.skip, self.top + 1);
        for (at, row) in self.items.iter().enumerate().skip(self.top) {
            let tall = height(at, row);
            // The blank line below a row may be off the screen.
            if tall > room + 1 {
                break;
            }
            end = at + 1;
            room = room.saturating_sub(tall);
        }
        self.top..end
    }

    /// Returns the items that may be visible in `rows` lines, where each takes at least `least` lines.
    pub fn visible(&self, rows: u16, least: usize) -> impl Iterator<Item = &T> {
        self.items.iter().skip(self.top).take(usize::from(rows) / least + 2)
    }

    /// Returns the item under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&T> {
        self.items.get(self.cursor)
    }

    /// Moves the cursor to an index, or to the last item if the index is beyond it.
    pub fn select(&mut self, at: usize) {
        self.cursor = at.min(self.items.len().saturating_sub(1));
    }

    /// Scrolls as little as makes the item under the cursor visible. Of an item taller than `rows`, the first lines are
    /// shown unless it was scrolled already. `height` returns the lines of an item, given its index.
    pub fn reveal(&mut self, rows: usize, mut height: impl FnMut(usize, &T) -> usize) {
        self.select(self.cursor);
        if self.cursor < self.top || self.top >= self.items.len() {
            (self.top, self.skip) = (self.cursor, 0);
            return;
        }
        let Some(selected) = self.selected() else { return };
        let tall = height(self.cursor, selected);
        if self.cursor == self.top {
            self.skip = if tall <= rows { 0 } else { self.skip.min(tall - rows) };
            return;
        }
        let shown = tall.min(rows);
        let mut above: usize = (self.top..self.cursor).map(|at| height(at, &self.items[at])).sum::<usize>();
        above = above.saturating_sub(self.skip);
        while above + shown > rows && self.top < self.cursor {
            let first = height(self.top, &self.items[self.top]).saturating_sub(self.skip);
            let over = above + shown - rows;
            if first > over {
                self.skip += over;
                return;
            }
            above -= first.min(above);
            self.top += 1;
            self.skip = 0;
        }
    }

    /// Moves the cursor to the next item, or scrolls an item that continues below the screen.
    pub fn down(&mut self, rows: usize, mut height: impl FnMut(usize, &T) -> usize) {
        if self.cursor == self.top
            && let Some(hidden) = self.selected().map(|item| height(self.cursor, item).saturating_sub(self.skip + rows))
            && hidden > 1
        {
            self.skip += hidden.min((rows / 2).max(1));
        } else {
            self.select(self.cursor + 1);
            self.reveal(rows, &mut height);
        }
    }

    /// Moves the cursor to the previous item, or scrolls an item that starts above the screen.
    pub fn up(&mut self, rows: usize, mut height: impl FnMut(usize, &T) -> usize) {
        if self.cursor == self.top && self.skip > 0 {
            self.skip = self.skip.saturating_sub((rows / 2).max(1));
        } else {
            self.cursor = self.cursor.saturating_sub(1);
            self.reveal(rows, &mut height);
        }
    }

    /// Moves the cursor down over as many items as fill a screen.
    pub fn page_down(&mut self, rows: usize, mut height: impl FnMut(usize, &T) -> usize) {
        let mut left = rows.saturating_sub(2);
        let mut at = self.cursor;
        while let Some(item) = self.items.get(at + 1) {
            let tall = height(at + 1, item);
            if tall > left && at > self.cursor {
                break;
            }
            left = left.saturating_sub(tall);
            at += 1;
        }
        self.cursor = at;
        self.reveal(rows, &mut height);
    }

    /// Moves the cursor up over as many items as fill a screen.
    pub fn page_up(&mut self, rows: usize, mut height: impl FnMut(usize, &T) -> usize) {
        let mut left = rows.saturating_sub(2);
        let mut at = self.cursor;
        while at > 0 {
            let tall = height(at - 1, &self.items[at - 1]);
            if tall > left && at < self.cursor {
                break;
            }
            left = left.saturating_sub(tall);
            at -= 1;
        }
        self.cursor = at;
        self.reveal(rows, &mut height);
    }

    /// Returns the index of the item at a line of the screen, and the index of that line in the item.
    #[must_use]
    pub fn at_row(&self, row: usize, mut height: impl FnMut(usize, &T) -> usize) -> Option<(usize, usize)> {
        let mut left = row + self.skip;
        for (at, item) in self.items.iter().enumerate().skip(self.top) {
            let tall = height(at, item);
            if left < tall {
                return Some((at, left));
            }
            left -= tall;
        }
        None
    }

    /// Scrolls down by a number of lines, or up if it is negative, and moves the cursor so that it stays visible.
    pub fn scroll(&mut self, lines: isize, rows: usize, mut height: impl FnMut(usize, &T) -> usize) {
        if self.items.is_empty() {
            return;
        }
        for _ in 0..lines.unsigned_abs() {
            let tall = height(self.top, &self.items[self.top]);
            if lines < 0 && self.skip > 0 {
                self.skip -= 1;
            } else if lines < 0 && self.top > 0 {
                self.top -= 1;
                self.skip = height(self.top, &self.items[self.top]).saturating_sub(1);
            } else if lines > 0 && self.at_row(rows, &mut height).is_some() {
                (self.top, self.skip) =
                    if self.skip + 1 < tall { (self.top, self.skip + 1) } else { (self.top + 1, 0) };
            }
        }
        let whole = self.whole(rows, &mut height);
        self.cursor = match (whole.first(), whole.last()) {
            (Some(first), Some(last)) => self.cursor.clamp(*first, *last),
            // No item is visible as a whole: an item that was scrolled to its end gives way to the next.
            _ if lines > 0 && self.at_row(rows - 1, &mut height).is_some_and(|(at, _)| at > self.top) => self.top + 1,
            _ => self.top,
        };
    }

    /// Returns the indices of the items that are visible as a whole.
    fn whole(&self, rows: usize, mut height: impl FnMut(usize, &T) -> usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut end = 0;
        for (at, item) in self.items.iter().enumerate().skip(self.top) {
            end += height(at, item) - if at == self.top { self.skip } else { 0 };
            if end > rows {
                break;
            }
            if at > self.top || self.skip == 0 {
                found.push(at);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    fn list(heights: &[usize]) -> List<usize> {
        List::new(heights.to_vec())
    }

    #[test]
    fn cursor_is_always_visible() {
        let mut list = list(&[3, 4, 5, 3, 3, 10, 2, 1]);
        for _ in 0..30 {
            list.down(8, |_, h| *h);
            let above: usize = list.items[list.top..list.cursor].iter().sum();
            assert!(list.cursor == list.top || above + list.items[list.cursor].min(8) <= 8 + list.skip, "{list:?}");
        }
        assert_eq!(list.cursor, 7);
        for _ in 0..30 {
            list.up(8, |_, h| *h);
            assert!(list.top <= list.cursor);
        }
        assert_eq!((list.cursor, list.top, list.skip), (0, 0, 0));
    }

    #[test]
    fn tall_item_is_scrolled_to_its_end_before_the_next() {
        let mut list = list(&[20, 2]);
        let mut seen = vec![];
        for _ in 0..4 {
            list.down(8, |_, h| *h);
            seen.push((list.cursor, list.skip));
        }
        assert_eq!(seen, [(0, 4), (0, 8), (0, 12), (1, 14)]);
    }

    #[test]
    fn page_keys_stop_at_the_ends() {
        let mut list = list(&[2; 20]);
        list.page_down(10, |_, h| *h);
        assert_eq!(list.cursor, 4);
        list.page_up(10, |_, h| *h);
        assert_eq!(list.cursor, 0);
        list.select(99);
        assert_eq!(list.cursor, 19);
        list.reveal(10, |_, h| *h);
        assert_eq!((list.top, list.skip), (15, 0));
        let mut empty: List<usize> = List::default();
        empty.down(5, |_, h| *h);
        empty.page_up(5, |_, h| *h);
        assert_eq!(empty.selected(), None);
    }

    #[test]
    fn wheel_scrolls_by_lines_and_keeps_the_cursor_visible() {
        let mut list = list(&[3, 4, 5, 3, 30, 3, 2, 1]);
        let mut places = vec![];
        for _ in 0..60 {
            list.scroll(1, 8, |_, h| *h);
            let before = list.clone();
            list.reveal(8, |_, h| *h);
            places.push((list.top, list.skip));
            assert!(before.cursor >= list.top && list.at_row(7, |_, h| *h).is_none_or(|(at, _)| list.cursor <= at));
        }
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!((list.top, list.skip), (4, 28), "the end stays at the end");
        for _ in 0..60 {
            list.scroll(-1, 8, |_, h| *h);
            list.reveal(8, |_, h| *h);
        }
        assert_eq!((list.top, list.skip), (0, 0));
        let mut empty: List<usize> = List::default();
        empty.scroll(3, 8, |_, h| *h);
    }

    #[test]
    fn line_of_the_screen_is_mapped_to_its_item() {
        let mut list = list(&[3, 4, 5]);
        (list.top, list.skip) = (0, 2);
        let found = [0, 1, 4, 5, 9, 10].map(|row| list.at_row(row, |_, h| *h));
        assert_eq!(found, [Some((0, 2)), Some((1, 0)), Some((1, 3)), Some((2, 0)), Some((2, 4)), None]);
    }
}
