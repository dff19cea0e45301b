//! Undoes an import: its posts are deleted as a whole, and restored as a whole.

use rusqlite::{Connection, ToSql, params};

use super::{Result, Store, StoreError, trash};
use crate::model::{PostId, PostRange, Timestamp};

impl Store {
    /// Deletes the posts that imports added, so that [`restore_imported`](Store::restore_imported) can restore them; returns how
    /// many. Users of whom nothing else is here are not listed anymore, until their posts are restored.
    ///
    /// # Errors
    /// When the store fails.
    pub fn delete_imported(&mut self, ranges: &[PostRange], now: Timestamp) -> Result<u64> {
        self.write(|transaction| {
            let mut deleted = 0;
            for range in ranges {
                let sql = "SELECT id FROM post WHERE id BETWEEN ?1 AND ?2";
                let ids = ids(transaction, sql, params![range.first, range.last])?;
                deleted += ids.len() as u64;
                for id in ids {
                    // A boost may have been deleted with its post.
                    if transaction.prepare_cached("SELECT 1 FROM post WHERE id = ?1")?.exists([id.0])? {
                        trash::discard(transaction, id, now)?;
                    }
                }
            }
            Ok(deleted)
        })
    }

    /// Restores the posts that were deleted at this time by [`delete_imported`](Store::delete_imported); those that were purged
    /// meanwhile are left out.
    ///
    /// # Errors
    /// When the store fails.
    pub fn restore_imported(&mut self, ranges: &[PostRange], deleted_at: Timestamp) -> Result<()> {
        self.write(|transaction| {
            let sql = "SELECT id FROM deleted_post WHERE id BETWEEN ?1 AND ?2 AND deleted_at = ?3";
            for range in ranges {
                for id in ids(transaction, sql, params![range.first, range.last, deleted_at])? {
                    // A boost may have been restored with its post.
                    if transaction.prepare_cached("SELECT 1 FROM deleted_post WHERE id = ?1")?.exists([id.0])? {
                        match trash::restore(transaction, id) {
                            Ok(()) | Err(StoreError::PostPurged(_)) => {}
                            Err(error) => return Err(error),
                        }
                    }
                }
            }
            Ok(())
        })
    }
}

fn ids(connection: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<Vec<PostId>> {
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement.query_map(values, |row| row.get(0).map(PostId))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}
