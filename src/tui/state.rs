//! The state of the screens: plain comparable data. It knows nothing of the store, the terminal or the clock; `update`
//! changes it and `draw` draws it.

mod compose;
mod effects;
mod messages;
pub mod pane_context;
mod rows;
mod screen;
mod undo;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::images::avatars::AvatarCache;
use super::keys::{Action, Key, Keymap, ScreenName};
use super::list::List;
use super::measure::WrapCache;
use super::thread::Thread;
pub use compose::{Completion, Compose, Editing, Editor, Suggestion};
pub use effects::{
    DraftMerge, Effect, FeedSelection, ProfileEdit, SettingsEffect, StoreEffect, TerminalEffect, UnreadRequest,
    WorkerEffect,
};
pub use messages::Message;
pub use rows::{DraftConflict, DraftRow, FollowError, Followed, ImportSummary, ListRow, LoadedUsers, UsersRow};
pub use screen::{HiddenScreen, Outcome, Question, Screen, ScreenObject, Until};
pub use undo::{Direction, History, ProfileFields, Step, TabChange, UndoableAction, posted_label};

use crate::config::Settings;
use crate::model::{
    Account, Arrival, Audience, FollowCounts, Panes, Post, PostId, ReadState, Relation, Revision, Subscription,
    Timeline, Timestamp, User, UserId, UserKind,
};
use crate::text::{Confusables, PostLimit};

/// The state of the screens.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The current time, which a tick moves on.
    pub now: Timestamp,
    /// The size of the terminal, in columns and rows.
    pub size: (u16, u16),
    /// The active user, on whose behalf posts are written.
    pub active: Option<User>,
    /// The rows of the users pane: the local users, the lists of the active user, those whom that user follows, and the others.
    pub users: List<UsersRow>,
    /// The users whom nobody here follows and who wrote nothing that is here.
    pub hidden_users: Vec<User>,
    /// Whether these are at the end of the pane.
    pub shows_hidden_users: bool,
    /// The users who are accounts on servers.
    pub accounts: Vec<Account>,
    /// Which nicknames can be confused with others.
    pub confusables: Confusables,
    /// The open timelines: the fixed ones of the active user, the pinned ones, and at most one more.
    pub tabs: Vec<Tab>,
    /// The index of the shown timeline.
    pub tab: usize,
    /// The index of the timeline that was shown before the one beside the fixed ones.
    pub previous_tab: usize,
    /// The timelines of users who were active before, with the index of the shown one.
    pub parked: Vec<ParkedUser>,
    /// The content of the detail pane.
    pub detail: Detail,
    /// What the detail pane showed before, and shows again when the reader goes back; the last one is next.
    pub details_below: Vec<Detail>,
    /// The timelines that were left from the detail pane for another one, with what it showed: going back leads there. The last
    /// one is next.
    pub left: Vec<(Timeline, Vec<Detail>)>,
    /// The screen that comes back once the detail that was opened from it is closed.
    pub hidden: Option<HiddenScreen>,
    /// Whether the next detail was asked for from within the detail pane, and so goes on top of the current one.
    pub stacks_detail: bool,
    /// Whether the detail pane was ever used: its hint is not needed any more.
    pub detail_used: bool,
    /// Whether that is saved.
    pub detail_used_saved: bool,
    /// The pane that has the keys.
    pub focus: Pane,
    /// The pane that gets the keys back from the detail pane.
    pub focus_below: Pane,
    /// By how many columns the panes differ from their usual widths.
    pub panes: Panes,
    /// Whether the focused pane is shown alone.
    pub zoomed: bool,
    /// The widths of the panes as they were saved.
    pub saved_panes: Panes,
    /// The post in the composer.
    pub compose: Option<Compose>,
    /// The spinner frame, once a search has run longer than 150 ms.
    pub spinner_frame: Option<u128>,
    /// The number of searches so far, which numbers the next one.
    pub searches: u64,
    /// The import that is running.
    pub importing: Option<Importing>,
    /// The refresh of feeds that is running: how many are done, how many there are, and the spinner frame.
    pub refreshing: Option<(u64, u64, u128)>,
    /// Your feed could not be published; it is tried again.
    pub publish_failed: bool,
    /// The open screens over the panes; the last one is topmost and has the keys.
    pub screens: Vec<Box<dyn Screen>>,
    /// The quote with which the next new post starts.
    pub quote: Option<(String, Audience)>,
    /// A URL that was typed where a path is wanted, for the form that follows addresses.
    pub address_to_follow: Option<String>,
    /// An action that follows the current message.
    pub next_action: Option<Action>,
    /// The notice in the footer, until the next key.
    pub notice: Option<Notice>,
    /// The marked posts, in the order in which they were marked; actions are about all of them.
    pub marked: Vec<Post>,
    /// Posts that are shown although they have a content warning.
    pub warned: BTreeSet<PostId>,
    /// The avatars of visible users.
    pub avatars: AvatarCache,
    /// The wrapped bodies of visible posts.
    pub wrapped: WrapCache,
    /// The unread counts.
    pub unread: Unread,
    /// The undo history.
    pub history: History,
    /// The settings of the user.
    pub settings: Settings,
    /// The key bindings in force.
    pub keymap: Arc<Keymap>,
    /// The first key of a chord, while the second is awaited.
    pub pending_chord: Option<Key>,
    /// Whether the database is temporary, as in the demo, and is gone at the end.
    pub temporary: bool,
    /// Whether the database can only be read.
    pub read_only: bool,
    /// Whether the program is to end.
    pub quit: bool,
}

