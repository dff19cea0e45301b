//! Feeds that are followed over HTTP: which there are, which are due, and what came of fetching them.
//!
//! A subscription is bound to one user, and everything that comes through its address belongs to them. It has no followers
//! of its own: who follows that user follows the feed, and without followers among our users it is never due. A feed
//! that changed is stored in one transaction with its new state, so that a kill leaves it whole or as it was.

use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::import::{SourceIdentity, UnreadPosts, import_feed};
use super::lock::{DatabaseLock, LockName};
use super::{DatabaseError, ImportOptions, ImportStats, Result, Store, StoreError, follows, published, users};
use crate::model::{
    FeedCheck, FeedResult, FeedVersion, ImportItem, NewUser, Nickname, Skipped, Subscription, Timestamp, UserId,
    UserKind,
};
use crate::text::natural_key;

/// Held by the process that refreshes feeds, so that no feed is fetched by two at once. A kill releases it.
#[derive(Debug)]
pub struct RefreshLock {
    _lock: DatabaseLock,
}

/// A feed to follow, as it was fetched for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// The address that identifies it.
    pub url: String,
    /// The nickname for its user; a number is appended if it is taken.
    pub nickname: Nickname,
}

const COLUMNS: &str = "s.user, s.url, s.fetch_url, s.etag, s.last_modified, s.content_hash, s.checked_at, s.fetched_at,
    s.changed_at, s.next_at, s.failures, s.failing_since, s.error, s.is_gone, s.is_public";
/// Whether one of our users follows the feed.
const FOLLOWED: &str = "EXISTS (SELECT 1 FROM follow f CROSS JOIN user u ON u.id = f.follower
    WHERE f.followed = s.user AND u.kind <> 'remote')";

fn read(connection: &Connection, row: &Row<'_>) -> Result<Subscription> {
    Ok(Subscription {
        user: users::by_id(connection, row.get(0)?)?,
        url: row.get(1)?,
        fetch_url: row.get(2)?,
        version: FeedVersion { etag: row.get(3)?, last_modified: row.get(4)?, hash: row.get(5)? },
        checked_at: row.get(6)?,
        fetched_at: row.get(7)?,
        changed_at: row.get(8)?,
        next_at: row.get(9)?,
        failures: row.get(10)?,
        failing_since: row.get(11)?,
        error: row.get(12)?,
        is_gone: row.get(13)?,
        is_public: row.get(14)?,
    })
}

/// Stores what fetching a feed came to.
fn record(connection: &Connection, user: UserId, check: &FeedCheck) -> Result<()> {
    let (at, next) = (check.at, check.next_at);
    match &check.result {
        FeedResult::Unchanged { moved_to, version } => {
            if let Some(version) = version {
                let sql = "UPDATE subscription SET etag = ?2, last_modified = ?3, content_hash = ?4 WHERE user = ?1";
                let FeedVersion { etag, last_modified, hash } = version;
                connection.prepare_cached(sql)?.execute(params![user, etag, last_modified, hash])?;
            }
            connection
                .prepare_cached(
                    "UPDATE subscription SET checked_at = ?2, fetched_at = ?2, next_at = ?3, failures = 0,
                         failing_since = NULL, error = NULL, fetch_url = ifnull(?4, fetch_url) WHERE user = ?1",
                )?
                .execute(params![user, at, next, moved_to])?
        }
        FeedResult::Changed { moved_to, version } => connection
            .prepare_cached(
                "UPDATE subscription SET checked_at = ?2, fetched_at = ?2, changed_at = ?2, next_at = ?3, failures = 0,
                     failing_since = NULL, error = NULL, fetch_url = ifnull(?4, fetch_url), etag = ?5,
                     last_modified = ?6, content_hash = ?7 WHERE user = ?1",
            )?
            .execute(params![user, at, next, moved_to, version.etag, version.last_modified, version.hash])?,
        FeedResult::Failed { error, is_gone } => connection
            .prepare_cached(
                "UPDATE subscription SET checked_at = ?2, next_at = ?3, failures = failures + 1,
                     failing_since = ifnull(failing_since, ?2), error = ?4, is_gone = ?5 WHERE user = ?1",
            )?
            .execute(params![user, at, next, error, is_gone])?,
    };
    if check.is_public {
        connection
            .prepare_cached("UPDATE subscription SET is_public = 1 WHERE user = ?1 AND is_public = 0")?
            .execute([user])?;
    }
    Ok(())
}

