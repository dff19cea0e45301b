//! The one gate that text passes on its way to a terminal.
//!
//! Text from others is hostile: it may hold escape sequences, bidirectional overrides that make a text
//! read as another (Unicode Technical Report 36), invisible characters, or marks piled up by the
//! thousand. What leaves this module is harmless and still reads as what was meant.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_width::UnicodeWidthChar;

/// Characters without room of their own that are shown on one letter; the orthographies in use need at most four
/// marks.
const MARKS: usize = 6;
/// Joiners in one picture; a family of four needs three.
const JOINERS: usize = 8;
/// What a tab becomes.
const TAB: &str = "    ";
/// Bytes of a text that are drawn where posts stand in a list, so that drawing one takes well under a millisecond
/// whatever was brought in.
const DRAWN: usize = 16 << 10;

/// Makes a text safe to draw. Line breaks of every kind become `\n`, tabs become spaces, other control
/// characters their pictures (`␛`) or U+FFFD, as does what Unicode does not define; characters that only act on
/// others (bidirectional controls, zero-width spaces, tags) are dropped, and marks past a handful on one letter too.
/// Borrows when there is nothing to do.
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
        let fits = cluster.take(c, joiner == Some('\u{200d}') && joins(c));
        let shown = match c {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => {
                out.push_str(&TAB[1..]);
                ' '
            }
            '\0'..='\u{1f}' => picture(c),
            '\u{7f}' => '␡',
            _ if !fits || is_dropped(c) => continue,
            // Joiners shape letters and emoji, but mean nothing between others.
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
        // A mark without a letter would land on whatever is drawn before the text.
        if is_combining_mark(shown) && last.is_none_or(char::is_whitespace) {
            out.push('◌');
        }
        out.push(shown);
        last = Some(shown);
    }
    Cow::Owned(out)
}

/// Whether a character can be joined to its neighbours.
fn joins(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace()
}

/// How much hangs on the letter or picture that is being read. No terminal draws what is piled up without end, and
/// one grapheme must never be as long as a text.
#[derive(Default)]
struct Cluster {
    marks: usize,
    joiners: usize,
}

impl Cluster {
    /// Counts a character, which may be joined to the one before it; false if it is one too many.
    fn take(&mut self, c: char, joined: bool) -> bool {
        if c == '\u{200d}' {
            self.joiners += 1;
            return self.joiners <= JOINERS;
        }
        if hangs_on(c) {
            self.marks += 1;
            return self.marks <= MARKS;
        }
        self.marks = 0;
        if !joined {
            self.joiners = 0;
        }
        true
    }
}

/// Characters that are drawn on the one before them, or as a part of it: marks, Hangul vowels, skin tones.
fn hangs_on(c: char) -> bool {
    !c.is_ascii()
        && (is_combining_mark(c)
            || c.width() == Some(0)
            || matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{1f3fb}'..='\u{1f3ff}'))
}

/// The beginning of a text, as much of it as is ever drawn at once; for most that is all.
#[must_use]
pub fn displayed_prefix(text: &str) -> &str {
    &text[..text.floor_char_boundary(DRAWN)]
}

/// Whether nothing in a text acts on a terminal or on its neighbours, as [`clean`] leaves it.
#[inline]
#[must_use]
pub fn is_clean(text: &str) -> bool {
    // Nearly every cell of a screen is one of these, and each is looked at before it is drawn.
    text.bytes().all(|b| (b' '..=b'~').contains(&b)) || text.chars().all(does_nothing)
}

fn does_nothing(c: char) -> bool {
    !c.is_control() && !is_dropped(c) && !is_replaced(c)
}

/// [`clean`] for what must stay on one line, such as names and messages: line breaks become spaces.
#[must_use]
pub fn clean_line(text: &str) -> Cow<'_, str> {
    match clean(text) {
        line if line.contains('\n') => Cow::Owned(line.replace('\n', " ")),
        line => line,
    }
}

