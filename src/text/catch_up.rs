//! Groups new posts, so that a day is read in a few minutes: threads, single posts by author, boosts, and links.

use std::collections::HashMap;

use super::{links, pluralize};
use crate::model::{Nickname, Post, PostId, UserId};

/// How many authors a title names.
const NAMED: usize = 3;

/// The order of the groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CatchUpOrder {
    /// Threads first, the busiest first; then single posts by author.
    #[default]
    Threads,
    /// As for threads, but the group with the newest post first.
    Time,
    /// All posts by author, the busiest first; no threads.
    Author,
}

/// What a group has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUpKind {
    /// Posts of one thread.
    Thread,
    /// Single posts by one author.
    Author,
    /// Boosted posts.
    Boosts,
}

/// Posts that are read, skipped or opened together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatchUpGroup {
    /// What they have in common.
    pub kind: CatchUpKind,
    /// The posts, the oldest first; never empty.
    pub posts: Vec<Post>,
}

/// A link, and who shared it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedLink {
    /// The address.
    pub url: String,
    /// The authors of the posts that have it.
    pub by: Vec<Nickname>,
}

/// New posts in groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatchUp {
    /// The groups in the order that was asked for; boosts come last.
    pub groups: Vec<CatchUpGroup>,
    /// The links in them; those that most authors shared come first.
    pub links: Vec<SharedLink>,
}

impl CatchUp {
    /// Groups posts of a timeline. What these and the posts above them reply to says which of them are one thread, also if
    /// posts between them are not in the timeline.
    #[must_use]
    pub fn new(mut posts: Vec<Post>, parents: &HashMap<PostId, PostId>, order: CatchUpOrder) -> Self {
        posts.sort_by_key(|post| post.key);
        let links = shared_links(&posts);
        let (boosts, posts): (Vec<_>, Vec<_>) = posts.into_iter().partition(|post| post.boost.is_some());
        let roots = roots(&posts, parents);
        let mut sizes: HashMap<PostId, usize> = HashMap::new();
        roots.iter().for_each(|root| *sizes.entry(*root).or_default() += 1);
        let mut groups: Vec<CatchUpGroup> = Vec::new();
        let mut places: HashMap<Key, usize> = HashMap::new();
        for (post, root) in posts.into_iter().zip(roots) {
            let is_thread = order != CatchUpOrder::Author && sizes[&root] > 1;
            let (key, kind) = match is_thread {
                true => (Key::Thread(root), CatchUpKind::Thread),
                false => (Key::Author(post.author), CatchUpKind::Author),
            };
            let at = *places.entry(key).or_insert_with(|| {
                groups.push(CatchUpGroup { kind, posts: vec![] });
                groups.len() - 1
            });
            groups[at].posts.push(post);
        }
        match order {
            CatchUpOrder::Time => {
                groups.sort_by_key(|group| std::cmp::Reverse(group.posts.last().map(|post| post.key)))
            }
            CatchUpOrder::Threads | CatchUpOrder::Author => {
                groups.sort_by_key(|group| (group.kind == CatchUpKind::Author, std::cmp::Reverse(group.posts.len())))
            }
        }
        if !boosts.is_empty() {
            groups.push(CatchUpGroup { kind: CatchUpKind::Boosts, posts: boosts });
        }
        Self { groups, links }
    }
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Thread(PostId),
    Author(UserId),
}

impl CatchUpGroup {
    /// Returns the authors, or for boosts those who boosted, each once, in the order of their first posts.
    #[must_use]
    pub fn authors(&self) -> Vec<&Nickname> {
        let mut authors: Vec<&Nickname> = Vec::new();
        for post in &self.posts {
            let author = post.boosted_by.first().filter(|_| post.boost.is_some()).unwrap_or(&post.nickname);
            if !authors.contains(&author) {
                authors.push(author);
            }
        }
        authors
    }

