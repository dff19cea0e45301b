//! Streams the elements of a long JSON array one at a time, so that a bad or huge element costs neither the others nor
//! memory. It finds where elements start and end; serde parses them.

use std::io::{self, BufRead};

use memchr::memchr2;

use super::json_repair::repair;
use super::{ReadError, Stopped};

/// Longest element, in bytes.
const LONGEST: usize = 4 << 20;

/// A part of a JSON file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JsonPart<'a> {
    /// A member of the outermost object.
    Member(&'a str, &'a [u8]),
    /// An element of the array and its number, counted from 1.
    Element(usize, &'a [u8]),
    /// An element that is too long, by its number.
    TooLong(usize),
    /// The file ends in the middle.
    Truncated,
}

/// Why [`stream_json`] ended early.
#[derive(Debug)]
pub(super) enum StreamError {
    /// The sink wants no more items.
    Stopped,
    /// The input cannot be read.
    Io(io::Error),
}

impl From<Stopped> for StreamError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<io::Error> for StreamError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl StreamError {
    /// Returns the error for the file `name`.
    pub(super) fn into_error(self, name: &str) -> ReadError {
        match self {
            Self::Stopped => ReadError::Stopped,
            Self::Io(error) => ReadError::file(name, &error),
        }
    }
}

/// Reads a JSON file: an object, whose member `list` is given element by element, or an array.
///
/// Anything before the first bracket is ignored.
///
/// # Errors
/// The first error of `each`, or of the input.
pub(super) fn stream_json<E: From<io::Error>>(
    mut input: impl BufRead,
    list: &str,
    each: &mut dyn FnMut(JsonPart<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let Some(open) = find(&mut input, |byte| byte == b'[' || byte == b'{')? else { return Ok(()) };
    if open == b'[' {
        return elements(&mut input, each).map(drop);
    }
    loop {
        // Between members: a key, or the end.
        match find(&mut input, |byte| byte == b'"' || byte == b'}')? {
            None => return each(JsonPart::Truncated),
            Some(b'}') => return Ok(()),
            Some(_) => {}
        }
        let mut key = vec![b'"'];
        if !string(&mut input, &mut key)? || find(&mut input, |byte| byte == b':')?.is_none() {
            return each(JsonPart::Truncated);
        }
        let key: String = serde_json::from_slice(&key).unwrap_or_default();
        let Some(first) = find(&mut input, |byte| !byte.is_ascii_whitespace())? else {
            return each(JsonPart::Truncated);
        };
        if key == list && first == b'[' {
            if !elements(&mut input, each)? {
                return Ok(());
            }
            continue;
        }
        let mut value = Vec::new();
        let end = self::value(&mut input, first, &mut value)?;
        if end == End::Truncated {
            return each(JsonPart::Truncated);
        }
        if value.len() <= LONGEST {
            repair(&mut value);
            each(JsonPart::Member(&key, &value))?;
        }
        if end == End::Closed {
            return Ok(());
        }
    }
}

/// Calls `each` with the elements; false if the file ended before the array did.
fn elements<E: From<io::Error>>(
    input: &mut impl BufRead,
    each: &mut dyn FnMut(JsonPart<'_>) -> Result<(), E>,
) -> Result<bool, E> {
    let mut value = Vec::new();
    for number in 1.. {
        let first = find(input, |byte| !byte.is_ascii_whitespace() && byte != b',')?;
        let Some(first) = first else { return each(JsonPart::Truncated).map(|()| false) };
        if first == b']' {
            return Ok(true);
        }
        value.clear();
        let end = self::value(input, first, &mut value)?;
        repair(&mut value);
        match end {
            End::Truncated => return each(JsonPart::Truncated).map(|()| false),
            _ if value.len() > LONGEST => each(JsonPart::TooLong(number))?,
            End::Closed => return each(JsonPart::Element(number, &value)).map(|()| true),
            End::Open => each(JsonPart::Element(number, &value))?,
        }
    }
    Ok(true)
}

/// What ended a value.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// More may follow.
    Open,
    /// The end of the enclosing array or object.
    Closed,
    /// The end of the file.
    Truncated,
}

/// Returns the next byte that matches; those before it are skipped.
fn find(input: &mut impl BufRead, matches: impl Fn(u8) -> bool) -> io::Result<Option<u8>> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        match buffer.iter().position(|byte| matches(*byte)) {
            Some(at) => {
                let byte = buffer[at];
                input.consume(at + 1);
                return Ok(Some(byte));
            }
            None => {
                let all = buffer.len();
                input.consume(all);
            }
        }
    }
}

