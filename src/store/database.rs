//! A database as it lies there, at whatever version this program knows: what the `db` commands work on.
//! It changes nothing that it is not asked to, not even the version.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::copy::{self, Proof};
use super::migrate::{self, Migrated, Way};
use super::place::{FileId, Lock};
use super::{DatabaseError, Result, Step, StoreError, check, open, place};
use crate::model::Timestamp;

/// A database that is there.
#[derive(Debug)]
pub struct Database {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    version: usize,
    pub(super) read_only: bool,
}

/// What a database holds, and what room it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// The version of its schema.
    pub version: usize,
    /// Users.
    pub users: u64,
    /// Posts.
    pub posts: u64,
    /// Drafts.
    pub drafts: u64,
    /// When the oldest post was written.
    pub oldest: Option<Timestamp>,
    /// When the newest post was written.
    pub newest: Option<Timestamp>,
    /// The bytes of its pages.
    pub bytes: u64,
    /// Its pages.
    pub pages: u64,
    /// The bytes of pages that hold nothing; `vacuum` gives them back.
    pub free: u64,
    /// The bytes of the search index.
    pub search: u64,
}

/// Something that a downgrade would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The table.
    pub table: String,
    /// The column; none for the whole table.
    pub column: Option<String>,
    /// How many rows have something there.
    pub rows: u64,
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Users.
    pub users: u64,
    /// Posts.
    pub posts: u64,
}

/// What a database was replaced by, and where it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What is there now.
    pub contents: Contents,
    /// The version that the backup had.
    pub from: usize,
    /// Where what was replaced lies; none if there was nothing.
    pub replaced: Option<PathBuf>,
}

/// Columns that are counted from others, so that dropping them loses nothing.
const DERIVED: [(&str, &str); 6] =
    [("user", "posts"), ("post", "likes"), ("post", "boosts"), ("post", "replies"), ("post", "marks"), ("tag", "uses")];

