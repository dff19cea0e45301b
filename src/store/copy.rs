//! Copies of a whole database, made by the online backup API while others go on writing. A copy of the
//! file alone would lose what is still in the write-ahead log. It knows nothing of what the tables mean.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use tempfile::{NamedTempFile, TempDir, TempPath};

use super::open::{connect_immutable, user_version};
use super::{DatabaseError, Result, Step, StoreError, place};

/// Pages that are copied between two reports: 4 MiB.
const SLICE: i32 = 1_024;
/// The page cache while a copy is proven, in KiB as SQLite counts them: every index entry is looked up.
const PROOF_CACHE: i64 = -65_536;
/// How long a step waits when the file that is written is locked.
const PAUSE: Duration = Duration::from_millis(5);
/// How an unfinished copy is named.
const PREFIX: &str = ".microblog-";
const SUFFIX: &str = ".tmp";
/// After this time without a write, nobody is making it any more.
const ABANDONED: Duration = Duration::from_secs(3_600);

/// How closely a copy is looked at before it is called one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// It opens, at the same version and with as many pages.
    Whole,
    /// Every page and every index entry is sound, and every table has as many rows.
    Sound,
}

/// Copies a database, as it is now, to a new file. The copy is made under another name and has the wanted
/// one only when it is complete and proven.
///
/// # Errors
/// When there is a file already, the copy cannot be written, or does not stand the proof; nothing then
/// stays of it.
pub(super) fn copy(source: &Connection, to: &Path, proof: Proof, progress: &mut dyn FnMut(Step)) -> Result<Counts> {
    let taken = || StoreError::Database(DatabaseError::Exists(to.to_owned()));
    if !place::is_free(to) {
        return Err(taken());
    }
    let (copy, counts) = draft(source, to, proof, progress)?;
    copy.persist_noclobber(to).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => taken(),
        _ => StoreError::cannot_write(to, &error.error),
    })?;
    sync(&place::folder(to));
    Ok(counts)
}

/// How many rows each table has.
pub(super) type Counts = Vec<(String, u64)>;

/// The copy under its other name, beside the wanted one, and what the proof counted in it.
pub(super) fn draft(
    source: &Connection,
    to: &Path,
    proof: Proof,
    progress: &mut dyn FnMut(Step),
) -> Result<(TempPath, Counts)> {
    let cannot = |error: &io::Error| StoreError::cannot_write(to, error);
    let file = scratch(to)?;
    // One read transaction for all: the copy is of one moment, and is never begun anew because others write.
    source.execute_batch("BEGIN DEFERRED")?;
    let done = (|| {
        let version = user_version(source)?;
        let counts = if proof == Proof::Sound { counts(source)? } else { vec![] };
        let mut target = Connection::open(file.path())?;
        target.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
        pour(source, &mut target, progress, |_| Ok(()))?;
        let pages = pages(source)?;
        target.close().map_err(|(_, error)| error)?;
        progress(Step::Checking);
        let copy = connect_immutable(file.path())?;
        copy.pragma_update(None, "cache_size", PROOF_CACHE)?;
        let found = if proof == Proof::Sound { self::counts(&copy)? } else { vec![] };
        let same = user_version(&copy)? == version && self::pages(&copy)? == pages && found == counts;
        if !same || (proof == Proof::Sound && !is_sound(&copy)?) {
            return Err(StoreError::Database(DatabaseError::CopyDiffers));
        }
        Ok(found)
    })();
    source.execute_batch("ROLLBACK")?;
    let counts = done?;
    file.as_file().sync_all().map_err(|error| cannot(&error))?;
    Ok((file.into_temp_path(), counts))
}

/// An empty file beside another, of a name that nobody can foresee, for its owner only. It goes with the
/// value, or, if the process was killed, when the next one is made here.
fn scratch(beside: &Path) -> Result<NamedTempFile> {
    let folder = place::folder(beside);
    sweep(&folder);
    tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .tempfile_in(folder)
        .map_err(|error| StoreError::cannot_write(beside, &error))
}

/// A directory like it, for work that takes several files.
pub(super) fn scratch_folder(beside: &Path) -> Result<TempDir> {
    let folder = place::folder(beside);
    sweep(&folder);
    tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .tempdir_in(folder)
        .map_err(|error| StoreError::cannot_write(beside, &error))
}

/// Removes what processes that were killed left in a directory: unfinished copies that nobody has written
/// to for an hour.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let modified = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        let ours = [SUFFIX, ".tmp-wal", ".tmp-shm"].iter().any(|suffix| name.ends_with(suffix.as_bytes()));
        if name.starts_with(PREFIX.as_bytes()) && ours && modified().is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}

/// Writes all pages of a database over another, in one transaction of the latter: whoever has it open
/// sees the one or the other. Once the first page is written, nobody else can write; `locked` is called then.
pub(super) fn pour(
    source: &Connection,
    target: &mut Connection,
    progress: &mut dyn FnMut(Step),
    locked: impl FnOnce(&mut dyn FnMut(Step)) -> Result<()>,
) -> Result<()> {
    let backup = Backup::new(source, target)?;
    let deadline = Instant::now() + super::open::BUSY_TIMEOUT;
    let mut locked = Some(locked);
    loop {
        match backup.step(if locked.is_some() { 1 } else { SLICE })? {
            StepResult::Done => return Ok(()),
            StepResult::Busy | StepResult::Locked if Instant::now() > deadline => {
                return Err(StoreError::Database(DatabaseError::Busy));
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

fn pages(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("PRAGMA page_count", [], |row| row.get(0))?)
}

/// The bytes that a copy takes.
pub(super) fn bytes(connection: &Connection) -> Result<u64> {
    let size: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    Ok((pages(connection)? * size).unsigned_abs())
}

/// The tables that hold rows of their own, by name; the insides of a search index are no content.
pub(super) fn tables(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// How many rows each table has.
pub(super) fn counts(connection: &Connection) -> Result<Counts> {
    let count = |name: String| {
        let sql = format!("SELECT count(*) FROM {}", quoted(&name));
        let rows = connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?;
        Ok((name, rows.unsigned_abs()))
    };
    tables(connection)?.into_iter().map(count).collect()
}

/// A name as SQL takes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_sound(connection: &Connection) -> Result<bool> {
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok(said == "ok")
}

/// Makes the names in a directory last. Not every system can, and none loses more than a name.
pub(super) fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Copies a database before it is changed, as `m.db.v3.bak` beside it.
pub(super) fn keep(
    connection: &Connection,
    path: &Path,
    version: usize,
    progress: &mut dyn FnMut(Step),
) -> Result<PathBuf> {
    let to = place::next_copy(path, version);
    copy(connection, &to, Proof::Whole, progress)?;
    Ok(to)
}
