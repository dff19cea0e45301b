//! The one SQLite file, and the only room that knows SQL.
//!
//! Every write is one immediate transaction with `synchronous=FULL`: what was acknowledged survives a
//! power cut, and what was not leaves no trace. Pages are read by key, never by OFFSET. It knows nothing
//! of the terminal, of commands or of file formats.

mod avatars;
mod begun;
mod bulk;
mod check;
mod copy;
mod database;
mod drafts;
mod error;
mod filters;
mod flask;
mod follows;
mod history;
mod intake;
mod migrate;
mod names;
mod notifications;
mod open;
mod origins;
mod panes;
mod place;
mod posts;
mod reactions;
mod read_state;
mod record;
mod salvage;
mod schema;
mod search;
mod seen;
mod selection;
#[cfg(unix)]
mod share;
mod sql;
mod stats;
mod threads;
mod timelines;
mod trash;
mod users;
mod walks;
mod whole;
mod words;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction};

pub use bulk::Bulk;
pub use check::Problem;
pub use database::{Contents, Database, Loss, Restored, Stats};
pub use drafts::{DraftKey, SavedDraft};
pub use error::{DatabaseError, StoreError};
pub use flask::read_flask;
pub use intake::{ImportOptions, ImportStats, Intake};
pub use migrate::Migrated;
pub use open::{BusyTimeout, Opened};
use place::FileId;
pub use read_state::ReadMark;
pub use record::{RecordError, Recorded, record};
pub use salvage::Salvaged;
pub use search::InterruptHandle;
pub use selection::ExportQuery;
pub use timelines::{Viewer, Window};
pub use users::{UserEdit, UserOrder};
pub use whole::Whole;
pub use words::TagUse;

/// What the store answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// SQLite's page cache, for each connection; negative numbers count KiB.
const USUAL_CACHE: i64 = -2_048;

/// What bounds the memory that SQLite takes in this process: <https://sqlite.org/pragma.html#pragma_soft_heap_limit>.
const HEAP: &str = "soft_heap_limit";

/// What SQLite may take for all connections of a program that stays small, in bytes: half a megabyte of it for what it
/// prepared, the rest for pages. Without it the caches lend each other their room, and every query that sorts adds to it:
/// after 10,000 keys at a million posts the screens held 29 MB, with it 19.
const SMALL: i64 = 3 << 20;

/// What is going on with a database that takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Another process is changing its shape; we wait.
    Waiting,
    /// It is being copied: pages done, and all there are.
    Copying {
        /// Pages done.
        done: u64,
        /// All pages.
        total: u64,
    },
    /// What was written is being checked.
    Checking,
    /// It is moved between versions.
    Migrating {
        /// The version it has.
        from: usize,
        /// The version it will have.
        to: usize,
    },
}

/// An open database, at the version that this program knows.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Which file was opened; none if that cannot be told.
    file: Option<FileId>,
    /// The version that it has as long as nobody else moves it.
    version: usize,
    read_only: bool,
}

impl Store {
    /// Opens the database, makes it if it is not there, and brings its schema up to date; an older one that
    /// holds anything is copied first.
    ///
    /// # Errors
    /// When the file is not ours, newer than this program, damaged, or cannot be opened; it is then
    /// left as it was.
    pub fn open(path: &Path) -> Result<(Self, Opened)> {
        Self::open_with_progress(path, &mut |_| {})
    }

    /// The same, and tells what takes its time.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with_progress(path: &Path, progress: &mut dyn FnMut(Step)) -> Result<(Self, Opened)> {
        let (connection, opened) = open::open(path, progress)?;
        Ok((Self::new(connection, path, false), opened))
    }

    /// Keeps what SQLite holds in memory small from now on, over all stores of this process; bulk work takes what it needs.
    ///
    /// # Errors
    /// When the store fails.
    pub fn limit_memory(&self) -> Result<()> {
        Ok(self.connection.pragma_update(None, HEAP, SMALL)?)
    }

    /// Opens a database that is there to read it, and never changes it.
    ///
    /// # Errors
    /// When there is none, it is not ours, or it cannot be read without an upgrade.
    pub fn open_read_only(path: &Path) -> Result<(Self, Opened)> {
        let (connection, log_ignored) = open::open_read_only(path)?;
        Ok((Self::new(connection, path, true), Opened { created: false, upgraded: None, log_ignored }))
    }

    fn new(connection: Connection, path: &Path, read_only: bool) -> Self {
        Self { connection, path: path.to_owned(), file: FileId::at(path), version: migrate::newest(), read_only }
    }

    /// Whether it was opened to be read only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The path it was opened by.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The version of its schema: how many migrations made it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn version(&self) -> Result<usize> {
        Ok(open::user_version(&self.connection)?)
    }

    /// A number that changes when another connection has written to the database, and only then.
    ///
    /// # Errors
    /// When the file cannot be read, or is no longer where it was.
    pub fn data_version(&self) -> Result<i64> {
        self.check_place()?;
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Runs `work` with a shorter busy timeout than the usual five seconds.
    ///
    /// # Errors
    /// As `work`, and when another process writes for longer than the timeout.
    pub fn with_busy_timeout<T>(
        &mut self,
        timeout: BusyTimeout,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.connection.busy_handler(Some(timeout.handler()))?;
        let done = work(self);
        self.connection.busy_handler(Some(BusyTimeout::Command.handler()))?;
        done
    }

    /// Runs one piece of work in a transaction that takes the write lock at once, so that it waits for
    /// other writers before it reads and never fails half way for being late.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_or(|transaction| work(transaction).map(|done| (done, true)))
    }

    /// The same for work that can fail in other ways too; it also says whether what it wrote is to stay.
    fn write_or<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<(T, bool), E>,
    ) -> Result<T, E> {
        let transaction = self.begin()?;
        let (done, stays) = work(&transaction)?;
        if stays {
            transaction.commit().map_err(StoreError::from)?;
        }
        Ok(done)
    }

    fn begin(&mut self) -> Result<Transaction<'_>> {
        if self.read_only {
            return Err(StoreError::Database(DatabaseError::OpenedReadOnly));
        }
        self.check_place()?;
        let transaction = self.connection.transaction()?;
        let (found, known) = (open::user_version(&transaction)?, self.version);
        if found != known {
            return Err(StoreError::Database(DatabaseError::SchemaChanged { found, known }));
        }
        Ok(transaction)
    }

    /// Makes sure that what is written goes to the file that others will find: SQLite goes on writing to
    /// one that was removed, and nobody would ever read it.
    fn check_place(&self) -> Result<()> {
        if self.file == FileId::at(&self.path) {
            Ok(())
        } else {
            Err(StoreError::Database(DatabaseError::FileGone(self.path.clone())))
        }
    }
}

#[cfg(test)]
mod tests;
