//! The avatars that are drawn as sixels on the screen.
//!
//! Text that is written over a sixel image erases that part of it, and an image cannot be drawn by the row, since bands
//! are not as high as cells. So whenever a cell of an avatar is drawn, all visible cells of that avatar are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ratatui::backend::WindowSize;
use ratatui::buffer::Cell;
use ratatui::style::Color;

use super::avatars::{MIN_ALPHA, Rendering};
use super::iterm::{InlineImages, PlacedCell, blend};
use super::{COLUMNS, ROWS, sixel};
use crate::config::Rgb;
use crate::model::{Pixel, mean};

/// Encoded pieces that are cached.
const MAX_CACHED: usize = 128;
/// Most pixels on a side of a cell; a terminal that reports more is not believed.
const MAX_CELL: u16 = 200;

/// The size of a terminal window, as far as sixels need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::tui) struct Window {
    rows: u16,
    /// The width and the height of a cell in pixels.
    cell: (usize, usize),
}

impl Window {
    /// Returns the window with the cell size that follows from its size in pixels or, where that is not known, with the
    /// one that the terminal reported; `None` where neither is plausible.
    pub(in crate::tui) fn of(size: WindowSize, reported: Option<(u16, u16)>) -> Option<Self> {
        let sides = [(size.pixels.width, size.columns_rows.width), (size.pixels.height, size.columns_rows.height)];
        let [width, height] = sides.map(|(pixels, cells)| pixels.checked_div(cells).unwrap_or(0));
        let (width, height) = if width > 0 && height > 0 { (width, height) } else { reported? };
        let plausible = |side| (1..=MAX_CELL).contains(&side);
        (plausible(width) && plausible(height))
            .then(|| Self { rows: size.columns_rows.height, cell: (width.into(), height.into()) })
    }
}

/// Cells of one avatar that are drawn as one image.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Piece {
    /// The color that names the avatar.
    color: Color,
    /// The first visible row of the avatar, and the number of rows.
    row: usize,
    rows: usize,
    /// The first visible column of the avatar, and the number of columns.
    column: usize,
    columns: usize,
    /// The background color.
    behind: Color,
}

impl Piece {
    /// Extends the piece by another one that continues it below; returns false if that one does not.
    fn extend(&mut self, below: &Self) -> bool {
        let fits = Self { row: self.row + self.rows, rows: below.rows, ..self.clone() } == *below;
        self.rows += if fits { below.rows } else { 0 };
        fits
    }

    /// Returns the pixels of the piece, row by row, scaled from a square avatar. Rows that would not fill a band are
    /// left out, because some terminals would erase what is below them.
    fn pixels(&self, square: &[Pixel], (width, height): (usize, usize)) -> Vec<Option<Rgb>> {
        let side = square.len().isqrt();
        let span = |at: usize, of: usize| at * side / of..((at + 1) * side / of).max(at * side / of + 1);
        let pixel = |x: usize, y: usize| {
            let columns = span(self.column * width + x, COLUMNS * width);
            let rows = span(self.row * height + y, ROWS * height);
            let indexes = rows.flat_map(|row| columns.clone().map(move |column| row * side + column));
            let average = mean(indexes.filter_map(|at| square.get(at).copied()));
            let [red, green, blue, alpha] = blend(average, self.behind);
            (alpha >= MIN_ALPHA).then_some(Rgb(red, green, blue))
        };
        let lines = self.rows * height / sixel::BAND * sixel::BAND;
        (0..lines).flat_map(|y| (0..self.columns * width).map(move |x| pixel(x, y))).collect()
    }
}

/// The cells of avatars that are on the screen.
#[derive(Debug, Default)]
pub(in crate::tui) struct SixelLayer {
    window: Window,
    /// The cells of avatars, by row and column.
    cells: BTreeMap<(u16, u16), Cell>,
    /// Encoded pieces, by the stamp of the avatar.
    encoded: HashMap<(u64, Piece), String>,
}

impl SixelLayer {
    /// Sets the window; returns true when it changed, so that all must be drawn again.
    pub(in crate::tui) fn resize(&mut self, window: Window) -> bool {
        let changed = self.window != window;
        if changed {
            *self = Self { window, ..Self::default() };
        }
        changed
    }

    /// Forgets all cells, because the screen was cleared.
    pub(in crate::tui) fn clear(&mut self) {
        self.cells.clear();
    }

