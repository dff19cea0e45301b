//! Records a migration: from the schema that the migrations make to the one wanted, for developers of this program.
//!
//! Both are built in memory from the files of the source, and what is written has been run there, up and down again. No
//! user's database is touched, and it knows nothing of how commands print.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use thiserror::Error;

use super::diff::differences;
use super::parse::{Schema, Table, same_name};
use super::plan::plan;
use crate::store::{Result, StoreError};

/// Paths of the schema wanted and of the migrations, in the folder of the source.
const SCHEMA: &str = "src/store/schema.sql";
const MIGRATIONS: &str = "migrations";
/// The longest name of a migration, in characters.
const MAX_NAME: usize = 40;

/// What recording a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// How many migrations there are now.
    pub version: usize,
    /// The folder of the new migration, relative to the source; `None` if there was nothing to record.
    pub saved: Option<PathBuf>,
    /// What a person should review.
    pub notes: Vec<String>,
}

/// Why no migration was recorded; nothing was written.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The name is not valid.
    #[error("{0:?} is not a valid name for a migration: use 1 to {MAX_NAME} lower-case letters, digits and -")]
    InvalidName(String),
    /// Another migration has that name.
    #[error("{MIGRATIONS}/{0} already has that name: choose another")]
    NameTaken(String),
    /// The folder is not the source of the program.
    #[error("there is no {0} here: run this in the folder of the program's source")]
    NotTheSource(&'static str),
    /// Something else is among the migrations.
    #[error("{MIGRATIONS}/{0} is not a migration: name it NN-NAME, or move it away")]
    NotAMigration(String),
    /// The migrations are not numbered consecutively.
    #[error("{MIGRATIONS}/{found} should have the number {wanted:02}: number the migrations 01, 02 and so on")]
    Number {
        /// The folder.
        found: String,
        /// The number that it should have.
        wanted: usize,
    },
    /// SQLite does not accept a file.
    #[error("{}{}: {why}", .path.display(), .line.map_or(String::new(), |line| format!(", line {line}")))]
    Sql {
        /// The file, relative to the source.
        path: PathBuf,
        /// The line, from 1, if SQLite says.
        line: Option<usize>,
        /// SQLite's message.
        why: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}: {why}", .path.display())]
    File {
        /// Whether it was to be read or written.
        doing: &'static str,
        /// The file, relative to the source.
        path: PathBuf,
        /// The system's message.
        why: io::Error,
    },
    /// The difference is too complicated to be written.
    #[error("no migration that leads to {SCHEMA} could be written, so write it by hand: {0}")]
    TooComplicated(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for RecordError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A migration, on disk or about to be written.
#[derive(Debug)]
struct Migration {
    folder: String,
    up: String,
    down: String,
}

/// Writes the migration from those in the folder of the program's source to the schema wanted there.
///
/// # Errors
/// When the name is not valid, the folder is not the source, one of its files is wrong, or the difference is too
/// complicated. Nothing is written then.
pub fn record(source: &Path, name: &str) -> Result<Recorded, RecordError> {
    check_name(name)?;
    let mut migrations = read_migrations(source)?;
    let wanted = build_wanted(&read(source, Path::new(SCHEMA))?)?;
    let made = build(&migrations)?;
    let before = Schema::read(&made)?;
    let version = migrations.len();
    if differences(&wanted, &before).is_empty() {
        return Ok(Recorded { version, saved: None, notes: order_notes(&wanted, &before) });
    }
    if let Some(existing) = migrations.iter().find(|known| known.folder.split_once('-').is_some_and(|(_, n)| n == name))
    {
        return Err(RecordError::NameTaken(existing.folder.clone()));
    }
    let folder = format!("{:02}-{name}", version + 1);
    let (new, review) = write(&made, &wanted, &before, folder)?;
    migrations.push(new);
    let after = verify(&migrations, &wanted, &before)?;
    let saved = save(source, &migrations[version])?;
    let up = saved.join("up.sql");
    let mut notes: Vec<_> = review.iter().map(|note| format!("review {}: {note}", up.display())).collect();
    notes.extend(order_notes(&wanted, &after));
    Ok(Recorded { version: version + 1, saved: Some(saved), notes })
}

fn check_name(name: &str) -> Result<(), RecordError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=MAX_NAME).contains(&name.len()) && name.chars().all(fits) {
        Ok(())
    } else {
        Err(RecordError::InvalidName(name.to_owned()))
    }
}

