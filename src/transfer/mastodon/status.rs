//! Statuses as the API of Mastodon and compatible servers returns them.

use std::collections::HashSet;

use serde_json::Value;

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
pub(super) fn author(account: &Value) -> Option<RemoteUser> {
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

fn post(status: &Value, place: &str) -> Result<RemotePost, String> {
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
    let words = content.as_deref().map(|content| html::read(content, base.as_deref()).text).unwrap_or_default();
    let words = match &boost {
        Some(boost) => boost.clone(),
        None if words.is_empty() => media_text(&attachments),
        None => words,
    };
    let mentions = status["mentions"].as_array().map_or(&[][..], Vec::as_slice).iter();
    let mentions = mentions.filter_map(|one| Some((text(&one["acct"])?, text(&one["url"])?))).collect();
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
