//! The lock on changing the schema of a database: one process holds it, the others wait.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::paths::{FileId, beside};
use super::{DatabaseError, Result, StoreError};

/// A lock on a file beside the database. The system releases it when the process ends, however that happens.
#[derive(Debug)]
pub(super) struct SchemaLock {
    path: PathBuf,
    _file: File,
}

impl SchemaLock {
    /// Takes the lock; calls `waiting` once if another process holds it.
    ///
    /// # Errors
    /// When the file cannot be created, because the directory cannot be written.
    pub(super) fn acquire(database: &Path, waiting: impl FnOnce()) -> Result<Self> {
        let path = beside(database, ".lock");
        let mut waiting = Some(waiting);
        loop {
            let file = Self::open(&path).map_err(|error| StoreError::cannot_write(database, &error))?;
            // Users who share the database share the lock too, also one that was left behind.
            if let Ok(shared) = fs::metadata(database) {
                let _ = file.set_permissions(shared.permissions());
            }
            if let Err(TryLockError::Error(_)) = file.try_lock() {
                drop(fs::remove_file(&path));
                return Err(DatabaseError::NoLocks(database.to_owned()).into());
            }
            if file.try_lock().is_err() {
                if let Some(waiting) = waiting.take() {
                    waiting();
                }
                file.lock().map_err(|error| StoreError::cannot_write(database, &error))?;
            }
            // The previous holder removed the file on release; other processes then lock another one.
            let same = file.metadata().is_ok_and(|metadata| FileId::at(&path) == Some(FileId::of(&metadata)));
            if same {
                return Ok(Self { path, _file: file });
            }
        }
    }

    fn open(path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // Anybody who may write in the directory could have put a link there that leads elsewhere.
            // Opening a pipe would wait for ever for a reader.
            let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
            options.mode(0o600).custom_flags(flags.bits().cast_signed());
        }
        options.open(path)
    }
}

impl Drop for SchemaLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn lock_is_exclusive_and_removed_on_drop() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("m.db");
        let (holders, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _lock = SchemaLock::acquire(&db, || {}).unwrap();
                        most.fetch_max(holders.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        holders.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
