//! Many writes in one transaction: all of them, or none.

mod derived;
mod indexes;
mod timestamps;

use foldhash::{HashMap, HashMapExt};
use rusqlite::{Connection, OptionalExtension, Transaction};

use derived::Derived;
use indexes::Entry;
use timestamps::Timestamps;

use super::entities::EntityCache;
use super::{HEAP, Result, Store, USUAL_CACHE, follows, posts, reactions, users};
use crate::model::{NewPost, NewUser, PostId, Timestamp, UserId};

/// SQLite's page cache during bulk writes; negative numbers count KiB.
const BULK_CACHE: i64 = -24_576;

/// An open bulk transaction, for imports and sample data. Nothing is written unless it is committed.
#[derive(Debug)]
pub struct Bulk<'a> {
    connection: &'a Connection,
    /// `None` within the transaction of a caller.
    transaction: Option<BulkTransaction<'a>>,
    timestamps: Timestamps,
    names: EntityCache,
    derived: Derived,
}

/// A transaction with a larger page cache, which is made smaller at its end.
#[derive(Debug)]
struct BulkTransaction<'a> {
    connection: &'a Connection,
    /// `None` once it was committed.
    transaction: Option<Transaction<'a>>,
    /// SQLite's limit for its memory before, in bytes.
    heap: i64,
}

impl<'a> BulkTransaction<'a> {
    fn begin(store: &'a mut Store) -> Result<Self> {
        // The last pages of all growing indexes must fit, or pages are written again and again.
        let heap: i64 = store.connection.pragma_query_value(None, HEAP, |row| row.get(0))?;
        store.connection.pragma_update(None, HEAP, 0)?;
        store.connection.pragma_update(None, "cache_size", BULK_CACHE)?;
        let (connection, transaction) = store.begin_shared()?;
        Ok(Self { connection, transaction: Some(transaction), heap })
    }

    fn commit(mut self) -> Result<()> {
        self.transaction.take().map_or(Ok(()), |transaction| Ok(transaction.commit()?))
    }
}

impl Drop for BulkTransaction<'_> {
    fn drop(&mut self) {
        // It is rolled back unless it was committed.
        drop(self.transaction.take());
        // Nothing depends on the usual sizes but memory.
        let _ = self.connection.pragma_update(None, "cache_size", USUAL_CACHE);
        let _ = self.connection.pragma_update(None, HEAP, self.heap);
    }
}

impl Store {
    /// Runs `work` in one transaction; if it fails, nothing is written.
    ///
    /// # Errors
    /// As `work`, and when the store fails.
    pub fn bulk<T>(&mut self, work: impl FnOnce(&mut Bulk<'_>) -> Result<T>) -> Result<T> {
        let mut bulk = self.begin_bulk()?;
        let done = work(&mut bulk)?;
        bulk.commit()?;
        Ok(done)
    }

    /// Starts a bulk transaction.
    pub(super) fn begin_bulk(&mut self) -> Result<Bulk<'_>> {
        let transaction = BulkTransaction::begin(self)?;
        let connection = transaction.connection;
        let timestamps = Timestamps::new(connection)?;
        let derived = Derived::suspend(connection)?;
        Ok(Bulk { connection, transaction: Some(transaction), timestamps, names: EntityCache::default(), derived })
    }
}

impl<'a> Bulk<'a> {
    /// Writes within a transaction in which triggers maintain the derived data: for a few posts, such as those of a
    /// feed, that is cheaper than rebuilding.
    pub(super) fn with_triggers(connection: &'a Connection) -> Result<Self> {
        let timestamps = Timestamps::new(connection)?;
        let (names, derived) = (EntityCache::default(), Derived::default());
        Ok(Self { connection, transaction: None, timestamps, names, derived })
    }

    /// Rebuilds the derived data and commits.
    ///
    /// # Errors
    /// When the store fails; then nothing is written.
    pub(super) fn commit(self) -> Result<()> {
        match self.transaction {
            Some(transaction) => {
                self.derived.rebuild(self.connection)?;
                transaction.commit()
            }
            None => Ok(()),
        }
    }

