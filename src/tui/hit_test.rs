//! What is at a position of the screen, found by the same measures that draw it. It knows neither what a click does nor
//! how anything is drawn.

use ratatui::layout::{Position, Rect};

use super::keys::Action;
use super::layout::{self, areas, pane_parts};
use super::measure::post::{self, Extent, Target};
use super::measure::{footer, header, thread, timeline};
use super::state::{Detail, Pane, State};
use crate::model::Post;

/// What is at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hit {
    /// Nothing that reacts to the mouse.
    Nothing,
    /// What opens a timeline in the header.
    Header(Action),
    /// A key in the footer.
    Footer(Action),
    /// A user in the list of users.
    User(usize),
    /// A post of a pane, and what a click on this part of it opens.
    Post(Pane, usize, Option<Target>),
    /// A pane, but none of the above.
    Pane(Pane),
    /// A row of the list over the panes.
    Row(usize),
    /// Another part of the window over the panes.
    Over,
}

/// Returns what is at a column and a row of the screen.
pub(super) fn hit_test(state: &State, column: u16, row: u16) -> Hit {
    let at = Position { x: column, y: row };
    if layout::too_small(state.size) {
        return Hit::Nothing;
    }
    let areas = areas(state);
    if areas.footer.contains(at) {
        return footer::action_at(state, column).map_or(Hit::Nothing, Hit::Footer);
    }
    if let Some(screen) = state.topmost() {
        return screen.row_at(state, at).map_or(Hit::Over, Hit::Row);
    }
    if areas.header.contains(at) {
        return header::action_at(state, areas.header.width, column).map_or(Hit::Nothing, Hit::Header);
    }
    let inside = |area: Option<Rect>| area.filter(|area| area.contains(at));
    if let Some(area) = inside(areas.users) {
        let row = line(layout::users_list(state, area), at);
        let user = row.and_then(|row| state.users.at_row(row, |_, _| 1));
        return user.map_or(Hit::Pane(Pane::Users), |(at, _)| Hit::User(at));
    }
    if let Some(area) = inside(areas.timeline) {
        return in_timeline(state, area, at).unwrap_or(Hit::Pane(Pane::Timeline));
    }
    if let Some(area) = inside(areas.detail) {
        return in_detail(state, area, at).unwrap_or(Hit::Pane(Pane::Detail));
    }
    Hit::Nothing
}

fn in_timeline(state: &State, area: Rect, at: Position) -> Option<Hit> {
    let tab = state.current()?;
    let divider = timeline::divider(tab, state.active.as_ref());
    let height = |at: usize, post: &Post| {
        timeline::height(divider, at, post, area.width, state.wrapped.get(post, area.width).lines.len())
    };
    let (item, row) = tab.list.at_row(line(area, at)?, height)?;
    let post = &tab.list.items[item];
    // The divider belongs to no post.
    let row = row.checked_sub(usize::from(divider == Some(item)));
    let target = row.and_then(|row| {
        let wrapped = state.wrapped.get(post, area.width);
        post::target(post, area.width, Extent::Excerpt, &wrapped, row, usize::from(at.x - area.x))
    });
    Some(Hit::Post(Pane::Timeline, item, target))
}

fn in_detail(state: &State, area: Rect, at: Position) -> Option<Hit> {
    let Detail::Thread(shown) = &state.detail else { return None };
    let body_lines = |post: &Post, columns: u16| state.wrapped.get(post, columns).lines.len();
    let height = |_, row: &_| thread::height(shown, row, area.width, body_lines);
    let (item, line) = shown.list.at_row(line(pane_parts(area).1, at)?, height)?;
    let row = &shown.list.items[item];
    let target = thread::post_of(shown, row).and_then(|post| {
        let wrapped = state.wrapped.get(post, thread::columns(row, area.width));
        thread::target(shown, row, area.width, &wrapped, line, usize::from(at.x - area.x))
    });
    Some(Hit::Post(Pane::Detail, item, target))
}

/// Returns the line of an area at a position.
fn line(area: Rect, at: Position) -> Option<usize> {
    area.contains(at).then(|| usize::from(at.y - area.y))
}
