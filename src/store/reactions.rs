//! Likes, boosts and bookmarks.
//!
//! Given a boost, they act on the boosted post. Repeating one changes nothing. Several posts at once succeed or fail
//! together.

use rusqlite::{Connection, OptionalExtension, params};

use super::notify::{notify, unnotify};
use super::{Result, Store, StoreError, outbox_queue, posts, trash, users};
use crate::model::{NotificationKind, OutboxAction, PostId, Timestamp, User, UserId};

pub(super) const LIKERS: &str =
    "SELECT user FROM liked INDEXED BY liked_moment WHERE post_created_at = ?1 ORDER BY liked_at DESC LIMIT ?2";
pub(super) const BOOSTERS: &str =
    "SELECT author FROM post INDEXED BY post_boost_of WHERE boost_of = ?1 ORDER BY created_at DESC LIMIT ?2";

/// What a reaction needs to know of its post.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) id: PostId,
    author: UserId,
    pub(super) moment: i64,
}

/// Returns the post or, for a boost, the boosted post.
pub(super) fn target(connection: &Connection, id: PostId) -> Result<Target> {
    connection
        .prepare_cached(
            "SELECT p.id, p.author, p.created_at FROM post w CROSS JOIN post p ON p.id = ifnull(w.boost_of, w.id)
             WHERE w.id = ?1",
        )?
        .query_row([id.0], |row| {
            Ok(Target { id: PostId(row.get(0)?), author: UserId(row.get(1)?), moment: row.get(2)? })
        })
        .optional()?
        .ok_or(StoreError::UnknownPost(id))
}

/// Boosts a post; nothing changes if the user had boosted it.
pub(super) fn boost(connection: &Connection, user: UserId, post: Target, now: Timestamp) -> Result<()> {
    if boost_of(connection, user, post.id)?.is_some() {
        return Ok(());
    }
    insert_boost(connection, user, post, posts::free_timestamp(connection, now)?, now)
}

/// Inserts a boost at a free timestamp, and notifies the author.
pub(super) fn insert_boost(
    connection: &Connection,
    user: UserId,
    post: Target,
    created_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    connection.prepare_cached("INSERT INTO post (author, created_at, boost_of) VALUES (?1, ?2, ?3)")?.execute([
        user.0,
        created_at.micros(),
        post.id.0,
    ])?;
    notify(connection, post.author, NotificationKind::Boosted, user, Some(post.id), now)
}

/// Returns a user's boost of a post.
pub(super) fn boost_of(connection: &Connection, user: UserId, post: PostId) -> Result<Option<PostId>> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM post INDEXED BY post_boost_once WHERE boost_of = ?1 AND author = ?2")?;
    Ok(statement.query_row([post.0, user.0], |row| row.get(0).map(PostId)).optional()?)
}

pub(super) fn like(connection: &Connection, user: UserId, post: Target, now: Timestamp) -> Result<()> {
    let new = connection
        .prepare_cached("INSERT OR IGNORE INTO liked (user, post_created_at, liked_at) VALUES (?1, ?2, ?3)")?
        .execute([user.0, post.moment, now.micros()])?;
    if new > 0 {
        notify(connection, post.author, NotificationKind::Liked, user, Some(post.id), now)?;
    }
    Ok(())
}

pub(super) fn bookmark(connection: &Connection, user: UserId, post: Target, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO bookmark (user, post_created_at, bookmarked_at) VALUES (?1, ?2, ?3)")?
        .execute([user.0, post.moment, now.micros()])?;
    Ok(())
}

impl Store {
    /// Acts on each of several posts: on all, or on none. Returns those that changed.
    fn react(
        &mut self,
        user: UserId,
        ids: &[PostId],
        (action, now): (OutboxAction, Timestamp),
        mut act: impl FnMut(&Connection, Target) -> Result<()>,
    ) -> Result<Vec<PostId>> {
        self.write(|transaction| {
            users::by_id(transaction, user)?;
            let mut changed = Vec::with_capacity(ids.len());
            for id in ids {
                let post = target(transaction, *id)?;
                let before = transaction.total_changes();
                act(transaction, post)?;
                if transaction.total_changes() > before {
                    outbox_queue::queue_reaction(transaction, user, action, post.id, now)?;
                    changed.push(post.id);
                }
            }
            Ok(changed)
        })
    }

