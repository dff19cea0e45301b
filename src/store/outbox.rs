//! The outbox: what accounts did here and their servers do not have yet.
//!
//! An action is queued in the transaction that does it here. Before a request is sent, its entry is marked as being
//! sent, with the text and the key of the request: after a kill it is known what may have arrived. An entry is removed
//! once the server has it. Entries of one account are sent in order; one that the server refused waits for the user, and
//! so does what depends on it.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::accounts::rows;
use super::lock::{DatabaseLock, LockName};
use super::outbox_queue::{Subject, insert, parse_choices, publication, queue_vote, remove, requeue, set_state};
use super::sent::publish;
use super::{Result, Store, StoreError, posts, remote, trash, users};
use crate::model::{
    NextInOutbox, Nickname, Origin, OutboxAction, OutboxCounts, OutboxEntry, OutboxId, OutboxState, Outgoing, PostId,
    SentPost, Timestamp, UserId,
};

/// Held by the process that sends, so that no entry is sent by two at once. A kill releases it.
#[derive(Debug)]
pub struct OutboxLock {
    _lock: DatabaseLock,
}

/// The columns of a row that decide when it is sent.
struct Queued {
    id: OutboxId,
    action: OutboxAction,
    post: Option<PostId>,
    state: OutboxState,
    queued_at: Timestamp,
    due_at: Timestamp,
}

/// Whether an entry can be sent.
enum Readiness {
    /// It can.
    Ready(Box<Outgoing>),
    /// It waits for an entry that the user has to decide about.
    Blocked,
    /// It can never be sent, for this reason.
    Impossible(&'static str),
}

pub(super) const PARENT_DELETED: &str = "the post that it replies to was deleted before it was sent";
pub(super) const PARENT_UNKNOWN: &str = "the post that it replies to exists only here, so the server does not know it";
pub(super) const POST_UNKNOWN: &str = "the post exists only here, so the server does not know it";
const USER_UNKNOWN: &str = "the user exists only here, so the server does not know them";

/// Returns the first entry of an account that is to be sent after another one.
fn queued_after(connection: &Connection, account: UserId, after: OutboxId) -> Result<Option<Queued>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, action, post, state, queued_at, due_at FROM outbox INDEXED BY outbox_user
         WHERE user = ?1 AND id > ?2 AND state IN ('pending', 'sending') ORDER BY id LIMIT 1",
    )?;
    let read = |row: &Row<'_>| {
        Ok(Queued {
            id: row.get(0)?,
            action: row.get(1)?,
            post: row.get(2)?,
            state: row.get(3)?,
            queued_at: row.get(4)?,
            due_at: row.get(5)?,
        })
    };
    Ok(statement.query_row(params![account, after], read).optional()?)
}

/// Returns the remote id of a post that exists or can be restored.
pub(super) fn source(connection: &Connection, post: PostId) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT source FROM post WHERE id = ?1 UNION ALL SELECT source FROM deleted_post WHERE id = ?1",
    )?;
    Ok(statement.query_row([post], |row| row.get(0)).optional()?.flatten())
}

