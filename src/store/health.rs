//! What a bug report says about a database file. Nothing is changed.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::paths::{beside, directory, file_size};
use super::{Database, DatabaseError, Result, StoreError, schema_version};
use crate::model::Timestamp;

/// Offset of the write version in the header, in bytes, and its value with a write-ahead log; see
/// <https://sqlite.org/fileformat2.html>.
const WRITE_VERSION_OFFSET: usize = 18;
const WRITE_AHEAD: u8 = 2;
/// Maximum number of faults that are reported.
const MAX_FAULTS: usize = 3;

/// What became of refreshing feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refreshes {
    /// When a feed was fetched last, successfully or not.
    pub last: Timestamp,
    /// How many feeds could not be fetched.
    pub failing: u32,
}

impl Database {
    /// Runs SQLite's quick check for at most `time`, and returns the faults that it found; `None` if it did not end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn quick_check(&self, time: Duration) -> Result<Option<Vec<String>>> {
        let interrupt = self.connection.get_interrupt_handle();
        let (ended, wait) = channel::<()>();
        thread::scope(|scope| {
            let alarm = thread::Builder::new().spawn_scoped(scope, move || {
                let is_late = wait.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
                if is_late {
                    interrupt.interrupt();
                }
                is_late
            });
            let faults = self.faults();
            drop(ended);
            let is_late = alarm.is_ok_and(|alarm| alarm.join().unwrap_or_default());
            match faults {
                Err(StoreError::Database(DatabaseError::Interrupted)) if is_late => Ok(None),
                faults => faults.map(Some),
            }
        })
    }

    /// Returns when feeds were refreshed last and how many of them fail; `None` if there are none, or the schema is old.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn refreshes(&self) -> Result<Option<Refreshes>> {
        if self.version != schema_version() {
            return Ok(None);
        }
        let sql = "SELECT max(checked_at), count(*) FILTER (WHERE failures > 0) FROM subscription";
        let (last, failing): (Option<Timestamp>, _) =
            self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(last.map(|last| Refreshes { last, failing }))
    }

    fn faults(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare(&format!("PRAGMA quick_check({MAX_FAULTS})"))?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
        lines.retain(|line| line != "ok");
        Ok(lines)
    }

    /// Returns whether the header of a file says that it has a write-ahead log, as the databases of this program do. Call
    /// it before the database is opened: closing the file drops the locks that this process has on it.
    #[must_use]
    pub fn has_write_ahead_log(path: &Path) -> bool {
        let mut header = [0; WRITE_VERSION_OFFSET + 1];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
        read.is_ok() && header[WRITE_VERSION_OFFSET] == WRITE_AHEAD
    }

    /// Returns the sizes of the file and of its write-ahead log, in bytes.
    #[must_use]
    pub fn sizes(&self) -> (u64, u64) {
        (file_size(&self.path), file_size(&beside(&self.path, "-wal")))
    }

    /// Returns whether this process may write the file, and create its log beside it.
    #[must_use]
    pub fn is_writable(path: &Path) -> bool {
        can_write(path) && can_write(&directory(path))
    }
}

#[cfg(unix)]
fn can_write(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

#[cfg(not(unix))]
fn can_write(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.permissions().readonly())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Database;
    use crate::store::Store;

    #[test]
    fn sound_database_has_no_faults_and_a_late_check_has_no_result() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        drop(Store::open(&path).unwrap());
        let database = Database::open_read_only(&path).unwrap();
        assert_eq!(database.quick_check(Duration::from_secs(60)).unwrap(), Some(vec![]));
        assert!(Database::has_write_ahead_log(&path));
        assert!(Database::is_writable(&path) && database.sizes().0 > 4_096);
    }
}
