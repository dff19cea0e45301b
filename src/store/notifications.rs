//! Notifications: who followed, replied, mentioned, liked or boosted.
//!
//! Each is a row, written together with its cause: to find them in the tables of follows, likes and posts, a page
//! would have to read everything that a user ever wrote.

use rusqlite::params;

use super::{Result, Store, posts};
use crate::model::{Nickname, Notification, PostId, Timestamp, UserId};

/// The name of the notifications' read state.
pub(super) const TIMELINE: &str = "notifications";

/// A page of notifications; unread ones are counted by it too.
pub(super) const PAGE: &str = "SELECT n.created_at, n.kind, n.actor, u.nickname, n.post FROM notification n
    CROSS JOIN user u ON u.id = n.actor
    WHERE n.user = ?1 AND n.created_at < ?2 AND n.created_at > ?3
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = n.user AND muted = n.actor)
    AND (n.post IS NULL OR EXISTS (SELECT 1 FROM post WHERE id = n.post))
    ORDER BY n.created_at DESC LIMIT ?4";

impl Store {
    /// Returns a user's notifications before a time, newest first, without those of muted users and deleted posts.
    ///
    /// # Errors
    /// When the store fails.
    pub fn notifications(&self, user: UserId, before: Option<Timestamp>, limit: usize) -> Result<Vec<Notification>> {
        let seen = self.seen(user, TIMELINE)?;
        let mut statement = self.connection.prepare_cached(PAGE)?;
        let before = before.unwrap_or(Timestamp::MAX).micros();
        let mut rows = statement.query(params![user.0, before, i64::MIN, limit as i64])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let at = Timestamp::from_micros(row.get(0)?);
            let post = match row.get::<_, Option<i64>>(4)? {
                Some(id) => Some(posts::by_id(&self.connection, PostId(id), Some(user))?),
                None => None,
            };
            found.push(Notification {
                at,
                kind: row.get(1)?,
                actor: UserId(row.get(2)?),
                nickname: Nickname::stored(row.get(3)?),
                post,
                unread: seen.is_none_or(|seen| at > seen),
            });
        }
        Ok(found)
    }

    /// Counts a user's unread notifications, up to `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread_notifications(&self, user: UserId, limit: usize) -> Result<usize> {
        let after = self.seen(user, TIMELINE)?.map_or(i64::MIN, Timestamp::micros);
        let mut statement = self.connection.prepare_cached(PAGE)?;
        let mut rows = statement.query(params![user.0, i64::MAX, after, limit as i64])?;
        let mut count = 0;
        while rows.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// Marks notifications up to a time as read; returns the time up to which they were read before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_notifications_read(&mut self, user: UserId, up_to: Timestamp) -> Result<Option<Timestamp>> {
        self.see(user, TIMELINE, up_to)
    }
}