impl Database {
    /// Opens a database that is there, and leaves it at its version.
    ///
    /// # Errors
    /// When there is none, it is not ours, newer than this program, damaged, or cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        let (connection, version) = open::open_as_it_is(path)?;
        Ok(Self { connection, path: path.to_owned(), version, read_only: false })
    }

    /// Opens a database that is there to be looked at, backed up or checked, where nothing may be written.
    ///
    /// # Errors
    /// As [`Database::open`], but that it need not be writable.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        let (connection, version) = open::open_as_it_is_read_only(path)?;
        Ok(Self { connection, path: path.to_owned(), version, read_only: true })
    }

    /// The version of its schema.
    #[must_use]
    pub fn version(&self) -> usize {
        self.version
    }

    /// Moves it to the newest version; none if it is there.
    ///
    /// # Errors
    /// When there is no room, or a migration fails; it is then as it was.
    pub fn upgrade(&mut self, progress: &mut dyn FnMut(Step)) -> Result<Option<Migrated>> {
        self.move_to((Way::Up, migrate::newest()), progress)
    }

    /// Moves it back to an older version.
    ///
    /// # Errors
    /// When there is no such version, no room, or a migration fails; it is then as it was.
    pub fn downgrade(&mut self, to: usize, progress: &mut dyn FnMut(Step)) -> Result<Option<Migrated>> {
        self.check_older(to)?;
        self.move_to((Way::Down, to), progress)
    }

    fn check_older(&self, to: usize) -> Result<()> {
        if to < self.version {
            Ok(())
        } else {
            Err(StoreError::Database(DatabaseError::NoSuchVersion { wanted: to, found: self.version }))
        }
    }

    fn move_to(&mut self, to: (Way, usize), progress: &mut dyn FnMut(Step)) -> Result<Option<Migrated>> {
        let moved = migrate::to_version(&mut self.connection, &self.path, to, progress)?;
        self.version = open::user_version(&self.connection)?;
        Ok(moved)
    }

    /// What a downgrade would lose: tables and columns that the older schema does not have and that hold
    /// something which cannot be counted anew.
    ///
    /// # Errors
    /// When there is no such version, or the file cannot be read.
    pub fn losses(&self, to: usize) -> Result<Vec<Loss>> {
        self.check_older(to)?;
        let mut older = Connection::open_in_memory()?;
        migrate::build(&mut older, to)?;
        let kept = copy::tables(&older)?;
        let mut losses = Vec::new();
        for (table, rows) in copy::counts(&self.connection)? {
            if !kept.contains(&table) {
                losses.push(Loss { table, column: None, rows });
                continue;
            }
            let still = columns(&older, &table)?;
            for (column, default) in columns(&self.connection, &table)? {
                let derived = DERIVED.contains(&(table.as_str(), column.as_str()));
                if derived || still.iter().any(|(name, _)| *name == column) {
                    continue;
                }
                let (name, default) = (copy::quoted(&column), default.unwrap_or_else(|| "NULL".to_owned()));
                let sql = format!("SELECT count(*) FROM {} WHERE {name} IS NOT {default}", copy::quoted(&table));
                let rows: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
                losses.push(Loss { table: table.clone(), column: Some(column), rows: rows.unsigned_abs() });
            }
        }
        losses.retain(|loss| loss.rows > 0);
        Ok(losses)
    }

    /// What it holds, and what room it takes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let number = |sql: &str| -> Result<u64> {
            Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
        };
        let has = |table: &str| Ok::<_, StoreError>(copy::tables(&self.connection)?.iter().any(|name| name == table));
        let count = |table: &str| if has(table)? { number(&format!("SELECT count(*) FROM {table}")) } else { Ok(0) };
        let moment = |end: &str| -> Result<Option<Timestamp>> {
            if !has("post")? {
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
            oldest: moment("min")?,
            newest: moment("max")?,
            bytes: pages * page,
            pages,
            free: number("PRAGMA freelist_count")? * page,
            search: number(
                "SELECT ifnull(sum(pgsize), 0) FROM dbstat
                 WHERE aggregate = TRUE AND name IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')",
            )?,
        })
    }

    /// Writes the database anew without what is free; gives back its bytes before and after.
    ///
    /// # Errors
    /// When there is no room for it, or another process writes for too long.
    pub fn vacuum(&mut self) -> Result<(u64, u64)> {
        let before = copy::bytes(&self.connection)?;
        place::need(&self.path, before * 2, "vacuuming", place::room)?;
        // What was deleted from a search index stays in it as marks until it is merged.
        for index in check::search_indexes(&self.connection)? {
            self.connection
                .execute_batch(&format!("INSERT INTO {0} ({0}) VALUES ('optimize')", copy::quoted(&index)))?;
        }
        self.connection.execute_batch("VACUUM")?;
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok((before, copy::bytes(&self.connection)?))
    }

    /// Copies it, as it is now, to a new file, and proves the copy page by page and row by row.
    ///
    /// # Errors
    /// When the file is there already, there is no room, or the copy does not stand the proof; nothing of
    /// it stays then.
    pub fn backup(&self, to: &Path, progress: &mut dyn FnMut(Step)) -> Result<Contents> {
        place::need(to, copy::bytes(&self.connection)?, "a backup", place::room)?;
        copy::copy(&self.connection, to, Proof::Sound, progress).map(|counts| Contents::of(&counts))
    }

    /// Where a backup lies unless another place is named: beside the database, named after the moment.
    #[must_use]
    pub fn default_backup_path(path: &Path, now: Timestamp) -> PathBuf {
        place::next_free(path, &now.local().format(".%Y-%m-%d.%H%M%S").to_string())
    }

    /// Puts a backup in the place of a database, at the newest version. The backup is proven first, and what
    /// it replaces is kept. Processes that have the database open see it change as if another had written.
    ///
    /// # Errors
    /// When the backup is no sound database of ours, or there is no room; what was there is as it was.
    pub fn restore(backup: &Path, path: &Path, progress: &mut dyn FnMut(Step)) -> Result<Restored> {
        if fs::canonicalize(backup).is_ok_and(|backup| fs::canonicalize(path).is_ok_and(|path| path == backup)) {
            return Err(StoreError::Database(DatabaseError::RestoreFromItself(path.to_owned())));
        }
        let source = open::open_backup(backup)?;
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let _lock = Lock::take(path, || progress(Step::Waiting))?;
        // The new database, the copy of the old one, and the log while the one is written over the other.
        place::need(path, copy::bytes(&source.0)? * 2 + place::size(path), "restoring", place::room)?;
        // Whatever its version, a migration neither adds a user or a post nor takes one.
        let (draft, counts) = copy::draft(&source.0, path, Proof::Sound, progress)?;
        let contents = Contents::of(&counts);
        let mut ready = Self::open(&draft)?;
        migrate::in_place(&mut ready.connection, &draft, progress)?;
        let kept = place::next_free(path, ".replaced");
        let replaced = match open::open_to_replace(path) {
            Ok(old) => {
                write_over(&ready.connection, old, path, &kept, progress)?;
                Some(kept)
            }
            // No process can have a file open that SQLite does not read, so it is moved aside as it is.
            Err(StoreError::Database(DatabaseError::Damaged) | StoreError::Database(DatabaseError::Missing(_))) => {
                drop(ready);
                let aside = set_aside(path, &kept)?;
                put(draft, path)?;
                aside.then_some(kept)
            }
            Err(error) => return Err(error),
        };
        Ok(Restored { contents, from: source.1, replaced })
    }
}