/// A pane of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The list of users.
    Users,
    /// The posts of a timeline.
    Timeline,
    /// A thread, a profile or an edit history.
    Detail,
}

/// An open timeline and the reader's position in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    /// The timeline.
    pub timeline: Timeline,
    /// Whether it stays open; one that is not pinned, beside the fixed ones, closes when another is opened.
    pub is_pinned: bool,
    /// Its name in the header; `None` for that of the timeline.
    pub name: Option<String>,
    /// The posts that are loaded.
    pub list: List<Post>,
    /// The newest post that was ever loaded here.
    pub newest: Option<Timestamp>,
    /// How many unread posts are above those that are loaded, counted up to [`FRESH_LIMIT`]. In a timeline whose unread posts
    /// are not counted, how many posts are newer than `newest`.
    pub fresh: usize,
    /// Whether the posts that are loaded above next are scrolled to if the newest is the reader's own, which no pill shows.
    pub reveals_above: bool,
    /// Whether posts are newer than `newest`, read or not.
    pub has_newer: bool,
    /// The last post that had arrived when this was loaded.
    pub arrived: Arrival,
    /// Posts that arrived since then with an older date, and were not on the screen yet.
    pub late: Vec<Timestamp>,
    /// The last post that had arrived before the first of these.
    pub late_after: Arrival,
    /// How many posts the reader has not read, counted up to [`FRESH_LIMIT`].
    pub unread: usize,
    /// Which posts the reader has read.
    pub read: ReadState,
    /// The value of `read` when the timeline was loaded: what was unread then keeps its dot.
    pub read_before: ReadState,
    /// The posts that were selected since then; the key for the next unread post does not visit them again.
    pub visited: BTreeSet<Timestamp>,
    /// Whether both are known.
    pub opened: bool,
    /// Whether only posts are shown that are unread in `read_before`, so that those read meanwhile stay.
    pub unread_only: bool,
    /// The oldest and the newest post of the range that was on the screen without a gap.
    pub viewed: Option<(Timestamp, Timestamp)>,
    /// The position of the reader as it was saved; `None` for the newest post.
    pub saved_position: Option<Timestamp>,
    /// The position at the last tick.
    pub last_position: Option<Timestamp>,
}

/// The unread counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    /// Of each timeline, with what was read of it.
    pub timelines: Vec<(Timeline, usize, ReadState)>,
    /// Of the home timelines of visible users.
    pub homes: Vec<(UserId, usize)>,
    /// Of the notifications.
    pub notifications: usize,
    /// Above a post of the shown timeline.
    pub above: Option<(Timeline, Timestamp, usize)>,
}

/// What is loaded of a user who is not active now.
#[derive(Debug, Clone, PartialEq)]
pub struct ParkedUser {
    /// The user.
    pub user: UserId,
    /// The open timelines.
    pub tabs: Vec<Tab>,
    /// The position of the shown one.
    pub tab: usize,
    /// How many notifications were unread.
    pub notifications: usize,
}

/// How many timelines are always open: home, all, the active user's own, mentions, likes and bookmarks.
pub const FIXED_TABS: usize = 6;

/// Up to this many, new posts are counted exactly.
pub const FRESH_LIMIT: usize = 999;

