//! An account's archive from X: the folder or zip, with `data/tweets.js` and its parts, or the older `tweet.js`; or
//! one of these files alone.
//!
//! Each file is JavaScript that sets a variable to an array. Numbers stand in strings.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use html_escape::decode_html_entities;
use serde_json::Value;

use super::archive::{Archive, file_name};
use super::author::{about_me, avatar, display_name, person};
use super::json_stream::{JsonPart, StreamError, stream_json};
use super::report::skipped;
use super::{ReadError, Sink, time};
use crate::model::{Attachment, Body, ImportItem, Origin, Reaction, RemotePost, RemoteUser, Timestamp};

/// The longest file about the account, in bytes.
const LONGEST: u64 = 4 << 20;
/// Who wrote what was liked, since the archive does not say.
const UNKNOWN: &str = "https://x.com/i/user/unknown";
/// Numbers before this were counted up; since then they tell the moment: 2010-11-04.
const FIRST_SNOWFLAKE: i64 = 29_700_859_247;
const SNOWFLAKE_EPOCH: i64 = 1_288_834_974_657;

/// Whether a file of that name holds posts: `tweets.js`, `tweets-part1.js`, `tweet.js`.
pub(super) fn holds_posts(name: &str) -> bool {
    let base = file_name(name);
    is_part(base, "tweets") || is_part(base, "tweet")
}

fn is_part(base: &str, of: &str) -> bool {
    let Some(rest) = base.strip_prefix(of).and_then(|rest| rest.strip_suffix(".js")) else { return false };
    rest.is_empty()
        || rest.strip_prefix("-part").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// What must be known of the account and its files to read its posts.
struct Account {
    username: String,
    /// The nicknames of users by their numbers, as far as posts mention them.
    names: HashMap<String, String>,
    /// Whole texts of long posts, their links expanded, by the second they were written in.
    notes: HashMap<i64, Vec<String>>,
}

pub(super) fn read(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let alone = archive.is_file();
    if alone {
        check_alone(archive)?;
    }
    let (owner, username, picture) = owner(archive)?;
    let files = |archive: &Archive, fits: &dyn Fn(&str) -> bool| -> Vec<String> {
        archive.names().iter().filter(|name| alone || fits(file_name(name))).cloned().collect()
    };
    let tweets = files(archive, &holds_posts);
    if tweets.is_empty() {
        return Err(ReadError::Content(format!("{} has no tweets.js: it is no archive of an account", archive.name)));
    }
    emit(ImportItem::Owner(owner))?;
    if let Some(name) = picture.filter(|_| !alone) {
        emit(avatar(archive, &name))?;
    }
    let mut account = Account { username, names: HashMap::new(), notes: HashMap::new() };
    if !alone {
        for name in files(archive, &|base| is_part(base, "note-tweet")) {
            each(archive, &name, &mut |_, value| {
                note(&value["noteTweet"], &mut account.notes);
                Ok(())
            })?;
        }
    }
    for name in &tweets {
        let number_of = |number| format!("{} {number}", file_name(name));
        each(archive, name, &mut |number, value| match value {
            Value::String(why) => emit(skipped(number_of(number), why)).map_err(StreamError::from),
            value => {
                let inner = if value["tweet"].is_object() { &value["tweet"] } else { &value };
                let item = match tweet(inner, &number_of(number), &mut account) {
                    Ok(arrival) => ImportItem::Post(Box::new(arrival)),
                    Err(why) => skipped(number_of(number), why),
                };
                emit(item).map_err(StreamError::from)
            }
        })?;
    }
    if alone {
        return Ok(());
    }
    for name in files(archive, &|base| is_part(base, "following")) {
        each(archive, &name, &mut |number, value| {
            let Some(id) = value["following"]["accountId"].as_str() else {
                return emit(skipped(format!("following.js {number}"), "it names nobody")).map_err(StreamError::from);
            };
            let nick = account.names.get(id).map_or(id, String::as_str);
            let followed = person(nick, "x.com", address(id));
            emit(ImportItem::Follow { follower: None, followed }).map_err(StreamError::from)
        })?;
    }
    let likes = files(archive, &|base| is_part(base, "like"));
    if !likes.is_empty() {
        emit(ImportItem::User(person("unknown", "x.com", UNKNOWN.to_owned())))?;
    }
    for name in likes {
        each(archive, &name, &mut |number, value| {
            let place = format!("like.js {number}");
            emit(like(&value["like"], &place).unwrap_or_else(|| skipped(place, "it names no post")))
                .map_err(StreamError::from)
        })?;
    }
    Ok(())
}

/// Of the files of an archive only those with posts say something by themselves.
fn check_alone(archive: &mut Archive) -> Result<(), ReadError> {
    let name = archive.name.clone();
    let mut head = Vec::new();
    archive.open_text(&name)?.take(64).read_to_end(&mut head).map_err(|error| ReadError::file(&name, &error))?;
    let head = String::from_utf8_lossy(&head);
    let is = |of: &str| head.trim_start_matches('\u{feff}').trim_start().starts_with(of);
    if is("window.") && !is("window.YTD.tweet.") && !is("window.YTD.tweets.") {
        let why = format!("{name} is a part of an archive from X that holds no posts: name the folder of the archive");
        return Err(ReadError::Content(why));
    }
    Ok(())
}

fn address(id: &str) -> String {
    format!("https://x.com/i/user/{id}")
}

/// Reads a file element by element; what is bad comes as a string that says why.
fn each(
    archive: &mut Archive,
    name: &str,
    take: &mut dyn FnMut(usize, Value) -> Result<(), StreamError>,
) -> Result<(), ReadError> {
    let input = BufReader::with_capacity(1 << 16, archive.open_text(name)?);
    let mut last = 0;
    let walked = stream_json(input, "", &mut |part| match part {
        JsonPart::Member(..) => Ok(()),
        JsonPart::Element(number, bytes) => {
            last = number;
            let read = serde_json::from_slice(bytes);
            take(number, read.unwrap_or_else(|error| Value::String(format!("it is no JSON: {error}"))))
        }
        JsonPart::TooLong(number) => take(number, Value::String("it is longer than 4 MB".to_owned())),
        JsonPart::Truncated => take(last + 1, Value::String("the file ends in the middle".to_owned())),
    });
    walked.map_err(|stop| stop.into_error(name))
}

/// The value that a file about the account sets its variable to.
fn about(archive: &mut Archive, base: &str) -> Result<Value, ReadError> {
    let Some(bytes) = archive.read_named(base, LONGEST)? else { return Ok(Value::Null) };
    let from = bytes.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1);
    Ok(serde_json::from_slice(&bytes[from..]).unwrap_or(Value::Null))
}

