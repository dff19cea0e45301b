//! Posts with a content warning: collapsed until they are shown, and shown for as long as the program runs.

use super::undo;
use crate::model::{Collapse, Post};
use crate::tui::state::{Detail, Effect, State};

/// Shows or hides the selected post if it has a content warning.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return undo::select_post_first(state) };
    if warning(post).is_none() {
        return state.show_notice("this post has no content warning");
    }
    let id = post.id;
    if !state.warned.remove(&id) {
        state.warned.insert(id);
    }
    vec![]
}

fn warning(post: &Post) -> Option<&str> {
    post.origin.as_ref()?.warning.as_deref()
}

/// Collapses the visible posts with a warning, but for those that are shown. Pages that are loaded come collapsed.
pub(super) fn apply(state: &mut State) {
    let listed = state.tabs.get_mut(state.tab).into_iter().flat_map(|tab| &mut tab.list.items);
    let threaded = match &mut state.detail {
        Detail::Thread(thread) => thread.nodes.as_mut_slice(),
        _ => &mut [],
    };
    for post in listed.chain(threaded.iter_mut().filter_map(|node| node.post.as_mut())) {
        if matches!(post.collapsed, Some(Collapse::Filter(_))) {
            continue;
        }
        let shown = state.warned.contains(&post.id);
        match warning(post) {
            Some(_) if shown => post.collapsed = None,
            Some(warning) if post.collapsed.is_none() => post.collapsed = Some(Collapse::Warning(warning.to_owned())),
            _ => {}
        }
    }
}
