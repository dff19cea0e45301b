//! Width of text in terminal columns, and truncation.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Returns the width of a cleaned one-line text, in terminal columns.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    // Most graphemes are a single character, whose width does not depend on neighbors.
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(alone), None) => alone.width().unwrap_or_else(|| text.width()),
        _ => text.width(),
    }
}

/// Truncates a text to `columns` columns, between graphemes and with `…` at the end.
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
    fn width_matches_terminal_columns() {
        for (text, columns) in [("abc", 3), ("世界", 4), ("e\u{301}", 1), ("👨‍👩‍👧‍👦", 2), ("ﾊﾞ", 2), ("❤️", 2), ("", 0)]
        {
            assert_eq!(width(text), columns, "{text}");
        }
    }

    #[test]
    fn truncated_text_fits_and_keeps_graphemes_whole() {
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
