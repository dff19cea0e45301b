//! Notifications: who followed, replied, mentioned, liked or boosted.
//!
//! Each is a row, written together with its cause: to find them in the tables of follows, likes and posts, a page
//! would have to read everything that a user ever wrote.

use rusqlite::{Connection, OptionalExtension, params};

use super::read_state::{self, READ_SINCE};
use super::{Result, Store, posts};
use crate::model::{Nickname, Notification, NotificationKind, PostId, ReadNotifications, Timestamp, UserId};

/// The name of the notifications' read mark and read state. A kind that is read further has a mark of its own, whose name
/// ends with the word of the kind.
pub(super) const TIMELINE: &str = "notifications";

/// A page of notifications.
pub(super) const PAGE: &str = "SELECT n.created_at, n.kind, n.actor, u.nickname, n.post FROM notification n
    CROSS JOIN user u ON u.id = n.actor
    WHERE n.user = ?1 AND n.created_at < ?2 AND n.created_at > ?3
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = n.user AND muted = n.actor)
    AND (n.post IS NULL OR EXISTS (SELECT 1 FROM post WHERE id = n.post))
    ORDER BY n.created_at DESC LIMIT ?4";

/// The times and kinds of notifications after a time, oldest first, without those that are not shown.
pub(super) const OLDEST: &str =
    "SELECT n.created_at, n.kind FROM notification n WHERE n.user = ?1 AND n.created_at > ?2
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = n.user AND muted = n.actor)
    AND (n.post IS NULL OR EXISTS (SELECT 1 FROM post WHERE id = n.post))
    ORDER BY n.created_at";

/// The times and kinds of notifications of some kinds in a range of time, newest first, without those that are not shown.
pub(super) const OF_KINDS: &str = "SELECT n.created_at, n.kind FROM notification n
    WHERE n.user = ?1 AND n.created_at > ?2 AND n.created_at <= ?3 AND n.kind IN (?4, ?5, ?6, ?7, ?8)
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = n.user AND muted = n.actor)
    AND (n.post IS NULL OR EXISTS (SELECT 1 FROM post WHERE id = n.post))
    ORDER BY n.created_at DESC";

/// Returns whether a read mark is of notifications: of all, or of a kind.
pub(super) fn is_mark(name: &str) -> bool {
    name.split(' ').next() == Some(TIMELINE)
}

/// Returns the name of the read mark of a kind.
fn mark_of(kind: NotificationKind) -> String {
    format!("{TIMELINE} {}", kind.word())
}

/// Loads which notifications a user has read.
pub(super) fn load_read(connection: &Connection, user: UserId) -> Result<ReadNotifications> {
    let mut statement = connection.prepare_cached("SELECT seen FROM read_mark WHERE user = ?1 AND timeline = ?2")?;
    let mut mark = |name: &str| statement.query_row(params![user, name], |row| row.get(0)).optional();
    let up_to = mark(TIMELINE)?;
    let mut kinds = Vec::new();
    for kind in NotificationKind::ALL {
        kinds.extend(mark(&mark_of(kind))?.filter(|read| Some(*read) > up_to).map(|read| (kind, read)));
    }
    kinds.sort_unstable_by_key(|(kind, _)| kind.word());
    Ok(ReadNotifications { up_to, later: read_state::load(connection, user, TIMELINE)?, kinds })
}

/// Replaces which notifications a user has read.
fn save_read(connection: &Connection, user: UserId, read: &ReadNotifications) -> Result<()> {
    let mut delete = connection.prepare_cached("DELETE FROM read_mark WHERE user = ?1 AND timeline = ?2")?;
    delete.execute(params![user, TIMELINE])?;
    for kind in NotificationKind::ALL {
        delete.execute(params![user, mark_of(kind)])?;
    }
    if let Some(up_to) = read.up_to {
        read_state::see(connection, user, TIMELINE, up_to)?;
    }
    for (kind, up_to) in &read.kinds {
        read_state::see(connection, user, &mark_of(*kind), *up_to)?;
    }
    read_state::save(connection, user, TIMELINE, &read.later)
}

/// Returns the time up to which everything is read: before the oldest unread notification, or up to the last range.
fn complete_up_to(connection: &Connection, user: UserId, read: &ReadNotifications) -> Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached(OLDEST)?;
    let mut rows = statement.query(params![user, read.up_to.unwrap_or(Timestamp::MIN)])?;
    while let Some(row) = rows.next()? {
        let at: Timestamp = row.get(0)?;
        if !read.contains(row.get(1)?, at) {
            return Ok(Some(Timestamp::from_micros(at.micros() - 1)));
        }
    }
    Ok(read.later.spans().last().map(|span| Timestamp::from_micros(span.from.micros() - 1)))
}

