//! The hashes by which twtxt feeds say which post an answer is for.

use std::collections::HashMap;

use crate::model::{Post, PostId, UserId};
use crate::store::{Store, StoreError};
use crate::transfer::export::{hash, imported_hash};

/// Hashes of posts that are answered, each made once.
pub(super) struct Hashes {
    /// Where the feeds of users lie; without it others cannot know a post of theirs.
    feeds: HashMap<UserId, String>,
    known: HashMap<PostId, Option<String>>,
}

impl Hashes {
    pub(super) fn new(feeds: HashMap<UserId, String>) -> Self {
        Self { feeds, known: HashMap::new() }
    }

    /// The hash of the post that a post answers.
    pub(super) fn answered(&mut self, store: &Store, post: &Post) -> Result<Option<String>, StoreError> {
        if let Some(given) = given(post) {
            return Ok(Some(given.to_owned()));
        }
        // The hash of an answer covers that of the post which it answers, so that they are made from the root on.
        let mut above = Vec::new();
        let mut next = answered_here(post);
        while let Some(id) = next.filter(|id| !self.known.contains_key(id)) {
            let found = store.post(id)?;
            // A file may claim that two posts answer each other.
            next = answered_here(&found).filter(|id| above.iter().all(|known: &Post| known.id != *id));
            if imported_hash(&found).is_some() || given(&found).is_some() {
                next = None;
            }
            above.push(found);
        }
        for post in above.iter().rev() {
            let answers = given(post).map(str::to_owned).or_else(|| self.of(answered_here(post)));
            let hash = match (imported_hash(post), self.feeds.get(&post.author)) {
                (Some(before), _) => Some(before.to_owned()),
                (None, Some(url)) => Some(hash(url, post, answers.as_deref())),
                (None, None) => None,
            };
            self.known.insert(post.id, hash);
        }
        Ok(self.of(answered_here(post)))
    }

    fn of(&self, id: Option<PostId>) -> Option<String> {
        self.known.get(&id?).cloned().flatten()
    }
}

/// The hash that came with an answer that was brought in.
fn given(post: &Post) -> Option<&str> {
    post.origin.as_ref()?.in_reply_to.as_deref()?.strip_prefix('#')
}

/// The post that one answers, if it is there.
fn answered_here(post: &Post) -> Option<PostId> {
    let answered = post.reply_to.as_ref()?;
    answered.post.as_ref().map(|_| answered.id)
}