/// Whose archive it is, their name there, and the file with their picture.
fn owner(archive: &mut Archive) -> Result<(RemoteUser, String, Option<String>), ReadError> {
    let account = about(archive, "account.js")?;
    let account = &account[0]["account"];
    let manifest = about(archive, "manifest.js")?;
    let info = &manifest["userInfo"];
    let text = |first: &Value, second: &Value| {
        first.as_str().or(second.as_str()).map(|text| decode_html_entities(text).into_owned())
    };
    let username = text(&account["username"], &info["userName"]).unwrap_or_else(|| "someone".to_owned());
    let id = text(&account["accountId"], &info["accountId"]).unwrap_or_else(|| username.clone());
    let mut owner = person(&username, "x.com", address(&id));
    owner.display_name = text(&account["accountDisplayName"], &info["displayName"]).as_deref().and_then(display_name);
    let profile = about(archive, "profile.js")?;
    let bio = profile[0]["profile"]["description"]["bio"].as_str();
    owner.about_me = bio.and_then(|bio| about_me(&decode_html_entities(bio)));
    let picture =
        profile[0]["profile"]["avatarMediaUrl"].as_str().and_then(|url| profile_media(archive, file_name(url)));
    Ok((owner, username, picture))
}

/// The file of a profile that the server has under this name: here the number of the account stands before it.
fn profile_media(archive: &Archive, base: &str) -> Option<String> {
    let is_it = |name: &&String| {
        name.rsplit('/').nth(1) == Some("profile_media")
            && file_name(name).strip_suffix(base).is_some_and(|before| before.is_empty() || before.ends_with('-'))
    };
    archive.names().iter().find(is_it).cloned()
}

fn note(note: &Value, notes: &mut HashMap<i64, Vec<String>>) {
    let moment = note["createdAt"].as_str().and_then(time::parse);
    if let (Some(moment), Some(text)) = (moment, note["core"]["text"].as_str()) {
        let whole = expanded(text.to_owned(), &note["core"]["urls"], ["shortUrl", "expandedUrl"]);
        notes.entry(moment.timestamp()).or_default().push(whole);
    }
}

/// A text with the addresses that its links stand for.
fn expanded(text: String, links: &Value, [short, long]: [&str; 2]) -> String {
    let links = links.as_array().map_or(&[][..], Vec::as_slice).iter();
    links.fold(text, |text, link| match (link[short].as_str(), link[long].as_str()) {
        (Some(short), Some(long)) if !short.is_empty() => text.replace(short, long),
        _ => text,
    })
}

