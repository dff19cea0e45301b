//! Names and identity of the files that belong to a database, and the free space beside it. It never opens the database.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{DatabaseError, Result};

/// Identity of the file at a path: it stays the same while the file is written, and changes when the file was removed or
/// another was moved to its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId(u64, u64);

impl FileId {
    pub(super) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Self(metadata.dev(), metadata.ino())
        }
        // Elsewhere an open file can be neither removed nor replaced.
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Self(0, 0)
        }
    }

    /// Returns the identity of the file at a path; `None` if there is none.
    pub(super) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::of(&metadata))
    }
}

/// Returns the path of a file beside another, named after it with a suffix. Links are followed first, so that what
/// belongs to a database is beside the file itself.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(suffix);
    path.with_file_name(name)
}

/// Whether no file has that name, nor is a log left that SQLite would take for that of a new file and replay.
pub(super) fn is_unused(path: &Path) -> bool {
    ["", "-wal", "-journal"].iter().all(|suffix| fs::symlink_metadata(beside(path, suffix)).is_err())
}

/// Returns the directory of a file; links are followed.
pub(super) fn directory(path: &Path) -> PathBuf {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Returns the size of a file in bytes; 0 if there is none.
pub(super) fn file_size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Returns the bytes that this user can still write in the directory of a file.
pub(super) fn free_space(path: &Path) -> io::Result<u64> {
    fs4::available_space(directory(path))
}

/// Returns whether no file can be created in the directory of a file, because all inodes of the file system are in use.
#[cfg(unix)]
pub(super) fn has_no_inodes(path: &Path) -> bool {
    // File systems without inodes have a total of 0.
    rustix::fs::statvfs(directory(path)).is_ok_and(|found| found.f_files > 0 && found.f_favail == 0)
}

#[cfg(not(unix))]
pub(super) fn has_no_inodes(_: &Path) -> bool {
    false
}

/// Checks that there is room for `needed` bytes before work named `what` begins. Where the system does not say, the
/// work is tried.
///
/// # Errors
/// When there is too little; the error says what is needed and what is free.
pub(super) fn require_space(
    path: &Path,
    needed: u64,
    what: &'static str,
    free_space: impl Fn(&Path) -> io::Result<u64>,
) -> Result<()> {
    match free_space(path) {
        Ok(free) if free < needed => {
            Err(DatabaseError::NotEnoughSpace { folder: directory(path), what, needed, free }.into())
        }
        _ => Ok(()),
    }
}

/// A copy that was made before a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MigrationCopy {
    pub(super) path: PathBuf,
    pub(super) version: usize,
    modified: SystemTime,
}

/// Returns the path for the next copy of that version: `m.db.v3.bak`, or `m.db.v3.2.bak` if that exists.
pub(super) fn next_migration_copy(path: &Path, version: usize) -> PathBuf {
    next_unused(path, &format!(".v{version}"))
}

/// Returns an unused path beside a database, such as `m.db.STEM.bak`, with a number where that exists.
pub(super) fn next_unused(path: &Path, stem: &str) -> PathBuf {
    let first = beside(path, &format!("{stem}.bak"));
    let later = (2..).map(|n: u32| beside(path, &format!("{stem}.{n}.bak")));
    std::iter::once(first).chain(later).find(|path| is_unused(path)).unwrap_or_default()
}

/// Returns the migration copies beside a database, the newest first.
pub(super) fn migration_copies(path: &Path) -> Vec<MigrationCopy> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let prefix = beside(path, ".v").file_name().map(ToOwned::to_owned).unwrap_or_default();
    let entries = fs::read_dir(directory(&real)).into_iter().flatten().flatten();
    let mut copies: Vec<MigrationCopy> = entries
        .filter_map(|entry| {
            let version = version_in_name(&entry.file_name(), &prefix)?;
            let modified = entry.metadata().ok().filter(Metadata::is_file)?.modified().ok()?;
            Some(MigrationCopy { path: entry.path(), version, modified })
        })
        .collect();
    copies.sort_by(|a, b| b.modified.cmp(&a.modified).then_with(|| b.path.cmp(&a.path)));
    copies
}

fn version_in_name(name: &OsString, prefix: &OsString) -> Option<usize> {
    let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes())?.strip_suffix(b".bak")?;
    let rest = std::str::from_utf8(rest).ok()?;
    let (version, number) = rest.split_once('.').unwrap_or((rest, "2"));
    number.parse::<u32>().ok()?;
    version.parse().ok()
}

/// Removes all but the newest `keep` migration copies, but never the one that was just made: the clock may be wrong.
pub(super) fn prune_migration_copies(path: &Path, keep: usize, just_made: Option<&Path>) {
    let just_made = just_made.and_then(Path::file_name);
    let old = migration_copies(path).into_iter().skip(keep);
    for old in old.filter(|old| just_made.is_none() || old.path.file_name() != just_made) {
        // A copy that cannot be removed takes space, and does no other harm.
        let _ = fs::remove_file(&old.path);
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn migration_copies_are_named_by_version_and_pruned_by_age() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("m.db");
        fs::write(&db, "").unwrap();
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let mut made = Vec::new();
        for (age, version) in [(4, 1), (3, 2), (2, 2), (1, 3)] {
            let path = next_migration_copy(&db, version);
            let time = SystemTime::now() - std::time::Duration::from_secs(age);
            File::create(&path).unwrap().set_modified(time).unwrap();
            made.push(name(&path));
        }
        assert_eq!(made, ["m.db.v1.bak", "m.db.v2.bak", "m.db.v2.2.bak", "m.db.v3.bak"]);
        for other in ["m.db.vx.bak", "m.db.v1.bak.old", "n.db.v1.bak", "m.db.v1.x.bak", "m.db-wal"] {
            fs::write(folder.path().join(other), "").unwrap();
        }
        let found =
            |db: &Path| migration_copies(db).iter().map(|copy| (name(&copy.path), copy.version)).collect::<Vec<_>>();
        prune_migration_copies(&db, 3, Some(&db.with_file_name("m.db.v1.bak")));
        assert_eq!(found(&db).len(), 4);
        prune_migration_copies(&db, 3, None);
        let newest = [("m.db.v3.bak", 3), ("m.db.v2.2.bak", 2), ("m.db.v2.bak", 2)];
        assert_eq!(found(&db), newest.map(|(name, version)| (name.to_owned(), version)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 9);
    }

    #[test]
    #[cfg(unix)]
    fn files_of_a_linked_database_are_beside_the_link_target() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link.db"));
        fs::create_dir(&real).unwrap();
        fs::write(real.join("m.db"), "").unwrap();
        std::os::unix::fs::symlink(real.join("m.db"), &link).unwrap();
        assert_eq!(next_migration_copy(&link, 1), fs::canonicalize(&real).unwrap().join("m.db.v1.bak"));
    }

    #[test]
    fn too_little_space_is_reported_in_numbers() {
        let message =
            require_space(Path::new("/data/m.db"), 5 << 20, "upgrading", |_| Ok(1 << 20)).unwrap_err().to_string();
        assert_eq!(
            message,
            "upgrading needs 5.00 MiB free in /data, but 1.00 MiB are free: make room and try again; nothing was changed"
        );
        assert!(require_space(Path::new("/data/m.db"), 5, "upgrading", |_| Ok(5)).is_ok());
    }
}
