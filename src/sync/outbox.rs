//! Sends what accounts did here to their servers: each action once, in order.
//!
//! A request whose result is not known, because the program was killed or the connection broke, is not repeated until
//! the account's own posts were read from the server: if the post is there it counts as sent. Not all servers recognize
//! a repeated request by its key. Where even that does not show it, the user decides.

mod outcome;
mod reconcile;
mod send;

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Fetcher, SyncError, Tokens, connect};
use crate::model::{Account, NextInOutbox, OutboxState, Outgoing, Timestamp};
use crate::store::Store;
pub use outcome::{DeliveryOptions, Outcome};
use send::Sender;

/// An entry and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The entry.
    pub outgoing: Outgoing,
    /// What became of it.
    pub outcome: Outcome,
}

/// The results of sending the entries of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliverySummary {
    /// Entries that the server has now.
    pub sent: usize,
    /// Entries about which the user has to decide.
    pub undelivered: usize,
    /// When the next entry can be sent, and why not now.
    pub next: Option<(Timestamp, String)>,
}

/// Sends the entries of an account until nothing is left, one has to wait, or `stop` is set. `each` receives every entry
/// with its result, once that is stored.
///
/// The caller holds the [lock](Store::lock_outbox) on sending.
///
/// # Errors
/// If no request may be sent, there is no token, or the store fails.
pub fn deliver(
    store: &mut Store,
    fetcher: &Fetcher,
    tokens: &Tokens,
    account: &Account,
    options: DeliveryOptions,
    stop: &AtomicBool,
    each: &mut dyn FnMut(DeliveryReport),
) -> Result<DeliverySummary, SyncError> {
    fetcher.check_online()?;
    let mut summary = DeliverySummary::default();
    if account.needs_login {
        return Ok(summary);
    }
    let sender = Sender { client: connect(fetcher, tokens, account)?, account, options };
    while !stop.load(Ordering::Relaxed) {
        let outgoing = match store.next_in_outbox(account.user.id, Timestamp::now(), options.delay)? {
            NextInOutbox::Nothing => break,
            NextInOutbox::Later(until) => {
                summary.next = Some((until, "it can still be taken back".to_owned()));
                break;
            }
            NextInOutbox::Ready(outgoing) => *outgoing,
        };
        let outcome = sender.send(store, &outgoing)?;
        record(store, &outgoing, &outcome)?;
        match &outcome {
            Outcome::Published { .. } | Outcome::Done(_) | Outcome::Voted(_) | Outcome::NeverSent => summary.sent += 1,
            Outcome::Failed(_) | Outcome::Unsure(_) => summary.undelivered += 1,
            Outcome::Postponed { until, why, .. } => summary.next = Some((*until, why.clone())),
            Outcome::NeedsLogin(why) => summary.next = Some((Timestamp::MAX, why.clone())),
        }
        let is_held = matches!(outcome, Outcome::Postponed { .. } | Outcome::NeedsLogin(_));
        each(DeliveryReport { outgoing, outcome });
        if is_held {
            break;
        }
    }
    Ok(summary)
}

/// Stores what became of an entry.
fn record(store: &mut Store, outgoing: &Outgoing, outcome: &Outcome) -> Result<(), SyncError> {
    match outcome {
        Outcome::Published { post, status, .. } => {
            store.outbox_published(outgoing, post)?;
            if let Some(id) = outgoing.post {
                store.set_server_status(outgoing.account, id, status)?;
            }
        }
        Outcome::Done(rendered) => store.outbox_done(outgoing, rendered.as_deref())?,
        Outcome::Voted(poll) => store.outbox_voted(outgoing, poll.as_deref())?,
        Outcome::NeverSent => store.outbox_never_sent(outgoing)?,
        Outcome::Failed(why) => store.outbox_undelivered(outgoing, OutboxState::Failed, why)?,
        Outcome::Unsure(why) => store.outbox_undelivered(outgoing, OutboxState::Unsure, why)?,
        Outcome::Postponed { until, why, may_be_sent } => {
            store.outbox_postponed(outgoing, *until, why, *may_be_sent)?;
        }
        Outcome::NeedsLogin(why) => {
            store.outbox_postponed(outgoing, Timestamp::now(), why, outgoing.tried_at.is_some())?;
            store.set_needs_login(outgoing.account)?;
        }
    }
    Ok(())
}
