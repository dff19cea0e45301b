//! Migrates a database between versions. One process does it while the others wait, a copy is made first, and all steps
//! are one transaction, so that a failure or a kill leaves the database as it was.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookError, Migrations, MigrationsBuilder};

use super::catalog::{byte_size, user_version};
use super::lock::{DatabaseLock, LockName};
use super::paths::{free_space, migration_copies, prune_migration_copies, require_space};
use super::{DatabaseError, Result, Step, StoreError, backup, entities};

static FOLDERS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// The statements that make the schema of version [`RECORDED`] at once. A new database starts with it: running all those
/// migrations takes 10 times as long. Later migrations run on top of it, so that it need not be recorded for each.
const RECORDED_SCHEMA: &str = include_str!("schema/recorded.sql");
/// The version whose schema is recorded.
const RECORDED: usize = 23;

/// How many copies from before a migration are kept.
const KEPT_COPIES: usize = 3;
/// The migration that finds tags and mentions in posts.
const WORDS: usize = 7;
/// SQLite's page cache during a migration; negative numbers count KiB.
const CACHE: i64 = -65_536;

/// The migrations that are built into the program.
pub(super) struct Known {
    migrations: Migrations<'static>,
    /// The names of their folders, in order.
    names: Vec<&'static str>,
}

/// `None` only if the folders are malformed, which a test rules out.
static KNOWN: LazyLock<Option<Known>> = LazyLock::new(|| {
    let mut names: Vec<&str> = FOLDERS.dirs().filter_map(|folder| folder.path().to_str()).collect();
    names.sort_unstable();
    // SQL cannot find tags and mentions in the bodies of older posts.
    let fill =
        |transaction: &Transaction<'_>| entities::fill(transaction).map_err(|error| HookError::Hook(error.to_string()));
    let builder = MigrationsBuilder::from_directory(&FOLDERS).ok()?.edit(WORDS, |step| step.set_up_hook(fill));
    // Foreign keys are off while the schema changes, because dropping a table would delete the rows that refer to it.
    let builder =
        (1..=names.len()).fold(builder, |builder, number| builder.edit(number, |step| step.foreign_key_check()));
    Some(Known { migrations: builder.finalize(), names })
});

/// Returns the newest version that this program knows.
pub(super) fn newest() -> usize {
    KNOWN.as_ref().map_or(0, |known| known.names.len())
}

/// Returns the error for a database that is newer than this program, with the copies beside it that it can open.
pub(super) fn newer_error(path: &Path, found: usize, readable: bool) -> StoreError {
    let known = newest();
    let copies = migration_copies(path).into_iter().filter(|copy| copy.version <= known).map(|copy| copy.path);
    DatabaseError::Newer { path: path.to_owned(), found, known, readable, copies: copies.collect() }.into()
}

/// Direction of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// To a later version.
    Up,
    /// To an earlier version.
    Down,
}

impl Direction {
    fn leads(self, from: usize, to: usize) -> bool {
        match self {
            Self::Up => from < to,
            Self::Down => from > to,
        }
    }
}

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The version before.
    pub from: usize,
    /// The version now.
    pub to: usize,
    /// The copy from before; `None` if there was nothing to lose.
    pub copy: Option<PathBuf>,
}

/// Migrates a database that no other process uses, without a copy.
pub(super) fn build(connection: &mut Connection, version: usize) -> Result<()> {
    let path = PathBuf::from(connection.path().unwrap_or_default());
    let from = user_version(connection)?;
    run(connection, &path, from, version, None)
}

/// Returns an empty database in memory, as the migrations make it at a version.
pub(super) fn build_in_memory(version: usize) -> Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    build(&mut connection, version)?;
    Ok(connection)
}

/// Whether a newer database still has all tables and columns that this program reads.
pub(super) fn is_readable(connection: &Connection) -> Result<bool> {
    let columns = |connection: &Connection| -> Result<Vec<String>> {
        let mut statement = connection.prepare(
            // A view is not taken for a table: it could run anything.
            "SELECT t.type || ' ' || t.name || '.' || c.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c
             WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite%'",
        )?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    };
    let found: HashSet<String> = columns(connection)?.into_iter().collect();
    Ok(columns(&build_in_memory(newest())?)?.iter().all(|column| found.contains(column)))
}

/// Migrates a database up or down; returns `None` if another process did so meanwhile, or it had that version.
///
/// # Errors
/// When there is no space, the copy cannot be made, or a migration fails; the database is then as it was.
pub(super) fn to_version(
    connection: &mut Connection,
    path: &Path,
    (direction, to): (Direction, usize),
    progress: &mut dyn FnMut(Step),
) -> Result<Option<Migrated>> {
    let _lock = DatabaseLock::acquire(path, LockName::Schema, || progress(Step::Waiting))?;
    let from = user_version(connection)?;
    if from > newest() {
        return Err(newer_error(path, from, false));
    }
    // Another process may have migrated it while this one waited, perhaps past the version wanted.
    if !direction.leads(from, to) {
        return Ok(None);
    }
    let copy = if has_users(connection)? {
        // The copy, and as much again for the write-ahead log while every table may be rebuilt.
        let what = if from < to { "upgrading" } else { "downgrading" };
        require_space(path, byte_size(connection)? * 2, what, free_space)?;
        Some(backup::copy_before_migration(connection, path, from, progress)?)
    } else {
        None
    };
    shift(connection, path, (from, to), copy.as_deref(), progress)?;
    prune_migration_copies(path, KEPT_COPIES, copy.as_deref());
    Ok(Some(Migrated { from, to, copy }))
}

