//! Which format a file has, by what is in it.

use std::io::Read;

use super::ReadError;
use super::bundle::{Bundle, base_of};

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
pub enum Looks {
    /// One of the formats.
    Like(Format),
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
pub fn guess(bundle: &mut Bundle) -> Result<Looks, ReadError> {
    if !bundle.is_file() {
        if bundle.find("outbox.json").is_some() {
            return Ok(Looks::Like(Format::Mastodon));
        }
        if bundle.names().iter().any(|name| super::x::holds_posts(base_of(name))) {
            return Ok(Looks::Like(Format::X));
        }
    }
    let [name] = bundle.names() else { return Ok(Looks::Unknown) };
    let name = name.clone();
    let mut head = Vec::new();
    bundle.read(&name)?.take(4096).read_to_end(&mut head).map_err(|error| ReadError::file(&name, &error))?;
    Ok(of_head(&head))
}

fn of_head(head: &[u8]) -> Looks {
    if head.starts_with(b"SQLite format 3\0") {
        return Looks::Sqlite;
    }
    // The length of the header, and its first key.
    if head.get(1..8) == Some(b"\xa2\x65roots") {
        return Looks::Car;
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("window.YTD.") || text.starts_with("window.__THAR") {
        return Looks::Like(Format::X);
    }
    if text.starts_with('<') {
        let lower = text.to_lowercase();
        return if lower.contains("<feed") {
            Looks::Like(Format::Atom)
        } else if lower.contains("<rss") || lower.contains("<rdf") || lower.contains("<channel") {
            Looks::Like(Format::Rss)
        } else {
            Looks::Unknown
        };
    }
    if text.starts_with('{') || text.starts_with('[') {
        let first = text.lines().next().unwrap_or_default();
        return if text.contains("://jsonfeed.org/version") || text.contains("jsonfeed.org\\/version") {
            Looks::Like(Format::Jsonfeed)
        } else if text.contains("orderedItems") || text.contains("OrderedCollection") {
            Looks::Like(Format::Mastodon)
        } else if serde_json::from_str::<serde_json::Value>(first).is_ok_and(|value| value.is_object())
            && text.contains("\"microblog\"")
        {
            Looks::Jsonl
        } else if text.contains("\"items\"") {
            Looks::Like(Format::Jsonfeed)
        } else {
            Looks::Unknown
        };
    }
    let dated = |line: &str| {
        let digits = line.bytes().take(4).filter(u8::is_ascii_digit).count();
        digits == 4 && line.as_bytes().get(4) == Some(&b'-')
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    if lines.any(|line| dated(line) || line.trim_start_matches('#').trim_start().starts_with("nick")) {
        return Looks::Like(Format::Twtxt);
    }
    Looks::Unknown
}

#[cfg(test)]
mod tests {
    use super::{Format, Looks, of_head};

    #[test]
    fn formats_are_told_by_what_is_in_them() {
        for (head, looks) in [
            ("# nick = john\n", Looks::Like(Format::Twtxt)),
            ("2026-01-01T00:00:00Z\thello", Looks::Like(Format::Twtxt)),
            ("\u{feff}<?xml version='1.0'?><rss version=\"2.0\">", Looks::Like(Format::Rss)),
            ("<feed xmlns=\"http://www.w3.org/2005/Atom\">", Looks::Like(Format::Atom)),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\"", Looks::Like(Format::Jsonfeed)),
            ("{\"type\": \"OrderedCollection\"", Looks::Like(Format::Mastodon)),
            ("window.YTD.tweets.part0 = [", Looks::Like(Format::X)),
            ("SQLite format 3\0", Looks::Sqlite),
            ("a looks for its roots", Looks::Unknown),
            ("<html><body>", Looks::Unknown),
            ("hello there", Looks::Unknown),
        ] {
            assert_eq!(of_head(head.as_bytes()), looks, "{head}");
        }
        assert_eq!(of_head(b"\x3a\xa2\x65roots\x81\xd8"), Looks::Car);
    }
}
