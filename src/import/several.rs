//! Imports several files, or a folder of feeds, as one import with one summary.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::{ImportError, Source, SourceFormat, both_feeds};
use crate::model::{PostRange, Skipped, UserId};
use crate::store::{ImportOptions, ImportStats, Store, StoreError};
use crate::text::pluralize;
use crate::transfer::archive::Archive;
use crate::transfer::{self, Detected, Format, ReadError};

/// Files, folders and archives that are imported one after the other: of each all, or nothing.
#[derive(Debug)]
pub struct Sources {
    format: SourceFormat,
    paths: Vec<PathBuf>,
    /// The only source, which is opened before the database is.
    only: Option<Source>,
    /// Folders of feeds, with the number of their other files.
    left_out: Vec<(PathBuf, u64)>,
    /// Words of the formats that were imported.
    formats: BTreeSet<&'static str>,
    /// The posts that were added.
    added: Vec<PostRange>,
    /// Whose sources were imported.
    owners: BTreeSet<UserId>,
}

impl Sources {
    /// Opens paths and detects their formats; `-` is standard input. A folder that is no archive stands for its feeds.
    ///
    /// # Errors
    /// If a path is a URL; or if there is only one source, and it cannot be read or is of another format than `format`.
    pub fn open(format: SourceFormat, paths: &[PathBuf]) -> Result<Self, ImportError> {
        let mut sources = Self {
            format,
            paths: vec![],
            only: None,
            left_out: vec![],
            formats: BTreeSet::new(),
            added: vec![],
            owners: BTreeSet::new(),
        };
        for path in paths {
            if let Some(url) = url(path) {
                let why = format!("{url} is a URL, not a file: say microblog follow {url}");
                return Err(ReadError::Content(why).into());
            }
            match feeds(format, path) {
                Some((feeds, others)) => {
                    sources.paths.extend(feeds);
                    sources.left_out.extend((others > 0).then(|| (path.clone(), others)));
                }
                None => sources.paths.push(path.clone()),
            }
        }
        if let [path] = &sources.paths[..] {
            let source = Source::open(format, path)?;
            sources.formats.insert(source.format());
            sources.only = Some(source);
        }
        Ok(sources)
    }

    /// Returns whether there is more than one source.
    #[must_use]
    pub fn are_several(&self) -> bool {
        self.paths.len() > 1
    }

    /// Returns what was imported, for the summary: the word of a format, or `3 files (rss, twtxt)`.
    #[must_use]
    pub fn description(&self) -> String {
        let formats = self.formats.iter().copied().collect::<Vec<_>>().join(", ");
        if !self.are_several() {
            return formats;
        }
        format!("{} ({formats})", pluralize(self.paths.len() as u64, "file"))
    }

    /// Returns the posts that were added.
    #[must_use]
    pub fn added(&self) -> &[PostRange] {
        &self.added
    }

    /// Returns the users whose sources were imported.
    pub fn owners(&self) -> impl Iterator<Item = UserId> {
        self.owners.iter().copied()
    }

    /// Imports the sources, each in a transaction of its own; the arguments are those of [`Source::import`].
    ///
    /// A source that fails is passed to `skip`, and the others are imported.
    ///
    /// # Errors
    /// If all sources fail, the database cannot be written, or the import was stopped.
    pub fn import(
        &mut self,
        store: &mut Store,
        options: &ImportOptions,
        skip: &mut dyn FnMut(Skipped),
        progress: &mut dyn FnMut(&ImportStats),
        stop: &AtomicBool,
    ) -> Result<ImportStats, ImportError> {
        for (folder, others) in &self.left_out {
            let why = format!("left out {} without a feed", pluralize(*others, "file"));
            skip(Skipped { place: folder.display().to_string(), why, imported: true });
        }
        if let Some(source) = &mut self.only {
            let stats = source.import(store, options, skip, progress, stop)?;
            self.added.extend(stats.added);
            self.owners.extend(stats.owner);
            return Ok(stats);
        }
        let (mut total, mut done, mut first) = (ImportStats::default(), 0, None);
        for path in &self.paths {
            let rest = options.limit.map(|limit| limit.saturating_sub(total.posts));
            if rest == Some(0) {
                break;
            }
            let name = path.display().to_string();
            let options = ImportOptions { limit: rest, ..options.clone() };
            let mut skip_in =
                |skipped: Skipped| skip(Skipped { place: format!("{name}, {}", skipped.place), ..skipped });
            let mut progress = |stats: &ImportStats| progress(&sum(total, stats));
            let imported = Source::open(self.format, path).and_then(|mut source| {
                let stats = source.import(store, &options, &mut skip_in, &mut progress, stop)?;
                Ok((source.format(), stats))
            });
            match imported {
                Ok((format, stats)) => {
                    self.formats.insert(format);
                    self.added.extend(stats.added);
                    self.owners.extend(stats.owner);
                    total = sum(total, &stats);
                    done += 1;
                }
                Err(error) if ends_all(&error) => {
                    return Err(if done == 0 { error } else { interrupted(error, done, self.paths.len()) });
                }
                Err(error) => {
                    let why = without_name(&error.to_string(), &name);
                    first.get_or_insert_with(|| (name.clone(), why.clone()));
                    total.skipped += 1;
                    skip(Skipped { place: name, why, imported: false });
                }
            }
        }
        match first {
            Some((place, why)) if done == 0 => Err(ImportError::OnlySkipped { count: total.skipped, place, why }),
            _ => Ok(total),
        }
    }
}

