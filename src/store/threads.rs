//! Threads: a post, its ancestors up to the root, and all replies. A deleted post with replies keeps its place.

use std::collections::{HashMap, HashSet};

use rusqlite::{OptionalExtension, named_params};

use super::arrivals::{Place, UnreadCheck};
use super::{Result, Store, posts};
use crate::model::{Post, PostId, ThreadNode, Timeline, Timestamp, UserId};

/// Single posts are marked as read up to this many spans of a timeline: each makes two, and each mark writes all of them.
const MOST_SPANS: usize = if cfg!(test) { 9 } else { 512 };

/// All descendants of a post, at most 2,000: wider threads show their oldest replies. Deleted posts that can be
/// restored still lead to their replies.
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

/// The deleted posts below the root and their parents, oldest first.
pub(super) const DELETED_BELOW: &str = below!(
    "SELECT d.id, d.reply_to, d.created_at FROM below CROSS JOIN deleted_post d ON d.id = below.id
     WHERE d.id <> :root ORDER BY d.created_at"
);

/// The post above another one, deleted or not.
const ABOVE: &str = "SELECT reply_to FROM post WHERE id = ?1 UNION ALL SELECT reply_to FROM deleted_post WHERE id = ?1";

/// So many posts above others are looked up at most: a chain of replies can be very long.
const MOST_ABOVE: usize = 5_000;

/// The replies to each post, with their times.
type Replies = HashMap<PostId, Vec<(Timestamp, PostId, Option<Post>)>>;

impl Store {
    /// Returns the thread of a post: its root, then each reply below its parent, oldest first.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn thread(&self, id: PostId) -> Result<Vec<ThreadNode>> {
        self.thread_for(id, None)
    }

    /// Like [`Store::thread`], with the reader's own reactions.
    ///
    /// # Errors
    /// When there is no such post.
    pub fn thread_for(&self, id: PostId, reader: Option<UserId>) -> Result<Vec<ThreadNode>> {
        // The id of a boost leads to the boosted post.
        let opened = posts::by_id(&self.connection, id, reader)?;
        let root = self.root(opened.id)?;
        let post = posts::optional(posts::by_id(&self.connection, root, reader))?;
        let mut replies = self.replies(root, reader)?;
        let mut thread = Vec::new();
        let mut pending = vec![ThreadNode { depth: 0, id: root, post, is_unread: false }];
        while let Some(next) = pending.pop() {
            let below = replies.remove(&next.id).unwrap_or_default();
            let depth = next.depth + 1;
            pending.extend(below.into_iter().rev().map(|(_, id, post)| ThreadNode {
                depth,
                id,
                post,
                is_unread: false,
            }));
            thread.push(next);
        }
        // A deleted post without replies is not shown.
        let mut level = 0;
        thread.reverse();
        thread.retain(|node| {
            let kept = node.post.is_some() || level > node.depth;
            level = if kept { node.depth } else { level };
            kept
        });
        thread.reverse();
        if reader.is_some() {
            let check = UnreadCheck::load(&self.connection, reader)?;
            for node in &mut thread {
                let Some(post) = &node.post else { continue };
                node.is_unread = check.is_unread(post.created_at, post.id.0, post.author)?;
            }
        }
        Ok(thread)
    }

    /// Returns which post each of these replies to, and each post above them up to the roots of their threads.
    ///
    /// # Errors
    /// When the store fails.
    pub fn parents(&self, posts: &[Post]) -> Result<HashMap<PostId, PostId>> {
        let mut above = self.connection.prepare_cached(ABOVE)?;
        let mut parents: HashMap<_, _> =
            posts.iter().filter_map(|post| Some((post.id, post.reply_to.as_ref()?.id))).collect();
        let mut pending: Vec<PostId> = parents.values().copied().collect();
        let most = parents.len() + MOST_ABOVE;
        while let Some(id) = pending.pop().filter(|_| parents.len() < most) {
            if parents.contains_key(&id) {
                continue;
            }
            let parent = above.query_row([id.0], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten().map(PostId);
            parents.extend(parent.map(|parent| (id, parent)));
            pending.extend(parent);
        }
        Ok(parents)
    }

    /// Marks posts of a thread as read that were on the screen, each in home if it is there, and else among all; and in the
    /// timeline beside the thread. Posts stay unread in a timeline that is read in very many spans already.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_thread_read(
        &mut self,
        user: UserId,
        beside: Option<&Timeline>,
        keys: &[Timestamp],
        now: Timestamp,
    ) -> Result<()> {
        let arrived = self.last_arrival()?;
        let home = Timeline::Home(user);
        let mut others = if let Some(timeline) = beside.filter(|beside| **beside != home) {
            vec![(timeline.clone(), keys.to_vec())]
        } else {
            vec![]
        };
        let check = UnreadCheck::load(&self.connection, Some(user))?;
        let mut find = self.connection.prepare_cached("SELECT id, author FROM post WHERE created_at = ?1")?;
        let (mut at_home, mut among_all) = (vec![], vec![]);
        for key in keys {
            let found = find.query_row([key], |row| Ok((row.get(0)?, UserId(row.get(1)?)))).optional()?;
            let Some((id, author)) = found else { continue };
            match check.place(*key, id, author)? {
                Place { in_home: true, key, .. } => at_home.push(key),
                Place { key, .. } => among_all.push(key),
            }
        }
        drop((find, check));
        others.extend([(home, at_home), (Timeline::All, among_all)]);
        for (timeline, keys) in others.iter().filter(|(_, keys)| !keys.is_empty()) {
            if self.read_state(user, timeline)?.spans().len() < MOST_SPANS {
                self.mark_posts_read(user, timeline, keys, arrived, now)?;
            }
        }
        Ok(())
    }

    /// Returns the root of a post's thread.
    fn root(&self, id: PostId) -> Result<PostId> {
        let mut above = self.connection.prepare_cached(ABOVE)?;
        let mut root = id;
        // A database from elsewhere may hold a cycle; each post is visited once.
        let mut seen = HashSet::from([root]);
        while let Some(id) = above.query_row([root.0], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten() {
            if !seen.insert(PostId(id)) {
                break;
            }
            root = PostId(id);
        }
        Ok(root)
    }

    /// Returns all replies below a post by their parents, oldest first.
    fn replies(&self, root: PostId, reader: Option<UserId>) -> Result<Replies> {
        let mut replies = Replies::new();
        let mut statement = self.connection.prepare_cached(BELOW)?;
        let reader = reader.map(|user| user.0);
        for post in statement.query_map(named_params! {":root": root.0, ":reader": reader}, posts::read)? {
            let mut post = post?;
            posts::complete(&self.connection, &mut post)?;
            if let Some(parent) = &post.reply_to {
                replies.entry(parent.id).or_default().push((post.created_at, post.id, Some(post)));
            }
        }
        let mut statement = self.connection.prepare_cached(DELETED_BELOW)?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok((PostId(row.get(0)?), PostId(row.get(1)?), Timestamp::from_micros(row.get(2)?)))
        };
        for deleted in statement.query_map(named_params! {":root": root.0}, read)? {
            let (id, parent, at) = deleted?;
            let siblings = replies.entry(parent).or_default();
            siblings.insert(siblings.partition_point(|(before, ..)| *before < at), (at, id, None));
        }
        Ok(replies)
    }
}
