//! Messages and effects: what happens to the screens, and what they ask the program to do. Plain comparable
//! data.

use std::ops::Range;
use std::sync::Arc;

use super::rows::{DraftConflict, DraftRow, ImportSummary};
use super::screen::Screen;
use super::undo::{Direction, UndoableAction};
use super::{Profile, Unread};
use crate::config::{Settings, StartAt};
use crate::model::{
    Body, NewPost, NewUser, Nickname, Notification, OpenDraft, PageStart, Panes, Post, PostId, Purpose, Revision,
    SavedSearch, Stats, ThreadNode, Timeline, Timestamp, User, UserId,
};
use crate::tui::images::avatars::{AvatarRequest, ImageProtocol};
use crate::tui::keys::{Action, Key, Keymap, ScreenName};
use crate::tui::thread::Reactions;

/// How a draft is combined with the one that the other user has in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftMerge {
    /// Ask first when there is one.
    Ask,
    /// Replace it.
    Replace,
    /// Append to it.
    Append,
}

/// An event that `update` applies to the state.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A key, a click or the palette asked for an action.
    Act(Action),
    /// The first key of a two-key shortcut was pressed, or the shortcut was aborted.
    PendingChord(Option<Key>),
    /// A key edits the text of the focused field.
    Input(tui_textarea::Input),
    /// Text was pasted.
    Paste(String),
    /// The left button was pressed at a column and a row, both counted from 0.
    Click(u16, u16),
    /// The wheel was turned at a column and a row: lines to scroll, negative for up.
    Scroll(u16, u16, isize),
    /// The terminal has a new size, in columns and rows.
    Resize(u16, u16),
    /// The settings file was read again; the strings are its problems.
    SettingsChanged(Box<Settings>, Arc<Keymap>, Vec<String>),
    /// The timer fired; the time is now.
    Tick(Timestamp),
    /// Another process committed to the database.
    StoreChanged,
    /// The saved widths of the panes were loaded.
    Panes(Panes),
    /// The active user has used the detail pane before.
    DetailUsed,
    /// The users were loaded, and which one is active.
    Users(Vec<User>, Option<User>),
    /// A page of a timeline was loaded.
    Page {
        /// The timeline.
        timeline: Timeline,
        /// Where the page starts.
        place: PageStart,
        /// Its posts, newest first.
        posts: Vec<Post>,
        /// There are more posts beyond it.
        more: bool,
    },
    /// The loaded part of a timeline was read again.
    Reloaded {
        /// The timeline.
        timeline: Timeline,
        /// Its posts, newest first.
        posts: Vec<Post>,
        /// How many posts are newer, counted up to the limit.
        fresh: usize,
    },
    /// The thread of a post was loaded.
    Thread(PostId, Vec<ThreadNode>),
    /// The users who like or boosted a post were loaded.
    Reactions(PostId, Reactions),
    /// A profile was loaded for the detail pane.
    Profile(Box<Profile>),
    /// A draft was loaded into the composer.
    Draft {
        /// The author of the draft.
        author: UserId,
        /// The post that it replies to.
        reply_to: Option<Post>,
        /// The draft; its text is the one written so far.
        draft: OpenDraft,
    },
    /// A post or the posts of a thread were sent, or sending failed.
    Posted(Result<Vec<PostId>, String>),
    /// An undoable action was performed, or failed.
    Performed {
        /// The user on whose behalf it was performed.
        user: UserId,
        /// Whether it is a new action, an undo or a redo.
        direction: Direction,
        /// The action and its inverse.
        result: Result<(UndoableAction, UndoableAction), String>,
    },
    /// An edit was refused because the post was edited by another process in between.
    EditConflict(Direction, Box<Post>),
    /// The edit history of a post was loaded, oldest revision first.
    EditHistory(PostId, Vec<Revision>),
    /// A search returned its first page.
    SearchResults {
        /// The number of the search.
        number: u64,
        /// The first of its posts, newest first.
        posts: Vec<Post>,
        /// There are more posts.
        more: bool,
        /// The users it found.
        users: Vec<User>,
    },
    /// Statistics were computed for the request with this number.
    Stats(u64, Box<Stats>),
    /// Avatars were loaded; `None` for users who have none.
    Avatars(AvatarRequest),
    /// The unread counts of a user were loaded.
    Unread(UserId, Unread),
    /// The notifications of the active user were loaded, newest first.
    Notifications(Vec<Notification>),
    /// The drafts of the active user were loaded, newest first.
    Drafts(Vec<DraftRow>),
    /// The saved searches of the active user were loaded, by name.
    SavedSearches(Vec<SavedSearch>),
    /// A timeline was loaded at the saved position of its reader.
    Opened {
        /// The timeline.
        timeline: Timeline,
        /// Its posts, newest first.
        posts: Vec<Post>,
        /// The index of the post to select.
        cursor: usize,
        /// There are more posts above, and below.
        more: (bool, bool),
    },
    /// A timeline could not be marked as read. `None`: the database was busy, and the next tick retries.
    MarkReadFailed(Timeline, Option<String>),
    /// The completions of a word were loaded.
    Completions(String, Vec<String>),
    /// A post of the active user was loaded into the composer to be edited.
    Edit {
        /// The post as it is now.
        post: Box<Post>,
        /// The saved draft of the edit, and the number of edits that it was based on.
        kept: Option<(OpenDraft, u32)>,
    },
    /// The draft in the composer now belongs to another user, with this text.
    DraftMoved(UserId, OpenDraft),
    /// The other user has a draft in its place.
    DraftConflict(Box<DraftConflict>),
    /// The first user was added, or adding failed.
    UserAdded(Result<User, String>),
    /// The editor returned a text, or failed.
    Edited(Result<String, String>),
    /// An import has read so many posts; the second number is the spinner frame.
    ImportProgress(u64, u128),
    /// An import ended with a summary, or failed.
    Imported(Result<ImportSummary, String>),
    /// The names of the themes were listed.
    Themes(Vec<String>),
    /// A text was saved to the file of this name, or saving failed.
    TextSaved(Result<String, String>),
    /// A draft was saved.
    DraftSaved {
        /// Its author.
        user: UserId,
        /// What it is written for.
        purpose: Purpose,
        /// Its slot and text by now.
        draft: OpenDraft,
        /// Whether it took another slot, because another terminal writes in the one it had.
        moved: bool,
    },
    /// The draft could not be saved, and why.
    DraftNotSaved(String),
    /// What a screen shows was loaded.
    ScreenLoaded(Box<dyn Screen>),
    /// A notice for the footer.
    Notice(String),
    /// An effect failed; the text says why.
    Failed(String),
}

