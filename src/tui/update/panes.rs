//! How wide the panes are, and whether one knows what they are for.

use super::say;
use crate::model::Panes;
use crate::tui::layout::areas;
use crate::tui::state::{Effect, Pane, State, StoreEffect};

/// How many columns a pane grows at a time.
pub(super) const STEP: i16 = 2;

/// Moves the rule beside the pane that has the keys, as far as both panes can bear.
pub(super) fn resize(state: &mut State, by: i16) -> Vec<Effect> {
    let before = areas(state);
    let shown = [before.users, before.timeline, before.detail].into_iter().flatten().count();
    if shown < 2 {
        return say(state, "there is one pane: a wider window shows more of them");
    }
    let panes = state.panes;
    match state.focus {
        Pane::Users => state.panes.users += by,
        Pane::Timeline if before.detail.is_some() => state.panes.timeline += by,
        Pane::Timeline => state.panes.users -= by,
        Pane::Detail => state.panes.timeline -= by,
    }
    // What would not show is not counted either, or it would have to be taken back first.
    if areas(state) == before {
        state.panes = panes;
    }
    vec![]
}

/// Takes in how wide they were made before.
pub(super) fn loaded(state: &mut State, panes: Panes) -> Vec<Effect> {
    (state.panes, state.saved_panes) = (panes, panes);
    vec![]
}

/// Keeps how wide they are, once that changed.
pub(super) fn keep(state: &mut State) -> Option<Effect> {
    if state.panes == state.saved_panes || state.read_only {
        return None;
    }
    state.saved_panes = state.panes;
    Some(Effect::Store(StoreEffect::SavePanes(state.panes)))
}

/// Keeps that something stood in the detail pane, once.
pub(super) fn keep_explored(state: &mut State) -> Option<Effect> {
    if !state.detail_used || state.detail_used_saved || state.read_only {
        return None;
    }
    let user = state.active.as_ref()?.id;
    state.detail_used_saved = true;
    Some(Effect::Store(StoreEffect::SaveDetailUsed(user)))
}
