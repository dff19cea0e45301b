//! Which format a file has, by what is in it.

use std::io::Read;

use super::ReadError;
use super::archive::{Archive, file_name};

/// A format that can be brought in.
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
    /// An account's archive from X, once Twitter.
    X,
}

/// What something looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detected {
    /// One of the formats.
    Format(Format),
    /// A database of the tutorial, or another one of SQLite.
    Sqlite,
    /// Lines of JSON, as this program writes them.
    Jsonl,
    /// The repository of a Bluesky account, a Content Addressable aRchive, <https://ipld.io/specs/transport/car/carv1/>.
    Car,
    /// Nothing that is known.
    Unknown,
}

impl Format {
    /// The word for it.
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

/// Guesses the format of what lies at a path.
///
/// # Errors
/// When it cannot be read.
pub fn detect(archive: &mut Archive) -> Result<Detected, ReadError> {
    if !archive.is_file() {
        if archive.find("outbox.json").is_some() {
            return Ok(Detected::Format(Format::Mastodon));
        }
        if archive.names().iter().any(|name| super::x::holds_posts(file_name(name))) {
            return Ok(Detected::Format(Format::X));
        }
    }
    let [name] = archive.names() else { return Ok(Detected::Unknown) };
    let name = name.clone();
    let mut head = Vec::new();
    archive.open_file(&name)?.take(4096).read_to_end(&mut head).map_err(|error| ReadError::file(&name, &error))?;
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
    if text.starts_with("window.YTD.") || text.starts_with("window.__THAR") {
        return Detected::Format(Format::X);
    }
    if text.starts_with('<') {
        let lower = text.to_lowercase();
        return if lower.contains("<feed") {
            Detected::Format(Format::Atom)
        } else if lower.contains("<rss") || lower.contains("<rdf") || lower.contains("<channel") {
            Detected::Format(Format::Rss)
        } else {
            Detected::Unknown
        };
    }
    if text.starts_with('{') || text.starts_with('[') {
        let first = text.lines().next().unwrap_or_default();
        return if text.contains("://jsonfeed.org/version") || text.contains("jsonfeed.org\\/version") {
            Detected::Format(Format::Jsonfeed)
        } else if text.contains("orderedItems") || text.contains("OrderedCollection") {
            Detected::Format(Format::Mastodon)
        } else if serde_json::from_str::<serde_json::Value>(first).is_ok_and(|value| value.is_object())
            && text.contains("\"microblog\"")
        {
            Detected::Jsonl
        } else if text.contains("\"items\"") {
            Detected::Format(Format::Jsonfeed)
        } else {
            Detected::Unknown
        };
    }
    let dated = |line: &str| {
        let digits = line.bytes().take(4).filter(u8::is_ascii_digit).count();
        digits == 4 && line.as_bytes().get(4) == Some(&b'-')
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    if lines.any(|line| dated(line) || line.trim_start_matches('#').trim_start().starts_with("nick")) {
        return Detected::Format(Format::Twtxt);
    }
    Detected::Unknown
}

#[cfg(test)]
mod tests {
    use super::{Detected, Format, of_head};

    #[test]
    fn formats_are_told_by_what_is_in_them() {
        for (head, looks) in [
            ("# nick = john\n", Detected::Format(Format::Twtxt)),
            ("2026-01-01T00:00:00Z\thello", Detected::Format(Format::Twtxt)),
            ("\u{feff}<?xml version='1.0'?><rss version=\"2.0\">", Detected::Format(Format::Rss)),
            ("<feed xmlns=\"http://www.w3.org/2005/Atom\">", Detected::Format(Format::Atom)),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\"", Detected::Format(Format::Jsonfeed)),
            ("{\"type\": \"OrderedCollection\"", Detected::Format(Format::Mastodon)),
            ("window.YTD.tweets.part0 = [", Detected::Format(Format::X)),
            ("SQLite format 3\0", Detected::Sqlite),
            ("a looks for its roots", Detected::Unknown),
            ("<html><body>", Detected::Unknown),
            ("hello there", Detected::Unknown),
        ] {
            assert_eq!(of_head(head.as_bytes()), looks, "{head}");
        }
        assert_eq!(of_head(b"\x3a\xa2\x65roots\x81\xd8"), Detected::Car);
    }
}
