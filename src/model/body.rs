//! The text of a post.

use std::fmt;

use serde::Serialize;
use thiserror::Error;
use unicode_segmentation::UnicodeSegmentation;

/// Default maximum length of a new post, in grapheme clusters.
pub const BODY_LIMIT: usize = 140;

/// Returns the length of a text in grapheme clusters, as people count characters (Unicode Standard Annex 29).
#[must_use]
pub fn grapheme_count(text: &str) -> usize {
    text.graphemes(true).count()
}

/// The text of a post: trimmed and never blank.
///
/// A [new](Body::written) body is limited in length and free of control characters; an
/// [imported](Body::imported) one is stored whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Body(String);

/// Why a text is not a valid body.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyError {
    /// The text is empty or only white space.
    #[error("a post cannot be blank: write at least one character")]
    Blank,
    /// The text has too many grapheme clusters.
    #[error("the post has {found} of {limit} characters: shorten it by {}", .found.saturating_sub(*.limit))]
    TooLong {
        /// Number found.
        found: usize,
        /// Maximum number.
        limit: usize,
    },
    /// The text contains a control character other than a line break.
    #[error("a post cannot contain the control character U+{:04X}: remove it", u32::from(*.0))]
    Control(char),
}

impl Body {
    /// Validates a new body: trimmed, CRLF as LF, at most [`BODY_LIMIT`] grapheme clusters.
    ///
    /// # Errors
    /// The rule that the text breaks.
    pub fn written(text: &str) -> Result<Self, BodyError> {
        Self::within(BODY_LIMIT, text)
    }

    /// Validates a new body like [`Body::written`], with another limit in grapheme clusters.
    ///
    /// # Errors
    /// The rule that the text breaks.
    pub fn within(limit: usize, text: &str) -> Result<Self, BodyError> {
        // Some editors put a byte order mark before the text.
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let text = text.trim();
        if text.is_empty() {
            return Err(BodyError::Blank);
        }
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\n') {
            return Err(BodyError::Control(c));
        }
        // A text never has more graphemes than bytes, so most texts need no counting.
        match if text.len() <= limit { text.len() } else { grapheme_count(text) } {
            found if found > limit => Err(BodyError::TooLong { found, limit }),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// Accepts an imported body of any length with any characters. NUL, at which SQLite's text functions stop,
    /// becomes U+FFFD.
    ///
    /// # Errors
    /// [`BodyError::Blank`], since posts without text are not stored.
    pub fn imported(text: &str) -> Result<Self, BodyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BodyError::Blank);
        }
        Ok(Self(text.replace('\0', "\u{fffd}")))
    }

    /// Wraps a body read from the store.
    #[must_use]
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the exact text. It may come from others, so it must be cleaned before it reaches a terminal.
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
    fn length_is_counted_in_grapheme_clusters() {
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(grapheme_count(family), 1);
        assert!(Body::written(&family.repeat(140)).is_ok());
        assert_eq!(Body::written(&family.repeat(141)), Err(BodyError::TooLong { found: 141, limit: 140 }));
        assert!(Body::written(&"e\u{301}".repeat(140)).is_ok());
        assert_eq!(Body::written(&"a".repeat(141)), Err(BodyError::TooLong { found: 141, limit: 140 }));
        assert!(Body::written(&format!("  {}\n", "a".repeat(140))).is_ok());
    }

    #[test]
    fn within_uses_the_given_limit() {
        assert!(Body::within(500, &"é".repeat(500)).is_ok());
        assert_eq!(Body::within(3, "four"), Err(BodyError::TooLong { found: 4, limit: 3 }));
        assert_eq!(Body::within(3, "éé").as_ref().map(Body::as_str), Ok("éé"));
    }

    #[test]
    fn blank_text_and_control_characters_are_rejected() {
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
    fn byte_order_mark_is_removed() {
        assert_eq!(Body::written("\u{feff}first line\r\n").map(|body| body.0), Ok("first line".to_owned()));
        assert_eq!(Body::written("\u{feff}"), Err(BodyError::Blank));
    }

    #[test]
    fn imported_body_keeps_everything_but_nul() {
        let long = "\u{1b}[31mlong ".repeat(400);
        assert_eq!(Body::imported(&long).map(|b| b.0), Ok(long.trim().to_owned()));
        assert_eq!(Body::imported("a\0b").map(|b| b.0), Ok("a\u{fffd}b".to_owned()));
    }

    #[test]
    fn too_long_message_gives_both_counts() {
        assert_eq!(
            BodyError::TooLong { found: 141, limit: 140 }.to_string(),
            "the post has 141 of 140 characters: shorten it by 1"
        );
    }
}
