//! Widths of the screen's panes.
//!
//! They are stored in the database and not in a file beside it, so that they are written atomically, move with the
//! database, and need no repair of their own.

use rusqlite::OptionalExtension;

use super::{Result, Store};
use crate::model::Panes;

impl Store {
    /// Returns the widths of the panes.
    ///
    /// # Errors
    /// When the store fails.
    pub fn panes(&self) -> Result<Panes> {
        let mut statement = self.connection.prepare_cached("SELECT users, timeline FROM panes")?;
        let found =
            statement.query_row([], |row| Ok(Panes { users: row.get(0)?, timeline: row.get(1)? })).optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Saves the widths of the panes.
    ///
    /// # Errors
    /// When the store fails.
    pub fn save_panes(&mut self, panes: Panes) -> Result<()> {
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO panes (one, users, timeline) VALUES (1, ?1, ?2)")?
                .execute([panes.users, panes.timeline])?;
            Ok(())
        })
    }
}
