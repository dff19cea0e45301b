//! Printing what is no post and no user: filters, notifications, versions, drafts, searches.

use std::fmt::Write as _;
use std::io;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::output::Output;
use crate::model::{Filter, Notification, NotificationKind, Purpose, Revision, SavedSearch, Timestamp};
use crate::store::SavedDraft;
use crate::text::{Change, clean, clean_line, diff, truncate};

/// Columns of a post that are quoted in a line about it.
const EXCERPT: usize = 60;

impl Output {
    /// The first words of a text, in one line.
    fn excerpt(&self, text: &str) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        truncate(&self.shown(&line), EXCERPT).into_owned()
    }

    /// A text as it is, with a line break at its end; cleaned on a terminal.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        let text = if self.terminal { clean(text).into_owned() } else { text.to_owned() };
        self.line(&text)
    }

    pub(super) fn filter(&mut self, filter: &Filter, json: bool) -> io::Result<()> {
        if json {
            return self.json(&JsonFilter {
                phrase: filter.phrase.as_str(),
                folded: filter.folded,
                until: filter.until.map(Timestamp::rfc3339),
            });
        }
        let mut line = format!("{}  {}", filter.phrase.as_str(), if filter.folded { "folded" } else { "hidden" });
        if let Some(until) = filter.until {
            let ended = if until <= Timestamp::now() { ", ended" } else { "" };
            let _ = write!(line, "  until {}{ended}", self.minute(until));
        }
        self.say(&line)
    }

    pub(super) fn saved_search(&mut self, search: &SavedSearch, json: bool) -> io::Result<()> {
        if json {
            return self.json(&JsonSearch { name: &search.name, query: &search.query });
        }
        self.say(&format!("{}  {}", search.name, search.query))
    }

    /// When, whether it is new, who, what; then the post.
    pub(super) fn notification(&mut self, notification: &Notification, json: bool) -> io::Result<()> {
        let post = notification.post.as_ref();
        if json {
            return self.json(&JsonNotification {
                at: notification.at.rfc3339(),
                kind: notification.kind.word(),
                actor: notification.nickname.as_str(),
                post: post.map(|post| post.id.0),
                body: post.map(|post| post.body.as_str()),
                unread: notification.unread,
            });
        }
        let mark = if notification.unread { '*' } else { ' ' };
        let what = match (notification.kind, post) {
            (NotificationKind::Followed, _) | (_, None) => "followed you".to_owned(),
            (NotificationKind::Replied | NotificationKind::Mentioned, Some(post)) => {
                format!("{} you in #{}: {}", notification.kind.word(), post.id, self.excerpt(post.body.as_str()))
            }
            (NotificationKind::Liked | NotificationKind::Boosted, Some(post)) => {
                format!("{} #{}: {}", notification.kind.word(), post.id, self.excerpt(post.body.as_str()))
            }
        };
        self.say(&format!(
            "{mark} {}  {} {what}",
            self.minute(notification.at),
            self.name(notification.nickname.as_str())
        ))
    }

    /// What a post said: the first version whole, each later one as what changed, `[-taken out-]` and `{+put in+}`.
    pub(super) fn version(
        &mut self,
        number: usize,
        version: &Revision,
        older: Option<&Revision>,
        json: bool,
    ) -> io::Result<()> {
        if json {
            let written_at = version.written_at.rfc3339();
            return self.json(&JsonVersion { version: number, written_at, body: version.body.as_str() });
        }
        let head = self.paint(Style::new().dimmed(), &format!("version {number}  {}", self.minute(version.written_at)));
        self.line(&head)?;
        let older = older.unwrap_or(version);
        let mut text = String::new();
        for (change, piece) in diff(older.body.as_str(), version.body.as_str()) {
            let piece = if self.terminal { clean(&piece).into_owned() } else { piece };
            let (color, marked) = match change {
                Change::Kept => {
                    text.push_str(&piece);
                    continue;
                }
                Change::Removed => (AnsiColor::Red, format!("[-{piece}-]")),
                Change::Added => (AnsiColor::Green, format!("{{+{piece}+}}")),
            };
            text.push_str(&self.paint(color.on_default(), &marked));
        }
        for line in text.split('\n') {
            self.line(&format!("  {line}"))?;
        }
        self.line("")
    }

    pub(super) fn draft(&mut self, draft: &SavedDraft, json: bool) -> io::Result<()> {
        let (reply_to, edit_of) = match draft.purpose {
            Purpose::New => (None, None),
            Purpose::Reply(id) => (Some(id.0), None),
            Purpose::Edit { post, .. } => (None, Some(post.0)),
        };
        if json {
            let saved_at = draft.saved_at.rfc3339();
            let (body, orphaned) = (draft.text.as_str(), draft.orphaned);
            return self.json(&JsonDraft { reply_to, edit_of, body, saved_at, orphaned });
        }
        let gone = if draft.orphaned { ", which was deleted" } else { "" };
        let what = match draft.purpose {
            Purpose::New => "a new post".to_owned(),
            Purpose::Reply(id) => format!("answers #{id}{gone}"),
            Purpose::Edit { post, .. } => format!("edits #{post}{gone}"),
        };
        let line = format!("{}  {what}: {}", self.minute(draft.saved_at), self.excerpt(&clean_line(&draft.text)));
        self.line(&line)
    }
}

#[derive(Serialize)]
struct JsonFilter<'a> {
    phrase: &'a str,
    folded: bool,
    until: Option<String>,
}

#[derive(Serialize)]
struct JsonSearch<'a> {
    name: &'a str,
    query: &'a str,
}

#[derive(Serialize)]
struct JsonNotification<'a> {
    at: String,
    kind: &'a str,
    actor: &'a str,
    post: Option<i64>,
    body: Option<&'a str>,
    unread: bool,
}

#[derive(Serialize)]
struct JsonVersion<'a> {
    version: usize,
    written_at: String,
    body: &'a str,
}

#[derive(Serialize)]
struct JsonDraft<'a> {
    reply_to: Option<i64>,
    edit_of: Option<i64>,
    body: &'a str,
    saved_at: String,
    orphaned: bool,
}
