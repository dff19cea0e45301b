//! Opens a database: checks that it is ours, sound enough to be read, and up to date.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use rusqlite::Connection;

use super::connection::{
    Access, check_locks, configure_to_write, connect, connect_to_read, connect_to_read_all, connect_to_write, end_read,
    open_error,
};
use super::migrate::{self, Direction, Migrated};
use super::open_files::require_one_name;
use super::paths::{beside, file_size};
use super::{DatabaseError, Result, Step, prefix_terms, schema};

/// Marks a file as this program's, in the header field that SQLite has for it: "mblg".
const APPLICATION_ID: i32 = 0x6d62_6c67;
/// Offset of the application id in the header, in bytes; see <https://sqlite.org/fileformat2.html>.
const APPLICATION_ID_OFFSET: usize = 68;
/// The smallest size of a SQLite database, in bytes. SQLite takes shorter files for new databases, and would overwrite
/// them.
const MIN_FILE_SIZE: u64 = 512;

/// What opening a database did to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The file did not exist, or was empty.
    pub created: bool,
    /// The database was older than the program, and was upgraded.
    pub upgraded: Option<Migrated>,
    /// The file cannot be written where it is, so it was read without its write-ahead log.
    pub log_ignored: bool,
}

/// Opens a database at the newest version; creates it if the file does not exist.
pub(super) fn open(path: &Path, progress: &mut dyn FnMut(Step)) -> Result<(Connection, Opened)> {
    let created = create_file(path)?;
    let mut connection = connect_to_write(path)?;
    let version = verified_version(&connection, path)?;
    configure(&connection, path, version.is_none())?;
    let migrated = if version == Some(migrate::newest()) {
        None
    } else {
        migrate::to_version(&mut connection, path, (Direction::Up, migrate::newest()), progress)?
    };
    let fresh = version.is_none_or(|version| version == 0);
    let upgraded = migrated.filter(|_| !fresh);
    Ok((connection, Opened { created: created || version.is_none(), upgraded, log_ignored: false }))
}

/// Opens an existing database at whatever version it has.
pub(super) fn open_at_its_version(path: &Path) -> Result<(Connection, usize)> {
    require_file(path)?;
    let connection = connect_to_write(path)?;
    let version = verified_version(&connection, path)?.unwrap_or(0);
    configure(&connection, path, false)?;
    Ok((connection, version))
}

/// Opens an existing database as [`open_at_its_version`] does, whatever its schema: to be checked and repaired.
pub(super) fn open_unverified(path: &Path) -> Result<(Connection, usize)> {
    require_file(path)?;
    let connection = connect_to_write(path)?;
    let version = known_version(&connection, path)?.unwrap_or(0);
    configure(&connection, path, false)?;
    Ok((connection, version))
}

/// Opens an existing database and never writes to it; true if its log is ignored. A database that a newer program made
/// can be read as long as everything that this program reads is still in it.
pub(super) fn open_read_only(path: &Path) -> Result<(Connection, bool)> {
    require_file(path)?;
    if !beside(path, "-wal").exists() {
        // Reading creates an empty log, which must not be left beside another program's file.
        let connection = connect(path, Access::Immutable).map_err(|error| open_error(path, error))?;
        identify(&connection, path)?;
    }
    let (connection, log_ignored) = connect_to_read(path)?;
    let version = identify(&connection, path)?.unwrap_or(0);
    let newest = migrate::newest();
    if version < newest {
        return Err(DatabaseError::OlderReadOnly { path: path.to_owned(), found: version, known: newest }.into());
    }
    if version > newest && !migrate::is_readable(&connection)? {
        return Err(migrate::newer_error(path, version, false));
    }
    if version == newest {
        verify_schema(&connection, path, version)?;
    }
    // Even a temporary table of this connection counts as a write.
    connection.pragma_update(None, "query_only", false)?;
    prefix_terms::prepare(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok((connection, log_ignored))
}

/// Opens an existing database to be read, at whatever version it has.
pub(super) fn open_read_only_at_its_version(path: &Path) -> Result<(Connection, usize)> {
    let (connection, version) = open_read_only_unverified(path)?;
    verify_schema(&connection, path, version)?;
    Ok((connection, version))
}

/// Opens an existing database as [`open_read_only_at_its_version`] does, whatever its schema: to be checked.
pub(super) fn open_read_only_unverified(path: &Path) -> Result<(Connection, usize)> {
    require_file(path)?;
    let connection = connect_to_read_all(path)?;
    let version = known_version(&connection, path)?.unwrap_or(0);
    Ok((connection, version))
}

/// Opens an existing database of ours, of whatever version, to be overwritten.
pub(super) fn open_to_replace(path: &Path) -> Result<Connection> {
    require_file(path)?;
    let connection = connect_to_write(path)?;
    identify(&connection, path)?;
    configure(&connection, path, false)?;
    Ok(connection)
}

/// Opens a backup to be read: a database of ours, at a version that this program knows, and with its schema.
pub(super) fn open_backup(path: &Path) -> Result<(Connection, usize)> {
    let (connection, version) = open_backup_unverified(path)?;
    verify_schema(&connection, path, version)?;
    Ok((connection, version))
}

/// Opens a file as [`open_backup`] does, whatever its schema: to save rows from it.
pub(super) fn open_backup_unverified(path: &Path) -> Result<(Connection, usize)> {
    require_file(path)?;
    // A process that has it open keeps a log beside it. Without a log nobody writes to it, and it need not be locked,
    // which would leave files beside it.
    let connection = if beside(path, "-wal").exists() {
        connect_to_read_all(path)?
    } else {
        connect(path, Access::Immutable).map_err(|error| open_error(path, error))?
    };
    let version = known_version(&connection, path)?.unwrap_or(0);
    Ok((connection, version))
}

/// Creates a database of a version where there is no file.
pub(super) fn create(path: &Path, version: usize) -> Result<Connection> {
    create_file(path)?;
    let mut connection = connect_to_write(path)?;
    configure(&connection, path, true)?;
    migrate::build(&mut connection, version)?;
    Ok(connection)
}

fn configure(connection: &Connection, path: &Path, fresh: bool) -> Result<()> {
    let metadata = fs::metadata(path).map_err(|error| DatabaseError::cannot_open(path, &error))?;
    require_one_name(path, &metadata)?;
    let mark = || if fresh { connection.pragma_update(None, "application_id", APPLICATION_ID) } else { Ok(()) };
    mark().and_then(|()| configure_to_write(connection)).map_err(|error| open_error(path, error))
}

fn require_file(path: &Path) -> Result<()> {
    let missing = || DatabaseError::Missing(path.to_owned()).into();
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Err(missing());
    }
    match inspect(path)? {
        Some(0) => Err(missing()),
        _ => Ok(()),
    }
}

