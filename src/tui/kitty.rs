//! Pictures in terminals that speak kitty's graphics protocol: each is sent once, under a number, and stands wherever
//! cells name that number. So it scrolls, is covered and goes as text does, and nothing of it is left behind.
//! <https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders>

use std::ffi::OsString;

use data_encoding::BASE64;

use super::pictures::{ROWS, WIDTH};
use crate::config::Rgb;
use crate::model::{Pixel, UserId};

/// Pixels on a side of a picture: as many as two lines have where letters are large.
pub(super) const SIDE: usize = 48;
/// Stands for a cell of a picture.
const PLACE: char = '\u{10eeee}';
/// Marks on it, which say the row and the column.
const MARKS: [char; WIDTH] = ['\u{305}', '\u{30d}', '\u{30e}', '\u{310}'];
/// The longest piece of a picture that is sent at once, in bytes.
const PIECE: usize = 4_096;

/// Asks whether a picture of one pixel could be drawn where cells name it. Older ones know nothing of such cells, which
/// would stand there as signs that no font has; they do not answer.
pub(super) const QUESTION: &str = "\u{1b}_Gi=31,s=1,v=1,a=q,U=1,t=d,f=24;AAAA\u{1b}\\";
/// That it could.
pub(super) const ANSWER: &str = "_Gi=31;OK";

/// Whether the terminal that the environment names may draw pictures so: kitty and Ghostty do. Others are not asked,
/// since they would print the question, and what is between tells another name.
pub(super) fn is_likely(environment: impl Fn(&str) -> Option<OsString>) -> bool {
    !is_between(&environment)
        && environment("TERM").is_some_and(|term| term == "xterm-kitty" || term == "xterm-ghostty")
}

/// Whether another program stands between this one and the terminal, and draws in its place.
pub(super) fn is_between(environment: &impl Fn(&str) -> Option<OsString>) -> bool {
    ["TMUX", "STY", "ZELLIJ"].into_iter().any(|name| environment(name).is_some())
}

/// The number of a user's picture. Other programs in the same window have numbers of their own, small ones mostly.
fn number(user: UserId) -> u32 {
    0x40_0000 | user.0 as u32 & 0x3f_ffff
}

/// The colour of text by which cells name the picture of a user.
pub(super) fn color(user: UserId) -> Rgb {
    let [_, red, green, blue] = number(user).to_be_bytes();
    Rgb(red, green, blue)
}

/// A row of cells of a picture.
pub(super) fn row(row: usize) -> String {
    MARKS.iter().flat_map(|column| [PLACE, MARKS[row.min(ROWS - 1)], *column]).collect()
}

/// The row and the column of a picture that a cell stands for, if it is one of a picture and nothing else.
pub(super) fn place(symbol: &str) -> Option<(usize, usize)> {
    let mut marks = symbol.strip_prefix(PLACE)?.chars();
    let mut next = || marks.next().and_then(|mark| MARKS.iter().position(|known| *known == mark));
    let (row, column) = (next()?, next()?);
    (row < ROWS && marks.next().is_none()).then_some((row, column))
}

/// Whether a cell is one of a picture, and nothing else.
pub(super) fn is_cell(symbol: &str) -> bool {
    place(symbol).is_some()
}

/// Sends the picture of a user. The terminal answers nothing.
pub(super) fn send(user: UserId, pixels: &[Pixel]) -> String {
    let data = BASE64.encode(pixels.as_flattened());
    let (id, pieces) = (number(user), data.as_bytes().chunks(PIECE));
    let last = pieces.len().saturating_sub(1);
    let mut out = String::new();
    for (at, piece) in pieces.enumerate() {
        let first = format!("a=T,U=1,i={id},f=32,s={SIDE},v={SIDE},c={WIDTH},r={ROWS},");
        let what = if at == 0 { first.as_str() } else { "" };
        let piece = String::from_utf8_lossy(piece);
        out.push_str(&format!("\u{1b}_G{what}q=2,m={};{piece}\u{1b}\\", u8::from(at < last)));
    }
    out
}

/// Has the terminal forget the picture of a user.
pub(super) fn forget(user: UserId) -> String {
    format!("\u{1b}_Ga=d,d=I,i={},q=2\u{1b}\\", number(user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_terminal_that_names_itself_is_asked() {
        for (set, spoken) in [
            (&[("TERM", "xterm-kitty")][..], true),
            (&[("TERM", "xterm-ghostty")], true),
            (&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/tmux")], false),
            (&[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")], false),
            (&[("TERM", "xterm-256color")], false),
            (&[], false),
        ] {
            let environment = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
            assert_eq!(is_likely(environment), spoken, "{set:?}");
        }
    }

    #[test]
    fn a_picture_is_sent_in_pieces_and_named_by_a_colour() {
        let sent = send(UserId(5), &vec![[1, 2, 3, 255]; SIDE * SIDE]);
        let pieces: Vec<_> = sent.split_terminator("\u{1b}\\").collect();
        assert!(pieces[0].starts_with("\u{1b}_Ga=T,U=1,i=4194309,f=32,s=48,v=48,c=4,r=2,q=2,m=1;AQID/wECA/8"));
        assert!(pieces[1..].iter().all(|piece| piece.starts_with("\u{1b}_Gq=2,m=")));
        assert_eq!(pieces.iter().filter(|piece| piece.contains("m=0;")).count(), 1);
        assert!(pieces.iter().all(|piece| piece.len() < PIECE + 80));
        assert_eq!(color(UserId(5)), Rgb(0x40, 0, 5));
    }

    #[test]
    fn cells_are_told_from_what_others_write() {
        assert_eq!(
            (place("\u{10eeee}\u{305}\u{310}"), place("\u{10eeee}\u{30d}\u{305}")),
            (Some((0, 3)), Some((1, 0)))
        );
        for other in ["", "a", "\u{10eeee}", "\u{10eeee}\u{30e}\u{305}", "\u{10eeee}\u{305}\u{305}\u{305}"] {
            assert!(!is_cell(other), "{other:?}");
        }
    }
}
