//! Gives a post that was sent the remote id that its server gave it.

use rusqlite::{Connection, OptionalExtension, params};

use super::authority::is_same_host;
use super::outbox_queue::{remove, set_state};
use super::{Result, pending, remote};
use crate::model::{OutboxId, OutboxState, PostId, SentPost, UserId};
use crate::text::is_same_text;

const ADDRESS_OF_OTHERS: &str = "the server gave it an address on another server: look there before you send it again";
const ADDRESS_OF_OTHER_POST: &str =
    "the server gave it the address of another of your posts: look there before you send it again";

/// Returns why a post cannot have the remote id that the server gave it, if so.
fn refused_id(
    connection: &Connection,
    id: OutboxId,
    (post, author): (PostId, UserId),
    sent: &SentPost,
) -> Result<Option<&'static str>> {
    let address: Option<String> = connection
        .prepare_cached("SELECT url FROM user WHERE id = ?1")?
        .query_row([author], |row| row.get(0))
        .optional()?
        .flatten();
    if address.is_some_and(|address| !is_same_host(&sent.uri, &address)) {
        return Ok(Some(ADDRESS_OF_OTHERS));
    }
    let mut twin = connection.prepare_cached(
        "SELECT id, body FROM post INDEXED BY post_source WHERE source = ?1 AND author = ?2 AND id <> ?3",
    )?;
    let twin = twin.query_row(params![sent.uri, author, post], |row| {
        Ok((row.get::<_, PostId>(0)?, row.get::<_, Option<String>>(1)?))
    });
    let Some((twin, body)) = twin.optional()? else { return Ok(None) };
    let text: Option<String> = connection
        .prepare_cached(
            "SELECT ifnull(body, (SELECT body FROM post p WHERE p.id = outbox.post)) FROM outbox WHERE id = ?1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?
        .flatten();
    let is_twin = twin > post && body.zip(text).is_some_and(|(body, text)| is_same_text(&text, &body));
    Ok((!is_twin).then_some(ADDRESS_OF_OTHER_POST))
}

/// Gives a post its remote id, and removes the entry that published it. If the server gave it the id of another post, the
/// user has to decide.
pub(super) fn publish(connection: &Connection, id: OutboxId, post: PostId, sent: &SentPost) -> Result<()> {
    let author = connection
        .prepare_cached(
            "SELECT author FROM post WHERE id = ?1 UNION ALL SELECT author FROM deleted_post WHERE id = ?1",
        )?
        .query_row([post], |row| row.get::<_, UserId>(0))
        .optional()?;
    if let Some(author) = author
        && let Some(why) = refused_id(connection, id, (post, author), sent)?
    {
        return set_state(connection, id, OutboxState::Unsure, Some(why));
    }
    remove(connection, id)?;
    // A deletion that was queued meanwhile learns what to delete.
    connection
        .prepare_cached("UPDATE outbox SET remote_id = ?2 WHERE post = ?1 AND remote_id IS NULL")?
        .execute(params![post, sent.uri])?;
    let Some(author) = author else { return Ok(()) };
    let mut twin =
        connection.prepare_cached("SELECT id FROM post INDEXED BY post_source WHERE source = ?1 AND author = ?2")?;
    let twin = twin.query_row(params![sent.uri, author], |row| row.get::<_, PostId>(0)).optional()?;
    if let Some(twin) = twin.filter(|twin| *twin != post) {
        // It was synced before it was known to be this one.
        connection.prepare_cached("UPDATE post SET reply_to = ?2 WHERE reply_to = ?1")?.execute([twin, post])?;
        connection
            .prepare_cached(
                "UPDATE post SET replies = (SELECT count(*) FROM post r WHERE r.reply_to = ?1) WHERE id = ?1",
            )?
            .execute([post])?;
        connection.prepare_cached("DELETE FROM post WHERE id = ?1")?.execute([twin])?;
    }
    for table in ["post", "deleted_post"] {
        connection
            .prepare_cached(&format!("UPDATE {table} SET source = ?2 WHERE id = ?1"))?
            .execute(params![post, sent.uri])?;
    }
    let mut origin = remote::read(connection, post)?;
    origin.url = sent.url.clone().or(origin.url);
    origin.original = sent.original.clone().or(origin.original);
    origin.audience = sent.audience;
    remote::replace(connection, post, &origin)?;
    pending::resolve(connection, post, author, &sent.uri)
}
