//! What happens to the screens, and what they ask the loop to do: plain comparable data.

use std::ops::Range;
use std::sync::Arc;

use super::deeds::{Deed, Way};
use super::{Brought, Kept, Profile, Taken, Unread};
use crate::config::{Settings, Start};
use crate::model::{
    Body, NewPost, NewUser, Nickname, Notification, Panes, Place, Post, PostId, Purpose, SavedSearch, Stats, Threaded,
    Timeline, Timestamp, User, UserId, Version,
};
use crate::tui::keys::{Key, Keymap};
use crate::tui::pictures::{Asked, Drawn};
use crate::tui::thread::Reactions;

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
    /// Fold the answers to the post under the cursor.
    Fold,
    /// Open the branch under the cursor.
    Unfold,
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
    /// Like the post under the cursor, or no longer.
    Like,
    /// Boost the post under the cursor, or no longer.
    Boost,
    /// Keep the post under the cursor for oneself, or no longer.
    Bookmark,
    /// Follow the user under the cursor, or no longer.
    Follow,
    /// Mute the user under the cursor, or no longer.
    Mute,
    /// Undo what was done last.
    Undo,
    /// Do again what was undone last.
    Redo,
    /// Give the post under the cursor another text.
    EditPost,
    /// Show all that the post under the cursor said.
    Versions,
    /// Look for posts and users.
    Search,
    /// Keep the search that was typed under a name.
    SaveSearch,
    /// Choose a timeline that has to do with what is under the cursor, or a search that was kept.
    Timelines,
    /// Mark the timeline that is shown as read.
    MarkRead,
    /// To the post that is unread next, here or in another timeline.
    NextUnread,
    /// Show what the active user was told.
    Told,
    /// Show what they were writing.
    Drafts,
    /// Show the post under the cursor in spite of what its author warns of, or no longer.
    Warned,
    /// Filter posts by a word of the one under the cursor.
    Filter,
    /// Show numbers of a user's posts, or of everybody's.
    Stats,
    /// Open a link of the post under the cursor.
    OpenLink,
    /// Copy the text of the post under the cursor.
    Copy,
    /// Choose what to copy of the post under the cursor.
    CopySome,
    /// To the newest post.
    Newest,
    /// Load everything anew.
    Refresh,
    /// Make the pane narrower.
    Narrower,
    /// Make the pane wider.
    Wider,
    /// Bring in what was written elsewhere.
    Import,
    /// Choose one of all that can be done here by its name.
    Commands,
    /// Show the keys.
    Help,
    /// One step back; at the root, end the program.
    Back,
    /// Draw all of the screen anew, over what another program left there.
    Redraw,
    /// Give the terminal back to the shell for a while.
    Suspend,
    /// End the program from anywhere.
    Quit,
    /// Send what was written.
    Send,
    /// Go on writing in `$EDITOR`.
    Edit,
    /// Close, and keep the draft.
    Close,
    /// Put it in the place of what is there.
    Replace,
    /// Put it behind what is there.
    Join,
    /// Yes, or take what is chosen.
    Accept,
    /// To the other field.
    NextField,
}

impl Action {
    /// Whether it leads to the store being written, which cannot be where it is only read.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Compose
                | Self::Reply
                | Self::Delete
                | Self::EditPost
                | Self::MarkRead
                | Self::Filter
                | Self::Import
                | Self::Like
                | Self::Boost
                | Self::Bookmark
                | Self::Follow
                | Self::Mute
                | Self::Undo
                | Self::Redo
        )
    }
}

/// What becomes of a draft in whose place another is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// The person is asked.
    Ask,
    /// It goes.
    Replace,
    /// The other stands behind it.
    Join,
}

