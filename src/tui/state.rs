//! The state of the screens: plain comparable data. It knows nothing of the store, the terminal or the clock; `update`
//! changes it and `draw` draws it.

mod compose;
mod detail;
mod effects;
mod messages;
mod notice;
pub mod pane_context;
mod rows;
mod screen;
mod tab;
mod undo;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::images::avatars::AvatarCache;
use super::keys::{Action, Key, Keymap, ScreenName};
use super::list::List;
use super::measure::WrapCache;
pub use compose::{Completion, Compose, Editing, Editor, Suggestion};
pub use detail::{Detail, Profile};
pub use effects::{
    DraftMerge, Effect, FeedSelection, ProfileEdit, SettingsEffect, StoreEffect, TerminalEffect, UnreadRequest,
    WorkerEffect,
};
pub use messages::Message;
pub use notice::{BackgroundResult, Notice};
pub use rows::{DraftConflict, DraftRow, FollowError, Followed, ImportSummary, ListRow, LoadedUsers, UsersRow};
pub use screen::{HiddenScreen, Outcome, Question, Screen, ScreenObject, Until};
pub use tab::{FIXED_TABS, FRESH_LIMIT, ParkedUser, Tab};
pub use undo::{Direction, History, ProfileFields, Step, TabChange, UndoableAction, posted_label};

use crate::config::Settings;
use crate::model::{Account, Audience, Panes, Post, PostId, ReadState, Timeline, Timestamp, User, UserId, UserKind};
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
    /// The result of work in the background, in the footer while no notice is.
    pub result: Option<BackgroundResult>,
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

/// A running import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Importing {
    /// The path of its file.
    pub path: String,
    /// How many posts were read.
    pub posts: u64,
    /// The spinner frame.
    pub spinner_frame: u128,
    /// Whether it was canceled.
    pub stopping: bool,
    /// Whether an import is undone or redone instead.
    pub undoes: bool,
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
            result: None,
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
