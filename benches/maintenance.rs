//! Backs up, checks and upgrades a database of a million posts, each beside the least that the system or SQLite does for it.
//!
//! `cargo bench --bench maintenance` takes about five minutes; `MICROBLOG_BENCH_POSTS` sets another size. Each row and its
//! baseline take turns, and the medians of three rounds are printed, so that a busy machine slows both down.

#![allow(missing_docs, clippy::unwrap_used)] // A benchmark that cannot continue has failed.

#[path = "shared/cost.rs"]
mod cost;
#[path = "shared/sample.rs"]
mod sample;

use std::fs::{self, File};
use std::path::Path;

use cost::{Cost, median};
use microblog::store::Database;
use rusqlite::{Connection, params};
use sample::sample_database;

const ROUNDS: usize = 3;
/// The schema of version 2, the first with posts.
const OLD_SCHEMA: [&str; 2] =
    [include_str!("../migrations/01-users/up.sql"), include_str!("../migrations/02-posts/up.sql")];
/// The mark of the program's databases.
const APPLICATION_ID: i32 = 0x6d62_6c67;

fn main() {
    let posts = std::env::var("MICROBLOG_BENCH_POSTS").ok().and_then(|number| number.parse().ok()).unwrap_or(1_000_000);
    let database = sample_database(posts);
    let folder = tempfile::tempdir_in(database.parent().unwrap()).unwrap();
    let copied = folder.path().join("copy.db");
    let backup = |verified| {
        Database::open(&database).unwrap().backup(&copied, verified, &mut |_| {}).unwrap();
        fs::remove_file(&copied).unwrap();
    };
    println!("| {posts} posts | wall | baseline | ratio | CPU | baseline | ratio |\n|---|---|---|---|---|---|---|");
    let copy_and_check = || {
        copy(&database, &copied);
        check_pages(&copied);
        fs::remove_file(&copied).unwrap();
    };
    compare("backup; copy, sync and integrity_check", || backup(true), copy_and_check);
    let copy_only = || {
        copy(&database, &copied);
        fs::remove_file(&copied).unwrap();
    };
    compare("backup without verification; copy and sync", || backup(false), copy_only);
    let check = || assert_eq!(Database::open(&database).unwrap().check(&mut |_| {}).unwrap(), []);
    compare("check; integrity_check", check, || check_pages(&database));
    let check_quickly = || assert_eq!(Database::open(&database).unwrap().check_quickly().unwrap(), []);
    compare("quick check; quick_check", check_quickly, || check_pages_quickly(&database));
    upgrade(folder.path(), posts);
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
    File::open(to).unwrap().sync_all().unwrap();
}

fn check_pages(database: &Path) {
    check_by(database, "PRAGMA integrity_check");
}

fn check_pages_quickly(database: &Path) {
    check_by(database, "PRAGMA quick_check");
}

fn check_by(database: &Path, pragma: &str) {
    let connection = Connection::open(database).unwrap();
    let found: String = connection.query_row(pragma, [], |row| row.get(0)).unwrap();
    assert_eq!(found, "ok");
}

/// Prints the medians of work and of its baseline.
fn compare(name: &str, work: impl Fn(), baseline: impl Fn()) {
    let (mut ours, mut least) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        least.push(Cost::of(&baseline));
        ours.push(Cost::of(&work));
    }
    let (ours, least) = (median(ours), median(least));
    let (wall, floor) = (ours.wall.as_secs_f64(), least.wall.as_secs_f64());
    println!(
        "| {name} | {wall:.2} s | {floor:.2} s | {:.2} | {:.2} s | {:.2} s | {:.2} |",
        wall / floor,
        ours.cpu,
        least.cpu,
        ours.cpu / least.cpu.max(0.01)
    );
}

/// Upgrades a database of the oldest version with posts, beside building the search indexes of the same posts once.
fn upgrade(folder: &Path, posts: usize) {
    let path = folder.join("old.db");
    fill_old(&path, posts);
    let indexed = folder.join("indexed.db");
    fs::copy(&path, &indexed).unwrap();
    let upgrade = Cost::of(|| {
        Database::open(&path).unwrap().upgrade(&mut |_| {}).unwrap().unwrap();
    });
    let index = Cost::of(|| build_search_indexes(&indexed));
    let (wall, floor) = (upgrade.wall.as_secs_f64(), index.wall.as_secs_f64());
    println!(
        "| upgrade from version 2; both search indexes once | {wall:.2} s | {floor:.2} s | {:.2} | {:.2} s | {:.2} s | {:.2} |",
        wall / floor,
        upgrade.cpu,
        index.cpu,
        upgrade.cpu / index.cpu
    );
}

fn fill_old(path: &Path, posts: usize) {
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    OLD_SCHEMA.iter().for_each(|sql| connection.execute_batch(sql).unwrap());
    connection.pragma_update(None, "user_version", 2).unwrap();
    let transaction = connection.transaction().unwrap();
    for user in 1..=200 {
        let name = format!("user{user}");
        transaction.execute("INSERT INTO user (nickname, nickname_key) VALUES (?1, ?1)", [name]).unwrap();
    }
    let sql = "INSERT INTO post (author, body, created_at) VALUES (?1, ?2, ?3)";
    let mut insert = transaction.prepare(sql).unwrap();
    for n in 0..posts as i64 {
        let body =
            format!("post number{n} about bread w{} and trains w{} for @user{}", n % 9_973, n % 20_011, n % 200 + 1);
        insert.execute(params![n % 200 + 1, body, 1_500_000_000_000_000 + n * 60_000_000]).unwrap();
    }
    drop(insert);
    transaction.commit().unwrap();
}

fn build_search_indexes(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA cache_size = -65536; BEGIN IMMEDIATE;
             CREATE VIRTUAL TABLE word USING fts5 (body, content = 'post', content_rowid = 'created_at', tokenize = 'unicode61 remove_diacritics 2');
             CREATE VIRTUAL TABLE trigram USING fts5 (body, content = 'post', content_rowid = 'id', tokenize = 'trigram', detail = none, columnsize = 0);
             INSERT INTO word (word) VALUES ('rebuild'); INSERT INTO trigram (trigram) VALUES ('rebuild'); COMMIT",
        )
        .unwrap();
}
