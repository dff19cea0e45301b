//! Locks on a database that one process holds while the others wait: on changing its schema, on refreshing
//! feeds, and on sending.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::paths::{FileId, beside};
use super::{DatabaseError, Result, StoreError};

/// What a lock is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum LockName {
    /// Changing the schema.
    Schema,
    /// Refreshing feeds.
    Refresh,
    /// Sending what is in the outbox.
    Outbox,
}

/// A lock on a file beside the database. The system releases it when the process ends, however that happens.
#[derive(Debug)]
pub(super) struct DatabaseLock {
    path: PathBuf,
    _file: File,
}

impl DatabaseLock {
    /// Takes the lock; calls `waiting` once if another process holds it.
    ///
    /// # Errors
    /// When the file cannot be created, because the directory cannot be written.
    pub(super) fn acquire(database: &Path, name: LockName, waiting: impl FnOnce()) -> Result<Self> {
        let mut waiting = Some(waiting);
        loop {
            let found = Self::take(database, name, |file| {
                if let Some(waiting) = waiting.take() {
                    waiting();
                }
                file.lock().map(|()| true)
            })?;
            if let Some(lock) = found {
                return Ok(lock);
            }
        }
    }

    /// Takes the lock unless another process holds it.
    ///
    /// # Errors
    /// As [`DatabaseLock::acquire`].
    pub(super) fn try_acquire(database: &Path, name: LockName) -> Result<Option<Self>> {
        Self::take(database, name, |_| Ok(false))
    }

    /// Takes the lock; `held` decides whether to wait if another process holds it. Returns `None` if it was released
    /// meanwhile, or if `held` does not wait.
    fn take(database: &Path, name: LockName, held: impl FnOnce(&File) -> io::Result<bool>) -> Result<Option<Self>> {
        let suffix = match name {
            LockName::Schema => ".lock",
            LockName::Refresh => ".refresh-lock",
            LockName::Outbox => ".outbox-lock",
        };
        let path = beside(database, suffix);
        let failed = |error: &io::Error| StoreError::cannot_write(database, error);
        let file = Self::open(&path).map_err(|error| failed(&error))?;
        // Users who share the database share the lock too, also one that was left behind.
        if let Ok(shared) = fs::metadata(database) {
            let _ = file.set_permissions(shared.permissions());
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                if !held(&file).map_err(|error| failed(&error))? {
                    return Ok(None);
                }
            }
            Err(TryLockError::Error(_)) => {
                drop(fs::remove_file(&path));
                return Err(DatabaseError::NoLocks(database.to_owned()).into());
            }
        }
        // The previous holder removed the file on release; other processes then lock another one.
        let same = file.metadata().is_ok_and(|metadata| FileId::at(&path) == Some(FileId::of(&metadata)));
        Ok(same.then_some(Self { path, _file: file }))
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

impl Drop for DatabaseLock {
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
                        let _lock = DatabaseLock::acquire(&db, LockName::Schema, || {}).unwrap();
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
