//! Questions to the terminal about itself, and the answers to them.
//!
//! The program does not wait for an answer: it arrives among the keys, and the parser recognizes it.

use crate::config::Rgb;

/// Asks for the background color (OSC 11 of xterm).
pub(in crate::tui) const BACKGROUND: &str = "\u{1b}]11;?\u{1b}\\";
/// Asks whether images can be drawn by placeholder cells, as kitty does. Terminals that know the graphics protocol
/// without placeholders do not answer, and would show the placeholders as missing characters.
pub(in crate::tui) const KITTY_IMAGES: &str = "\u{1b}_Gi=31,s=1,v=1,a=q,U=1,t=d,f=24;AAAA\u{1b}\\";
/// Asks for the size of a cell (`CSI 16 t` of xterm) and for the attributes of the terminal (DA1 of the VT220). Every
/// terminal answers the second, and answers in order, so it comes last and ends the wait.
/// <https://vt100.net/docs/vt510-rm/DA1.html>
pub(in crate::tui) const ATTRIBUTES: &str = "\u{1b}[16t\u{1b}[c";

/// Asks for the flags of kitty's keyboard protocol; terminals without it do not answer.
/// <https://sw.kovidgoyal.net/kitty/keyboard-protocol/#detection-of-support-for-this-protocol>
pub(in crate::tui) const KEYBOARD: &str = "\u{1b}[?u";

/// An answer of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The background color.
    Background(Rgb),
    /// Images can be drawn by placeholder cells.
    KittyImages,
    /// The width and the height of a cell, in pixels.
    CellSize(u16, u16),
    /// All keys are unambiguous, by kitty's keyboard protocol.
    KeyboardProtocol,
    /// The attributes of the terminal: whether it draws sixels.
    Attributes {
        /// It draws sixels.
        sixel: bool,
    },
}

/// Reads the parameters of `CSI ? … c`. The first says which terminal it resembles, the others what it can do.
pub(super) fn attributes(parameters: &str) -> Answer {
    Answer::Attributes { sixel: parameters.split(';').skip(1).any(|attribute| attribute == "4") }
}

/// Reads the parameters of `CSI 6 ; height ; width t`.
pub(super) fn cell_size(parameters: &str) -> Option<Answer> {
    let (height, width) = parameters.strip_prefix("6;")?.split_once(';')?;
    Some(Answer::CellSize(width.parse().ok()?, height.parse().ok()?))
}

/// Reads the text of an operating system command.
pub(super) fn osc(text: &str) -> Option<Answer> {
    background(text).map(Answer::Background)
}

/// Reads the text of an application program command.
pub(super) fn apc(text: &str) -> Option<Answer> {
    (text == "Gi=31;OK").then_some(Answer::KittyImages)
}

/// Reads a color of one to four hexadecimal digits for each part, scaled to a byte.
fn background(text: &str) -> Option<Rgb> {
    let rest = text.strip_prefix("11;rgb:").or_else(|| text.strip_prefix("11;rgba:"))?;
    let part = |digits: &str| {
        let max = [0xf, 0xff, 0xfff, 0xffff].get(digits.len().checked_sub(1)?)?;
        u8::try_from(u32::from_str_radix(digits, 16).ok()? * 255 / max).ok()
    };
    let mut parts = rest.split('/').map(part);
    Some(Rgb(parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn color_parts_of_any_length_are_scaled() {
        for (text, color) in [
            ("11;rgb:f/0/8", Some(Rgb(255, 0, 136))),
            ("11;rgb:ff/00/80", Some(Rgb(255, 0, 128))),
            ("11;rgba:0000/ffff/8080/ffff", Some(Rgb(0, 255, 128))),
            ("11;rgb:fff//8", None),
            ("11;rgb:1/2", None),
            ("11;rgb:11111/2/3", None),
            ("11;rgb:", None),
            ("11;?", None),
            ("11;#ffffff", None),
        ] {
            assert_eq!(background(text), color, "{text}");
        }
    }

    #[test]
    fn sixel_is_one_of_the_attributes_after_the_first() {
        for (parameters, sixel) in [
            ("62;4;22", true),
            ("63;1;2;4", true),
            ("64;1;2;6;9;15;18;21;22;44", false),
            ("4;6", false),
            ("1;2", false),
        ] {
            assert_eq!(attributes(parameters), Answer::Attributes { sixel }, "{parameters}");
        }
    }

    #[test]
    fn cell_size_is_height_before_width() {
        assert_eq!(cell_size("6;20;10"), Some(Answer::CellSize(10, 20)));
        for other in ["6;", "4;20;10", "6;x;10", "6;20"] {
            assert_eq!(cell_size(other), None, "{other}");
        }
    }
}
