//! What a click and the wheel do.

use super::{act, commands, links, movement, pages};
use crate::model::{Post, Timeline};
use crate::tui::hit_test::{Hit, hit_test};
use crate::tui::layout::{TITLE_ROWS, areas};
use crate::tui::measure::post::Target;
use crate::tui::measure::{thread, timeline};
use crate::tui::state::{Action, Detail, Effect, Overlay, Pane, State, StoreEffect};
use crate::tui::view::{profile, versions};

/// Selects what was clicked; what is selected already, and what leads somewhere, is opened.
pub(super) fn click(state: &mut State, column: u16, row: u16) -> Vec<Effect> {
    let found = hit_test(state, column, row);
    // What is being written stays in front.
    if state.compose.is_some() && state.overlay.is_none() {
        return vec![];
    }
    state.notice = None;
    match found {
        Hit::Nothing | Hit::Over => vec![],
        Hit::Tab(tab) => pages::select_tab(state, tab),
        Hit::Pane(pane) => {
            state.focus = pane;
            vec![]
        }
        Hit::User(at) => {
            let again = state.focus == Pane::Users && state.users.cursor == at;
            state.focus = Pane::Users;
            state.users.select(at);
            if again { pages::open(state) } else { vec![] }
        }
        Hit::Post(pane, at, target) => post(state, pane, at, target),
        Hit::Row(at) => row_of_list(state, at),
    }
}

fn post(state: &mut State, pane: Pane, at: usize, target: Option<Target>) -> Vec<Effect> {
    let before = (state.focus, state.selected().map(|post| post.id));
    state.focus = pane;
    match (&mut state.detail, pane) {
        (Detail::Thread(shown), Pane::Detail) => shown.list.select(at),
        _ => {
            if let Some(tab) = state.tabs.get_mut(state.tab) {
                tab.list.select(at);
            }
        }
    }
    let again = before == (pane, state.selected().map(|post| post.id));
    match target {
        Some(Target::Author) => pages::profile(state),
        Some(Target::Mention(user)) => {
            state.focus = Pane::Detail;
            vec![Effect::Store(StoreEffect::LoadProfile(user))]
        }
        Some(Target::Parent(id)) => {
            state.focus = Pane::Detail;
            vec![Effect::Store(StoreEffect::LoadThread(id))]
        }
        Some(Target::Tag(tag)) => pages::open_timeline(state, Timeline::Tag(tag)),
        Some(Target::Link(link)) => links::open_link(state, link),
        None if again => act(state, Action::Open),
        None => pages::load_near_edge(state),
    }
}

/// Selects a row of a list over the panes; takes the one that is selected already.
fn row_of_list(state: &mut State, at: usize) -> Vec<Effect> {
    let cursor = match &mut state.overlay {
        Some(Overlay::Told(list)) => &mut list.cursor,
        Some(Overlay::Drafts(list)) => &mut list.cursor,
        Some(Overlay::Offer(offer)) => &mut offer.list.cursor,
        Some(Overlay::Search(search)) => &mut search.found.cursor,
        Some(Overlay::Picker(picker)) => &mut picker.found.cursor,
        Some(Overlay::Commands(shown)) => &mut shown.found.cursor,
        _ => return vec![],
    };
    let again = std::mem::replace(cursor, at) == at;
    if again { act(state, Action::Accept) } else { commands::try_on(state) }
}

/// Scrolls what is under the mouse, whichever pane has the keys.
pub(super) fn wheel(state: &mut State, column: u16, row: u16, lines: isize) -> Vec<Effect> {
    let pane = match hit_test(state, column, row) {
        Hit::Row(_) | Hit::Over => {
            let action = if lines > 0 { Action::Down } else { Action::Up };
            return (0..lines.abs()).flat_map(|_| act(state, action)).collect();
        }
        Hit::User(_) => Pane::Users,
        Hit::Post(pane, ..) | Hit::Pane(pane) => pane,
        Hit::Nothing | Hit::Tab(_) => return vec![],
    };
    let areas = areas(state);
    match (pane, &mut state.detail) {
        (Pane::Users, _) => {
            let Some(area) = areas.users else { return vec![] };
            state.users.scroll(lines, movement::rows(area.height, TITLE_ROWS), |_, _| 1);
            super::reading::count_users(state)
        }
        (Pane::Timeline, _) => {
            let Some(area) = areas.timeline else { return vec![] };
            let reader = state.active.as_ref().map(|user| user.id);
            let Some(tab) = state.tabs.get_mut(state.tab) else { return vec![] };
            let divider = timeline::divider(tab, reader);
            let height = |at: usize, post: &Post| {
                timeline::height(divider, at, post, area.width, state.wrapped.line_count(post, area.width))
            };
            tab.list.scroll(lines, usize::from(area.height), height);
            pages::load_near_edge(state)
        }
        (Pane::Detail, shown) => {
            let Some(area) = areas.detail else { return vec![] };
            let rows = movement::rows(area.height, TITLE_ROWS);
            let moved = |scroll: usize, all: usize| scroll.saturating_add_signed(lines).min(all.saturating_sub(rows));
            match shown {
                Detail::Thread(shown) => {
                    let mut list = std::mem::take(&mut shown.list);
                    list.scroll(lines, rows, |_, row| {
                        thread::height(shown, row, area.width, |p, columns| state.wrapped.line_count(p, columns))
                    });
                    shown.list = list;
                }
                Detail::Profile(shown) => {
                    shown.scroll =
                        moved(shown.scroll, profile::height(shown, state.now, state.settings.times, area.width));
                }
                Detail::Versions { versions: all, scroll, .. } => {
                    *scroll = moved(*scroll, versions::height(all, area.width));
                }
                Detail::Empty => {}
            }
            vec![]
        }
    }
}
