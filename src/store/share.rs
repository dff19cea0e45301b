//! Shares a database with a group of the system: the permissions of the file, its log and its directory. Inside the
//! database, members of the group are not distinguished.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use nix::unistd::Group;

use super::paths::{beside, directory};
use super::{Database, DatabaseError, Result};

/// Readable and writable by the owner and the group; SQLite gives the files beside the database the same mode.
const FILE_MODE: u32 = 0o660;
/// New files in the directory belong to the group.
const DIRECTORY_MODE: u32 = 0o2770;

impl Database {
    /// Returns how many posts for followers or mentioned users the database holds, all of which members of the group can read.
    ///
    /// # Errors
    /// When the database fails.
    pub fn private_posts(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM origin o WHERE audience >= 2 AND EXISTS (SELECT 1 FROM post WHERE id = o.post)";
        Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// Lets the members of a group read and write a database: the file, its log, and the directory, which must hold
    /// nothing else. Returns the nearest directory above that members cannot enter, if there is one.
    ///
    /// # Errors
    /// When there is no such group, the directory holds other files, or this user may not share them.
    pub fn share(&self, group: &str) -> Result<Option<PathBuf>> {
        let unknown = || DatabaseError::UnknownGroup(group.to_owned());
        let group = Group::from_name(group).map_err(|_| unknown())?.ok_or_else(unknown)?.gid.as_raw();
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = directory(&path);
        let cannot = |error: io::Error| DatabaseError::CannotShare { path: path.clone(), why: error.to_string() };
        if let Some(other) = other_file(&path, &folder).map_err(cannot)? {
            return Err(DatabaseError::OtherFilesInDirectory { folder, other }.into());
        }
        let allow = |path: &Path, mode| {
            chown(path, None, Some(group))?;
            fs::set_permissions(path, Permissions::from_mode(mode))
        };
        for file in [path.clone(), beside(&path, "-wal"), beside(&path, "-shm")] {
            if file.exists() {
                allow(&file, FILE_MODE).map_err(cannot)?;
            }
        }
        // The directory comes last, so that members can enter only when everything is ready.
        allow(&folder, DIRECTORY_MODE).map_err(cannot)?;
        let closed = |folder: &&Path| fs::metadata(folder).is_ok_and(|it| it.permissions().mode() & 0o011 == 0);
        Ok(folder.ancestors().skip(1).find(closed).map(Path::to_owned))
    }
}

/// Returns a file in the directory that does not belong to the database, if there is one.
fn other_file(path: &Path, folder: &Path) -> io::Result<Option<PathBuf>> {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    for entry in fs::read_dir(folder)? {
        let entry = entry?.path();
        if !entry.file_name().unwrap_or_default().as_encoded_bytes().starts_with(name) {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}