    /// Returns the images to draw after these cells were drawn, each with its column and row.
    pub(in crate::tui) fn draw(&mut self, cells: &[PlacedCell<'_>], images: &InlineImages) -> Vec<(u16, u16, String)> {
        let mut touched = BTreeSet::new();
        for (x, y, cell) in cells {
            if let Some((row, column)) = images.part(cell) {
                self.cells.insert((*y, *x), (*cell).clone());
                let back = |from: u16, by: usize| from.checked_sub(u16::try_from(by).ok()?);
                touched.extend(back(*y, row).zip(back(*x, column)));
            } else {
                self.cells.remove(&(*y, *x));
            }
        }
        touched.into_iter().flat_map(|corner| self.draw_avatar(corner, images)).collect()
    }

    /// Returns the images of the visible parts of the avatar whose top left cell is, or would be, at a row and a column.
    fn draw_avatar(&mut self, (top, left): (u16, u16), images: &InlineImages) -> Vec<(u16, u16, String)> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (row, y) in (0..ROWS).zip(top..) {
            let columns = (0..COLUMNS).zip(left..).filter_map(|(column, x)| Some((column, self.cells.get(&(y, x))?)));
            let visible: Vec<_> = columns.filter(|(column, cell)| images.part(cell) == Some((row, *column))).collect();
            for run in
                visible.chunk_by(|(at, one), (next, other)| at + 1 == *next && one.fg == other.fg && one.bg == other.bg)
            {
                let (column, cell) = run[0];
                let new = Piece { color: cell.fg, row, rows: 1, column, columns: run.len(), behind: cell.bg };
                // An image in the last row of a window scrolls the whole screen.
                if y + 1 < self.window.rows && !pieces.iter_mut().any(|above| above.extend(&new)) {
                    pieces.push(new);
                }
            }
        }
        let position =
            |piece: &Piece| Some((left + u16::try_from(piece.column).ok()?, top + u16::try_from(piece.row).ok()?));
        pieces
            .into_iter()
            .filter_map(|piece| {
                let (x, y) = position(&piece)?;
                Some((x, y, self.encode(piece, images)?))
            })
            .collect()
    }

