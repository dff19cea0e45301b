//! Sends what accounts did on the screens to their servers.

use super::context::Context;
use super::requests::RequestSettings;
use crate::model::{Account, Timestamp};
use crate::store::StoreError;
use crate::sync::{self, DeliveryOptions, DeliveryOutcome as Outcome, DeliveryReport, SyncError};
use crate::tui::state::Message;

/// Sends the outbox of all accounts. Another process that sends does the same work, so there is nothing to do then.
///
/// # Errors
/// When the store fails.
pub(super) fn send(context: &Context<'_>, requests: &RequestSettings) -> Result<Message, StoreError> {
    Ok(Message::OutboxSent(deliver(context, requests).map_err(|error| error.to_string())))
}

/// Returns the first thing that the user should know of what was sent, or was not.
fn deliver(context: &Context<'_>, requests: &RequestSettings) -> Result<Option<String>, SyncError> {
    let mut store = context.open_to_write()?;
    let Some(_lock) = store.try_lock_outbox()? else { return Ok(None) };
    let (fetcher, tokens) = (requests.fetcher()?, requests.tokens()?);
    let mut undelivered = None;
    for user in store.accounts_to_send()? {
        let Some(account) = store.account_of(user)? else { continue };
        let options = DeliveryOptions { delay: requests.settings.feeds.send_delay, ..DeliveryOptions::default() };
        sync::deliver(&mut store, &fetcher, &tokens, &account, options, context.stop, &mut |report| {
            if let Some(text) = notice(&report, &account) {
                undelivered.get_or_insert(text);
            }
        })?;
    }
    Ok(undelivered)
}

/// Returns what the user should know of an entry: that it was not sent, or that it waits. Each further try of an entry is only
/// worth a notice if it waits for long.
fn notice(report: &DeliveryReport, account: &Account) -> Option<String> {
    match &report.outcome {
        Outcome::Failed(why) => Some(format!("not sent: {why}")),
        Outcome::Unsure(why) => Some(format!("perhaps sent: {why}")),
        Outcome::NeedsLogin(_) => Some(format!(
            "{} does not accept the access token: log in again with microblog account add {}",
            account.server,
            account.address()
        )),
        Outcome::Postponed { until, why, .. } => {
            let wait = until.micros().saturating_sub(Timestamp::now().micros()) / 1_000_000;
            let wait = if wait < 90 { format!("{} s", wait.max(1)) } else { format!("{} min", wait / 60) };
            let is_news = report.outgoing.attempts == 0 || wait.ends_with("min");
            is_news.then(|| format!("not sent yet: {why}; again in {wait}"))
        }
        Outcome::Published { changed_to: Some(audience), .. } => {
            let post = report.outgoing.post.map(|post| post.to_string()).unwrap_or_default();
            Some(format!("{} made post {post} {}", account.server, audience.word()))
        }
        Outcome::Published { .. } | Outcome::Done(_) | Outcome::Voted(_) | Outcome::NeverSent => None,
    }
}
