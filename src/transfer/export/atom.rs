//! Writes Atom feeds (RFC 4287), newest post first.

use std::io::{self, Write};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{FeedInfo, PostIds, Writer, attachment_url, escape, language, media_type, post_url, warning};
use crate::model::{Post, Timestamp};
use crate::text::truncate;

/// Longest title, in columns; posts have none of their own, so it is the start of the text.
const TITLE: usize = 60;

/// The program that wrote the feed, which reads back its content warnings.
pub(in crate::transfer) const GENERATOR: &str = "microblog";

/// Writer of an Atom feed.
pub struct Atom {
    info: FeedInfo,
    /// Whether the head was written. It contains the date of the newest post, and so is written before that.
    started: bool,
    ids: PostIds,
}

impl Atom {
    /// Returns the writer of an empty feed.
    #[must_use]
    pub fn new(info: FeedInfo) -> Self {
        Self { info, started: false, ids: PostIds::default() }
    }

    fn start(&mut self, out: &mut dyn Write, updated: Timestamp) -> io::Result<()> {
        self.started = true;
        let FeedInfo { title, owner, url, .. } = &self.info;
        let user = owner.as_ref().map_or("everybody", |owner| owner.nickname.as_str());
        let urn = || format!("urn:microblog:{}", utf8_percent_encode(user, NON_ALPHANUMERIC));
        writeln!(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">")?;
        writeln!(out, "<id>{}</id>", escape(&url.clone().unwrap_or_else(urn)))?;
        writeln!(out, "<title>{}</title>", escape(title))?;
        if let Some(info) = owner.as_ref().and_then(|owner| owner.about_me.as_ref()) {
            writeln!(out, "<subtitle>{}</subtitle>", escape(info.as_str()))?;
        }
        if let Some(url) = url {
            writeln!(out, "<link rel=\"self\" href=\"{}\"/>", escape(url))?;
        }
        writeln!(out, "<generator>{GENERATOR}</generator>")?;
        writeln!(out, "<updated>{}</updated>", updated.rfc3339())
    }
}

impl Writer for Atom {
    fn head(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn post(&mut self, out: &mut dyn Write, post: &Post, _: Option<&str>) -> io::Result<()> {
        if !self.started {
            self.start(out, post.edited_at.unwrap_or(post.created_at))?;
        }
        let body = post.body.as_str();
        let title = warning(post).unwrap_or_else(|| body.split(['\n', '\r']).next().unwrap_or_default());
        let author = post.display_name.as_ref().map_or(post.nickname.as_str(), |name| name.as_str());
        let language = language(post).map_or(String::new(), |language| format!(" xml:lang=\"{language}\""));
        writeln!(out, "<entry{language}>\n<id>{}</id>", escape(&self.ids.unique(post)))?;
        writeln!(out, "<title>{}</title>", escape(&truncate(title, TITLE)))?;
        writeln!(out, "<published>{}</published>", post.created_at.rfc3339())?;
        writeln!(out, "<updated>{}</updated>", post.edited_at.unwrap_or(post.created_at).rfc3339())?;
        writeln!(out, "<author><name>{}</name></author>", escape(author))?;
        if let Some(url) = post_url(post) {
            writeln!(out, "<link rel=\"alternate\" href=\"{}\"/>", escape(&url))?;
        }
        for one in post.origin.iter().flat_map(|origin| &origin.attachments) {
            if let Some(url) = attachment_url(one) {
                let kind = media_type(one).map_or(String::new(), |kind| format!(" type=\"{}\"", escape(kind)));
                let title = one.description.as_deref().map(|title| format!(" title=\"{}\"", escape(title)));
                let title = title.unwrap_or_default();
                writeln!(out, "<link rel=\"enclosure\"{kind}{title} href=\"{}\"/>", escape(&url))?;
            }
        }
        if let Some(warning) = warning(post) {
            writeln!(out, "<summary>{}</summary>", escape(warning))?;
        }
        writeln!(out, "<content type=\"text\">{}</content>\n</entry>", escape(body))
    }

    fn foot(&mut self, out: &mut dyn Write, _: Option<&str>) -> io::Result<()> {
        if !self.started {
            self.start(out, Timestamp::from_micros(0))?;
        }
        writeln!(out, "</feed>")
    }
}
