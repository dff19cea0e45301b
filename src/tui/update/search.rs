//! Searching while one types. What is typed is asked for at once and never waited for; an answer to what was
//! asked before comes too late.

use super::{movement, pages};
use crate::model::{Post, Timeline, User};
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::state::{Action, Editor, Effect, Overlay, Search, State, Tab};
use crate::tui::view::post;

/// Opens the search.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let query = Editor::new("");
    let search = Search { query, asked: 0, answered: true, found: List::default(), users: vec![], open: false };
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
    vec![Effect::Search { number: search.asked, query }]
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
    match action {
        Action::Accept => return accept(state),
        Action::Down | Action::Up | Action::PageDown | Action::PageUp => {
            let area = layout::search(state.size);
            if let Some(Overlay::Search(search)) = &mut state.overlay {
                let height = |_, post: &Post| post::height(post, area.width);
                movement::in_list(&mut search.found, action, usize::from(area.height), height);
            }
        }
        _ => state.overlay = None,
    }
    vec![]
}

/// Opens what was found as a timeline, with the cursor where it is; at once, or as soon as it is there.
fn accept(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Search(search)) = &mut state.overlay else { return vec![] };
    let query = search.query.text().trim().to_owned();
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
