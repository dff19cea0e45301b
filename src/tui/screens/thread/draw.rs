//! Draws a thread as a tree.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text::pluralize;
use crate::tui::keys::{self, Action};
use crate::tui::layout::pane_parts;
use crate::tui::measure::columns::gutter;
use crate::tui::measure::post::Extent;
use crate::tui::measure::thread::{STEP, columns as columns_of, extent, indent, max_indent, post_of, reactions};
use crate::tui::state::{Pane, State};
use crate::tui::thread::{Below, Row, Thread};
use crate::tui::widgets::post::{self, PostStyle};
use crate::tui::widgets::{Theme, rows, title};

/// The columns for the number of a level that is nested too deeply to be indented.
const LEVEL: usize = 6;

/// Draws the pane.
pub(in crate::tui) fn draw(state: &State, thread: &Thread, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let (first, area) = pane_parts(area);
    let posts = pluralize(thread.posts() as u64, "post");
    frame.render_widget(title::of_pane(&format!("thread · {posts}"), Pane::Detail, state, theme), first);
    let focused = state.focus == Pane::Detail && state.compose.is_none();
    let warning_key = keys::key_of(state, Action::ToggleWarning);
    rows::draw_focused(&thread.list, focused, area, frame, |at, row| {
        let selected = at == thread.list.cursor;
        let extent = extent(thread, row);
        let style = PostStyle {
            theme,
            confusables: &state.confusables,
            wrapped: &state.wrapped,
            now: state.now,
            clock: state.settings.times.clock,
            selected,
            focused,
            absolute: extent == Extent::Details || (selected && focused),
            marked: post_of(thread, row).is_some_and(|post| state.is_marked(post.id)),
            unread: post_of(thread, row).is_some_and(|post| thread.unread.contains(&post.id)),
            extent,
            query: None,
            avatars: &state.avatars,
            warning_key: warning_key.as_deref(),
        };
        lines(thread, row, area.width, &style)
    });
}

/// Returns the lines of a row: guides at the left, then the post or what replaces it.
pub(in crate::tui) fn lines(thread: &Thread, row: &Row, columns: u16, style: &PostStyle<'_>) -> Vec<Line<'static>> {
    let theme = style.theme;
    let note = |text: String| {
        let bar = if style.selected { "▌ " } else { "  " };
        vec![Line::from(vec![Span::styled(bar, theme.accent), Span::styled(text, theme.dim)]), Line::default()]
    };
    let lines = match (row.collapsed, post_of(thread, row)) {
        (Some(1), _) => note("… 1 more reply".to_owned()),
        (Some(count), _) => note(format!("… {} more replies", count)),
        (None, None) => note("a deleted post".to_owned()),
        (None, Some(shown)) => {
            let columns = columns_of(row, columns);
            let mut lines = post::lines(shown, columns, style);
            let gutter = " ".repeat(gutter(columns).saturating_sub(1));
            let reaction = |text: String| {
                Line::from(vec![post::cursor_bar(style), Span::styled(gutter.clone() + &text, theme.dim)])
            };
            let end = lines.len() - 1;
            lines.splice(end..end, reactions(thread, row, columns).into_iter().map(reaction));
            lines
        }
    };
    let end = lines.len() - 1;
    let guided = |(at, line): (usize, Line<'static>)| {
        let mut spans = vec![Span::styled(guide(row, columns, at == 0, at == end), theme.rule)];
        // The last line is blank but for the guides.
        spans.extend(line.spans.into_iter().filter(|_| at < end));
        Line::from(spans)
    };
    lines.into_iter().enumerate().map(guided).collect()
}

/// Returns the guides before a line of a row: its first line, one in the middle, or its last, above its replies.
fn guide(row: &Row, columns: u16, first: bool, last: bool) -> String {
    let room = indent(row, columns);
    let levels = room / STEP;
    // A deeply nested row keeps its outermost guides and shows how many replies lead to it.
    let nested = row.guides.len() > levels;
    let outer = if nested { levels.saturating_sub(LEVEL / STEP) } else { levels.saturating_sub(1) };
    let mut guide: String = row.guides.iter().take(outer).map(|more| if *more { " │" } else { "  " }).collect();
    if nested {
        let level = if first { row.depth.to_string() } else { String::new() };
        guide.push_str(&format!("{level:<width$}", width = (room - outer * STEP).saturating_sub(STEP)));
    }
    if let Some(more) = row.guides.last() {
        guide.push_str(match (first && !row.chained, more) {
            (true, true) => " ├",
            (true, false) => " └",
            (false, true) => " │",
            (false, false) => "  ",
        });
    }
    let connects = match row.below {
        Below::Nothing => false,
        Below::Chain => true,
        Below::Branches => room + STEP <= max_indent(columns),
    };
    if last && connects {
        guide.push_str(" │");
    }
    guide
}
