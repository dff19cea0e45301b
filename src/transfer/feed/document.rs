//! The structure of RSS, RDF and Atom documents: entries and their fields, also where the XML is not well-formed.
//!
//! An entry ends where the next one starts, and a field where its entry does, so that no error costs more than the
//! field or the entry in which it is.

use std::collections::{HashMap, HashSet};

use crate::transfer::markup::{Piece, Tag, TagKind, attribute, piece, tags};
use crate::transfer::references;

/// Namespaces by a part of their address, and the prefix that is used for them here. Feeds may use any prefix.
const NAMESPACES: [(&str, &str); 13] = [
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/rss/1.0/modules/slash", "slash"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/dc/elements", "dc"),
    ("search.yahoo.com/mrss", "media"),
    ("itunes.com/dtds/podcast", "itunes"),
    ("www.w3.org/2005/atom", "atom"),
    ("purl.org/atom/ns", "atom"),
    ("wordpress.org/export", "wp"),
    ("purl.org/syndication/thread", "thr"),
    ("purl.org/rss/1.0/", ""),
    ("netscape.com/rdf", ""),
    ("/rss2", ""),
];
/// Fields whose start tag ends an unclosed field before it.
const FIELDS: [&str; 18] = [
    "title",
    "link",
    "guid",
    "id",
    "pubdate",
    "description",
    "summary",
    "content",
    "content:encoded",
    "author",
    "dc:creator",
    "dc:date",
    "updated",
    "published",
    "category",
    "comments",
    "enclosure",
    "source",
];

/// Names whose end tags are looked for in an entry although they are missing. More than that are in no real feed.
const MOST_UNCLOSED: usize = 64;

/// A family of feed formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::transfer) enum Family {
    /// RSS 0.9x, 1.0 and 2.0.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
}

/// Something in a document that is not well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Defect {
    pub(super) line: usize,
    pub(super) what: &'static str,
}

/// An entry of a feed.
#[derive(Debug)]
pub(super) struct Entry<'d> {
    pub(super) attributes: &'d str,
    /// Offset of the start tag.
    pub(super) start: usize,
    content: (usize, usize),
    /// Whether the document ends before the entry does.
    pub(super) is_truncated: bool,
}

/// A field of an entry or a feed.
#[derive(Debug, Clone)]
pub(super) struct Field<'d> {
    /// The name in lower case, with the prefix in [`NAMESPACES`] of its namespace.
    pub(super) name: String,
    pub(super) attributes: &'d str,
    /// What is between its tags, not decoded.
    pub(super) content: &'d str,
    /// Offset of the content in the document.
    offset: usize,
}

/// A feed as a sequence of entries.
#[derive(Debug)]
pub(super) struct Document<'d> {
    text: &'d str,
    pub(super) family: Family,
    /// Attributes of the outermost element.
    pub(super) root: &'d str,
    prefixes: HashMap<&'d str, String>,
    /// Where fields of the feed itself can be: all that is outside of entries.
    gaps: Vec<(usize, usize)>,
    pub(super) entries: Vec<Entry<'d>>,
    defects: Vec<(usize, &'static str)>,
}

/// Returns the part of a name after its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Returns the outermost element of a feed and the family that it belongs to.
pub(in crate::transfer) fn root(text: &str) -> Option<(Tag<'_>, Family)> {
    tags(text, 0).filter(|tag| tag.kind != TagKind::Close).find_map(|tag| {
        match local(tag.name).to_ascii_lowercase().as_str() {
            "rss" | "channel" => Some((tag, Family::Rss)),
            // RDF describes all sorts of things.
            "rdf" if is_rss(text, &tag) => Some((tag, Family::Rss)),
            "feed" => Some((tag, Family::Atom)),
            "entry" if tag.attributes.contains("www.w3.org/2005/Atom") => Some((tag, Family::Atom)),
            _ => None,
        }
    })
}

