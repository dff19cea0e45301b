//! The key contexts of the panes.

use super::{Detail, Pane, State};
use crate::tui::keys::Context;

/// The list of users.
pub const USERS: Context = Context("users");
/// The timeline.
pub const TIMELINE: Context = Context("timeline");
/// A thread.
pub const THREAD: Context = Context("thread");
/// A profile.
pub const PROFILE: Context = Context("profile");
/// The edit history of a post.
pub const HISTORY: Context = Context("history");
/// The composer.
pub const COMPOSE: Context = Context("compose");
/// The completion of a word in the composer.
pub const COMPLETION: Context = Context("completion");

/// The panes that show something, with their names in a sentence.
pub const PANES: [(Context, &str); 5] = [
    (TIMELINE, "a timeline"),
    (THREAD, "a thread"),
    (USERS, "the users pane"),
    (PROFILE, "a profile"),
    (HISTORY, "an edit history"),
];

impl State {
    /// Returns the context of the focused pane.
    #[must_use]
    pub fn pane_context(&self) -> Context {
        match (self.focus, &self.detail) {
            (Pane::Users, _) => USERS,
            (Pane::Detail, Detail::Thread(_)) => THREAD,
            (Pane::Detail, Detail::Profile(_)) => PROFILE,
            (Pane::Detail, Detail::History { .. }) => HISTORY,
            (Pane::Timeline, _) | (Pane::Detail, Detail::Empty) => TIMELINE,
        }
    }

    /// Returns the context below the screens: the composer, or the focused pane.
    #[must_use]
    pub fn focused_context(&self) -> Context {
        match &self.compose {
            Some(compose) if compose.completion.is_some() => COMPLETION,
            Some(_) => COMPOSE,
            None => self.pane_context(),
        }
    }
}
