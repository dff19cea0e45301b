//! Reads JSON Feed 1 and 1.1 (<https://jsonfeed.org>), and RSS in JSON.
//!
//! Real feeds also have numbers as ids and dates, a single author, HTML beside text, and a version at another address.

use std::io::BufReader;

use serde_json::Value;

use super::address::{is_web, resolve};
use super::archive::Archive;
use super::author::{about_me, avatar_url, display_name, host_of, person};
use super::feed_authors::{Authors, FeedAuthor};
use super::html;
use super::json_stream::{JsonPart, StreamError, stream_json};
use super::media::media_text;
use super::report::{imported_with_defect, skipped};
use super::undated::DateFiller;
use super::{ReadError, Sink, references, time};
use crate::model::{Attachment, Body, ImportItem, Origin, RemotePost, RemoteUser, Timestamp};

/// Members with the time of an item.
const DATES: [&str; 3] = ["date_published", "pubDate", "date_modified"];

pub(super) fn read(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let name = archive.single_file("feed")?;
    let (mut head, item_authors) = read_head(archive, &name)?;
    let rss = rss_items(&mut head);
    if !head["version"].is_string() && head["items"].is_null() && rss.is_none() && item_authors.is_empty() {
        let why = format!("{name} is not a JSON Feed: it has neither a version nor items");
        return Err(ReadError::Content(why));
    }
    let mut owner = owner(&head, &name);
    if let Some(url) = archive.url() {
        // The ids of posts must stay the same when the feed says something else of itself.
        url.clone_into(&mut owner.url);
    }
    let mut feed = Feed {
        authors: Authors::new(author(&head), head["title"].as_str().unwrap_or_default(), &owner.url),
        dates: DateFiller::new(date(&head, &["date_modified", "date_published", "pubDate", "lastBuildDate"]).ok()),
        base: text(&head, "feed_url")
            .or_else(|| text(&head, "home_page_url"))
            .filter(|url| is_web(url))
            .or_else(|| archive.url().map(str::to_owned)),
        language: text(&head, "language"),
        url: owner.url.clone(),
    };
    emit(ImportItem::Owner(owner))?;
    let avatar =
        text(&head, "icon").or_else(|| text(&head["authors"][0], "avatar")).or_else(|| text(&head["author"], "avatar"));
    avatar_url(feed.base.as_deref(), avatar.as_deref(), emit)?;
    if let Some(items) = rss {
        items.iter().for_each(|item| feed.authors.add(author(item).as_ref()));
        for (number, item) in (1..).zip(&items) {
            feed.item(Ok(item), format!("item {number}"), emit)?;
        }
    } else {
        item_authors.iter().for_each(|author| feed.authors.add(author.as_ref()));
        let input = BufReader::with_capacity(1 << 16, archive.open_text(&name)?);
        let read = stream_json(input, "items", &mut |part| match part {
            JsonPart::Member(..) => Ok(()),
            JsonPart::TooLong(number) => {
                emit(skipped(format!("item {number}"), "it is longer than 4 MB")).map_err(StreamError::from)
            }
            JsonPart::Truncated => emit(skipped("the end", "the file ends in the middle")).map_err(StreamError::from),
            JsonPart::Element(number, bytes) => {
                let item = serde_json::from_slice::<Value>(bytes);
                let item = item.as_ref().map_err(|error| format!("it is no JSON: {error}"));
                feed.item(item, format!("item {number}"), emit).map_err(StreamError::from)
            }
        });
        read.map_err(|error| error.into_error(&name))?;
    }
    Ok(feed.dates.finish(&mut |post| emit(ImportItem::Post(Box::new(post))))?)
}

/// Reads all members but the items, and the authors of the items; `None` stands for items without one.
fn read_head(archive: &mut Archive, name: &str) -> Result<(Value, Vec<Option<FeedAuthor>>), ReadError> {
    let mut head = Value::Object(serde_json::Map::new());
    let mut item_authors = Vec::new();
    let input = BufReader::with_capacity(1 << 16, archive.open_text(name)?);
    stream_json(input, "items", &mut |part| {
        match part {
            JsonPart::Member(key, bytes) => {
                if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
                    head[key] = value;
                }
            }
            JsonPart::Element(_, bytes) if bytes.windows(7).any(|at| at == b"\"author") => {
                item_authors.push(serde_json::from_slice::<Value>(bytes).ok().and_then(|item| author(&item)));
            }
            JsonPart::Element(..) if item_authors.last().is_none_or(Option::is_some) => item_authors.push(None),
            _ => {}
        }
        Ok::<_, std::io::Error>(())
    })
    .map_err(|error| ReadError::file(name, &error))?;
    Ok((head, item_authors))
}

