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
use crate::import::{Kind, Source};
use crate::model::{Nickname, Skipped, Timestamp};
use crate::store::{Store, Terms};
use crate::text::clean_line;
use crate::transfer;
use crate::tui;

/// So many skipped things are named; the others are counted.
const NAMED: u64 = 20;

pub(super) fn import(context: &mut Context, args: &args::Import) -> Result<(), CliError> {
    let started = Instant::now();
    let kind = match args.format {
        Format::Auto => Kind::Auto,
        Format::Flask => Kind::Flask,
        Format::Jsonl => Kind::Jsonl,
        Format::Twtxt => Kind::Of(transfer::Format::Twtxt),
        Format::Jsonfeed => Kind::Of(transfer::Format::Jsonfeed),
        Format::Rss => Kind::Of(transfer::Format::Rss),
        Format::Atom => Kind::Of(transfer::Format::Atom),
        Format::Mastodon => Kind::Of(transfer::Format::Mastodon),
        Format::X => Kind::Of(transfer::Format::X),
    };
    let under = context.args.actor.as_ref().map(|name| Nickname::parse(name.trim().trim_start_matches('@')));
    let terms = Terms {
        now: Timestamp::now(),
        under: under.transpose()?,
        mine: args.mine,
        private: args.private,
        limit: args.limit,
        dry: args.dry_run,
    };
    let mut source = Source::open(kind, &args.path)?;
    let mut report = args.report.as_deref().map(Report::create).transpose()?;
    let mut store = context.store()?;
    let bar = if io::stderr().is_terminal() && !context.args.quiet {
        ProgressBar::new_spinner()
    } else {
        ProgressBar::hidden()
    };
    let stop = Arc::new(AtomicBool::new(false));
    let signal = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&stop))?;
    let mut skipped = 0;
    let mut notes = Vec::new();
    let mut skip = |one: Skipped| {
        let line = format!("{}: {}", one.place, one.why);
        if let Some(report) = &mut report {
            report.line(&line);
        }
        if skipped < NAMED {
            notes.push(format!("skipped {line}"));
        }
        skipped += 1;
    };
    let brought = source.bring(
        &mut store,
        &terms,
        &mut skip,
        &mut |taken| bar.set_message(format!("{} posts", taken.posts + taken.known)),
        &stop,
    );
    bar.finish_and_clear();
    signal_hook::low_level::unregister(signal);
    let taken = brought?;
    report.map(Report::finish).transpose()?;
    for note in notes {
        context.note(&note);
    }
    if skipped > NAMED {
        let where_all = if args.report.is_some() { "" } else { "; --report FILE lists them all" };
        context.note(&format!("… and {} more{where_all}", skipped - NAMED));
    }
    if taken.private > 0 {
        context.note(&format!("{} private posts were left out: --private brings them in", taken.private));
    }
    let verb = if args.dry_run { "would import" } else { "imported" };
    let line = format!(
        "{verb} {} users, {} posts, {} follows, {} likes and bookmarks from {}; {} posts known already, {} skipped",
        taken.users,
        taken.posts,
        taken.follows,
        taken.reactions,
        source.format(),
        taken.known,
        taken.skipped
    );
    context.out.say(&line)?;
    if io::stderr().is_terminal() {
        context.note(&format!("in {:.1} s", started.elapsed().as_secs_f64()));
    }
    Ok(())
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
            return Err(CliError::File(format!("{} exists already: name a new file", path.display())));
        }
        let (mut store, _) = Store::open(path)?;
        fill(&mut store, size, demo::END)?;
        let line = format!("wrote {} posts by {} users to {}", size.posts, size.users, path.display());
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
