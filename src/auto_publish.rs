//! Publishes your feed after a change, as `[publish] auto` asks, by running the command `publish`.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::config;
use crate::model::Nickname;

/// Returns whether a change by this user is published at once.
#[must_use]
pub fn is_due(settings: &config::Publish, author: &Nickname) -> bool {
    settings.auto && Nickname::parse(&settings.user).is_ok_and(|user| user.key() == author.key())
}

/// Writes the feed and runs the command of the settings, in a process of its own.
///
/// # Errors
/// When it fails, with its words.
pub fn run(db: &Path) -> Result<(), String> {
    let program = env::current_exe().map_err(|error| format!("this program cannot be found: {error}"))?;
    let output = Command::new(program)
        .arg("-q")
        .arg("--db")
        .arg(db)
        .arg("publish")
        .env_remove("MICROBLOG_USER")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("publishing cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().last().unwrap_or("it was killed");
    Err(last.strip_prefix("error: ").unwrap_or(last).to_owned())
}
