//! Reads and writes the rows of accounts, and of what their servers say about posts.

use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use crate::model::{Account, Audience, Poll, PostId, ServerStatus, Timestamp, UserId};
use crate::store::outbox_queue::add_queued_vote;
use crate::store::{Result, users};

const COLUMNS: &str = "user, name, server, remote_id, character_limit, checked_at, synced_at, next_at, failures,
    failing_since, error, needs_login, widened, characters_per_link";

/// Returns the audiences of a sum of powers of two.
fn audiences(sum: i64) -> Vec<Audience> {
    let all = [Audience::Public, Audience::Unlisted, Audience::Followers, Audience::Direct];
    all.into_iter().filter(|audience| sum & power(*audience) != 0).collect()
}

/// Returns the number that stands for an audience in such a sum.
fn power(audience: Audience) -> i64 {
    1 << audience as i64
}

/// Remembers that the server replaced an audience by a larger one.
pub(in crate::store) fn widened(connection: &Connection, account: UserId, audience: Audience) -> Result<()> {
    connection
        .prepare_cached("UPDATE account SET widened = widened | ?2 WHERE user = ?1")?
        .execute(params![account, power(audience)])?;
    Ok(())
}

fn read(connection: &Connection, row: &Row<'_>) -> Result<Account> {
    Ok(Account {
        user: users::by_id(connection, row.get(0)?)?,
        name: row.get(1)?,
        server: row.get(2)?,
        remote_id: row.get(3)?,
        character_limit: row.get(4)?,
        checked_at: row.get(5)?,
        synced_at: row.get(6)?,
        next_at: row.get(7)?,
        failures: row.get(8)?,
        failing_since: row.get(9)?,
        error: row.get(10)?,
        needs_login: row.get(11)?,
        widened: audiences(row.get(12)?),
        characters_per_link: row.get(13)?,
        gaps: gaps(connection, row.get(0)?)?,
    })
}

/// Returns where posts of the home timeline of an account are missing.
fn gaps(connection: &Connection, user: UserId) -> Result<Vec<Timestamp>> {
    let mut statement =
        connection.prepare_cached("SELECT position FROM account_gap WHERE user = ?1 ORDER BY position DESC")?;
    Ok(statement.query_map([user], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn accounts_where(connection: &Connection, rest: &str, param: Option<i64>) -> Result<Vec<Account>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM account {rest}"))?;
    let mut rows = statement.query(params_from_iter(param))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(connection, row)?);
    }
    Ok(found)
}

/// Returns the account that a user is.
pub(in crate::store) fn account_of(connection: &Connection, user: UserId) -> Result<Option<Account>> {
    Ok(accounts_where(connection, "WHERE user = ?1", Some(user.0))?.into_iter().next())
}

/// Stores what the server of an account says about a post.
pub(super) fn put_server_status(
    connection: &Connection,
    user: UserId,
    post: PostId,
    status: &ServerStatus,
) -> Result<()> {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let poll = status.poll.as_deref().map(|poll| with_known_vote(connection, user, post, poll)).transpose()?;
    connection
        .prepare_cached(
            "INSERT INTO server_status (user, post, status_id, likes, boosts, replies, poll)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (user, post) DO UPDATE SET status_id = ?3, likes = ?4, boosts = ?5, replies = ?6, poll = ?7",
        )?
        .execute(params![
            user,
            post,
            status.id,
            count(status.likes),
            count(status.boosts),
            count(status.replies),
            poll
        ])?;
    Ok(())
}

/// Returns a poll with the vote that is stored, which stays: a server may need some time to count it, or not say for what it is.
fn with_known_vote(connection: &Connection, user: UserId, post: PostId, new: &Poll) -> Result<Poll> {
    let mut statement = connection.prepare_cached("SELECT poll FROM server_status WHERE user = ?1 AND post = ?2")?;
    let known = statement.query_row(params![user, post], |row| row.get::<_, Option<Poll>>(0)).optional()?.flatten();
    let titles = |poll: &Poll| poll.choices.iter().map(|choice| choice.title.clone()).collect::<Vec<_>>();
    let mut poll = new.clone();
    if let Some(known) = known.filter(|known| known.has_voted && titles(known) == titles(new)) {
        poll.has_voted = true;
        if poll.own_votes.is_empty() {
            poll.own_votes = known.own_votes;
        }
    }
    Ok(poll)
}

/// Stores a poll as the server of an account has it.
pub(in crate::store) fn put_poll(connection: &Connection, user: UserId, post: PostId, poll: &Poll) -> Result<()> {
    connection
        .prepare_cached("UPDATE server_status SET poll = ?3 WHERE user = ?1 AND post = ?2")?
        .execute(params![user, post, poll])?;
    Ok(())
}

/// Returns what the server of an account says about a post; none if it did not come from there.
pub(in crate::store) fn server_status(
    connection: &Connection,
    user: UserId,
    post: PostId,
) -> Result<Option<ServerStatus>> {
    let mut statement = connection.prepare_cached(
        "SELECT status_id, likes, boosts, replies, poll FROM server_status WHERE user = ?1 AND post = ?2",
    )?;
    let count = |row: &Row<'_>, column| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let read = |row: &Row<'_>| {
        let poll = row.get::<_, Option<Poll>>(4)?.map(Box::new);
        let (likes, boosts, replies) = (count(row, 1)?, count(row, 2)?, count(row, 3)?);
        Ok(ServerStatus { id: row.get(0)?, likes, boosts, replies, poll })
    };
    let mut found = statement.query_row(params![user, post], read).optional()?;
    if let Some(poll) = found.as_mut().and_then(|status| status.poll.as_deref_mut()) {
        add_queued_vote(connection, user, post, poll)?;
    }
    Ok(found)
}

/// Returns the remote id of the post that the server of an account knows by this id.
pub(super) fn remote_id(connection: &Connection, user: UserId, status_id: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.source FROM server_status s INDEXED BY server_status_id CROSS JOIN post p ON p.id = s.post
         WHERE s.user = ?1 AND s.status_id = ?2 AND p.source IS NOT NULL",
    )?;
    Ok(statement.query_row(params![user, status_id], |row| row.get(0)).optional()?)
}

/// Returns the user with an address.
pub(super) fn find_user(connection: &Connection, url: &str) -> Result<Option<UserId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM user WHERE url = ?1")?;
    Ok(statement.query_row([url], |row| row.get(0)).optional()?)
}
