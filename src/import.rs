//! Imports a file, folder or archive: detects its format, reads it, and stores it in one transaction. Commands and
//! screens share it.

mod read_ahead;
mod several;
mod summary;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

use crate::crash::Crash;
use crate::model::{DumpHeader, ImportItem, Record, Skipped};
use crate::store::{self, ImportOptions, ImportStats, Store, StoreError};
use crate::text::pluralize;
use crate::transfer::archive::Archive;
use crate::transfer::{self, Detected, Format, ReadError, Sink, jsonl};
use read_ahead::{Ahead, read_ahead};
pub use several::Sources;
pub use summary::summary;

/// Items after which progress is reported, and an import can be stopped.
const STEP: u64 = 256;
/// The words of all formats.
const FORMATS: &str = "atom, flask, jsonfeed, jsonl, mastodon, rss, twtxt or x";

/// The format as which a source is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// The detected one.
    Auto,
    /// A format of another service or program.
    Known(Format),
    /// The database of the Flask tutorial.
    Flask,
    /// A dump of a whole database, as this program exports it.
    Jsonl,
}

/// Why nothing was imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The source cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database cannot be written.
    #[error("{0}; nothing was imported")]
    Store(Box<StoreError>),
    /// The reader panicked.
    #[error("{0}; nothing was imported")]
    Fault(#[from] Crash),
    /// The system allows no more threads.
    #[error(
        "cannot start a thread: {0}: close other programs, or allow more processes (ulimit -u); nothing was imported"
    )]
    Thread(#[from] std::io::Error),
    /// The user stopped it.
    #[error("stopped: nothing was imported")]
    Stopped,
    /// It ended between two of several sources.
    #[error("{why}; {done} of {count} files were imported")]
    Interrupted {
        /// Why it ended.
        why: String,
        /// Number of sources that were imported before.
        done: usize,
        /// Number of all sources.
        count: usize,
    },
    /// Nothing in the source could be read.
    #[error("nothing was imported: {skipped} skipped, the first is {place}: {why}", skipped = pluralize(*.count, "item"))]
    OnlySkipped {
        /// Number of items that were skipped.
        count: u64,
        /// Place of the first.
        place: String,
        /// What is wrong with the first.
        why: String,
    },
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}

/// A source that was opened, and its format.
#[derive(Debug)]
pub struct Source {
    content: SourceContent,
}

#[derive(Debug)]
enum SourceContent {
    Archive(Format, Box<Archive>),
    Flask(PathBuf),
    Jsonl(DumpHeader, Box<Archive>),
}

/// Receives what could not be imported, and how far an import is.
struct Observer<'o> {
    progress: &'o mut dyn FnMut(&ImportStats),
    stop: &'o AtomicBool,
    /// Items so far.
    count: u64,
}

