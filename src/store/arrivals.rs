//! The order in which posts arrived, and which of them are read by all users since they came with an archive.

use std::collections::HashSet;

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

/// The boosts of a post, the first one first.
pub(super) const BOOSTS: &str =
    "SELECT created_at, id, author FROM post INDEXED BY post_boost_of WHERE boost_of = ?1 ORDER BY created_at";

/// Where a post is read: in home, where it may be as a boost, or among all.
pub(super) struct Place {
    pub(super) in_home: bool,
    pub(super) key: Timestamp,
    id: i64,
    /// Who wrote or boosted it.
    by: UserId,
}

/// Knows which posts a reader has read: those in home as they are read there, others as they are read among all.
pub(super) struct UnreadCheck<'s> {
    connection: &'s Connection,
    reader: Option<UserId>,
    followed: HashSet<UserId>,
    arrivals: Arrivals,
    home: ReadState,
    all: ReadState,
}

impl<'s> UnreadCheck<'s> {
    /// Loads what a reader has read; without a reader, nothing.
    pub(super) fn load(connection: &'s Connection, reader: Option<UserId>) -> Result<Self> {
        let load = |timeline: fn(UserId) -> Timeline| match reader {
            Some(reader) => read_state::load(connection, reader, &timeline(reader).key()),
            None => Ok(ReadState::default()),
        };
        let mut followed = connection.prepare_cached("SELECT followed FROM follow WHERE follower = ?1")?;
        let followed = followed.query_map([reader.map(|reader| reader.0)], |row| row.get(0).map(UserId))?;
        Ok(Self {
            connection,
            reader,
            followed: followed.collect::<rusqlite::Result<_>>()?,
            arrivals: Arrivals::load(connection)?,
            home: load(Timeline::Home)?,
            all: load(|_| Timeline::All)?,
        })
    }

    /// Returns whether a post is unread. A post that the reader wrote or boosted never is.
    pub(super) fn is_unread(&self, key: Timestamp, id: i64, author: UserId) -> rusqlite::Result<bool> {
        if self.reader == Some(author) || !self.arrivals.contains(id) {
            return Ok(false);
        }
        let Place { in_home, key, id, by } = self.place(key, id, author)?;
        let read = if in_home { &self.home } else { &self.all };
        Ok(self.reader != Some(by) && self.arrivals.contains(id) && !read.is_read(key, Arrival(id)))
    }

    /// Returns where a post is read.
    pub(super) fn place(&self, key: Timestamp, id: i64, author: UserId) -> rusqlite::Result<Place> {
        let place = Place { in_home: self.is_in_home(author), key, id, by: author };
        if place.in_home {
            return Ok(place);
        }
        Ok(self.first_boost(id)?.unwrap_or(place))
    }

    fn is_in_home(&self, author: UserId) -> bool {
        self.reader == Some(author) || self.followed.contains(&author)
    }

    /// Returns the boost as which a post is in home.
    fn first_boost(&self, id: i64) -> rusqlite::Result<Option<Place>> {
        let mut boosts = self.connection.prepare_cached(BOOSTS)?;
        let mut rows = boosts.query([id])?;
        while let Some(row) = rows.next()? {
            let by = UserId(row.get(2)?);
            if self.is_in_home(by) {
                return Ok(Some(Place { in_home: true, key: row.get(0)?, id: row.get(1)?, by }));
            }
        }
        Ok(None)
    }
}
