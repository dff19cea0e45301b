//! Editing posts, and their edit history.

use rusqlite::{Connection, params};

use super::entities::{self, EntityCache};
use super::notify::notify;
use super::{Result, Store, StoreError, drafts, outbox_queue, posts};
use crate::model::{
    Body, NewPost, NotificationKind, OpenDraft, Poll, Post, PostId, Purpose, Revision, Timestamp, UserId,
};
use crate::text::with_votes;

pub(super) fn own(connection: &Connection, owner: UserId, id: PostId) -> Result<Post> {
    let post = posts::by_id(connection, id, Some(owner))?;
    if post.author != owner {
        return Err(StoreError::NotAuthor { id: post.id, author: post.nickname });
    }
    Ok(post)
}

/// Replaces the text of a post of `owner`'s; see [`Store::edit_post`].
fn edit(transaction: &Connection, owner: UserId, id: PostId, edits: u32, body: &Body, now: Timestamp) -> Result<Post> {
    let old = own(transaction, owner, id)?;
    if old.body == *body {
        return Ok(old);
    }
    if old.edits != edits {
        return Err(StoreError::EditConflict { id: old.id, body: Box::new(old.body) });
    }
    replace_text(transaction, &mut EntityCache::default(), &old, body, now)?;
    outbox_queue::queue_edit(transaction, owner, old.id, now)?;
    posts::by_id(transaction, old.id, Some(owner))
}

/// Replaces the text of a post, with its tags, mentions and search terms, and stores the old one as a revision.
pub(super) fn replace_text(
    transaction: &Connection,
    names: &mut EntityCache,
    old: &Post,
    body: &Body,
    edited_at: Timestamp,
) -> Result<()> {
    let written_at = old.edited_at.unwrap_or(old.created_at);
    transaction
        .prepare_cached("INSERT INTO post_version (post, version, body, written_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![old.id.0, old.edits, old.body.as_str(), written_at.micros()])?;
    transaction
        .prepare_cached("UPDATE post SET edited_at = ?2, edits = edits + 1 WHERE id = ?1")?
        .execute(params![old.id.0, edited_at.micros()])?;
    rewrite(transaction, names, old, body, edited_at)
}

/// Replaces the text of a post, with its tags, mentions and search terms, without a revision; `now` is the time of new
/// notifications.
pub(super) fn rewrite(
    transaction: &Connection,
    names: &mut EntityCache,
    old: &Post,
    body: &Body,
    now: Timestamp,
) -> Result<()> {
    let reply_to = old.reply_to.as_ref().map(|parent| parent.id);
    let parent_author = reply_to.map(|id| posts::optional(posts::by_id(transaction, id, None))).transpose()?.flatten();
    let parent_author = parent_author.map(|post| post.author);
    let new = NewPost { author: old.author, body: body.clone(), created_at: old.created_at, reply_to, source: None };
    let known = entities::delete(transaction, old.created_at)?;
    let words = entities::extract(transaction, names, &new, parent_author)?;
    entities::insert(transaction, &words, old.created_at)?;
    transaction.prepare_cached("UPDATE post SET body = ?2, marks = ?3 WHERE id = ?1")?.execute(params![
        old.id.0,
        body.as_str(),
        words.marks
    ])?;
    if old.origin.as_ref().is_some_and(|origin| origin.boost_of.is_some()) {
        // A placeholder for a boost has its own text now, and stays a post.
        transaction
            .prepare_cached("UPDATE origin SET boost_of_remote_id = NULL WHERE post = ?1")?
            .execute([old.id.0])?;
    }
    for (user, _) in words.mentions.iter().filter(|(user, _)| !known.contains(user) && Some(*user) != parent_author) {
        notify(transaction, *user, NotificationKind::Mentioned, old.author, Some(old.id), now)?;
    }
    Ok(())
}

/// Writes the votes of a poll into the text of its post, unless that was deleted.
pub(super) fn replace_votes(transaction: &Connection, post: PostId, poll: &Poll) -> Result<()> {
    let Some(old) = posts::optional(posts::by_id(transaction, post, None))? else { return Ok(()) };
    let Ok(body) = Body::imported(&with_votes(old.body.as_str(), poll)) else { return Ok(()) };
    if body == old.body {
        return Ok(());
    }
    rewrite(transaction, &mut EntityCache::default(), &old, &body, old.created_at)
}

pub(super) const VERSIONS: &str = "SELECT body, written_at FROM post_version WHERE post = ?1 ORDER BY version";

impl Store {
    /// Returns a post of `owner`'s; for the id of a boost, the boosted post.
    ///
    /// # Errors
    /// When it is deleted, or another user's.
    pub fn own_post(&self, owner: UserId, id: PostId) -> Result<Post> {
        own(&self.connection, owner, id)
    }

    /// Replaces the text of a post of `owner`'s; mentions, tags and search follow, and the old text is kept as a
    /// revision.
    ///
    /// `edits` is [`Post::edits`] of the revision that was edited: if there is a newer one, nothing is changed. The
    /// same text is not an edit.
    ///
    /// # Errors
    /// When the post is deleted or another user's; [`StoreError::EditConflict`] with the newer text.
    pub fn edit_post(&mut self, owner: UserId, id: PostId, edits: u32, body: &Body, now: Timestamp) -> Result<Post> {
        self.write(|transaction| edit(transaction, owner, id, edits, body, now))
    }

    /// Like [`Store::edit_post`], and deletes the draft that the text was written in: both, or neither. A draft that
    /// another terminal has replaced since is kept.
    ///
    /// # Errors
    /// As [`Store::edit_post`]; the draft is kept then.
    pub fn edit_post_from_draft(
        &mut self,
        owner: UserId,
        id: PostId,
        edits: u32,
        body: &Body,
        now: Timestamp,
        open: &OpenDraft,
    ) -> Result<Post> {
        self.write(|transaction| {
            let post = edit(transaction, owner, id, edits, body, now)?;
            let purpose = Purpose::Edit { post: post.id, edits };
            drafts::delete_sent(transaction, (owner, purpose), open, body.as_str())?;
            Ok(post)
        })
    }

    /// Returns all revisions of a post, oldest first; the last is the current text.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn history(&self, id: PostId) -> Result<Vec<Revision>> {
        let post = self.post(id)?;
        let mut statement = self.connection.prepare_cached(VERSIONS)?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Revision { body: Body::stored(row.get(0)?), written_at: Timestamp::from_micros(row.get(1)?) })
        };
        let mut versions = statement.query_map([post.id.0], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        versions.push(Revision { body: post.body, written_at: post.edited_at.unwrap_or(post.created_at) });
        Ok(versions)
    }
}
