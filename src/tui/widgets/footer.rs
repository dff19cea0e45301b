//! The last line of the screen: a question, a notice, or the keys that work here. A notice or a question that is too long
//! for it covers the lines above too, so that nothing is cut that says what to do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::{Theme, message};
use crate::text::{displayed_prefix, single_line, truncate, width};
use crate::tui::keys::{self, Action};
use crate::tui::measure::footer::{self, Keys};
use crate::tui::state::State;

/// Draws the footer.
pub fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width).saturating_sub(2);
    let mut lines = match (question(state, room), state.shown_notice()) {
        (Some((question, choices)), _) => question_lines(question, choices, room, theme),
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

/// Returns the question of the topmost screen in at most `room` columns, and its choices.
fn question(state: &State, room: usize) -> Option<(String, String)> {
    let question = state.topmost()?.question(state)?;
    let choices = choices(state, question.choices);
    let used = width(&choices) + width(&question.before) + width(question.after) + 4;
    let quote = truncate(&single_line(displayed_prefix(&question.quote)), room.saturating_sub(used)).into_owned();
    let quote = if quote.is_empty() { quote } else { format!(" “{quote}”") };
    Some((format!(" {}{quote}{}", question.before, question.after), choices))
}

/// Returns the keys that answer a question, with their labels.
fn choices(state: &State, labels: &[(Action, &str)]) -> String {
    let choices = labels.iter().filter_map(|(action, label)| Some(format!("{} {label}", keys::here(state, *action)?)));
    format!("  {}", choices.collect::<Vec<_>>().join(" · "))
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
