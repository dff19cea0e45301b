//! A thread as a tree: which of its branches are open, and the guides that lead to each row. Geometry only: it
//! knows nothing of how posts are drawn.

use std::collections::HashMap;

use super::list::List;
use crate::model::{Nickname, Post, PostId, ThreadNode};

/// Of more answers than these, so many are shown until one asks for the rest.
const WIDE: usize = 12;
const SHOWN: usize = 8;
/// So many levels below the post that the thread was opened for, branches are folded.
const DEEP: usize = 12;
/// Folding so few posts would only hide them.
const FEW: usize = 3;

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The place in the thread: of the post, or of the one whose answers are folded.
    pub at: usize,
    /// How many posts are folded away here; none for a row that is a post.
    pub folded: Option<usize>,
    /// How many answers lead to it.
    pub depth: usize,
    /// For each level down to it, whether the branch goes on below.
    pub guides: Vec<bool>,
    /// Its answers stand right below it.
    pub answered: bool,
}

/// Who did something with a post, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reactions {
    /// Who likes it.
    pub likes: Vec<Nickname>,
    /// Who boosted it.
    pub boosts: Vec<Nickname>,
}

/// An open thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The post it was opened for.
    pub of: PostId,
    /// Its places, root first, each before what answers it.
    pub places: Vec<ThreadNode>,
    /// The rows that are shown.
    pub list: List<Row>,
    /// Who likes the post it was opened for, and who boosted it.
    pub reactions: Reactions,
    /// The branches that were opened or folded by hand.
    folds: HashMap<PostId, bool>,
}

impl Thread {
    /// A thread with the cursor on the post it was opened for.
    #[must_use]
    pub fn new(of: PostId, places: Vec<ThreadNode>) -> Self {
        let mut thread = Self {
            of,
            places: placed(places),
            list: List::default(),
            reactions: Reactions::default(),
            folds: HashMap::new(),
        };
        thread.list = List::new(thread.rows());
        thread.find(of);
        thread
    }

    /// The same thread, read again: what was folded stays so, and the cursor stays on its post.
    pub fn renew(&mut self, places: Vec<ThreadNode>) {
        let was = self.list.selected().and_then(|row| self.places.get(row.at)).map(|place| place.id);
        self.places = placed(places);
        self.list.items = self.rows();
        if let Some(id) = was {
            self.find(id);
        }
    }

