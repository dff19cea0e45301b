//! Where each pane stands. Pure geometry: it draws nothing.

use ratatui::layout::Rect;

use super::state::{Compose, Detail, Pane, State};
use crate::model::UserKind;
use crate::text::{clean, displayed_prefix, wrap};

/// The smallest terminal that is drawn on, in columns and rows.
pub const SMALLEST: (u16, u16) = (40, 10);
/// Lines above the content of the users pane and of the detail pane: the title and a blank line.
pub const TITLE_ROWS: u16 = 2;
/// From here on three panes stand side by side.
const WIDE: u16 = 120;
/// From here on two panes stand side by side.
const MEDIUM: u16 = 80;
/// The columns of the list of users.
const USERS: u16 = 24;
/// The widest timeline that its text fills: wider lines are tiring to read.
const TIMELINE: u16 = 88;
/// A pane is never made narrower than this.
const NARROWEST: u16 = 16;
/// Nor one that posts stand in.
const NARROWEST_POSTS: u16 = 30;
/// Most lines of text that the compose pane shows at once.
const COMPOSE_LINES: u16 = 8;

/// The rectangles of the panes; those that are not shown are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Areas {
    /// The line with the active user and the timelines.
    pub header: Rect,
    /// The list of users.
    pub users: Option<Rect>,
    /// The posts of a timeline.
    pub timeline: Option<Rect>,
    /// A thread or a profile.
    pub detail: Option<Rect>,
    /// The post being written: under the timeline, or under the detail pane if that stands alone.
    pub compose: Option<Rect>,
    /// The line with the keys that work, or with what there is to say.
    pub footer: Rect,
}

/// Whether the terminal is too small to draw on.
#[must_use]
pub fn too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// Where the panes of a state stand. Between two panes is one column for a rule; under the header is one
/// line for another.
#[must_use]
pub fn areas(state: &State) -> Areas {
    let (width, height) = state.size;
    if too_small(state.size) {
        return Areas::default();
    }
    let row = |y, height| Rect { x: 0, y, width, height };
    let body = row(2, height - 3);
    let mut areas = Areas { header: row(0, 1), footer: row(height - 1, 1), ..Areas::default() };
    let detail = !matches!(state.detail, Detail::Empty);
    if width >= WIDE {
        let [users, rest] = split(body, users_columns(state, width - 2 * NARROWEST_POSTS - 2));
        let timeline = wider(TIMELINE.min(rest.width * 3 / 5), state.panes.timeline);
        let [timeline, detail] =
            split(rest, timeline.clamp(NARROWEST_POSTS, TIMELINE.min(rest.width - NARROWEST_POSTS - 1)));
        (areas.users, areas.timeline, areas.detail) = (Some(users), Some(timeline), Some(detail));
    } else if width >= MEDIUM {
        if detail && state.focus != Pane::Users {
            let timeline = wider(width * 11 / 20, state.panes.timeline);
            let [timeline, detail] = split(body, timeline.clamp(NARROWEST_POSTS, width - NARROWEST_POSTS - 1));
            (areas.timeline, areas.detail) = (Some(timeline), Some(detail));
        } else {
            let [users, timeline] = split(body, users_columns(state, width - NARROWEST_POSTS - 1));
            (areas.users, areas.timeline) = (Some(users), Some(timeline));
        }
    } else {
        match state.focus {
            Pane::Users => areas.users = Some(body),
            Pane::Detail if detail => areas.detail = Some(body),
            Pane::Timeline | Pane::Detail => areas.timeline = Some(body),
        }
    }
    if let Some(compose) = &state.compose {
        let under =
            if state.focus == Pane::Detail && areas.detail.is_some() { &mut areas.detail } else { &mut areas.timeline };
        let under = if under.is_some() { under } else { &mut areas.users };
        if let Some(pane) = under {
            let lines = u16::try_from(compose.editor.0.lines().len()).unwrap_or(COMPOSE_LINES);
            let wrapped = u16::try_from(compose.editor.text().chars().count()).unwrap_or(u16::MAX) / pane.width.max(8);
            let text = (lines + wrapped).clamp(2, COMPOSE_LINES);
            // A rule with the author and the count, what is answered, and the text.
            let tall = (text + 1 + u16::from(compose.reply_to.is_some()) + meanwhile_rows(compose, pane.width))
                .min(pane.height.saturating_sub(3));
            areas.compose = Some(Rect { y: pane.bottom() - tall, height: tall, ..*pane });
            pane.height -= tall;
        }
    }
    areas
}

/// The columns of the list of users, as many as there may be at most.
fn users_columns(state: &State, most: u16) -> u16 {
    wider(USERS, state.panes.users).clamp(NARROWEST, most)
}

fn wider(usual: u16, more: i16) -> u16 {
    usual.saturating_add_signed(more)
}

/// A rectangle in the middle of another, cut to its size.
#[must_use]
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Where the choice of a user stands, its border included: as tall as all those who can be chosen need, and so it
/// keeps its size while one types.
#[must_use]
pub fn picker(state: &State) -> Rect {
    let (width, height) = state.size;
    let users = state.users.items.iter().filter(|user| user.kind != UserKind::Remote).take(14).count().max(2);
    centered(Rect { x: 0, y: 0, width, height: height.saturating_sub(1) }, 44, users as u16 + 4)
}

