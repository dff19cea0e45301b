//! Import and export formats: converts between bytes and the types of the model. It knows no SQL and no terminal.
//!
//! A reader emits one [`ImportItem`] after the other and stores nothing, so that an archive of any size needs little memory.
//! A part that cannot be read is emitted as [`ImportItem::Skipped`]; only a file that cannot be read at all is an error.

mod address;
pub mod api;
pub mod archive;
mod author;
mod csv;
mod encoding;
pub mod export;
mod feed;
mod feed_authors;
pub mod fetched;
mod format;
mod html;
mod json_repair;
mod json_stream;
mod jsonfeed;
pub mod jsonl;
mod line_reader;
mod markup;
mod mastodon;
mod media;
mod references;
mod report;
pub mod subscriptions;
mod time;
mod twtxt;
mod undated;
mod x;

use std::io;

use thiserror::Error;

use crate::model::{ImportItem, RemoteUser};
use crate::os_error;
use archive::Archive;
pub use format::{Detected, Format, detect};
pub use html::text as html_text;

/// The receiver of the items wants no more of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// Receives one item after the other.
pub type Sink<'a> = dyn FnMut(ImportItem) -> Result<(), Stopped> + 'a;

/// Returns whether a user is the owner of a file that does not name its owner.
#[must_use]
pub fn is_unknown_owner(user: &RemoteUser) -> bool {
    x::is_unknown_owner(user) || mastodon::is_unknown_owner(user)
}

/// Why a file could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The receiver of the items wants no more of them.
    #[error("stopped")]
    Stopped,
    /// The operating system refused.
    #[error("cannot read {name}: {why}")]
    File {
        /// The name of the file.
        name: String,
        /// The reason, in words.
        why: String,
    },
    /// The content is not of the expected format.
    #[error("{0}")]
    Content(String),
}

impl From<Stopped> for ReadError {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl ReadError {
    pub(crate) fn file(name: &str, error: &io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::UnexpectedEof => "it ends in the middle; fetch it again".to_owned(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                format!("it is damaged: {error}; fetch it again")
            }
            _ => os_error::describe(error),
        };
        Self::File { name: name.to_owned(), why }
    }
}

/// Reads a file, folder or archive of a format.
///
/// # Errors
/// If it cannot be read at all, or the sink wants no more of it.
pub fn read(format: Format, archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    match format {
        Format::Twtxt => twtxt::read(archive, emit),
        Format::Mastodon => mastodon::read(archive, emit),
        Format::X => x::read(archive, emit),
        Format::Jsonfeed => jsonfeed::read(archive, emit),
        Format::Rss | Format::Atom => feed::read(archive, emit),
    }
}

#[cfg(test)]
mod tests;
