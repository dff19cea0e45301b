//! Imports the same posts in each format, and prints how long that takes beside the baseline: the same rows in one table with
//! three indexes, full-text index and trigrams, written by one connection.
//!
//! `cargo bench --bench imports` imports 200,000 posts, or as many as `MICROBLOG_BENCH_POSTS` says. Baseline and import take
//! turns, and the medians of three rounds are printed, so that a busy machine slows both down.

#![allow(missing_docs, clippy::unwrap_used)] // A benchmark that cannot continue has failed.

#[path = "shared/cost.rs"]
mod cost;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use chrono::{DateTime, Utc};
use cost::{Cost, median};
use microblog::import::{Source, SourceFormat};
use microblog::model::Timestamp;
use microblog::store::{ImportOptions, Store};
use rusqlite::{Connection, params};

const ROUNDS: usize = 3;
const WORDS: [&str; 32] = [
    "the",
    "of",
    "and",
    "bread",
    "night",
    "train",
    "telescope",
    "rain",
    "late",
    "coffee",
    "river",
    "paper",
    "light",
    "small",
    "words",
    "every",
    "morning",
    "again",
    "quiet",
    "window",
    "garden",
    "letter",
    "market",
    "winter",
    "cat",
    "code",
    "rust",
    "table",
    "music",
    "green",
    "#tea",
    "https://example.com/page",
];

struct Post {
    time: DateTime<Utc>,
    body: String,
}

/// Returns posts of thirteen words each: half of them common, half of them rare.
fn posts(count: usize) -> Vec<Post> {
    // A small generator, so that every run imports the same posts: xorshift (Marsaglia 2003).
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    let start = 1_420_070_400;
    let post = |n: usize| {
        let mut body = format!("number{n}");
        for place in 0..12 {
            let at = random();
            let _ = if place % 2 == 0 {
                write!(body, " {}", WORDS[at % WORDS.len()])
            } else {
                write!(body, " w{}", at % 20_000)
            };
        }
        Post { time: DateTime::from_timestamp(start + 300 * n as i64, 0).unwrap(), body }
    };
    (0..count).map(post).collect()
}

