//! What can go wrong with a database file: opening, reading, writing, copying and migrating it.

use std::io;
use std::path::{Path, PathBuf};

use indicatif::HumanBytes;
use rusqlite::ErrorCode;
use thiserror::Error;

use crate::os_error;

/// Why a database file could not be opened, read, written, copied or migrated; the file was left as it was.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// The path is a directory.
    #[error("{} is a directory: name a file in it, such as {}", .0.display(), .0.join("microblog.db").display())]
    Directory(PathBuf),
    /// The path is neither a file nor a directory.
    #[error("{} is not a regular file: name a file for the database", .0.display())]
    NotAFile(PathBuf),
    /// The file is not a SQLite database.
    #[error("{} is not a database of this program, and was left as it is: name another file with --db", .0.display())]
    NotADatabase(PathBuf),
    /// The file is another program's database.
    #[error("{} is another program's database, and was left as it is: name another file with --db", .0.display())]
    OtherProgram(PathBuf),
    /// The schema is not what the migrations of its version make, so nothing was read or written.
    #[error(
        "{} has another schema than version {version} makes: {difference}{}; microblog db check lists the differences, microblog db repair repairs them or saves the rows",
        .path.display(),
        match .more { 0 => String::new(), more => format!(" (and {more} more)") },
    )]
    UnexpectedSchema {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: usize,
        /// The first difference.
        difference: String,
        /// How many more differences there are.
        more: usize,
    },
    /// A later version of the program made the file.
    #[error(
        "{} has version {found}, but microblog {} knows versions up to {known}: use the newer program that made it{}{}",
        .path.display(),
        env!("CARGO_PKG_VERSION"),
        if *.readable { ", or read it without changing it with --read-only" } else { "" },
        restorable(.copies),
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The newest version that this program knows.
        known: usize,
        /// Whether all tables and columns that this program reads are still in it.
        readable: bool,
        /// Copies beside it that this program can open, the newest first.
        copies: Vec<PathBuf>,
    },
    /// An older file cannot be read without an upgrade.
    #[error(
        "{} has version {found}, and must be upgraded to {known} before it can be read: open it, or a copy of it, without --read-only",
        .path.display()
    )]
    OlderReadOnly {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The version that can be read.
        known: usize,
    },
    /// There is no database yet.
    #[error("there is no database at {}: check the name; adding the first user creates one", .0.display())]
    Missing(PathBuf),
    /// The path is a link whose target does not exist.
    #[error("{} is a link to {}, which does not exist: create that, or remove the link", .path.display(), .target.display())]
    DanglingLink {
        /// The link.
        path: PathBuf,
        /// Its target.
        target: PathBuf,
    },
    /// The file or its directory cannot be opened.
    #[error("cannot open {}: {why}", .path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// The cause, and what to do about it.
        why: String,
    },
    /// This process cannot open one more file.
    #[error("cannot open another file: {}", os_error::TOO_MANY_FILES)]
    TooManyFiles,
    /// The file can be read, but it or its directory cannot be written.
    #[error(
        "{} or its directory is not writable, and the database keeps its log there: check their permissions, or read it without changing it with --read-only",
        .0.display()
    )]
    NotWritable(PathBuf),
    /// A file beside the database could not be written.
    #[error("cannot write {}: {why}", .path.display())]
    CannotWrite {
        /// The file.
        path: PathBuf,
        /// The cause, and what to do about it.
        why: String,
    },
    /// The file to be written already exists.
    #[error("{} already exists: name a new file", .0.display())]
    Exists(PathBuf),
    /// Rebuilding derived data did not fix every problem; carries one that is left.
    #[error("the database could not be repaired in place: {0}; microblog db repair --to FILE saves what can be read")]
    RepairFailed(String),
    /// The newest changes are in a log that cannot be read where nothing can be written.
    #[error("the newest changes to {} are in a log that cannot be read there: copy both files to another directory", .0.display())]
    LogUnreadable(PathBuf),
    /// A database cannot be replaced by itself.
    #[error("{} cannot be restored from itself: name a backup", .0.display())]
    RestoreFromItself(PathBuf),
    /// A backup has problems, so it was not restored.
    #[error("{} was not restored, because it is not sound: {problem}; microblog --db {} db repair repairs it or saves its rows", .path.display(), .path.display())]
    UnsoundBackup {
        /// The backup.
        path: PathBuf,
        /// The first problem.
        problem: String,
    },
    /// The system knows no group of that name.
    #[error("there is no group {0:?}: getent group lists the groups")]
    UnknownGroup(String),
    /// The directory to be shared also holds files that do not belong to the database.
    #[error(
        "{} holds other files too, such as {}, which would be shared with it: move the database to its own directory",
        .folder.display(), .other.display()
    )]
    OtherFilesInDirectory {
        /// The directory.
        folder: PathBuf,
        /// A file in it that does not belong to the database.
        other: PathBuf,
    },
    /// The system does not let this user share the database.
    #[error("cannot share {}: {why}; only its owner can share it, with a group that they belong to", .path.display())]
    CannotShare {
        /// The file.
        path: PathBuf,
        /// The cause.
        why: String,
    },
    /// The disk has too little free space for the work.
    #[error(
        "{what} needs {} free in {}, but {} are free: make room and try again; nothing was changed",
        HumanBytes(*.needed), .folder.display(), HumanBytes(*.free)
    )]
    NotEnoughSpace {
        /// The directory.
        folder: PathBuf,
        /// The work, such as "upgrading".
        what: &'static str,
        /// The bytes that the work takes.
        needed: u64,
        /// The bytes that are free.
        free: u64,
    },
    /// A copy failed its verification, and was removed.
    #[error(
        "the copy differs from the database, and was removed: microblog db check says whether the database is sound"
    )]
    CopyDiffers,
    /// A migration failed; the file is as it was.
    #[error(
        "cannot migrate {} from version {from} to {to}, and left it as it was: {}{why}{}",
        .path.display(),
        .step.map_or(String::new(), |step| format!("migration {step} failed: ")),
        .copy.as_ref().map_or(String::new(), |copy| format!("; a copy is kept as {}", copy.display())),
    )]
    MigrationFailed {
        /// The file.
        path: PathBuf,
        /// The name of the migration that failed.
        step: Option<&'static str>,
        /// The version that the database has.
        from: usize,
        /// The version that was wanted.
        to: usize,
        /// SQLite's message.
        why: String,
        /// The copy that was made before.
        copy: Option<PathBuf>,
    },
    /// There is no such older version.
    #[error("cannot downgrade to version {wanted}: the database has version {found}; give 0 to {n}", n = found.saturating_sub(1))]
    NoSuchVersion {
        /// The version asked for.
        wanted: usize,
        /// The version of the database.
        found: usize,
    },
    /// Another process migrated the database while it was open.
    #[error("another program migrated the database from version {known} to {found}: open it again")]
    SchemaChanged {
        /// The version it has now.
        found: usize,
        /// The version it had when it was opened.
        known: usize,
    },
    /// The file that was opened is not at its path any more.
    #[error("{} was removed or replaced while it was open: nothing more is written; put it back, or open it again", .0.display())]
    FileGone(PathBuf),
    /// The log of the database was removed, replaced or cut short while it was open.
    #[error(
        "the log of {} was removed or changed while it was open: nothing more is written, and the last posts may be missing; quit and open it again",
        .0.display()
    )]
    LogGone(PathBuf),
    /// The file has several names, and each would have a log of its own.
    #[error(
        "{} has a second name (a hard link), and posts written through one name would be lost through the other: remove the other name, or keep a copy made by microblog db backup instead",
        .0.display()
    )]
    SeveralNames(PathBuf),
    /// The file system cannot lock files.
    #[error("the file system of {} cannot lock files, without which two programs would damage the database: move it to a local disk", .0.display())]
    NoLocks(PathBuf),
    /// The file system cannot map files into memory.
    #[error(
        "the file system of the database cannot share memory between programs, which its log needs: move it to a local disk"
    )]
    NoSharedMemory,
    /// The highest number that a row can have is taken.
    #[error("all numbers of posts are used up: export the database as JSON Lines, and import that into a new one")]
    NumbersUsedUp,
    /// The database was opened to be read only.
    #[error("read-only database: open it without --read-only to write")]
    OpenedReadOnly,
    /// Another process held the write lock for longer than the busy timeout.
    #[error("database busy: another program is writing, perhaps an import; try again soon")]
    Busy,
    /// Another thread interrupted the statement.
    #[error("stopped before it was done")]
    Interrupted,
    /// The disk is full.
    #[error("the disk is full: make room and try again")]
    DiskFull,
    /// The system reported an input or output error, or a limit that looks like one.
    #[error("the disk failed, or a limit on file sizes was reached: fix that, and try again")]
    DiskFailed,
    /// The permissions of the file or its directory forbid writing.
    #[error("the database is not writable: check the permissions of the file and its directory")]
    WriteDenied,
    /// SQLite found the file damaged.
    #[error(
        "the database is damaged: microblog db check says where, microblog db repair saves what can be read, microblog db restore FILE restores a backup"
    )]
    Damaged,
    /// A stored value breaks the rules of its type.
    #[error(
        "the database holds a value that is not valid ({0}): microblog db check names its row, microblog db repair mends it"
    )]
    InvalidValue(String),
    /// The file system has no room for another file.
    #[error("there is no room for another file in {}: all inodes are in use; remove files that you do not need (df -i)", .0.display())]
    NoInodes(PathBuf),
    /// A file beside the database could not be opened.
    #[error(
        "cannot open a file beside the database: check the permissions of its directory, and whether the disk has room for another file (df -i)"
    )]
    NoFileBeside,
    /// Any other SQLite error.
    #[error("the database failed: {0}")]
    Sql(rusqlite::Error),
}

