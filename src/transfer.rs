//! The files of the world: bytes to what the model knows. No SQL, no terminal.
//!
//! A reader gives what it finds one [`Item`] after the other and keeps nothing, so that an archive of any size takes
//! little memory. What is bad is given as [`Item::Skipped`]; only a file that cannot be read at all is an error.

pub mod bundle;
mod csv;
mod elements;
mod feed;
mod format;
mod html;
mod jsonfeed;
pub mod jsonl;
mod lines;
mod mastodon;
pub mod out;
mod person;
mod surrogates;
mod time;
mod twtxt;
mod x;

use std::io;

use thiserror::Error;

use crate::model::{Item, Skipped};
use bundle::Bundle;
pub use format::{Format, Looks, guess};

/// Whoever takes the items wants no more of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enough;

/// Takes one item after the other.
pub type Give<'a> = dyn FnMut(Item) -> Result<(), Enough> + 'a;

/// Why a file could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Whoever takes the items wants no more of them.
    #[error("stopped")]
    Enough,
    /// The system says no.
    #[error("cannot read {name}: {why}")]
    File {
        /// Which file.
        name: String,
        /// Why.
        why: String,
    },
    /// It is not what it should be.
    #[error("{0}")]
    Content(String),
}

impl From<Enough> for ReadError {
    fn from(_: Enough) -> Self {
        Self::Enough
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
            _ => error.to_string(),
        };
        Self::File { name: name.to_owned(), why }
    }
}

/// Reads a file, folder or archive of a format.
///
/// # Errors
/// When it cannot be read at all, or no more of it is wanted.
pub fn read(format: Format, bundle: &mut Bundle, give: &mut Give<'_>) -> Result<(), ReadError> {
    match format {
        Format::Twtxt => twtxt::read(bundle, give),
        Format::Mastodon => mastodon::read(bundle, give),
        Format::X => x::read(bundle, give),
        Format::Jsonfeed => jsonfeed::read(bundle, give),
        Format::Rss | Format::Atom => feed::read(bundle, give),
    }
}

fn skipped(place: impl Into<String>, why: impl Into<String>) -> Item {
    Item::Skipped(Skipped { place: place.into(), why: why.into() })
}

#[cfg(test)]
mod tests;
