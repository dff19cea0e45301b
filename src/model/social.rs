//! What users are to each other, what they are told, and what they do not want to see.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Nickname, Post, Timestamp, User, UserId, case_fold};

/// What one user is to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relation {
    /// The one follows the other.
    pub follows: bool,
    /// The other follows the one; with `follows` they are mutual.
    pub followed: bool,
    /// The one does not want to see the other's posts.
    pub muted: bool,
}

/// The numbers of a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FollowCounts {
    /// How many users they follow.
    pub following: u64,
    /// How many users follow them.
    pub followers: u64,
}

/// Somebody whom a user follows, or who follows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowEntry {
    /// Who.
    pub user: User,
    /// Since when.
    pub since: Timestamp,
    /// Each follows the other.
    pub mutual: bool,
}

/// What happened to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Somebody followed them.
    Followed,
    /// Somebody answered a post of theirs.
    Replied,
    /// Somebody mentioned them.
    Mentioned,
    /// Somebody liked a post of theirs.
    Liked,
    /// Somebody boosted a post of theirs.
    Boosted,
}

impl NotificationKind {
    /// What the actor did, in a word: `followed`, `answered` and so on.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Followed => "followed",
            Self::Replied => "answered",
            Self::Mentioned => "mentioned",
            Self::Liked => "liked",
            Self::Boosted => "boosted",
        }
    }
}

/// Something that a user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// When it happened; unique for a user, so that it pages.
    pub at: Timestamp,
    /// What happened.
    pub kind: NotificationKind,
    /// Who did it.
    pub actor: UserId,
    /// Their nickname.
    pub nickname: Nickname,
    /// The answer, the mention, or the post that was liked or boosted.
    pub post: Option<Post>,
    /// The user has not seen it yet.
    pub unread: bool,
}

/// Words that a user does not want to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The words, the phrase or the `#tag`, as typed.
    pub phrase: Phrase,
    /// Posts with it are shown as one line that says why, instead of not at all.
    pub folded: bool,
    /// When it ends.
    pub until: Option<Timestamp>,
}

/// A phrase to be hidden: it has at least one letter, digit or symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase(String);

/// Why a text is no phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhraseError {
    /// There is nothing in it that could be found.
    #[error("a filter needs words: give a word, a phrase or a #tag")]
    Blank,
    /// More characters than fit.
    #[error("a filter of {0} characters is too long: use at most {PHRASE_LIMIT}")]
    TooLong(usize),
}

/// Longest phrase, in characters.
const PHRASE_LIMIT: usize = 200;

impl Phrase {
    /// Reads a phrase; white space in it is one space.
    ///
    /// # Errors
    /// When there is nothing in it to be found, or it is too long.
    pub fn parse(text: &str) -> Result<Self, PhraseError> {
        let phrase = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !phrase.contains(|c: char| c.is_alphanumeric() || c >= '\u{2190}') {
            return Err(PhraseError::Blank);
        }
        match phrase.chars().count() {
            n if n > PHRASE_LIMIT => Err(PhraseError::TooLong(n)),
            _ => Ok(Self(phrase)),
        }
    }

    /// A phrase as the store holds it.
    #[must_use]
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The phrase as typed.
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

/// A search that a user keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// What they call it.
    pub name: String,
    /// What was typed.
    pub query: String,
}

#[cfg(test)]
mod tests {
    use super::{Phrase, PhraseError};

    #[test]
    fn a_phrase_has_something_to_find() {
        assert_eq!(Phrase::parse(" the  end ").map(|phrase| phrase.0), Ok("the end".to_owned()));
        assert!(Phrase::parse("#spoilers").is_ok() && Phrase::parse("☕").is_ok());
        for blank in ["", "  ", "#", "\"\"", "--"] {
            assert_eq!(Phrase::parse(blank), Err(PhraseError::Blank));
        }
        assert!(Phrase::parse(&"x".repeat(200)).is_ok());
        assert_eq!(Phrase::parse(&"x".repeat(201)), Err(PhraseError::TooLong(201)));
    }

    #[test]
    fn a_phrase_is_kept_as_typed_and_unique_whatever_its_case() {
        let phrase = |text| Phrase::parse(text).unwrap();
        assert_eq!(phrase(" The  End ").as_str(), "The End");
        assert_eq!(phrase("The End").key(), phrase("the END").key());
        assert_ne!(phrase("The End").key(), phrase("the ends").key());
    }

    #[test]
    fn what_one_is_told_of_has_the_same_word_wherever_it_is_told() {
        use super::NotificationKind::{Boosted, Followed, Liked, Mentioned, Replied};
        for (kind, word) in [
            (Followed, "followed"),
            (Replied, "answered"),
            (Mentioned, "mentioned"),
            (Liked, "liked"),
            (Boosted, "boosted"),
        ] {
            assert_eq!(kind.word(), word);
            assert_eq!(serde_json::to_value(kind).unwrap(), word);
        }
    }
}
