//! A user's email address. The program sends no mail; the field exists because the tutorial's users have one.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use super::case_fold;

/// Maximum length, in characters.
const LIMIT: usize = 120;

/// An email address: at most 120 characters, with an `@` between two parts and no white space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// Why a text is not a valid email address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EmailError {
    /// The text is too long.
    #[error("an email address of {0} characters is too long: use at most {LIMIT}")]
    TooLong(usize),
    /// There is no `@`, or nothing on one side of it.
    #[error("{0:?} is not an email address: it needs an @ between two parts, like john@example.com")]
    NoAt(String),
    /// The text contains white space or a control character.
    #[error("an email address cannot contain {}: remove it", named(*.0))]
    Forbidden(char),
}

/// Returns the name of a character that cannot be shown.
fn named(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        other => format!("the character U+{:04X}", u32::from(other)),
    }
}

impl Email {
    /// Validates an address and trims white space around it.
    ///
    /// # Errors
    /// The rule of [`Email`] that the text breaks.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if let Some(c) = text.chars().find(|c| c.is_control() || c.is_whitespace()) {
            return Err(EmailError::Forbidden(c));
        }
        match text.rsplit_once('@') {
            Some((local, host)) if !local.is_empty() && !host.is_empty() => {}
            _ => return Err(EmailError::NoAt(text.chars().take(LIMIT).collect())),
        }
        match text.chars().count() {
            n if n > LIMIT => Err(EmailError::TooLong(n)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// Wraps an address read from the store.
    #[must_use]
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the address as written by its owner.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key under which addresses are unique; see [`case_fold()`].
    #[must_use]
    pub fn key(&self) -> String {
        case_fold(&self.0)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Email, EmailError};

    #[test]
    fn an_email_needs_an_at_between_two_parts() {
        for good in ["a@b", "john@example.com", " susan@example.com ", "\"odd@local\"@example.com"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "john", "@", "john@", "@example.com"] {
            assert_eq!(Email::parse(bad), Err(EmailError::NoAt(bad.to_owned())));
        }
    }

    #[test]
    fn email_keeps_its_case_and_has_a_caseless_key() {
        let email = Email::parse(" Susan@Example.com ").unwrap();
        assert_eq!((email.as_str(), email.to_string()), ("Susan@Example.com", "Susan@Example.com".to_owned()));
        assert_eq!(email.key(), Email::parse("susan@example.COM").unwrap().key());
        assert_ne!(email.key(), Email::parse("susan@example.org").unwrap().key());
    }

    #[test]
    fn email_length_and_characters_are_limited() {
        let long = |n: usize| format!("{}@b", "a".repeat(n - 2));
        assert!(Email::parse(&long(120)).is_ok());
        assert_eq!(Email::parse(&long(121)), Err(EmailError::TooLong(121)));
        assert_eq!(Email::parse("a b@c"), Err(EmailError::Forbidden(' ')));
        assert_eq!(Email::parse("a\u{7}@c"), Err(EmailError::Forbidden('\u{7}')));
    }
}