impl DatabaseError {
    /// Returns the error for a file beside the database that could not be written.
    pub(in crate::store) fn cannot_write(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                let why = "its directory is not writable; check the permissions".to_owned();
                Self::CannotWrite { path: path.to_owned(), why }
            }
            _ => Self::CannotWrite { path: path.to_owned(), why: describe(error) },
        }
    }

    /// Returns the error for a path that could not be opened.
    pub(in crate::store) fn cannot_open(path: &Path, error: &io::Error) -> Self {
        Self::CannotOpen { path: path.to_owned(), why: describe(error) }
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::OperationInterrupted) => Self::Interrupted,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::WriteDenied,
            Some(ErrorCode::CannotOpen) if os_error::is_out_of_files() => Self::TooManyFiles,
            Some(ErrorCode::CannotOpen) => Self::NoFileBeside,
            Some(ErrorCode::SystemIoFailure) if is_shared_memory(&error) => Self::NoSharedMemory,
            Some(ErrorCode::SystemIoFailure) => Self::DiskFailed,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ if let Some(why) = invalid_value(&error) => Self::InvalidValue(why),
            // Some of the tables that hold the search index are missing.
            _ if error.to_string().contains("vtable constructor failed") => Self::Damaged,
            _ => Self::Sql(error),
        }
    }
}

