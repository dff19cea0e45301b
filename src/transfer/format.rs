//! Detects the format of a file by its content: by what must be there, and not by what merely may be.

use std::collections::HashMap;
use std::io::Read;

use super::archive::{Archive, file_name};
use super::{ReadError, feed, time, x};

/// Bytes at the start of a file in which its format is looked for.
const HEAD: u64 = 1 << 16;
/// Lines of a twtxt feed without metadata among which one must have a time.
const LINES: usize = 5;

/// A format that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A twtxt feed.
    Twtxt,
    /// A saved JSON Feed.
    Jsonfeed,
    /// A saved RSS feed.
    Rss,
    /// A saved Atom feed.
    Atom,
    /// An account's archive from Mastodon.
    Mastodon,
    /// An account's archive from X, formerly Twitter.
    X,
}

/// What a file was recognized as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detected {
    /// One of the formats.
    Format(Format),
    /// An SQLite database: perhaps one of the Flask tutorial.
    Sqlite,
    /// A dump of this program, as JSON Lines.
    Jsonl,
    /// A Bluesky repository, a Content Addressable aRchive, <https://ipld.io/specs/transport/car/carv1/>.
    Car,
    /// No known format; the word of the nearest one, if any is near.
    Unknown(Option<&'static str>),
}

impl Format {
    /// Returns the word for it in commands.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Twtxt => "twtxt",
            Self::Jsonfeed => "jsonfeed",
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Mastodon => "mastodon",
            Self::X => "x",
        }
    }
}

/// Detects the format of a file, folder or archive.
///
/// # Errors
/// If it cannot be read.
pub fn detect(archive: &mut Archive) -> Result<Detected, ReadError> {
    if !archive.is_file() {
        if archive.find("outbox.json").is_some() || archive.find("actor.json").is_some() {
            return Ok(Detected::Format(Format::Mastodon));
        }
        if archive.names().iter().any(|name| x::holds_posts(name)) {
            return Ok(Detected::Format(Format::X));
        }
    }
    let name = match archive.names() {
        [name] => name.clone(),
        names => match names.iter().find(|name| file_name(name) == "feed.json") {
            Some(name) => name.clone(),
            None => return Ok(Detected::Unknown(None)),
        },
    };
    let mut head = Vec::new();
    archive.open_text(&name)?.take(HEAD).read_to_end(&mut head).map_err(|error| ReadError::file(&name, &error))?;
    Ok(of_head(&head))
}

