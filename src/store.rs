//! The one SQLite file, and the only room that knows SQL.
//!
//! Every write is one immediate transaction with `synchronous=FULL`: what was acknowledged survives a
//! power cut, and what was not leaves no trace. Pages are read by key, never by OFFSET. It knows nothing
//! of the terminal, of commands or of file formats.

mod bulk;
mod drafts;
mod error;
mod filters;
mod follows;
mod history;
mod notifications;
mod open;
mod posts;
mod reactions;
mod read_state;
mod search;
mod threads;
mod timelines;
mod trash;
mod users;
mod walks;
mod words;

use std::path::Path;

use rusqlite::{Connection, Transaction};

pub use bulk::Bulk;
pub use drafts::{Draft, SavedDraft};
pub use error::StoreError;
pub use filters::SavedSearch;
pub use open::Opened;
pub use read_state::ReadMark;
pub use search::Interrupter;
pub use threads::Threaded;
pub use timelines::{Viewer, Window};
pub use users::{UserEdit, UserOrder};
pub use words::TagUse;

/// What the store answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// An open database, at the version that this program knows.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the database, makes it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file is not ours, newer than this program, damaged, or cannot be opened; it is then
    /// left as it was.
    pub fn open(path: &Path) -> Result<(Self, Opened)> {
        let (connection, opened) = open::open(path)?;
        Ok((Self { connection }, opened))
    }

    /// The version of its schema: how many migrations made it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn version(&self) -> Result<usize> {
        Ok(open::user_version(&self.connection)?)
    }

    /// A number that changes when another connection has written to the database, and only then.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Runs one piece of work in a transaction that takes the write lock at once, so that it waits for
    /// other writers before it reads and never fails half way for being late.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let transaction = self.connection.transaction()?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

#[cfg(test)]
mod tests;
