//! Prints posts as blocks of text.

use std::fmt::Write as _;
use std::io;

use anstyle::Style;

use super::Printer;
use crate::model::{Collapse, Post, PostId};
use crate::text::{clean, pluralize, wrap};

/// Maximum depth to which replies are indented.
const MAX_INDENT: usize = 10;

fn indent(depth: usize) -> String {
    "  ".repeat(depth.min(MAX_INDENT))
}

impl Printer {
    /// Prints posts one after the other.
    pub(in crate::cli) fn posts(&mut self, posts: &[Post], json: bool) -> io::Result<()> {
        for post in posts {
            if json {
                self.post_json(post)?;
            } else {
                self.post(post, 0)?;
            }
        }
        Ok(())
    }

    /// Prints a heading that may contain text from others.
    pub(in crate::cli) fn heading(&mut self, text: &str) -> io::Result<()> {
        let text = self.cleaned(text);
        let line = self.styled(Style::new().bold(), &text);
        self.line(&line)
    }

    /// Prints a boosted post in one line.
    pub(in crate::cli) fn boosted(&mut self, post: &Post) -> io::Result<()> {
        let (author, text) = (self.nickname(post.nickname.as_str()), self.excerpt(post.body.as_str()));
        let text = if post.collapsed.is_some() { "(collapsed)".to_owned() } else { text };
        let by: Vec<_> = post.boosted_by.iter().map(|name| self.nickname(name.as_str())).collect();
        self.line(&format!("  #{} by {author}, boosted by {}: {text}", post.id, by.join(", ")))
    }

    /// Prints the place of a deleted post in a thread.
    pub(in crate::cli) fn deleted_post(&mut self, id: PostId, depth: usize) -> io::Result<()> {
        let line = self.styled(Style::new().dimmed(), &format!("deleted post  #{id}"));
        self.line(&format!("{}{line}\n", indent(depth)))
    }

    /// Prints a post as a block: author and date, then the text, then a blank line.
    ///
    /// On a terminal the text is cleaned and wrapped; elsewhere it is exact.
    pub(in crate::cli) fn post(&mut self, post: &Post, depth: usize) -> io::Result<()> {
        let indent = indent(depth);
        let author = post.nickname.as_str();
        let author = self.styled(self.author_style(author).bold(), &self.nickname(author));
        let facts = self.styled(Style::new().dimmed(), &self.facts(post));
        self.line(&format!("{indent}{author}{facts}"))?;
        if let Some(collapse) = &post.collapsed {
            let line = match collapse {
                Collapse::Filter(phrase) => format!("{indent}  filtered: {}", self.cleaned(phrase)),
                Collapse::Warning(warning) => {
                    let warning = self.cleaned(warning);
                    format!("{indent}  content warning: {warning} (show it with microblog show {})", post.id)
                }
            };
            self.line(&line)?;
            return self.line("");
        }
        let origin = post.origin.as_deref();
        if let Some(warning) = origin.and_then(|origin| origin.warning.as_ref()) {
            self.line(&format!("{indent}  content warning: {}", self.cleaned(warning)))?;
        }
        self.body(post.body.as_str(), &indent)?;
        for attachment in origin.map_or(&[][..], |origin| &origin.attachments) {
            let label = attachment.description.as_deref().or(attachment.kind.as_deref()).unwrap_or("attachment");
            self.line(&format!("{indent}  ▣ {}", self.cleaned(label)))?;
        }
        self.line("")
    }

    /// Returns what follows the author: date, id, parent, boosters, counts and audience.
    fn facts(&self, post: &Post) -> String {
        let mut facts = format!("  {}  #{}", self.short_time(post.created_at), post.id);
        if let Some(parent) = &post.reply_to {
            let _ = match &parent.post {
                Some((author, _)) => write!(facts, "  reply to #{} by {}", parent.id, self.nickname(author.as_str())),
                None => write!(facts, "  reply to a deleted post"),
            };
        }
        if !post.boosted_by.is_empty() {
            let names: Vec<_> = post.boosted_by.iter().map(|name| self.nickname(name.as_str())).collect();
            let _ = write!(facts, "  boosted by {}", names.join(", "));
        }
        for (count, noun) in [(post.likes, "like"), (post.boosts, "boost")] {
            if count > 0 {
                let _ = write!(facts, "  {}", pluralize(count, noun));
            }
        }
        if post.edited_at.is_some() {
            facts.push_str("  edited");
        }
        if let Some(dated) = post.origin.as_deref().and_then(|origin| origin.dated_at) {
            let _ = write!(facts, "  dated {} by its author", self.short_time(dated));
        }
        if let Some(mark) = post.origin.as_deref().and_then(|origin| origin.audience.mark()) {
            let _ = write!(facts, "  {mark}");
        }
        facts
    }

    fn body(&mut self, body: &str, indent: &str) -> io::Result<()> {
        if !self.terminal {
            return body.split('\n').try_for_each(|line| self.line(&format!("{indent}  {line}")));
        }
        let body = clean(body);
        let columns = self.columns.saturating_sub(indent.len() + 2);
        wrap(&body, columns).into_iter().try_for_each(|range| {
            let line = format!("{indent}  {}", &body[range]);
            self.line(line.trim_end())
        })
    }
}
