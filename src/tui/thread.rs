//! A thread as a tree: which of its branches are expanded, and the guides that lead to each row. Geometry only: it
//! knows nothing of how posts are drawn.

use std::collections::{BTreeSet, HashMap};

use super::list::List;
use crate::model::{Nickname, Post, PostId, ServerStatus, ThreadNode};

/// Of more direct replies than this, only the first [`SHOWN`] are shown until the rest is expanded.
const MANY: usize = 12;
const SHOWN: usize = 8;
/// Branches are collapsed this many levels below the post that the thread was opened for.
const MAX_DEPTH: usize = 12;
/// Branches of at most this many posts are not collapsed: a row that says so would take as much room.
const FEW: usize = 3;

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The index in the thread: of the post, or of the one whose replies are collapsed.
    pub at: usize,
    /// The number of posts that are collapsed into this row; `None` for a row that is a post.
    pub collapsed: Option<usize>,
    /// The number of replies that lead from the root to it.
    pub depth: usize,
    /// For each level of indentation, whether its branch continues below.
    pub guides: Vec<bool>,
    /// It is the only reply to the row above, and not indented under it.
    pub chained: bool,
    /// What follows right below it.
    pub below: Below,
}

/// What follows right below a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Below {
    /// No reply.
    Nothing,
    /// Its only reply, at the same indentation.
    Chain,
    /// Its replies, indented by a level.
    Branches,
}

/// Who liked and who boosted a post, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reactions {
    /// The users who like it.
    pub likes: Vec<Nickname>,
    /// The users who boosted it.
    pub boosts: Vec<Nickname>,
    /// The host of the reader's account, and the counts of that server, which are others than ours.
    pub on_server: Option<(String, ServerStatus)>,
}

/// An open thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The post it was opened for.
    pub of: PostId,
    /// Its posts, the root first, each before its replies.
    pub nodes: Vec<ThreadNode>,
    /// The rows that are shown.
    pub list: List<Row>,
    /// The reactions to the post that it was opened for.
    pub reactions: Reactions,
    /// The posts that were unread when they were loaded.
    pub unread: BTreeSet<PostId>,
    /// Those of them that were on the screen.
    pub viewed: BTreeSet<PostId>,
    /// The posts that were selected; the key for the next unread post does not visit them again.
    pub visited: BTreeSet<PostId>,
    /// The branches that the user expanded (true) or collapsed (false).
    folds: HashMap<PostId, bool>,
}

impl Thread {
    /// Makes a thread with the cursor on the post that it was opened for.
    #[must_use]
    pub fn new(of: PostId, nodes: Vec<ThreadNode>) -> Self {
        let mut thread = Self {
            of,
            unread: unread(&nodes).collect(),
            viewed: BTreeSet::new(),
            visited: BTreeSet::new(),
            nodes: without_parents(nodes),
            list: List::default(),
            reactions: Reactions::default(),
            folds: HashMap::new(),
        };
        thread.list = List::new(thread.rows());
        thread.find(of);
        thread
    }

    /// Replaces the posts by newly loaded ones. Collapsed branches stay collapsed, and the cursor stays on its post.
    pub fn renew(&mut self, nodes: Vec<ThreadNode>) {
        let was = self.list.selected().and_then(|row| self.nodes.get(row.at)).map(|node| node.id);
        self.unread.extend(unread(&nodes));
        self.nodes = without_parents(nodes);
        self.list.items = self.rows();
        if let Some(id) = was {
            self.find(id);
        }
    }

    /// Forgets what the user who was active had not read.
    pub fn forget_reader(&mut self) {
        self.unread.clear();
        self.viewed.clear();
        self.visited.clear();
    }

