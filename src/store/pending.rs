//! Replies, boosts, likes and bookmarks that are pending until the post that they are for is imported.

use rusqlite::{Connection, OptionalExtension, params};

use super::entities::SearchTerm;
use super::notify::{notify, unnotify};
use super::remote::may_name;
use super::{Result, reactions};
use crate::model::{NotificationKind, PostId, ReactionKind, Timestamp, UserId};

/// Returns whether anything is pending for posts that are not here.
pub(super) fn exists(connection: &Connection) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM origin INDEXED BY origin_answers WHERE reply_to_remote_id IS NOT NULL)
            OR EXISTS (SELECT 1 FROM origin INDEXED BY origin_boosts WHERE boost_of_remote_id IS NOT NULL)
            OR EXISTS (SELECT 1 FROM pending_reaction)",
    )?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Links everything that was pending for one of a post's remote ids, if its author's posts can have that id.
pub(super) fn resolve(connection: &Connection, post: PostId, author: UserId, name: &str) -> Result<()> {
    if may_name(connection, author, name)? { resolve_proven(connection, post, author, name) } else { Ok(()) }
}

/// Links everything that was pending for a remote id, of which the source showed that it is this post's.
pub(super) fn resolve_proven(connection: &Connection, post: PostId, author: UserId, name: &str) -> Result<()> {
    let replies = "SELECT o.post FROM origin o INDEXED BY origin_answers WHERE o.reply_to_remote_id = ?1";
    for reply in posts(connection, replies, name)? {
        link_reply(connection, post, author, reply)?;
    }
    let boosts = "SELECT o.post FROM origin o INDEXED BY origin_boosts WHERE o.boost_of_remote_id = ?1";
    for boost in posts(connection, boosts, name)? {
        replace_placeholder(connection, post, boost)?;
    }
    let mut statement =
        connection.prepare_cached("SELECT user, kind, reacted_at FROM pending_reaction WHERE remote_id = ?1")?;
    let found = statement
        .query_map([name], |row| Ok((UserId(row.get(0)?), row.get::<_, ReactionKind>(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for (user, kind, at) in &found {
        let target = reactions::target(connection, post)?;
        match kind {
            ReactionKind::Like => reactions::like(connection, *user, target, *at)?,
            ReactionKind::Bookmark => reactions::bookmark(connection, *user, target, *at)?,
        }
    }
    if !found.is_empty() {
        connection.prepare_cached("DELETE FROM pending_reaction WHERE remote_id = ?1")?.execute([name])?;
    }
    Ok(())
}

fn posts(connection: &Connection, sql: &str, name: &str) -> Result<Vec<PostId>> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_map([name], |row| row.get(0).map(PostId))?.collect::<rusqlite::Result<_>>()?)
}

/// Links a reply that was imported before its parent.
fn link_reply(connection: &Connection, post: PostId, author: UserId, reply: PostId) -> Result<()> {
    if reply == post {
        return Ok(());
    }
    let marks = format!(" {} {}", SearchTerm::Reply, SearchTerm::To(author));
    let mut link = connection.prepare_cached(
        "UPDATE post SET reply_to = ?2, marks = marks || ?3 WHERE id = ?1 AND reply_to IS NULL AND boost_of IS NULL
         RETURNING author, created_at",
    )?;
    let linked = link
        .query_row(params![reply.0, post.0, marks], |row| {
            Ok((UserId(row.get(0)?), Timestamp::from_micros(row.get(1)?)))
        })
        .optional()?;
    let Some((actor, at)) = linked else { return Ok(()) };
    // No trigger counts a reply that is linked later.
    connection.prepare_cached("UPDATE post SET replies = replies + 1 WHERE id = ?1")?.execute([post.0])?;
    unnotify(connection, author, NotificationKind::Mentioned, actor, Some(reply))?;
    notify(connection, author, NotificationKind::Replied, actor, Some(reply), at)
}

/// Turns the placeholder for a boost into the boost.
fn replace_placeholder(connection: &Connection, post: PostId, boost: PostId) -> Result<()> {
    // A file may claim that a post boosts itself.
    if boost == post {
        return Ok(());
    }
    let mut statement = connection.prepare_cached("SELECT author, created_at FROM post WHERE id = ?1")?;
    let found = statement
        .query_row([boost.0], |row| Ok((UserId(row.get(0)?), Timestamp::from_micros(row.get(1)?))))
        .optional()?;
    let Some((actor, at)) = found else { return Ok(()) };
    connection.prepare_cached("DELETE FROM post WHERE id = ?1")?.execute([boost.0])?;
    reactions::boost(connection, actor, reactions::target(connection, post)?, at)
}

/// Stores a like or bookmark of a post that is not here.
pub(super) fn add_reaction(
    connection: &Connection,
    name: &str,
    user: UserId,
    kind: ReactionKind,
    at: Timestamp,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO pending_reaction (remote_id, user, kind, reacted_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![name, user, kind, at])?;
    Ok(())
}
