//! Takes what was undone on the server of an account: follows and posts.

use rusqlite::{OptionalExtension, params};

use super::rows::find_user;
use crate::model::{PostId, Timestamp, User, UserId};
use crate::store::{Result, Store, trash, users};

impl Store {
    /// Returns the user who is identified by an address.
    ///
    /// # Errors
    /// When the store fails.
    pub fn user_by_url(&self, url: &str) -> Result<Option<User>> {
        find_user(&self.connection, url)?.map(|user| users::by_id(&self.connection, user)).transpose()
    }

    /// Returns the users of servers whom an account follows, by the addresses that identify them. Those of feeds, and those whom
    /// the server does not know to be followed yet, are left out.
    ///
    /// # Errors
    /// When the store fails.
    pub fn follows_on_server(&self, account: UserId) -> Result<Vec<(String, UserId)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT u.url, u.id FROM follow f CROSS JOIN user u ON u.id = f.followed
             WHERE f.follower = ?1 AND u.url IS NOT NULL AND u.kind <> 'local'
                 AND NOT EXISTS (SELECT 1 FROM subscription WHERE user = u.id)
                 AND NOT EXISTS (SELECT 1 FROM outbox WHERE target = u.id AND user = ?1 AND action = 'follow')",
        )?;
        Ok(statement.query_map([account], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Makes an account unfollow users whom it unfollowed on its server.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unfollow_with_server(&mut self, account: UserId, users: &[UserId]) -> Result<()> {
        self.write(|transaction| {
            let mut statement =
                transaction.prepare_cached("DELETE FROM follow WHERE follower = ?1 AND followed = ?2")?;
            users.iter().try_for_each(|user| statement.execute(params![account, user]).map(drop))?;
            Ok(())
        })
    }

    /// Returns the server of an account that does not have one of these posts of it anymore, because it was deleted there and
    /// then restored here.
    ///
    /// # Errors
    /// When the store fails.
    pub fn server_without(&self, account: UserId, posts: &[PostId]) -> Result<Option<String>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT a.server FROM post p CROSS JOIN account a ON a.user = p.author
             WHERE p.id = ?2 AND p.author = ?1 AND p.source GLOB 'http*'
                 AND NOT EXISTS (SELECT 1 FROM server_status WHERE user = ?1 AND post = p.id)
                 AND NOT EXISTS (SELECT 1 FROM outbox WHERE post = p.id)",
        )?;
        for post in posts {
            if let Some(server) = statement.query_row(params![account, post], |row| row.get(0)).optional()? {
                return Ok(Some(server));
            }
        }
        Ok(None)
    }

    /// Deletes a post that was deleted on the server of an account; returns whether it was deleted. It stays if a user of ours
    /// has bookmarked it, or if the outbox has something about it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn delete_with_server(&mut self, account: UserId, post: PostId, now: Timestamp) -> Result<bool> {
        self.write(|transaction| {
            let found = transaction
                .prepare_cached(
                    "SELECT id FROM post p WHERE id = ?1
                         AND NOT EXISTS (SELECT 1 FROM bookmark WHERE post_created_at = p.created_at)
                         AND NOT EXISTS (SELECT 1 FROM outbox WHERE post = p.id)",
                )?
                .query_row([post], |row| row.get::<_, PostId>(0))
                .optional()?;
            let Some(post) = found else { return Ok(false) };
            trash::discard(transaction, post, now)?;
            transaction
                .prepare_cached("DELETE FROM server_status WHERE user = ?1 AND post = ?2")?
                .execute(params![account, post])?;
            Ok(true)
        })
    }
}