fn of_head(head: &[u8]) -> Detected {
    if head.starts_with(b"SQLite format 3\0") {
        return Detected::Sqlite;
    }
    // The length of the header, and its first key.
    if head.get(1..8) == Some(b"\xa2\x65roots") {
        return Detected::Car;
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let starts = ["window.YTD.", "window.__THAR", "Grailbird.data.", "\"tweet_id\",", "tweet_id,"];
    if starts.iter().any(|start| text.starts_with(start)) {
        return Detected::Format(Format::X);
    }
    if text.starts_with(['{', '[']) {
        return of_json(text);
    }
    if !text.starts_with('<') && is_twtxt(text) {
        return Detected::Format(Format::Twtxt);
    }
    // Errors of a server's programs may precede a feed, but a page that shows one is none.
    let page = ["<html", "<HTML", "<!DOCTYPE html", "<!doctype html", "<!DOCTYPE HTML"];
    let page = page.iter().filter_map(|start| text.find(start)).min();
    match feed::root(text).filter(|(root, _)| page.is_none_or(|page| page > root.start)) {
        Some((_, feed::Family::Atom)) => Detected::Format(Format::Atom),
        Some((_, feed::Family::Rss)) => Detected::Format(Format::Rss),
        None if text.starts_with('<') => Detected::Unknown(page.is_none().then_some("rss")),
        None => Detected::Unknown(text.lines().any(|line| line.contains('\t')).then_some("twtxt")),
    }
}

fn is_twtxt(text: &str) -> bool {
    let is_metadata = |line: &str| {
        let field = line.strip_prefix('#').and_then(|comment| comment.split_once('='));
        field.is_some_and(|(key, _)| {
            matches!(key.trim().to_ascii_lowercase().as_str(), "nick" | "url" | "twturl" | "follow")
        })
    };
    let is_post = |line: &str| {
        let digits = line.bytes().take(4).filter(u8::is_ascii_digit).count();
        let stamp = line.split(['\t', ' ', '\\']).next().unwrap_or(line);
        digits == 4 && line.as_bytes().get(4) == Some(&b'-') && stamp.len() >= 10 && time::parse(stamp).is_some()
    };
    let mut posts = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    text.lines().any(is_metadata) || posts.by_ref().take(LINES).any(is_post)
}

fn of_json(text: &str) -> Detected {
    let found = members(text);
    let has = |path: &str| found.contains_key(path);
    let value = |path: &str| found.get(path).map_or("", String::as_str);
    let first = text.lines().next().unwrap_or_default();
    let is_dump = || {
        let first: Result<serde_json::Value, _> = serde_json::from_str(first);
        first.is_ok_and(|value| value.get("microblog").is_some())
    };
    let is_feed = value("version").contains("jsonfeed.org/version")
        || ["items.content_html", "items.content_text", "items.date_published"].iter().any(|path| has(path))
        || (has("version") && has("items.id") && has("items.title") && has("items.url"))
        || (has("title") && has("items") && (has("home_page_url") || has("feed_url")))
        || has("rss.channel");
    let is_outbox = has("orderedItems")
        || matches!(value("type"), "OrderedCollection" | "OrderedCollectionPage")
        || (has("uri") && has("account.acct"))
        // Notes of Misskey.
        || (has("createdAt") && has("visibility") && (has("fileIds") || has("renoteId")));
    let is_x = has("tweet.id_str") || has("tweet.id") || (has("id_str") && (has("full_text") || has("text")));
    if is_feed {
        Detected::Format(Format::Jsonfeed)
    } else if is_outbox {
        Detected::Format(Format::Mastodon)
    } else if is_x {
        Detected::Format(Format::X)
    } else if is_dump() {
        Detected::Jsonl
    } else {
        Detected::Unknown(Some(if has("actor") || has("@context") { "mastodon" } else { "jsonfeed" }))
    }
}

/// Returns the members of objects in JSON that may be truncated, by their paths, with the values that are strings.
///
/// Arrays are no part of a path: `{"items": [{"id": "7"}]}` has the members `items` and `items.id`.
fn members(text: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let mut path: Vec<Option<String>> = Vec::new();
    let mut key: Option<String> = None;
    let mut rest = text;
    while let Some(at) = rest.find(['"', '{', '}', '[', ']', ',']) {
        let mark = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match mark {
            b'{' | b'[' => {
                path.push(key.take());
                if path.len() > 64 {
                    break;
                }
            }
            b'}' | b']' => drop(path.pop()),
            b',' => key = None,
            _ => {
                let Some(end) = string_end(rest) else { break };
                let string = &rest[..end];
                rest = &rest[end + 1..];
                let joined = |name: &str| {
                    let names = path.iter().flatten().map(String::as_str).chain([name]);
                    names.collect::<Vec<_>>().join(".")
                };
                if rest.trim_start().starts_with(':') {
                    found.entry(joined(string)).or_default();
                    key = Some(string.to_owned());
                } else if let Some(key) = &key {
                    found.insert(joined(key), string.replace("\\/", "/"));
                }
            }
        }
    }
    found
}

fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = !escaped && byte == b'"';
        escaped = !escaped && byte == b'\\';
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::{Detected, Format, of_head};

    #[test]
    fn formats_are_detected_by_their_content() {
        for (head, expected) in [
            ("# nick = john\n", Detected::Format(Format::Twtxt)),
            ("2026-01-01T00:00:00Z\thello", Detected::Format(Format::Twtxt)),
            ("# a comment\n\n2026-01-01T00:00:00Z  <rss> is a tag\n", Detected::Format(Format::Twtxt)),
            ("\u{feff}<?xml version='1.0'?><rss version=\"2.0\">", Detected::Format(Format::Rss)),
            ("<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", Detected::Format(Format::Rss)),
            ("<br />\n<b>Warning</b>: fopen()<?xml version='1.0'?><rss>", Detected::Format(Format::Rss)),
            ("Notice: x in y\n<?xml version='1.0'?>\n<rss>", Detected::Format(Format::Rss)),
            ("<feed xmlns=\"http://www.w3.org/2005/Atom\">", Detected::Format(Format::Atom)),
            ("<atom:feed xmlns:atom=\"http://www.w3.org/2005/Atom\">", Detected::Format(Format::Atom)),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\"", Detected::Format(Format::Jsonfeed)),
            (
                "{\"version\": \"https:\\/\\/jsonfeed.org\\/version\\/1\", \"items\": []}",
                Detected::Format(Format::Jsonfeed),
            ),
            ("{\"items\": [{\"id\": 1, \"content_text\": \"x\"}", Detected::Format(Format::Jsonfeed)),
            ("{\"rss\": {\"channel\": {", Detected::Format(Format::Jsonfeed)),
            ("{\"type\": \"OrderedCollection\"", Detected::Format(Format::Mastodon)),
            ("[{\"id\":\"1\",\"uri\":\"x\",\"account\":{\"acct\":\"ada\"}", Detected::Format(Format::Mastodon)),
            (
                "[{\"id\":\"9x\",\"text\":\"x\",\"createdAt\":\"x\",\"fileIds\":[],\"visibility\":\"public\"",
                Detected::Format(Format::Mastodon),
            ),
            ("window.YTD.tweets.part0 = [", Detected::Format(Format::X)),
            ("[{\"id_str\": \"1\", \"full_text\": \"x\"", Detected::Format(Format::X)),
            ("{\"microblog\":{\"version\":1}}\n", Detected::Jsonl),
            ("SQLite format 3\0", Detected::Sqlite),
            ("a looks for its roots", Detected::Unknown(None)),
            ("<!DOCTYPE html><html><body><feed>", Detected::Unknown(None)),
            ("<opml version='2.0'>", Detected::Unknown(Some("rss"))),
            (
                "{\"total_count\":1,\"items\":[{\"id\":1,\"url\":\"https://x\",\"title\":\"bug\"}]}",
                Detected::Unknown(Some("jsonfeed")),
            ),
            ("{\"items\":[{\"name\":\"milk\"}]}", Detected::Unknown(Some("jsonfeed"))),
            ("{\"@context\":\"x\",\"object\":{\"replies\":{\"items\":[]}}}", Detected::Unknown(Some("mastodon"))),
            ("2024 was a year\n", Detected::Unknown(None)),
            ("hello there", Detected::Unknown(None)),
        ] {
            assert_eq!(of_head(head.as_bytes()), expected, "{head}");
        }
        assert_eq!(of_head(b"\x3a\xa2\x65roots\x81\xd8"), Detected::Car);
    }
}
