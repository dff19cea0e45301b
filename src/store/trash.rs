//! Deleting posts, and bringing them back.
//!
//! A deleted post waits in a table of its own, with its boosts: no timeline pays for it. Its likes, bookmarks, tags,
//! mentions and versions stay where they are until it goes for good. Numbers and moments are never given to others
//! meanwhile, so that it comes back as what it was, where it was.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, StoreError, notifications};
use crate::model::{Nickname, NotificationKind, PostId, Timestamp, UserId};

/// What was deleted and never brought back goes for good after a day, in microseconds.
const KEPT: i64 = 24 * 3600 * 1_000_000;

const COLUMNS: &str = "id, author, body, created_at, reply_to, source, boost_of, edited_at, edits, marks";

/// Takes a post, and every boost of it, out of the timelines; or a boost alone, of which nobody is told any more.
pub(super) fn discard(connection: &Connection, id: PostId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached(&format!(
            "INSERT INTO deleted_post ({COLUMNS}, deleted_at, with_post) SELECT {COLUMNS}, ?2, NULL FROM post WHERE id = ?1
             UNION ALL SELECT {COLUMNS}, ?2, ?1 FROM post WHERE boost_of = ?1"
        ))?
        .execute([id.0, now.micros()])?;
    if let Some(boost) = boost(connection, id)?
        && let Some(author) = author(connection, boost.of)?
    {
        notifications::unnotify(connection, author, NotificationKind::Boosted, boost.by, Some(boost.of))?;
    }
    remove(connection, id)
}

/// Takes a post out of the timelines with every boost of it; what is not kept meanwhile goes for good.
fn remove(connection: &Connection, id: PostId) -> Result<()> {
    connection.prepare_cached("DELETE FROM post WHERE boost_of = ?1")?.execute([id.0])?;
    connection.prepare_cached("DELETE FROM post WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

fn take_back(connection: &Connection, id: PostId) -> Result<()> {
    if let Some(boost) = boost(connection, id)? {
        return take_back_boost(connection, id, boost);
    }
    if let Some(again) = again(connection, id)? {
        remove(connection, again)?;
    }
    connection
        .prepare_cached(&format!(
            "INSERT INTO post ({COLUMNS}, likes, replies)
             SELECT {COLUMNS}, (SELECT count(*) FROM liked WHERE post_created_at = d.created_at),
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

/// The post that a deleted one is, where it was brought in again meanwhile: it is there once, as it was.
fn again(connection: &Connection, id: PostId) -> Result<Option<PostId>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.id FROM deleted_post d CROSS JOIN post p INDEXED BY post_source
             ON p.source = d.source AND p.author = d.author WHERE d.id = ?1",
    )?;
    Ok(statement.query_row([id.0], |row| row.get(0).map(PostId)).optional()?)
}

/// Brings a boost back, if its post is there; if that was deleted too, it comes back with it. Whoever boosted the post
/// again meanwhile did so once.
fn take_back_boost(connection: &Connection, id: PostId, boost: Boost) -> Result<()> {
    let again = connection
        .prepare_cached(
            "SELECT 1 FROM post INDEXED BY post_boost_once WHERE boost_of = ?1 AND author = ?2
             UNION ALL SELECT 1 FROM deleted_post WHERE with_post = ?1 AND author = ?2 AND id <> ?3",
        )?
        .exists([boost.of.0, boost.by.0, id.0])?;
    let back = if again {
        "DELETE FROM deleted_post WHERE id = ?1"
    } else if whose(connection, "post", boost.of)?.is_some() {
        connection
            .prepare_cached(&format!("INSERT INTO post ({COLUMNS}) SELECT {COLUMNS} FROM deleted_post WHERE id = ?1"))?
            .execute([id.0])?;
        "DELETE FROM deleted_post WHERE id = ?1"
    } else if whose(connection, "deleted_post", boost.of)?.is_some() {
        "UPDATE deleted_post SET with_post = boost_of WHERE id = ?1"
    } else {
        return Err(StoreError::PostPurged(boost.of));
    };
    connection.prepare_cached(back)?.execute([id.0])?;
    match author(connection, boost.of)? {
        Some(author) if boost.alone && !again => {
            notifications::notify(connection, author, NotificationKind::Boosted, boost.by, Some(boost.of), boost.at)
        }
        _ => Ok(()),
    }
}

/// A boost that was deleted.
#[derive(Debug, Clone, Copy)]
struct Boost {
    by: UserId,
    of: PostId,
    at: Timestamp,
    /// It was taken back, and did not go with its post.
    alone: bool,
}

fn boost(connection: &Connection, id: PostId) -> Result<Option<Boost>> {
    let mut statement = connection.prepare_cached(
        "SELECT author, boost_of, created_at, with_post IS NULL FROM deleted_post WHERE id = ?1 AND boost_of IS NOT NULL",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        let (by, of) = (UserId(row.get(0)?), PostId(row.get(1)?));
        Ok(Boost { by, of, at: Timestamp::from_micros(row.get(2)?), alone: row.get(3)? })
    };
    Ok(statement.query_row([id.0], read).optional()?)
}

/// Who wrote a post, if it is there or may come back.
fn author(connection: &Connection, id: PostId) -> Result<Option<UserId>> {
    let found = match whose(connection, "post", id)? {
        None => whose(connection, "deleted_post", id)?,
        found => found,
    };
    Ok(found.map(|(author, _)| author))
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
            for &id in ids {
                match whose(transaction, "post", id)? {
                    None => return Err(StoreError::UnknownPost(id)),
                    Some((author, nickname)) if author != owner => {
                        return Err(StoreError::NotAuthor { id, author: nickname });
                    }
                    Some(_) => {}
                }
            }
            for &id in ids {
                // It is named twice, or went with the post that it boosts.
                if whose(transaction, "post", id)?.is_some() {
                    discard(transaction, id, now)?;
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
            for &id in ids {
                match whose(transaction, "deleted_post", id)? {
                    None => return Err(StoreError::PostPurged(id)),
                    Some((author, nickname)) if author != owner => {
                        return Err(StoreError::NotAuthor { id, author: nickname });
                    }
                    Some(_) => {}
                }
            }
            for &id in ids {
                // It is named twice, or came with the post that it boosts.
                if whose(transaction, "deleted_post", id)?.is_some() {
                    take_back(transaction, id)?;
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
