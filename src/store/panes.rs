//! How wide the panes of the screen were made.
//!
//! It is kept here, with the drafts and what was read, and not in a file beside: so it is written whole or not at all,
//! goes where the database goes, and nothing else has to be found, made and repaired.

use rusqlite::OptionalExtension;

use super::{Result, Store};
use crate::model::Panes;

impl Store {
    /// How wide the panes were made.
    ///
    /// # Errors
    /// When the store fails.
    pub fn panes(&self) -> Result<Panes> {
        let mut statement = self.connection.prepare_cached("SELECT users, timeline FROM panes")?;
        let found =
            statement.query_row([], |row| Ok(Panes { users: row.get(0)?, timeline: row.get(1)? })).optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Keeps how wide the panes are.
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