/// Takes the items out of RSS in JSON, and makes `head` the head of a JSON Feed.
fn rss_items(head: &mut Value) -> Option<Vec<Value>> {
    let channel = match head.pointer_mut("/rss/channel").map(Value::take)? {
        Value::Array(mut all) if !all.is_empty() => all.swap_remove(0),
        Value::Object(channel) => Value::Object(channel),
        _ => return None,
    };
    let items = match &channel["item"] {
        Value::Array(items) => items.clone(),
        Value::Object(_) => vec![channel["item"].clone()],
        _ => Vec::new(),
    };
    *head = channel;
    head["home_page_url"] = head["link"].take();
    Some(items)
}

/// Returns a member that is a text and not blank.
fn text(value: &Value, key: &str) -> Option<String> {
    let found = &value[key];
    // Converters from XML make objects of elements with attributes.
    let found = found.as_str().or_else(|| found["#value"].as_str()).or_else(|| found["#text"].as_str());
    found.map(str::to_owned).filter(|text| !text.trim().is_empty())
}

/// Returns the first author of a feed or an item.
fn author(value: &Value) -> Option<FeedAuthor> {
    let one = if value["authors"][0].is_object() { &value["authors"][0] } else { &value["author"] };
    match one {
        Value::String(name) => FeedAuthor::parse(name),
        one => FeedAuthor::new(text(one, "name"), text(one, "url")),
    }
}

fn owner(head: &Value, name: &str) -> RemoteUser {
    let author = author(head);
    let author_name = author.as_ref().map(|author| author.name.clone());
    let title = text(head, "title").or_else(|| author_name.clone()).unwrap_or_else(|| name.to_owned());
    // Titles are plain text, and many have references in them all the same.
    let title = references::decode(&title).into_owned();
    let home = text(head, "home_page_url").or_else(|| author.and_then(|author| author.uri));
    let url = text(head, "feed_url").and_then(|url| resolve(home.as_deref(), &url)).filter(|url| url.contains("://"));
    let url = url.or_else(|| home.clone()).unwrap_or_else(|| format!("jsonfeed:{title}"));
    let host = host_of(home.as_deref().unwrap_or(&url)).to_owned();
    let nick = author_name.unwrap_or_else(|| title.clone());
    let mut owner = person(&nick, if url.contains("://") { &host } else { "jsonfeed" }, url);
    owner.display_name = display_name(&title);
    owner.about_me = text(head, "description").as_deref().and_then(about_me);
    owner
}

/// Reads the first date among members: the text that is not a date, or `None`, if there is none.
fn date(value: &Value, keys: &[&str]) -> Result<Timestamp, Option<String>> {
    let mut unreadable = None;
    for key in keys {
        let found = match &value[key] {
            Value::Number(number) => number.to_string(),
            found => found.as_str().unwrap_or_default().trim().to_owned(),
        };
        match time::parse(&found).map(Timestamp::from).filter(|time| time.micros() >= 0) {
            Some(time) => return Ok(time),
            None if !found.is_empty() => drop(unreadable.get_or_insert(found)),
            None => {}
        }
    }
    Err(unreadable)
}

/// What the items of a feed share.
struct Feed {
    authors: Authors,
    dates: DateFiller,
    base: Option<String>,
    language: Option<String>,
    url: String,
}

