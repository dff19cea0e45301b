//! Opens SQLite connections. Every connection to a file goes through [`connect`], so that all have the same limits.

use std::borrow::Cow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::paths::{beside, directory, file_size, free_space, has_no_inodes};
use super::{DatabaseError, StoreError};
use crate::os_error;

/// How long a statement of a command waits while another process writes.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const INTERACTIVE_TIMEOUT: Duration = Duration::from_millis(40);
const BACKGROUND_TIMEOUT: Duration = Duration::from_millis(10);
/// Pause between two tries for a lock. It is constant: SQLite's own busy handler waits up to a tenth of a second between
/// tries, so that the process that came last is served first.
const RETRY: Duration = Duration::from_millis(2);
/// The bytes that SQLite needs beside a database to share its log with other processes.
const SHARED_MEMORY: u64 = 65_536;
/// Bytes of a path that need no escape in a `file:` address.
const UNESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// What a statement may take, far above what this program needs and far below SQLite's own limits: a hostile file can
/// then neither fill the memory nor overflow the stack. See <https://sqlite.org/limits.html>.
const LIMITS: [(Limit, i32); 6] = [
    // Bytes of a value or a row; an avatar has up to 1 MiB, an imported text may be long.
    (Limit::SQLITE_LIMIT_LENGTH, 256 << 20),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
    (Limit::SQLITE_LIMIT_COLUMN, 200),
    // VACUUM attaches one database.
    (Limit::SQLITE_LIMIT_ATTACHED, 1),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 30),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Steps of SQLite's virtual machine between two looks at [`stop_flag`]: about half a millisecond.
const STEPS_PER_LOOK: i32 = 20_000;

static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Returns the flag that stops every statement of this process once it is set, also one that would never end by itself.
/// A signal handler can set it.
#[must_use]
pub fn stop_flag() -> Arc<AtomicBool> {
    Arc::clone(&STOP)
}

/// Fails once [`stop_flag`] is set: for work that is not a statement.
///
/// # Errors
/// [`DatabaseError::Interrupted`].
pub(super) fn check_stopped() -> Result<(), StoreError> {
    if STOP.load(Ordering::Relaxed) { Err(DatabaseError::Interrupted.into()) } else { Ok(()) }
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// To be read and written; the file must exist.
    ReadWrite,
    /// To be read while others may write.
    ReadOnly,
    /// To be read without a lock or a log, which is right only while nobody writes.
    Immutable,
    /// To be written without a lock: a copy that no other process knows.
    Unlocked,
}

/// How long a statement waits while another process writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusyTimeout {
    /// Five seconds: for commands, and for work that runs once.
    Command,
    /// 40 ms: for work that the user waits for at the keyboard.
    Interactive,
    /// 10 ms: for work that is retried soon.
    Background,
    /// Not at all: for work between two keys that is retried at the next tick.
    None,
}

impl BusyTimeout {
    /// Returns SQLite's busy handler; it gets the number of tries so far, and says whether to try again.
    pub(super) fn handler(self) -> fn(i32) -> bool {
        match self {
            Self::Command => |tries| wait_to_retry(tries, BUSY_TIMEOUT),
            Self::Interactive => |tries| wait_to_retry(tries, INTERACTIVE_TIMEOUT),
            Self::Background => |tries| wait_to_retry(tries, BACKGROUND_TIMEOUT),
            Self::None => |_| false,
        }
    }
}

fn wait_to_retry(tries: i32, timeout: Duration) -> bool {
    thread::sleep(RETRY);
    RETRY.saturating_mul(tries.unsigned_abs()) < timeout
}

/// Opens a file with the limits that every connection has.
///
/// # Errors
/// As SQLite: when the file cannot be opened. Most faults of a file show only when it is first read.
pub(super) fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    // No SQLITE_OPEN_URI for most: a path may contain `?`, `#` and `%`.
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match access {
        Access::ReadWrite => {
            Connection::open_with_flags(literal_path(path), flags | OpenFlags::SQLITE_OPEN_READ_WRITE)?
        }
        Access::ReadOnly => Connection::open_with_flags(literal_path(path), flags | OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        Access::Immutable => {
            let flags = flags | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(address(path, "immutable=1"), flags)?
        }
        Access::Unlocked => {
            let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(address(path, "nolock=1"), flags)?
        }
    };
    harden(&connection)?;
    let mut connection = connection;
    connection.busy_handler(Some(BusyTimeout::Command.handler()))?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Takes from the file's schema every power that this program does not need. See <https://sqlite.org/security.html>.
fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    for (limit, value) in LIMITS {
        connection.set_limit(limit, value)?;
    }
    connection.progress_handler(STEPS_PER_LOOK, Some(|| STOP.load(Ordering::Relaxed)))
}

