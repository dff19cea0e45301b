//! All that the screens are: plain comparable data. It knows nothing of the store, the terminal or the
//! clock; `update` changes it and [`view`](super::view) draws it.

mod deeds;
mod messages;

use std::collections::BTreeSet;
use std::sync::Arc;

use tui_textarea::{TextArea, WrapMode};

use super::keys::Keymap;
use super::list::List;
use super::thread::Thread;
pub use deeds::{Deed, History, Step, Way};
pub use messages::{Action, Effect, Meeting, Msg};

use crate::config::Settings;
use crate::model::{
    Notification, Numbers, Panes, Post, PostId, Purpose, Relation, SavedSearch, Stats, Timeline, Timestamp, User,
    UserId, Version,
};
use crate::text::Alike;

/// The state of the screens.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The moment as of which times are told; the loop moves it on.
    pub now: Timestamp,
    /// The size of the terminal, in columns and rows.
    pub size: (u16, u16),
    /// On whose behalf posts are written.
    pub active: Option<User>,
    /// All users, by nickname.
    pub users: List<User>,
    /// Whose names look like those of others.
    pub alike: Alike,
    /// The timelines that are open: those of the active user, and perhaps one opened by hand.
    pub tabs: Vec<Tab>,
    /// Which of them is shown.
    pub tab: usize,
    /// Which of them was shown before the one opened by hand.
    pub came_from: usize,
    /// The timelines of other users who were active before, and which was shown; their places are kept so.
    pub parked: Vec<(UserId, Vec<Tab>, usize)>,
    /// What stands in the detail pane.
    pub detail: Detail,
    /// Which pane the keys go to.
    pub focus: Pane,
    /// How wide the panes are.
    pub panes: Panes,
    /// How wide the store knows them to be.
    pub kept_panes: Panes,
    /// The post being written.
    pub compose: Option<Compose>,
    /// What the worker does takes long: which picture of the sign that says so is shown.
    pub waiting: Option<u128>,
    /// How many searches were asked for.
    pub searches: u64,
    /// What is being brought in.
    pub importing: Option<Importing>,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// What the footer has to say, until the next key.
    pub notice: Option<Notice>,
    /// Posts that are shown in spite of what their authors warn of.
    pub warned: BTreeSet<PostId>,
    /// How much is unread.
    pub unread: Unread,
    /// What can be undone and done again.
    pub history: History,
    /// What the person chose.
    pub settings: Settings,
    /// What the keys do.
    pub keymap: Arc<Keymap>,
    /// Nothing may be written.
    pub read_only: bool,
    /// The program is to end.
    pub quit: bool,
}

/// A pane of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The list of users.
    Users,
    /// The posts of a timeline.
    Timeline,
    /// A thread or a profile.
    Detail,
}

/// An open timeline and where in it one is.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    /// Which posts it shows.
    pub timeline: Timeline,
    /// The posts that are loaded.
    pub list: List<Post>,
    /// The newest post that was ever loaded here.
    pub newest: Option<Timestamp>,
    /// How many posts are newer than that, counted up to [`FRESH_LIMIT`].
    pub fresh: usize,
    /// How many posts the reader has not read, counted up to [`FRESH_LIMIT`].
    pub unread: usize,
    /// The newest post that the reader has read; none if they never did.
    pub seen: Option<Timestamp>,
    /// What they had read when it was loaded: below what is newer stands a line.
    pub left_off: Option<Timestamp>,
    /// Both are known.
    pub opened: bool,
    /// The oldest and the newest post of what was on the screen in one go.
    pub viewed: Option<(Timestamp, Timestamp)>,
    /// Where the reader is, as it was kept last; none for the newest post.
    pub kept_place: Option<Timestamp>,
    /// Where they were a moment ago.
    pub rested: Option<Timestamp>,
}

/// How much is unread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    /// Of each timeline, and up to where it was read.
    pub timelines: Vec<(Timeline, usize, Option<Timestamp>)>,
    /// At home, for each of the users that are seen.
    pub homes: Vec<(UserId, usize)>,
    /// Of what the active user was told.
    pub told: usize,
}

/// Up to here new posts are counted exactly.
pub const FRESH_LIMIT: usize = 999;

/// What stands in the detail pane.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// Nothing yet.
    Empty,
    /// A thread.
    Thread(Box<Thread>),
    /// A user.
    Profile(Box<Profile>),
    /// All that a post said.
    Versions {
        /// Which post.
        of: PostId,
        /// Its texts, oldest first.
        versions: Vec<Version>,
        /// How many lines are above the pane.
        scroll: usize,
    },
}