/// Returns the user of a feed: the one whom it is bound to, a remote one who was imported from it, or a new one.
fn bind(connection: &Connection, new: &NewSubscription, now: Timestamp) -> Result<UserId> {
    let mut bound = connection.prepare_cached("SELECT user FROM subscription WHERE ?1 IN (url, fetch_url)")?;
    if let Some(user) = bound.query_row([&new.url], |row| row.get(0)).optional()? {
        return Ok(user);
    }
    if let Some(own) = published::author(connection, &new.url)? {
        let nickname = users::by_id(connection, own)?.nickname;
        return Err(StoreError::OwnFeed { url: new.url.clone(), nickname });
    }
    let mut imported = connection.prepare_cached("SELECT id FROM user WHERE url = ?1")?;
    let user = match imported.query_row([&new.url], |row| row.get(0)).optional()? {
        Some(id) => {
            let user = users::by_id(connection, id)?;
            if user.kind != UserKind::Remote {
                return Err(StoreError::OwnFeed { url: new.url.clone(), nickname: user.nickname });
            }
            id
        }
        None => {
            let user = NewUser::named(users::free_nickname(connection, &new.nickname)?);
            users::insert_from(connection, &user, now, Some(&new.url), UserKind::Remote)?
        }
    };
    connection
        .prepare_cached("INSERT INTO subscription (user, url, fetch_url, next_at) VALUES (?1, ?2, ?2, ?3)")?
        .execute(params![user, new.url, now])?;
    Ok(user)
}

/// Number of posts, the newest, that are unread after the first fetch of a feed.
const FIRST_UNREAD: usize = 20;

/// Returns the options under which a feed is imported.
fn options(user: UserId, now: Timestamp, unread: UnreadPosts) -> ImportOptions {
    let identity = SourceIdentity::User(user);
    ImportOptions { identity, update: true, unread, ..ImportOptions::new(now) }
}

impl Store {
    /// Takes the lock on refreshing feeds; calls `waiting` once if another process holds it.
    ///
    /// # Errors
    /// When the database is read-only, or the lock cannot be created.
    pub fn lock_refresh(&self, waiting: impl FnOnce()) -> Result<RefreshLock> {
        self.check_writable()?;
        DatabaseLock::acquire(&self.path, LockName::Refresh, waiting).map(|lock| RefreshLock { _lock: lock })
    }

    /// Takes the lock on refreshing feeds; returns `None` if another process holds it.
    ///
    /// # Errors
    /// As [`Store::lock_refresh`].
    pub fn try_lock_refresh(&self) -> Result<Option<RefreshLock>> {
        self.check_writable()?;
        let lock = DatabaseLock::try_acquire(&self.path, LockName::Refresh)?;
        Ok(lock.map(|lock| RefreshLock { _lock: lock }))
    }

    pub(super) fn check_writable(&self) -> Result<()> {
        if self.read_only { Err(StoreError::Database(DatabaseError::OpenedReadOnly)) } else { Ok(()) }
    }

    /// Returns the feeds that a user follows, or that any of our users follows, in the natural order of their nicknames.
    ///
    /// # Errors
    /// When the store fails.
    pub fn subscriptions(&self, follower: Option<UserId>) -> Result<Vec<Subscription>> {
        let of = match follower {
            Some(_) => "EXISTS (SELECT 1 FROM follow WHERE follower = ?1 AND followed = s.user)",
            None => FOLLOWED,
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM subscription s CROSS JOIN user a ON a.id = s.user WHERE {of}
             ORDER BY a.nickname_key"
        );
        let mut feeds = self.subscriptions_where(&sql, params_from_iter(follower))?;
        feeds.sort_by_cached_key(|feed| natural_key(&feed.user.nickname.key()));
        Ok(feeds)
    }

