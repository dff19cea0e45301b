//! Notifications: who followed, replied, mentioned, liked or boosted.
//!
//! Each is a row, written together with its cause: to find them in the tables of follows, likes and posts, a page
//! would have to read everything that a user ever wrote.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, posts, read_state};
use crate::model::{Arrival, Nickname, Notification, PostId, ReadState, Timestamp, UserId};

/// The name of the notifications' read state.
pub(super) const TIMELINE: &str = "notifications";

/// A page of notifications; unread ones are counted by it too.
pub(super) const PAGE: &str = "SELECT n.created_at, n.kind, n.actor, u.nickname, n.post FROM notification n
    CROSS JOIN user u ON u.id = n.actor
    WHERE n.user = ?1 AND n.created_at < ?2 AND n.created_at > ?3
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = n.user AND muted = n.actor)
    AND (n.post IS NULL OR EXISTS (SELECT 1 FROM post WHERE id = n.post))
    ORDER BY n.created_at DESC LIMIT ?4";

/// The times of notifications after a time, oldest first, without those that are not shown.
pub(super) const OLDEST: &str = "SELECT n.created_at FROM notification n WHERE n.user = ?1 AND n.created_at > ?2
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = n.user AND muted = n.actor)
    AND (n.post IS NULL OR EXISTS (SELECT 1 FROM post WHERE id = n.post))
    ORDER BY n.created_at";

/// Notifications have no order of arrival: in their read state, this arrival means read.
const READ: Arrival = Arrival(1);

/// Which notifications a user has read.
#[derive(Debug)]
pub(super) struct ReadNotifications {
    /// All up to this time.
    up_to: Option<Timestamp>,
    /// And ranges after it.
    later: ReadState,
}

impl ReadNotifications {
    pub(super) fn load(connection: &Connection, user: UserId) -> Result<Self> {
        let mut mark = connection.prepare_cached("SELECT seen FROM read_mark WHERE user = ?1 AND timeline = ?2")?;
        let up_to = mark.query_row(params![user, TIMELINE], |row| row.get(0)).optional()?;
        Ok(Self { up_to, later: read_state::load(connection, user, TIMELINE)? })
    }

    pub(super) fn contains(&self, at: Timestamp) -> bool {
        self.up_to.is_some_and(|up_to| at <= up_to) || self.later.is_read(at, READ)
    }

    /// Marks everything up to a time as read.
    pub(super) fn mark_up_to(&mut self, connection: &Connection, user: UserId, up_to: Timestamp) -> Result<()> {
        self.up_to = self.up_to.max(Some(up_to));
        self.later.set((Timestamp::MIN, up_to), Arrival::BEFORE_ALL);
        read_state::see(connection, user, TIMELINE, up_to)?;
        read_state::save(connection, user, TIMELINE, &self.later)
    }

    /// Returns the time up to which everything is read: before the oldest unread notification, or up to the last range.
    fn complete_up_to(&self, connection: &Connection, user: UserId) -> Result<Option<Timestamp>> {
        let mut statement = connection.prepare_cached(OLDEST)?;
        let mut rows = statement.query(params![user, self.up_to.unwrap_or(Timestamp::MIN)])?;
        while let Some(row) = rows.next()? {
            let at: Timestamp = row.get(0)?;
            if !self.contains(at) {
                return Ok(Some(Timestamp::from_micros(at.micros() - 1)));
            }
        }
        Ok(self.later.spans().last().map(|span| Timestamp::from_micros(span.from.micros() - 1)))
    }
}

impl Store {
    /// Returns a user's notifications before a time, newest first, without those of muted users and deleted posts.
    ///
    /// # Errors
    /// When the store fails.
    pub fn notifications(&self, user: UserId, before: Option<Timestamp>, limit: usize) -> Result<Vec<Notification>> {
        let read = ReadNotifications::load(&self.connection, user)?;
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
                unread: !read.contains(at),
            });
        }
        Ok(found)
    }

    /// Counts a user's unread notifications, up to `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread_notifications(&self, user: UserId, limit: usize) -> Result<usize> {
        let read = ReadNotifications::load(&self.connection, user)?;
        let mut statement = self.connection.prepare_cached(PAGE)?;
        let after = read.up_to.map_or(i64::MIN, Timestamp::micros);
        let mut rows = statement.query(params![user.0, i64::MAX, after, i64::MAX])?;
        let mut count = 0;
        while count < limit
            && let Some(row) = rows.next()?
        {
            count += usize::from(!read.contains(row.get(0)?));
        }
        Ok(count)
    }

    /// Marks notifications up to a time as read; returns the time up to which they were read before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_notifications_read(&mut self, user: UserId, up_to: Timestamp) -> Result<Option<Timestamp>> {
        let before = self.seen(user, TIMELINE)?;
        self.write(|transaction| ReadNotifications::load(transaction, user)?.mark_up_to(transaction, user, up_to))?;
        Ok(before)
    }

    /// Marks the notifications in ranges of time as read, both ends included: those that were on the screen.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_notifications_seen(&mut self, user: UserId, ranges: &[(Timestamp, Timestamp)]) -> Result<()> {
        self.write(|transaction| {
            let mut read = ReadNotifications::load(transaction, user)?;
            ranges.iter().for_each(|range| read.later.read(*range, READ));
            match read.complete_up_to(transaction, user)? {
                Some(up_to) => read.mark_up_to(transaction, user, up_to),
                None => Ok(()),
            }
        })
    }
}
