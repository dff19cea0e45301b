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
    let micros = free_time(connection, user, at.micros())?;
    connection
        .prepare_cached("INSERT INTO notification (user, created_at, kind, actor, post) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![user.0, micros, kind, actor.0, post.map(|id| id.0)])?;
    Ok(())
}

/// Returns a time from `wanted` on at which a user has no notification, in microseconds.
///
/// An archive may date thousands of likes the same, so that they fill a run of times: its end is searched with doubled
/// steps, and then by halves.
fn free_time(connection: &Connection, user: UserId, wanted: i64) -> Result<i64> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM notification WHERE user = ?1 AND created_at = ?2")?;
    let mut is_taken = |micros: i64| statement.exists([user.0, micros]);
    if !is_taken(wanted)? {
        return Ok(wanted);
    }
    let (mut taken, mut step) = (wanted, 1);
    while is_taken(taken + step)? {
        (taken, step) = (taken + step, step * 2);
    }
    let mut free = taken + step;
    while free - taken > 1 {
        let middle = taken + (free - taken) / 2;
        if is_taken(middle)? { taken = middle } else { free = middle }
    }
    Ok(free)
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
