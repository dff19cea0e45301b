//! Searching while one types. What is typed is asked for at once and never waited for; an answer to what was
//! asked before comes too late.

use super::{deeds, fail, movement, pages, people, refuse, say};
use crate::model::{Post, Timeline, User};
use crate::text::with_prefix_wildcard;
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::measure::post::{self, Extent};
use crate::tui::state::{Action, Editor, Effect, Overlay, Search, State, Tab, UndoableAction, WorkerEffect};

/// Opens the search.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let query = Editor::new("");
    let search =
        Search { query, asked: 0, answered: true, found: List::default(), users: vec![], open: false, name: None };
    state.overlay = Some(Overlay::Search(Box::new(search)));
    vec![]
}

/// Asks for what is typed now, if it is not what it was.
pub(super) fn typed(state: &mut State, before: &str) -> Vec<Effect> {
    let Some(Overlay::Search(search)) = &mut state.overlay else { return vec![] };
    let query = search.query.text();
    if query == before {
        return vec![];
    }
    state.searches += 1;
    search.asked = state.searches;
    search.open = false;
    search.answered = query.trim().is_empty();
    if search.answered {
        (search.found, search.users) = (List::default(), vec![]);
        return vec![];
    }
    vec![Effect::Worker(WorkerEffect::Search { number: search.asked, query })]
}

/// Takes in an answer, unless something else was asked for since.
pub(super) fn found(state: &mut State, number: u64, posts: Vec<Post>, more: bool, users: Vec<User>) -> Vec<Effect> {
    let Some(Overlay::Search(search)) = &mut state.overlay else { return vec![] };
    if search.asked != number {
        return vec![];
    }
    search.answered = true;
    search.found = List { more_below: more, ..List::new(posts) };
    search.users = users;
    if search.open { accept(state) } else { vec![] }
}

pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    if matches!(&state.overlay, Some(Overlay::Search(search)) if search.name.is_some()) {
        return keep(state, action);
    }
    match action {
        Action::Accept => return accept(state),
        Action::Down | Action::Up | Action::PageDown | Action::PageUp => {
            let area = layout::search(state.size);
            if let Some(Overlay::Search(search)) = &mut state.overlay {
                let height =
                    |_, p: &Post| post::height(p, area.width, Extent::Excerpt, state.wrapped.line_count(p, area.width));
                movement::in_list(&mut search.found, action, usize::from(area.height), height);
            }
        }
        Action::SaveSearch => return ask_for_name(state),
        _ => state.overlay = None,
    }
    vec![]
}

/// Asks under which name the search is to be kept; what was typed is offered.
fn ask_for_name(state: &mut State) -> Vec<Effect> {
    if state.read_only {
        return refuse(state);
    }
    if state.active.is_none() {
        return people::pick(state);
    }
    let Some(Overlay::Search(search)) = &mut state.overlay else { return vec![] };
    let query = search.query.text();
    if query.trim().is_empty() {
        return say(state, "there is nothing to keep yet");
    }
    search.name = Some(Editor::new(query.trim()));
    vec![]
}

/// Keeps the search under the name that was typed, or goes back to it.
fn keep(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Overlay::Search(search)) = &mut state.overlay else { return vec![] };
    let Some(name) = search.name.as_ref().map(Editor::text) else { return vec![] };
    let (name, query) = (name.trim().to_owned(), with_prefix_wildcard(&search.query.text()).trim().to_owned());
    if action == Action::Accept && name.is_empty() {
        return fail(state, "a search is kept under a name: type one");
    }
    search.name = None;
    if action == Action::Accept { deeds::ask(state, UndoableAction::SaveSearch(name, Some(query))) } else { vec![] }
}

/// Opens what was found as a timeline, with the cursor where it is; at once, or as soon as it is there.
fn accept(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Search(search)) = &mut state.overlay else { return vec![] };
    let query = with_prefix_wildcard(&search.query.text()).trim().to_owned();
    if query.is_empty() {
        state.overlay = None;
        return vec![];
    }
    if !search.answered {
        search.open = true;
        return vec![];
    }
    let list = std::mem::take(&mut search.found);
    state.overlay = None;
    let newest = list.items.first().map(|post| post.key);
    let timeline = Timeline::Search(query);
    pages::open_timeline(state, timeline.clone());
    if let Some(tab) = state.tabs.get_mut(state.tab) {
        *tab = Tab { list, newest, ..Tab::new(timeline) };
    }
    vec![]
}
