//! Tags and mentions of posts, and the search terms by which search finds them.
//!
//! They are extracted when a post is written, in its transaction. A search term starts with a character of the
//! private use area, which no keyboard types, so that it can be indexed beside the words of a text.

use std::fmt::{self, Write as _};

use foldhash::HashMap;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Result, Store};
use crate::model::{Mention, NewPost, Nickname, Timestamp, UserId, case_fold};
use crate::text::{TokenKind, extra_search_terms, mentions as text_mentions, tokens};

/// The first character of every search term.
const MARK: char = '\u{e000}';
/// Posts that are read at a time while an older database is upgraded.
const SLICE: usize = 10_000;

/// What search can find beside words; displayed as the term in the index.
#[derive(Debug, Clone, Copy)]
pub(super) enum SearchTerm {
    /// The author.
    By(UserId),
    /// A user who is mentioned or replied to.
    To(UserId),
    /// A tag, by its id.
    Tag(i64),
    Symbol(char),
    /// A post with a link.
    Link,
    /// A reply.
    Reply,
}

impl fmt::Display for SearchTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(MARK)?;
        match self {
            Self::By(user) => write!(f, "b{}", user.0),
            Self::To(user) => write!(f, "t{}", user.0),
            Self::Tag(tag) => write!(f, "h{tag}"),
            Self::Symbol(symbol) => write!(f, "e{:x}", u32::from(*symbol)),
            Self::Link => f.write_char('l'),
            Self::Reply => f.write_char('r'),
        }
    }
}

/// Caches lookups of tags and users, for work on many posts.
#[derive(Debug, Default)]
pub(super) struct EntityCache {
    tags: HashMap<String, i64>,
    users: HashMap<String, Option<UserId>>,
    /// Users whom case-folded nicknames mean in the next post, as its source says.
    pub(super) meant: HashMap<String, Option<UserId>>,
}

impl EntityCache {
    /// Forgets the cached users.
    pub(super) fn users_changed(&mut self) {
        self.users.clear();
    }

    fn user(&mut self, connection: &Connection, name: &str) -> Result<Option<UserId>> {
        let key = case_fold(name);
        if let Some(known) = self.meant.get(&key).or_else(|| self.users.get(&key)) {
            return Ok(*known);
        }
        let found = connection
            .prepare_cached("SELECT id FROM user WHERE nickname_key = ?1")?
            .query_row([&key], |row| row.get(0).map(UserId))
            .optional()?;
        self.users.insert(key, found);
        Ok(found)
    }

    fn tag(&mut self, connection: &Connection, name: &str) -> Result<i64> {
        let key = case_fold(name);
        if let Some(known) = self.tags.get(&key) {
            return Ok(*known);
        }
        let id = match tag_id(connection, &key)? {
            Some(id) => id,
            None => {
                connection
                    .prepare_cached("INSERT INTO tag (key, name) VALUES (?1, ?2)")?
                    .execute([key.as_str(), name])?;
                connection.last_insert_rowid()
            }
        };
        self.tags.insert(key, id);
        Ok(id)
    }
}