    /// Returns the sequence of a piece, from the cache if it is there.
    fn encode(&mut self, piece: Piece, images: &InlineImages) -> Option<String> {
        let thumbnail = images.thumbnail(piece.color)?;
        let Rendering::Pixels(square) = &thumbnail.rendering else { return None };
        if self.encoded.len() >= MAX_CACHED {
            self.encoded.clear();
        }
        let cell = self.window.cell;
        let encode = |(_, piece): &(u64, Piece)| sixel::encode(&piece.pixels(square, cell), piece.columns * cell.0);
        Some(self.encoded.entry((thumbnail.stamp, piece)).or_insert_with_key(encode).clone())
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
    use crate::tui::images::avatars::{AvatarCache, ImageProtocol, Thumbnail};
    use crate::tui::images::kitty;
    use crate::tui::images::sixel::tests::decode;
    use crate::tui::terminal::backend::StableBackend;

    const ADA: UserId = UserId(5);
    const RED: Option<Rgb> = Some(Rgb(255, 0, 0));
    const BLUE: Option<Rgb> = Some(Rgb(0, 0, 255));

    /// An avatar that is red at the top and blue at the bottom, with a transparent right half.
    fn avatars() -> AvatarCache {
        let pixel = |at: usize| [if at < 8 { 255 } else { 0 }, 0, if at < 8 { 0 } else { 255 }, [255, 0][at % 4 / 2]];
        let rendering = Rendering::Pixels((0..16).map(pixel).collect());
        let mut avatars = AvatarCache::new(ImageProtocol::Sixel);
        avatars.insert(vec![(ADA, Some(Arc::new(Thumbnail { stamp: 1, rendering })))]);
        avatars
    }

    /// A window of 12 columns and 6 rows, with cells of 5×10 pixels.
    fn window() -> Option<Window> {
        let size = WindowSize { columns_rows: Size::new(12, 6), pixels: Size::new(60, 60) };
        Window::of(size, None)
    }

    /// A screen with an avatar at column 1 and a given row, and a text.
    fn screen(row: u16, (x, y, text): (u16, u16, &str)) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 6));
        let Rgb(red, green, blue) = kitty::color(ADA);
        for at in 0..ROWS.min(usize::from(6 - row)) {
            buffer.set_string(1, row + at as u16, kitty::row(at), Style::new().fg(Color::Rgb(red, green, blue)));
        }
        buffer.set_string(x, y, text, Style::new());
        buffer
    }

    /// A cursor position, and the image written there: its width, its height and its pixels.
    type Written = (String, (usize, usize, Vec<Option<Rgb>>));

    /// Draws screens one after the other; returns the images written for the last one.
    fn written(screens: &[Buffer]) -> Vec<Written> {
        let mut out = Vec::new();
        let mut terminal = StableBackend::new(&mut out);
        terminal.images.update(&avatars());
        terminal.set_sixel_window(window());
        for pair in screens.windows(2) {
            terminal.set_cursor_position((98, 98)).unwrap();
            terminal.draw(pair[0].diff(&pair[1]).into_iter()).unwrap();
        }
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains('\u{10eeee}'));
        let out = out.rsplit("\u{1b}[99;99H").next().unwrap();
        let found = out.match_indices("\u{1b}P").map(|(at, _)| {
            let position = out[..at].rsplit_once("\u{1b}[").unwrap().1.to_owned();
            let end = out[at..].find("\u{1b}\\").unwrap() + 2;
            (position, decode(&out[at..at + end]))
        });
        found.collect()
    }

    fn empty() -> Buffer {
        Buffer::empty(Rect::new(0, 0, 12, 6))
    }

    #[test]
    fn avatar_is_one_image_of_whole_bands_within_its_cells() {
        let found = written(&[empty(), screen(1, (7, 1, "ab"))]);
        let [(position, (width, height, pixels))] = &found[..] else { panic!("{found:?}") };
        assert_eq!((position.as_str(), *width, *height), ("2;2H", 20, 18));
        let at = |x: usize, y: usize| pixels[y * width + x];
        assert_eq!([at(0, 0), at(9, 9), at(0, 10), at(9, 17)], [RED, RED, BLUE, BLUE]);
        assert_eq!([at(10, 0), at(19, 17)], [None, None], "the background shows");
    }

    #[test]
    fn avatar_is_written_again_only_after_a_part_was_covered() {
        let (plain, far) = (screen(1, (7, 1, "ab")), screen(1, (7, 1, "cd")));
        assert_eq!(written(&[empty(), plain.clone(), far]), []);
        assert_eq!(written(&[empty(), plain.clone(), empty()]), []);
        let below = screen(1, (1, 2, "xxxx"));
        assert_eq!(written(&[empty(), plain.clone(), below.clone()]), []);
        let over = screen(1, (3, 1, "xx"));
        assert_eq!(written(&[empty(), below, plain.clone()]), written(&[empty(), plain.clone()]));
        let halves = written(&[empty(), over]);
        let sizes: Vec<_> =
            halves.iter().map(|(position, (width, height, _))| (position.as_str(), *width, *height)).collect();
        assert_eq!(sizes, [("2;2H", 10, 6), ("3;2H", 20, 6)], "one image for each row beside a covered part");
    }

    #[test]
    fn nothing_is_drawn_in_the_last_row() {
        let found = written(&[empty(), screen(4, (7, 1, "ab"))]);
        assert_eq!(
            found.iter().map(|(position, (_, height, _))| (position.as_str(), *height)).collect::<Vec<_>>(),
            [("5;2H", 6)]
        );
        assert_eq!(written(&[empty(), screen(5, (7, 1, "ab"))]), []);
    }

    #[test]
    fn cell_size_comes_from_the_window_or_from_the_report() {
        let size = |width, height| WindowSize { columns_rows: Size::new(80, 24), pixels: Size::new(width, height) };
        for (size, reported, cell) in [
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
            assert_eq!(Window::of(size, reported).map(|window| window.cell), cell, "{size:?} {reported:?}");
        }
    }

    #[test]
    fn cache_of_encoded_pieces_is_bounded() {
        let mut images = InlineImages::default();
        images.update(&avatars());
        let mut layer = SixelLayer::default();
        assert!(layer.resize(window().unwrap()) && !layer.resize(window().unwrap()));
        for shade in 0..=255 {
            let mut screen = screen(1, (7, 1, "ab"));
            screen.set_style(Rect::new(0, 0, 5, 5), Style::new().bg(Color::Rgb(shade, 0, 0)));
            let cells = empty().diff(&screen).into_iter().map(|(x, y, cell)| (x, y, cell.clone())).collect::<Vec<_>>();
            let cells: Vec<_> = cells.iter().map(|(x, y, cell)| (*x, *y, cell)).collect();
            let drawn = layer.draw(&cells, &images);
            let [(_, _, text)] = &drawn[..] else { panic!("{drawn:?}") };
            assert_eq!(decode(text).2[19].map(|color| color.0.abs_diff(shade) < 3), Some(true));
            assert!(layer.encoded.len() <= MAX_CACHED);
        }
    }
}
