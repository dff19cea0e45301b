//! A backend that keeps the screen right on terminals that disagree about the width of some characters: flags, emoji
//! families, letters joined by marks.
//!
//! The cells of such a character are blanked first, the cursor is set again behind it, and the rest of its row is drawn
//! in every frame that changes the row. It also replaces placeholder cells by images, for protocols that need that.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::{Position, Size};
use ratatui::style::Modifier;

use crate::text::width;
use crate::tui::images::iterm::InlineImages;
use crate::tui::images::kitty;
use crate::tui::images::sixel_layer::{SixelLayer, Window};

/// Returns true when terminals disagree about the width of a cell: when it has more than one character. Placeholders of
/// images are only sent to terminals that know them.
fn has_ambiguous_width(cell: &Cell) -> bool {
    cell.symbol().chars().nth(1).is_some() && !kitty::is_placeholder(cell.symbol())
}

/// Marks the cells behind a character of ambiguous width, so that every frame that changes their row draws them, blanks
/// too: a terminal that takes the character for wider has put a part of it there.
///
/// The cell that a wide character covers is marked as hidden, so that it is drawn once nothing covers it: where a
/// terminal writes a letter over the first half of a wide character, it makes up the style of the second half.
pub(in crate::tui) fn mark_unstable_cells(buffer: &mut Buffer) {
    let columns = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(columns) {
        for at in 1..row.len() {
            // No ASCII character is wide.
            if row[at - 1].symbol().len() > 1 && width(row[at - 1].symbol()) > 1 {
                row[at].modifier.insert(Modifier::HIDDEN);
            }
        }
        if let Some(at) = row.iter().position(has_ambiguous_width) {
            for cell in &mut row[at..] {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
    }
}

/// Cells of one row that were drawn, with their columns.
type DrawnCells = Vec<(u16, Cell)>;

/// A backend that sets the cursor again behind each character of ambiguous width. A frame that changes nothing writes
/// nothing.
#[derive(Debug)]
pub(in crate::tui) struct StableBackend<W: Write> {
    terminal: CrosstermBackend<W>,
    /// The images that placeholder cells name.
    pub(in crate::tui) images: InlineImages,
    /// The sixels on the screen, if images are sent as sixels.
    sixels: Option<SixelLayer>,
    /// The unstable cells of each row as they were drawn last: they need not be drawn again while their row stays the same.
    unstable_rows: BTreeMap<u16, DrawnCells>,
    /// Whether the cursor is visible, if that is known.
    cursor_visible: Option<bool>,
    /// Where the cursor is, if that is known.
    cursor: Option<Position>,
}

impl<W: Write> StableBackend<W> {
    pub(in crate::tui) fn new(writer: W) -> Self {
        Self {
            terminal: CrosstermBackend::new(writer),
            images: InlineImages::default(),
            sixels: None,
            unstable_rows: BTreeMap::new(),
            cursor_visible: None,
            cursor: None,
        }
    }

    /// Sends images as sixels to a window of this size, or stops doing so; returns true when all must be drawn again.
    pub(in crate::tui) fn set_sixel_window(&mut self, window: Option<Window>) -> bool {
        match window {
            Some(window) => self.sixels.get_or_insert_default().resize(window),
            None => self.sixels.take().is_some(),
        }
    }

    /// Leaves out rows of which only the unstable cells are to be drawn, as they are on the screen already.
    fn without_unchanged_rows<'a>(&mut self, cells: Vec<(u16, u16, &'a Cell)>) -> Vec<(u16, u16, &'a Cell)> {
        let is_changed = |row: &&[(u16, u16, &Cell)]| {
            let Some((_, y, _)) = row.first() else { return false };
            let is_same = |drawn: &DrawnCells| {
                drawn.len() == row.len()
                    && drawn.iter().zip(*row).all(|((column, old), (x, _, new))| column == x && old == *new)
            };
            if self.unstable_rows.get(y).is_some_and(is_same) {
                return false;
            }
            let unstable = row.iter().filter(|(.., cell)| cell.diff_option == CellDiffOption::AlwaysUpdate);
            let unstable: DrawnCells = unstable.map(|(x, _, cell)| (*x, (*cell).clone())).collect();
            if unstable.is_empty() {
                self.unstable_rows.remove(y);
            } else {
                self.unstable_rows.insert(*y, unstable);
            }
            true
        };
        cells.chunk_by(|(_, one, _), (_, next, _)| one == next).filter(is_changed).flatten().copied().collect()
    }

    /// Forgets what is on the screen: it was cleared, or another program may have used it.
    fn forget(&mut self) {
        self.unstable_rows.clear();
        (self.cursor_visible, self.cursor) = (None, None);
    }
}

