//! Cleaning of text before it reaches a terminal.
//!
//! Text from others may be hostile: escape sequences, bidirectional overrides that make a text read as another (Unicode
//! Technical Report 36), invisible characters, or thousands of combining marks. Cleaned text is harmless and still
//! readable.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_width::UnicodeWidthChar;

/// Maximum number of zero-width marks on one letter; orthographies in use need at most four.
const MAX_MARKS: usize = 6;
/// Maximum number of joiners in one emoji; a family of four needs three.
const MAX_JOINERS: usize = 8;
/// Replacement of a tab.
const TAB: &str = "    ";
/// Maximum length of a text drawn in a list, in bytes, so that any post is drawn in well under a millisecond.
const MAX_DISPLAYED: usize = 16 << 10;

/// Makes a text safe to draw; borrows it when nothing changes.
///
/// Line breaks of every kind become `\n`, tabs become spaces, other control characters their symbols (`␛`) or U+FFFD,
/// as do undefined characters. Characters that only act on others (bidirectional controls, zero-width spaces, tags) are
/// removed, and so are excess marks on a letter.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b == b'\n' || (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut last = None;
    let mut joiner = None;
    let mut cluster = Cluster::default();
    while let Some(c) = chars.next() {
        let fits = cluster.accepts(c, joiner == Some('\u{200d}') && joins(c));
        let shown = match c {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => {
                out.push_str(&TAB[1..]);
                ' '
            }
            '\0'..='\u{1f}' => control_symbol(c),
            '\u{7f}' => '␡',
            _ if !fits || is_dropped(c) => continue,
            // Joiners shape letters and emoji, but have no effect between other characters.
            '\u{200c}' | '\u{200d}' => {
                joiner = joiner.or(last.is_some_and(joins).then_some(c));
                continue;
            }
            c if is_variation(c) => {
                if last.is_some_and(|c| !is_variation(c) && c != '\n') {
                    out.push(c);
                    last = Some(c);
                }
                continue;
            }
            c if is_replaced(c) => '\u{fffd}',
            c => c,
        };
        if let Some(joiner) = joiner.take().filter(|_| joins(shown)) {
            out.push(joiner);
        }
        // A mark without a letter would be drawn on whatever precedes the text.
        if is_combining_mark(shown) && last.is_none_or(char::is_whitespace) {
            out.push('◌');
        }
        out.push(shown);
        last = Some(shown);
    }
    Cow::Owned(out)
}

/// Returns whether a character can be joined to its neighbors.
fn joins(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace()
}

/// Counts marks and joiners of the current grapheme, which must not become as long as a whole text.
#[derive(Default)]
struct Cluster {
    marks: usize,
    joiners: usize,
}

impl Cluster {
    /// Counts a character, which may be joined to the one before it. Returns false if it is one too many.
    fn accepts(&mut self, c: char, joined: bool) -> bool {
        if c == '\u{200d}' {
            self.joiners += 1;
            return self.joiners <= MAX_JOINERS;
        }
        if is_attached(c) {
            self.marks += 1;
            return self.marks <= MAX_MARKS;
        }
        self.marks = 0;
        if !joined {
            self.joiners = 0;
        }
        true
    }
}

/// Returns whether a character is drawn as a part of the one before it: marks, Hangul vowels, skin tones.
fn is_attached(c: char) -> bool {
    !c.is_ascii()
        && (is_combining_mark(c)
            || c.width() == Some(0)
            || matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{1f3fb}'..='\u{1f3ff}'))
}

/// Returns the part of a text that is drawn in a list: all of it, unless it is very long.
#[must_use]
pub fn displayed_prefix(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_DISPLAYED)]
}

/// Returns whether [`clean`] would leave nothing to remove: no character acts on the terminal or its neighbors.
#[inline]
#[must_use]
pub fn is_clean(text: &str) -> bool {
    // This is called for every cell of a screen, and nearly all are printable ASCII.
    text.bytes().all(|b| (b' '..=b'~').contains(&b)) || text.chars().all(is_inert)
}