/// Returns why a stored value could not be read, if that was the error.
fn invalid_value(error: &rusqlite::Error) -> Option<String> {
    match error {
        rusqlite::Error::IntegralValueOutOfRange(_, number) => Some(format!("{number} is out of range")),
        rusqlite::Error::Utf8Error(..) => Some("a text is no UTF-8".to_owned()),
        rusqlite::Error::FromSqlConversionFailure(_, _, error) if error.is::<std::str::Utf8Error>() => {
            Some("a text is no UTF-8".to_owned())
        }
        rusqlite::Error::FromSqlConversionFailure(_, _, error) => Some(error.to_string()),
        rusqlite::Error::InvalidColumnType(_, column, kind) => Some(format!("{column} is of type {kind}")),
        _ => None,
    }
}

/// Whether the memory that processes share could not be had.
fn is_shared_memory(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(rusqlite::ffi::SQLITE_IOERR_SHMMAP)
}

/// Returns the system's error in plain words, with what to do where that is known.
fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "there is no such directory; make it first".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only; name another path".to_owned(),
        _ => os_error::describe(error),
    }
}

/// Suggests the newest copy that this program can open.
fn restorable(copies: &[PathBuf]) -> String {
    match copies {
        [] => String::new(),
        [newest, ..] => format!(", or restore a copy with microblog db restore {}", newest.display()),
    }
}
