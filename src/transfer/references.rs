//! Character references of XML and HTML, decoded as browsers decode them.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use html_escape::decode_html_entities;

/// Longest reference, in bytes.
const LONGEST: usize = 40;
/// References that HTML also knows without their semicolon.
const WITHOUT_SEMICOLON: [(&str, char); 5] =
    [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("nbsp", '\u{a0}')];

/// Replaces character references by their characters; an `&` that starts none stays.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut decoded = text[..first].to_owned();
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match reference(rest) {
            Some((characters, length)) => {
                decoded.push_str(&characters);
                length
            }
            None => {
                decoded.push('&');
                1
            }
        };
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Reads the reference at the start of a text: its characters, and its length in bytes.
pub(super) fn reference(text: &str) -> Option<(Cow<'_, str>, usize)> {
    let inside = text.strip_prefix('&')?;
    if let Some(number) = inside.strip_prefix('#') {
        let (unit, length) = numeric(number)?;
        let length = length + 2;
        // Two references to the halves of a character, as programs write them that count in UTF-16.
        if (0xd800..0xdc00).contains(&unit)
            && let Some((low @ 0xdc00..0xe000, low_length)) = text[length..].strip_prefix("&#").and_then(numeric)
        {
            let c = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            return Some((char::from_u32(c)?.to_string().into(), length + low_length + 2));
        }
        return Some((character(unit).to_string().into(), length));
    }
    let name = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    if name == 0 || name > LONGEST {
        return None;
    }
    if inside[name..].starts_with(';') {
        let whole = &text[..name + 2];
        let decoded = decode_html_entities(whole);
        return (decoded != whole).then_some((decoded, name + 2));
    }
    let known = WITHOUT_SEMICOLON.iter().find(|(known, _)| *known == &inside[..name]);
    let (_, c) = known.filter(|_| !inside[name..].starts_with('='))?;
    Some((c.to_string().into(), name + 1))
}

/// Reads a number, its `x` and its semicolon: the number, and its length in bytes.
fn numeric(text: &str) -> Option<(u32, usize)> {
    let (digits, radix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let value = digits[..length]
        .chars()
        .fold(0_u32, |value, c| value.saturating_mul(radix).saturating_add(c.to_digit(radix).unwrap_or(0)));
    let end = length + (text.len() - digits.len());
    (length > 0).then_some((value, end + usize::from(text[end..].starts_with(';'))))
}

/// Returns the character of a numeric reference: 128 to 159 mean Windows-1252, and control characters U+FFFD.
fn character(number: u32) -> char {
    match number {
        0x80..0xa0 => {
            let byte = [u8::try_from(number).unwrap_or_default()];
            WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next().unwrap_or('\u{fffd}')
        }
        9 | 10 | 13 => char::from_u32(number).unwrap_or(' '),
        0..32 | 0x7f | 0xfffe | 0xffff => '\u{fffd}',
        _ => char::from_u32(number).unwrap_or('\u{fffd}'),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn references_are_decoded_as_browsers_do() {
        for (text, expected) in [
            ("it&#146;s &#147;x&#148; &#150; &#8217; &#x80;", "it’s “x” – ’ €"),
            ("&lt;b&gt; &amp;amp; &AMP; &nbsp;| &eacute; &#x1F600;", "<b> &amp; & \u{a0}| é 😀"),
            ("&#55357;&#56832; &#55357; &#0; &#1;&#10;", "😀 \u{fffd} \u{fffd} \u{fffd}\n"),
            ("fish & chips, a&b=c &unknown; &;", "fish & chips, a&b=c &unknown; &;"),
            ("?a=1&lt=2 &lt 3 &amp", "?a=1&lt=2 < 3 &"),
            ("&#99999999999999; &#x; &#", "\u{fffd} &#x; &#"),
        ] {
            assert_eq!(decode(text), expected);
        }
    }
}
