//! Reading and adding single posts.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::entities::{self, EntityCache};
use super::notify::notify;
use super::{Result, Store, StoreError, drafts, outbox_queue, remote, users};
use crate::model::{
    Body, Delivery, DisplayName, NewPost, Nickname, NotificationKind, OpenDraft, Origin, OutboxState, OwnReactions,
    Post, PostDetails, PostId, ReplyParent, Timestamp, UserId,
};

/// Up to this many boosters of a post are named.
const NAMED: i64 = 10;

/// The columns that [`read`] reads, for a row `w` of `post`: of the post itself or, for a boost, of the boosted post.
macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT p.id, p.author, u.nickname, u.display_name, p.body, p.created_at, p.reply_to, b.nickname,
                 substr(a.body, 1, 120), p.source, p.edited_at, p.edits, p.likes, p.boosts, p.replies, w.created_at,
                 iif(w.boost_of IS NULL, NULL, w.id),
                 EXISTS (SELECT 1 FROM liked WHERE user = :reader AND post_created_at = p.created_at),
                 p.boosts > 0 AND EXISTS (SELECT 1 FROM post m INDEXED BY post_boost_once
                     WHERE m.boost_of = p.id AND m.author = :reader),
                 EXISTS (SELECT 1 FROM bookmark WHERE user = :reader AND post_created_at = p.created_at),
                 iif(ifnull((SELECT last FROM read_on_arrival WHERE first <= w.id ORDER BY first DESC LIMIT 1), 0) < w.id, w.id, 0),
                 (SELECT o.id FROM outbox o INDEXED BY outbox_post WHERE o.post = p.id AND o.state <> 'withdrawn'
                     AND o.action IN ('post', 'edit') LIMIT 1),
                 EXISTS (SELECT 1 FROM origin WHERE post = p.id) OR EXISTS (SELECT 1 FROM attachment WHERE post = p.id)
             FROM ",
            $from,
            " CROSS JOIN post p ON p.id = ifnull(w.boost_of, w.id) CROSS JOIN user u ON u.id = p.author
             LEFT JOIN post a ON a.id = p.reply_to LEFT JOIN user b ON b.id = a.author "
        )
    };
}
pub(super) use select;

pub(super) const BY_KEY: &str = concat!(select!("post w"), "WHERE w.created_at = :key");
pub(super) const BY_ID: &str = concat!(select!("post w"), "WHERE w.id = :key");

/// Which boosters of a post the reader follows, or is; the first boost first.
pub(super) const BOOSTERS: &str = "SELECT u.nickname FROM post e INDEXED BY post_boost_of
    CROSS JOIN user u ON u.id = e.author WHERE e.boost_of = :post
    AND (e.author = :reader OR EXISTS (SELECT 1 FROM follow WHERE follower = :reader AND followed = e.author))
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = :reader AND muted = e.author)
    ORDER BY e.created_at LIMIT :limit";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Post> {
    let reply_to = row.get::<_, Option<i64>>(6)?.map(|id| {
        let nickname: Option<String> = row.get(7)?;
        let excerpt: Option<String> = row.get(8)?;
        let post = nickname.map(Nickname::stored).zip(excerpt);
        Ok::<_, rusqlite::Error>(ReplyParent { id: PostId(id), post })
    });
    let number = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
    Ok(Post {
        id: PostId(row.get(0)?),
        author: UserId(row.get(1)?),
        nickname: Nickname::stored(row.get(2)?),
        display_name: row.get::<_, Option<String>>(3)?.map(DisplayName::stored),
        body: Body::stored(row.get(4)?),
        created_at: Timestamp::from_micros(row.get(5)?),
        key: Timestamp::from_micros(row.get(15)?),
        arrival: row.get(20)?,
        reply_to: reply_to.transpose()?,
        source: row.get(9)?,
        // `complete` reads it.
        origin: row.get::<_, bool>(22)?.then(Box::default),
        edited_at: row.get::<_, Option<i64>>(10)?.map(Timestamp::from_micros),
        edits: row.get(11)?,
        likes: number(12)?,
        boosts: number(13)?,
        replies: number(14)?,
        boost: row.get::<_, Option<i64>>(16)?.map(PostId),
        boosted_by: Vec::new(),
        mentions: Vec::new(),
        own_reactions: OwnReactions { liked: row.get(17)?, boosted: row.get(18)?, bookmarked: row.get(19)? },
        collapsed: None,
        // `complete` reads the state.
        delivery: row
            .get::<_, Option<_>>(21)?
            .map(|id| Box::new(Delivery { id, state: OutboxState::Pending, error: None })),
    })
}

