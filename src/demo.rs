//! The sample database: small and believable, or of any size. The same sizes always give the same contents.
//!
//! The small one is written by hand. A bigger one starts with generated posts, by users of very different activity.

use std::collections::HashMap;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::model::{AboutMe, Body, DisplayName, NewPost, NewUser, Nickname, PostId, Timestamp, UserId};
use crate::store::{Bulk, Store, StoreError};

const WORLD: &str = include_str!("../assets/demo/world.txt");
const FRAGMENTS: &str = include_str!("../assets/demo/fragments.txt");
/// Seed of the random numbers. It must not change, so that sample databases stay the same.
const SEED: u64 = 140;
/// Time between the first and the last post, in microseconds: two years.
const SPAN: i64 = 2 * 365 * 24 * 3600 * 1_000_000;
/// Generated replies reply to one of this many preceding posts.
const RECENT: usize = 200;

/// Number of posts per transaction. More would make the write-ahead log long, and reads from a long log are slow.
const SLICE: usize = 10_000;

/// Size of a sample database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Number of posts.
    pub posts: usize,
    /// Number of users.
    pub users: usize,
}

/// Default size: the posts written by hand, preceded by some generated ones.
pub const SMALL: Size = Size { posts: 300, users: 12 };

/// End of a sample database that must not depend on the current date: 2026-06-01T12:00:00Z.
pub const END: Timestamp = Timestamp::from_seconds(1_780_315_200);

/// A post written by hand; author and parent are indexes into the lists of users and posts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sketch {
    author: usize,
    text: String,
    parent: Option<usize>,
}

/// Fills a store with sample data whose last post is written a minute before `end`.
///
/// Without users it stays empty. `progress` is called with the number of posts written so far.
///
/// # Errors
/// When the store fails; nothing is written then.
pub fn fill(store: &mut Store, size: Size, end: Timestamp, progress: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    store.bulk(|bulk| write(bulk, size, end, progress))
}

fn write(bulk: &mut Bulk<'_>, size: Size, end: Timestamp, progress: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    let written = handwritten_posts(size.posts);
    let nicknames = nicknames(size.users);
    let users = add_users(bulk, &nicknames, Timestamp::from_micros(end.micros() - SPAN))?;
    if users.is_empty() {
        return Ok(());
    }
    add_follows(bulk, &users, Timestamp::from_micros(end.micros() - SPAN))?;
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let generated = size.posts - written.len();
    let fragments: Vec<Vec<&str>> = FRAGMENTS.split("\n\n").map(|part| part.lines().collect()).collect();
    let mut reactions = ReactionGenerator::new(&users);
    let mut recent: Vec<PostId> = Vec::with_capacity(RECENT);
    let mut ids = Vec::with_capacity(written.len());
    let mut clock = Clock { start: end.micros() - SPAN, last: 0, count: size.posts.max(1) as i64 };
    for slice in (0..size.posts).step_by(SLICE) {
        for n in slice..size.posts.min(slice + SLICE) {
            let by_hand = n.checked_sub(generated).and_then(|at| written.get(at));
            let (author, text, reply_to) = match by_hand {
                Some(sketch) => (sketch.author, sketch.text.clone(), sketch.parent.and_then(|at| ids.get(at)).copied()),
                None => {
                    let is_reply = !recent.is_empty() && random.random_ratio(1, 6);
                    let reply_to = is_reply.then(|| recent[random.random_range(0..recent.len())]);
                    (skewed_index(&mut random, users.len()), sentence(&mut random, &fragments, &nicknames), reply_to)
                }
            };
            let Ok(body) = Body::written(&text) else { continue };
            let created_at = clock.next(n as i64, reply_to.is_some(), &mut random);
            let post = NewPost { author: users[author % users.len()], body, created_at, reply_to, source: None };
            let Some(id) = bulk.add_post(&post)? else { continue };
            reactions.add_around(bulk, id, created_at)?;
            if by_hand.is_some() {
                ids.push(id);
            } else if recent.len() < RECENT {
                recent.push(id);
            } else {
                recent[n % RECENT] = id;
            }
        }
        progress((slice + SLICE).min(size.posts) as u64);
    }
    Ok(())
}

/// Makes every user follow some others, active users more often.
fn add_follows(bulk: &mut Bulk<'_>, users: &[UserId], since: Timestamp) -> Result<(), StoreError> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED + 1);
    for (at, user) in users.iter().enumerate() {
        // The first user, whose timeline is shown, follows more users than the others do.
        let most = if at == 0 { 200 } else { 40 }.min(users.len() * 2 / 3);
        for n in 0..most {
            let moment = Timestamp::from_micros(since.micros() + (at * 1_000 + n) as i64);
            bulk.follow(*user, users[skewed_index(&mut random, users.len())], moment)?;
        }
    }
    Ok(())
}

/// Generates reactions to the newest posts: many likes, some boosts, few bookmarks.
struct ReactionGenerator<'u> {
    users: &'u [UserId],
    random: ChaCha8Rng,
    newest: Vec<PostId>,
}