/// Where the users stand in it: all its lines but the border, the query and a blank one.
#[must_use]
pub fn picker_list(state: &State) -> Rect {
    let all = picker(state);
    let (width, height) = (all.width.saturating_sub(2), all.height.saturating_sub(4));
    Rect { x: all.x + 1, y: all.y + 3, width, height }
}

/// Where the choice of what is to be done stands, its border included.
#[must_use]
pub fn commands((width, height): (u16, u16)) -> Rect {
    centered(Rect { x: 0, y: 0, width, height: height.saturating_sub(1) }, 58, 18)
}

/// Where it is listed there: all lines but the border, the query and a blank one.
#[must_use]
pub fn commands_list(size: (u16, u16)) -> Rect {
    let all = commands(size);
    let (width, height) = (all.width.saturating_sub(2), all.height.saturating_sub(4));
    Rect { x: all.x + 1, y: all.y + 3, width, height }
}

/// Where what a search found stands: under the header, what was typed, and what there is to say of it.
#[must_use]
pub fn search((width, height): (u16, u16)) -> Rect {
    Rect { x: 0, y: 4, width: width.min(TIMELINE + 16), height: height.saturating_sub(5) }
}

/// Where a list over the panes stands.
#[must_use]
pub fn list((width, height): (u16, u16)) -> Rect {
    Rect { x: 0, y: 2, width: width.min(TIMELINE + 16), height: height.saturating_sub(3) }
}

/// How many lines of the help are shown at once: all but the first, which tells what is looked for, and the footer.
#[must_use]
pub fn help_rows((_, height): (u16, u16)) -> usize {
    usize::from(height.saturating_sub(2))
}

/// How many lines tell what a post says meanwhile that is being edited here.
#[must_use]
pub fn meanwhile_rows(compose: &Compose, columns: u16) -> u16 {
    let said = compose.editing.as_ref().filter(|editing| editing.meanwhile);
    let rows = said.map_or(0, |editing| {
        wrap(&clean(displayed_prefix(editing.post.body.as_str())), meanwhile_columns(columns)).len()
    });
    u16::try_from(rows).unwrap_or(u16::MAX).min(4)
}

/// The columns that they have.
#[must_use]
pub fn meanwhile_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(15).max(8)
}

/// The two sides of a rule that stands at a column.
fn split(area: Rect, at: u16) -> [Rect; 2] {
    let left = Rect { width: at, ..area };
    let right = Rect { x: area.x + at + 1, width: area.width - at - 1, ..area };
    [left, right]
}

#[cfg(test)]
mod tests {
    use super::{Compose, areas};
    use crate::model::{Panes, Timestamp};
    use crate::tui::state::{Editor, Pane, State};

    fn state(width: u16, height: u16) -> State {
        State::new(Timestamp::from_micros(0), (width, height))
    }

    #[test]
    fn panes_fill_the_screen_and_never_overlap() {
        for width in (40..220).chain([300, 400]) {
            for height in [10, 24, 50, 100] {
                for focus in [Pane::Users, Pane::Timeline, Pane::Detail] {
                    let mut state = state(width, height);
                    state.focus = focus;
                    state.compose = Some(Compose {
                        author: crate::model::UserId(1),
                        reply_to: None,
                        editor: Editor::new(&"x ".repeat(500)),
                        unsaved: false,
                        editing: None,
                        completion: None,
                    });
                    let areas = areas(&state);
                    let panes: Vec<_> =
                        [areas.users, areas.timeline, areas.detail, areas.compose].into_iter().flatten().collect();
                    assert!(panes.len() >= 2);
                    for (n, pane) in panes.iter().enumerate() {
                        assert!(pane.right() <= width && pane.bottom() < height && pane.width > 0 && pane.height > 0);
                        assert!(panes[n + 1..].iter().all(|other| !pane.intersects(*other)));
                    }
                }
            }
        }
    }

    #[test]
    fn panes_keep_their_place_however_they_are_resized() {
        for size in [(80, 24), (100, 30), (120, 30), (200, 50), (400, 100)] {
            for more in [-300, -20, 7, 300] {
                let mut state = state(size.0, size.1);
                state.panes = Panes { users: more, timeline: -more };
                let areas = areas(&state);
                let panes: Vec<_> = [areas.users, areas.timeline, areas.detail].into_iter().flatten().collect();
                assert!(panes.iter().all(|pane| pane.width >= super::NARROWEST), "{size:?} {more} {panes:?}");
                assert!(panes.windows(2).all(|pair| pair[0].right() + 1 == pair[1].x), "{size:?} {more} {panes:?}");
                assert_eq!(panes.last().map(|pane| pane.right()), Some(size.0));
            }
        }
    }

    #[test]
    fn the_width_decides_how_many_panes_there_are() {
        let count = |width| {
            let areas = areas(&state(width, 30));
            [areas.users, areas.timeline, areas.detail].into_iter().flatten().count()
        };
        assert_eq!([count(60), count(79), count(80), count(119), count(120), count(200)], [1, 1, 2, 2, 3, 3]);
    }
}
