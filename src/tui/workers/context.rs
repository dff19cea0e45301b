//! What a job works with.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};

use crate::store::{DatabaseError, InterruptHandle, Store, StoreError};

/// The connection of a job, and what it shares with its worker.
pub(super) struct Context<'a> {
    /// The path of the database.
    pub(super) db: &'a Path,
    /// The connection of the worker, opened by the first job that needs it.
    pub(super) store: &'a mut Option<Store>,
    /// Publishes the handle that interrupts the queries of the job. Returns true when the job was superseded already.
    pub(super) publish: &'a dyn Fn(InterruptHandle) -> bool,
    /// The job is canceled.
    pub(super) stop: &'a AtomicBool,
    /// The number of posts that an import has read, or of feeds that were fetched.
    pub(super) done: &'a AtomicU64,
    /// The number of feeds that are to be fetched.
    pub(super) total: &'a AtomicU64,
}

impl Context<'_> {
    /// Returns the connection, ready to be interrupted.
    ///
    /// # Errors
    /// When the database cannot be opened, or the job was superseded.
    pub(super) fn store(&mut self) -> Result<&Store, StoreError> {
        let store = match self.store.take() {
            Some(open) => open,
            None => Store::open_read_only(self.db).map_err(gone_if_missing)?.0,
        };
        store.mend_log_index();
        let superseded = (self.publish)(store.interrupt_handle());
        let store = self.store.insert(store);
        if superseded { Err(StoreError::Database(DatabaseError::Interrupted)) } else { Ok(store) }
    }
    /// Opens a connection that can write, beside the one of the loop.
    ///
    /// # Errors
    /// When the database cannot be opened. It is not created where it was removed.
    pub(super) fn open_to_write(&self) -> Result<Store, StoreError> {
        if !self.db.exists() {
            return Err(gone_if_missing(StoreError::Database(DatabaseError::Missing(self.db.to_owned()))));
        }
        Ok(Store::open(self.db)?.0)
    }
}

/// Says that the database was removed where it is missing: the loop has it open.
fn gone_if_missing(error: StoreError) -> StoreError {
    match error {
        StoreError::Database(DatabaseError::Missing(path)) => StoreError::Database(DatabaseError::FileGone(path)),
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_database_is_named_so_and_not_created() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("m.db");
        let (stop, done, total) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
        let mut context =
            Context { db: &db, store: &mut None, publish: &|_| false, stop: &stop, done: &done, total: &total };
        let errors = [context.open_to_write().err().unwrap(), context.store().err().unwrap()];
        for error in errors {
            assert!(matches!(error, StoreError::Database(DatabaseError::FileGone(_))), "{error}");
        }
        assert!(!db.exists());
    }
}