impl Observer<'_> {
    /// Counts an item; now and then reports progress.
    fn step(&mut self, stats: impl FnOnce() -> ImportStats) -> Result<(), ImportError> {
        self.count += 1;
        if self.count.is_multiple_of(STEP) {
            (self.progress)(&stats());
            self.check()?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ImportError> {
        if self.stop.load(Ordering::Relaxed) { Err(ImportError::Stopped) } else { Ok(()) }
    }

    /// Returns the result of the reader, once all its items are stored.
    fn finish<T, E: Into<ImportError>>(&self, ahead: &mut Ahead<'_, T, Result<(), E>>) -> Result<(), ImportError> {
        self.check()?;
        match ahead.result() {
            Some(Ok(result)) => result.map_err(Into::into),
            Some(Err(crash)) => Err(crash.into()),
            None => Ok(()),
        }
    }
}

impl Source {
    /// Opens a path and detects its format; `-` is standard input.
    ///
    /// # Errors
    /// If it cannot be read, or is of another format than `format`.
    pub fn open(format: SourceFormat, path: &Path) -> Result<Self, ImportError> {
        let mut archive = Archive::open(path)?;
        let detected = transfer::detect(&mut archive)?;
        let mismatch = |found: &str, wanted: &str| {
            let why =
                format!("{} looks like {found}, not like {wanted}: say microblog import {found} PATH", archive.name);
            Err(ImportError::from(ReadError::Content(why)))
        };
        let wanted = match format {
            SourceFormat::Auto => None,
            SourceFormat::Known(format) => Some(format.word()),
            SourceFormat::Flask => Some("flask"),
            SourceFormat::Jsonl => Some("jsonl"),
        };
        let found = match detected {
            Detected::Format(format) => Some(format.word()),
            Detected::Sqlite => Some("flask"),
            Detected::Jsonl => Some("jsonl"),
            Detected::Car | Detected::Unknown(_) => None,
        };
        if let (Some(found), Some(wanted)) = (found, wanted)
            && found != wanted
            && !both_feeds(format, detected)
        {
            return mismatch(found, wanted);
        }
        let content = match (format, detected) {
            (SourceFormat::Known(format), _) | (SourceFormat::Auto, Detected::Format(format)) => {
                SourceContent::Archive(format, Box::new(archive))
            }
            (_, Detected::Sqlite) => SourceContent::Flask(path.to_owned()),
            (_, Detected::Jsonl) | (SourceFormat::Jsonl, Detected::Unknown(_)) => {
                SourceContent::Jsonl(jsonl::head(&mut archive)?, Box::new(archive))
            }
            _ => return Err(ReadError::Content(unknown(detected, &archive)).into()),
        };
        Ok(Self { content })
    }

    /// Returns the word for its format in commands.
    #[must_use]
    pub fn format(&self) -> &'static str {
        match &self.content {
            SourceContent::Archive(format, _) => format.word(),
            SourceContent::Flask(_) => "flask",
            SourceContent::Jsonl(..) => "jsonl",
        }
    }

    /// Stores the source in one transaction.
    ///
    /// `skip` receives what could not be imported, or only with a defect. `progress` is called now and then with the
    /// counts so far, and once `stop` is set the import ends.
    ///
    /// # Errors
    /// If it cannot be read or stored, nothing in it can be read, or it was stopped; then nothing is imported.
    pub fn import(
        &mut self,
        store: &mut Store,
        options: &ImportOptions,
        skip: &mut dyn FnMut(Skipped),
        progress: &mut dyn FnMut(&ImportStats),
        stop: &AtomicBool,
    ) -> Result<ImportStats, ImportError> {
        let mut observer = Observer { progress, stop, count: 0 };
        let content = match &mut self.content {
            SourceContent::Jsonl(head, archive) => {
                return import_dump((head, archive), store, options, skip, &mut observer);
            }
            content => content,
        };
        let reader_stop = content.stop_flag();
        let idle = || {
            if stop.load(Ordering::Relaxed) {
                reader_stop.store(true, Ordering::Relaxed);
            }
        };
        let asks_for_owner = content.may_lack_owner() && options.import_as.is_none();
        let mut first = None;
        let mut note = |skipped: Skipped| {
            if !skipped.imported && first.is_none() {
                first = Some((skipped.place.clone(), skipped.why.clone()));
            }
            skip(skipped);
        };
        let mut only_skipped = None;
        let result = read_ahead(
            weight,
            |emit| read(content, emit),
            &idle,
            |ahead| {
                // The database is locked for other writers only once there is something to write.
                ahead.wait();
                observer.check()?;
                let mut import = store.begin_import(options, &mut note)?;
                for item in &mut *ahead {
                    observer.step(|| import.stats())?;
                    if asks_for_owner && is_unknown_owner(&item) {
                        let why = "the file does not say whose posts it contains: add --as NICK";
                        return Err(ReadError::Content(why.to_owned()).into());
                    }
                    if !import.add(item)? {
                        observer.check()?;
                        return Ok(import.commit()?);
                    }
                }
                observer.finish(ahead)?;
                let stats = import.stats();
                only_skipped = is_only_skipped(&stats).then_some(stats.skipped);
                if only_skipped.is_some() { Err(ImportError::Stopped) } else { Ok(import.commit()?) }
            },
        )?;
        match (only_skipped, first) {
            (Some(count), Some((place, why))) => Err(ImportError::OnlySkipped { count, place, why }),
            _ => result,
        }
    }
}

impl SourceContent {
    /// Whether it may not name its owner: a single file of an archive from X, or the notes of Misskey.
    fn may_lack_owner(&self) -> bool {
        matches!(self, Self::Archive(Format::X | Format::Mastodon, archive) if archive.is_file())
    }

    /// The flag that stops its reader.
    fn stop_flag(&self) -> Arc<AtomicBool> {
        match self {
            Self::Archive(_, archive) => archive.stop_flag(),
            _ => Arc::default(),
        }
    }
}

fn is_unknown_owner(item: &ImportItem) -> bool {
    matches!(item, ImportItem::Owner(user) if transfer::is_unknown_owner(user))
}

