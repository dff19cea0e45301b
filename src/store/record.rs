//! Recording a migration: from the schema that the migrations make to the one wanted, for those who work on the
//! program.
//!
//! Both are built in memory from the files of the source, and what is written has been run there, up and down
//! again. No database of anybody is touched, and it knows nothing of how commands print.

mod rebuild;
mod steps;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use thiserror::Error;

use super::schema::{Schema, Table, differences, same_name};
use super::{Result, StoreError};

/// Where the schema wanted lies in the folder of the source, and where the migrations do.
const SCHEMA: &str = "src/store/schema.sql";
const MIGRATIONS: &str = "migrations";
/// The longest name of a migration, in characters.
const LONGEST: usize = 40;

/// What recording did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// How many migrations there are now.
    pub version: usize,
    /// The new one's folder, below that of the source; none if there was nothing to record.
    pub saved: Option<PathBuf>,
    /// What a person should look at.
    pub notes: Vec<String>,
}

/// Why no migration was recorded; nothing was written.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The name will not do.
    #[error("{0:?} is no name for a migration: use 1 to {LONGEST} lower-case letters, digits and -")]
    Name(String),
    /// A migration goes by that name.
    #[error("{MIGRATIONS}/{0} has that name already: choose another")]
    ImportStats(String),
    /// The folder is not that of the source.
    #[error("there is no {0} here: run this in the folder of the program's source")]
    NotTheSource(&'static str),
    /// Something else lies among the migrations.
    #[error("{MIGRATIONS}/{0} is no migration: name it NN-NAME, or move it away")]
    NoMigration(String),
    /// The migrations are not numbered one after the other.
    #[error("{MIGRATIONS}/{found} should have the number {wanted:02}: number the migrations 01, 02 and so on")]
    Number {
        /// The folder.
        found: String,
        /// Its number in the order.
        wanted: usize,
    },
    /// A file holds what SQLite does not take.
    #[error("{}{}: {why}", .path.display(), .line.map_or(String::new(), |line| format!(", line {line}")))]
    Sql {
        /// The file, below the folder of the source.
        path: PathBuf,
        /// Where in it, from 1, if SQLite says.
        line: Option<usize>,
        /// What SQLite says.
        why: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}: {why}", .path.display())]
    File {
        /// Read or write.
        doing: &'static str,
        /// The file, below the folder of the source.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The difference is more than can be written.
    #[error("no migration that leads to {SCHEMA} could be written, so write it by hand: {0}")]
    Unwritten(String),
    /// What [`StoreError`] says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for RecordError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A migration on disk, or one to be.
#[derive(Debug)]
struct Migration {
    folder: String,
    up: String,
    down: String,
}

/// Writes the migration that leads from those in the folder of the program's source to the schema wanted there.
///
/// # Errors
/// When the name will not do, the folder is not that of the source, a file of it is not right, or the difference
/// is more than can be written. Nothing is written then.
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
    if let Some(taken) = migrations.iter().find(|known| known.folder.split_once('-').is_some_and(|(_, n)| n == name)) {
        return Err(RecordError::ImportStats(taken.folder.clone()));
    }
    let folder = format!("{:02}-{name}", version + 1);
    let (new, looks) = write(&made, &wanted, &before, folder)?;
    migrations.push(new);
    let after = prove(&migrations, &wanted, &before)?;
    let saved = save(source, &migrations[version])?;
    let up = saved.join("up.sql");
    let mut notes: Vec<_> = looks.iter().map(|why| format!("look at {}: {why}", up.display())).collect();
    notes.extend(order_notes(&wanted, &after));
    Ok(Recorded { version: version + 1, saved: Some(saved), notes })
}

fn check_name(name: &str) -> Result<(), RecordError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=LONGEST).contains(&name.len()) && name.chars().all(fits) {
        Ok(())
    } else {
        Err(RecordError::Name(name.to_owned()))
    }
}

fn read(source: &Path, path: &Path) -> Result<String, RecordError> {
    fs::read_to_string(source.join(path)).map_err(|why| RecordError::File { doing: "read", path: path.to_owned(), why })
}

