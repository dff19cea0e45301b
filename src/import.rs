//! Bringing in what lies at a path: finds its format, reads it, and takes it into the store, all or nothing. The
//! commands and the screens do it the same way.

mod read_ahead;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

use crate::crash::Crash;
use crate::model::{DumpHeader, ImportItem, Record, Skipped};
use crate::store::{self, ImportOptions, ImportStats, Store, StoreError};
use crate::transfer::archive::Archive;
use crate::transfer::{self, Detected, Format, ReadError, Sink, Stopped, jsonl};

/// What a source is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// What it looks like.
    Auto,
    /// One of the formats of the world.
    Known(Format),
    /// The tutorial's own database.
    Flask,
    /// A whole database as this program lets it out.
    Jsonl,
}

/// Why nothing was brought in.
#[derive(Debug, Error)]
pub enum ImportError {
    /// What [`ReadError`] says.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What [`StoreError`] says.
    #[error("{0}; nothing was brought in")]
    Store(Box<StoreError>),
    /// What [`Crash`] says.
    #[error("{0}; nothing was brought in")]
    Fault(#[from] Crash),
    /// It was stopped by hand.
    #[error("stopped: nothing was brought in")]
    Stopped,
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}

/// Something to be brought in, opened and recognised.
#[derive(Debug)]
pub struct Source {
    what: What,
}

#[derive(Debug)]
enum What {
    Archive(Format, Box<Archive>),
    Flask(PathBuf),
    Jsonl(DumpHeader, Box<Archive>),
}

impl Source {
    /// Opens what lies at a path; `-` is standard input.
    ///
    /// # Errors
    /// When there is nothing to be read, or it looks like something else.
    pub fn open(format: SourceFormat, path: &Path) -> Result<Self, ImportError> {
        let mut archive = Archive::open(path)?;
        let looks = transfer::detect(&mut archive)?;
        let other = |looks: &str, wanted: &str| {
            let why =
                format!("{} looks like {looks}, not like {wanted}: say microblog import {looks} PATH", archive.name);
            ReadError::Content(why)
        };
        let what = match (format, looks) {
            (SourceFormat::Auto | SourceFormat::Jsonl, Detected::Jsonl) => {
                What::Jsonl(jsonl::head(&mut archive)?, Box::new(archive))
            }
            (SourceFormat::Jsonl, Detected::Format(found)) => return Err(other(found.word(), "jsonl").into()),
            (SourceFormat::Jsonl, Detected::Sqlite) => return Err(other("flask", "jsonl").into()),
            (SourceFormat::Flask, Detected::Jsonl) => return Err(other("jsonl", "flask").into()),
            (SourceFormat::Auto | SourceFormat::Flask, Detected::Sqlite) => What::Flask(path.to_owned()),
            (SourceFormat::Auto, Detected::Format(format)) => What::Archive(format, Box::new(archive)),
            (SourceFormat::Known(wanted), Detected::Format(found)) if found != wanted && !both_feeds(found, wanted) => {
                return Err(other(found.word(), wanted.word()).into());
            }
            (SourceFormat::Known(wanted), Detected::Sqlite) => return Err(other("flask", wanted.word()).into()),
            (SourceFormat::Known(wanted), Detected::Jsonl) => return Err(other("jsonl", wanted.word()).into()),
            (SourceFormat::Known(format), _) => What::Archive(format, Box::new(archive)),
            (SourceFormat::Flask, Detected::Format(found)) => return Err(other(found.word(), "flask").into()),
            (SourceFormat::Auto | SourceFormat::Flask | SourceFormat::Jsonl, _) => {
                return Err(ReadError::Content(unknown(looks, &archive)).into());
            }
        };
        Ok(Self { what })
    }

    /// The word for its format.
    #[must_use]
    pub fn format(&self) -> &'static str {
        match &self.what {
            What::Archive(format, _) => format.word(),
            What::Flask(_) => "flask",
            What::Jsonl(..) => "jsonl",
        }
    }

