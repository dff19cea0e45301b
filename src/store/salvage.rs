//! Saves the readable rows of a damaged database into a new one. The damaged file is only read.
//!
//! SQLite's own recovery needs a build of SQLite that ours is not, so tables are read row by row: where a page cannot be
//! read, the next readable row number is searched for in short steps. SearchIndexes, search indexes and counts are rebuilt.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params_from_iter};
use tempfile::TempDir;

use super::backup::{self, Verify};
use super::catalog::{has_column, tables, user_version};
use super::connection::{Access, check_stopped, connect, open_error};
use super::paths::{file_size, free_space, is_unused, require_space};
use super::schema::quoted;
use super::{Database, DatabaseError, Result, Step, StoreError, migrate, open};

/// What was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// How many rows were saved, by table.
    pub saved: Vec<(String, u64)>,
    /// Posts that the users' counts mention, and that could not be read.
    pub lost_posts: u64,
    /// Authors who could not be read, although their posts could; they got a placeholder nickname.
    pub placeholder_authors: u64,
}

/// Row numbers that are skipped at a time where rows cannot be read: fewer than a page holds, so that no readable page
/// between two damaged ones is missed.
const STRIDE: i64 = 8;
/// How far to look for the next readable row if the last row number of a table cannot be read either.
const MAX_GAP: i64 = 1 << 20;

/// More rows than any database has.
const MAX_USED_NUMBER: i64 = 1 << 53;

impl Database {
    /// Saves the readable rows of a damaged database into a new file.
    ///
    /// # Errors
    /// When nothing can be read, or the new file exists or cannot be written.
    pub fn salvage(damaged: &Path, to: &Path, progress: &mut dyn FnMut(Step)) -> Result<Salvaged> {
        if !is_unused(to) {
            return Err(DatabaseError::Exists(to.to_owned()).into());
        }
        require_space(to, file_size(damaged) * 2, "saving what can be read", free_space)?;
        progress(Step::Checking);
        let (source, _padded) = open_damaged(damaged, to)?;
        let version = user_version(&source)?.min(migrate::newest());
        let folder = backup::temporary_directory(to)?;
        let draft = folder.path().join("salvaged.db");
        let mut target = open::create(&draft, version)?;
        target.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF")?;
        let transaction = target.transaction()?;
        let triggers = drop_triggers(&transaction)?;
        let mut saved = Vec::new();
        for table in tables(&transaction)? {
            let rows = save_table(&source, &transaction, &table)?;
            saved.push((table, rows));
        }
        keep_used_numbers(&source, &transaction)?;
        let lost_posts = lost_posts(&transaction)?;
        let placeholder_authors = add_placeholder_authors(&transaction)?;
        delete_orphans(&transaction)?;
        for trigger in triggers {
            transaction.execute_batch(&trigger)?;
        }
        transaction.commit()?;
        drop(target);
        let mut made = Self::open(&draft)?;
        if made.rebuild(progress)?.is_none() {
            return Err(DatabaseError::RepairFailed("the saved rows do not fit together".to_owned()).into());
        }
        backup::copy_to(&made.connection, to, Verify::Sound, progress)?;
        Ok(Salvaged { saved, lost_posts, placeholder_authors })
    }
}

/// Opens a damaged database to be read. SQLite does not open a file that is shorter than its header says, so a copy of
/// it is padded to that length; the copy is removed with the directory that is returned.
fn open_damaged(path: &Path, beside: &Path) -> Result<(Connection, Option<TempDir>)> {
    match open::open_backup_unverified(path) {
        Ok((connection, _)) => return Ok((connection, None)),
        Err(StoreError::Database(DatabaseError::Damaged)) => {}
        Err(error) => return Err(error),
    }
    let cannot = |error| StoreError::cannot_write(beside, &error);
    let folder = backup::temporary_directory(beside)?;
    let padded = folder.path().join("damaged.db");
    fs::copy(path, &padded).map_err(cannot)?;
    let mut header = [0; 32];
    File::open(&padded).and_then(|mut file| file.read_exact(&mut header)).map_err(cannot)?;
    let number =
        |at: usize, bytes: usize| header[at..at + bytes].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let page_size = if number(16, 2) == 1 { 65_536 } else { number(16, 2) };
    let mut file = OpenOptions::new().write(true).open(&padded).map_err(cannot)?;
    let length = file.seek(SeekFrom::End(0)).map_err(cannot)?;
    file.set_len(length.max(page_size * number(28, 4))).map_err(cannot)?;
    let connection = connect(&padded, Access::Immutable).map_err(|error| open_error(path, error))?;
    open::identify(&connection, path)?;
    Ok((connection, Some(folder)))
}

