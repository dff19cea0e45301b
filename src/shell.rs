//! Commands of the settings and of options, which the shell of the system runs.

use std::process::{Command, Stdio};

/// Returns a command of the shell, without standard input.
#[must_use]
pub fn command(line: &str) -> Command {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(shell);
    command.args([flag, line]).stdin(Stdio::null());
    command
}
