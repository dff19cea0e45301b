//! Writes HTML pages, newest post first. Each page is one file without scripts and external resources, in the light or
//! dark theme of the reader's system. All text is untrusted: it is escaped and sanitized, and only web addresses become
//! links.

use std::io::{self, Write};

use chrono::NaiveDate;

use super::{FeedInfo, Writer, attachment_url, escape, language, post_url, warning, web_url};
use crate::model::Post;
use crate::text::{TokenKind, clean, clean_line, pluralize, tokens};

const STYLE: &str = include_str!("html.css");

/// Writer of a page of posts.
pub struct Html {
    info: FeedInfo,
    /// File name of the page of newer posts.
    newer: Option<String>,
    /// Whether there is a list of pages to link to.
    index: bool,
    /// Day of the post before.
    day: Option<NaiveDate>,
}

impl Html {
    /// Returns the writer of a single page.
    #[must_use]
    pub fn one(info: FeedInfo) -> Self {
        Self { info, newer: None, index: false, day: None }
    }

    /// Returns the writer of one of several pages; `newer` is the file name of the page before.
    #[must_use]
    pub fn of_several(info: FeedInfo, newer: Option<String>) -> Self {
        Self { info, newer, index: true, day: None }
    }
}

impl Writer for Html {
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()> {
        start(out, &self.info)?;
        let newer = self.newer.as_ref().map(|page| format!("<a rel=\"prev\" href=\"{}\">newer</a>", escape(page)));
        let index = self.index.then(|| "<a href=\"index.html\">all months</a>".to_owned());
        links(out, index.into_iter().chain(newer))?;
        writeln!(out, "<main>")
    }

    fn post(&mut self, out: &mut dyn Write, post: &Post, _: Option<&str>) -> io::Result<()> {
        let at = post.created_at.local();
        if self.day != Some(at.date_naive()) {
            self.day = Some(at.date_naive());
            writeln!(out, "<h2>{}</h2>", at.format("%Y-%m-%d"))?;
        }
        let nickname = line(post.nickname.as_str());
        let name = post.display_name.as_ref().map_or_else(|| nickname.clone(), |name| line(name.as_str()));
        // HTML allows at most milliseconds.
        let exact = post.created_at.utc().format("%Y-%m-%dT%H:%M:%SZ");
        let time = format!("<time datetime=\"{exact}\">{}</time>", at.format("%H:%M"));
        let time = match post_url(post) {
            Some(url) => format!("<a href=\"{}\">{time}</a>", escape(&url)),
            None => time,
        };
        writeln!(out, "<article id=\"p{}\">", post.id)?;
        let pinned = if self.info.pinned.contains(&post.id) { " · pinned" } else { "" };
        writeln!(out, "<header><b><bdi>{name}</bdi></b> <bdi>@{nickname}</bdi> · {time}{pinned}</header>")?;
        if let Some((who, _)) = post.reply_to.as_ref().and_then(|parent| parent.post.as_ref()) {
            writeln!(out, "<div class=\"reply-to\">replies to <bdi>@{}</bdi></div>", line(who.as_str()))?;
        }
        if let Some(warning) = warning(post) {
            writeln!(out, "<details><summary>{}</summary>", line(warning))?;
        }
        let language = language(post).map_or(String::new(), |language| format!(" lang=\"{language}\""));
        writeln!(out, "<div class=\"text\" dir=\"auto\"{language}>{}</div>", text(post.body.as_str()))?;
        files(out, post)?;
        if warning(post).is_some() {
            writeln!(out, "</details>")?;
        }
        writeln!(out, "</article>")
    }

    fn foot(&mut self, out: &mut dyn Write, next: Option<&str>) -> io::Result<()> {
        writeln!(out, "</main>")?;
        links(out, next.map(|page| format!("<a rel=\"next\" href=\"{}\">older</a>", escape(page))).into_iter())?;
        writeln!(out, "</body>\n</html>")
    }
}

/// Writes the list of pages, given as file name, month and number of posts.
///
/// # Errors
/// If it cannot be written.
pub fn index(out: &mut dyn Write, info: &FeedInfo, pages: &[(String, String, u64)]) -> io::Result<()> {
    start(out, info)?;
    writeln!(out, "<main>\n<ul>")?;
    for (file, month, posts) in pages {
        let posts = pluralize(*posts, "post");
        writeln!(out, "<li><a href=\"{}\">{}</a> · {posts}</li>", escape(file), escape(month))?;
    }
    writeln!(out, "</ul>\n</main>\n</body>\n</html>")
}

fn start(out: &mut dyn Write, info: &FeedInfo) -> io::Result<()> {
    let title = line(&info.title);
    writeln!(out, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\"/>")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>")?;
    // A second line of defense: the browser runs and fetches nothing, even if the escaping fails.
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"/>")?;
    writeln!(out, "<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1><bdi>{title}</bdi></h1>")?;
    match info.owner.as_ref().and_then(|owner| owner.about_me.as_ref()) {
        Some(words) => writeln!(out, "<div class=\"text\" dir=\"auto\">{}</div>", text(words.as_str())),
        None => Ok(()),
    }
}

fn links(out: &mut dyn Write, links: impl Iterator<Item = String>) -> io::Result<()> {
    let links: Vec<String> = links.collect();
    if links.is_empty() { Ok(()) } else { writeln!(out, "<nav>{}</nav>", links.join(" ")) }
}

fn files(out: &mut dyn Write, post: &Post) -> io::Result<()> {
    let attachments = post.origin.as_ref().map_or(&[][..], |origin| &origin.attachments);
    if attachments.is_empty() {
        return Ok(());
    }
    writeln!(out, "<ul class=\"files\">")?;
    for one in attachments {
        let what = line(one.description.as_deref().or(one.kind.as_deref()).unwrap_or("attachment"));
        match attachment_url(one) {
            Some(url) => writeln!(out, "<li>{}</li>", link(&url, &what))?,
            None => writeln!(out, "<li>{what}</li>")?,
        }
    }
    writeln!(out, "</ul>")
}

/// Sanitizes and escapes a text of one line.
fn line(text: &str) -> String {
    escape(&clean_line(text))
}

/// Sanitizes and escapes a text of several lines, in which web addresses become links.
fn text(body: &str) -> String {
    let body = clean(body);
    let mut shown = String::with_capacity(body.len() + 32);
    let mut done = 0;
    for token in tokens(&body) {
        if token.kind == TokenKind::Link
            && let Some(url) = web_url(token.name)
        {
            shown.push_str(&escape(&body[done..token.range.start]));
            shown.push_str(&link(&url, &escape(token.name)));
            done = token.range.end;
        }
    }
    shown.push_str(&escape(&body[done..]));
    shown
}

/// Returns a link that sends no referrer.
fn link(url: &str, shown: &str) -> String {
    format!("<a rel=\"nofollow noopener noreferrer\" href=\"{}\">{shown}</a>", escape(url))
}
