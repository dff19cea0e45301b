//! Where imported posts come from, and by which remote ids they are known.

use rusqlite::{Connection, OptionalExtension, params};

use super::Result;
use crate::model::{Attachment, Audience, Collapse, Origin, PostId, Timestamp, UserId, UserKind};

/// Starts the remote ids of posts of which only the id is known that a server uses: `status:m.example/17`.
const STATUS_ID: &str = "status:";

/// Returns the remote id of a post of which only the id is known that a server uses.
pub(super) fn status_id(server: &str, id: &str) -> String {
    format!("{STATUS_ID}{server}/{id}")
}

/// Reads the rows of a post from another table.
fn rows<T>(
    connection: &Connection,
    sql: &str,
    post: PostId,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    Ok(connection.prepare_cached(sql)?.query_map([post.0], read)?.collect::<rusqlite::Result<_>>()?)
}

/// Returns who can read a post.
pub(super) fn audience(connection: &Connection, post: PostId) -> Result<Audience> {
    let mut statement = connection.prepare_cached("SELECT audience FROM origin WHERE post = ?1")?;
    Ok(statement.query_row([post], |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Returns whether a post has an origin or attachments.
pub(super) fn exists(connection: &Connection, post: PostId) -> Result<bool> {
    let mut statement = connection
        .prepare_cached("SELECT 1 FROM origin WHERE post = ?1 UNION ALL SELECT 1 FROM attachment WHERE post = ?1")?;
    Ok(statement.exists([post])?)
}

/// Returns the origin of a post.
pub(super) fn read(connection: &Connection, post: PostId) -> Result<Origin> {
    let mut statement = connection.prepare_cached(
        "SELECT url, language, warning, audience, original, reply_to_remote_id, boost_of_remote_id, dated_at
         FROM origin WHERE post = ?1",
    )?;
    let found = statement.query_row([post.0], |row| {
        Ok(Origin {
            url: row.get(0)?,
            language: row.get(1)?,
            warning: row.get(2)?,
            audience: row.get(3)?,
            original: row.get(4)?,
            in_reply_to: row.get(5)?,
            boost_of: row.get(6)?,
            dated_at: row.get(7)?,
            ..Origin::default()
        })
    });
    let mut origin = found.optional()?.unwrap_or_default();
    origin.aliases =
        rows(connection, "SELECT name FROM other_name WHERE post = ?1 ORDER BY name", post, |row| row.get(0))?;
    let attachments = "SELECT media_type, url, file, description FROM attachment WHERE post = ?1 ORDER BY position";
    origin.attachments = rows(connection, attachments, post, |row| {
        Ok(Attachment { kind: row.get(0)?, url: row.get(1)?, file: row.get(2)?, description: row.get(3)? })
    })?;
    Ok(origin)
}

/// Inserts the origin of a post, without its aliases; only rows that are not empty.
pub(super) fn insert(connection: &Connection, post: PostId, origin: &Origin) -> Result<()> {
    let Origin { url, language, warning, audience, original, in_reply_to, boost_of, dated_at, attachments, aliases: _ } =
        origin;
    let texts = [url, language, warning, original, in_reply_to, boost_of];
    if texts.iter().any(|text| text.is_some()) || *audience != Audience::Public || dated_at.is_some() {
        connection
            .prepare_cached(
                "INSERT INTO origin (post, url, language, warning, audience, original, reply_to_remote_id, boost_of_remote_id,
                     dated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                post.0,
                url,
                language,
                warning,
                audience,
                original,
                in_reply_to,
                boost_of,
                dated_at.map(Timestamp::micros),
            ])?;
    }
    for (place, attachment) in (0_i64..).zip(attachments) {
        let Attachment { kind, url, file, description } = attachment;
        connection
            .prepare_cached(
                "INSERT INTO attachment (post, position, media_type, url, file, description) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![post.0, place, kind, url, file, description])?;
    }
    Ok(())
}

/// Replaces the origin of a post, without its aliases.
pub(super) fn replace(connection: &Connection, post: PostId, origin: &Origin) -> Result<()> {
    connection.prepare_cached("DELETE FROM origin WHERE post = ?1")?.execute([post])?;
    connection.prepare_cached("DELETE FROM attachment WHERE post = ?1")?.execute([post])?;
    insert(connection, post, origin)
}

/// Returns the site that an id, a URL or an account (`acct:ada@example.com`) belongs to, with its port; `None` for ids
/// without one, such as the hashes of twtxt.
pub(super) fn site(id: &str) -> Option<String> {
    if let Some((server, _)) = id.strip_prefix(STATUS_ID).and_then(|rest| rest.split_once('/')) {
        return Some(server.to_ascii_lowercase());
    }
    let authority = match (id.split_once("://"), id.strip_prefix("acct:")) {
        (Some((_, rest)), _) => rest.split(['/', '?', '#']).next()?,
        (None, Some(account)) => account,
        (None, None) => id.starts_with("x:").then_some("x.com")?,
    };
    let host = authority.rsplit('@').next()?.to_ascii_lowercase();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

/// Returns whether a post is known by a remote id. An id that belongs to a site names only posts of that site's users:
/// a feed could otherwise pass off its own text as a post that somebody liked, boosted or replied to.
fn is_named_by(remote_id: &str, author_url: Option<&str>, author_kind: UserKind) -> bool {
    author_kind != UserKind::Remote
        || site(remote_id).is_none_or(|wanted| author_url.and_then(site).is_some_and(|found| found == wanted))
}

/// Returns the post with a remote id; the first of them, if it was imported for several authors.
pub(super) fn post_by_remote_id(connection: &Connection, name: &str) -> Result<Option<PostId>> {
    const BY_SOURCE: &str = "SELECT p.id, u.url, u.kind FROM post p INDEXED BY post_source
        CROSS JOIN user u ON u.id = p.author WHERE p.source = ?1 ORDER BY p.author";
    const BY_ALIAS: &str = "SELECT p.id, u.url, u.kind FROM other_name o CROSS JOIN post p ON p.id = o.post
        CROSS JOIN user u ON u.id = p.author WHERE o.name = ?1 ORDER BY o.post";
    // Only our own posts are in that table, so nobody else can be known by these ids.
    const PUBLISHED: &str = "SELECT p.id, u.url, u.kind FROM published_name n CROSS JOIN post p ON p.id = n.post
        CROSS JOIN user u ON u.id = p.author WHERE n.name = ?1 ORDER BY n.post";
    for sql in [BY_SOURCE, BY_ALIAS, PUBLISHED] {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([name])?;
        while let Some(row) = rows.next()? {
            if is_named_by(name, row.get::<_, Option<String>>(1)?.as_deref(), row.get(2)?) {
                return Ok(Some(row.get(0)?));
            }
        }
    }
    Ok(None)
}

/// Returns whether an author's posts are known by a remote id.
pub(super) fn may_name(connection: &Connection, author: UserId, remote_id: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT url, kind FROM user WHERE id = ?1")?;
    Ok(statement.query_row([author], |row| {
        Ok(is_named_by(remote_id, row.get::<_, Option<String>>(0)?.as_deref(), row.get(1)?))
    })?)
}

impl super::Store {
    /// Returns where a post was imported from; empty for a post that was written here.
    ///
    /// # Errors
    /// When the store fails.
    pub fn origin(&self, post: PostId) -> Result<Origin> {
        read(&self.connection, post)
    }
}

/// Completes an imported post, and collapses it if it has a content warning.
pub(super) fn complete(connection: &Connection, post: &mut crate::model::Post) -> Result<()> {
    let origin = read(connection, post.id)?;
    if origin.boost_of.is_some() && post.boosted_by.is_empty() {
        post.boosted_by = vec![post.nickname.clone()];
    }
    post.collapsed = origin.warning.clone().map(Collapse::Warning);
    post.origin = Some(Box::new(origin));
    Ok(())
}