/// A user, with what the store can tell of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// How many they follow, and how many follow them.
    pub numbers: Numbers,
    /// What they and the reader are to each other; none for oneself, or where nobody is active.
    pub relation: Option<Relation>,
    /// The tags that they write most, and how often.
    pub tags: Vec<(String, u64)>,
    /// How many posts they wrote on each day of the last year, days counted from 1970; days without are left out.
    pub activity: Vec<(i64, u32)>,
    /// How many of its lines are above the pane.
    pub scroll: usize,
}

/// A field or pane of text that is being written.
#[derive(Debug, Clone)]
pub struct Editor(pub TextArea<'static>);

impl Editor {
    /// A text, with the cursor at its end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::from(text.lines().map(str::to_owned).collect::<Vec<_>>());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_cursor_line_style(ratatui::style::Style::new());
        area.move_cursor(tui_textarea::CursorMove::Bottom);
        area.move_cursor(tui_textarea::CursorMove::End);
        Self(area)
    }

    /// The text as it stands.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.lines().join("\n")
    }
}

impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        self.0.lines() == other.0.lines() && self.0.cursor() == other.0.cursor()
    }
}

/// The post being written.
#[derive(Debug, Clone, PartialEq)]
pub struct Compose {
    /// Who writes it.
    pub author: UserId,
    /// What it answers.
    pub reply_to: Option<Post>,
    /// Its text.
    pub editor: Editor,
    /// The text differs from the draft in the store.
    pub unsaved: bool,
    /// The post of one's own that is given another text; none for a new one.
    pub editing: Option<Box<Editing>>,
    /// What is offered to complete the word at the cursor.
    pub completion: Option<Completion>,
}

impl Compose {
    /// What it is written for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        match &self.editing {
            Some(editing) => Purpose::Edit { post: editing.post.id, edits: editing.post.edits },
            None => Purpose::answering(self.reply_to.as_ref().map(|post| post.id)),
        }
    }
}

/// What is offered to complete a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The word as typed, with its sign.
    pub word: String,
    /// What it may become.
    pub found: Vec<Suggestion>,
    /// Which of them is chosen.
    pub at: usize,
}

/// What a word may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is put in its place.
    pub text: String,
    /// What is told beside it; may be empty.
    pub says: String,
}

/// A post that is given another text.
#[derive(Debug, Clone, PartialEq)]
pub struct Editing {
    /// The post as it was last read.
    pub post: Post,
    /// It was edited elsewhere while it was edited here.
    pub meanwhile: bool,
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
    Drafts(Box<List<Kept>>),
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
    Taken(Box<Taken>),
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
pub struct Kept {
    /// What it is written for.
    pub purpose: Purpose,
    /// Its text.
    pub text: String,
    /// When it was kept last.
    pub saved_at: Timestamp,
    /// The post that it answers or edits was deleted.
    pub orphaned: bool,
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
pub struct Taken {
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
    pub done: Option<Result<Brought, String>>,
}

/// An import that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Importing {
    /// Where it comes from.
    pub path: String,
    /// How many posts were read.
    pub posts: u64,
    /// Which picture of the sign that something goes on is shown.
    pub picture: u128,
    /// It is to stop.
    pub stopping: bool,
}

/// What was brought in, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brought {
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

/// A line in the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The line.
    pub text: String,
    /// Something failed.
    pub error: bool,
}

impl State {
    /// The state before anything is loaded.
    #[must_use]
    pub fn new(now: Timestamp, size: (u16, u16)) -> Self {
        Self {
            now,
            size,
            active: None,
            users: List::default(),
            alike: Alike::default(),
            tabs: vec![Tab::new(Timeline::All)],
            tab: 0,
            came_from: 0,
            parked: Vec::new(),
            detail: Detail::Empty,
            focus: Pane::Timeline,
            panes: Panes::default(),
            kept_panes: Panes::default(),
            compose: None,
            waiting: None,
            searches: 0,
            importing: None,
            overlay: None,
            notice: None,
            warned: BTreeSet::new(),
            unread: Unread::default(),
            history: History::default(),
            settings: Settings::default(),
            keymap: Keymap::plain(),
            read_only: false,
            quit: false,
        }
    }

    /// The timeline that is shown.
    #[must_use]
    pub fn current(&self) -> Option<&Tab> {
        self.tabs.get(self.tab)
    }

    /// The post under the cursor of the pane that the keys go to.
    #[must_use]
    pub fn selected(&self) -> Option<&Post> {
        match (&self.detail, self.focus) {
            (Detail::Thread(thread), Pane::Detail) => thread.selected(),
            (_, Pane::Timeline) => self.current()?.list.selected(),
            _ => None,
        }
    }
}

impl Tab {
    /// A timeline of which nothing is loaded yet.
    #[must_use]
    pub fn new(timeline: Timeline) -> Self {
        Self {
            timeline,
            list: List::default(),
            newest: None,
            fresh: 0,
            unread: 0,
            seen: None,
            left_off: None,
            opened: false,
            viewed: None,
            kept_place: None,
            rested: None,
        }
    }
}
