//! Writes the selected posts to their files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::Datelike;
use indicatif::ProgressBar;

use super::address::{FeedUrls, feed_file_name};
use super::files::{Files, OutputFile, Target};
use super::hashes::Hashes;
use crate::cli::CliError;
use crate::cli::args::transfer::{Export, ExportFormat};
use crate::model::{Post, PostId, Record, Timestamp, User};
use crate::store::{ExportQuery, Store};
use crate::transfer::export::{self, Atom, FeedInfo, Html, JsonFeed, Markdown, Twtxt, Writer};
use crate::transfer::jsonl;

/// Maximum number of followed users listed in a twtxt feed.
const MAX_FOLLOWS: usize = 100_000;

/// Number of posts in an archive of a published feed. The feed itself has as many or up to twice as many.
const ARCHIVED: u64 = 500;

/// Numbers of an export.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Exported {
    /// Posts that were written.
    pub(super) posts: u64,
    /// Private posts that were left out.
    pub(super) private: u64,
    /// Remote ids of the posts in a published feed, without those in its archives.
    pub(in crate::cli) names: Vec<(PostId, String)>,
}

/// The posts of a thread, a search, a list or a tag.
pub(super) struct Selection {
    /// What it is, as a title.
    pub(super) title: String,
    /// The keys of the posts.
    pub(super) keys: Vec<Timestamp>,
}

/// An export in progress.
pub(super) struct Exporter<'a> {
    store: &'a Store,
    args: &'a Export,
    users: Vec<User>,
    /// The posts of the thread, search, list or tag that is exported, and its title.
    selection: Option<Selection>,
    /// The posts that are pinned to the profiles of their authors.
    pinned: BTreeSet<PostId>,
    files: Files,
    bar: ProgressBar,
    exported: Exported,
}

impl<'a> Exporter<'a> {
    pub(super) fn new(
        (store, args): (&'a Store, &'a Export),
        users: Vec<User>,
        (selection, pinned): (Option<Selection>, BTreeSet<PostId>),
        files: Files,
        bar: ProgressBar,
    ) -> Self {
        Self { store, args, users, selection, pinned, files, bar, exported: Exported::default() }
    }

    /// Writes everything and moves the finished files to their places.
    pub(super) fn run(mut self, target: &Target) -> Result<Exported, CliError> {
        match (target, self.args.format) {
            (_, ExportFormat::Jsonl) => self.dump(target)?,
            (Target::Folder(folder), ExportFormat::Twtxt) => {
                for user in std::mem::take(&mut self.users) {
                    self.single_file(Some(&folder.join(feed_file_name(&user))), vec![user], true)?;
                }
            }
            (Target::Folder(folder), _) => self.file_per_period(folder)?,
            _ => {
                let users = std::mem::take(&mut self.users);
                self.single_file(target.path(), users, false)?;
            }
        }
        self.bar.finish_and_clear();
        self.files.persist()?;
        Ok(self.exported)
    }

    /// Writes the whole database as JSONL.
    fn dump(&mut self, target: &Target) -> Result<(), CliError> {
        let Self { store, files, bar, exported, .. } = self;
        let mut file = files.create(target.path())?;
        store.for_each_record(|line| {
            if let Record::Post(post) = &line {
                exported.posts += u64::from(post.body.is_some());
                bar.set_position(exported.posts);
            }
            file.write(|out| jsonl::write(out, &line))
        })?;
        files.finish(file)
    }

