//! iTerm2's inline images. They have no numbers: the backend replaces the placeholder cells that `kitty` defines by the
//! part of the image that they stand for, one sequence for each run of cells in a row. So only visible parts are drawn,
//! and text written over them replaces them.
//! <https://iterm2.com/documentation-images.html>

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use data_encoding::BASE64;
use ratatui::buffer::Cell;
use ratatui::style::Color;

use super::avatars::{AvatarCache, ImageProtocol, Rendering, Thumbnail};
use super::{COLUMNS, ITERM_SIDE as SIDE, ROWS, kitty};
use crate::config::Rgb;
use crate::model::{Pixel, UserId};

/// Returns true when the terminal named by the environment draws inline images: iTerm2 and WezTerm do.
pub(in crate::tui) fn is_supported(environment: impl Fn(&str) -> Option<OsString>) -> bool {
    let named = |name: &OsString| name == "iTerm.app" || name == "WezTerm";
    !kitty::is_multiplexed(&environment) && environment("TERM_PROGRAM").as_ref().is_some_and(named)
}

/// A cell with its column and its row.
pub(in crate::tui) type PlacedCell<'a> = (u16, u16, &'a Cell);

/// The avatars that placeholder cells may name.
#[derive(Debug, Default)]
pub(in crate::tui) struct InlineImages {
    thumbnails: BTreeMap<[u8; 3], Arc<Thumbnail>>,
}

impl InlineImages {
    /// Takes the loaded avatars; returns true when one of them replaced another.
    pub(in crate::tui) fn update(&mut self, avatars: &AvatarCache) -> bool {
        let used = matches!(avatars.protocol(), ImageProtocol::Iterm | ImageProtocol::Sixel);
        let all = if used { avatars.all().collect() } else { vec![] };
        let new: BTreeMap<_, _> =
            all.into_iter().map(|(user, thumbnail)| (color_parts(user), Arc::clone(thumbnail))).collect();
        let is_other = |(color, thumbnail): (&[u8; 3], &Arc<Thumbnail>)| {
            self.thumbnails.get(color).is_some_and(|known| known != thumbnail)
        };
        let replaced = new.iter().any(is_other);
        self.thumbnails = new;
        replaced
    }

    /// Returns true when a cell belongs to the same run as the one before it.
    pub(in crate::tui) fn continues(&self, one: PlacedCell<'_>, next: PlacedCell<'_>) -> bool {
        let beside = || one.1 == next.1 && one.0 + 1 == next.0 && one.2.fg == next.2.fg && one.2.bg == next.2.bg;
        match (self.part(one.2), self.part(next.2)) {
            (None, None) => true,
            (Some((row, column)), Some(part)) => beside() && part == (row, column + 1),
            _ => false,
        }
    }

