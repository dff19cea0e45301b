//! Reads an account's archive from X: a folder or zip with `data/tweets.js` and its parts, `tweet.js` (before 2020), or
//! `data/js/tweets/2012_05.js` (before 2019); or one of these files alone, or `tweets.csv`.
//!
//! Each file is JavaScript that sets a variable to an array. Numbers are in strings.

mod tweet;
mod user;

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Read};

use serde_json::{Value, json};

use super::archive::{Archive, file_name};
use super::author::{about_me, avatar, display_name};
use super::json_stream::{JsonPart, StreamError, stream_json};
use super::report::skipped;
use super::{ReadError, Sink, csv, references};
use crate::model::{Audience, Body, ImportItem, Origin, Reaction, RemotePost, RemoteUser, Timestamp};
use tweet::{Account, Edits};
pub(super) use user::is_unknown_owner;
use user::{SOMEONE, UNKNOWN, user, user_url};

/// Longest file about the account, in bytes.
const LONGEST: u64 = 4 << 20;
/// Longest `tweets.csv`, in bytes: it is read into memory.
const LONGEST_TABLE: u64 = 256 << 20;
/// First id that contains a time: 2010-11-04. Ids before were counted up.
const FIRST_SNOWFLAKE: i64 = 29_700_859_247;
const SNOWFLAKE_EPOCH: i64 = 1_288_834_974_657;

/// Returns whether a file of that name contains posts: `tweets.js`, `tweets-part1.js`, `tweet.js`, `tweets/2012_05.js`.
pub(super) fn holds_posts(name: &str) -> bool {
    let base = file_name(name);
    is_part(base, "tweets") || is_part(base, "tweet") || is_month(name)
}

/// Whether a file contains the posts of a month, in archives before 2019.
fn is_month(name: &str) -> bool {
    let mut parts = name.rsplit('/');
    let month = parts.next().and_then(|base| base.strip_suffix(".js")).and_then(|stem| stem.split_once('_'));
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    parts.next() == Some("tweets") && month.is_some_and(|(year, month)| digits(year, 4) && digits(month, 2))
}

