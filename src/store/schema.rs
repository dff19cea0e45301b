//! The schema of a database: read, compared with the one wanted, and migrated to it.
//!
//! Comments, white space, the case of keywords and names, needless quotes, the order of a column's clauses and the order
//! of columns make no difference: `ALTER TABLE` leaves other text behind than a person writes, and appends what it adds.
//! SQLite's own tables and the tables inside a full-text index are left out. It knows nothing of rows, versions or files.

mod diff;
mod fingerprint;
mod lexer;
mod parse;
mod plan;
mod record;
mod render;

pub(super) use diff::differences;
pub(super) use fingerprint::unexpected;
pub(super) use lexer::quoted;
pub(super) use parse::Schema;
pub use record::{RecordError, Recorded, record};

#[cfg(test)]
mod tests;