/// Returns the id of a tag, if a post ever had it.
pub(super) fn tag_id(connection: &Connection, key: &str) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT id FROM tag WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// Returns the ids of the tags with a case-folded prefix, the most used first.
pub(super) fn tag_ids(connection: &Connection, prefix: &str, limit: usize) -> Result<Vec<i64>> {
    let end = format!("{prefix}{}", char::MAX);
    let mut statement = connection
        .prepare_cached("SELECT id FROM tag WHERE key >= ?1 AND key < ?2 AND uses > 0 ORDER BY uses DESC LIMIT ?3")?;
    let ids = statement.query_map(params![prefix, end, limit as i64], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The entities of a post.
#[derive(Debug, Default)]
pub(super) struct Entities {
    tags: Vec<i64>,
    /// The mentioned users, each once, with the nickname as it was written.
    pub(super) mentions: Vec<(UserId, String)>,
    /// The value of `post.marks`: the search terms, separated by spaces.
    pub(super) marks: String,
}

/// Extracts the entities of a text. `parent_author` is the author of the parent post.
pub(super) fn extract(
    connection: &Connection,
    names: &mut EntityCache,
    post: &NewPost,
    parent_author: Option<UserId>,
) -> Result<Entities> {
    let mut entities = Entities::default();
    let mut linked = false;
    for token in tokens(post.body.as_str()) {
        match token.kind {
            TokenKind::Link => linked = true,
            TokenKind::Tag => {
                let tag = names.tag(connection, token.name)?;
                if !entities.tags.contains(&tag) {
                    entities.tags.push(tag);
                }
            }
            TokenKind::Mention => {
                if let Some(user) = names.user(connection, token.name)?
                    && !entities.mentions.iter().any(|(known, _)| *known == user)
                {
                    entities.mentions.push((user, token.name.to_owned()));
                }
            }
        }
    }
    let parent_author = parent_author.filter(|user| !entities.mentions.iter().any(|(known, _)| known == user));
    let others = entities.mentions.iter().map(|(user, _)| *user).chain(parent_author);
    let (pieces, symbols) = extra_search_terms(post.body.as_str());
    let marks = (entities.tags.iter().copied().map(SearchTerm::Tag))
        .chain(others.map(SearchTerm::To))
        .chain(linked.then_some(SearchTerm::Link))
        .chain(post.reply_to.map(|_| SearchTerm::Reply))
        .chain(symbols.into_iter().map(SearchTerm::Symbol));
    let mut all = SearchTerm::By(post.author).to_string();
    for mark in marks {
        let _ = write!(all, " {mark}");
    }
    for piece in pieces {
        all.push(' ');
        all.push_str(&piece);
    }
    entities.marks = all;
    Ok(entities)
}

/// Inserts the tags and mentions of a post.
pub(super) fn insert(connection: &Connection, entities: &Entities, moment: Timestamp) -> Result<()> {
    for tag in &entities.tags {
        connection
            .prepare_cached("INSERT OR IGNORE INTO tagged (tag, post_created_at) VALUES (?1, ?2)")?
            .execute([*tag, moment.micros()])?;
    }
    for (user, name) in &entities.mentions {
        connection
            .prepare_cached("INSERT OR IGNORE INTO mention (user, post_created_at, name) VALUES (?1, ?2, ?3)")?
            .execute(params![user.0, moment.micros(), name])?;
    }
    Ok(())
}

/// Deletes the tags and mentions of a post; returns the users who were mentioned.
pub(super) fn delete(connection: &Connection, moment: Timestamp) -> Result<Vec<UserId>> {
    let before = mentions(connection, moment)?.into_iter().map(|mention| mention.user).collect();
    connection.prepare_cached("DELETE FROM tagged WHERE post_created_at = ?1")?.execute([moment.micros()])?;
    connection.prepare_cached("DELETE FROM mention WHERE post_created_at = ?1")?.execute([moment.micros()])?;
    Ok(before)
}

/// Returns the users whom a post mentions, with their current nicknames.
pub(super) fn mentions(connection: &Connection, moment: Timestamp) -> Result<Vec<Mention>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.name, m.user, u.nickname FROM mention m INDEXED BY mention_moment
         CROSS JOIN user u ON u.id = m.user WHERE m.post_created_at = ?1",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Mention { name: row.get(0)?, user: UserId(row.get(1)?), nickname: Nickname::stored(row.get(2)?) })
    };
    Ok(statement.query_map([moment.micros()], read)?.collect::<rusqlite::Result<_>>()?)
}

/// Fills in the tags, mentions and search terms of older posts, during the upgrade to version 7, whose columns it
/// names.
pub(super) fn fill(transaction: &Transaction<'_>) -> Result<()> {
    let mut names = EntityCache::default();
    let mut last = 0;
    loop {
        let mut statement = transaction.prepare_cached(
            "SELECT p.id, p.author, p.body, p.created_at, p.reply_to, a.author FROM post p
             LEFT JOIN post a ON a.id = p.reply_to WHERE p.id > ?1 AND p.body IS NOT NULL ORDER BY p.id LIMIT ?2",
        )?;
        let read = |row: &rusqlite::Row<'_>| {
            let post = NewPost {
                author: UserId(row.get(1)?),
                body: crate::model::Body::stored(row.get(2)?),
                created_at: Timestamp::from_micros(row.get(3)?),
                reply_to: row.get::<_, Option<i64>>(4)?.map(crate::model::PostId),
                source: None,
            };
            Ok((row.get::<_, i64>(0)?, post, row.get::<_, Option<i64>>(5)?.map(UserId)))
        };
        let slice: Vec<_> = statement.query_map([last, SLICE as i64], read)?.collect::<rusqlite::Result<_>>()?;
        let Some((id, ..)) = slice.last() else { return Ok(()) };
        last = *id;
        for (id, post, parent_author) in &slice {
            let entities = extract(transaction, &mut names, post, *parent_author)?;
            for tag in &entities.tags {
                transaction
                    .prepare_cached("INSERT OR IGNORE INTO tagged (tag, moment) VALUES (?1, ?2)")?
                    .execute(params![tag, post.created_at])?;
            }
            for (user, name) in &entities.mentions {
                transaction
                    .prepare_cached("INSERT OR IGNORE INTO mention (user, moment, name) VALUES (?1, ?2, ?3)")?
                    .execute(params![user, post.created_at, name])?;
            }
            transaction
                .prepare_cached("UPDATE post SET marks = ?2 WHERE id = ?1")?
                .execute(params![id, entities.marks])?;
        }
    }
}

