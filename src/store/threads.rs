//! Threads: a post, what it answers up to the root, and all that answers it. Where a post was deleted that others
//! answer, its place stays.

use std::collections::{HashMap, HashSet};

use rusqlite::{OptionalExtension, named_params};

use super::{Result, Store, posts};
use crate::model::{Post, PostId, ThreadNode, Timestamp, UserId};

/// All that hangs below a post, at most 2,000: wider threads show their oldest answers. What was deleted and may
/// come back still leads to its answers.
macro_rules! below {
    ($query:expr) => {
        concat!(
            "WITH RECURSIVE below (id) AS (
                 VALUES (:root)
                 UNION SELECT r.id FROM below CROSS JOIN post r INDEXED BY post_reply_to ON r.reply_to = below.id
                 UNION SELECT d.id FROM below CROSS JOIN deleted_post d INDEXED BY deleted_post_reply_to
                     ON d.reply_to = below.id
                 LIMIT 2000) ",
            $query
        )
    };
}

/// The posts below the root, oldest first.
pub(super) const BELOW: &str = below!(concat!(
    posts::select!("below CROSS JOIN post w ON w.id = below.id"),
    "WHERE w.id <> :root ORDER BY w.created_at"
));

/// What was deleted below the root, and what it answered, oldest first.
pub(super) const GONE: &str = below!(
    "SELECT d.id, d.reply_to, d.created_at FROM below CROSS JOIN deleted_post d ON d.id = below.id
     WHERE d.id <> :root ORDER BY d.created_at"
);

/// What is below a place of a thread, and from when it is.
type Answers = HashMap<PostId, Vec<(Timestamp, PostId, Option<Post>)>>;

impl Store {
    /// The whole thread that a post belongs to: its root, then every answer below what it answers,
    /// older ones first.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn thread(&self, id: PostId) -> Result<Vec<ThreadNode>> {
        self.thread_for(id, None)
    }

    /// As [`Store::thread`], with what the reader has done with each post.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn thread_for(&self, id: PostId, reader: Option<UserId>) -> Result<Vec<ThreadNode>> {
        // A boost's number leads to the post boosted.
        let opened = posts::by_id(&self.connection, id, reader)?;
        let root = self.root(opened.id)?;
        let post = posts::optional(posts::by_id(&self.connection, root, reader))?;
        let mut answers = self.answers(root, reader)?;
        let mut thread = Vec::new();
        let mut pending = vec![ThreadNode { depth: 0, id: root, post }];
        while let Some(next) = pending.pop() {
            let below = answers.remove(&next.id).unwrap_or_default();
            let depth = next.depth + 1;
            pending.extend(below.into_iter().rev().map(|(_, id, post)| ThreadNode { depth, id, post }));
            thread.push(next);
        }
        // Where a post was that nobody answers, there is nothing to show.
        let mut level = 0;
        thread.reverse();
        thread.retain(|place| {
            let kept = place.post.is_some() || level > place.depth;
            level = if kept { place.depth } else { level };
            kept
        });
        thread.reverse();
        Ok(thread)
    }

    /// What a post answers, and what that answers, to the end.
    fn root(&self, id: PostId) -> Result<PostId> {
        let mut above = self.connection.prepare_cached(
            "SELECT reply_to FROM post WHERE id = ?1 UNION ALL SELECT reply_to FROM deleted_post WHERE id = ?1",
        )?;
        let mut root = id;
        // A database from elsewhere may hold a circle; each post is visited once.
        let mut seen = HashSet::from([root]);
        while let Some(id) = above.query_row([root.0], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten() {
            if !seen.insert(PostId(id)) {
                break;
            }
            root = PostId(id);
        }
        Ok(root)
    }

    /// Everything below a post, by what it answers, older ones first.
    fn answers(&self, root: PostId, reader: Option<UserId>) -> Result<Answers> {
        let mut answers = Answers::new();
        let mut statement = self.connection.prepare_cached(BELOW)?;
        let reader = reader.map(|user| user.0);
        for post in statement.query_map(named_params! {":root": root.0, ":reader": reader}, posts::read)? {
            let mut post = post?;
            posts::complete(&self.connection, &mut post)?;
            if let Some(answered) = &post.reply_to {
                answers.entry(answered.id).or_default().push((post.created_at, post.id, Some(post)));
            }
        }
        let mut statement = self.connection.prepare_cached(GONE)?;
        let gone = |row: &rusqlite::Row<'_>| {
            Ok((PostId(row.get(0)?), PostId(row.get(1)?), Timestamp::from_micros(row.get(2)?)))
        };
        for gone in statement.query_map(named_params! {":root": root.0}, gone)? {
            let (id, answered, at) = gone?;
            let places = answers.entry(answered).or_default();
            places.insert(places.partition_point(|(before, ..)| *before < at), (at, id, None));
        }
        Ok(answers)
    }
}
