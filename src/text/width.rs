//! How many columns a text takes, and how to make it take fewer.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a cleaned text without line breaks takes in a terminal.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    // Most graphemes are one character, which needs no look at its neighbours.
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(alone), None) => alone.width().unwrap_or_else(|| text.width()),
        _ => text.width(),
    }
}

/// The text, cut between graphemes and ended with `…` where it is wider than `columns`.
#[must_use]
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut cut = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += width(grapheme);
        if used >= columns {
            break;
        }
        cut.push_str(grapheme);
    }
    if columns > 0 {
        cut.push('…');
    }
    Cow::Owned(cut)
}

#[cfg(test)]
mod tests {
    use super::{truncate, width};

    #[test]
    fn columns_are_those_of_a_terminal() {
        for (text, columns) in [("abc", 3), ("世界", 4), ("e\u{301}", 1), ("👨‍👩‍👧‍👦", 2), ("ﾊﾞ", 2), ("❤️", 2), ("", 0)]
        {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn a_cut_never_splits_a_grapheme_and_always_fits() {
        for (text, columns, cut) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("世界人", 4, "世…"),
            ("世界人", 5, "世界…"),
            ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3, "👨‍👩‍👧‍👦…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
        ] {
            assert_eq!(truncate(text, columns), cut);
            assert!(width(&truncate(text, columns)) <= columns);
        }
    }
}
