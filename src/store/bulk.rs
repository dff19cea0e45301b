//! Many writes that belong together: all of them, or none.

use std::collections::HashMap;

use rusqlite::Transaction;

use super::words::Names;
use super::{Result, Store, StoreError, USUAL_CACHE, follows, migrate, posts, reactions, users};
use crate::model::{NewPost, NewUser, PostId, Timestamp, UserId};

/// SQLite's page cache during bulk work; negative numbers count KiB.
const BULK_CACHE: i64 = -65_536;

/// Of so many posts the search index is built anew in the twinkling of an eye.
const FEW: u32 = 2_000;

/// A transaction under way, for imports and sample worlds.
#[derive(Debug)]
pub struct Bulk<'a> {
    transaction: &'a Transaction<'a>,
    /// Where the next post of a crowded moment goes, so that a file of posts with one date is not
    /// searched for a free microsecond from the start each time.
    free: HashMap<i64, Timestamp>,
    /// The newest post, those that may come back included: every moment after it is free, and need not be looked up.
    newest: i64,
    names: Names,
}

impl Store {
    /// Runs a piece of work in one transaction; if it fails, nothing of it stays.
    ///
    /// # Errors
    /// What the work says, or the store.
    pub fn bulk<T>(&mut self, work: impl FnOnce(&mut Bulk<'_>) -> Result<T>) -> Result<T> {
        self.bulk_or(|mut bulk| work(&mut bulk).map(|done| (done, true)))
    }

    /// The same for work that can fail in other ways too; it also says whether what it wrote is to stay.
    pub(super) fn bulk_or<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(Bulk<'_>) -> Result<(T, bool), E>,
    ) -> Result<T, E> {
        // The ends of all the indexes that grow must fit, or pages are written again and again.
        self.connection.pragma_update(None, "cache_size", BULK_CACHE).map_err(StoreError::from)?;
        let done = self.write_or(|transaction| {
            let newest = transaction.query_row(
                "SELECT max((SELECT ifnull(max(created_at), ?1) FROM post),
                            (SELECT ifnull(max(created_at), ?1) FROM deleted_post))",
                [i64::MIN],
                |row| row.get(0),
            );
            let newest = newest.map_err(StoreError::from)?;
            let triggers = leave_search(transaction)?;
            let done = work(Bulk { transaction, free: HashMap::new(), newest, names: Names::default() })?;
            search_again(transaction, &triggers)?;
            Ok(done)
        });
        self.connection.pragma_update(None, "cache_size", USUAL_CACHE).map_err(StoreError::from)?;
        done
    }
}

/// In a database of few posts the triggers that keep the search index in step are taken away, for within a transaction
/// each statement with triggers of its own makes FTS5 write out what it holds, and a post then costs several times as
/// much as its words do. Gives back what makes them; none where there are many posts, of which to build the index anew
/// would take long, or where there is no index.
fn leave_search(transaction: &Transaction<'_>) -> Result<Vec<String>> {
    let many = format!("SELECT 1 FROM post LIMIT 1 OFFSET {FEW}");
    if transaction.prepare(&many)?.exists([])? {
        return Ok(Vec::new());
    }
    let mut statement = transaction.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'
            AND name IN ('post_search_added', 'post_search_removed', 'post_search_changed')",
    )?;
    let triggers: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (name, _) in &triggers {
        transaction.execute_batch(&format!("DROP TRIGGER {name}"))?;
    }
    Ok(triggers.into_iter().map(|(_, sql)| sql).collect())
}

/// Builds the index anew, and lets the triggers keep it in step from now on.
fn search_again(transaction: &Transaction<'_>, triggers: &[String]) -> Result<()> {
    if triggers.is_empty() {
        return Ok(());
    }
    for sql in triggers {
        transaction.execute_batch(sql)?;
    }
    transaction.execute_batch(
        "INSERT INTO post_search (post_search) VALUES ('rebuild');
         INSERT INTO post_part (post_part) VALUES ('rebuild');",
    )?;
    Ok(())
}

