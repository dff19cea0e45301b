//! Messages: what happens to the screens. Plain comparable data.

use std::collections::HashMap;
use std::sync::Arc;

use super::rows::{DraftConflict, DraftRow, FollowError, Followed, ImportSummary};
use super::screen::Screen;
use super::undo::{Direction, ProfileFields, UndoableAction};
use super::{LoadedUsers, Profile, Unread};
use crate::config::Settings;
use crate::model::{
    Arrival, Attachment, Nickname, OpenDraft, PageStart, Panes, PinnedTab, Poll, Post, PostId, Purpose, Revision,
    SavedSearch, Stats, ThreadNode, Timeline, Timestamp, User, UserId, UserList,
};
use crate::text::SearchHint;
use crate::tui::images::avatars::AvatarRequest;
use crate::tui::keys::{Action, Key, Keymap};
use crate::tui::thread::Reactions;

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
    /// The users were loaded: all of them, or those around the active one.
    Users(LoadedUsers),
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
        /// The last post that had arrived when it was loaded.
        arrived: Arrival,
    },
    /// The loaded part of a timeline was read again.
    Reloaded {
        /// The timeline.
        timeline: Timeline,
        /// Its posts, newest first.
        posts: Vec<Post>,
        /// How many posts are newer, counted up to the limit.
        fresh: usize,
        /// Posts that arrived since it was loaded before, with older dates.
        late: Vec<Timestamp>,
        /// The last post that had arrived when it was loaded.
        arrived: Arrival,
    },
    /// Older unread posts of the home timeline were loaded, newest first.
    OlderUnread(Vec<Post>, HashMap<PostId, PostId>),
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
        /// Hints about the query, such as names that no user has.
        hints: Vec<SearchHint>,
    },
    /// Asks whether authors should be muted, or unmuted if all of them are muted already.
    AskToMute {
        /// The authors.
        authors: Vec<(UserId, Nickname)>,
        /// Whether they should be muted.
        on: bool,
    },
    /// Statistics were computed for the request with this number.
    Stats(u64, Box<Stats>),
    /// Avatars were loaded; `None` for users who have none.
    Avatars(AvatarRequest),
    /// The unread counts of a user were loaded.
    Unread(UserId, Unread),
    /// The drafts of the active user were loaded, newest first.
    Drafts(Vec<DraftRow>),
    /// The saved searches of the active user were loaded, by name.
    SavedSearches(Vec<SavedSearch>),
    /// The lists of the active user were loaded, by name.
    Lists {
        /// The user whose membership was asked for.
        author: Option<(UserId, Nickname)>,
        /// The lists, and whether that user is in each.
        lists: Vec<(UserList, bool)>,
    },
    /// The poll of a post was loaded, as the active account sees it.
    Poll(PostId, Box<Poll>),
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
        /// The last post that had arrived when it was loaded.
        arrived: Arrival,
    },
    /// A timeline was loaded at its newest post up to a date.
    DateOpened {
        /// The time from which on posts were asked for.
        from: Timestamp,
        /// The time up to which they were.
        to: Timestamp,
        /// The timeline.
        timeline: Timeline,
        /// Its posts, newest first.
        posts: Vec<Post>,
        /// The index of the post to select.
        cursor: usize,
        /// There are more posts above, and below.
        more: (bool, bool),
        /// The last post that had arrived when it was loaded.
        arrived: Arrival,
    },
    /// A timeline has no unread post but those that are loaded.
    NoMoreUnread,
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
    /// Posts were written to a file, or could not be.
    PostsExported(Result<String, String>),
    /// The pinned timelines of a user.
    Tabs(UserId, Vec<PinnedTab>),
    /// A profile was changed, or could not be.
    UserEdited(Result<(User, Box<ProfileFields>), String>),
    /// The editor returned a text, or failed.
    Edited(Result<String, String>),
    /// A file was checked that is to be attached, or cannot be.
    FileAttached(Result<Attachment, String>),
    /// A path was completed as far as all files agree that it is the start of.
    PathCompleted {
        /// The path that was typed.
        typed: String,
        /// The path as far as it is certain.
        completed: String,
        /// The names of the files that it can be.
        names: Vec<String>,
    },
    /// An import has read so many posts; the second number is the spinner frame.
    ImportProgress(u64, u128),
    /// An import ended with a summary, or failed.
    Imported(Result<ImportSummary, String>),
    /// A refresh of feeds has fetched so many of so many; the last number is the spinner frame.
    RefreshProgress(u64, u64, u128),
    /// Feeds were refreshed; the notice, if there is one, or why they could not be.
    FeedsRefreshed(Result<Option<String>, String>),
    /// The posts around a post were fetched from a server, and these many are new.
    ContextFetched(PostId, u64),
    /// A post was deleted on this server, and is now deleted here too.
    DeletedOnServer(PostId, String),
    /// The profile of a user was fetched from a server; whether it changed here.
    ProfileFetched(UserId, bool),
    /// What accounts did was sent; a notice that something was not, if there is one, or why nothing could be sent.
    OutboxSent(Result<Option<String>, String>),
    /// Your feed was published, or why it could not be.
    Published(Result<(), String>),
    /// An address was followed, or why it could not be.
    AddressFollowed(Result<Followed, FollowError>),
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
    /// Something was done in the background.
    Finished(String),
    /// An effect failed; the text says why.
    Failed(String),
}
