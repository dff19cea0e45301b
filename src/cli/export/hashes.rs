//! Twtxt hashes of the posts that replies refer to.

use std::collections::HashMap;

use crate::model::{Post, PostId, UserId};
use crate::store::{Store, StoreError};
use crate::transfer::export::{hash, imported_hash};

/// Hashes of parent posts, each computed once.
pub(super) struct Hashes {
    /// URLs of users' feeds; a post of a user without one has no hash.
    feeds: HashMap<UserId, String>,
    known: HashMap<PostId, Option<String>>,
}

impl Hashes {
    pub(super) fn new(feeds: HashMap<UserId, String>) -> Self {
        Self { feeds, known: HashMap::new() }
    }

    /// Returns the hash of the post that `post` replies to.
    pub(super) fn parent_of(&mut self, store: &Store, post: &Post) -> Result<Option<String>, StoreError> {
        if let Some(hash) = imported_parent_hash(post) {
            return Ok(Some(hash.to_owned()));
        }
        // The hash of a reply covers the hash of its parent, so hashes are computed from the root downwards.
        let mut ancestors = Vec::new();
        let mut next = parent_id(post);
        while let Some(id) = next.filter(|id| !self.known.contains_key(id)) {
            let found = store.post(id)?;
            // An imported file may claim that two posts reply to each other.
            next = parent_id(&found).filter(|id| ancestors.iter().all(|known: &Post| known.id != *id));
            if imported_hash(&found).is_some() || imported_parent_hash(&found).is_some() {
                next = None;
            }
            ancestors.push(found);
        }
        for post in ancestors.iter().rev() {
            let parent = imported_parent_hash(post).map(str::to_owned).or_else(|| self.get(parent_id(post)));
            let hash = match (imported_hash(post), self.feeds.get(&post.author)) {
                (Some(imported), _) => Some(imported.to_owned()),
                (None, Some(url)) => Some(hash(url, post, parent.as_deref())),
                (None, None) => None,
            };
            self.known.insert(post.id, hash);
        }
        Ok(self.get(parent_id(post)))
    }

    fn get(&self, id: Option<PostId>) -> Option<String> {
        self.known.get(&id?).cloned().flatten()
    }
}

/// Returns the parent's hash that an imported reply came with.
fn imported_parent_hash(post: &Post) -> Option<&str> {
    post.origin.as_ref()?.in_reply_to.as_deref()?.strip_prefix('#')
}

/// Returns the id of the parent, if the parent exists.
fn parent_id(post: &Post) -> Option<PostId> {
    let parent = post.reply_to.as_ref()?;
    parent.post.as_ref().map(|_| parent.id)
}
