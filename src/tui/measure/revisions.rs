//! The rows of an edit history, without their styles.

use crate::model::Revision;
use crate::text::{Change, clean, diff, wrap};

/// Returns the number of rows of an edit history in a pane of `columns` columns: each revision has a title, its text and
/// an empty row.
#[must_use]
pub fn height(revisions: &[Revision], columns: u16) -> usize {
    let text = |at| changes(revisions, at).into_iter().map(|(_, text)| text).collect::<String>();
    (0..revisions.len()).map(|at| 2 + wrap(&text(at), text_columns(columns)).len()).sum()
}

/// Returns the columns of text in a pane of `columns` columns.
#[must_use]
pub fn text_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(3).max(4)
}

/// Returns the pieces of the revision at index `at` and of the one before it, in order, with what became of each.
#[must_use]
pub fn changes(revisions: &[Revision], at: usize) -> Vec<(Change, String)> {
    // The texts are cleaned before they are compared, so that the pieces are what is drawn.
    let text = |at: usize| revisions.get(at).map_or_else(Default::default, |revision| clean(revision.body.as_str()));
    diff(&text(at.saturating_sub(1)), &text(at))
}