    /// Writes all posts of some users to one file.
    fn single_file(&mut self, path: Option<&Path>, users: Vec<User>, in_folder: bool) -> Result<(), CliError> {
        let args = self.args;
        let is_twtxt = args.format == ExportFormat::Twtxt;
        if let (true, true, Some(url), Some(path)) = (is_twtxt, args.archives, &args.url, path) {
            return self.feed_with_archives(path, &users, url);
        }
        let urls = if is_twtxt {
            FeedUrls::find(self.store, args.url.as_deref(), &users, in_folder, args.user.is_empty())?
        } else {
            FeedUrls { by_user: std::collections::HashMap::new(), own: args.url.clone() }
        };
        let info = self.feed_info(&users, urls.own.clone());
        let mut hashes = Hashes::new(urls.by_user);
        let follows = if is_twtxt { self.follows(&info)? } else { Vec::new() };
        let mut writer: Box<dyn Writer> = match args.format {
            ExportFormat::Twtxt => Box::new(Twtxt::new(info, &follows)),
            ExportFormat::Jsonfeed => Box::new(JsonFeed::new(info)),
            ExportFormat::Atom => Box::new(Atom::new(info)),
            ExportFormat::Html => Box::new(Html::one(info)),
            ExportFormat::Markdown | ExportFormat::Jsonl | ExportFormat::Opml => Box::new(Markdown::new(info)),
        };
        let mut file = self.files.create(path)?;
        file.write(|out| writer.head(out))?;
        self.for_each_post(&users, |store, post| {
            let parent = if is_twtxt { hashes.parent_of(store, &post)? } else { None };
            file.write(|out| writer.post(out, &post, parent.as_deref()))
        })?;
        file.write(|out| writer.foot(out, None))?;
        self.files.finish(file)
    }

    /// Writes the twtxt feed of a user, its older posts in archives beside it, the oldest ones in the first.
    fn feed_with_archives(&mut self, path: &Path, users: &[User], url: &str) -> Result<(), CliError> {
        let urls = FeedUrls::find(self.store, Some(url), users, false, false)?;
        let info = feed_info(users, urls.own.clone());
        let mut hashes = Hashes::new(urls.by_user);
        let follows = self.follows(&info)?;
        let total: u64 = users.iter().map(|user| user.posts).sum();
        let archives = total.saturating_sub(ARCHIVED) / ARCHIVED;
        // `for_each_post` borrows `self`, so the files are taken out while it runs.
        let mut files = std::mem::take(&mut self.files);
        let start = |files: &Files, number: u64, previous: Option<(String, String)>| {
            let name = if number > archives { path.to_owned() } else { archive_path(path, number) };
            let writer = Twtxt::new(info.clone(), &follows);
            let mut writer = match &previous {
                Some((hash, file)) => writer.after(hash, file),
                None => writer,
            };
            let mut file = files.create(Some(&name))?;
            file.write(|out| writer.head(out))?;
            Ok::<_, CliError>((file, writer))
        };
        let (mut number, mut count) = (1, 0);
        let (mut file, mut writer) = start(&files, number, None)?;
        let (mut last, mut names) = (None, Vec::new());
        self.for_each_post(users, |store, post| {
            if count == ARCHIVED && number <= archives {
                let previous = last.take().map(|hash| (hash, file_name(&archive_path(path, number))));
                (number, count) = (number + 1, 0);
                let next = start(&files, number, previous)?;
                files.finish(std::mem::replace(&mut file, next.0))?;
                writer = next.1;
                names.clear();
            }
            count += 1;
            let parent = hashes.parent_of(store, &post)?;
            let hash = export::hash(url, &post, parent.as_deref());
            names.push((post.id, format!("#{hash}")));
            last = Some(hash);
            file.write(|out| writer.post(out, &post, parent.as_deref()))
        })?;
        file.rename(path);
        files.finish(file)?;
        self.files = files;
        self.exported.names = names;
        Ok(())
    }

    /// Writes one file per year, or one page per month with an index of them for HTML.
    fn file_per_period(&mut self, folder: &Path) -> Result<(), CliError> {
        let users = std::mem::take(&mut self.users);
        let info = self.feed_info(&users, self.args.url.clone());
        let html = self.args.format == ExportFormat::Html;
        let mut pages: Vec<(String, String, u64)> = Vec::new();
        // `for_each_post` borrows `self`, so the files are taken out while it runs.
        let mut files = std::mem::take(&mut self.files);
        // Declared after `files`, so that an unfinished page is dropped before a new folder is removed.
        let mut page: Option<Page> = None;
        self.for_each_post(&users, |_, post| {
            let at = post.created_at.local();
            let period = if html { at.format("%Y-%m").to_string() } else { format!("{:04}", at.year()) };
            if page.as_ref().is_none_or(|page| page.period != period) {
                let name = format!("{period}.{}", if html { "html" } else { "md" });
                let newer = page.take().map(|page| page.finish(&mut files, Some(&name))).transpose()?;
                let file = files.create(Some(&folder.join(&name)))?;
                page = Some(Page::start(file, period.clone(), html, &info, newer)?);
                pages.push((name, period, 0));
            }
            let (Some(page), Some(listed)) = (&mut page, pages.last_mut()) else { return Ok(()) };
            listed.2 += 1;
            let Page { file, writer, .. } = page;
            file.write(|out| writer.post(out, &post, None))
        })?;
        if let Some(page) = page {
            page.finish(&mut files, None)?;
        }
        if html {
            let mut file = files.create(Some(&folder.join("index.html")))?;
            file.write(|out| export::index(out, &info, &pages))?;
            files.finish(file)?;
        }
        self.files = files;
        Ok(())
    }

