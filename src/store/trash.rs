//! Deleting and restoring posts.
//!
//! A deleted post is moved to a table of its own, with its boosts, so that timelines pay nothing for it. Its likes,
//! bookmarks, tags, mentions and revisions stay where they are until it is purged. Its id and timestamp are not
//! reused, so that it is restored unchanged.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::notify::{notify, unnotify};
use super::{Result, Store, StoreError, outbox_queue, users};
use crate::model::{Nickname, NotificationKind, PostId, Timestamp, UserId, UserKind};

/// Deleted posts are purged after a day, in microseconds.
const RETENTION: i64 = 24 * 3600 * 1_000_000;

const COLUMNS: &str = "id, author, body, created_at, reply_to, source, boost_of, edited_at, edits, marks";

/// Deletes a post with all its boosts, or a single boost with its notification, so that they can be restored.
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
        unnotify(connection, author, NotificationKind::Boosted, boost.by, Some(boost.of))?;
    }
    remove(connection, id)
}

/// Removes a post with all its boosts; what is not in the trash is purged.
fn remove(connection: &Connection, id: PostId) -> Result<()> {
    connection.prepare_cached("DELETE FROM post WHERE boost_of = ?1")?.execute([id.0])?;
    connection.prepare_cached("DELETE FROM post WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

/// Restores a deleted post with its boosts, or a single boost.
pub(super) fn restore(connection: &Connection, id: PostId) -> Result<()> {
    if let Some(boost) = boost(connection, id)? {
        return restore_boost(connection, id, boost);
    }
    if let Some(replaced) = imported_again(connection, id)? {
        remove(connection, replaced)?;
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

/// Purges what was deleted more than a day ago, with the users of whom nothing else is left.
fn purge(connection: &Connection, now: Timestamp) -> Result<()> {
    let long_ago = now.micros().saturating_sub(RETENTION);
    connection
        .prepare_cached(&format!(
            "DELETE FROM user WHERE id IN (SELECT author FROM deleted_post WHERE deleted_at < ?1) AND {}
                 AND NOT EXISTS (SELECT 1 FROM deleted_post WHERE author = user.id AND deleted_at >= ?1)",
            users::IS_REMNANT
        ))?
        .execute([long_ago])?;
    connection.prepare_cached("DELETE FROM deleted_post WHERE deleted_at < ?1")?.execute([long_ago])?;
    Ok(())
}

/// Returns the post that was imported again after it was deleted: the restored one replaces it.
fn imported_again(connection: &Connection, id: PostId) -> Result<Option<PostId>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.id FROM deleted_post d CROSS JOIN post p INDEXED BY post_source
             ON p.source = d.source AND p.author = d.author WHERE d.id = ?1",
    )?;
    Ok(statement.query_row([id.0], |row| row.get(0).map(PostId)).optional()?)
}

/// Restores a boost if its post exists; if that was deleted too, the boost is restored with it. A user who boosted
/// the post again has one boost.
fn restore_boost(connection: &Connection, id: PostId, boost: Boost) -> Result<()> {
    let boosted_again = connection
        .prepare_cached(
            "SELECT 1 FROM post INDEXED BY post_boost_once WHERE boost_of = ?1 AND author = ?2
             UNION ALL SELECT 1 FROM deleted_post WHERE with_post = ?1 AND author = ?2 AND id <> ?3",
        )?
        .exists([boost.of.0, boost.by.0, id.0])?;
    let cleanup = if boosted_again {
        "DELETE FROM deleted_post WHERE id = ?1"
    } else if find_author(connection, "post", boost.of)?.is_some() {
        connection
            .prepare_cached(&format!("INSERT INTO post ({COLUMNS}) SELECT {COLUMNS} FROM deleted_post WHERE id = ?1"))?
            .execute([id.0])?;
        "DELETE FROM deleted_post WHERE id = ?1"
    } else if find_author(connection, "deleted_post", boost.of)?.is_some() {
        "UPDATE deleted_post SET with_post = boost_of WHERE id = ?1"
    } else {
        return Err(StoreError::PostPurged(boost.of));
    };
    connection.prepare_cached(cleanup)?.execute([id.0])?;
    match author(connection, boost.of)? {
        Some(author) if boost.alone && !boosted_again => {
            notify(connection, author, NotificationKind::Boosted, boost.by, Some(boost.of), boost.at)
        }
        _ => Ok(()),
    }
}

/// A deleted boost.
#[derive(Debug, Clone, Copy)]
struct Boost {
    by: UserId,
    of: PostId,
    at: Timestamp,
    /// Whether it was deleted by itself, and not with its post.
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

/// Returns the author of a post that exists or can be restored.
fn author(connection: &Connection, id: PostId) -> Result<Option<UserId>> {
    let found = match find_author(connection, "post", id)? {
        None => find_author(connection, "deleted_post", id)?,
        found => found,
    };
    Ok(found.map(|(author, _)| author))
}

fn find_author(connection: &Connection, table: &str, id: PostId) -> Result<Option<(UserId, Nickname)>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT p.author, u.nickname FROM {table} p CROSS JOIN user u ON u.id = p.author WHERE p.id = ?1"
    ))?;
    let read = |row: &rusqlite::Row<'_>| Ok((UserId(row.get(0)?), Nickname::stored(row.get(1)?)));
    Ok(statement.query_row([id.0], read).optional()?)
}

impl Store {
    /// Deletes posts or boosts of one user, so that [`restore_posts`](Store::restore_posts) can restore them: all of
    /// them, or none. Posts that were deleted more than a day ago are purged.
    ///
    /// # Errors
    /// When a post is unknown, or another user's.
    pub fn delete_posts(&mut self, owner: UserId, ids: &[PostId], now: Timestamp) -> Result<()> {
        self.write(|transaction| {
            for &id in ids {
                match find_author(transaction, "post", id)? {
                    None => return Err(StoreError::UnknownPost(id)),
                    Some((author, nickname)) if author != owner => {
                        return Err(StoreError::NotAuthor { id, author: nickname });
                    }
                    Some(_) => {}
                }
            }
            for &id in ids {
                // It was listed twice, or deleted with the post that it boosts.
                if find_author(transaction, "post", id)?.is_some() {
                    outbox_queue::queue_delete(transaction, owner, id, now)?;
                    discard(transaction, id, now)?;
                }
            }
            purge(transaction, now)
        })
    }

    /// Restores deleted posts or boosts of one user, or of remote users whose source deleted them, with their reactions
    /// and replies: all of them, or none.
    ///
    /// # Errors
    /// When a post was purged, or is another local user's.
    pub fn restore_posts(&mut self, owner: UserId, ids: &[PostId]) -> Result<()> {
        self.write(|transaction| {
            for &id in ids {
                match find_author(transaction, "deleted_post", id)? {
                    None => return Err(StoreError::PostPurged(id)),
                    Some((author, nickname))
                        if author != owner && users::by_id(transaction, author)?.kind != UserKind::Remote =>
                    {
                        return Err(StoreError::NotAuthor { id, author: nickname });
                    }
                    Some(_) => {}
                }
            }
            for &id in ids {
                // It was listed twice, or restored with the post that it boosts.
                if find_author(transaction, "deleted_post", id)?.is_some() {
                    restore(transaction, id)?;
                }
            }
            for id in ids.iter().collect::<BTreeSet<_>>() {
                outbox_queue::queue_restored(transaction, owner, *id, Timestamp::now())?;
            }
            Ok(())
        })
    }

    /// Purges deleted posts; those that were restored meanwhile stay.
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
