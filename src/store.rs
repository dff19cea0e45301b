//! The SQLite database. This is the only module that knows SQL.
//!
//! Every write is one immediate transaction with `synchronous=FULL`: an acknowledged write survives a power cut, and a
//! failed one leaves no trace. Pages are read by key, never by OFFSET. It knows nothing of the terminal, of commands or of
//! file formats.

mod accounts;
mod adopt;
mod arrivals;
mod authority;
mod avatars;
mod backup;
mod bloom;
mod bulk;
mod catalog;
mod check;
mod connection;
mod convert;
mod database;
mod drafts;
mod dump;
mod entities;
mod error;
mod export_query;
mod feed_avatars;
mod filters;
mod flask;
mod follows;
mod health;
mod history;
mod import;
mod lists;
mod lock;
mod migrate;
mod nicknames;
mod notifications;
mod notify;
mod on_this_day;
mod open;
mod open_files;
mod outbox;
mod outbox_queue;
mod panes;
mod paths;
mod pending;
mod pins;
mod posts;
mod prefix_terms;
mod published;
mod quick_check;
mod reactions;
mod read_state;
mod reading;
mod remote;
mod remote_ids;
mod row_buffer;
mod salvage;
mod scan;
mod schedule;
mod schema;
mod search;
mod sent;
#[cfg(unix)]
mod share;
mod stats;
mod subscriptions;
mod tabs;
mod threads;
mod timeline_query;
mod timelines;
mod trash;
mod undo_import;
mod unread;
mod users;
mod values;
mod version;
mod votes;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction};

pub use bulk::Bulk;
pub use check::Problem;
pub use connection::{BusyTimeout, stop_flag};
pub use database::{Contents, Database, Loss, Restored, Stats};
pub use drafts::{DraftKey, SavedDraft};
pub use dump::DumpImport;
pub use entities::TagCount;
pub use error::{DatabaseError, StoreError};
pub use export_query::ExportQuery;
pub use flask::read_flask;
pub use health::Refreshes;
pub use import::{Import, ImportOptions, ImportStats, SourceIdentity, UnreadPosts};
pub use migrate::Migrated;
pub use open::Opened;
use open_files::OpenFiles;
pub use outbox::OutboxLock;
pub use pins::MAX_PINS;
pub use salvage::Salvaged;
pub use scan::{Viewer, Window};
pub use schema::{RecordError, Recorded, record};
pub use search::{InterruptHandle, Ranked};
pub use subscriptions::{NewSubscription, RefreshLock};
pub use users::{UserEdit, UserOrder};
pub use version::{schema_version, sqlite_version};

/// Result of a request to the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// SQLite's page cache of each connection; negative numbers count KiB.
const USUAL_CACHE: i64 = -2_048;

/// The pragma that limits SQLite's memory in this process: <https://sqlite.org/pragma.html#pragma_soft_heap_limit>.
const HEAP: &str = "soft_heap_limit";

/// SQLite's memory for all connections of the terminal UI, in bytes: half a megabyte of it for prepared statements, the
/// rest for pages. Without a limit the caches grow with every query that sorts: after 10,000 keys at a million posts the
/// terminal UI used 29 MB, with it 19.
const LIMITED_HEAP: i64 = 3 << 20;

/// SQLite's memory while feeds are refreshed beside the terminal UI, in bytes: the pages that each connection needs again and
/// again must fit, or the writer takes them from the reader, who then reads them for every key.
const REFRESH_HEAP: i64 = 16 << 20;

/// How long nothing was written before the log is checkpointed.
const IDLE: Duration = Duration::from_secs(1);

/// A step of work on a whole database, for progress messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Another process is changing its schema; this one waits.
    Waiting,
    /// It is being copied.
    Copying {
        /// Pages that are copied.
        done: u64,
        /// All pages.
        total: u64,
    },
    /// It is being checked.
    Checking,
    /// It is being migrated.
    Migrating {
        /// The version that it has.
        from: usize,
        /// The version that it will have.
        to: usize,
    },
}

/// An open database, at the version that this program knows.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    files: OpenFiles,
    /// Something was written since the log was last checkpointed, and when.
    last_write: Option<Instant>,
    /// The version that it has unless another process migrates it.
    version: usize,
    /// SQLite's count of changes of the schema when the schema was last verified.
    schema_changes: i64,
    read_only: bool,
}

impl Store {
    /// Opens the database at the newest version; creates it if it does not exist, and copies an older one that has users
    /// before it is upgraded.
    ///
    /// # Errors
    /// When the file is not ours, newer than this program, damaged, or cannot be opened; it is then as it was.
    pub fn open(path: &Path) -> Result<(Self, Opened)> {
        Self::open_with_progress(path, &mut |_| {})
    }

