//! Runs queries that return the keys of posts: who reads, which range, and when to stop.

use rusqlite::CachedStatement;

use super::Result;
use crate::model::{Timestamp, UserId};

/// Who reads a timeline: their mutes and filters apply, and [`Post::own_reactions`](crate::model::Post::own_reactions) is theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The reader; `None` has no mutes or filters.
    pub user: Option<UserId>,
    /// Include posts that they mute or filter.
    pub include_muted: bool,
}

impl Viewer {
    /// Returns a viewer to whom mutes and filters apply.
    #[must_use]
    pub fn of(user: UserId) -> Self {
        Self { user: Some(user), include_muted: false }
    }
}

/// Which posts of a timeline to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// Who reads it.
    pub viewer: Viewer,
    /// Only posts at or after this time.
    pub since: Option<Timestamp>,
    /// Only posts before this time.
    pub until: Option<Timestamp>,
    /// Oldest first, starting from the oldest.
    pub reverse: bool,
    /// Maximum number of posts.
    pub limit: usize,
}

/// The range of keys to scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyRange {
    pub(super) from: i64,
    /// The first key after the range.
    pub(super) to: i64,
    pub(super) oldest_first: bool,
}

/// Binds the parameters that a query has.
pub(super) fn bind(statement: &mut CachedStatement<'_>, viewer: Viewer, range: KeyRange) -> Result<()> {
    let user = viewer.user.map(|user| user.0);
    bind_one(statement, ":from", range.from)?;
    bind_one(statement, ":to", range.to)?;
    bind_one(statement, ":reader", user.filter(|_| !viewer.include_muted))?;
    bind_one(statement, ":self", user)
}

pub(super) fn bind_one(statement: &mut CachedStatement<'_>, name: &str, value: impl rusqlite::ToSql) -> Result<()> {
    if let Some(at) = statement.parameter_index(name)? {
        statement.raw_bind_parameter(at, value)?;
    }
    Ok(())
}

/// Passes the keys that a query returns to `each`, until it returns false.
pub(super) fn step(statement: &mut CachedStatement<'_>, each: &mut dyn FnMut(Timestamp) -> Result<bool>) -> Result<()> {
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if !each(Timestamp::from_micros(row.get(0)?))? {
            break;
        }
    }
    Ok(())
}
