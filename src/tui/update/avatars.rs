//! Loads the avatars of visible users.

use std::collections::BTreeSet;

use crate::model::{Post, UserId};
use crate::tui::images::avatars::ImageProtocol;
use crate::tui::layout::areas;
use crate::tui::measure::post::MIN_LINES;
use crate::tui::state::{Detail, Effect, State, WorkerEffect};

/// Loads the avatars of users who became visible.
pub(super) fn load_visible(state: &mut State) -> Option<Effect> {
    let drawn = state.avatars.protocol();
    if drawn == ImageProtocol::None {
        return None;
    }
    let visible = visible(state);
    state.avatars.request(visible).map(|asked| WorkerEffect::LoadAvatars(asked, drawn).into())
}

/// Returns the users whose avatars may be on the screen.
fn visible(state: &State) -> BTreeSet<UserId> {
    let areas = areas(state);
    let mut visible = BTreeSet::new();
    visible.extend(state.screens.iter().flat_map(|screen| screen.visible_users(state)));
    if let (Some(area), Some(tab)) = (areas.timeline, state.current()) {
        visible.extend(tab.list.visible(area.height, MIN_LINES).map(|post| post.author));
    }
    match (areas.detail, &state.detail) {
        (Some(area), Detail::Thread(thread)) => {
            let posts =
                thread.list.visible(area.height, MIN_LINES).filter_map(|row| thread.nodes.get(row.at)?.post.as_ref());
            visible.extend(posts.map(|post: &Post| post.author));
        }
        (Some(_), Detail::Profile(profile)) => drop(visible.insert(profile.user.id)),
        _ => {}
    }
    visible
}
