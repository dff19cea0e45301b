//! What a database says about itself: its tables, row counts, columns, search indexes, size and version.

use rusqlite::Connection;

use super::Result;
use super::schema::quoted;

/// How many rows each table has, by name.
pub(super) type RowCounts = Vec<(String, u64)>;

/// Returns the version of the schema: how many migrations made it.
pub(super) fn user_version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(0))
}

/// Returns SQLite's count of changes of the schema, by this program and others.
pub(super) fn schema_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA schema_version", [], |row| row.get(0))
}

/// Whether a table has given out the highest row number that there is.
pub(super) fn numbers_are_used_up(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare("SELECT 1 FROM sqlite_sequence WHERE seq = ?1")?.exists([i64::MAX])
}

/// Returns how many pages the database has.
pub(super) fn page_count(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("PRAGMA page_count", [], |row| row.get(0))?)
}

/// Returns the size of the database in bytes, as of its pages.
pub(super) fn byte_size(connection: &Connection) -> Result<u64> {
    let size: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    Ok((page_count(connection)? * size).unsigned_abs())
}

/// Returns the names of the ordinary tables, sorted; the tables inside a search index are left out.
pub(super) fn tables(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Counts the rows of each table.
pub(super) fn row_counts(connection: &Connection) -> Result<RowCounts> {
    let count = |name: String| {
        let sql = format!("SELECT count(*) FROM {}", quoted(&name));
        let rows = connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?;
        Ok((name, rows.unsigned_abs()))
    };
    tables(connection)?.into_iter().map(count).collect()
}

/// Returns the columns of a table, each with the SQL text of its default value.
pub(super) fn columns(connection: &Connection, table: &str) -> Result<Vec<(String, Option<String>)>> {
    let mut statement = connection.prepare("SELECT name, dflt_value FROM pragma_table_info(?1)")?;
    let columns = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(columns.collect::<rusqlite::Result<_>>()?)
}

/// Whether a table has a column; false if there is no such table.
pub(super) fn has_column(connection: &Connection, table: &str, column: &str) -> Result<bool> {
    Ok(connection.prepare("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2")?.exists((table, column))?)
}

/// Returns the names of the full-text indexes.
pub(super) fn search_indexes(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Whether a table is one of those that hold the content of a search index.
pub(super) fn is_shadow_table(table: &str, index: &str) -> bool {
    let part = table.strip_prefix(index).and_then(|rest| rest.strip_prefix('_'));
    part.is_some_and(|part| ["data", "idx", "content", "docsize", "config"].contains(&part))
}
