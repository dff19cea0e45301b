//! All that the screens are: plain comparable data. It knows nothing of the store, the terminal or the
//! clock; `update` changes it and [`view`](super::view) draws it.

mod compose;
mod deeds;
mod messages;
mod overlay;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::images::avatars::AvatarCache;
use super::keys::{Key, Keymap};
use super::list::List;
use super::measure::WrapCache;
use super::thread::Thread;
pub use compose::{Completion, Compose, Editing, Editor, Suggestion};
pub use deeds::{Direction, History, Step, UndoableAction};
pub use messages::{Action, DraftMerge, Effect, Message, SettingsEffect, StoreEffect, TerminalEffect, WorkerEffect};
pub use overlay::{
    Command, Commands, Counted, Does, DraftConflict, DraftRow, Filtering, Help, Import, ImportSummary, Offer, Offered,
    Overlay, Parts, Picker, Search, Welcome,
};

use crate::config::Settings;
use crate::model::{FollowCounts, Panes, Post, PostId, Relation, Revision, Timeline, Timestamp, User, UserId};
use crate::text::Confusables;

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
    pub confusables: Confusables,
    /// The timelines that are open: those of the active user, and perhaps one opened by hand.
    pub tabs: Vec<Tab>,
    /// Which of them is shown.
    pub tab: usize,
    /// Which of them was shown before the one opened by hand.
    pub previous_tab: usize,
    /// The timelines of other users who were active before, and which was shown; their places are kept so.
    pub parked: Vec<(UserId, Vec<Tab>, usize)>,
    /// What stands in the detail pane.
    pub detail: Detail,
    /// Something stood there once: how to bring it there need not be told any more.
    pub detail_used: bool,
    /// The store knows that.
    pub detail_used_saved: bool,
    /// Which pane the keys go to.
    pub focus: Pane,
    /// How wide the panes are.
    pub panes: Panes,
    /// How wide the store knows them to be.
    pub saved_panes: Panes,
    /// The post being written.
    pub compose: Option<Compose>,
    /// What the worker does takes long: which picture of the sign that says so is shown.
    pub spinner_frame: Option<u128>,
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
    /// What the users look like who are seen.
    pub avatars: AvatarCache,
    /// The posts that were wrapped for the screen.
    pub wrapped: WrapCache,
    /// How much is unread.
    pub unread: Unread,
    /// What can be undone and done again.
    pub history: History,
    /// What the person chose.
    pub settings: Settings,
    /// What the keys do.
    pub keymap: Arc<Keymap>,
    /// The first of two keys, pressed just now.
    pub pending_chord: Option<Key>,
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
    pub read_line: Option<Timestamp>,
    /// Both are known.
    pub opened: bool,
    /// The oldest and the newest post of what was on the screen in one go.
    pub viewed: Option<(Timestamp, Timestamp)>,
    /// Where the reader is, as it was kept last; none for the newest post.
    pub saved_position: Option<Timestamp>,
    /// Where they were a moment ago.
    pub last_position: Option<Timestamp>,
}

/// How much is unread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    /// Of each timeline, and up to where it was read.
    pub timelines: Vec<(Timeline, usize, Option<Timestamp>)>,
    /// At home, for each of the users that are seen.
    pub homes: Vec<(UserId, usize)>,
    /// Of what the active user was told.
    pub notifications: usize,
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
        versions: Vec<Revision>,
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
    pub numbers: FollowCounts,
    /// What they and the reader are to each other; none for oneself, or where nobody is active.
    pub relation: Option<Relation>,
    /// The tags that they write most, and how often.
    pub tags: Vec<(String, u64)>,
    /// How many posts they wrote on each day of the last year, days counted from 1970; days without are left out.
    pub activity: Vec<(i64, u32)>,
    /// How many of its lines are above the pane.
    pub scroll: usize,
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
            confusables: Confusables::default(),
            tabs: vec![Tab::new(Timeline::All)],
            tab: 0,
            previous_tab: 0,
            parked: Vec::new(),
            detail: Detail::Empty,
            detail_used: false,
            detail_used_saved: false,
            focus: Pane::Timeline,
            panes: Panes::default(),
            saved_panes: Panes::default(),
            compose: None,
            spinner_frame: None,
            searches: 0,
            importing: None,
            overlay: None,
            notice: None,
            warned: BTreeSet::new(),
            avatars: AvatarCache::default(),
            wrapped: WrapCache::default(),
            unread: Unread::default(),
            history: History::default(),
            settings: Settings::default(),
            keymap: Keymap::plain(),
            pending_chord: None,
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
            read_line: None,
            opened: false,
            viewed: None,
            saved_position: None,
            last_position: None,
        }
    }
}
