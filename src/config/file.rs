//! Reads and changes the settings file, with limits on its kind and size.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml_edit::{DocumentMut, Item, Table};

use crate::{os_error, output_file};

/// Maximum size of a settings file, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Why a settings file cannot be read or changed.
#[derive(Debug, Error)]
pub enum FileError {
    /// It is not a regular file.
    #[error("{} is {what}, not a settings file: replace or remove it", .path.display())]
    NotAFile {
        /// Path of the file.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// It is too large.
    #[error("{} is larger than 1 MiB, which is too large for a settings file: replace or remove it", .0.display())]
    TooLarge(PathBuf),
    /// It is not UTF-8.
    #[error("{} is not UTF-8: save it as UTF-8 text", .0.display())]
    NotUtf8(PathBuf),
    /// There is no home directory.
    #[error("no home directory is set: name the settings file with --config FILE")]
    NoHome,
    /// It cannot be changed, since it is not valid TOML.
    #[error("{}:{line} is not valid, so the setting was not saved: fix that line first", .path.display())]
    Invalid {
        /// Path of the file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
    },
    /// It cannot be written.
    #[error("cannot write {}: {why}", .path.display())]
    Unwritable {
        /// Path of the file.
        path: PathBuf,
        /// The cause.
        why: io::Error,
    },
    /// There is none where one was named.
    #[error("there is no settings file {}: the defaults are used", .0.display())]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("cannot read {}: {}", .path.display(), os_error::describe(.why))]
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// The cause.
        why: io::Error,
    },
}

/// Reads a settings file.
///
/// # Errors
/// When it is not a regular file, not UTF-8, larger than 1 MiB, or cannot be read.
pub(super) fn read(path: &Path) -> Result<String, FileError> {
    let unreadable = |why: io::Error| match why.kind() {
        io::ErrorKind::NotFound => FileError::Missing(path.to_owned()),
        _ => FileError::Unreadable { path: path.to_owned(), why },
    };
    // Opening a pipe would wait for a writer, so the kind of file is checked first.
    let kind = fs::metadata(path).map_err(unreadable)?;
    if !kind.is_file() {
        let what = if kind.is_dir() { "a directory" } else { "not a regular file" };
        return Err(FileError::NotAFile { path: path.to_owned(), what });
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FileError::TooLarge(path.to_owned()));
    }
    String::from_utf8(bytes).map_err(|_| FileError::NotUtf8(path.to_owned()))
}

/// Sets one value in a settings file and keeps all other lines. A missing file is created.
///
/// The file is replaced atomically; if it is a symbolic link, the file it points to is.
///
/// # Errors
/// When it cannot be read or written, or is not valid TOML.
pub(super) fn set(path: &Path, setting: &[&str], value: &str) -> Result<(), FileError> {
    let unwritable = |why| FileError::Unwritable { path: path.to_owned(), why };
    let text = if path.exists() { read(path)? } else { String::new() };
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let line = error.span().map_or(1, |span| line_of(&text, span.start));
        FileError::Invalid { path: path.to_owned(), line }
    })?;
    let Some((name, tables)) = setting.split_last() else { return Ok(()) };
    let mut table = document.as_table_mut();
    for name in tables {
        let inner = table.entry(name).or_insert_with(|| Item::Table(Table::new()));
        table = inner.as_table_mut().ok_or(FileError::Invalid { path: path.to_owned(), line: 1 })?;
    }
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            // Keep a comment after the value.
            let decor = old.decor().clone();
            *old = value.into();
            *old.decor_mut() = decor;
        }
        None => drop(table.insert(name, toml_edit::value(value))),
    }
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().unwrap_or(Path::new("."));
    output_file::create_folders(folder).map_err(unwritable)?;
    let mut file = tempfile::Builder::new().prefix(".config-").tempfile_in(folder).map_err(unwritable)?;
    file.write_all(document.to_string().as_bytes()).map_err(unwritable)?;
    if let Ok(before) = fs::metadata(&target) {
        file.as_file().set_permissions(before.permissions()).map_err(unwritable)?;
    }
    file.persist(&target).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// Creates a settings file with a text, if there is none.
///
/// # Errors
/// When it cannot be written.
pub(super) fn create(path: &Path, text: &str) -> Result<(), FileError> {
    let unwritable = |why| FileError::Unwritable { path: path.to_owned(), why };
    output_file::create_folders(path.parent().unwrap_or(Path::new("."))).map_err(unwritable)?;
    let mut file = File::create_new(path).map_err(unwritable)?;
    file.write_all(text.as_bytes()).map_err(unwritable)
}

/// Returns the line number, from 1, of a byte offset.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}
