//! The areas of panes and windows. Pure geometry: it draws nothing.

use ratatui::layout::Rect;

use super::state::{Compose, Detail, Pane, State};
use crate::text::{clean, displayed_prefix, wrap};

/// The smallest terminal that is supported, in columns and rows.
pub const SMALLEST: (u16, u16) = (40, 10);
/// Lines above the content of the users pane and of the detail pane: the title and a blank line.
pub const TITLE_ROWS: u16 = 2;
/// With at least this many columns, three panes are side by side.
const WIDE: u16 = 120;
/// With at least this many columns, two panes are side by side.
const MEDIUM: u16 = 80;
/// The columns of the users pane.
const USERS: u16 = 24;
/// The columns of the widest timeline: longer lines are tiring to read.
const TIMELINE: u16 = 88;
/// The columns of the narrowest pane.
const NARROWEST: u16 = 16;
/// The columns of the narrowest pane with posts.
const NARROWEST_POSTS: u16 = 30;
/// The most lines of text that the compose pane shows at once.
const COMPOSE_LINES: u16 = 8;

/// The areas of the panes; `None` for a pane that is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Areas {
    /// The first line, with the active user and the timelines.
    pub header: Rect,
    /// The users pane.
    pub users: Option<Rect>,
    /// The timeline pane.
    pub timeline: Option<Rect>,
    /// The detail pane, with a thread, a profile or an edit history.
    pub detail: Option<Rect>,
    /// The compose pane: below the timeline, or below the detail pane if that has the focus.
    pub compose: Option<Rect>,
    /// The last line, with keys, a notice or a question.
    pub footer: Rect,
}

/// Returns whether the terminal is too small to draw on.
#[must_use]
pub fn too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// Returns the areas of the panes. One column between two panes and one line below the header are left for rules.
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
    if width >= WIDE && !state.zoomed {
        let [users, rest] = split(body, users_columns(state, width - 2 * NARROWEST_POSTS - 2));
        let timeline = wider(TIMELINE.min(rest.width * 3 / 5), state.panes.timeline);
        let [timeline, detail] =
            split(rest, timeline.clamp(NARROWEST_POSTS, TIMELINE.min(rest.width - NARROWEST_POSTS - 1)));
        (areas.users, areas.timeline, areas.detail) = (Some(users), Some(timeline), Some(detail));
    } else if width >= MEDIUM && !state.zoomed {
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
            // A rule with the author and the count, the parent, and the text.
            let tall = (text + 1 + u16::from(compose.reply_to.is_some()) + meanwhile_rows(compose, pane.width))
                .min(pane.height.saturating_sub(3));
            areas.compose = Some(Rect { y: pane.bottom() - tall, height: tall, ..*pane });
            pane.height -= tall;
        }
    }
    areas
}

/// Returns the title line of a pane with a title, and the area of its content.
#[must_use]
pub fn pane_parts(area: Rect) -> (Rect, Rect) {
    let content = Rect { y: area.y + TITLE_ROWS, height: area.height.saturating_sub(TITLE_ROWS), ..area };
    (Rect { height: 1, ..area }, content)
}

/// Returns the area of the users in the users pane: below the title, and above the line about hidden users.
#[must_use]
pub fn users_list(state: &State, area: Rect) -> Rect {
    let list = pane_parts(area).1;
    let note = u16::from(!state.hidden_users.is_empty() && list.height > 1);
    Rect { height: list.height - note, ..list }
}

/// Returns the columns of the users pane, at most `most`.
fn users_columns(state: &State, most: u16) -> u16 {
    wider(USERS, state.panes.users).clamp(NARROWEST, most)
}

fn wider(usual: u16, more: i16) -> u16 {
    usual.saturating_add_signed(more)
}

