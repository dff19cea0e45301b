//! Why a command was not carried out, in one line each.

use std::io;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use thiserror::Error;

use crate::config::ConfigError;
use crate::crash::Crash;
use crate::editor::EditorError;
use crate::import::ImportError;
use crate::model::{BodyError, EmailError, NicknameError, PhraseError, ProfileError};
use crate::store::{RecordError, StoreError};
use crate::tui::TuiError;

/// Why a command was not carried out; nothing was changed.
#[derive(Debug, Error)]
pub enum CliError {
    /// The command line makes no sense.
    #[error("{0}")]
    Usage(String),
    /// Nobody can write yet.
    #[error("there is no user yet: add one with microblog user add NICK")]
    NoUser,
    /// There are users, but none is active.
    #[error("no user is active: choose one with microblog switch NICK, or name one with --as NICK")]
    NobodyActive,
    /// A file could not be read or written.
    #[error("{0}")]
    File(String),
    /// A post was not taken; its text lies in a file.
    #[error("{why}; the text is kept in {}", .file.display())]
    NotPosted {
        /// What the store said.
        why: String,
        /// Where the text is.
        file: PathBuf,
    },
    /// A post was not taken, and no file took its text; it is said instead.
    #[error("{why}; the text could not be kept in a file either, and is: {text}")]
    NotKept {
        /// What the store said.
        why: String,
        /// The text.
        text: String,
    },
    /// What [`StoreError`] says.
    #[error("{0}")]
    Store(Box<StoreError>),
    /// What [`ImportError`] says.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// What [`RecordError`] says.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// What [`ConfigError`] says.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What [`EditorError`] says.
    #[error(transparent)]
    Editor(#[from] EditorError),
    /// What [`TuiError`] says.
    #[error(transparent)]
    Tui(#[from] TuiError),
    /// What [`NicknameError`] says.
    #[error(transparent)]
    Nickname(#[from] NicknameError),
    /// What [`EmailError`] says.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// What [`BodyError`] says.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// What [`ProfileError`] says.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// What [`PhraseError`] says.
    #[error(transparent)]
    Phrase(#[from] PhraseError),
    /// What [`Fault`] says.
    #[error(transparent)]
    Fault(#[from] Crash),
    /// Standard output or input failed.
    #[error("cannot write the output: {0}")]
    Io(#[from] io::Error),
}

impl CliError {
    /// The exit status: 2 for a command line that makes no sense, else 1.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Tui(TuiError::NoTerminal(_)) => 2,
            _ => 1,
        }
    }
}

/// Clap's error in one line: its first paragraph, and where to read more.
pub(super) fn in_one_line(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing; see microblog --help".to_owned();
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let lines = text.lines().take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let words: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let usage = usage.trim().trim_start_matches("Usage: ");
    let command: Vec<&str> = usage.split_whitespace().take_while(|word| word.starts_with(char::is_lowercase)).collect();
    let command = if command.is_empty() { "microblog".to_owned() } else { command.join(" ") };
    format!("{}; see {command} --help", words.join(" "))
}
