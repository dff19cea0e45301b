//! Recognizes posts that arrive by a sync as those whose sending was interrupted.

use rusqlite::{Connection, params};

use super::outbox::source;
use super::sent::publish;
use super::{Result, posts};
use crate::model::{OutboxId, PostId, RemotePost, SentPost, Timestamp, UserId};
use crate::text::is_same_text;

/// How far the clock of a server may be behind, in microseconds.
const SLACK: i64 = 5 * 60 * 1_000_000;

/// Returns whether it is unknown of any post whether a server has it.
pub(super) fn has_unresolved_posts(connection: &Connection) -> Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM outbox WHERE action = 'post' AND state IN ('sending', 'unsure')")?;
    Ok(statement.exists([])?)
}

/// Returns the post that a remote post of an account is: the only one with that text and parent whose request was started
/// before, and whose result is not known. It gets the remote id, and leaves the outbox.
pub(super) fn adopt(connection: &Connection, author: UserId, post: &RemotePost) -> Result<Option<PostId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, post, body, queued_at FROM outbox INDEXED BY outbox_user
         WHERE user = ?1 AND action = 'post' AND state IN ('sending', 'unsure') ORDER BY id",
    )?;
    let mut rows = statement.query(params![author])?;
    let mut found: Option<(OutboxId, PostId)> = None;
    while let Some(row) = rows.next()? {
        let (id, ours): (OutboxId, PostId) = (row.get(0)?, row.get(1)?);
        let text: Option<String> = row.get(2)?;
        let queued_at: Timestamp = row.get(3)?;
        let is_same = post.created_at.micros() >= queued_at.micros().saturating_sub(SLACK)
            && text.is_some_and(|text| is_same_text(&text, post.body.as_str()))
            && parent(connection, ours)? == post.origin.in_reply_to;
        if is_same && found.replace((id, ours)).is_some() {
            return Ok(None);
        }
    }
    let Some((id, ours)) = found else { return Ok(None) };
    let sent = SentPost {
        uri: post.source.clone(),
        url: post.origin.url.clone(),
        original: post.origin.original.clone(),
        audience: post.origin.audience,
    };
    publish(connection, id, ours, &sent)?;
    Ok(Some(ours))
}

/// Returns the remote id of the parent of a post.
fn parent(connection: &Connection, post: PostId) -> Result<Option<String>> {
    let found = posts::optional(posts::by_id(connection, post, None))?;
    match found.and_then(|post| post.reply_to) {
        Some(parent) => source(connection, parent.id),
        None => Ok(None),
    }
}