/// Appends the rest of a string to `value`; false if the file ends first.
fn string(input: &mut impl BufRead, value: &mut Vec<u8>) -> io::Result<bool> {
    let mut is_escaped = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        // The byte after a backslash is passed, also where it is the first one of the next buffer.
        let mut at = usize::from(is_escaped);
        let end = loop {
            let found = buffer.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)).map(|found| at + found);
            match found {
                Some(found) if buffer[found] == b'\\' => at = found + 2,
                found => break found,
            }
        };
        is_escaped = at > buffer.len();
        let used = end.map_or(buffer.len(), |end| end + 1);
        append(value, &buffer[..used]);
        input.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// Appends bytes up to one past the limit, which shows that the value is too long.
fn append(value: &mut Vec<u8>, bytes: &[u8]) {
    let room = (LONGEST + 1).saturating_sub(value.len());
    value.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

/// Reads one value, whose first byte is `first`.
fn value(input: &mut impl BufRead, first: u8, value: &mut Vec<u8>) -> io::Result<End> {
    value.push(first);
    match first {
        b'"' => Ok(if string(input, value)? { End::Open } else { End::Truncated }),
        b'{' | b'[' => {
            let mut depth = 1_usize;
            while depth > 0 {
                let buffer = input.fill_buf()?;
                if buffer.is_empty() {
                    return Ok(End::Truncated);
                }
                let at = buffer.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'));
                let used = at.map_or(buffer.len(), |at| at + 1);
                let byte = at.map(|at| buffer[at]);
                append(value, &buffer[..used]);
                input.consume(used);
                match byte {
                    Some(b'"') if !string(input, value)? => return Ok(End::Truncated),
                    Some(b'{' | b'[') => depth += 1,
                    Some(b'}' | b']') => depth -= 1,
                    _ => {}
                }
            }
            Ok(End::Open)
        }
        _ => loop {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(End::Truncated);
            }
            let at = buffer.iter().position(|byte| matches!(byte, b',' | b'}' | b']'));
            let used = at.map_or(buffer.len(), |at| at + 1);
            append(value, &buffer[..at.unwrap_or(used)]);
            let byte = at.map(|at| buffer[at]);
            input.consume(used);
            match byte {
                Some(b',') => return Ok(End::Open),
                Some(_) => return Ok(End::Closed),
                None => {}
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, BufReader};

    use super::{JsonPart, LONGEST, stream_json};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        for buffer in [1, 7, 8192] {
            let mut found = Vec::new();
            let each = &mut |part: JsonPart<'_>| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
                found.push(match part {
                    JsonPart::Member(key, bytes) => format!("{key}={}", text(bytes)),
                    JsonPart::Element(number, bytes) => format!("{number} {}", text(bytes)),
                    JsonPart::TooLong(number) => format!("{number} long"),
                    JsonPart::Truncated => "truncated".to_owned(),
                });
                Ok::<_, io::Error>(())
            };
            stream_json(BufReader::with_capacity(buffer, text.as_bytes()), "items", each).unwrap();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn elements_are_found_in_objects_and_after_javascript() {
        check("", &[]);
        check("window.YTD.tweet.part0 = [ {\"a\":1}, 2 ,\"x]\\\"\" ]", &["1 {\"a\":1}", "2 2", "3 \"x]\\\"\""]);
        check(
            r#"{"v": "1", "n": 3, "o": {"items": [9]}, "items": [ {"a": [1, "}"]}, "u" ], "last": null}"#,
            &["v=\"1\"", "n=3", "o={\"items\": [9]}", "1 {\"a\": [1, \"}\"]}", "2 \"u\"", "last=null"],
        );
        check(r#"{"items": 5}"#, &["items=5"]);
        check(r#"[1,{"a":"#, &["1 1", "truncated"]);
        check(r#"{"items": ["#, &["truncated"]);
        check(r#"{"a"#, &["truncated"]);
    }

    #[test]
    fn too_long_element_is_skipped() {
        let long = "x".repeat(LONGEST + 5);
        let mut found = Vec::new();
        let text = format!("[\"{long}\", 1]");
        stream_json(text.as_bytes(), "", &mut |part: JsonPart<'_>| {
            found.push(matches!(part, JsonPart::TooLong(1)));
            Ok::<_, io::Error>(())
        })
        .unwrap();
        assert_eq!(found, [true, false]);
    }
}
