//! What can lie over the panes, a type each. It knows nothing of the panes beneath.

use super::{Action, Editor};
use crate::model::{Nickname, Notification, Post, Purpose, SavedSearch, Stats, Timeline, Timestamp, User};
use crate::tui::list::List;

/// What lies over the panes.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// The first user is asked for.
    Welcome(Box<Welcome>),
    /// A user to switch to is chosen.
    Picker(Box<Picker>),
    /// What is to be done is chosen by its name.
    Commands(Box<Commands>),
    /// The keys.
    Help(Box<Help>),
    /// Posts and users are looked for.
    Search(Box<Search>),
    /// What the active user was told.
    Told(Box<List<Notification>>),
    /// What they were writing.
    Drafts(Box<List<DraftRow>>),
    /// A text that is too long is to be sent as several posts, if the answer is yes.
    Split(Box<Parts>),
    /// A link to open or a text to copy is chosen.
    Offer(Box<Offer>),
    /// Numbers of many posts.
    Stats(Box<Counted>),
    /// A phrase is to be filtered.
    Filter(Box<Filtering>),
    /// What was written elsewhere is brought in.
    Import(Box<Import>),
    /// A post is to be deleted, if the answer is yes.
    Delete(Box<Post>),
    /// What is written is to be another user's, who has a draft of their own there.
    DraftConflict(Box<DraftConflict>),
}

/// A search that runs while it is typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// What was typed.
    pub query: Editor,
    /// The number of the search that was asked for last: answers to others come too late.
    pub asked: u64,
    /// That search was answered.
    pub answered: bool,
    /// The posts that were found.
    pub found: List<Post>,
    /// The users that were found.
    pub users: Vec<User>,
    /// What was found is to be opened as soon as it is there.
    pub open: bool,
    /// The name under which it is to be kept, while that is asked for.
    pub name: Option<Editor>,
}

/// A choice among all that can be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Commands {
    /// What was typed to narrow it.
    pub query: Editor,
    /// All of it.
    pub all: Vec<Command>,
    /// What remains, the best first.
    pub found: List<Command>,
    /// A theme is tried on that was not chosen.
    pub worn: bool,
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its name.
    pub what: String,
    /// What it is called in the settings and as a command of the shell, if it has such a name.
    pub word: String,
    /// Its keys.
    pub keys: String,
    /// What it does.
    pub does: Does,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// What a key could do as well.
    Act(Action),
    /// Chooses a theme.
    Theme(String),
    /// Opens a timeline.
    Open(Timeline),
    /// Chooses a preset of keys.
    Keys(String),
}

/// The keys as they are listed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Help {
    /// How many lines are above the screen.
    pub scroll: usize,
    /// What is looked for among them, while something is.
    pub query: Option<Editor>,
}

impl Help {
    /// The word that is looked for.
    #[must_use]
    pub fn word(&self) -> String {
        self.query.as_ref().map(Editor::text).unwrap_or_default()
    }
}

/// A draft as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// What it is written for.
    pub purpose: Purpose,
    /// Its text.
    pub text: String,
    /// When it was kept last.
    pub saved_at: Timestamp,
    /// The post that it answers or edits was deleted.
    pub orphaned: bool,
    /// Who wrote the post that it answers, if that is there.
    pub answered: Option<Nickname>,
}

/// Numbers of many posts, once they are counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The number by which the answer is known.
    pub number: u64,
    /// Whose posts; none for everybody's.
    pub of: Option<User>,
    /// The numbers.
    pub found: Option<Stats>,
    /// How many lines are above the screen.
    pub scroll: usize,
}

/// A draft in whose place another is to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftConflict {
    /// Whose it is.
    pub user: User,
    /// Its text.
    pub theirs: String,
}

/// A choice of links or timelines to open, or of texts to copy.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// What is done with the one that is chosen.
    pub title: &'static str,
    /// What there is to choose from.
    pub list: List<Offered>,
}

impl Offer {
    /// Whether timelines are offered.
    #[must_use]
    pub fn is_of_timelines(&self) -> bool {
        matches!(self.list.selected(), Some(Offered::Timeline(_) | Offered::Saved(_)))
    }
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// A link, to open.
    Link(String),
    /// A timeline, to open.
    Timeline(Timeline),
    /// A search that was kept, to open.
    Saved(SavedSearch),
    /// A text, to copy.
    Text {
        /// What it is.
        name: &'static str,
        /// The text, cleaned.
        text: String,
    },
}

/// The posts that a long text would become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Their texts.
    pub parts: Vec<String>,
    /// How many lines are above the screen.
    pub scroll: usize,
}

/// A phrase that is to be filtered.
#[derive(Debug, Clone, PartialEq)]
pub struct Filtering {
    /// The phrase.
    pub phrase: Editor,
    /// The tags and words of the post, to choose from.
    pub words: Vec<String>,
    /// Which of them was chosen last.
    pub at: usize,
    /// Posts with it are folded, not hidden.
    pub folded: bool,
}

/// What is to be brought in, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Where it lies.
    pub path: Editor,
    /// The posts become the active user's, not those of a user of their own.
    pub own: bool,
    /// What was brought in, once that is done, or why nothing was.
    pub done: Option<Result<ImportSummary, String>>,
}

/// What was brought in, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// The numbers.
    pub summary: String,
    /// What there is to say of the rest: what was left out, and the first of what was skipped.
    pub notes: Vec<String>,
}

/// The two fields of the first screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Welcome {
    /// The nickname.
    pub nickname: Editor,
    /// The address; may stay empty.
    pub email: Editor,
    /// The cursor is in the second field.
    pub in_email: bool,
    /// What is wrong with what was entered.
    pub error: Option<String>,
}

/// A choice among users.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    /// What was typed to narrow it.
    pub query: Editor,
    /// The users that remain.
    pub found: List<User>,
}
