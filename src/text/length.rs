//! How long a post may be, and how its length is counted: as people count characters, or as the server of an account does.

use unicode_segmentation::UnicodeSegmentation;

use super::{TokenKind, tokens};
use crate::model::{Account, Body, BodyError, grapheme_count};

/// How long a post of a user may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostLimit {
    /// Most characters.
    pub characters: usize,
    /// How many characters each link counts as on a server, whose mentions count without their host; none if everything
    /// counts as it is.
    pub per_link: Option<usize>,
    /// The characters that the content warning takes.
    pub taken: usize,
}

impl PostLimit {
    /// Makes a limit in grapheme clusters.
    #[must_use]
    pub fn of_characters(characters: usize) -> Self {
        Self { characters, per_link: None, taken: 0 }
    }

    /// Returns the limit of the server of an account for a post with a content warning, which counts too.
    #[must_use]
    pub fn of_account(account: &Account, warning: Option<&str>) -> Self {
        Self {
            characters: account.character_limit as usize,
            per_link: account.characters_per_link.map(|characters| characters as usize),
            taken: warning.map_or(0, grapheme_count),
        }
    }

    /// Returns the length of a text, trimmed, with the content warning.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        let text = text.trim();
        self.taken
            + if self.per_link.is_none() { grapheme_count(text) } else { units(text, self).map(|unit| unit.1).sum() }
    }

    /// Returns the text as a post, if it is not too long.
    ///
    /// # Errors
    /// The rule that the text breaks.
    pub fn body(&self, text: &str) -> Result<Body, BodyError> {
        if self.per_link.is_none() && self.taken == 0 {
            return Body::within(self.characters, text);
        }
        let body = Body::within(usize::MAX, text)?;
        match self.count(body.as_str()) {
            found if found > self.characters => Err(BodyError::TooLong { found, limit: self.characters }),
            _ => Ok(body),
        }
    }
}

/// Returns where each part of a text starts that counts as a whole, and as how many characters: a link, a mention, or a
/// grapheme cluster.
pub(super) fn units(text: &str, limit: &PostLimit) -> impl Iterator<Item = (usize, usize)> {
    let counted = |per_link: usize| {
        let found = tokens(text).into_iter().filter_map(move |token| match token.kind {
            TokenKind::Link if token.name.starts_with("https://") || token.name.starts_with("http://") => {
                Some((token.range, per_link))
            }
            TokenKind::Mention if !text[token.range.clone()].contains('<') => {
                let local = token.name.split('@').next().unwrap_or_default();
                Some((token.range, 1 + grapheme_count(local)))
            }
            _ => None,
        });
        found.collect::<Vec<_>>()
    };
    let mut whole = limit.per_link.map(counted).unwrap_or_default().into_iter().peekable();
    text.grapheme_indices(true).filter_map(move |(at, _)| {
        while whole.next_if(|(range, _)| range.end <= at).is_some() {}
        match whole.peek() {
            Some((range, count)) if range.start == at => Some((at, *count)),
            Some((range, _)) if range.contains(&at) => None,
            _ => Some((at, 1)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASTODON: PostLimit = PostLimit { characters: 500, per_link: Some(23), taken: 0 };

    #[test]
    fn length_is_counted_as_a_server_does() {
        let long = format!("https://example.com/{}", "x".repeat(300));
        for (text, whole, on_server) in [
            ("", 0, 0),
            (" hello ", 5, 5),
            ("👨‍👩‍👧‍👦 e\u{301}", 3, 3),
            ("https://a.example", 17, 23),
            (&long, 320, 23),
            (&format!("see {long}, and {long}"), 650, 56),
            ("http://a.example/?q=1#x (https://b.example)", 43, 49),
            ("mailto:ada@example.com", 22, 22),
            ("example.com", 11, 11),
            ("@susan hi", 9, 9),
            ("@susan@mastodon.example hi", 26, 9),
            ("@ada@a.example @bob@b.example", 29, 9),
            ("mail ada@example.com", 20, 20),
            ("#tag", 4, 4),
        ] {
            assert_eq!(PostLimit::of_characters(500).count(text), whole, "{text:?}");
            assert_eq!(MASTODON.count(text), on_server, "{text:?}");
        }
    }

    #[test]
    fn content_warning_counts_with_the_text() {
        let limit = PostLimit { characters: 10, taken: 4, ..MASTODON };
        assert_eq!(limit.body("123456").as_ref().map(Body::as_str), Ok("123456"));
        assert_eq!(limit.body("1234567"), Err(BodyError::TooLong { found: 11, limit: 10 }));
        assert_eq!(limit.body(" "), Err(BodyError::Blank));
        assert_eq!(PostLimit::of_characters(3).body("four"), Err(BodyError::TooLong { found: 4, limit: 3 }));
    }
}
