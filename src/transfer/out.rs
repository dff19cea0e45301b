//! Posts as files that other programs and people read. One file a format; each writes one post after the other, so
//! that a million of them take no more room than one.

mod atom;
mod html;
mod jsonfeed;
mod markdown;
mod twtxt;

use std::io::{self, Write};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::{Post, User};

pub use atom::Atom;
pub use html::{Html, index};
pub use jsonfeed::JsonFeed;
pub use markdown::Markdown;
pub use twtxt::{Twtxt, hash, hash_before};

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
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
        Some(url) => url.to_owned(),
        None => {
            let author = utf8_percent_encode(post.nickname.as_str(), NON_ALPHANUMERIC);
            format!("urn:microblog:{author}:{}", post.created_at.micros())
        }
    }
}

/// Where a post can be read, if that is an address of the web.
fn address(post: &Post) -> Option<&str> {
    post.origin.as_ref()?.url.as_deref().filter(|url| is_web(url))
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
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