/// The content of the detail pane.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// Nothing yet.
    Empty,
    /// A thread.
    Thread(Box<Thread>),
    /// A user.
    Profile(Box<Profile>),
    /// The edit history of a post.
    History {
        /// The post.
        of: PostId,
        /// Its revisions, oldest first.
        revisions: Vec<Revision>,
        /// How many lines are scrolled off the top.
        scroll: usize,
    },
}

/// A user with everything that a profile shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// How many users they follow, and how many follow them.
    pub numbers: FollowCounts,
    /// Their relation to the active user; `None` for the active user.
    pub relation: Option<Relation>,
    /// The tags that they use most, with counts.
    pub tags: Vec<(String, u64)>,
    /// Their posts per day of the last year, days counted from 1970; days without posts are left out.
    pub activity: Vec<(i64, u32)>,
    /// The posts that they pinned, the one that was pinned last first.
    pub pinned: Vec<Post>,
    /// Their feed, if it is followed over HTTP.
    pub feed: Option<Subscription>,
    /// How many lines are scrolled off the top.
    pub scroll: usize,
}

/// A running import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Importing {
    /// The path of its file.
    pub path: String,
    /// How many posts were read.
    pub posts: u64,
    /// The spinner frame.
    pub picture: u128,
    /// Whether it was canceled.
    pub stopping: bool,
    /// Whether an import is undone or redone instead.
    pub undoes: bool,
}

/// A notice in the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// Whether it is an error.
    pub error: bool,
}

impl State {
    /// Makes the state before anything is loaded, without key bindings.
    #[must_use]
    pub fn new(now: Timestamp, size: (u16, u16)) -> Self {
        Self {
            now,
            size,
            active: None,
            users: List::default(),
            hidden_users: Vec::new(),
            shows_hidden_users: false,
            accounts: vec![],
            confusables: Confusables::default(),
            tabs: vec![Tab::new(Timeline::All)],
            tab: 0,
            previous_tab: 0,
            parked: Vec::new(),
            detail: Detail::Empty,
            details_below: Vec::new(),
            left: Vec::new(),
            hidden: None,
            stacks_detail: false,
            detail_used: false,
            detail_used_saved: false,
            focus: Pane::Timeline,
            focus_below: Pane::Timeline,
            panes: Panes::default(),
            zoomed: false,
            saved_panes: Panes::default(),
            compose: None,
            spinner_frame: None,
            searches: 0,
            importing: None,
            refreshing: None,
            publish_failed: false,
            screens: Vec::new(),
            quote: None,
            address_to_follow: None,
            next_action: None,
            notice: None,
            marked: Vec::new(),
            warned: BTreeSet::new(),
            avatars: AvatarCache::default(),
            wrapped: WrapCache::default(),
            unread: Unread::default(),
            history: History::default(),
            settings: Settings::default(),
            keymap: Arc::default(),
            pending_chord: None,
            temporary: false,
            read_only: false,
            quit: false,
        }
    }

    /// Returns the shown timeline.
    #[must_use]
    pub fn current(&self) -> Option<&Tab> {
        self.tabs.get(self.tab)
    }

    /// Returns the post under the cursor of the focused pane.
    #[must_use]
    pub fn selected(&self) -> Option<&Post> {
        match (&self.detail, self.focus) {
            (Detail::Thread(thread), Pane::Detail) => thread.selected(),
            (_, Pane::Timeline) => self.current()?.list.selected(),
            _ => None,
        }
    }

    /// Returns whether a post is marked.
    #[must_use]
    pub fn is_marked(&self, id: PostId) -> bool {
        self.marked.iter().any(|post| post.id == id)
    }

    /// Returns the users who can write posts: those who are not remote, by nickname.
    pub fn local_users(&self) -> impl Iterator<Item = &User> {
        self.shown_users().filter(|user| user.kind != UserKind::Remote)
    }

    /// Returns the users of the users pane.
    pub fn shown_users(&self) -> impl Iterator<Item = &User> {
        self.users.items.iter().filter_map(UsersRow::user)
    }

    /// Returns the user under the cursor of the users pane.
    #[must_use]
    pub fn selected_user(&self) -> Option<&User> {
        self.users.selected().and_then(UsersRow::user)
    }

    /// Returns the selected user, or the one whose profile has the focus.
    #[must_use]
    pub fn user_here(&self) -> Option<&User> {
        match (self.focus, &self.detail) {
            (Pane::Users, _) => self.selected_user(),
            (Pane::Detail, Detail::Profile(profile)) => Some(&profile.user),
            _ => None,
        }
    }

    /// Returns whether a user is the active one.
    #[must_use]
    pub fn is_active(&self, user: UserId) -> bool {
        self.active.as_ref().is_some_and(|active| active.id == user)
    }