/// Adds what other tables hold of a post.
pub(super) fn complete(connection: &Connection, post: &mut Post) -> Result<()> {
    if post.body.as_str().contains('@') {
        post.mentions = entities::mentions(connection, post.created_at)?;
    }
    if post.delivery.is_some() {
        post.delivery = outbox_queue::delivery(connection, post.id)?.map(Box::new);
    }
    if post.source.is_some() || post.origin.is_some() {
        remote::complete(connection, post)?;
    }
    if let Some(boost) = post.boost {
        let mut booster = connection
            .prepare_cached("SELECT u.nickname FROM post w CROSS JOIN user u ON u.id = w.author WHERE w.id = ?1")?;
        post.boosted_by = vec![booster.query_row([boost.0], |row| row.get(0).map(Nickname::stored))?];
    }
    Ok(())
}

/// Adds the boosters that the reader follows; the one whose boost is shown comes first.
pub(super) fn name_boosters(connection: &Connection, post: &mut Post, reader: UserId) -> Result<()> {
    let mut statement = connection.prepare_cached(BOOSTERS)?;
    let names = statement
        .query_map(named_params! {":post": post.id.0, ":reader": reader.0, ":limit": NAMED}, |row| {
            row.get(0).map(Nickname::stored)
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for name in names {
        if !post.boosted_by.contains(&name) {
            post.boosted_by.push(name);
        }
    }
    Ok(())
}

fn one(connection: &Connection, sql: &str, key: i64, reader: Option<UserId>) -> Result<Option<Post>> {
    let mut statement = connection.prepare_cached(sql)?;
    let found =
        statement.query_row(named_params! {":key": key, ":reader": reader.map(|user| user.0)}, read).optional()?;
    let Some(mut post) = found else { return Ok(None) };
    complete(connection, &mut post)?;
    Ok(Some(post))
}

/// Returns the post or boost with that timeline key, if it exists.
pub(super) fn by_key(connection: &Connection, key: Timestamp, reader: Option<UserId>) -> Result<Option<Post>> {
    one(connection, BY_KEY, key.micros(), reader)
}

pub(super) fn by_id(connection: &Connection, id: PostId, reader: Option<UserId>) -> Result<Post> {
    one(connection, BY_ID, id.0, reader)?.ok_or(StoreError::UnknownPost(id))
}

/// Turns the error for an unknown post into `None`.
pub(super) fn optional(post: Result<Post>) -> Result<Option<Post>> {
    match post {
        Err(StoreError::UnknownPost(_)) => Ok(None),
        post => post.map(Some),
    }
}

/// Returns the first free timestamp from `wanted` on, or the last before it at the end of time. Deleted posts that
/// can be restored keep theirs.
///
/// It is looked up first, because an insert that fails uses up an id.
pub(super) fn free_timestamp(connection: &Connection, wanted: Timestamp) -> Result<Timestamp> {
    let mut micros = wanted.micros();
    let mut step = 1;
    while is_taken(connection, micros)? {
        if micros == Timestamp::MAX.micros() {
            step = -1;
        }
        micros += step;
    }
    Ok(Timestamp::from_micros(micros))
}

/// Returns whether a post, or a deleted post that can be restored, has that timestamp.
pub(super) fn is_taken(connection: &Connection, micros: i64) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM post WHERE created_at = ?1 UNION ALL SELECT 1 FROM deleted_post WHERE created_at = ?1",
    )?;
    Ok(statement.exists([micros])?)
}

/// Returns the last timestamp of the posts that follow `taken` without a gap: `taken` itself if there are none. Many posts
/// have the same date, such as the first second of a day, and one query for each of them would cost more than the import.
pub(super) fn last_without_gap(connection: &Connection, taken: i64) -> Result<i64> {
    let mut following =
        connection.prepare_cached("SELECT created_at FROM post WHERE created_at > ?1 ORDER BY created_at")?;
    let mut rows = following.query([taken])?;
    let mut last = taken;
    while let Some(row) = rows.next()? {
        let created_at: i64 = row.get(0)?;
        if created_at != last + 1 {
            break;
        }
        last = created_at;
    }
    Ok(last)
}

/// Inserts a post with its tags and mentions, and notifies those concerned; returns its id and search terms.
pub(super) fn insert(
    connection: &Connection,
    names: &mut EntityCache,
    post: &NewPost,
    created_at: Timestamp,
) -> Result<(PostId, String)> {
    let parent_author = match post.reply_to {
        Some(id) => connection
            .prepare_cached("SELECT author FROM post WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0).map(UserId))
            .optional()?,
        None => None,
    };
    let words = entities::extract(connection, names, post, parent_author)?;
    connection
        .prepare_cached(
            "INSERT INTO post (author, body, created_at, reply_to, source, marks) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            post.author.0,
            post.body.as_str(),
            created_at.micros(),
            post.reply_to.map(|id| id.0),
            post.source,
            words.marks
        ])?;
    let id = PostId(connection.last_insert_rowid());
    entities::insert(connection, &words, created_at)?;
    let notify_user = |user, kind| notify(connection, user, kind, post.author, Some(id), created_at);
    if let Some(user) = parent_author {
        notify_user(user, NotificationKind::Replied)?;
    }
    for (user, _) in words.mentions.iter().filter(|(user, _)| Some(*user) != parent_author) {
        notify_user(*user, NotificationKind::Mentioned)?;
    }
    Ok((id, words.marks))
}

