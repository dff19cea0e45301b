//! Where a database lies: which file it is, what may lie beside it, how much room there is, and who may
//! change its shape now. It knows nothing of what is in the file.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{DatabaseError, Result, StoreError};

/// Which file a path leads to: it stays the same while the file is written, and differs after it was
/// removed or another was moved into its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId(u64, u64);

impl FileId {
    fn of(metadata: &Metadata) -> Self {
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

    /// The file at a path; none if there is none.
    pub(super) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::of(&metadata))
    }
}

/// A path beside another: its file name with something behind it. Links are followed first, so that what
/// belongs to a database lies beside the file itself.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(suffix);
    path.with_file_name(name)
}

/// Whether nothing has that name, nor is a log left that SQLite would take for that of a new file and replay.
pub(super) fn is_free(path: &Path) -> bool {
    ["", "-wal", "-journal"].iter().all(|suffix| fs::symlink_metadata(beside(path, suffix)).is_err())
}

/// The directory that a file lies in; links are followed.
pub(super) fn folder(path: &Path) -> PathBuf {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The size of a file in bytes; 0 if there is none.
pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Free bytes in the directory of a file, for those who may write there.
pub(super) fn room(path: &Path) -> io::Result<u64> {
    fs4::available_space(folder(path))
}

/// Makes sure that there is room for so many bytes before anything is touched. Where the system does not
/// tell, the work is tried.
///
/// # Errors
/// When there is too little; names what is needed and what there is.
pub(super) fn need(
    path: &Path,
    needed: u64,
    what: &'static str,
    room: impl Fn(&Path) -> io::Result<u64>,
) -> Result<()> {
    match room(path) {
        Ok(free) if free < needed => {
            Err(StoreError::Database(DatabaseError::NotEnoughSpace { folder: folder(path), what, needed, free }))
        }
        _ => Ok(()),
    }
}

/// A copy that was kept before an upgrade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) path: PathBuf,
    pub(super) version: usize,
    modified: SystemTime,
}

/// The name of the next copy of that version: `m.db.v3.bak`, or `m.db.v3.2.bak` when that is taken.
pub(super) fn next_copy(path: &Path, version: usize) -> PathBuf {
    next_free(path, &format!(".v{version}"))
}

/// A free name beside a database: `m.db` with the stem and `.bak` behind it, and a number where that is taken.
pub(super) fn next_free(path: &Path, stem: &str) -> PathBuf {
    let first = beside(path, &format!("{stem}.bak"));
    let later = (2..).map(|n: u32| beside(path, &format!("{stem}.{n}.bak")));
    std::iter::once(first).chain(later).find(|path| is_free(path)).unwrap_or_default()
}

/// The copies that lie beside a database, the newest first.
pub(super) fn copies(path: &Path) -> Vec<Kept> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let prefix = beside(path, ".v").file_name().map(ToOwned::to_owned).unwrap_or_default();
    let entries = fs::read_dir(folder(&real)).into_iter().flatten().flatten();
    let mut copies: Vec<Kept> = entries
        .filter_map(|entry| {
            let version = copied_version(&entry.file_name(), &prefix)?;
            let modified = entry.metadata().ok().filter(Metadata::is_file)?.modified().ok()?;
            Some(Kept { path: entry.path(), version, modified })
        })
        .collect();
    copies.sort_by(|a, b| b.modified.cmp(&a.modified).then_with(|| b.path.cmp(&a.path)));
    copies
}

fn copied_version(name: &OsString, prefix: &OsString) -> Option<usize> {
    let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes())?.strip_suffix(b".bak")?;
    let rest = std::str::from_utf8(rest).ok()?;
    let (version, again) = rest.split_once('.').unwrap_or((rest, "2"));
    again.parse::<u32>().ok()?;
    version.parse().ok()
}

