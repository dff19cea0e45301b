//! Inserts rows in groups: to start and to end a statement takes half of the time of a row.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::Result;

/// How many rows one statement inserts.
const ROWS: usize = if cfg!(test) { 2 } else { 32 };

/// Rows of one table that are not inserted yet.
#[derive(Debug)]
pub(super) struct RowBuffer {
    /// The statement without its values.
    insert: String,
    columns: usize,
    values: Vec<Value>,
}

impl RowBuffer {
    /// Creates an empty buffer for a statement without its values, such as `INSERT INTO tag (key, name)`.
    pub(super) fn new(insert: String, columns: usize) -> Self {
        Self { insert, columns, values: Vec::with_capacity(ROWS * columns) }
    }

    /// Adds a row, which has as many values as the statement has columns; once there are enough rows, inserts them all.
    pub(super) fn add(&mut self, connection: &Connection, row: impl IntoIterator<Item = Value>) -> Result<()> {
        self.values.extend(row);
        if self.values.len() < ROWS * self.columns {
            return Ok(());
        }
        connection.prepare_cached(&self.statement(ROWS))?.execute(params_from_iter(&self.values))?;
        self.values.clear();
        Ok(())
    }

    /// Inserts the rows that are left.
    pub(super) fn flush(&mut self, connection: &Connection) -> Result<()> {
        for row in self.values.chunks(self.columns) {
            connection.prepare_cached(&self.statement(1))?.execute(params_from_iter(row))?;
        }
        self.values.clear();
        Ok(())
    }

    fn statement(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns].join(", "));
        format!("{} VALUES {}", self.insert, vec![row; rows].join(", "))
    }
}
