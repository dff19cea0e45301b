//! Saves what can be read of a damaged database into a new one. The damaged file is only read.
//!
//! SQLite's own recovery needs a build of SQLite that ours is not, so tables are read row by row: where a
//! page cannot be read, the next number that can be is searched for in short steps. What
//! indexes, search and counts hold is made anew.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params_from_iter};
use tempfile::TempDir;

use super::open::{connect_immutable, user_version};
use super::{Database, DatabaseError, Result, Step, StoreError, copy, migrate, open, place};

/// What was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// Rows that were saved, by table.
    pub saved: Vec<(String, u64)>,
    /// Posts that users are known to have had and that could not be read.
    pub lost_posts: u64,
    /// Users whose posts could be read but not they themselves; they were given a name.
    pub placeholder_authors: u64,
}

/// How many numbers are passed over at a time where rows cannot be read: fewer than a page holds, so that no
/// readable page between two damaged ones is missed.
const STRIDE: i64 = 8;
/// How far the next readable row is looked for where the last number of a table cannot be read either.
const FARTHEST: i64 = 1 << 20;

impl Database {
    /// Saves what can be read of a damaged database into a new file.
    ///
    /// # Errors
    /// When nothing of it can be read, the new file is there already or cannot be written.
    pub fn salvage(damaged: &Path, to: &Path, progress: &mut dyn FnMut(Step)) -> Result<Salvaged> {
        if !place::is_free(to) {
            return Err(StoreError::Database(DatabaseError::Exists(to.to_owned())));
        }
        place::need(to, place::size(damaged) * 2, "saving what can be read", place::room)?;
        progress(Step::Checking);
        let (source, _scratch) = open_damaged(damaged, to)?;
        let version = user_version(&source)?.min(migrate::newest());
        let folder = copy::scratch_folder(to)?;
        let draft = folder.path().join("salvaged.db");
        let mut target = open::create_at(&draft, version)?;
        target.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF")?;
        let transaction = target.transaction()?;
        let triggers = take_triggers(&transaction)?;
        let mut saved = Vec::new();
        for table in copy::tables(&transaction)? {
            let rows = save_table(&source, &transaction, &table)?;
            saved.push((table, rows));
        }
        go_on_counting(&source, &transaction)?;
        let lost_posts = lost_posts(&transaction)?;
        let named = name_authors(&transaction)?;
        drop_orphans(&transaction)?;
        for trigger in triggers {
            transaction.execute_batch(&trigger)?;
        }
        transaction.commit()?;
        drop(target);
        let mut made = Self::open(&draft)?;
        if made.rebuild(progress)?.is_none() {
            return Err(StoreError::Database(DatabaseError::RepairFailed(
                "what was saved is not sound either".to_owned(),
            )));
        }
        copy::copy(&made.connection, to, copy::Proof::Sound, progress)?;
        Ok(Salvaged { saved, lost_posts, placeholder_authors: named })
    }
}

/// Opens a damaged database to be read. One that is shorter than its header says is not opened by SQLite at
/// all, so a copy of it is made as long as it should be.
fn open_damaged(path: &Path, beside: &Path) -> Result<(Connection, Option<TempDir>)> {
    match open::open_backup(path) {
        Ok((connection, _)) => return Ok((connection, None)),
        Err(StoreError::Database(DatabaseError::Damaged)) => {}
        Err(error) => return Err(error),
    }
    let cannot = |error| StoreError::cannot_write(beside, &error);
    let folder = copy::scratch_folder(beside)?;
    let whole = folder.path().join("damaged.db");
    fs::copy(path, &whole).map_err(cannot)?;
    let mut header = [0; 32];
    File::open(&whole).and_then(|mut file| file.read_exact(&mut header)).map_err(cannot)?;
    let number =
        |at: usize, bytes: usize| header[at..at + bytes].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let page = if number(16, 2) == 1 { 65_536 } else { number(16, 2) };
    let mut file = OpenOptions::new().write(true).open(&whole).map_err(cannot)?;
    let length = file.seek(SeekFrom::End(0)).map_err(cannot)?;
    file.set_len(length.max(page * number(28, 4))).map_err(cannot)?;
    let connection = connect_immutable(&whole).map_err(|error| open::cannot_open(path, error))?;
    open::recognise(&connection, path)?;
    Ok((connection, Some(folder)))
}