/// Writes the posts in each format; returns its name and the path to import.
fn write_sources(folder: &Path, posts: &[Post]) -> Vec<(&'static str, PathBuf)> {
    let file = |name: &str, text: String| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    };
    let lines = |head: &str, line: &dyn Fn(usize, &Post) -> String, separator: &str, end: &str| {
        let all: Vec<String> = posts.iter().enumerate().map(|(n, post)| line(n, post)).collect();
        format!("{head}{}{end}", all.join(separator))
    };
    let rfc3339 = |post: &Post| post.time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let twtxt = lines(
        "# nick = ada\n# url = https://example.com/ada.txt\n",
        &|_, post| format!("{}\t{}", rfc3339(post), post.body),
        "\n",
        "\n",
    );
    let count = posts.len();
    let jsonl = lines(
        &format!(
            "{{\"microblog\":{{\"version\":1,\"last_user\":1,\"last_post\":{count}}}}}\n{{\"user\":{{\"id\":1,\"nickname\":\"ada\"}}}}\n"
        ),
        &|n, post| {
            let (id, time, body) = (n + 1, rfc3339(post), &post.body);
            format!(r#"{{"post":{{"id":{id},"author":"ada","created_at":"{time}","body":"{body}"}}}}"#)
        },
        "\n",
        &format!("\n{{\"end\":{{\"lines\":{}}}}}\n", count + 2),
    );
    let rss = lines(
        "<rss version=\"2.0\"><channel><title>Ada</title><link>https://example.com/</link>",
        &|n, post| {
            let (time, body) = (post.time.to_rfc2822(), &post.body);
            format!(
                "<item><guid>https://example.com/{n}</guid><pubDate>{time}</pubDate><description>{body}</description></item>"
            )
        },
        "\n",
        "</channel></rss>",
    );
    let actor = r#"{"id":"https://example.social/users/ada","type":"Person","preferredUsername":"ada","url":"https://example.social/@ada"}"#;
    let outbox = lines(
        r#"{"id":"outbox.json","type":"OrderedCollection","orderedItems":["#,
        &|n, post| {
            let (ada, public) = ("https://example.social/users/ada", "https://www.w3.org/ns/activitystreams#Public");
            let (time, body) = (rfc3339(post), &post.body);
            format!(
                r#"{{"id":"{ada}/statuses/{n}/activity","type":"Create","actor":"{ada}","published":"{time}","to":["{public}"],"object":{{"id":"{ada}/statuses/{n}","type":"Note","published":"{time}","attributedTo":"{ada}","to":["{public}"],"content":"<p>{body}</p>"}}}}"#
            )
        },
        ",\n",
        "]}",
    );
    let tweets = lines(
        "window.YTD.tweets.part0 = [",
        &|n, post| {
            let (time, body) = (post.time.format("%a %b %d %H:%M:%S +0000 %Y"), &post.body);
            format!(r#"{{"tweet":{{"id_str":"{}","created_at":"{time}","full_text":"{body}"}}}}"#, 1_000_000_000 + n)
        },
        ",\n",
        "]",
    );
    let account =
        r#"window.YTD.account.part0 = [{"account":{"username":"ada","accountId":"1","accountDisplayName":"Ada"}}]"#;
    file("mastodon/actor.json", actor.to_owned());
    file("mastodon/outbox.json", outbox);
    file("x/data/account.js", account.to_owned());
    file("x/data/tweets.js", tweets);
    vec![
        ("twtxt", file("feed.txt", twtxt)),
        ("jsonl", file("dump.jsonl", jsonl)),
        ("rss", file("feed.rss", rss)),
        ("mastodon", folder.join("mastodon")),
        ("x", folder.join("x")),
    ]
}

/// Writes the posts with as little as a search needs.
fn write_baseline(database: &Path, posts: &[Post]) {
    let connection = Connection::open(database).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -24576;
             CREATE TABLE post (id INTEGER PRIMARY KEY AUTOINCREMENT, author INTEGER, body TEXT, created_at INTEGER, source TEXT, marks TEXT);
             CREATE UNIQUE INDEX post_created_at ON post (created_at);
             CREATE INDEX post_author ON post (author, created_at);
             CREATE UNIQUE INDEX post_source ON post (source, author);
             CREATE VIRTUAL TABLE word USING fts5 (body, marks, content = 'post', content_rowid = 'created_at', tokenize = 'unicode61 remove_diacritics 2');
             CREATE VIRTUAL TABLE part USING fts5 (body, content = 'post', content_rowid = 'id', tokenize = 'trigram', detail = none, columnsize = 0);
             BEGIN IMMEDIATE",
        )
        .unwrap();
    let insert = "INSERT INTO post (author, body, created_at, source, marks) VALUES (1, ?1, ?2, ?3, 'b1')";
    let mut insert = connection.prepare(insert).unwrap();
    for (n, post) in posts.iter().enumerate() {
        // Remote ids come in no order, like hashes.
        let source = format!("{:016x}", (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        insert.execute(params![post.body, post.time.timestamp_micros(), source]).unwrap();
    }
    let index = "INSERT INTO word (word) VALUES ('rebuild'); INSERT INTO part (part) VALUES ('rebuild'); COMMIT";
    connection.execute_batch(index).unwrap();
}

fn import(database: &Path, source: &Path, count: usize) {
    let (mut store, _) = Store::open(database).unwrap();
    let options = ImportOptions::new(Timestamp::now());
    let stop = AtomicBool::new(false);
    let mut source = Source::open(SourceFormat::Auto, source).unwrap();
    let stats = source.import(&mut store, &options, &mut |skipped| panic!("{skipped:?}"), &mut |_| {}, &stop).unwrap();
    assert_eq!(stats.posts, count as u64);
}

/// Measures work that fills a new database.
fn measure(work: impl FnOnce(&Path)) -> Cost {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    Cost::of(|| work(&folder.path().join("m.db")))
}

fn main() {
    let count = std::env::var("MICROBLOG_BENCH_POSTS").ok().and_then(|number| number.parse().ok()).unwrap_or(200_000);
    let posts = posts(count);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    println!(
        "| import of {count} posts | wall | baseline | ratio | CPU | baseline | ratio |\n|---|---|---|---|---|---|---|"
    );
    for (name, source) in write_sources(folder.path(), &posts) {
        let (mut baseline, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            baseline.push(measure(|database| write_baseline(database, &posts)));
            ours.push(measure(|database| import(database, &source, count)));
        }
        let (baseline, ours) = (median(baseline), median(ours));
        let (wall, floor) = (ours.wall.as_secs_f64(), baseline.wall.as_secs_f64());
        println!(
            "| {name} | {wall:.2} s | {floor:.2} s | {:.2} | {:.2} s | {:.2} s | {:.2} |",
            wall / floor,
            ours.cpu,
            baseline.cpu,
            ours.cpu / baseline.cpu
        );
    }
}
