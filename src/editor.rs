//! Edits a text in the user's editor.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::iter;
use std::process::Command;

use thiserror::Error;

use crate::text::clean;

/// Why no text came from the editor.
#[derive(Debug, Error)]
pub enum EditorError {
    /// No editor is set.
    #[error("no editor is set: set $EDITOR, for example EDITOR=nano")]
    Unset,
    /// The setting is not a command line.
    #[error("{0:?} is not a command: set $EDITOR to the name of an editor")]
    InvalidCommand(String),
    /// The editor could not be started, or its file could not be read.
    #[error("the editor {command} failed: {why}")]
    Failed {
        /// Name of the editor.
        command: String,
        /// The cause.
        why: io::Error,
    },
    /// The editor exited with an error status.
    #[error("the editor {0} exited with an error, so its text was not used")]
    ExitStatus(String),
}

/// Opens an editor with a text, waits for it to exit, and returns the edited text.
///
/// `command` is a command line; if it is empty, `$VISUAL` or `$EDITOR` is used. The text is cleaned, since editors
/// show it on the terminal, and written to a temporary file that only its owner can read.
///
/// # Errors
/// When no editor is set, it cannot be started, or it exits with an error.
pub fn edit(text: &str, command: &str) -> Result<String, EditorError> {
    let variables = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| env::var(name).ok());
    let line = iter::once(command.to_owned()).chain(variables).find(|line| !line.trim().is_empty());
    let line = line.ok_or(EditorError::Unset)?;
    let words = shell_words::split(&line).map_err(|_| EditorError::InvalidCommand(line.clone()))?;
    let Some((command, arguments)) = words.split_first() else { return Err(EditorError::InvalidCommand(line)) };
    let failed = |why| EditorError::Failed { command: command.clone(), why };
    let mut file = tempfile::Builder::new().prefix("post-").suffix(".txt").tempfile().map_err(failed)?;
    let shown = clean(text);
    file.write_all(shown.as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    let status = Command::new(command).args(arguments).arg(file.path()).status().map_err(failed)?;
    if !status.success() {
        return Err(EditorError::ExitStatus(command.clone()));
    }
    // Read by path: editors often write a new file and move it over the old one.
    let bytes = fs::read(file.path()).map_err(failed)?;
    let written = String::from_utf8_lossy(&bytes).into_owned();
    // An unchanged text is returned exactly, not cleaned.
    Ok(if written.trim_end() == shown.trim_end() { text.to_owned() } else { written })
}
