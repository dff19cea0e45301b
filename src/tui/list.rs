//! A scrolled list with a cursor, whose rows may be of any height. Geometry only: it knows neither what
//! its items are nor how they are drawn.

/// A list of which a part is loaded and a part of that is seen.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T> {
    /// What is loaded, from the top down.
    pub items: Vec<T>,
    /// The item that the keys act on.
    pub cursor: usize,
    /// The first item that is seen.
    pub top: usize,
    /// How many lines of that item are scrolled away.
    pub skip: usize,
    /// There is more above what is loaded.
    pub more_above: bool,
    /// There is more below what is loaded.
    pub more_below: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<T> List<T> {
    /// A list of items, all of them loaded, with the cursor on the first.
    #[must_use]
    pub fn new(items: Vec<T>) -> Self {
        Self { items, cursor: 0, top: 0, skip: 0, more_above: false, more_below: false }
    }

    /// The item under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&T> {
        self.items.get(self.cursor)
    }

    /// Puts the cursor on an item; beyond the ends it is the last or the first.
    pub fn select(&mut self, at: usize) {
        self.cursor = at.min(self.items.len().saturating_sub(1));
    }

    /// Scrolls as little as shows the item under the cursor; of one taller than `rows`, its beginning
    /// unless one has scrolled into it. `height` is told an item and its place.
    pub fn reveal(&mut self, rows: usize, height: impl Fn(usize, &T) -> usize) {
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

    /// One step down: to the next item, or further into one that reaches below the screen.
    pub fn down(&mut self, rows: usize, height: impl Fn(usize, &T) -> usize) {
        if self.cursor == self.top
            && let Some(hidden) = self.selected().map(|item| height(self.cursor, item).saturating_sub(self.skip + rows))
            && hidden > 1
        {
            self.skip += hidden.min((rows / 2).max(1));
        } else {
            self.select(self.cursor + 1);
            self.reveal(rows, height);
        }
    }

    /// One step up: to the previous item, or back in one that begins above the screen.
    pub fn up(&mut self, rows: usize, height: impl Fn(usize, &T) -> usize) {
        if self.cursor == self.top && self.skip > 0 {
            self.skip = self.skip.saturating_sub((rows / 2).max(1));
        } else {
            self.cursor = self.cursor.saturating_sub(1);
            self.reveal(rows, height);
        }
    }

    /// A screen down: the cursor moves over as many items as fill it.
    pub fn page_down(&mut self, rows: usize, height: impl Fn(usize, &T) -> usize) {
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
        self.reveal(rows, height);
    }

    /// A screen up.
    pub fn page_up(&mut self, rows: usize, height: impl Fn(usize, &T) -> usize) {
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
        self.reveal(rows, height);
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    fn list(heights: &[usize]) -> List<usize> {
        List::new(heights.to_vec())
    }

    #[test]
    fn the_cursor_is_always_seen() {
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
    fn a_tall_item_is_read_to_its_end_before_the_next() {
        let mut list = list(&[20, 2]);
        let mut seen = vec![];
        for _ in 0..4 {
            list.down(8, |_, h| *h);
            seen.push((list.cursor, list.skip));
        }
        assert_eq!(seen, [(0, 4), (0, 8), (0, 12), (1, 14)]);
    }

    #[test]
    fn pages_and_ends() {
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
}
