//! Pictures in terminals that speak iTerm2's protocol. There a picture has no number: on their way to the terminal, cells
//! that name one as [`kitty`] has it are drawn as what they show of it, as many in a row as there are. So none of it is
//! drawn where something else stands, and what is written over it takes its place.
//! <https://iterm2.com/documentation-images.html>

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use data_encoding::BASE64;
use ratatui::buffer::Cell;
use ratatui::style::Color;

use super::kitty;
use super::pictures::{Drawn, Looks, Pictures, ROWS, Small, WIDTH};
use crate::config::Rgb;
use crate::model::{Pixel, UserId};

/// Pixels on a side of a picture: it is sent whenever it moves, and these are few bytes.
pub(super) const SIDE: usize = 32;

/// Whether the terminal that the environment names draws pictures so, each cell for itself: iTerm2 and WezTerm do.
pub(super) fn is_spoken(environment: impl Fn(&str) -> Option<OsString>) -> bool {
    let named = |name: &OsString| name == "iTerm.app" || name == "WezTerm";
    !kitty::is_between(&environment) && environment("TERM_PROGRAM").as_ref().is_some_and(named)
}

/// A cell and where it is drawn: its column and its row.
pub(super) type Place<'a> = (u16, u16, &'a Cell);

/// The pictures that can be drawn.
#[derive(Debug, Default)]
pub(super) struct Inline {
    pictures: BTreeMap<[u8; 3], Arc<Small>>,
}

impl Inline {
    /// Takes in which pictures there are; true when one of them took the place of another.
    pub(super) fn take(&mut self, pictures: &Pictures) -> bool {
        let is_ours = matches!(pictures.drawn(), Drawn::Inline | Drawn::Sixel);
        let all = if is_ours { pictures.all().collect() } else { vec![] };
        let new: BTreeMap<_, _> = all.into_iter().map(|(user, small)| (parts(user), Arc::clone(small))).collect();
        let other = |(name, small): (&[u8; 3], &Arc<Small>)| self.pictures.get(name).is_some_and(|it| it != small);
        let replaced = new.iter().any(other);
        self.pictures = new;
        replaced
    }

    /// Whether a cell is drawn in one go with the one before it.
    pub(super) fn goes_on(&self, one: Place<'_>, next: Place<'_>) -> bool {
        let beside = || one.1 == next.1 && one.0 + 1 == next.0 && one.2.fg == next.2.fg && one.2.bg == next.2.bg;
        match (self.part(one.2), self.part(next.2)) {
            (None, None) => true,
            (Some((row, column)), Some(place)) => beside() && place == (row, column + 1),
            _ => false,
        }
    }