/// [`clean`] for a glance at a longer text: all white space in a row, line breaks too, becomes one space.
#[must_use]
pub fn single_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same JSON with every character that [`clean`] would change written as a `\u` escape, so that
/// printing it is safe and parsing it gives the exact text. JSON's own syntax is plain ASCII.
#[must_use]
pub fn escape_json(json: &str) -> Cow<'_, str> {
    let hostile = |c: char| {
        is_replaced(c) || is_dropped(c) || is_variation(c) || matches!(c, '\u{7f}' | '\u{2028}' | '\u{2029}' | '\u{85}')
    };
    if !json.chars().any(hostile) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if hostile(c) {
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

fn picture(c: char) -> char {
    char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')
}

/// C1 controls, and what Unicode does not define: private use, and what is no character, or none yet.
fn is_replaced(c: char) -> bool {
    use GeneralCategory::{Control, PrivateUse, Unassigned};
    !c.is_ascii() && matches!(c.general_category(), Control | PrivateUse | Unassigned)
}

/// Characters without a look of their own that change how others look or read: formats, fillers, tags.
fn is_dropped(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    let filler = matches!(c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}' | '\u{3164}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}');
    // Some formats of Arabic, Syriac and Kaithi are drawn around the number behind them.
    let seen = matches!(
        c,
        '\u{200c}' | '\u{200d}' | '\u{600}'
            ..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{110bd}' | '\u{110cd}'
    );
    filler || (!seen && c.general_category() == GeneralCategory::Format)
}

fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::{JOINERS, clean, clean_line, escape_json, is_clean, single_line};

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(clean(input), expected);
    }

    #[test]
    fn honest_text_passes_as_it_is() {
        for text in ["plain\nlines", "Grüße, 世界, مرحبا, नमस्ते", "👨‍👩‍👧‍👦 ❤️ 🇪🇸", "می‌خواهم", "Việt Nam", "ﾊﾞｲﾄ"]
        {
            check(text, text);
        }
        let families = "👨‍👩‍👧‍👦".repeat(9);
        check(&families, &families);
        assert!(matches!(clean("ascii only"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_is_clean_has_nothing_that_acts() {
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
    fn controls_become_visible() {
        check("\u{1b}[31mred\u{7}", "␛[31mred␇");
        check("\u{1b}]52;c;aGk=\u{1b}\\", "␛]52;c;aGk=␛\\");
        check("a\u{9b}31mb\u{7f}", "a\u{fffd}31mb␡");
        check("a\tb", "a    b");
        check("a\0b", "a␀b");
        check("\u{e000}\u{10ffff}\u{378}\u{e0fff}", "\u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn line_breaks_of_every_kind_are_one() {
        check("a\r\nb\rc\u{2028}d\u{2029}e\u{85}f\u{b}g", "a\nb\nc\nd\ne\nf\ng");
        assert_eq!(clean_line("a\r\nb\u{2028}c"), "a b c");
        assert_eq!(single_line(" a\r\n\tb\u{202e} \u{2028} c\u{7} "), "a b c␇");
    }

    #[test]
    fn what_only_acts_on_others_is_dropped() {
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
    fn marks_are_few_and_never_alone() {
        assert_eq!(clean(&format!("a{}", "\u{301}".repeat(100_000))).chars().count(), 7);
        check("\u{301}a", "◌\u{301}a");
        check("a \u{301}", "a ◌\u{301}");
        let joined = |joiners| format!("👩{}", "\u{200d}👩".repeat(joiners));
        check(&joined(JOINERS), &joined(JOINERS));
        check(&joined(JOINERS + 1), &format!("{}👩", joined(JOINERS)));
        for flood in
            ["\u{301}\u{200d}", "\u{301}\u{fe0f}", "👩\u{200d}", "👍\u{1f3fb}", "\u{1161}", "ﾞ", "\u{200d}\u{fe0f}"]
        {
            let cleaned = clean(&format!("가{}", flood.repeat(10_000))).into_owned();
            let longest = cleaned.graphemes(true).map(|grapheme| grapheme.chars().count()).max();
            assert!(longest <= Some(32), "{flood:?}: {longest:?}");
        }
    }

    #[test]
    fn escaped_json_is_the_same_json() {
        let text = "a\u{9b}b\u{202e}c\u{7f}\u{2028}\u{e0067}";
        let json = serde_json::to_string(text).expect("a string");
        let escaped = escape_json(&json);
        assert_eq!(escaped, r#""a\u009bb\u202ec\u007f\u2028\udb40\udc67""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).expect("still JSON"), text);
    }

    /// Texts of what does something to its neighbours.
    fn nasty() -> impl Strategy<Value = String> {
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
        fn nothing_that_leaves_can_act(text in prop_oneof![any::<String>(), nasty()]) {
            let clean = super::clean(&text);
            prop_assert!(!clean.chars().any(|c| (c.is_control() && c != '\n') || super::is_dropped(c) || super::is_replaced(c)));
            prop_assert_eq!(super::clean(&clean), clean.as_ref());
        }
    }
}