impl Store {
    /// Fills a database that has no posts yet: the search index is made at the end, at once, which takes a third of the
    /// time. Until then the file is of the version before it; if the work is cut short, opening it finishes it.
    ///
    /// # Errors
    /// What the work says, or the store.
    pub fn fill<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let empty = !self.connection.prepare("SELECT 1 FROM post")?.exists([])?;
        if !empty {
            return work(self);
        }
        self.version = migrate::without_search(&mut self.connection)?;
        let done = work(self)?;
        self.version = migrate::with_search(&mut self.connection)?;
        Ok(done)
    }
}

impl<'a> Bulk<'a> {
    /// The user of that nickname, added if there is none; true when added.
    ///
    /// # Errors
    /// When the address is taken, or the store fails.
    pub fn find_or_add_user(&mut self, user: &NewUser, now: Timestamp) -> Result<(UserId, bool)> {
        match users::find_id(self.transaction, &user.nickname.key())? {
            Some(known) => Ok((known, false)),
            None => {
                self.names.users_changed();
                Ok((users::insert(self.transaction, user, now)?, true))
            }
        }
    }

    /// Adds a post; none if its author has one of that source already.
    ///
    /// # Errors
    /// When the store fails.
    pub fn add_post(&mut self, post: &NewPost) -> Result<Option<PostId>> {
        if let Some(source) = &post.source
            && self.knows(post.author, source)?
        {
            return Ok(None);
        }
        self.insert(post, HashMap::new()).map(Some)
    }

    /// Whether an author has a post of that source.
    pub(super) fn knows(&self, author: UserId, source: &str) -> Result<bool> {
        let mut known = self.transaction.prepare_cached("SELECT 1 FROM post WHERE source = ?2 AND author = ?1")?;
        Ok(known.exists((author.0, source))?)
    }

    /// Adds a post of which it is known that it is new. Of the nicknames in it some are said to mean certain users, or
    /// nobody here.
    pub(super) fn insert(&mut self, post: &NewPost, meant: HashMap<String, Option<UserId>>) -> Result<PostId> {
        let wanted = post.created_at.micros();
        let moment = if wanted > self.newest {
            post.created_at
        } else {
            let from = self.free.get(&wanted).copied().unwrap_or(post.created_at);
            posts::free_moment(self.transaction, from)?
        };
        self.names.meant = meant;
        let id = posts::insert(self.transaction, &mut self.names, post, moment)?;
        self.newest = self.newest.max(moment.micros());
        if moment != post.created_at {
            self.free.insert(wanted, Timestamp::from_micros(moment.micros() + 1));
        }
        Ok(id)
    }

    /// The transaction itself, for what else belongs into it.
    pub(super) fn transaction(&self) -> &'a Transaction<'a> {
        self.transaction
    }

    /// Users were added by another way.
    pub(super) fn users_changed(&mut self) {
        self.names.users_changed();
    }

    /// Makes a user follow another; oneself is passed over.
    ///
    /// # Errors
    /// When the store fails.
    pub fn follow(&mut self, follower: UserId, followed: UserId, now: Timestamp) -> Result<()> {
        if follower == followed { Ok(()) } else { follows::follow(self.transaction, follower, followed, now) }
    }

    /// Makes a user like a post.
    ///
    /// # Errors
    /// When the post is gone.
    pub fn like(&mut self, user: UserId, id: PostId, now: Timestamp) -> Result<()> {
        reactions::like(self.transaction, user, reactions::target(self.transaction, id)?, now)
    }

    /// Makes a user boost a post; twice is once, and false.
    ///
    /// # Errors
    /// When the post is gone.
    pub fn boost(&mut self, user: UserId, id: PostId, now: Timestamp) -> Result<bool> {
        let moment = reactions::boost(self.transaction, user, reactions::target(self.transaction, id)?, now)?;
        if let Some(moment) = moment {
            self.newest = self.newest.max(moment.micros());
        }
        Ok(moment.is_some())
    }

    /// Keeps a post for a user.
    ///
    /// # Errors
    /// When the post is gone.
    pub fn bookmark(&mut self, user: UserId, id: PostId, now: Timestamp) -> Result<()> {
        reactions::bookmark(self.transaction, user, reactions::target(self.transaction, id)?, now)
    }
}
