//! A database at whatever version it has: what the `db` commands work on. Nothing is changed that was not asked for, not
//! even the version.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::backup::{self, Verify};
use super::catalog::{self, RowCounts, byte_size, columns, search_indexes};
use super::lock::{DatabaseLock, LockName};
use super::migrate::{self, Direction, Migrated};
use super::paths::{FileId, beside, directory, file_size, free_space, next_unused, require_space};
use super::schema::quoted;
use super::{DatabaseError, Result, Step, StoreError, open};
use crate::model::Timestamp;

/// A database that exists, at its own version.
#[derive(Debug)]
pub struct Database {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    pub(super) version: usize,
    pub(super) read_only: bool,
    /// No other process uses the file.
    pub(super) private: bool,
}

/// What a database holds, and how much space it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// The version of its schema.
    pub version: usize,
    /// How many users it has.
    pub users: u64,
    /// How many posts it has.
    pub posts: u64,
    /// How many drafts it has.
    pub drafts: u64,
    /// Date of the oldest post.
    pub oldest: Option<Timestamp>,
    /// Date of the newest post.
    pub newest: Option<Timestamp>,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// Size of the database in pages.
    pub pages: u64,
    /// Bytes of unused pages, which `vacuum` gives back.
    pub free: u64,
    /// Bytes of the search index.
    pub search: u64,
}

/// Data that a downgrade would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The table.
    pub table: String,
    /// The column; `None` for the whole table.
    pub column: Option<String>,
    /// How many rows have a value there.
    pub rows: u64,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// How many users it has.
    pub users: u64,
    /// How many posts it has.
    pub posts: u64,
}

/// What restoring a backup did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the database holds now.
    pub contents: Contents,
    /// The version that the backup had.
    pub from: usize,
    /// The file that has what was replaced; `None` if there was nothing.
    pub replaced: Option<PathBuf>,
}

/// Columns that are counted from other rows, so that dropping them loses nothing.
const DERIVED: [(&str, &str); 6] =
    [("user", "posts"), ("post", "likes"), ("post", "boosts"), ("post", "replies"), ("post", "marks"), ("tag", "uses")];

