//! Reads many posts in order, for exports. Only one post is in memory at a time.

use std::collections::HashSet;

use rusqlite::{Transaction, TransactionBehavior, named_params};

use super::scan::{KeyRange, Viewer};
use super::{Result, Store, StoreError, posts};
use crate::model::{Post, Timeline, Timestamp, UserId};

/// Which posts to export, and in which order. Boosts are left out, since others wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportQuery {
    /// The authors; empty for all.
    pub authors: Vec<UserId>,
    /// Only posts at or after this time.
    pub since: Option<Timestamp>,
    /// Only posts before this time.
    pub until: Option<Timestamp>,
    /// Only the posts with these keys, if given.
    pub keys: Option<Vec<Timestamp>>,
    /// Newest first.
    pub newest_first: bool,
}

impl Store {
    /// Passes the selected posts to `each`, all from one snapshot of the database.
    ///
    /// # Errors
    /// As `each`, and when the store fails.
    pub fn for_each_post<E: From<StoreError>>(
        &self,
        selection: &ExportQuery,
        mut each: impl FnMut(Post) -> Result<(), E>,
    ) -> Result<(), E> {
        let _snapshot = self.snapshot()?;
        if let Some(keys) = &selection.keys {
            return self.for_each_post_of(selection, keys, each);
        }
        let one = if let [author] = selection.authors[..] { Some(author.0) } else { None };
        let sql = walk_of(one.is_some(), selection.newest_first);
        let mut statement = self.connection.prepare_cached(&sql).map_err(StoreError::from)?;
        let since = selection.since.map_or(i64::MIN, Timestamp::micros);
        let until = selection.until.map_or(i64::MAX, Timestamp::micros);
        let none: Option<i64> = None;
        let mut rows = statement
            .query(named_params! {":author": one, ":since": since, ":until": until, ":reader": none})
            .map_err(StoreError::from)?;
        let authors: HashSet<UserId> = selection.authors.iter().copied().collect();
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let mut post = posts::read(row).map_err(StoreError::from)?;
            if authors.is_empty() || authors.contains(&post.author) {
                posts::complete(&self.connection, &mut post)?;
                each(post)?;
            }
        }
        Ok(())
    }

    /// Passes the selected posts among those with some keys to `each`.
    fn for_each_post_of<E: From<StoreError>>(
        &self,
        selection: &ExportQuery,
        keys: &[Timestamp],
        mut each: impl FnMut(Post) -> Result<(), E>,
    ) -> Result<(), E> {
        let in_time = |key: &Timestamp| {
            selection.since.is_none_or(|since| *key >= since) && selection.until.is_none_or(|until| *key < until)
        };
        let mut keys: Vec<Timestamp> = keys.iter().copied().filter(in_time).collect();
        keys.sort_unstable();
        if selection.newest_first {
            keys.reverse();
        }
        for key in keys {
            let Some(post) = posts::by_key(&self.connection, key, None)? else { continue };
            if post.boost.is_none() && (selection.authors.is_empty() || selection.authors.contains(&post.author)) {
                each(post)?;
            }
        }
        Ok(())
    }

    /// Returns the keys of all posts and boosts of a timeline, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn timeline_keys(&self, timeline: &Timeline, viewer: Viewer) -> Result<Vec<Timestamp>> {
        let mut keys = Vec::new();
        let range = KeyRange { from: i64::MIN, to: i64::MAX, oldest_first: false };
        self.walk(timeline, viewer, range, false, &mut |key| {
            keys.push(key);
            Ok(true)
        })?;
        Ok(keys)
    }

    /// Starts a read transaction: while it lives, all reads see the same state.
    pub(super) fn snapshot(&self) -> Result<Transaction<'_>> {
        Ok(Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)?)
    }
}

fn walk_of(one: bool, newest_first: bool) -> String {
    let (index, author) =
        if one { ("post_author_created_at", "w.author = :author") } else { ("post_created_at", ":author IS NULL") };
    let select = posts::select!("post w INDEXED BY which");
    let order = if newest_first { "DESC" } else { "ASC" };
    format!(
        "{} WHERE w.boost_of IS NULL AND {author} AND w.created_at >= :since AND w.created_at < :until
         ORDER BY w.created_at {order}",
        select.replace("which", index)
    )
}
