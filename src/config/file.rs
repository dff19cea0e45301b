//! Reading a person's own file: small, of text, and without waiting for anybody. It knows nothing of what is in
//! it.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml_edit::{DocumentMut, Item, Table};

/// No file of settings is larger, in bytes.
const MOST: u64 = 1 << 20;

/// Why a file is not read.
#[derive(Debug, Error)]
pub enum FileError {
    /// It is none.
    #[error("{} is {what}: put a file of settings there, or take it away", .path.display())]
    NoFile {
        /// Where.
        path: PathBuf,
        /// What is there.
        what: &'static str,
    },
    /// It is far larger than settings are.
    #[error("{} is larger than 1 MiB, which no file of settings is: put one there, or take it away", .0.display())]
    Huge(PathBuf),
    /// It is not text.
    #[error("{} is not UTF-8: store it as UTF-8 text", .0.display())]
    NoText(PathBuf),
    /// There is no place for it.
    #[error("no home directory is set: name the file of the settings with --config FILE")]
    Nowhere,
    /// It cannot be changed, since it is wrong as it is.
    #[error("{}:{line} is wrong, so nothing is changed there: mend that line first", .path.display())]
    Wrong {
        /// Where.
        path: PathBuf,
        /// In which line.
        line: usize,
    },
    /// It cannot be written.
    #[error("cannot write {}: {why}", .path.display())]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// What stands in the way.
        why: io::Error,
    },
    /// It cannot be read.
    #[error("cannot read {}: {why}", .path.display())]
    Unreadable {
        /// Where.
        path: PathBuf,
        /// What stands in the way.
        why: io::Error,
    },
}

/// Reads a file of settings.
///
/// # Errors
/// When it is none, not text, larger than 1 MiB, or cannot be read.
pub(super) fn read(path: &Path) -> Result<String, FileError> {
    let unreadable = |why| FileError::Unreadable { path: path.to_owned(), why };
    // Opening a pipe would wait for somebody who writes to it, so it is asked about first.
    let kind = fs::metadata(path).map_err(unreadable)?;
    if !kind.is_file() {
        let what = if kind.is_dir() { "a directory" } else { "no ordinary file" };
        return Err(FileError::NoFile { path: path.to_owned(), what });
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MOST {
        return Err(FileError::Huge(path.to_owned()));
    }
    String::from_utf8(bytes).map_err(|_| FileError::NoText(path.to_owned()))
}

/// Sets one value in a file of settings, made if it is missing; all its other lines stay as they are. The new file takes
/// the place of the old one whole, where a link to it leads.
///
/// # Errors
/// When it cannot be read or written, or is wrong as TOML.
pub(super) fn set(path: &Path, setting: &[&str], value: &str) -> Result<(), FileError> {
    let unwritable = |why| FileError::Unwritable { path: path.to_owned(), why };
    let text = if path.exists() { read(path)? } else { String::new() };
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let line = error.span().map_or(1, |span| line_of(&text, span.start));
        FileError::Wrong { path: path.to_owned(), line }
    })?;
    let Some((name, tables)) = setting.split_last() else { return Ok(()) };
    let mut table = document.as_table_mut();
    for name in tables {
        let inner = table.entry(name).or_insert_with(|| Item::Table(Table::new()));
        table = inner.as_table_mut().ok_or(FileError::Wrong { path: path.to_owned(), line: 1 })?;
    }
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            // A comment behind the value stays.
            let decor = old.decor().clone();
            *old = value.into();
            *old.decor_mut() = decor;
        }
        None => drop(table.insert(name, toml_edit::value(value))),
    }
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = place.parent().unwrap_or(Path::new("."));
    make(folder).map_err(unwritable)?;
    let mut file = tempfile::Builder::new().prefix(".config-").tempfile_in(folder).map_err(unwritable)?;
    file.write_all(document.to_string().as_bytes()).map_err(unwritable)?;
    if let Ok(before) = fs::metadata(&place) {
        file.as_file().set_permissions(before.permissions()).map_err(unwritable)?;
    }
    file.persist(&place).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// Makes a directory for its owner's eyes only, and those above it, where they are missing.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The number of the line, from 1, in which a byte of a text stands.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}
