//! The one gate that text passes on its way to a terminal.
//!
//! Text from others is hostile: it may hold escape sequences, bidirectional overrides that make a text
//! read as another (Unicode Technical Report 36), invisible characters, or marks piled up by the
//! thousand. What leaves this module is harmless and still reads as what was meant.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// Combining marks shown on one letter; the orthographies in use need at most four.
const MARKS: usize = 6;
/// What a tab becomes.
const TAB: &str = "    ";

/// Makes a text safe to draw. Line breaks of every kind become `\n`, tabs become spaces, other control
/// characters their pictures (`␛`) or U+FFFD; characters that only act on others (bidirectional
/// controls, zero-width spaces, tags) are dropped. Borrows when there is nothing to do.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b == b'\n' || (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut last = None;
    let mut marks = 0;
    while let Some(c) = chars.next() {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        let before = out.len();
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push_str(TAB),
            '\0'..='\u{1f}' => out.push(picture(c)),
            '\u{7f}' => out.push('␡'),
            c if is_replaced(c) => out.push('\u{fffd}'),
            // Joiners shape letters and emoji, but mean nothing between others.
            '\u{200c}' | '\u{200d}' => {
                let joins = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_dropped(c));
                if joins(last) && joins(chars.peek().copied()) {
                    out.push(c);
                }
            }
            '\u{fe00}'..='\u{fe0f}' => {
                if last.is_some_and(|c| !is_variation(c) && c != '\n') {
                    out.push(c);
                }
            }
            c if is_dropped(c) => {}
            _ if marks > MARKS => {}
            // A mark without a letter would land on whatever is drawn before the text.
            c if marks > 0 && last.is_none_or(char::is_whitespace) => out.extend(['◌', c]),
            c => out.push(c),
        }
        if out.len() > before {
            last = out.chars().next_back();
        }
    }
    Cow::Owned(out)
}

/// [`clean`] for what must stay on one line, such as names and messages: line breaks become spaces.
#[must_use]
pub fn clean_line(text: &str) -> Cow<'_, str> {
    match clean(text) {
        line if line.contains('\n') => Cow::Owned(line.replace('\n', " ")),
        line => line,
    }
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

/// C1 controls, private use and what is no character at all.
fn is_replaced(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{f0000}'..)
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Characters without a look of their own that change how others look or read.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::{clean, clean_line, escape_json};

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
        assert!(matches!(clean("ascii only"), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_become_visible() {
        check("\u{1b}[31mred\u{7}", "␛[31mred␇");
        check("\u{1b}]52;c;aGk=\u{1b}\\", "␛]52;c;aGk=␛\\");
        check("a\u{9b}31mb\u{7f}", "a\u{fffd}31mb␡");
        check("a\tb", "a    b");
        check("a\0b", "a␀b");
        check("\u{e000}\u{10ffff}", "\u{fffd}\u{fffd}");
    }

    #[test]
    fn line_breaks_of_every_kind_are_one() {
        check("a\r\nb\rc\u{2028}d\u{2029}e\u{85}f\u{b}g", "a\nb\nc\nd\ne\nf\ng");
        assert_eq!(clean_line("a\r\nb\u{2028}c"), "a b c");
    }

    #[test]
    fn what_only_acts_on_others_is_dropped() {
        check("ab\u{202e}cd\u{202c}", "abcd");
        check("\u{2066}x\u{2069}\u{200f}", "x");
        check("pay\u{200b}pal\u{2060}\u{feff}", "paypal");
        check("a\u{200d}b", "ab");
        check("\u{1f3f4}\u{e0067}\u{e007f}", "\u{1f3f4}");
        check("x\u{fe0f}\u{fe0f}\u{fe0f}", "x\u{fe0f}");
    }

    #[test]
    fn marks_are_few_and_never_alone() {
        assert_eq!(clean(&format!("a{}", "\u{301}".repeat(100_000))).chars().count(), 7);
        check("\u{301}a", "◌\u{301}a");
    }

    #[test]
    fn escaped_json_is_the_same_json() {
        let text = "a\u{9b}b\u{202e}c\u{7f}\u{2028}\u{e0067}";
        let json = serde_json::to_string(text).expect("a string");
        let escaped = escape_json(&json);
        assert_eq!(escaped, r#""a\u009bb\u202ec\u007f\u2028\udb40\udc67""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).expect("still JSON"), text);
    }

    proptest! {
        #[test]
        fn nothing_that_leaves_can_act(text in any::<String>()) {
            let clean = super::clean(&text);
            prop_assert!(!clean.chars().any(|c| (c.is_control() && c != '\n') || super::is_dropped(c) || super::is_replaced(c)));
            prop_assert_eq!(super::clean(&clean), clean.as_ref());
        }
    }
}
