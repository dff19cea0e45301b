//! Follows and mutes.
//!
//! Repeating one changes nothing. Several users at once succeed or fail together.

use rusqlite::{Connection, params};

use super::notify::{notify, unnotify};
use super::{Result, Store, StoreError, outbox_queue, users};
use crate::model::{FollowCounts, FollowEntry, NotificationKind, OutboxAction, Relation, Timestamp, User, UserId};

pub(super) const FOLLOWING: &str = "SELECT f.followed, f.since,
    EXISTS (SELECT 1 FROM follow b WHERE b.follower = f.followed AND b.followed = f.follower)
    FROM follow f INDEXED BY follow_since WHERE f.follower = ?1 ORDER BY f.since DESC LIMIT ?2";
pub(super) const FOLLOWERS: &str = "SELECT f.follower, f.since,
    EXISTS (SELECT 1 FROM follow b WHERE b.follower = f.followed AND b.followed = f.follower)
    FROM follow f INDEXED BY follow_followed WHERE f.followed = ?1 ORDER BY f.since DESC LIMIT ?2";

pub(super) fn follow(connection: &Connection, follower: UserId, followed: UserId, now: Timestamp) -> Result<()> {
    let new = connection
        .prepare_cached("INSERT OR IGNORE INTO follow (follower, followed, since) VALUES (?1, ?2, ?3)")?
        .execute([follower.0, followed.0, now.micros()])?;
    if new > 0 {
        notify(connection, followed, NotificationKind::Followed, follower, None, now)?;
    }
    Ok(())
}

impl Store {
    /// Makes a user follow others; returns those who were not followed.
    ///
    /// # Errors
    /// When one of them is the user, or deleted; nobody is followed then.
    pub fn follow(&mut self, follower: UserId, others: &[UserId], now: Timestamp) -> Result<Vec<UserId>> {
        self.write(|transaction| {
            let mut changed = Vec::new();
            for &other in others {
                if other == follower {
                    return Err(StoreError::OwnUser("follow"));
                }
                users::by_id(transaction, other)?;
                let before = transaction.total_changes();
                follow(transaction, follower, other, now)?;
                if transaction.total_changes() > before {
                    outbox_queue::queue_relation(transaction, follower, OutboxAction::Follow, other, now)?;
                    changed.push(other);
                }
            }
            Ok(changed)
        })
    }

