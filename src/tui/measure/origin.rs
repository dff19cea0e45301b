//! The lines below an imported post: its attachments and, where the post is shown in full, its language and URL.

use crate::model::{Attachment, Post};
use crate::text::{clean_line, truncate, wrap};

/// In a list of posts, at most this many attachments are named; the others are counted.
const MAX_ATTACHMENTS: usize = 3;

/// Returns the lines in `columns` columns: one per attachment and, if `details`, their URLs and that of the post.
#[must_use]
pub fn lines(post: &Post, columns: usize, details: bool) -> Vec<String> {
    let Some(origin) = &post.origin else { return vec![] };
    let mut lines = Vec::new();
    let shown = if details { origin.attachments.len() } else { MAX_ATTACHMENTS };
    for attachment in origin.attachments.iter().take(shown) {
        let text = format!("▣ {}", clean_line(&description(attachment, details)));
        lines.push(truncate(&text, columns).into_owned());
        if let Some(location) = attachment.file.as_deref().or(attachment.url.as_deref()).filter(|_| details) {
            push_wrapped(&mut lines, location, "  ", columns);
        }
    }
    if origin.attachments.len() > shown {
        lines.push(format!("▣ {} more", origin.attachments.len() - shown));
    }
    if details {
        // URLs are long, so the usual scheme is left out.
        let url = origin.url.as_deref().map(|url| url.strip_prefix("https://").unwrap_or(url));
        let dated = origin.dated_at.map(|at| format!("dated {} by its author", at.local().format("%Y-%m-%d %H:%M")));
        let parts: Vec<&str> = origin.language.as_deref().into_iter().chain(dated.as_deref()).chain(url).collect();
        if !parts.is_empty() {
            push_wrapped(&mut lines, &parts.join(" · "), "", columns);
        }
    }
    lines
}

/// Appends a text, wrapped and indented.
fn push_wrapped(lines: &mut Vec<String>, text: &str, indent: &str, columns: usize) {
    let text = clean_line(text);
    let wrapped = wrap(&text, columns.saturating_sub(indent.len()).max(4));
    lines.extend(wrapped.into_iter().map(|at| format!("{indent}{}", &text[at])));
}

/// Returns the description of an attachment, or its media type if it has none.
fn description(attachment: &Attachment, details: bool) -> String {
    let kind = attachment.kind.as_deref().unwrap_or("a file");
    match &attachment.description {
        Some(description) if details => format!("{description} ({kind})"),
        Some(description) => description.clone(),
        None => kind.to_owned(),
    }
}
