//! Writing a text in the person's own editor. It knows nothing of posts, the store or the screens.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::iter;
use std::process::Command;

use thiserror::Error;

use crate::text::clean;

/// Why there is no text from the editor.
#[derive(Debug, Error)]
pub enum EditorError {
    /// None is named.
    #[error("no editor is set: set EDITOR, for example EDITOR=nano")]
    Unset,
    /// What is named is no command line.
    #[error("{0:?} is no command: set EDITOR to the name of an editor")]
    Unreadable(String),
    /// It could not be started, or its file could not be read.
    #[error("the editor {command} failed: {why}")]
    Failed {
        /// Its name.
        command: String,
        /// What went wrong.
        why: io::Error,
    },
    /// It ended with an error.
    #[error("the editor {0} ended with an error, so its text was not taken")]
    Refused(String),
}

/// Opens an editor on a text: that of a command line, or `$VISUAL` or `$EDITOR` where it is empty; waits for it to end, and gives back what was written. The text
/// lies in a temporary file that only its owner can read, cleaned: editors show it on the terminal.
///
/// # Errors
/// When no editor is set, it cannot be started, or it ends with an error.
pub fn edit(text: &str, command: &str) -> Result<String, EditorError> {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| env::var(name).ok());
    let line = iter::once(command.to_owned()).chain(named).find(|line| !line.trim().is_empty());
    let line = line.ok_or(EditorError::Unset)?;
    let words = shell_words::split(&line).map_err(|_| EditorError::Unreadable(line.clone()))?;
    let Some((command, arguments)) = words.split_first() else { return Err(EditorError::Unreadable(line)) };
    let failed = |why| EditorError::Failed { command: command.clone(), why };
    let mut file = tempfile::Builder::new().prefix("post-").suffix(".txt").tempfile().map_err(failed)?;
    let shown = clean(text);
    file.write_all(shown.as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    let status = Command::new(command).args(arguments).arg(file.path()).status().map_err(failed)?;
    if !status.success() {
        return Err(EditorError::Refused(command.clone()));
    }
    // Read by name: editors often write a new file and move it over the old one.
    let bytes = fs::read(file.path()).map_err(failed)?;
    let written = String::from_utf8_lossy(&bytes).into_owned();
    // Who changed nothing gets what was there, to the letter.
    Ok(if written.trim_end() == shown.trim_end() { text.to_owned() } else { written })
}