    /// Returns the sequence that draws a run of cells of one avatar at the cursor.
    pub(in crate::tui) fn sequence(&self, cells: &[PlacedCell<'_>]) -> Option<String> {
        let (_, _, first) = cells.first()?;
        let (row, column) = self.part(first)?;
        let Rendering::Pixels(pixels) = &self.thumbnail(first.fg)?.rendering else { return None };
        if pixels.len() != SIDE * SIDE {
            return None;
        }
        let (width, height) = (SIDE / COLUMNS, SIDE / ROWS);
        let line = |y: usize| &pixels[(row * height + y) * SIDE..][column * width..][..cells.len() * width];
        let visible: Vec<Pixel> = (0..height).flat_map(line).map(|pixel| blend(*pixel, first.bg)).collect();
        let png = encode_png((cells.len() * width, height), &visible)?;
        let count = cells.len();
        let head = format!("inline=1;width={count};height=1;preserveAspectRatio=0;doNotMoveCursor=1");
        Some(format!("\u{1b}]1337;File={head}:{}\u{7}", BASE64.encode(&png)))
    }

    /// Returns the row and the column of a loaded avatar that a cell stands for.
    pub(in crate::tui) fn part(&self, cell: &Cell) -> Option<(usize, usize)> {
        let position = kitty::position(cell.symbol())?;
        self.thumbnail(cell.fg).map(|_| position)
    }

    /// Returns the avatar that a color names.
    pub(in crate::tui) fn thumbnail(&self, color: Color) -> Option<&Thumbnail> {
        let Color::Rgb(red, green, blue) = color else { return None };
        self.thumbnails.get(&[red, green, blue]).map(Arc::as_ref)
    }
}

/// Returns the color that names the avatar of a user.
fn color_parts(user: UserId) -> [u8; 3] {
    let Rgb(red, green, blue) = kitty::color(user);
    [red, green, blue]
}

/// Blends a pixel with the background behind it; a background of unknown color leaves it as it is.
pub(in crate::tui) fn blend([red, green, blue, alpha]: Pixel, behind: Color) -> Pixel {
    let Color::Rgb(behind_red, behind_green, behind_blue) = behind else { return [red, green, blue, alpha] };
    let part = |part: u8, behind: u8| {
        let sum = u32::from(part) * u32::from(alpha) + u32::from(behind) * u32::from(u8::MAX - alpha);
        u8::try_from(sum / u32::from(u8::MAX)).unwrap_or(u8::MAX)
    };
    [part(red, behind_red), part(green, behind_green), part(blue, behind_blue), u8::MAX]
}

/// Encodes pixels as a PNG file.
fn encode_png((width, height): (usize, usize), pixels: &[Pixel]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header().ok()?.write_image_data(pixels.as_flattened()).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use ratatui::backend::Backend;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::model::Picture;
    use crate::tui::terminal::backend::StableBackend;

    const ADA: UserId = UserId(5);

    /// An avatar that is red on the left, blue on the right, and transparent at the bottom.
    fn avatars(stamp: u64) -> AvatarCache {
        let pixel = |at: usize| [if at % SIDE < SIDE / 2 { 255 } else { 0 }, 0, 200, if at < 900 { 255 } else { 0 }];
        let rendering = Rendering::Pixels((0..SIDE * SIDE).map(pixel).collect());
        let mut avatars = AvatarCache::new(ImageProtocol::Iterm);
        avatars.insert(vec![(ADA, Some(Arc::new(Thumbnail { stamp, rendering })))]);
        avatars
    }

    /// A screen with an avatar at column 1, row 1.
    fn screen() -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 4));
        let Rgb(red, green, blue) = kitty::color(ADA);
        for row in 0..ROWS {
            let named = Style::new().fg(Color::Rgb(red, green, blue));
            buffer.set_string(1, row as u16 + 1, kitty::row(row), named);
        }
        buffer.set_string(6, 1, "ab", Style::new());
        buffer
    }

    /// Returns what is written to turn one screen into another, and its images, each with the cursor position before it.
    fn written(before: &Buffer, after: &Buffer) -> (String, Vec<(String, Picture)>) {
        let mut out = Vec::new();
        let mut terminal = StableBackend::new(&mut out);
        terminal.images.update(&avatars(1));
        terminal.draw(before.diff(after).into_iter()).unwrap();
        let out = String::from_utf8(out).unwrap();
        let found = out.match_indices("\u{1b}]1337;File=").map(|(at, _)| {
            let position = out[..at].rsplit_once("\u{1b}[").unwrap().1.to_owned();
            let data = out[at..].split_once(':').unwrap().1.split_once('\u{7}').unwrap().0;
            (position, Picture::parse(BASE64.decode(data.as_bytes()).unwrap()).unwrap())
        });
        let found = found.collect();
        (out, found)
    }

    #[test]
    fn each_row_of_an_avatar_is_written_at_its_position() {
        let (out, found) = written(&Buffer::empty(Rect::new(0, 0, 8, 4)), &screen());
        assert_eq!(found.iter().map(|(position, _)| position.as_str()).collect::<Vec<_>>(), ["2;2H", "3;2H"]);
        assert_eq!(out.matches("width=4;height=1;").count(), 2);
        assert_eq!(found[0].1.square(2).unwrap()[..2], [[255, 0, 200, 255], [0, 0, 200, 255]]);
        assert!(!out.contains('\u{10eeee}') && out.contains("\u{1b}[2;7H"), "{out:?}");
        assert!(
            out.contains("ab") && out.contains("\u{1b}[2;2H\u{1b}[38;2;64;0;5;49m    "),
            "blanks come first: {out:?}"
        );
    }

    #[test]
    fn only_uncovered_cells_of_an_avatar_are_written_again() {
        let mut covered = screen();
        covered.set_string(3, 1, "xx", Style::new());
        let (out, found) = written(&covered, &screen());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "2;4H");
        assert_eq!(found[0].1.square(1).unwrap(), [[0, 0, 200, 255]], "its right half, which is blue");
        assert!(out.contains("width=2;height=1;"));
        assert_eq!(written(&screen(), &screen()).0, "", "an unchanged screen writes nothing");
        let (out, found) = written(&screen(), &covered);
        assert!(found.is_empty() && out.contains("xx"));
    }

    #[test]
    fn update_reports_a_replaced_avatar() {
        let mut images = InlineImages::default();
        assert!(!images.update(&avatars(1)));
        assert!(!images.update(&avatars(1)));
        assert!(images.update(&avatars(2)));
        assert!(!images.update(&AvatarCache::default()));
    }

    #[test]
    fn transparent_pixels_show_a_known_background() {
        assert_eq!(blend([200, 100, 0, 0], Color::Rgb(1, 2, 3)), [1, 2, 3, 255]);
        assert_eq!(blend([200, 100, 0, 255], Color::Rgb(1, 2, 3)), [200, 100, 0, 255]);
        assert_eq!(blend([200, 100, 0, 7], Color::Reset), [200, 100, 0, 7]);
    }

    #[test]
    fn only_iterm_and_wezterm_are_sent_inline_images() {
        for (set, supported) in [
            (&[("TERM_PROGRAM", "iTerm.app")][..], true),
            (&[("TERM_PROGRAM", "WezTerm")], true),
            (&[("TERM_PROGRAM", "WezTerm"), ("TMUX", "/tmp/tmux")], false),
            (&[("TERM_PROGRAM", "tmux")], false),
            (&[], false),
        ] {
            let environment = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
            assert_eq!(is_supported(environment), supported, "{set:?}");
        }
    }
}
