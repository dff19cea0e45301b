//! Numbers of many posts: asked for, shown, scrolled.

use super::movement;
use crate::model::Stats;
use crate::tui::layout;
use crate::tui::state::{Action, Counted, Detail, Effect, Overlay, Pane, State, WorkerEffect};
use crate::tui::view::stats;

/// Asks for the numbers of the user under the cursor; where there is none, of everybody.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let of = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.users.selected().cloned(),
        (Pane::Detail, Detail::Profile(profile)) => Some(profile.user.clone()),
        _ => None,
    };
    state.searches += 1;
    let number = state.searches;
    state.overlay = Some(Overlay::Stats(Box::new(Counted { number, of: of.clone(), found: None, scroll: 0 })));
    vec![Effect::Worker(WorkerEffect::LoadStats { number, of })]
}

/// Takes them in, unless something else was asked for since.
pub(super) fn counted(state: &mut State, number: u64, found: Box<Stats>) -> Vec<Effect> {
    if let Some(Overlay::Stats(shown)) = &mut state.overlay
        && shown.number == number
    {
        shown.found = Some(*found);
    }
    vec![]
}

/// Scrolls or closes them.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let area = layout::list(state.size);
    let Some(Overlay::Stats(shown)) = &state.overlay else { return vec![] };
    let all = shown.found.as_ref().map_or(0, |found| stats::height(found, state, area.width));
    let scroll = movement::scrolled(shown.scroll, action, usize::from(area.height), all);
    match (action, &mut state.overlay) {
        (Action::Close | Action::Accept, _) => state.overlay = None,
        (_, Some(Overlay::Stats(shown))) => shown.scroll = scroll,
        _ => {}
    }
    vec![]
}