fn is_only_skipped(stats: &ImportStats) -> bool {
    let posts = stats.posts + stats.known + stats.updated + stats.deleted + stats.private_skipped;
    stats.skipped > 0 && posts + stats.follows + stats.likes + stats.bookmarks == 0
}

/// Returns why a source cannot be imported, and what can be.
fn unknown(detected: Detected, archive: &Archive) -> String {
    let name = &archive.name;
    match (detected, archive.names().len()) {
        (Detected::Car, _) => {
            format!("{name} is a repository of Bluesky, which cannot be imported: save the RSS feed of the account")
        }
        (_, 0) => format!("{name} contains nothing to import: name a feed or an archive"),
        (Detected::Unknown(nearest), 1) => {
            let nearest = nearest.map(|word| format!("; the nearest is {word}")).unwrap_or_default();
            format!(
                "{name} is in no known format: run microblog import FORMAT FILE to choose one of {FORMATS}{nearest}"
            )
        }
        (_, files) => format!("{name} contains {files} files and is no known archive: name one of them"),
    }
}

fn read(content: &mut SourceContent, emit: &mut Sink<'_>) -> Result<(), ImportError> {
    match content {
        SourceContent::Archive(format, archive) => Ok(transfer::read(*format, archive, emit)?),
        SourceContent::Flask(path) => {
            store::read_flask(path, &mut |item| emit(item).map_err(|stopped| ReadError::from(stopped).into()))
        }
        // Dumps are read by `import_dump`.
        SourceContent::Jsonl(..) => Ok(()),
    }
}

/// Imports a dump of a whole database.
fn import_dump(
    (head, archive): (&DumpHeader, &mut Archive),
    store: &mut Store,
    options: &ImportOptions,
    skip: &mut dyn FnMut(Skipped),
    observer: &mut Observer<'_>,
) -> Result<ImportStats, ImportError> {
    if options.import_as.is_some() || options.claim_owner || options.limit.is_some() {
        let why = "a jsonl dump contains all users of a database: leave out --as or MICROBLOG_USER, --mine and --limit";
        return Err(ReadError::Content(why.to_owned()).into());
    }
    let (reader_stop, stop) = (archive.stop_flag(), observer.stop);
    let idle = || {
        if stop.load(Ordering::Relaxed) {
            reader_stop.store(true, Ordering::Relaxed);
        }
    };
    read_ahead(
        record_weight,
        |emit| jsonl::read(archive, &mut |place, record| emit((place, record))),
        &idle,
        |ahead| {
            ahead.wait();
            observer.check()?;
            let mut dump = store.begin_dump_import(options, head, skip)?;
            for (place, record) in &mut *ahead {
                observer.step(|| dump.stats())?;
                match record {
                    Ok(record) => dump.add(record, &place)?,
                    Err(why) => dump.skip(&place, why),
                }
            }
            observer.finish(ahead)?;
            Ok(dump.commit()?)
        },
    )?
}

/// The place of a record, and the record or what is wrong with it.
type Numbered = (String, Result<Record, String>);

/// Approximate size of an item without its texts, in bytes.
const SMALL: usize = 256;

/// Returns the approximate size of an item in bytes.
fn weight(item: &ImportItem) -> usize {
    match item {
        ImportItem::AvatarUrl(url) => SMALL + url.len(),
        ImportItem::Avatar(picture) => SMALL + picture.bytes().len(),
        ImportItem::Post(post) => {
            let history = post.revisions.iter().map(|revision| revision.body.as_str().len()).sum::<usize>();
            SMALL + post.body.as_str().len() + history + post.origin.original.as_ref().map_or(0, String::len)
        }
        _ => SMALL,
    }
}

/// Returns the approximate size of a record in bytes.
fn record_weight((_, record): &Numbered) -> usize {
    match record {
        Ok(Record::Post(post)) => {
            let history = post.versions.iter().map(|version| version.body.len()).sum::<usize>();
            SMALL + post.body.as_ref().map_or(0, String::len) + history
        }
        _ => SMALL,
    }
}

/// Whether both are RSS or Atom, which one reader reads and people mix up.
fn both_feeds(wanted: SourceFormat, found: Detected) -> bool {
    let feed = |format| matches!(format, Format::Rss | Format::Atom);
    matches!((wanted, found), (SourceFormat::Known(wanted), Detected::Format(found)) if feed(wanted) && feed(found))
}