/// Migrates a database that no other process can see to the newest version, without a copy.
pub(super) fn in_place(connection: &mut Connection, path: &Path, progress: &mut dyn FnMut(Step)) -> Result<()> {
    let from = user_version(connection)?;
    if from == newest() { Ok(()) } else { shift(connection, path, (from, newest()), None, progress) }
}

fn shift(
    connection: &mut Connection,
    path: &Path,
    (from, to): (usize, usize),
    copy: Option<&Path>,
    progress: &mut dyn FnMut(Step),
) -> Result<()> {
    progress(Step::Migrating { from, to });
    connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; PRAGMA cache_size = {CACHE}"))?;
    let done = run(connection, path, from, to, copy);
    connection.execute_batch(&format!("PRAGMA foreign_keys = ON; PRAGMA cache_size = {}", super::USUAL_CACHE))?;
    done?;
    // The log is now as long as the database. If another process reads it, it is truncated another time.
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    Ok(())
}

fn run(connection: &mut Connection, path: &Path, from: usize, to: usize, copy: Option<&Path>) -> Result<()> {
    let Some(known) = KNOWN.as_ref() else { return Ok(()) };
    let recorded = if from == 0 && to >= RECORDED { create_recorded(connection) } else { Ok(()) };
    recorded
        .map_err(rusqlite_migration::Error::from)
        .and_then(|()| known.migrations.to_version(connection, to))
        .map_err(|error| {
            let (step, why) = match &error {
                rusqlite_migration::Error::RusqliteError { query, err } => (known.folder_of(query), message(err)),
                other => (None, other.to_string()),
            };
            DatabaseError::MigrationFailed {
                path: path.to_owned(),
                step,
                from,
                to,
                why,
                copy: copy.map(Path::to_owned),
            }
            .into()
        })
}

/// Creates all tables, indexes and triggers of the recorded version in an empty database.
fn create_recorded(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(RECORDED_SCHEMA)?;
    transaction.execute_batch(&format!("PRAGMA user_version = {RECORDED}"))?;
    transaction.commit()
}

/// Returns SQLite's message without the statements, which may be a whole file.
fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

impl Known {
    /// Returns the folder of the migration that a query belongs to.
    fn folder_of(&self, query: &str) -> Option<&'static str> {
        let contains = |name: &&&str| {
            let text = |file| FOLDERS.get_file(format!("{name}/{file}")).and_then(|file| file.contents_utf8());
            text("up.sql") == Some(query) || text("down.sql") == Some(query)
        };
        self.names.iter().find(contains).copied()
    }
}

/// Whether there is anything to lose: all rows belong to a user.
fn has_users(connection: &Connection) -> Result<bool> {
    let has_table = connection.prepare("SELECT 1 FROM pragma_table_list WHERE name = 'user'")?.exists([])?;
    Ok(has_table && connection.prepare("SELECT 1 FROM user LIMIT 1")?.exists([])?)
}

#[cfg(test)]
mod tests {
    use super::super::catalog;
    use super::*;

    #[test]
    fn migration_folders_are_well_formed() {
        let known = KNOWN.as_ref().expect("well-formed folders");
        known.migrations.validate().unwrap();
        assert_eq!(known.names.first(), Some(&"01-users"));
        assert_eq!(
            known.folder_of(FOLDERS.get_file("02-posts/down.sql").unwrap().contents_utf8().unwrap()),
            Some("02-posts")
        );
    }

    /// Everything that the migrations up to a version make, in the order in which they make it.
    fn statements_made_by_migrations(version: usize) -> Vec<String> {
        let mut connection = build_in_memory(version - 1).unwrap();
        build(&mut connection, version).unwrap();
        assert!(catalog::row_counts(&connection).unwrap().iter().all(|(_, rows)| *rows == 0), "a migration adds rows");
        let indexes = catalog::search_indexes(&connection).unwrap();
        let made_with_index = |name: &str| indexes.iter().any(|index| catalog::is_shadow_table(name, index));
        let mut objects = connection
            .prepare(
                "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid",
            )
            .unwrap();
        let objects = objects.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
        let objects = objects.map(Result::unwrap).filter(|(name, _)| !made_with_index(name)).map(|(_, sql)| sql);
        // Rebuilt tables leave the numbers that they gave out, even if there are none.
        let mut sequences = connection
            .prepare("SELECT format('INSERT INTO sqlite_sequence (name, seq) VALUES (%Q, %d)', name, seq) FROM sqlite_sequence")
            .unwrap();
        let sequences = sequences.query_map([], |row| row.get::<_, String>(0)).unwrap();
        objects.chain(sequences.map(Result::unwrap)).collect()
    }

    #[test]
    fn recorded_schema_is_that_of_the_migrations() {
        let head = format!(
            "-- Everything that the migrations up to version {RECORDED} make, for new databases. A test writes this file:\n\
             -- MICROBLOG_WRITE_DOCS=1 cargo test --lib recorded_schema\n"
        );
        let made = statements_made_by_migrations(RECORDED).into_iter().map(|sql| sql + ";\n");
        let wanted = head + &made.collect::<String>();
        if std::env::var_os("MICROBLOG_WRITE_DOCS").is_some() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema/recorded.sql");
            std::fs::write(path, wanted).unwrap();
        } else {
            assert_eq!(RECORDED_SCHEMA, wanted);
        }
    }
}
