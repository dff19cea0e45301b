//! What users have read, and where they were.
//!
//! A [`ReadState`] is stored as its spans. When a range becomes read, its neighbors are settled: a span in which nothing
//! is unread is joined with it, and a span with a few unread posts becomes read but for those. So the spans are as many as
//! there are groups of unread posts, and each remembers a recent arrival, which keeps counts cheap.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store};
use crate::model::{Arrival, ReadSpan, ReadState, Timeline, Timestamp, UserId};

pub(super) const SPANS: &str = "SELECT start, arrival FROM read_span WHERE user = ?1 AND timeline = ?2 ORDER BY start";

/// A span with up to so many unread posts becomes read but for those.
const FEW: usize = 8;

/// The name of the read mark which records that a user opened the detail pane.
const DETAIL: &str = "detail";

/// Returns which posts of a timeline a user has read.
pub(super) fn load(connection: &Connection, user: UserId, timeline: &str) -> Result<ReadState> {
    let mut statement = connection.prepare_cached(SPANS)?;
    let read = |row: &rusqlite::Row<'_>| Ok(ReadSpan { from: row.get(0)?, up_to: row.get(1)? });
    let spans = statement.query_map(params![user, timeline], read)?.collect::<rusqlite::Result<_>>()?;
    Ok(ReadState::from_spans(spans))
}

/// Replaces what a user has read of a timeline.
pub(super) fn save(connection: &Connection, user: UserId, timeline: &str, state: &ReadState) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM read_span WHERE user = ?1 AND timeline = ?2")?
        .execute(params![user, timeline])?;
    let mut insert =
        connection.prepare_cached("INSERT INTO read_span (user, timeline, start, arrival) VALUES (?1, ?2, ?3, ?4)")?;
    for span in state.spans() {
        insert.execute(params![user, timeline, span.from, span.up_to])?;
    }
    Ok(())
}

/// Moves the newest time seen under a name forward.
pub(super) fn see(connection: &Connection, user: UserId, name: &str, up_to: Timestamp) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO read_mark (user, timeline, seen) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET seen = max(seen, excluded.seen)",
        )?
        .execute(params![user, name, up_to])?;
    Ok(())
}

