//! Writes and removes the rows of notifications. It knows nothing of how they are read.

use rusqlite::{Connection, params};

use super::Result;
use crate::model::{NotificationKind, PostId, Timestamp, UserId};

/// Notifies a user of what another user did. A user's own actions do not notify them.
pub(super) fn notify(
    connection: &Connection,
    user: UserId,
    kind: NotificationKind,
    actor: UserId,
    post: Option<PostId>,
    at: Timestamp,
) -> Result<()> {
    if user == actor {
        return Ok(());
    }
    let mut taken = connection.prepare_cached("SELECT 1 FROM notification WHERE user = ?1 AND created_at = ?2")?;
    let mut micros = at.micros();
    while taken.exists([user.0, micros])? {
        micros += 1;
    }
    connection
        .prepare_cached("INSERT INTO notification (user, created_at, kind, actor, post) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![user.0, micros, kind, actor.0, post.map(|id| id.0)])?;
    Ok(())
}

/// Removes a notification.
pub(super) fn unnotify(
    connection: &Connection,
    user: UserId,
    kind: NotificationKind,
    actor: UserId,
    post: Option<PostId>,
) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM notification WHERE actor = ?1 AND kind = ?2 AND post IS ?3 AND user = ?4")?
        .execute(params![actor.0, kind, post.map(|id| id.0), user.0])?;
    Ok(())
}
