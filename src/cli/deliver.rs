//! Sends what a command did as an account.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::{CliError, Context};
use crate::model::{Account, Outgoing, UserId};
use crate::store::Store;
use crate::sync::{self, DeliveryOptions, DeliveryOutcome as Outcome, DeliveryReport, Fetcher, Tokens};
use crate::text::pluralize;

/// Sends what a user has queued, if they are an account. What the server refuses is an error; what waits is a note.
pub(super) fn send(context: &mut Context, store: &mut Store, user: UserId) -> Result<(), CliError> {
    let Some(account) = store.account_of(user)? else { return Ok(()) };
    if context.args.offline || context.config.settings.feeds.offline {
        context.note(&format!("offline: {} gets it with the next microblog sync", account.server));
        return Ok(());
    }
    let _lock = store.lock_outbox()?;
    if store.outbox_counts(user)?.pending == 0 {
        return Ok(());
    }
    if account.needs_login {
        context.note(&format!("not sent yet: log in again with microblog account add {}", account.address()));
        return Ok(());
    }
    let fetcher = Fetcher::new(&context.config.settings, false)?;
    let tokens = Tokens::beside(context.config.path.as_deref())?;
    let mut refused = Vec::new();
    let mut notes = Vec::new();
    let options = DeliveryOptions { delay: Duration::ZERO, ..DeliveryOptions::default() };
    let stop = AtomicBool::new(false);
    let summary =
        sync::deliver(store, &fetcher, &tokens, &account, options, &stop, &mut |report| match &report.outcome {
            Outcome::Failed(why) => refused.push(format!("{} was not sent: {why}", name(&report.outgoing))),
            Outcome::Unsure(why) => refused.push(format!("{} was perhaps sent: {why}", name(&report.outgoing))),
            _ => notes.extend(note(&report, &account)),
        })?;
    for note in notes {
        context.note(&note);
    }
    if summary.sent > 0 {
        context.note(&format!("sent {} to {}", pluralize(summary.sent as u64, "action"), account.server));
    }
    if let Some((_, why)) = summary.next {
        context.note(&format!("not sent yet: {why}; it is tried again with microblog sync"));
    }
    match refused.as_slice() {
        [] => Ok(()),
        all => Err(CliError::NotSent(all.join("; "))),
    }
}

/// Returns what the user should know about an entry that the server has.
fn note(report: &DeliveryReport, account: &Account) -> Option<String> {
    match &report.outcome {
        Outcome::Published { changed_to: Some(audience), .. } => {
            Some(format!("{} made {} {}", account.server, name(&report.outgoing), audience.word()))
        }
        _ => None,
    }
}

fn name(outgoing: &Outgoing) -> String {
    let post = outgoing.post.map(|post| format!(" {post}")).unwrap_or_default();
    format!("{}{post}", outgoing.action.word())
}