    /// Likes posts; returns those that were not liked.
    ///
    /// # Errors
    /// When a post is deleted; none is liked then.
    pub fn like(&mut self, user: UserId, ids: &[PostId], now: Timestamp) -> Result<Vec<PostId>> {
        self.react(user, ids, (OutboxAction::Like, now), |connection, post| like(connection, user, post, now))
    }

    /// Unlikes posts; returns those that were liked.
    ///
    /// # Errors
    /// When a post is deleted.
    pub fn unlike(&mut self, user: UserId, ids: &[PostId]) -> Result<Vec<PostId>> {
        self.react(user, ids, (OutboxAction::Unlike, Timestamp::now()), |connection, post| {
            connection
                .prepare_cached("DELETE FROM liked WHERE user = ?1 AND post_created_at = ?2")?
                .execute([user.0, post.moment])?;
            unnotify(connection, post.author, NotificationKind::Liked, user, Some(post.id))
        })
    }

    /// Bookmarks posts, which only the user can see; returns those that were not bookmarked.
    ///
    /// # Errors
    /// When a post is deleted; none is bookmarked then.
    pub fn bookmark(&mut self, user: UserId, ids: &[PostId], now: Timestamp) -> Result<Vec<PostId>> {
        self.react(user, ids, (OutboxAction::Bookmark, now), |connection, post| bookmark(connection, user, post, now))
    }

    /// Removes bookmarks; returns the posts that were bookmarked.
    ///
    /// # Errors
    /// When a post is deleted.
    pub fn unbookmark(&mut self, user: UserId, ids: &[PostId]) -> Result<Vec<PostId>> {
        self.react(user, ids, (OutboxAction::Unbookmark, Timestamp::now()), |connection, post| {
            connection
                .prepare_cached("DELETE FROM bookmark WHERE user = ?1 AND post_created_at = ?2")?
                .execute([user.0, post.moment])?;
            Ok(())
        })
    }

    /// Boosts posts to a user's followers; returns those that were not boosted.
    ///
    /// # Errors
    /// When a post is deleted; none is boosted then.
    pub fn boost(&mut self, user: UserId, ids: &[PostId], now: Timestamp) -> Result<Vec<PostId>> {
        self.react(user, ids, (OutboxAction::Boost, now), |connection, post| boost(connection, user, post, now))
    }

    /// Unboosts posts; returns those that were boosted, each with the id of its boost, with which
    /// [`restore_posts`](Store::restore_posts) restores it.
    ///
    /// # Errors
    /// When a post is deleted.
    pub fn unboost(&mut self, user: UserId, ids: &[PostId], now: Timestamp) -> Result<Vec<(PostId, PostId)>> {
        let mut boosts = Vec::new();
        self.react(user, ids, (OutboxAction::Unboost, now), |connection, post| {
            if let Some(id) = boost_of(connection, user, post.id)? {
                trash::discard(connection, id, now)?;
                boosts.push((post.id, id));
            }
            Ok(())
        })?;
        Ok(boosts)
    }

    /// Returns up to `limit` users who like a post, the latest first.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn liked_by(&self, id: PostId, limit: usize) -> Result<Vec<User>> {
        let post = self.post(id)?;
        self.those(LIKERS, post.created_at.micros(), limit)
    }

    /// Returns up to `limit` users who boosted a post, the latest first.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn boosted_by(&self, id: PostId, limit: usize) -> Result<Vec<User>> {
        let post = self.post(id)?;
        self.those(BOOSTERS, post.id.0, limit)
    }

    fn those(&self, sql: &str, of: i64, limit: usize) -> Result<Vec<User>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map(params![of, limit], |row| row.get(0).map(UserId))?;
        ids.map(|id| users::by_id(&self.connection, id?)).collect()
    }
}