    /// Returns how long the post in a composer may be: what the server of an account allows, or the setting.
    #[must_use]
    pub fn post_limit(&self, compose: &Compose) -> PostLimit {
        let setting = || PostLimit::of_characters(self.settings.post_limit);
        self.account_of(compose.author)
            .map_or_else(setting, |account| PostLimit::of_account(account, compose.content_warning()))
    }

    /// Returns the account that a user is.
    #[must_use]
    pub fn account_of(&self, user: UserId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.user.id == user)
    }

    /// Returns the local user so many steps after another, around the ends; `None` if that is not a local user.
    #[must_use]
    pub fn local_user_beside(&self, user: UserId, step: isize) -> Option<&User> {
        let at = self.local_users().position(|local| local.id == user)?;
        let count = self.local_users().count() as isize;
        self.local_users().nth((at as isize + step).rem_euclid(count) as usize)
    }

    /// Loads something into the detail pane, and gives it the focus. What is opened from within the detail pane goes on
    /// top of what it shows.
    pub fn load_detail(&mut self, effect: StoreEffect) -> Vec<Effect> {
        self.stacks_detail = self.focus == Pane::Detail && self.screens.is_empty() && self.detail != Detail::Empty;
        if !self.stacks_detail {
            self.forget_screen_behind_details();
        }
        if self.focus != Pane::Detail {
            self.focus_below = self.focus;
        }
        self.focus = Pane::Detail;
        vec![effect.into()]
    }

    /// Shows something that was loaded in the detail pane, which shows something else.
    pub fn show_detail(&mut self, detail: Detail) {
        let before = std::mem::replace(&mut self.detail, detail);
        if std::mem::take(&mut self.stacks_detail) {
            self.details_below.push(before);
        } else {
            self.details_below.clear();
        }
    }

    /// Goes back to what the detail pane showed before, or to the screen or pane that the detail was opened from.
    pub fn close_detail(&mut self) {
        self.stacks_detail = false;
        self.detail = self.details_below.pop().unwrap_or(Detail::Empty);
        if self.detail == Detail::Empty {
            self.focus = self.focus_below;
        }
        let open = self.details_below.len() + usize::from(self.detail != Detail::Empty);
        if self.hidden.as_ref().is_some_and(|hidden| matches!(hidden.until, Until::Details(below) if below >= open)) {
            self.screens.extend(self.hidden.take().map(|hidden| hidden.screen));
        }
    }

    /// Shows a notice in the footer.
    pub fn show_notice(&mut self, text: impl Into<String>) -> Vec<Effect> {
        self.notice = Some(Notice { text: text.into(), error: false });
        vec![]
    }

    /// Shows an error in the footer.
    pub fn show_error(&mut self, text: impl Into<String>) -> Vec<Effect> {
        self.notice = Some(Notice { text: text.into(), error: true });
        vec![]
    }

    /// Refuses an action because the database is read-only.
    pub fn refuse_write(&mut self) -> Vec<Effect> {
        self.show_error("read-only database: nothing can be changed")
    }

    /// Loads a screen for the active user, if there is one.
    #[must_use]
    pub fn load_screen(&self, name: ScreenName) -> Option<Effect> {
        self.active.as_ref().map(|user| StoreEffect::LoadScreen(user.id, name).into())
    }

    /// Opens the user picker for an action that needs an active user.
    pub fn ask_for_user(&mut self) -> Vec<Effect> {
        self.next_action = Some(Action::Show(ScreenName::USER_PICKER));
        vec![]
    }
}

impl Tab {
    /// Makes a timeline of which nothing is loaded yet.
    #[must_use]
    pub fn new(timeline: Timeline) -> Self {
        Self {
            timeline,
            is_pinned: false,
            name: None,
            list: List::default(),
            newest: None,
            fresh: 0,
            reveals_above: false,
            has_newer: false,
            arrived: Arrival::BEFORE_ALL,
            late: Vec::new(),
            late_after: Arrival::BEFORE_ALL,
            unread: 0,
            read: ReadState::default(),
            read_before: ReadState::default(),
            visited: BTreeSet::new(),
            opened: false,
            unread_only: false,
            viewed: None,
            saved_position: None,
            last_position: None,
        }
    }

    /// Takes the dots away from the posts that were read meanwhile.
    pub fn renew_dots(&mut self) {
        self.read_before.clone_from(&self.read);
        self.visited.clear();
    }
}
