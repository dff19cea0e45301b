//! Measures single commands, and the same work in `sqlite3` where it is installed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::table::{Table, millis};
use super::{PROGRAM, Runs};

const PAGE: &str = "SELECT p.id, u.nickname, p.created_at, p.body FROM post p JOIN user u ON u.id = p.author
                    ORDER BY p.created_at DESC LIMIT 50";

pub fn measure(table: &mut Table, runs: Runs, posts: usize, database: &Path) {
    let version = durations(runs.commands, || run(Command::new(PROGRAM).arg("--version")));
    table.row("microblog --version", posts, &millis(version), "");

    let ours = durations(runs.commands, || {
        run(Command::new(PROGRAM).arg("--db").arg(database).args(["timeline", "all", "--limit", "50"]))
    });
    let peer = durations(runs.commands, || run(Command::new("sqlite3").arg(database).arg(PAGE)));
    table.row("microblog timeline all --limit 50", posts, &millis(ours), &comparison(peer));

    // Posts go into a copy, so that the next run measures the same database.
    let copy = database.with_extension("copy.db");
    fs::copy(database, &copy).unwrap();
    let ours = durations(runs.commands, || {
        run(Command::new(PROGRAM).arg("--db").arg(&copy).args(["post", "one more post by command"]))
    });
    let insert = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE;
                  INSERT INTO post (author, body, created_at)
                  SELECT user, 'one more post by command', (SELECT max(created_at) + 1 FROM post) FROM active_user;
                  COMMIT;";
    let peer = durations(runs.commands, || run(Command::new("sqlite3").arg(&copy).arg(insert)));
    table.row("microblog post", posts, &millis(ours), &comparison(peer));
    fs::remove_file(&copy).unwrap();
    for log in ["copy.db-wal", "copy.db-shm"] {
        let _ = fs::remove_file(database.with_extension(log));
    }

    let bytes = fs::metadata(database).unwrap().len();
    table.row("bytes of database per post", posts, &(bytes / posts as u64).to_string(), "");
}

/// Returns the duration of each run; nothing if the command is not installed.
fn durations(runs: usize, run: impl Fn() -> bool) -> Vec<Duration> {
    let timed = |_| {
        let started = Instant::now();
        run().then(|| started.elapsed())
    };
    (0..runs).map_while(timed).collect()
}

fn run(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn comparison(peer: Vec<Duration>) -> String {
    if peer.is_empty() { "sqlite3 is not installed".to_owned() } else { format!("sqlite3 {}", millis(peer)) }
}