fn is_part(base: &str, of: &str) -> bool {
    let Some(rest) = base.strip_prefix(of).and_then(|rest| rest.strip_suffix(".js")) else { return false };
    rest.is_empty()
        || rest.strip_prefix("-part").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns the files whose names without folders match, or the only one.
fn files(archive: &Archive, fits: &dyn Fn(&str) -> bool) -> Vec<String> {
    let alone = archive.is_file();
    archive.names().iter().filter(|name| alone || fits(file_name(name))).cloned().collect()
}

pub(super) fn read(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let alone = archive.is_file();
    let tweets: Vec<String> = archive.names().iter().filter(|name| alone || holds_posts(name)).cloned().collect();
    let Some(first) = tweets.first().cloned() else {
        return Err(ReadError::Content(format!("{} has no tweets.js: it is no archive of an account", archive.name)));
    };
    let table = alone && check_alone(archive)?;
    let (owner, username, picture) = owner(archive, &first, table)?;
    let owner_url = owner.url.clone();
    emit(ImportItem::Owner(owner))?;
    if let Some(name) = picture.filter(|_| !alone) {
        emit(avatar(archive, &name))?;
    }
    let mut account = Account::new(username, owner_url, media_files(archive));
    if table {
        return read_table(archive, &first, &mut account, emit);
    }
    if !alone {
        for name in files(archive, &|base| is_part(base, "note-tweet")) {
            each(archive, &name, &mut |_, value| {
                account.add_note(&value["noteTweet"]);
                Ok(())
            })?;
        }
    }
    for name in &tweets {
        read_tweets(archive, name, &mut account, Audience::Public, emit)?;
    }
    if alone {
        return Ok(());
    }
    for (base, audience) in [("community-tweet", Audience::Public), ("twitter-circle-tweet", Audience::Followers)] {
        for name in files(archive, &|found| is_part(found, base)) {
            read_tweets(archive, &name, &mut account, audience, emit)?;
        }
    }
    read_follows(archive, &account, emit)?;
    read_likes(archive, emit)
}

/// Reads a file of posts. Of an edited post there is one for each text, which become one.
fn read_tweets(
    archive: &mut Archive,
    name: &str,
    account: &mut Account,
    audience: Audience,
    emit: &mut Sink<'_>,
) -> Result<(), ReadError> {
    let mut edits = Edits::default();
    let mut authors = HashSet::new();
    each(archive, name, &mut |number, value| {
        let place = format!("{} {number}", file_name(name));
        if let Value::String(why) = value {
            return emit(skipped(place, why)).map_err(StreamError::from);
        }
        let tweet = if value["tweet"].is_object() { &value["tweet"] } else { &value };
        let mut post = match account.post(tweet, &place) {
            Ok(post) => post,
            Err(why) => return emit(skipped(place, why)).map_err(StreamError::from),
        };
        post.origin.audience = audience;
        if let Some(user) = account.author(&tweet["user"]) {
            post.author = Some(user.url.clone());
            if authors.insert(user.url.clone()) {
                emit(ImportItem::User(user))?;
            }
        }
        match edits.add(tweet, post) {
            Some(post) => emit(ImportItem::Post(Box::new(post))).map_err(StreamError::from),
            None => Ok(()),
        }
    })?;
    for post in edits.finish() {
        emit(ImportItem::Post(Box::new(post)))?;
    }
    Ok(())
}

/// Reads `tweets.csv`.
fn read_table(archive: &mut Archive, name: &str, account: &mut Account, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let bytes = archive.read_file(name, LONGEST_TABLE)?;
    let mut rows = csv::rows(&String::from_utf8_lossy(&bytes)).into_iter();
    let head = rows.next().unwrap_or_default();
    for (number, row) in (1..).zip(rows) {
        let cell = |key: &str| head.iter().position(|name| name == key).and_then(|at| row.get(at)).cloned();
        let place = format!("row {number}");
        let tweet = json!({
            "id_str": cell("tweet_id"), "created_at": cell("timestamp"), "full_text": cell("text"),
            "in_reply_to_status_id_str": cell("in_reply_to_status_id").filter(|id| !id.is_empty()),
        });
        match account.post(&tweet, &place) {
            Ok(post) => emit(ImportItem::Post(Box::new(post)))?,
            Err(why) => emit(skipped(place, why))?,
        }
    }
    Ok(())
}

fn read_follows(archive: &mut Archive, account: &Account, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    for name in files(archive, &|base| is_part(base, "following")) {
        each(archive, &name, &mut |number, value| {
            let Some(id) = value["following"]["accountId"].as_str() else {
                return emit(skipped(format!("following.js {number}"), "it names no user")).map_err(StreamError::from);
            };
            let followed = user(account.nick(id), id);
            emit(ImportItem::Follow { follower: None, followed }).map_err(StreamError::from)
        })?;
    }
    Ok(())
}

fn read_likes(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let likes = files(archive, &|base| is_part(base, "like"));
    if !likes.is_empty() {
        emit(ImportItem::User(user(UNKNOWN, UNKNOWN)))?;
    }
    for name in likes {
        each(archive, &name, &mut |number, value| {
            let place = format!("like.js {number}");
            let like = like(&value["like"], &place);
            emit(like.unwrap_or_else(|| skipped(place, "it names no post"))).map_err(StreamError::from)
        })?;
    }
    Ok(())
}

/// Checks that a single file contains posts; returns whether it is a table.
fn check_alone(archive: &mut Archive) -> Result<bool, ReadError> {
    let name = archive.name.clone();
    let mut head = Vec::new();
    archive.open_text(&name)?.take(64).read_to_end(&mut head).map_err(|error| ReadError::file(&name, &error))?;
    let head = String::from_utf8_lossy(&head);
    let starts = |start: &str| head.trim_start_matches('\u{feff}').trim_start().starts_with(start);
    let parts = ["tweet.", "tweets.", "community_tweet.", "twitter_circle_tweet."];
    if starts("window.") && !parts.iter().any(|part| starts(&format!("window.YTD.{part}"))) {
        let why = format!("{name} is a part of an archive from X that holds no posts: name the folder of the archive");
        return Err(ReadError::Content(why));
    }
    Ok(starts("\"tweet_id\"") || starts("tweet_id,"))
}

/// Reads a file element by element; a bad one is given as a string that says why.
fn each(
    archive: &mut Archive,
    name: &str,
    take: &mut dyn FnMut(usize, Value) -> Result<(), StreamError>,
) -> Result<(), ReadError> {
    let input = BufReader::with_capacity(1 << 16, archive.open_text(name)?);
    let mut last = 0;
    let read = stream_json(input, "", &mut |part| match part {
        JsonPart::Member(..) => Ok(()),
        JsonPart::Element(number, bytes) => {
            last = number;
            let read = serde_json::from_slice(bytes);
            take(number, read.unwrap_or_else(|error| Value::String(format!("it is no JSON: {error}"))))
        }
        JsonPart::TooLong(number) => take(number, Value::String("it is longer than 4 MB".to_owned())),
        JsonPart::Truncated => take(last + 1, Value::String("the file ends in the middle".to_owned())),
    });
    read.map_err(|error| error.into_error(name))
}

/// Returns the value to which a file about the account sets its variable.
fn about(archive: &mut Archive, base: &str) -> Result<Value, ReadError> {
    let Some(bytes) = archive.read_named(base, LONGEST)? else { return Ok(Value::Null) };
    let from = bytes.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1);
    let end = bytes.trim_ascii_end().strip_suffix(b";").unwrap_or(&bytes).len().max(from);
    Ok(serde_json::from_slice(&bytes[from..end]).unwrap_or(Value::Null))
}