fn is_inert(c: char) -> bool {
    !c.is_control() && !is_dropped(c) && !is_replaced(c)
}

/// Cleans a text that must stay on one line, such as a name: like [`clean`], with line breaks as spaces.
#[must_use]
pub fn clean_line(text: &str) -> Cow<'_, str> {
    match clean(text) {
        line if line.contains('\n') => Cow::Owned(line.replace('\n', " ")),
        line => line,
    }
}

/// Cleans a text for an excerpt: like [`clean`], with every run of white space as one space.
#[must_use]
pub fn single_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes every character of a JSON text that [`clean`] would change as a `\u` escape.
///
/// The result is safe to print and parses to the exact text, since JSON's own syntax is plain ASCII.
#[must_use]
pub fn escape_json(json: &str) -> Cow<'_, str> {
    let is_hostile = |c: char| {
        is_replaced(c) || is_dropped(c) || is_variation(c) || matches!(c, '\u{7f}' | '\u{2028}' | '\u{2029}' | '\u{85}')
    };
    if !json.chars().any(is_hostile) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hostile(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Returns the visible symbol of a control character.
fn control_symbol(c: char) -> char {
    char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')
}

/// Returns whether a character becomes U+FFFD: C1 controls, private use and unassigned characters.
fn is_replaced(c: char) -> bool {
    use GeneralCategory::{Control, PrivateUse, Unassigned};
    !c.is_ascii() && matches!(c.general_category(), Control | PrivateUse | Unassigned)
}

/// Returns whether an invisible character that changes how others look or read is removed: formats, fillers, tags.
fn is_dropped(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    let filler = matches!(c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}' | '\u{3164}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}');
    // Some format characters of Arabic, Syriac and Kaithi are drawn around the following number.
    let is_visible = matches!(
        c,
        '\u{200c}' | '\u{200d}' | '\u{600}'
            ..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{110bd}' | '\u{110cd}'
    );
    filler || (!is_visible && c.general_category() == GeneralCategory::Format)
}

fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::{MAX_JOINERS, clean, clean_line, escape_json, is_clean, single_line};

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(clean(input), expected);
    }

    #[test]
    fn harmless_text_is_unchanged() {
        for text in ["plain\nlines", "Grüße, 世界, مرحبا, नमस्ते", "👨‍👩‍👧‍👦 ❤️ 🇪🇸", "می‌خواهم", "Việt Nam", "ﾊﾞｲﾄ"]
        {
            check(text, text);
        }
        let families = "👨‍👩‍👧‍👦".repeat(9);
        check(&families, &families);
        assert!(matches!(clean("ascii only"), Cow::Borrowed(_)));
    }

    #[test]
    fn clean_text_has_no_active_characters() {
        for text in ["", "plain words", "Grüße, 世界", "👨‍👩‍👧‍👦 ❤️ 🇪🇸", "می‌خواهم", "e\u{301}"]
        {
            assert!(is_clean(text), "{text:?}");
        }
        for c in
            ['\0', '\t', '\n', '\u{1b}', '\u{7f}', '\u{9b}', '\u{200b}', '\u{202e}', '\u{e000}', '\u{378}', '\u{e0067}']
        {
            assert!(!is_clean(&format!("a{c}b")), "{c:?}");
        }
    }

    #[test]
    fn control_characters_become_visible() {
        check("\u{1b}[31mred\u{7}", "␛[31mred␇");
        check("\u{1b}]52;c;aGk=\u{1b}\\", "␛]52;c;aGk=␛\\");
        check("a\u{9b}31mb\u{7f}", "a\u{fffd}31mb␡");
        check("a\tb", "a    b");
        check("a\0b", "a␀b");
        check("\u{e000}\u{10ffff}\u{378}\u{e0fff}", "\u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn all_kinds_of_line_breaks_become_newlines() {
        check("a\r\nb\rc\u{2028}d\u{2029}e\u{85}f\u{b}g", "a\nb\nc\nd\ne\nf\ng");
        assert_eq!(clean_line("a\r\nb\u{2028}c"), "a b c");
        assert_eq!(single_line(" a\r\n\tb\u{202e} \u{2028} c\u{7} "), "a b c␇");
    }

    #[test]
    fn invisible_characters_are_removed() {
        check("ab\u{202e}cd\u{202c}", "abcd");
        check("\u{2066}x\u{2069}\u{200f}", "x");
        check("pay\u{200b}pal\u{2060}\u{feff}", "paypal");
        check("a\u{200d}b", "ab");
        check("a\u{200d}é", "aé");
        check("a\n\u{fe0f}b", "a\nb");
        check("\u{1f3f4}\u{e0067}\u{e007f}", "\u{1f3f4}");
        check("x\u{fe0f}\u{fe0f}\u{fe0f}", "x\u{fe0f}");
    }

    #[test]
    fn excess_and_lone_marks_are_handled() {
        assert_eq!(clean(&format!("a{}", "\u{301}".repeat(100_000))).chars().count(), 7);
        check("\u{301}a", "◌\u{301}a");
        check("a \u{301}", "a ◌\u{301}");
        let joined = |joiners| format!("👩{}", "\u{200d}👩".repeat(joiners));
        check(&joined(MAX_JOINERS), &joined(MAX_JOINERS));
        check(&joined(MAX_JOINERS + 1), &format!("{}👩", joined(MAX_JOINERS)));
        for flood in
            ["\u{301}\u{200d}", "\u{301}\u{fe0f}", "👩\u{200d}", "👍\u{1f3fb}", "\u{1161}", "ﾞ", "\u{200d}\u{fe0f}"]
        {
            let cleaned = clean(&format!("가{}", flood.repeat(10_000))).into_owned();
            let longest = cleaned.graphemes(true).map(|grapheme| grapheme.chars().count()).max();
            assert!(longest <= Some(32), "{flood:?}: {longest:?}");
        }
    }

    #[test]
    fn escaped_json_parses_to_the_same_text() {
        let text = "a\u{9b}b\u{202e}c\u{7f}\u{2028}\u{e0067}";
        let json = serde_json::to_string(text).expect("a string");
        let escaped = escape_json(&json);
        assert_eq!(escaped, r#""a\u009bb\u202ec\u007f\u2028\udb40\udc67""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).expect("still JSON"), text);
    }

    /// Texts made of characters that act on their neighbors.
    fn active_characters() -> impl Strategy<Value = String> {
        const CHARS: &[char] = &[
            'a',
            ' ',
            '\n',
            '\r',
            '\t',
            '\u{1b}',
            '\u{9b}',
            '\u{7f}',
            '\u{ad}',
            '\u{301}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{202e}',
            '\u{2067}',
            '\u{fe0e}',
            '\u{fe0f}',
            '\u{e0067}',
            '\u{e0100}',
            '\u{1f3fb}',
            '\u{1161}',
            '\u{11a8}',
            'ﾞ',
            'क',
            '\u{94d}',
            '👩',
            '❤',
            '🇪',
            '\u{e000}',
            '\u{378}',
            '\u{ffff}',
            '가',
            '\u{600}',
        ];
        proptest::collection::vec(proptest::sample::select(CHARS), 0..60).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn cleaned_text_is_inert_and_stable(text in prop_oneof![any::<String>(), active_characters()]) {
            let clean = super::clean(&text);
            prop_assert!(!clean.chars().any(|c| (c.is_control() && c != '\n') || super::is_dropped(c) || super::is_replaced(c)));
            prop_assert_eq!(super::clean(&clean), clean.as_ref());
        }
    }
}