/// Forgets all but the newest copies, but never the one that was just made: a clock may have been wrong.
pub(super) fn prune_copies(path: &Path, keep: usize, made: Option<&Path>) {
    let made = made.and_then(Path::file_name);
    for old in copies(path).iter().skip(keep).filter(|old| made.is_none() || old.path.file_name() != made) {
        // One that cannot be removed costs room, and nothing else.
        let _ = fs::remove_file(&old.path);
    }
}

/// The right to change the shape of a database: one process has it, the others wait. Kept by a lock on a
/// file beside the database, which ends with its process however that ends.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock; calls `waiting` once if another process has it.
    ///
    /// # Errors
    /// When the file cannot be made, since the directory cannot be written.
    pub(super) fn take(database: &Path, waiting: impl FnOnce()) -> Result<Self> {
        let path = beside(database, ".lock");
        let mut waiting = Some(waiting);
        loop {
            let file = Self::file(&path).map_err(|error| StoreError::cannot_write(database, &error))?;
            // Who shares the database shares the lock, also one that was left behind.
            if let Ok(shared) = fs::metadata(database) {
                let _ = file.set_permissions(shared.permissions());
            }
            if file.try_lock().is_err() {
                if let Some(waiting) = waiting.take() {
                    waiting();
                }
                file.lock().map_err(|error| StoreError::cannot_write(database, &error))?;
            }
            // Who had it before removed the file; then it is no longer the one that others would lock.
            let same = file.metadata().is_ok_and(|metadata| FileId::at(&path) == Some(FileId::of(&metadata)));
            if same {
                return Ok(Self { path, _file: file });
            }
        }
    }

    fn file(path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // Whoever may write in the directory could have put a link there that leads elsewhere.
            options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
        }
        options.open(path)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn copies_are_named_after_their_version_and_the_newest_stay() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("m.db");
        fs::write(&db, "").unwrap();
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let mut made = Vec::new();
        for (age, version) in [(4, 1), (3, 2), (2, 2), (1, 3)] {
            let path = next_copy(&db, version);
            let time = SystemTime::now() - std::time::Duration::from_secs(age);
            File::create(&path).unwrap().set_modified(time).unwrap();
            made.push(name(&path));
        }
        assert_eq!(made, ["m.db.v1.bak", "m.db.v2.bak", "m.db.v2.2.bak", "m.db.v3.bak"]);
        for other in ["m.db.vx.bak", "m.db.v1.bak.old", "n.db.v1.bak", "m.db.v1.x.bak", "m.db-wal"] {
            fs::write(folder.path().join(other), "").unwrap();
        }
        let found = |db: &Path| copies(db).iter().map(|kept| (name(&kept.path), kept.version)).collect::<Vec<_>>();
        prune_copies(&db, 3, Some(&db.with_file_name("m.db.v1.bak")));
        assert_eq!(found(&db).len(), 4);
        prune_copies(&db, 3, None);
        let newest = [("m.db.v3.bak", 3), ("m.db.v2.2.bak", 2), ("m.db.v2.bak", 2)];
        assert_eq!(found(&db), newest.map(|(name, version)| (name.to_owned(), version)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 9);
    }

    #[test]
    #[cfg(unix)]
    fn what_belongs_to_a_linked_database_lies_beside_the_file_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link.db"));
        fs::create_dir(&real).unwrap();
        fs::write(real.join("m.db"), "").unwrap();
        std::os::unix::fs::symlink(real.join("m.db"), &link).unwrap();
        assert_eq!(next_copy(&link, 1), fs::canonicalize(&real).unwrap().join("m.db.v1.bak"));
    }

    #[test]
    fn a_lock_is_one_s_own_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("m.db");
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _lock = Lock::take(&db, || {}).unwrap();
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn too_little_room_is_said_in_numbers() {
        let said = need(Path::new("/data/m.db"), 5 << 20, "upgrading", |_| Ok(1 << 20)).unwrap_err().to_string();
        assert_eq!(
            said,
            "upgrading needs 5.00 MiB free in /data, but 1.00 MiB are free: make room and try again; nothing was changed"
        );
        assert!(need(Path::new("/data/m.db"), 5, "upgrading", |_| Ok(5)).is_ok());
    }
}
