//! Writes Markdown, oldest post first, with a heading per day. All text is escaped, so that nothing in a post becomes a
//! heading, a link or HTML.

use std::io::{self, Write};

use chrono::NaiveDate;

use super::{FeedInfo, Writer, is_web, warning};
use crate::model::Post;
use crate::text::{TokenKind, clean, clean_line, tokens};

/// Writer of a Markdown file.
pub struct Markdown {
    info: FeedInfo,
    /// Day of the post before.
    day: Option<NaiveDate>,
    /// Whether it is divided by sections instead of days.
    has_sections: bool,
}

impl Markdown {
    /// Returns the writer of an empty file.
    #[must_use]
    pub fn new(info: FeedInfo) -> Self {
        Self { info, day: None, has_sections: false }
    }

    /// Starts a section; from then on posts have their dates, and no headings of days.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn section(&mut self, out: &mut dyn Write, title: &str) -> io::Result<()> {
        self.has_sections = true;
        writeln!(out, "\n## {}", plain(&clean_line(title)))
    }

    /// Writes an item of a list: an address, and a text after it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn link(&mut self, out: &mut dyn Write, url: &str, text: &str) -> io::Result<()> {
        writeln!(out, "- {} {}", lines(url), plain(&clean_line(text)))
    }
}

impl Writer for Markdown {
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# {}", plain(&clean_line(&self.info.title)))?;
        if let Some(info) = self.info.owner.as_ref().and_then(|owner| owner.about_me.as_ref()) {
            writeln!(out, "\n{}", lines(info.as_str()))?;
        }
        Ok(())
    }

    fn post(&mut self, out: &mut dyn Write, post: &Post, _: Option<&str>) -> io::Result<()> {
        let at = post.created_at.local();
        if !self.has_sections && self.day != Some(at.date_naive()) {
            self.day = Some(at.date_naive());
            writeln!(out, "\n## {}", at.format("%Y-%m-%d"))?;
        }
        let time = at.format(if self.has_sections { "%Y-%m-%d %H:%M" } else { "%H:%M" });
        write!(out, "\n**{time}** · @{}", plain(&clean_line(post.nickname.as_str())))?;
        if let Some((who, _)) = post.reply_to.as_ref().and_then(|parent| parent.post.as_ref()) {
            write!(out, " replies to @{}", plain(&clean_line(who.as_str())))?;
        }
        let pinned = if self.info.pinned.contains(&post.id) { " · pinned" } else { "" };
        writeln!(out, "{pinned}\\")?;
        if let Some(warning) = warning(post) {
            writeln!(out, "**Warning: {}**\\", plain(&clean_line(warning)))?;
        }
        writeln!(out, "{}", lines(post.body.as_str()))?;
        for one in post.origin.iter().flat_map(|origin| &origin.attachments) {
            let what = one.description.as_deref().or(one.kind.as_deref()).unwrap_or("attachment");
            let what = plain(&clean_line(what));
            match one.url.as_deref().or(one.file.as_deref()) {
                Some(url) if is_web(url) => writeln!(out, "\n- [{what}](<{}>)", link_target(url))?,
                Some(file) => writeln!(out, "\n- {what}: {}", plain(&clean_line(file)))?,
                None => writeln!(out, "\n- {what}")?,
            }
        }
        Ok(())
    }

    fn foot(&mut self, _: &mut dyn Write, _: Option<&str>) -> io::Result<()> {
        Ok(())
    }
}

/// Escapes a text of several lines, in which web addresses become links.
fn lines(text: &str) -> String {
    let text = clean(text);
    let mut shown = String::new();
    let mut done = 0;
    for token in tokens(&text) {
        if token.kind == TokenKind::Link && is_web(token.name) {
            shown.push_str(&plain(&text[done..token.range.start]));
            shown.push_str(&format!("<{}>", link_target(token.name)));
            done = token.range.end;
        }
    }
    shown.push_str(&plain(&text[done..]));
    // A blank line would end the paragraph, and leading white space could start a code block.
    let lines = shown.lines().map(|line| if line.trim().is_empty() { "&nbsp;" } else { line.trim_start() });
    lines.collect::<Vec<_>>().join("\\\n")
}

/// Escapes an address for the form `<address>`.
fn link_target(url: &str) -> String {
    url.replace('<', "%3C").replace('>', "%3E").replace(char::is_whitespace, "%20")
}

/// Escapes a text so that no character of it is markup.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        // These are never markup by themselves. Escaping any other ASCII punctuation is always allowed.
        if c.is_ascii_punctuation() && !matches!(c, ',' | ':' | ';' | '?' | '\'' | '"' | '/' | '%' | '@') {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}