/// A request of `update`, grouped by who carries it out.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Reads or writes the database on the connection of the loop.
    Store(StoreEffect),
    /// Runs on a thread with a connection of its own.
    Worker(WorkerEffect),
    /// Reads or writes the settings file.
    Settings(SettingsEffect),
    /// Uses the terminal, or a program of the desktop.
    Terminal(TerminalEffect),
}

impl From<StoreEffect> for Effect {
    fn from(effect: StoreEffect) -> Self {
        Self::Store(effect)
    }
}

impl From<WorkerEffect> for Effect {
    fn from(effect: WorkerEffect) -> Self {
        Self::Worker(effect)
    }
}

impl From<SettingsEffect> for Effect {
    fn from(effect: SettingsEffect) -> Self {
        Self::Settings(effect)
    }
}

impl From<TerminalEffect> for Effect {
    fn from(effect: TerminalEffect) -> Self {
        Self::Terminal(effect)
    }
}

/// A read or a write on the connection of the loop; each takes well under a frame. Pages of a search are the exception:
/// they run on the search worker.
#[allow(clippy::large_enum_variant)] // Only a few are alive at a time.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreEffect {
    /// Loads a page of a timeline.
    LoadPage(Timeline, PageStart),
    /// Loads the shown part of a timeline again.
    ReloadPage {
        /// The timeline.
        timeline: Timeline,
        /// The half-open range of keys to load.
        range: Range<Timestamp>,
        /// Counts posts that are newer than this.
        newest: Timestamp,
    },
    /// Loads the widths of the panes.
    LoadPanes,
    /// Saves the widths of the panes.
    SavePanes(Panes),
    /// Loads whether a user has used the detail pane before.
    LoadDetailUsed(UserId),
    /// Saves that a user has used the detail pane.
    SaveDetailUsed(UserId),
    /// Loads all users, and which one is active.
    LoadUsers,
    /// Loads the users around the active one, or all users where none is active.
    LoadNearbyUsers,
    /// Loads the thread of a post.
    LoadThread(PostId),
    /// Loads the users who like or boosted a post.
    LoadReactions(PostId),
    /// Loads a profile for the detail pane.
    LoadProfile(UserId),
    /// Loads the edit history of a post.
    LoadEditHistory(PostId),
    /// Loads the notifications of a user and marks them as seen.
    LoadNotifications(UserId),
    /// Loads what the screen of this name shows to a user.
    LoadScreen(UserId, ScreenName),
    /// Loads the drafts of a user.
    LoadDrafts(UserId),
    /// Loads the saved searches of a user.
    LoadSavedSearches(UserId),
    /// Continues the draft of a user in a slot. `true`: the post it belongs to was deleted, and it becomes a new post.
    ResumeDraft(UserId, Purpose, u32, bool),
    /// Moves a draft from one user to another.
    MoveDraft {
        /// The user who has the draft.
        from: UserId,
        /// The user who gets it.
        to: UserId,
        /// The purpose of the draft.
        purpose: Purpose,
        /// The draft as it is stored.
        draft: OpenDraft,
        /// The text of the draft.
        text: String,
        /// How it is combined with a draft that the other user has.
        merge: DraftMerge,
    },
    /// Opens a timeline at the saved position of its reader, or at the configured start.
    OpenTimeline(UserId, Timeline, StartAt),
    /// Saves the position of a user in a timeline; `None` for the newest post.
    SavePosition(UserId, Timeline, Option<Timestamp>),
    /// Loads the completions of a word, `@…` or `#…`, for a user.
    LoadCompletions(UserId, String),
    /// Sends several posts, each as a reply to the one before, and deletes their draft.
    SendThread(NewPost, Vec<Body>, OpenDraft),
    /// Marks a timeline as read for a user, up to a post.
    MarkRead(UserId, Timeline, Timestamp),
    /// Loads the draft of a user for a new post or a reply.
    LoadDraft(UserId, Option<Post>),
    /// Saves a text in a draft.
    SaveDraft(UserId, Purpose, OpenDraft, String),
    /// Saves a text that is too long for a post to a file.
    SaveText(String),
    /// Sends a post, and deletes its draft.
    SendPost(NewPost, OpenDraft),
    /// Performs an undoable action for a user.
    Perform(UserId, Direction, UndoableAction),
    /// Makes a user the active one.
    SwitchUser(UserId),
    /// Adds a user.
    AddUser(NewUser),
}

