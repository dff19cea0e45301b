//! Queues actions of accounts, and takes back what has not left. It knows nothing of how they are sent.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Result;
use crate::model::{Delivery, OutboxAction, OutboxId, OutboxState, Poll, PostId, Timestamp, UserId};

/// The first entry about the text of a post.
const OF_POST: &str = "SELECT id, state, error FROM outbox INDEXED BY outbox_post
    WHERE post = ?1 AND action IN ('post', 'edit') AND state <> 'withdrawn' ORDER BY id LIMIT 1";

/// Reads how far the text of a post is.
pub(super) fn delivery(connection: &Connection, post: PostId) -> Result<Option<Delivery>> {
    let mut statement = connection.prepare_cached(OF_POST)?;
    let read = |row: &Row<'_>| Ok(Delivery { id: row.get(0)?, state: row.get(1)?, error: row.get(2)? });
    Ok(statement.query_row([post], read).optional()?)
}

/// Returns whether a user is an account.
fn is_account(connection: &Connection, user: UserId) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM account WHERE user = ?1")?.exists([user])?)
}

/// Returns the state of the entry that publishes a post, if there is one.
pub(super) fn publication(connection: &Connection, post: PostId) -> Result<Option<OutboxState>> {
    let mut statement = connection
        .prepare_cached("SELECT state FROM outbox INDEXED BY outbox_post WHERE post = ?1 AND action = 'post'")?;
    Ok(statement.query_row([post], |row| row.get(0)).optional()?)
}

/// Stores how far an entry is, and why it was not sent.
pub(super) fn set_state(connection: &Connection, id: OutboxId, state: OutboxState, error: Option<&str>) -> Result<()> {
    connection
        .prepare_cached("UPDATE outbox SET state = ?2, error = ?3 WHERE id = ?1")?
        .execute(params![id, state, error])?;
    Ok(())
}

/// Removes an entry.
pub(super) fn remove(connection: &Connection, id: OutboxId) -> Result<()> {
    connection.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// What an entry is about.
#[derive(Clone, Copy)]
pub(super) enum Subject {
    Post(PostId),
    User(UserId),
}

impl Subject {
    fn columns(self) -> (Option<PostId>, Option<UserId>) {
        match self {
            Self::Post(post) => (Some(post), None),
            Self::User(user) => (None, Some(user)),
        }
    }
}

/// Queues an action.
pub(super) fn insert(
    connection: &Connection,
    account: UserId,
    action: OutboxAction,
    subject: Subject,
    remote_id: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let (post, target) = subject.columns();
    connection
        .prepare_cached(
            "INSERT INTO outbox (user, action, post, target, remote_id, idempotency_key, queued_at, due_at)
             VALUES (?1, ?2, ?3, ?4, ?5, lower(hex(randomblob(16))), ?6, ?6)",
        )?
        .execute(params![account, action, post, target, remote_id, now])?;
    Ok(())
}

/// Returns the newest entry of an account with that action and subject.
fn find(
    connection: &Connection,
    account: UserId,
    action: OutboxAction,
    subject: Subject,
) -> Result<Option<(OutboxId, OutboxState)>> {
    let (post, target) = subject.columns();
    let sql = match subject {
        Subject::Post(_) => {
            "SELECT id, state FROM outbox INDEXED BY outbox_post
             WHERE post = ?3 AND user = ?1 AND action = ?2 AND ?4 IS NULL ORDER BY id DESC LIMIT 1"
        }
        Subject::User(_) => {
            "SELECT id, state FROM outbox INDEXED BY outbox_target
             WHERE target = ?4 AND user = ?1 AND action = ?2 AND ?3 IS NULL ORDER BY id DESC LIMIT 1"
        }
    };
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params![account, action, post, target], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Lets an entry be sent again, as a new request.
pub(super) fn requeue(connection: &Connection, id: OutboxId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE outbox SET state = 'pending', body = NULL, tried_at = NULL, attempts = 0, error = NULL,
                 queued_at = ?2, due_at = ?2, idempotency_key = lower(hex(randomblob(16))) WHERE id = ?1",
        )?
        .execute(params![id, now])?;
    Ok(())
}

/// Returns whether the server cannot have an entry, so that it can be taken back.
pub(super) fn is_here_only(state: OutboxState) -> bool {
    matches!(state, OutboxState::Pending | OutboxState::Failed)
}

/// Queues an action unless it takes back one that has not left, or is queued already.
fn toggle(
    connection: &Connection,
    account: UserId,
    action: OutboxAction,
    subject: Subject,
    remote_id: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    if let Some(inverse) = action.inverse()
        && let Some((id, state)) = find(connection, account, inverse, subject)?
        && is_here_only(state)
    {
        return remove(connection, id);
    }
    match find(connection, account, action, subject)? {
        Some((_, OutboxState::Pending)) => Ok(()),
        Some((id, OutboxState::Failed)) => requeue(connection, id, now),
        _ => insert(connection, account, action, subject, remote_id, now),
    }
}

/// Returns the remote id of a post that exists.
pub(super) fn source(connection: &Connection, post: PostId) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT source FROM post WHERE id = ?1")?;
    Ok(statement.query_row([post], |row| row.get(0)).optional()?.flatten())
}

