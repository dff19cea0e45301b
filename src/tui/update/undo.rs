//! Undoable actions: performing, undoing and redoing them.

use crate::model::{Nickname, Post, UserId};
use crate::tui::state::{Direction, Effect, Importing, State, Step, StoreEffect, UndoableAction, WorkerEffect};

/// Performs an action for the active user.
pub fn perform(state: &mut State, action: UndoableAction) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![StoreEffect::Perform(user.id, Direction::Do, action).into()],
        None => state.ask_for_user(),
    }
}

/// Performs an action on the selected post.
pub(super) fn on_post(state: &mut State, action: impl FnOnce(&Post) -> UndoableAction) -> Vec<Effect> {
    match state.selected().map(action) {
        Some(action) => perform(state, action),
        None => select_post_first(state),
    }
}

/// Says why an action on a post does nothing.
pub fn select_post_first(state: &mut State) -> Vec<Effect> {
    state.show_notice("select a post first")
}

/// Performs an action on the selected user, or on the one whose profile is shown.
pub(in crate::tui) fn on_user(
    state: &mut State,
    action: impl FnOnce(UserId, Nickname) -> UndoableAction,
) -> Vec<Effect> {
    match state.user_here().map(|user| action(user.id, user.nickname.clone())) {
        Some(action) => perform(state, action),
        None => state.show_notice("select a user first"),
    }
}

/// Returns the notice of the action that a step undoes or redoes; it names the user if that is not the active one.
#[must_use]
pub(super) fn label(state: &State, step: &Step) -> String {
    match state.local_users().find(|user| user.id == step.user && !state.is_active(user.id)) {
        Some(user) => format!("{} (@{})", step.label, user.nickname),
        None => step.label.clone(),
    }
}

/// Undoes the last action, or redoes the one that was undone last.
pub fn step(state: &mut State, direction: Direction) -> Vec<Effect> {
    let redo = direction == Direction::Redo;
    let stack = if redo { &state.history.redo } else { &state.history.undo };
    match stack.last() {
        Some(step) if step.action.is_slow() => {
            let (user, action) = (step.user, step.action.clone());
            let path = format!("{}: {}", if redo { "redoing" } else { "undoing" }, label(state, step));
            state.importing = Some(Importing { path, posts: 0, spinner_frame: 0, stopping: false, undoes: true });
            vec![WorkerEffect::ReverseImport(user, direction, action).into()]
        }
        Some(step) => vec![StoreEffect::Perform(step.user, direction, step.action.clone()).into()],
        None => state.show_notice(if redo { "nothing to redo" } else { "nothing to undo" }),
    }
}
