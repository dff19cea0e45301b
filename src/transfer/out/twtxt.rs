//! A twtxt feed: what <https://twtxt.readthedocs.io> asks for, with the metadata, hashes and line breaks that
//! <https://twtxt.dev> adds. Oldest first, so that a new post is a new line at the end. It holds neither warnings nor
//! attachments nor edits.

use std::io::{self, Write};

use blake2::{Blake2b, Digest, digest::consts::U32};
use chrono::SecondsFormat;
use data_encoding::BASE32_NOPAD;

use super::{About, Writer};
use crate::model::{Post, Timestamp, User};

/// From here on, 2026-07-01T00:00:00Z, a hash has its first twelve characters, before it its last seven.
const LONG_FROM: Timestamp = Timestamp::from_seconds(1_782_864_000);

/// A feed.
pub struct Twtxt<'a> {
    about: About,
    follows: &'a [User],
    /// The addresses of the feeds of users.
    feed: &'a dyn Fn(&Post) -> Option<String>,
}

impl<'a> Twtxt<'a> {
    /// A feed that says whom its author follows. `feed` knows where the feed of a post's author is, without which
    /// others cannot know which post an answer is for.
    #[must_use]
    pub fn new(about: About, follows: &'a [User], feed: &'a dyn Fn(&Post) -> Option<String>) -> Self {
        Self { about, follows, feed }
    }
}

impl Writer for Twtxt<'_> {
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut fact = |key: &str, value: &str| {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if value.is_empty() { Ok(()) } else { writeln!(out, "# {key} = {value}") }
        };
        if let Some(owner) = &self.about.owner {
            fact("nick", owner.nickname.as_str())?;
        }
        if let Some(url) = &self.about.url {
            fact("url", url)?;
        }
        if let Some(about) = self.about.owner.as_ref().and_then(|owner| owner.about_me.as_ref()) {
            fact("description", about.as_str())?;
        }
        for user in self.follows {
            if let Some(url) = &user.url {
                fact("follow", &format!("{} {url}", user.nickname))?;
            }
        }
        Ok(())
    }

    fn post(&mut self, out: &mut dyn Write, post: &Post, answered: Option<&Post>) -> io::Result<()> {
        write!(out, "{}\t", post.created_at.rfc3339())?;
        let text = text(post);
        let known = text.starts_with("(#") || text.starts_with('@') && text.contains("(#");
        if let Some(answered) = answered.filter(|_| !known)
            && let Some(url) = (self.feed)(answered)
        {
            write!(out, "(#{}) ", hash(&url, answered.created_at, &self::text(answered)))?;
        }
        writeln!(out, "{text}")
    }

    fn foot(&mut self, _: &mut dyn Write, _: Option<&str>) -> io::Result<()> {
        Ok(())
    }
}

/// The text in one line: U+2028 stands for a line break.
fn text(post: &Post) -> String {
    post.body.as_str().replace("\r\n", "\u{2028}").replace(['\n', '\r'], "\u{2028}")
}

/// By what others call a post.
fn hash(url: &str, at: Timestamp, text: &str) -> String {
    let moment = at.utc().to_rfc3339_opts(SecondsFormat::Secs, true);
    let digest = Blake2b::<U32>::digest(format!("{url}\n{moment}\n{text}"));
    let hash = BASE32_NOPAD.encode(&digest).to_lowercase();
    if at >= LONG_FROM { hash[..12].to_owned() } else { hash[hash.len() - 7..].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::hash;
    use crate::model::Timestamp;

    #[test]
    fn hashes_are_those_of_other_programs() {
        for (url, at, text, expected) in [
            ("https://example.com/twtxt.txt", "2026-07-01T00:00:00Z", "Hello World!", "myzxbwxktuvs"),
            ("https://example.com/twtxt.txt", "2025-04-29T12:00:00Z", "Hello World!", "om5qesa"),
            ("https://twtxt.net/twtxt.txt", "2024-12-31T23:59:59Z", "Happy New Year!", "jcezvlq"),
            ("https://twtxt.net/user/prologic/twtxt.txt", "2020-07-18T12:39:52Z", "Hello World! 😊", "o6dsrga"),
        ] {
            assert_eq!(hash(url, Timestamp::parse(at).expect(at), text), expected);
        }
    }
}
