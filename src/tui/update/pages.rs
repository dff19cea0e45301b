//! Timelines, threads and profiles: what is loaded, and what is loaded next.

use super::{fail, reading};
use crate::model::{PageStart, Post, PostId, Revision, ThreadNode, Timeline, Timestamp, User};
use crate::tui::list::List;
use crate::tui::state::{Detail, Effect, Overlay, Pane, Profile, State, StoreEffect, Tab};
use crate::tui::thread::{Reactions, Thread};

/// So many timelines are always open: home, everybody's, the active user's own, mentions, likes and bookmarks.
pub(super) const HOME_TABS: usize = 6;
/// This close to the end of what is loaded, more is loaded.
const MARGIN: usize = 20;
/// Most posts that are kept loaded; what is far behind is forgotten.
const KEPT: usize = 600;

/// Loads a place of the timeline that is shown.
pub(super) fn load_current(state: &State, place: PageStart) -> Vec<Effect> {
    state.current().map(|tab| Effect::Store(StoreEffect::LoadPage(tab.timeline.clone(), place))).into_iter().collect()
}

/// Loads the next page when the cursor comes near the end of what is loaded.
pub(super) fn load_near_edge(state: &State) -> Vec<Effect> {
    let Some(Tab { list, .. }) = state.current() else { return vec![] };
    let (Some(first), Some(last)) = (list.items.first(), list.items.last()) else { return vec![] };
    if list.more_below && list.cursor + MARGIN >= list.items.len() {
        load_current(state, PageStart::Before(last.key))
    } else if list.more_above && list.cursor < MARGIN {
        load_current(state, PageStart::After(first.key))
    } else {
        vec![]
    }
}

/// Loads again what is loaded of the timeline that is shown, so that edits and deletes show.
pub(super) fn reload(state: &State) -> Option<Effect> {
    let tab = state.current()?;
    let (Some(first), Some(last)) = (tab.list.items.first(), tab.list.items.last()) else {
        return Some(first(state, tab));
    };
    let end = Timestamp::from_micros(first.key.micros() + 1);
    let newest = tab.newest.unwrap_or(first.key);
    Some(Effect::Store(StoreEffect::ReloadPage { timeline: tab.timeline.clone(), range: last.key..end, newest }))
}

/// What loads a timeline of which nothing is loaded.
fn first(state: &State, tab: &Tab) -> Effect {
    match (&state.active, &tab.timeline) {
        (Some(user), timeline) if !matches!(timeline, Timeline::Search(_)) => {
            Effect::Store(StoreEffect::OpenTimeline(user.id, timeline.clone(), state.settings.start))
        }
        (_, timeline) => Effect::Store(StoreEffect::LoadPage(timeline.clone(), PageStart::Newest)),
    }
}

/// Takes in a timeline around the place where its reader was.
pub(super) fn opened(
    state: &mut State,
    timeline: &Timeline,
    posts: Vec<Post>,
    cursor: usize,
    (more_above, more_below): (bool, bool),
) -> Vec<Effect> {
    let Some(tab) = tab_of(state, timeline) else { return vec![] };
    tab.newest = tab.newest.max(posts.first().map(|post| post.key));
    tab.list = List { more_above, more_below, ..List::new(posts) };
    tab.list.select(cursor);
    tab.saved_position = tab.list.selected().map(|post| post.key);
    tab.fresh = 0;
    vec![]
}

fn tab_of<'s>(state: &'s mut State, timeline: &Timeline) -> Option<&'s mut Tab> {
    state.tabs.iter_mut().find(|tab| tab.timeline == *timeline)
}

/// Takes in a page.
pub(super) fn loaded(
    state: &mut State,
    timeline: &Timeline,
    place: PageStart,
    posts: Vec<Post>,
    more: bool,
) -> Vec<Effect> {
    let Some(tab) = tab_of(state, timeline) else { return vec![] };
    tab.newest = tab.newest.max(posts.first().map(|post| post.key));
    let list = &mut tab.list;
    match place {
        PageStart::Newest => {
            *list = List { more_below: more, ..List::new(posts) };
            tab.fresh = 0;
            if tab.opened {
                tab.read_line = tab.seen;
            }
        }
        PageStart::Oldest => {
            let last = posts.len().saturating_sub(1);
            *list = List { cursor: last, more_above: more, ..List::new(posts) };
        }
        PageStart::Before(_) => {
            list.items.extend(posts);
            list.more_below = more;
            let gone = list.items.len().saturating_sub(KEPT).min(list.top);
            if gone > 0 {
                list.items.drain(..gone);
                list.cursor -= gone;
                list.top -= gone;
                list.more_above = true;
            }
        }
        PageStart::After(_) => {
            list.cursor += posts.len();
            list.top += posts.len();
            list.items.splice(..0, posts);
            list.more_above = more;
            if !more {
                tab.fresh = 0;
            }
            let kept = KEPT.max(list.cursor + MARGIN);
            if list.items.len() > kept {
                list.items.truncate(kept);
                list.more_below = true;
            }
        }
    }
    vec![]
}

