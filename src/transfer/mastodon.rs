//! Reads an account's archive from Mastodon and other servers of the Fediverse, whole or with files missing; or its
//! `outbox.json` alone; or a list of statuses as the API returns it; or the notes of Misskey.

mod mentions;
mod misskey;
pub(super) mod status;

use std::collections::HashSet;
use std::io::BufReader;

use serde_json::Value;

use mentions::name_hosts;

use super::archive::{Archive, file_name};
use super::author::{about_me, avatar, display_name, host_of, person};
use super::json_repair::repair;
use super::json_stream::{JsonPart, StreamError, stream_json};
use super::report::skipped;
use super::{ReadError, Sink, csv, html, time};
use crate::model::{Attachment, Audience, Body, ImportItem, Origin, Reaction, RemotePost, RemoteUser, Timestamp};

/// Longest file beside the posts, in bytes.
const LONGEST: u64 = 16 << 20;
const PUBLIC: [&str; 3] = ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"];

pub(super) fn read(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let alone = archive.is_file().then(|| archive.names().first().cloned()).flatten();
    let outbox = archive.find("outbox.json").or(alone);
    let owner = match actor(archive)? {
        Some(owner) => Some(owner),
        None => outbox.as_ref().map(|outbox| first_actor(archive, outbox)).transpose()?.flatten(),
    };
    let Some(owner) = owner else {
        let why = format!("{} has no actor.json and no posts: it is no archive of an account", archive.name);
        return Err(ReadError::Content(why));
    };
    let address = owner.url.clone();
    emit(ImportItem::Owner(owner))?;
    if let Some(name) = avatar_file(archive) {
        emit(avatar(archive, &name))?;
    }
    for address in
        archive.read_named("following_accounts.csv", LONGEST)?.as_deref().map(csv::addresses).unwrap_or_default()
    {
        let Some((nick, host)) = address.trim_start_matches('@').split_once('@') else { continue };
        let followed = person(nick, host, format!("acct:{nick}@{host}"));
        emit(ImportItem::Follow { follower: None, followed })?;
    }
    match &outbox {
        Some(outbox) => posts(archive, outbox, &address, emit)?,
        None => emit(skipped("outbox.json", "the archive has none, so there are no posts"))?,
    }
    for (file, bookmark) in [("likes.json", false), ("bookmarks.json", true)] {
        reactions(archive, file, bookmark, emit)?;
    }
    Ok(())
}

/// Returns whether a user is the owner of a file that does not name its owner.
pub(super) fn is_unknown_owner(user: &RemoteUser) -> bool {
    user.url == misskey::owner().url
}

fn actor(archive: &mut Archive) -> Result<Option<RemoteUser>, ReadError> {
    let Some(mut bytes) = archive.read_named("actor.json", LONGEST)? else { return Ok(None) };
    repair(&mut bytes);
    let Ok(actor) = serde_json::from_slice::<Value>(&bytes) else { return Ok(None) };
    let Some(id) = actor["id"].as_str().filter(|id| id.contains("://")) else { return Ok(None) };
    let nick = actor["preferredUsername"].as_str().unwrap_or_else(|| file_name(id));
    let mut owner = person(nick, host_of(id), id.to_owned());
    owner.display_name = actor["name"].as_str().and_then(display_name);
    owner.about_me = actor["summary"].as_str().and_then(|summary| about_me(&html::text(summary)));
    Ok(Some(owner))
}

/// Returns the owner's picture. It is next to `actor.json`, whatever address that names.
fn avatar_file(archive: &Archive) -> Option<String> {
    let beside = archive.find("actor.json")?.strip_suffix("actor.json")?.to_owned();
    let is_it = |name: &&String| {
        name.strip_prefix(&beside).is_some_and(|base| base.starts_with("avatar.") && !base.contains('/'))
    };
    archive.names().iter().find(is_it).cloned()
}

/// Returns the nickname in the URL of a post's page: `https://example.com/@ada/1`.
fn page_owner(url: Option<&str>) -> Option<&str> {
    let (_, rest) = url?.split_once("/@")?;
    let nick = rest.split('/').next().filter(|nick| !nick.is_empty() && !nick.contains('@'))?;
    rest.len().gt(&nick.len()).then_some(nick)
}

