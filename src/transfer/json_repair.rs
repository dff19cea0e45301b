//! Repairs JSON that no JSON reader accepts: with lone surrogates, bytes that are not UTF-8, and control characters.
//!
//! Programs that count in UTF-16 cut texts in the middle of an emoji and write one half as an escape; others write JSON
//! without a library for it.

use memchr::memchr;

use super::encoding::repaired;

/// The replacement character U+FFFD, as the digits of an escape.
const REPLACEMENT: &[u8; 4] = b"fffd";

/// Replaces every lone surrogate escape by U+FFFD, which takes as many bytes.
fn replace_lone_surrogates(json: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| memchr(b'\\', rest)) {
        at += found;
        let Some(unit) = escaped(&json[at..]) else {
            // In another escape, such as `\\`, the second character starts no escape of its own.
            at += 2;
            continue;
        };
        let pair = matches!(unit, 0xd800..0xdc00) && matches!(escaped(&json[at + 6..]), Some(0xdc00..0xe000));
        if matches!(unit, 0xd800..0xe000) && !pair {
            json[at + 2..at + 6].copy_from_slice(REPLACEMENT);
        }
        at += if pair { 12 } else { 6 };
    }
}

/// Returns the UTF-16 code unit of an escape at the start of `json`.
fn escaped(json: &[u8]) -> Option<u16> {
    let digits = json.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)? as u16))
}

/// Repairs a value. What is valid stays as it is.
pub(super) fn repair(json: &mut Vec<u8>) {
    replace_lone_surrogates(json);
    if std::str::from_utf8(json).is_err() {
        *json = repaired(json).into_owned().into_bytes();
    }
    if json.iter().any(|byte| *byte < b' ')
        && let Some(escaped) = escape_controls(json)
    {
        *json = escaped;
    }
}

/// Escapes the control characters in strings; `None` if there are none.
fn escape_controls(json: &[u8]) -> Option<Vec<u8>> {
    let mut escaped: Option<Vec<u8>> = None;
    let (mut is_inside, mut is_escape) = (false, false);
    for (at, &byte) in json.iter().enumerate() {
        if is_inside && byte < b' ' {
            let out = escaped.get_or_insert_with(|| json[..at].to_vec());
            // A backslash before a line break continues the line in JavaScript.
            let digits = format!("{}u{byte:04x}", if is_escape { "" } else { "\\" });
            out.extend_from_slice(digits.as_bytes());
        } else if let Some(out) = &mut escaped {
            out.push(byte);
        }
        match byte {
            b'"' if !is_escape => is_inside = !is_inside,
            _ => {}
        }
        is_escape = is_inside && !is_escape && byte == b'\\';
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{repair, replace_lone_surrogates};

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let mut bytes = json.as_bytes().to_vec();
        replace_lone_surrogates(&mut bytes);
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    #[test]
    fn lone_surrogates_are_replaced() {
        check(r#""a \ud83d b""#, r#""a \ufffd b""#);
        check(r#""\uDE00\uD83D""#, r#""\ufffd\ufffd""#);
        check(r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#);
    }

    #[test]
    fn pairs_and_other_escapes_are_unchanged() {
        for json in [r#""\ud83d\ude00 \u00e9 \n""#, r#""\\ud83d""#, r#""\u12""#, r#""\"#, r#""\ud83d\u"#, "", "{}"] {
            let expected = if json.ends_with(r"\u") { json.replace("d83d", "fffd") } else { json.to_owned() };
            check(json, &expected);
        }
    }

    #[test]
    fn invalid_bytes_and_control_characters_are_repaired() {
        for (json, expected) in [
            (&b"{\n\t\"a\": \"b\nc\td\x01\"\n}"[..], "{\n\t\"a\": \"b\\u000ac\\u0009d\\u0001\"\n}"),
            (b"\"caf\xe9\"", "\"caf\u{e9}\""),
            (b"\"a\\\nb\"", "\"a\\u000ab\""),
            (b"[\n\"\\\"\", 1]", "[\n\"\\\"\", 1]"),
        ] {
            let mut bytes = json.to_vec();
            repair(&mut bytes);
            assert_eq!(String::from_utf8_lossy(&bytes), expected);
            assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok(), "{expected}");
        }
    }
}
