//! What the terminal tells of itself when it is asked: whether it speaks sixel, and how large a cell is. crossterm makes
//! nothing of such answers, so they are found among the bytes, on their way to it. It knows nothing of where these come
//! from.

/// How large is a cell (`CSI 16 t` of xterm), and what are you (DA1 of the VT220)? All terminals answer the latter, in
/// the order in which they are asked, and so it is asked last.
/// <https://vt100.net/docs/vt510-rm/DA1.html>
pub(super) const QUESTION: &str = "\u{1b}[16t\u{1b}[c";

/// The longest answer that is heard out, in bytes.
const LONGEST: usize = 128;

/// What was answered so far.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// How many pixels wide a cell is, and how high.
    pub(super) cell: Option<(u16, u16)>,
    /// The terminal speaks sixel, or does not.
    pub(super) sixel: Option<bool>,
    /// The beginning of a sequence.
    begun: Vec<u8>,
}

impl Answers {
    /// Looks at bytes on their way.
    pub(super) fn hear(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match self.begun.len() {
                _ if *byte == 0x1b => self.begun = vec![*byte],
                1 if *byte == b'[' => self.begun.push(*byte),
                2..LONGEST => {
                    self.begun.push(*byte);
                    if (b'@'..=b'~').contains(byte) {
                        self.read();
                        self.begun.clear();
                    }
                }
                _ => self.begun.clear(),
            }
        }
    }

    /// Reads a sequence that is complete.
    fn read(&mut self) {
        let text = String::from_utf8_lossy(&self.begun);
        if let Some(told) = text.strip_prefix("\u{1b}[?").and_then(|rest| rest.strip_suffix('c')) {
            // The first tells which terminal it is like, the others what it can do.
            self.sixel = Some(told.split(';').skip(1).any(|attribute| attribute == "4"));
        } else if let Some(told) = text.strip_prefix("\u{1b}[6;").and_then(|rest| rest.strip_suffix('t')) {
            let side = |told: &str| told.parse().ok();
            self.cell = told.split_once(';').and_then(|(height, width)| side(width).zip(side(height)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(pieces: &[&str]) -> (Option<(u16, u16)>, Option<bool>) {
        let mut answers = Answers::default();
        pieces.iter().for_each(|piece| answers.hear(piece.as_bytes()));
        (answers.cell, answers.sixel)
    }

    #[test]
    fn answers_are_found_among_what_is_typed() {
        for (pieces, cell, sixel) in [
            (&["\u{1b}[?62;4;22c"][..], None, Some(true)),
            (&["\u{1b}[?63;1;2;4c"], None, Some(true)),
            (&["\u{1b}[?64;1;2;6;9;15;18;21;22;44c"], None, Some(false)),
            (&["\u{1b}[?4;6c"], None, Some(false)),
            (&["\u{1b}[?1;2c"], None, Some(false)),
            (&["\u{1b}[6;20;10t\u{1b}[?62;4c"], Some((10, 20)), Some(true)),
            (&["jk\u{1b}[A\u{1b}]11;rgb:0/0/0\u{1b}\\\u{1b}[?62", ";4", "cc"], None, Some(true)),
            (&["\u{1b}", "[6;", "20;10t"], Some((10, 20)), None),
            (&["\u{1b}\u{1b}[?62;4c"], None, Some(true)),
            (&["[?62;4c", "\u{1b}O[?62;4c", "\u{1b}[62;4c", "\u{1b}[6;t"], None, None),
        ] {
            assert_eq!(heard(pieces), (cell, sixel), "{pieces:?}");
        }
        let long = "1;".repeat(LONGEST);
        assert_eq!(heard(&["\u{1b}[?", &long, "4c"]), (None, None), "nothing is kept for long");
    }
}