/// The migrations on disk, in order.
fn read_migrations(source: &Path) -> Result<Vec<Migration>, RecordError> {
    if !source.join(SCHEMA).is_file() {
        return Err(RecordError::NotTheSource(SCHEMA));
    }
    if !source.join(MIGRATIONS).is_dir() {
        return Err(RecordError::NotTheSource("migrations/"));
    }
    let unread = |why| RecordError::File { doing: "read", path: MIGRATIONS.into(), why };
    let mut folders = Vec::new();
    for entry in fs::read_dir(source.join(MIGRATIONS)).map_err(unread)? {
        let folder = entry.map_err(unread)?.file_name().to_string_lossy().into_owned();
        match folder.split_once('-').and_then(|(number, _)| number.parse::<usize>().ok()) {
            Some(number) => folders.push((number, folder)),
            None => return Err(RecordError::NoMigration(folder)),
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

/// An empty database. A migration runs without the enforcement of foreign keys, and so does all here.
fn memory() -> Result<Connection, RecordError> {
    let connection = Connection::open_in_memory()?;
    connection.pragma_update(None, "foreign_keys", false)?;
    Ok(connection)
}

/// Builds the schema wanted, and has SQLite read every trigger and view of it, which it does not when they are made.
fn build_wanted(sql: &str) -> Result<Schema, RecordError> {
    let connection = memory()?;
    connection.execute_batch(sql).map_err(|error| wrong(Path::new(SCHEMA), sql, &error))?;
    let wanted = Schema::read(&connection)?;
    let reread = "CREATE TABLE reread (a); ALTER TABLE reread RENAME COLUMN a TO b";
    connection.execute_batch(reread).map_err(|error| wrong(Path::new(SCHEMA), "", &error))?;
    Ok(wanted)
}

/// What is wrong with a file, in SQLite's words.
fn wrong(path: &Path, text: &str, error: &rusqlite::Error) -> RecordError {
    let path = path.to_owned();
    match error {
        rusqlite::Error::SqlInputError { msg, sql, offset, .. } => {
            // SQLite counts from the statement on, of which `sql` is the rest of the file.
            let at = text.strip_suffix(sql.as_str()).map(|before| before.len() + usize::try_from(*offset).unwrap_or(0));
            let line = at.and_then(|at| text.get(..at)).map(|before| before.matches('\n').count() + 1);
            RecordError::Sql { path, line, why: msg.clone() }
        }
        rusqlite::Error::SqliteFailure(_, Some(why)) => RecordError::Sql { path, line: None, why: why.clone() },
        other => RecordError::Sql { path, line: None, why: other.to_string() },
    }
}

/// Builds what the migrations make.
fn build(migrations: &[Migration]) -> Result<Connection, RecordError> {
    let mut connection = memory()?;
    let runner = runner(migrations);
    for (version, migration) in (1..).zip(migrations) {
        let path = Path::new(MIGRATIONS).join(&migration.folder).join("up.sql");
        runner.to_version(&mut connection, version).map_err(|error| unrun(&path, &migration.up, error))?;
    }
    Ok(connection)
}

fn runner(migrations: &[Migration]) -> Migrations<'_> {
    Migrations::new(migrations.iter().map(|migration| M::up(&migration.up).down(&migration.down)).collect())
}

fn unrun(path: &Path, text: &str, error: rusqlite_migration::Error) -> RecordError {
    match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => wrong(path, text, &err),
        other => RecordError::Sql { path: path.to_owned(), line: None, why: other.to_string() },
    }
}

/// Leads the database to the schema wanted and back, and keeps how; with what to look at.
fn write(
    made: &Connection,
    wanted: &Schema,
    before: &Schema,
    folder: String,
) -> Result<(Migration, Vec<String>), RecordError> {
    let unwritten = |error: StoreError| RecordError::Unwritten(error.to_string());
    let up = steps::lead(made, wanted).map_err(unwritten)?;
    let down = steps::lead(made, before).map_err(unwritten)?;
    let (up_head, down_head) = heads(&folder);
    let new = Migration { up: up_head + &up.sql, down: down_head + &down.sql, folder };
    Ok((new, up.looks))
}

/// What the two files begin with.
fn heads(folder: &str) -> (String, String) {
    (
        format!("-- {folder}, recorded from {SCHEMA}. Say here what it is for, and what it costs a large database.\n"),
        format!("-- The way back from {folder}.\n"),
    )
}

/// Runs the files from the beginning, the last one also back; gives back the schema that they make.
fn prove(migrations: &[Migration], wanted: &Schema, before: &Schema) -> Result<Schema, RecordError> {
    let agree = |wanted: &Schema, found: &Schema| match differences(wanted, found).into_iter().next() {
        Some(difference) => Err(RecordError::Unwritten(difference)),
        None => Ok(()),
    };
    let mut connection = build(migrations)?;
    let after = Schema::read(&connection)?;
    agree(wanted, &after)?;
    let Some(new) = migrations.last() else { return Ok(after) };
    let path = Path::new(MIGRATIONS).join(&new.folder).join("down.sql");
    let down = runner(migrations).to_version(&mut connection, migrations.len() - 1);
    down.map_err(|error| unrun(&path, &new.down, error))?;
    agree(before, &Schema::read(&connection)?)?;
    Ok(after)
}

/// Where the file names the columns of a table in another order than the migrations make them. It is no
/// difference, but whoever reads the file should find the order of `SELECT *` there.
fn order_notes(wanted: &Schema, made: &Schema) -> Vec<String> {
    let differs = |table: &&Table| {
        let made = made.table(&table.name).map(|made| made.columns.as_slice()).unwrap_or_default();
        !table.columns.iter().zip(made).all(|(a, b)| same_name(&a.name, &b.name))
    };
    let note = |table: &Table| {
        format!("{SCHEMA} names the columns of {} in another order than the migrations make them", table.name)
    };
    wanted.tables.iter().filter(differs).map(note).collect()
}

/// Puts a migration into its place, whole or not at all.
fn save(source: &Path, migration: &Migration) -> Result<PathBuf, RecordError> {
    let saved = Path::new(MIGRATIONS).join(&migration.folder);
    let write = || {
        // Not among the migrations: what is left of a broken attempt there would be taken for one.
        let workshop = tempfile::Builder::new().prefix(".migration-").tempdir_in(source)?;
        let folder = workshop.path().join(&migration.folder);
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
