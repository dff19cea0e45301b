//! Effects: what the screens ask the program to do, grouped by who does it. Plain comparable data.

use std::ops::Range;

use super::undo::{Direction, UndoableAction};
use crate::config::StartAt;
use crate::model::{
    AboutMe, Arrival, Body, DisplayName, Email, NewPost, NewUser, Nickname, OpenDraft, OutboxId, PageStart, Panes,
    Post, PostId, Purpose, ReadState, Timeline, Timestamp, User, UserId,
};
use crate::tui::images::avatars::{AvatarRequest, ImageProtocol};
use crate::tui::keys::ScreenName;

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

/// What changes in a profile; `None` leaves a field as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileEdit {
    /// The display name.
    pub display_name: Option<Option<DisplayName>>,
    /// The description.
    pub about_me: Option<Option<AboutMe>>,
    /// The email address.
    pub email: Option<Option<Email>>,
    /// The path of a new avatar.
    pub avatar: Option<String>,
}

/// Which feeds are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedSelection {
    /// Those that are due. Nobody asked for it, so it is quiet.
    Due,
    /// All that were not fetched just now.
    All,
    /// That of a user.
    User(UserId),
}

/// What unread posts are counted of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRequest {
    /// The reader.
    pub user: UserId,
    /// The timelines of the reader.
    pub timelines: Vec<Timeline>,
    /// The users whose home timelines are counted too.
    pub users: Vec<UserId>,
    /// The key above which unread posts of a timeline are counted too.
    pub above: Option<(Timeline, Timestamp)>,
}

impl UnreadRequest {
    /// Adds what another one asked for. Timelines of another reader are not shown any more.
    pub fn add(&mut self, other: Self) {
        if other.user == self.user {
            let missing = other.timelines.into_iter().filter(|timeline| !self.timelines.contains(timeline));
            let missing: Vec<_> = missing.collect();
            self.timelines.extend(missing);
            self.above = self.above.take().or(other.above);
        }
        let missing: Vec<_> = other.users.into_iter().filter(|user| !self.users.contains(user)).collect();
        self.users.extend(missing);
    }
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
        /// Finds posts with older dates that arrived after this one.
        arrived: Arrival,
    },
    /// Loads posts of a timeline that its reader had not read in a state.
    LoadUnreadPage(UserId, Timeline, PageStart, ReadState),
    /// Loads the shown part of a timeline again, of which only those posts are shown.
    ReloadUnreadPage {
        /// The reader.
        user: UserId,
        /// The timeline.
        timeline: Timeline,
        /// What counts as read.
        read: ReadState,
        /// The half-open range of keys to load.
        range: Range<Timestamp>,
        /// Counts unread posts that are newer than this.
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
    /// Opens a timeline at its newest post up to the second time, for a reader who asked for posts from the first one on.
    GoToDate(Timeline, Timestamp, Timestamp),
    /// Loads so many unread posts of a user's home timeline that are older than a key.
    LoadOlderUnread(UserId, Timestamp, usize),
    /// Marks posts of a timeline as read that had arrived by then.
    MarkPostsRead(UserId, Timeline, Vec<Timestamp>, Arrival),
    /// Marks posts of a thread as read for a user, also in the timeline beside it.
    MarkThreadRead(UserId, Option<Timeline>, Vec<Timestamp>),
    /// Finds out whether a user mutes all of these authors already, to ask whether they should be muted.
    AskToMute(UserId, Vec<(UserId, Nickname)>),
    /// Marks the notifications of a user in ranges of time as read, both ends included.
    MarkNotificationsSeen(UserId, Vec<(Timestamp, Timestamp)>),
    /// Loads what the screen of this name shows to a user.
    LoadScreen(UserId, ScreenName),
    /// Writes posts to a new Markdown file.
    ExportPosts {
        /// The title of the file.
        title: String,
        /// The posts.
        posts: Vec<Post>,
        /// The path of the file.
        path: String,
    },
    /// Loads the pinned timelines of a user.
    LoadTabs(UserId),
    /// Loads the drafts of a user.
    LoadDrafts(UserId),
    /// Loads the saved searches of a user.
    LoadSavedSearches(UserId),
    /// Loads the lists of a user, and whether another user is in each.
    LoadLists(UserId, Option<(UserId, Nickname)>),
    /// Loads the poll of a post, as an account sees it.
    LoadPoll(UserId, PostId),
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
    /// Marks a range of a timeline as read for a user, as far as it had arrived.
    MarkRead(UserId, Timeline, (Timestamp, Timestamp), Arrival),
    /// Opens a timeline at the next unread post before a key, or else at the newest unread one.
    OpenNextUnread(UserId, Timeline, Timestamp),
    /// Opens a timeline at a post.
    OpenAt(Timeline, Timestamp),
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
    /// Looks whether posts of a user that were restored are still deleted on their server.
    CheckRestored(UserId, Vec<PostId>),
    /// Sends an entry of the outbox again.
    RetryOutboxEntry(OutboxId),
    /// Makes a user the active one.
    SwitchUser(UserId),
    /// Adds a user.
    AddUser(NewUser),
    /// Changes the profile of a user.
    EditUser(UserId, ProfileEdit),
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
    CountUnread(UnreadRequest),
    /// Loads all users and which one is active, and finds the nicknames that can be confused.
    LoadUsers,
    /// Loads avatars; replaces the load that runs.
    LoadAvatars(AvatarRequest, ImageProtocol),
    /// Completes the path of a file; replaces the search or statistics that run.
    CompletePath(String),
    /// Checks a file that is to be attached, with the description of what it shows.
    AttachFile(String, String),
    /// Imports from a path, into an existing user or into users of its own.
    Import(String, Option<Nickname>),
    /// Writes the newest posts of a timeline to a Markdown file.
    ExportTimeline {
        /// The title of the file.
        title: String,
        /// The timeline.
        timeline: Timeline,
        /// The path of the file.
        path: String,
    },
    /// Undoes or redoes an import for a user.
    ReverseImport(UserId, Direction, UndoableAction),
    /// Cancels the import that runs; nothing of it is kept.
    CancelImport,
    /// Refreshes feeds.
    RefreshFeeds(FeedSelection),
    /// Fetches the posts around a post from the server of the account that a user is.
    FetchContext(UserId, PostId),
    /// Fetches the profile of a user from the server of the account that the first user is.
    FetchProfile(UserId, UserId),
    /// Makes a user follow an address.
    FollowAddress(UserId, String),
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
    /// Opens the settings file in the editor that is set or, if it is empty, in the one that the environment names.
    EditSettings(String),
    /// Opens the sample database, in a process of its own.
    OpenSample,
    /// Draws the whole screen again.
    Redraw,
    /// Suspends the program.
    Suspend,
}
