//! Kills processes, and checks the database that they leave.

use std::env;
use std::path::Path;
use std::process::{Child, Output};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

/// Returns how often a process is killed: `MICROBLOG_TEST_KILLS`, or a hundred times.
pub fn kills() -> usize {
    env::var("MICROBLOG_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(100)
}

/// Kills a process after a time.
pub fn kill_after(mut child: Child, time: Duration) -> Output {
    thread::sleep(time);
    child.kill().unwrap();
    child.wait_with_output().unwrap()
}

pub fn number(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[track_caller]
pub fn is_sound(path: &Path) {
    let connection = Connection::open(path).unwrap();
    let said: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(said, "ok");
}