/// Finds out whether an entry can be sent, and collects what its request needs.
fn prepare(connection: &Connection, account: UserId, queued: &Queued) -> Result<Readiness> {
    let mut statement = connection.prepare_cached(
        "SELECT target, remote_id, body, idempotency_key, tried_at, attempts, choices FROM outbox WHERE id = ?1",
    )?;
    let (target, remote_id, sent_text, idempotency_key, tried_at, attempts, choices) =
        statement.query_row([queued.id], |row| {
            Ok((
                row.get::<_, Option<UserId>>(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get::<_, Option<String>>(6)?,
            ))
        })?;
    let mut outgoing = Outgoing {
        id: queued.id,
        account,
        action: queued.action,
        post: queued.post,
        target,
        remote_id,
        text: String::new(),
        reply_to: None,
        details: Origin::default(),
        idempotency_key,
        queued_at: queued.queued_at,
        // Only a request whose result is not known counts.
        tried_at: if queued.state == OutboxState::Sending { tried_at } else { None },
        attempts,
        choices: parse_choices(choices.as_deref()),
        is_deleted: false,
    };
    if let Some(target) = target {
        return prepare_for_user(connection, target, outgoing);
    }
    let Some(post) = queued.post else { return Ok(Readiness::Impossible(POST_UNKNOWN)) };
    if queued.action == OutboxAction::Post {
        return prepare_post(connection, post, sent_text, outgoing);
    }
    if publication(connection, post)?.is_some_and(|state| state != OutboxState::Withdrawn) {
        return Ok(Readiness::Blocked);
    }
    if let Some(source) = source(connection, post)? {
        outgoing.remote_id = Some(source);
    }
    if outgoing.remote_id.is_none() {
        return Ok(Readiness::Impossible(POST_UNKNOWN));
    }
    if queued.action == OutboxAction::Edit {
        let found = posts::optional(posts::by_id(connection, post, None))?;
        let Some(found) = found else { return Ok(Readiness::Impossible(POST_UNKNOWN)) };
        outgoing.text = found.body.as_str().to_owned();
        outgoing.details = remote::read(connection, post)?;
    }
    Ok(Readiness::Ready(Box::new(outgoing)))
}

fn prepare_for_user(connection: &Connection, target: UserId, mut outgoing: Outgoing) -> Result<Readiness> {
    let mut url = connection.prepare_cached("SELECT url FROM user WHERE id = ?1")?;
    outgoing.remote_id = url.query_row([target], |row| row.get(0)).optional()?.flatten();
    Ok(match outgoing.remote_id {
        Some(_) => Readiness::Ready(Box::new(outgoing)),
        None => Readiness::Impossible(USER_UNKNOWN),
    })
}

fn prepare_post(
    connection: &Connection,
    post: PostId,
    sent_text: Option<String>,
    mut outgoing: Outgoing,
) -> Result<Readiness> {
    outgoing.details = remote::read(connection, post)?;
    let found = posts::optional(posts::by_id(connection, post, None))?;
    outgoing.is_deleted = found.is_none();
    outgoing.text = match (&outgoing.tried_at, sent_text, &found) {
        // An edit since the request was started is an entry of its own.
        (Some(_), Some(text), _) => text,
        (_, _, Some(post)) => post.body.as_str().to_owned(),
        (_, Some(text), None) => text,
        (_, None, None) => return Ok(Readiness::Impossible(POST_UNKNOWN)),
    };
    if let Some(parent) = found.and_then(|post| post.reply_to) {
        match publication(connection, parent.id)? {
            Some(OutboxState::Withdrawn) => return Ok(Readiness::Impossible(PARENT_DELETED)),
            Some(_) => return Ok(Readiness::Blocked),
            None => {}
        }
        outgoing.reply_to = source(connection, parent.id)?;
        if outgoing.reply_to.is_none() {
            let why = if parent.post.is_some() { PARENT_UNKNOWN } else { PARENT_DELETED };
            return Ok(Readiness::Impossible(why));
        }
    }
    Ok(Readiness::Ready(Box::new(outgoing)))
}

/// Withdraws the entry of a post, or removes it if the post cannot be restored.
fn withdraw(connection: &Connection, id: OutboxId) -> Result<()> {
    set_state(connection, id, OutboxState::Withdrawn, None)?;
    connection
        .prepare_cached(
            "DELETE FROM outbox WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM post WHERE id = outbox.post)
             AND NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = outbox.post)",
        )?
        .execute([id])?;
    Ok(())
}

const ENTRIES: &str = "SELECT o.id, o.user, u.nickname, o.action, o.post, t.nickname,
        ifnull((SELECT p.body FROM post p WHERE p.id = o.post), o.body), o.state, o.queued_at, o.due_at, o.attempts, o.error,
        o.choices
    FROM outbox o CROSS JOIN user u ON u.id = o.user LEFT JOIN user t ON t.id = o.target
    WHERE o.state <> 'withdrawn' ";

fn entry(row: &Row<'_>) -> rusqlite::Result<OutboxEntry> {
    Ok(OutboxEntry {
        id: row.get(0)?,
        account: row.get(1)?,
        nickname: row.get(2)?,
        action: row.get(3)?,
        post: row.get(4)?,
        target: row.get::<_, Option<Nickname>>(5)?,
        text: row.get(6)?,
        state: row.get(7)?,
        queued_at: row.get(8)?,
        due_at: row.get(9)?,
        attempts: row.get(10)?,
        error: row.get(11)?,
        choices: parse_choices(row.get::<_, Option<String>>(12)?.as_deref()),
    })
}

fn by_id(connection: &Connection, id: OutboxId) -> Result<OutboxEntry> {
    let mut statement = connection.prepare_cached(&format!("{ENTRIES} AND o.id = ?1"))?;
    statement.query_row([id], entry).optional()?.ok_or(StoreError::UnknownOutboxEntry(id.0))
}

impl Store {
    /// Takes the lock on sending; returns `None` if another process holds it.
    ///
    /// # Errors
    /// When the database is read-only, or the lock cannot be created.
    pub fn try_lock_outbox(&self) -> Result<Option<OutboxLock>> {
        self.check_writable()?;
        let lock = DatabaseLock::try_acquire(&self.path, LockName::Outbox)?;
        Ok(lock.map(|lock| OutboxLock { _lock: lock }))
    }

