//! Marking posts, and what acts on all marked posts at once.

use crate::model::{OwnReactions, Post, PostId};
use crate::text::clean;
use crate::tui::keys::Action;
use crate::tui::measure::thread::post_of;
use crate::tui::state::{Detail, Effect, Pane, State, UndoableAction};
use crate::tui::update::{focus, links, undo};

/// Returns the posts that an action is about: the marked ones, or else the selected one.
#[must_use]
pub fn chosen(state: &State) -> Vec<Post> {
    if state.marked.is_empty() { state.selected().cloned().into_iter().collect() } else { state.marked.clone() }
}

/// Marks or unmarks posts as an action asks.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(selected) = state.selected().cloned() else { return undo::select_post_first(state) };
    match action {
        Action::MarkRange => mark_range(state, &selected),
        Action::MarkAuthor => mark_author(state, &selected),
        _ => {
            let marked = state.marked.len();
            state.marked.retain(|post| post.id != selected.id);
            if state.marked.len() == marked {
                state.marked.push(selected);
            }
            focus::step(state, Action::Down)
        }
    }
}

/// Marks the posts between the one that was marked last and the selected one, and both of them.
fn mark_range(state: &mut State, selected: &Post) -> Vec<Effect> {
    let posts = loaded(state);
    let at = |id: PostId| posts.iter().position(|post| post.id == id);
    let anchor = state.marked.last().and_then(|last| at(last.id));
    let (Some(from), Some(to)) = (anchor, at(selected.id)) else {
        return state.show_notice("mark the first post of the range, then go to the last one");
    };
    // The selected post becomes the last one marked, so that the next range starts at it.
    let range: Vec<Post> = if from <= to {
        posts[from..=to].iter().map(|post| (*post).clone()).collect()
    } else {
        posts[to..=from].iter().rev().map(|post| (*post).clone()).collect()
    };
    add(state, range);
    vec![]
}

/// Marks the loaded posts of the selected post's author, or unmarks them if all of them are marked.
fn mark_author(state: &mut State, selected: &Post) -> Vec<Effect> {
    let posts: Vec<Post> = loaded(state).into_iter().filter(|post| post.author == selected.author).cloned().collect();
    if posts.iter().all(|post| state.is_marked(post.id)) {
        state.marked.retain(|marked| posts.iter().all(|post| post.id != marked.id));
    } else {
        add(state, posts);
    }
    vec![]
}

/// Marks posts that are not marked yet.
fn add(state: &mut State, posts: Vec<Post>) {
    for post in posts {
        state.marked.retain(|marked| marked.id != post.id);
        state.marked.push(post);
    }
}

/// Returns the loaded posts of the focused pane, from top to bottom.
fn loaded(state: &State) -> Vec<&Post> {
    match (&state.detail, state.focus) {
        (Detail::Thread(thread), Pane::Detail) => {
            thread.list.items.iter().filter_map(|row| post_of(thread, row)).collect()
        }
        _ => state.current().map(|tab| tab.list.items.iter().collect()).unwrap_or_default(),
    }
}

/// Unmarks all posts; returns false if none was marked.
pub(super) fn clear(state: &mut State) -> bool {
    !std::mem::take(&mut state.marked).is_empty()
}

/// Sets or removes a reaction on the chosen posts: it is removed only if all of them have it.
pub(super) fn react(
    state: &mut State,
    has: impl Fn(&OwnReactions) -> bool,
    action: impl FnOnce(Vec<PostId>, bool) -> UndoableAction,
) -> Vec<Effect> {
    let posts = chosen(state);
    if posts.is_empty() {
        return undo::select_post_first(state);
    }
    let on = posts.iter().any(|post| !has(&post.own_reactions));
    // Only those that change are in the action, so that undo restores exactly what was there.
    let ids = posts.iter().filter(|post| has(&post.own_reactions) != on).map(|post| post.id).collect();
    if state.active.is_some() {
        state.marked.clear();
    }
    undo::perform(state, action(ids, on))
}

/// Pins the chosen posts to the profile of their author, or unpins them if all of them are pinned.
pub(super) fn pin(state: &mut State) -> Vec<Effect> {
    let ids: Vec<PostId> = chosen(state).iter().map(|post| post.id).collect();
    if ids.is_empty() {
        return undo::select_post_first(state);
    }
    if state.active.is_some() {
        state.marked.clear();
    }
    undo::perform(state, UndoableAction::Pin(ids, None))
}

/// Copies the texts of the chosen posts.
pub(super) fn copy(state: &mut State) -> Vec<Effect> {
    let posts = chosen(state);
    let name = match posts.len() {
        0 => return undo::select_post_first(state),
        1 => "text".to_owned(),
        many => format!("the texts of {many} posts"),
    };
    let texts: Vec<_> = posts.iter().map(|post| clean(post.body.as_str())).collect();
    links::copy_text(state, &name, texts.join("\n\n"))
}
