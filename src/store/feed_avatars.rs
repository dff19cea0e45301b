//! Avatars that feeds and the servers of accounts name: which are to be fetched, and what came of it.

use rusqlite::{Connection, Row, params};

use super::{Result, Store, avatars};
use crate::model::{FeedAvatar, FeedVersion, Picture, Timestamp, UserId};

/// How long an avatar is used before it is asked for again, in microseconds: a day.
const FRESH: i64 = 24 * 3_600 * 1_000_000;
/// How long one that the server of an account names is used, in microseconds: a week. Another picture has another address there.
const FRESH_OF_ACCOUNT: i64 = 7 * FRESH;

/// Stores the address of the avatar that a feed names; another address than before is fetched as a new one.
pub(super) fn note(connection: &Connection, user: UserId, url: &str) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE subscription SET avatar_url = ?2, avatar_etag = NULL, avatar_last_modified = NULL,
                 avatar_checked_at = NULL WHERE user = ?1 AND avatar_url IS NOT ?2",
        )?
        .execute(params![user, url])?;
    Ok(())
}

/// Stores the address of the avatar that the server of an account names for a user; another address than before is fetched as a
/// new one. Where the servers of two accounts name different ones, the first counts.
pub(super) fn note_of_account(connection: &Connection, account: UserId, user: UserId, url: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO account_avatar (user, account, url) VALUES (?1, ?2, ?3)
             ON CONFLICT (user) DO UPDATE SET url = ?3, etag = NULL, last_modified = NULL, checked_at = NULL
                 WHERE account = ?2 AND url <> ?3",
        )?
        .execute(params![user, account, url])?;
    Ok(())
}

impl Store {
    /// Returns the avatars that the server of an account names and that were not fetched within the last week, those that never
    /// were first. Users who have one from a feed, or chose one here, keep it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn due_avatars_of_account(&self, account: UserId, now: Timestamp, limit: usize) -> Result<Vec<FeedAvatar>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT a.user, a.url, a.etag, a.last_modified FROM account_avatar a INDEXED BY account_avatar_account
             CROSS JOIN user u ON u.id = a.user
             WHERE a.account = ?1 AND (a.checked_at IS NULL OR a.checked_at NOT BETWEEN ?2 AND ?3)
               AND (u.kind = 'remote' OR NOT EXISTS (SELECT 1 FROM avatar v WHERE v.user = a.user))
               AND NOT EXISTS (SELECT 1 FROM subscription s WHERE s.user = a.user AND s.avatar_url IS NOT NULL)
             ORDER BY a.checked_at LIMIT ?4",
        )?;
        let oldest = now.micros().saturating_sub(FRESH_OF_ACCOUNT);
        let read = |row: &Row<'_>| {
            let version = FeedVersion { etag: row.get(2)?, last_modified: row.get(3)?, hash: None };
            Ok(FeedAvatar { user: row.get(0)?, url: row.get(1)?, version, is_public: true })
        };
        let rows = statement.query_map(params![account, oldest, now, limit as i64], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Stores when an avatar that the server of an account names was fetched, and the picture if it is another one, as
    /// [`Store::record_avatar`] does.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record_avatar_of_account(
        &mut self,
        avatar: &FeedAvatar,
        at: Timestamp,
        picture: Option<(&Picture, &FeedVersion)>,
    ) -> Result<()> {
        self.write(|transaction| {
            // The server may have named another one meanwhile.
            let mut checked =
                transaction.prepare_cached("UPDATE account_avatar SET checked_at = ?3 WHERE user = ?1 AND url = ?2")?;
            if checked.execute(params![avatar.user, avatar.url, at])? == 0 {
                return Ok(());
            }
            let Some((picture, version)) = picture else { return Ok(()) };
            transaction
                .prepare_cached("UPDATE account_avatar SET etag = ?2, last_modified = ?3 WHERE user = ?1")?
                .execute(params![avatar.user, version.etag, version.last_modified])?;
            avatars::set(transaction, avatar.user, Some(picture))
        })
    }

    /// Returns the avatars of some feeds that were not fetched within the last day.
    ///
    /// # Errors
    /// When the store fails.
    pub fn due_avatars(&self, users: &[UserId], now: Timestamp) -> Result<Vec<FeedAvatar>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT avatar_url, avatar_etag, avatar_last_modified, is_public FROM subscription
             WHERE user = ?1 AND avatar_url IS NOT NULL AND failures = 0
               AND (avatar_checked_at IS NULL OR avatar_checked_at NOT BETWEEN ?2 AND ?3)",
        )?;
        let mut due = Vec::new();
        for user in users {
            let range = params![user, now.micros().saturating_sub(FRESH), now];
            let rows = statement.query_map(range, |row| {
                let version = FeedVersion { etag: row.get(1)?, last_modified: row.get(2)?, hash: None };
                Ok(FeedAvatar { user: *user, url: row.get(0)?, version, is_public: row.get(3)? })
            })?;
            for row in rows {
                due.push(row?);
            }
        }
        Ok(due)
    }

    /// Stores when an avatar was fetched, and the picture if it is another one. A picture that could not be fetched or
    /// decoded changes nothing else, and is tried again a day later.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record_avatar(
        &mut self,
        avatar: &FeedAvatar,
        at: Timestamp,
        picture: Option<(&Picture, &FeedVersion)>,
    ) -> Result<()> {
        self.write(|transaction| {
            // The feed may have named another one meanwhile, or been deleted.
            let mut checked = transaction
                .prepare_cached("UPDATE subscription SET avatar_checked_at = ?3 WHERE user = ?1 AND avatar_url = ?2")?;
            if checked.execute(params![avatar.user, avatar.url, at])? == 0 {
                return Ok(());
            }
            let Some((picture, version)) = picture else { return Ok(()) };
            transaction
                .prepare_cached("UPDATE subscription SET avatar_etag = ?2, avatar_last_modified = ?3 WHERE user = ?1")?
                .execute(params![avatar.user, version.etag, version.last_modified])?;
            avatars::set(transaction, avatar.user, Some(picture))
        })
    }
}