/// Draws a run of cells of which only the last may have an ambiguous width.
fn draw_run<W: Write>(terminal: &mut CrosstermBackend<W>, run: &[(u16, u16, &Cell)]) -> io::Result<()> {
    let plain = run.iter().take_while(|(.., cell)| !has_ambiguous_width(cell)).count();
    let (plain, ambiguous) = run.split_at(plain);
    terminal.draw(plain.iter().copied())?;
    for (column, row, cell) in ambiguous.iter().copied() {
        // A terminal that takes it for narrower would keep what was in the second column.
        let covered = column..=column + u16::from(width(cell.symbol()) > 1);
        draw_blanks(terminal, covered.map(|column| (column, row, cell)))?;
        terminal.draw([(column, row, cell)].into_iter())?;
    }
    Ok(())
}

/// Draws blanks in the colors of cells.
fn draw_blanks<'a, W: Write>(
    terminal: &mut CrosstermBackend<W>,
    cells: impl Iterator<Item = (u16, u16, &'a Cell)>,
) -> io::Result<()> {
    let blank = |(x, y, cell): (u16, u16, &Cell)| {
        let mut blank = cell.clone();
        blank.set_char(' ');
        (x, y, blank)
    };
    let blanks: Vec<_> = cells.map(blank).collect();
    terminal.draw(blanks.iter().map(|(x, y, cell)| (*x, *y, cell)))
}

