//! Finds the tags of XML and HTML, well-formed or not.

use std::borrow::Cow;

use super::references;

/// A tag of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'m> {
    /// The name as it is written, with its prefix.
    pub(super) name: &'m str,
    /// What follows the name.
    pub(super) attributes: &'m str,
    pub(super) kind: TagKind,
    /// Offset of the `<`.
    pub(super) start: usize,
    /// Offset after the `>`.
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    Open,
    Close,
    /// Opens and closes at once, as in `<br/>`.
    Empty,
}

/// A piece of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'m> {
    /// Text in which references are still to be decoded.
    Text(&'m str),
    /// Text without references: the content of a CDATA section.
    Cdata(&'m str),
    Tag(Tag<'m>),
}

/// Returns the piece at an offset and the offset after it. Comments, declarations and instructions are empty texts.
pub(super) fn piece(text: &str, at: usize) -> Option<(Piece<'_>, usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let Some(inside) = rest.strip_prefix('<') else {
        let end = rest.find('<').unwrap_or(rest.len());
        return Some((Piece::Text(&rest[..end]), at + end));
    };
    if let Some(section) = rest.strip_prefix("<![CDATA[") {
        return Some(match section.find("]]>") {
            Some(end) if !is_unclosed(&section[..end]) => (Piece::Cdata(&section[..end]), at + 9 + end + 3),
            _ => (Piece::Text(""), at + 9),
        });
    }
    for (open, close) in [("<!--", "-->"), ("<?", "?>"), ("<!", ">")] {
        if let Some(inside) = rest.strip_prefix(open) {
            let end = inside.find(close).map_or(open.len(), |end| open.len() + end + close.len());
            return Some((Piece::Text(""), at + end));
        }
    }
    let closes = inside.starts_with('/');
    let name_start = usize::from(closes);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.');
    let length = inside[name_start..].find(|c| !is_name(c)).unwrap_or(inside.len() - name_start);
    let starts = inside[name_start..].starts_with(|c: char| c.is_alphabetic() || c == '_');
    let name = &inside[name_start..name_start + length];
    // `<ada@example.com>` and `<https://example.com>` are texts.
    let ends = !name.ends_with(':') && !inside[name_start + length..].starts_with(['@', ',', ':', ';', '(', '&']);
    let Some(end) = (starts && ends).then(|| tag_end(inside, name_start + length)).flatten() else {
        return Some((Piece::Text("<"), at + 1));
    };
    let attributes = &inside[name_start + length..end];
    let kind = match (closes, attributes.ends_with('/')) {
        (true, _) => TagKind::Close,
        (false, true) => TagKind::Empty,
        (false, false) => TagKind::Open,
    };
    let tag = Tag { name, attributes, kind, start: at, end: at + end + 2 };
    Some((Piece::Tag(tag), tag.end))
}

/// Constructs that are not tags, and what ends them.
const CONSTRUCTS: [(&str, &str); 4] = [("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>"), ("<!", ">")];

/// Blanks the starts of comments, CDATA sections, instructions and declarations that never end.
///
/// Their ends would be looked for up to the end of the text, each time.
pub(super) fn without_unclosed(text: &str) -> Cow<'_, str> {
    let mut ends: [Option<usize>; CONSTRUCTS.len()] = [Some(0); CONSTRUCTS.len()];
    let mut blanked: Vec<std::ops::Range<usize>> = Vec::new();
    let (mut at, mut next_section) = (0, Some(0));
    while let Some(found) = text[at..].find('<') {
        at += found;
        let rest = &text[at..];
        let Some(kind) = CONSTRUCTS.iter().position(|(start, _)| rest.starts_with(start)) else {
            at += 1;
            continue;
        };
        let (start, end) = CONSTRUCTS[kind];
        let from = at + start.len();
        // The next end stays the next one until it is passed.
        if ends[kind].is_some_and(|end| end < from) {
            ends[kind] = text[from..].find(end).map(|found| from + found);
        }
        if kind == 0 && next_section.is_some_and(|next| next < from) {
            next_section = text[from..].find(start).map(|found| from + found);
        }
        let swallows = |close: usize| {
            let next = next_section.filter(|next| kind == 0 && *next < close);
            next.is_some_and(|next| text[from..next].contains("</item>") || text[from..next].contains("</entry>"))
        };
        match ends[kind].filter(|close| !swallows(*close)) {
            Some(close) => at = close + end.len(),
            None => {
                blanked.push(at..from);
                at = from;
            }
        }
    }
    if blanked.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut copied = 0;
    for range in blanked {
        clean.push_str(&text[copied..range.start]);
        clean.extend(std::iter::repeat_n(' ', range.len()));
        copied = range.end;
    }
    clean.push_str(&text[copied..]);
    Cow::Owned(clean)
}

