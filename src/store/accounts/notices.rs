//! Applies notifications of a server: they become reactions, follows and notifications here.
//!
//! A notification is read if its time is before the newest one that was seen. One that comes late gets the time of its
//! arrival, so that it is not overlooked.

use rusqlite::{Connection, OptionalExtension, params};

use super::rows::find_user;
use crate::model::{Account, AccountNotice, NotificationKind, PostId, Timestamp, UserId, UserKind};
use crate::store::notify::notify;
use crate::store::{Result, follows, notifications, reactions, users};

/// Applies a notification. `is_first` says that the list is read for the first time: it is read already.
pub(super) fn apply(
    connection: &Connection,
    account: &Account,
    notice: &AccountNotice,
    now: Timestamp,
    is_first: bool,
) -> Result<()> {
    let user = account.user.id;
    let Some(actor) = find_user(connection, &notice.actor)?.filter(|actor| *actor != user) else { return Ok(()) };
    // It would otherwise mark as read what comes until then.
    let at = notice.at.min(now);
    // Reactions are to posts of the account, and the author of a mention is who mentions it.
    let author = match notice.kind {
        NotificationKind::Liked | NotificationKind::Boosted => user,
        NotificationKind::Followed | NotificationKind::Mentioned | NotificationKind::Replied => actor,
    };
    let post = match &notice.status {
        Some(status) => {
            let mut by_source = connection.prepare_cached("SELECT id FROM post WHERE source = ?1 AND author = ?2")?;
            by_source.query_row(params![status.post.source, author], |row| row.get::<_, PostId>(0)).optional()?
        }
        None => None,
    };
    // What users of this database do is known here, and a server cannot do it for them.
    let is_remote = users::by_id(connection, actor)?.kind == UserKind::Remote;
    match (notice.kind, post) {
        (NotificationKind::Followed, _) if is_remote => follows::follow(connection, actor, user, at)?,
        (NotificationKind::Liked, Some(post)) if is_remote => {
            reactions::like(connection, actor, reactions::target(connection, post)?, at)?;
        }
        (NotificationKind::Boosted, Some(post)) if is_remote => {
            reactions::boost(connection, actor, reactions::target(connection, post)?, at)?;
        }
        (NotificationKind::Followed, _) | (_, Some(_)) => {}
        (_, None) => return Ok(()),
    }
    let post = post.filter(|_| notice.kind != NotificationKind::Followed);
    let shown = match found(connection, user, notice.kind, actor, post)? {
        Some(shown) => shown,
        None => {
            notify(connection, user, notice.kind, actor, post, at)?;
            match found(connection, user, notice.kind, actor, post)? {
                Some(shown) => shown,
                None => return Ok(()),
            }
        }
    };
    if is_first { see(connection, user, shown) } else { show_as_new(connection, user, (notice.kind, shown), now) }
}

/// Returns the time of a notification. A reply is a mention to a server.
fn found(
    connection: &Connection,
    user: UserId,
    kind: NotificationKind,
    actor: UserId,
    post: Option<PostId>,
) -> Result<Option<Timestamp>> {
    let other = if kind == NotificationKind::Mentioned { NotificationKind::Replied } else { kind };
    let mut statement = connection.prepare_cached(
        "SELECT created_at FROM notification INDEXED BY notification_actor
         WHERE actor = ?1 AND kind IN (?2, ?3) AND post IS ?4 AND user = ?5",
    )?;
    Ok(statement.query_row(params![actor, kind, other, post, user], |row| row.get(0)).optional()?)
}

/// Marks notifications up to a time as read.
fn see(connection: &Connection, user: UserId, at: Timestamp) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO read_mark (user, timeline, seen) VALUES (?1, ?2, ?3)
             ON CONFLICT (user, timeline) DO UPDATE SET seen = max(seen, ?3)",
        )?
        .execute(params![user, notifications::TIMELINE, at])?;
    Ok(())
}

/// Gives a notification that is older than the newest one that was seen the time of its arrival.
fn show_as_new(
    connection: &Connection,
    user: UserId,
    (kind, at): (NotificationKind, Timestamp),
    now: Timestamp,
) -> Result<()> {
    let read = notifications::load_read(connection, user)?;
    if !read.contains(kind, at) {
        return Ok(());
    }
    let seen = read.kinds.iter().map(|(_, up_to)| *up_to).chain(read.up_to).max().unwrap_or(at).max(at);
    let mut taken = connection.prepare_cached("SELECT 1 FROM notification WHERE user = ?1 AND created_at = ?2")?;
    let mut later = now.max(Timestamp::from_micros(seen.micros() + 1));
    while taken.exists(params![user, later])? {
        later = Timestamp::from_micros(later.micros() + 1);
    }
    connection
        .prepare_cached("UPDATE notification SET created_at = ?3 WHERE user = ?1 AND created_at = ?2")?
        .execute(params![user, at, later])?;
    Ok(())
}
