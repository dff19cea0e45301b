//! Threads: a post, what it answers up to the root, and all that answers it.

use std::collections::{HashMap, HashSet};

use super::{Result, Store, posts};
use crate::model::{Post, PostId};

/// Most posts of a thread that are read; wider ones show their oldest answers.
const LIMIT: usize = 2_000;

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
        let mut root = self.post(id)?;
        // A database from elsewhere may hold a circle; each post is visited once.
        let mut seen = HashSet::from([root.id]);
        while let Some(above) = root.reply_to.as_ref().filter(|answered| answered.post.is_some()) {
            if !seen.insert(above.id) {
                break;
            }
            root = self.post(above.id)?;
        }
        let mut answers = self.answers(root.id)?;
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
    fn answers(&self, root: PostId) -> Result<HashMap<PostId, Vec<Post>>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "WITH RECURSIVE below (id) AS (
                 VALUES (?1) UNION SELECT r.id FROM below CROSS JOIN post r ON r.reply_to = below.id LIMIT {LIMIT})
             SELECT {} FROM below CROSS JOIN post p ON p.id = below.id CROSS JOIN user u ON u.id = p.author {}
             WHERE p.id <> ?1 ORDER BY p.created_at",
            posts::COLUMNS,
            posts::ANSWERED
        ))?;
        let mut answers: HashMap<PostId, Vec<Post>> = HashMap::new();
        for post in statement.query_map([root.0], posts::read)? {
            let post = post?;
            if let Some(answered) = &post.reply_to {
                answers.entry(answered.id).or_default().push(post);
            }
        }
        Ok(answers)
    }
}
