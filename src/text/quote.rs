//! The text that quotes a post in another one.

use std::ops::Range;

use super::{clean_line, displayed_prefix, rich_text, single_line, truncate};
use crate::model::{Post, PostId};

/// Columns of a quoted text at most.
const COLUMNS: usize = 140;

/// Returns the start of a post's text with its author, and its address or, if it has none, its ID.
#[must_use]
pub fn quote(post: &Post) -> String {
    let text = single_line(&rich_text(displayed_prefix(post.body.as_str())).text);
    let (excerpt, author) = (truncate(&text, COLUMNS), clean_line(post.nickname.as_str()));
    let url = post.origin.as_ref().and_then(|origin| origin.url.as_deref());
    let at = url.map_or_else(|| format!(", post {}", post.id), |url| format!(" {}", clean_line(url)));
    format!("“{excerpt}” — @{author}{at}")
}

/// A quote within a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The bytes of its paragraph, without the line break.
    pub range: Range<usize>,
    /// The post that it names; `None` if it has an address instead.
    pub of: Option<PostId>,
}

/// Finds the first paragraph of a text that is a quote as [`quote`] writes it.
#[must_use]
pub fn find_quote(text: &str) -> Option<Quote> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let paragraph = line.trim_end();
        if let Some(of) = source_of(paragraph) {
            return Some(Quote { range: start..start + paragraph.len(), of });
        }
        start += line.len();
    }
    None
}

/// Returns the post that a paragraph quotes; `None` if it is not a quote, and `Some(None)` if the quote has an address.
fn source_of(paragraph: &str) -> Option<Option<PostId>> {
    let (_, source) = paragraph.strip_prefix('“')?.rsplit_once("” — @")?;
    let (name, at) = source.split_once(' ')?;
    match name.strip_suffix(',') {
        Some(_) => at.strip_prefix("post ")?.parse().ok().map(Some),
        None => (at.starts_with("https://") || at.starts_with("http://")).then_some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Quote, find_quote, quote};
    use crate::model::{Body, Nickname, Post, PostId, Timestamp, UserId};

    #[test]
    fn quote_is_found_with_the_post_that_it_names() {
        let body = Body::written("tea “or” mate?").unwrap();
        let post = Post::plain(PostId(12), UserId(1), Nickname::parse("ada").unwrap(), body, Timestamp::from_micros(1));
        let quoted = quote(&post);
        let text = format!("mate!\n\n{quoted}\nof course");
        let found = find_quote(&text).unwrap();
        assert_eq!((&text[found.range.clone()], found.of), (quoted.as_str(), Some(PostId(12))));
        let with_address = "“tea?” — @ada https://a.example/1";
        assert_eq!(find_quote(with_address), Some(Quote { range: 0..with_address.len(), of: None }));
        for text in ["", "“tea?”", "“tea?” — @ada", "“tea?” — @ada, post x", "she said “tea?” — @ada, post 12"]
        {
            assert_eq!(find_quote(text), None, "{text}");
        }
    }
}