/// Extracts the entities of all posts again, for those that were stored under earlier rules of tags and words.
///
/// Mentions mean the users that they meant before, and nobody else.
pub(super) fn reindex(transaction: &Transaction<'_>) -> Result<()> {
    let mut names = EntityCache::default();
    let mut last = 0;
    loop {
        let mut statement = transaction.prepare_cached(
            "SELECT p.id, p.author, p.body, p.created_at, p.reply_to, a.author, p.marks FROM post p
             LEFT JOIN post a ON a.id = p.reply_to WHERE p.id > ?1 AND p.body IS NOT NULL ORDER BY p.id LIMIT ?2",
        )?;
        let read = |row: &rusqlite::Row<'_>| {
            let post = NewPost {
                author: row.get(1)?,
                body: crate::model::Body::stored(row.get(2)?),
                created_at: Timestamp::from_micros(row.get(3)?),
                reply_to: row.get(4)?,
                source: None,
            };
            Ok((row.get::<_, i64>(0)?, post, row.get::<_, Option<UserId>>(5)?, row.get::<_, Option<String>>(6)?))
        };
        let slice: Vec<_> = statement.query_map([last, SLICE as i64], read)?.collect::<rusqlite::Result<_>>()?;
        let Some((id, ..)) = slice.last() else { return Ok(()) };
        last = *id;
        for (id, post, parent_author, marks) in &slice {
            names.meant.clear();
            if post.body.as_str().contains('@') {
                names.meant.extend(text_mentions(post.body.as_str()).iter().map(|name| (case_fold(name), None)));
                let known = mentions(transaction, post.created_at)?;
                names.meant.extend(known.into_iter().map(|known| (case_fold(&known.name), Some(known.user))));
            }
            let entities = extract(transaction, &mut names, post, *parent_author)?;
            if marks.as_ref() == Some(&entities.marks) {
                continue;
            }
            delete(transaction, post.created_at)?;
            insert(transaction, &entities, post.created_at)?;
            transaction
                .prepare_cached("UPDATE post SET marks = ?2 WHERE id = ?1")?
                .execute(params![id, entities.marks])?;
        }
    }
}

/// A tag, and how many posts have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    /// The tag without `#`, as it was first written.
    pub name: String,
    /// How many posts have it.
    pub uses: u64,
}

/// A user's tags are counted over this many of their newest posts.
const LOOKED_AT: usize = 1_000;

/// The tags of a range of keys, the most used first.
pub(super) const TAGS: &str =
    "SELECT name, uses FROM tag WHERE key >= ?1 AND key < ?2 AND uses > 0 ORDER BY uses DESC, key LIMIT ?3";

impl Store {
    /// Returns the tags with a prefix, ignoring case, the most used first; for completion.
    ///
    /// # Errors
    /// When the store fails.
    pub fn tags(&self, prefix: &str, limit: usize) -> Result<Vec<TagCount>> {
        let key = case_fold(prefix);
        // The greatest character ends the range of a prefix.
        let end = format!("{key}{}", char::MAX);
        let mut statement = self.connection.prepare_cached(TAGS)?;
        let read =
            |row: &rusqlite::Row<'_>| Ok(TagCount { name: row.get(0)?, uses: row.get::<_, i64>(1)?.unsigned_abs() });
        Ok(statement.query_map(params![key, end, limit as i64], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns a user's most used tags, counted over their newest thousand posts.
    ///
    /// # Errors
    /// When the store fails.
    pub fn tags_of(&self, user: UserId, limit: usize) -> Result<Vec<TagCount>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT t.name, count(*) FROM
             (SELECT created_at FROM post INDEXED BY post_author_created_at WHERE author = ?1
              ORDER BY created_at DESC LIMIT ?2) p
             CROSS JOIN tagged g INDEXED BY tagged_moment ON g.post_created_at = p.created_at
             CROSS JOIN tag t ON t.id = g.tag GROUP BY t.id ORDER BY 2 DESC, t.key LIMIT ?3",
        )?;
        let read =
            |row: &rusqlite::Row<'_>| Ok(TagCount { name: row.get(0)?, uses: row.get::<_, i64>(1)?.unsigned_abs() });
        let tags = statement.query_map([user.0, LOOKED_AT as i64, limit as i64], read)?;
        Ok(tags.collect::<rusqlite::Result<_>>()?)
    }
}
