//! The order in which posts arrived, and which of them are read by all users since they came with an archive.

use rusqlite::Connection;

use super::{Result, read_state};
use crate::model::{Arrival, ReadState, Timeline, Timestamp, UserId};

const READ_ON_ARRIVAL: &str = "SELECT first, last FROM read_on_arrival ORDER BY first";

/// Marks posts with these ids as read by all users.
pub(super) fn mark_read_on_arrival(connection: &Connection, first: i64, last: i64) -> Result<()> {
    if first > last {
        return Ok(());
    }
    let longer = connection
        .prepare_cached("UPDATE read_on_arrival SET last = ?2 WHERE last = ?1 - 1")?
        .execute([first, last])?;
    if longer == 0 {
        connection
            .prepare_cached("INSERT INTO read_on_arrival (first, last) VALUES (?1, ?2)")?
            .execute([first, last])?;
    }
    Ok(())
}

/// The last id that was given to a post.
pub(super) fn last_arrival(connection: &Connection) -> Result<i64> {
    let last = "SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'post'), 0)";
    Ok(connection.prepare_cached(last)?.query_row([], |row| row.get(0))?)
}

/// The arrivals that can be unread: all ids but those that were imported as read.
#[derive(Debug)]
pub(super) struct Arrivals {
    pub(super) last: i64,
    /// Ranges of ids, both ends included, in order.
    pub(super) read: Vec<(i64, i64)>,
}

impl Arrivals {
    pub(super) fn load(connection: &Connection) -> Result<Self> {
        let mut statement = connection.prepare_cached(READ_ON_ARRIVAL)?;
        let ranges = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self { last: last_arrival(connection)?, read: ranges.collect::<rusqlite::Result<_>>()? })
    }

    pub(super) fn contains(&self, id: i64) -> bool {
        let at = self.read.partition_point(|(first, _)| *first <= id);
        at.checked_sub(1).is_none_or(|at| self.read[at].1 < id)
    }

    /// Returns how many posts arrived as read.
    pub(super) fn read_count(&self) -> i64 {
        self.read.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// Returns the ids after one arrival, up to another one, as ranges with both ends included, the newest first.
    pub(super) fn between(&self, after: Arrival, up_to: Arrival) -> Vec<(i64, i64)> {
        let mut ranges = Vec::new();
        let mut last = self.last.min(up_to.0);
        for (first_read, last_read) in self.read.iter().rev() {
            if last <= after.0 {
                break;
            }
            if *last_read < last {
                ranges.push((after.0.max(*last_read) + 1, last));
            }
            last = last.min(first_read - 1);
        }
        if last > after.0 {
            ranges.push((after.0 + 1, last));
        }
        ranges
    }
}

/// Knows which posts a reader has read neither in home nor among all posts.
pub(super) struct UnreadCheck {
    reader: Option<UserId>,
    arrivals: Arrivals,
    read: Vec<ReadState>,
}

impl UnreadCheck {
    /// Loads what a reader has read; without a reader, nothing.
    pub(super) fn load(connection: &Connection, reader: Option<UserId>) -> Result<Self> {
        let mut read = Vec::new();
        for timeline in reader.iter().flat_map(|reader| [Timeline::Home(*reader), Timeline::All]) {
            read.extend(reader.map(|reader| read_state::load(connection, reader, &timeline.key())).transpose()?);
        }
        Ok(Self { reader, arrivals: Arrivals::load(connection)?, read })
    }

    /// Returns whether a post is unread. A post of the reader never is.
    pub(super) fn is_unread(&self, key: Timestamp, id: i64, author: UserId) -> bool {
        self.reader != Some(author)
            && self.arrivals.contains(id)
            && !self.read.iter().any(|state| state.is_read(key, Arrival(id)))
    }
}
