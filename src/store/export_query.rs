//! Reads many posts in order, for exports. Only one post is in memory at a time.

use std::collections::HashSet;

use rusqlite::{Transaction, TransactionBehavior, named_params};

use super::{Result, Store, StoreError, posts};
use crate::model::{Post, Timestamp, UserId};

/// Which posts to export, and in which order. Boosts are left out, since others wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportQuery {
    /// The authors; empty for all.
    pub authors: Vec<UserId>,
    /// Only posts at or after this time.
    pub since: Option<Timestamp>,
    /// Only posts before this time.
    pub until: Option<Timestamp>,
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