/// Returns whether an account's server can know a post by that remote id.
fn is_address(remote_id: &str) -> bool {
    remote_id.starts_with("https://") || remote_id.starts_with("http://")
}

/// Queues a new post, if its author is an account.
pub(super) fn queue_post(connection: &Connection, author: UserId, post: PostId, now: Timestamp) -> Result<()> {
    if is_account(connection, author)? {
        insert(connection, author, OutboxAction::Post, Subject::Post(post), None, now)?;
    }
    Ok(())
}

/// Queues an edit, if the author is an account. A post that has not left is sent with its new text.
pub(super) fn queue_edit(connection: &Connection, author: UserId, post: PostId, now: Timestamp) -> Result<()> {
    if !is_account(connection, author)? {
        return Ok(());
    }
    let subject = Subject::Post(post);
    match find(connection, author, OutboxAction::Post, subject)? {
        Some((_, OutboxState::Pending | OutboxState::Withdrawn)) => return Ok(()),
        Some((id, OutboxState::Failed)) => return requeue(connection, id, now),
        Some((_, OutboxState::Sending | OutboxState::Unsure)) => {}
        None if source(connection, post)?.is_some_and(|id| is_address(&id)) => {}
        // It was written before the user was an account.
        None => return Ok(()),
    }
    match find(connection, author, OutboxAction::Edit, subject)? {
        Some((_, OutboxState::Pending)) => Ok(()),
        Some((id, OutboxState::Failed)) => requeue(connection, id, now),
        _ => insert(connection, author, OutboxAction::Edit, subject, source(connection, post)?.as_deref(), now),
    }
}

/// Queues the deletion of a post or boost that still exists, if its owner is an account. What has not left is withdrawn.
pub(super) fn queue_delete(connection: &Connection, owner: UserId, id: PostId, now: Timestamp) -> Result<()> {
    if !is_account(connection, owner)? {
        return Ok(());
    }
    let mut statement = connection.prepare_cached("SELECT boost_of, source FROM post WHERE id = ?1")?;
    let found = statement
        .query_row([id], |row| Ok((row.get::<_, Option<PostId>>(0)?, row.get::<_, Option<String>>(1)?)))
        .optional()?;
    match found {
        Some((Some(boosted), _)) => queue_reaction(connection, owner, OutboxAction::Unboost, boosted, now),
        Some((None, source)) => delete_post(connection, owner, id, source.as_deref(), now),
        None => Ok(()),
    }
}

fn delete_post(
    connection: &Connection,
    owner: UserId,
    post: PostId,
    source: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let subject = Subject::Post(post);
    let publication = find(connection, owner, OutboxAction::Post, subject)?;
    connection
        .prepare_cached(
            "DELETE FROM outbox WHERE post = ?1 AND action = 'edit' AND user = ?2 AND state IN ('pending', 'failed')",
        )?
        .execute([post.0, owner.0])?;
    match publication {
        Some((id, state)) if is_here_only(state) => set_state(connection, id, OutboxState::Withdrawn, None),
        None if !source.is_some_and(is_address) => Ok(()),
        _ => insert(connection, owner, OutboxAction::Delete, subject, source, now),
    }
}

