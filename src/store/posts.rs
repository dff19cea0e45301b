//! Posts, one at a time.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Draft, Result, Store, StoreError, drafts, users};
use crate::model::{Answered, Body, DisplayName, NewPost, Nickname, Post, PostId, Timestamp, UserId};

/// What [`read`] reads. `p` is a post and `u` its author, the rest is looked up beside them.
pub(super) const COLUMNS: &str = "p.id, p.author, u.nickname, u.display_name, p.body, p.created_at, p.reply_to,
    b.nickname, substr(a.body, 1, 120), p.source, (SELECT count(*) FROM post r WHERE r.reply_to = p.id)";

/// What a post answers, for [`COLUMNS`]: the post `a` and its author `b`, where they still are.
pub(super) const ANSWERED: &str = "LEFT JOIN post a ON a.id = p.reply_to LEFT JOIN user b ON b.id = a.author";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Post> {
    let reply_to = row.get::<_, Option<i64>>(6)?.map(|id| {
        let nickname: Option<String> = row.get(7)?;
        let excerpt: Option<String> = row.get(8)?;
        let post = nickname.map(Nickname::stored).zip(excerpt);
        Ok::<_, rusqlite::Error>(Answered { id: PostId(id), post })
    });
    Ok(Post {
        id: PostId(row.get(0)?),
        author: UserId(row.get(1)?),
        nickname: Nickname::stored(row.get(2)?),
        display_name: row.get::<_, Option<String>>(3)?.map(DisplayName::stored),
        body: Body::stored(row.get(4)?),
        created_at: Timestamp::from_micros(row.get(5)?),
        reply_to: reply_to.transpose()?,
        source: row.get(9)?,
        replies: row.get::<_, i64>(10)?.unsigned_abs(),
    })
}

pub(super) fn by_id(connection: &Connection, id: PostId) -> Result<Post> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM post p CROSS JOIN user u ON u.id = p.author {ANSWERED} WHERE p.id = ?1"
        ))?
        .query_row([id.0], read)
        .optional()?
        .ok_or(StoreError::UnknownPost(id))
}

/// The first moment from `wanted` on at which there is no post; at the end of time, the last before it.
/// Asking first, since an insert that fails uses up a number.
pub(super) fn free_moment(connection: &Connection, wanted: Timestamp) -> Result<Timestamp> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM post WHERE created_at = ?1")?;
    let mut micros = wanted.micros();
    let mut step = 1;
    while statement.exists([micros])? {
        if micros == Timestamp::MAX.micros() {
            step = -1;
        }
        micros += step;
    }
    Ok(Timestamp::from_micros(micros))
}

/// Inserts a post at a free moment; gives back its number.
pub(super) fn insert(connection: &Connection, post: &NewPost, moment: Timestamp) -> Result<PostId> {
    connection
        .prepare_cached("INSERT INTO post (author, body, created_at, reply_to, source) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            post.author.0,
            post.body.as_str(),
            moment.micros(),
            post.reply_to.map(|id| id.0),
            post.source
        ])?;
    Ok(PostId(connection.last_insert_rowid()))
}

fn add(connection: &Connection, post: &NewPost) -> Result<PostId> {
    if let Some(answered) = post.reply_to {
        by_id(connection, answered)?;
    }
    users::by_id(connection, post.author)?;
    let id = insert(connection, post, free_moment(connection, post.created_at)?)?;
    users::touch(connection, post.author, Timestamp::now())?;
    Ok(id)
}

impl Store {
    /// Adds a post.
    ///
    /// # Errors
    /// When its author or what it answers is gone, or the store fails.
    pub fn add_post(&mut self, post: &NewPost) -> Result<PostId> {
        self.write(|transaction| add(transaction, post))
    }

    /// Adds a post and drops the draft that it was written from: both, or neither.
    ///
    /// # Errors
    /// As [`Store::add_post`]; the draft then stays.
    pub fn send(&mut self, post: &NewPost) -> Result<PostId> {
        self.write(|transaction| {
            let id = add(transaction, post)?;
            drafts::drop(transaction, Draft { user: post.author, reply_to: post.reply_to })?;
            Ok(id)
        })
    }

    /// The post of that number.
    ///
    /// # Errors
    /// When there is none.
    pub fn post(&self, id: PostId) -> Result<Post> {
        by_id(&self.connection, id)
    }

    /// Deletes posts of one user: all of them, or none if one is not theirs.
    ///
    /// # Errors
    /// When a post is unknown or another's.
    pub fn delete_posts(&mut self, owner: UserId, ids: &[PostId]) -> Result<()> {
        self.write(|transaction| {
            let mut seen = HashSet::new();
            for &id in ids.iter().filter(|id| seen.insert(**id)) {
                let post = by_id(transaction, id)?;
                if post.author != owner {
                    return Err(StoreError::NotYours { id, author: post.nickname });
                }
                transaction.prepare_cached("DELETE FROM post WHERE id = ?1")?.execute([id.0])?;
            }
            Ok(())
        })
    }
}
