//! Texts that their authors warn of: folded until one asks for them, and for as long as the program runs.

use super::say;
use crate::model::{Collapse, Post};
use crate::tui::state::{Detail, Effect, State};

/// Shows the text of the post under the cursor in spite of its warning, or folds it again.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected().filter(|post| warning(post).is_some()) else {
        return say(state, "nobody warns of this post");
    };
    let id = post.id;
    if !state.warned.remove(&id) {
        state.warned.insert(id);
    }
    vec![]
}

fn warning(post: &Post) -> Option<&str> {
    post.origin.as_ref()?.warning.as_deref()
}

/// Folds the posts that are seen, or does not, as was asked; pages that come anew come folded.
pub(super) fn settle(state: &mut State) {
    let listed = state.tabs.get_mut(state.tab).into_iter().flat_map(|tab| &mut tab.list.items);
    let threaded = match &mut state.detail {
        Detail::Thread(thread) => thread.places.as_mut_slice(),
        _ => &mut [],
    };
    for post in listed.chain(threaded.iter_mut().filter_map(|place| place.post.as_mut())) {
        if matches!(post.folded, Some(Collapse::Filter(_))) {
            continue;
        }
        let shown = state.warned.contains(&post.id);
        match warning(post) {
            Some(_) if shown => post.folded = None,
            Some(warning) if post.folded.is_none() => post.folded = Some(Collapse::Warning(warning.to_owned())),
            _ => {}
        }
    }
}
