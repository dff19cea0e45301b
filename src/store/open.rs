//! Opening a database: is it ours, is it whole, is it up to date, may it be written.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::begun;
use super::migrate::{self, Migrated, Way};
use super::place::beside;
use super::{DatabaseError, Result, Step, StoreError};

/// Marks a file as this program's, in the header field that SQLite keeps for it: "mblg".
const APPLICATION_ID: i32 = 0x6d62_6c67;
/// How long a writer waits for others.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long it sleeps between two tries. Always the same: SQLite's own waiting grows to a tenth of a
/// second, so that whoever came last is served first.
const RETRY: Duration = Duration::from_millis(2);
const INTERACTIVE_TIMEOUT: Duration = Duration::from_millis(40);
const BACKGROUND_TIMEOUT: Duration = Duration::from_millis(10);
/// The smallest file that can be a SQLite database: its header and a page. SQLite takes shorter ones for
/// new databases and would write over them.
const SMALLEST: u64 = 512;
/// The bytes that SQLite needs beside a database to share its log.
const SHARED: u64 = 65_536;
/// Where SQLite's header has the application id.
const ID_AT: usize = 68;
/// What a path may hold as it is in a `file:` address.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What opening a database did to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// It was not there, or empty.
    pub created: bool,
    /// It was older than the program.
    pub upgraded: Option<Migrated>,
    /// It is read as it lies on a medium that cannot be written, and what its write-ahead log holds is not
    /// seen.
    pub log_ignored: bool,
}

/// Opens a database, made if it is not there, at the newest version.
pub(super) fn open(path: &Path, progress: &mut dyn FnMut(Step)) -> Result<(Connection, Opened)> {
    let created = prepare(path)?;
    let mut connection = connect(path)?;
    let version = known_version(&connection, path)?;
    configure(&connection, version.is_none()).map_err(|error| cannot_open(path, error))?;
    let moved = if version == Some(migrate::newest()) {
        None
    } else {
        migrate::to_version(&mut connection, path, (Way::Up, migrate::newest()), progress)?
    };
    let fresh = version.is_none_or(|version| version == 0);
    let upgraded = moved.filter(|_| !fresh);
    Ok((connection, Opened { created: created || version.is_none(), upgraded, log_ignored: false }))
}

/// Opens a database that is there, at whatever version this program knows.
pub(super) fn open_as_it_is(path: &Path) -> Result<(Connection, usize)> {
    must_exist(path)?;
    let connection = connect(path)?;
    let version = known_version(&connection, path)?.unwrap_or(0);
    configure(&connection, false).map_err(|error| cannot_open(path, error))?;
    Ok((connection, version))
}

/// Opens a database that is there and writes nothing to it; true if its log is not seen. One that a newer
/// program made can be read as long as all that this one knows is still in it.
pub(super) fn open_read_only(path: &Path) -> Result<(Connection, bool)> {
    must_exist(path)?;
    if !beside(path, "-wal").exists() {
        // Reading makes an empty log, which must not be left beside the file of another program.
        recognise(&connect_immutable(path).map_err(|error| cannot_open(path, error))?, path)?;
    }
    let (connection, log_ignored) = connect_read_only(path)?;
    let version = recognise(&connection, path)?.unwrap_or(0);
    connection.pragma_update(None, "trusted_schema", false)?;
    let newest = migrate::newest();
    if version < newest {
        return Err(StoreError::Database(DatabaseError::OlderReadOnly {
            path: path.to_owned(),
            found: version,
            known: newest,
        }));
    }
    if version > newest && !is_readable(&connection)? {
        return Err(migrate::newer_error(path, version, false));
    }
    begun::prepare(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok((connection, log_ignored))
}

/// Opens a database that is there to be read, at whatever version this program knows.
pub(super) fn open_as_it_is_read_only(path: &Path) -> Result<(Connection, usize)> {
    must_exist(path)?;
    let connection = connect_read_whole(path)?;
    let version = known_version(&connection, path)?.unwrap_or(0);
    Ok((connection, version))
}

/// Opens a database that is there and ours, of whatever version, to be written over.
pub(super) fn open_to_replace(path: &Path) -> Result<Connection> {
    must_exist(path)?;
    let connection = connect(path)?;
    recognise(&connection, path)?;
    configure(&connection, false).map_err(|error| cannot_open(path, error))?;
    Ok(connection)
}

/// Opens a backup to be read: a database of ours, at a version that this program knows, and its version.
pub(super) fn open_backup(path: &Path) -> Result<(Connection, usize)> {
    must_exist(path)?;
    // Whoever has it open keeps a log beside it. Without one it lies still, and need not be locked, which
    // would leave files beside it.
    let connection = if beside(path, "-wal").exists() {
        connect_read_whole(path)?
    } else {
        connect_immutable(path).map_err(|error| cannot_open(path, error))?
    };
    let version = known_version(&connection, path)?.unwrap_or(0);
    Ok((connection, version))
}

/// Makes a database of a version at a place where there is nothing.
pub(super) fn create_at(path: &Path, version: usize) -> Result<Connection> {
    prepare(path)?;
    let mut connection = connect(path)?;
    configure(&connection, true)?;
    migrate::build(&mut connection, version)?;
    Ok(connection)
}

fn must_exist(path: &Path) -> Result<()> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Err(StoreError::Database(DatabaseError::Missing(path.to_owned())));
    }
    match look(path)? {
        Some(0) => Err(StoreError::Database(DatabaseError::Missing(path.to_owned()))),
        _ => Ok(()),
    }
}

