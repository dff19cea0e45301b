//! Writes files other than the database: exports, reports, manual pages, crash reports and saved texts.
//!
//! A file is written under a temporary name beside its target, readable by its owner only, and renamed when it is
//! finished. The database, its log, other databases and the file being imported are never replaced.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

use crate::os_error;

/// The file must not be replaced.
#[derive(Debug, Error)]
#[error("cannot write {}: it is {what}; name another file", .path.display())]
pub struct ProtectedFile {
    path: PathBuf,
    /// What it is, such as "the database".
    what: &'static str,
}

/// Prefix and suffix of the name of an unfinished file.
const PREFIX: &str = ".microblog-";
const SUFFIX: &str = ".tmp";
/// The first bytes of every SQLite database.
const SQLITE_HEADER: &[u8] = b"SQLite format 3\0";

/// Checks that a file may be written: it is not part of the database, not another database, not the import's source.
///
/// # Errors
/// [`ProtectedFile`].
pub fn check(path: &Path, db: &Path, source: Option<&Path>) -> Result<(), ProtectedFile> {
    let beside = |suffix: &str| {
        let mut name = db.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let protected = [
        (db.to_owned(), "the database"),
        (beside("-wal"), "the log of the database"),
        (beside("-shm"), "the index of the database's log"),
        (beside("-journal"), "the journal of the database"),
    ];
    let source = source.map(|source| (source.to_owned(), "the file being imported"));
    let found = protected.into_iter().chain(source).find(|(file, _)| is_same_file(path, file)).map(|(_, what)| what);
    match found {
        Some(what) => Err(ProtectedFile { path: path.to_owned(), what }),
        None => check_no_database(path),
    }
}

/// Checks that a file is not a database.
///
/// # Errors
/// [`ProtectedFile`].
pub fn check_no_database(path: &Path) -> Result<(), ProtectedFile> {
    if is_database(path) {
        return Err(ProtectedFile { path: path.to_owned(), what: "a SQLite database" });
    }
    Ok(())
}

/// Returns whether two paths name the same file, by inode if it exists.
fn is_same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(one), Ok(other)) = (fs::metadata(one), fs::metadata(other)) {
        use std::os::unix::fs::MetadataExt;
        return (one.dev(), one.ino()) == (other.dev(), other.ino());
    }
    let place = |path: &Path| Some((fs::canonicalize(folder_of(path)).ok()?, path.file_name()?.to_owned()));
    place(one).is_some_and(|one| place(other) == Some(one))
}

fn is_database(path: &Path) -> bool {
    let mut header = [0; SQLITE_HEADER.len()];
    // Opening a pipe would wait for a writer.
    fs::metadata(path).is_ok_and(|found| found.is_file())
        && File::open(path).and_then(|mut file| file.read_exact(&mut header)).is_ok()
        && header == SQLITE_HEADER
}

/// Returns the folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Creates a temporary file beside a target, readable by its owner only.
///
/// # Errors
/// When its folder is not writable.
pub fn create_beside(path: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder_of(path))
}

/// Writes a file that all users of the system may read, such as a manual page; replaces an older one, or a link.
///
/// # Errors
/// When it cannot be written; an older one is left as it was.
pub fn write_public(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // The umask takes from this.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder_of(path))?;
    file.write_all(content)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Writes a text to a new file that only its owner can read, and returns its path. The name is the prefix with random
/// characters.
///
/// # Errors
/// When the folder is not writable.
pub fn write_new(folder: &Path, prefix: &str, text: &str) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix(prefix).suffix(".txt").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file.keep().map_err(|error| error.error)?.1)
}

/// Creates a folder that only its owner can access.
///
/// # Errors
/// When it exists, or its parent is not writable.
pub fn create_folder(path: &Path) -> io::Result<()> {
    private_folder().create(path)
}

/// Creates a folder that only its owner can access, and its parents, unless they exist.
///
/// # Errors
/// When a parent is not writable.
pub fn create_folders(path: &Path) -> io::Result<()> {
    private_folder().recursive(true).create(path)
}

fn private_folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Returns in words why a file could not be written.
#[must_use]
pub fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::NotFound => "the folder does not exist".to_owned(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "its folder is not writable; check the permissions".to_owned()
        }
        io::ErrorKind::FileTooLarge => "it would exceed the file size limit".to_owned(),
        _ => os_error::describe(error),
    }
}

/// Returns a file name for a nickname. Nicknames are checked when they are stored, but a database may come from others.
#[must_use]
pub fn file_name(nickname: &str, id: i64, extension: &str) -> String {
    /// Maximum length of the nickname in bytes. File systems allow 255 for the whole name.
    const MAX_BYTES: usize = 200;
    let is_safe = |c: char| !c.is_control() && !c.is_whitespace() && !r#"/\:*?"<>|"#.contains(c);
    let safe: String = nickname.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
    let safe = if safe.is_empty() || safe.starts_with('.') { format!("_{safe}") } else { safe };
    if safe == nickname && safe.len() <= MAX_BYTES {
        return format!("{nickname}.{extension}");
    }
    format!("{}-{id}.{extension}", &safe[..safe.floor_char_boundary(MAX_BYTES)])
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn file_name_never_leaves_its_folder() {
        for (nickname, expected) in [
            ("susan", "susan.txt"),
            ("ada@example.com", "ada@example.com.txt"),
            ("../victim/keys", "_.._victim_keys-7.txt"),
            ("/etc/passwd", "_etc_passwd-7.txt"),
            (".bashrc", "_.bashrc-7.txt"),
            ("", "_-7.txt"),
            ("a\0b\n", "a_b_-7.txt"),
        ] {
            assert_eq!(file_name(nickname, 7, "txt"), expected);
        }
        assert_eq!(file_name(&"é".repeat(150), 7, "txt"), format!("{}-7.txt", "é".repeat(100)));
    }
}