/// Runs work that writes to the tables inside a search index or to the schema table, which other work may not.
pub(super) fn without_defense<T>(connection: &Connection, work: impl FnOnce() -> super::Result<T>) -> super::Result<T> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    let done = work();
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    done
}

/// Returns the path so that SQLite does not take a name like `file:m.db` or `:memory:` for something else.
fn literal_path(path: &Path) -> Cow<'_, Path> {
    if path.is_relative() { Cow::Owned(Path::new(".").join(path)) } else { Cow::Borrowed(path) }
}

/// Returns the address of a path with an option.
fn address(path: &Path, option: &str) -> String {
    let path = literal_path(path);
    let escaped = percent_encode(path.as_os_str().as_encoded_bytes(), UNESCAPED);
    // After two slashes alone, the first part of the path would be a host.
    let host = if path.is_absolute() { "//" } else { "" };
    format!("file:{host}{escaped}?{option}")
}

/// Opens a database to be written that may turn out not to be ours.
///
/// # Errors
/// When it or its directory cannot be written.
pub(super) fn connect_to_write(path: &Path) -> Result<Connection, StoreError> {
    let has_log = beside(path, "-wal").exists();
    let open = || {
        let connection = connect(path, Access::ReadWrite)?;
        // Until it is known to be ours, not even its log is written back on closing. Where there is no log, SQLite must
        // remove the empty one that it makes.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
        Ok(connection)
    };
    let connection = open().map_err(|error| open_error(path, error))?;
    // SQLite falls back to reading where it may not write, and would leave a log that the owner cannot write.
    if connection.is_readonly("main").unwrap_or(false) {
        if has_no_inodes(path) {
            return Err(DatabaseError::NoInodes(directory(path)).into());
        }
        return Err(DatabaseError::NotWritable(path.to_owned()).into());
    }
    Ok(connection)
}

/// Checks that the file system can lock files. SQLite reports that it cannot like a lock that another process holds, so it
/// is tried once without waiting, and on another file if that fails.
///
/// # Errors
/// When it cannot.
pub(super) fn check_locks(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    connection.busy_handler(None)?;
    let first = connection.query_row("PRAGMA schema_version", [], |_| Ok(()));
    connection.busy_handler(Some(BusyTimeout::Command.handler()))?;
    let busy = first.is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
    if busy && !can_lock(path) { Err(DatabaseError::NoLocks(path.to_owned()).into()) } else { Ok(()) }
}

/// Whether a file in the directory can be locked as SQLite does it; true if that cannot be found out.
#[cfg(unix)]
fn can_lock(path: &Path) -> bool {
    use nix::errno::Errno;
    use nix::fcntl::{FcntlArg, fcntl};
    let Ok(file) = tempfile::tempfile_in(directory(path)) else { return true };
    let lock = nix::libc::flock {
        l_type: nix::libc::F_WRLCK as nix::libc::c_short,
        l_whence: nix::libc::SEEK_SET as nix::libc::c_short,
        l_start: 0,
        l_len: 1,
        l_pid: 0,
    };
    !matches!(fcntl(&file, FcntlArg::F_SETLK(&lock)), Err(Errno::ENOLCK | Errno::ENOSYS | Errno::EOPNOTSUPP))
}

#[cfg(not(unix))]
fn can_lock(_: &Path) -> bool {
    true
}

