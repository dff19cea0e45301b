//! Why a command failed, each in one line.

use std::io;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use thiserror::Error;

use super::signals::STOPPED;
use crate::attach::AttachError;
use crate::config::ConfigError;
use crate::crash::Crash;
use crate::editor::EditorError;
use crate::import::ImportError;
use crate::model::{BodyError, DetailsError, EmailError, NicknameError, PhraseError, ProfileError};
use crate::output_file::ProtectedFile;
use crate::store::{DatabaseError, RecordError, StoreError};
use crate::sync::{AddressError, SyncError, TokenError};
use crate::tui::TuiError;

/// Why a command failed. A failed command changes nothing.
#[derive(Debug, Error)]
pub enum CliError {
    /// The command line is wrong.
    #[error("{0}")]
    Usage(String),
    /// The database has no users.
    #[error("there are no users yet: add one with microblog user add NICK")]
    NoUser,
    /// There are users, but none is active.
    #[error("no user is active: switch to one with microblog switch NICK, or name one with --as NICK")]
    NobodyActive,
    /// A file could not be read or written.
    #[error("{0}")]
    File(String),
    /// A post was not sent; its text is saved in a file.
    #[error("{why}; the text is saved in {}", .file.display())]
    NotPosted {
        /// Why the post was not sent.
        why: String,
        /// The file with the text.
        file: PathBuf,
    },
    /// A post was not sent and its text could not be saved, so the message contains it.
    #[error("{why}; the text could not be saved either: {text}")]
    NotSaved {
        /// Why the post was not sent.
        why: String,
        /// The text.
        text: String,
    },
    /// An error of the store.
    #[error("{0}")]
    Store(Box<StoreError>),
    /// An error of an import.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A feed could not be followed or refreshed.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// No feed could be refreshed.
    #[error("none of the feeds could be fetched: {0} failed")]
    AllFeedsFailed(usize),
    /// No account could be synchronized.
    #[error("none of the accounts could be read: {0} failed")]
    AllAccountsFailed(usize),
    /// A migration could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// There is no place for a file of the program.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The editor failed.
    #[error(transparent)]
    Editor(#[from] EditorError),
    /// The screens failed.
    #[error(transparent)]
    Tui(#[from] TuiError),
    /// A nickname is not valid.
    #[error(transparent)]
    Nickname(#[from] NicknameError),
    /// An email address is not valid.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// The text of a post is not valid.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// A new post is too long.
    #[error("{0}, or post it as a thread with --thread")]
    TooLong(BodyError),
    /// What a post has besides its text is not valid.
    #[error(transparent)]
    Details(#[from] DetailsError),
    /// A file cannot be attached.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// A profile field is not valid.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The phrase of a filter is not valid.
    #[error(transparent)]
    Phrase(#[from] PhraseError),
    /// The program crashed.
    #[error(transparent)]
    Crash(#[from] Crash),
    /// The output would replace a database or the file being imported.
    #[error(transparent)]
    Protected(#[from] ProtectedFile),
    /// Standard output or input failed.
    #[error("cannot write the output: {0}")]
    Io(#[from] io::Error),
    /// The server of an account refused something.
    #[error("{0}: see microblog outbox")]
    NotSent(String),
}

impl From<TokenError> for CliError {
    fn from(error: TokenError) -> Self {
        SyncError::from(error).into()
    }
}

impl From<AddressError> for CliError {
    fn from(error: AddressError) -> Self {
        Self::Sync(error.into())
    }
}

impl CliError {
    /// Returns the exit status: 2 for a wrong command line, 130 for a command that a signal stopped, else 1.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Sync(SyncError::SeveralFeeds { .. }) | Self::Tui(TuiError::NoTerminal(_)) => 2,
            Self::Store(error) if matches!(**error, StoreError::Database(DatabaseError::Interrupted)) => STOPPED,
            _ => 1,
        }
    }
}

/// Returns what to type where a path or an address is in place of the format of an import.
fn missing_format(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let value = text(ContextKind::InvalidValue).filter(|_| text(ContextKind::InvalidArg) == Some("<FORMAT>"))?;
    if value.starts_with("http://") || value.starts_with("https://") {
        return Some(format!("{value} is not a format: to follow it, run microblog follow {value}"));
    }
    Path::new(value).exists().then(|| format!("{value} is not a format: run microblog import auto {value}"))
}

/// Returns clap's error in one line: its first paragraph, and the command whose `--help` explains more.
pub(super) fn in_one_line(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing; see microblog --help".to_owned();
    }
    if let Some(text) = missing_format(error) {
        return text;
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