/// Adds a post that is written here. A reply is shown to nobody who cannot see the post that it replies to.
pub(super) fn add(connection: &Connection, post: &NewPost, details: &PostDetails) -> Result<PostId> {
    // A reply to a boost replies to the boosted post.
    let reply_to = post.reply_to.map(|id| by_id(connection, id, None)).transpose()?.map(|post| post.id);
    let mut details = Origin::from(details.clone());
    if let Some(parent) = reply_to {
        details.audience = details.audience.max(remote::audience(connection, parent)?);
    }
    users::by_id(connection, post.author)?;
    let post = NewPost { reply_to, ..post.clone() };
    let (id, _) = insert(connection, &mut EntityCache::default(), &post, free_timestamp(connection, post.created_at)?)?;
    remote::insert(connection, id, &details)?;
    let now = Timestamp::now();
    users::touch(connection, post.author, now)?;
    outbox_queue::queue_post(connection, post.author, id, now)?;
    Ok(id)
}

/// Adds posts that are written here, each as a reply to the one before.
pub(super) fn thread(
    connection: &Connection,
    first: &NewPost,
    rest: &[Body],
    details: &PostDetails,
) -> Result<Vec<PostId>> {
    let mut ids = vec![add(connection, first, details)?];
    // The attachments belong to the first post.
    let details = PostDetails { attachments: Vec::new(), ..details.clone() };
    for body in rest {
        let reply_to = ids.last().copied();
        ids.push(add(connection, &NewPost { body: body.clone(), reply_to, ..first.clone() }, &details)?);
    }
    Ok(ids)
}

impl Store {
    /// Adds a post.
    ///
    /// # Errors
    /// When its author or parent is deleted, or the store fails.
    pub fn add_post(&mut self, post: &NewPost) -> Result<PostId> {
        self.write(|transaction| add(transaction, post, &PostDetails::default()))
    }

    /// Adds a post and a chain of replies with the texts of `rest`: all of them, or none.
    ///
    /// # Errors
    /// As [`Store::add_post`].
    pub fn add_thread(&mut self, first: &NewPost, rest: &[Body]) -> Result<Vec<PostId>> {
        self.add_thread_with(first, rest, &PostDetails::default())
    }

    /// Like [`Store::add_thread`], with visibility, content warning, language and attachments.
    ///
    /// # Errors
    /// As [`Store::add_post`].
    pub fn add_thread_with(&mut self, first: &NewPost, rest: &[Body], details: &PostDetails) -> Result<Vec<PostId>> {
        self.write(|transaction| thread(transaction, first, rest, details))
    }

    /// Adds a post with the details of the draft that it was written in, and deletes that: both, or neither. A draft that another terminal has
    /// replaced since is kept.
    ///
    /// # Errors
    /// As [`Store::add_post`]; the draft is kept then.
    pub fn add_post_from_draft(&mut self, post: &NewPost, open: &OpenDraft) -> Result<PostId> {
        self.write(|transaction| {
            let id = add(transaction, post, &open.details)?;
            drafts::delete_posted(transaction, post, &[], open)?;
            Ok(id)
        })
    }

    /// Like [`Store::add_thread`], and deletes the draft that it was written in: everything, or nothing. A draft that
    /// another terminal has replaced since is kept.
    ///
    /// # Errors
    /// As [`Store::add_post`]; the draft is kept then.
    pub fn add_thread_from_draft(&mut self, first: &NewPost, rest: &[Body], open: &OpenDraft) -> Result<Vec<PostId>> {
        self.write(|transaction| {
            let ids = thread(transaction, first, rest, &open.details)?;
            drafts::delete_posted(transaction, first, rest, open)?;
            Ok(ids)
        })
    }

    /// Returns a post; for the id of a boost, the boosted post, with [`Post::boost`] set.
    ///
    /// # Errors
    /// When there is none.
    pub fn post(&self, id: PostId) -> Result<Post> {
        by_id(&self.connection, id, None)
    }

    /// Like [`Store::post`], with the reader's own reactions.
    ///
    /// # Errors
    /// When there is none.
    pub fn post_for(&self, id: PostId, reader: UserId) -> Result<Post> {
        by_id(&self.connection, id, Some(reader))
    }
}