/// Returns whether RDF is a feed.
fn is_rss(text: &str, rdf: &Tag<'_>) -> bool {
    let spaces = ["purl.org/rss", "netscape.com/rdf"];
    spaces.iter().any(|space| rdf.attributes.contains(space))
        || tags(text, rdf.end).any(|tag| matches!(local(tag.name).to_ascii_lowercase().as_str(), "channel" | "item"))
}

impl<'d> Document<'d> {
    /// Finds the entries of a feed; `None` if the text is not a feed.
    pub(super) fn parse(text: &'d str) -> Option<Self> {
        let (root, family) = root(text)?;
        let mut document = Self {
            text,
            family,
            root: root.attributes,
            prefixes: prefixes(text),
            gaps: Vec::new(),
            entries: Vec::new(),
            defects: Vec::new(),
        };
        if root.start > 0 && !text[..root.start].trim_start().starts_with('<') {
            document.defects.push((0, "there is text before the feed"));
        }
        let is_part = matches!(local(root.name).to_ascii_lowercase().as_str(), "channel" | "entry");
        document.find_entries(if is_part { root.start } else { root.end });
        Some(document)
    }

    fn find_entries(&mut self, from: usize) {
        let wanted = if self.family == Family::Atom { "entry" } else { "item" };
        let mut gap = from;
        let mut open: Option<Tag<'d>> = None;
        for tag in tags(self.text, from) {
            if !local(tag.name).eq_ignore_ascii_case(wanted) || self.name(tag.name) != wanted {
                continue;
            }
            if let Some(entry) = open.take() {
                let closed = tag.kind == TagKind::Close;
                if !closed {
                    self.defects.push((entry.start, "an entry is not closed"));
                }
                self.push(entry, tag.start, false);
                gap = if closed { tag.end } else { tag.start };
            }
            match tag.kind {
                TagKind::Open => {
                    self.gaps.push((gap, tag.start));
                    open = Some(tag);
                }
                TagKind::Empty => gap = tag.end,
                TagKind::Close => {}
            }
        }
        match open {
            Some(entry) => {
                let is_truncated = !self.is_complete(&entry);
                if !is_truncated {
                    self.defects.push((entry.start, "an entry is not closed"));
                }
                self.push(entry, self.text.len(), is_truncated);
            }
            None => self.gaps.push((gap, self.text.len())),
        }
    }

    /// Returns whether all fields of the last entry of a truncated file are closed, so that nothing of it is missing.
    fn is_complete(&self, entry: &Tag<'d>) -> bool {
        let text = self.text;
        let mut at = entry.end;
        let mut unclosed = HashSet::new();
        let mut has_fields = false;
        while let Some((found, next)) = piece(text, at) {
            at = next;
            match found {
                Piece::Tag(tag) if tag.kind == TagKind::Open => match close(text, &tag, &mut unclosed) {
                    Some((_, after)) => {
                        has_fields = true;
                        at = after;
                    }
                    None => return false,
                },
                Piece::Text("<") if text[next..].starts_with('/') || text[next..].is_empty() => return has_fields,
                Piece::Text(text) if !text.trim().is_empty() => return false,
                _ => {}
            }
        }
        has_fields
    }

    fn push(&mut self, tag: Tag<'d>, end: usize, is_truncated: bool) {
        let content = (tag.end, end);
        self.entries.push(Entry { attributes: tag.attributes, start: tag.start, content, is_truncated });
    }

    /// Returns a name in lower case, with the usual prefix of its namespace; without one for names of the format.
    fn name(&self, name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        let Some((prefix, local)) = lower.split_once(':') else { return lower };
        let written = name.split(':').next().unwrap_or_default();
        let prefix = self.prefixes.get(written).map_or(prefix, String::as_str);
        if prefix.is_empty() || (prefix == "atom" && self.family == Family::Atom) {
            local.to_owned()
        } else {
            format!("{prefix}:{local}")
        }
    }

