//! Timelines that are a step away: the tags of the post under the cursor, what its author wrote, answered and likes,
//! and the searches that were kept.

use super::{deeds, refuse, say};
use crate::model::{SavedSearch, Timeline};
use crate::text::tags;
use crate::tui::list::List;
use crate::tui::state::{
    Action, Detail, Direction, Effect, Offer, Offered, Overlay, Pane, State, StoreEffect, UndoableAction,
};

/// Asks for the searches that the active user keeps; with them all is offered.
pub(super) fn ask(state: &mut State) -> Vec<Effect> {
    match &state.active {
        Some(user) => vec![Effect::Store(StoreEffect::LoadSavedSearches(user.id))],
        None => offer(state, vec![]),
    }
}

/// Offers what there is; in a list that is shown already the cursor stays.
pub(super) fn offer(state: &mut State, searches: Vec<SavedSearch>) -> Vec<Effect> {
    let cursor = match &state.overlay {
        Some(Overlay::Offer(shown)) => shown.list.cursor,
        _ => 0,
    };
    let mut offered: Vec<Offered> = near(state).into_iter().map(Offered::Timeline).collect();
    offered.extend(searches.into_iter().map(Offered::Saved));
    if offered.is_empty() {
        state.overlay = None;
        // That the last one was forgotten stays said.
        if state.notice.is_none() {
            say(state, "no post here, and no search was kept");
        }
        return vec![];
    }
    let mut list = List::new(offered);
    list.select(cursor);
    state.overlay = Some(Overlay::Offer(Box::new(Offer { title: "open a timeline", list })));
    vec![]
}

/// The timelines of the post or the user under the cursor.
fn near(state: &State) -> Vec<Timeline> {
    let post = state.selected();
    let user = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.users.selected().map(|user| (user.id, &user.nickname)),
        (Pane::Detail, Detail::Profile(profile)) => Some((profile.user.id, &profile.user.nickname)),
        _ => post.map(|post| (post.author, &post.nickname)),
    };
    let mut near: Vec<Timeline> = Vec::new();
    for tag in post.map(|post| tags(post.body.as_str())).unwrap_or_default() {
        let tag = Timeline::Tag(tag.to_owned());
        if near.iter().all(|known| known.key() != tag.key()) {
            near.push(tag);
        }
    }
    if let Some((id, name)) = user {
        near.extend([
            Timeline::User(id, name.clone()),
            Timeline::Replies(id, name.clone()),
            Timeline::Likes(id, name.clone()),
        ]);
    }
    near
}

/// What an action means where timelines are offered, beside moving and taking.
pub(super) fn act(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    let chosen = match &state.overlay {
        Some(Overlay::Offer(shown)) if shown.is_of_timelines() => shown.list.selected().cloned(),
        _ => return None,
    };
    let writes = matches!(action, Action::Delete | Action::Undo | Action::Redo);
    if writes && state.read_only {
        return Some(refuse(state));
    }
    match (action, chosen) {
        (Action::Delete, Some(Offered::Saved(kept))) => {
            Some(deeds::ask(state, UndoableAction::SaveSearch(kept.name, None)))
        }
        (Action::Delete, _) => Some(say(state, "only a search that was kept can be forgotten")),
        (Action::Undo, _) => Some(deeds::again(state, Direction::Undo)),
        (Action::Redo, _) => Some(deeds::again(state, Direction::Redo)),
        _ => None,
    }
}
