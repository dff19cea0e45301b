//! Why a command failed, each in one line.

use std::io;
use std::path::PathBuf;

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
use crate::sync::{SyncError, TokenError};
use crate::tui::TuiError;

/// Why a command failed. A failed command changes nothing.
#[derive(Debug, Error)]
pub enum CliError {
    /// The command line is wrong, whatever the database and the files contain.
    #[error("{0}")]
    Usage(String),
    /// The command could not be carried out with what the database and the files contain.
    #[error("{0}")]
    Failed(String),
    /// The database has no users.
    #[error("there are no users yet: add one with microblog user add NICK")]
    NoUser,
    /// There are users, but none is active.
    #[error("no user is active: switch to one with microblog switch NICK, or name one with --as NICK")]
    NobodyActive,
    /// A post was not sent; its text is saved in a file.
    #[error("{why}; the text is saved in {}", .file.display())]
    NotPosted {
        /// Why the post was not sent.
        why: Box<CliError>,
        /// The file with the text.
        file: PathBuf,
    },
    /// A post was not sent and its text could not be saved, so the message contains it.
    #[error("{why}; the text could not be saved either: {text}")]
    NotSaved {
        /// Why the post was not sent.
        why: Box<CliError>,
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

impl CliError {
    /// Returns the exit status: 2 if the command line is wrong, whatever the database and the files contain, or lacks the
    /// option that confirms; 130 if a signal stopped the command; 1 for everything else.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::Nickname(_)
            | Self::Email(_)
            | Self::Details(_)
            | Self::Profile(_)
            | Self::Phrase(_)
            | Self::Sync(SyncError::NotAnAccount(_))
            | Self::Record(RecordError::InvalidName(_))
            | Self::Tui(TuiError::NoTerminal(_)) => 2,
            Self::Store(error) => match **error {
                StoreError::InvalidListName | StoreError::MissingSearchName => 2,
                StoreError::Database(DatabaseError::Interrupted) => STOPPED,
                _ => 1,
            },
            Self::NotPosted { why, .. } | Self::NotSaved { why, .. } => why.status(),
            _ => 1,
        }
    }
}
