//! Which keys the last line of the screen shows, and in which columns.

use std::ops::Range;

use crate::text::width;
use crate::tui::keys::{self, Action, Hint};
use crate::tui::labels::import_progress;
use crate::tui::state::State;

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

/// Returns the action of the key at a column of the last line.
#[must_use]
pub fn action_at(state: &State, column: u16) -> Option<Action> {
    let hints = if shows_keys(state) { keys(state).hints } else { vec![] };
    hints.into_iter().find(|(_, columns)| columns.contains(&usize::from(column))).map(|(hint, _)| hint.action)
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
