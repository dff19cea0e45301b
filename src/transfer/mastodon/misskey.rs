//! Notes as Misskey and its relatives export them: a list of notes, without the name of their author.

use std::collections::HashSet;

use serde_json::Value;

use crate::model::{Attachment, Audience, Body, ImportItem, Origin, RemotePost, RemoteUser, Timestamp};
use crate::transfer::address::is_web;
use crate::transfer::author::person;
use crate::transfer::media::media_text;
use crate::transfer::report::skipped;
use crate::transfer::time;

/// Returns the owner of an export, whom it does not name.
pub(super) fn owner() -> RemoteUser {
    person("someone", "misskey", remote_id("someone"))
}

/// Returns whether an element of a list is a note.
pub(super) fn is_note(value: &Value) -> bool {
    value["createdAt"].is_string() && value["id"].is_string() && value["visibility"].is_string()
}

fn remote_id(id: &str) -> String {
    format!("misskey:{id}")
}

/// Returns the post or boost that a note is. `seen` holds the ids of the notes before it.
pub(super) fn item(note: &Value, place: String, seen: &mut HashSet<String>) -> ImportItem {
    if let Some(id) = note["id"].as_str() {
        seen.insert(id.to_owned());
    }
    match post(note, &place, seen) {
        Ok(post) => ImportItem::Post(Box::new(post)),
        Err(why) => skipped(place, why),
    }
}

fn post(note: &Value, place: &str, seen: &HashSet<String>) -> Result<RemotePost, String> {
    let text = |key: &str| note[key].as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let stamp = text("createdAt").ok_or("it has no date")?;
    let created_at = time::parse(&stamp).ok_or_else(|| format!("{stamp:?} is not a date"))?;
    let files = note["files"].as_array().map_or(&[][..], Vec::as_slice);
    let attachments: Vec<Attachment> = files.iter().map(attachment).collect();
    let renoted = text("renoteId");
    let mut words = text("text").unwrap_or_default();
    for choice in note["poll"]["choices"].as_array().map_or(&[][..], Vec::as_slice) {
        let votes = choice["votes"].as_u64().unwrap_or(0);
        words.push_str(&format!("\n- {} ({votes})", choice["text"].as_str().unwrap_or("?")));
    }
    if words.trim().is_empty() {
        words = media_text(&attachments);
    }
    // A note that renotes another one with words of its own quotes it.
    let boost_of = renoted.filter(|_| words.is_empty());
    if let Some(boosted) = &boost_of {
        if !seen.contains(boosted) {
            return Err("it boosts a note of another user, whose address the file does not have".to_owned());
        }
        words = remote_id(boosted);
    }
    Ok(RemotePost {
        author: None,
        source: remote_id(&text("id").ok_or("it has no id")?),
        created_at: Timestamp::from(created_at),
        edited_at: text("updatedAt").and_then(|stamp| time::parse(&stamp)).map(Timestamp::from),
        revisions: Vec::new(),
        body: Body::imported(&words).map_err(|_| "there is no text")?,
        mentions: Vec::new(),
        origin: Origin {
            warning: text("cw"),
            audience: match note["visibility"].as_str() {
                Some("public") => Audience::Public,
                Some("home") => Audience::Unlisted,
                Some("followers") => Audience::Followers,
                _ => Audience::Direct,
            },
            in_reply_to: text("replyId").map(|id| remote_id(&id)),
            boost_of: boost_of.map(|id| remote_id(&id)),
            attachments,
            ..Origin::default()
        },
        place: place.to_owned(),
    })
}

fn attachment(file: &Value) -> Attachment {
    let text = |key: &str| file[key].as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    Attachment {
        kind: text("type"),
        url: text("url").filter(|url| is_web(url)),
        file: None,
        description: text("comment"),
    }
}
