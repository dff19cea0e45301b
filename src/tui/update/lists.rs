//! What one was told, and what one was writing: lists over the panes.

use super::{deeds, people, say};
use crate::model::Notification;
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::state::{Action, Direction, DraftRow, Effect, Overlay, Pane, State, StoreEffect, UndoableAction};

/// Asks for what the active user was told.
pub(super) fn ask_for_told(state: &mut State) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![Effect::Store(StoreEffect::LoadNotifications(user.id))],
        None => people::pick(state),
    }
}

/// Shows what they were told; with that they have seen it.
pub(super) fn told(state: &mut State, told: Vec<Notification>) -> Vec<Effect> {
    state.unread.notifications = 0;
    state.overlay = Some(Overlay::Told(Box::new(List::new(told))));
    vec![]
}

/// Asks for what the active user was writing.
pub(super) fn ask_for_drafts(state: &mut State) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![Effect::Store(StoreEffect::LoadDrafts(user.id))],
        None => people::pick(state),
    }
}

/// Shows their drafts; in a list that is shown already the cursor stays.
pub(super) fn drafts(state: &mut State, drafts: Vec<DraftRow>) -> Vec<Effect> {
    let cursor = match &state.overlay {
        Some(Overlay::Drafts(list)) => list.cursor,
        _ => 0,
    };
    let mut list = List::new(drafts);
    list.select(cursor);
    state.overlay = Some(Overlay::Drafts(Box::new(list)));
    vec![]
}

pub(super) fn act_on_told(state: &mut State, action: Action) -> Vec<Effect> {
    let rows = usize::from(layout::list(state.size).height);
    let Some(Overlay::Told(list)) = &mut state.overlay else { return vec![] };
    if super::movement::in_list(list, action, rows, |_, _| 1) {
        return vec![];
    }
    let chosen = list.selected().map(|told| (told.post.as_ref().map(|post| post.id), told.actor));
    state.overlay = None;
    match chosen.filter(|_| action == Action::Accept) {
        Some((post, actor)) => {
            state.focus = Pane::Detail;
            vec![post.map_or(Effect::Store(StoreEffect::LoadProfile(actor)), |id| {
                Effect::Store(StoreEffect::LoadThread(id))
            })]
        }
        None => vec![],
    }
}

pub(super) fn act_on_drafts(state: &mut State, action: Action) -> Vec<Effect> {
    let rows = usize::from(layout::list(state.size).height);
    let Some(Overlay::Drafts(list)) = &mut state.overlay else { return vec![] };
    if super::movement::in_list(list, action, rows, |_, _| 1) {
        return vec![];
    }
    let chosen = list.selected().map(|kept| (kept.purpose, kept.orphaned));
    if state.read_only && action != Action::Close {
        return super::refuse(state);
    }
    match (action, chosen) {
        (Action::Delete, Some((purpose, _))) => return deeds::ask(state, UndoableAction::DiscardDraft(purpose)),
        (Action::Delete, None) => return vec![],
        (Action::Undo, _) => return deeds::again(state, Direction::Undo),
        (Action::Redo, _) => return deeds::again(state, Direction::Redo),
        _ => state.overlay = None,
    }
    let Some((purpose, orphaned)) = chosen.filter(|_| action == Action::Accept) else { return vec![] };
    if orphaned {
        say(state, "its post was deleted: it is a plain draft now");
    }
    state
        .active
        .as_ref()
        .map(|user| Effect::Store(StoreEffect::ResumeDraft(user.id, purpose, orphaned)))
        .into_iter()
        .collect()
}
