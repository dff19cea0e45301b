//! The detail pane: threads, profiles and edit histories.

use super::pages;
use super::undo::select_post_first;
use crate::model::{PostId, Revision, ThreadNode, Timeline, User};
use crate::tui::state::{Detail, Effect, Pane, Profile, State, StoreEffect};
use crate::tui::thread::{Reactions, Thread};

/// Opens what is under the cursor: the thread of a post, or the posts and the profile of a user.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let user = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.users.selected().cloned(),
        (Pane::Detail, Detail::Profile(profile)) => Some(profile.user.clone()),
        _ => None,
    };
    if let Some(user) = user {
        return open_user(state, &user);
    }
    let Some(id) = state.selected().map(|post| post.id) else {
        return if state.focus == Pane::Detail { collapse(state, false) } else { vec![] };
    };
    load_thread(state, id)
}

fn open_user(state: &mut State, user: &User) -> Vec<Effect> {
    let mut effects = pages::open_timeline(state, Timeline::User(user.id, user.nickname.clone()));
    effects.push(StoreEffect::LoadProfile(user.id).into());
    effects
}

/// Loads the thread of a post into the detail pane.
pub(super) fn load_thread(state: &mut State, id: PostId) -> Vec<Effect> {
    state.load_detail(StoreEffect::LoadThread(id))
}

/// Opens the profile of the author of the selected post.
pub(super) fn open_profile(state: &mut State) -> Vec<Effect> {
    let Some(author) = state.selected().map(|post| post.author) else { return select_post_first(state) };
    state.load_detail(StoreEffect::LoadProfile(author))
}

/// Opens the edit history of the selected post.
pub(super) fn open_history(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return select_post_first(state) };
    let id = post.id;
    if post.edited_at.is_none() {
        return state.show_notice(format!("{id} was never edited"));
    }
    state.load_detail(StoreEffect::LoadEditHistory(id))
}

/// Shows a loaded thread; one that is loaded again keeps its collapsed branches and its cursor.
pub(super) fn thread_loaded(state: &mut State, of: PostId, nodes: Vec<ThreadNode>) -> Vec<Effect> {
    match &mut state.detail {
        Detail::Thread(thread) if thread.of == of => thread.renew(nodes),
        _ => state.show_detail(Detail::Thread(Box::new(Thread::new(of, nodes)))),
    }
    let Detail::Thread(thread) = &state.detail else { return vec![] };
    let opened = thread.places.iter().find(|node| node.id == of).and_then(|node| node.post.as_ref());
    // Most posts have no reactions to load.
    let reacted = opened.filter(|post| post.likes + post.boosts > 0);
    reacted.map(|post| StoreEffect::LoadReactions(post.id).into()).into_iter().collect()
}

/// Shows the users who reacted to the post that the thread was opened for.
pub(super) fn reactions_loaded(state: &mut State, of: PostId, reactions: Reactions) -> Vec<Effect> {
    match &mut state.detail {
        Detail::Thread(thread) if thread.of == of => thread.reactions = reactions,
        _ => {}
    }
    vec![]
}

/// Shows a loaded profile; one that is loaded again keeps its scroll position.
pub(super) fn profile_loaded(state: &mut State, mut profile: Box<Profile>) -> Vec<Effect> {
    match &mut state.detail {
        Detail::Profile(before) if before.user.id == profile.user.id => {
            profile.scroll = before.scroll;
            *before = profile;
        }
        _ => state.show_detail(Detail::Profile(profile)),
    }
    vec![]
}

/// Shows a loaded edit history; one that is loaded again keeps its scroll position.
pub(super) fn history_loaded(state: &mut State, of: PostId, revisions: Vec<Revision>) -> Vec<Effect> {
    match &mut state.detail {
        Detail::History { of: before, revisions: shown, .. } if *before == of => *shown = revisions,
        _ => state.show_detail(Detail::History { of, revisions, scroll: 0 }),
    }
    vec![]
}

/// Collapses or expands the replies to the post under the cursor.
pub(super) fn collapse(state: &mut State, collapse: bool) -> Vec<Effect> {
    if let Detail::Thread(thread) = &mut state.detail {
        if collapse {
            thread.fold();
        } else {
            thread.unfold();
        }
    }
    vec![]
}
