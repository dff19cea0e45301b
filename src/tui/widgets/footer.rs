//! The last line of the screen: a question, a notice, or the keys that work here. A notice or a question that is too long
//! for it covers the lines above too, so that nothing is cut that says what to do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::{Theme, message};
use crate::text::width;
use crate::tui::measure::footer::{self, Keys, SEPARATOR};
use crate::tui::state::State;

/// Draws the footer.
pub fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width).saturating_sub(2);
    let mut lines = match (footer::question(state), state.shown_notice()) {
        (Some((question, choices)), _) => {
            let choices: Vec<_> = choices.into_iter().map(|(_, choice)| choice).collect();
            question_lines(question, format!("  {}", choices.join(SEPARATOR)), room, theme)
        }
        (None, Some(notice)) => indented(&notice.text, room, if notice.error { theme.error } else { theme.accent }),
        (None, None) => vec![],
    };
    if footer::shows_keys(state) {
        lines.push(hints(state, theme));
    }
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.bottom());
    let area = Rect { y: area.bottom() - rows, height: rows, ..area };
    if rows > 1 {
        frame.render_widget(Clear, area);
    }
    message::draw(lines, area, frame);
}

/// Returns a message as lines that start with a space.
fn indented(text: &str, room: usize, style: Style) -> Vec<Line<'static>> {
    let mut lines = message::lines(text, room, style);
    lines.iter_mut().for_each(|line| line.spans.insert(0, Span::raw(" ")));
    lines
}

/// Returns a question with its choices beside it, or below it if the line is too short for both.
fn question_lines(question: String, choices: String, room: usize, theme: &Theme) -> Vec<Line<'static>> {
    if width(&question) + width(&choices) <= room + 2 {
        return vec![Line::from(vec![Span::styled(question, theme.warn), Span::styled(choices, theme.strong)])];
    }
    let mut lines = indented(question.trim_start(), room, theme.warn);
    lines.extend(indented(choices.trim_start(), room, theme.strong));
    lines
}

/// Returns the keys that work here, after the progress of an import in the background.
fn hints(state: &State, theme: &Theme) -> Line<'static> {
    let Keys { progress, marked, hints } = footer::keys(state);
    let mut spans = vec![Span::raw(" "), Span::styled(progress, theme.accent), Span::styled(marked, theme.warn)];
    for (hint, _) in hints {
        spans.push(Span::styled(hint.key, theme.strong));
        spans.push(Span::styled(format!(" {}   ", hint.word), theme.dim));
    }
    Line::from(spans)
}
