//! A user's address. It is never written to; it is kept because the tutorial's users have one.

use std::fmt;

use serde::Serialize;
use thiserror::Error;

use super::case_fold;

/// Longest address, in characters.
const LIMIT: usize = 120;

/// An email address: at most 120 characters, with an `@` between two parts and no white space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EmailError {
    /// More characters than fit.
    #[error("an email of {0} characters is too long: use at most {LIMIT}")]
    TooLong(usize),
    /// No `@`, or nothing on one side of it.
    #[error("{0:?} is no email: it needs an @ between two parts, like john@example.com")]
    NoAt(String),
    /// White space or a control character.
    #[error("an email cannot hold white space or control characters: found U+{:04X}", u32::from(*.0))]
    Forbidden(char),
}

impl Email {
    /// Reads an address as a person types it; white space around it is dropped.
    ///
    /// # Errors
    /// Says which rule of [`Email`] the text breaks.
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

    /// An address as the store holds it.
    #[must_use]
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address as its owner wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which it is unique; see [`case_fold`].
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
    fn it_is_kept_as_written_and_unique_whatever_the_case() {
        let email = Email::parse(" Susan@Example.com ").unwrap();
        assert_eq!((email.as_str(), email.to_string()), ("Susan@Example.com", "Susan@Example.com".to_owned()));
        assert_eq!(email.key(), Email::parse("susan@example.COM").unwrap().key());
        assert_ne!(email.key(), Email::parse("susan@example.org").unwrap().key());
    }

    #[test]
    fn its_length_and_characters_are_limited() {
        let long = |n: usize| format!("{}@b", "a".repeat(n - 2));
        assert!(Email::parse(&long(120)).is_ok());
        assert_eq!(Email::parse(&long(121)), Err(EmailError::TooLong(121)));
        assert_eq!(Email::parse("a b@c"), Err(EmailError::Forbidden(' ')));
        assert_eq!(Email::parse("a\u{7}@c"), Err(EmailError::Forbidden('\u{7}')));
    }
}
