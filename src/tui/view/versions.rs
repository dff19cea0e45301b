//! All that a post said, newest first, each with what changed. Its height is counted from the very lines that
//! are drawn.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::Revision;
use crate::text::{Change, Clock, clean, datetime, diff, wrap};
use crate::tui::widgets::Theme;

/// How many lines they take in a pane so many columns wide.
#[must_use]
pub fn height(versions: &[Revision], columns: u16) -> usize {
    lines(versions, Clock::default(), columns, &Theme::new(false)).len()
}

/// The lines of all versions.
pub(super) fn lines(versions: &[Revision], clock: Clock, columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let room = usize::from(columns).saturating_sub(3).max(4);
    let mut lines = Vec::new();
    for (at, version) in versions.iter().enumerate().rev() {
        let name = match at {
            _ if at + 1 == versions.len() => "now".to_owned(),
            0 => "at first".to_owned(),
            1 => "after 1 edit".to_owned(),
            _ => format!("after {at} edits"),
        };
        lines.push(Line::styled(format!("  {name} · {}", datetime::absolute(version.written_at, clock)), theme.dim));
        // Cleaned before they are compared, so that the pieces are what is drawn.
        let now = clean(version.body.as_str());
        let before = at.checked_sub(1).map_or_else(|| now.clone(), |at| clean(versions[at].body.as_str()));
        lines.extend(changed(&diff(&before, &now), room, theme));
        lines.push(Line::default());
    }
    lines
}

/// The pieces of two texts, wrapped together.
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
