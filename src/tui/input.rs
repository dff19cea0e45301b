//! Standard input as the screens read it: without ever waiting inside of a read.
//!
//! crossterm reads on until it knows a key. Where the terminal sent the beginning of one and no more, as a slow line
//! does, or a person who presses Esc and `[`, it would wait in there: no draft would be stored, and no signal heeded.
//! So a read is to come back with nothing. That must not be asked of what the shell and standard output share with us,
//! and so the terminal is opened once more, for standard input alone.

#[cfg(unix)]
pub(super) use unix::{take, wait_in_reads};

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs::OpenOptions;
    use std::io;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::OpenOptionsExt;
    use std::sync::OnceLock;

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    use rustix::stdio::{dup2_stdin, stdin};
    use rustix::termios::ttyname;

    /// Standard input is ours alone.
    static OWN: OnceLock<bool> = OnceLock::new();

    /// Opens the terminal once more as standard input, unless that was done, and reads it without waiting. Where it
    /// cannot be opened, as after `su` to somebody else, all stays as it is.
    pub(in super::super) fn take() {
        OWN.get_or_init(|| open().is_ok());
        wait_in_reads(false);
    }

    fn open() -> io::Result<()> {
        let name = ttyname(stdin(), Vec::new())?;
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        let flags = i32::try_from(flags).map_err(io::Error::other)?;
        let path = OsStr::from_bytes(name.as_bytes());
        let terminal = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
        Ok(dup2_stdin(terminal)?)
    }

    /// Whether a read waits, as other programs that read the terminal expect.
    pub(in super::super) fn wait_in_reads(wait: bool) {
        if OWN.get() != Some(&true) {
            return;
        }
        // Where that fails it stays as it is, which is no worse than it was before.
        if let Ok(flags) = fcntl_getfl(stdin()) {
            let flags = if wait { flags - OFlags::NONBLOCK } else { flags | OFlags::NONBLOCK };
            let _ = fcntl_setfl(stdin(), flags);
        }
    }
}

/// Elsewhere reads do not wait.
#[cfg(not(unix))]
pub(super) fn take() {}

/// Elsewhere reads do not wait.
#[cfg(not(unix))]
pub(super) fn wait_in_reads(_: bool) {}
