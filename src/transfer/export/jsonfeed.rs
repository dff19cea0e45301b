//! JSON Feed 1.1, as <https://www.jsonfeed.org/version/1.1/> has it: newest first, an item a line.

use std::io::{self, Write};

use serde::Serialize;

use super::{FeedInfo, Writer, address, address_of, language, media_type, name, warning};
use crate::model::{Post, Timestamp};
use crate::text::tags;

/// A feed.
pub struct JsonFeed {
    about: FeedInfo,
    /// Posts were written before.
    any: bool,
}

impl JsonFeed {
    /// A feed without posts yet.
    #[must_use]
    pub fn new(about: FeedInfo) -> Self {
        Self { about, any: false }
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
    attachments: Vec<Attached<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Attached<'a> {
    url: String,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
}

impl Writer for JsonFeed {
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\n\"version\": \"https://jsonfeed.org/version/1.1\",\n\"title\": ")?;
        serde_json::to_writer(&mut *out, &self.about.title)?;
        if let Some(url) = &self.about.url {
            write!(out, ",\n\"feed_url\": ")?;
            serde_json::to_writer(&mut *out, url)?;
        }
        if let Some(about) = self.about.owner.as_ref().and_then(|owner| owner.about_me.as_ref()) {
            write!(out, ",\n\"description\": ")?;
            serde_json::to_writer(&mut *out, about.as_str())?;
        }
        write!(out, ",\n\"items\": [")
    }

    fn post(&mut self, out: &mut dyn Write, post: &Post, _: Option<&str>) -> io::Result<()> {
        let origin = post.origin.as_deref();
        let attachments = origin.map_or(&[][..], |origin| &origin.attachments);
        let attached = attachments.iter().filter_map(|one| {
            let mime_type = media_type(one).unwrap_or("application/octet-stream");
            Some(Attached { url: address_of(one)?, mime_type, title: one.description.as_deref() })
        });
        let item = Item {
            id: name(post),
            url: address(post),
            content_text: post.body.as_str(),
            summary: warning(post),
            date_published: post.created_at,
            date_modified: post.edited_at,
            authors: [Author { name: post.display_name.as_ref().map_or(post.nickname.as_str(), |name| name.as_str()) }],
            tags: tags(post.body.as_str()),
            language: language(post),
            attachments: attached.collect(),
        };
        out.write_all(if self.any { b",\n" } else { b"\n" })?;
        self.any = true;
        Ok(serde_json::to_writer(&mut *out, &item)?)
    }

    fn foot(&mut self, out: &mut dyn Write, _: Option<&str>) -> io::Result<()> {
        writeln!(out, "\n]\n}}")
    }
}
