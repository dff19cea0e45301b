//! Scheduled posts: drafts with a time.
//!
//! The next process that runs at that time posts them. The post is added and the draft is deleted in one transaction, so
//! that it is posted once, also if several processes look at the same moment.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Result, Store, StoreError, posts, users};
use crate::model::{Body, NewPost, PostDetails, PostId, ScheduledId, ScheduledPost, Timestamp, UserId};

/// How many posts one transaction posts.
const AT_ONCE: i64 = 100;

/// Posts that are due. A reply to a deleted post waits until its author decides.
pub(super) const DUE: &str = "SELECT id, user, reply_to, body, post_at, details FROM scheduled_post
    WHERE post_at <= ?1 AND (reply_to IS NULL OR EXISTS (SELECT 1 FROM post WHERE id = scheduled_post.reply_to))
    ORDER BY post_at LIMIT ?2";
/// A user's scheduled posts, the next one first.
pub(super) const ALL: &str =
    "SELECT id, user, reply_to, body, post_at, details FROM scheduled_post WHERE user = ?1 ORDER BY post_at, id";

fn read(row: &Row<'_>) -> rusqlite::Result<ScheduledPost> {
    Ok(ScheduledPost {
        id: ScheduledId(row.get(0)?),
        author: UserId(row.get(1)?),
        reply_to: row.get::<_, Option<i64>>(2)?.map(PostId),
        body: Body::stored(row.get(3)?),
        post_at: Timestamp::from_micros(row.get(4)?),
        details: row.get(5)?,
    })
}

fn by_id(connection: &Connection, user: UserId, id: ScheduledId) -> Result<ScheduledPost> {
    let sql = "SELECT id, user, reply_to, body, post_at, details FROM scheduled_post WHERE id = ?1 AND user = ?2";
    let found = connection.prepare_cached(sql)?.query_row(params![id.0, user], read).optional()?;
    found.ok_or(StoreError::UnknownScheduledPost(id))
}

/// Adds a scheduled post.
pub(super) fn insert(
    connection: &Connection,
    user: UserId,
    reply_to: Option<PostId>,
    body: &str,
    post_at: Timestamp,
    details: &PostDetails,
) -> Result<ScheduledId> {
    connection
        .prepare_cached(
            "INSERT INTO scheduled_post (user, reply_to, body, post_at, details) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![user, reply_to.map(|id| id.0), body, post_at, details])?;
    Ok(ScheduledId(connection.last_insert_rowid()))
}

fn delete(connection: &Connection, id: ScheduledId) -> Result<()> {
    connection.prepare_cached("DELETE FROM scheduled_post WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

/// Posts a scheduled post and deletes it from the schedule.
fn post(connection: &Connection, scheduled: &ScheduledPost, now: Timestamp) -> Result<PostId> {
    let new = NewPost {
        author: scheduled.author,
        body: scheduled.body.clone(),
        created_at: now,
        reply_to: scheduled.reply_to,
        source: None,
    };
    let id = posts::add(connection, &new, &scheduled.details)?;
    delete(connection, scheduled.id)?;
    Ok(id)
}

fn due(connection: &Connection, now: Timestamp, limit: i64) -> Result<Vec<ScheduledPost>> {
    let mut statement = connection.prepare_cached(DUE)?;
    Ok(statement.query_map(params![now, limit], read)?.collect::<rusqlite::Result<_>>()?)
}

impl Store {
    /// Schedules a post.
    ///
    /// # Errors
    /// When its author or parent is deleted, or the store fails.
    pub fn schedule_post(&mut self, post: &NewPost, details: &PostDetails, post_at: Timestamp) -> Result<ScheduledId> {
        self.write(|transaction| {
            let reply_to = post.reply_to.map(|id| posts::by_id(transaction, id, None)).transpose()?;
            users::by_id(transaction, post.author)?;
            insert(transaction, post.author, reply_to.map(|post| post.id), post.body.as_str(), post_at, details)
        })
    }

    /// Returns a user's scheduled posts, the next one first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn scheduled_posts(&self, user: UserId) -> Result<Vec<ScheduledPost>> {
        let mut statement = self.connection.prepare_cached(ALL)?;
        Ok(statement.query_map([user], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns a scheduled post of a user.
    ///
    /// # Errors
    /// When there is none with that id.
    pub fn scheduled_post(&self, user: UserId, id: ScheduledId) -> Result<ScheduledPost> {
        by_id(&self.connection, user, id)
    }

    /// Changes the text and the time of a scheduled post.
    ///
    /// # Errors
    /// When there is none with that id.
    pub fn edit_scheduled_post(
        &mut self,
        user: UserId,
        id: ScheduledId,
        body: &Body,
        post_at: Timestamp,
    ) -> Result<()> {
        self.write(|transaction| {
            by_id(transaction, user, id)?;
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
        self.write(|transaction| ids.iter().map(|id| post(transaction, &by_id(transaction, user, *id)?, now)).collect())
    }

    /// Posts the scheduled posts that are due; returns them with their ids as posts. A reply to a deleted post stays in the
    /// schedule. It only writes if a post is due.
    ///
    /// # Errors
    /// When the store fails; nothing is posted then.
    pub fn post_due(&mut self, now: Timestamp) -> Result<Vec<(ScheduledPost, PostId)>> {
        if self.is_read_only() || due(&self.connection, now, 1)?.is_empty() {
            return Ok(vec![]);
        }
        self.write(|transaction| {
            let posted = due(transaction, now, AT_ONCE)?.into_iter().map(|scheduled| {
                let id = post(transaction, &scheduled, now)?;
                Ok((scheduled, id))
            });
            posted.collect()
        })
    }
}