impl Database {
    /// Opens an existing database, and leaves it at its version.
    ///
    /// # Errors
    /// When it does not exist, is not ours, newer than this program, damaged, or cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        let (connection, version) = open::open_at_its_version(path)?;
        Ok(Self { connection, path: path.to_owned(), version, read_only: false, private: false })
    }

    /// Opens an existing database to be inspected, backed up or checked where nothing may be written.
    ///
    /// # Errors
    /// As [`Database::open`], but that it need not be writable.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        let (connection, version) = open::open_read_only_at_its_version(path)?;
        Ok(Self { connection, path: path.to_owned(), version, read_only: true, private: false })
    }

    /// Opens an existing database to be checked or repaired, also if its schema is not that of its version.
    ///
    /// # Errors
    /// As [`Database::open`], but for the schema.
    pub fn open_to_repair(path: &Path) -> Result<Self> {
        let (connection, version) = open::open_unverified(path)?;
        Ok(Self { connection, path: path.to_owned(), version, read_only: false, private: false })
    }

    /// Opens an existing database to be checked where nothing may be written, also if its schema is not that of its
    /// version.
    ///
    /// # Errors
    /// As [`Database::open_read_only`], but for the schema.
    pub fn open_to_check_read_only(path: &Path) -> Result<Self> {
        let (connection, version) = open::open_read_only_unverified(path)?;
        Ok(Self { connection, path: path.to_owned(), version, read_only: true, private: false })
    }

    /// Returns the version of its schema.
    #[must_use]
    pub fn version(&self) -> usize {
        self.version
    }

    /// Migrates it to the newest version; returns `None` if it has that already.
    ///
    /// # Errors
    /// When there is no space, or a migration fails; it is then as it was.
    pub fn upgrade(&mut self, progress: &mut dyn FnMut(Step)) -> Result<Option<Migrated>> {
        self.migrate(Direction::Up, migrate::newest(), progress)
    }

    /// Migrates it back to an older version.
    ///
    /// # Errors
    /// When there is no such version, no space, or a migration fails; it is then as it was.
    pub fn downgrade(&mut self, to: usize, progress: &mut dyn FnMut(Step)) -> Result<Option<Migrated>> {
        self.require_older(to)?;
        self.migrate(Direction::Down, to, progress)
    }

    fn require_older(&self, to: usize) -> Result<()> {
        let found = self.version;
        if to < found { Ok(()) } else { Err(DatabaseError::NoSuchVersion { wanted: to, found }.into()) }
    }

    fn migrate(&mut self, direction: Direction, to: usize, progress: &mut dyn FnMut(Step)) -> Result<Option<Migrated>> {
        let migrated = migrate::to_version(&mut self.connection, &self.path, (direction, to), progress)?;
        self.version = catalog::user_version(&self.connection)?;
        Ok(migrated)
    }

    /// Returns what a downgrade would lose: tables and columns that the older schema lacks and that have values which
    /// cannot be recomputed.
    ///
    /// # Errors
    /// When there is no such version, or the file cannot be read.
    pub fn losses(&self, to: usize) -> Result<Vec<Loss>> {
        self.require_older(to)?;
        let older = migrate::build_in_memory(to)?;
        let kept = catalog::tables(&older)?;
        let mut losses = Vec::new();
        for (table, rows) in catalog::row_counts(&self.connection)? {
            if kept.contains(&table) {
                losses.extend(self.lost_columns(&older, &table)?);
            } else {
                losses.push(Loss { table, column: None, rows });
            }
        }
        losses.retain(|loss| loss.rows > 0);
        Ok(losses)
    }

    fn lost_columns(&self, older: &Connection, table: &str) -> Result<Vec<Loss>> {
        let kept = columns(older, table)?;
        let mut losses = Vec::new();
        for (column, default) in columns(&self.connection, table)? {
            if DERIVED.contains(&(table, column.as_str())) || kept.iter().any(|(name, _)| *name == column) {
                continue;
            }
            let (name, default) = (quoted(&column), default.unwrap_or_else(|| "NULL".to_owned()));
            let sql = format!("SELECT count(*) FROM {} WHERE {name} IS NOT {default}", quoted(table));
            let rows: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
            losses.push(Loss { table: table.to_owned(), column: Some(column), rows: rows.unsigned_abs() });
        }
        Ok(losses)
    }

    /// Returns what it holds, and how much space it takes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let number = |sql: &str| -> Result<u64> {
            Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
        };
        let tables = catalog::tables(&self.connection)?;
        let has = |table: &str| tables.iter().any(|name| name == table);
        let count = |table: &str| if has(table) { number(&format!("SELECT count(*) FROM {table}")) } else { Ok(0) };
        let date = |end: &str| -> Result<Option<Timestamp>> {
            if !has("post") {
                return Ok(None);
            }
            let sql = format!("SELECT {end}(created_at) FROM post");
            let micros: Option<i64> = self.connection.query_row(&sql, [], |row| row.get(0))?;
            Ok(micros.map(Timestamp::from_micros))
        };
        let page = number("PRAGMA page_size")?;
        let pages = number("PRAGMA page_count")?;
        Ok(Stats {
            version: self.version,
            users: count("user")?,
            posts: count("post")?,
            drafts: count("draft")?,
            oldest: date("min")?,
            newest: date("max")?,
            bytes: pages * page,
            pages,
            free: number("PRAGMA freelist_count")? * page,
            search: number(
                "SELECT ifnull(sum(pgsize), 0) FROM dbstat
                 WHERE aggregate = TRUE AND name IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')",
            )?,
        })
    }

    /// Rewrites the database without its unused pages; returns its size in bytes before and after.
    ///
    /// # Errors
    /// When there is no space for it, or another process writes for longer than the busy timeout.
    pub fn vacuum(&mut self) -> Result<(u64, u64)> {
        let before = byte_size(&self.connection)?;
        require_space(&self.path, before * 2, "vacuuming", free_space)?;
        // Entries that were deleted from a search index stay in it as marks until it is merged.
        for index in search_indexes(&self.connection)? {
            self.connection.execute_batch(&format!("INSERT INTO {0} ({0}) VALUES ('optimize')", quoted(&index)))?;
        }
        self.connection.execute_batch("VACUUM")?;
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok((before, byte_size(&self.connection)?))
    }

    /// Copies it, as it is now, to a new file, and verifies the copy page by page and row by row, unless `verified` is
    /// false: then only its size and version are compared. Returns what a verified copy holds.
    ///
    /// # Errors
    /// When the file exists, there is no space, or the copy fails its verification; nothing of it is left then.
    pub fn backup(&self, to: &Path, verified: bool, progress: &mut dyn FnMut(Step)) -> Result<Option<Contents>> {
        require_space(to, byte_size(&self.connection)?, "a backup", free_space)?;
        let verify = if verified { Verify::Sound } else { Verify::Complete };
        let counts = backup::copy_to(&self.connection, to, verify, progress)?;
        Ok(verified.then(|| Contents::of(&counts)))
    }

    /// Returns the path for a backup that was not named: beside the database, named after the local time.
    #[must_use]
    pub fn default_backup_path(path: &Path, now: Timestamp) -> PathBuf {
        next_unused(path, &now.local().format(".%Y-%m-%d.%H%M%S").to_string())
    }

    /// Replaces a database by a backup, at the newest version. The backup is verified first, and what it replaces is
    /// kept. Processes that have the database open see it change as if another had written.
    ///
    /// # Errors
    /// When the backup is not a sound database of ours, or there is no space; the database is then as it was.
    pub fn restore(backup: &Path, path: &Path, progress: &mut dyn FnMut(Step)) -> Result<Restored> {
        if fs::canonicalize(backup).is_ok_and(|backup| fs::canonicalize(path).is_ok_and(|path| path == backup)) {
            return Err(DatabaseError::RestoreFromItself(path.to_owned()).into());
        }
        let (source, from) = open::open_backup(backup)?;
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let _lock = DatabaseLock::acquire(path, LockName::Schema, || progress(Step::Waiting))?;
        // The new database, the copy of the old one, and the log while one is written over the other.
        require_space(path, byte_size(&source)? * 2 + file_size(path), "restoring", free_space)?;
        let (draft, counts) = backup::copy_beside(&source, path, Verify::Sound, progress)?;
        // A migration neither adds nor deletes users or posts, so the counts hold for the newest version too.
        let contents = Contents::of(&counts);
        let mut ready = Self { private: true, ..Self::open(&draft)? };
        // The same check as that of the command, so that nothing is restored which it would fault at once.
        if let Some(problem) = ready.check(progress)?.into_iter().next() {
            let (path, problem) = (backup.to_owned(), problem.description);
            return Err(DatabaseError::UnsoundBackup { path, problem }.into());
        }
        migrate::in_place(&mut ready.connection, &draft, progress)?;
        let kept = next_unused(path, ".replaced");
        let replaced = match open::open_to_replace(path) {
            Ok(old) => {
                replace_contents(&ready.connection, old, path, &kept, progress)?;
                Some(kept)
            }
            // No process can have a file open that SQLite cannot read, so it is renamed as it is.
            Err(StoreError::Database(DatabaseError::Damaged | DatabaseError::Missing(_))) => {
                drop(ready);
                let renamed = rename_with_log(path, &kept)?;
                move_into_place(draft, path)?;
                renamed.then_some(kept)
            }
            Err(error) => return Err(error),
        };
        Ok(Restored { contents, from, replaced })
    }
}

