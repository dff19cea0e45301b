//! What can be undone: reactions, follows, mutes, deleting; and undoing it.

use super::{fail, pages, people, reading, refresh, say};
use crate::model::{Nickname, PageStart, Post, PostId, UserId};
use crate::tui::keys;
use crate::tui::state::{
    Action, Detail, Direction, Effect, History, Overlay, Pane, State, Step, StoreEffect, UndoableAction,
};

/// Asks for a deed on the active user's behalf.
pub(super) fn ask(state: &mut State, deed: UndoableAction) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![Effect::Store(StoreEffect::Perform(user.id, Direction::Do, deed))],
        None => people::pick(state),
    }
}

/// Asks for what a reaction to the post under the cursor is.
pub(super) fn react(state: &mut State, deed: impl FnOnce(&Post) -> UndoableAction) -> Vec<Effect> {
    match state.selected().map(deed) {
        Some(deed) => ask(state, deed),
        None => vec![],
    }
}

/// Asks for what is done to the user under the cursor, or whose profile is shown.
pub(super) fn relate(state: &mut State, deed: impl FnOnce(UserId, Nickname) -> UndoableAction) -> Vec<Effect> {
    let user = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.users.selected(),
        (Pane::Detail, Detail::Profile(profile)) => Some(&profile.user),
        _ => None,
    };
    match user.map(|user| deed(user.id, user.nickname.clone())) {
        Some(deed) => ask(state, deed),
        None => vec![],
    }
}

/// Asks for the opposite of what was done last, or undone last.
pub(super) fn again(state: &mut State, direction: Direction) -> Vec<Effect> {
    let stack = if direction == Direction::Redo { &state.history.redo } else { &state.history.undo };
    match stack.last() {
        Some(step) => vec![Effect::Store(StoreEffect::Perform(step.user, direction, step.deed.clone()))],
        None => {
            say(state, if direction == Direction::Redo { "nothing was undone" } else { "there is nothing to undo" })
        }
    }
}

/// A deed was done, and another undoes it; or why it was not done.
pub(super) fn done(
    state: &mut State,
    user: UserId,
    direction: Direction,
    result: Result<(UndoableAction, UndoableAction), String>,
) -> Vec<Effect> {
    let step = match direction {
        Direction::Do => None,
        Direction::Undo => state.history.undo.pop(),
        Direction::Redo => state.history.redo.pop(),
    };
    let (did, inverse) = match result {
        Ok(both) => both,
        Err(why) => return fail(state, why),
    };
    let of = step.map_or_else(|| did.done(), |step| step.of);
    if let (UndoableAction::EditPost { id, .. }, Direction::Do) = (&did, direction) {
        state.compose = state.compose.take().filter(|c| c.editing.as_ref().is_none_or(|e| e.post.id != *id));
    }
    let told = match (direction, keys::here(state, Action::Undo)) {
        (Direction::Do, Some(key)) => format!("{of} · {key} undoes it"),
        // It is not done from here: while one searches, that key is a letter of what is typed.
        (Direction::Do, None) => of.clone(),
        (Direction::Undo, _) => format!("undone: {of}"),
        (Direction::Redo, _) => format!("again: {of}"),
    };
    say(state, told);
    remember(&mut state.history, direction, &did, Step { user, deed: inverse, of });
    if let UndoableAction::MarkRead(timeline, seen) = &did {
        reading::marked(state, timeline, *seen);
    }
    if let UndoableAction::DeletePosts(ids) = &did {
        close_thread(state, ids);
    }
    let mut effects = refresh(state);
    if matches!(state.overlay, Some(Overlay::Drafts(_))) {
        effects.push(Effect::Store(StoreEffect::LoadDrafts(user)));
    }
    if matches!(&state.overlay, Some(Overlay::Offer(offer)) if offer.is_of_timelines()) {
        effects.push(Effect::Store(StoreEffect::LoadSavedSearches(user)));
    }
    // What comes back above all that is loaded shows only when the top is loaded anew.
    if matches!(did, UndoableAction::RestorePosts(_))
        && state.current().is_some_and(|tab| !tab.list.more_above && tab.list.top == 0)
    {
        effects.extend(pages::load_current(state, PageStart::Newest));
    }
    effects
}

fn remember(history: &mut History, direction: Direction, did: &UndoableAction, step: Step) {
    match (did, &step.deed) {
        (UndoableAction::RestorePosts(ids), _) => history.deleted.retain(|id| !ids.contains(id)),
        (_, UndoableAction::RestorePosts(ids)) => history.deleted.extend(ids),
        (UndoableAction::EditPost { id, .. }, UndoableAction::EditPost { edits, .. }) => {
            follow_edit(history.undo.iter_mut().chain(&mut history.redo), *id, *edits);
        }
        _ => {}
    }
    match direction {
        Direction::Do => {
            history.redo.clear();
            history.undo.push(step);
        }
        Direction::Undo => history.redo.push(step),
        Direction::Redo => history.undo.push(step),
    }
}

/// An edit counts on from the version it found: what undoes older ones must find the version there now is.
fn follow_edit<'h>(steps: impl Iterator<Item = &'h mut Step>, edited: PostId, now: u32) {
    for step in steps {
        match &mut step.deed {
            UndoableAction::EditPost { id, edits, .. } if *id == edited => *edits = now,
            _ => {}
        }
    }
}

/// A thread goes with the post it was opened for.
fn close_thread(state: &mut State, gone: &[PostId]) {
    if matches!(&state.detail, Detail::Thread(thread) if gone.contains(&thread.of)) {
        state.detail = Detail::Empty;
        state.focus = Pane::Timeline;
    }
}
