//! Relations between users, notifications, filters and saved searches.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Nickname, Post, Timestamp, User, UserId, case_fold};

/// How the viewer is related to another user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relation {
    /// The viewer follows the user.
    pub follows: bool,
    /// The user follows the viewer; together with `follows` they are mutual.
    pub followed: bool,
    /// The viewer mutes the user.
    pub muted: bool,
}

/// How many users someone follows, and how many follow them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FollowCounts {
    /// Number of users they follow.
    pub following: u64,
    /// Number of their followers.
    pub followers: u64,
}

/// An entry in a list of followed users or followers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowEntry {
    /// The followed user or the follower.
    pub user: User,
    /// When the follow began.
    pub since: Timestamp,
    /// Both follow each other.
    pub mutual: bool,
}

/// The kind of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Someone followed the user.
    Followed,
    /// Someone replied to a post of the user.
    #[serde(rename = "answered")]
    Replied,
    /// Someone mentioned the user.
    Mentioned,
    /// Someone liked a post of the user.
    Liked,
    /// Someone boosted a post of the user.
    Boosted,
}

impl NotificationKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Followed, Self::Replied, Self::Mentioned, Self::Liked, Self::Boosted];

    /// Returns the word of the command line and of its JSON: `follow`, `reply` and so on.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Followed => "follow",
            Self::Replied => "reply",
            Self::Mentioned => "mention",
            Self::Liked => "like",
            Self::Boosted => "boost",
        }
    }
}

/// A notification of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// When it happened; unique per user, so that lists can be paged by it.
    pub at: Timestamp,
    /// What happened.
    pub kind: NotificationKind,
    /// The user who caused it.
    pub actor: UserId,
    /// That user's nickname.
    pub nickname: Nickname,
    /// The reply, the mentioning post, or the post that was liked or boosted.
    pub post: Option<Post>,
    /// It has not been read.
    pub unread: bool,
}

/// A word filter of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The word, phrase or `#tag`, as typed.
    pub phrase: Phrase,
    /// Matching posts are collapsed into one line instead of hidden.
    pub folded: bool,
    /// When the filter ends; `None` if it does not.
    pub until: Option<Timestamp>,
}

/// A phrase to filter. It contains at least one letter, digit or symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase(String);

/// Why a text is not a valid phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhraseError {
    /// There is nothing in it to match.
    #[error("a filter needs words: give a word, a phrase or a #tag")]
    Blank,
    /// The text is too long.
    #[error("a filter of {0} characters is too long: use at most {PHRASE_LIMIT}")]
    TooLong(usize),
}

/// Maximum length of a phrase, in characters.
const PHRASE_LIMIT: usize = 200;

impl Phrase {
    /// Validates a phrase and reduces white space to single spaces.
    ///
    /// # Errors
    /// When there is nothing in it to match, or it is too long.
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

    /// Wraps a phrase read from the store.
    #[must_use]
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the phrase as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key under which phrases are unique; see [`case_fold()`].
    #[must_use]
    pub fn key(&self) -> String {
        case_fold(&self.0)
    }
}

/// A list of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserList {
    /// Its name.
    pub name: String,
    /// How many users are in it.
    pub members: u64,
}

/// A saved search of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its name.
    pub name: String,
    /// The query as typed.
    pub query: String,
}

#[cfg(test)]
mod tests {
    use super::{Phrase, PhraseError};

    #[test]
    fn phrase_needs_something_to_match() {
        assert_eq!(Phrase::parse(" the  end ").map(|phrase| phrase.0), Ok("the end".to_owned()));
        assert!(Phrase::parse("#spoilers").is_ok() && Phrase::parse("☕").is_ok());
        for blank in ["", "  ", "#", "\"\"", "--"] {
            assert_eq!(Phrase::parse(blank), Err(PhraseError::Blank));
        }
        assert!(Phrase::parse(&"x".repeat(200)).is_ok());
        assert_eq!(Phrase::parse(&"x".repeat(201)), Err(PhraseError::TooLong(201)));
    }

    #[test]
    fn phrase_keeps_its_case_and_has_a_caseless_key() {
        let phrase = |text| Phrase::parse(text).unwrap();
        assert_eq!(phrase(" The  End ").as_str(), "The End");
        assert_eq!(phrase("The End").key(), phrase("the END").key());
        assert_ne!(phrase("The End").key(), phrase("the ends").key());
    }

    #[test]
    fn notification_kind_has_a_word_in_commands_and_one_in_dumps() {
        use super::NotificationKind::{Boosted, Followed, Liked, Mentioned, Replied};
        for (kind, word, in_dump) in [
            (Followed, "follow", "followed"),
            (Replied, "reply", "answered"),
            (Mentioned, "mention", "mentioned"),
            (Liked, "like", "liked"),
            (Boosted, "boost", "boosted"),
        ] {
            assert_eq!(kind.word(), word);
            assert_eq!(serde_json::to_value(kind).unwrap(), in_dump);
        }
    }
}
