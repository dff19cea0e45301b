//! The pictures that stand on the screen of a terminal that speaks [`sixel`]. Letters that are written over one wipe that
//! part of it, and where some of it is to be drawn anew, all that is seen of it is. It knows nothing of where pictures
//! come from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ratatui::backend::WindowSize;
use ratatui::buffer::Cell;
use ratatui::style::Color;

use super::inline::{Inline, Place, over};
use super::pictures::{HIDES, Looks, ROWS, WIDTH};
use super::sixel;
use crate::config::Rgb;
use crate::model::{Pixel, mean};

/// The most that is kept of what was encoded.
const KEPT: usize = 128;
/// The most pixels on a side of a cell: more than letters have.
const LARGEST: u16 = 200;

/// What a terminal tells of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Window {
    rows: u16,
    /// How many pixels wide a cell is, and how high.
    cell: (usize, usize),
}

impl Window {
    /// A window whose cells have as many pixels as follows from its size or, where that says nothing of pixels, as were
    /// told; none where neither helps.
    pub(super) fn of(size: WindowSize, told: Option<(u16, u16)>) -> Option<Self> {
        let sides = [(size.pixels.width, size.columns_rows.width), (size.pixels.height, size.columns_rows.height)];
        let [width, height] = sides.map(|(pixels, cells)| pixels.checked_div(cells).unwrap_or(0));
        let (width, height) = if width > 0 && height > 0 { (width, height) } else { told? };
        let fits = |side| (1..=LARGEST).contains(&side);
        (fits(width) && fits(height))
            .then(|| Self { rows: size.columns_rows.height, cell: (width.into(), height.into()) })
    }
}

/// Cells of one picture that are drawn at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Piece {
    /// The colour that names the picture.
    of: Color,
    /// The first row of the picture that is seen, and how many are.
    row: usize,
    rows: usize,
    /// The first column, and how many.
    column: usize,
    columns: usize,
    /// What is behind it.
    behind: Color,
}

impl Piece {
    /// Takes in a piece if it goes on below this one.
    fn take(&mut self, below: &Self) -> bool {
        let fits = Self { row: self.row + self.rows, rows: below.rows, ..self.clone() } == *below;
        self.rows += if fits { below.rows } else { 0 };
        fits
    }

    /// Its pixels, row by row, of a picture that is a square. Of the rows, those that would be less than a band at the
    /// bottom are left out: in some terminals they would take the place of what stands below.
    fn pixels(&self, square: &[Pixel], (wide, high): (usize, usize)) -> Vec<Option<Rgb>> {
        let side = square.len().isqrt();
        let span = |at: usize, of: usize| at * side / of..((at + 1) * side / of).max(at * side / of + 1);
        let pixel = |x: usize, y: usize| {
            let (columns, rows) = (span(self.column * wide + x, WIDTH * wide), span(self.row * high + y, ROWS * high));
            let places = rows.flat_map(|row| columns.clone().map(move |column| row * side + column));
            let seen = mean(places.filter_map(|at| square.get(at).copied()));
            let [red, green, blue, alpha] = over(seen, self.behind);
            (alpha >= HIDES).then_some(Rgb(red, green, blue))
        };
        let height = self.rows * high / sixel::BAND * sixel::BAND;
        (0..height).flat_map(|y| (0..self.columns * wide).map(move |x| pixel(x, y))).collect()
    }
}

/// The pictures that stand on the screen.
#[derive(Debug, Default)]
pub(super) struct Standing {
    window: Window,
    /// The cells of pictures, by row and column.
    cells: BTreeMap<(u16, u16), Cell>,
    /// What was encoded, by what tells the picture apart and what is seen of it.
    encoded: HashMap<(u64, Piece), String>,
}

impl Standing {
    /// Takes in what the window is like; true when that is news.
    pub(super) fn measure(&mut self, window: Window) -> bool {
        let news = self.window != window;
        if news {
            *self = Self { window, ..Self::default() };
        }
        news
    }

    /// Nothing stands there any more.
    pub(super) fn clear(&mut self) {
        self.cells.clear();
    }

