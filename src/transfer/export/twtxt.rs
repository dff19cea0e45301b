//! A twtxt feed: what <https://twtxt.readthedocs.io> asks for, with the metadata, hashes and line breaks that
//! <https://twtxt.dev> adds. Oldest first, so that a new post is a new line at the end. It holds neither warnings nor
//! attachments nor edits.

use std::io::{self, Write};

use super::{FeedInfo, Writer};
use crate::model::{Post, User};
use crate::transfer::twtxt::{LONG, LONG_FROM, SHORT, full_hash, subject};

/// A feed.
pub struct Twtxt<'a> {
    about: FeedInfo,
    follows: &'a [User],
}

impl<'a> Twtxt<'a> {
    /// A feed that says whom its author follows.
    #[must_use]
    pub fn new(about: FeedInfo, follows: &'a [User]) -> Self {
        Self { about, follows }
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
            if let Some(url) = user.url.as_ref().filter(|url| url.contains("://")) {
                fact("follow", &format!("{} {url}", user.nickname))?;
            }
        }
        Ok(())
    }

    fn post(&mut self, out: &mut dyn Write, post: &Post, answers: Option<&str>) -> io::Result<()> {
        writeln!(out, "{}\t{}", post.created_at.rfc3339(), text(post, answers))
    }

    fn foot(&mut self, _: &mut dyn Write, _: Option<&str>) -> io::Result<()> {
        Ok(())
    }
}

/// The text in one line, U+2028 standing for a line break, behind the hash of the post that it answers.
fn text(post: &Post, answers: Option<&str>) -> String {
    let text = post.body.as_str().replace("\r\n", "\u{2028}").replace(['\n', '\r'], "\u{2028}");
    match answers {
        Some(hash) if subject(&text).is_none() => format!("(#{hash}) {text}"),
        _ => text,
    }
}

/// The hash by which a post, that answers the one of another hash, is known to others if its feed lies at `url`.
#[must_use]
pub fn hash(url: &str, post: &Post, answers: Option<&str>) -> String {
    let hash = full_hash(url, post.created_at.utc().fixed_offset(), &text(post, answers));
    if is_long(post) { hash[..LONG].to_owned() } else { hash[hash.len() - SHORT..].to_owned() }
}

/// The hash that a post had in the feed that it was brought in from.
#[must_use]
pub fn imported_hash(post: &Post) -> Option<&str> {
    let wanted = if is_long(post) { LONG } else { SHORT };
    let mut hashes = post.origin.as_ref()?.aliases.iter().filter_map(|name| name.strip_prefix('#'));
    hashes.find(|hash| hash.len() == wanted)
}

fn is_long(post: &Post) -> bool {
    post.created_at >= LONG_FROM
}
