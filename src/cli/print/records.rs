//! Prints filters, saved searches, notifications, revisions and drafts.

use std::fmt::Write as _;
use std::io;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::Printer;
use crate::model::{
    Body, Filter, Notification, NotificationKind, Purpose, Revision, SavedSearch, ScheduledPost, Timestamp, UserList,
};
use crate::store::SavedDraft;
use crate::text::{Change, clean, clean_line, diff, pluralize, truncate};

/// Width of an excerpt of a post, in columns.
const EXCERPT_COLUMNS: usize = 60;

impl Printer {
    /// Returns the start of a text in one line.
    pub(super) fn excerpt(&self, text: &str) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        truncate(&self.cleaned(&line), EXCERPT_COLUMNS).into_owned()
    }

    pub(in crate::cli) fn filter(&mut self, filter: &Filter, json: bool) -> io::Result<()> {
        if json {
            return self.json(&JsonFilter {
                phrase: filter.phrase.as_str(),
                folded: filter.folded,
                until: filter.until.map(Timestamp::rfc3339),
            });
        }
        let effect = if filter.folded { "collapsed" } else { "hidden" };
        let mut line = format!("{}  {effect}", filter.phrase.as_str());
        if let Some(until) = filter.until {
            let ended = if until <= Timestamp::now() { ", ended" } else { "" };
            let _ = write!(line, "  until {}{ended}", self.short_time(until));
        }
        self.clean_line(&line)
    }

    pub(in crate::cli) fn saved_search(&mut self, search: &SavedSearch, json: bool) -> io::Result<()> {
        if json {
            return self.json(&JsonSearch { name: &search.name, query: &search.query });
        }
        self.clean_line(&format!("{}  {}", search.name, search.query))
    }

    pub(in crate::cli) fn user_list(&mut self, list: &UserList, json: bool) -> io::Result<()> {
        if json {
            return self.json(&JsonList { name: &list.name, members: list.members });
        }
        self.clean_line(&format!("{}  {}", list.name, pluralize(list.members, "user")))
    }

    /// Prints a notification: `*` if unread, date, user, what they did, and the start of the post.
    pub(in crate::cli) fn notification(&mut self, notification: &Notification, json: bool) -> io::Result<()> {
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
        let verb = match notification.kind {
            NotificationKind::Followed => "followed",
            NotificationKind::Replied => "replied to",
            NotificationKind::Mentioned => "mentioned",
            NotificationKind::Liked => "liked",
            NotificationKind::Boosted => "boosted",
        };
        let action = match (notification.kind, post) {
            (NotificationKind::Followed, _) | (_, None) => "followed you".to_owned(),
            (NotificationKind::Replied | NotificationKind::Mentioned, Some(post)) => {
                format!("{verb} you in #{}: {}", post.id, self.excerpt(post.body.as_str()))
            }
            (NotificationKind::Liked | NotificationKind::Boosted, Some(post)) => {
                format!("{verb} #{}: {}", post.id, self.excerpt(post.body.as_str()))
            }
        };
        let (time, actor) = (self.short_time(notification.at), self.nickname(notification.nickname.as_str()));
        self.clean_line(&format!("{mark} {time}  {actor} {action}"))
    }

    /// Prints a revision of a post: the first one in full, later ones as a diff with `[-removed-]` and `{+added+}`.
    pub(in crate::cli) fn revision(
        &mut self,
        number: usize,
        revision: &Revision,
        older: Option<&Revision>,
        json: bool,
    ) -> io::Result<()> {
        if json {
            let written_at = revision.written_at.rfc3339();
            return self.json(&JsonRevision { version: number, written_at, body: revision.body.as_str() });
        }
        let head = format!("version {number}  {}", self.short_time(revision.written_at));
        self.line(&self.styled(Style::new().dimmed(), &head))?;
        let older = older.unwrap_or(revision);
        let mut text = String::new();
        for (change, piece) in diff(older.body.as_str(), revision.body.as_str()) {
            let piece = if self.terminal { clean(&piece).into_owned() } else { piece };
            let (color, marked) = match change {
                Change::Kept => {
                    text.push_str(&piece);
                    continue;
                }
                Change::Removed => (AnsiColor::Red, format!("[-{piece}-]")),
                Change::Added => (AnsiColor::Green, format!("{{+{piece}+}}")),
            };
            text.push_str(&self.styled(color.on_default(), &marked));
        }
        for line in text.split('\n') {
            self.line(&format!("  {line}"))?;
        }
        self.line("")
    }

    pub(in crate::cli) fn scheduled_post(&mut self, post: &ScheduledPost, json: bool) -> io::Result<()> {
        if json {
            return self.json(&JsonScheduledPost {
                number: post.id.0,
                post_at: post.post_at.rfc3339(),
                reply_to: post.reply_to.map(|id| id.0),
                body: post.body.as_str(),
                rest: post.rest.iter().map(Body::as_str).collect(),
            });
        }
        let purpose = post.reply_to.map_or_else(String::new, |id| format!("reply to #{id}: "));
        let (time, excerpt) = (self.short_time(post.post_at), self.excerpt(post.body.as_str()));
        let thread = match post.rest.len() {
            0 => String::new(),
            more => format!("  (thread of {} posts)", more + 1),
        };
        self.line(&format!("{}  {time}  {purpose}{excerpt}{thread}", post.id))
    }

    pub(in crate::cli) fn draft(&mut self, draft: &SavedDraft, json: bool) -> io::Result<()> {
        let (reply_to, edit_of) = match draft.purpose {
            Purpose::New => (None, None),
            Purpose::Reply(id) => (Some(id.0), None),
            Purpose::Edit { post, .. } => (None, Some(post.0)),
        };
        if json {
            let saved_at = draft.saved_at.rfc3339();
            let (body, orphaned) = (draft.text.as_str(), draft.orphaned);
            let number = draft.slot + 1;
            return self.json(&JsonDraft { reply_to, edit_of, number, body, saved_at, orphaned });
        }
        let deleted = if draft.orphaned { " (deleted)" } else { "" };
        let purpose = match draft.purpose {
            Purpose::New => "new post".to_owned(),
            Purpose::Reply(id) => format!("reply to #{id}{deleted}"),
            Purpose::Edit { post, .. } => format!("edit of #{post}{deleted}"),
        };
        let purpose = if draft.slot == 0 { purpose } else { format!("{purpose} --number {}", draft.slot + 1) };
        let (time, excerpt) = (self.short_time(draft.saved_at), self.excerpt(&clean_line(&draft.text)));
        self.line(&format!("{time}  {purpose}: {excerpt}"))
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
struct JsonList<'a> {
    name: &'a str,
    members: u64,
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
struct JsonRevision<'a> {
    version: usize,
    written_at: String,
    body: &'a str,
}

#[derive(Serialize)]
struct JsonScheduledPost<'a> {
    number: i64,
    post_at: String,
    reply_to: Option<i64>,
    body: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rest: Vec<&'a str>,
}

#[derive(Serialize)]
struct JsonDraft<'a> {
    reply_to: Option<i64>,
    edit_of: Option<i64>,
    number: u32,
    body: &'a str,
    saved_at: String,
    orphaned: bool,
}
