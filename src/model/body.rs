//! The text of a post.

use std::fmt;

use serde::Serialize;
use thiserror::Error;
use unicode_segmentation::UnicodeSegmentation;

/// Longest body that can be written here unless it is set otherwise, in grapheme clusters.
pub const BODY_LIMIT: usize = 140;

/// The length of a text as people count it: in grapheme clusters (Unicode Standard Annex 29).
#[must_use]
pub fn grapheme_count(text: &str) -> usize {
    text.graphemes(true).count()
}

/// The text of a post: trimmed and never blank. One [written](Body::written) here is short and plain;
/// one [brought in](Body::imported) is kept whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Body(String);

/// Why a text is no body.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyError {
    /// Nothing, or nothing but white space.
    #[error("a post cannot be blank: write at least one character")]
    Blank,
    /// More grapheme clusters than fit.
    #[error("the post has {found} of {limit} characters: shorten it by {}", .found.saturating_sub(*.limit))]
    TooLong {
        /// How many there are.
        found: usize,
        /// How many fit.
        limit: usize,
    },
    /// A control character other than a line break.
    #[error("a post cannot hold the control character U+{:04X}: take it out", u32::from(*.0))]
    Control(char),
}

impl Body {
    /// Reads a body that a person wrote here: trimmed, CRLF as LF, at most [`BODY_LIMIT`] long.
    ///
    /// # Errors
    /// Says which of these rules the text breaks.
    pub fn written(text: &str) -> Result<Self, BodyError> {
        Self::within(BODY_LIMIT, text)
    }

    /// The same where the limit is set otherwise.
    ///
    /// # Errors
    /// Says which of these rules the text breaks.
    pub fn within(limit: usize, text: &str) -> Result<Self, BodyError> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if text.is_empty() {
            return Err(BodyError::Blank);
        }
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\n') {
            return Err(BodyError::Control(c));
        }
        // No text has more graphemes than bytes, so that most need no counting.
        match if text.len() <= limit { text.len() } else { grapheme_count(text) } {
            found if found > limit => Err(BodyError::TooLong { found, limit }),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// Takes a body from a file of the world whole, whatever its length and characters. Only NUL, at
    /// which SQLite's text functions stop, becomes U+FFFD.
    ///
    /// # Errors
    /// [`BodyError::Blank`], since the store holds no empty posts.
    pub fn imported(text: &str) -> Result<Self, BodyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BodyError::Blank);
        }
        Ok(Self(text.replace('\0', "\u{fffd}")))
    }

    /// A body as the store holds it.
    #[must_use]
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text, exactly; others wrote it, so it must be cleaned before it reaches a terminal.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, BodyError, grapheme_count};

    #[test]
    fn length_is_counted_as_people_count() {
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(grapheme_count(family), 1);
        assert!(Body::written(&family.repeat(140)).is_ok());
        assert_eq!(Body::written(&family.repeat(141)), Err(BodyError::TooLong { found: 141, limit: 140 }));
        assert!(Body::written(&"e\u{301}".repeat(140)).is_ok());
        assert_eq!(Body::written(&"a".repeat(141)), Err(BodyError::TooLong { found: 141, limit: 140 }));
        assert!(Body::written(&format!("  {}\n", "a".repeat(140))).is_ok());
    }

    #[test]
    fn the_limit_can_be_another() {
        assert!(Body::within(500, &"é".repeat(500)).is_ok());
        assert_eq!(Body::within(3, "four"), Err(BodyError::TooLong { found: 4, limit: 3 }));
        assert_eq!(Body::within(3, "éé").as_ref().map(Body::as_str), Ok("éé"));
    }

    #[test]
    fn blank_and_control_characters_are_refused() {
        for blank in ["", " ", "\n\n", "\t", "\u{3000}"] {
            assert_eq!(Body::written(blank), Err(BodyError::Blank));
            assert_eq!(Body::imported(blank), Err(BodyError::Blank));
        }
        for c in ['\0', '\u{7}', '\t', '\u{1b}', '\u{7f}', '\u{9b}'] {
            assert_eq!(Body::written(&format!("a{c}b")), Err(BodyError::Control(c)));
        }
        assert_eq!(Body::written("a\r\nb").map(|b| b.to_string()), Ok("a\nb".to_owned()));
    }

    #[test]
    fn what_is_brought_in_stays_whole() {
        let long = "\u{1b}[31mlong ".repeat(400);
        assert_eq!(Body::imported(&long).map(|b| b.0), Ok(long.trim().to_owned()));
        assert_eq!(Body::imported("a\0b").map(|b| b.0), Ok("a\u{fffd}b".to_owned()));
    }

    #[test]
    fn the_message_counts() {
        assert_eq!(
            BodyError::TooLong { found: 141, limit: 140 }.to_string(),
            "the post has 141 of 140 characters: shorten it by 1"
        );
    }
}
