//! Opening a database: is it ours, is it whole, is it up to date.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use include_dir::{Dir, include_dir};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use rusqlite_migration::{HookError, Migrations, MigrationsBuilder};

use super::{Result, StoreError, words};

/// Marks a file as this program's, in the header field that SQLite keeps for it: "mblg".
const APPLICATION_ID: i32 = 0x6d62_6c67;
/// How long a writer waits for others.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The smallest file that can be a SQLite database: its header and a page. SQLite takes shorter ones for
/// new databases and would write over them.
const SMALLEST: u64 = 512;

/// The migration that makes the search index; see [`Store::fill`](super::Store::fill).
const INDEX: usize = 10;
/// The migration that gives posts their tags and mentions.
const WORDS: usize = 7;

/// SQLite's page cache; negative numbers count KiB. The ends of what 2,000 authors wrote fit into it: with the usual
/// 2 MB, a home that merges them took twice as long at ten million posts.
pub(super) const CACHE: i64 = -16_384;

static FOLDERS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// The migrations that this program knows, in order, and how many they are. `None` only if the folders
/// that were built in are malformed, which a test rules out.
pub(super) static MIGRATIONS: LazyLock<Option<(Migrations<'static>, usize)>> = LazyLock::new(|| {
    let count = FOLDERS.dirs().count();
    // What the words of older posts stand for only the program can tell.
    let fill =
        |transaction: &Transaction<'_>| words::fill(transaction).map_err(|error| HookError::Hook(error.to_string()));
    let migrations = MigrationsBuilder::from_directory(&FOLDERS).ok()?;
    Some((migrations.edit(WORDS, |migration| migration.set_up_hook(fill)).finalize(), count))
});

/// What opening a database did to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// It was not there, or empty.
    pub created: bool,
    /// It was older than the program: its version before and after.
    pub upgraded: Option<(usize, usize)>,
}

pub(super) fn open(path: &Path) -> Result<(Connection, Opened)> {
    let created = prepare(path)?;
    let mut connection = connect(path).map_err(|error| cannot_open(path, error))?;
    let fresh = recognise(&connection, path)?;
    let from = configure(&connection, fresh).and_then(|()| user_version(&connection))?;
    let to = migrate(&mut connection, path, from)?;
    Ok((connection, Opened { created: created || fresh, upgraded: (!fresh && from < to).then_some((from, to)) }))
}

/// Looks at the path before SQLite does, by its metadata only: opening and closing the file ourselves
/// would drop the locks that another connection of this process holds on it. Makes a missing file, for
/// its owner's eyes only.
fn prepare(path: &Path) -> Result<bool> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(StoreError::Directory(path.to_owned())),
        Ok(found) if !found.is_file() => Err(StoreError::NotAFile(path.to_owned())),
        Ok(found) if (1..SMALLEST).contains(&found.len()) => Err(StoreError::NotADatabase(path.to_owned())),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(path) {
                Ok(_) => Ok(true),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(StoreError::CannotOpen { path: path.to_owned(), why: in_words(&error) }),
            }
        }
        Err(error) => Err(StoreError::CannotOpen { path: path.to_owned(), why: in_words(&error) }),
    }
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "there is no such directory; make it first".to_owned(),
        _ => error.to_string(),
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // No SQLITE_OPEN_URI: a path may hold `?`, `#` and `%`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn cannot_open(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            let why = "the file or its directory does not let itself be read; check their permissions".to_owned();
            StoreError::CannotOpen { path: path.to_owned(), why }
        }
        Some(ErrorCode::NotADatabase) => StoreError::NotADatabase(path.to_owned()),
        _ => error.into(),
    }
}

/// Tells our databases from those of others before anything is written; true for an empty file.
fn recognise(connection: &Connection, path: &Path) -> Result<bool> {
    let read = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|e| cannot_open(path, e));
    // In one transaction: another process may be making this very database right now.
    connection.execute_batch("BEGIN DEFERRED").map_err(|e| cannot_open(path, e))?;
    let found: Result<(i64, i64, bool)> = (|| {
        let empty = read("SELECT count(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)")? == 0;
        Ok((read("PRAGMA application_id")?, read("PRAGMA user_version")?, empty))
    })();
    connection.execute_batch("ROLLBACK")?;
    let (application, version, empty) = found?;
    match application {
        id if id == i64::from(APPLICATION_ID) => {}
        0 if version == 0 && empty => return Ok(true),
        _ => return Err(StoreError::Foreign(path.to_owned())),
    }
    let known = MIGRATIONS.as_ref().map_or(0, |(_, known)| *known);
    match usize::try_from(version) {
        Ok(found) if found <= known => Ok(version == 0 && empty),
        _ => Err(StoreError::Newer { path: path.to_owned(), found: version.unsigned_abs() as usize, known }),
    }
}

fn configure(connection: &Connection, fresh: bool) -> rusqlite::Result<()> {
    if fresh {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    use_wal(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", CACHE)?;
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
                thread::sleep(Duration::from_millis(2));
            }
            done => return done,
        }
    }
}

/// Brings the schema up to date, all steps in one transaction. Two processes may begin at the same
/// version: one waits for the other and then finds its first step done, so a step that failed while the
/// version moved on is no failure.
fn migrate(connection: &mut Connection, path: &Path, mut from: usize) -> Result<usize> {
    let Some((migrations, to)) = MIGRATIONS.as_ref() else { return Ok(from) };
    while from < *to {
        let Err(error) = migrations.to_latest(connection) else { break };
        match user_version(connection)? {
            now if now > from => from = now,
            _ => {
                let why = match std::error::Error::source(&error) {
                    Some(source) => source.to_string(),
                    None => error.to_string(),
                };
                return Err(StoreError::Migration { path: path.to_owned(), from, to: *to, why });
            }
        }
    }
    Ok(*to)
}

pub(super) fn user_version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(0))
}

/// Takes an empty database back to the version before its search index.
pub(super) fn without_search(connection: &mut Connection) -> Result<()> {
    go_to(connection, |_| INDEX - 1)
}

/// Makes the search index of what there is.
pub(super) fn with_search(connection: &mut Connection) -> Result<()> {
    go_to(connection, |latest| latest)
}

fn go_to(connection: &mut Connection, version: impl Fn(usize) -> usize) -> Result<()> {
    let Some((migrations, latest)) = MIGRATIONS.as_ref() else { return Ok(()) };
    migrations.to_version(connection, version(*latest)).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        error => StoreError::Migration {
            path: connection.path().unwrap_or_default().into(),
            from: version(*latest),
            to: *latest,
            why: error.to_string(),
        },
    })
}
