//! The command that lets posts out.
//!
//! Chooses the posts and the format, and says where they go. How a format is written is the business of `transfer`,
//! how a file comes to be whole or not at all that of [`files`].

mod files;
mod hashes;

use std::collections::HashMap;
use std::io::{self, IsTerminal};
use std::path::Path;

use chrono::Datelike;
use indicatif::ProgressBar;

use super::args::{Export, Out};
use super::progress::counting;
use super::{CliError, Context, confirm};
use crate::model::{Post, User, UserId};
use crate::store::{ExportQuery, Store, UserOrder};
use crate::text::pluralize;
use crate::transfer::export::{self, Atom, FeedInfo, Html, JsonFeed, Markdown, Twtxt, Writer};
use crate::transfer::jsonl;
use files::{Files, Target};
use hashes::Hashes;

/// So many users who are followed are named in a feed.
const FOLLOWED: usize = 100_000;
/// Bytes of a nickname in the name of a file, of which 255 may have.
const LONGEST_NAME: usize = 200;

pub(super) fn export(context: &mut Context, args: &Export) -> Result<(), CliError> {
    check(args)?;
    let store = context.store()?;
    let users = chosen(&store, args)?;
    let target = Target::of(args.path.as_deref())?;
    if let (Target::Folder(_), Out::Jsonl | Out::Jsonfeed | Out::Atom) = (&target, args.format) {
        return Err(CliError::Usage("this format is one file: name a file, not a folder".to_owned()));
    }
    if args.format == Out::Twtxt && users.len() != 1 && !matches!(target, Target::Folder(_)) {
        let why = "a twtxt feed is of one user: name one with --user NICK, or a folder for a feed each";
        return Err(CliError::Usage(why.to_owned()));
    }
    let named = args.path.as_deref().unwrap_or(Path::new("-")).display();
    if let Some(taken) = target.taken().filter(|_| !args.force) {
        let what = format!("{taken}{named} would be replaced");
        if !io::stdin().is_terminal() {
            return Err(CliError::Usage(format!("{what}: add --force if that is meant")));
        }
        if !confirm(&what)? {
            return Ok(context.out.line("nothing changed")?);
        }
    }
    let quiet = matches!(target, Target::Stdout) && io::stdout().is_terminal();
    let bar = if context.args.quiet || quiet || !io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        counting(users.iter().map(|user| user.posts).sum(), "{bar:40} {pos} of {len} posts, {per_sec}")
    };
    let files = Files::new(&target, args.format == Out::Jsonl, context.out.terminal)?;
    let mut leaving = Leaving { store: &store, args, users, files, bar, written: 0, kept_back: 0 };
    match args.format {
        Out::Jsonl => leaving.everything(&target)?,
        _ => leaving.posts(&target)?,
    }
    let Leaving { files, bar, written, kept_back, .. } = leaving;
    bar.finish_and_clear();
    files.keep()?;
    if kept_back > 0 {
        let posts = pluralize(kept_back, "private post");
        context.note(&format!("left out {posts}: --private takes them along"));
    }
    if target.is_file() {
        context.out.say(&format!("wrote {} to {named}", pluralize(written, "post")))?;
    }
    Ok(())
}

/// What clap cannot know.
fn check(args: &Export) -> Result<(), CliError> {
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since >= until
    {
        let why = "--since must be earlier than --until: swap them, or leave one out";
        return Err(CliError::Usage(why.to_owned()));
    }
    if let Some(url) = args.url.as_ref().filter(|url| !is_address(url)) {
        let why = format!("{url:?} is no address: give one such as https://example.org/feed.xml");
        return Err(CliError::Usage(why));
    }
    let chooses = !args.user.is_empty() || args.since.is_some() || args.until.is_some();
    if args.format == Out::Jsonl && chooses {
        let why = "jsonl is everything there is: leave out --user, --since and --until";
        return Err(CliError::Usage(why.to_owned()));
    }
    Ok(())
}

