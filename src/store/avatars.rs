//! Users' avatars. They are stored beside `user`, so that listing users does not read pictures.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store};
use crate::model::{Picture, UserId};

impl Store {
    /// Returns a user's avatar, if they have one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn avatar(&self, user: UserId) -> Result<Option<Picture>> {
        let mut statement = self.connection.prepare_cached("SELECT picture FROM avatar WHERE user = ?1")?;
        Ok(statement.query_row([user.0], |row| row.get(0).map(Picture::stored)).optional()?)
    }

    /// Returns whether any user has an avatar.
    ///
    /// # Errors
    /// When the store fails.
    pub fn has_avatars(&self) -> Result<bool> {
        Ok(self.connection.prepare_cached("SELECT 1 FROM avatar LIMIT 1")?.exists([])?)
    }
}

/// Sets or removes a user's avatar.
pub(super) fn set(connection: &Connection, user: UserId, picture: Option<&Picture>) -> Result<()> {
    match picture {
        Some(picture) => connection
            .prepare_cached("INSERT OR REPLACE INTO avatar (user, picture) VALUES (?1, ?2)")?
            .execute(params![user.0, picture.bytes()])?,
        None => connection.prepare_cached("DELETE FROM avatar WHERE user = ?1")?.execute([user.0])?,
    };
    Ok(())
}

/// Sets a user's avatar if they have none.
pub(super) fn add(connection: &Connection, user: UserId, picture: &Picture) -> Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO avatar (user, picture) VALUES (?1, ?2)")?
        .execute(params![user.0, picture.bytes()])?;
    Ok(())
}