/// Drops the triggers, which would count and index each row; gives back how to make them again.
fn take_triggers(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")?;
    let found = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
    for (name, _) in &found {
        connection.execute_batch(&format!("DROP TRIGGER {}", copy::quoted(name)))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

/// Saves the rows of a table that can be read; a row that the schema refuses is left out. Gives back how
/// many were saved.
fn save_table(source: &Connection, target: &Connection, table: &str) -> Result<u64> {
    let has_numbers = source.prepare(&format!("SELECT rowid FROM {} LIMIT 0", copy::quoted(table))).is_ok();
    let Ok(found) = source.prepare(&format!("SELECT * FROM {} LIMIT 0", copy::quoted(table))) else { return Ok(0) };
    let found: Vec<String> = found.column_names().into_iter().map(str::to_owned).collect();
    let wanted = target.prepare(&format!("SELECT * FROM {} LIMIT 0", copy::quoted(table)))?;
    let shared: Vec<String> = wanted
        .column_names()
        .into_iter()
        .filter(|name| found.iter().any(|found| found == name))
        .map(copy::quoted)
        .collect();
    let names = shared.join(", ");
    let places = vec!["?"; shared.len()].join(", ");
    let mut insert =
        target.prepare(&format!("INSERT OR IGNORE INTO {} ({names}) VALUES ({places})", copy::quoted(table)))?;
    let mut rows = 0;
    let mut failed = None;
    let mut save = |values: Vec<Value>| match insert.execute(params_from_iter(values)) {
        Ok(saved) => rows += saved as u64,
        // What the schema does not allow is a damage too.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {}
        Err(error) => failed = Some(error),
    };
    let columns = shared.len();
    if has_numbers {
        let sql = format!("SELECT {names}, rowid FROM {} WHERE rowid >= ?1 ORDER BY rowid", copy::quoted(table));
        by_number(source, (table, &sql), columns, &mut save)?;
    } else {
        // Without numbers to jump by: from the one end up to the damage, then from the other.
        let key: Vec<String> = keys(source, table)?;
        for direction in ["ASC", "DESC"] {
            let order: Vec<String> = key.iter().map(|column| format!("{} {direction}", copy::quoted(column))).collect();
            let sql = format!("SELECT {names} FROM {} ORDER BY {}", copy::quoted(table), order.join(", "));
            if read_on(source, &sql, None, columns, &mut save)?.is_none() {
                break;
            }
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(rows),
    }
}

fn keys(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Reads a table by number, jumping over what cannot be read.
fn by_number(
    source: &Connection,
    (table, sql): (&str, &str),
    columns: usize,
    save: &mut dyn FnMut(Vec<Value>),
) -> Result<()> {
    let first = format!("SELECT 1 FROM ({sql} LIMIT 1)");
    let readable = |number: i64| source.query_row(&first, [number], |_| Ok(())).is_ok();
    let end = format!("SELECT max(rowid) FROM {}", copy::quoted(table));
    let end: Option<i64> = source.query_row(&end, [], |row| row.get(0)).unwrap_or_default();
    let mut from = i64::MIN;
    while let Some(last) = read_on(source, sql, Some(from), columns, save)? {
        // Numbers begin at 1, so that nothing is missed between the end of the negative ones and there.
        let mut low = if last == i64::MIN { 0 } else { last };
        let end = end.unwrap_or_else(|| low.saturating_add(FARTHEST));
        let mut high = low + STRIDE;
        while !readable(high) {
            if high > end {
                return Ok(());
            }
            (low, high) = (high, high + STRIDE);
        }
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            *(if readable(middle) { &mut high } else { &mut low }) = middle;
        }
        from = high;
    }
    Ok(())
}

/// Reads rows until the end or a damage; gives back the number of the last row before a damage, `i64::MIN`
/// if there was none.
fn read_on(
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
                // A text that is no longer UTF-8 is a damage of this row alone.
                if let Ok(values) = values {
                    save(values);
                }
            }
            Ok(None) => return Ok(None),
            Err(_) => return Ok(Some(last)),
        }
    }
}

/// Numbers are never used again, not even those of rows that could not be read.
fn go_on_counting(source: &Connection, target: &Connection) -> Result<()> {
    let read = || -> rusqlite::Result<Vec<(String, i64)>> {
        let mut statement = source.prepare("SELECT name, seq FROM sqlite_sequence")?;
        let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.collect()
    };
    for (table, last) in read().unwrap_or_default() {
        target.execute("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1", (table, last))?;
    }
    let tables = copy::tables(target)?;
    for (table, column) in [("deleted_post", "id"), ("post", "reply_to")] {
        let there = target.prepare("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2")?.exists((table, column))?;
        if there && tables.iter().any(|name| name == table) {
            let sql = format!(
                "UPDATE sqlite_sequence SET seq = max(seq, (SELECT ifnull(max({column}), 0) FROM {table})) WHERE name = 'post'"
            );
            target.execute(&sql, [])?;
        }
    }
    Ok(())
}

/// The posts that the users' counts tell of and that are not there.
fn lost_posts(connection: &Connection) -> Result<u64> {
    let has = |table: &str, column: &str| -> Result<bool> {
        Ok(connection.prepare("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2")?.exists((table, column))?)
    };
    if !has("user", "posts")? {
        return Ok(0);
    }
    let own = if has("post", "boost_of")? { "AND boost_of IS NULL" } else { "" };
    let sql = format!(
        "SELECT max(0, (SELECT ifnull(sum(posts), 0) FROM user)
         - (SELECT count(*) FROM post WHERE author IN (SELECT id FROM user) {own}))"
    );
    Ok(connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// Gives a name to authors who could not be read, so that their posts stay.
fn name_authors(connection: &Connection) -> Result<u64> {
    if !copy::tables(connection)?.iter().any(|table| table == "post") {
        return Ok(0);
    }
    let sql = "INSERT OR IGNORE INTO user (id, nickname, nickname_key)
               SELECT DISTINCT author, 'lost-' || author, 'lost-' || author FROM post
               WHERE author NOT IN (SELECT id FROM user)";
    Ok(connection.execute(sql, [])? as u64)
}

/// Drops rows that belong to something which could not be read.
fn drop_orphans(connection: &Connection) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT DISTINCT k.\"table\", f.\"from\", k.parent, ifnull(f.\"to\", 'id')
         FROM pragma_foreign_key_check() k CROSS JOIN pragma_foreign_key_list(k.\"table\") f ON f.id = k.fkid",
    )?;
    let found = statement.query_map([], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?].map(|name: String| copy::quoted(&name)))
    })?;
    for [table, column, parent, key] in found.collect::<rusqlite::Result<Vec<_>>>()? {
        let sql =
            format!("DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {parent})");
        connection.execute_batch(&sql)?;
    }
    Ok(())
}
