//! Export formats, one module each. Posts are written one after the other, so that a million of them need no more
//! memory than one.

mod atom;
mod html;
mod jsonfeed;
mod markdown;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot continue has failed.
mod tests;
mod twtxt;

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::{Attachment, Post, PostId, User, is_language_tag, media_type_of};

pub use atom::Atom;
pub(super) use atom::GENERATOR;
pub use html::{Html, index};
pub use jsonfeed::JsonFeed;
pub use markdown::Markdown;
pub use twtxt::{Twtxt, hash, imported_hash};

/// Metadata of an exported file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedInfo {
    /// Title.
    pub title: String,
    /// Author of the posts; `None` if there are several.
    pub owner: Option<User>,
    /// Address at which the file will be published, if known.
    pub url: Option<String>,
    /// Posts that their authors pinned to their profiles; HTML and Markdown mark them.
    pub pinned: BTreeSet<PostId>,
}

/// Writes a file of posts.
pub trait Writer {
    /// Writes the start of the file.
    ///
    /// # Errors
    /// If it cannot be written.
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()>;

    /// Writes a post; `reply_to` is the hash of the post that it replies to, in formats that use hashes.
    ///
    /// # Errors
    /// If it cannot be written.
    fn post(&mut self, out: &mut dyn Write, post: &Post, reply_to: Option<&str>) -> io::Result<()>;

    /// Writes the end of the file; `next` is the name of the next file, if there are several.
    ///
    /// # Errors
    /// If it cannot be written.
    fn foot(&mut self, out: &mut dyn Write, next: Option<&str>) -> io::Result<()>;
}

/// Returns the permanent id of a post: its address, or a URN made of its author and time.
fn post_id(post: &Post) -> String {
    match post_url(post) {
        Some(url) => url,
        None => urn(post),
    }
}

/// Returns the URN of a post, made of its author and time.
fn urn(post: &Post) -> String {
    let author = utf8_percent_encode(post.nickname.as_str(), NON_ALPHANUMERIC);
    format!("urn:microblog:{author}:{}", post.created_at.micros())
}

/// The ids that were written: no feed may contain one twice.
#[derive(Debug, Default)]
struct PostIds {
    /// Hashes of the ids, since an export may have millions.
    seen: HashSet<u64>,
    hasher: RandomState,
}

impl PostIds {
    /// Returns the id of a post; where its address was written before, a URN made of its author and time.
    fn unique(&mut self, post: &Post) -> String {
        let id = post_id(post);
        if self.seen.insert(self.hasher.hash_one(&id)) { id } else { urn(post) }
    }
}

/// Returns the original address of a post, if it is a web address.
fn post_url(post: &Post) -> Option<String> {
    web_url(post.origin.as_ref()?.url.as_deref()?)
}

/// Returns the address of an attachment, if it is a web address.
fn attachment_url(one: &Attachment) -> Option<String> {
    web_url(one.url.as_deref()?)
}

/// Returns a web address with the characters encoded that links must not contain (RFC 3987).
fn web_url(url: &str) -> Option<String> {
    let encoded = |at: usize, c: char| match c {
        '%' => !url.as_bytes().get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)),
        c => !c.is_alphanumeric() && !"-._~:/?#[]@!$&'()*+,;=".contains(c),
    };
    is_web(url).then(|| {
        let mut encoded_url = String::with_capacity(url.len());
        for (at, c) in url.char_indices() {
            if encoded(at, c) {
                encoded_url.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC));
            } else {
                encoded_url.push(c);
            }
        }
        encoded_url
    })
}

/// Returns the media type of an attachment; from its file name, for archives that only say `photo`.
fn media_type(one: &Attachment) -> Option<&str> {
    let is_one = |kind: &&str| {
        let named = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
        };
        kind.split_once('/').is_some_and(|(first, second)| named(first) && named(second))
    };
    if let Some(kind) = one.kind.as_deref().filter(is_one) {
        return Some(kind);
    }
    media_type_of(one.url.as_deref()?.split(['?', '#']).next()?)
}

/// Returns the language of a post, if it is well-formed (RFC 5646).
fn language(post: &Post) -> Option<&str> {
    post.origin.as_ref()?.language.as_deref().filter(|tag| is_language_tag(tag))
}

/// Returns whether an address may become a link: other schemes could run a script.
fn is_web(url: &str) -> bool {
    let scheme = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    scheme("http://") || scheme("https://")
}

/// Returns the content warning of a post.
fn warning(post: &Post) -> Option<&str> {
    post.origin.as_ref()?.warning.as_deref()
}

/// Escapes a text for HTML and XML, attributes included. Characters that XML forbids become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(c),
            // Unescaped, a reader would turn it into a line feed.
            '\r' => escaped.push_str("&#13;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
