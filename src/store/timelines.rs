//! Timelines, read by key.
//!
//! Every page is one walk along an index that is named in the query: SQLite's plans flip with the size of
//! a table, and the wrong one sorts it whole.

use rusqlite::named_params;

use super::{Result, Store, posts};
use crate::model::{Place, Post, Timeline, Timestamp};

/// Which part of a timeline is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// Only posts older than this moment.
    pub before: Option<Timestamp>,
    /// Only posts of this moment or newer.
    pub since: Option<Timestamp>,
    /// Only posts older than this moment.
    pub until: Option<Timestamp>,
    /// Oldest first, from the oldest on.
    pub reverse: bool,
    /// At most so many posts.
    pub limit: usize,
}

/// The query of a page: posts of `:from` and later, before `:to`.
pub(super) fn page_sql(timeline: &Timeline, oldest_first: bool) -> String {
    let (index, author) = match timeline {
        Timeline::All => ("post_created_at", ""),
        Timeline::User(..) => ("post_author_created_at", "p.author = :author AND"),
    };
    format!(
        "SELECT {columns} FROM post p INDEXED BY {index} CROSS JOIN user u ON u.id = p.author {answered}
         WHERE {author} p.created_at >= :from AND p.created_at < :to ORDER BY p.created_at {direction} LIMIT :limit",
        columns = posts::COLUMNS,
        answered = posts::ANSWERED,
        direction = if oldest_first { "ASC" } else { "DESC" },
    )
}

impl Store {
    /// Posts of a timeline, newest first unless [`Window::reverse`] says otherwise.
    ///
    /// # Errors
    /// When the store fails.
    pub fn read(&self, timeline: &Timeline, window: &Window) -> Result<Vec<Post>> {
        let from = window.since.unwrap_or(Timestamp::MIN);
        let to = [window.before, window.until].into_iter().flatten().min();
        self.page(timeline, from.micros(), to.map_or(i64::MAX, Timestamp::micros), window.reverse, window.limit)
    }

    /// The posts at a place of a timeline, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn read_at(&self, timeline: &Timeline, place: Place, limit: usize) -> Result<Vec<Post>> {
        let (from, to, oldest_first) = match place {
            Place::Newest => (i64::MIN, i64::MAX, false),
            Place::Oldest => (i64::MIN, i64::MAX, true),
            Place::Before(moment) => (i64::MIN, moment.micros(), false),
            Place::After(moment) => (moment.micros() + 1, i64::MAX, true),
        };
        let mut posts = self.page(timeline, from, to, oldest_first, limit)?;
        if oldest_first {
            posts.reverse();
        }
        Ok(posts)
    }

    /// How many posts of a timeline are newer than a moment, counted up to `limit`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count_after(&self, timeline: &Timeline, moment: Timestamp, limit: usize) -> Result<usize> {
        let (index, author, id) = match timeline {
            Timeline::All => ("post_created_at", ":author IS NULL AND", None),
            Timeline::User(id, _) => ("post_author_created_at", "author = :author AND", Some(id.0)),
        };
        let sql = format!(
            "SELECT count(*) FROM
             (SELECT 1 FROM post INDEXED BY {index} WHERE {author} created_at > :moment LIMIT :limit)"
        );
        let count: i64 =
            self.connection.prepare_cached(&sql)?.query_row(
                named_params! {":author": id, ":moment": moment.micros(), ":limit": limit as i64},
                |row| row.get(0),
            )?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    fn page(&self, timeline: &Timeline, from: i64, to: i64, oldest_first: bool, limit: usize) -> Result<Vec<Post>> {
        let mut statement = self.connection.prepare_cached(&page_sql(timeline, oldest_first))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = match timeline {
            Timeline::All => {
                statement.query_map(named_params! {":from": from, ":to": to, ":limit": limit}, posts::read)?
            }
            Timeline::User(id, _) => statement
                .query_map(named_params! {":author": id.0, ":from": from, ":to": to, ":limit": limit}, posts::read)?,
        };
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
