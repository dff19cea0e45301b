//! The command that imports posts.

mod report;

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use indicatif::ProgressBar;

use super::args::transfer::{Import, ImportFormat};
use super::confirm::confirm;
use super::{CliError, Context, lists};
use crate::import::{SourceFormat, Sources, summary};
use crate::model::{Nickname, Timestamp};
use crate::output_file;
use crate::store::{ImportOptions, ImportStats, Store, UnreadPosts};
use crate::text::pluralize;
use crate::transfer;
use report::SkippedItems;

/// Imports; on a terminal, asks whether to import what was left out because it would change users of this database.
pub(super) fn import(context: &mut Context, args: &Import) -> Result<(), CliError> {
    // A list of feeds is no source of posts.
    if args.format == ImportFormat::Opml || args.format == ImportFormat::Auto && lists::is_list(&args.paths) {
        return lists::import(context, args);
    }
    let untrusted = import_once(context, args, args.report.as_deref(), args.trust)?;
    let is_stdin = args.paths.iter().any(|path| path.as_os_str() == "-");
    if untrusted == 0 || args.dry_run || is_stdin || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(());
    }
    let changes = pluralize(untrusted, "change");
    let consequence = format!("{changes} to your users would be imported too: do that only if you wrote the dump");
    if confirm(&consequence, "--trust")? {
        import_once(context, args, None, true)?;
    }
    Ok(())
}

/// Returns how many changes to users of this database were left out.
fn import_once(context: &mut Context, args: &Import, report: Option<&Path>, trust: bool) -> Result<u64, CliError> {
    let started = Instant::now();
    let options = options(context, args, trust)?;
    let mut sources = Sources::open(source_format(args.format), &args.paths)?;
    if let Some(report) = report {
        for path in &args.paths {
            output_file::check(report, &context.path()?, Some(path))?;
        }
    }
    let mut skipped = SkippedItems::new(report, args.force)?;
    let mut store = context.store()?;
    let imported = run(context, &mut sources, &mut store, &options, &mut skipped);
    if imported.is_ok() || sources.are_several() {
        skipped.print(context)?;
    }
    let stats = imported?;
    if stats.private_skipped > 0 {
        let posts = pluralize(stats.private_skipped, "private post");
        context.note(&format!("left out {posts}: import them with --private"));
    }
    context.out.clean_line(&summary(&stats, &sources.description(), args.dry_run))?;
    if io::stderr().is_terminal() {
        context.note(&format!("in {:.1} s", started.elapsed().as_secs_f64()));
    }
    Ok(stats.untrusted)
}

fn source_format(format: ImportFormat) -> SourceFormat {
    match format {
        ImportFormat::Auto | ImportFormat::Opml => SourceFormat::Auto,
        ImportFormat::Flask => SourceFormat::Flask,
        ImportFormat::Jsonl => SourceFormat::Jsonl,
        ImportFormat::Twtxt => SourceFormat::Known(transfer::Format::Twtxt),
        ImportFormat::Jsonfeed => SourceFormat::Known(transfer::Format::Jsonfeed),
        ImportFormat::Rss => SourceFormat::Known(transfer::Format::Rss),
        ImportFormat::Atom => SourceFormat::Known(transfer::Format::Atom),
        ImportFormat::Mastodon => SourceFormat::Known(transfer::Format::Mastodon),
        ImportFormat::X => SourceFormat::Known(transfer::Format::X),
    }
}

fn options(context: &Context, args: &Import, trust: bool) -> Result<ImportOptions, CliError> {
    let under = context.args.actor.as_ref().map(|name| Nickname::parse(name.trim().trim_start_matches('@')));
    Ok(ImportOptions {
        import_as: under.transpose()?,
        claim_owner: args.mine,
        include_private: args.private,
        limit: args.limit,
        dry_run: args.dry_run,
        trust,
        update: args.update,
        unread: match (args.unread, args.read) {
            (true, _) => UnreadPosts::All,
            (false, true) => UnreadPosts::None,
            (false, false) => UnreadPosts::Later,
        },
        ..ImportOptions::new(Timestamp::now())
    })
}

/// Runs the import and shows its progress; `^C` cancels it with nothing imported.
fn run(
    context: &Context,
    sources: &mut Sources,
    store: &mut Store,
    options: &ImportOptions,
    skipped: &mut SkippedItems,
) -> Result<ImportStats, CliError> {
    let is_shown = io::stderr().is_terminal() && !context.args.quiet;
    let bar = if is_shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    let stop = Arc::new(AtomicBool::new(false));
    // A second interrupt ends the program at once; the transaction is rolled back.
    let second = signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGINT, 130, Arc::clone(&stop))?;
    let signal = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&stop))?;
    let mut progress = |stats: &ImportStats| bar.set_message(pluralize(stats.posts + stats.known, "post"));
    let imported = sources.import(store, options, &mut |item| skipped.add(&item), &mut progress, &stop);
    bar.finish_and_clear();
    signal_hook::low_level::unregister(signal);
    signal_hook::low_level::unregister(second);
    Ok(imported?)
}
