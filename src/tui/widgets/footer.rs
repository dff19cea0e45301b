//! The last line of the screen: a question, a notice, or the keys that work here.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Theme;
use crate::text::{clean_line, displayed_prefix, single_line, truncate, width};
use crate::tui::keys::{self, Action, Hint};
use crate::tui::labels::import_progress;
use crate::tui::state::State;

/// Draws the footer.
pub fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width).saturating_sub(2);
    let line = match (question(state, room), &state.notice) {
        (Some((question, choices)), _) => {
            Line::from(vec![Span::styled(question, theme.warn), Span::styled(choices, theme.strong)])
        }
        (None, Some(notice)) => {
            let style = if notice.error { theme.error } else { theme.accent };
            Line::styled(format!(" {}", truncate(&clean_line(&notice.text), room)), style)
        }
        (None, None) => hints(state, theme, room + 3),
    };
    frame.render_widget(line, area);
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
fn hints(state: &State, theme: &Theme, mut room: usize) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    if let Some(importing) = state.importing.as_ref().filter(|_| state.screens.is_empty()) {
        let progress = format!("{}   ", import_progress(importing));
        room = room.saturating_sub(width(&progress));
        spans.push(Span::styled(progress, theme.accent));
    }
    if let Some(count) = marked(state) {
        room = room.saturating_sub(width(&count));
        spans.push(Span::styled(count, theme.warn));
    }
    for hint in fitting(keys::hints(state), room) {
        spans.push(Span::styled(hint.key, theme.strong));
        spans.push(Span::styled(format!(" {}   ", hint.word), theme.dim));
    }
    Line::from(spans)
}

/// Returns how many posts are marked, where keys act on them.
fn marked(state: &State) -> Option<String> {
    keys::acts_on_marks(state).then(|| format!("◆ {} marked   ", state.marked.len()))
}

/// Returns the hints that fit into `room` columns; the vital ones are always among them.
fn fitting(hints: Vec<Hint>, room: usize) -> Vec<Hint> {
    let wide = |hint: &Hint| width(&hint.key) + width(&hint.word) + 4;
    let vital: usize = hints.iter().filter(|hint| hint.vital).map(wide).sum();
    let (mut left, mut full) = (room.saturating_sub(vital), false);
    let fits = |hint: &Hint| {
        if hint.vital {
            return true;
        }
        full |= wide(hint) > left;
        left = left.saturating_sub(wide(hint));
        !full
    };
    hints.into_iter().filter(fits).collect()
}
