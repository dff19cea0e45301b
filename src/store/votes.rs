//! Votes of accounts in polls. A vote is queued in the outbox, and counted here as cast until the server has it.

use rusqlite::Connection;

use super::accounts::rows::{account_of, put_poll, server_status};
use super::history::replace_votes;
use super::outbox_queue::{is_here_only, queue_vote, queued_vote, remove};
use super::{Result, Store, StoreError, posts, reactions, users};
use crate::model::{Outgoing, Poll, PostId, Timestamp, UserId, VoteError};
use crate::text::has_poll;

/// Returns the poll of a post as an account sees it.
fn poll(connection: &Connection, user: UserId, post: PostId) -> Result<Box<Poll>> {
    if let Some(poll) = server_status(connection, user, post)?.and_then(|status| status.poll) {
        return Ok(poll);
    }
    if !has_poll(posts::by_id(connection, post, None)?.body.as_str()) {
        return Err(StoreError::NoPoll(post));
    }
    Err(match account_of(connection, user)? {
        Some(account) => StoreError::UnknownPoll { id: post, server: account.server },
        None => StoreError::VoteWithoutAccount(users::by_id(connection, user)?.nickname),
    })
}

fn vote(connection: &Connection, user: UserId, id: PostId, choices: &[u32], now: Timestamp) -> Result<Poll> {
    let post = reactions::target(connection, id)?.id;
    let mut poll = poll(connection, user, post)?;
    if posts::by_id(connection, post, None)?.author == user {
        return Err(VoteError::OwnPoll.into());
    }
    let choices = poll.ballot(choices, now)?;
    // Only a vote that the server refused is left: it is replaced.
    if let Some((refused, ..)) = queued_vote(connection, user, post)? {
        remove(connection, refused)?;
    }
    queue_vote(connection, user, post, &choices, now)?;
    (poll.has_voted, poll.is_pending, poll.own_votes) = (true, true, choices);
    Ok(*poll)
}

impl Store {
    /// Returns the poll of a post, or of the post that a boost boosts, as an account sees it.
    ///
    /// # Errors
    /// When the post has no poll, the user is no account, or its server knows no such poll.
    pub fn poll(&self, user: UserId, id: PostId) -> Result<Poll> {
        let post = reactions::target(&self.connection, id)?.id;
        poll(&self.connection, user, post).map(|poll| *poll)
    }

    /// Votes in the poll of a post for the choices with these numbers, from 0, as an account. Returns the poll with the vote.
    ///
    /// # Errors
    /// When the post has no poll, the user is no account, its server knows no such poll, or the poll does not take the vote.
    pub fn vote(&mut self, user: UserId, id: PostId, choices: &[u32], now: Timestamp) -> Result<Poll> {
        self.write(|transaction| vote(transaction, user, id, choices, now))
    }

    /// Takes back a vote that has not left; returns its choices.
    ///
    /// # Errors
    /// When the server has it, or may have it.
    pub fn take_back_vote(&mut self, user: UserId, id: PostId) -> Result<Vec<u32>> {
        self.write(|transaction| {
            let post = reactions::target(transaction, id)?.id;
            match queued_vote(transaction, user, post)? {
                Some((entry, state, choices)) if is_here_only(state) => {
                    remove(transaction, entry)?;
                    Ok(choices)
                }
                _ => Err(VoteError::Sent.into()),
            }
        })
    }

    /// Removes the entry of a vote that the server has, and stores the poll as it is then.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_voted(&mut self, outgoing: &Outgoing, poll: Option<&Poll>) -> Result<()> {
        let Some(post) = outgoing.post else { return Ok(()) };
        self.write(|transaction| {
            remove(transaction, outgoing.id)?;
            let known = server_status(transaction, outgoing.account, post)?.and_then(|status| status.poll);
            let Some(mut poll) = poll.cloned().or(known.map(|poll| *poll)) else { return Ok(()) };
            // Not every server says so in its answer.
            (poll.has_voted, poll.own_votes) = (true, outgoing.choices.clone());
            put_poll(transaction, outgoing.account, post, &poll)?;
            replace_votes(transaction, post, &poll)
        })
    }
}
