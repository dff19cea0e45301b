//! Drawing on terminals that take some characters for wider or narrower than they are: flags, families of emoji,
//! letters joined by marks. What stands in the place of such a one goes first, and what stands behind it is put where it
//! belongs, and drawn each time, so that nothing of it is left. It knows nothing of what is drawn.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::{Position, Size};
use ratatui::style::Modifier;

use super::inline::Inline;
use super::kitty;
use super::standing::{Standing, Window};
use crate::text::width;

/// Whether terminals disagree about how wide a cell is: it is of more than one character. One of a picture is sent only
/// to those that know it.
fn is_unsure(cell: &Cell) -> bool {
    cell.symbol().chars().nth(1).is_some() && !kitty::is_cell(cell.symbol())
}

/// Has what stands behind such a cell drawn in every frame, blanks too: a terminal that takes it for wider has put a
/// part of it there.
///
/// What a wide cell covers is marked, so that it is drawn once nothing covers it any more: where a terminal writes a
/// letter over the first half of a wide one, it makes up the looks of the second.
pub(super) fn draw_behind(buffer: &mut Buffer) {
    let columns = usize::from(buffer.area.width).max(1);
    for row in buffer.content.chunks_mut(columns) {
        for at in 1..row.len() {
            // Of ASCII none is wide.
            if row[at - 1].symbol().len() > 1 && width(row[at - 1].symbol()) > 1 {
                row[at].modifier.insert(Modifier::HIDDEN);
            }
        }
        if let Some(at) = row.iter().position(is_unsure) {
            for cell in &mut row[at..] {
                cell.set_diff_option(CellDiffOption::AlwaysUpdate);
            }
        }
    }
}

/// A terminal whose cursor is put anew behind each such cell. A frame that changes nothing writes nothing.
#[derive(Debug)]
pub(super) struct Steady<W: Write> {
    terminal: CrosstermBackend<W>,
    /// The pictures that are sent wherever they stand.
    pub(super) inline: Inline,
    /// Where those stand that are sent as sixels, if that is how they are.
    standing: Option<Standing>,
    /// The cursor is not seen, and need not be hidden again.
    hidden: bool,
}

impl<W: Write> Steady<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { terminal: CrosstermBackend::new(writer), inline: Inline::default(), standing: None, hidden: false }
    }

    /// Sends pictures as sixels from now on, to a window like this, or no longer; true when all is to be drawn anew.
    pub(super) fn send_sixels(&mut self, window: Option<Window>) -> bool {
        match window {
            Some(window) => self.standing.get_or_insert_default().measure(window),
            None => self.standing.take().is_some(),
        }
    }
}

/// Draws cells in a row, of which the last may be of unsure width.
fn put<W: Write>(terminal: &mut CrosstermBackend<W>, run: &[(u16, u16, &Cell)]) -> io::Result<()> {
    let plain = run.iter().take_while(|(.., cell)| !is_unsure(cell)).count();
    let (plain, unsure) = run.split_at(plain);
    terminal.draw(plain.iter().copied())?;
    for (column, row, cell) in unsure.iter().copied() {
        // A terminal that takes it for narrower would leave there what it does not cover.
        let covered = column..=column + u16::from(width(cell.symbol()) > 1);
        blank(terminal, covered.map(|column| (column, row, cell)))?;
        terminal.draw([(column, row, cell)].into_iter())?;
    }
    Ok(())
}

/// Draws blanks in the colours of cells.
fn blank<'a, W: Write>(
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

impl<W: Write> Backend for Steady<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        // The cursor is put where a run begins.
        let cells: Vec<_> = content.collect();
        for run in cells.chunk_by(|one, next| self.inline.goes_on(*one, *next)) {
            if run.first().is_none_or(|(.., cell)| self.inline.part(cell).is_none()) {
                run.split_inclusive(|(.., cell)| is_unsure(cell)).try_for_each(|run| put(&mut self.terminal, run))?;
                continue;
            }
            // What stood there before must not shine through.
            blank(&mut self.terminal, run.iter().copied())?;
            if self.standing.is_none()
                && let (Some(picture), Some((x, y, _))) = (self.inline.drawn(run), run.first())
            {
                self.terminal.set_cursor_position((*x, *y))?;
                self.terminal.write_all(picture.as_bytes())?;
            }
        }
        // These are more than a row high, and letters that are drawn behind them would wipe what they are written over.
        for (x, y, picture) in self.standing.iter_mut().flat_map(|standing| standing.drawn(&cells, &self.inline)) {
            self.terminal.set_cursor_position((x, y))?;
            self.terminal.write_all(picture.as_bytes())?;
        }
        Ok(())
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.terminal.append_lines(lines)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.hidden, true) {
            self.terminal.hide_cursor()?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.hidden = false;
        self.terminal.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.terminal.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.terminal.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        // Another program may have had the terminal.
        self.hidden = false;
        self.terminal.clear()
    }

    fn clear_region(&mut self, part: ClearType) -> io::Result<()> {
        if let Some(standing) = &mut self.standing {
            standing.clear();
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
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn drawn(before: &Buffer, text: &str) -> (Buffer, String) {
        let mut after = Buffer::empty(before.area);
        after.set_string(0, 0, text, Style::new());
        draw_behind(&mut after);
        let mut out = Vec::new();
        Steady::new(&mut out).draw(before.diff(&after).into_iter()).unwrap();
        (after, String::from_utf8(out).unwrap())
    }

    #[test]
    fn what_stands_behind_a_character_of_unsure_width_is_put_in_its_place_and_drawn_each_time() {
        let before = Buffer::empty(Rect::new(0, 0, 8, 1));
        let (flag, out) = drawn(&before, "a🇪🇸");
        let behind = out.split_once("🇪🇸").unwrap().1;
        let at = behind.find("\u{1b}[1;4H").unwrap();
        assert!(behind[at..].matches(' ').count() >= 5, "blanks are drawn too: {out:?}");
        let (_, again) = drawn(&flag, "a🇪🇸");
        assert!(again.contains("🇪🇸"), "{again:?}");
        let (_, plain) = drawn(&before, "plain");
        assert_eq!(plain.matches('H').count(), 1, "what is plain is drawn in one run: {plain:?}");
    }

    #[test]
    fn a_terminal_that_takes_a_sign_for_narrower_keeps_nothing_of_what_stood_in_its_place() {
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
    fn a_cursor_that_is_not_seen_is_hidden_once() {
        let mut out = Vec::new();
        let mut terminal = Steady::new(&mut out);
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
