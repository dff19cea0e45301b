//! Loads again what is shown and may have changed.

use crate::tui::screens::timeline::{pages, unread};
use crate::tui::state::{Detail, Effect, State, StoreEffect, WorkerEffect};

/// Loads everything that is shown again, avatars included, because another process may have changed it.
pub(super) fn refresh_all(state: &mut State) -> Vec<Effect> {
    state.avatars.invalidate();
    refresh(state)
}

/// Loads all panes again.
pub fn refresh(state: &State) -> Vec<Effect> {
    let mut effects = vec![WorkerEffect::LoadUsers.into()];
    effects.extend(pages::reload(state));
    effects.extend(unread::count(state));
    effects.extend(detail(state));
    effects
}

/// Loads what the detail pane shows again.
#[must_use]
pub fn detail(state: &State) -> Option<Effect> {
    let detail = match &state.detail {
        Detail::Thread(thread) => Some(StoreEffect::LoadThread(thread.of)),
        Detail::Profile(profile) => Some(StoreEffect::LoadProfile(profile.user.id)),
        Detail::History { of, .. } => Some(StoreEffect::LoadEditHistory(*of)),
        Detail::Empty => None,
    };
    detail.map(Effect::from)
}