/// Looks at the path before SQLite does, by its metadata only: opening and closing the file ourselves
/// would drop the locks that another connection of this process holds on it. Gives back the size of the
/// file; none if there is none.
fn look(path: &Path) -> Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(StoreError::Database(DatabaseError::Directory(path.to_owned()))),
        Ok(found) if !found.is_file() => Err(StoreError::Database(DatabaseError::NotAFile(path.to_owned()))),
        Ok(found) if (1..SMALLEST).contains(&found.len()) => {
            Err(StoreError::Database(DatabaseError::NotADatabase(path.to_owned())))
        }
        Ok(found) => Ok(Some(found.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
            Ok(target) => Err(StoreError::Database(DatabaseError::DanglingLink { path: path.to_owned(), target })),
            Err(_) => Ok(None),
        },
        Err(error) => Err(DatabaseError::cannot_open(path, &error).into()),
    }
}

/// Makes a missing file, for its owner's eyes only; true if it was missing.
fn prepare(path: &Path) -> Result<bool> {
    if look(path)?.is_some() {
        return Ok(false);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(DatabaseError::cannot_open(path, &error).into()),
    }
}

fn connect(path: &Path) -> Result<Connection> {
    // No SQLITE_OPEN_URI: a path may hold `?`, `#` and `%`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let has_log = beside(path, "-wal").exists();
    let open = || {
        let mut connection = Connection::open_with_flags(literal(path), flags)?;
        // Until it is known to be ours, not even its log is written back when we leave. Where there is none,
        // SQLite must remove the empty one that it makes.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
        connection.busy_handler(Some(BusyTimeout::Command.handler()))?;
        connection.set_transaction_behavior(TransactionBehavior::Immediate);
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    let connection = open().map_err(|error| cannot_open(path, error))?;
    // SQLite falls back to reading where it may not write, and would leave a log that the owner cannot write.
    if connection.is_readonly("main").unwrap_or(false) {
        return Err(StoreError::Database(DatabaseError::NotWritable(path.to_owned())));
    }
    Ok(connection)
}

/// The path as SQLite takes it for a path: a name like `file:m.db` or `:memory:` means something else to it.
fn literal(path: &Path) -> Cow<'_, Path> {
    if path.is_relative() { Cow::Owned(Path::new(".").join(path)) } else { Cow::Borrowed(path) }
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
}

impl BusyTimeout {
    /// Returns SQLite's busy handler; it gets the number of tries so far, and says whether to try again.
    pub(super) fn handler(self) -> fn(i32) -> bool {
        match self {
            Self::Command => |tries| wait_to_retry(tries, BUSY_TIMEOUT),
            Self::Interactive => |tries| wait_to_retry(tries, INTERACTIVE_TIMEOUT),
            Self::Background => |tries| wait_to_retry(tries, BACKGROUND_TIMEOUT),
        }
    }
}

fn wait_to_retry(tries: i32, timeout: Duration) -> bool {
    thread::sleep(RETRY);
    RETRY.saturating_mul(tries.unsigned_abs()) < timeout
}

fn connect_read_only(path: &Path) -> Result<(Connection, bool)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let read = |connection: &Connection| connection.query_row("PRAGMA schema_version", [], |_| Ok(()));
    let tried = Connection::open_with_flags(literal(path), flags).and_then(|connection| {
        connection.busy_handler(Some(BusyTimeout::Command.handler()))?;
        read(&connection).map(|()| connection)
    });
    match tried {
        Ok(connection) => Ok((connection, false)),
        // Where nothing can be written, SQLite cannot share the log with others, and there are none.
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure)
            ) =>
        {
            let connection = connect_immutable(path).map_err(|error| cannot_open(path, error))?;
            read(&connection).map_err(|error| cannot_open(path, error))?;
            Ok((connection, super::place::size(&beside(path, "-wal")) > 0))
        }
        Err(error) => Err(cannot_open(path, error)),
    }
}