/// Drops the triggers, which would count and index each row; returns the SQL that creates them again.
fn drop_triggers(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")?;
    let found = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
    for (name, _) in &found {
        connection.execute_batch(&format!("DROP TRIGGER {}", quoted(name)))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

/// Saves the readable rows of a table, without those that the schema refuses; returns how many were saved.
fn save_table(source: &Connection, target: &Connection, table: &str) -> Result<u64> {
    if !is_ordinary_table(source, table) {
        return Ok(0);
    }
    let name = quoted(table);
    let has_row_numbers = source.prepare(&format!("SELECT rowid FROM {name} LIMIT 0")).is_ok();
    let Ok(found) = source.prepare(&format!("SELECT * FROM {name} LIMIT 0")) else { return Ok(0) };
    let found: Vec<String> = found.column_names().into_iter().map(str::to_owned).collect();
    let wanted = target.prepare(&format!("SELECT * FROM {name} LIMIT 0"))?;
    let wanted = wanted.column_names().into_iter().filter(|name| found.iter().any(|found| found == name));
    let shared: Vec<String> = wanted.map(quoted).collect();
    let (columns, placeholders) = (shared.join(", "), vec!["?"; shared.len()].join(", "));
    let mut insert = target.prepare(&format!("INSERT OR IGNORE INTO {name} ({columns}) VALUES ({placeholders})"))?;
    let mut rows = 0;
    let mut failed = None;
    let mut save = |values: Vec<Value>| match insert.execute(params_from_iter(values)) {
        Ok(saved) => rows += saved as u64,
        // A row that the schema forbids is damaged too.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {}
        Err(error) => failed = Some(error),
    };
    if has_row_numbers {
        let sql = format!("SELECT {columns}, rowid FROM {name} WHERE rowid >= ?1 ORDER BY rowid");
        read_by_number(source, (table, &sql), shared.len(), &mut save)?;
    } else {
        // Without row numbers nothing can be skipped: read from one end up to the damage, then from the other.
        let key = primary_key(source, table)?;
        for direction in ["ASC", "DESC"] {
            let order: Vec<String> = key.iter().map(|column| format!("{} {direction}", quoted(column))).collect();
            let sql = format!("SELECT {columns} FROM {name} ORDER BY {}", order.join(", "));
            if read_until_damage(source, &sql, None, shared.len(), &mut save)?.is_none() {
                break;
            }
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(rows),
    }
}

/// Whether the damaged file has a table of that name: a view in its place could be endless, and has no rows to save.
fn is_ordinary_table(source: &Connection, table: &str) -> bool {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 AND sql NOT LIKE 'CREATE VIRTUAL%'";
    source.prepare(sql).and_then(|mut statement| statement.exists([table])).unwrap_or(false)
}

fn primary_key(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Reads a table by row number, and skips what cannot be read.
fn read_by_number(
    source: &Connection,
    (table, sql): (&str, &str),
    columns: usize,
    save: &mut dyn FnMut(Vec<Value>),
) -> Result<()> {
    let first = format!("SELECT 1 FROM ({sql} LIMIT 1)");
    let readable = |number: i64| source.query_row(&first, [number], |_| Ok(())).is_ok();
    let end = format!("SELECT max(rowid) FROM {}", quoted(table));
    let end: Option<i64> = source.query_row(&end, [], |row| row.get(0)).unwrap_or_default();
    let mut from = i64::MIN;
    while let Some(last) = read_until_damage(source, sql, Some(from), columns, save)? {
        // Row numbers start at 1, so nothing is missed by starting there.
        let mut low = if last == i64::MIN { 0 } else { last };
        let start = low;
        let end = end.unwrap_or_else(|| low.saturating_add(MAX_GAP));
        let mut stride = STRIDE;
        let mut high = low.saturating_add(stride);
        while !readable(high) {
            check_stopped()?;
            if high > end || high == i64::MAX {
                return Ok(());
            }
            // Row numbers that are so far apart were not given by this program, and need not all be tried.
            if high.saturating_sub(start) > MAX_GAP {
                stride = stride.saturating_mul(2);
            }
            (low, high) = (high, high.saturating_add(stride));
        }
        while low.saturating_add(1) < high {
            let middle = low.midpoint(high);
            *(if readable(middle) { &mut high } else { &mut low }) = middle;
        }
        from = high;
    }
    Ok(())
}

/// Reads rows until the end or a damaged page; returns the number of the last row before the damage, `i64::MIN` if there
/// was none, and `None` at the end.
fn read_until_damage(
    source: &Connection,
    sql: &str,
    from: Option<i64>,
    columns: usize,
    save: &mut dyn FnMut(Vec<Value>),
) -> Result<Option<i64>> {
    let mut last = from.map_or(i64::MIN, |from| from.saturating_sub(1));
    let mut statement = source.prepare_cached(sql)?;
    let Ok(mut rows) = statement.query(params_from_iter(from)) else { return Ok(Some(last)) };
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                let values: rusqlite::Result<Vec<Value>> = (0..columns).map(|at| row.get(at)).collect();
                if from.is_some() {
                    last = row.get(columns)?;
                }
                // Text that is not UTF-8 is damage to this row alone.
                if let Ok(values) = values {
                    save(values);
                }
            }
            Ok(None) => return Ok(None),
            Err(_) => return Ok(Some(last)),
        }
    }
}

/// Makes sure that row numbers are never used again, not even those of rows that could not be read.
fn keep_used_numbers(source: &Connection, target: &Connection) -> Result<()> {
    let read = || -> rusqlite::Result<Vec<(String, i64)>> {
        let mut statement = source.prepare("SELECT name, seq FROM sqlite_sequence")?;
        let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.collect()
    };
    let found = if is_ordinary_table(source, "sqlite_sequence") { read().unwrap_or_default() } else { vec![] };
    // A higher one was not given by this program, and would leave no number for the next post.
    for (table, last) in found.into_iter().filter(|(_, last)| *last < MAX_USED_NUMBER) {
        target.execute("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1", (table, last))?;
    }
    for (table, column) in [("deleted_post", "id"), ("post", "reply_to")] {
        if has_column(target, table, column)? {
            let sql = format!(
                "UPDATE sqlite_sequence SET seq = max(seq, (SELECT ifnull(max({column}), 0) FROM {table} WHERE {column} < {MAX_USED_NUMBER})) WHERE name = 'post'"
            );
            target.execute(&sql, [])?;
        }
    }
    Ok(())
}

/// Counts the posts that the users' counts mention and that were not saved.
fn lost_posts(connection: &Connection) -> Result<u64> {
    if !has_column(connection, "user", "posts")? {
        return Ok(0);
    }
    let own = if has_column(connection, "post", "boost_of")? { "AND boost_of IS NULL" } else { "" };
    let sql = format!(
        "SELECT max(0, (SELECT ifnull(sum(posts), 0) FROM user)
         - (SELECT count(*) FROM post WHERE author IN (SELECT id FROM user) {own}))"
    );
    Ok(connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// Adds a user for each author who could not be read, so that their posts are kept; returns how many.
fn add_placeholder_authors(connection: &Connection) -> Result<u64> {
    if !has_column(connection, "post", "author")? {
        return Ok(0);
    }
    let sql = "INSERT OR IGNORE INTO user (id, nickname, nickname_key)
               SELECT DISTINCT author, 'lost-' || author, 'lost-' || author FROM post
               WHERE author NOT IN (SELECT id FROM user)";
    Ok(connection.execute(sql, [])? as u64)
}

/// Deletes rows that belong to rows which could not be read.
fn delete_orphans(connection: &Connection) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT DISTINCT k.\"table\", f.\"from\", k.parent, ifnull(f.\"to\", 'id')
         FROM pragma_foreign_key_check() k CROSS JOIN pragma_foreign_key_list(k.\"table\") f ON f.id = k.fkid",
    )?;
    let found = statement.query_map([], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?].map(|name: String| quoted(&name)))
    })?;
    for [table, column, parent, key] in found.collect::<rusqlite::Result<Vec<_>>>()? {
        let sql =
            format!("DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {parent})");
        connection.execute_batch(&sql)?;
    }
    Ok(())
}
