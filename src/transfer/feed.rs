//! RSS and Atom, read by feed-rs. A saved feed is small, so it is read whole.

use feed_rs::model::{Entry, Feed};

use super::archive::Archive;
use super::author::{about_me, display_name, host_of, person};
use super::report::skipped;
use super::{ReadError, Sink, html};
use crate::model::{Attachment, Body, ImportItem, Origin, RemotePost, RemoteUser, Timestamp};

/// The longest feed, in bytes.
const LONGEST: u64 = 64 << 20;

pub(super) fn read(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let name = archive.single_file("feed")?;
    let bytes = archive.read_file(&name, LONGEST)?;
    let feed = feed_rs::parser::parse(bytes.as_slice())
        .map_err(|error| ReadError::Content(format!("{name} cannot be read as a feed: {error}")))?;
    let owner = owner(&feed, &name);
    let url = owner.url.clone();
    emit(ImportItem::Owner(owner))?;
    for (number, entry) in (1..).zip(&feed.entries) {
        let place = format!("item {number}");
        match post(entry, &place, &url, feed.language.as_deref()) {
            Ok(arrival) => emit(ImportItem::Post(Box::new(arrival)))?,
            Err(why) => emit(skipped(place, why))?,
        }
    }
    Ok(())
}

fn owner(feed: &Feed, name: &str) -> RemoteUser {
    let title = feed.title.as_ref().map(|title| html::text(&title.content)).filter(|title| !title.is_empty());
    let link = |rel: Option<&str>| feed.links.iter().find(|link| link.rel.as_deref() == rel).map(|link| &link.href);
    let home = link(Some("alternate")).or_else(|| link(None)).or_else(|| feed.links.first().map(|link| &link.href));
    let nick = feed.authors.first().and_then(|author| author.name.clone()).filter(|nick| !nick.trim().is_empty());
    let nick = nick.or_else(|| title.clone()).unwrap_or_else(|| name.to_owned());
    let url = link(Some("self")).or(home).cloned().unwrap_or_else(|| format!("feed:{nick}"));
    let host = home.map_or("feed", |home| host_of(home)).to_owned();
    let mut owner = person(&nick, &host, url);
    owner.display_name = title.as_deref().and_then(display_name);
    owner.about_me = feed.description.as_ref().and_then(|text| about_me(&html::text(&text.content)));
    owner
}

fn post(entry: &Entry, place: &str, feed: &str, language: Option<&str>) -> Result<RemotePost, String> {
    let moment = entry.published.or(entry.updated).ok_or("it has no date")?;
    let original = entry.content.as_ref().and_then(|content| content.body.clone());
    let original = original.or_else(|| entry.summary.as_ref().map(|summary| summary.content.clone()));
    let (warning, content) = original.as_deref().map_or((None, String::new()), warned);
    // In Atom a text may say that it is one, in which case it holds no HTML.
    let plain =
        entry.content.as_ref().is_some_and(|content| content.content_type.essence().to_string() == "text/plain");
    let words = if plain { content } else { html::text(&content) };
    let title = entry.title.as_ref().map_or("", |title| title.content.trim());
    let begins = |title: &str| words.starts_with(title.trim_end_matches(['…', '.']).trim());
    let as_it_stands = begins(title);
    let title = html::text(title);
    // Feeds of short posts repeat their beginning as a title.
    let repeated = as_it_stands || begins(&title);
    let whole = if repeated { words } else { format!("{title}\n\n{words}") };
    let attachments = entry.media.iter().flat_map(|media| {
        let said = media.description.as_ref().map(|text| html::text(&text.content));
        media.content.iter().map(move |content| Attachment {
            kind: content.content_type.as_ref().map(ToString::to_string),
            url: content.url.as_ref().map(ToString::to_string),
            file: None,
            description: said.clone(),
        })
    });
    Ok(RemotePost {
        author: None,
        source: if entry.id.contains("://") { entry.id.clone() } else { format!("{feed} {}", entry.id) },
        created_at: Timestamp::from(moment),
        edited_at: entry.updated.map(Timestamp::from),
        body: Body::imported(&whole).map_err(|_| "there is no text")?,
        mentions: Vec::new(),
        origin: Origin {
            url: entry.links.first().map(|link| link.href.clone()),
            language: entry.language.clone().or_else(|| language.map(str::to_owned)),
            warning,
            original,
            attachments: attachments.collect(),
            ..Origin::default()
        },
        place: place.to_owned(),
    })
}

/// Mastodon puts a content warning before the text as `<p><strong>Content warning:</strong> spiders</p><hr>`.
fn warned(content: &str) -> (Option<String>, String) {
    let found = content.strip_prefix("<p><strong>").and_then(|rest| {
        let (label, rest) = rest.split_once("</strong>")?;
        let (warning, rest) = rest.split_once("</p>")?;
        let text = rest.trim_start().strip_prefix("<hr")?.split_once('>')?.1;
        (label.trim_end().ends_with(':') && !warning.trim().is_empty())
            .then(|| (Some(html::text(warning)), text.to_owned()))
    });
    found.unwrap_or_else(|| (None, content.to_owned()))
}
