//! Threads: a post, what it answers up to the root, and all that answers it.

use std::collections::{HashMap, HashSet};

use rusqlite::named_params;

use super::{Result, Store, posts};
use crate::model::{Post, PostId, UserId};

/// Most posts of a thread that are read; wider ones show their oldest answers.
const LIMIT: usize = 2_000;

/// The posts of `below`, but for the root, oldest first.
const BELOW: &str =
    concat!(posts::select!("below CROSS JOIN post w ON w.id = below.id"), "WHERE w.id <> :root ORDER BY w.created_at");

/// A post and how deep in its thread it stands: the root at 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threaded {
    /// How many answers lead to it.
    pub depth: usize,
    /// The post.
    pub post: Post,
}

impl Store {
    /// The whole thread that a post belongs to: its root, then every answer below what it answers,
    /// older ones first.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn thread(&self, id: PostId) -> Result<Vec<Threaded>> {
        self.thread_for(id, None)
    }

    /// As [`Store::thread`], with what the reader has done with each post.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn thread_for(&self, id: PostId, reader: Option<UserId>) -> Result<Vec<Threaded>> {
        let mut root = posts::by_id(&self.connection, id, reader)?;
        if root.boost.is_some() {
            root = posts::by_id(&self.connection, root.id, reader)?;
        }
        // A database from elsewhere may hold a circle; each post is visited once.
        let mut seen = HashSet::from([root.id]);
        while let Some(above) = root.reply_to.as_ref().filter(|answered| answered.post.is_some()) {
            if !seen.insert(above.id) {
                break;
            }
            root = posts::by_id(&self.connection, above.id, reader)?;
        }
        let mut answers = self.answers(root.id, reader)?;
        let mut thread = Vec::new();
        let mut pending = vec![Threaded { depth: 0, post: root }];
        while let Some(next) = pending.pop() {
            let below = answers.remove(&next.post.id).unwrap_or_default();
            pending.extend(below.into_iter().rev().map(|post| Threaded { depth: next.depth + 1, post }));
            thread.push(next);
        }
        Ok(thread)
    }

    /// Everything below a post, by what it answers, older ones first.
    fn answers(&self, root: PostId, reader: Option<UserId>) -> Result<HashMap<PostId, Vec<Post>>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "WITH RECURSIVE below (id) AS (
                 VALUES (:root) UNION SELECT r.id FROM below CROSS JOIN post r ON r.reply_to = below.id LIMIT {LIMIT})
             {BELOW}"
        ))?;
        let mut answers: HashMap<PostId, Vec<Post>> = HashMap::new();
        for post in
            statement.query_map(named_params! {":root": root.0, ":reader": reader.map(|user| user.0)}, posts::read)?
        {
            let mut post = post?;
            posts::complete(&self.connection, &mut post)?;
            if let Some(answered) = &post.reply_to {
                answers.entry(answered.id).or_default().push(post);
            }
        }
        Ok(answers)
    }
}
