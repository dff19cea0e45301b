//! Checks files that are to be attached to posts.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model::{Attachment, media_type_of};
use crate::os_error;

/// Maximum size of an attached file, in bytes. The server of an account may allow less.
pub const MAX_SIZE: u64 = 100 << 20;

/// Why a file cannot be attached.
#[derive(Debug, Error)]
pub enum AttachError {
    /// It cannot be read.
    #[error("cannot attach {}: {}", .path.display(), os_error::describe(.why))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error.
        why: io::Error,
    },
    /// It is a folder, a device or a pipe.
    #[error("cannot attach {}: it is not a file", .0.display())]
    NotAFile(PathBuf),
    /// It is empty.
    #[error("cannot attach {}: it is empty", .0.display())]
    Empty(PathBuf),
    /// It is too large.
    #[error("cannot attach {}: it is larger than {} MiB", .0.display(), MAX_SIZE >> 20)]
    TooLarge(PathBuf),
    /// Its name is not UTF-8.
    #[error("cannot attach {}: its name is not UTF-8 text, rename it", .0.display())]
    Name(PathBuf),
}

/// Returns a file as an attachment with its whole path, so that it is found from any folder.
///
/// # Errors
/// When it is not a readable file of an allowed size.
pub fn attach(path: &Path, description: Option<&str>) -> Result<Attachment, AttachError> {
    let unreadable = |why| AttachError::Unreadable { path: path.to_owned(), why };
    // Its type is checked first: opening a pipe would wait for a writer.
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(AttachError::NotAFile(path.to_owned()));
    }
    File::open(path).map_err(unreadable)?;
    match metadata.len() {
        0 => return Err(AttachError::Empty(path.to_owned())),
        size if size > MAX_SIZE => return Err(AttachError::TooLarge(path.to_owned())),
        _ => {}
    }
    let whole = std::path::absolute(path).map_err(unreadable)?;
    let file = whole.to_str().ok_or_else(|| AttachError::Name(path.to_owned()))?.to_owned();
    let description = description.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let kind = media_type_of(&file).map(str::to_owned);
    Ok(Attachment { kind, url: None, file: Some(file), description })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_readable_file_of_an_allowed_size_is_attached() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("cat.PNG"), "PNG").unwrap();
        fs::write(path("empty.png"), "").unwrap();
        File::create(path("huge.mp4")).unwrap().set_len(MAX_SIZE + 1).unwrap();
        let cat = attach(&path("cat.PNG"), Some("  a cat ")).unwrap();
        assert_eq!((cat.kind.as_deref(), cat.description.as_deref()), (Some("image/png"), Some("a cat")));
        assert_eq!(cat.file.as_deref(), path("cat.PNG").to_str());
        let why = |name: &str| attach(&path(name), None).unwrap_err().to_string();
        let cases = [
            ("empty.png", "it is empty"),
            ("huge.mp4", "it is larger than 100 MiB"),
            ("missing.png", "there is no such file"),
            (".", "it is not a file"),
        ];
        for (name, expected) in cases {
            assert_eq!(why(name), format!("cannot attach {}: {expected}", path(name).display()));
        }
    }
}
