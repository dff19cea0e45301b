//! What the store returns for single screens and panes.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::{Account, Nickname, PostRange, Purpose, Timeline, Timestamp, User, UserId, UserKind, UserList};
use crate::text::Confusables;

/// A row of the users pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsersRow {
    /// A user.
    User(User),
    /// A list of the active user.
    List(ListRow),
}

impl UsersRow {
    /// Returns the user of the row; `None` for a list.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::User(user) => Some(user),
            Self::List(_) => None,
        }
    }

    /// Returns whether two rows show the same user or list, whatever has changed about it.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::User(one), Self::User(other)) => one.id == other.id,
            (Self::List(one), Self::List(other)) => one.timeline().key() == other.timeline().key(),
            _ => false,
        }
    }
}

/// A list of users in the users pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The user whose list it is.
    pub owner: UserId,
    /// Its name and the number of its members.
    pub list: UserList,
    /// How many of its posts are unread; `None` until they are counted.
    pub unread: Option<usize>,
}

impl ListRow {
    /// Returns the list as a timeline.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        Timeline::List(self.owner, self.list.name.clone())
    }
}

/// The users of the database, and what follows from all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedUsers {
    /// The users: the local ones, those whom the reader follows, and the others, each by nickname.
    pub users: Vec<User>,
    /// Where in `users` those are whom the reader follows.
    pub followed: Range<usize>,
    /// The users whom nobody here follows and who wrote nothing that is here: imported users follow them.
    pub hidden: Vec<User>,
    /// The lists of the reader by name, which are shown behind the local users.
    pub lists: Vec<ListRow>,
    /// The active user of the database.
    pub active: Option<User>,
    /// Which nicknames can be confused with others.
    pub confusables: Confusables,
    /// The users who are accounts on servers.
    pub accounts: Vec<Account>,
}

impl LoadedUsers {
    /// Puts local users first, and finds out which of the nicknames can be confused. Who follows whom is not known.
    #[must_use]
    pub fn new(users: Vec<User>, active: Option<User>) -> Self {
        let confusables = Confusables::find(&users);
        let (mut users, others): (Vec<_>, Vec<_>) = users.into_iter().partition(is_local);
        let followed = users.len()..users.len();
        users.extend(others);
        Self { users, followed, hidden: vec![], lists: vec![], active, confusables, accounts: vec![] }
    }

    /// Puts users in order by whom local users follow; `follows` says for each remote one of these whether the reader does. This
    /// takes time in proportion to the number of users.
    #[must_use]
    pub fn ordered(users: Vec<User>, active: Option<User>, follows: &HashMap<UserId, bool>) -> Self {
        let confusables = Confusables::find(&users);
        let (mut users, others): (Vec<_>, Vec<_>) = users.into_iter().partition(is_local);
        let (mut followed, others): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|user| follows.get(&user.id) == Some(&true));
        let (mut others, hidden): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|user| user.posts > 0 || follows.contains_key(&user.id));
        let start = users.len();
        users.append(&mut followed);
        let followed = start..users.len();
        users.append(&mut others);
        Self { users, followed, hidden, lists: vec![], active, confusables, accounts: vec![] }
    }
}

fn is_local(user: &User) -> bool {
    user.kind != UserKind::Remote
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
    pub parent_author: Option<Nickname>,
}

/// A draft of another user that is in the way of one that is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftConflict {
    /// The other user.
    pub user: User,
    /// The text of their draft.
    pub theirs: String,
}

/// What following an address came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The notice that says so.
    pub notice: String,
    /// Who is followed now, and was not before.
    pub user: Option<(UserId, Nickname)>,
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
    /// What undoes it calls it this.
    pub label: String,
    /// The posts that were added, if it can be undone.
    pub added: Vec<PostRange>,
    /// Authors of the imported posts whom the active user could follow.
    pub authors: Vec<(UserId, Nickname)>,
}