/// Returns the times of the notifications that were unread in a state and are read now.
fn read_since(connection: &Connection, user: UserId, before: &ReadNotifications) -> Result<Vec<Timestamp>> {
    let now = load_read(connection, user)?;
    let [one, two, three, four, five] = NotificationKind::ALL;
    let after = before.up_to.unwrap_or(Timestamp::MIN);
    let mut statement = connection.prepare_cached(OF_KINDS)?;
    let mut rows = statement.query(params![user, after, Timestamp::MAX, one, two, three, four, five])?;
    let (mut unread, mut found) = (0, Vec::new());
    while unread < READ_SINCE
        && let Some(row) = rows.next()?
    {
        let (at, kind) = (row.get(0)?, row.get(1)?);
        if !before.contains(kind, at) {
            unread += 1;
            found.extend(now.contains(kind, at).then_some(at));
        }
    }
    Ok(found)
}

impl Store {
    /// Returns a user's notifications before a time, newest first, without those of muted users and deleted posts.
    ///
    /// # Errors
    /// When the store fails.
    pub fn notifications(&self, user: UserId, before: Option<Timestamp>, limit: usize) -> Result<Vec<Notification>> {
        let read = load_read(&self.connection, user)?;
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
            let kind = row.get(1)?;
            found.push(Notification {
                at,
                kind,
                actor: UserId(row.get(2)?),
                nickname: Nickname::stored(row.get(3)?),
                post,
                unread: !read.contains(kind, at),
            });
        }
        Ok(found)
    }

    /// Counts a user's unread notifications, up to `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread_notifications(&self, user: UserId, limit: usize) -> Result<usize> {
        self.unread_notifications_of(user, &NotificationKind::ALL, Timestamp::MAX, limit)
    }

    /// Counts a user's unread notifications of some kinds up to a time, up to `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread_notifications_of(
        &self,
        user: UserId,
        kinds: &[NotificationKind],
        up_to: Timestamp,
        limit: usize,
    ) -> Result<usize> {
        let read = load_read(&self.connection, user)?;
        let mut statement = self.connection.prepare_cached(OF_KINDS)?;
        let after = read.up_to.unwrap_or(Timestamp::MIN);
        let kind = |at: usize| kinds.get(at).copied();
        let mut rows = statement.query(params![user, after, up_to, kind(0), kind(1), kind(2), kind(3), kind(4)])?;
        let mut count = 0;
        while count < limit
            && let Some(row) = rows.next()?
        {
            count += usize::from(!read.contains(row.get(1)?, row.get(0)?));
        }
        Ok(count)
    }

    /// Returns which notifications a user has read.
    ///
    /// # Errors
    /// When the store fails.
    pub fn read_notifications(&self, user: UserId) -> Result<ReadNotifications> {
        load_read(&self.connection, user)
    }

    /// Replaces which notifications a user had read, as in `from`, by `to`. What was unread in `from` and was read since
    /// stays read, as far as it is among the newest of these.
    ///
    /// # Errors
    /// When the store fails.
    pub fn replace_read_notifications(
        &mut self,
        user: UserId,
        from: &ReadNotifications,
        to: &ReadNotifications,
    ) -> Result<()> {
        self.write(|transaction| {
            let mut read = to.clone();
            for at in read_since(transaction, user, from)? {
                read.later.read((at, at), ReadNotifications::READ);
            }
            save_read(transaction, user, &read)
        })
    }

    /// Marks notifications of some kinds up to a time as read; returns what was read before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_notifications_read(
        &mut self,
        user: UserId,
        kinds: &[NotificationKind],
        up_to: Timestamp,
    ) -> Result<ReadNotifications> {
        self.write(|transaction| {
            let before = load_read(transaction, user)?;
            let mut read = before.clone();
            read.mark_kinds(kinds, up_to);
            save_read(transaction, user, &read)?;
            Ok(before)
        })
    }

    /// Marks the notifications in ranges of time as read, both ends included: those that were on the screen.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_notifications_seen(&mut self, user: UserId, ranges: &[(Timestamp, Timestamp)]) -> Result<()> {
        self.write(|transaction| {
            let mut read = load_read(transaction, user)?;
            ranges.iter().for_each(|range| read.later.read(*range, ReadNotifications::READ));
            if let Some(up_to) = complete_up_to(transaction, user, &read)? {
                read.mark_up_to(up_to);
                save_read(transaction, user, &read)?;
            }
            Ok(())
        })
    }
}
