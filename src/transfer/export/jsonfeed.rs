//! Writes JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>), newest post first, one item per line.

use std::io::{self, Write};

use serde::Serialize;

use super::{FeedInfo, PostIds, Writer, attachment_url, language, media_type, post_url, warning};
use crate::model::{Post, Timestamp};
use crate::text::tags;

/// Writer of a JSON Feed.
pub struct JsonFeed {
    info: FeedInfo,
    /// Whether an item was written before.
    started: bool,
    ids: PostIds,
}

impl JsonFeed {
    /// Returns the writer of an empty feed.
    #[must_use]
    pub fn new(info: FeedInfo) -> Self {
        Self { info, started: false, ids: PostIds::default() }
    }
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    content_text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    date_published: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<Timestamp>,
    authors: [Author<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<ItemAttachment<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct ItemAttachment<'a> {
    url: String,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
}

impl Writer for JsonFeed {
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\n\"version\": \"https://jsonfeed.org/version/1.1\",\n\"title\": ")?;
        serde_json::to_writer(&mut *out, &self.info.title)?;
        if let Some(url) = &self.info.url {
            write!(out, ",\n\"feed_url\": ")?;
            serde_json::to_writer(&mut *out, url)?;
        }
        if let Some(info) = self.info.owner.as_ref().and_then(|owner| owner.about_me.as_ref()) {
            write!(out, ",\n\"description\": ")?;
            serde_json::to_writer(&mut *out, info.as_str())?;
        }
        write!(out, ",\n\"items\": [")
    }

    fn post(&mut self, out: &mut dyn Write, post: &Post, _: Option<&str>) -> io::Result<()> {
        let origin = post.origin.as_deref();
        let attachments = origin.map_or(&[][..], |origin| &origin.attachments);
        let attachments = attachments.iter().filter_map(|one| {
            let mime_type = media_type(one).unwrap_or("application/octet-stream");
            Some(ItemAttachment { url: attachment_url(one)?, mime_type, title: one.description.as_deref() })
        });
        let item = Item {
            id: self.ids.unique(post),
            url: post_url(post),
            content_text: post.body.as_str(),
            summary: warning(post),
            date_published: post.created_at,
            date_modified: post.edited_at,
            authors: [Author { name: post.display_name.as_ref().map_or(post.nickname.as_str(), |name| name.as_str()) }],
            tags: tags(post.body.as_str()),
            language: language(post),
            attachments: attachments.collect(),
        };
        out.write_all(if self.started { b",\n" } else { b"\n" })?;
        self.started = true;
        Ok(serde_json::to_writer(&mut *out, &item)?)
    }

    fn foot(&mut self, out: &mut dyn Write, _: Option<&str>) -> io::Result<()> {
        writeln!(out, "\n]\n}}")
    }
}
