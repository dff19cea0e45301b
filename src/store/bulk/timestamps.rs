//! Finds a free timestamp for each of many posts.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::model::Timestamp;
use crate::store::{Result, posts};

/// The timestamps that are known to be taken.
///
/// A file may date all its posts the same, or so that each has the time that another was moved to. Each taken timestamp
/// is looked up once, so that finding free ones takes linear time.
#[derive(Debug)]
pub(super) struct Timestamps {
    /// The first and the last timestamp of each run without a gap, in microseconds.
    runs: BTreeMap<i64, i64>,
    /// The newest post, deleted ones that can be restored included: every later timestamp is free without a lookup.
    newest: i64,
}

impl Timestamps {
    /// Looks up the newest post.
    pub(super) fn new(connection: &Connection) -> Result<Self> {
        let newest = connection.query_row(
            "SELECT max((SELECT ifnull(max(created_at), ?1) FROM post),
                        (SELECT ifnull(max(created_at), ?1) FROM deleted_post))",
            [i64::MIN],
            |row| row.get(0),
        )?;
        Ok(Self { runs: BTreeMap::new(), newest })
    }

    /// Returns the first free timestamp from `wanted` on, or the last before it at the end of time, and takes it.
    pub(super) fn take(&mut self, connection: &Connection, wanted: Timestamp) -> Result<Timestamp> {
        let micros = wanted.micros();
        if micros > self.newest {
            self.newest = micros;
            return Ok(wanted);
        }
        let end = Timestamp::MAX.micros();
        let mut free = self.run(micros).map_or(micros, |(_, last)| last + 1);
        while free <= end && posts::is_taken(connection, free)? {
            free = self.add_range(free, posts::last_without_gap(connection, free)?) + 1;
        }
        if free > end {
            free = self.run(end).map_or(end, |(first, _)| first - 1);
            while posts::is_taken(connection, free)? {
                free = self.add(free).0 - 1;
            }
        }
        if free != micros {
            self.add(free);
        }
        self.newest = self.newest.max(free);
        Ok(Timestamp::from_micros(free))
    }

    /// Returns the run that contains a timestamp.
    fn run(&self, micros: i64) -> Option<(i64, i64)> {
        let (first, last) = self.runs.range(..=micros).next_back()?;
        (*last >= micros).then_some((*first, *last))
    }

    /// Adds a range of taken timestamps; returns the end of its run.
    fn add_range(&mut self, first: i64, last: i64) -> i64 {
        let first = self.run(first - 1).map_or(first, |(first, _)| first);
        let within: Vec<i64> = self.runs.range(first..=last.saturating_add(1)).map(|(start, _)| *start).collect();
        let ends = within.iter().filter_map(|start| self.runs.remove(start));
        let last = ends.fold(last, i64::max);
        self.runs.insert(first, last);
        last
    }

    /// Adds a taken timestamp; returns its run.
    fn add(&mut self, micros: i64) -> (i64, i64) {
        let first = self.run(micros - 1).map_or(micros, |(first, _)| first);
        let last = self.runs.remove(&(micros + 1)).unwrap_or(micros);
        self.runs.insert(first, last);
        (first, last)
    }
}