    /// Returns the post under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&Post> {
        self.list.selected().filter(|row| row.collapsed.is_none()).and_then(|row| self.nodes.get(row.at)?.post.as_ref())
    }

    /// Returns the number of posts, without deleted ones.
    #[must_use]
    pub fn posts(&self) -> usize {
        self.nodes.iter().filter(|node| node.post.is_some()).count()
    }

    /// Expands the branch under the cursor. Returns false if it was expanded already.
    pub fn unfold(&mut self) -> bool {
        let Some(row) = self.list.selected() else { return false };
        let (at, cursor, was) = (row.at, self.list.cursor, self.list.items.len());
        self.folds.insert(self.nodes[at].id, true);
        self.list.items = self.rows();
        self.list.select(cursor);
        self.list.items.len() != was
    }

    /// Collapses the replies to the post under the cursor; if there are none, moves the cursor to its parent.
    pub fn fold(&mut self) {
        let Some(row) = self.list.selected() else { return };
        if row.collapsed.is_none() && row.below != Below::Nothing {
            let id = self.nodes[row.at].id;
            self.folds.insert(id, false);
            self.list.items = self.rows();
            self.find(id);
        } else {
            let below = if row.collapsed.is_some() { row.depth } else { row.depth.max(1) };
            let above = self.list.items[..self.list.cursor].iter().rposition(|above| above.depth < below);
            self.list.select(above.unwrap_or(self.list.cursor));
        }
    }

    /// Moves the cursor to the parent of its row; returns false at the root.
    pub fn go_to_parent(&mut self) -> bool {
        let Some(depth) = self.list.selected().map(|row| row.depth) else { return false };
        let above = self.list.items[..self.list.cursor].iter().rposition(|above| above.depth < depth);
        above.inspect(|at| self.list.select(*at)).is_some()
    }

    /// Moves the cursor to the next or the previous row with the same parent; returns false if there is none.
    pub fn go_to_sibling(&mut self, forward: bool) -> bool {
        let Some(depth) = self.list.selected().map(|row| row.depth) else { return false };
        let (above, below) = self.list.items.split_at(self.list.cursor);
        // The branch of the parent ends at the first row that is not deeper than it.
        let found = if forward {
            let mut branch = below.iter().enumerate().skip(1).take_while(|(_, row)| row.depth >= depth);
            branch.find(|(_, row)| row.depth == depth).map(|(at, _)| self.list.cursor + at)
        } else {
            let mut branch = above.iter().enumerate().rev().take_while(|(_, row)| row.depth >= depth);
            branch.find(|(_, row)| row.depth == depth).map(|(at, _)| at)
        };
        found.inspect(|at| self.list.select(*at)).is_some()
    }

    /// Moves the cursor to a post, or to the row into which it is collapsed.
    fn find(&mut self, id: PostId) {
        let Some(at) = self.nodes.iter().position(|node| node.id == id) else { return };
        let row = self.list.items.iter().rposition(|row| row.at <= at && (row.collapsed.is_some() || row.at == at));
        let exact = self.list.items.iter().position(|row| row.at == at && row.collapsed.is_none());
        self.list.select(exact.or(row).unwrap_or(0));
    }

    /// Returns the number of posts in the branch below a post.
    fn below(&self, at: usize) -> usize {
        let depth = self.nodes[at].depth;
        self.nodes[at + 1..].iter().take_while(|node| node.depth > depth).count()
    }

    /// Returns the direct replies to a post.
    fn replies(&self, at: usize) -> Vec<usize> {
        let mut replies = Vec::new();
        let end = at + 1 + self.below(at);
        let mut next = at + 1;
        while next < end {
            replies.push(next);
            next += 1 + self.below(next);
        }
        replies
    }

    /// Returns the replies to a post that are shown, of all its direct replies.
    fn shown(&self, at: usize, depth: usize, replies: &[usize]) -> Vec<usize> {
        let opened = self.nodes.iter().position(|node| node.id == self.of).unwrap_or(0);
        let max_depth = self.nodes.get(opened).map_or(0, |node| node.depth) + MAX_DEPTH;
        let leads_to_opened = |at: usize| at <= opened && opened <= at + self.below(at);
        match self.folds.get(&self.nodes[at].id) {
            Some(true) => replies.to_vec(),
            Some(false) => vec![],
            None if depth >= max_depth && self.below(at) > FEW => vec![],
            None if replies.len() > MANY => {
                let first = replies.iter().take(SHOWN);
                first.chain(replies.iter().skip(SHOWN).filter(|at| leads_to_opened(**at))).copied().collect()
            }
            None => replies.to_vec(),
        }
    }

    /// Returns the rows that are shown now.
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.nodes.len());
        // The rows that are still to be shown, the next one last.
        let root = Row { at: 0, collapsed: None, depth: 0, guides: vec![], chained: false, below: Below::Nothing };
        let mut pending = if self.nodes.is_empty() { vec![] } else { vec![root] };
        while let Some(mut row) = pending.pop() {
            let replies = if row.collapsed.is_none() { self.replies(row.at) } else { vec![] };
            let shown = self.shown(row.at, row.depth, &replies);
            let chain = replies.len() == 1 && shown.len() == 1;
            row.below = match shown.is_empty() {
                true => Below::Nothing,
                false if chain => Below::Chain,
                false => Below::Branches,
            };
            let hidden = replies.iter().filter(|at| !shown.contains(at));
            let hidden: usize = hidden.map(|at| 1 + self.below(*at)).sum();
            let child = |at: usize, collapsed: Option<usize>, more: bool| {
                let level = if chain { None } else { Some(more) };
                let guides = row.guides.iter().copied().chain(level).collect();
                Row { at, collapsed, depth: row.depth + 1, guides, chained: chain, below: Below::Nothing }
            };
            if hidden > 0 {
                pending.push(child(row.at, Some(hidden), false));
            }
            let last = shown.last().copied();
            pending.extend(shown.iter().rev().map(|at| child(*at, None, hidden > 0 || Some(*at) != last)));
            rows.push(row);
        }
        rows
    }
}

