//! The text that quotes a post in another one.

use super::{clean_line, displayed_prefix, rich_text, single_line, truncate};
use crate::model::Post;

/// Columns of a quoted text at most.
const COLUMNS: usize = 140;

/// Returns the start of a post's text with its author, and its address or, if it has none, its ID.
#[must_use]
pub fn quote(post: &Post) -> String {
    let text = single_line(&rich_text(displayed_prefix(post.body.as_str())).text);
    let (excerpt, author) = (truncate(&text, COLUMNS), clean_line(post.nickname.as_str()));
    let url = post.origin.as_ref().and_then(|origin| origin.url.as_deref());
    let at = url.map_or_else(|| format!(", post {}", post.id), |url| format!(" {}", clean_line(url)));
    format!("“{excerpt}” — @{author}{at}")
}
