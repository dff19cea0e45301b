//! Checks and temporary files of every file that a command writes.
//!
//! A file is written under a temporary name beside its target, readable by its owner only, and renamed when it is
//! finished. The database, its log, other databases and the file being imported are never replaced.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::CliError;

/// Prefix and suffix of the name of an unfinished file.
const PREFIX: &str = ".microblog-";
const SUFFIX: &str = ".tmp";
/// The first bytes of every SQLite database.
const SQLITE_HEADER: &[u8] = b"SQLite format 3\0";

/// Checks that a file may be written: it is not part of the database, not another database, not the import's source.
pub(super) fn check(path: &Path, db: &Path, source: Option<&Path>) -> Result<(), CliError> {
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
    match found.or_else(|| is_database(path).then_some("a SQLite database")) {
        Some(what) => Err(CliError::File(format!("cannot write {}: it is {what}; name another file", path.display()))),
        None => Ok(()),
    }
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
pub(super) fn create_beside(path: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder_of(path))
}

/// Creates a folder that only its owner can access.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Returns a file name for a nickname. Nicknames are checked when they are stored, but a database may come from others.
pub(super) fn file_name(nickname: &str, id: i64, extension: &str) -> String {
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
