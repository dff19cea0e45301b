//! An edit history: all revisions of a post, newest first, each with its changes.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::Revision;
use crate::text::{Change, Clock, datetime, wrap};
use crate::tui::measure::revisions::{changes, text_columns};
use crate::tui::widgets::Theme;

/// Returns the lines of all revisions.
pub(super) fn lines(revisions: &[Revision], clock: Clock, columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (at, revision) in revisions.iter().enumerate().rev() {
        let name = match at {
            _ if at + 1 == revisions.len() => "now".to_owned(),
            0 => "at first".to_owned(),
            1 => "after 1 edit".to_owned(),
            _ => format!("after {at} edits"),
        };
        lines.push(Line::styled(format!("  {name} · {}", datetime::absolute(revision.written_at, clock)), theme.dim));
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
    let line = |range: std::ops::Range<usize>| {
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