    /// Returns the user with that nickname, added if there is none, and whether they were added.
    ///
    /// # Errors
    /// When the email address is taken, or the store fails.
    pub fn find_or_add_user(&mut self, user: &NewUser, now: Timestamp) -> Result<(UserId, bool)> {
        match users::find_id(self.connection, &user.nickname.key())? {
            Some(known) => Ok((known, false)),
            None => {
                self.names.users_changed();
                Ok((users::insert(self.connection, user, now)?, true))
            }
        }
    }

    /// Adds a post; returns `None` if its author has one with that remote id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn add_post(&mut self, post: &NewPost) -> Result<Option<PostId>> {
        if let Some(source) = &post.source
            && self.post_by_source(post.author, source)?.is_some()
        {
            return Ok(None);
        }
        self.insert(post, HashMap::new()).map(Some)
    }

    /// Returns the post of an author with that remote id.
    pub(super) fn post_by_source(&self, author: UserId, source: &str) -> Result<Option<PostId>> {
        let mut found = self.connection.prepare_cached("SELECT id FROM post WHERE source = ?2 AND author = ?1")?;
        Ok(found.query_row((author.0, source), |row| row.get(0)).optional()?)
    }

    /// Returns the cache of users and tags for the next text. `meant` is as for [`Bulk::insert`].
    pub(super) fn names(&mut self, meant: HashMap<String, Option<UserId>>) -> &mut EntityCache {
        self.names.meant = meant;
        &mut self.names
    }

    /// Adds a post that is known to be new. `meant` maps case-folded nicknames in its text to users, or to nobody
    /// here.
    pub(super) fn insert(&mut self, post: &NewPost, meant: HashMap<String, Option<UserId>>) -> Result<PostId> {
        let created_at = self.take_timestamp(post.created_at)?;
        self.names.meant = meant;
        let (id, marks) = posts::insert(self.connection, &mut self.names, post, created_at)?;
        self.added(id, created_at, post.body.as_str(), marks)?;
        Ok(id)
    }

    /// Returns the first free timestamp from `wanted` on, and takes it.
    pub(super) fn take_timestamp(&mut self, wanted: Timestamp) -> Result<Timestamp> {
        self.timestamps.take(self.connection, wanted)
    }

    /// The connection, for further statements that belong to the transaction.
    pub(super) fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// Registers a post that was inserted directly.
    pub(super) fn added(&mut self, id: PostId, at: Timestamp, body: &str, marks: String) -> Result<()> {
        self.derived.added(|| Entry { id: id.0, at: at.micros(), body: body.to_owned(), marks: Some(marks) })
    }

    /// Registers that users were inserted directly.
    pub(super) fn users_changed(&mut self) {
        self.names.users_changed();
    }

    /// Makes a user follow another; following yourself is ignored.
    ///
    /// # Errors
    /// When the store fails.
    pub fn follow(&mut self, follower: UserId, followed: UserId, now: Timestamp) -> Result<()> {
        if follower == followed { Ok(()) } else { follows::follow(self.connection, follower, followed, now) }
    }

    /// Makes a user like a post.
    ///
    /// # Errors
    /// When the post is deleted.
    pub fn like(&mut self, user: UserId, id: PostId, now: Timestamp) -> Result<()> {
        reactions::like(self.connection, user, reactions::target(self.connection, id)?, now)
    }

    /// Makes a user boost a post; returns false if they had boosted it.
    ///
    /// # Errors
    /// When the post is deleted.
    pub fn boost(&mut self, user: UserId, id: PostId, now: Timestamp) -> Result<bool> {
        let target = reactions::target(self.connection, id)?;
        if reactions::boost_of(self.connection, user, target.id)?.is_some() {
            return Ok(false);
        }
        let created_at = self.take_timestamp(now)?;
        reactions::insert_boost(self.connection, user, target, created_at, now)?;
        Ok(true)
    }

    /// Bookmarks a post for a user.
    ///
    /// # Errors
    /// When the post is deleted.
    pub fn bookmark(&mut self, user: UserId, id: PostId, now: Timestamp) -> Result<()> {
        reactions::bookmark(self.connection, user, reactions::target(self.connection, id)?, now)
    }
}
