//! What follows when an undoable action was performed: the notice, the undo history, and what is loaded again.

use super::{refresh, switch, undo};
use crate::model::{PageStart, PostId, Purpose, UserId};
use crate::tui::keys::{self, Action, ScreenName};
use crate::tui::labels::timeline_label;
use crate::tui::screens::timeline::{pages, unread};
use crate::tui::state::{Compose, Detail, Direction, Effect, History, State, Step, StoreEffect, UndoableAction};

/// Records an action that was performed and its inverse, or shows why it failed.
pub(super) fn performed(
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
    let was_in_background = step.as_ref().is_some_and(|step| step.action.is_slow());
    if was_in_background {
        state.importing = None;
    }
    let (action, inverse) = match result {
        Ok(both) => both,
        Err(why) if was_in_background => return state.show_result(Err(why)),
        Err(why) => return state.show_error(why),
    };
    if direction == Direction::Do && matches!(action, UndoableAction::MarkNotificationsRead { count: 0, .. }) {
        state.screens.iter_mut().for_each(|screen| screen.performed(&action, &inverse));
        return state.show_notice("these notifications are read already");
    }
    let shown = step.as_ref().map_or_else(|| done(state, &action), |step| undo::label(state, step));
    let label = step.map_or_else(|| done(state, &action), |step| step.label);
    if let (UndoableAction::EditPost { id, .. }, Direction::Do) = (&action, direction) {
        state.compose = state.compose.take().filter(|c| c.editing.as_ref().is_none_or(|e| e.post.id != *id));
    }
    // The composer opens on a text that is a draft again, and there the key of undo types.
    let opens_composer = matches!(action, UndoableAction::Unschedule { to_draft: true, .. });
    let followed = follow_draft(state, user, &action, &inverse);
    let notice = match (direction, keys::here(state, Action::Undo).filter(|_| !opens_composer)) {
        (Direction::Do, Some(key)) => format!("{shown}{} · {key} undoes it", where_listed(state, &action)),
        // Undo has no key here, as in a search, where it is a letter of the query.
        (Direction::Do, None) => shown,
        (Direction::Undo, _) => format!("undone: {shown}"),
        (Direction::Redo, _) => format!("redone: {shown}"),
    };
    if was_in_background {
        state.show_result(Ok(notice))
    } else {
        state.show_notice(notice)
    };
    show_changes(state, &action, &inverse);
    let mut effects = load_changed(state, user, &action);
    effects.extend(followed);
    effects.extend(state.screens.iter().filter_map(|screen| screen.reload(state)));
    remember(&mut state.history, direction, &action, Step { user, action: inverse, label });
    effects
}

/// Shows on the screens what an action changed and is known without loading.
fn show_changes(state: &mut State, action: &UndoableAction, inverse: &UndoableAction) {
    if let (UndoableAction::MarkRead { .. }, UndoableAction::MarkRead { timeline, from: Some(read), .. }) =
        (action, inverse)
    {
        unread::set_read(state, timeline, read);
        let hidden = state.hidden.as_mut().map(|hidden| &mut hidden.screen);
        state.screens.iter_mut().chain(hidden).for_each(|screen| screen.read_changed(timeline, read));
    }
    state.screens.iter_mut().for_each(|screen| screen.performed(action, inverse));
    if let UndoableAction::DeletePosts(ids) = action {
        close_thread(state, ids);
    }
}

/// Loads again what an action changed.
fn load_changed(state: &mut State, user: UserId, action: &UndoableAction) -> Vec<Effect> {
    let mut effects = refresh::refresh(state);
    if matches!(action, UndoableAction::ChangeTab(..) | UndoableAction::SetTabs(_)) {
        effects.extend(switch::load_tabs(state));
    }
    if let UndoableAction::RestorePosts(ids) = action {
        if state.account_of(user).is_some() {
            effects.push(StoreEffect::CheckRestored(user, ids.clone()).into());
        }
        // A post that is restored above all that is loaded appears only when the top is loaded again.
        if state.current().is_some_and(|tab| !tab.list.more_above && tab.list.top == 0) {
            effects.extend(pages::load_current(state, PageStart::Newest));
        }
    }
    effects
}