/// Whether a CDATA section swallowed the start of another one, since its own end is missing.
fn is_unclosed(section: &str) -> bool {
    section.contains("<![CDATA[") && (section.contains("</item>") || section.contains("</entry>"))
}

/// Finds the `>` that ends a tag. One in quotes does not, unless the quotes are broken.
fn tag_end(inside: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    let mut first = None;
    for (at, byte) in inside.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (Some(_), b'>') => drop(first.get_or_insert(at)),
            (None, b'"' | b'\'') if inside[..at].trim_end().ends_with('=') => quote = Some(byte),
            (Some(open), byte) if open == byte => {
                quote = None;
                first = None;
            }
            (None, b'<') => return None,
            // XML forbids it in attributes: rather is the quote missing that ends one.
            (Some(_), b'<') if first.is_some() => return first,
            _ => {}
        }
    }
    first
}

/// Iterates over the tags from an offset on.
pub(super) fn tags(text: &str, from: usize) -> impl Iterator<Item = Tag<'_>> {
    let mut at = from;
    std::iter::from_fn(move || {
        loop {
            let (piece, next) = piece(text, at)?;
            at = next;
            if let Piece::Tag(tag) = piece {
                return Some(tag);
            }
        }
    })
}

/// Returns the value of an attribute, its references decoded. Names are compared without regard to case.
pub(super) fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes.trim_start();
    loop {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace() || c == '/').unwrap_or(rest.len());
        let (found, after) = rest.split_at(end);
        let after = after.trim_start_matches('/').trim_start();
        let (value, next) = match after.strip_prefix('=').map(str::trim_start) {
            None => (None, after),
            Some(value) => match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let (value, next) = value[1..].split_once(quote).unwrap_or((&value[1..], ""));
                    (Some(value), next)
                }
                _ => {
                    let end = value.find(char::is_whitespace).unwrap_or(value.len());
                    (Some(&value[..end]), &value[end..])
                }
            },
        };
        if found.eq_ignore_ascii_case(name) && !found.is_empty() {
            return value.map(|value| references::decode(value).into_owned());
        }
        if next.len() == rest.len() || next.trim().is_empty() {
            return None;
        }
        rest = next.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, attribute, piece, tags, without_unclosed};

    #[test]
    fn tags_are_found_in_broken_markup() {
        for (text, expected) in [
            ("<a href='x>y'>b</a>", "a /a"),
            ("1 < 2 <3 <b>x</b> <", "b /b"),
            ("<!-- <a> --><?x <b> ?><![CDATA[<c>]]><d/>", "d"),
            ("<a title=\"open><b>", "a b"),
            ("<p <b>", "b"),
            ("it's <i class=\"a>b\">", "i"),
            ("<x:y z=1><!-- open", "x:y"),
            ("<ada@example.com> <https://a.example/> <K,V> <br/>", "br"),
        ] {
            let found: Vec<_> = tags(text, 0)
                .map(|tag| format!("{}{}", if tag.kind == super::TagKind::Close { "/" } else { "" }, tag.name))
                .collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
        assert_eq!(piece("<![CDATA[a<b]]>c", 0), Some((Piece::Cdata("a<b"), 15)));
    }

    #[test]
    fn starts_without_an_end_are_blanked() {
        for (text, expected) in [
            ("a<!-- b --><?c?><!d><![CDATA[<!--]]>e", "a<!-- b --><?c?><!d><![CDATA[<!--]]>e"),
            ("a<!-- b --><!-- c <b>", "a<!-- b -->     c <b>"),
            ("<? a <! b", "   a    b"),
            ("<![CDATA[a</item><![CDATA[b]]><![CDATA[c", "         a</item><![CDATA[b]]>         c"),
            ("<![CDATA[a <![CDATA[ b]]>", "<![CDATA[a <![CDATA[ b]]>"),
        ] {
            assert_eq!(without_unclosed(text), expected);
        }
        for start in ["<!--", "<![CDATA[", "<?", "<!", "<![CDATA[</item>"] {
            let text = start.repeat(400_000);
            assert_eq!(without_unclosed(&text).len(), text.len());
        }
    }

    #[test]
    fn attributes_are_found_by_name() {
        let tag = " HREF=\"https://a.example/?x=1&amp;y\" data-href='no' alt = 'say &quot;a>b&quot;' src=//c.example/s checked";
        for (name, value) in [
            ("href", Some("https://a.example/?x=1&y")),
            ("alt", Some("say \"a>b\"")),
            ("src", Some("//c.example/s")),
            ("checked", None),
            ("title", None),
        ] {
            assert_eq!(attribute(tag, name).as_deref(), value, "{name}");
        }
    }
}
