//! Wrapped bodies of posts. Wrapping is the most expensive part of a key press, and one key needs the lines of the same
//! posts several times: to move the cursor, to keep it visible, to note what was on the screen, and to draw.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::ops::Range;

use foldhash::HashMap;

use super::columns::text_columns;
use crate::model::{Body, Post, PostId};
use crate::text::{RichText, find_quote, rich_text, wrap};

/// The cache is emptied at this size: far more than one screen shows, and at most a few MiB.
const MAX_POSTS: usize = 4_096;

/// The body of a post as it is drawn, and its lines at one width.
#[derive(Debug, Clone)]
pub struct WrappedPost {
    /// The body that was wrapped, to notice an edit.
    body: Body,
    /// The text, with its mentions, tags and links marked.
    pub rich: RichText,
    /// The lines, as byte ranges of the text.
    pub lines: Vec<Range<usize>>,
    /// The bytes of the text that quote another post. Their lines are indented.
    quote: Option<Range<usize>>,
}

/// Columns before the lines of a quote.
pub const QUOTE_COLUMNS: usize = 2;
/// In narrower columns a quote is not indented.
const QUOTE_FROM: usize = 20;

impl WrappedPost {
    fn new(post: &Post, columns: usize) -> Self {
        let rich = rich_text(post.body.as_str());
        let quote = find_quote(&rich.text).map(|quote| quote.range).filter(|_| columns >= QUOTE_FROM);
        let lines = match &quote {
            Some(quote) => wrap_around(&rich.text, quote, columns),
            None => wrap(&rich.text, columns),
        };
        Self { body: post.body.clone(), rich, lines, quote }
    }

    /// Returns whether a line is part of a quote.
    #[must_use]
    pub fn is_quoted(&self, line: &Range<usize>) -> bool {
        self.quote.as_ref().is_some_and(|quote| quote.contains(&line.start))
    }
}

/// Wrapped posts by id and columns of text. An entry is replaced when the body of its post has changed.
#[derive(Debug, Clone, Default)]
pub struct WrapCache {
    posts: HashMap<(PostId, usize), WrappedPost>,
}

/// Wraps a text, and the paragraph of a quote in it to fewer columns.
fn wrap_around(text: &str, quote: &Range<usize>, columns: usize) -> Vec<Range<usize>> {
    let below = text[quote.end..].find('\n').map_or(text.len(), |at| quote.end + at + 1);
    let parts = [(0..quote.start, columns), (quote.clone(), columns - QUOTE_COLUMNS), (below..text.len(), columns)];
    let parts = parts.into_iter().filter(|(part, _)| !part.is_empty());
    let lines = parts.flat_map(|(part, columns)| {
        let start = part.start;
        wrap(&text[part], columns).into_iter().map(move |line| start + line.start..start + line.end)
    });
    lines.collect()
}

impl PartialEq for WrapCache {
    /// Always true: what is cached follows from the posts, and never changes what the screen shows.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl WrapCache {
    /// Returns the number of lines of a post's body in a pane of `columns` columns; wraps it if need be.
    pub fn line_count(&mut self, post: &Post, columns: u16) -> usize {
        let columns = text_columns(columns);
        if self.posts.len() >= MAX_POSTS {
            self.posts.clear();
        }
        match self.posts.entry((post.id, columns)) {
            Entry::Occupied(mut entry) => {
                if entry.get().body != post.body {
                    entry.insert(WrappedPost::new(post, columns));
                }
                entry.get().lines.len()
            }
            Entry::Vacant(entry) => entry.insert(WrappedPost::new(post, columns)).lines.len(),
        }
    }

    /// Returns the wrapped post if it is cached, else wraps it for this call only.
    #[must_use]
    pub fn get(&self, post: &Post, columns: u16) -> Cow<'_, WrappedPost> {
        let columns = text_columns(columns);
        match self.posts.get(&(post.id, columns)).filter(|cached| cached.body == post.body) {
            Some(cached) => Cow::Borrowed(cached),
            None => Cow::Owned(WrappedPost::new(post, columns)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Nickname, Timestamp, UserId};

    fn post(body: &str) -> Post {
        let (name, body) = (Nickname::parse("john").unwrap(), Body::written(body).unwrap());
        Post::plain(PostId(1), UserId(1), name, body, Timestamp::from_micros(0))
    }

    #[test]
    fn cached_lines_follow_width_and_edits() {
        let mut cache = WrapCache::default();
        let short = post("one two three four five");
        assert!(matches!(cache.get(&short, 80), Cow::Owned(_)), "nothing is cached yet");
        assert_eq!((cache.line_count(&short, 80), cache.line_count(&short, 12)), (1, 3));
        assert!(matches!(cache.get(&short, 80), Cow::Borrowed(_)));
        assert!(matches!(cache.get(&short, 81), Cow::Owned(_)), "another width");
        let edited = post("one two three four five six seven eight nine ten");
        assert!(matches!(cache.get(&edited, 12), Cow::Owned(_)), "another text");
        assert_eq!(cache.line_count(&edited, 12), cache.get(&edited, 12).lines.len());
        assert!(cache.line_count(&edited, 12) > 3);
    }

    #[test]
    fn quote_is_wrapped_to_fewer_columns_and_the_rest_as_before() {
        let shown = |body: &str| {
            let wrapped = WrappedPost::new(&post(body), 24);
            let line = |line: &Range<usize>| {
                format!("{}{}", if wrapped.is_quoted(line) { "| " } else { "" }, &wrapped.rich.text[line.clone()])
            };
            wrapped.lines.iter().map(line).collect::<Vec<_>>()
        };
        assert_eq!(
            shown("so true, and well said\n\n“the end of bread” — @ada, post 12\nor not"),
            ["so true, and well said", "", "| “the end of bread” — ", "| @ada, post 12", "or not"].map(str::trim_end)
        );
        assert_eq!(shown("“tea” — @ada, post 12"), ["| “tea” — @ada, post 12"].map(str::trim_end));
        assert_eq!(shown("“tea” — @ada"), ["“tea” — @ada"]);
    }

    #[test]
    fn cache_never_grows_past_its_limit() {
        let mut cache = WrapCache::default();
        for id in 0..MAX_POSTS as i64 + 10 {
            cache.line_count(&Post { id: PostId(id), ..post("text") }, 80);
        }
        assert!(cache.posts.len() <= MAX_POSTS);
    }
}