    /// Returns the title, such as `thread of 12 posts by @ada, @bo and 2 others`.
    #[must_use]
    pub fn title(&self) -> String {
        let count = self.posts.len() as u64;
        let names = first_names(&self.authors());
        let boosted = boosted_by(&self.posts).map(|boosted| format!(", {boosted}")).unwrap_or_default();
        match self.kind {
            CatchUpKind::Thread => format!("thread of {} by {names}{boosted}", pluralize(count, "post")),
            CatchUpKind::Author => format!("{} by {names}{boosted}", pluralize(count, "post")),
            CatchUpKind::Boosts => format!("{} by {names}", pluralize(count, "boost")),
        }
    }
}

/// Returns who boosted posts, each once, such as `boosted by @ada, @bo`; `None` if nobody did.
#[must_use]
pub fn boosted_by(posts: &[Post]) -> Option<String> {
    let mut boosters: Vec<&Nickname> = Vec::new();
    for booster in posts.iter().flat_map(|post| &post.boosted_by) {
        if !boosters.contains(&booster) {
            boosters.push(booster);
        }
    }
    (!boosters.is_empty()).then(|| format!("boosted by {}", first_names(&boosters)))
}

/// Returns names such as `@ada, @bo, @cy and 2 others`.
fn first_names(all: &[&Nickname]) -> String {
    let mut names = all.iter().take(NAMED).map(|name| format!("@{name}")).collect::<Vec<_>>().join(", ");
    if all.len() > NAMED {
        names.push_str(&format!(" and {}", pluralize((all.len() - NAMED) as u64, "other")));
    }
    names
}

/// Returns the root of each post's thread: the oldest ancestor that is known. Replies to one missing post share it.
fn roots(posts: &[Post], parents: &HashMap<PostId, PostId>) -> Vec<PostId> {
    let mut known: HashMap<PostId, PostId> = HashMap::new();
    let root = |post: &Post| {
        let (mut root, mut chain) = (post.id, Vec::new());
        // A chain has at most as many steps as there are replies, also if one were its own ancestor.
        while let Some(parent) = parents.get(&root).filter(|_| chain.len() < parents.len()) {
            chain.push(root);
            if let Some(found) = known.get(parent) {
                root = *found;
                break;
            }
            root = *parent;
        }
        // Each post of the chain has the same root, so that no chain is walked twice.
        known.extend(chain.into_iter().map(|id| (id, root)));
        root
    };
    posts.iter().map(root).collect()
}

