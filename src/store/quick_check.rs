//! Checks a database in a moment: its schema, and whether every index has as many entries as its table has rows. It reads the
//! pages of all tables and indexes, but compares no values.

use rusqlite::Connection;

use super::catalog::{is_shadow_table, search_indexes};
use super::check::Problem;
use super::schema::quoted;
use super::{Database, DatabaseError, Result, StoreError};

impl Database {
    /// Returns what is wrong with its schema, and which tables and indexes cannot be read or do not match each other.
    ///
    /// [`Database::check`] also finds damage within rows, missing rows, and wrong counts and search indexes.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn check_quickly(&self) -> Result<Vec<Problem>> {
        let schema = self.schema_problems()?;
        if !schema.is_empty() {
            return Ok(schema);
        }
        let mut problems = Vec::new();
        let search = search_indexes(&self.connection)?;
        for table in tables(&self.connection)? {
            let name = quoted(&table);
            let index = search.iter().find(|index| is_shadow_table(&table, index));
            if count(&self.connection, &format!("{name} NOT INDEXED"))?.is_none() {
                problems.push(match index {
                    Some(index) => Problem::search_index(index),
                    None => Problem::damage(format!("the table {table} is damaged")),
                });
                continue;
            }
            for (index, condition) in indexes(&self.connection, &table)? {
                let entries = count(&self.connection, &format!("{name} INDEXED BY {}{condition}", quoted(&index)))?;
                if entries.is_none() || entries != count(&self.connection, &format!("{name} NOT INDEXED{condition}"))? {
                    problems.push(Problem::repairable(format!("the index {index} is damaged")));
                }
            }
        }
        Ok(problems)
    }
}

/// Returns the names of all tables, those inside the search indexes included.
fn tables(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Returns the indexes of a table, each with the condition of its entries. The primary key of a table without row numbers is
/// the table itself.
fn indexes(connection: &Connection, table: &str) -> Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT l.name, s.sql FROM pragma_index_list(?1) l JOIN sqlite_schema s ON s.name = l.name
         WHERE l.origin <> 'pk' ORDER BY l.name",
    )?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?));
    let found = statement.query_map([table], read)?.collect::<rusqlite::Result<Vec<(String, Option<String>)>>>()?;
    let condition = |sql: Option<String>| {
        let at = sql.as_deref().and_then(|sql| sql.find(" WHERE "));
        at.zip(sql).map_or(String::new(), |(at, sql)| sql[at..].to_owned())
    };
    Ok(found.into_iter().map(|(name, sql)| (name, condition(sql))).collect())
}

/// Counts rows; `None` if pages are damaged.
fn count(connection: &Connection, from: &str) -> Result<Option<i64>> {
    // For a plain count(*), SQLite takes the smallest index, whatever INDEXED BY says.
    let counted = connection.query_row(&format!("SELECT ifnull(sum(1), 0) FROM {from}"), [], |row| row.get(0));
    match counted.map_err(StoreError::from) {
        Ok(rows) => Ok(Some(rows)),
        Err(StoreError::Database(DatabaseError::Damaged)) => Ok(None),
        Err(error) => Err(error),
    }
}
