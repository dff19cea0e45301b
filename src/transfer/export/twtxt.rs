//! Writes twtxt feeds (<https://twtxt.readthedocs.io>) with the metadata, hashes and line breaks of <https://twtxt.dev>.
//!
//! Oldest post first, so that a new post is appended. The format has no content warnings, attachments or edits.

use std::io::{self, Write};

use super::{FeedInfo, Writer};
use crate::model::{Post, User};
use crate::transfer::twtxt::{LONG, LONG_FROM, SHORT, full_hash, subject};

/// Writer of a twtxt feed.
pub struct Twtxt<'a> {
    info: FeedInfo,
    follows: &'a [User],
    previous: Option<String>,
}

impl<'a> Twtxt<'a> {
    /// Returns the writer of a feed whose author follows `follows`.
    #[must_use]
    pub fn new(info: FeedInfo, follows: &'a [User]) -> Self {
        Self { info, follows, previous: None }
    }

    /// Names the archive with the posts before those of this feed: the hash of its last post, and its file name.
    #[must_use]
    pub fn after(mut self, hash: &str, file: &str) -> Self {
        self.previous = Some(format!("{hash} {file}"));
        self
    }
}

impl Writer for Twtxt<'_> {
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut field = |key: &str, value: &str| {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if value.is_empty() { Ok(()) } else { writeln!(out, "# {key} = {value}") }
        };
        if let Some(owner) = &self.info.owner {
            field("nick", owner.nickname.as_str())?;
        }
        if let Some(url) = &self.info.url {
            field("url", url)?;
        }
        if let Some(info) = self.info.owner.as_ref().and_then(|owner| owner.about_me.as_ref()) {
            field("description", info.as_str())?;
        }
        for user in self.follows {
            if let Some(url) = user.url.as_ref().filter(|url| url.contains("://")) {
                field("follow", &format!("{} {url}", user.nickname))?;
            }
        }
        if let Some(previous) = &self.previous {
            field("prev", previous)?;
        }
        Ok(())
    }

    fn post(&mut self, out: &mut dyn Write, post: &Post, reply_to: Option<&str>) -> io::Result<()> {
        writeln!(out, "{}\t{}", post.created_at.rfc3339(), text(post, reply_to))
    }

    fn foot(&mut self, _: &mut dyn Write, _: Option<&str>) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the text in one line, with U+2028 for line breaks, after the hash of the post that it replies to.
fn text(post: &Post, reply_to: Option<&str>) -> String {
    let text = post.body.as_str().replace("\r\n", "\u{2028}").replace(['\n', '\r'], "\u{2028}");
    match reply_to {
        Some(hash) if subject(&text).is_none() => format!("(#{hash}) {text}"),
        _ => text,
    }
}

/// Returns the hash of a post in a feed that is published at `url`; `reply_to` is the hash of its parent.
#[must_use]
pub fn hash(url: &str, post: &Post, reply_to: Option<&str>) -> String {
    let hash = full_hash(url, post.created_at.utc().fixed_offset(), &text(post, reply_to));
    if is_long(post) { hash[..LONG].to_owned() } else { hash[hash.len() - SHORT..].to_owned() }
}

/// Returns the hash that a post had in the feed from which it was imported.
#[must_use]
pub fn imported_hash(post: &Post) -> Option<&str> {
    let wanted = if is_long(post) { LONG } else { SHORT };
    let mut hashes = post.origin.as_ref()?.aliases.iter().filter_map(|name| name.strip_prefix('#'));
    hashes.find(|hash| hash.len() == wanted)
}

fn is_long(post: &Post) -> bool {
    post.created_at >= LONG_FROM
}
