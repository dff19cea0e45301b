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
            None => Store::open_read_only(self.db)?.0,
        };
        store.mend_log_index();
        let superseded = (self.publish)(store.interrupt_handle());
        let store = self.store.insert(store);
        if superseded { Err(StoreError::Database(DatabaseError::Interrupted)) } else { Ok(store) }
    }
}
