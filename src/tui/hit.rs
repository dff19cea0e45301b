//! What stands at a place of the screen: looked up in the same geometry that draws it. It knows neither what a
//! click does nor how anything is drawn.

use ratatui::layout::{Position, Rect};

use super::layout::{self, areas};
use super::list::List;
use super::state::{Detail, Overlay, Pane, State};
use super::view::post::{self, Extent, Target};
use super::view::{bars, detail, thread, timeline, users};
use crate::model::Post;

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hit {
    /// Nothing that leads anywhere.
    Nothing,
    /// The name of a timeline.
    Tab(usize),
    /// A user of the list.
    User(usize),
    /// A post of a pane, and what of it leads somewhere.
    Post(Pane, usize, Option<Target>),
    /// A pane, with nothing of the above.
    Pane(Pane),
    /// A row of a list that lies over the panes.
    Row(usize),
    /// What lies over the panes, with nothing else.
    Over,
}

/// What stands at a column and a row of the screen.
pub(super) fn hit(state: &State, column: u16, row: u16) -> Hit {
    let at = Position { x: column, y: row };
    if layout::too_small(state.size) {
        return Hit::Nothing;
    }
    if let Some(overlay) = &state.overlay {
        return over(state, overlay, at).map_or(Hit::Over, Hit::Row);
    }
    let areas = areas(state);
    if areas.header.contains(at) {
        return bars::tab_at(state, areas.header, column).map_or(Hit::Nothing, Hit::Tab);
    }
    let inside = |area: Option<Rect>| area.filter(|area| area.contains(at));
    if let Some(area) = inside(areas.users) {
        let row = line(below(area, users::TITLE_ROWS), at);
        return row
            .and_then(|row| state.users.at_row(row, |_, _| 1))
            .map_or(Hit::Pane(Pane::Users), |(at, _)| Hit::User(at));
    }
    if let (Some(area), Some(tab)) = (inside(areas.timeline), state.current()) {
        let rule = timeline::line(tab, state.active.as_ref().map(|user| user.id));
        let height = |at: usize, post: &Post| timeline::height(rule, at, post, area.width);
        let found = line(area, at).and_then(|row| tab.list.at_row(row, height));
        return found.map_or(Hit::Pane(Pane::Timeline), |(item, row)| {
            // The line that tells where one left off belongs to no post.
            let row = row.checked_sub(usize::from(rule == Some(item)));
            let target = row.and_then(|row| {
                post::target(&tab.list.items[item], area.width, Extent::Listed, row, usize::from(column - area.x))
            });
            Hit::Post(Pane::Timeline, item, target)
        });
    }
    if let Some(area) = inside(areas.detail) {
        return in_detail(state, area, at).unwrap_or(Hit::Pane(Pane::Detail));
    }
    Hit::Nothing
}

fn in_detail(state: &State, area: Rect, at: Position) -> Option<Hit> {
    let Detail::Thread(shown) = &state.detail else { return None };
    let row = line(below(area, detail::TITLE_ROWS), at)?;
    let (item, row) = shown.list.at_row(row, |_, row| thread::height(shown, row, area.width))?;
    let target = thread::target(shown, &shown.list.items[item], area.width, row, usize::from(at.x - area.x));
    Some(Hit::Post(Pane::Detail, item, target))
}

/// The row of the list that lies over the panes.
fn over(state: &State, overlay: &Overlay, at: Position) -> Option<usize> {
    fn row_of<T>(list: &List<T>, area: Rect, at: Position) -> Option<usize> {
        list.at_row(line(area, at)?, |_, _| 1).map(|(row, _)| row)
    }
    let area = layout::list(state.size);
    match overlay {
        Overlay::Told(list) => row_of(list, area, at),
        Overlay::Drafts(list) => row_of(list, area, at),
        Overlay::Offer(offer) => row_of(&offer.list, area, at),
        Overlay::Picker(picker) => row_of(&picker.found, layout::picker_list(state), at),
        Overlay::Commands(shown) => row_of(&shown.found, layout::commands_list(state.size), at),
        Overlay::Search(search) => {
            let area = layout::search(state.size);
            let found = search.found.at_row(line(area, at)?, |_, post: &Post| post::height(post, area.width));
            found.map(|(row, _)| row)
        }
        _ => None,
    }
}

/// Which line of an area a place is on.
fn line(area: Rect, at: Position) -> Option<usize> {
    area.contains(at).then(|| usize::from(at.y - area.y))
}

/// An area without its first lines.
fn below(area: Rect, lines: u16) -> Rect {
    Rect { y: area.y + lines, height: area.height.saturating_sub(lines), ..area }
}
