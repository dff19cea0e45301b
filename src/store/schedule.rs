//! Scheduled posts: drafts with a time.
//!
//! The next process that runs at that time posts them. The post is added and the draft is deleted in one transaction, so
//! that it is posted once, also if several processes look at the same moment.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Result, Store, StoreError, drafts, posts, users};
use crate::model::{Body, NewPost, OpenDraft, PostDetails, PostId, ScheduledId, ScheduledPost, Timestamp, UserId};

/// How many posts one transaction posts.
const AT_ONCE: i64 = 100;

/// Posts that are due. A reply to a deleted post waits until its author decides.
pub(super) const DUE: &str = "SELECT id, user, reply_to, body, post_at, details FROM scheduled_post
    WHERE post_at <= ?1 AND (reply_to IS NULL OR EXISTS (SELECT 1 FROM post WHERE id = scheduled_post.reply_to))
    ORDER BY post_at LIMIT ?2";
/// The other posts of a scheduled thread.
pub(super) const REST: &str = "SELECT body FROM scheduled_reply WHERE scheduled = ?1 ORDER BY position";
/// A user's scheduled posts, the next one first.
pub(super) const ALL: &str =
    "SELECT id, user, reply_to, body, post_at, details FROM scheduled_post WHERE user = ?1 ORDER BY post_at, id";

fn read(row: &Row<'_>) -> rusqlite::Result<ScheduledPost> {
    Ok(ScheduledPost {
        id: ScheduledId(row.get(0)?),
        author: UserId(row.get(1)?),
        reply_to: row.get::<_, Option<i64>>(2)?.map(PostId),
        body: Body::stored(row.get(3)?),
        rest: Vec::new(),
        post_at: Timestamp::from_micros(row.get(4)?),
        details: row.get(5)?,
    })
}

fn by_id(connection: &Connection, user: UserId, id: ScheduledId) -> Result<ScheduledPost> {
    let sql = "SELECT id, user, reply_to, body, post_at, details FROM scheduled_post WHERE id = ?1 AND user = ?2";
    let found = connection.prepare_cached(sql)?.query_row(params![id.0, user], read).optional()?;
    complete(connection, found.ok_or(StoreError::UnknownScheduledPost(id))?)
}

/// Adds the other posts of a thread.
fn complete(connection: &Connection, mut scheduled: ScheduledPost) -> Result<ScheduledPost> {
    let mut statement = connection.prepare_cached(REST)?;
    let bodies = statement.query_map([scheduled.id.0], |row| row.get(0).map(Body::stored))?;
    scheduled.rest = bodies.collect::<rusqlite::Result<_>>()?;
    Ok(scheduled)
}

/// Replaces the other posts of a thread.
fn set_rest(connection: &Connection, id: ScheduledId, rest: &[Body]) -> Result<()> {
    connection.prepare_cached("DELETE FROM scheduled_reply WHERE scheduled = ?1")?.execute([id.0])?;
    let mut insert =
        connection.prepare_cached("INSERT INTO scheduled_reply (scheduled, position, body) VALUES (?1, ?2, ?3)")?;
    for (position, body) in (1_i64..).zip(rest) {
        insert.execute(params![id.0, position, body.as_str()])?;
    }
    Ok(())
}

