//! The posts of a timeline, as many as are seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::post::{self, Look};
use super::{Theme, theme};
use crate::model::{Timeline, UserId};
use crate::text::Query;
use crate::tui::list::List;
use crate::tui::state::{FRESH_LIMIT, Pane, State, Tab};

/// Draws the items of a list that are seen, from the lines of each.
pub(super) fn rows<T>(
    list: &List<T>,
    area: Rect,
    frame: &mut Frame<'_>,
    lines: impl Fn(usize, &T) -> Vec<Line<'static>>,
) {
    let mut y = area.y;
    let mut skip = list.skip;
    for (at, item) in list.items.iter().enumerate().skip(list.top) {
        for line in lines(at, item).into_iter().skip(skip) {
            if y >= area.bottom() {
                return;
            }
            frame.render_widget(line, Rect { y, height: 1, ..area });
            y += 1;
        }
        skip = 0;
    }
}

pub(super) fn draw(state: &State, tab: &Tab, theme: &theme::Theme, area: Rect, frame: &mut Frame<'_>) {
    if tab.list.items.is_empty() {
        return empty(state, tab, theme, area, frame);
    }
    let focused = state.focus == Pane::Timeline && state.compose.is_none();
    let query = match &tab.timeline {
        Timeline::Search(query) => Some(Query::parse(query)),
        _ => None,
    };
    rows(&tab.list, area, frame, |at, item| {
        let selected = at == tab.list.cursor;
        let look = Look { theme, now: state.now, selected, focused, absolute: false, query: query.as_ref() };
        post::lines(item, area.width, &look)
    });
    if tab.fresh > 0 {
        let count = if tab.fresh >= FRESH_LIMIT { format!("{FRESH_LIMIT}+") } else { tab.fresh.to_string() };
        let text = format!(" ↑ {count} new · . ");
        let wide = u16::try_from(text.chars().count()).unwrap_or(area.width).min(area.width);
        let pill = Rect { x: area.x + (area.width - wide) / 2, width: wide, height: 1, ..area };
        frame.render_widget(Line::styled(text, theme.pill), pill);
    }
}

fn empty(state: &State, tab: &Tab, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let own = |id: &UserId| state.active.as_ref().is_some_and(|user| user.id == *id);
    let text = match &tab.timeline {
        Timeline::Home(_) | Timeline::All => "Nothing here yet.\nPress c to write the first post.",
        Timeline::User(id, _) if own(id) => "Nothing here yet.\nPress c to write the first post.",
        Timeline::Mentions(_) => "Nobody has mentioned you yet.",
        Timeline::Likes(id, _) if own(id) => "Press f on a post to like it.",
        Timeline::Bookmarks(_) => "Press s on a post to keep it here;\nnobody else sees that.",
        Timeline::Search(_) => "Nothing was found.",
        _ => "No posts yet.",
    };
    let middle = Rect { y: area.y + area.height / 3, height: area.height - area.height / 3, ..area };
    frame.render_widget(Paragraph::new(text).style(theme.dim).centered(), middle);
}