/// Returns the links of posts with those who shared them.
fn shared_links(posts: &[Post]) -> Vec<SharedLink> {
    let mut found: Vec<SharedLink> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for post in posts {
        for url in links(post.body.as_str()) {
            let at = *places.entry(url.to_owned()).or_insert_with(|| {
                found.push(SharedLink { url: url.to_owned(), by: vec![] });
                found.len() - 1
            });
            if !found[at].by.contains(&post.nickname) {
                found[at].by.push(post.nickname.clone());
            }
        }
    }
    found.sort_by_key(|link| std::cmp::Reverse(link.by.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::{CatchUp, CatchUpOrder};
    use crate::model::{Body, Nickname, Post, PostId, ReplyParent, Timestamp, UserId};

    fn post(id: i64, author: i64, body: &str, reply_to: Option<i64>) -> Post {
        let nickname = Nickname::parse(["ada", "bo", "cy", "dan", "eve"][author as usize]).unwrap();
        let (body, time) = (Body::written(body).unwrap(), Timestamp::from_micros(id));
        let parent = |id| ReplyParent { id: PostId(id), post: None };
        Post { reply_to: reply_to.map(parent), ..Post::plain(PostId(id), UserId(author), nickname, body, time) }
    }

    fn grouped(posts: Vec<Post>, order: CatchUpOrder) -> CatchUp {
        let parents = posts.iter().filter_map(|post| Some((post.id, post.reply_to.as_ref()?.id))).collect();
        CatchUp::new(posts, &parents, order)
    }

    fn described(order: CatchUpOrder) -> Vec<(String, Vec<i64>)> {
        let boost = Post {
            boost: Some(PostId(30)),
            boosted_by: vec![Nickname::parse("bo").unwrap()],
            ..post(4, 3, "old", None)
        };
        let posts = vec![
            post(20, 0, "one", None),
            post(21, 1, "reply", Some(20)),
            post(22, 2, "reply", Some(21)),
            Post { boosted_by: vec![Nickname::parse("cy").unwrap()], ..post(23, 0, "alone", None) },
            post(24, 1, "to a missing post", Some(7)),
            post(25, 3, "too", Some(7)),
            post(26, 4, "reply", Some(22)),
            boost,
        ];
        let groups = grouped(posts, order).groups;
        groups.iter().map(|group| (group.title(), group.posts.iter().map(|post| post.id.0).collect())).collect()
    }

    #[test]
    fn busiest_thread_comes_first_and_boosts_last() {
        let group = |title: &str, ids: &[i64]| (title.to_owned(), ids.to_vec());
        let thread = group("thread of 4 posts by @ada, @bo, @cy and 1 other", &[20, 21, 22, 26]);
        let replies = group("thread of 2 posts by @bo, @dan", &[24, 25]);
        let alone = group("1 post by @ada, boosted by @cy", &[23]);
        let boosts = group("1 boost by @bo", &[4]);
        let wanted = [thread.clone(), replies.clone(), alone.clone(), boosts.clone()];
        assert_eq!(described(CatchUpOrder::Threads), wanted);
        assert_eq!(described(CatchUpOrder::Time), [thread, replies, alone, boosts.clone()]);
        let authors = described(CatchUpOrder::Author);
        assert_eq!(authors[0], group("2 posts by @ada, boosted by @cy", &[20, 23]));
        assert_eq!((authors.len(), &authors[5]), (6, &boosts));
    }

    #[test]
    fn posts_that_read_posts_connect_are_one_thread() {
        let posts = vec![post(3, 1, "rye", Some(2)), post(5, 2, "wheat", Some(4)), post(6, 2, "oats", Some(9))];
        let parents = [(3, 2), (5, 4), (4, 1), (2, 1), (6, 9)].map(|(id, parent)| (PostId(id), PostId(parent)));
        let groups = CatchUp::new(posts, &parents.into(), CatchUpOrder::Threads).groups;
        let titles: Vec<_> = groups.iter().map(|group| group.title()).collect();
        assert_eq!(titles, ["thread of 2 posts by @bo, @cy", "1 post by @cy"]);
    }

    #[test]
    fn boosters_of_a_thread_are_named_once() {
        let by = |names: &[&str]| names.iter().map(|name| Nickname::parse(name).unwrap()).collect();
        let posts = vec![
            Post { boosted_by: by(&["cy", "dan"]), ..post(1, 0, "tea?", None) },
            Post { boosted_by: by(&["dan", "eve", "ada"]), ..post(2, 1, "yes", Some(1)) },
        ];
        let titles: Vec<_> = grouped(posts, CatchUpOrder::Threads).groups.iter().map(|group| group.title()).collect();
        assert_eq!(titles, ["thread of 2 posts by @ada, @bo, boosted by @cy, @dan, @eve and 1 other"]);
    }

    #[test]
    fn link_that_most_authors_shared_comes_first() {
        let posts = vec![
            post(1, 0, "https://a.example", None),
            post(2, 0, "https://b.example https://a.example", None),
            post(3, 1, "https://b.example", None),
        ];
        let links = grouped(posts, CatchUpOrder::Threads).links;
        let links: Vec<_> = links.iter().map(|link| (link.url.as_str(), link.by.len())).collect();
        assert_eq!(links, [("https://b.example", 2), ("https://a.example", 1)]);
    }
}