/// Returns the notice that an action was performed.
fn done(state: &State, action: &UndoableAction) -> String {
    match action {
        UndoableAction::MarkRead { timeline, .. } => {
            let reader = state.active.as_ref().map(|user| user.id);
            format!("marked {} as read", timeline_label(timeline, reader))
        }
        action => action.done(),
    }
}

/// Returns the key that lists what an action added elsewhere, for its notice.
fn where_listed(state: &State, action: &UndoableAction) -> String {
    let is_listed = matches!(action, UndoableAction::Schedule { .. });
    let key = keys::key_of(state, Action::Show(ScreenName::SCHEDULED)).filter(|_| is_listed);
    key.map_or_else(String::new, |key| format!(" · {key} lists them"))
}

/// Opens the draft that posts were taken back into, and closes the composer on one that was sent again.
fn follow_draft(state: &mut State, user: UserId, action: &UndoableAction, inverse: &UndoableAction) -> Option<Effect> {
    match (action, inverse) {
        (UndoableAction::TakeBack { purpose, .. }, _) if state.compose.is_none() => {
            Some(StoreEffect::ResumeDraft(user, *purpose, 0, false).into())
        }
        // The text may have become a draft beside another one.
        (UndoableAction::Unschedule { .. }, UndoableAction::Schedule { reply_to, draft: Some(draft), .. })
            if state.compose.is_none() =>
        {
            Some(StoreEffect::ResumeDraft(user, Purpose::replying_to(*reply_to), draft.slot, false).into())
        }
        (UndoableAction::Schedule { reply_to, draft: Some(draft), .. }, _) => {
            let purpose = Purpose::replying_to(*reply_to);
            let is_it = |compose: &Compose| compose.purpose() == purpose && compose.draft.slot == draft.slot;
            state.compose = state.compose.take().filter(|compose| !is_it(compose));
            None
        }
        (UndoableAction::SendAgain { purpose, text, .. }, _) => {
            let sent = |compose: &Compose| compose.purpose() == *purpose && compose.editor.text() == *text;
            state.compose = state.compose.take().filter(|compose| !sent(compose));
            None
        }
        _ => None,
    }
}

fn remember(history: &mut History, direction: Direction, action: &UndoableAction, step: Step) {
    match (action, &step.action) {
        (UndoableAction::TakeBack { ids, .. }, _) => history.deleted.extend(ids),
        (UndoableAction::RestorePosts(ids) | UndoableAction::SendAgain { ids, .. }, _) => {
            history.deleted.retain(|id| !ids.contains(id))
        }
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

/// Updates the number of edits in all steps of an edited post: each must find the revision that there is now.
fn follow_edit<'h>(steps: impl Iterator<Item = &'h mut Step>, edited: PostId, now: u32) {
    for step in steps {
        match &mut step.action {
            UndoableAction::EditPost { id, edits, .. } if *id == edited => *edits = now,
            _ => {}
        }
    }
}

/// Closes the thread of a post that was deleted on a server, and says so.
pub(super) fn deleted_on_server(state: &mut State, post: PostId, server: &str) -> Vec<Effect> {
    close_thread(state, &[post]);
    state.show_notice(format!("this post was deleted on {server}, and is deleted here too"));
    refresh::refresh(state)
}

/// Closes the thread of a deleted post.
fn close_thread(state: &mut State, deleted: &[PostId]) {
    let is_deleted = |detail: &Detail| matches!(detail, Detail::Thread(thread) if deleted.contains(&thread.of));
    state.details_below.retain(|below| !is_deleted(below));
    if is_deleted(&state.detail) {
        state.close_detail();
    }
}
