//! How far users have read, and where they were.

use rusqlite::{OptionalExtension, params};

use super::{Result, Store, Viewer};
use crate::model::{Timeline, Timestamp, UserId};

/// How far a user has read a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMark {
    /// The [key](crate::model::Post::key) of the newest post they have seen.
    pub seen: Timestamp,
    /// The key of the post where the cursor was.
    pub place: Option<Timestamp>,
}

pub(super) const MARK: &str = "SELECT seen, cursor FROM read_mark WHERE user = ?1 AND timeline = ?2";

/// The name of the read mark which records that a user opened the detail pane.
const DETAIL: &str = "detail";

impl Store {
    /// Returns whether a user ever opened something in the detail pane; the hint about it is then not shown again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn has_used_detail(&self, user: UserId) -> Result<bool> {
        Ok(self.seen(user, DETAIL)?.is_some())
    }

    /// Records that a user opened something in the detail pane.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_detail_used(&mut self, user: UserId, now: Timestamp) -> Result<()> {
        self.see(user, DETAIL, now).map(drop)
    }

    /// How far a user has read a timeline; nothing if they never did.
    ///
    /// # Errors
    /// When the store fails.
    pub fn read_mark(&self, user: UserId, timeline: &Timeline) -> Result<Option<ReadMark>> {
        let mut statement = self.connection.prepare_cached(MARK)?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(ReadMark {
                seen: Timestamp::from_micros(row.get(0)?),
                place: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_micros),
            })
        };
        Ok(statement.query_row(params![user.0, timeline.key()], read).optional()?)
    }

    /// Keeps that a user has seen a timeline up to a post; what was seen stays seen. Gives back the mark as it was,
    /// by which [`set_read_mark`](Store::set_read_mark) undoes it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_read(&mut self, user: UserId, timeline: &Timeline, up_to: Timestamp) -> Result<Option<ReadMark>> {
        let before = self.read_mark(user, timeline)?;
        self.see(user, &timeline.key(), up_to)?;
        Ok(before)
    }

    /// Sets a mark, or takes it away.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_read_mark(&mut self, user: UserId, timeline: &Timeline, mark: Option<ReadMark>) -> Result<()> {
        let key = timeline.key();
        self.write(|transaction| {
            match mark {
                Some(mark) => transaction
                    .prepare_cached(
                        "INSERT OR REPLACE INTO read_mark (user, timeline, seen, cursor) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![user.0, key, mark.seen.micros(), mark.place.map(Timestamp::micros)])?,
                None => transaction
                    .prepare_cached("DELETE FROM read_mark WHERE user = ?1 AND timeline = ?2")?
                    .execute(params![user.0, key])?,
            };
            Ok(())
        })
    }

    /// Keeps where in a timeline a user is; none for its newest post.
    ///
    /// # Errors
    /// When the store fails.
    pub fn save_cursor(&mut self, user: UserId, timeline: &Timeline, place: Option<Timestamp>) -> Result<()> {
        let key = timeline.key();
        self.write(|transaction| {
            match place {
                Some(place) => transaction
                    .prepare_cached(
                        "INSERT INTO read_mark (user, timeline, seen, cursor) VALUES (?1, ?2, ?3, ?3)
                         ON CONFLICT DO UPDATE SET cursor = excluded.cursor",
                    )?
                    .execute(params![user.0, key, place.micros()])?,
                None => transaction
                    .prepare_cached("UPDATE read_mark SET cursor = NULL WHERE user = ?1 AND timeline = ?2")?
                    .execute(params![user.0, key])?,
            };
            Ok(())
        })
    }

    /// How many posts of each timeline are newer than a user has seen, counted up to `limit`; in home
    /// and all, their own do not count.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unread(&self, user: UserId, timelines: &[Timeline], limit: usize) -> Result<Vec<usize>> {
        let viewer = Viewer::of(user);
        let count = |timeline: &Timeline| {
            let after = self.read_mark(user, timeline)?.map_or(i64::MIN, |mark| mark.seen.micros() + 1);
            self.count(timeline, viewer, after, true, limit)
        };
        timelines.iter().map(count).collect()
    }

    /// The newest moment seen under a name.
    pub(super) fn seen(&self, user: UserId, name: &str) -> Result<Option<Timestamp>> {
        let mut statement =
            self.connection.prepare_cached("SELECT seen FROM read_mark WHERE user = ?1 AND timeline = ?2")?;
        Ok(statement.query_row(params![user.0, name], |row| row.get(0).map(Timestamp::from_micros)).optional()?)
    }

    /// Moves the newest moment seen under a name on; gives back what it was.
    pub(super) fn see(&mut self, user: UserId, name: &str, up_to: Timestamp) -> Result<Option<Timestamp>> {
        let before = self.seen(user, name)?;
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO read_mark (user, timeline, seen) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET seen = max(seen, excluded.seen)",
                )?
                .execute(params![user.0, name, up_to.micros()])?;
            Ok(())
        })?;
        Ok(before)
    }
}
