//! URLs in a text.

use std::ops::Range;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::scan::{count_step, find};

/// Returns the ranges of all URLs with a scheme and `//`, and of `mailto:` addresses, in order.
///
/// Every character is examined a bounded number of times.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for (colon, _) in text.match_indices(':') {
        if colon < from {
            continue;
        }
        let rest = &text[colon + 1..];
        let Some(start) = scheme_start(&text[from..colon]).map(|start| from + start) else { continue };
        let body = if rest.starts_with("//") {
            colon + 3
        } else if text[start..colon].eq_ignore_ascii_case("mailto") && starts_with_mail_address(rest) {
            colon + 1
        } else {
            continue;
        };
        let end = body + url_end(&text[body..]);
        if end > body {
            found.push(start..end);
            from = end;
        }
    }
    found
}

/// Returns the start of the scheme at the end of a text.
fn scheme_start(text: &str) -> Option<usize> {
    let is_scheme_byte = |byte: &u8| {
        count_step();
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
    };
    let length = text.bytes().rev().take_while(is_scheme_byte).count();
    let scheme = &text[text.len() - length..];
    let first = scheme.find(|c: char| c.is_ascii_alphabetic())?;
    // `1abc://x` is not a URL after a digit, but `.abc://x` is one after a full stop.
    let after_digit = scheme[..first].ends_with(|c: char| c.is_ascii_digit());
    (!after_digit && !text[..text.len() - length].ends_with('@')).then_some(text.len() - length + first)
}

fn starts_with_mail_address(text: &str) -> bool {
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let Some(at) = find(text, |c| !is_local(c)) else { return false };
    at > 0 && text[at..].strip_prefix('@').is_some_and(|host| host.starts_with(char::is_alphanumeric))
}

/// Returns the length of the part of a URL that follows the scheme.
///
/// The URL ends before white space, before quotes, brackets and punctuation of any script, before a closing bracket
/// without an opening one, and before the next URL. Punctuation at its end belongs to the sentence.
fn url_end(text: &str) -> usize {
    let mut end = 0;
    let mut open: Vec<char> = Vec::new();
    let mut before = '/';
    for (at, c) in text.char_indices() {
        count_step();
        if ends_url(c) || (before.is_alphanumeric() && starts_url(&text[at..])) {
            break;
        }
        match c {
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => {
                let opening = open.iter().rposition(|open| matches!((open, c), ('(', ')') | ('[', ']') | ('{', '}')));
                let Some(opening) = opening else { break };
                open.truncate(opening);
                end = at + 1;
            }
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '\'' => {}
            _ => end = at + c.len_utf8(),
        }
        before = c;
    }
    end
}

fn starts_url(text: &str) -> bool {
    let prefix = |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    prefix("https://") || prefix("http://")
}

fn ends_url(c: char) -> bool {
    use GeneralCategory::{ClosePunctuation, FinalPunctuation, InitialPunctuation, OpenPunctuation, OtherPunctuation};
    if c.is_ascii() {
        return c.is_ascii_whitespace() || c.is_ascii_control() || matches!(c, '"' | '<' | '>' | '`' | '|');
    }
    // Middle dots are parts of words, as in Catalan and Japanese.
    let is_punctuation = || {
        matches!(
            c.general_category(),
            InitialPunctuation | FinalPunctuation | OpenPunctuation | ClosePunctuation | OtherPunctuation
        ) && !matches!(c, '·' | '・')
    };
    c.is_whitespace() || c.is_control() || is_punctuation()
}
