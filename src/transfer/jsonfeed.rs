//! JSON Feed 1 and 1.1, <https://jsonfeed.org>, as feeds really are: ids that are numbers, a single author, a version
//! under another address.

use std::io::BufReader;

use html_escape::decode_html_entities;
use serde_json::Value;

use super::archive::Archive;
use super::author::{about_me, display_name, host_of, person};
use super::json_stream::{JsonPart, StreamError, stream_json};
use super::report::skipped;
use super::{ReadError, Sink, html, time};
use crate::model::{Attachment, Body, ImportItem, Origin, RemotePost, RemoteUser, Timestamp};

pub(super) fn read(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let name = archive.single_file("feed")?;
    let wrong = |error: std::io::Error| ReadError::file(&name, &error);
    let mut head = Value::Object(serde_json::Map::new());
    let input = BufReader::with_capacity(1 << 16, archive.open_file(&name)?);
    stream_json(input, "items", &mut |part| {
        if let JsonPart::Member(key, bytes) = part
            && let Ok(value) = serde_json::from_slice::<Value>(bytes)
        {
            head[key] = value;
        }
        Ok::<_, std::io::Error>(())
    })
    .map_err(wrong)?;
    let owner = owner(&head, &name);
    let feed = owner.url.clone();
    let language = head["language"].as_str().map(str::to_owned);
    emit(ImportItem::Owner(owner))?;
    let input = BufReader::with_capacity(1 << 16, archive.open_file(&name)?);
    let read = stream_json(input, "items", &mut |part| {
        let item = match part {
            JsonPart::Member(..) => return Ok(()),
            JsonPart::TooLong(number) => skipped(format!("item {number}"), "it is longer than 4 MB"),
            JsonPart::Truncated => skipped("the end", "the file ends in the middle"),
            JsonPart::Element(number, bytes) => {
                let place = format!("item {number}");
                match item(bytes, &place, &feed, language.as_deref()) {
                    Ok(arrival) => ImportItem::Post(Box::new(arrival)),
                    Err(why) => skipped(place, why),
                }
            }
        };
        emit(item).map_err(StreamError::from)
    });
    read.map_err(|stop| stop.into_error(&name))
}

fn owner(head: &Value, name: &str) -> RemoteUser {
    let text = |value: &Value| value.as_str().map(str::to_owned).filter(|text| !text.trim().is_empty());
    let author = if head["authors"][0].is_object() { &head["authors"][0] } else { &head["author"] };
    let title = text(&head["title"]).or_else(|| text(&author["name"])).unwrap_or_else(|| name.to_owned());
    let title = plain(&title);
    let home = text(&head["home_page_url"]).or_else(|| text(&author["url"]));
    let url = text(&head["feed_url"]).or_else(|| home.clone()).unwrap_or_else(|| format!("jsonfeed:{title}"));
    let host = host_of(home.as_deref().unwrap_or(&url)).to_owned();
    let nick = text(&author["name"]).unwrap_or_else(|| title.clone());
    let mut owner = person(&nick, if url.contains("://") { &host } else { "jsonfeed" }, url);
    owner.display_name = display_name(&title);
    owner.about_me = text(&head["description"]).as_deref().and_then(about_me);
    owner
}

/// A title is plain text, and yet many have entities in them.
fn plain(title: &str) -> String {
    decode_html_entities(title).into_owned()
}

fn item(bytes: &[u8], place: &str, feed: &str, language: Option<&str>) -> Result<RemotePost, String> {
    let item: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
    let text = |key: &str| item[key].as_str().map(str::to_owned).filter(|text| !text.trim().is_empty());
    let id = match &item["id"] {
        Value::String(id) if !id.is_empty() => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => text("url").ok_or("it has no id")?,
    };
    let date = text("date_published").or_else(|| text("date_modified")).ok_or("it has no date")?;
    let moment = time::parse(&date).ok_or_else(|| format!("{date:?} is no time"))?;
    let original = text("content_html");
    let words = text("content_text").or_else(|| original.as_deref().map(html::text)).or_else(|| text("summary"));
    let words = words.unwrap_or_default();
    let whole = match text("title").map(|title| plain(&title)) {
        Some(title) if !words.starts_with(title.as_str()) => format!("{}\n\n{words}", title.trim()),
        _ => words,
    };
    let attachments = item["attachments"].as_array().map_or(&[][..], Vec::as_slice).iter().map(|one| Attachment {
        kind: one["mime_type"].as_str().map(str::to_owned),
        url: one["url"].as_str().map(str::to_owned),
        file: None,
        description: one["title"].as_str().map(str::to_owned),
    });
    Ok(RemotePost {
        author: None,
        source: if id.contains("://") { id } else { format!("{feed} {id}") },
        created_at: Timestamp::from(moment),
        edited_at: text("date_modified").and_then(|date| time::parse(&date)).map(Timestamp::from),
        body: Body::imported(&whole).map_err(|_| "there is no text")?,
        mentions: Vec::new(),
        origin: Origin {
            url: text("url"),
            language: text("language").or_else(|| language.map(str::to_owned)),
            original,
            attachments: attachments.collect(),
            ..Origin::default()
        },
        place: place.to_owned(),
    })
}
