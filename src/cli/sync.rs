//! The command that sends what waits for the servers of accounts, and reads what is new there.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::args::account::Sync;
use super::{CliError, Context, account, deliver};
use crate::model::Account;
use crate::store::Store;
use crate::sync::{AccountReport, Fetcher, Tokens, sync_accounts};
use crate::text::pluralize;

pub(super) fn sync(context: &mut Context, args: &Sync) -> Result<(), CliError> {
    let mut store = context.store()?;
    let accounts = if args.accounts.is_empty() {
        store.accounts()?
    } else {
        args.accounts.iter().map(|word| account::find(&store, word)).collect::<Result<_, _>>()?
    };
    if accounts.is_empty() {
        context.note("no accounts: add one with microblog account add susan@mastodon.example");
        return Ok(());
    }
    let fetcher = Fetcher::new(&context.config.settings, context.args.offline)?;
    let _lock = store.lock_refresh(|| context.note("waiting for another process that refreshes feeds"))?;
    run(context, &mut store, &fetcher, accounts).map(drop)
}

/// Synchronizes accounts and prints what came; returns how many there were.
///
/// # Errors
/// When all failed, or the store fails.
pub(super) fn run(
    context: &mut Context,
    store: &mut Store,
    fetcher: &Fetcher,
    accounts: Vec<Account>,
) -> Result<usize, CliError> {
    let total = accounts.len();
    if total == 0 {
        return Ok(0);
    }
    for account in &accounts {
        // What cannot be sent does not keep others' posts from being read.
        if let Err(error) = deliver::send(context, store, account.user.id) {
            context.note(&error.to_string());
        }
    }
    let tokens = Tokens::beside(context.config.path.as_deref())?;
    let stop = Arc::new(AtomicBool::new(false));
    // A second interrupt ends the program at once; each page is stored whole, or not at all.
    let second = signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGINT, 130, Arc::clone(&stop))?;
    let signal = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&stop))?;
    let mut lines = Vec::new();
    let mut failed = 0;
    let result = sync_accounts(store, fetcher, &tokens, accounts, &stop, &mut |report| {
        failed += usize::from(report.result.is_err());
        lines.push(line(&report));
    });
    signal_hook::low_level::unregister(signal);
    signal_hook::low_level::unregister(second);
    for line in &lines {
        context.out.clean_line(line)?;
    }
    result?;
    if failed == total { Err(CliError::AllAccountsFailed(failed)) } else { Ok(total) }
}

/// Describes what came of an account.
fn line(report: &AccountReport) -> String {
    let address = report.account.address();
    match &report.result {
        Ok(stats) => {
            let edited = if stats.updated > 0 { format!(", {} edited", stats.updated) } else { String::new() };
            format!("{address}: {}{edited}", pluralize(stats.posts, "new post"))
        }
        Err(error) => format!("{address}: failed: {error}"),
    }
}