impl<'u> ReactionGenerator<'u> {
    /// Number of newest posts that get reactions.
    const WINDOW: usize = 50;

    fn new(users: &'u [UserId]) -> Self {
        Self { users, random: ChaCha8Rng::seed_from_u64(SEED + 2), newest: Vec::with_capacity(Self::WINDOW) }
    }

    /// Adds a new post and the reactions around its time.
    fn add_around(&mut self, bulk: &mut Bulk<'_>, id: PostId, moment: Timestamp) -> Result<(), StoreError> {
        const SECOND: i64 = 1_000_000;
        if self.newest.len() == Self::WINDOW {
            self.newest.remove(0);
        }
        self.newest.push(id);
        for (of, kind) in [(2, 0), (20, 1), (60, 2)] {
            if !self.random.random_ratio(1, of) {
                continue;
            }
            let user = self.users[skewed_index(&mut self.random, self.users.len())];
            let post = self.newest[self.newest.len() - 1 - skewed_index(&mut self.random, self.newest.len())];
            let now = Timestamp::from_micros(moment.micros() + self.random.random_range(1..30 * SECOND));
            match kind {
                0 => bulk.like(user, post, now)?,
                1 => drop(bulk.boost(user, post, now)?),
                _ => bulk.bookmark(user, post, now)?,
            }
        }
        Ok(())
    }
}

/// Generates increasing times of posts, denser towards the end.
struct Clock {
    start: i64,
    last: i64,
    count: i64,
}

impl Clock {
    /// Returns the time of the `n`th post. Replies follow within hours.
    fn next(&mut self, n: i64, is_reply: bool, random: &mut ChaCha8Rng) -> Timestamp {
        const MINUTE: i64 = 60_000_000;
        let part = (n + 1) as f64 / self.count as f64;
        let turn = ((SPAN as f64 * part.sqrt()) as i64).max(self.last + 1);
        let step = turn - self.last;
        self.last = if is_reply {
            (self.last + random.random_range(2 * MINUTE..180 * MINUTE)).min(turn)
        } else if n + 1 == self.count {
            turn
        } else {
            turn - random.random_range(0..step) / 2
        };
        Timestamp::from_micros(self.start + self.last - MINUTE)
    }
}

/// Returns a random index below `count`; low indexes are far more frequent.
fn skewed_index(random: &mut ChaCha8Rng, count: usize) -> usize {
    let part: f64 = random.random();
    ((count as f64) * part * part * part) as usize
}

fn sentence(random: &mut ChaCha8Rng, fragments: &[Vec<&str>], nicknames: &[String]) -> String {
    let mut text = String::with_capacity(120);
    if random.random_ratio(1, 8) {
        text.push('@');
        text.push_str(&nicknames[skewed_index(random, nicknames.len())]);
        text.push(' ');
    }
    for part in fragments {
        text.push_str(part[random.random_range(0..part.len())]);
        text.push(' ');
    }
    text.pop();
    if random.random_ratio(1, 5) {
        const TAGS: [&str; 6] = [" #bread", " #trains", " #radio", " #stars", " #sqlite", " #gardens"];
        text.push_str(TAGS[random.random_range(0..TAGS.len())]);
    }
    text
}

/// Returns the first posts written by hand, at most `limit`.
fn handwritten_posts(limit: usize) -> Vec<Sketch> {
    let known: HashMap<&str, usize> =
        handwritten_users().enumerate().map(|(at, (nickname, ..))| (nickname, at)).collect();
    let mut ancestors: Vec<usize> = Vec::new();
    let mut sketches = Vec::new();
    let lines = WORLD.lines().filter(|line| !line.is_empty() && !line.starts_with([';']) && !line.starts_with("user "));
    for line in lines.take(limit) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let Some((nickname, text)) = line.trim_start().split_once(": ") else { continue };
        ancestors.truncate(depth);
        let author = known.get(nickname).copied().unwrap_or(0);
        sketches.push(Sketch { author, text: text.replace("\\n", "\n"), parent: ancestors.last().copied() });
        ancestors.push(sketches.len() - 1);
    }
    sketches
}

/// Returns the users written by hand: nickname, display name, profile text.
fn handwritten_users() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    WORLD.lines().filter_map(|line| {
        let mut parts = line.strip_prefix("user ")?.split(" | ");
        Some((parts.next()?, parts.next()?, parts.next()?))
    })
}

/// Returns `count` nicknames: those written by hand, then generated ones that can be pronounced.
fn nicknames(count: usize) -> Vec<String> {
    const SYLLABLES: [&str; 20] = [
        "ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "da", "fe", "gi", "jo", "pa", "re", "si", "ta",
        "we", "yo",
    ];
    let by_hand = handwritten_users().map(|(nickname, ..)| nickname.to_owned());
    let generated = (0..).map(|n: usize| {
        // Counting in syllables makes every name unique.
        let mut name = String::new();
        let mut rest = n + SYLLABLES.len();
        while rest > 0 {
            name.push_str(SYLLABLES[rest % SYLLABLES.len()]);
            rest /= SYLLABLES.len();
        }
        name
    });
    by_hand.chain(generated).take(count).collect()
}

