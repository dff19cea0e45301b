//! Imports drafts, subscriptions, filters, saved searches, lists, read marks and notifications.

use rusqlite::params;

use super::import::{DumpImport, Outcome, accept, refuse};
use super::{OF_USERS, is_other_mark};
use crate::model::{
    Arrival, Body, DraftRecord, FilterRecord, IdsRecord, ListRecord, NotificationKind, NotificationRecord, Phrase,
    PinRecord, PostDetails, PostId, Purpose, ReadRecord, ReadSpan, ReadState, ScheduledRecord, SearchRecord,
    SpanRecord, SubscriptionRecord, TabRecord, Timestamp, case_fold,
};
use crate::store::drafts::{self, DraftKey};
use crate::store::pins::MAX_PINS;
use crate::store::{Result, arrivals, lists, notifications, read_state, schedule};

/// Returns the details without attachments: a file could otherwise name any file of this machine to be sent.
fn without_files(details: &PostDetails) -> PostDetails {
    PostDetails { attachments: Vec::new(), ..details.clone() }
}

impl DumpImport<'_> {
    pub(super) fn draft(&self, record: &DraftRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        let purpose = match (record.edit_of, record.reply_to) {
            (Some(_), Some(_)) => refuse!("a draft replies to a post or edits one, not both"),
            // Its post is not here: it becomes the draft of a new post, so that it is not lost.
            (Some(theirs), None) => {
                self.still(theirs)?.map_or(Purpose::New, |post| Purpose::Edit { post, edits: record.edits })
            }
            (None, Some(theirs)) => self.still(theirs)?.map_or(Purpose::New, Purpose::Reply),
            (None, None) => Purpose::New,
        };
        let draft = DraftKey { user, purpose, slot: record.slot.min(drafts::LAST_SLOT) };
        let known = drafts::text(self.connection, draft)?;
        if record.body.trim().is_empty() || known.contains(&record.body) {
            return Ok(Ok(()));
        }
        let body = if known.is_empty() { record.body.clone() } else { format!("{known}\n\n{}", record.body) };
        let mut details = drafts::details(self.connection, draft)?;
        details.join(without_files(&record.details));
        drafts::save(self.connection, draft, &body, &details, record.saved_at)?;
        Ok(Ok(()))
    }

    /// Imports a scheduled post that is not here. A reply whose post is not here is left out.
    pub(super) fn scheduled(&self, record: &ScheduledRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        let body = accept!(Body::imported(&record.body));
        let mut rest = Vec::with_capacity(record.rest.len());
        for body in &record.rest {
            rest.push(accept!(Body::imported(body)));
        }
        let reply_to = match record.reply_to {
            Some(theirs) => match self.still(theirs)? {
                Some(post) => Some(post),
                None => refuse!("it replies to post {theirs}, which is not here"),
            },
            None => None,
        };
        let known = "SELECT 1 FROM scheduled_post WHERE user = ?1 AND reply_to IS ?2 AND body = ?3 AND post_at = ?4";
        let known_params = params![user.0, reply_to.map(|id| id.0), body.as_str(), record.post_at];
        if self.empty || !self.connection.prepare_cached(known)?.exists(known_params)? {
            schedule::insert(
                self.connection,
                user,
                reply_to,
                (&body, &rest),
                record.post_at,
                &without_files(&record.details),
            )?;
        }
        Ok(Ok(()))
    }

    /// Imports a pinned post of its author, unless the author has pinned as many here as there can be.
    pub(super) fn pin(&mut self, record: &PinRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        let Some(post) = self.still(record.post)? else {
            refuse!("post {} is not here", record.post);
        };
        self.run(
            "INSERT OR IGNORE INTO pinned_post (post, user, pinned_at)
             SELECT id, author, ?3 FROM post WHERE id = ?1 AND author = ?2 AND boost_of IS NULL
                 AND (SELECT count(*) FROM pinned_post WHERE user = ?2) < ?4",
            params![post.0, user, record.at, MAX_PINS as i64],
        )?;
        Ok(Ok(()))
    }

    /// Returns the post here that has this id in the file. In a database that was empty, it may be deleted.
    fn still(&self, theirs: i64) -> Result<Option<PostId>> {
        if self.empty { Ok(Some(PostId(theirs))) } else { self.here(theirs) }
    }

    pub(super) fn filter(&mut self, record: &FilterRecord) -> Outcome {
        let (user, phrase) = (accept!(self.someone(&record.user)), accept!(Phrase::parse(&record.phrase)));
        self.run(
            "INSERT OR IGNORE INTO filter (user, phrase_key, phrase, folded, until) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![user.0, phrase.key(), phrase.as_str(), record.folded, record.until.map(Timestamp::micros)],
        )?;
        Ok(Ok(()))
    }

    /// Imports a feed that is followed; it is due at once. A user who has one here keeps it.
    pub(super) fn subscription(&mut self, record: &SubscriptionRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        let fetch_url = record.fetch_url.as_ref().unwrap_or(&record.url);
        if [&record.url, fetch_url].iter().any(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            refuse!("the address of a feed starts with http:// or https://");
        }
        self.run(
            "INSERT OR IGNORE INTO subscription (user, url, fetch_url, next_at)
             SELECT id, ?2, ?3, 0 FROM user WHERE id = ?1 AND kind = 'remote'",
            params![user.0, record.url, fetch_url],
        )?;
        Ok(Ok(()))
    }

    pub(super) fn search(&mut self, record: &SearchRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        if record.name.trim().is_empty() {
            refuse!("a saved search needs a name");
        }
        self.run(
            "INSERT OR IGNORE INTO saved_search (user, name_key, name, query) VALUES (?1, ?2, ?3, ?4)",
            params![user.0, case_fold(record.name.trim()), record.name.trim(), record.query],
        )?;
        Ok(Ok(()))
    }

    /// Imports a list; the members of one that is here with the same name are completed.
    pub(super) fn list(&self, record: &ListRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        let Some(name) = lists::valid_name(&record.name) else {
            refuse!("a list needs a name of 1 to 64 characters in one line");
        };
        let mut members = Vec::with_capacity(record.members.len());
        for nickname in &record.members {
            members.push(accept!(self.someone(nickname)));
        }
        let list = match lists::id(self.connection, user, name)? {
            Some(list) => list,
            None => lists::create(self.connection, user, name)?,
        };
        lists::add(self.connection, list, &members)?;
        Ok(Ok(()))
    }

    /// Returns the key of a timeline, with the id of its user in place of the nickname.
    fn timeline(&self, name: &str) -> Result<Result<String, String>> {
        Ok(Ok(match name.split_once(' ') {
            Some((kind, nickname)) if OF_USERS.contains(&kind) => {
                format!("{kind} {}", accept!(self.someone(nickname)).0)
            }
            _ => name.to_owned(),
        }))
    }

    /// Imports a tab behind those that the user has here.
    pub(super) fn tab(&mut self, record: &TabRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        let timeline = accept!(self.timeline(&record.timeline)?);
        self.run(
            "INSERT OR IGNORE INTO tab (user, position, timeline, name)
             SELECT ?1, ifnull(max(position), 0) + 1, ?2, ?3 FROM tab WHERE user = ?1",
            params![user.0, timeline, record.name],
        )?;
        Ok(Ok(()))
    }

    pub(super) fn read(&mut self, record: &ReadRecord) -> Outcome {
        let user = accept!(self.someone(&record.user));
        let timeline = accept!(self.timeline(&record.timeline)?);
        self.run(
            "INSERT INTO read_mark (user, timeline, seen, cursor) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET seen = excluded.seen WHERE excluded.seen > seen",
            params![user, timeline, record.seen, record.place],
        )?;
        if is_other_mark(&timeline) {
            // Notifications are read in ranges of time, whatever the ids of posts are.
            if let (true, Some(spans)) = (self.empty && timeline == notifications::TIMELINE, &record.spans) {
                let span = |span: &SpanRecord| ReadSpan { from: span.from, up_to: Arrival(span.up_to.clamp(0, 1)) };
                let state = ReadState::from_spans(spans.iter().map(span).collect());
                read_state::save(self.connection, user, &timeline, &state)?;
            }
            return Ok(Ok(()));
        }
        // Ids in the file are those of this database only if it was empty. Files of earlier versions have no spans.
        let state = if let (true, Some(spans)) = (self.empty, &record.spans) {
            let span =
                |span: &SpanRecord| ReadSpan { from: span.from, up_to: Arrival(span.up_to.clamp(0, self.last_post)) };
            ReadState::from_spans(spans.iter().map(span).collect())
        } else {
            let mut state = read_state::load(self.connection, user, &timeline)?;
            state.read((Timestamp::MIN, record.seen), Arrival(arrivals::last_arrival(self.connection)?));
            state
        };
        read_state::save(self.connection, user, &timeline, &state)?;
        Ok(Ok(()))
    }

    /// In a database that was not empty, all imported posts count as read.
    pub(super) fn read_on_arrival(&self, record: &IdsRecord) -> Outcome {
        if record.first < 1 || record.last < record.first || record.last > self.last_post {
            refuse!("posts {} to {} are no range of ids", record.first, record.last);
        }
        if self.empty {
            arrivals::mark_read_on_arrival(self.connection, record.first, record.last)?;
        }
        Ok(Ok(()))
    }

    pub(super) fn notification(&mut self, record: &NotificationRecord) -> Outcome {
        let (user, actor) = (accept!(self.someone(&record.user)), accept!(self.someone(&record.actor)));
        let kind = record.kind;
        if (kind == NotificationKind::Followed) != record.post.is_none() {
            refuse!("only a notification of a follow is without a post");
        }
        let post = match record.post {
            // Notifications of deleted posts are dropped.
            Some(theirs) => match self.still(theirs)? {
                Some(id) => Some(id.0),
                None => return Ok(Ok(())),
            },
            None => None,
        };
        let known = "SELECT 1 FROM notification WHERE user = ?1 AND kind = ?2 AND actor = ?3 AND post IS ?4";
        if !self.empty && self.connection.prepare_cached(known)?.exists(params![user.0, kind, actor.0, post])? {
            return Ok(Ok(()));
        }
        let mut at = record.at.micros();
        let mut taken =
            self.connection.prepare_cached("SELECT 1 FROM notification WHERE user = ?1 AND created_at = ?2")?;
        while taken.exists([user.0, at])? {
            at += 1;
        }
        self.run(
            "INSERT INTO notification (user, created_at, kind, actor, post) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![user.0, at, kind, actor.0, post],
        )?;
        Ok(Ok(()))
    }
}