/// Whether others could find something there.
fn is_address(url: &str) -> bool {
    let parts = url.split_once("://");
    parts.is_some_and(|(scheme, rest)| {
        scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && !rest.is_empty()
    }) && !url.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

/// Whose posts are wanted, each once.
fn chosen(store: &Store, args: &Export) -> Result<Vec<User>, CliError> {
    if args.user.is_empty() {
        return Ok(store.users(UserOrder::Nickname, false)?);
    }
    let mut users: Vec<User> = Vec::new();
    for nickname in &args.user {
        let user = store.user(nickname)?;
        if !users.iter().any(|known| known.id == user.id) {
            users.push(user);
        }
    }
    Ok(users)
}

/// Posts on their way out.
struct Leaving<'a> {
    store: &'a Store,
    args: &'a Export,
    users: Vec<User>,
    files: Files,
    bar: ProgressBar,
    written: u64,
    kept_back: u64,
}

impl Leaving<'_> {
    fn everything(&mut self, target: &Target) -> Result<(), CliError> {
        let Self { store, files, bar, written, .. } = self;
        let mut file = files.open(target.file())?;
        store.for_each_record(|line| {
            if let crate::model::Record::Post(post) = &line {
                *written += u64::from(post.body.is_some());
                bar.set_position(*written);
            }
            file.write(|out| jsonl::write(out, &line))
        })?;
        files.close(file)
    }

    fn posts(&mut self, target: &Target) -> Result<(), CliError> {
        match (target, self.args.format) {
            (Target::Folder(folder), Out::Twtxt) => {
                for user in std::mem::take(&mut self.users) {
                    self.one(Some(&folder.join(feed_file(&user))), vec![user])?;
                }
                Ok(())
            }
            (Target::Folder(folder), _) => self.several(folder),
            _ => {
                let users = std::mem::take(&mut self.users);
                self.one(target.file(), users)
            }
        }
    }

    /// All posts of some users in one file.
    fn one(&mut self, path: Option<&Path>, users: Vec<User>) -> Result<(), CliError> {
        let feeds = self.feeds(&users)?;
        let about = Self::about(&users, feeds.own.clone());
        let mut hashes = Hashes::new(feeds.of);
        let follows = self.follows(&about)?;
        let mut writer: Box<dyn Writer> = match self.args.format {
            Out::Twtxt => Box::new(Twtxt::new(about, &follows)),
            Out::Jsonfeed => Box::new(JsonFeed::new(about)),
            Out::Atom => Box::new(Atom::new(about)),
            Out::Html => Box::new(Html::one(about)),
            Out::Markdown | Out::Jsonl => Box::new(Markdown::new(about)),
        };
        let mut file = self.files.open(path)?;
        file.write(|out| writer.head(out))?;
        self.each(&users, |store, args, post| {
            let answers = if args.format == Out::Twtxt { hashes.answered(store, &post)? } else { None };
            file.write(|out| writer.post(out, &post, answers.as_deref()))
        })?;
        file.write(|out| writer.foot(out, None))?;
        self.files.close(file)
    }

    /// A file for each year or month, and the list of them where there are pages.
    fn several(&mut self, folder: &Path) -> Result<(), CliError> {
        let users = std::mem::take(&mut self.users);
        let about = Self::about(&users, self.args.url.clone());
        let html = self.args.format == Out::Html;
        let mut pages: Vec<(String, String, u64)> = Vec::new();
        // The files are borrowed by what is done for each post, and so are taken out meanwhile.
        let mut files = std::mem::take(&mut self.files);
        // Behind them, so that it goes before the folder does.
        let mut page: Option<Page> = None;
        self.each(&users, |_, _, post| {
            let at = post.created_at.local();
            let period = if html { at.format("%Y-%m").to_string() } else { format!("{:04}", at.year()) };
            if page.as_ref().is_none_or(|page| page.period != period) {
                let name = format!("{period}.{}", if html { "html" } else { "md" });
                let before = page.take().map(|page| page.end(&mut files, Some(&name))).transpose()?;
                let file = files.open(Some(&folder.join(&name)))?;
                page = Some(Page::begin(file, period.clone(), html, &about, before)?);
                pages.push((name, period, 0));
            }
            let (Some(page), Some(listed)) = (&mut page, pages.last_mut()) else { return Ok(()) };
            listed.2 += 1;
            let Page { file, writer, .. } = page;
            file.write(|out| writer.post(out, &post, None))
        })?;
        if let Some(page) = page {
            page.end(&mut files, None)?;
        }
        if html {
            let mut file = files.open(Some(&folder.join("index.html")))?;
            file.write(|out| export::index(out, &about, &pages))?;
            files.close(file)?;
        }
        self.files = files;
        Ok(())
    }

    /// Does something for each post that is wanted.
    fn each(
        &mut self,
        users: &[User],
        mut tell: impl FnMut(&Store, &Export, Post) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let (store, args) = (self.store, self.args);
        let all = args.user.is_empty() && users.len() != 1;
        let selection = ExportQuery {
            authors: if all { Vec::new() } else { users.iter().map(|user| user.id).collect() },
            since: args.since,
            until: args.until,
            newest_first: !matches!(args.format, Out::Twtxt | Out::Markdown),
        };
        store.for_each_post(&selection, |post| {
            let origin = post.origin.as_deref();
            if origin.is_some_and(|origin| origin.boost_of.is_some()) {
                return Ok(());
            }
            if !args.private && origin.is_some_and(|origin| origin.audience.is_private()) {
                self.kept_back += 1;
                return Ok(());
            }
            self.written += 1;
            self.bar.set_position(self.written);
            tell(store, args, post)
        })
    }

    fn about(users: &[User], url: Option<String>) -> FeedInfo {
        let owner = if let [owner] = users { Some(owner.clone()) } else { None };
        let title = owner.as_ref().map_or("Posts".to_owned(), |owner| {
            owner.display_name.as_ref().map_or(owner.nickname.as_str(), |name| name.as_str()).to_owned()
        });
        FeedInfo { title, owner, url }
    }

    /// Whom the owner of a twtxt feed follows.
    fn follows(&self, about: &FeedInfo) -> Result<Vec<User>, CliError> {
        match &about.owner {
            Some(owner) if self.args.format == Out::Twtxt => {
                let followed = self.store.following(owner.id, FOLLOWED)?;
                Ok(followed.into_iter().map(|followed| followed.user).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Where the feeds of users are found: where they came from, or where this export will lie.
    fn feeds(&self, users: &[User]) -> Result<Feeds, CliError> {
        let given = self.args.url.as_deref();
        let mut feeds = Feeds { of: HashMap::new(), own: given.map(str::to_owned) };
        if self.args.format != Out::Twtxt {
            return Ok(feeds);
        }
        let folder = self.args.path.as_deref().map_or(Ok(Target::Stdout), |path| Target::of(Some(path)))?;
        let folder = matches!(folder, Target::Folder(_));
        for user in self.store.users(UserOrder::Nickname, false)? {
            let own = users.iter().any(|own| own.id == user.id);
            // A folder holds a feed of everybody who was asked for.
            let inside = folder && (self.args.user.is_empty() || own);
            let url = match given {
                Some(base) if inside => Some(format!("{}/{}", base.trim_end_matches('/'), feed_file(&user))),
                Some(given) if own => Some(given.to_owned()),
                _ => user.url.clone(),
            };
            if own {
                feeds.own.clone_from(&url);
            }
            feeds.of.extend(url.map(|url| (user.id, url)));
        }
        Ok(feeds)
    }
}

/// The file of a user's feed; a nickname may be longer than file systems let names be.
fn feed_file(user: &User) -> String {
    let nickname = user.nickname.as_str();
    if nickname.len() <= LONGEST_NAME {
        return format!("{nickname}.txt");
    }
    let end = nickname.floor_char_boundary(LONGEST_NAME);
    format!("{}-{}.txt", &nickname[..end], user.id.0)
}

/// Where feeds are found.
struct Feeds {
    of: HashMap<UserId, String>,
    /// The one that is being written.
    own: Option<String>,
}

/// A file of one month or year.
struct Page {
    file: files::Open,
    period: String,
    writer: Box<dyn Writer>,
}

impl Page {
    fn begin(
        mut file: files::Open,
        period: String,
        html: bool,
        about: &FeedInfo,
        newer: Option<String>,
    ) -> Result<Self, CliError> {
        let title = format!("{}, {period}", about.title);
        let about = FeedInfo { title, ..about.clone() };
        let mut writer: Box<dyn Writer> =
            if html { Box::new(Html::of_several(about, newer)) } else { Box::new(Markdown::new(about)) };
        file.write(|out| writer.head(out))?;
        Ok(Self { file, period, writer })
    }

    /// Ends it, and says how the page was called.
    fn end(mut self, files: &mut Files, next: Option<&str>) -> Result<String, CliError> {
        let Self { file, writer, .. } = &mut self;
        file.write(|out| writer.foot(out, next))?;
        files.close(self.file)?;
        Ok(format!("{}.html", self.period))
    }
}