/// Writes a database over another that may be in use, and keeps a copy of what was there the moment before.
fn write_over(
    ready: &Connection,
    mut old: Connection,
    path: &Path,
    kept: &Path,
    progress: &mut dyn FnMut(Step),
) -> Result<()> {
    let file = FileId::at(path);
    let size = |connection: &Connection| connection.query_row("PRAGMA page_size", [], |row| row.get::<_, i64>(0));
    let wanted = size(&old)?;
    if size(ready)? != wanted {
        // A log cannot hold pages of two sizes.
        let steps = format!("PRAGMA journal_mode = DELETE; PRAGMA page_size = {wanted}; VACUUM");
        ready.execute_batch(&steps)?;
    }
    let done = copy::pour(ready, &mut old, progress, |progress| {
        // Nobody can write any more, but what was there can still be read by others, and so by us.
        copy::copy(&open::open_to_replace(path)?, kept, Proof::Whole, progress)?;
        if FileId::at(path) == file {
            Ok(())
        } else {
            Err(StoreError::Database(DatabaseError::FileGone(path.to_owned())))
        }
    });
    if done.is_err() {
        let _ = fs::remove_file(kept);
    }
    done
}

impl Contents {
    fn of(counts: &copy::Counts) -> Self {
        let count = |table: &str| counts.iter().find(|(name, _)| name == table).map_or(0, |(_, rows)| *rows);
        Self { users: count("user"), posts: count("post") }
    }
}

/// The columns of a table, and what stands in them when nothing was put there.
fn columns(connection: &Connection, table: &str) -> Result<Vec<(String, Option<String>)>> {
    let mut statement = connection.prepare("SELECT name, dflt_value FROM pragma_table_info(?1)")?;
    let columns = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(columns.collect::<rusqlite::Result<_>>()?)
}

/// Gives a file another name, with its log: the next database of the old name would take that for its own.
/// The file keeps the old name too until another takes it. False if there was nothing.
fn set_aside(path: &Path, to: &Path) -> Result<bool> {
    let cannot = |error: std::io::Error| StoreError::cannot_write(to, &error);
    let there = place::size(path) > 0;
    if there {
        fs::hard_link(path, to).or_else(|_| fs::rename(path, to)).map_err(cannot)?;
    }
    let mut moved = there;
    for suffix in ["-wal", "-journal"] {
        let log = place::beside(path, suffix);
        if log.exists() {
            fs::rename(&log, place::beside(to, suffix)).map_err(cannot)?;
            moved = true;
        }
    }
    let _ = fs::remove_file(place::beside(path, "-shm"));
    Ok(moved)
}

fn put(draft: tempfile::TempPath, path: &Path) -> Result<()> {
    if let Ok(before) = fs::metadata(path) {
        // Whoever shares the one shares the other.
        let _ = fs::set_permissions(&draft, before.permissions());
    }
    draft.persist(path).map_err(|error| StoreError::cannot_write(path, &error.error))?;
    copy::sync(&place::folder(path));
    Ok(())
}