fn add_users(bulk: &mut Bulk<'_>, nicknames: &[String], since: Timestamp) -> Result<Vec<UserId>, StoreError> {
    let mut profiles: HashMap<&str, _> =
        handwritten_users().map(|(nickname, name, about)| (nickname, (name, about))).collect();
    let mut ids = Vec::with_capacity(nicknames.len());
    for nickname in nicknames {
        let Ok(parsed) = Nickname::parse(nickname) else { continue };
        let (name, about) = profiles.remove(nickname.as_str()).unwrap_or_default();
        let user = NewUser {
            display_name: DisplayName::parse(name).ok().flatten(),
            about_me: AboutMe::parse(about).ok().flatten(),
            ..NewUser::named(parsed)
        };
        ids.push(bulk.find_or_add_user(&user, since)?.0);
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::model::{PageStart, Timeline};
    use crate::store::Viewer;
    use crate::text::mentions;

    fn made(size: Size) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(&folder.path().join("demo.db")).unwrap();
        fill(&mut store, size, END, &mut |_| {}).unwrap();
        (folder, store)
    }

    #[test]
    fn small_sample_is_complete() {
        assert_eq!(handwritten_users().count(), SMALL.users);
        assert!(handwritten_posts(usize::MAX).len() > 100);
        let known: HashSet<String> = handwritten_users().map(|(nickname, ..)| nickname.to_owned()).collect();
        for sketch in handwritten_posts(usize::MAX) {
            assert!(Body::written(&sketch.text).is_ok(), "{}", sketch.text);
            assert!(mentions(&sketch.text).iter().all(|name| known.contains(name)), "{}", sketch.text);
        }
        let (_folder, store) = made(SMALL);
        let newest = store.timeline_page(&Timeline::All, Viewer::default(), PageStart::Newest, 500).unwrap();
        assert_eq!(newest.len(), SMALL.posts);
        assert_eq!(newest[0].created_at.micros(), END.micros() - 60_000_000);
        let span = newest[0].created_at.micros() - newest[newest.len() - 1].created_at.micros();
        assert!(span > SPAN / 2 && span <= SPAN);
    }

    #[test]
    fn users_follow_like_boost_and_mention_each_other() {
        let (_folder, store) = made(SMALL);
        let maya = store.active_user().unwrap().unwrap();
        assert!(store.follow_counts(maya.id).unwrap().following >= 4);
        let read = |timeline| store.timeline_page(&timeline, Viewer::of(maya.id), PageStart::Newest, 500).unwrap();
        let home = read(Timeline::Home(maya.id));
        assert!(home.len() > 50 && home.iter().any(|post| post.boost.is_some()));
        assert!(home.iter().any(|post| post.likes > 0));
        assert!(read(Timeline::Mentions(maya.id)).len() > 5);
        assert!(!read(Timeline::Tag("bread".to_owned())).is_empty());
        assert!(store.notifications(maya.id, None, 50).unwrap().len() > 10);
    }

    #[test]
    fn replies_follow_within_hours() {
        let (_folder, store) = made(SMALL);
        let posts = store.timeline_page(&Timeline::All, Viewer::default(), PageStart::Newest, 500).unwrap();
        let by_hand = &posts[..handwritten_posts(usize::MAX).len()];
        let answer = by_hand.iter().find(|post| post.body.as_str().starts_with("@hal reported")).unwrap();
        let asked = store.post(answer.reply_to.as_ref().unwrap().id).unwrap();
        let hours = (answer.created_at.micros() - asked.created_at.micros()) as f64 / 3_600e6;
        assert!(hours > 0.0 && hours <= 3.0, "{hours}");
    }

    #[test]
    fn same_size_gives_the_same_sample() {
        let size = Size { posts: 2_000, users: 50 };
        let read = || made(size).1.timeline_page(&Timeline::All, Viewer::default(), PageStart::Newest, 3_000).unwrap();
        let posts = read();
        assert_eq!(posts.len(), 2_000);
        assert_eq!(posts, read());
        assert!(posts.iter().filter(|post| post.reply_to.is_some()).count() > 200);
        let by = |nickname: &str| posts.iter().filter(|post| post.nickname.as_str() == nickname).count();
        assert!(by("maya") > 10 * by(posts[1_000].nickname.as_str()).min(20));
    }

    #[test]
    fn very_small_sizes_work() {
        assert!(
            made(Size { posts: 5, users: 0 })
                .1
                .timeline_page(&Timeline::All, Viewer::default(), PageStart::Newest, 9)
                .unwrap()
                .is_empty()
        );
        for size in [Size { posts: 0, users: 1 }, Size { posts: 3, users: 2 }, Size { posts: 130, users: 3 }] {
            let (_folder, store) = made(size);
            assert_eq!(
                store.timeline_page(&Timeline::All, Viewer::default(), PageStart::Newest, 500).unwrap().len(),
                size.posts
            );
        }
        assert_eq!(nicknames(10_000).iter().collect::<HashSet<_>>().len(), 10_000);
    }
}