fn unread(nodes: &[ThreadNode]) -> impl Iterator<Item = PostId> {
    nodes.iter().filter(|node| node.is_unread).map(|node| node.id)
}

/// Leaves out the parents of all posts but the root: a reply is shown under its parent.
fn without_parents(mut nodes: Vec<ThreadNode>) -> Vec<ThreadNode> {
    for post in nodes.iter_mut().filter(|node| node.depth > 0).filter_map(|node| node.post.as_mut()) {
        post.reply_to = None;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, Nickname, ReplyParent, Timestamp, UserId};

    fn thread(of: i64, depths: &[usize]) -> Thread {
        let node = |(n, depth): (usize, &usize)| {
            let id = PostId(n as i64 + 1);
            let (name, body) = (Nickname::parse("john").unwrap(), Body::written("text").unwrap());
            let post = Post::plain(id, UserId(1), name, body, Timestamp::from_micros(n as i64));
            ThreadNode { depth: *depth, id, post: Some(post), is_unread: false }
        };
        Thread::new(PostId(of), depths.iter().enumerate().map(node).collect())
    }

    /// The tree in characters: a post is its number, a collapsed branch a count.
    fn drawn(thread: &Thread) -> String {
        let row = |row: &Row| {
            let mut line = String::new();
            for (level, more) in row.guides.iter().enumerate() {
                let own = level + 1 == row.guides.len();
                line.push(match (own && !row.chained, more) {
                    (true, true) => '├',
                    (true, false) => '└',
                    (false, true) => '│',
                    (false, false) => ' ',
                });
            }
            line + &row.collapsed.map_or_else(|| (row.at + 1).to_string(), |count| format!("…{count}"))
        };
        thread.list.items.iter().map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn reply_below_its_parent_does_not_quote_it() {
        let mut nodes = thread(1, &[0, 1]).nodes;
        for node in &mut nodes {
            let post = node.post.as_mut().unwrap();
            post.reply_to = Some(ReplyParent { id: PostId(7), post: None });
        }
        let mut thread = Thread::new(PostId(1), nodes.clone());
        thread.renew(nodes);
        let says = |at: usize| thread.nodes[at].post.as_ref().unwrap().reply_to.is_some();
        assert_eq!((says(0), says(1)), (true, false));
    }

    #[test]
    fn guides_lead_to_the_next_reply_of_each_branch() {
        assert_eq!(drawn(&thread(1, &[0, 1, 2, 2, 1, 2])), "1\n├2\n│├3\n│└4\n└5\n 6");
        assert_eq!(drawn(&thread(1, &[0])), "1");
    }

    #[test]
    fn many_replies_show_the_first_ones_and_the_way_to_the_opened_post() {
        let mut depths = vec![1; 1_001];
        depths[0] = 0;
        let mut wide = thread(500, &depths);
        assert_eq!(drawn(&wide), "1\n├2\n├3\n├4\n├5\n├6\n├7\n├8\n├9\n├500\n└…991");
        assert_eq!(wide.selected().map(|post| post.id), Some(PostId(500)));
        wide.list.select(10);
        assert_eq!(wide.selected(), None);
        assert!(wide.unfold());
        assert_eq!(wide.list.items.len(), 1_001);
        assert!(!wide.unfold());
        wide.list.select(0);
        wide.fold();
        assert_eq!(drawn(&wide), "1\n└…1000");
        wide.renew(thread(1, &depths[..901]).nodes);
        assert_eq!(drawn(&wide), "1\n└…900");
    }

    #[test]
    fn deep_branch_is_collapsed_below_the_opened_post() {
        let depths: Vec<usize> = (0..1_000).collect();
        let deep = thread(900, &depths);
        assert_eq!(deep.list.items.len(), 900 + MAX_DEPTH + 1);
        assert_eq!(deep.list.items.last().unwrap().collapsed, Some(88));
        assert_eq!(deep.selected().map(|post| post.id), Some(PostId(900)));
    }

    #[test]
    fn collapsing_a_post_without_replies_moves_to_its_parent() {
        let mut thread = thread(3, &[0, 1, 2, 1]);
        thread.fold();
        assert_eq!(thread.selected().map(|post| post.id), Some(PostId(2)));
        thread.fold();
        assert_eq!(drawn(&thread), "1\n├2\n│└…1\n└4");
        thread.list.select(2);
        thread.fold();
        assert_eq!(thread.selected().map(|post| post.id), Some(PostId(2)));
        thread.unfold();
        assert_eq!(drawn(&thread), "1\n├2\n│3\n└4");
        thread.renew(vec![]);
        thread.fold();
        assert_eq!(thread.selected(), None);
    }

    #[test]
    fn cursor_moves_to_parent_and_to_siblings() {
        let mut thread = thread(1, &[0, 1, 2, 2, 1, 2]);
        assert!(!thread.go_to_parent() && !thread.go_to_sibling(true) && !thread.go_to_sibling(false), "the root");
        let selected = |thread: &Thread| thread.selected().map(|post| post.id.0);
        thread.list.select(1);
        assert!(thread.go_to_sibling(true));
        assert_eq!(selected(&thread), Some(5));
        assert!(!thread.go_to_sibling(true));
        assert!(thread.go_to_sibling(false));
        assert_eq!(selected(&thread), Some(2));
        thread.list.select(3);
        assert!(!thread.go_to_sibling(true), "the branch ends here");
        assert!(thread.go_to_parent());
        assert_eq!(selected(&thread), Some(2));
        assert!(thread.go_to_parent());
        assert_eq!(selected(&thread), Some(1));
    }

    #[test]
    fn chain_of_single_replies_is_not_indented() {
        assert_eq!(drawn(&thread(1, &[0, 1, 2, 3])), "1\n2\n3\n4");
        let chained = thread(1, &[0, 1, 2, 2, 3, 1]);
        assert_eq!(drawn(&chained), "1\n├2\n│├3\n│└4\n│ 5\n└6");
        let levels: Vec<_> = chained.list.items.iter().map(|row| (row.guides.len(), row.below)).collect();
        assert_eq!(levels[3..5], [(2, Below::Chain), (2, Below::Nothing)]);
    }
}
