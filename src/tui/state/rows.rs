//! What the store returns for single screens and panes.

use crate::model::{Nickname, Purpose, Timestamp, User};
use crate::text::Confusables;

/// The users of the database, and what follows from all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedUsers {
    /// The users, by nickname.
    pub users: Vec<User>,
    /// The active user of the database.
    pub active: Option<User>,
    /// Which nicknames can be confused with others.
    pub confusables: Confusables,
}

impl LoadedUsers {
    /// Finds out which of the nicknames can be confused. This takes time in proportion to the number of users.
    #[must_use]
    pub fn new(users: Vec<User>, active: Option<User>) -> Self {
        let confusables = Confusables::find(&users);
        Self { users, active, confusables }
    }
}

/// A draft in the list of drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// What it is written for.
    pub purpose: Purpose,
    /// Its slot among the drafts with that purpose, from 0.
    pub slot: u32,
    /// Its text.
    pub text: String,
    /// When it was saved last.
    pub saved_at: Timestamp,
    /// Whether the post that it replies to or edits was deleted.
    pub orphaned: bool,
    /// The author of the post that it replies to, if that post is there.
    pub answered: Option<Nickname>,
}

/// A draft of another user that is in the way of one that is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftConflict {
    /// The other user.
    pub user: User,
    /// The text of their draft.
    pub theirs: String,
}

/// Why an address could not be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowError {
    /// The reason, in words.
    pub why: String,
    /// The addresses of the feeds that the page names, if there are several.
    pub feeds: Vec<String>,
}

/// The result of an import, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// The counts.
    pub summary: String,
    /// What was left out, and the first few records that were skipped.
    pub notes: Vec<String>,
}