impl Feed {
    fn item(&mut self, item: Result<&Value, String>, place: String, emit: &mut Sink<'_>) -> Result<(), super::Stopped> {
        let (mut post, item) = match item.and_then(|item| Ok((self.post(item, &place)?, item))) {
            Ok(found) => found,
            Err(why) => return emit(skipped(place, why)),
        };
        if let Some((user, is_new)) = self.authors.user(author(item).as_ref()) {
            post.author = Some(user.url.clone());
            if is_new {
                emit(ImportItem::User(user))?;
            }
        }
        let found = date(item, &DATES);
        let mut emit_post = |post| emit(ImportItem::Post(Box::new(post)));
        match found {
            Ok(time) => {
                post.created_at = time;
                self.dates.dated(post, &mut emit_post)
            }
            Err(unreadable) => {
                self.dates.undated(post, &mut emit_post)?;
                let Some(date) = unreadable else { return Ok(()) };
                let why = format!("{date:?} is not a date: imported with the date of its neighbors");
                emit(imported_with_defect(place, why))
            }
        }
    }

    /// Converts an item to a post without a date; the error says why it is none.
    fn post(&self, item: &Value, place: &str) -> Result<RemotePost, String> {
        let url = text(item, "url").or_else(|| text(item, "link")).and_then(|url| resolve(self.base.as_deref(), &url));
        let id = match &item["id"] {
            Value::Number(id) => Some(id.to_string()),
            _ => text(item, "id").or_else(|| text(item, "guid")),
        };
        let id = id.or_else(|| url.clone()).ok_or("it has no id")?;
        let base = url.as_deref().or(self.base.as_deref());
        let original = text(item, "content_html").or_else(|| text(item, "description"));
        let html = original.as_deref().map(|original| html::read(original, base)).filter(|html| !html.text.is_empty());
        let (words, media) = match html {
            Some(html) => (html.text, html.media),
            None => (text(item, "content_text").or_else(|| text(item, "summary")).unwrap_or_default(), Vec::new()),
        };
        let mut attachments = attachments(item, base);
        attachments.extend(media.into_iter().filter(|_| words.starts_with('[') && words.ends_with(']')).map(|one| {
            Attachment { kind: Some(one.kind.to_owned()), url: one.url, file: None, description: one.description }
        }));
        let title = text(item, "title").map(|title| references::decode(title.trim()).into_owned());
        let mut whole = match title {
            Some(title) if !words.starts_with(title.as_str()) => format!("{title}\n\n{words}"),
            _ => words,
        };
        if whole.trim().is_empty() {
            whole = media_text(&attachments);
        }
        if let Some(linked) =
            text(item, "external_url").filter(|linked| is_web(linked) && !whole.contains(linked.as_str()))
        {
            whole = format!("{}\n\n{linked}", whole.trim());
        }
        Ok(RemotePost {
            author: None,
            source: if id.contains("://") { id } else { format!("{} {id}", self.url) },
            created_at: Timestamp::from_micros(0),
            edited_at: date(item, &["date_modified"]).ok(),
            revisions: Vec::new(),
            body: Body::imported(&whole).map_err(|_| "it has no text")?,
            mentions: Vec::new(),
            origin: Origin {
                url,
                language: text(item, "language").or_else(|| self.language.clone()),
                original: original.filter(|original| *original != whole),
                attachments,
                ..Origin::default()
            },
            place: place.to_owned(),
        })
    }
}

/// Returns the attachments and pictures of an item, each address once.
fn attachments(item: &Value, base: Option<&str>) -> Vec<Attachment> {
    let mut found: Vec<Attachment> = Vec::new();
    let listed = match &item["attachments"] {
        Value::Array(all) => &all[..],
        one @ Value::Object(_) => std::slice::from_ref(one),
        _ => &[],
    };
    let listed = listed.iter();
    let listed = listed.map(|one| (text(one, "mime_type"), text(one, "url"), text(one, "title")));
    let enclosure = &item["enclosure"];
    let enclosure = enclosure.is_object().then(|| (text(enclosure, "type"), text(enclosure, "url"), None));
    let pictures = ["image", "banner_image"].map(|key| (Some("picture".to_owned()), text(item, key), None));
    for (kind, url, description) in listed.chain(enclosure).chain(pictures) {
        let Some(url) = url else { continue };
        let url = resolve(base, &url).unwrap_or(url);
        if !found.iter().any(|one| one.url.as_deref() == Some(url.as_str())) {
            found.push(Attachment { kind, url: Some(url), file: None, description });
        }
    }
    found
}
