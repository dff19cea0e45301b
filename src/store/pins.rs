//! Posts that their authors pinned to their profiles.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, StoreError, posts};
use crate::model::{Post, PostId, Timestamp, UserId};

/// How many posts a user can pin.
pub const MAX_PINS: usize = 5;

/// A user's pinned posts, the one that was pinned last first. Deleted posts that can be restored are left out.
pub(super) const PINNED: &str = "SELECT x.post FROM pinned_post x INDEXED BY pinned_post_user
    WHERE x.user = ?1 AND EXISTS (SELECT 1 FROM post WHERE id = x.post) ORDER BY x.pinned_at DESC, x.post DESC";

fn pinned(connection: &Connection, user: UserId) -> Result<Vec<PostId>> {
    let mut statement = connection.prepare_cached(PINNED)?;
    Ok(statement.query_map([user], |row| row.get(0).map(PostId))?.collect::<rusqlite::Result<_>>()?)
}

/// Returns the id of a post of the user's, or of the post that a boost boosts.
fn own(connection: &Connection, user: UserId, id: PostId) -> Result<PostId> {
    let post = posts::by_id(connection, id, Some(user))?;
    if post.author == user { Ok(post.id) } else { Err(StoreError::PinOfOthers { id: post.id, author: post.nickname }) }
}

impl Store {
    /// Pins posts of a user to their profile: all of them, or none. Returns those that were not pinned.
    ///
    /// # Errors
    /// When one is deleted or by another user, or when there would be more than [`MAX_PINS`].
    pub fn pin_posts(&mut self, user: UserId, ids: &[PostId], now: Timestamp) -> Result<Vec<PostId>> {
        self.write(|transaction| {
            let mut added = Vec::new();
            for id in ids {
                let id = own(transaction, user, *id)?;
                let new = transaction
                    .prepare_cached("INSERT OR IGNORE INTO pinned_post (post, user, pinned_at) VALUES (?1, ?2, ?3)")?
                    .execute(params![id.0, user, now])?;
                added.extend((new > 0).then_some(id));
            }
            if !added.is_empty() && pinned(transaction, user)?.len() > MAX_PINS {
                return Err(StoreError::TooManyPins(MAX_PINS));
            }
            Ok(added)
        })
    }

    /// Unpins posts of a user; returns those that were pinned.
    ///
    /// # Errors
    /// When one is deleted or by another user.
    pub fn unpin_posts(&mut self, user: UserId, ids: &[PostId]) -> Result<Vec<PostId>> {
        self.write(|transaction| {
            let mut removed = Vec::new();
            for id in ids {
                let id = own(transaction, user, *id)?;
                let changed = transaction.prepare_cached("DELETE FROM pinned_post WHERE post = ?1")?.execute([id.0])?;
                removed.extend((changed > 0).then_some(id));
            }
            Ok(removed)
        })
    }

    /// Returns a user's pinned posts as a reader sees them, the one that was pinned last first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn pinned_posts(&self, user: UserId, reader: Option<UserId>) -> Result<Vec<Post>> {
        let ids = pinned(&self.connection, user)?;
        ids.into_iter().map(|id| posts::by_id(&self.connection, id, reader)).collect()
    }

    /// Returns all posts that are pinned to the profiles of their authors.
    ///
    /// # Errors
    /// When the store fails.
    pub fn pinned_ids(&self) -> Result<BTreeSet<PostId>> {
        let mut statement = self.connection.prepare_cached("SELECT post FROM pinned_post")?;
        Ok(statement.query_map([], |row| row.get(0).map(PostId))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns whether a post is pinned to its author's profile.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_pinned(&self, id: PostId) -> Result<bool> {
        let id = posts::by_id(&self.connection, id, None)?.id;
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM pinned_post WHERE post = ?1")?;
        Ok(statement.query_row([id.0], |_| Ok(())).optional()?.is_some())
    }
}
