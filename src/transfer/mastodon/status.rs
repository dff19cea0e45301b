//! Statuses as the API of Mastodon and compatible servers returns them.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::mentions::name_hosts;
use crate::model::{Attachment, Audience, Body, ImportItem, Origin, RemotePost, RemoteUser, Timestamp};
use crate::transfer::address::is_web;
use crate::transfer::author::{about_me, display_name, host_of, person};
use crate::transfer::media::media_text;
use crate::transfer::report::skipped;
use crate::transfer::{Sink, Stopped, html, time};

/// Returns whether an element of a list is a status.
pub(super) fn is_status(value: &Value) -> bool {
    value["account"].is_object() && value["uri"].is_string()
}

/// Returns the user who is an account.
pub(in crate::transfer) fn author(account: &Value) -> Option<RemoteUser> {
    let url = account["uri"].as_str().or(account["url"].as_str()).filter(|url| is_web(url))?;
    let acct = account["acct"].as_str().or(account["username"].as_str())?;
    let (nick, host) = acct.split_once('@').unwrap_or((acct, host_of(url)));
    let mut author = person(nick, host, url.to_owned());
    author.display_name = account["display_name"].as_str().and_then(display_name);
    author.about_me = account["note"].as_str().and_then(|note| about_me(&html::text(note)));
    Some(author)
}

/// Emits a status, and its author before the first one by them.
pub(super) fn read(
    status: &Value,
    place: String,
    owner: &str,
    authors: &mut HashSet<String>,
    emit: &mut Sink<'_>,
) -> Result<(), Stopped> {
    let mut post = match post(status, &place) {
        Ok(post) => post,
        Err(why) => return emit(skipped(place, why)),
    };
    if let Some(user) = author(&status["account"]).filter(|user| user.url != owner) {
        post.author = Some(user.url.clone());
        if authors.insert(user.url.clone()) {
            emit(ImportItem::User(user))?;
        }
    }
    emit(ImportItem::Post(Box::new(post)))
}

pub(in crate::transfer) fn post(status: &Value, place: &str) -> Result<RemotePost, String> {
    let text = |value: &Value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let stamp = text(&status["created_at"]).ok_or("it has no date")?;
    let created_at = time::parse(&stamp).ok_or_else(|| format!("{stamp:?} is not a date"))?;
    let boost = text(&status["reblog"]["uri"]);
    let uri = text(&status["uri"]).ok_or("it has no id")?;
    let base = text(&status["url"]);
    let content = text(&status["content"]);
    let media = status["media_attachments"].as_array().map_or(&[][..], Vec::as_slice).iter();
    let attachments: Vec<_> = media
        .map(|one| Attachment {
            kind: text(&one["type"]),
            url: text(&one["url"]).filter(|url| is_web(url)),
            file: None,
            description: text(&one["description"]),
        })
        .collect();
    let mut words = content.as_deref().map(|content| html::read(content, base.as_deref()).text).unwrap_or_default();
    let mentions = name_mentions(&mut words, status);
    append_poll(&mut words, &status["poll"]);
    append_quote(&mut words, &status["quote"]);
    let words = match &boost {
        Some(boost) => boost.clone(),
        None if words.trim().is_empty() => media_text(&attachments),
        None => words,
    };
    Ok(RemotePost {
        author: None,
        source: uri,
        created_at: Timestamp::from(created_at),
        edited_at: text(&status["edited_at"]).and_then(|stamp| time::parse(&stamp)).map(Timestamp::from),
        revisions: Vec::new(),
        body: Body::imported(&words).map_err(|_| "there is no text")?,
        mentions,
        origin: Origin {
            url: base.filter(|url| is_web(url)),
            language: text(&status["language"]),
            warning: text(&status["spoiler_text"]),
            audience: match status["visibility"].as_str() {
                Some("public") | None => Audience::Public,
                Some("unlisted") => Audience::Unlisted,
                Some("private") => Audience::Followers,
                Some(_) => Audience::Direct,
            },
            original: content.filter(|content| *content != words),
            boost_of: boost,
            attachments,
            ..Origin::default()
        },
        place: place.to_owned(),
    })
}

/// Appends the host to the nicknames that a text mentions; returns the users whom they mean.
fn name_mentions(words: &mut String, status: &Value) -> Vec<(String, String)> {
    let tag = |one: &Value| {
        let (name, href) = (one["acct"].as_str()?, one["url"].as_str()?);
        Some(json!({"type": "Mention", "name": name, "href": href}))
    };
    let tags: Vec<Value> = status["mentions"].as_array().into_iter().flatten().filter_map(tag).collect();
    name_hosts(words, &tags)
}

/// Appends the choices of a poll and their votes.
fn append_poll(words: &mut String, poll: &Value) {
    for choice in poll["options"].as_array().into_iter().flatten() {
        let title = choice["title"].as_str().unwrap_or("?");
        // A server hides the votes until the poll ends.
        let votes = choice["votes_count"].as_u64().map(|votes| format!(" ({votes})")).unwrap_or_default();
        words.push_str(&format!("\n- {title}{votes}"));
    }
}

/// Appends the address of a quoted post, unless the text has it.
fn append_quote(words: &mut String, quote: &Value) {
    let quoted = if quote["quoted_status"].is_object() { &quote["quoted_status"] } else { quote };
    let address = quoted["url"].as_str().or_else(|| quoted["uri"].as_str()).filter(|url| is_web(url));
    if let Some(address) = address.filter(|address| !words.contains(address)) {
        words.push_str(&format!("\n\nRE: {address}"));
    }
}