/// Queues what follows from restoring a post or boost, if its owner is an account: one that was withdrawn is sent, and
/// a deletion that has not left is taken back. A post that the server has deleted is only restored here.
pub(super) fn queue_restored(connection: &Connection, owner: UserId, id: PostId, now: Timestamp) -> Result<()> {
    if !is_account(connection, owner)? {
        return Ok(());
    }
    let mut statement = connection.prepare_cached("SELECT boost_of FROM post WHERE id = ?1")?;
    let boosted = statement.query_row([id], |row| row.get::<_, Option<PostId>>(0)).optional()?;
    let Some(boosted) = boosted else { return Ok(()) };
    if let Some(boosted) = boosted {
        return queue_reaction(connection, owner, OutboxAction::Boost, boosted, now);
    }
    let subject = Subject::Post(id);
    if let Some((entry, OutboxState::Withdrawn)) = find(connection, owner, OutboxAction::Post, subject)? {
        return requeue(connection, entry, now);
    }
    match find(connection, owner, OutboxAction::Delete, subject)? {
        Some((entry, state)) if is_here_only(state) => remove(connection, entry),
        _ => Ok(()),
    }
}

/// Queues a reaction to a post, if the user is an account and the server can know the post.
pub(super) fn queue_reaction(
    connection: &Connection,
    user: UserId,
    action: OutboxAction,
    post: PostId,
    now: Timestamp,
) -> Result<()> {
    if !is_account(connection, user)? {
        return Ok(());
    }
    let source = source(connection, post)?.filter(|id| is_address(id));
    if source.is_none() && publication(connection, post)?.is_none() {
        return Ok(());
    }
    toggle(connection, user, action, Subject::Post(post), source.as_deref(), now)
}

/// Queues a follow or mute of a user, or its end, if the acting user is an account and the other one is on a server.
pub(super) fn queue_relation(
    connection: &Connection,
    user: UserId,
    action: OutboxAction,
    other: UserId,
    now: Timestamp,
) -> Result<()> {
    if !is_account(connection, user)? {
        return Ok(());
    }
    let is_on_server = connection
        .prepare_cached(
            "SELECT 1 FROM user u WHERE id = ?1 AND url IS NOT NULL
             AND (kind = 'remote' OR EXISTS (SELECT 1 FROM account WHERE user = u.id))
             AND NOT EXISTS (SELECT 1 FROM subscription WHERE user = u.id)",
        )?
        .exists([other])?;
    if is_on_server { toggle(connection, user, action, Subject::User(other), None, now) } else { Ok(()) }
}

/// Queues a vote, which the caller has checked.
pub(super) fn queue_vote(
    connection: &Connection,
    account: UserId,
    post: PostId,
    choices: &[u32],
    now: Timestamp,
) -> Result<OutboxId> {
    connection
        .prepare_cached(
            "INSERT INTO outbox (user, action, post, remote_id, idempotency_key, queued_at, due_at, choices)
             VALUES (?1, 'vote', ?2, ?3, lower(hex(randomblob(16))), ?4, ?4, ?5)",
        )?
        .execute(params![account, post, source(connection, post)?, now, serde_json::json!(choices).to_string()])?;
    Ok(OutboxId(connection.last_insert_rowid()))
}

/// Returns the choices of a vote as they are stored.
pub(super) fn parse_choices(json: Option<&str>) -> Vec<u32> {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// Returns the vote of an account that its server may not have: its entry, how far it is, and the choices.
pub(super) fn queued_vote(
    connection: &Connection,
    account: UserId,
    post: PostId,
) -> Result<Option<(OutboxId, OutboxState, Vec<u32>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, state, choices FROM outbox INDEXED BY outbox_post
         WHERE post = ?1 AND user = ?2 AND action = 'vote' ORDER BY id DESC LIMIT 1",
    )?;
    let found = statement
        .query_row(params![post, account], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?)))
        .optional()?;
    Ok(found.map(|(id, state, choices)| (id, state, parse_choices(choices.as_deref()))))
}

/// Shows the vote of an account that is still to be sent as its vote.
pub(super) fn add_queued_vote(connection: &Connection, account: UserId, post: PostId, poll: &mut Poll) -> Result<()> {
    if let Some((_, state, choices)) = queued_vote(connection, account, post)?
        && state != OutboxState::Failed
    {
        (poll.has_voted, poll.is_pending, poll.own_votes) = (true, true, choices);
    }
    Ok(())
}