    /// What draws the pictures of which some cells were drawn just now, blank, each with its column and row.
    pub(super) fn drawn(&mut self, cells: &[Place<'_>], inline: &Inline) -> Vec<(u16, u16, String)> {
        let mut touched = BTreeSet::new();
        for (x, y, cell) in cells {
            if let Some((row, column)) = inline.part(cell) {
                self.cells.insert((*y, *x), (*cell).clone());
                let back = |from: u16, by: usize| from.checked_sub(u16::try_from(by).ok()?);
                touched.extend(back(*y, row).zip(back(*x, column)));
            } else {
                self.cells.remove(&(*y, *x));
            }
        }
        touched.into_iter().flat_map(|(top, left)| self.draw((top, left), inline)).collect()
    }

    /// Draws what is seen of the picture whose first cell stands there, or would.
    fn draw(&mut self, (top, left): (u16, u16), inline: &Inline) -> Vec<(u16, u16, String)> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (row, y) in (0..ROWS).zip(top..) {
            let columns = (0..WIDTH).zip(left..).filter_map(|(column, x)| Some((column, self.cells.get(&(y, x))?)));
            let seen: Vec<_> = columns.filter(|(column, cell)| inline.part(cell) == Some((row, *column))).collect();
            for run in
                seen.chunk_by(|(at, one), (next, other)| at + 1 == *next && one.fg == other.fg && one.bg == other.bg)
            {
                let (column, cell) = run[0];
                let new = Piece { of: cell.fg, row, rows: 1, column, columns: run.len(), behind: cell.bg };
                // Whatever is drawn in the last row of a window scrolls all of it.
                if y + 1 < self.window.rows && !pieces.iter_mut().any(|above| above.take(&new)) {
                    pieces.push(new);
                }
            }
        }
        let place =
            |piece: &Piece| Some((left + u16::try_from(piece.column).ok()?, top + u16::try_from(piece.row).ok()?));
        pieces
            .into_iter()
            .filter_map(|piece| {
                let (x, y) = place(&piece)?;
                Some((x, y, self.encode(piece, inline)?))
            })
            .collect()
    }

