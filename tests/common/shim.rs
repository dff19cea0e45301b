//! A library in C that is loaded before the system's: a disk that fails at a call, and a clock that is wrong.

#![allow(dead_code)] // Each file of tests uses a part of it.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The library, built.
pub struct Shim(TempDir);

impl Shim {
    /// Builds it; none where there is no C compiler, which is said.
    pub fn build() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/shim.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(folder.path().join("shim.so")).arg(source).arg("-ldl");
        match cc.status() {
            Ok(status) => {
                assert!(status.success(), "the library does not build");
                Some(Self(folder))
            }
            Err(error) => {
                println!("not tried: cc: {error}");
                None
            }
        }
    }

    pub fn load(&self, command: &mut Command) {
        command.env("LD_PRELOAD", self.0.path().join("shim.so"));
    }
}