/// Returns a path that is a URL, unless there is a file of that name.
fn url(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    let (scheme, _) = text.split_once("://")?;
    (["http", "https"].iter().any(|name| scheme.eq_ignore_ascii_case(name)) && !path.exists()).then_some(text)
}

/// Returns the feeds in a folder that is no archive, and the number of its other files; `None` for anything else.
fn feeds(format: SourceFormat, path: &Path) -> Option<(Vec<PathBuf>, u64)> {
    let is_feed = |format| !matches!(format, Format::Mastodon | Format::X);
    if !path.is_dir()
        || !matches!(format, SourceFormat::Auto) && !matches!(format, SourceFormat::Known(one) if is_feed(one))
    {
        return None;
    }
    let mut folder = Archive::open(path).ok()?;
    let whole = transfer::detect(&mut folder).ok()?;
    if matches!(whole, Detected::Format(format) if !is_feed(format)) {
        return None;
    }
    let is_wanted = |path: &PathBuf| {
        let Ok(Detected::Format(found)) = Archive::open(path).and_then(|mut file| transfer::detect(&mut file)) else {
            return false;
        };
        let fits = match format {
            SourceFormat::Known(wanted) => wanted == found || both_feeds(format, Detected::Format(found)),
            _ => true,
        };
        is_feed(found) && fits
    };
    let is_visible = |name: &&String| !name.split('/').any(|part| part.starts_with('.'));
    let files: Vec<PathBuf> = folder.names().iter().filter(is_visible).map(|name| path.join(name)).collect();
    let count = files.len();
    let feeds: Vec<PathBuf> = files.into_iter().filter(is_wanted).collect();
    // The pictures of a blog are beside its feed.
    let is_blog = whole == Detected::Format(Format::Jsonfeed) && feeds.len() == 1;
    let others = count.saturating_sub(feeds.len()) as u64;
    (!feeds.is_empty() && !is_blog).then_some((feeds, others))
}

/// Whether the sources after this error would fail as well.
fn ends_all(error: &ImportError) -> bool {
    match error {
        ImportError::Stopped => true,
        ImportError::Store(error) => matches!(**error, StoreError::Database(_)),
        _ => false,
    }
}

fn interrupted(error: ImportError, done: usize, count: usize) -> ImportError {
    let why = match error {
        ImportError::Store(error) => error.to_string(),
        _ => "stopped".to_owned(),
    };
    ImportError::Interrupted { why, done, count }
}

/// Returns an error without the name of its file, which precedes it in the report.
fn without_name(why: &str, name: &str) -> String {
    match (why.strip_prefix(&format!("cannot read {name}: ")), why.strip_prefix(&format!("{name} "))) {
        (Some(rest), _) => rest.to_owned(),
        (None, Some(rest)) => format!("it {rest}"),
        (None, None) => why.to_owned(),
    }
}

fn sum(mut total: ImportStats, stats: &ImportStats) -> ImportStats {
    total.users += stats.users;
    total.posts += stats.posts;
    total.known += stats.known;
    total.updated += stats.updated;
    total.deleted += stats.deleted;
    total.profiles += stats.profiles;
    total.follows += stats.follows;
    total.likes += stats.likes;
    total.bookmarks += stats.bookmarks;
    total.skipped += stats.skipped;
    total.untrusted += stats.untrusted;
    total.private_skipped += stats.private_skipped;
    total.owner = stats.owner;
    total
}