    /// Unfollows users; returns those who were followed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unfollow(&mut self, follower: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
        self.write(|transaction| {
            let mut changed = Vec::new();
            for &other in others {
                let gone = transaction
                    .prepare_cached("DELETE FROM follow WHERE follower = ?1 AND followed = ?2")?
                    .execute([follower.0, other.0])?;
                if gone > 0 {
                    unnotify(transaction, other, NotificationKind::Followed, follower, None)?;
                    outbox_queue::queue_relation(
                        transaction,
                        follower,
                        OutboxAction::Unfollow,
                        other,
                        Timestamp::now(),
                    )?;
                    changed.push(other);
                }
            }
            Ok(changed)
        })
    }

    /// Returns the remote users whom local users follow, and whether a reader is among these; in no order.
    ///
    /// # Errors
    /// When the store fails.
    pub fn followed_remote_users(&self, reader: Option<UserId>) -> Result<Vec<(UserId, bool)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT u.id, EXISTS (SELECT 1 FROM follow WHERE follower = ?1 AND followed = u.id)
             FROM user u WHERE u.kind = 'remote' AND EXISTS (
                 SELECT 1 FROM follow f CROSS JOIN user l ON l.id = f.follower
                 WHERE f.followed = u.id AND l.kind <> 'remote')",
        )?;
        let read = |row: &rusqlite::Row<'_>| Ok((UserId(row.get(0)?), row.get(1)?));
        Ok(statement.query_map([reader.map(|reader| reader.0)], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Mutes users: their posts are left out of the muter's timelines. Returns those who were not muted.
    ///
    /// # Errors
    /// When one of them is the user, or deleted; nobody is muted then.
    pub fn mute(&mut self, muter: UserId, others: &[UserId], now: Timestamp) -> Result<Vec<UserId>> {
        self.write(|transaction| {
            let mut changed = Vec::new();
            for &other in others {
                if other == muter {
                    return Err(StoreError::OwnUser("mute"));
                }
                users::by_id(transaction, other)?;
                let new = transaction
                    .prepare_cached("INSERT OR IGNORE INTO mute (muter, muted, since) VALUES (?1, ?2, ?3)")?
                    .execute([muter.0, other.0, now.micros()])?;
                if new > 0 {
                    outbox_queue::queue_relation(transaction, muter, OutboxAction::Mute, other, now)?;
                    changed.push(other);
                }
            }
            Ok(changed)
        })
    }

    /// Unmutes users; returns those who were muted.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unmute(&mut self, muter: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
        self.write(|transaction| {
            let mut changed = Vec::new();
            for &other in others {
                let gone = transaction
                    .prepare_cached("DELETE FROM mute WHERE muter = ?1 AND muted = ?2")?
                    .execute([muter.0, other.0])?;
                if gone > 0 {
                    outbox_queue::queue_relation(transaction, muter, OutboxAction::Unmute, other, Timestamp::now())?;
                    changed.push(other);
                }
            }
            Ok(changed)
        })
    }

    /// Returns up to `limit` users whom a user follows, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn following(&self, user: UserId, limit: usize) -> Result<Vec<FollowEntry>> {
        self.followed(FOLLOWING, user, limit)
    }

    /// Returns up to `limit` followers of a user, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn followers(&self, user: UserId, limit: usize) -> Result<Vec<FollowEntry>> {
        self.followed(FOLLOWERS, user, limit)
    }

    fn followed(&self, sql: &str, user: UserId, limit: usize) -> Result<Vec<FollowEntry>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![user.0, limit])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let user = users::by_id(&self.connection, UserId(row.get(0)?))?;
            found.push(FollowEntry { user, since: Timestamp::from_micros(row.get(1)?), mutual: row.get(2)? });
        }
        Ok(found)
    }

    /// Returns the users whom a user mutes, by nickname.
    ///
    /// # Errors
    /// When the store fails.
    pub fn muted(&self, user: UserId) -> Result<Vec<User>> {
        let mut statement = self.connection.prepare_cached("SELECT muted FROM mute WHERE muter = ?1")?;
        let ids = statement.query_map([user.0], |row| row.get(0).map(UserId))?;
        let mut users = ids.map(|id| users::by_id(&self.connection, id?)).collect::<Result<Vec<_>>>()?;
        users.sort_by_key(|user| user.nickname.key());
        Ok(users)
    }

    /// Returns how two users are related.
    ///
    /// # Errors
    /// When the store fails.
    pub fn relation(&self, one: UserId, other: UserId) -> Result<Relation> {
        let mut statement = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM follow WHERE follower = ?1 AND followed = ?2),
                    EXISTS (SELECT 1 FROM follow WHERE follower = ?2 AND followed = ?1),
                    EXISTS (SELECT 1 FROM mute WHERE muter = ?1 AND muted = ?2)",
        )?;
        Ok(statement.query_row([one.0, other.0], |row| {
            Ok(Relation { follows: row.get(0)?, followed: row.get(1)?, muted: row.get(2)? })
        })?)
    }

    /// Returns how many users a user follows, and how many follow them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn follow_counts(&self, user: UserId) -> Result<FollowCounts> {
        let mut statement = self.connection.prepare_cached(
            "SELECT (SELECT count(*) FROM follow WHERE follower = ?1), (SELECT count(*) FROM follow WHERE followed = ?1)",
        )?;
        Ok(statement.query_row([user.0], |row| {
            let number = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
            Ok(FollowCounts { following: number(0)?, followers: number(1)? })
        })?)
    }

    /// Counts a user's posts without boosts on each day since a time: pairs of the day, counted from 1970 in UTC, and
    /// the number, oldest first, without empty days.
    ///
    /// # Errors
    /// When the store fails.
    pub fn activity(&self, user: UserId, since: Timestamp) -> Result<Vec<(i64, u32)>> {
        const DAY: i64 = 24 * 3600 * 1_000_000;
        let mut statement = self.connection.prepare_cached(
            "SELECT created_at FROM post INDEXED BY post_author_created_at
             WHERE author = ?1 AND created_at >= ?2 AND boost_of IS NULL ORDER BY created_at",
        )?;
        let mut rows = statement.query([user.0, since.micros()])?;
        let mut days: Vec<(i64, u32)> = Vec::new();
        while let Some(row) = rows.next()? {
            let day = row.get::<_, i64>(0)?.div_euclid(DAY);
            match days.last_mut() {
                Some((last, count)) if *last == day => *count += 1,
                _ => days.push((day, 1)),
            }
        }
        Ok(days)
    }
}
