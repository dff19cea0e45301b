//! Copies whole databases with SQLite's online backup API while others go on writing. Copying the file alone would lose
//! what is still in the write-ahead log. It knows nothing about the tables.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use tempfile::{NamedTempFile, TempDir, TempPath};

use super::catalog::{RowCounts, page_count, row_counts, user_version};
use super::connection::{Access, BUSY_TIMEOUT, check_stopped, connect, end_read};
use super::paths::{directory, is_unused, next_migration_copy};
use super::{DatabaseError, Result, Step, StoreError};

/// Pages that are copied between two progress reports: 4 MiB.
const PAGES_PER_STEP: i32 = 1_024;
/// The page cache while a copy is verified, in KiB as SQLite counts them: every index entry is looked up.
const VERIFY_CACHE: i64 = -65_536;
/// Pause before a step is tried again while the target file is locked.
const PAUSE: Duration = Duration::from_millis(5);
/// Prefix and suffix of the names of unfinished copies.
const PREFIX: &str = ".microblog-";
const SUFFIX: &str = ".tmp";
/// An unfinished copy that was not written to for this long belongs to a process that was killed.
const ABANDONED: Duration = Duration::from_secs(3_600);

/// How thoroughly a copy is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verify {
    /// It opens, at the same version and with as many pages.
    Complete,
    /// Also, every page and every index entry is sound, and every table has as many rows.
    Sound,
}

/// Copies a database, as it is now, to a new file. The copy is made under another name, and gets its own name only when
/// it is complete and verified.
///
/// # Errors
/// When the file exists, the copy cannot be written, or fails its verification; nothing of it is left then.
pub(super) fn copy_to(
    source: &Connection,
    to: &Path,
    verify: Verify,
    progress: &mut dyn FnMut(Step),
) -> Result<RowCounts> {
    let exists = || StoreError::from(DatabaseError::Exists(to.to_owned()));
    if !is_unused(to) {
        return Err(exists());
    }
    let (copy, counts) = copy_beside(source, to, verify, progress)?;
    File::open(&copy).and_then(|file| file.sync_all()).map_err(|error| StoreError::cannot_write(to, &error))?;
    copy.persist_noclobber(to).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => exists(),
        _ => StoreError::cannot_write(to, &error.error),
    })?;
    sync_directory(&directory(to));
    Ok(counts)
}

/// Copies a database to a temporary file beside `to`; returns it with the row counts of the verification. The file is not
/// synced to the disk.
///
/// # Errors
/// As [`copy_to`].
pub(super) fn copy_beside(
    source: &Connection,
    to: &Path,
    verify: Verify,
    progress: &mut dyn FnMut(Step),
) -> Result<(TempPath, RowCounts)> {
    let file = temporary_file(to)?;
    // In one read transaction: the copy is of one moment, and does not start again because others write.
    let outside = source.is_autocommit();
    if outside {
        source.execute_batch("BEGIN DEFERRED")?;
    }
    let done = fill_and_verify(source, file.path(), verify, progress);
    if outside {
        end_read(source)?;
    }
    Ok((file.into_temp_path(), done?))
}

fn fill_and_verify(
    source: &Connection,
    file: &Path,
    verify: Verify,
    progress: &mut dyn FnMut(Step),
) -> Result<RowCounts> {
    let count = |connection: &Connection| match verify {
        Verify::Sound => row_counts(connection),
        Verify::Complete => Ok(vec![]),
    };
    let (version, counts) = (user_version(source)?, count(source)?);
    let mut target = Connection::open(file)?;
    target.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
    overwrite(source, &mut target, progress, |_| Ok(()))?;
    let pages = page_count(source)?;
    target.close().map_err(|(_, error)| error)?;
    progress(Step::Checking);
    let copy = connect(file, Access::Immutable)?;
    copy.pragma_update(None, "cache_size", VERIFY_CACHE)?;
    let found = count(&copy)?;
    let same = user_version(&copy)? == version && page_count(&copy)? == pages && found == counts;
    if !same || (verify == Verify::Sound && !is_sound(&copy)?) {
        return Err(DatabaseError::CopyDiffers.into());
    }
    Ok(found)
}

/// Creates an empty file beside another, with a random name and readable by its owner only. It is removed when the value
/// is dropped, or, if the process was killed, when the next one is created there.
fn temporary_file(beside: &Path) -> Result<NamedTempFile> {
    let folder = directory(beside);
    remove_abandoned(&folder);
    temporary_name().tempfile_in(folder).map_err(|error| StoreError::cannot_write(beside, &error))
}

/// Creates a temporary directory beside a file, for work that needs several files.
pub(super) fn temporary_directory(beside: &Path) -> Result<TempDir> {
    let folder = directory(beside);
    remove_abandoned(&folder);
    temporary_name().tempdir_in(folder).map_err(|error| StoreError::cannot_write(beside, &error))
}

fn temporary_name() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    builder
}

/// Removes unfinished copies that killed processes left in a directory more than an hour ago.
fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        let ours = [SUFFIX, ".tmp-wal", ".tmp-shm"].iter().any(|suffix| name.ends_with(suffix.as_bytes()));
        if name.starts_with(PREFIX.as_bytes()) && ours && age().is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}

/// Writes all pages of a database over another in one transaction, so that processes that have the other open see the
/// one or the other. After the first page nobody else can write to the target; `locked` is called then.
///
/// # Errors
/// As `locked`, and when the target stays locked for longer than the busy timeout.
pub(super) fn overwrite(
    source: &Connection,
    target: &mut Connection,
    progress: &mut dyn FnMut(Step),
    locked: impl FnOnce(&mut dyn FnMut(Step)) -> Result<()>,
) -> Result<()> {
    let backup = Backup::new(source, target)?;
    let deadline = Instant::now() + BUSY_TIMEOUT;
    let mut locked = Some(locked);
    loop {
        check_stopped()?;
        match backup.step(if locked.is_some() { 1 } else { PAGES_PER_STEP })? {
            StepResult::Done => return Ok(()),
            StepResult::Busy | StepResult::Locked if Instant::now() > deadline => {
                return Err(DatabaseError::Busy.into());
            }
            StepResult::Busy | StepResult::Locked => {
                thread::sleep(PAUSE);
                continue;
            }
            _ => {}
        }
        if let Some(locked) = locked.take() {
            locked(progress)?;
        }
        let now = backup.progress();
        let pages = |n: i32| u64::from(n.unsigned_abs());
        progress(Step::Copying { done: pages(now.pagecount - now.remaining), total: pages(now.pagecount) });
    }
}

fn is_sound(connection: &Connection) -> Result<bool> {
    let answer: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok(answer == "ok")
}

/// Makes renames in a directory durable. Where the system cannot, a name may be lost in a power cut, but no content.
pub(super) fn sync_directory(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Copies a database before it is migrated, as `m.db.v3.bak` beside it; returns the path of the copy.
pub(super) fn copy_before_migration(
    connection: &Connection,
    path: &Path,
    version: usize,
    progress: &mut dyn FnMut(Step),
) -> Result<PathBuf> {
    let to = next_migration_copy(path, version);
    copy_to(connection, &to, Verify::Complete, progress)?;
    Ok(to)
}
