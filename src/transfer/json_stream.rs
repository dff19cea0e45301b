//! The elements of a long JSON array, one at a time, so that one that is bad or huge costs neither the others nor
//! memory. It finds where they begin and end; serde reads them.

use std::io::{self, BufRead};

use super::surrogates::replace_lone_surrogates;

/// The longest element, in bytes.
const LONGEST: usize = 4 << 20;

/// A part of a JSON file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JsonPart<'a> {
    /// A member of the outermost object.
    Member(&'a str, &'a [u8]),
    /// An element of the array, counted from 1.
    Element(usize, &'a [u8]),
    /// One that is too long.
    TooLong(usize),
    /// The file ends in the middle.
    Truncated,
}

/// Reads a file of JSON: either an object, of whose member `list` the elements are given one by one, or an array
/// itself, whatever stands before it. What `each` says ends it.
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
            replace_lone_surrogates(&mut value);
            each(JsonPart::Member(&key, &value))?;
        }
        if end == End::Closed {
            return Ok(());
        }
    }
}

/// Gives the elements; false if the file ended in the middle of them.
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
        replace_lone_surrogates(&mut value);
        match end {
            End::Truncated => return each(JsonPart::Truncated).map(|()| false),
            _ if value.len() > LONGEST => each(JsonPart::TooLong(number))?,
            End::Closed => return each(JsonPart::Element(number, &value)).map(|()| true),
            End::Open => each(JsonPart::Element(number, &value))?,
        }
    }
    Ok(true)
}

/// How a value ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// More may follow.
    Open,
    /// With it ended what it stands in.
    Closed,
    /// The file ended first.
    Truncated,
}

/// The next byte that fits; those before it are passed over.
fn find(input: &mut impl BufRead, fits: impl Fn(u8) -> bool) -> io::Result<Option<u8>> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        match buffer.iter().position(|byte| fits(*byte)) {
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

/// Reads the rest of a string into a value; false if the file ends first.
fn string(input: &mut impl BufRead, value: &mut Vec<u8>) -> io::Result<bool> {
    let mut escaped = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let end = buffer.iter().position(|byte| {
            let closes = !escaped && *byte == b'"';
            escaped = !escaped && *byte == b'\\';
            closes
        });
        let used = end.map_or(buffer.len(), |at| at + 1);
        keep(value, &buffer[..used]);
        input.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// One byte past the longest is enough to know.
fn keep(value: &mut Vec<u8>, bytes: &[u8]) {
    let room = (LONGEST + 1).saturating_sub(value.len());
    value.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

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
                keep(value, &buffer[..used]);
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
            keep(value, &buffer[..at.unwrap_or(used)]);
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
                    JsonPart::Truncated => "cut".to_owned(),
                });
                Ok::<_, io::Error>(())
            };
            stream_json(BufReader::with_capacity(buffer, text.as_bytes()), "items", each).unwrap();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn elements_are_found_whatever_stands_around_them() {
        check("", &[]);
        check("window.YTD.tweet.part0 = [ {\"a\":1}, 2 ,\"x]\\\"\" ]", &["1 {\"a\":1}", "2 2", "3 \"x]\\\"\""]);
        check(
            r#"{"v": "1", "n": 3, "o": {"items": [9]}, "items": [ {"a": [1, "}"]}, "u" ], "last": null}"#,
            &["v=\"1\"", "n=3", "o={\"items\": [9]}", "1 {\"a\": [1, \"}\"]}", "2 \"u\"", "last=null"],
        );
        check(r#"{"items": 5}"#, &["items=5"]);
        check(r#"[1,{"a":"#, &["1 1", "cut"]);
        check(r#"{"items": ["#, &["cut"]);
        check(r#"{"a"#, &["cut"]);
    }

    #[test]
    fn one_that_is_too_long_is_passed_over() {
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