    /// What draws cells of one picture that stand in a row, at the place of the first, in iTerm2's protocol.
    pub(super) fn drawn(&self, cells: &[Place<'_>]) -> Option<String> {
        let (_, _, first) = cells.first()?;
        let (row, column) = self.part(first)?;
        let Looks::Pixels(pixels) = &self.picture(first.fg)?.looks else { return None };
        if pixels.len() != SIDE * SIDE {
            return None;
        }
        let (wide, high) = (SIDE / WIDTH, SIDE / ROWS);
        let line = |y: usize| &pixels[(row * high + y) * SIDE..][column * wide..][..cells.len() * wide];
        let shown: Vec<Pixel> = (0..high).flat_map(line).map(|pixel| over(*pixel, first.bg)).collect();
        let png = encode((cells.len() * wide, high), &shown)?;
        let count = cells.len();
        let head = format!("inline=1;width={count};height=1;preserveAspectRatio=0;doNotMoveCursor=1");
        Some(format!("\u{1b}]1337;File={head}:{}\u{7}", BASE64.encode(&png)))
    }

    /// The row and the column of a picture that a cell shows, if it is there.
    pub(super) fn part(&self, cell: &Cell) -> Option<(usize, usize)> {
        let place = kitty::place(cell.symbol())?;
        self.picture(cell.fg).map(|_| place)
    }

    /// The picture that a colour names.
    pub(super) fn picture(&self, name: Color) -> Option<&Small> {
        let Color::Rgb(red, green, blue) = name else { return None };
        self.pictures.get(&[red, green, blue]).map(Arc::as_ref)
    }
}

fn parts(user: UserId) -> [u8; 3] {
    let Rgb(red, green, blue) = kitty::color(user);
    [red, green, blue]
}

/// A pixel with what is behind it, as far as that is known.
pub(super) fn over([red, green, blue, alpha]: Pixel, behind: Color) -> Pixel {
    let Color::Rgb(behind_red, behind_green, behind_blue) = behind else { return [red, green, blue, alpha] };
    let part = |part: u8, behind: u8| {
        let sum = u32::from(part) * u32::from(alpha) + u32::from(behind) * u32::from(u8::MAX - alpha);
        u8::try_from(sum / u32::from(u8::MAX)).unwrap_or(u8::MAX)
    };
    [part(red, behind_red), part(green, behind_green), part(blue, behind_blue), u8::MAX]
}

fn encode((width, height): (usize, usize), pixels: &[Pixel]) -> Option<Vec<u8>> {
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
    use crate::tui::steady::Steady;

    const ADA: UserId = UserId(5);

    /// A picture that is red at the left and blue at the right, and shines through below.
    fn pictures(stamp: u64) -> Pictures {
        let pixel = |at: usize| [if at % SIDE < SIDE / 2 { 255 } else { 0 }, 0, 200, if at < 900 { 255 } else { 0 }];
        let looks = Looks::Pixels((0..SIDE * SIDE).map(pixel).collect());
        let mut pictures = Pictures::new(Drawn::Inline);
        pictures.take(vec![(ADA, Some(Arc::new(Small { stamp, looks })))]);
        pictures
    }

    /// A screen with a picture at column 1, row 1.
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

    /// What is sent to show a screen where another was: the pictures, each as where it stands and what it shows.
    fn sent(before: &Buffer, after: &Buffer) -> (String, Vec<(String, Picture)>) {
        let mut out = Vec::new();
        let mut terminal = Steady::new(&mut out);
        terminal.inline.take(&pictures(1));
        terminal.draw(before.diff(after).into_iter()).unwrap();
        let out = String::from_utf8(out).unwrap();
        let found = out.match_indices("\u{1b}]1337;File=").map(|(at, _)| {
            let place = out[..at].rsplit_once("\u{1b}[").unwrap().1.to_owned();
            let data = out[at..].split_once(':').unwrap().1.split_once('\u{7}').unwrap().0;
            (place, Picture::parse(BASE64.decode(data.as_bytes()).unwrap()).unwrap())
        });
        let found = found.collect();
        (out, found)
    }

    #[test]
    fn the_rows_of_a_picture_are_sent_where_they_stand_and_letters_where_those_stand() {
        let (out, found) = sent(&Buffer::empty(Rect::new(0, 0, 8, 4)), &screen());
        assert_eq!(found.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), ["2;2H", "3;2H"]);
        assert_eq!(out.matches("width=4;height=1;").count(), 2);
        assert_eq!(found[0].1.square(2).unwrap()[..2], [[255, 0, 200, 255], [0, 0, 200, 255]]);
        assert!(!out.contains('\u{10eeee}') && out.contains("\u{1b}[2;7H"), "{out:?}");
        assert!(
            out.contains("ab") && out.contains("\u{1b}[2;2H\u{1b}[38;2;64;0;5;49m    "),
            "blanks come first: {out:?}"
        );
    }

    #[test]
    fn of_a_picture_that_was_covered_only_what_was_is_sent() {
        let mut covered = screen();
        covered.set_string(3, 1, "xx", Style::new());
        let (out, found) = sent(&covered, &screen());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "2;4H");
        assert_eq!(found[0].1.square(1).unwrap(), [[0, 0, 200, 255]], "its right half, which is blue");
        assert!(out.contains("width=2;height=1;"));
        assert_eq!(sent(&screen(), &screen()).0, "", "what did not change is not sent");
        let (out, found) = sent(&screen(), &covered);
        assert!(found.is_empty() && out.contains("xx"));
    }

    #[test]
    fn a_picture_in_the_place_of_another_is_told() {
        let mut inline = Inline::default();
        assert!(!inline.take(&pictures(1)));
        assert!(!inline.take(&pictures(1)));
        assert!(inline.take(&pictures(2)));
        assert!(!inline.take(&Pictures::default()));
    }

    #[test]
    fn what_shines_through_shows_what_is_behind_where_that_is_known() {
        assert_eq!(over([200, 100, 0, 0], Color::Rgb(1, 2, 3)), [1, 2, 3, 255]);
        assert_eq!(over([200, 100, 0, 255], Color::Rgb(1, 2, 3)), [200, 100, 0, 255]);
        assert_eq!(over([200, 100, 0, 7], Color::Reset), [200, 100, 0, 7]);
    }

    #[test]
    fn only_terminals_that_name_themselves_are_sent_pictures() {
        for (set, spoken) in [
            (&[("TERM_PROGRAM", "iTerm.app")][..], true),
            (&[("TERM_PROGRAM", "WezTerm")], true),
            (&[("TERM_PROGRAM", "WezTerm"), ("TMUX", "/tmp/tmux")], false),
            (&[("TERM_PROGRAM", "tmux")], false),
            (&[], false),
        ] {
            let environment = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
            assert_eq!(is_spoken(environment), spoken, "{set:?}");
        }
    }
}