fn read(source: &Path, path: &Path) -> Result<String, RecordError> {
    fs::read_to_string(source.join(path)).map_err(|why| RecordError::File { doing: "read", path: path.to_owned(), why })
}

/// Reads the migrations on disk, in order.
fn read_migrations(source: &Path) -> Result<Vec<Migration>, RecordError> {
    if !source.join(SCHEMA).is_file() {
        return Err(RecordError::NotTheSource(SCHEMA));
    }
    if !source.join(MIGRATIONS).is_dir() {
        return Err(RecordError::NotTheSource("migrations/"));
    }
    let cannot_read = |why| RecordError::File { doing: "read", path: MIGRATIONS.into(), why };
    let mut folders = Vec::new();
    for entry in fs::read_dir(source.join(MIGRATIONS)).map_err(cannot_read)? {
        let folder = entry.map_err(cannot_read)?.file_name().to_string_lossy().into_owned();
        match folder.split_once('-').and_then(|(number, _)| number.parse::<usize>().ok()) {
            Some(number) => folders.push((number, folder)),
            None => return Err(RecordError::NotAMigration(folder)),
        }
    }
    folders.sort();
    let mut migrations = Vec::new();
    for (wanted, (number, folder)) in (1..).zip(folders) {
        if number != wanted {
            return Err(RecordError::Number { found: folder, wanted });
        }
        let file = |name| read(source, &Path::new(MIGRATIONS).join(&folder).join(name));
        let (up, down) = (file("up.sql")?, file("down.sql")?);
        migrations.push(Migration { folder, up, down });
    }
    Ok(migrations)
}

/// Opens an empty database in memory. Foreign keys are not enforced, as in a migration.
fn memory() -> Result<Connection, RecordError> {
    let connection = Connection::open_in_memory()?;
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
}

/// Builds the schema wanted. SQLite parses triggers and views only when they are used, so a renamed column makes it
/// parse all of them.
fn build_wanted(sql: &str) -> Result<Schema, RecordError> {
    let connection = memory()?;
    connection.execute_batch(sql).map_err(|error| sql_error(Path::new(SCHEMA), sql, &error))?;
    let wanted = Schema::read(&connection)?;
    let reread = "CREATE TABLE reread (a); ALTER TABLE reread RENAME COLUMN a TO b";
    connection.execute_batch(reread).map_err(|error| sql_error(Path::new(SCHEMA), "", &error))?;
    Ok(wanted)
}

/// Returns the error for a file that SQLite does not accept.
fn sql_error(path: &Path, text: &str, error: &rusqlite::Error) -> RecordError {
    let path = path.to_owned();
    match error {
        rusqlite::Error::SqlInputError { msg, sql, offset, .. } => {
            // SQLite counts from the start of `sql`, which is the rest of the file from the statement on.
            let at = text.strip_suffix(sql.as_str()).map(|before| before.len() + usize::try_from(*offset).unwrap_or(0));
            let line = at.and_then(|at| text.get(..at)).map(|before| before.matches('\n').count() + 1);
            RecordError::Sql { path, line, why: msg.clone() }
        }
        rusqlite::Error::SqliteFailure(_, Some(why)) => RecordError::Sql { path, line: None, why: why.clone() },
        other => RecordError::Sql { path, line: None, why: other.to_string() },
    }
}

