//! Imports post records; merges posts that exist.

use foldhash::{HashMap, HashMapExt};
use rusqlite::{OptionalExtension, params};

use super::import::{DumpImport, HIGHEST_ID, Outcome, Refused, accept, refuse};
use crate::model::{Body, NewPost, PostDetails, PostId, PostRecord, Timestamp, UserId, VersionRecord, case_fold};
use crate::store::entities;
use crate::store::{Result, pending, reactions, remote};
use crate::text::mentions;

impl DumpImport<'_> {
    pub(super) fn post(&mut self, record: PostRecord, place: &str) -> Outcome {
        let author = accept!(self.someone(&record.author));
        let theirs = record.id;
        // In a file of this program, ids ascend.
        if theirs < 1 || theirs <= self.last && self.here(theirs)?.is_some() {
            refuse!("the number {theirs} is given twice, or is none");
        }
        if self.empty && theirs > HIGHEST_ID {
            refuse!("the number {theirs} is higher than the first line says");
        }
        self.last = self.last.max(theirs);
        let boosted = match record.boost_of {
            None => None,
            Some(boosted) => match self.here(boosted)? {
                Some(boosted) => Some(reactions::target(self.connection, boosted)?.id),
                None => refuse!("it boosts post {boosted}, which is not here"),
            },
        };
        if let Some(why) = wrong(&record) {
            return Ok(Err(why));
        }
        let (mut known, mut boosted) = (None, boosted);
        if !self.empty {
            known = self.known_post(&record, author, boosted)?;
            // A placeholder for a boost there becomes a boost, where its post is known here.
            if let (None, Some(name)) = (known, record.origin.as_ref().and_then(|origin| origin.boost_of.as_ref())) {
                boosted = self.remote_ids.post_by_remote_id(self.connection, name)?;
                known = boosted.map_or(Ok(None), |boosted| self.known_boost(boosted, author))?;
            }
        }
        let is_protected = self.is_protected(author);
        let id = match known {
            Some(known) => {
                self.stats.known += 1;
                match self.older(known, &record)? {
                    Some(_) if is_protected => {
                        let change = format!("edit post {known} of {}", record.author);
                        self.leave_out(place, &change);
                    }
                    Some(older) => self.renew(known, &record, older)?,
                    None => {}
                }
                known
            }
            None if is_protected => {
                let what = if boosted.is_some() { "boost" } else { "post" };
                self.leave_out(place, &format!("add a {what} of {}", record.author));
                return Ok(Ok(()));
            }
            None => self.add_post(record, author, boosted)?,
        };
        if !self.empty {
            self.run("INSERT INTO temp.here (theirs, ours) VALUES (?1, ?2)", [theirs, id.0])?;
        }
        Ok(Ok(()))
    }

    /// Returns the post here that a record describes: the same boost; the same author and remote id; or the same
    /// author and time, where both have a revision in common.
    fn known_post(&mut self, record: &PostRecord, author: UserId, boosted: Option<PostId>) -> Result<Option<PostId>> {
        let id = |row: &rusqlite::Row<'_>| row.get(0).map(PostId);
        if let Some(boosted) = boosted {
            return self.known_boost(boosted, author);
        }
        if let Some(source) = &record.source {
            let mut same = self.connection.prepare_cached("SELECT id FROM post WHERE source = ?1 AND author = ?2")?;
            return Ok(same.query_row(params![source, author.0], id).optional()?);
        }
        self.known_posts.find(self.connection, record, author)
    }

    fn known_boost(&self, boosted: PostId, author: UserId) -> Result<Option<PostId>> {
        let mut same = self.connection.prepare_cached("SELECT id FROM post WHERE boost_of = ?1 AND author = ?2")?;
        Ok(same.query_row([boosted.0, author.0], |row| row.get(0).map(PostId)).optional()?)
    }

    fn add_post(&mut self, record: PostRecord, author: UserId, boosted: Option<PostId>) -> Result<PostId> {
        let at = self.bulk.take_timestamp(record.created_at)?;
        let awaited = record.origin.as_ref().and_then(|origin| origin.in_reply_to.as_deref()).filter(|_| !self.empty);
        let answered = match (record.reply_to, awaited) {
            _ if boosted.is_some() => None,
            (Some(theirs), _) => self.here(theirs)?,
            (None, Some(name)) => self.remote_ids.post_by_remote_id(self.connection, name)?,
            (None, None) => None,
        };
        let later = record.reply_to.filter(|_| answered.is_none() && boosted.is_none());
        let number = self.empty.then_some(record.id);
        let (body, source) =
            if boosted.is_some() { (None, None) } else { (record.body.as_ref(), record.source.as_ref()) };
        let entities = match body {
            Some(body) => Some(self.words(&record, body, author, answered)?),
            None => None,
        };
        self.run(
            "INSERT INTO post (id, author, body, created_at, reply_to, source, boost_of, edited_at, edits, marks)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                number,
                author.0,
                body,
                at.micros(),
                answered.map(|id| id.0),
                source,
                boosted.map(|id| id.0),
                record.edited_at.map(Timestamp::micros),
                record.edits,
                entities.as_ref().map(|entities| &entities.marks),
            ],
        )?;
        let id = PostId(self.connection.last_insert_rowid());
        if let (Some(body), Some(entities)) = (body, entities) {
            entities::insert(self.connection, &entities, at)?;
            self.bulk.added(id, at, body, entities.marks)?;
        }
        self.keep_versions(id, &record.versions)?;
        match &record.origin {
            Some(origin) if source.is_some() => {
                remote::insert(self.connection, id, origin)?;
                self.remote_ids.add(self.connection, id, origin)?;
            }
            // A post that was written here has no remote ids.
            Some(origin) if body.is_some() => {
                remote::insert(self.connection, id, &PostDetails::from((**origin).clone()).into())?;
            }
            _ => {}
        }
        if !self.empty {
            let names = record.origin.iter().flat_map(|origin| &origin.aliases).chain(source);
            for name in names {
                pending::resolve(self.connection, id, author, name)?;
            }
        }
        self.later.extend(later.map(|theirs| (id, theirs)));
        self.stats.posts += 1;
        Ok(id)
    }

    /// Returns the author, time and parent of a post here, if the record's text is a later edit of the text here.
    fn older(&self, id: PostId, record: &PostRecord) -> Result<Option<(UserId, Timestamp, Option<PostId>)>> {
        let (Some(_), Some(edited_at)) = (&record.body, record.edited_at) else { return Ok(None) };
        let mut here = self.connection.prepare_cached(
            "SELECT author, created_at, reply_to FROM post WHERE id = ?1 AND ifnull(edited_at, created_at) < ?2
                 AND body IN (SELECT value FROM json_each(?3))",
        )?;
        let before: Vec<&str> = record.versions.iter().map(|version| version.body.as_str()).collect();
        let read = |row: &rusqlite::Row<'_>| {
            let (author, at) = (UserId(row.get(0)?), Timestamp::from_micros(row.get(1)?));
            Ok((author, at, row.get::<_, Option<i64>>(2)?.map(PostId)))
        };
        let older = here.query_row(params![id.0, edited_at.micros(), serde_json::json!(before).to_string()], read);
        Ok(older.optional()?)
    }

    /// Updates a post here to the record's newer text.
    fn renew(
        &mut self,
        id: PostId,
        record: &PostRecord,
        (author, at, answered): (UserId, Timestamp, Option<PostId>),
    ) -> Result<()> {
        let (Some(body), Some(edited_at)) = (&record.body, record.edited_at) else { return Ok(()) };
        entities::delete(self.connection, at)?;
        let entities = self.words(record, body, author, answered)?;
        entities::insert(self.connection, &entities, at)?;
        self.keep_versions(id, &record.versions)?;
        self.run(
            "UPDATE post SET body = ?2, edited_at = ?3, edits = ?4, marks = ?5 WHERE id = ?1",
            params![id.0, body, edited_at.micros(), record.edits, entities.marks],
        )?;
        Ok(())
    }

    fn keep_versions(&self, id: PostId, versions: &[VersionRecord]) -> Result<()> {
        for version in versions {
            self.run(
                "INSERT OR IGNORE INTO post_version (post, version, body, written_at) VALUES (?1, ?2, ?3, ?4)",
                params![id.0, version.version, version.body, version.written_at.micros()],
            )?;
        }
        Ok(())
    }

    /// Extracts the entities of a text: mentions mean the users that they meant in the file, and nobody else.
    fn words(
        &mut self,
        record: &PostRecord,
        body: &str,
        author: UserId,
        answered: Option<PostId>,
    ) -> Result<entities::Entities> {
        let mut meant = HashMap::new();
        if body.contains('@') {
            meant.extend(mentions(body).into_iter().map(|name| (case_fold(&name), None)));
            for mention in &record.mentions {
                meant.insert(case_fold(&mention.name), self.users.get(&case_fold(&mention.user)).copied());
            }
        }
        self.entities.meant = meant;
        let to = match answered {
            Some(id) => self
                .connection
                .prepare_cached("SELECT author FROM post WHERE id = ?1")?
                .query_row([id.0], |row| row.get(0).map(UserId))
                .optional()?,
            None => None,
        };
        let (body, created_at) = (Body::stored(body.to_owned()), record.created_at);
        let post = NewPost { author, body, created_at, reply_to: answered, source: None };
        entities::extract(self.connection, &mut self.entities, &post, to)
    }
}

/// Returns why the store cannot hold a post, if it cannot.
fn wrong(record: &PostRecord) -> Option<Refused> {
    let odd = |c: char| c.is_control() && c != '\n';
    match (&record.body, record.boost_of) {
        (Some(_), Some(_)) => Some("a boost has no text of its own".to_owned()),
        (None, None) => Some("it has no text".to_owned()),
        (None, Some(_)) if record.reply_to.is_some() => Some("a boost cannot be a reply".to_owned()),
        (Some(body), None) if Body::imported(body).is_err() || body.contains('\0') => {
            Some("the text is blank, or holds the character U+0000".to_owned())
        }
        (Some(body), None) if record.source.is_none() && body.contains(odd) => {
            Some("the text holds control characters, which only imported posts may hold".to_owned())
        }
        _ => None,
    }
}
