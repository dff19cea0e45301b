//! The columns that the text of a post gets in a pane.

use crate::tui::images::COLUMNS;

/// Longer lines are tiring to read, however wide the pane is.
const MAX_TEXT: usize = 80;

/// In narrower panes there is no room for avatars.
const AVATARS_FROM: u16 = 48;

/// Returns the columns to the left of the text: the cursor bar, the avatar, and the gaps between them.
#[must_use]
pub fn gutter(columns: u16) -> usize {
    if columns < AVATARS_FROM { 2 } else { COLUMNS + 3 }
}

/// Returns the columns of text in a pane of `columns` columns.
#[must_use]
pub fn text_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(gutter(columns) + 1).clamp(4, MAX_TEXT)
}
