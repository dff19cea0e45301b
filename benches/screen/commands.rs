//! Single commands beside the `sqlite3` command, where that is installed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::PROGRAM;
use super::table::{Table, millis};

const RUNS: usize = 60;

const PAGE: &str = "SELECT p.id, u.nickname, p.created_at, p.body FROM post p JOIN user u ON u.id = p.author
                    ORDER BY p.created_at DESC LIMIT 50";

pub fn measure(table: &mut Table, posts: usize, world: &Path) {
    let version = times(|| run(Command::new(PROGRAM).arg("--version")));
    table.row("microblog --version", posts, &millis(version), "");

    let ours = times(|| run(Command::new(PROGRAM).arg("--db").arg(world).args(["timeline", "all", "--limit", "50"])));
    let peer = times(|| run(Command::new("sqlite3").arg(world).arg(PAGE)));
    table.row("microblog timeline all --limit 50", posts, &millis(ours), &beside(peer));

    // Writing happens in a copy, so that the world stays as it is.
    let copy = world.with_extension("copy.db");
    fs::copy(world, &copy).unwrap();
    let ours = times(|| run(Command::new(PROGRAM).arg("--db").arg(&copy).args(["post", "one more, said by command"])));
    let insert = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE;
                  INSERT INTO post (author, body, created_at)
                  SELECT user, 'one more, said by command', (SELECT max(created_at) + 1 FROM post) FROM active_user;
                  COMMIT;";
    let peer = times(|| run(Command::new("sqlite3").arg(&copy).arg(insert)));
    table.row("microblog post", posts, &millis(ours), &beside(peer));
    fs::remove_file(&copy).unwrap();
    for log in ["copy.db-wal", "copy.db-shm"] {
        let _ = fs::remove_file(world.with_extension(log));
    }

    let bytes = fs::metadata(world).unwrap().len();
    table.row("bytes of database a post", posts, &(bytes / posts as u64).to_string(), "");
}

/// How long a command takes, time and again; none where it is not installed.
fn times(run: impl Fn() -> bool) -> Vec<Duration> {
    let timed = |_| {
        let started = Instant::now();
        run().then(|| started.elapsed())
    };
    (0..RUNS).map_while(timed).collect()
}

fn run(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn beside(peer: Vec<Duration>) -> String {
    if peer.is_empty() { "no sqlite3 here".to_owned() } else { format!("sqlite3 {}", millis(peer)) }
}