/// Returns the size of the file in bytes, `None` if there is none. It looks at the metadata only: opening and closing
/// the file here would drop the locks that another connection of this process has on it.
fn inspect(path: &Path) -> Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(DatabaseError::Directory(path.to_owned()).into()),
        Ok(found) if !found.is_file() => Err(DatabaseError::NotAFile(path.to_owned()).into()),
        Ok(found) if (1..MIN_FILE_SIZE).contains(&found.len()) => {
            Err(DatabaseError::NotADatabase(path.to_owned()).into())
        }
        Ok(found) => Ok(Some(found.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
            Ok(target) => Err(DatabaseError::DanglingLink { path: path.to_owned(), target }.into()),
            Err(_) => Ok(None),
        },
        Err(error) => Err(DatabaseError::cannot_open(path, &error).into()),
    }
}

/// Creates the file, readable by its owner only, if it does not exist; true if it was created.
fn create_file(path: &Path) -> Result<bool> {
    if inspect(path)?.is_some() {
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

/// Checks that a file is a database of this program before anything is written. Returns the version; `None` for an empty file.
pub(super) fn identify(connection: &Connection, path: &Path) -> Result<Option<usize>> {
    if file_size(&beside(path, "-journal")) > 0 && has_foreign_header(path) {
        return Err(DatabaseError::OtherProgram(path.to_owned()).into());
    }
    check_locks(connection, path)?;
    let read = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|e| open_error(path, e));
    // In one transaction, because another process may be creating this very database.
    let outside = connection.is_autocommit();
    if outside {
        connection.execute_batch("BEGIN DEFERRED").map_err(|e| open_error(path, e))?;
    }
    let found: Result<(i64, i64, bool)> = (|| {
        let empty = read("SELECT count(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)")? == 0;
        Ok((read("PRAGMA application_id")?, read("PRAGMA user_version")?, empty))
    })();
    if outside {
        end_read(connection)?;
    }
    match found? {
        (0, 0, true) => Ok(None),
        (id, version, _) if id == i64::from(APPLICATION_ID) => {
            usize::try_from(version).map(Some).map_err(|_| DatabaseError::Damaged.into())
        }
        _ => Err(DatabaseError::OtherProgram(path.to_owned()).into()),
    }
}

/// Whether the header of a file says that it is another program's. It is read when there is a rollback journal beside
/// the file: SQLite would roll back that program's transaction, and so write to its file. Our own databases have such a
/// journal only while they are created.
fn has_foreign_header(path: &Path) -> bool {
    let mut header = [0; APPLICATION_ID_OFFSET + 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header[APPLICATION_ID_OFFSET..] != APPLICATION_ID.to_be_bytes()
}

/// Returns the version of a database of ours, `None` for an empty file.
///
/// # Errors
/// When a newer program made it, or it is not ours.
fn known_version(connection: &Connection, path: &Path) -> Result<Option<usize>> {
    match identify(connection, path)? {
        Some(found) if found > migrate::newest() => {
            Err(migrate::newer_error(path, found, migrate::is_readable(connection).unwrap_or(false)))
        }
        version => Ok(version),
    }
}

/// Returns the version as [`known_version`] does, of a database that has the schema of that version.
fn verified_version(connection: &Connection, path: &Path) -> Result<Option<usize>> {
    // In one transaction, because another process may be migrating it.
    connection.execute_batch("BEGIN DEFERRED").map_err(|error| open_error(path, error))?;
    let version = (|| {
        let version = known_version(connection, path)?;
        if let Some(version) = version {
            verify_schema(connection, path, version)?;
        }
        Ok(version)
    })();
    end_read(connection)?;
    version
}

/// Checks that a database has the schema of its version before anything else of it is read: a view in the place of a
/// table, or a trigger, would run whatever the person wants who made the file.
///
/// # Errors
/// When it has more, less or something else.
pub(super) fn verify_schema(connection: &Connection, path: &Path, version: usize) -> Result<()> {
    let differences = schema::unexpected(connection, version, || migrate::build_in_memory(version))?;
    match differences.split_first() {
        None => Ok(()),
        Some((difference, others)) => {
            let (difference, more) = (difference.clone(), others.len());
            Err(DatabaseError::UnexpectedSchema { path: path.to_owned(), version, difference, more }.into())
        }
    }
}
