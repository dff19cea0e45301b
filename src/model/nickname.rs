//! Nicknames of users.

use std::fmt;

use serde::Serialize;
use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::case_fold;

/// Maximum length in code points, including `@host`.
const LIMIT: usize = 64;
/// Maximum number of combining marks on one letter: Devanagari and Vietnamese need two, abuse needs more.
const MAX_MARKS: usize = 2;

/// A nickname: 1 to 64 letters, digits, `_`, `-` and `.` of any script, in NFC.
///
/// Remote users have `@host` at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Nickname(String);

/// Why a text is not a valid nickname.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NicknameError {
    /// The text is empty or only white space.
    #[error("a nickname cannot be empty: use 1 to {LIMIT} letters, digits, _, - or .")]
    Empty,
    /// The text is too long.
    #[error("a nickname of {0} characters is too long: use at most {LIMIT}")]
    TooLong(usize),
    /// The text contains a character that is not allowed.
    #[error("a nickname cannot contain {}: use letters, digits, _, - or .", describe(*.0))]
    Forbidden(char),
    /// There is an `@` without a name before it or without a host after it.
    #[error("the part after @ in a nickname is the user's host: write it like susan@example.com")]
    Host,
}

/// Returns a visible description of a character.
fn describe(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        c if c.is_control() || c.is_whitespace() || is_combining_mark(c) => {
            format!("the character U+{:04X}", u32::from(c))
        }
        c => format!("{c:?}"),
    }
}

impl Nickname {
    /// Validates a nickname and trims white space around it.
    ///
    /// # Errors
    /// The rule of [`Nickname`] that the text breaks.
    pub fn parse(text: &str) -> Result<Self, NicknameError> {
        let name: String = text.trim().nfc().collect();
        if name.is_empty() {
            return Err(NicknameError::Empty);
        }
        let (local, host) = match name.split_once('@') {
            Some((local, host)) => (local, Some(host)),
            None => (name.as_str(), None),
        };
        check_characters(local)?;
        if let Some(host) = host {
            check_characters(host)?;
            if local.is_empty() || host.is_empty() {
                return Err(NicknameError::Host);
            }
        }
        match name.chars().count() {
            1..=LIMIT => Ok(Self(name)),
            n => Err(NicknameError::TooLong(n)),
        }
    }

    /// Wraps a nickname read from the store, where only valid ones are written.
    #[must_use]
    pub(crate) fn stored(name: String) -> Self {
        Self(name)
    }

    /// Returns the nickname as written by its owner, without a leading `@`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes a nickname `local@host` for a remote user. Characters that are not allowed become `_`.
    #[must_use]
    pub fn for_remote(local: &str, host: &str) -> Self {
        let part = |text: &str, max_chars: usize, default: &str| {
            let fits = |c: char| c.is_alphanumeric() && !is_combining_mark(c) || matches!(c, '_' | '-' | '.');
            let composed = text.trim().nfc().map(|c| if fits(c) { c } else { '_' });
            let part: String = composed.take(max_chars).collect();
            if part.is_empty() { default.to_owned() } else { part }
        };
        let host = part(host, 40, "elsewhere");
        let local = part(local, LIMIT - 1 - host.chars().count(), "someone");
        Self(format!("{local}@{host}"))
    }

    /// Returns the nickname with a number after the local part, as in `john2` or `john2@example.com`.
    #[must_use]
    pub fn numbered(&self, number: u64) -> Self {
        let (local, host) = self.0.split_once('@').map_or((self.0.as_str(), ""), |(local, host)| (local, host));
        let at = if host.is_empty() { "" } else { "@" };
        let number = number.to_string();
        let room = LIMIT.saturating_sub(number.len() + at.len() + host.chars().count());
        let local: String = local.chars().take(room.max(1)).collect();
        Self(format!("{local}{number}{at}{host}"))
    }

    /// Returns the key under which nicknames are unique; see [`case_fold()`].
    #[must_use]
    pub fn key(&self) -> String {
        case_fold(&self.0)
    }

    /// Returns whether a nickname may contain this character. The `@` before the host is not included.
    #[must_use]
    pub fn is_allowed_char(c: char) -> bool {
        c.is_alphanumeric() || matches!(c, '_' | '-' | '.') || is_combining_mark(c)
    }
}