/// Returns a rectangle in the middle of another, at most as large as that.
#[must_use]
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Returns the area of the user picker, with its border. It is as tall as all local users need, so that it keeps its
/// size while you type.
#[must_use]
pub fn picker(state: &State) -> Rect {
    let (width, height) = state.size;
    let users = state.local_users().take(14).count().max(2);
    centered(Rect { x: 0, y: 0, width, height: height.saturating_sub(1) }, 44, users as u16 + 4)
}

/// Returns the area of the users in it: all lines but the border, the query and a blank one.
#[must_use]
pub fn picker_list(state: &State) -> Rect {
    let all = picker(state);
    let (width, height) = (all.width.saturating_sub(2), all.height.saturating_sub(4));
    Rect { x: all.x + 1, y: all.y + 3, width, height }
}

/// Returns the area of the command palette, with its border.
#[must_use]
pub fn commands((width, height): (u16, u16)) -> Rect {
    centered(Rect { x: 0, y: 0, width, height: height.saturating_sub(1) }, 58, 18)
}

/// Returns the area of the commands in it: all lines but the border, the query and a blank one.
#[must_use]
pub fn commands_list(size: (u16, u16)) -> Rect {
    let all = commands(size);
    let (width, height) = (all.width.saturating_sub(2), all.height.saturating_sub(4));
    Rect { x: all.x + 1, y: all.y + 3, width, height }
}

/// Returns the area of search results: below the header, the query and the status line.
#[must_use]
pub fn search((width, height): (u16, u16)) -> Rect {
    Rect { x: 0, y: 4, width: width.min(TIMELINE + 16), height: height.saturating_sub(5) }
}

/// Returns the area of a full-screen list of rows of one line, which use the full width.
#[must_use]
pub fn list((width, height): (u16, u16)) -> Rect {
    Rect { x: 0, y: 2, width, height: height.saturating_sub(3) }
}

/// Returns the area of a full-screen text, as wide as is easy to read.
#[must_use]
pub fn text(size: (u16, u16)) -> Rect {
    let area = list(size);
    Rect { width: area.width.min(TIMELINE + 16), ..area }
}

/// Returns the number of lines of help that are visible: all but the title and the footer.
#[must_use]
pub fn help_rows((_, height): (u16, u16)) -> usize {
    usize::from(height.saturating_sub(2))
}

/// Returns the number of lines for the text of a post that was changed elsewhere while you edit it, at most four.
#[must_use]
pub fn meanwhile_rows(compose: &Compose, columns: u16) -> u16 {
    let said = compose.editing.as_ref().filter(|editing| editing.meanwhile);
    let rows = said.map_or(0, |editing| {
        wrap(&clean(displayed_prefix(editing.post.body.as_str())), meanwhile_columns(columns)).len()
    });
    u16::try_from(rows).unwrap_or(u16::MAX).min(4)
}

/// Returns the columns of these lines in a pane of `columns` columns.
#[must_use]
pub fn meanwhile_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(15).max(8)
}

/// Returns the areas to the left and to the right of a rule at a column.
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
    fn panes_stay_on_the_screen_and_never_overlap() {
        for width in (40..220).chain([300, 400]) {
            for height in [10, 24, 50, 100] {
                for focus in [Pane::Users, Pane::Timeline, Pane::Detail] {
                    let mut state = state(width, height);
                    state.focus = focus;
                    state.compose = Some(Compose {
                        author: crate::model::UserId(1),
                        reply_to: None,
                        editor: Editor::new(&"x ".repeat(500)),
                        draft: crate::model::OpenDraft::default(),
                        unsaved: false,
                        editing: None,
                        completion: None,
                        is_warned: false,
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
    fn resized_panes_keep_their_order_and_minimum_width() {
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
    fn number_of_panes_follows_from_the_width() {
        let count = |width| {
            let areas = areas(&state(width, 30));
            [areas.users, areas.timeline, areas.detail].into_iter().flatten().count()
        };
        assert_eq!([count(60), count(79), count(80), count(119), count(120), count(200)], [1, 1, 2, 2, 3, 3]);
    }
}
