//! Display names and profile texts.

use serde::Serialize;
use thiserror::Error;

/// Why a text is not a valid profile field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// The text is too long.
    #[error("a {what} of {found} characters is too long: use at most {limit}")]
    TooLong {
        /// Name of the field.
        what: &'static str,
        /// Length, in characters.
        found: usize,
        /// Maximum length, in characters.
        limit: usize,
    },
    /// The text contains a control character.
    #[error("a {what} cannot contain the control character U+{:04X}: remove it", u32::from(*found))]
    Control {
        /// Name of the field.
        what: &'static str,
        /// The character.
        found: char,
    },
}

fn validate(text: &str, what: &'static str, limit: usize, line_breaks: bool) -> Result<String, ProfileError> {
    let text = text.trim();
    if let Some(found) = text.chars().find(|c| c.is_control() && !(line_breaks && *c == '\n')) {
        return Err(ProfileError::Control { what, found });
    }
    match text.chars().count() {
        found if found > limit => Err(ProfileError::TooLong { what, found, limit }),
        _ => Ok(text.to_owned()),
    }
}

/// A display name: one line of at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// Validates a display name; a blank text means none.
    ///
    /// # Errors
    /// When it is too long or contains a control character.
    pub fn parse(text: &str) -> Result<Option<Self>, ProfileError> {
        let name = validate(text, "display name", 64, false)?;
        Ok((!name.is_empty()).then_some(Self(name)))
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the exact name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A profile text of at most 500 characters; line breaks are allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AboutMe(String);

impl AboutMe {
    /// Validates a profile text; a blank text means none.
    ///
    /// # Errors
    /// When it is too long or contains a control character.
    pub fn parse(text: &str) -> Result<Option<Self>, ProfileError> {
        let about = validate(text, "profile text", 500, true)?;
        Ok((!about.is_empty()).then_some(Self(about)))
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the exact text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{AboutMe, DisplayName, ProfileError};

    #[test]
    fn blank_field_is_none_and_limits_are_checked() {
        assert_eq!(DisplayName::parse("  "), Ok(None));
        assert!(DisplayName::parse(&"x".repeat(64)).is_ok());
        assert!(matches!(DisplayName::parse(&"x".repeat(65)), Err(ProfileError::TooLong { found: 65, .. })));
        assert!(DisplayName::parse("a\nb").is_err());
        assert_eq!(DisplayName::parse(" Ana ").unwrap().unwrap().as_str(), "Ana");
        assert_eq!(AboutMe::parse("a\nb").unwrap().unwrap().as_str(), "a\nb");
        assert!(matches!(AboutMe::parse("a\u{1b}b"), Err(ProfileError::Control { found: '\u{1b}', .. })));
    }
}
