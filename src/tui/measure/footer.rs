//! Which keys and choices the last line of the screen shows, and in which columns.

use std::ops::Range;

use crate::text::{displayed_prefix, single_line, truncate, width};
use crate::tui::keys::{self, Action, Hint};
use crate::tui::labels::import_progress;
use crate::tui::state::State;

/// What is between two choices.
pub const SEPARATOR: &str = " · ";

/// The parts of the line with the keys, after a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The progress of an import in the background; empty if none is running.
    pub progress: String,
    /// How many posts are marked, where keys act on them; else empty.
    pub marked: String,
    /// The keys that fit, each with its columns.
    pub hints: Vec<(Hint, Range<usize>)>,
}

/// Returns whether the last line shows keys, and not only a question or a notice.
#[must_use]
pub fn shows_keys(state: &State) -> bool {
    let screen = state.topmost();
    let asks = screen.is_some_and(|screen| screen.question(state).is_some());
    !asks && (state.shown_notice().is_none() || screen.is_some_and(|screen| screen.keeps_keys()))
}

/// Lays out the keys that work here.
#[must_use]
pub fn keys(state: &State) -> Keys {
    let importing = state.importing.as_ref().filter(|_| state.screens.is_empty());
    let progress = importing.map(|importing| format!("{}   ", import_progress(importing))).unwrap_or_default();
    let marked =
        if keys::acts_on_marks(state) { format!("◆ {} marked   ", state.marked.len()) } else { String::new() };
    let before = width(&progress) + width(&marked);
    let mut end = before + 1;
    // The gap behind the last one need not fit.
    let hints = fitting(keys::hints(state), (usize::from(state.size.0) + 1).saturating_sub(before));
    let hints = hints.into_iter().map(|hint| {
        let start = end;
        end += wide(&hint);
        (hint, start..end - GAP)
    });
    Keys { progress, marked, hints: hints.collect() }
}

/// Returns the question of the topmost screen, as long as its choices beside it allow, and these: keys with their labels.
#[must_use]
pub fn question(state: &State) -> Option<(String, Vec<(Action, String)>)> {
    let question = state.topmost()?.question(state)?;
    let choices = question.choices.iter();
    let choices: Vec<_> = choices
        .filter_map(|(action, label)| Some((*action, format!("{} {label}", keys::here(state, *action)?))))
        .collect();
    let used = choices_width(&choices) + width(&question.before) + width(question.after) + 6;
    let quote = single_line(displayed_prefix(&question.quote));
    let quote = truncate(&quote, room(state).saturating_sub(used)).into_owned();
    let quote = if quote.is_empty() { quote } else { format!(" “{quote}”") };
    Some((format!(" {}{quote}{}", question.before, question.after), choices))
}

fn choices_width(choices: &[(Action, String)]) -> usize {
    let separators = choices.len().saturating_sub(1) * width(SEPARATOR);
    choices.iter().map(|(_, choice)| width(choice)).sum::<usize>() + separators
}

/// Returns the columns of a message.
fn room(state: &State) -> usize {
    usize::from(state.size.0).saturating_sub(2)
}

/// Returns the action of the key at a column of the last line.
#[must_use]
pub fn action_at(state: &State, column: u16) -> Option<Action> {
    let column = usize::from(column);
    if let Some((question, choices)) = question(state) {
        return choice_at(width(&question), &choices, room(state), column);
    }
    let hints = if shows_keys(state) { keys(state).hints } else { vec![] };
    hints.into_iter().find(|(_, columns)| columns.contains(&column)).map(|(hint, _)| hint.action)
}

/// Returns the choice at a column of the last line: they are beside the question, or below it if there is no room.
fn choice_at(question: usize, choices: &[(Action, String)], room: usize, column: usize) -> Option<Action> {
    let all = choices_width(choices);
    let mut start = if question + all <= room { question + 2 } else { 1 };
    // Where they need several lines, the last one is a part of them.
    let choices = choices.iter().filter(|_| all <= room);
    choices.into_iter().find_map(|(action, choice)| {
        let columns = start..start + width(choice);
        start = columns.end + width(SEPARATOR);
        columns.contains(&column).then_some(*action)
    })
}

/// Columns between two keys.
const GAP: usize = 3;

/// Returns the columns of a key with what it does and the gap behind it.
fn wide(hint: &Hint) -> usize {
    width(&hint.key) + 1 + width(&hint.word) + GAP
}

/// Returns the hints that fit into `room` columns; the vital ones are always among them.
fn fitting(hints: Vec<Hint>, room: usize) -> Vec<Hint> {
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