/// Writes a database over another that may be in use, and keeps a copy of what was there just before.
fn replace_contents(
    ready: &Connection,
    mut old: Connection,
    path: &Path,
    kept: &Path,
    progress: &mut dyn FnMut(Step),
) -> Result<()> {
    let file = FileId::at(path);
    let page_size = |connection: &Connection| connection.query_row("PRAGMA page_size", [], |row| row.get::<_, i64>(0));
    let wanted = page_size(&old)?;
    if page_size(ready)? != wanted {
        // A log cannot hold pages of two sizes.
        let steps = format!("PRAGMA journal_mode = DELETE; PRAGMA page_size = {wanted}; VACUUM");
        ready.execute_batch(&steps)?;
    }
    let done = backup::overwrite(ready, &mut old, progress, |progress| {
        // Nobody else can write any more, but what was there can still be read, also by this process.
        backup::copy_to(&open::open_to_replace(path)?, kept, Verify::Complete, progress)?;
        if FileId::at(path) == file { Ok(()) } else { Err(DatabaseError::FileGone(path.to_owned()).into()) }
    });
    if done.is_err() {
        let _ = fs::remove_file(kept);
    }
    done
}

impl Contents {
    fn of(counts: &RowCounts) -> Self {
        let count = |table: &str| counts.iter().find(|(name, _)| name == table).map_or(0, |(_, rows)| *rows);
        Self { users: count("user"), posts: count("post") }
    }
}

/// Renames a file with its log, which the next database of that name would take for its own. The file keeps the old name
/// too until another file takes it. Returns false if there was nothing.
fn rename_with_log(path: &Path, to: &Path) -> Result<bool> {
    let cannot = |error: std::io::Error| StoreError::cannot_write(to, &error);
    let exists = file_size(path) > 0;
    if exists {
        fs::hard_link(path, to).or_else(|_| fs::rename(path, to)).map_err(cannot)?;
    }
    let mut renamed = exists;
    for suffix in ["-wal", "-journal"] {
        let log = beside(path, suffix);
        if log.exists() {
            fs::rename(&log, beside(to, suffix)).map_err(cannot)?;
            renamed = true;
        }
    }
    let _ = fs::remove_file(beside(path, "-shm"));
    Ok(renamed)
}

fn move_into_place(draft: tempfile::TempPath, path: &Path) -> Result<()> {
    if let Ok(before) = fs::metadata(path) {
        // Users who share the old database share the new one.
        let _ = fs::set_permissions(&draft, before.permissions());
    }
    draft.persist(path).map_err(|error| StoreError::cannot_write(path, &error.error))?;
    backup::sync_directory(&directory(path));
    Ok(())
}
