//! A small disk that tests fill.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A disk of this size in KiB; `None` if this user cannot mount one.
pub struct Disk(TempDir);

impl Disk {
    pub fn new(size: u32) -> Option<Self> {
        Self::mount(&format!("size={size}k"))
    }

    /// A disk that has room for so many files, its root directory included.
    pub fn with_inodes(count: u32) -> Option<Self> {
        Self::mount(&format!("size=4m,nr_inodes={count}"))
    }

    fn mount(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path());
        mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success()).then(|| Self(folder))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}
