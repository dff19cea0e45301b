//! The users of this database.

use crate::model::{User, UserKind};
use crate::tui::state::State;

/// Returns the users who can write posts: those who are not remote, by nickname.
#[must_use]
pub fn local(state: &State) -> Vec<User> {
    state.users.items.iter().filter(|user| user.kind != UserKind::Remote).cloned().collect()
}

/// Returns the index so many steps from another, around the ends.
#[must_use]
pub fn neighbor(at: usize, step: isize, count: usize) -> usize {
    (at as isize + step).rem_euclid(count.max(1) as isize) as usize
}
