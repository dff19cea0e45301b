//! Wrapped bodies of posts. Wrapping is the most expensive part of a key press, and one key needs the lines of the same
//! posts several times: to move the cursor, to keep it visible, to note what was on the screen, and to draw.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::ops::Range;

use foldhash::HashMap;

use super::columns::text_columns;
use crate::model::{Body, Post, PostId};
use crate::text::{RichText, rich_text, wrap};

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
}

impl WrappedPost {
    fn new(post: &Post, columns: usize) -> Self {
        let rich = rich_text(post.body.as_str());
        let lines = wrap(&rich.text, columns);
        Self { body: post.body.clone(), rich, lines }
    }
}

/// Wrapped posts by id and columns of text. An entry is replaced when the body of its post has changed.
#[derive(Debug, Clone, Default)]
pub struct WrapCache {
    posts: HashMap<(PostId, usize), WrappedPost>,
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
    fn cache_never_grows_past_its_limit() {
        let mut cache = WrapCache::default();
        for id in 0..MAX_POSTS as i64 + 10 {
            cache.line_count(&Post { id: PostId(id), ..post("text") }, 80);
        }
        assert!(cache.posts.len() <= MAX_POSTS);
    }
}
