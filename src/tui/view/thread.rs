//! A thread, drawn as a tree. The height of a row is counted from the very lines that are drawn.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Theme;
use super::post::{self, Extent, Look, Target};
use super::timeline::rows;
use crate::text::{clean_line, wrap};
use crate::tui::keys;
use crate::tui::state::{Action, Pane, State};
use crate::tui::thread::{Row, Thread};

/// Columns an answer stands to the right of what it answers.
const STEP: usize = 2;
/// Columns in which a level is told that is too deep to be shown by its place.
const LEVEL: usize = 6;

/// How far a row is indented: deep threads keep two thirds of the pane for the text.
fn indent(depth: usize, columns: u16) -> usize {
    (depth * STEP).min(usize::from(columns) / 3 / STEP * STEP)
}

/// Of the post that was opened all is shown.
fn extent(thread: &Thread, row: &Row) -> Extent {
    let opened = thread.places.get(row.at).is_some_and(|place| place.id == thread.of);
    if opened { Extent::Whole } else { Extent::Read }
}

/// Who likes and who boosted the post that was opened, in as many lines as that takes.
fn reactions(thread: &Thread, row: &Row, columns: u16) -> Vec<String> {
    if extent(thread, row) != Extent::Whole {
        return vec![];
    }
    let mut lines = Vec::new();
    for (what, names) in [("liked by", &thread.reactions.likes), ("boosted by", &thread.reactions.boosts)] {
        let names: Vec<_> = names.iter().map(|name| clean_line(name.as_str())).collect();
        if !names.is_empty() {
            let text = format!("{what} {}", names.join(", "));
            lines.extend(wrap(&text, post::text_columns(columns)).into_iter().map(|line| text[line].to_owned()));
        }
    }
    lines
}

/// How many lines a row takes.
#[must_use]
pub fn height(thread: &Thread, row: &Row, columns: u16) -> usize {
    match thread.places.get(row.at).and_then(|place| place.post.as_ref()).filter(|_| row.folded.is_none()) {
        Some(shown) => {
            let columns = columns - indent(row.depth, columns) as u16;
            post::height_of(shown, columns, extent(thread, row)) + reactions(thread, row, columns).len()
        }
        None => 2,
    }
}

/// What stands at a line and a column of a row, if that leads somewhere.
#[must_use]
pub fn target(thread: &Thread, row: &Row, columns: u16, line: usize, column: usize) -> Option<Target> {
    let shown = thread.places.get(row.at)?.post.as_ref().filter(|_| row.folded.is_none())?;
    let left = indent(row.depth, columns);
    post::target(shown, columns - left as u16, extent(thread, row), line, column.checked_sub(left)?)
}

/// The guides before a line of a row: its first, one of those between, or its last, below which its answers begin.
fn guide(row: &Row, columns: u16, first: bool, last: bool) -> String {
    let room = indent(row.depth, columns);
    let levels = room / STEP;
    // What is too deep keeps its outermost guides and tells its level.
    let deep = row.depth > levels;
    let outer = if deep { levels.saturating_sub(LEVEL / STEP) } else { levels.saturating_sub(1) };
    let mut guide: String = row.guides.iter().take(outer).map(|more| if *more { " │" } else { "  " }).collect();
    if deep {
        let level = if first { row.depth.to_string() } else { String::new() };
        guide.push_str(&format!("{level:<width$}", width = (room - outer * STEP).saturating_sub(STEP)));
    }
    if let Some(more) = row.guides.last() {
        guide.push_str(match (first, more) {
            (true, true) => " ├",
            (true, false) => " └",
            (false, true) => " │",
            (false, false) => "  ",
        });
    }
    if last && row.answered && row.depth < usize::from(columns) / 3 / STEP {
        guide.push_str(" │");
    }
    guide
}

/// The lines of a row.
pub(super) fn lines(thread: &Thread, row: &Row, columns: u16, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let said = |text: String| {
        let bar = if look.selected { "▌ " } else { "  " };
        vec![Line::from(vec![Span::styled(bar, theme.accent), Span::styled(text, theme.dim)]), Line::default()]
    };
    let place = thread.places.get(row.at);
    let lines = match (row.folded, place.and_then(|place| place.post.as_ref())) {
        (Some(1), _) => said("… 1 more answer".to_owned()),
        (Some(count), _) => said(format!("… {count} more answers")),
        (None, None) => said("a post that was deleted".to_owned()),
        (None, Some(shown)) => {
            let columns = columns - indent(row.depth, columns) as u16;
            let mut lines = post::lines(shown, columns, look);
            let gutter = " ".repeat(post::gutter(columns).saturating_sub(1));
            let told =
                |text: String| Line::from(vec![post::bar(look), Span::styled(gutter.clone() + &text, theme.dim)]);
            let end = lines.len() - 1;
            lines.splice(end..end, reactions(thread, row, columns).into_iter().map(told));
            lines
        }
    };
    let end = lines.len() - 1;
    let guided = |(at, line): (usize, Line<'static>)| {
        let mut spans = vec![Span::styled(guide(row, columns, at == 0, at == end), theme.rule)];
        // Below the last line stand only the guides.
        spans.extend(line.spans.into_iter().filter(|_| at < end));
        Line::from(spans)
    };
    lines.into_iter().enumerate().map(guided).collect()
}

pub(super) fn draw(state: &State, thread: &Thread, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let focused = state.focus == Pane::Detail && state.compose.is_none();
    let warned = keys::key_of(state, Action::ToggleWarning);
    rows(&thread.list, area, frame, |at, row| {
        let selected = at == thread.list.cursor;
        let extent = extent(thread, row);
        let look = Look {
            theme,
            alike: &state.confusables,
            now: state.now,
            clock: state.settings.times.clock,
            selected,
            focused,
            absolute: extent == Extent::Whole || (selected && focused),
            unread: false,
            extent,
            query: None,
            pictures: &state.avatars,
            warned: warned.as_deref(),
        };
        lines(thread, row, area.width, &look)
    });
}
