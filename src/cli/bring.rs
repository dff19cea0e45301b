//! Commands that fill a database: import, and the sample world.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use indicatif::ProgressBar;

use super::args::{self, Format};
use super::progress::counting;
use super::{CliError, Context};
use crate::demo::{self, Size};
use crate::import::{Source, SourceFormat};
use crate::model::{Nickname, Skipped, Timestamp};
use crate::store::{ImportOptions, ImportStats, Store};
use crate::text::{clean_line, pluralize, with_thousands};
use crate::transfer;
use crate::tui;

/// So many skipped things are named; the others are counted.
const NAMED: u64 = 20;

pub(super) fn import(context: &mut Context, args: &args::Import) -> Result<(), CliError> {
    let started = Instant::now();
    let options = options(context, args)?;
    let mut source = Source::open(kind(args.format), &args.path)?;
    let mut passed = PassedOver::new(args.report.as_deref())?;
    let mut store = context.store()?;
    let taken = bring(context, &mut source, &mut store, &options, &mut passed)?;
    passed.tell(context)?;
    if taken.private_skipped > 0 {
        let left = pluralize(taken.private_skipped, "private post");
        context.note(&format!("left out {left}: --private brings them in"));
    }
    context.out.say(&summary(args.dry_run, source.format(), &taken))?;
    if io::stderr().is_terminal() {
        context.note(&format!("in {:.1} s", started.elapsed().as_secs_f64()));
    }
    Ok(())
}

fn kind(format: Format) -> SourceFormat {
    match format {
        Format::Auto => SourceFormat::Auto,
        Format::Flask => SourceFormat::Flask,
        Format::Jsonl => SourceFormat::Jsonl,
        Format::Twtxt => SourceFormat::Known(transfer::Format::Twtxt),
        Format::Jsonfeed => SourceFormat::Known(transfer::Format::Jsonfeed),
        Format::Rss => SourceFormat::Known(transfer::Format::Rss),
        Format::Atom => SourceFormat::Known(transfer::Format::Atom),
        Format::Mastodon => SourceFormat::Known(transfer::Format::Mastodon),
        Format::X => SourceFormat::Known(transfer::Format::X),
    }
}

fn options(context: &Context, args: &args::Import) -> Result<ImportOptions, CliError> {
    let under = context.args.actor.as_ref().map(|name| Nickname::parse(name.trim().trim_start_matches('@')));
    Ok(ImportOptions {
        now: Timestamp::now(),
        import_as: under.transpose()?,
        claim_owner: args.mine,
        include_private: args.private,
        limit: args.limit,
        dry_run: args.dry_run,
    })
}

/// Takes it all in, and shows meanwhile how far that is; `^C` ends it, with nothing brought in.
fn bring(
    context: &Context,
    source: &mut Source,
    store: &mut Store,
    options: &ImportOptions,
    passed: &mut PassedOver,
) -> Result<ImportStats, CliError> {
    let shown = io::stderr().is_terminal() && !context.args.quiet;
    let bar = if shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    let stop = Arc::new(AtomicBool::new(false));
    let signal = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&stop))?;
    let mut progress = |taken: &ImportStats| bar.set_message(pluralize(taken.posts + taken.known, "post"));
    let brought = source.import(store, options, &mut |one| passed.over(&one), &mut progress, &stop);
    bar.finish_and_clear();
    signal_hook::low_level::unregister(signal);
    Ok(brought?)
}

/// All that was taken in one line, for people and scripts alike.
fn summary(dry: bool, format: &str, taken: &ImportStats) -> String {
    let counts = [
        (taken.users, "user"),
        (taken.posts, "post"),
        (taken.follows, "follow"),
        (taken.likes, "like"),
        (taken.bookmarks, "bookmark"),
    ];
    format!(
        "{} {} from {format}; {} known already, {} skipped",
        if dry { "would import" } else { "imported" },
        counts.map(|(count, one)| pluralize(count, one)).join(", "),
        pluralize(taken.known, "post"),
        with_thousands(taken.skipped)
    )
}

/// What could not be taken: all of it goes to a report, and the first of it is told.
struct PassedOver {
    report: Option<Report>,
    count: u64,
    named: Vec<String>,
}

impl PassedOver {
    fn new(report: Option<&Path>) -> Result<Self, CliError> {
        Ok(Self { report: report.map(Report::create).transpose()?, count: 0, named: Vec::new() })
    }

    fn over(&mut self, one: &Skipped) {
        let line = format!("{}: {}", one.place, one.why);
        if let Some(report) = &mut self.report {
            report.line(&line);
        }
        if self.count < NAMED {
            self.named.push(format!("skipped {line}"));
        }
        self.count += 1;
    }

    fn tell(self, context: &Context) -> Result<(), CliError> {
        let where_all = if self.report.is_some() { "" } else { "; --report FILE lists them all" };
        self.report.map(Report::finish).transpose()?;
        for line in &self.named {
            context.note(line);
        }
        if self.count > NAMED {
            context.note(&format!("… and {} more{where_all}", with_thousands(self.count - NAMED)));
        }
        Ok(())
    }
}

/// The file in which all that was skipped is listed.
struct Report {
    path: PathBuf,
    out: BufWriter<File>,
    failed: Option<io::Error>,
}

impl Report {
    fn create(path: &Path) -> Result<Self, CliError> {
        let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
        Ok(Self { path: path.to_owned(), out: BufWriter::new(file), failed: None })
    }

    fn line(&mut self, line: &str) {
        if let Err(error) = writeln!(self.out, "{}", clean_line(line)) {
            self.failed.get_or_insert(error);
        }
    }

    fn finish(mut self) -> Result<(), CliError> {
        let flushed = self.out.flush();
        let failed = self.failed.map_or(flushed, Err);
        failed.map_err(|error| cannot_write(&self.path, &error))
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> CliError {
    CliError::File(format!("cannot write {}: {error}", path.display()))
}

pub(super) fn demo(context: &mut Context, args: &args::Demo) -> Result<(), CliError> {
    let size = Size { posts: args.posts.unwrap_or(demo::SMALL.posts), users: args.users.unwrap_or(demo::SMALL.users) };
    if size.users == 0 {
        return Err(CliError::Usage("a world needs somebody: give --users 1 or more".to_owned()));
    }
    if let Some(path) = &args.to {
        if path.exists() {
            return Err(CliError::File(format!("{} already exists: name a new file", path.display())));
        }
        let (mut store, _) = Store::open(path)?;
        fill(&mut store, size, demo::END)?;
        let (posts, users) = (pluralize(size.posts as u64, "post"), pluralize(size.users as u64, "user"));
        let line = format!("wrote {posts} by {users} to {}", path.display());
        return Ok(context.out.say(&line)?);
    }
    tui::check_terminal()?;
    let folder = tempfile::tempdir()?;
    let (mut store, _) = Store::open(&folder.path().join("demo.db"))?;
    fill(&mut store, size, Timestamp::now())?;
    Ok(tui::run(
        store,
        tui::Options { depth: context.out.told, config: context.config.clone(), ..tui::Options::default() },
    )?)
}

fn fill(store: &mut Store, size: Size, end: Timestamp) -> Result<(), CliError> {
    let bar = if io::stderr().is_terminal() {
        counting(size.posts as u64, "{bar:40} {pos} of {len} posts, {per_sec}")
    } else {
        ProgressBar::hidden()
    };
    demo::fill(store, size, end, &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    Ok(())
}