fn tweet(tweet: &Value, place: &str, account: &mut Account) -> Result<RemotePost, String> {
    let text = |key: &str| tweet[key].as_str().filter(|text| !text.trim().is_empty());
    let id = text("id_str").or_else(|| text("id")).ok_or("it has no id")?;
    let stamp = text("created_at").ok_or("it has no date")?;
    let moment = time::parse(stamp).ok_or_else(|| format!("{stamp:?} is not a date"))?;
    let original = text("full_text").or_else(|| text("text")).ok_or("there is no text")?;
    let media = tweet["extended_entities"]["media"].as_array().or_else(|| tweet["entities"]["media"].as_array());
    let media = media.map_or(&[][..], Vec::as_slice);
    let whole = long_text(original, moment.timestamp(), account);
    let words = whole.unwrap_or_else(|| original.to_owned());
    let mut words = expanded(words, &tweet["entities"]["urls"], ["url", "expanded_url"]);
    for short in media.iter().filter_map(|one| one["url"].as_str()).filter(|short| !short.is_empty()) {
        words = words.replace(short, "");
    }
    let words = decode_html_entities(words.trim()).into_owned();
    let attachments: Vec<_> = media.iter().map(attachment).collect();
    let words = if words.is_empty() && !attachments.is_empty() { "[media]".to_owned() } else { words };
    let mentions = tweet["entities"]["user_mentions"].as_array().map_or(&[][..], Vec::as_slice).iter();
    let mentions: Vec<(String, String)> = mentions
        .filter_map(|one| Some((one["screen_name"].as_str()?.to_owned(), one["id_str"].as_str()?.to_owned())))
        .collect();
    for (name, id) in &mentions {
        account.names.entry(id.clone()).or_insert_with(|| name.clone());
    }
    // What is passed on is cut at about 140 characters, and nothing says where the whole of it is.
    let retweet = words.starts_with("RT @") && words.contains(':');
    Ok(RemotePost {
        author: None,
        source: format!("x:{id}"),
        created_at: Timestamp::from(moment),
        edited_at: None,
        body: Body::imported(&words).map_err(|_| "there is no text")?,
        mentions: mentions.into_iter().map(|(name, id)| (name, address(&id))).collect(),
        origin: Origin {
            url: Some(format!("https://x.com/{}/status/{id}", account.username)),
            language: text("lang").filter(|lang| !matches!(*lang, "und" | "zxx" | "qme")).map(str::to_owned),
            original: Some(original.to_owned()).filter(|original| *original != words),
            in_reply_to: text("in_reply_to_status_id_str").map(|id| format!("x:{id}")),
            boost_of: retweet.then(|| format!("x:retweet of {id}")),
            attachments,
            ..Origin::default()
        },
        place: place.to_owned(),
    })
}

/// The whole of a text that was cut, if it was.
fn long_text(cut: &str, second: i64, account: &Account) -> Option<String> {
    let notes = account.notes.get(&second)?;
    // What was cut ends in `…` and a link.
    let (words, _) = cut.rsplit_once('…')?;
    let words = decode_html_entities(words);
    let beginning: String = words.chars().take(60).collect();
    notes.iter().find(|note| decode_html_entities(note).starts_with(&beginning)).cloned()
}

fn attachment(media: &Value) -> Attachment {
    let text = |key: &str| media[key].as_str().map(str::to_owned);
    Attachment {
        kind: text("type"),
        url: text("media_url_https").or_else(|| text("media_url")),
        file: None,
        description: text("ext_alt_text"),
    }
}

fn like(like: &Value, place: &str) -> Option<ImportItem> {
    let id = like["tweetId"].as_str()?;
    let source = format!("x:{id}");
    let number: i64 = id.parse().ok()?;
    let text = like["fullText"].as_str().and_then(|text| Body::imported(&decode_html_entities(text)).ok());
    let copy = text.filter(|_| number >= FIRST_SNOWFLAKE).map(|body| {
        Box::new(RemotePost {
            author: Some(UNKNOWN.to_owned()),
            source: source.clone(),
            created_at: Timestamp::from_micros(((number >> 22) + SNOWFLAKE_EPOCH).saturating_mul(1_000)),
            edited_at: None,
            body,
            mentions: Vec::new(),
            origin: Origin { url: like["expandedUrl"].as_str().map(str::to_owned), ..Origin::default() },
            place: place.to_owned(),
        })
    });
    Some(ImportItem::Like(Reaction { user: None, post: source, at: None, copy }))
}
