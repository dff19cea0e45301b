//! Finds the posts here that records of a dump describe.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use rusqlite::{Connection, params};

use crate::model::{PostId, PostRecord, UserId};
use crate::store::Result;

/// How many microseconds after its own time a post is looked for, where that is free.
const NEAR: i64 = 16;
/// Up to this many posts are compared one by one; more are indexed by their texts.
const FEW: usize = 16;

/// Posts and times from `?1` on. Deleted posts have no text, but they keep their times.
const FROM: &str = "SELECT created_at, id, author, body FROM post WHERE created_at >= ?1
     UNION ALL SELECT created_at, id, author, NULL FROM deleted_post WHERE created_at >= ?1
     ORDER BY created_at";

/// Finds posts by author, time and text.
///
/// If the time of a post was taken when it was imported before, it was moved to the next free one, so that it is looked
/// for among the posts that follow without a gap. Where these are many, they are read once, so that a dump whose posts
/// share a time is merged in linear time.
#[derive(Debug, Default)]
pub(super) struct KnownPosts {
    /// The first and the last time of each series of posts that was indexed, in microseconds.
    series: BTreeMap<i64, i64>,
    /// Indexed posts by author, hash of a text, and time.
    posts: BTreeMap<(i64, u64, i64), PostId>,
    hasher: RandomState,
}

/// Posts that follow a time without a gap.
struct Following {
    posts: Vec<Candidate>,
    /// The time of the last one, deleted posts and boosts included.
    last: i64,
    /// Whether these are all up to a gap.
    all: bool,
}

/// A post and its text.
struct Candidate {
    at: i64,
    id: PostId,
    author: UserId,
    body: String,
}

impl KnownPosts {
    /// Returns the first post from the time of a record on, by that author, that has a text in common with it and was
    /// not found before.
    pub(super) fn find(
        &mut self,
        connection: &Connection,
        record: &PostRecord,
        author: UserId,
    ) -> Result<Option<PostId>> {
        let from = record.created_at.micros();
        if self.end(from).is_none() {
            let near = self.read(connection, from, FEW)?;
            if near.all {
                for post in near.posts.iter().filter(|post| post.author == author) {
                    if is_new(connection, post.id)? && has_common_text(connection, record, post.id)? {
                        return Ok(Some(post.id));
                    }
                }
                return Ok(None);
            }
            self.index(connection, from)?;
        }
        self.find_indexed(connection, record, author)
    }

    /// Returns the last time of the indexed series that contains a time.
    fn end(&self, at: i64) -> Option<i64> {
        let (_, end) = self.series.range(..=at).next_back()?;
        (*end >= at).then_some(*end)
    }

    /// Reads the posts that follow a time without a gap, up to the next indexed series, and at most `limit`.
    fn read(&self, connection: &Connection, from: i64, limit: usize) -> Result<Following> {
        let indexed = self.series.range(from..).next().map(|(first, _)| *first);
        let mut statement = connection.prepare_cached(FROM)?;
        let mut rows = statement.query([from])?;
        let (mut posts, mut last, mut count) = (Vec::new(), from, 0);
        while let Some(row) = rows.next()? {
            let at: i64 = row.get(0)?;
            if at > last + NEAR {
                break;
            }
            if count == limit || indexed == Some(at) {
                return Ok(Following { posts, last, all: false });
            }
            (last, count) = (at, count + 1);
            if let Some(body) = row.get(3)? {
                posts.push(Candidate { at, id: PostId(row.get(1)?), author: UserId(row.get(2)?), body });
            }
        }
        Ok(Following { posts, last, all: true })
    }

    /// Indexes the posts that follow a time without a gap.
    fn index(&mut self, connection: &Connection, from: i64) -> Result<()> {
        let Following { posts, last: mut end, all } = self.read(connection, from, usize::MAX)?;
        if !all && let Some((&first, &last)) = self.series.range(from..).next() {
            self.series.remove(&first);
            end = last;
        }
        let mut versions = connection.prepare_cached("SELECT body FROM post_version WHERE post = ?1")?;
        for Candidate { at, id, author, body } in posts {
            let before = versions.query_map([id.0], |row| row.get::<_, String>(0))?;
            for text in std::iter::once(Ok(body)).chain(before) {
                self.posts.insert((author.0, self.hasher.hash_one(text?), at), id);
            }
        }
        self.series.insert(from, end);
        Ok(())
    }

    fn find_indexed(&mut self, connection: &Connection, record: &PostRecord, author: UserId) -> Result<Option<PostId>> {
        let from = record.created_at.micros();
        let end = self.end(from).unwrap_or(from);
        let hashes: Vec<u64> = texts(record).map(|text| self.hasher.hash_one(text)).collect();
        loop {
            let nearest = |hash: &u64| {
                let (key, id) = self.posts.range((author.0, *hash, from)..=(author.0, *hash, end)).next()?;
                Some((key.2, *key, *id))
            };
            let Some((_, key, id)) = hashes.iter().filter_map(nearest).min() else { return Ok(None) };
            self.posts.remove(&key);
            if is_new(connection, id)? && has_common_text(connection, record, id)? {
                return Ok(Some(id));
            }
        }
    }
}

fn texts(record: &PostRecord) -> impl Iterator<Item = &String> {
    record.versions.iter().map(|version| &version.body).chain(&record.body)
}

/// Returns whether no record described a post before: two posts with the same text are two posts.
fn is_new(connection: &Connection, id: PostId) -> Result<bool> {
    Ok(!connection.prepare_cached("SELECT 1 FROM temp.here WHERE ours = ?1")?.exists([id.0])?)
}

/// Returns whether a post and a record have a text in common, edits included.
fn has_common_text(connection: &Connection, record: &PostRecord, id: PostId) -> Result<bool> {
    let mut here = connection.prepare_cached(
        "SELECT body FROM post WHERE id = ?1 UNION ALL SELECT body FROM post_version WHERE post = ?1",
    )?;
    let here = here.query_map(params![id.0], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(texts(record).any(|text| here.contains(text)))
}
