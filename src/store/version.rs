//! The versions that the program was built with.

use super::migrate;

/// Returns the version of SQLite, such as `3.53.0`.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// Returns the schema version of databases that this program creates.
#[must_use]
pub fn schema_version() -> usize {
    migrate::newest()
}
