//! Posts as files that other programs and people read. One file a format; each writes one post after the other, so
//! that a million of them take no more room than one.

mod atom;
mod html;
mod jsonfeed;
mod markdown;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.
mod tests;
mod twtxt;

use std::io::{self, Write};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::{Attachment, Post, User};

pub use atom::Atom;
pub use html::{Html, index};
pub use jsonfeed::JsonFeed;
pub use markdown::Markdown;
pub use twtxt::{Twtxt, hash, imported_hash};

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedInfo {
    /// What it is called.
    pub title: String,
    /// Whose posts it holds; none for those of several users.
    pub owner: Option<User>,
    /// Where it will be found, if that is known.
    pub url: Option<String>,
}

/// A file of posts that is being written.
pub trait Writer {
    /// Begins the file.
    ///
    /// # Errors
    /// When it cannot be written.
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()>;

    /// Writes a post; `answers` is the hash of the post that it answers, where the format knows such.
    ///
    /// # Errors
    /// When it cannot be written.
    fn post(&mut self, out: &mut dyn Write, post: &Post, answers: Option<&str>) -> io::Result<()>;

    /// Ends the file; `next` is the name of the one that follows it, if there are several.
    ///
    /// # Errors
    /// When it cannot be written.
    fn foot(&mut self, out: &mut dyn Write, next: Option<&str>) -> io::Result<()>;
}

/// What names a post for ever: its address, or a name made of its author and moment.
fn name(post: &Post) -> String {
    match address(post) {
        Some(url) => url,
        None => {
            let author = utf8_percent_encode(post.nickname.as_str(), NON_ALPHANUMERIC);
            format!("urn:microblog:{author}:{}", post.created_at.micros())
        }
    }
}

/// Where a post can be read, if that is an address of the web.
fn address(post: &Post) -> Option<String> {
    web(post.origin.as_ref()?.url.as_deref()?)
}

/// Where an attachment lies, if that is an address of the web.
fn address_of(one: &Attachment) -> Option<String> {
    web(one.url.as_deref()?)
}

/// An address of the web as it may stand in a link: what no address holds is encoded (RFC 3987).
fn web(url: &str) -> Option<String> {
    let encoded = |at: usize, c: char| match c {
        '%' => !url.as_bytes().get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)),
        c => !c.is_alphanumeric() && !"-._~:/?#[]@!$&'()*+,;=".contains(c),
    };
    is_web(url).then(|| {
        let mut address = String::with_capacity(url.len());
        for (at, c) in url.char_indices() {
            if encoded(at, c) {
                address.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC));
            } else {
                address.push(c);
            }
        }
        address
    })
}

/// What an attachment is, as feeds name it. Some archives only say `photo`; then its address tells.
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
    let file = one.url.as_deref()?.split(['?', '#']).next()?;
    let (_, extension) = file.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        _ => return None,
    })
}

/// The language of a post, if what stands there can be one (RFC 5646).
fn language(post: &Post) -> Option<&str> {
    let is_one = |tag: &&str| {
        let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag.split('-').all(part)
    };
    post.origin.as_ref()?.language.as_deref().filter(is_one)
}

/// Whether a link may become one: whatever else there is could run a script.
fn is_web(url: &str) -> bool {
    let scheme = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    scheme("http://") || scheme("https://")
}

/// What the author warns of.
fn warning(post: &Post) -> Option<&str> {
    post.origin.as_ref()?.warning.as_deref()
}

/// A text between the tags and in the attributes of HTML and XML. What XML cannot hold at all becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(c),
            // Else a reader takes it for a line feed.
            '\r' => escaped.push_str("&#13;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