/// Adds a scheduled post, or a thread.
pub(super) fn insert(
    connection: &Connection,
    user: UserId,
    reply_to: Option<PostId>,
    (body, rest): (&Body, &[Body]),
    post_at: Timestamp,
    details: &PostDetails,
) -> Result<ScheduledId> {
    connection
        .prepare_cached(
            "INSERT INTO scheduled_post (user, reply_to, body, post_at, details) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![user, reply_to.map(|id| id.0), body.as_str(), post_at, details])?;
    let id = ScheduledId(connection.last_insert_rowid());
    set_rest(connection, id, rest)?;
    Ok(id)
}

fn add(
    connection: &Connection,
    post: &NewPost,
    rest: &[Body],
    details: &PostDetails,
    post_at: Timestamp,
) -> Result<ScheduledId> {
    let reply_to = post.reply_to.map(|id| posts::by_id(connection, id, None)).transpose()?;
    users::by_id(connection, post.author)?;
    insert(connection, post.author, reply_to.map(|post| post.id), (&post.body, rest), post_at, details)
}

fn delete(connection: &Connection, id: ScheduledId) -> Result<()> {
    connection.prepare_cached("DELETE FROM scheduled_post WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

/// Posts a scheduled post or thread and deletes it from the schedule.
fn post(connection: &Connection, scheduled: &ScheduledPost, now: Timestamp) -> Result<Vec<PostId>> {
    let new = NewPost {
        author: scheduled.author,
        body: scheduled.body.clone(),
        created_at: now,
        reply_to: scheduled.reply_to,
        source: None,
    };
    let ids = posts::thread(connection, &new, &scheduled.rest, &scheduled.details)?;
    delete(connection, scheduled.id)?;
    Ok(ids)
}

fn due(connection: &Connection, now: Timestamp, limit: i64) -> Result<Vec<ScheduledPost>> {
    let mut statement = connection.prepare_cached(DUE)?;
    let rows = statement.query_map(params![now, limit], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().map(|row| complete(connection, row)).collect()
}

impl Store {
    /// Schedules a post, or the first post of a thread with the rest of it.
    ///
    /// # Errors
    /// When its author or parent is deleted, or the store fails.
    pub fn schedule_post(
        &mut self,
        post: &NewPost,
        rest: &[Body],
        details: &PostDetails,
        post_at: Timestamp,
    ) -> Result<ScheduledId> {
        self.write(|transaction| add(transaction, post, rest, details, post_at))
    }

    /// Like [`Store::schedule_post`], with the details of the draft that the text was written in, and deletes that.
    ///
    /// # Errors
    /// As [`Store::schedule_post`]; the draft is kept then.
    pub fn schedule_draft(
        &mut self,
        post: &NewPost,
        rest: &[Body],
        post_at: Timestamp,
        open: &OpenDraft,
    ) -> Result<ScheduledId> {
        self.write(|transaction| {
            let id = add(transaction, post, rest, &open.details, post_at)?;
            drafts::delete_posted(transaction, post, rest, open)?;
            Ok(id)
        })
    }

    /// Returns a user's scheduled posts, the next one first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn scheduled_posts(&self, user: UserId) -> Result<Vec<ScheduledPost>> {
        let mut statement = self.connection.prepare_cached(ALL)?;
        let rows = statement.query_map([user], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(|row| complete(&self.connection, row)).collect()
    }

    /// Returns a scheduled post of a user.
    ///
    /// # Errors
    /// When there is none with that id.
    pub fn scheduled_post(&self, user: UserId, id: ScheduledId) -> Result<ScheduledPost> {
        by_id(&self.connection, user, id)
    }

    /// Changes the text and the time of a scheduled post, or the texts of a thread.
    ///
    /// # Errors
    /// When there is none with that id.
    pub fn edit_scheduled_post(
        &mut self,
        user: UserId,
        id: ScheduledId,
        (body, rest): (&Body, &[Body]),
        post_at: Timestamp,
    ) -> Result<()> {
        self.write(|transaction| {
            by_id(transaction, user, id)?;
            set_rest(transaction, id, rest)?;
            transaction
                .prepare_cached("UPDATE scheduled_post SET body = ?2, post_at = ?3 WHERE id = ?1")?
                .execute(params![id.0, body.as_str(), post_at])?;
            Ok(())
        })
    }

    /// Deletes scheduled posts: all of them, or none.
    ///
    /// # Errors
    /// When one is unknown.
    pub fn delete_scheduled_posts(&mut self, user: UserId, ids: &[ScheduledId]) -> Result<()> {
        self.write(|transaction| {
            for id in ids {
                delete(transaction, by_id(transaction, user, *id)?.id)?;
            }
            Ok(())
        })
    }

    /// Posts scheduled posts of a user before their time: all of them, or none.
    ///
    /// # Errors
    /// When one is unknown, or replies to a deleted post.
    pub fn post_scheduled_now(&mut self, user: UserId, ids: &[ScheduledId], now: Timestamp) -> Result<Vec<PostId>> {
        self.write(|transaction| {
            let mut posted = Vec::new();
            for id in ids {
                posted.extend(post(transaction, &by_id(transaction, user, *id)?, now)?);
            }
            Ok(posted)
        })
    }

    /// Posts the scheduled posts that are due; returns them with their ids as posts. A reply to a deleted post stays in the
    /// schedule. It only writes if a post is due.
    ///
    /// # Errors
    /// When the store fails; nothing is posted then.
    pub fn post_due(&mut self, now: Timestamp) -> Result<Vec<(ScheduledPost, Vec<PostId>)>> {
        if self.is_read_only() || due(&self.connection, now, 1)?.is_empty() {
            return Ok(vec![]);
        }
        self.write(|transaction| {
            let posted = due(transaction, now, AT_ONCE)?.into_iter().map(|scheduled| {
                let ids = post(transaction, &scheduled, now)?;
                Ok((scheduled, ids))
            });
            posted.collect()
        })
    }
}
