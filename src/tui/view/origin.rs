//! What a post that was brought in keeps beside its text: pictures and the like, its language, where it stands in the
//! world, and that it was not written for everybody.

use ratatui::text::{Line, Span};

use super::Theme;
use crate::model::{Attachment, Audience, Post};
use crate::text::{clean_line, truncate};

/// So many attachments are told of in a list of posts; the others are counted.
const FEW: usize = 3;

/// For whom it was written, if not for everybody.
pub(super) fn mark(post: &Post) -> Option<&'static str> {
    match post.origin.as_ref()?.audience {
        Audience::Public | Audience::Unlisted => None,
        Audience::Followers => Some("for followers"),
        Audience::Direct => Some("direct"),
    }
}

/// How many lines [`lines`] are.
pub(super) fn rows(post: &Post, whole: bool) -> usize {
    let Some(origin) = &post.origin else { return 0 };
    let count = origin.attachments.len();
    if whole {
        let places = origin.attachments.iter().filter(|one| place(one).is_some()).count();
        return count + places + usize::from(origin.language.is_some() || origin.url.is_some());
    }
    count.min(FEW) + usize::from(count > FEW)
}

/// Each attachment in a line; of the whole post also where each lies, and where the post stands.
pub(super) fn lines(post: &Post, room: usize, whole: bool, theme: &Theme) -> Vec<Line<'static>> {
    let Some(origin) = &post.origin else { return vec![] };
    let cut = |text: &str| truncate(&clean_line(text), room.saturating_sub(2)).into_owned();
    let shown = if whole { origin.attachments.len() } else { FEW };
    let mut lines = Vec::new();
    for one in origin.attachments.iter().take(shown) {
        lines.push(Line::from(vec![Span::styled("▣ ", theme.dim), Span::styled(cut(&said(one, whole)), theme.dim)]));
        if let Some(place) = place(one).filter(|_| whole) {
            lines.push(Line::from(vec![Span::raw("  "), Span::styled(cut(place), theme.link)]));
        }
    }
    if origin.attachments.len() > shown {
        lines.push(Line::styled(format!("▣ {} more", origin.attachments.len() - shown), theme.dim));
    }
    if whole {
        let parts: Vec<&str> = [&origin.language, &origin.url].into_iter().flatten().map(String::as_str).collect();
        lines.extend((!parts.is_empty()).then(|| Line::styled(cut(&parts.join(" · ")), theme.dim)));
    }
    lines
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

/// Where it lies: here, or in the world.
fn place(one: &Attachment) -> Option<&str> {
    one.file.as_deref().or(one.url.as_deref())
}
