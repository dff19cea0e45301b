//! Line wrapping.

use std::ops::Range;

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

use super::width;

/// Wraps a cleaned text into lines of at most `columns` columns, returned as byte ranges without trailing white space.
///
/// Lines break where Unicode Standard Annex 14 allows it, so that Chinese and Japanese flow too, and inside a word only
/// if the word is wider than a line. A text without words is one empty line.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = 0..0;
    let mut used = 0;
    let mut from = 0;
    for (to, opportunity) in linebreaks(text) {
        let piece = &text[from..to];
        // The standard allows breaks after any slash, which would split URLs, and between `#` or `@` and a Chinese
        // word.
        if piece.ends_with(['/', '#', '@']) && opportunity == BreakOpportunity::Allowed {
            continue;
        }
        let word = piece.trim_end();
        if used > 0 && used + width(word) > columns {
            lines.push(line);
            line = from..from;
            used = 0;
        }
        if width(word) > columns {
            // The line may already contain characters of zero width.
            let start = line.start;
            (line, used) = break_word(start, &text[start..from + word.len()], columns, &mut lines);
        } else {
            if !word.is_empty() {
                line.end = from + word.len();
            }
            used += width(word);
        }
        used += width(piece[word.len()..].trim_end_matches(['\n', '\r']));
        if opportunity == BreakOpportunity::Mandatory {
            lines.push(line);
            line = to..to;
            used = 0;
        }
        from = to;
    }
    if lines.is_empty() {
        lines.push(0..0);
    }
    lines
}

/// Wraps a cleaned text of one line like [`wrap`], but breaks long paths and addresses after slashes, so that they start on
/// the line of the words before them.
#[must_use]
pub fn wrap_message(text: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = 0..0;
    let mut from = 0;
    let pieces = text.split_inclusive(' ').flat_map(|word| {
        let is_long = width(word) > columns / 2;
        word.split_inclusive(move |c| is_long && matches!(c, '/' | '\\'))
    });
    for piece in pieces {
        let end = from + piece.trim_end().len();
        if line.is_empty() {
            line = from..from;
        } else if width(&text[line.start..end]) > columns {
            lines.push(std::mem::replace(&mut line, from..from));
        }
        if width(&text[line.start..end]) > columns {
            line = break_word(line.start, &text[line.start..end], columns, &mut lines).0;
        } else if end > from {
            line.end = end;
        }
        from += piece.len();
    }
    lines.push(line);
    lines
}

/// Breaks a word that is wider than a line; returns the range and width of the last, unfinished line.
fn break_word(start: usize, word: &str, columns: usize, lines: &mut Vec<Range<usize>>) -> (Range<usize>, usize) {
    if word.is_ascii() {
        // Every ASCII character is one column wide, so the breaks can be computed.
        let full = word.len().saturating_sub(1) / columns;
        let rest = start + full * columns;
        lines.extend((0..full).map(|n| start + n * columns..start + (n + 1) * columns));
        return (rest..start + word.len(), word.len() - full * columns);
    }
    let mut line = start..start;
    let mut used = 0;
    for (at, grapheme) in word.grapheme_indices(true) {
        let wide = width(grapheme);
        if used > 0 && used + wide > columns {
            lines.push(line);
            line = start + at..start + at;
            used = 0;
        }
        line.end = start + at + grapheme.len();
        used += wide;
    }
    (line, used)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::{width, wrap, wrap_message};
    use crate::text::clean;

    #[track_caller]
    fn check(text: &str, columns: usize, expected: &[&str]) {
        let lines: Vec<&str> = wrap(text, columns).into_iter().map(|line| &text[line]).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn lines_break_between_words() {
        check("", 10, &[""]);
        check("one two three", 7, &["one two", "three"]);
        check("one two three", 100, &["one two three"]);
        check("a  b", 10, &["a  b"]);
        check("本。 #俳句 @本", 7, &["本。", "#俳句", "@本"]);
        check("exactly ten", 7, &["exactly", "ten"]);
        check("see https://example.com/a now", 21, &["see", "https://example.com/a", "now"]);
        check("a-long-hyphenated-word", 8, &["a-long-", "hyphenat", "ed-word"]);
    }

    #[test]
    fn line_breaks_and_blank_lines_are_kept() {
        check("a\n\nb", 10, &["a", "", "b"]);
        check("one two\nthree", 20, &["one two", "three"]);
    }

    #[test]
    fn chinese_and_japanese_break_anywhere_allowed() {
        check("古池や蛙飛びこむ水の音", 8, &["古池や蛙", "飛びこむ", "水の音"]);
        check("一二三，四", 6, &["一二", "三，四"]);
    }

    #[test]
    fn word_wider_than_the_line_breaks_between_graphemes() {
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("x abcdefgh y", 3, &["x", "abc", "def", "gh", "y"]);
        check("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 4, &["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]);
        check("世界", 1, &["世", "界"]);
        check("\u{d7cb}𞹂abc", 2, &["\u{d7cb}𞹂a", "bc"]);
    }

    #[test]
    fn long_path_in_a_message_breaks_after_slashes() {
        let check = |text: &str, columns: usize, expected: &[&str]| {
            let lines: Vec<&str> = wrap_message(text, columns).into_iter().map(|line| &text[line]).collect();
            assert_eq!(lines, expected);
        };
        check("", 10, &[""]);
        check("one two three", 7, &["one two", "three"]);
        check("cannot read /a/long/path: gone", 20, &["cannot read /a/long/", "path: gone"]);
        check(
            "cannot read /averylongnamewithoutend: gone",
            20,
            &["cannot read /", "averylongnamewithout", "end: gone"],
        );
        check("likes and/or boosts", 14, &["likes and/or", "boosts"]);
    }

    proptest! {
        #[test]
        fn lines_of_a_message_fit_and_keep_every_letter(text in any::<String>(), columns in 2usize..40) {
            let text = crate::text::clean_line(&text);
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let lines = wrap_message(&text, columns);
            let shown: String = lines.iter().map(|line| &text[line.clone()]).collect();
            prop_assert_eq!(letters(&shown), letters(&text));
            for line in lines {
                let line = &text[line];
                prop_assert!(width(line) <= columns || line.graphemes(true).count() == 1, "{:?}", line);
            }
        }

        #[test]
        fn lines_fit_and_keep_every_letter(text in any::<String>(), columns in 2usize..40) {
            let text = clean(&text);
            let lines = wrap(&text, columns);
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let shown: String = lines.iter().map(|line| &text[line.clone()]).collect();
            prop_assert_eq!(letters(&shown), letters(&text));
            for line in lines {
                let line = &text[line];
                prop_assert!(width(line) <= columns || line.graphemes(true).count() == 1, "{:?}", line);
            }
        }
    }
}
