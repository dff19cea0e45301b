//! Clicks and the wheel.

use super::{focus, links};
use crate::model::Timeline;
use crate::tui::hit_test::{Hit, hit_test};
use crate::tui::keys::Action;
use crate::tui::measure::post::Target;
use crate::tui::screens::timeline::pages;
use crate::tui::screens::{profile, thread};
use crate::tui::state::{Detail, Effect, Outcome, Pane, State, StoreEffect};

/// Selects what was clicked; a second click on it, and one on a link or a name, opens it. A key in the footer does what it says.
pub(super) fn click(state: &mut State, column: u16, row: u16) -> Vec<Effect> {
    let hit = hit_test(state, column, row);
    state.pending_chord = None;
    // The composer keeps the focus; the keys in the footer are its own.
    if state.compose.is_some() && state.screens.is_empty() && !matches!(hit, Hit::Footer(_)) {
        return vec![];
    }
    state.clear_notice();
    match hit {
        Hit::Nothing | Hit::Over => vec![],
        Hit::Header(action) | Hit::Footer(action) => {
            state.next_action = Some(action);
            vec![]
        }
        Hit::Pane(pane) => {
            state.focus = pane;
            vec![]
        }
        Hit::User(at) => {
            let again = state.focus == Pane::Users && state.users.cursor == at;
            state.focus = Pane::Users;
            state.users.select(at);
            if again { focus::open(state) } else { vec![] }
        }
        Hit::Post(pane, at, target) => click_post(state, pane, at, target),
        Hit::Row(at) => click_row(state, at),
    }
}

fn click_post(state: &mut State, pane: Pane, at: usize, target: Option<Target>) -> Vec<Effect> {
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
        Some(Target::Author) => profile::open(state),
        Some(Target::Mention(user)) => state.load_detail(StoreEffect::LoadProfile(user)),
        Some(Target::Parent(id)) => thread::update::open(state, id),
        Some(Target::Tag(tag)) => pages::open_timeline(state, Timeline::Tag(tag)),
        Some(Target::Link(link)) => links::open_link(state, link),
        None if again => focus::open(state),
        None => pages::load_near_edge(state),
    }
}

/// Selects a row of the topmost screen; a second click accepts it.
fn click_row(state: &mut State, row: usize) -> Vec<Effect> {
    let Some(cursor) = state.screens.last_mut().and_then(|screen| screen.cursor()) else { return vec![] };
    let again = std::mem::replace(cursor, row) == row;
    let react = |screen: &mut dyn crate::tui::state::Screen, state: &mut State| {
        if again { screen.act(state, Action::Accept) } else { Outcome::stay(screen.cursor_moved(state)) }
    };
    state.with_topmost(react).unwrap_or_default()
}

/// Scrolls what is under the mouse, whichever pane has the focus.
pub(super) fn scroll(state: &mut State, column: u16, row: u16, lines: isize) -> Vec<Effect> {
    let pane = match hit_test(state, column, row) {
        Hit::Row(_) | Hit::Over => {
            let action = if lines > 0 { Action::Down } else { Action::Up };
            let mut effects = vec![];
            for _ in 0..lines.abs() {
                effects.extend(state.with_topmost(|screen, state| screen.act(state, action)).unwrap_or_default());
            }
            return effects;
        }
        Hit::User(_) => Pane::Users,
        Hit::Post(pane, ..) | Hit::Pane(pane) => pane,
        Hit::Nothing | Hit::Header(_) | Hit::Footer(_) => return vec![],
    };
    focus::scroll(state, pane, lines)
}
