//! The version of the program, of its build, of SQLite and of the schema.

use std::sync::LazyLock;

use crate::store;

/// What `--version` prints behind the program's name; `-V` prints the first word of it.
pub(super) static LONG: LazyLock<String> = LazyLock::new(|| {
    format!("{}\nSQLite {}, schema version {}", program(), store::sqlite_version(), store::schema_version())
});

/// Returns the version, with the commit and the date of a packaged build: `0.2.0 (0123abc 2026-11-28)`.
pub(super) fn program() -> String {
    let (version, build) = (env!("CARGO_PKG_VERSION"), env!("MICROBLOG_BUILD"));
    if build.is_empty() { version.to_owned() } else { format!("{version} ({build})") }
}

/// The date of this version, which builds without a date of their own name.
const RELEASED: &str = "2026-11-28";

/// Returns the date of the build, or that of the version: `2026-11-28`.
pub(super) fn date() -> &'static str {
    env!("MICROBLOG_BUILD").rsplit(' ').next().filter(|word| word.len() == RELEASED.len()).unwrap_or(RELEASED)
}