impl<W: Write> Backend for StableBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let cells = self.without_unchanged_rows(content.collect());
        if cells.is_empty() {
            return Ok(());
        }
        self.cursor = None;
        // CrosstermBackend sets the cursor at the start of each run.
        for run in cells.chunk_by(|one, next| self.images.continues(*one, *next)) {
            if run.first().is_none_or(|(.., cell)| self.images.part(cell).is_none()) {
                let mut runs = run.split_inclusive(|(.., cell)| has_ambiguous_width(cell));
                runs.try_for_each(|run| draw_run(&mut self.terminal, run))?;
                continue;
            }
            // The old content must not show through transparent pixels.
            draw_blanks(&mut self.terminal, run.iter().copied())?;
            if self.sixels.is_none()
                && let (Some(image), Some((x, y, _))) = (self.images.sequence(run), run.first())
            {
                self.terminal.set_cursor_position((*x, *y))?;
                self.terminal.write_all(image.as_bytes())?;
            }
        }
        // Sixels come last: text that is drawn after an image erases the part of it that it covers.
        for (x, y, image) in self.sixels.iter_mut().flat_map(|layer| layer.draw(&cells, &self.images)) {
            self.terminal.set_cursor_position((x, y))?;
            self.terminal.write_all(image.as_bytes())?;
        }
        Ok(())
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.forget();
        self.terminal.append_lines(lines)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_visible.replace(false) != Some(false) {
            self.terminal.hide_cursor()?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor_visible.replace(true) != Some(true) {
            // ratatui shows the cursor when its terminal is dropped, and prints a failure to standard error. On a terminal
            // that was closed, that would panic; the next frame reports such a terminal anyway.
            let _ = self.terminal.show_cursor();
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.terminal.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor.replace(position) != Some(position) {
            self.terminal.set_cursor_position(position)?;
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.forget();
        self.terminal.clear()
    }

    fn clear_region(&mut self, part: ClearType) -> io::Result<()> {
        self.forget();
        if let Some(layer) = &mut self.sixels {
            layer.clear();
        }
        self.terminal.clear_region(part)
    }

    fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.terminal.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.terminal)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    /// What was written, also while a backend owns the writer.
    #[derive(Clone, Default)]
    struct Output(Rc<RefCell<Vec<u8>>>);

    impl Output {
        fn take(&self) -> String {
            String::from_utf8(self.0.take()).unwrap()
        }
    }

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn buffer(area: Rect, text: &str) -> Buffer {
        let mut buffer = Buffer::empty(area);
        buffer.set_string(0, 0, text, Style::new());
        mark_unstable_cells(&mut buffer);
        buffer
    }

    fn drawn(before: &Buffer, text: &str) -> (Buffer, String) {
        let after = buffer(before.area, text);
        let mut out = Vec::new();
        StableBackend::new(&mut out).draw(before.diff(&after).into_iter()).unwrap();
        (after, String::from_utf8(out).unwrap())
    }

    #[test]
    fn ambiguous_width_repositions_following_cells() {
        let before = Buffer::empty(Rect::new(0, 0, 8, 1));
        let (_, out) = drawn(&before, "a🇪🇸");
        let behind = out.split_once("🇪🇸").unwrap().1;
        let at = behind.find("\u{1b}[1;4H").unwrap();
        assert!(behind[at..].matches(' ').count() >= 5, "blanks are drawn too: {out:?}");
        let (_, plain) = drawn(&before, "plain");
        assert_eq!(plain.matches('H').count(), 1, "plain text is drawn in one run: {plain:?}");
    }

    #[test]
    fn ambiguous_width_is_drawn_again_in_each_frame_that_changes_its_row() {
        let area = Rect::new(0, 0, 8, 1);
        let texts = ["a🇪🇸", "a🇪🇸", "b🇪🇸", "b🇪🇸 c", "plain", "b🇪🇸 c", "b🇪🇸 c", "b🇩🇪 c"];
        let expected = [true, false, true, true, false, true, false, true];
        let out = Output::default();
        let mut terminal = StableBackend::new(out.clone());
        let mut before = Buffer::empty(area);
        for (text, expected) in texts.into_iter().zip(expected) {
            let after = buffer(area, text);
            terminal.draw(before.diff(&after).into_iter()).unwrap();
            before = after;
            assert_eq!(out.take().contains(['🇸', '🇪']), expected, "{text}");
        }
        terminal.clear_region(ClearType::All).unwrap();
        terminal.draw(Buffer::empty(area).diff(&before).into_iter()).unwrap();
        assert!(out.take().contains("🇩🇪"), "a cleared screen is drawn whole");
    }

    #[test]
    fn cursor_is_set_again_only_where_it_moved_or_something_was_drawn() {
        let area = Rect::new(0, 0, 8, 1);
        let mut out = Vec::new();
        let mut terminal = StableBackend::new(&mut out);
        for _ in 0..3 {
            terminal.show_cursor().unwrap();
            terminal.set_cursor_position((2, 0)).unwrap();
        }
        terminal.draw(Buffer::empty(area).diff(&buffer(area, "a")).into_iter()).unwrap();
        terminal.set_cursor_position((2, 0)).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!((out.matches("\u{1b}[1;3H").count(), out.matches("\u{1b}[?25h").count()), (2, 1));
    }

    #[test]
    fn narrow_emoji_of_a_terminal_leaves_nothing_of_the_old_text() {
        let area = Rect::new(0, 0, 8, 1);
        let mut terminal = vt100::Parser::new(1, 8, 0);
        let mut before = Buffer::empty(area);
        for text in ["🇸🇩 Sudan", "☀️ sun"] {
            let (after, out) = drawn(&before, text);
            terminal.process(out.as_bytes());
            before = after;
        }
        assert_eq!(terminal.screen().contents().split_whitespace().collect::<Vec<_>>(), ["☀️", "sun"]);
    }

    #[test]
    fn hidden_cursor_is_hidden_once() {
        let mut out = Vec::new();
        let mut terminal = StableBackend::new(&mut out);
        for _ in 0..3 {
            terminal.hide_cursor().unwrap();
        }
        terminal.show_cursor().unwrap();
        terminal.hide_cursor().unwrap();
        terminal.clear().unwrap();
        terminal.hide_cursor().unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!((out.matches("\u{1b}[?25l").count(), out.matches("\u{1b}[?25h").count()), (3, 1));
    }
}
