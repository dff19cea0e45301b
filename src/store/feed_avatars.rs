//! Avatars that feeds name: which are to be fetched, and what came of it.

use rusqlite::{Connection, params};

use super::{Result, Store, avatars};
use crate::model::{FeedAvatar, FeedVersion, Picture, Timestamp, UserId};

/// How long an avatar is used before it is asked for again, in microseconds: a day.
const FRESH: i64 = 24 * 3_600 * 1_000_000;

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

impl Store {
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
