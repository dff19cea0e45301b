//! The edit history of a post: all its revisions, newest first, each with its changes.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{PostId, Revision};
use crate::text::{Change, Clock, clean, datetime, diff, width, wrap};
use crate::tui::keys::{Action, KeyTable, PANE, PANE_SCROLL, Scope};
use crate::tui::layout::{TITLE_ROWS, areas, pane_parts};
use crate::tui::state::{Detail, Effect, Pane, State, StoreEffect, pane_context};
use crate::tui::update::{movement, undo};
use crate::tui::widgets::{Theme, page, title};

/// The keys of the pane.
pub const KEYS: KeyTable =
    KeyTable { context: pane_context::HISTORY, scope: Scope::Pane, bindings: &[PANE_SCROLL, PANE] };

/// Opens the edit history of the selected post.
pub(in crate::tui) fn open(state: &mut State) -> Vec<Effect> {
    let Some(post) = state.selected() else { return undo::select_post_first(state) };
    let id = post.id;
    if post.edited_at.is_none() {
        return state.show_notice(format!("post {id} was never edited"));
    }
    state.load_detail(StoreEffect::LoadEditHistory(id))
}

/// Shows a loaded edit history; one that is loaded again keeps its scroll position.
pub(in crate::tui) fn loaded(state: &mut State, of: PostId, revisions: Vec<Revision>) -> Vec<Effect> {
    match &mut state.detail {
        Detail::History { of: before, revisions: shown, .. } if *before == of => *shown = revisions,
        _ => state.show_detail(Detail::History { of, revisions, scroll: 0 }),
    }
    vec![]
}

/// Scrolls as an action says.
pub(in crate::tui) fn step(state: &mut State, action: Action) {
    change_scroll(state, |scroll, rows, all| movement::scrolled(scroll, action, rows, all));
}

/// Scrolls by so many lines.
pub(in crate::tui) fn scroll(state: &mut State, lines: isize) {
    change_scroll(state, |scroll, rows, all| movement::scrolled_by(scroll, lines, rows, all));
}

/// Sets the scroll position from the one before, the rows of the pane, and the rows of the history.
fn change_scroll(state: &mut State, change: impl FnOnce(usize, usize, usize) -> usize) {
    let Some(area) = areas(state).detail else { return };
    let Detail::History { revisions, scroll, .. } = &mut state.detail else { return };
    *scroll = change(*scroll, movement::rows(area.height, TITLE_ROWS), height(revisions, area.width));
}

/// Returns the number of rows of an edit history in a pane of `columns` columns: each revision has a title, its text and
/// an empty row.
pub(in crate::tui) fn height(revisions: &[Revision], columns: u16) -> usize {
    let text = |at| changes(revisions, at).into_iter().map(|(_, text)| text).collect::<String>();
    (0..revisions.len()).map(|at| 2 + wrap(&text(at), text_columns(columns)).len()).sum()
}

/// Returns the columns of text in a pane of `columns` columns.
fn text_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(3).max(4)
}

/// Returns the pieces of the revision at index `at` and of the one before it, in order, with what became of each.
fn changes(revisions: &[Revision], at: usize) -> Vec<(Change, String)> {
    // The texts are cleaned before they are compared, so that the pieces are what is drawn.
    let text = |at: usize| revisions.get(at).map_or_else(Default::default, |revision| clean(revision.body.as_str()));
    diff(&text(at.saturating_sub(1)), &text(at))
}

/// Draws the pane with the history of a post, scrolled down by `scroll` lines.
pub(in crate::tui) fn draw(
    state: &State,
    (of, revisions, scroll): (PostId, &[Revision], usize),
    theme: &Theme,
    area: Rect,
    frame: &mut Frame<'_>,
) {
    let (first, below) = pane_parts(area);
    frame.render_widget(title::of_pane(&format!("edit history of #{of}"), Pane::Detail, state, theme), first);
    let lines = lines(revisions, state.settings.times.clock, area.width, theme);
    page::draw(lines, scroll, below, first, theme, frame);
}

/// Returns the lines of all revisions.
pub(in crate::tui) fn lines(revisions: &[Revision], clock: Clock, columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (at, revision) in revisions.iter().enumerate().rev() {
        let name = match at {
            _ if at + 1 == revisions.len() => "now".to_owned(),
            0 => "at first".to_owned(),
            1 => "after 1 edit".to_owned(),
            _ => format!("after {at} edits"),
        };
        let long = format!("  {name} · {}", datetime::absolute(revision.written_at, clock));
        let fits = width(&long) <= usize::from(columns);
        let title = if fits { long } else { format!("  {name} · {}", datetime::brief(revision.written_at, clock)) };
        lines.push(Line::styled(title, theme.dim));
        lines.extend(changed(&changes(revisions, at), text_columns(columns), theme));
        lines.push(Line::default());
    }
    lines
}

/// Returns the pieces of two texts, wrapped together.
fn changed(pieces: &[(Change, String)], room: usize, theme: &Theme) -> Vec<Line<'static>> {
    let text: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
    let mut at = 0;
    let spans: Vec<_> = pieces
        .iter()
        .map(|(change, text)| {
            let start = at;
            at += text.len();
            let style = match change {
                Change::Kept => Style::new(),
                Change::Removed => theme.removed,
                Change::Added => theme.added,
            };
            (start..at, style)
        })
        .collect();
    let line = |range: Range<usize>| {
        let mut parts = vec![Span::raw("  ")];
        for (span, style) in &spans {
            let (start, end) = (span.start.max(range.start), span.end.min(range.end));
            if start < end {
                parts.push(Span::styled(text[start..end].to_owned(), *style));
            }
        }
        Line::from(parts)
    };
    wrap(&text, room).into_iter().map(line).collect()
}
