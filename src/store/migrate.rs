//! Moves a database between versions: one process does it while the others wait, a copy is kept first, and
//! all steps are one transaction, so that a failure or a kill leaves it as it was.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookError, Migrations, MigrationsBuilder};

use super::open::user_version;
use super::place::{self, Lock};
use super::{DatabaseError, Result, Step, StoreError, copy, words};

static FOLDERS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// So many copies from before an upgrade are kept.
const KEPT: usize = 3;
/// The migration that makes the search index; see [`Store::fill`](super::Store::fill).
const INDEX: usize = 10;
/// The migration that gives posts their tags and mentions.
const WORDS: usize = 7;
/// SQLite's page cache while it migrates; negative numbers count KiB.
const CACHE: i64 = -65_536;

/// The migrations that this program knows.
pub(super) struct Known {
    migrations: Migrations<'static>,
    /// The names of their folders, in order.
    names: Vec<&'static str>,
}

/// The migrations that were built in. `None` only if their folders are malformed, which a test rules out.
static KNOWN: LazyLock<Option<Known>> = LazyLock::new(|| {
    let mut names: Vec<&str> = FOLDERS.dirs().filter_map(|folder| folder.path().to_str()).collect();
    names.sort_unstable();
    // What the words of older posts stand for only the program can tell.
    let fill =
        |transaction: &Transaction<'_>| words::fill(transaction).map_err(|error| HookError::Hook(error.to_string()));
    let builder = MigrationsBuilder::from_directory(&FOLDERS).ok()?.edit(WORDS, |step| step.set_up_hook(fill));
    // Foreign keys are off while the schema changes, or dropping a table would empty those that refer to it.
    let builder =
        (1..=names.len()).fold(builder, |builder, number| builder.edit(number, |step| step.foreign_key_check()));
    Some(Known { migrations: builder.finalize(), names })
});

/// The newest version that this program knows.
pub(super) fn newest() -> usize {
    KNOWN.as_ref().map_or(0, |known| known.names.len())
}

/// Returns the error for a database that is newer than this program, with the copies beside it that it can open.
pub(super) fn newer_error(path: &Path, found: usize, readable: bool) -> StoreError {
    let known = newest();
    let copies = place::copies(path).into_iter().filter(|copy| copy.version <= known).map(|copy| copy.path).collect();
    DatabaseError::Newer { path: path.to_owned(), found, known, readable, copies }.into()
}

/// Which way a database is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To a later version.
    Up,
    /// To an earlier version.
    Down,
}

impl Way {
    fn leads(self, from: usize, to: usize) -> bool {
        match self {
            Self::Up => from < to,
            Self::Down => from > to,
        }
    }
}

/// What moving a database did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The version before.
    pub from: usize,
    /// The version now.
    pub to: usize,
    /// The copy from before; none if there was nothing to lose.
    pub copy: Option<PathBuf>,
}

/// Moves a database that nobody else uses to a version, as it is.
pub(super) fn build(connection: &mut Connection, version: usize) -> Result<()> {
    let path = PathBuf::from(connection.path().unwrap_or_default());
    let from = user_version(connection)?;
    run(connection, &path, from, version, None)
}

/// Takes an empty database back to the version before its search index; gives back that version.
pub(super) fn without_search(connection: &mut Connection) -> Result<usize> {
    build(connection, INDEX - 1)?;
    Ok(INDEX - 1)
}

/// Makes the search index of what there is; gives back the version.
pub(super) fn with_search(connection: &mut Connection) -> Result<usize> {
    build(connection, newest())?;
    Ok(newest())
}

/// Moves a database to a version, up or down; none if another process did so meanwhile, or it was there.
///
/// # Errors
/// When there is no room, the copy cannot be made, or a migration fails; the database is as it was.
pub(super) fn to_version(
    connection: &mut Connection,
    path: &Path,
    (way, to): (Way, usize),
    progress: &mut dyn FnMut(Step),
) -> Result<Option<Migrated>> {
    let _lock = Lock::take(path, || progress(Step::Waiting))?;
    let from = user_version(connection)?;
    if from > newest() {
        return Err(newer_error(path, from, false));
    }
    // Another process may have moved it while we waited, perhaps past where we want to go.
    if !way.leads(from, to) {
        return Ok(None);
    }
    let copy = if holds_anything(connection)? {
        // The copy, and as much again for the write-ahead log while every table may be rebuilt.
        let what = if from < to { "upgrading" } else { "downgrading" };
        place::need(path, copy::bytes(connection)? * 2, what, place::room)?;
        Some(copy::keep(connection, path, from, progress)?)
    } else {
        None
    };
    shift(connection, path, (from, to), copy.as_deref(), progress)?;
    place::prune_copies(path, KEPT, copy.as_deref());
    Ok(Some(Migrated { from, to, copy }))
}

/// Moves a database that nobody else can see to the newest version, without a copy.
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
    // The log is now as long as the database. A reader may hold it; then it is emptied another time.
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    Ok(())
}

fn run(connection: &mut Connection, path: &Path, from: usize, to: usize, copy: Option<&Path>) -> Result<()> {
    let Some(known) = KNOWN.as_ref() else { return Ok(()) };
    known.migrations.to_version(connection, to).map_err(|error| {
        let (step, why) = match &error {
            rusqlite_migration::Error::RusqliteError { query, err } => (known.step_of(query), reason(err)),
            other => (None, other.to_string()),
        };
        StoreError::Database(DatabaseError::MigrationFailed {
            path: path.to_owned(),
            step,
            from,
            to,
            why,
            copy: copy.map(Path::to_owned),
        })
    })
}

/// What SQLite said, without the statements that it said it of.
fn reason(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

impl Known {
    /// The migration that a query belongs to.
    fn step_of(&self, query: &str) -> Option<&'static str> {
        let of = |name: &&&str| {
            let is =
                |file| FOLDERS.get_file(format!("{name}/{file}")).and_then(|file| file.contents_utf8()) == Some(query);
            is("up.sql") || is("down.sql")
        };
        self.names.iter().find(of).copied()
    }
}

/// Whether there is anything that somebody could miss: whatever is kept belongs to a user.
fn holds_anything(connection: &Connection) -> Result<bool> {
    let has_users = connection.prepare("SELECT 1 FROM pragma_table_list WHERE name = 'user'")?.exists([])?;
    Ok(has_users && connection.prepare("SELECT 1 FROM user LIMIT 1")?.exists([])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_are_well_formed() {
        let known = KNOWN.as_ref().expect("well-formed folders");
        known.migrations.validate().unwrap();
        assert_eq!(known.names.first(), Some(&"01-users"));
        assert_eq!(
            known.step_of(FOLDERS.get_file("02-posts/down.sql").unwrap().contents_utf8().unwrap()),
            Some("02-posts")
        );
    }
}
