//! Reading a person's own file: small, of text, and without waiting for anybody. It knows nothing of what is in
//! it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

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

/// The number of the line, from 1, in which a byte of a text stands.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}
