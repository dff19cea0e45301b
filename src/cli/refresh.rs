//! The command that refreshes feeds.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use indicatif::ProgressBar;

use super::args::follow::Refresh;
use super::progress::counting;
use super::{CliError, Context, follow};
use crate::model::Timestamp;
use crate::store::Store;
use crate::sync::{self, FeedReport, Fetcher, LeftOut, Outcome, Selection, Summary};
use crate::text::pluralize;

pub(super) fn refresh(context: &mut Context, args: &Refresh) -> Result<(), CliError> {
    let since = Timestamp::now();
    let mut store = context.store()?;
    let selection = selection(&store, args)?;
    let fetcher = Arc::new(Fetcher::new(&context.config.settings, context.args.offline)?);
    run(context, &mut store, &fetcher, &selection, since)
}

/// Refreshes feeds and prints what came of it. `since` is when that was asked for.
pub(super) fn run(
    context: &mut Context,
    store: &mut Store,
    fetcher: &Arc<Fetcher>,
    selection: &Selection,
    since: Timestamp,
) -> Result<(), CliError> {
    let _lock = store.lock_refresh(|| context.note("waiting for another process that refreshes feeds"))?;
    let accounts = match selection {
        Selection::Due => store.due_accounts(Timestamp::now())?,
        Selection::All => store.accounts()?,
        Selection::Users(_) => Vec::new(),
    };
    let accounts_read = super::sync::run(context, store, fetcher, accounts)?;
    let (feeds, left_out) = sync::to_refresh(store, selection, since)?;
    if feeds.is_empty() && accounts_read > 0 {
        return Ok(());
    }
    if feeds.is_empty() {
        return print_nothing_due(context, store, selection, left_out);
    }
    let total = feeds.len() as u64;
    let is_shown = io::stderr().is_terminal() && !context.args.quiet;
    let bar = if is_shown { counting(total, "{bar:40} {pos} of {len} feeds") } else { ProgressBar::hidden() };
    let stop = Arc::new(AtomicBool::new(false));
    // A second interrupt ends the program at once.
    let second = signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGINT, 130, Arc::clone(&stop))?;
    let signal = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&stop))?;
    let mut failed = None;
    let summary = sync::refresh(store, fetcher, feeds, &stop, &mut |report| {
        bar.set_position(report.done as u64);
        if let Some(line) = line(&report) {
            let printed = bar.suspend(|| context.out.clean_line(&line).and_then(|()| context.out.flush()));
            failed = printed.err().or(failed.take());
        }
    });
    bar.finish_and_clear();
    signal_hook::low_level::unregister(signal);
    signal_hook::low_level::unregister(second);
    let summary = summary?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    let all_failed = summary.feeds > 0 && summary.failed == summary.feeds;
    if !all_failed {
        context.out.line(&describe(&summary))?;
    }
    for rest in &summary.not_asked {
        context.out.clean_line(&rest.to_string())?;
    }
    if let Some(left_out) = left_out.describe() {
        context.out.line(&left_out)?;
    }
    if all_failed { Err(CliError::AllFeedsFailed(summary.failed)) } else { Ok(()) }
}

fn selection(store: &Store, args: &Refresh) -> Result<Selection, CliError> {
    if args.names.is_empty() {
        return Ok(if args.now { Selection::All } else { Selection::Due });
    }
    let users = follow::users(store, &args.names)?;
    for user in &users {
        if store.subscription_of(user.id)?.is_none() {
            let why = format!("@{} has no feed: list yours with microblog feeds", user.nickname);
            return Err(CliError::Failed(why));
        }
    }
    Ok(Selection::Users(users.iter().map(|user| user.id).collect()))
}

/// Returns the line about a feed; `None` if it is as it was.
fn line(report: &FeedReport) -> Option<String> {
    let nickname = &report.feed.user.nickname;
    match &report.outcome {
        Outcome::Unchanged => None,
        Outcome::Changed(stats) if stats.posts + stats.updated == 0 => None,
        Outcome::Changed(stats) => Some(format!("@{nickname}: {}", news(stats.posts, stats.updated))),
        Outcome::Failed(why) => Some(format!("@{nickname}: failed: {why}")),
    }
}

fn describe(summary: &Summary) -> String {
    let failed = if summary.failed > 0 { format!(", {} failed", summary.failed) } else { String::new() };
    let feeds = pluralize(summary.feeds as u64, "feed");
    format!("refreshed {feeds}: {}{failed}", news(summary.posts, summary.edited))
}

/// Describes what is new: `2 new posts, 1 edited`.
fn news(posts: u64, edited: u64) -> String {
    let edited = if edited > 0 { format!(", {edited} edited") } else { String::new() };
    format!("{}{edited}", pluralize(posts, "new post"))
}

fn print_nothing_due(
    context: &mut Context,
    store: &Store,
    selection: &Selection,
    left_out: LeftOut,
) -> Result<(), CliError> {
    let feeds = store.subscriptions(None)?;
    let next = feeds.iter().filter(|feed| !feed.is_gone).map(|feed| feed.next_at).min();
    let line = match (selection, next) {
        (Selection::Users(_), _) => "refreshed by another process just now".to_owned(),
        (_, None) if !feeds.is_empty() => {
            "no feeds to refresh: those that you follow are gone (HTTP 410); unfollow them, or follow other addresses"
                .to_owned()
        }
        (_, None) => "no feeds to refresh: follow one with microblog follow URL".to_owned(),
        (Selection::All, _) => left_out.describe().unwrap_or_default(),
        (Selection::Due, Some(next)) => {
            let next = context.out.short_time(next);
            format!("no feed is due before {next}: fetch them all with microblog refresh --now")
        }
    };
    context.note(&line);
    Ok(())
}