    /// Takes it into the store, in one transaction. What cannot be taken is told to `skip`; `progress` hears now and
    /// then how much was taken, and `stop` ends it, with nothing brought in.
    ///
    /// # Errors
    /// When it cannot be read or stored, or was stopped; nothing of it stays then.
    pub fn import(
        &mut self,
        store: &mut Store,
        options: &ImportOptions,
        skip: &mut dyn FnMut(Skipped),
        progress: &mut dyn FnMut(&ImportStats),
        stop: &AtomicBool,
    ) -> Result<ImportStats, ImportError> {
        if let What::Jsonl(head, archive) = &mut self.what {
            return import_dump((head, archive), store, options, skip, progress, stop);
        }
        let what = &mut self.what;
        store.take_in(options, skip, |intake| {
            let mut items = 0_u64;
            let mut failed = None;
            let mut take = |item: ImportItem| {
                items += 1;
                if items.is_multiple_of(256) {
                    progress(&intake.taken());
                    if stop.load(Ordering::Relaxed) {
                        failed = Some(ImportError::Stopped);
                        return Err(Stopped);
                    }
                }
                match intake.take(item) {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(Stopped),
                    Err(error) => {
                        failed = Some(error.into());
                        Err(Stopped)
                    }
                }
            };
            let read = read_ahead::read_ahead(weight, |emit| read(what, emit), &mut take)?;
            match (failed, read) {
                (Some(failed), _) => Err(failed),
                (None, _) if stop.load(Ordering::Relaxed) => Err(ImportError::Stopped),
                (None, Err(ImportError::Read(ReadError::Stopped)) | Ok(())) => Ok(()),
                (None, Err(error)) => Err(error),
            }
        })
    }
}

/// Why a format must be named, or nothing can be brought in.
fn unknown(looks: Detected, archive: &Archive) -> String {
    let name = &archive.name;
    match (looks, archive.names().len()) {
        (Detected::Car, _) => {
            format!("{name} is a repository of Bluesky, which cannot be read here: save the RSS feed of the account")
        }
        (_, 0) => format!("{name} holds nothing that can be brought in: name a feed or an archive"),
        (_, 1) => format!("{name} looks like nothing that can be brought in: name its format"),
        (_, files) => format!("{name} holds {files} files and is no archive that is known: name one of them"),
    }
}

fn read(what: &mut What, emit: &mut Sink<'_>) -> Result<(), ImportError> {
    match what {
        What::Archive(format, archive) => Ok(transfer::read(*format, archive, emit)?),
        What::Flask(path) => {
            store::read_flask(path, &mut |item| emit(item).map_err(|stopped| ReadError::from(stopped).into()))
        }
        // That one is read line by line.
        What::Jsonl(..) => Ok(()),
    }
}

/// The same for a whole database.
fn import_dump(
    (head, archive): (&DumpHeader, &mut Archive),
    store: &mut Store,
    options: &ImportOptions,
    skip: &mut dyn FnMut(Skipped),
    progress: &mut dyn FnMut(&ImportStats),
    stop: &AtomicBool,
) -> Result<ImportStats, ImportError> {
    if options.import_as.is_some() || options.claim_owner || options.limit.is_some() {
        let why =
            "jsonl is all of a database, with everybody in it: leave out --as or MICROBLOG_USER, --mine and --limit";
        return Err(ReadError::Content(why.to_owned()).into());
    }
    store.take_whole(options, head, skip, |whole| {
        let mut lines = 0_u64;
        let mut failed = None;
        let mut take = |(place, line): Numbered| {
            lines += 1;
            if lines.is_multiple_of(256) {
                progress(&whole.taken());
                if stop.load(Ordering::Relaxed) {
                    failed = Some(ImportError::Stopped);
                    return Err(Stopped);
                }
            }
            let taken = match line {
                Ok(line) => whole.take(line, &place),
                Err(why) => {
                    whole.skip(&place, why);
                    Ok(())
                }
            };
            taken.map_err(|error| {
                failed = Some(error.into());
                Stopped
            })
        };
        let read = read_ahead::read_ahead(
            weight_of_line,
            |emit| jsonl::read(archive, &mut |place, line| emit((place, line))),
            &mut take,
        )?;
        failed.map_or(read.map_err(ImportError::from), Err)
    })
}

/// A line and its place, or why there is none.
type Numbered = (String, Result<Record, String>);

/// Bytes that a thing takes beside its texts, about.
const SMALL: usize = 256;

fn weight(item: &ImportItem) -> usize {
    match item {
        ImportItem::Avatar(picture) => SMALL + picture.bytes().len(),
        ImportItem::Post(post) => {
            SMALL + post.body.as_str().len() + post.origin.original.as_ref().map_or(0, String::len)
        }
        _ => SMALL,
    }
}

fn weight_of_line((_, line): &Numbered) -> usize {
    match line {
        Ok(Record::Post(post)) => {
            let before = post.versions.iter().map(|version| version.body.len()).sum::<usize>();
            SMALL + post.body.as_ref().map_or(0, String::len) + before
        }
        _ => SMALL,
    }
}

/// Both are read alike, and people mix them up.
fn both_feeds(one: Format, other: Format) -> bool {
    matches!((one, other), (Format::Rss | Format::Atom, Format::Rss | Format::Atom))
}