/// Opens a database to be read with all that its log holds.
fn connect_read_whole(path: &Path) -> Result<Connection> {
    match connect_read_only(path)? {
        (_, true) => Err(StoreError::Database(DatabaseError::LogUnreadable(path.to_owned()))),
        (connection, false) => Ok(connection),
    }
}

/// Reads a file that nobody writes, without a lock or a log.
pub(super) fn connect_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let path = literal(path);
    let address = percent_encode(path.as_os_str().as_encoded_bytes(), PLAIN);
    // With two slashes the part up to the next one would be a host.
    let host = if path.is_absolute() { "//" } else { "" };
    Connection::open_with_flags(format!("file:{host}{address}?immutable=1"), flags)
}

/// What went wrong with a file of which nothing is known yet.
pub(super) fn cannot_open(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            let readable = connect_immutable(path)
                .and_then(|connection| connection.query_row("PRAGMA schema_version", [], |_| Ok(())));
            match readable {
                Ok(()) => StoreError::Database(DatabaseError::NotWritable(path.to_owned())),
                Err(_) => StoreError::Database(DatabaseError::CannotOpen {
                    path: path.to_owned(),
                    why: "permission denied".to_owned(),
                }),
            }
        }
        Some(ErrorCode::NotADatabase) => StoreError::Database(DatabaseError::NotADatabase(path.to_owned())),
        // The memory that processes share lies on the disk too.
        Some(ErrorCode::SystemIoFailure) if super::place::room(path).is_ok_and(|free| free < SHARED) => {
            StoreError::Database(DatabaseError::DiskFull)
        }
        _ => error.into(),
    }
}

/// Tells our databases from those of others before anything is written. Gives back the version; none for
/// an empty file.
pub(super) fn recognise(connection: &Connection, path: &Path) -> Result<Option<usize>> {
    let real = beside(path, "-journal");
    if super::place::size(&real) > 0 && has_foreign_header(path) {
        return Err(StoreError::Database(DatabaseError::OtherProgram(path.to_owned())));
    }
    let read = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|e| cannot_open(path, e));
    // In one transaction: another process may be making this very database right now.
    connection.execute_batch("BEGIN DEFERRED").map_err(|e| cannot_open(path, e))?;
    let found: Result<(i64, i64, bool)> = (|| {
        let empty = read("SELECT count(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)")? == 0;
        Ok((read("PRAGMA application_id")?, read("PRAGMA user_version")?, empty))
    })();
    connection.execute_batch("ROLLBACK")?;
    match found? {
        (0, 0, true) => Ok(None),
        (id, version, _) if id == i64::from(APPLICATION_ID) => {
            usize::try_from(version).map(Some).map_err(|_| StoreError::Database(DatabaseError::Damaged))
        }
        _ => Err(StoreError::Database(DatabaseError::OtherProgram(path.to_owned()))),
    }
}

/// Whether the header of a file says that it is another program's. Asked when a rollback journal lies
/// beside it: SQLite would undo what that program had begun, and so write to it. Our own databases have
/// such a journal only while they are made.
fn has_foreign_header(path: &Path) -> bool {
    let mut header = [0; ID_AT + 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header[ID_AT..] != APPLICATION_ID.to_be_bytes()
}

/// The version of a database of ours, none for an empty file; one that a newer program made is refused.
fn known_version(connection: &Connection, path: &Path) -> Result<Option<usize>> {
    match recognise(connection, path)? {
        Some(found) if found > migrate::newest() => {
            Err(migrate::newer_error(path, found, is_readable(connection).unwrap_or(false)))
        }
        version => Ok(version),
    }
}

/// Whether all tables and columns that this program reads are there.
fn is_readable(connection: &Connection) -> Result<bool> {
    let columns = |connection: &Connection| -> Result<Vec<String>> {
        let mut statement = connection.prepare(
            "SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c
             WHERE t.schema = 'main' AND t.type IN ('table', 'virtual', 'view') AND t.name NOT LIKE 'sqlite%'",
        )?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    };
    let mut known = Connection::open_in_memory()?;
    migrate::build(&mut known, migrate::newest())?;
    let found: std::collections::HashSet<String> = columns(connection)?.into_iter().collect();
    Ok(columns(&known)?.iter().all(|column| found.contains(column)))
}

fn configure(connection: &Connection, fresh: bool) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    if fresh {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    use_wal(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", super::USUAL_CACHE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)
}

/// Turns the write-ahead log on, which lasts. While another process does the same, or first fills the
/// database, SQLite says busy at once instead of waiting, so the waiting is done here.
fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
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

pub(super) fn user_version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(0))
}