    /// Opens the database as [`Store::open`] does, and reports long steps.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with_progress(path: &Path, progress: &mut dyn FnMut(Step)) -> Result<(Self, Opened)> {
        let (connection, opened) = open::open(path, progress)?;
        Ok((Self::new(connection, path, false)?, opened))
    }

    /// Limits SQLite's memory from now on, for all stores of this process; bulk work still takes what it needs.
    ///
    /// # Errors
    /// When the store fails.
    pub fn limit_memory(&self) -> Result<()> {
        Ok(self.connection.pragma_update(None, HEAP, LIMITED_HEAP)?)
    }

    /// Runs `work`, which writes much while the terminal UI is open, with more memory for SQLite.
    pub fn with_more_memory<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        // What fails here costs time, and nothing else. An import that started meanwhile has limits of its own.
        let heap = |store: &Self| store.connection.pragma_query_value(None, HEAP, |row| row.get(0)).unwrap_or(0);
        let is_limited = heap(self) == LIMITED_HEAP;
        if is_limited {
            let _ = self.connection.pragma_update(None, HEAP, REFRESH_HEAP);
        }
        let done = work(self);
        if is_limited && heap(self) == REFRESH_HEAP {
            let _ = self.limit_memory();
        }
        done
    }

    /// Opens an existing database to be read only.
    ///
    /// # Errors
    /// When it does not exist, is not ours, or cannot be read without an upgrade.
    pub fn open_read_only(path: &Path) -> Result<(Self, Opened)> {
        let (connection, log_ignored) = open::open_read_only(path)?;
        Ok((Self::new(connection, path, true)?, Opened { created: false, upgraded: None, log_ignored }))
    }

    fn new(connection: Connection, path: &Path, read_only: bool) -> Result<Self> {
        let version = migrate::newest();
        // Reads the file, so that its log is there.
        let schema_changes = catalog::schema_version(&connection)?;
        let (path, files) = (path.to_owned(), OpenFiles::of(path));
        Ok(Self { connection, path, files, last_write: None, version, schema_changes, read_only })
    }

    /// Whether it was opened to be read only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Returns the path by which it was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the version of its schema: how many migrations made it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn version(&self) -> Result<usize> {
        Ok(catalog::user_version(&self.connection)?)
    }

    /// Returns a number that changes when another connection has written to the database, and only then.
    ///
    /// # Errors
    /// When the file cannot be read, or was removed or replaced.
    pub fn data_version(&self) -> Result<i64> {
        self.files.check(&self.connection)?;
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Writes the log into the database a second after the last write, so that little is lost with the log. It never waits
    /// for other processes. Call it when there is nothing else to do.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn checkpoint_if_idle(&mut self) -> Result<()> {
        if self.last_write.is_none_or(|at| at.elapsed() < IDLE) {
            return Ok(());
        }
        self.last_write = None;
        self.files.mend_index();
        open_files::checkpoint(&self.connection)
    }

    /// Restores the length of the log's index (`-shm`) if something cut it, because reading beyond its end would end the
    /// process with SIGBUS. It takes about a microsecond. Call it before a series of reads.
    pub fn mend_log_index(&self) {
        self.files.mend_index();
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

    /// Runs `work` in a transaction that takes the write lock at once, so that it waits for other writers before it reads,
    /// and never fails halfway because another process wrote first.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let (_, transaction) = self.begin_shared()?;
        match work(&transaction) {
            // SQLite reports both in the same way.
            Err(StoreError::Database(DatabaseError::DiskFull)) if catalog::numbers_are_used_up(&transaction)? => {
                Err(DatabaseError::NumbersUsedUp.into())
            }
            Err(error) => Err(error),
            Ok(done) => {
                transaction.commit()?;
                Ok(done)
            }
        }
    }

    /// Starts a transaction, and returns it with its connection, which others may use for further statements of it.
    fn begin_shared(&mut self) -> Result<(&Connection, Transaction<'_>)> {
        if self.read_only {
            return Err(StoreError::Database(DatabaseError::OpenedReadOnly));
        }
        self.files.check(&self.connection)?;
        self.last_write = Some(Instant::now());
        let transaction = self.connection.unchecked_transaction()?;
        let (found, known) = (catalog::user_version(&transaction)?, self.version);
        if found != known {
            return Err(StoreError::Database(DatabaseError::SchemaChanged { found, known }));
        }
        // A trigger that another process added would run with every write of this one.
        let changes = catalog::schema_version(&transaction)?;
        if changes != self.schema_changes {
            open::verify_schema(&transaction, &self.path, known)?;
            self.schema_changes = changes;
        }
        Ok((&self.connection, transaction))
    }
}

#[cfg(test)]
mod tests;
