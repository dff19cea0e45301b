//! The detail pane: what it shows, and what it goes back to.

use super::{Effect, Pane, State, StoreEffect, Until};
use crate::model::{FollowCounts, Post, PostId, Relation, Revision, Subscription, User};
use crate::tui::thread::Thread;

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

#[cfg(test)]
impl Profile {
    /// Makes the profile of a user about whom nothing is known, for tests.
    pub fn empty(user: User) -> Self {
        Self {
            user,
            numbers: FollowCounts { following: 0, followers: 0 },
            relation: None,
            tags: vec![],
            activity: vec![],
            pinned: vec![],
            feed: None,
            scroll: 0,
        }
    }
}

impl State {
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
}