    /// Takes the lock on sending; waits while another process holds it.
    ///
    /// # Errors
    /// As [`Store::try_lock_outbox`].
    pub fn lock_outbox(&self) -> Result<OutboxLock> {
        self.check_writable()?;
        DatabaseLock::acquire(&self.path, LockName::Outbox, || {}).map(|lock| OutboxLock { _lock: lock })
    }

    /// Returns the accounts that have something to send.
    ///
    /// # Errors
    /// When the store fails.
    pub fn accounts_to_send(&self) -> Result<Vec<UserId>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT a.user FROM account a WHERE a.needs_login = 0 AND EXISTS
                 (SELECT 1 FROM outbox o WHERE o.user = a.user AND o.state IN ('pending', 'sending')) ORDER BY a.user",
        )?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Marks the next entry of an account as being sent, and returns it. An entry is left alone for `delay` after it was
    /// queued, so that it can be taken back. Entries that can never be sent fail.
    ///
    /// The caller holds the [lock](Store::lock_outbox) on sending.
    ///
    /// # Errors
    /// When the store fails.
    pub fn next_in_outbox(&mut self, account: UserId, now: Timestamp, delay: Duration) -> Result<NextInOutbox> {
        let delay = i64::try_from(delay.as_micros()).unwrap_or(i64::MAX);
        self.write(|transaction| {
            let mut last = OutboxId(0);
            while let Some(entry) = queued_after(transaction, account, last)? {
                last = entry.id;
                let outgoing = match prepare(transaction, account, &entry)? {
                    Readiness::Ready(outgoing) => outgoing,
                    Readiness::Blocked => continue,
                    Readiness::Impossible(why) => {
                        set_state(transaction, entry.id, OutboxState::Failed, Some(why))?;
                        continue;
                    }
                };
                let ready_at = Timestamp::from_micros(entry.queued_at.micros().saturating_add(delay)).max(entry.due_at);
                // A clock that was put back must not hold an entry for ever.
                if ready_at > now && entry.queued_at <= now {
                    return Ok(NextInOutbox::Later(ready_at));
                }
                transaction
                    .prepare_cached(
                        "UPDATE outbox SET state = 'sending', body = ?2, tried_at = ?3, attempts = attempts + 1 WHERE id = ?1",
                    )?
                    .execute(params![entry.id, outgoing.text, now])?;
                return Ok(NextInOutbox::Ready(outgoing));
            }
            Ok(NextInOutbox::Nothing)
        })
    }

    /// Returns whether a post of an account is known by a remote id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_known_post(&self, account: UserId, remote_id: &str) -> Result<bool> {
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM post INDEXED BY post_source WHERE source = ?1 AND author = ?2
             UNION ALL SELECT 1 FROM deleted_post WHERE source = ?1 AND author = ?2",
        )?;
        Ok(statement.exists(params![remote_id, account])?)
    }

    /// Stores that the server of an account does not accept its access token: nothing is sent until the next login.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_needs_login(&mut self, account: UserId) -> Result<()> {
        self.write(|transaction| {
            transaction.prepare_cached("UPDATE account SET needs_login = 1 WHERE user = ?1")?.execute([account])?;
            Ok(())
        })
    }

    /// Stores that a post was published, under which remote id, and removes its entry.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_published(&mut self, outgoing: &Outgoing, sent: &SentPost) -> Result<()> {
        let Some(post) = outgoing.post else { return Ok(()) };
        self.write(|transaction| {
            if sent.audience < outgoing.details.audience {
                rows::widened(transaction, outgoing.account, outgoing.details.audience)?;
            }
            publish(transaction, outgoing.id, post, sent)
        })
    }

    /// Removes an entry whose action the server has done. An edit stores how the server renders it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_done(&mut self, outgoing: &Outgoing, rendered: Option<&str>) -> Result<()> {
        self.write(|transaction| {
            remove(transaction, outgoing.id)?;
            if outgoing.action == OutboxAction::Delete {
                transaction.prepare_cached("DELETE FROM server_status WHERE post = ?1")?.execute([outgoing.post])?;
            }
            if let (Some(post), Some(rendered)) = (outgoing.post, rendered) {
                let mut origin = remote::read(transaction, post)?;
                origin.original = Some(rendered.to_owned());
                remote::replace(transaction, post, &origin)?;
            }
            Ok(())
        })
    }

    /// Removes the entry of a post that was deleted here before it reached the server, and its deletion.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_never_sent(&mut self, outgoing: &Outgoing) -> Result<()> {
        self.write(|transaction| {
            withdraw(transaction, outgoing.id)?;
            transaction
                .prepare_cached("DELETE FROM outbox WHERE post = ?1 AND action = 'delete'")?
                .execute(params![outgoing.post])?;
            Ok(())
        })
    }

    /// Stores that an entry is tried again at a time, and why. If the server may have it, it stays marked as being sent.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_postponed(
        &mut self,
        outgoing: &Outgoing,
        until: Timestamp,
        why: &str,
        may_be_sent: bool,
    ) -> Result<()> {
        let state = if may_be_sent { OutboxState::Sending } else { OutboxState::Pending };
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "UPDATE outbox SET state = ?2, due_at = ?3, error = ?4, tried_at = ifnull(?5, tried_at) WHERE id = ?1",
                )?
                .execute(params![outgoing.id, state, until, why, outgoing.tried_at])?;
            Ok(())
        })
    }

    /// Stores that the server refused an entry, or that it cannot be found out whether the server has it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_undelivered(&mut self, outgoing: &Outgoing, state: OutboxState, why: &str) -> Result<()> {
        self.write(|transaction| set_state(transaction, outgoing.id, state, Some(why)))
    }

    /// Returns the entries of an account, or of all, in the order in which they are sent.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox(&self, account: Option<UserId>) -> Result<Vec<OutboxEntry>> {
        let mut statement =
            self.connection.prepare_cached(&format!("{ENTRIES} AND (?1 IS NULL OR o.user = ?1) ORDER BY o.id"))?;
        Ok(statement.query_map([account], entry)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns an entry.
    ///
    /// # Errors
    /// When there is none with that id.
    pub fn outbox_entry(&self, id: OutboxId) -> Result<OutboxEntry> {
        by_id(&self.connection, id)
    }

    /// Counts the entries of an account.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_counts(&self, account: UserId) -> Result<OutboxCounts> {
        let mut statement = self.connection.prepare_cached(
            "SELECT ifnull(sum(state IN ('pending', 'sending')), 0), ifnull(sum(state IN ('unsure', 'failed')), 0)
             FROM outbox INDEXED BY outbox_user WHERE user = ?1",
        )?;
        Ok(statement.query_row([account], |row| Ok(OutboxCounts { pending: row.get(0)?, undelivered: row.get(1)? }))?)
    }

    /// Queues an entry again that was not sent, or of which that is not known; it is tried at once.
    ///
    /// # Errors
    /// When there is none with that id.
    pub fn retry_outbox_entry(&mut self, id: OutboxId, now: Timestamp) -> Result<OutboxEntry> {
        self.write(|transaction| {
            let entry = by_id(transaction, id)?;
            if entry.state.needs_decision() {
                requeue(transaction, id, now)?;
            } else {
                transaction.prepare_cached("UPDATE outbox SET due_at = ?2 WHERE id = ?1")?.execute(params![id, now])?;
            }
            by_id(transaction, id)
        })
    }

    /// Queues an action again whose entry was discarded; returns the id of the new entry.
    ///
    /// # Errors
    /// When the account or the user that it is about does not exist anymore.
    pub fn restore_outbox_entry(&mut self, entry: &OutboxEntry, now: Timestamp) -> Result<OutboxId> {
        self.write(|transaction| {
            let subject = match (entry.post, &entry.target) {
                (Some(post), _) => Subject::Post(post),
                (None, Some(target)) => {
                    Subject::User(users::find_id(transaction, &target.key())?.ok_or(StoreError::UserDeleted)?)
                }
                (None, None) => return Err(StoreError::UnknownOutboxEntry(entry.id.0)),
            };
            if let (OutboxAction::Vote, Some(post)) = (entry.action, entry.post) {
                return queue_vote(transaction, entry.account, post, &entry.choices, now);
            }
            let source = entry.post.map(|post| source(transaction, post)).transpose()?.flatten();
            insert(transaction, entry.account, entry.action, subject, source.as_deref(), now)?;
            Ok(OutboxId(transaction.last_insert_rowid()))
        })
    }

    /// Removes an entry from the outbox. A post that was not published is deleted, and can be restored.
    ///
    /// # Errors
    /// When there is none with that id, or it is being sent.
    pub fn discard_outbox_entry(&mut self, id: OutboxId, now: Timestamp) -> Result<OutboxEntry> {
        self.write(|transaction| {
            let entry = by_id(transaction, id)?;
            match (entry.state, entry.action, entry.post) {
                (OutboxState::Sending, ..) => return Err(StoreError::OutboxEntryInTransit(id.0)),
                (_, OutboxAction::Post, Some(post)) => {
                    withdraw(transaction, id)?;
                    transaction
                        .prepare_cached("DELETE FROM outbox WHERE post = ?1 AND action <> 'post'")?
                        .execute([post])?;
                    trash::discard(transaction, post, now)?;
                }
                _ => remove(transaction, id)?,
            }
            Ok(entry)
        })
    }
}
