//! The widths of the panes, and whether the detail pane was ever used.

use crate::model::Panes;
use crate::tui::keys::{self, Action};
use crate::tui::layout::areas;
use crate::tui::state::{Effect, Pane, State, StoreEffect};

/// How many columns a pane grows at a time.
pub(super) const STEP: i16 = 2;

/// Moves the divider beside the focused pane, as far as both panes allow.
pub(super) fn resize(state: &mut State, by: i16) -> Vec<Effect> {
    let before = areas(state);
    let shown = [before.users, before.timeline, before.detail].into_iter().flatten().count();
    if shown < 2 {
        let zoom = keys::of(state, Action::ZoomPane);
        return state.show_notice(match state.zoomed {
            true => format!("only one pane is shown; {zoom} shows all panes again"),
            false => "only one pane is shown: a wider window shows more".to_owned(),
        });
    }
    let panes = state.panes;
    match state.focus {
        Pane::Users => state.panes.users += by,
        Pane::Timeline if before.detail.is_some() => state.panes.timeline += by,
        Pane::Timeline => state.panes.users -= by,
        Pane::Detail => state.panes.timeline -= by,
    }
    // A change without effect is not counted, or it would have to be undone first.
    if areas(state) == before {
        state.panes = panes;
    }
    vec![]
}

/// Shows the focused pane alone, or all panes again.
pub(super) fn zoom(state: &mut State) -> Vec<Effect> {
    let before = areas(state);
    state.zoomed = !state.zoomed;
    if !state.zoomed {
        return vec![];
    }
    if areas(state) == before {
        state.zoomed = false;
        return state.show_notice("only one pane fits into this window");
    }
    let key = keys::of(state, Action::ZoomPane);
    state.show_notice(format!("zoomed; {key} shows all panes again"))
}

/// Applies the saved widths.
pub(super) fn loaded(state: &mut State, panes: Panes) -> Vec<Effect> {
    (state.panes, state.saved_panes) = (panes, panes);
    vec![]
}

/// Saves the widths if they changed.
pub(super) fn save(state: &mut State) -> Option<Effect> {
    if state.panes == state.saved_panes || state.read_only {
        return None;
    }
    state.saved_panes = state.panes;
    Some(StoreEffect::SavePanes(state.panes).into())
}

/// Saves once that the detail pane was used.
pub(super) fn save_detail_used(state: &mut State) -> Option<Effect> {
    if !state.detail_used || state.detail_used_saved || state.read_only {
        return None;
    }
    let user = state.active.as_ref()?.id;
    state.detail_used_saved = true;
    Some(StoreEffect::SaveDetailUsed(user).into())
}