/// Returns the author of the first post in a file, which archives before 2019 and answers of the API name.
fn first_author(archive: &mut Archive, name: &str) -> Result<Value, ReadError> {
    let mut found = Value::Null;
    let read = each(archive, name, &mut |_, value| {
        let tweet = if value["tweet"].is_object() { &value["tweet"] } else { &value };
        found = tweet["user"].clone();
        Err(StreamError::Stopped)
    });
    match read {
        Ok(()) | Err(ReadError::Stopped) => Ok(found),
        Err(error) => Err(error),
    }
}

/// Returns the owner of an archive, their username, and the file with their picture.
fn owner(
    archive: &mut Archive,
    tweets: &str,
    is_table: bool,
) -> Result<(RemoteUser, String, Option<String>), ReadError> {
    let account = about(archive, "account.js")?;
    let account = &account[0]["account"];
    let manifest = about(archive, "manifest.js")?;
    let info = &manifest["userInfo"];
    let details = about(archive, "user_details.js")?;
    let author = if is_table { Value::Null } else { first_author(archive, tweets)? };
    let text = |values: [&Value; 4]| {
        let found = values.iter().find_map(|value| value.as_str().filter(|text| !text.is_empty()));
        found.map(|text| references::decode(text).into_owned())
    };
    let username = text([&account["username"], &info["userName"], &details["screen_name"], &author["screen_name"]]);
    let username = username.unwrap_or_else(|| SOMEONE.to_owned());
    let id = text([&account["accountId"], &info["accountId"], &details["id"], &author["id_str"]]);
    let mut owner = user(&username, id.as_ref().unwrap_or(&username));
    let name = text([&account["accountDisplayName"], &info["displayName"], &details["full_name"], &author["name"]]);
    owner.display_name = name.as_deref().and_then(display_name);
    let profile = about(archive, "profile.js")?;
    let bio = text([&profile[0]["profile"]["description"]["bio"], &details["bio"], &Value::Null, &Value::Null]);
    owner.about_me = bio.as_deref().and_then(about_me);
    let picture = profile[0]["profile"]["avatarMediaUrl"].as_str();
    let picture = picture.and_then(|url| profile_media(archive, file_name(url)));
    Ok((owner, username, picture))
}

/// Returns the file of a profile with this name on the server; in archives the id of the account precedes it.
fn profile_media(archive: &Archive, base: &str) -> Option<String> {
    let is_it = |name: &&String| {
        name.rsplit('/').nth(1) == Some("profile_media")
            && file_name(name).strip_suffix(base).is_some_and(|before| before.is_empty() || before.ends_with('-'))
    };
    archive.names().iter().find(is_it).cloned()
}

/// Returns the files of posts by the ids of the posts, which precede their names.
fn media_files(archive: &Archive) -> HashMap<String, Vec<String>> {
    let mut files: HashMap<String, Vec<String>> = HashMap::new();
    for name in archive.names() {
        let folder = name.rsplit('/').nth(1).unwrap_or_default();
        if let Some((id, _)) = file_name(name).split_once('-')
            && matches!(folder, "tweets_media" | "tweet_media" | "community_tweet_media" | "twitter_circle_tweet_media")
            && id.bytes().all(|byte| byte.is_ascii_digit())
        {
            files.entry(id.to_owned()).or_default().push(archive.path_of(name));
        }
    }
    files
}

/// Converts a like. The time of the post is part of its id.
fn like(like: &Value, place: &str) -> Option<ImportItem> {
    let id = like["tweetId"].as_str()?;
    let source = format!("x:{id}");
    let number: i64 = id.parse().ok()?;
    let text = like["fullText"].as_str().and_then(|text| Body::imported(&references::decode(text)).ok());
    let copy = text.filter(|_| number >= FIRST_SNOWFLAKE).map(|body| {
        Box::new(RemotePost {
            author: Some(user_url(UNKNOWN)),
            source: source.clone(),
            created_at: Timestamp::from_micros(((number >> 22) + SNOWFLAKE_EPOCH).saturating_mul(1_000)),
            edited_at: None,
            revisions: Vec::new(),
            body,
            mentions: Vec::new(),
            origin: Origin { url: like["expandedUrl"].as_str().map(str::to_owned), ..Origin::default() },
            place: place.to_owned(),
        })
    });
    Some(ImportItem::Like(Reaction { user: None, post: source, at: None, copy }))
}
