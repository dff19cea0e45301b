//! All that the screens are: plain comparable data. It knows nothing of the store, the terminal or the
//! clock; `update` changes it, `view` draws it and [`view`](super::view) draws it.

use std::ops::Range;

use tui_textarea::{TextArea, WrapMode};

use super::list::List;
use crate::model::{NewPost, NewUser, Place, Post, PostId, Timeline, Timestamp, User, UserId};

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
    /// The timelines that are open: everybody's, the active user's, and perhaps one opened by hand.
    pub tabs: Vec<Tab>,
    /// Which of them is shown.
    pub tab: usize,
    /// What stands in the detail pane.
    pub detail: Detail,
    /// Which pane the keys go to.
    pub focus: Pane,
    /// The post being written.
    pub compose: Option<Compose>,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// What the footer has to say, until the next key.
    pub notice: Option<Notice>,
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
}

/// Up to here new posts are counted exactly.
pub const FRESH_LIMIT: usize = 999;

/// What stands in the detail pane.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// Nothing yet.
    Empty,
    /// A thread, with the depth of each post, and the post it was opened for.
    Thread {
        /// Its posts, root first.
        list: List<Post>,
        /// How deep each of them stands.
        depths: Vec<usize>,
        /// The post it was opened for.
        of: PostId,
    },
    /// A user.
    Profile(User),
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
}

/// What lies over the panes.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    /// The first user is asked for.
    Welcome(Box<Welcome>),
    /// A user to switch to is chosen.
    Picker(Box<Picker>),
    /// The keys that work, scrolled by so many lines.
    Help {
        /// How many lines are above the screen.
        scroll: usize,
    },
    /// A post is to be deleted, if the answer is yes.
    Delete(Box<Post>),
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

/// What a person can ask for; the table in `keys` gives each its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// Open the thread, or the user, under the cursor.
    Open,
    /// To the next pane.
    NextPane,
    /// To the previous pane.
    PreviousPane,
    /// To the next timeline.
    NextTimeline,
    /// To the previous timeline.
    PreviousTimeline,
    /// To the timeline of that number, from 1.
    Timeline(usize),
    /// The profile of the author under the cursor.
    Profile,
    /// Choose a user to switch to.
    SwitchUser,
    /// Switch to the next user by nickname.
    NextUser,
    /// Switch to the previous user by nickname.
    PreviousUser,
    /// Write a post.
    Compose,
    /// Answer the post under the cursor.
    Reply,
    /// Delete the post under the cursor, after a question.
    Delete,
    /// To the newest post.
    Newest,
    /// Load everything anew.
    Refresh,
    /// Show the keys.
    Help,
    /// One step back; at the root, end the program.
    Back,
    /// End the program from anywhere.
    Quit,
    /// Send what was written.
    Send,
    /// Go on writing in `$EDITOR`.
    Edit,
    /// Close, and keep the draft.
    Close,
    /// Yes, or take what is chosen.
    Accept,
    /// To the other field.
    NextField,
}

/// What happens to the screens.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A person asks for something.
    Act(Action),
    /// A key that edits text.
    Input(tui_textarea::Input),
    /// A text was pasted.
    Paste(String),
    /// The terminal has another size.
    Resize(u16, u16),
    /// Time went by.
    Tick(Timestamp),
    /// Another process wrote to the store.
    StoreChanged,
    /// All users, and who is active.
    Users(Vec<User>, Option<User>),
    /// A page of a timeline was loaded.
    Page {
        /// Of which timeline.
        timeline: Timeline,
        /// From where.
        place: Place,
        /// Its posts, newest first.
        posts: Vec<Post>,
        /// There are more beyond it.
        more: bool,
    },
    /// The loaded part of a timeline was read again.
    Reloaded {
        /// Of which timeline.
        timeline: Timeline,
        /// Its posts, newest first.
        posts: Vec<Post>,
        /// How many are newer.
        fresh: usize,
    },
    /// A thread was loaded for a post.
    Thread(PostId, Vec<(usize, Post)>),
    /// A user was loaded for the detail pane.
    Profile(User),
    /// A draft was loaded to go on with.
    Draft {
        /// Who writes.
        author: UserId,
        /// What it answers.
        reply_to: Option<Post>,
        /// What there is of it.
        text: String,
    },
    /// A post was sent, or why not.
    Posted(Result<PostId, String>),
    /// A post was deleted, or why not.
    Deleted(Result<PostId, String>),
    /// Another user is active.
    Switched(User),
    /// The first user was added, or why not.
    Added(Result<User, String>),
    /// The editor ended with a text, or why there is none.
    Edited(Result<String, String>),
    /// The draft could not be stored, and why.
    DraftFailed(String),
    /// Something that was asked of the store failed.
    Failed(String),
}

/// What the screens ask the loop to do.
#[allow(clippy::large_enum_variant)] // A few of them live at a time.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Load a page of a timeline.
    Load(Timeline, Place),
    /// Load the part of a timeline within a half-open range again.
    Reload {
        /// Which timeline.
        timeline: Timeline,
        /// Which part of it.
        range: Range<Timestamp>,
        /// Count what is newer than this.
        newest: Timestamp,
    },
    /// Load users and who is active.
    LoadUsers,
    /// Load the thread of a post.
    LoadThread(PostId),
    /// Load a user for the detail pane.
    LoadProfile(UserId),
    /// Load the draft of a user and what it answers.
    LoadDraft(UserId, Option<Post>),
    /// Store a draft.
    SaveDraft(UserId, Option<PostId>, String),
    /// Send a post.
    Insert(NewPost),
    /// Delete a user's own post.
    Delete(UserId, PostId),
    /// Make a user the active one.
    Switch(UserId),
    /// Add a user.
    AddUser(NewUser),
    /// Open the person's editor on a text.
    Edit(String),
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
            tabs: vec![Tab::new(Timeline::All)],
            tab: 0,
            detail: Detail::Empty,
            focus: Pane::Timeline,
            compose: None,
            overlay: None,
            notice: None,
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
            (Detail::Thread { list, .. }, Pane::Detail) => list.selected(),
            (_, Pane::Timeline) => self.current()?.list.selected(),
            _ => None,
        }
    }
}

impl Tab {
    /// A timeline of which nothing is loaded yet.
    #[must_use]
    pub fn new(timeline: Timeline) -> Self {
        Self { timeline, list: List::default(), newest: None, fresh: 0 }
    }
}