    /// The post under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&Post> {
        self.list.selected().filter(|row| row.folded.is_none()).and_then(|row| self.places.get(row.at)?.post.as_ref())
    }

    /// How many posts it has.
    #[must_use]
    pub fn posts(&self) -> usize {
        self.places.iter().filter(|place| place.post.is_some()).count()
    }

    /// Opens the branch under the cursor; of a row of folded ones, the cursor then is on the first of them. False
    /// when it was open.
    pub fn unfold(&mut self) -> bool {
        let Some(row) = self.list.selected() else { return false };
        let (at, cursor, was) = (row.at, self.list.cursor, self.list.items.len());
        self.folds.insert(self.places[at].id, true);
        self.list.items = self.rows();
        self.list.select(cursor);
        self.list.items.len() != was
    }

    /// Folds the answers to the post under the cursor; where there are none to fold, the cursor moves to what it
    /// answers.
    pub fn fold(&mut self) {
        let Some(row) = self.list.selected() else { return };
        if row.folded.is_none() && row.answered {
            let id = self.places[row.at].id;
            self.folds.insert(id, false);
            self.list.items = self.rows();
            self.find(id);
        } else {
            let below = if row.folded.is_some() { row.depth } else { row.depth.max(1) };
            let above = self.list.items[..self.list.cursor].iter().rposition(|above| above.depth < below);
            self.list.select(above.unwrap_or(self.list.cursor));
        }
    }

    /// Puts the cursor on a post, or where it is folded away.
    fn find(&mut self, id: PostId) {
        let Some(at) = self.places.iter().position(|place| place.id == id) else { return };
        let row = self.list.items.iter().rposition(|row| row.at <= at && (row.folded.is_some() || row.at == at));
        let exact = self.list.items.iter().position(|row| row.at == at && row.folded.is_none());
        self.list.select(exact.or(row).unwrap_or(0));
    }

    /// How many posts stand below a place.
    fn below(&self, at: usize) -> usize {
        let depth = self.places[at].depth;
        self.places[at + 1..].iter().take_while(|place| place.depth > depth).count()
    }

    /// The direct answers to a place.
    fn answers(&self, at: usize) -> Vec<usize> {
        let mut answers = Vec::new();
        let end = at + 1 + self.below(at);
        let mut next = at + 1;
        while next < end {
            answers.push(next);
            next += 1 + self.below(next);
        }
        answers
    }

    /// The rows that are shown now.
    fn rows(&self) -> Vec<Row> {
        let opened = self.places.iter().position(|place| place.id == self.of).unwrap_or(0);
        let deep = self.places.get(opened).map_or(0, |place| place.depth) + DEEP;
        let mut rows = Vec::with_capacity(self.places.len());
        // What is still to be shown, the next last: a row, and whether it is a post whose answers follow.
        let root = Row { at: 0, folded: None, depth: 0, guides: vec![], answered: false };
        let mut pending = if self.places.is_empty() { vec![] } else { vec![root] };
        while let Some(mut row) = pending.pop() {
            let answers = if row.folded.is_none() { self.answers(row.at) } else { vec![] };
            let leads = |at: usize| at <= opened && opened <= at + self.below(at);
            let shown: Vec<usize> = match self.folds.get(&self.places[row.at].id) {
                Some(true) => answers.clone(),
                Some(false) => vec![],
                None if row.depth >= deep && self.below(row.at) > FEW => vec![],
                None if answers.len() > WIDE => {
                    let first = answers.iter().take(SHOWN);
                    first.chain(answers.iter().skip(SHOWN).filter(|at| leads(**at))).copied().collect()
                }
                None => answers.clone(),
            };
            row.answered = !shown.is_empty();
            let hidden: usize =
                answers.iter().filter(|at| !shown.contains(at)).map(|at| 1 + self.below(*at)).sum::<usize>();
            let child = |at: usize, folded: Option<usize>, more: bool| {
                let guides = row.guides.iter().copied().chain([more]).collect();
                Row { at, folded, depth: row.depth + 1, guides, answered: false }
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

/// Places whose posts do not say what they answer: they stand under it.
fn placed(mut places: Vec<ThreadNode>) -> Vec<ThreadNode> {
    for post in places.iter_mut().filter(|place| place.depth > 0).filter_map(|place| place.post.as_mut()) {
        post.reply_to = None;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, Nickname, ReplyParent, Timestamp, UserId};

    fn thread(of: i64, depths: &[usize]) -> Thread {
        let place = |(n, depth): (usize, &usize)| {
            let id = PostId(n as i64 + 1);
            let (name, body) = (Nickname::parse("john").unwrap(), Body::written("text").unwrap());
            let post = Post::plain(id, UserId(1), name, body, Timestamp::from_micros(n as i64));
            ThreadNode { depth: *depth, id, post: Some(post) }
        };
        Thread::new(PostId(of), depths.iter().enumerate().map(place).collect())
    }

    /// The tree in signs: a post is its number, what is folded a count.
    fn drawn(thread: &Thread) -> String {
        let row = |row: &Row| {
            let mut line = String::new();
            for (level, more) in row.guides.iter().enumerate() {
                let own = level + 1 == row.guides.len();
                line.push(match (own, more) {
                    (true, true) => '├',
                    (true, false) => '└',
                    (false, true) => '│',
                    (false, false) => ' ',
                });
            }
            line + &row.folded.map_or_else(|| (row.at + 1).to_string(), |count| format!("…{count}"))
        };
        thread.list.items.iter().map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_answer_that_stands_under_what_it_answers_does_not_say_it_again() {
        let mut places = thread(1, &[0, 1]).places;
        for place in &mut places {
            let post = place.post.as_mut().unwrap();
            post.reply_to = Some(ReplyParent { id: PostId(7), post: None });
        }
        let mut thread = Thread::new(PostId(1), places.clone());
        thread.renew(places);
        let says = |at: usize| thread.places[at].post.as_ref().unwrap().reply_to.is_some();
        assert_eq!((says(0), says(1)), (true, false));
    }

    #[test]
    fn guides_lead_to_what_follows() {
        assert_eq!(drawn(&thread(1, &[0, 1, 2, 2, 1, 2])), "1\n├2\n│├3\n│└4\n└5\n └6");
        assert_eq!(drawn(&thread(1, &[0])), "1");
    }

    #[test]
    fn a_wide_thread_shows_the_first_answers_and_the_way_to_the_one_asked_for() {
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
        wide.renew(thread(1, &depths[..901]).places);
        assert_eq!(drawn(&wide), "1\n└…900");
    }

    #[test]
    fn a_deep_branch_is_folded_below_what_was_asked_for() {
        let depths: Vec<usize> = (0..1_000).collect();
        let deep = thread(900, &depths);
        assert_eq!(deep.list.items.len(), 900 + DEEP + 1);
        assert_eq!(deep.list.items.last().unwrap().folded, Some(88));
        assert_eq!(deep.selected().map(|post| post.id), Some(PostId(900)));
    }

    #[test]
    fn folding_a_post_without_answers_leads_to_what_it_answers() {
        let mut thread = thread(3, &[0, 1, 2, 1]);
        thread.fold();
        assert_eq!(thread.selected().map(|post| post.id), Some(PostId(2)));
        thread.fold();
        assert_eq!(drawn(&thread), "1\n├2\n│└…1\n└4");
        thread.list.select(2);
        thread.fold();
        assert_eq!(thread.selected().map(|post| post.id), Some(PostId(2)));
        thread.unfold();
        assert_eq!(drawn(&thread), "1\n├2\n│└3\n└4");
        thread.renew(vec![]);
        thread.fold();
        assert_eq!(thread.selected(), None);
    }
}
