//! The height of a post as rows of a list, and what is at a line and a column of it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::columns::{gutter, text_columns};
use super::{QUOTE_COLUMNS, WrappedPost, origin};
use crate::model::{OwnReactions, Post, PostId, UserId, case_fold};
use crate::text::{TokenKind, clean_line, displayed_prefix, links, tokens, width};
use crate::tui::images::COLUMNS;

/// The fewest lines of a post, with the blank one below it.
pub const MIN_LINES: usize = 3;

/// An excerpt shows at most this many lines of a body, so that one long post does not push the others off the screen.
const EXCERPT_LINES: usize = 12;

/// How much of a post is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The first lines of a long body.
    Excerpt,
    /// The whole body.
    Body,
    /// The whole body, and everything that is known of where the post comes from.
    Details,
}

/// Returns how many of `lines` lines of a body are hidden.
#[must_use]
pub fn hidden_lines(lines: usize, extent: Extent) -> usize {
    // The line that says how many are hidden takes the place of one, and hiding a single line would gain nothing.
    if extent == Extent::Excerpt && lines > EXCERPT_LINES { lines - EXCERPT_LINES + 2 } else { 0 }
}

/// Returns the number of rows of a post in a pane of `columns` columns, the blank row below it included.
///
/// `body_lines` is the number of lines of its body at that width: see [`WrapCache`](super::WrapCache).
#[must_use]
pub fn height(post: &Post, columns: u16, extent: Extent, body_lines: usize) -> usize {
    if post.collapsed.is_some() {
        return rows_above_author(post) + 3;
    }
    let hidden = hidden_lines(body_lines, extent);
    rows_above_author(post)
        + 1
        + usize::from(post.reply_to.is_some())
        + (body_lines - hidden)
        + usize::from(hidden > 0)
        + origin::lines(post, text_columns(columns), extent == Extent::Details).len()
        + usize::from(has_counts(post))
        + 1
}

/// Returns the number of rows above the one with the author: one if the post was boosted.
#[must_use]
pub fn rows_above_author(post: &Post) -> usize {
    usize::from(!post.boosted_by.is_empty())
}

/// Returns whether a post has a row with replies, boosts, likes, a bookmark, or how far sending it is.
#[must_use]
pub fn has_counts(post: &Post) -> bool {
    let has_numbers = post.replies + post.boosts + post.likes > 0;
    has_numbers || post.own_reactions != OwnReactions::default() || post.delivery.is_some()
}

/// What a click on a part of a post opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The profile of its author.
    Author,
    /// The post that it replies to.
    Parent(PostId),
    /// The profile of a user whom it mentions.
    Mention(UserId),
    /// The posts with a tag.
    Tag(String),
    /// A link.
    Link(String),
}

/// Returns what a click at a row and a column of a post opens, if anything.
#[must_use]
pub fn target(
    post: &Post,
    columns: u16,
    extent: Extent,
    wrapped: &WrappedPost,
    row: usize,
    column: usize,
) -> Option<Target> {
    let row = row.checked_sub(rows_above_author(post))?;
    let left = gutter(columns);
    if row < 2 && left > 2 && (2..2 + COLUMNS).contains(&column) {
        return Some(Target::Author);
    }
    let column = column.checked_sub(left)?;
    if row == 0 {
        let display_name = post.display_name.as_ref().map_or(0, |name| width(&clean_line(name.as_str())) + 2);
        return (column < display_name + width(&clean_line(post.nickname.as_str()))).then_some(Target::Author);
    }
    if post.collapsed.is_some() {
        return None;
    }
    let line = match &post.reply_to {
        Some(parent) if row == 1 => return parent.post.as_ref().map(|_| Target::Parent(parent.id)),
        Some(_) => row - 2,
        None => row - 1,
    };
    let shown = wrapped.lines.len() - hidden_lines(wrapped.lines.len(), extent);
    let line = wrapped.lines[..shown].get(line)?;
    let column = if wrapped.is_quoted(line) { column.checked_sub(QUOTE_COLUMNS)? } else { column };
    let at = byte_at(&wrapped.rich.text, line.clone(), column)?;
    let nth = wrapped.rich.spans.iter().position(|(span, _)| span.contains(&at))?;
    let token = tokens(displayed_prefix(post.body.as_str())).into_iter().nth(nth)?;
    match token.kind {
        TokenKind::Mention => {
            let mention = post.mentions.iter().find(|mention| case_fold(&mention.name) == case_fold(token.name))?;
            Some(Target::Mention(mention.user))
        }
        TokenKind::Tag => Some(Target::Tag(token.name.to_owned())),
        TokenKind::Link => links(token.name).first().map(|link| Target::Link((*link).to_owned())),
    }
}

/// Returns the byte offset of the grapheme that is drawn at a column of a line.
fn byte_at(text: &str, line: Range<usize>, column: usize) -> Option<usize> {
    let mut used = 0;
    for (at, grapheme) in text[line.clone()].grapheme_indices(true) {
        used += width(grapheme);
        if column < used {
            return Some(line.start + at);
        }
    }
    None
}