/// Returns the author of the first post, for archives without `actor.json`.
fn first_actor(archive: &mut Archive, outbox: &str) -> Result<Option<RemoteUser>, ReadError> {
    let mut found = None;
    let input = BufReader::with_capacity(1 << 16, archive.open_text(outbox)?);
    let walked = stream_json(input, "orderedItems", &mut |part| {
        if let JsonPart::Element(_, bytes) = part
            && let Ok(activity) = serde_json::from_slice::<Value>(bytes)
            && let Some(id) = activity["actor"].as_str().filter(|id| id.contains("://"))
        {
            let nick = page_owner(activity["object"]["url"].as_str()).unwrap_or_else(|| file_name(id));
            found = Some(person(nick, host_of(id), id.to_owned()));
            return Err(StreamError::Stopped);
        }
        if let JsonPart::Element(_, bytes) = part {
            let status = serde_json::from_slice::<Value>(bytes).unwrap_or_default();
            found = status::author(&status["account"]).or_else(|| misskey::is_note(&status).then(misskey::owner));
            return if found.is_some() { Err(StreamError::Stopped) } else { Ok(()) };
        }
        Ok(())
    });
    match walked {
        Err(StreamError::Io(error)) => Err(ReadError::file(outbox, &error)),
        _ => Ok(found),
    }
}

fn posts(archive: &mut Archive, outbox: &str, owner: &str, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let media = archive.find("outbox.json").map(|name| name.strip_suffix("outbox.json").unwrap_or("").to_owned());
    let root = archive.path_of(&media.unwrap_or_default());
    let input = BufReader::with_capacity(1 << 16, archive.open_text(outbox)?);
    let (mut authors, mut notes) = (HashSet::new(), HashSet::new());
    let walked = stream_json(input, "orderedItems", &mut |part| {
        let item = match part {
            JsonPart::Member(..) => return Ok(()),
            JsonPart::TooLong(number) => skipped(format!("post {number}"), "it is longer than 4 MB"),
            JsonPart::Truncated => skipped("the end of outbox.json", "the file ends in the middle"),
            JsonPart::Element(number, bytes) => {
                let place = format!("post {number}");
                match serde_json::from_slice(bytes) {
                    Err(error) => skipped(place, format!("it is no JSON: {error}")),
                    Ok(list) if status::is_status(&list) => {
                        return status::read(&list, place, owner, &mut authors, emit).map_err(StreamError::from);
                    }
                    Ok(note) if misskey::is_note(&note) => misskey::item(&note, place, &mut notes),
                    Ok(activity) => match activity_to_post(&activity, &place, owner, &root) {
                        Ok(arrival) => ImportItem::Post(Box::new(arrival)),
                        Err(why) => skipped(place, why),
                    },
                }
            }
        };
        emit(item).map_err(StreamError::from)
    });
    walked.map_err(|stop| stop.into_error(outbox))
}

fn activity_to_post(activity: &Value, place: &str, owner: &str, root: &str) -> Result<RemotePost, String> {
    match activity["type"].as_str() {
        Some("Create") if activity["object"].is_string() => {
            Err("the file has only its address, not its text: export the posts themselves".to_owned())
        }
        Some("Create") => note(&activity["object"], activity, place, owner, root),
        Some("Announce") => boost(activity, place),
        Some(kind) => Err(format!("{kind:?} is no post")),
        None => Err("it does not say what it is".to_owned()),
    }
}

pub(super) fn moment(value: &Value) -> Result<Timestamp, String> {
    let text = value.as_str().ok_or("it has no date")?;
    time::parse(text).map(Timestamp::from).ok_or_else(|| format!("{text:?} is not a date"))
}

fn boost(activity: &Value, place: &str) -> Result<RemotePost, String> {
    let object = &activity["object"];
    let uri = object.as_str().or_else(|| object["id"].as_str()).ok_or("it does not name the boosted post")?;
    Ok(RemotePost {
        author: None,
        source: activity["id"].as_str().ok_or("it has no id")?.to_owned(),
        created_at: moment(&activity["published"])?,
        edited_at: None,
        revisions: Vec::new(),
        body: Body::imported(uri).map_err(|_| "it does not name the boosted post")?,
        mentions: Vec::new(),
        origin: Origin { boost_of: Some(uri.to_owned()), audience: audience(activity), ..Origin::default() },
        place: place.to_owned(),
    })
}

