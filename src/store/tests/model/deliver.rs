//! Sends what accounts queued, as a server would take it.

use std::time::Duration;

use super::compare::uri;
use super::plain::{NO, Plain};
use crate::model::{
    Audience, NextInOutbox, OutboxAction, OutboxId, OutboxState, Poll, PollChoice, PostId, SentPost, ServerStatus,
    Timestamp, UserId,
};
use crate::store::tests::outbox::make_account;
use crate::store::{Result, Store};

/// Makes a user an account.
pub(super) fn add_account(store: &Store, model: &mut Plain, user: i64) -> Result<()> {
    if model.accounts.insert(user) {
        make_account(store, UserId(user));
    }
    Ok(())
}

/// Sends the next entry of an account; the number selects what the server makes of it.
pub(super) fn deliver(store: &mut Store, model: &mut Plain, account: i64, number: usize) -> Result<()> {
    let wanted = model.next_to_send(account).filter(|_| model.accounts.contains(&account));
    let found = match store.next_in_outbox(UserId(account), Timestamp::now(), Duration::ZERO)? {
        NextInOutbox::Ready(found) => Some(*found),
        NextInOutbox::Nothing => None,
        NextInOutbox::Later(until) => panic!("nothing before {until:?}"),
    };
    let (Some(found), Some(wanted)) = (&found, wanted) else {
        assert_eq!(found.map(|it| it.id.0), wanted.map(|it| it.id), "what {account} sends next");
        return Ok(());
    };
    assert_eq!(found.id.0, wanted.id, "what {account} sends next");
    let state = match number % 8 {
        0 => Some(OutboxState::Failed),
        1 => Some(OutboxState::Unsure),
        _ => None,
    };
    model.sent(wanted, state);
    match state {
        Some(state) => store.outbox_undelivered(found, state, NO),
        None if wanted.action == OutboxAction::Post => {
            let uri = uri(wanted.post);
            store.outbox_published(found, &SentPost { uri, url: None, original: None, audience: Audience::Public })
        }
        None if wanted.action == OutboxAction::Vote => store.outbox_voted(found, None),
        None => store.outbox_done(found, None),
    }
}

/// The server of an account says that a post that it has is a poll with two choices, unless that is known.
pub(super) fn receive_poll(store: &mut Store, model: &mut Plain, account: i64, post: i64) -> Result<()> {
    if !model.receive_poll(account, post) {
        return Ok(());
    }
    let choice = |title: &str| PollChoice { title: title.to_owned(), votes: Some(0) };
    let poll = Poll { id: post.to_string(), choices: vec![choice("tea"), choice("mate")], ..Poll::default() };
    let poll = Some(Box::new(poll));
    let status = ServerStatus { id: post.to_string(), likes: 0, boosts: 0, replies: 0, poll };
    store.set_server_status(UserId(account), PostId(post), &status)
}

/// Queues an entry again that was not sent.
pub(super) fn retry(store: &mut Store, model: &mut Plain, number: usize) -> Result<()> {
    let mut undelivered: Vec<_> = model.outbox.iter_mut().filter(|it| it.state.needs_decision()).collect();
    let count = undelivered.len().max(1);
    let Some(entry) = undelivered.get_mut(number % count) else { return Ok(()) };
    entry.requeue();
    store.retry_outbox_entry(OutboxId(entry.id), Timestamp::now()).map(drop)
}