    fn encode(&mut self, piece: Piece, inline: &Inline) -> Option<String> {
        let small = inline.picture(piece.of)?;
        let Looks::Pixels(square) = &small.looks else { return None };
        if self.encoded.len() >= KEPT {
            self.encoded.clear();
        }
        let cell = self.window.cell;
        let encode = |(_, piece): &(u64, Piece)| sixel::encode(&piece.pixels(square, cell), piece.columns * cell.0);
        Some(self.encoded.entry((small.stamp, piece)).or_insert_with_key(encode).clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ratatui::backend::Backend;
    use ratatui::buffer::Buffer;
    use ratatui::layout::{Rect, Size};
    use ratatui::style::Style;

    use super::*;
    use crate::model::UserId;
    use crate::tui::kitty;
    use crate::tui::pictures::{Drawn, Pictures, Small};
    use crate::tui::sixel::tests::decode;
    use crate::tui::steady::Steady;

    const ADA: UserId = UserId(5);
    const RED: Option<Rgb> = Some(Rgb(255, 0, 0));
    const BLUE: Option<Rgb> = Some(Rgb(0, 0, 255));

    /// A picture that is red above and blue below, and of whose right half nothing is seen.
    fn pictures() -> Pictures {
        let pixel = |at: usize| [if at < 8 { 255 } else { 0 }, 0, if at < 8 { 0 } else { 255 }, [255, 0][at % 4 / 2]];
        let looks = Looks::Pixels((0..16).map(pixel).collect());
        let mut pictures = Pictures::new(Drawn::Sixel);
        pictures.take(vec![(ADA, Some(Arc::new(Small { stamp: 1, looks })))]);
        pictures
    }

    /// A window of 12 columns and 6 rows, of cells that are 5 pixels wide and 10 high.
    fn window() -> Option<Window> {
        let size = WindowSize { columns_rows: Size::new(12, 6), pixels: Size::new(60, 60) };
        Window::of(size, None)
    }

    /// A screen with a picture at column 1 and that row, and a text.
    fn screen(row: u16, (x, y, text): (u16, u16, &str)) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 6));
        let Rgb(red, green, blue) = kitty::color(ADA);
        for at in 0..ROWS.min(usize::from(6 - row)) {
            buffer.set_string(1, row + at as u16, kitty::row(at), Style::new().fg(Color::Rgb(red, green, blue)));
        }
        buffer.set_string(x, y, text, Style::new());
        buffer
    }

    /// Where the cursor was put, and what a terminal makes of what was sent there: its width and height, and its pixels.
    type Sent = (String, (usize, usize, Vec<Option<Rgb>>));

    /// What is sent for one screen after the other: of the last the pictures.
    fn sent(screens: &[Buffer]) -> Vec<Sent> {
        let mut out = Vec::new();
        let mut terminal = Steady::new(&mut out);
        terminal.inline.take(&pictures());
        terminal.send_sixels(window());
        for pair in screens.windows(2) {
            terminal.set_cursor_position((98, 98)).unwrap();
            terminal.draw(pair[0].diff(&pair[1]).into_iter()).unwrap();
        }
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains('\u{10eeee}'));
        let out = out.rsplit("\u{1b}[99;99H").next().unwrap();
        let found = out.match_indices("\u{1b}P").map(|(at, _)| {
            let place = out[..at].rsplit_once("\u{1b}[").unwrap().1.to_owned();
            let end = out[at..].find("\u{1b}\\").unwrap() + 2;
            (place, decode(&out[at..at + end]))
        });
        found.collect()
    }

    fn empty() -> Buffer {
        Buffer::empty(Rect::new(0, 0, 12, 6))
    }

    #[test]
    fn a_picture_is_drawn_at_once_in_whole_bands_that_do_not_leave_its_cells() {
        let found = sent(&[empty(), screen(1, (7, 1, "ab"))]);
        let [(place, (width, height, pixels))] = &found[..] else { panic!("{found:?}") };
        assert_eq!((place.as_str(), *width, *height), ("2;2H", 20, 18));
        let at = |x: usize, y: usize| pixels[y * width + x];
        assert_eq!([at(0, 0), at(9, 9), at(0, 10), at(9, 17)], [RED, RED, BLUE, BLUE]);
        assert_eq!([at(10, 0), at(19, 17)], [None, None], "what is behind shows");
    }

    #[test]
    fn what_did_not_change_is_not_sent_and_what_was_wiped_is_with_all_that_is_seen() {
        let (plain, far) = (screen(1, (7, 1, "ab")), screen(1, (7, 1, "cd")));
        assert_eq!(sent(&[empty(), plain.clone(), far]), []);
        assert_eq!(sent(&[empty(), plain.clone(), empty()]), []);
        let below = screen(1, (1, 2, "xxxx"));
        assert_eq!(sent(&[empty(), plain.clone(), below.clone()]), []);
        let over = screen(1, (3, 1, "xx"));
        assert_eq!(sent(&[empty(), below, plain.clone()]), sent(&[empty(), plain.clone()]));
        let halves = sent(&[empty(), over]);
        let told: Vec<_> = halves.iter().map(|(place, (width, height, _))| (place.as_str(), *width, *height)).collect();
        assert_eq!(told, [("2;2H", 10, 6), ("3;2H", 20, 6)], "a row each where something stands beside it");
    }

    #[test]
    fn nothing_is_drawn_in_the_last_row() {
        let found = sent(&[empty(), screen(4, (7, 1, "ab"))]);
        assert_eq!(
            found.iter().map(|(place, (_, height, _))| (place.as_str(), *height)).collect::<Vec<_>>(),
            [("5;2H", 6)]
        );
        assert_eq!(sent(&[empty(), screen(5, (7, 1, "ab"))]), []);
    }

    #[test]
    fn the_size_of_a_cell_is_known_from_the_window_or_was_told() {
        let size = |width, height| WindowSize { columns_rows: Size::new(80, 24), pixels: Size::new(width, height) };
        for (size, told, cell) in [
            (size(800, 480), None, Some((10, 20))),
            (size(805, 499), Some((1, 1)), Some((10, 20))),
            (size(0, 0), Some((10, 20)), Some((10, 20))),
            (size(0, 0), None, None),
            (size(79, 480), None, None),
            (size(0, 0), Some((0, 20)), None),
            (size(65_535, 480), None, None),
            (size(0, 0), Some((65_535, 65_535)), None),
            (WindowSize { columns_rows: Size::new(0, 0), pixels: Size::new(800, 480) }, None, None),
        ] {
            assert_eq!(Window::of(size, told).map(|window| window.cell), cell, "{size:?} {told:?}");
        }
    }

    #[test]
    fn what_was_encoded_is_kept_for_few_pictures() {
        let mut inline = Inline::default();
        inline.take(&pictures());
        let mut standing = Standing::default();
        assert!(standing.measure(window().unwrap()) && !standing.measure(window().unwrap()));
        for shade in 0..=255 {
            let mut screen = screen(1, (7, 1, "ab"));
            screen.set_style(Rect::new(0, 0, 5, 5), Style::new().bg(Color::Rgb(shade, 0, 0)));
            let cells = empty().diff(&screen).into_iter().map(|(x, y, cell)| (x, y, cell.clone())).collect::<Vec<_>>();
            let cells: Vec<_> = cells.iter().map(|(x, y, cell)| (*x, *y, cell)).collect();
            let drawn = standing.drawn(&cells, &inline);
            let [(_, _, text)] = &drawn[..] else { panic!("{drawn:?}") };
            assert_eq!(decode(text).2[19].map(|color| color.0.abs_diff(shade) < 3), Some(true));
            assert!(standing.encoded.len() <= KEPT);
        }
    }
}