    /// Returns the fields of the feed itself.
    pub(super) fn head(&mut self) -> Vec<Field<'d>> {
        let mut fields = Vec::new();
        for (start, end) in std::mem::take(&mut self.gaps) {
            self.fields_in(start, end, &mut fields);
        }
        fields
    }

    /// Returns the fields of the entry with an index.
    pub(super) fn fields(&mut self, entry: usize) -> Vec<Field<'d>> {
        let mut fields = Vec::new();
        if let Some((start, end)) = self.entries.get(entry).map(|entry| entry.content) {
            self.fields_in(start, end, &mut fields);
        }
        fields
    }

    /// Returns the fields inside of a field, such as the name of an author.
    pub(super) fn inside(&mut self, field: &Field<'_>) -> Vec<Field<'d>> {
        let mut fields = Vec::new();
        self.fields_in(field.offset, field.offset + field.content.len(), &mut fields);
        fields
    }

    fn fields_in(&mut self, start: usize, end: usize, fields: &mut Vec<Field<'d>>) {
        let text = &self.text[..end];
        let mut at = start;
        let mut unclosed = HashSet::new();
        while let Some((found, next)) = piece(text, at) {
            at = next;
            let Piece::Tag(tag) = found else { continue };
            if tag.kind == TagKind::Close {
                continue;
            }
            let name = self.name(tag.name);
            if matches!(name.as_str(), "channel" | "media:group" | "rss" | "rdf:rdf") {
                continue;
            }
            let (stop, after) = if tag.kind == TagKind::Empty {
                (tag.end, tag.end)
            } else {
                match close(text, &tag, &mut unclosed) {
                    Some(found) => found,
                    None => {
                        self.defects.push((tag.start, "an element is not closed"));
                        let stop = self.end_of_unclosed(text, tag.end);
                        (stop, stop)
                    }
                }
            };
            let nested = name == "media:content" && text[tag.end..stop].contains('<');
            at = if nested { tag.end } else { after };
            let content = if nested { "" } else { &self.text[tag.end..stop] };
            fields.push(Field { name, attributes: tag.attributes, content, offset: tag.end });
        }
    }

    /// Returns where the content of an unclosed field ends: at the next field.
    fn end_of_unclosed(&self, text: &str, from: usize) -> usize {
        let is_end = |tag: &Tag<'_>| FIELDS.contains(&self.name(tag.name).as_str());
        tags(text, from).find(is_end).map_or(text.len(), |tag| tag.start)
    }

    /// Decodes the content of a field once: to plain text, or to HTML.
    ///
    /// Markup that should have been escaped is kept, as is everything in XHTML.
    pub(super) fn decoded(&mut self, field: &Field<'_>) -> String {
        let is_markup = tags(field.content, 0).next().is_some();
        let mut decoded = String::with_capacity(field.content.len());
        let mut at = 0;
        while let Some((found, next)) = piece(field.content, at) {
            match found {
                Piece::Cdata(text) => decoded.push_str(text),
                Piece::Tag(tag) => decoded.push_str(&field.content[tag.start..tag.end]),
                Piece::Text(text) => {
                    self.check(text, field.offset + at);
                    if is_markup { decoded.push_str(text) } else { decoded.push_str(&references::decode(text)) }
                }
            }
            at = next;
        }
        decoded
    }

    /// Decodes the content of a field that is plain text; its references are decoded also beside markup.
    pub(super) fn plain(&mut self, field: &Field<'_>) -> String {
        let mut plain = String::new();
        let mut at = 0;
        while let Some((found, next)) = piece(field.content, at) {
            match found {
                Piece::Cdata(text) => plain.push_str(text),
                Piece::Tag(_) => {}
                Piece::Text(text) => {
                    self.check(text, field.offset + at);
                    plain.push_str(&references::decode(text));
                }
            }
            at = next;
        }
        plain.trim().to_owned()
    }

    /// Notes what is not well-formed in a text.
    fn check(&mut self, text: &str, offset: usize) {
        if text == "<" {
            self.defects.push((offset, "\"<\" is not escaped"));
        }
        for (at, _) in text.match_indices('&') {
            let what = match references::reference(&text[at..]) {
                None => "\"&\" is not escaped",
                Some((characters, _)) if characters.contains('\u{fffd}') => {
                    "a reference to a character that does not exist"
                }
                Some(_) => continue,
            };
            self.defects.push((offset + at, what));
        }
    }

    /// Adds a defect at an offset.
    pub(super) fn add_defect(&mut self, offset: usize, what: &'static str) {
        self.defects.push((offset, what));
    }

    /// Returns what is not well-formed, each kind once per line.
    pub(super) fn defects(&mut self) -> Vec<Defect> {
        let mut defects = std::mem::take(&mut self.defects);
        defects.sort_unstable();
        let mut lines = LineCounter::new(self.text);
        let mut found: Vec<Defect> =
            defects.into_iter().map(|(at, what)| Defect { line: lines.at(at), what }).collect();
        found.dedup();
        found
    }

    /// Returns the line of each entry, counted from 1.
    pub(super) fn lines(&self) -> Vec<usize> {
        let mut lines = LineCounter::new(self.text);
        self.entries.iter().map(|entry| lines.at(entry.start)).collect()
    }
}

