//! Bringing in what lies at a path: finds its format, reads it, and takes it into the store, all or nothing. The
//! commands and the screens do it the same way.

mod ahead;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

use crate::fault::Fault;
use crate::model::{Head, Item, Line, Skipped};
use crate::store::{self, Store, StoreError, Taken, Terms};
use crate::transfer::bundle::Bundle;
use crate::transfer::{self, Enough, Format, Give, Looks, ReadError, jsonl};

/// What a source is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What it looks like.
    Auto,
    /// One of the formats of the world.
    Of(Format),
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
    /// What [`Fault`] says.
    #[error("{0}; nothing was brought in")]
    Fault(#[from] Fault),
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
    Bundle(Format, Box<Bundle>),
    Flask(PathBuf),
    Jsonl(Head, Box<Bundle>),
}

impl Source {
    /// Opens what lies at a path; `-` is standard input.
    ///
    /// # Errors
    /// When there is nothing to be read, or it looks like something else.
    pub fn open(kind: Kind, path: &Path) -> Result<Self, ImportError> {
        let mut bundle = Bundle::open(path)?;
        let looks = transfer::guess(&mut bundle)?;
        let other = |looks: &str, wanted: &str| {
            let why =
                format!("{} looks like {looks}, not like {wanted}: say microblog import {looks} PATH", bundle.name);
            ReadError::Content(why)
        };
        let what = match (kind, looks) {
            (Kind::Auto | Kind::Jsonl, Looks::Jsonl) => What::Jsonl(jsonl::head(&mut bundle)?, Box::new(bundle)),
            (Kind::Jsonl, Looks::Like(found)) => return Err(other(found.word(), "jsonl").into()),
            (Kind::Jsonl, Looks::Sqlite) => return Err(other("flask", "jsonl").into()),
            (Kind::Flask, Looks::Jsonl) => return Err(other("jsonl", "flask").into()),
            (Kind::Auto | Kind::Flask, Looks::Sqlite) => What::Flask(path.to_owned()),
            (Kind::Auto, Looks::Like(format)) => What::Bundle(format, Box::new(bundle)),
            (Kind::Of(wanted), Looks::Like(found)) if found != wanted && !both_feeds(found, wanted) => {
                return Err(other(found.word(), wanted.word()).into());
            }
            (Kind::Of(wanted), Looks::Sqlite) => return Err(other("flask", wanted.word()).into()),
            (Kind::Of(wanted), Looks::Jsonl) => return Err(other("jsonl", wanted.word()).into()),
            (Kind::Of(format), _) => What::Bundle(format, Box::new(bundle)),
            (Kind::Flask, Looks::Like(found)) => return Err(other(found.word(), "flask").into()),
            (Kind::Auto | Kind::Flask | Kind::Jsonl, _) => {
                return Err(ReadError::Content(unknown(looks, &bundle)).into());
            }
        };
        Ok(Self { what })
    }

    /// The word for its format.
    #[must_use]
    pub fn format(&self) -> &'static str {
        match &self.what {
            What::Bundle(format, _) => format.word(),
            What::Flask(_) => "flask",
            What::Jsonl(..) => "jsonl",
        }
    }

    /// Takes it into the store, in one transaction. What cannot be taken is told to `skip`; `progress` hears now and
    /// then how much was taken, and `stop` ends it, with nothing brought in.
    ///
    /// # Errors
    /// When it cannot be read or stored, or was stopped; nothing of it stays then.
    pub fn bring(
        &mut self,
        store: &mut Store,
        terms: &Terms,
        skip: &mut dyn FnMut(Skipped),
        progress: &mut dyn FnMut(&Taken),
        stop: &AtomicBool,
    ) -> Result<Taken, ImportError> {
        if let What::Jsonl(head, bundle) = &mut self.what {
            return bring_whole((head, bundle), store, terms, skip, progress, stop);
        }
        let what = &mut self.what;
        store.take_in(terms, skip, |intake| {
            let mut items = 0_u64;
            let mut failed = None;
            let mut take = |item: Item| {
                items += 1;
                if items.is_multiple_of(256) {
                    progress(&intake.taken());
                    if stop.load(Ordering::Relaxed) {
                        failed = Some(ImportError::Stopped);
                        return Err(Enough);
                    }
                }
                match intake.take(item) {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(Enough),
                    Err(error) => {
                        failed = Some(error.into());
                        Err(Enough)
                    }
                }
            };
            let read = ahead::ahead(weight, |give| read(what, give), &mut take)?;
            match (failed, read) {
                (Some(failed), _) => Err(failed),
                (None, _) if stop.load(Ordering::Relaxed) => Err(ImportError::Stopped),
                (None, Err(ImportError::Read(ReadError::Enough)) | Ok(())) => Ok(()),
                (None, Err(error)) => Err(error),
            }
        })
    }
}

/// Why a format must be named, or nothing can be brought in.
fn unknown(looks: Looks, bundle: &Bundle) -> String {
    let name = &bundle.name;
    match (looks, bundle.names().len()) {
        (Looks::Car, _) => {
            format!("{name} is a repository of Bluesky, which cannot be read here: save the RSS feed of the account")
        }
        (_, 0) => format!("{name} holds nothing that can be brought in: name a feed or an archive"),
        (_, 1) => format!("{name} looks like nothing that can be brought in: name its format"),
        (_, files) => format!("{name} holds {files} files and is no archive that is known: name one of them"),
    }
}

fn read(what: &mut What, give: &mut Give<'_>) -> Result<(), ImportError> {
    match what {
        What::Bundle(format, bundle) => Ok(transfer::read(*format, bundle, give)?),
        What::Flask(path) => {
            store::read_flask(path, &mut |item| give(item).map_err(|enough| ReadError::from(enough).into()))
        }
        // That one is read line by line.
        What::Jsonl(..) => Ok(()),
    }
}

/// The same for a whole database.
fn bring_whole(
    (head, bundle): (&Head, &mut Bundle),
    store: &mut Store,
    terms: &Terms,
    skip: &mut dyn FnMut(Skipped),
    progress: &mut dyn FnMut(&Taken),
    stop: &AtomicBool,
) -> Result<Taken, ImportError> {
    if terms.under.is_some() || terms.mine || terms.limit.is_some() {
        let why =
            "jsonl is all of a database, with everybody in it: leave out --as or MICROBLOG_USER, --mine and --limit";
        return Err(ReadError::Content(why.to_owned()).into());
    }
    store.take_whole(terms, head, skip, |whole| {
        let mut lines = 0_u64;
        let mut failed = None;
        let mut take = |(place, line): Numbered| {
            lines += 1;
            if lines.is_multiple_of(256) {
                progress(&whole.taken());
                if stop.load(Ordering::Relaxed) {
                    failed = Some(ImportError::Stopped);
                    return Err(Enough);
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
                Enough
            })
        };
        let read = ahead::ahead(
            weight_of_line,
            |give| jsonl::read(bundle, &mut |place, line| give((place, line))),
            &mut take,
        )?;
        failed.map_or(read.map_err(ImportError::from), Err)
    })
}

/// A line and its place, or why there is none.
type Numbered = (String, Result<Line, String>);

/// Bytes that a thing takes beside its texts, about.
const SMALL: usize = 256;

fn weight(item: &Item) -> usize {
    match item {
        Item::Avatar(picture) => SMALL + picture.bytes().len(),
        Item::Post(post) => SMALL + post.body.as_str().len() + post.origin.original.as_ref().map_or(0, String::len),
        _ => SMALL,
    }
}

fn weight_of_line((_, line): &Numbered) -> usize {
    match line {
        Ok(Line::Post(post)) => {
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