/// Opens a database to be read; true if its log is ignored, because nothing can be written where the file is.
///
/// # Errors
/// When it cannot be opened or read.
pub(super) fn connect_to_read(path: &Path) -> Result<(Connection, bool), StoreError> {
    let read = |connection: &Connection| connection.query_row("PRAGMA schema_version", [], |_| Ok(()));
    if let Some(connection) = connect_to_read_new_log(path) {
        return Ok((connection, false));
    }
    let tried = connect(path, Access::ReadOnly).and_then(|connection| {
        connection.busy_handler(None)?;
        let first = read(&connection);
        connection.busy_handler(Some(BusyTimeout::Command.handler()))?;
        match first {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && can_lock(path) => {
                read(&connection).map(|()| connection)
            }
            first => first.map(|()| connection),
        }
    });
    match tried {
        Ok(connection) => Ok((connection, false)),
        // Where nothing can be written, SQLite cannot share the log with others, and there are none.
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure)
            ) && !os_error::is_out_of_files() =>
        {
            let connection = connect(path, Access::Immutable).map_err(|error| open_error(path, error))?;
            read(&connection).map_err(|error| open_error(path, error))?;
            Ok((connection, file_size(&beside(path, "-wal")) > 0))
        }
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && !can_lock(path) => {
            Err(DatabaseError::NoLocks(path.to_owned()).into())
        }
        Err(error) => Err(open_error(path, error)),
    }
}

/// Opens a database without a log, where files can be written. Reading creates a log, which SQLite removes on closing only
/// if it might have written; such a connection never writes all the same.
fn connect_to_read_new_log(path: &Path) -> Option<Connection> {
    // With a rollback journal, SQLite would undo what another program began.
    if ["-wal", "-journal"].iter().any(|suffix| beside(path, suffix).exists()) {
        return None;
    }
    let connection = connect(path, Access::ReadWrite).ok()?;
    if connection.is_readonly("main").ok()? {
        return None;
    }
    connection.busy_handler(None).ok()?;
    connection.pragma_update(None, "query_only", true).ok()?;
    connection.query_row("PRAGMA schema_version", [], |_| Ok(())).ok()?;
    connection.busy_handler(Some(BusyTimeout::Command.handler())).ok()?;
    Some(connection)
}

/// Opens a database to be read with everything in its log.
///
/// # Errors
/// As [`connect_to_read`], and when the log cannot be read.
pub(super) fn connect_to_read_all(path: &Path) -> Result<Connection, StoreError> {
    match connect_to_read(path)? {
        (_, true) => Err(DatabaseError::LogUnreadable(path.to_owned()).into()),
        (connection, false) => Ok(connection),
    }
}

/// Sets up a connection to a database that is ours and will be written.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn configure_to_write(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    use_log(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", super::USUAL_CACHE)?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Turns on the write-ahead log, which is stored in the file. While another process does the same, or first fills the
/// database, SQLite reports "busy" at once instead of waiting, so this waits itself.
fn use_log(connection: &Connection) -> rusqlite::Result<()> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        match connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < deadline => {
                thread::sleep(RETRY);
            }
            done => return done,
        }
    }
}

/// Returns the cause when a file cannot be opened of which nothing is known yet.
pub(super) fn open_error(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure,
        ) if os_error::is_out_of_files() => {
            DatabaseError::CannotOpen { path: path.to_owned(), why: os_error::TOO_MANY_FILES.to_owned() }.into()
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) if has_no_inodes(path) => {
            DatabaseError::NoInodes(directory(path)).into()
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            let readable = connect(path, Access::Immutable)
                .and_then(|connection| connection.query_row("PRAGMA schema_version", [], |_| Ok(())));
            let why = "permission denied".to_owned();
            match readable {
                Ok(()) => DatabaseError::NotWritable(path.to_owned()).into(),
                Err(_) => DatabaseError::CannotOpen { path: path.to_owned(), why }.into(),
            }
        }
        Some(ErrorCode::NotADatabase) => DatabaseError::NotADatabase(path.to_owned()).into(),
        // The memory that processes share is a file on the same disk.
        Some(ErrorCode::SystemIoFailure) if free_space(path).is_ok_and(|free| free < SHARED_MEMORY) => {
            DatabaseError::DiskFull.into()
        }
        _ => error.into(),
    }
}

/// Ends a read transaction. SQLite has ended it already where the disk failed, and would report that in place of the
/// failure.
pub(super) fn end_read(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() { Ok(()) } else { connection.execute_batch("ROLLBACK") }
}
