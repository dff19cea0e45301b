//! Reads a page of each kind of timeline, from sample databases of 1,000 and a million posts with up to 2,000 active and
//! 2,000 silent users.
//!
//! `MICROBLOG_BENCH_POSTS=10000000` adds a size. The databases are created once, under `target/`.

#![allow(missing_docs, clippy::unwrap_used)] // A benchmark that cannot continue has failed.

#[path = "shared/sample.rs"]
mod sample;

use std::fs;
use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use microblog::demo;
use microblog::model::{Body, NewPost, NewUser, Nickname, PageStart, Timeline, Timestamp, User, UserId};
use microblog::store::{Store, UserOrder, Viewer};

/// Users who wrote only long ago.
const SILENT: usize = 2_000;
const PAGE: usize = 50;

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// Rare and common words, alone and combined, by authors who wrote them and who never did, and parts of words.
const SEARCHES: [&str; 19] = [
    "the",
    "telescope",
    "gerald",
    "th*",
    "tele*",
    "the night train",
    "zzzz",
    "from:maya the",
    "from:silent7 the",
    "#bread the",
    "to:maya the",
    "俳",
    "俳句",
    "*eles*",
    "*zebrz*",
    "*ain* from:silent7",
    "-the",
    "is:reply -the rain",
    "☕",
];

fn add_user(store: &mut Store, name: &str) -> User {
    store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), demo::END).unwrap()
}

/// Opens a copy of a sample database with users who follow 200 and 2,000 active or silent others, and a thread of 1,000
/// replies. Creates it if it does not exist.
fn database(posts: usize) -> Store {
    let sample = sample::sample_database(posts);
    let path = sample.with_file_name(format!("bench-{posts}.db"));
    let is_new = !path.exists();
    if is_new {
        fs::copy(&sample, &path).unwrap();
    }
    let (mut store, _) = Store::open(&path).unwrap();
    if is_new {
        let all: Vec<UserId> = store.users(UserOrder::Nickname, false).unwrap().iter().map(|user| user.id).collect();
        let silent: Vec<UserId> = (0..SILENT).map(|n| add_user(&mut store, &format!("silent{n}")).id).collect();
        store
            .bulk(|bulk| {
                for (n, author) in silent.iter().cycle().take(SILENT * 30).enumerate() {
                    let body = Body::written("long ago").unwrap();
                    let created_at = Timestamp::from_micros(n as i64);
                    bulk.add_post(&NewPost { author: *author, body, created_at, reply_to: None, source: None })?;
                }
                Ok(())
            })
            .unwrap();
        for (name, followed) in [("follows", &all), ("patient", &silent)] {
            for count in [200, 2_000] {
                let user = add_user(&mut store, &format!("{name}{count}")).id;
                store.follow(user, &followed[..count.min(followed.len())], demo::END).unwrap();
            }
        }
        let author = all[0];
        let write = |body: &str, reply_to| {
            let body = Body::written(body).unwrap();
            NewPost { author, body, created_at: demo::END, reply_to, source: None }
        };
        let root = store.add_post(&write("root of the long thread", None)).unwrap();
        store.bulk(|bulk| (0..1_000).try_for_each(|_| bulk.add_post(&write("a reply", Some(root))).map(drop))).unwrap();
    }
    store
}

fn timelines(bench: &mut Criterion) {
    let extra = std::env::var("MICROBLOG_BENCH_POSTS").ok().and_then(|number| number.parse().ok());
    for posts in [Some(1_000), Some(1_000_000), extra].into_iter().flatten() {
        let store = database(posts);
        let mut group = bench.benchmark_group(posts.to_string());
        pages(&mut group, &store);
        lists(&mut group, &store);
    }
}

/// The first page of each kind of timeline, and the next one.
fn pages(bench: &mut Group<'_>, store: &Store) {
    let id = |name: &str| store.user(name).unwrap().id;
    let maya = store.user("maya").unwrap();
    let mut users = store.users(UserOrder::Posts, true).unwrap().into_iter();
    let quiet = users.find(|user| user.posts > 50).unwrap_or_else(|| maya.clone());
    let mut page = |name: &str, timeline: Timeline, user: UserId| {
        let read = |place| store.timeline_page(&timeline, Viewer::of(user), place, PAGE).unwrap();
        let first = read(PageStart::Newest);
        println!("{name}: {} posts", first.len());
        bench.bench_function(name, |b| b.iter(|| black_box(read(PageStart::Newest))));
        if let Some(last) = first.last().filter(|_| !name.starts_with("search")) {
            bench.bench_function(format!("{name}, next"), |b| b.iter(|| black_box(read(PageStart::Before(last.key)))));
        }
    };
    page("all", Timeline::All, maya.id);
    page("user", Timeline::User(maya.id, maya.nickname.clone()), maya.id);
    page("quiet user", Timeline::User(quiet.id, quiet.nickname.clone()), maya.id);
    for name in ["maya", "follows200", "follows2000", "patient200", "patient2000"] {
        page(&format!("home {name}"), Timeline::Home(id(name)), id(name));
    }
    page("mentions", Timeline::Mentions(maya.id), maya.id);
    page("tag", Timeline::Tag("bread".to_owned()), maya.id);
    page("bookmarks", Timeline::Bookmarks(maya.id), maya.id);
    page("likes", Timeline::Likes(maya.id, maya.nickname.clone()), maya.id);
    for query in SEARCHES {
        page(&format!("search {query}"), Timeline::Search(query.to_owned()), maya.id);
    }
}

/// What screens show besides timelines: found users, notifications, a thread, unread counts.
fn lists(bench: &mut Group<'_>, store: &Store) {
    let maya = store.user("maya").unwrap();
    for words in ["telescope", "the"] {
        bench.bench_function(format!("ranked {words}"), |b| {
            b.iter(|| store.search_ranked(words, Viewer::of(maya.id), PAGE, 10_000).unwrap())
        });
    }
    bench.bench_function("users", |b| b.iter(|| store.search_users("may", PAGE).unwrap()));
    bench.bench_function("notifications", |b| b.iter(|| store.notifications(maya.id, None, PAGE).unwrap()));
    let root = store.timeline_page(
        &Timeline::Search("\"root of the long thread\"".to_owned()),
        Viewer::default(),
        PageStart::Newest,
        1,
    );
    let root = root.unwrap()[0].id;
    bench.bench_function("thread of 1,000", |b| b.iter(|| black_box(store.thread(root).unwrap().len())));
    let ten = [
        Timeline::Home(maya.id),
        Timeline::All,
        Timeline::Mentions(maya.id),
        Timeline::Bookmarks(maya.id),
        Timeline::User(maya.id, maya.nickname.clone()),
        Timeline::Likes(maya.id, maya.nickname.clone()),
        Timeline::Tag("bread".to_owned()),
        Timeline::Tag("sqlite".to_owned()),
        Timeline::Search("rain".to_owned()),
        Timeline::Search("from:tomek".to_owned()),
    ];
    bench.bench_function("unread of ten", |b| b.iter(|| store.unread(maya.id, &ten, 999).unwrap()));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(1)).warm_up_time(std::time::Duration::from_millis(200));
    targets = timelines
}
criterion_main!(benches);
