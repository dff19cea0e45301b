//! An open timeline, and the reader's position in it.

use std::collections::BTreeSet;

use crate::model::{Arrival, Post, ReadState, Timeline, Timestamp, UserId};
use crate::tui::list::List;

/// How many timelines are always open: home, all, the active user's own, mentions, likes and bookmarks.
pub const FIXED_TABS: usize = 6;

/// Up to this many, new posts are counted exactly.
pub const FRESH_LIMIT: usize = 999;

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
