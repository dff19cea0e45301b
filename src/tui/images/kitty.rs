//! Kitty's graphics protocol: each avatar is sent once under a number, and cells with a placeholder character show it.
//! So it scrolls, is covered and is erased like text.
//! <https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders>

use std::ffi::OsString;

use data_encoding::BASE64;

use super::{COLUMNS, KITTY_SIDE as SIDE, ROWS};
use crate::config::Rgb;
use crate::model::{Pixel, UserId};

/// The placeholder character of a cell of an image.
const PLACEHOLDER: char = '\u{10eeee}';
/// Combining marks on the placeholder that give its row and its column, each by its index here.
const MARKS: [char; COLUMNS] = ['\u{305}', '\u{30d}', '\u{30e}', '\u{310}'];
/// Bytes of an image that are sent in one sequence, as the protocol demands.
const CHUNK: usize = 4_096;

/// Returns true when the terminal named by the environment may speak the protocol: kitty and Ghostty do.
///
/// Other terminals are not asked, since some would print the question.
pub(in crate::tui) fn is_likely(environment: impl Fn(&str) -> Option<OsString>) -> bool {
    !is_multiplexed(&environment)
        && environment("TERM").is_some_and(|term| term == "xterm-kitty" || term == "xterm-ghostty")
}

/// Returns true when a multiplexer draws for this program, whatever terminal is behind it.
pub(in crate::tui) fn is_multiplexed(environment: &impl Fn(&str) -> Option<OsString>) -> bool {
    ["TMUX", "STY", "ZELLIJ"].into_iter().any(|name| environment(name).is_some())
}

/// Returns the image number of a user's avatar. Other programs in the window mostly use small numbers.
fn number(user: UserId) -> u32 {
    0x40_0000 | user.0 as u32 & 0x3f_ffff
}

/// Returns the text color by which placeholders name the avatar of a user.
pub(in crate::tui) fn color(user: UserId) -> Rgb {
    let [_, red, green, blue] = number(user).to_be_bytes();
    Rgb(red, green, blue)
}

/// Returns the placeholders for a row of an avatar.
pub(in crate::tui) fn row(row: usize) -> String {
    MARKS.iter().flat_map(|column| [PLACEHOLDER, MARKS[row.min(ROWS - 1)], *column]).collect()
}

/// Returns the row and the column that a placeholder stands for; `None` for any other text.
pub(in crate::tui) fn position(symbol: &str) -> Option<(usize, usize)> {
    let mut marks = symbol.strip_prefix(PLACEHOLDER)?.chars();
    let mut next = || marks.next().and_then(|mark| MARKS.iter().position(|known| *known == mark));
    let (row, column) = (next()?, next()?);
    (row < ROWS && marks.next().is_none()).then_some((row, column))
}

/// Returns true when a symbol is a placeholder and nothing else.
pub(in crate::tui) fn is_placeholder(symbol: &str) -> bool {
    position(symbol).is_some()
}

/// Returns the sequence that sends the avatar of a user; the terminal does not answer it.
pub(in crate::tui) fn send(user: UserId, pixels: &[Pixel]) -> String {
    let data = BASE64.encode(pixels.as_flattened());
    let (id, chunks) = (number(user), data.as_bytes().chunks(CHUNK));
    let last = chunks.len().saturating_sub(1);
    let mut out = String::new();
    for (at, chunk) in chunks.enumerate() {
        let first = format!("a=T,U=1,i={id},f=32,s={SIDE},v={SIDE},c={COLUMNS},r={ROWS},");
        let keys = if at == 0 { first.as_str() } else { "" };
        let chunk = String::from_utf8_lossy(chunk);
        out.push_str(&format!("\u{1b}_G{keys}q=2,m={};{chunk}\u{1b}\\", u8::from(at < last)));
    }
    out
}

/// Returns the sequence that deletes the avatar of a user from the terminal.
pub(in crate::tui) fn delete(user: UserId) -> String {
    format!("\u{1b}_Ga=d,d=I,i={},q=2\u{1b}\\", number(user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_kitty_and_ghostty_are_asked() {
        for (set, likely) in [
            (&[("TERM", "xterm-kitty")][..], true),
            (&[("TERM", "xterm-ghostty")], true),
            (&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/tmux")], false),
            (&[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")], false),
            (&[("TERM", "xterm-256color")], false),
            (&[], false),
        ] {
            let environment = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
            assert_eq!(is_likely(environment), likely, "{set:?}");
        }
    }

    #[test]
    fn image_is_sent_in_chunks_and_named_by_a_color() {
        let sent = send(UserId(5), &vec![[1, 2, 3, 255]; SIDE * SIDE]);
        let chunks: Vec<_> = sent.split_terminator("\u{1b}\\").collect();
        assert!(chunks[0].starts_with("\u{1b}_Ga=T,U=1,i=4194309,f=32,s=48,v=48,c=4,r=2,q=2,m=1;AQID/wECA/8"));
        assert!(chunks[1..].iter().all(|chunk| chunk.starts_with("\u{1b}_Gq=2,m=")));
        assert_eq!(chunks.iter().filter(|chunk| chunk.contains("m=0;")).count(), 1);
        assert!(chunks.iter().all(|chunk| chunk.len() < CHUNK + 80));
        assert_eq!(color(UserId(5)), Rgb(0x40, 0, 5));
    }

    #[test]
    fn only_exact_placeholders_have_a_position() {
        assert_eq!(
            (position("\u{10eeee}\u{305}\u{310}"), position("\u{10eeee}\u{30d}\u{305}")),
            (Some((0, 3)), Some((1, 0)))
        );
        for other in ["", "a", "\u{10eeee}", "\u{10eeee}\u{30e}\u{305}", "\u{10eeee}\u{305}\u{305}\u{305}"] {
            assert!(!is_placeholder(other), "{other:?}");
        }
    }
}
