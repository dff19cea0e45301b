//! Indentation and heights of the rows of a thread, and what is at a place of a row.

use super::WrappedPost;
use super::columns::text_columns;
use super::post::{self, Extent, Target};
use crate::model::Post;
use crate::text::{clean_line, poll_state, server_counts, truncate, width, wrap};
use crate::tui::labels::delivery_state;
use crate::tui::thread::{Row, Thread};

/// The columns by which a reply is indented under its parent.
pub const STEP: usize = 2;

/// Indentation leaves at least this many columns for a post, which are forty columns of text and its margins.
const MIN_POST: usize = 43;
/// In narrower panes, three levels are indented all the same: the number of a level fits into them.
const MIN_INDENT: usize = 3 * STEP;

/// Returns the widest indentation in a pane of `columns` columns.
#[must_use]
pub fn max_indent(columns: u16) -> usize {
    (usize::from(columns).saturating_sub(MIN_POST) / STEP * STEP).max(MIN_INDENT)
}

/// Returns the indentation of a row. A chain of single replies is not indented.
#[must_use]
pub fn indent(row: &Row, columns: u16) -> usize {
    (row.guides.len() * STEP).min(max_indent(columns))
}

/// Returns the columns of a row's post in a pane of `columns` columns.
#[must_use]
pub fn columns(row: &Row, columns: u16) -> u16 {
    columns - indent(row, columns) as u16
}

/// Returns how much of a row's post is shown: the post that the thread was opened for has its details.
#[must_use]
pub fn extent(thread: &Thread, row: &Row) -> Extent {
    let opened = thread.nodes.get(row.at).is_some_and(|node| node.id == thread.of);
    if opened { Extent::Details } else { Extent::Body }
}

/// Returns the post of a row; `None` for a deleted post and for collapsed replies.
#[must_use]
pub fn post_of<'t>(thread: &'t Thread, row: &Row) -> Option<&'t Post> {
    thread.nodes.get(row.at)?.post.as_ref().filter(|_| row.collapsed.is_none())
}

/// Returns the lines that name who likes and who boosted the opened post.
#[must_use]
pub fn reactions(thread: &Thread, row: &Row, columns: u16) -> Vec<String> {
    if extent(thread, row) != Extent::Details {
        return vec![];
    }
    let mut lines = Vec::new();
    let delivery = post_of(thread, row).and_then(|post| post.delivery.as_ref());
    let delivery = delivery.map(|sent| delivery_state(sent.state, sent.error.as_deref())).unwrap_or_default();
    // The line of the counts has only its start.
    if width(&delivery) > text_columns(columns) {
        lines.extend(wrap(&delivery, text_columns(columns)).into_iter().map(|line| delivery[line].to_owned()));
    }
    for (label, names) in [("liked by", &thread.reactions.likes), ("boosted by", &thread.reactions.boosts)] {
        let names: Vec<_> = names.iter().map(|name| clean_line(name.as_str())).collect();
        if !names.is_empty() {
            let text = format!("{label} {}", names.join(", "));
            lines.extend(wrap(&text, text_columns(columns)).into_iter().map(|line| text[line].to_owned()));
        }
    }
    lines.extend(thread.reactions.on_server.iter().filter_map(|(server, status)| {
        let text = server_counts(server, status)?;
        Some(truncate(&text, text_columns(columns)).into_owned())
    }));
    let poll = thread.reactions.on_server.as_ref().and_then(|(_, status)| status.poll.as_ref());
    if let Some(state) = poll.map(|poll| poll_state(poll)).filter(|state| !state.is_empty()) {
        let text = format!("poll: {state}");
        lines.extend(wrap(&text, text_columns(columns)).into_iter().map(|line| text[line].to_owned()));
    }
    lines
}

/// Returns the number of lines of a row in a pane of `pane` columns.
///
/// `body_lines` returns the number of lines of a post's body at a width: see [`WrapCache`](super::WrapCache).
pub fn height(thread: &Thread, row: &Row, pane: u16, body_lines: impl FnOnce(&Post, u16) -> usize) -> usize {
    let Some(shown) = post_of(thread, row) else { return 2 };
    let columns = columns(row, pane);
    post::height(shown, columns, extent(thread, row), body_lines(shown, columns))
        + reactions(thread, row, columns).len()
}

/// Returns what a click at a line and a column of a row opens, if anything. `wrapped` is its post at its width.
#[must_use]
pub fn target(
    thread: &Thread,
    row: &Row,
    pane: u16,
    wrapped: &WrappedPost,
    line: usize,
    column: usize,
) -> Option<Target> {
    let left = indent(row, pane);
    let shown = post_of(thread, row)?;
    post::target(shown, columns(row, pane), extent(thread, row), wrapped, line, column.checked_sub(left)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::measure::columns::text_columns;
    use crate::tui::thread::Below;

    #[test]
    fn nested_replies_keep_forty_columns_of_text() {
        for pane in 49..300 {
            for level in 0..100 {
                let guides = vec![true; level];
                let row = Row { at: 0, collapsed: None, depth: level, guides, chained: false, below: Below::Nothing };
                assert!(text_columns(columns(&row, pane)) >= 40, "level {level} of a pane of {pane} columns");
            }
        }
    }
}