/// How many posts or notifications are looked at that may have been read since a mark that is undone.
pub(super) const READ_SINCE: usize = 1_000;

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

    /// Returns which posts of a timeline a user has read.
    ///
    /// # Errors
    /// When the store fails.
    pub fn read_state(&self, user: UserId, timeline: &Timeline) -> Result<ReadState> {
        load(&self.connection, user, &timeline.key())
    }

    /// Marks what a user has seen as read: the posts between two keys, both included, as far as they had arrived when
    /// they were loaded. What was read stays read.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_read(
        &mut self,
        user: UserId,
        timeline: &Timeline,
        range: (Timestamp, Timestamp),
        up_to: Arrival,
        now: Timestamp,
    ) -> Result<()> {
        let key = timeline.key();
        let before = self.read_state(user, timeline)?;
        let mut after = before.clone();
        after.read(range, up_to);
        self.settle(user, timeline, &mut after, range, up_to)?;
        self.write(|transaction| {
            let found = load(transaction, user, &key)?;
            if found != before {
                // Another process marked something meanwhile.
                after = found;
                after.read(range, up_to);
            }
            save(transaction, user, &key, &after)?;
            see(transaction, user, &key, range.1.min(now))
        })
    }

    /// Marks single posts as read, as [`mark_read`](Store::mark_read) does for a range.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_posts_read(
        &mut self,
        user: UserId,
        timeline: &Timeline,
        keys: &[Timestamp],
        up_to: Arrival,
        now: Timestamp,
    ) -> Result<()> {
        let Some(range) = keys.iter().min().copied().zip(keys.iter().max().copied()) else { return Ok(()) };
        let key = timeline.key();
        let before = self.read_state(user, timeline)?;
        let mut after = before.clone();
        keys.iter().for_each(|key| after.read((*key, *key), up_to));
        self.settle(user, timeline, &mut after, range, up_to)?;
        self.write(|transaction| {
            let found = load(transaction, user, &key)?;
            if found != before {
                // Another process marked something meanwhile.
                after = found;
                keys.iter().for_each(|key| after.read((*key, *key), up_to));
            }
            save(transaction, user, &key, &after)?;
            see(transaction, user, &key, range.1.min(now))
        })
    }

    /// Joins spans around a range that became read with it, as far as nothing in them is unread.
    fn settle(
        &self,
        user: UserId,
        timeline: &Timeline,
        state: &mut ReadState,
        (from, to): (Timestamp, Timestamp),
        up_to: Arrival,
    ) -> Result<()> {
        let spans = state.spans().to_vec();
        let ends =
            spans.iter().skip(1).map(|span| Timestamp::from_micros(span.from.micros() - 1)).chain([Timestamp::MAX]);
        let last = spans.len().saturating_sub(1);
        for (at, (span, end)) in spans.iter().zip(ends).enumerate() {
            let is_neighbor = end.micros() >= from.micros() - 1 && span.from.micros() <= to.micros() + 1;
            if span.up_to >= up_to || !(is_neighbor || at == 0 || at == last) {
                continue;
            }
            let unread = self.unread_keys(user, timeline, (span.from, end), (span.up_to, up_to), FEW + 1)?;
            if unread.len() <= FEW {
                state.read((span.from, end), up_to);
                unread.into_iter().for_each(|key| state.set((key, key), span.up_to));
            }
        }
        Ok(())
    }

    /// Replaces what a user has read of a timeline.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_read_state(&mut self, user: UserId, timeline: &Timeline, state: &ReadState) -> Result<()> {
        let key = timeline.key();
        self.write(|transaction| {
            save(transaction, user, &key, state)?;
            see(transaction, user, &key, Timestamp::MIN)
        })
    }

    /// Replaces what a user had read of a timeline, as in `from`, by `to`. What was unread in `from` and was read since stays
    /// read, as far as it is among the newest posts of these.
    ///
    /// # Errors
    /// When the store fails.
    pub fn replace_read_state(
        &mut self,
        user: UserId,
        timeline: &Timeline,
        from: &ReadState,
        to: &ReadState,
        now: Timestamp,
    ) -> Result<()> {
        let current = self.read_state(user, timeline)?;
        let mut read = self.newest_unread(user, timeline, from, READ_SINCE)?;
        read.retain(|(key, arrival)| current.is_read(*key, *arrival));
        let read: Vec<_> = read.into_iter().map(|(key, _)| key).collect();
        self.set_read_state(user, timeline, to)?;
        self.mark_posts_read(user, timeline, &read, current.latest(), now)
    }

    /// Returns the key of the post where a user's cursor was in a timeline; `None` for its newest post.
    ///
    /// # Errors
    /// When the store fails.
    pub fn cursor(&self, user: UserId, timeline: &Timeline) -> Result<Option<Timestamp>> {
        let mut statement =
            self.connection.prepare_cached("SELECT cursor FROM read_mark WHERE user = ?1 AND timeline = ?2")?;
        Ok(statement.query_row(params![user, timeline.key()], |row| row.get(0)).optional()?.flatten())
    }

    /// Saves where a user's cursor is in a timeline; `None` for its newest post.
    ///
    /// # Errors
    /// When the store fails.
    pub fn save_cursor(&mut self, user: UserId, timeline: &Timeline, cursor: Option<Timestamp>) -> Result<()> {
        let key = timeline.key();
        self.write(|transaction| {
            match cursor {
                Some(cursor) => transaction
                    .prepare_cached(
                        "INSERT INTO read_mark (user, timeline, seen, cursor) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT DO UPDATE SET cursor = excluded.cursor",
                    )?
                    .execute(params![user, key, Timestamp::MIN, cursor])?,
                None => transaction
                    .prepare_cached("UPDATE read_mark SET cursor = NULL WHERE user = ?1 AND timeline = ?2")?
                    .execute(params![user, key])?,
            };
            Ok(())
        })
    }

    /// Returns the newest time seen under a name.
    pub(super) fn seen(&self, user: UserId, name: &str) -> Result<Option<Timestamp>> {
        let mut statement =
            self.connection.prepare_cached("SELECT seen FROM read_mark WHERE user = ?1 AND timeline = ?2")?;
        Ok(statement.query_row(params![user, name], |row| row.get(0)).optional()?)
    }

    /// Moves the newest time seen under a name forward; returns what it was.
    pub(super) fn see(&mut self, user: UserId, name: &str, up_to: Timestamp) -> Result<Option<Timestamp>> {
        let before = self.seen(user, name)?;
        self.write(|transaction| see(transaction, user, name, up_to))?;
        Ok(before)
    }
}