/// Counts lines up to offsets that grow.
struct LineCounter<'d> {
    text: &'d str,
    at: usize,
    line: usize,
}

impl<'d> LineCounter<'d> {
    fn new(text: &'d str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    fn at(&mut self, offset: usize) -> usize {
        let offset = offset.clamp(self.at, self.text.len());
        self.line += self.text.as_bytes()[self.at..offset].iter().filter(|byte| **byte == b'\n').count();
        self.at = offset;
        self.line
    }
}

/// Finds the end tag of an element: where its content ends, and the offset after the tag.
///
/// A name whose end tag is missing is not looked for again, which would take as long as the entry is, each time.
fn close<'d>(text: &'d str, open: &Tag<'d>, unclosed: &mut HashSet<&'d str>) -> Option<(usize, usize)> {
    if unclosed.contains(open.name) || unclosed.len() >= MOST_UNCLOSED {
        return None;
    }
    let mut depth = 0_usize;
    for tag in tags(text, open.end).filter(|tag| tag.name == open.name) {
        match tag.kind {
            TagKind::Open => depth += 1,
            TagKind::Close if depth == 0 => return Some((tag.start, tag.end)),
            TagKind::Close => depth -= 1,
            TagKind::Empty => {}
        }
    }
    unclosed.insert(open.name);
    None
}

/// Returns the prefixes that a document declares, with the usual ones for their namespaces.
fn prefixes(text: &str) -> HashMap<&str, String> {
    let mut prefixes = HashMap::new();
    for (at, _) in text.match_indices("xmlns:") {
        let rest = &text[at + 6..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(0);
        let (prefix, value) = rest.split_at(end);
        let quoted = value.trim_start().strip_prefix('=').map(str::trim_start);
        let Some(uri) = quoted.and_then(|value| value.get(1..)?.split(['"', '\'', '<', '>']).next()) else { continue };
        let uri = uri.to_ascii_lowercase();
        let usual = NAMESPACES.iter().find(|(part, _)| uri.contains(part)).map(|(_, usual)| *usual);
        let usual = match usual {
            Some("wp") if uri.contains("excerpt") => "excerpt",
            Some(usual) => usual,
            None => continue,
        };
        prefixes.entry(prefix).or_insert_with(|| usual.to_owned());
    }
    prefixes
}

/// Returns an attribute of a field, trimmed; `None` if it is empty.
pub(super) fn value(attributes: &str, name: &str) -> Option<String> {
    attribute(attributes, name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
