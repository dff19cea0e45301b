//! Sharing a database with a group of the system: who may read and write the file and what lies beside it. Within the
//! database nothing tells the members of the group apart.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use nix::unistd::Group;

use super::{Database, DatabaseError, Result, StoreError, place};

/// For the owner and the group; what SQLite makes beside the file has the same.
const FILE: u32 = 0o660;
/// Whatever is made in it belongs to the group.
const FOLDER: u32 = 0o2770;

impl Database {
    /// Lets the members of a group read and write a database: the file, its log, and the directory, which must hold
    /// nothing else. Gives back the nearest directory above that does not let them through, if there is one.
    ///
    /// # Errors
    /// When there is no such group, the directory holds other files, or they are not this user's to share.
    pub fn share(&self, group: &str) -> Result<Option<PathBuf>> {
        let unknown = || StoreError::Database(DatabaseError::UnknownGroup(group.to_owned()));
        let group = Group::from_name(group).map_err(|_| unknown())?.ok_or_else(unknown)?.gid.as_raw();
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = place::folder(&path);
        let cannot = |error: io::Error| {
            StoreError::Database(DatabaseError::CannotShare { path: path.clone(), why: error.to_string() })
        };
        if let Some(other) = other_file(&path, &folder).map_err(cannot)? {
            return Err(StoreError::Database(DatabaseError::OtherFilesInDirectory { folder, other }));
        }
        let allow = |path: &Path, mode| {
            chown(path, None, Some(group))?;
            fs::set_permissions(path, Permissions::from_mode(mode))
        };
        for file in [path.clone(), place::beside(&path, "-wal"), place::beside(&path, "-shm")] {
            if file.exists() {
                allow(&file, FILE).map_err(cannot)?;
            }
        }
        // Last, so that nobody is let in before all is ready.
        allow(&folder, FOLDER).map_err(cannot)?;
        let closed = |folder: &&Path| fs::metadata(folder).is_ok_and(|it| it.permissions().mode() & 0o011 == 0);
        Ok(folder.ancestors().skip(1).find(closed).map(Path::to_owned))
    }
}

/// A file in the directory that does not belong to the database.
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
