//! Texts for posts that consist only of media.

use crate::model::Attachment;

/// Returns what stands for attachments in a post without words: their descriptions, or what they are.
pub(super) fn media_text(attachments: &[Attachment]) -> String {
    let named = |one: &Attachment| {
        let kind = one.kind.as_deref().unwrap_or_default();
        let name = match kind.split('/').next().unwrap_or_default() {
            "image" | "photo" | "picture" | "animated_gif" => "picture",
            "video" => "video",
            "audio" => "audio",
            _ => "attachment",
        };
        format!("[{}]", one.description.as_deref().unwrap_or(name))
    };
    attachments.iter().map(named).collect::<Vec<_>>().join(" ")
}