fn check_characters(part: &str) -> Result<(), NicknameError> {
    let mut marks = MAX_MARKS;
    for c in part.chars() {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if !Nickname::is_allowed_char(c) || marks > MAX_MARKS {
            return Err(NicknameError::Forbidden(c));
        }
    }
    Ok(())
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Nickname, NicknameError::*};

    #[track_caller]
    fn good(text: &str) {
        assert_eq!(Nickname::parse(text).as_ref().map(Nickname::as_str), Ok(text.trim()));
    }

    #[track_caller]
    fn bad(text: &str, why: super::NicknameError) {
        assert_eq!(Nickname::parse(text), Err(why));
    }

    #[test]
    fn nicknames_of_all_scripts_are_accepted() {
        for name in ["j", "john", "Ärger", "松尾芭蕉", "प्रिया", "ليلى", "a.b-c_9", "susan@example.com", " padded "]
        {
            good(name);
        }
        good(&"x".repeat(64));
        good("a\u{315}\u{315}");
    }

    #[test]
    fn invalid_nickname_is_rejected_with_the_reason() {
        bad("", Empty);
        bad(" \t", Empty);
        bad(&"x".repeat(65), TooLong(65));
        bad("a b", Forbidden(' '));
        bad("a\u{1b}[31m", Forbidden('\u{1b}'));
        bad("a\u{202e}b", Forbidden('\u{202e}'));
        bad("a\u{200d}b", Forbidden('\u{200d}'));
        bad("\u{301}a", Forbidden('\u{301}'));
        bad("a\u{315}\u{315}\u{315}", Forbidden('\u{315}'));
        bad("@", Host);
        bad("@host", Host);
        bad("john@", Host);
        bad("a@b@c", Forbidden('@'));
        bad("#tag", Forbidden('#'));
    }

    #[test]
    fn forbidden_character_is_described_visibly() {
        for (c, name) in [
            (' ', "a space"),
            ('#', "'#'"),
            ('\u{1b}', "the character U+001B"),
            ('\u{2003}', "the character U+2003"),
            ('\u{315}', "the character U+0315"),
        ] {
            let message = Forbidden(c).to_string();
            assert_eq!(message, format!("a nickname cannot contain {name}: use letters, digits, _, - or ."));
        }
    }

    #[test]
    fn remote_user_always_gets_a_valid_nickname() {
        let x = |n| "x".repeat(n);
        for (local, host, name) in [
            ("ana", "example.com", "ana@example.com".to_owned()),
            (" a b-c.d ", "ex/ample", "a_b-c.d@ex_ample".to_owned()),
            ("a\u{301}\u{315}\u{202e}", "h", "á__@h".to_owned()),
            ("", " ", "someone@elsewhere".to_owned()),
            (&x(80), "abc", format!("{}@abc", x(60))),
            (&x(80), &x(80), format!("{}@{}", x(23), x(40))),
        ] {
            let nickname = Nickname::for_remote(local, host);
            assert_eq!(nickname.as_str(), name);
            good(nickname.as_str());
        }
    }

    #[test]
    fn nicknames_that_differ_only_in_case_have_the_same_key() {
        let key = |name| Nickname::parse(name).unwrap().key();
        assert_eq!(key("Ärger"), key("ÄRGER"));
        assert_ne!(key("john"), key("joan"));
    }

    #[test]
    fn numbered_nickname_stays_within_the_limit() {
        let numbered = |name: &str, number| Nickname::parse(name).unwrap().numbered(number).to_string();
        assert_eq!(numbered("john", 2), "john2");
        assert_eq!(numbered("john@example.com", 12), "john12@example.com");
        assert_eq!(numbered(&"x".repeat(64), 10), format!("{}10", "x".repeat(62)));
        let long = numbered(&format!("{}@example.com", "x".repeat(52)), 3);
        assert_eq!(long, format!("{}3@example.com", "x".repeat(51)));
    }

    #[test]
    fn composed_and_decomposed_nicknames_are_equal() {
        assert_eq!(Nickname::parse("A\u{308}rger"), Nickname::parse("Ärger"));
    }
}