fn note(note: &Value, activity: &Value, place: &str, owner: &str, root: &str) -> Result<RemotePost, String> {
    let text = |key: &str| note[key].as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    if let Some(author) = note["attributedTo"].as_str().filter(|author| *author != owner) {
        return Err(format!("it was written by {author}"));
    }
    let language = match note["contentMap"].as_object() {
        Some(map) if map.len() == 1 => map.keys().next().cloned(),
        _ => None,
    };
    let content = text("content")
        .or_else(|| note["contentMap"].as_object()?.values().next()?.as_str().map(str::to_owned))
        .unwrap_or_default();
    let mut words = html::read(&content, Some(owner)).text;
    // Articles, pages and videos have a title.
    if let Some(title) = text("name").filter(|_| note["type"] != "Note" && note["type"] != "Question") {
        words = format!("{title}\n\n{words}").trim().to_owned();
    }
    let mentions = name_hosts(&mut words, all(&note["tag"]));
    for choices in ["oneOf", "anyOf"] {
        for choice in note[choices].as_array().map_or(&[][..], Vec::as_slice) {
            let votes = choice["replies"]["totalItems"].as_u64().unwrap_or(0);
            words.push_str(&format!("\n- {} ({votes})", choice["name"].as_str().unwrap_or("?")));
        }
    }
    let attachments: Vec<_> = all(&note["attachment"]).iter().map(|one| attachment(one, root)).collect();
    if words.trim().is_empty() {
        // A picture without words is a post, and a post needs a text.
        let said =
            attachments.iter().map(|one| one.description.clone().or_else(|| one.kind.clone()).unwrap_or_default());
        words = said.map(|said| format!("[{said}]")).collect::<Vec<_>>().join(" ");
    }
    Ok(RemotePost {
        author: None,
        source: text("id").ok_or("it has no id")?,
        created_at: moment(&note["published"]).or_else(|why| moment(&activity["published"]).map_err(|_| why))?,
        edited_at: moment(&note["updated"]).ok(),
        revisions: Vec::new(),
        body: Body::imported(&words).map_err(|_| "there is no text")?,
        mentions,
        origin: Origin {
            url: address(&note["url"]),
            language,
            warning: text("summary"),
            audience: audience(if note["to"].is_null() { activity } else { note }),
            original: Some(content).filter(|content| !content.is_empty()),
            in_reply_to: text("inReplyTo"),
            attachments,
            ..Origin::default()
        },
        place: place.to_owned(),
    })
}

/// Returns the elements of an array, or the one object in its place.
fn all(value: &Value) -> &[Value] {
    match value {
        Value::Array(all) => all,
        Value::Object(_) => std::slice::from_ref(value),
        _ => &[],
    }
}

/// Returns an address: a text, a link, or the first of several.
fn address(value: &Value) -> Option<String> {
    let text = match value {
        Value::Array(all) => return all.iter().find_map(address),
        Value::Object(link) => link.get("href")?.as_str()?,
        value => value.as_str()?,
    };
    Some(text.to_owned()).filter(|text| !text.trim().is_empty())
}

fn attachment(one: &Value, root: &str) -> Attachment {
    let text = |key: &str| one[key].as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let url = address(&one["url"]).or_else(|| text("href"));
    // The paths of files in an archive may start with folders of the server.
    let file = url.as_deref().and_then(|url| url.find("media_attachments/").map(|at| format!("{root}{}", &url[at..])));
    Attachment {
        kind: text("mediaType"),
        file: file.filter(|file| !file.contains("..")),
        url: url.filter(|url| url.contains("://")),
        description: text("name"),
    }
}

/// Returns the audience of a post by its recipients.
fn audience(post: &Value) -> Audience {
    let addressed = |key: &str, fits: &dyn Fn(&str) -> bool| match &post[key] {
        Value::String(one) => fits(one),
        Value::Array(all) => all.iter().filter_map(Value::as_str).any(fits),
        _ => false,
    };
    let public = |address: &str| PUBLIC.contains(&address);
    let followers = |address: &str| address.ends_with("/followers");
    if addressed("to", &public) {
        Audience::Public
    } else if addressed("cc", &public) {
        Audience::Unlisted
    } else if addressed("to", &followers) || addressed("cc", &followers) {
        Audience::Followers
    } else {
        Audience::Direct
    }
}

fn reactions(archive: &mut Archive, file: &str, bookmark: bool, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let Some(name) = archive.find(file) else { return Ok(()) };
    let input = BufReader::with_capacity(1 << 16, archive.open_text(&name)?);
    let walked = stream_json(input, "orderedItems", &mut |part| {
        let item = match part {
            JsonPart::Member(..) => return Ok(()),
            JsonPart::Element(number, bytes) => match serde_json::from_slice::<Value>(bytes) {
                Ok(Value::String(post)) => {
                    let reaction = Reaction { user: None, post, at: None, copy: None };
                    if bookmark { ImportItem::Bookmark(reaction) } else { ImportItem::Like(reaction) }
                }
                _ => skipped(format!("{file} {number}"), "it names no post"),
            },
            JsonPart::TooLong(number) => skipped(format!("{file} {number}"), "it names no post"),
            JsonPart::Truncated => skipped(format!("the end of {file}"), "the file ends in the middle"),
        };
        emit(item).map_err(StreamError::from)
    });
    walked.map_err(|stop| stop.into_error(&name))
}
