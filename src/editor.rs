//! Edits a text in the user's editor.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use tempfile::NamedTempFile;
use thiserror::Error;

use crate::config::expand_home;
use crate::os_error;
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
    #[error("cannot run the editor {command}: {}", os_error::describe(.why))]
    Failed {
        /// Name of the editor.
        command: String,
        /// The cause.
        why: io::Error,
    },
    /// The editor exited with an error status. What was written is in the file, if it is named.
    #[error("the editor {command} exited with an error, so its text was not used{}", saved_in(.file.as_deref()))]
    ExitStatus {
        /// Name of the editor.
        command: String,
        /// The file with the text, if the text was changed.
        file: Option<PathBuf>,
    },
    /// The text is not UTF-8.
    #[error("the text from the editor is not UTF-8: convert it{}", saved_in(.file.as_deref()))]
    NotUtf8 {
        /// The file with the text.
        file: Option<PathBuf>,
    },
}

fn saved_in(file: Option<&Path>) -> String {
    file.map_or(String::new(), |file| format!("; it is saved in {}", file.display()))
}

/// Opens an editor with a text, waits for it to exit, and returns the edited text.
///
/// `command` is a command line; if it is empty, `$VISUAL` or `$EDITOR` is used. The text is cleaned, since editors
/// show it on the terminal, and written to a temporary file that only its owner can read. `^C` and `^\` are left to the
/// editor while it runs.
///
/// # Errors
/// When no editor is set, it cannot be started, it exits with an error, or its text is not UTF-8.
pub fn edit(text: &str, command: &str) -> Result<String, EditorError> {
    let (command, arguments) = command_line(command)?;
    let failed = |why| EditorError::Failed { command: command.clone(), why };
    let mut file = tempfile::Builder::new().prefix("post-").suffix(".txt").tempfile().map_err(failed)?;
    let shown = clean(text);
    file.write_all(shown.as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    let status = run(&command, &arguments, file.path()).map_err(failed)?;
    // Read by path: editors often write a new file and move it over the old one.
    let bytes = fs::read(file.path()).map_err(failed)?;
    if !status.success() {
        let is_changed = bytes != shown.as_bytes() && !bytes.trim_ascii().is_empty();
        let file = is_changed.then(|| keep(file)).flatten();
        return Err(EditorError::ExitStatus { command: command.clone(), file });
    }
    let Ok(written) = String::from_utf8(bytes) else { return Err(EditorError::NotUtf8 { file: keep(file) }) };
    // An unchanged text is returned exactly, not cleaned.
    Ok(if written.trim_end() == shown.trim_end() { text.to_owned() } else { written })
}

/// Opens an editor with a file, and waits for it to exit. `command` is as in [`edit`].
///
/// # Errors
/// When no editor is set, it cannot be started, or it exits with an error.
pub fn edit_file(path: &Path, command: &str) -> Result<(), EditorError> {
    let (command, arguments) = command_line(command)?;
    match run(&command, &arguments, path) {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(EditorError::ExitStatus { command, file: None }),
        Err(why) => Err(EditorError::Failed { command, why }),
    }
}

/// Returns the editor and its arguments: of a command line or, if it is empty, of `$VISUAL` or `$EDITOR`.
fn command_line(command: &str) -> Result<(String, Vec<String>), EditorError> {
    let variables = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| env::var(name).ok());
    let line = iter::once(command.to_owned()).chain(variables).find(|line| !line.trim().is_empty());
    let line = line.ok_or(EditorError::Unset)?;
    let words = shell_words::split(&line).map_err(|_| EditorError::InvalidCommand(line.clone()))?;
    match words.split_first() {
        Some((command, arguments)) => Ok((command.clone(), arguments.to_vec())),
        None => Err(EditorError::InvalidCommand(line)),
    }
}

/// Runs an editor until it exits.
fn run(command: &str, arguments: &[String], path: &Path) -> io::Result<ExitStatus> {
    let _signals = IgnoredSignals::new()?;
    Command::new(expand_home(Path::new(command))).args(arguments).arg(path).status()
}

/// Keeps a temporary file and returns its path.
fn keep(file: NamedTempFile) -> Option<PathBuf> {
    file.into_temp_path().keep().ok()
}

/// SIGINT and SIGQUIT, which the terminal sends to the editor and to this program, without effect here until dropped.
///
/// They are caught, not ignored, since a child process would inherit ignored signals.
struct IgnoredSignals {
    #[cfg(unix)]
    handlers: Vec<signal_hook::SigId>,
}

impl IgnoredSignals {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGQUIT};
        let handler = |signal| signal_hook::flag::register(signal, std::sync::Arc::default());
        Ok(Self { handlers: [SIGINT, SIGQUIT].into_iter().map(handler).collect::<io::Result<_>>()? })
    }

    #[cfg(not(unix))]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }
}

impl Drop for IgnoredSignals {
    fn drop(&mut self) {
        #[cfg(unix)]
        for handler in self.handlers.drain(..) {
            signal_hook::low_level::unregister(handler);
        }
    }
}
