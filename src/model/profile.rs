//! What users say of themselves.

use serde::Serialize;
use thiserror::Error;

/// Why a text cannot stand in a profile.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// More characters than fit.
    #[error("a {what} of {found} characters is too long: use at most {limit}")]
    TooLong {
        /// The field, in words.
        what: &'static str,
        /// Its length, in characters.
        found: usize,
        /// How many fit.
        limit: usize,
    },
    /// A control character.
    #[error("a {what} cannot hold the control character U+{:04X}: take it out", u32::from(*found))]
    Control {
        /// The field, in words.
        what: &'static str,
        /// The character.
        found: char,
    },
}

fn checked(text: &str, what: &'static str, limit: usize, line_breaks: bool) -> Result<String, ProfileError> {
    let text = text.trim();
    if let Some(found) = text.chars().find(|c| c.is_control() && !(line_breaks && *c == '\n')) {
        return Err(ProfileError::Control { what, found });
    }
    match text.chars().count() {
        found if found > limit => Err(ProfileError::TooLong { what, found, limit }),
        _ => Ok(text.to_owned()),
    }
}

/// A name as its owner wants it shown: at most 64 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// Reads a display name; blank is none.
    ///
    /// # Errors
    /// When it is too long or holds a control character.
    pub fn parse(text: &str) -> Result<Option<Self>, ProfileError> {
        let name = checked(text, "display name", 64, false)?;
        Ok((!name.is_empty()).then_some(Self(name)))
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The name, exactly.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A few words about oneself: at most 500 characters; line breaks are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AboutMe(String);

impl AboutMe {
    /// Reads the words; blank is none.
    ///
    /// # Errors
    /// When they are too long or hold a control character.
    pub fn parse(text: &str) -> Result<Option<Self>, ProfileError> {
        let about = checked(text, "text about a user", 500, true)?;
        Ok((!about.is_empty()).then_some(Self(about)))
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The words, exactly.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{AboutMe, DisplayName, ProfileError};

    #[test]
    fn blank_is_none_and_limits_hold() {
        assert_eq!(DisplayName::parse("  "), Ok(None));
        assert!(DisplayName::parse(&"x".repeat(64)).is_ok());
        assert!(matches!(DisplayName::parse(&"x".repeat(65)), Err(ProfileError::TooLong { found: 65, .. })));
        assert!(DisplayName::parse("a\nb").is_err());
        assert_eq!(DisplayName::parse(" Ana ").unwrap().unwrap().as_str(), "Ana");
        assert_eq!(AboutMe::parse("a\nb").unwrap().unwrap().as_str(), "a\nb");
        assert!(matches!(AboutMe::parse("a\u{1b}b"), Err(ProfileError::Control { found: '\u{1b}', .. })));
    }
}
