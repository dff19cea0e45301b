//! Many writes that belong together: all of them, or none.

use std::collections::HashMap;

use rusqlite::{Transaction, params};

use super::words::Names;
use super::{Result, Store, follows, posts, reactions, users};
use crate::model::{NewPost, NewUser, PostId, Timestamp, UserId};

/// SQLite's page cache during bulk work, and otherwise: negative numbers count KiB.
const BULK_CACHE: i64 = -65_536;
const USUAL_CACHE: i64 = -2_000;

/// Bytes of words that a search index gathers before it writes them, and how many lists it lets stand before it merges
/// them: during bulk work, and otherwise.
const BULK_TERMS: i64 = 1 << 26;
const USUAL_TERMS: i64 = 1 << 20;
const BULK_MERGE: i64 = 12;
const USUAL_MERGE: i64 = 4;

/// Sets how the search indexes gather what is written; it is part of the transaction.
fn tune(transaction: &Transaction<'_>, terms: i64, merge: i64) -> Result<()> {
    for (name, value) in [("hashsize", terms), ("automerge", merge)] {
        transaction.execute("INSERT INTO post_search (post_search, rank) VALUES (?1, ?2)", params![name, value])?;
        transaction.execute("INSERT INTO post_part (post_part, rank) VALUES (?1, ?2)", params![name, value])?;
    }
    Ok(())
}

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
        // The ends of all the indexes that grow must fit, or pages are written again and again.
        self.connection.pragma_update(None, "cache_size", BULK_CACHE)?;
        let done = self.write(|transaction| {
            let newest = transaction.query_row(
                "SELECT max((SELECT ifnull(max(created_at), ?1) FROM post),
                            (SELECT ifnull(max(created_at), ?1) FROM deleted_post))",
                [i64::MIN],
                |row| row.get(0),
            )?;
            tune(transaction, BULK_TERMS, BULK_MERGE)?;
            let done = work(&mut Bulk { transaction, free: HashMap::new(), newest, names: Names::default() })?;
            tune(transaction, USUAL_TERMS, USUAL_MERGE)?;
            Ok(done)
        });
        self.connection.pragma_update(None, "cache_size", USUAL_CACHE)?;
        done
    }
}

impl Bulk<'_> {
    /// The user of that nickname, added if there is none; true when added.
    ///
    /// # Errors
    /// When the address is taken, or the store fails.
    pub fn find_or_add_user(&mut self, user: &NewUser, now: Timestamp) -> Result<(UserId, bool)> {
        match users::find(self.transaction, &user.nickname.key())? {
            Some(known) => Ok((known.id, false)),
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
        if let Some(source) = &post.source {
            let mut known = self.transaction.prepare_cached("SELECT 1 FROM post WHERE author = ?1 AND source = ?2")?;
            if known.exists((post.author.0, source))? {
                return Ok(None);
            }
        }
        let wanted = post.created_at.micros();
        let moment = if wanted > self.newest {
            post.created_at
        } else {
            let from = self.free.get(&wanted).copied().unwrap_or(post.created_at);
            posts::free_moment(self.transaction, from)?
        };
        let id = posts::insert(self.transaction, &mut self.names, post, moment)?;
        self.newest = self.newest.max(moment.micros());
        if moment != post.created_at {
            self.free.insert(wanted, Timestamp::from_micros(moment.micros() + 1));
        }
        Ok(Some(id))
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
        let post = posts::by_id(self.transaction, id, None)?;
        reactions::like(self.transaction, user, post.id, post.author, post.created_at, now)
    }

    /// Makes a user boost a post; twice is once.
    ///
    /// # Errors
    /// When the post is gone.
    pub fn boost(&mut self, user: UserId, id: PostId, now: Timestamp) -> Result<()> {
        let post = posts::by_id(self.transaction, id, None)?;
        reactions::boost(self.transaction, user, &post, now)?;
        self.newest = self.newest.max(now.micros() + 1);
        Ok(())
    }
}
