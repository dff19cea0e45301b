//! Sends what accounts did on the screens to their servers.

use std::path::Path;

use super::context::Context;
use crate::config;
use crate::store::StoreError;
use crate::sync::{self, DeliveryOptions, DeliveryOutcome as Outcome, Fetcher, SyncError, Tokens};
use crate::tui::state::Message;

/// Sends the outbox of all accounts. Another process that sends does the same work, so there is nothing to do then.
///
/// # Errors
/// When the store fails.
pub(super) fn send(
    context: &Context<'_>,
    settings: &config::Settings,
    settings_file: Option<&Path>,
) -> Result<Message, StoreError> {
    Ok(Message::OutboxSent(deliver(context, settings, settings_file).map_err(|error| error.to_string())))
}

/// Returns the first action that the server refused, or of which it is not known whether it was sent.
fn deliver(
    context: &Context<'_>,
    settings: &config::Settings,
    settings_file: Option<&Path>,
) -> Result<Option<String>, SyncError> {
    let mut store = context.open_to_write()?;
    let Some(_lock) = store.try_lock_outbox()? else { return Ok(None) };
    let fetcher = Fetcher::new(settings, false)?;
    let tokens = Tokens::beside(settings_file)?;
    let mut undelivered = None;
    for user in store.accounts_to_send()? {
        let Some(account) = store.account_of(user)? else { continue };
        let options = DeliveryOptions::default();
        sync::deliver(&mut store, &fetcher, &tokens, &account, options, context.stop, &mut |report| {
            if let Outcome::Published { changed_to: Some(audience), .. } = &report.outcome {
                let post = report.outgoing.post.map(|post| post.to_string()).unwrap_or_default();
                undelivered.get_or_insert_with(|| format!("{} made post {post} {}", account.server, audience.word()));
            }
            if let Outcome::Failed(why) | Outcome::Unsure(why) = &report.outcome {
                undelivered
                    .get_or_insert_with(|| format!("not sent to {}: {why}; see microblog outbox", account.server));
            }
        })?;
    }
    Ok(undelivered)
}