    /// Calls `each` with every selected post, and counts them.
    fn for_each_post(
        &mut self,
        users: &[User],
        mut each: impl FnMut(&Store, Post) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let (store, args) = (self.store, self.args);
        let all = args.user.is_empty() && users.len() != 1;
        let query = ExportQuery {
            authors: if all { Vec::new() } else { users.iter().map(|user| user.id).collect() },
            since: args.since,
            until: args.until,
            keys: self.selection.as_ref().map(|selection| selection.keys.clone()),
            newest_first: !matches!(args.format, ExportFormat::Twtxt | ExportFormat::Markdown),
        };
        store.for_each_post(&query, |post| {
            let origin = post.origin.as_deref();
            // A boost of a post that is not in the database has no text of its own.
            if origin.is_some_and(|origin| origin.boost_of.is_some()) {
                return Ok(());
            }
            if !args.private && origin.is_some_and(|origin| origin.audience.is_private()) {
                self.exported.private += 1;
                return Ok(());
            }
            self.exported.posts += 1;
            self.bar.set_position(self.exported.posts);
            each(store, post)
        })
    }

    /// Describes the file; a selection has its own title.
    fn feed_info(&self, users: &[User], url: Option<String>) -> FeedInfo {
        let info = feed_info(users, url);
        match &self.selection {
            Some(selection) => FeedInfo { title: selection.title.clone(), pinned: self.pinned.clone(), ..info },
            None => FeedInfo { pinned: self.pinned.clone(), ..info },
        }
    }

    /// Returns the users that the owner of a twtxt feed follows.
    fn follows(&self, info: &FeedInfo) -> Result<Vec<User>, CliError> {
        let Some(owner) = &info.owner else { return Ok(Vec::new()) };
        let follows = self.store.following(owner.id, MAX_FOLLOWS)?;
        Ok(follows.into_iter().map(|entry| entry.user).collect())
    }
}

/// Returns the path of an archive of a feed: `feed-archive-1.txt` of `feed.txt`.
pub(in crate::cli) fn archive_path(feed: &Path, number: u64) -> PathBuf {
    let stem = feed.file_stem().unwrap_or_default().to_string_lossy();
    let extension = feed.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    feed.with_file_name(format!("{stem}-archive-{number}{extension}"))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn feed_info(users: &[User], url: Option<String>) -> FeedInfo {
    let owner = if let [owner] = users { Some(owner.clone()) } else { None };
    let title = owner.as_ref().map_or("Posts".to_owned(), |owner| {
        owner.display_name.as_ref().map_or(owner.nickname.as_str(), |name| name.as_str()).to_owned()
    });
    FeedInfo { title, owner, url, pinned: BTreeSet::new() }
}

/// The file of one month or year.
struct Page {
    file: OutputFile,
    period: String,
    writer: Box<dyn Writer>,
}

impl Page {
    fn start(
        mut file: OutputFile,
        period: String,
        html: bool,
        info: &FeedInfo,
        newer: Option<String>,
    ) -> Result<Self, CliError> {
        let info = FeedInfo { title: format!("{}, {period}", info.title), ..info.clone() };
        let mut writer: Box<dyn Writer> =
            if html { Box::new(Html::of_several(info, newer)) } else { Box::new(Markdown::new(info)) };
        file.write(|out| writer.head(out))?;
        Ok(Self { file, period, writer })
    }

    /// Finishes the page and returns its file name.
    fn finish(mut self, files: &mut Files, older: Option<&str>) -> Result<String, CliError> {
        let Self { file, writer, .. } = &mut self;
        file.write(|out| writer.foot(out, older))?;
        files.finish(self.file)?;
        Ok(format!("{}.html", self.period))
    }
}