    /// Returns the feeds that are due and that one of our users follows, those that waited longest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn due_subscriptions(&self, now: Timestamp) -> Result<Vec<Subscription>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM subscription s WHERE is_gone = 0 AND (next_at <= ?1 OR checked_at > ?1) AND {FOLLOWED}
             ORDER BY next_at, user"
        );
        self.subscriptions_where(&sql, params![now])
    }

    /// Returns the feed with that address, or that is fetched from there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn subscription_by_url(&self, url: &str) -> Result<Option<Subscription>> {
        let sql = format!("SELECT {COLUMNS} FROM subscription s WHERE ?1 IN (url, fetch_url) ORDER BY url <> ?1");
        Ok(self.subscriptions_where(&sql, params![url])?.into_iter().next())
    }

    /// Returns the feed that is bound to a user.
    ///
    /// # Errors
    /// When the store fails.
    pub fn subscription_of(&self, user: UserId) -> Result<Option<Subscription>> {
        let sql = format!("SELECT {COLUMNS} FROM subscription s WHERE user = ?1");
        Ok(self.subscriptions_where(&sql, params![user])?.into_iter().next())
    }

    fn subscriptions_where(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Subscription>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&self.connection, row)?);
        }
        Ok(found)
    }

    /// Makes a user follow a feed that was fetched, and stores its items. A feed that is already here gets another
    /// follower, and keeps its user.
    ///
    /// # Errors
    /// When the address is that of one of our users, or the store fails; nothing is stored then.
    pub fn subscribe(
        &mut self,
        follower: UserId,
        new: &NewSubscription,
        check: &FeedCheck,
        items: Vec<ImportItem>,
        skip: &mut dyn FnMut(Skipped),
    ) -> Result<(UserId, ImportStats)> {
        self.write(|transaction| {
            let user = bind(transaction, new, check.at)?;
            follows::follow(transaction, follower, user, check.at)?;
            record(transaction, user, check)?;
            let options = options(user, check.at, UnreadPosts::Newest(FIRST_UNREAD));
            Ok((user, import_feed(transaction, &options, items, skip)?))
        })
    }

    /// Adds a feed that is still to be fetched, and makes a user follow it. Returns whether it is new to them.
    ///
    /// # Errors
    /// As [`Store::subscribe`].
    pub fn add_subscription(&mut self, follower: UserId, new: &NewSubscription, now: Timestamp) -> Result<bool> {
        self.write(|transaction| {
            let user = bind(transaction, new, now)?;
            let before = transaction.total_changes();
            follows::follow(transaction, follower, user, now)?;
            Ok(transaction.total_changes() > before)
        })
    }

    /// Stores the items of a feed that changed, and its new state, in one transaction. A feed that is fetched for the first
    /// time can give its user a nickname.
    ///
    /// # Errors
    /// When the store fails; nothing is stored then.
    pub fn store_feed(
        &mut self,
        user: UserId,
        check: &FeedCheck,
        items: Vec<ImportItem>,
        nickname: Option<&Nickname>,
    ) -> Result<ImportStats> {
        self.write(|transaction| {
            let known = users::by_id(transaction, user)?;
            if let Some(nickname) = nickname.filter(|nickname| nickname.key() != known.nickname.key()) {
                let nickname = users::free_nickname(transaction, nickname)?;
                users::set_nickname(transaction, user, &nickname)?;
            }
            let first = transaction
                .prepare_cached("SELECT 1 FROM subscription WHERE user = ?1 AND fetched_at IS NULL")?
                .exists([user])?;
            let unread = if first { UnreadPosts::Newest(FIRST_UNREAD) } else { UnreadPosts::All };
            record(transaction, user, check)?;
            import_feed(transaction, &options(user, check.at, unread), items, &mut |_| {})
        })
    }

    /// Stores older posts of a feed in one transaction. They are read, and change nothing that is here.
    ///
    /// # Errors
    /// When the store fails; nothing is stored then.
    pub fn store_archive(&mut self, user: UserId, items: Vec<ImportItem>, now: Timestamp) -> Result<ImportStats> {
        self.write(|transaction| {
            let options = ImportOptions { update: false, ..options(user, now, UnreadPosts::None) };
            import_feed(transaction, &options, items, &mut |_| {})
        })
    }

    /// Stores the states of feeds that did not change, or could not be fetched.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record_feed_checks(&mut self, checks: &[(UserId, FeedCheck)]) -> Result<()> {
        self.write(|transaction| checks.iter().try_for_each(|(user, check)| record(transaction, *user, check)))
    }
}