/// Takes in what was loaded again; cursor and place stay on their posts, or on the next older ones.
pub(super) fn reloaded(state: &mut State, timeline: &Timeline, posts: Vec<Post>, fresh: usize) -> Vec<Effect> {
    let Some(tab) = tab_of(state, timeline) else { return vec![] };
    let list = &mut tab.list;
    let moved = |at: usize| {
        let moment = list.items.get(at).map(|post| post.key);
        moment.map_or(0, |moment| posts.iter().position(|post| post.key <= moment).unwrap_or(posts.len()))
    };
    let (cursor, top) = (moved(list.cursor), moved(list.top));
    if list.items.get(list.top).map(|post| post.id) != posts.get(top).map(|post| post.id) {
        list.skip = 0;
    }
    list.items = posts;
    list.top = top;
    list.select(cursor);
    tab.fresh = fresh;
    if tab.list.items.is_empty() { load_current(state, PageStart::Newest) } else { vec![] }
}

/// Shows another timeline; what was loaded of it before is read again.
pub(super) fn select_tab(state: &mut State, at: usize) -> Vec<Effect> {
    let kept = reading::keep_place(state, true);
    state.tab = at;
    state.focus = Pane::Timeline;
    kept.into_iter().chain(reload(state)).chain(reading::count(state)).collect()
}

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
        return if state.focus == Pane::Detail { fold(state, false) } else { vec![] };
    };
    state.focus = Pane::Detail;
    vec![Effect::Store(StoreEffect::LoadThread(id))]
}

fn open_user(state: &mut State, user: &User) -> Vec<Effect> {
    let mut effects = open_timeline(state, Timeline::User(user.id, user.nickname.clone()));
    effects.push(Effect::Store(StoreEffect::LoadProfile(user.id)));
    effects
}

/// Opens a timeline by hand, in the place of the one that was opened so before.
pub(super) fn open_timeline(state: &mut State, timeline: Timeline) -> Vec<Effect> {
    if state.tab < HOME_TABS {
        state.previous_tab = state.tab;
    }
    let at = state.tabs.iter().position(|tab| tab.timeline == timeline).unwrap_or_else(|| {
        state.tabs.truncate(HOME_TABS);
        state.tabs.push(Tab::new(timeline));
        state.tabs.len() - 1
    });
    select_tab(state, at)
}

/// Opens the profile of the author of the post under the cursor.
pub(super) fn profile(state: &mut State) -> Vec<Effect> {
    let Some(author) = state.selected().map(|post| post.author) else { return vec![] };
    state.focus = Pane::Detail;
    vec![Effect::Store(StoreEffect::LoadProfile(author))]
}

/// Takes in a profile; one that was only read again stays where it was scrolled to.
pub(super) fn profile_loaded(state: &mut State, mut profile: Box<Profile>) -> Vec<Effect> {
    if let Detail::Profile(before) = &state.detail
        && before.user.id == profile.user.id
    {
        profile.scroll = before.scroll;
    }
    state.detail = Detail::Profile(profile);
    vec![]
}

/// Takes in a thread; one that was only read again stays as it was folded, and the cursor on its post.
pub(super) fn thread(state: &mut State, of: PostId, places: Vec<ThreadNode>) -> Vec<Effect> {
    match &mut state.detail {
        Detail::Thread(thread) if thread.of == of => thread.renew(places),
        _ => state.detail = Detail::Thread(Box::new(Thread::new(of, places))),
    }
    let Detail::Thread(thread) = &state.detail else { return vec![] };
    let opened = thread.places.iter().find(|place| place.id == of).and_then(|place| place.post.as_ref());
    // Of most posts there is nothing to ask.
    opened
        .filter(|post| post.likes + post.boosts > 0)
        .map(|post| Effect::Store(StoreEffect::LoadReactions(post.id)))
        .into_iter()
        .collect()
}

/// Takes in who did something with the post that the thread was opened for.
pub(super) fn reactions(state: &mut State, of: PostId, reactions: Reactions) -> Vec<Effect> {
    match &mut state.detail {
        Detail::Thread(thread) if thread.of == of => thread.reactions = reactions,
        _ => {}
    }
    vec![]
}

/// Folds or opens the branch under the cursor.
pub(super) fn fold(state: &mut State, shut: bool) -> Vec<Effect> {
    if let Detail::Thread(thread) = &mut state.detail {
        if shut {
            thread.fold();
        } else {
            thread.unfold();
        }
    }
    vec![]
}

/// Asks for all that the post under the cursor said.
pub(super) fn ask_for_versions(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return vec![] };
    let id = post.id;
    if post.edited_at.is_none() {
        return super::say(state, format!("{id} was never edited"));
    }
    state.focus = Pane::Detail;
    vec![Effect::Store(StoreEffect::LoadEditHistory(id))]
}

/// Takes in all that a post said; what was only read again stays where it was scrolled to.
pub(super) fn versions(state: &mut State, of: PostId, versions: Vec<Revision>) -> Vec<Effect> {
    let scroll = match &state.detail {
        Detail::Versions { of: before, scroll, .. } if *before == of => *scroll,
        _ => 0,
    };
    state.detail = Detail::Versions { of, versions, scroll };
    vec![]
}

/// Asks whether the post under the cursor is to go.
pub(super) fn ask_to_delete(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected().cloned() else { return vec![] };
    if state.active.as_ref().is_some_and(|user| user.id == post.author) {
        state.overlay = Some(Overlay::Delete(Box::new(post)));
        return vec![];
    }
    let owner = post.nickname;
    fail(state, format!("only {owner} can delete this post"))
}