/// Builds the schema that the migrations make.
fn build(migrations: &[Migration]) -> Result<Connection, RecordError> {
    let mut connection = memory()?;
    let runner = runner(migrations);
    for (version, migration) in (1..).zip(migrations) {
        let path = Path::new(MIGRATIONS).join(&migration.folder).join("up.sql");
        runner.to_version(&mut connection, version).map_err(|error| run_error(&path, &migration.up, error))?;
    }
    Ok(connection)
}

fn runner(migrations: &[Migration]) -> Migrations<'_> {
    Migrations::new(migrations.iter().map(|migration| M::up(&migration.up).down(&migration.down)).collect())
}

fn run_error(path: &Path, text: &str, error: rusqlite_migration::Error) -> RecordError {
    match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => sql_error(path, text, &err),
        other => RecordError::Sql { path: path.to_owned(), line: None, why: other.to_string() },
    }
}

/// Plans the way to the schema wanted and back; returns the migration, and what should be reviewed.
fn write(
    made: &Connection,
    wanted: &Schema,
    before: &Schema,
    folder: String,
) -> Result<(Migration, Vec<String>), RecordError> {
    let unwritten = |error: StoreError| RecordError::TooComplicated(error.to_string());
    let up = plan(made, wanted).map_err(unwritten)?;
    let down = plan(made, before).map_err(unwritten)?;
    let (up_head, down_head) = heads(&folder);
    let new = Migration { up: up_head + &up.sql, down: down_head + &down.sql, folder };
    Ok((new, up.notes))
}

/// Returns the first lines of the two files.
fn heads(folder: &str) -> (String, String) {
    (
        format!(
            "-- {folder}, recorded from {SCHEMA}. Describe here what it is for, and what it costs a large database.\n"
        ),
        format!("-- Reverts {folder}.\n"),
    )
}

/// Runs all migrations, and the last one backwards; returns the schema that they make.
fn verify(migrations: &[Migration], wanted: &Schema, before: &Schema) -> Result<Schema, RecordError> {
    let agree = |wanted: &Schema, found: &Schema| match differences(wanted, found).into_iter().next() {
        Some(difference) => Err(RecordError::TooComplicated(difference)),
        None => Ok(()),
    };
    let mut connection = build(migrations)?;
    let after = Schema::read(&connection)?;
    agree(wanted, &after)?;
    let Some(new) = migrations.last() else { return Ok(after) };
    let path = Path::new(MIGRATIONS).join(&new.folder).join("down.sql");
    let down = runner(migrations).to_version(&mut connection, migrations.len() - 1);
    down.map_err(|error| run_error(&path, &new.down, error))?;
    agree(before, &Schema::read(&connection)?)?;
    Ok(after)
}

/// Returns a note for each table whose columns have another order in the file than in the database. That is no
/// difference, but readers of the file should find the order of `SELECT *` there.
fn order_notes(wanted: &Schema, made: &Schema) -> Vec<String> {
    let differs = |table: &&Table| {
        let made = made.table(&table.name).map(|made| made.columns.as_slice()).unwrap_or_default();
        !table.columns.iter().zip(made).all(|(a, b)| same_name(&a.name, &b.name))
    };
    let note = |table: &Table| {
        format!("{SCHEMA} lists the columns of {} in another order than the migrations make them", table.name)
    };
    wanted.tables.iter().filter(differs).map(note).collect()
}

/// Writes the files of a migration, both or none.
fn save(source: &Path, migration: &Migration) -> Result<PathBuf, RecordError> {
    let saved = Path::new(MIGRATIONS).join(&migration.folder);
    let write = || {
        // Not among the migrations, where the rest of a failed attempt would be taken for one.
        let temporary = tempfile::Builder::new().prefix(".migration-").tempdir_in(source)?;
        let folder = temporary.path().join(&migration.folder);
        fs::create_dir(&folder)?;
        fs::write(folder.join("up.sql"), &migration.up)?;
        fs::write(folder.join("down.sql"), &migration.down)?;
        fs::rename(&folder, source.join(&saved))
    };
    write().map_err(|why| RecordError::File { doing: "write", path: saved.clone(), why })?;
    Ok(saved)
}

#[cfg(test)]
mod tests;