/// What happens to the screens.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A person asks for something.
    Act(Action),
    /// The first of two keys was pressed, or another than the second.
    Begun(Option<Key>),
    /// A key that edits text.
    Input(tui_textarea::Input),
    /// A text was pasted.
    Paste(String),
    /// The mouse was clicked at a column and a row.
    Click(u16, u16),
    /// The wheel was turned at a column and a row, so many lines down, or up where they are fewer than none.
    Wheel(u16, u16, isize),
    /// The terminal has another size.
    Resize(u16, u16),
    /// The settings were written and read again; what is wrong with them comes with them.
    Settings(Box<Settings>, Arc<Keymap>, Vec<String>),
    /// Time went by.
    Tick(Timestamp),
    /// Another process wrote to the store.
    StoreChanged,
    /// How wide the panes were made.
    Panes(Panes),
    /// The active user had something in the detail pane before.
    Explored,
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
    Thread(PostId, Vec<Threaded>),
    /// Who likes and who boosted the post that a thread was opened for.
    Reactions(PostId, Reactions),
    /// A user was loaded for the detail pane.
    Profile(Box<Profile>),
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
    /// What can be undone was done, or why not.
    Done {
        /// On whose behalf.
        user: UserId,
        /// Whether it was asked for anew.
        way: Way,
        /// What was done, and what undoes it.
        result: Result<(Deed, Deed), String>,
    },
    /// A post was to be given another text, but has had one meanwhile.
    Clash(Way, Box<Post>),
    /// All that a post said, oldest first.
    Versions(PostId, Vec<Version>),
    /// A search was answered.
    Found {
        /// Which one.
        number: u64,
        /// The first of its posts, newest first.
        posts: Vec<Post>,
        /// There are more.
        more: bool,
        /// Its users.
        users: Vec<User>,
    },
    /// Numbers of many posts were counted.
    Counted(u64, Box<Stats>),
    /// What users look like; none for those who have no picture.
    Pictures(Asked),
    /// How much is unread for a user.
    Unread(UserId, Unread),
    /// What a user was told, newest first.
    Told(Vec<Notification>),
    /// What a user was writing, newest first.
    Drafts(Vec<Kept>),
    /// The searches that a user keeps, by name.
    Searches(Vec<SavedSearch>),
    /// A timeline was opened where it is to be read on.
    Opened {
        /// Which timeline.
        timeline: Timeline,
        /// Its posts, newest first.
        posts: Vec<Post>,
        /// Which of them is to be read next.
        cursor: usize,
        /// There are more above, and below.
        more: (bool, bool),
    },
    /// That a timeline was read could not be kept, and why; not for want of another's patience.
    NotRead(Timeline, Option<String>),
    /// What fits a word that is being written.
    Complete(String, Vec<String>),
    /// A post of one's own was loaded to be edited.
    Edit {
        /// The post as it is now.
        post: Box<Post>,
        /// The text that was kept and not sent, if there is one, and the version that it began from.
        kept: Option<(String, u32)>,
    },
    /// What is being written is another user's now, with this text.
    Moved(UserId, String),
    /// The other user has a draft there.
    Taken(Box<Taken>),
    /// The first user was added, or why not.
    Added(Result<User, String>),
    /// The editor ended with a text, or why there is none.
    Edited(Result<String, String>),
    /// So many posts were read of what is brought in; and which picture of the sign that something goes on is shown.
    Importing(u64, u128),
    /// What was brought in, or why nothing was.
    Imported(Result<Brought, String>),
    /// The names of the themes.
    Themes(Vec<String>),
    /// A text was put into the file of this name, or why not.
    TextKept(Result<String, String>),
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
    /// Load how wide the panes were made.
    LoadPanes,
    /// Keep how wide the panes are.
    KeepPanes(Panes),
    /// Load whether a user ever had something in the detail pane.
    LoadExplored(UserId),
    /// Keep that they had.
    KeepExplored(UserId),
    /// Load all users, and who is active.
    LoadUsers,
    /// Load the users around the active one; all of them where nobody is.
    LoadUsersNearby,
    /// Load the thread of a post.
    LoadThread(PostId),
    /// Load who likes a post, and who boosted it.
    LoadReactions(PostId),
    /// Load a user for the detail pane.
    LoadProfile(UserId),
    /// Load all that a post said.
    LoadVersions(PostId),
    /// Load what a user was told; with that they have seen it.
    LoadTold(UserId),
    /// Load what a user was writing.
    LoadDrafts(UserId),
    /// Load the searches that a user keeps.
    LoadSearches(UserId),
    /// Go on with a draft of a user, or begin to edit a post of theirs; one whose post was deleted becomes a plain
    /// one.
    Resume(UserId, Purpose, bool),
    /// Make what one user is writing another's.
    MoveDraft {
        /// Whose it is.
        from: UserId,
        /// Whose it is to be.
        to: UserId,
        /// What it is written for.
        purpose: Purpose,
        /// Its text.
        text: String,
        /// What becomes of a draft that the other has there.
        meeting: Meeting,
    },
    /// Load a timeline for the first time, where its reader was, or where they begin.
    Open(UserId, Timeline, Start),
    /// Keep where in a timeline a user is; none for its newest post.
    KeepPlace(UserId, Timeline, Option<Timestamp>),
    /// Find what fits a word, `@…` or `#…`, that a user is writing.
    Complete(UserId, String),
    /// Send several posts, each of which answers the one before.
    InsertThread(NewPost, Vec<Body>),
    /// Count what is unread.
    LoadUnread {
        /// For whom.
        user: UserId,
        /// Of these timelines.
        timelines: Vec<Timeline>,
        /// And at home for these users.
        users: Vec<UserId>,
    },
    /// Load what users look like, instead of what was asked for before.
    LoadPictures(Asked, Drawn),
    /// Keep that a user read a timeline up to a post.
    MarkRead(UserId, Timeline, Timestamp),
    /// Look for posts and users, instead of what was looked for before.
    Search {
        /// The number by which the answer is known.
        number: u64,
        /// What was typed.
        query: String,
    },
    /// Count the posts of a user, or of everybody, instead of what was searched or counted before.
    LoadStats {
        /// The number by which the answer is known.
        number: u64,
        /// Whose.
        of: Option<User>,
    },
    /// Load the draft of a user and what it answers.
    LoadDraft(UserId, Option<Post>),
    /// Store a draft.
    SaveDraft(UserId, Purpose, String),
    /// Put a text that no post takes into a file of its own.
    KeepText(String),
    /// Send a post.
    Insert(NewPost),
    /// Do on a user's behalf what can be undone.
    Do(UserId, Way, Deed),
    /// Make a user the active one.
    Switch(UserId),
    /// Add a user.
    AddUser(NewUser),
    /// Open a link in the program that shows such links.
    OpenLink(String),
    /// Put a text on the clipboard.
    Copy(String),
    /// Bring in what lies at a path; the posts become those of a user who is here, or of a user of their own.
    Import(String, Option<Nickname>),
    /// Bring in no more; nothing of it stays.
    StopImport,
    /// Load the names of the themes.
    LoadThemes,
    /// Show a theme until another is shown.
    Wear(String),
    /// Choose a theme for good.
    ChooseTheme(String),
    /// Choose a preset of keys for good.
    ChooseKeys(String),
    /// Open the person's editor on a text: the one of this command line or, if it is empty, the one that the
    /// environment names.
    Edit(String, String),
}
