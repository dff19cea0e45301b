//! Deleting posts, and bringing them back.
//!
//! A deleted post waits in a table of its own, with its boosts: no timeline pays for it. Its likes, bookmarks, tags,
//! mentions and versions stay where they are until it goes for good. Numbers and moments are never given to others
//! meanwhile, so that it comes back as what it was, where it was.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, StoreError};
use crate::model::{Nickname, PostId, Timestamp, UserId};

/// What was deleted and never brought back goes for good after a day, in microseconds.
const KEPT: i64 = 24 * 3600 * 1_000_000;

const COLUMNS: &str = "id, author, body, created_at, reply_to, source, boost_of, edited_at, edits, marks";

/// Takes a post, and every boost of it, out of the timelines.
pub(super) fn put(connection: &Connection, id: PostId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached(&format!(
            "INSERT INTO deleted_post ({COLUMNS}, deleted_at, with_post) SELECT {COLUMNS}, ?2, NULL FROM post WHERE id = ?1
             UNION ALL SELECT {COLUMNS}, ?2, ?1 FROM post WHERE boost_of = ?1"
        ))?
        .execute([id.0, now.micros()])?;
    connection.prepare_cached("DELETE FROM post WHERE boost_of = ?1")?.execute([id.0])?;
    connection.prepare_cached("DELETE FROM post WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

fn take_back(connection: &Connection, id: PostId) -> Result<()> {
    connection
        .prepare_cached(&format!(
            "INSERT INTO post ({COLUMNS}, likes, replies)
             SELECT {COLUMNS}, (SELECT count(*) FROM liked WHERE moment = d.created_at),
                 (SELECT count(*) FROM post r WHERE r.reply_to = d.id)
             FROM deleted_post d WHERE d.id = ?1"
        ))?
        .execute([id.0])?;
    connection
        .prepare_cached(&format!(
            "INSERT INTO post ({COLUMNS}) SELECT {COLUMNS} FROM deleted_post WHERE with_post = ?1"
        ))?
        .execute([id.0])?;
    connection.prepare_cached("DELETE FROM deleted_post WHERE with_post = ?1")?.execute([id.0])?;
    connection.prepare_cached("DELETE FROM deleted_post WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

fn whose(connection: &Connection, table: &str, id: PostId) -> Result<Option<(UserId, Nickname)>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT p.author, u.nickname FROM {table} p CROSS JOIN user u ON u.id = p.author WHERE p.id = ?1"
    ))?;
    let read = |row: &rusqlite::Row<'_>| Ok((UserId(row.get(0)?), Nickname::stored(row.get(1)?)));
    Ok(statement.query_row([id.0], read).optional()?)
}

impl Store {
    /// Deletes posts or boosts of one user, in a way that [`restore_posts`](Store::restore_posts) can undo: all of
    /// them, or none if one is not theirs. What was deleted more than a day before goes for good.
    ///
    /// # Errors
    /// When a post is unknown or another's.
    pub fn delete_posts(&mut self, owner: UserId, ids: &[PostId], now: Timestamp) -> Result<()> {
        self.write(|transaction| {
            let mut seen = HashSet::new();
            for &id in ids.iter().filter(|id| seen.insert(**id)) {
                match whose(transaction, "post", id)? {
                    None => return Err(StoreError::UnknownPost(id)),
                    Some((author, nickname)) if author != owner => {
                        return Err(StoreError::NotYours { id, author: nickname });
                    }
                    Some(_) => put(transaction, id, now)?,
                }
            }
            let long_ago = now.micros().saturating_sub(KEPT);
            transaction.prepare_cached("DELETE FROM deleted_post WHERE deleted_at < ?1")?.execute([long_ago])?;
            Ok(())
        })
    }

    /// Brings deleted posts or boosts of one user back as they were, with likes, boosts, answers and place: all of
    /// them, or none.
    ///
    /// # Errors
    /// When a post went for good, or was not theirs.
    pub fn restore_posts(&mut self, owner: UserId, ids: &[PostId]) -> Result<()> {
        self.write(|transaction| {
            let mut seen = HashSet::new();
            for &id in ids.iter().filter(|id| seen.insert(**id)) {
                match whose(transaction, "deleted_post", id)? {
                    None => return Err(StoreError::GoneForGood(id)),
                    Some((author, nickname)) if author != owner => {
                        return Err(StoreError::NotYours { id, author: nickname });
                    }
                    Some(_) => take_back(transaction, id)?,
                }
            }
            Ok(())
        })
    }

    /// Lets deleted posts go for good, with all that hung on them; those that came back meanwhile stay.
    ///
    /// # Errors
    /// When the store fails.
    pub fn purge_posts(&mut self, ids: &[PostId]) -> Result<()> {
        self.write(|transaction| {
            for id in ids {
                transaction.prepare_cached("DELETE FROM deleted_post WHERE id = ?1")?.execute(params![id.0])?;
            }
            Ok(())
        })
    }
}
