//! Feeds of our own users that others follow: where they are, and by which remote ids others reply to their posts.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store};
use crate::model::{PostId, UserId};

/// Returns the user whose published feed has an address.
pub(super) fn author(connection: &Connection, url: &str) -> Result<Option<UserId>> {
    let mut statement = connection.prepare_cached("SELECT user FROM published_feed WHERE url = ?1 ORDER BY user")?;
    Ok(statement.query_row([url], |row| row.get(0)).optional()?)
}

impl Store {
    /// Stores where the feed of a user was published, and by which remote ids others reply to its posts. Posts of others
    /// that mention this address mention the user.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_published(&mut self, user: UserId, url: &str, names: &[(PostId, String)]) -> Result<()> {
        let mut known = self.connection.prepare_cached("SELECT 1 FROM published_feed WHERE user = ?1 AND url = ?2")?;
        let is_known = known.exists(params![user, url])?;
        let mut named = self.connection.prepare_cached("SELECT 1 FROM published_name WHERE name = ?1 AND post = ?2")?;
        let mut missing = Vec::new();
        for (post, name) in names {
            if !named.exists(params![name, post])? {
                missing.push((post, name));
            }
        }
        drop((known, named));
        if is_known && missing.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO published_feed (user, url) VALUES (?1, ?2)")?
                .execute(params![user, url])?;
            // A post may have been deleted meanwhile.
            let mut insert = transaction.prepare_cached(
                "INSERT OR IGNORE INTO published_name (name, post) SELECT ?1, id FROM post WHERE id = ?2",
            )?;
            missing.iter().try_for_each(|(post, name)| insert.execute(params![name, post]).map(drop))?;
            Ok(())
        })
    }
}
