//! The files of an open database: whether they are still those that were opened, and whole.
//!
//! SQLite goes on using files that were removed, and maps the index of its log into memory. Posts would then go to files
//! that nobody will ever read, and a shorter index would end the process with SIGBUS. So the files are looked at before
//! each write and at each idle tick, which takes a few microseconds.

use std::cell::{Cell, RefCell};
use std::fs::{self, File, Metadata, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::paths::{FileId, beside};
use super::{DatabaseError, Result};

/// Bytes of the header of the log, and of the header of each frame; see <https://sqlite.org/fileformat2.html#walformat>.
const LOG_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;

/// The database, its log, and the index of the log, as they were when the database was opened.
#[derive(Debug)]
pub(super) struct OpenFiles {
    database: PathBuf,
    id: Option<FileId>,
    log: PathBuf,
    /// `None` where the database is read without its log.
    log_id: Option<FileId>,
    index: PathBuf,
    /// The longest that the index was, in bytes; it never shrinks while the database is open.
    index_length: Cell<u64>,
    /// Files that were opened to mend the index. Closing one would drop the locks that SQLite has on the same file.
    mended: RefCell<Vec<File>>,
}

/// How much of the log is not yet in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LogState {
    frames: u64,
    checkpointed: u64,
}

impl OpenFiles {
    /// Looks at the files of a database that was just opened and read.
    pub(super) fn of(path: &Path) -> Self {
        let (log, index) = (beside(path, "-wal"), beside(path, "-shm"));
        let index_length = Cell::new(fs::metadata(&index).map_or(0, |index| index.len()));
        let (id, log_id) = (FileId::at(path), FileId::at(&log));
        Self { database: path.to_owned(), id, log, log_id, index, index_length, mended: RefCell::default() }
    }

    /// Checks that the files are still those that were opened.
    ///
    /// # Errors
    /// When the database or its log was removed, replaced or cut short, or the database has a second name.
    pub(super) fn check(&self, connection: &Connection) -> Result<()> {
        let gone = || DatabaseError::FileGone(self.database.clone());
        let database = fs::metadata(&self.database).map_err(|_| gone())?;
        if self.id != Some(FileId::of(&database)) || database.len() == 0 {
            return Err(gone().into());
        }
        require_one_name(&self.database, &database)?;
        let Some(log_id) = self.log_id else { return Ok(()) };
        let log_gone = || DatabaseError::LogGone(self.database.clone());
        if FileId::at(&self.log) != Some(log_id) {
            return Err(log_gone().into());
        }
        self.mend_index();
        // Another process may write back and shorten the log between the two looks.
        if self.is_log_whole(connection)? || self.is_log_whole(connection)? { Ok(()) } else { Err(log_gone().into()) }
    }

    fn is_log_whole(&self, connection: &Connection) -> Result<bool> {
        let (state, page_size) = (log_state(connection)?, page_size(connection)?);
        let length = fs::metadata(&self.log).map_or(0, |log| log.len());
        let used = LOG_HEADER + state.frames * (page_size + FRAME_HEADER);
        Ok(state.frames == state.checkpointed || length >= used)
    }

    /// Makes the index as long as it was. What it says is then wrong, which SQLite notices, and reads the log again.
    pub(super) fn mend_index(&self) {
        let length = fs::metadata(&self.index).map_or(0, |index| index.len());
        if length >= self.index_length.get() {
            self.index_length.set(length);
            return;
        }
        // Not created if it is missing: the file that is mapped is then another.
        if let Ok(index) = OpenOptions::new().write(true).open(&self.index) {
            let _ = index.set_len(self.index_length.get());
            self.mended.borrow_mut().push(index);
        }
    }
}

/// Checks that a file has one name only. Through another name, SQLite would use another log, and each would overwrite what
/// was written through the other.
///
/// # Errors
/// When it has several.
pub(super) fn require_one_name(path: &Path, metadata: &Metadata) -> Result<()> {
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::nlink(metadata) > 1 {
        return Err(DatabaseError::SeveralNames(path.to_owned()).into());
    }
    let _ = (path, metadata);
    Ok(())
}

/// Writes what is in the log into the database, if that can be done without waiting.
///
/// # Errors
/// When the files cannot be written.
pub(super) fn checkpoint(connection: &Connection) -> Result<()> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
}

fn log_state(connection: &Connection) -> Result<LogState> {
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let mut statement = connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?;
    let row = |row: &rusqlite::Row<'_>| Ok(LogState { frames: count(row.get(1)?), checkpointed: count(row.get(2)?) });
    Ok(statement.query_row([], row)?)
}

fn page_size(connection: &Connection) -> Result<u64> {
    let size: i64 = connection.prepare_cached("PRAGMA page_size")?.query_row([], |row| row.get(0))?;
    Ok(size.unsigned_abs())
}
