//! What the users look like who are seen.

use std::collections::BTreeSet;

use crate::model::{Post, UserId};
use crate::tui::images::avatars::ImageProtocol;
use crate::tui::layout::{self, areas};
use crate::tui::list::List;
use crate::tui::state::{Detail, Effect, Overlay, State, WorkerEffect};

/// A post and the blank line below it take at least so many lines.
const LOWEST: usize = 3;

/// Asks what those look like who came into view.
pub(super) fn look(state: &mut State) -> Option<Effect> {
    let drawn = state.avatars.protocol();
    if drawn == ImageProtocol::None {
        return None;
    }
    let seen = seen(state);
    state.avatars.request(seen).map(|asked| Effect::Worker(WorkerEffect::LoadAvatars(asked, drawn)))
}

/// Whose pictures may stand on the screen.
fn seen(state: &State) -> BTreeSet<UserId> {
    let areas = areas(state);
    let mut seen = BTreeSet::new();
    if let Some(Overlay::Search(search)) = &state.overlay {
        seen.extend(shown(&search.found, layout::search(state.size).height).map(|post| post.author));
    }
    if let (Some(area), Some(tab)) = (areas.timeline, state.current()) {
        seen.extend(shown(&tab.list, area.height).map(|post| post.author));
    }
    match (areas.detail, &state.detail) {
        (Some(area), Detail::Thread(thread)) => {
            let posts = shown(&thread.list, area.height).filter_map(|row| thread.places.get(row.at)?.post.as_ref());
            seen.extend(posts.map(|post: &Post| post.author));
        }
        (Some(_), Detail::Profile(profile)) => drop(seen.insert(profile.user.id)),
        _ => {}
    }
    seen
}

/// The items of a list that may stand in so many lines.
fn shown<T>(list: &List<T>, rows: u16) -> impl Iterator<Item = &T> {
    list.items.iter().skip(list.top).take(usize::from(rows) / LOWEST + 2)
}
