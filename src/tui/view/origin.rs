//! What a post that was brought in keeps beside its text: pictures and the like, its language, where it stands in the
//! world, and that it was not written for everybody.

use ratatui::text::Line;

use super::Theme;
use crate::model::{Attachment, Post};
use crate::text::{clean_line, truncate, wrap};

/// So many attachments are told of in a list of posts; the others are counted.
const FEW: usize = 3;

/// For whom it was written, if not for everybody.
pub(super) fn mark(post: &Post) -> Option<&'static str> {
    post.origin.as_ref()?.audience.mark()
}

/// How many lines [`lines`] are.
pub(super) fn rows(post: &Post, room: usize, whole: bool) -> usize {
    told(post, room, whole).len()
}

/// Each attachment in a line; of the whole post also where each lies, and where the post stands.
pub(super) fn lines(post: &Post, room: usize, whole: bool, theme: &Theme) -> Vec<Line<'static>> {
    told(post, room, whole).into_iter().map(|line| Line::styled(line, theme.dim)).collect()
}

fn told(post: &Post, room: usize, whole: bool) -> Vec<String> {
    let Some(origin) = &post.origin else { return vec![] };
    let mut lines = Vec::new();
    let shown = if whole { origin.attachments.len() } else { FEW };
    for one in origin.attachments.iter().take(shown) {
        lines.push(truncate(&format!("▣ {}", clean_line(&said(one, whole))), room).into_owned());
        if let Some(place) = one.file.as_deref().or(one.url.as_deref()).filter(|_| whole) {
            wrapped(place, "  ", room, &mut lines);
        }
    }
    if origin.attachments.len() > shown {
        lines.push(format!("▣ {} more", origin.attachments.len() - shown));
    }
    if whole {
        // An address is long, and how it is fetched is told only where that is unusual.
        let url = origin.url.as_deref().map(|url| url.strip_prefix("https://").unwrap_or(url));
        let parts: Vec<&str> = origin.language.as_deref().into_iter().chain(url).collect();
        if !parts.is_empty() {
            wrapped(&parts.join(" · "), "", room, &mut lines);
        }
    }
    lines
}

/// A text in as many lines as it takes.
fn wrapped(text: &str, before: &str, room: usize, lines: &mut Vec<String>) {
    let text = clean_line(text);
    let wrapped = wrap(&text, room.saturating_sub(before.len()).max(4));
    lines.extend(wrapped.into_iter().map(|at| format!("{before}{}", &text[at])));
}

/// What an attachment shows, or at least what it is.
fn said(one: &Attachment, whole: bool) -> String {
    let kind = one.kind.as_deref().unwrap_or("a file");
    match &one.description {
        Some(description) if whole => format!("{description} ({kind})"),
        Some(description) => description.clone(),
        None => kind.to_owned(),
    }
}