/// A task for a thread with a connection of its own, because it may take long.
#[derive(Debug, Clone, PartialEq)]
pub enum WorkerEffect {
    /// Searches posts and users; replaces the search or statistics that run.
    Search {
        /// The number of the search, which its results carry.
        number: u64,
        /// The query as typed.
        query: String,
    },
    /// Computes statistics; replaces the search or statistics that run.
    LoadStats {
        /// The number of the request, which its result carries.
        number: u64,
        /// The user whose posts are counted; `None` for all posts.
        of: Option<User>,
    },
    /// Counts unread posts; replaces the count that runs.
    CountUnread {
        /// The reader.
        user: UserId,
        /// The timelines to count for the reader.
        timelines: Vec<Timeline>,
        /// The users whose home timelines are counted too.
        users: Vec<UserId>,
    },
    /// Loads avatars; replaces the load that runs.
    LoadAvatars(AvatarRequest, ImageProtocol),
    /// Imports from a path, into an existing user or into users of its own.
    Import(String, Option<Nickname>),
    /// Cancels the import that runs; nothing of it is kept.
    CancelImport,
}

/// A change or a preview of the settings.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingsEffect {
    /// Lists the names of the themes.
    ListThemes,
    /// Shows a theme without saving it.
    PreviewTheme(String),
    /// Saves a theme in the settings.
    ChooseTheme(String),
    /// Saves a key preset in the settings.
    ChooseKeyPreset(String),
}

/// A use of the terminal, or of a program of the desktop.
#[derive(Debug, Clone, PartialEq)]
pub enum TerminalEffect {
    /// Opens a link in the program that the desktop has for it.
    OpenLink(String),
    /// Copies a text to the clipboard.
    CopyText(String),
    /// Opens a text in an editor: this command line or, if it is empty, the one that the environment names.
    EditText(String, String),
    /// Draws the whole screen again.
    Redraw,
    /// Suspends the program.
    Suspend,
}
