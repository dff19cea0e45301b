//! Loads the avatars of visible users.

use std::collections::BTreeSet;

use crate::model::{Post, UserId};
use crate::tui::images::avatars::ImageProtocol;
use crate::tui::layout::{self, areas};
use crate::tui::list::List;
use crate::tui::screens::search::Search;
use crate::tui::state::{Detail, Effect, State, WorkerEffect};

/// A post and the blank line below it take at least this many lines.
const MIN_POST_LINES: usize = 3;

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
    if let Some(search) = state.screen::<Search>() {
        visible.extend(shown(&search.found, layout::search(state.size).height).map(|post| post.author));
    }
    if let (Some(area), Some(tab)) = (areas.timeline, state.current()) {
        visible.extend(shown(&tab.list, area.height).map(|post| post.author));
    }
    match (areas.detail, &state.detail) {
        (Some(area), Detail::Thread(thread)) => {
            let posts = shown(&thread.list, area.height).filter_map(|row| thread.places.get(row.at)?.post.as_ref());
            visible.extend(posts.map(|post: &Post| post.author));
        }
        (Some(_), Detail::Profile(profile)) => drop(visible.insert(profile.user.id)),
        _ => {}
    }
    visible
}

/// Returns the items of a list that may be visible in so many lines.
fn shown<T>(list: &List<T>, rows: u16) -> impl Iterator<Item = &T> {
    list.items.iter().skip(list.top).take(usize::from(rows) / MIN_POST_LINES + 2)
}
