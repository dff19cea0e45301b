//! A library in C that is loaded before the system's: it makes calls to the disk fail, and changes the clock.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The compiled library.
pub struct Shim(TempDir);

impl Shim {
    /// Compiles the library; prints a message and returns `None` without a C compiler.
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
