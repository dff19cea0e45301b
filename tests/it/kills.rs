//! Kills processes during an edit, an import, a vacuum or a backup: the state is that before or that after, never between.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Instant;

use crate::common::kills::{is_sound, kill_after, kills, number};
use crate::common::{Shell, newest, old_database};
use rusqlite::Connection;

fn start(shell: &Shell, args: &[&str]) -> Child {
    shell.command().args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Kills a command at times that are spread over its duration, and returns how often it had not yet reported success.
///
/// `before` prepares a run. `after` checks what is left, with whether the command had reported success.
fn kill(shell: &Shell, args: &[&str], mut before: impl FnMut(), mut after: impl FnMut(bool)) {
    before();
    let began = Instant::now();
    assert!(start(shell, args).wait_with_output().unwrap().status.success());
    let time = began.elapsed();
    let mut early = 0;
    for n in 0..kills() {
        before();
        let output = kill_after(start(shell, args), time.mul_f64((n as f64 + 0.5) / kills() as f64));
        early += usize::from(!output.status.success());
        after(output.status.success());
    }
    assert!(early > 0, "no kill came early enough");
}

fn place(from: &Path, to: &Path) {
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", to.display()));
    }
    fs::copy(from, to).unwrap();
}

fn checks(shell: &Shell) {
    let output = start(shell, &["db", "check"]).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn killed_edit_is_complete_or_changes_nothing() {
    let shell = Shell::with_users();
    let db = shell.path("m.db");
    shell.run(&["post", "as it was #before"]).stdout("posted 1\n").check();
    fs::copy(&db, shell.path("old.db")).unwrap();
    kill(
        &shell,
        &["edit", "1", "as it is #now"],
        || place(&shell.path("old.db"), &db),
        |said| {
            is_sound(&db);
            let found: (String, i64, i64, String) = Connection::open(&db)
            .unwrap()
            .query_row(
                "SELECT body, edits, (SELECT count(*) FROM post_version), (SELECT key FROM tag JOIN tagged ON tag = id)
                 FROM post",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
            )
            .unwrap();
            let new = found.1 == 1;
            let (body, tag) = if new { ("as it is #now", "now") } else { ("as it was #before", "before") };
            assert_eq!(found, (body.to_owned(), i64::from(new), i64::from(new), tag.to_owned()));
            assert!(new || !said, "the edit was acknowledged and is gone");
        },
    );
    checks(&shell);
}

#[test]
fn killed_import_is_complete_or_adds_nothing() {
    let shell = Shell::with_users();
    let (db, old) = (shell.path("m.db"), shell.path("old.db"));
    shell.run(&["post", "one of ours"]).stdout("posted 1\n").check();
    fs::copy(&db, &old).unwrap();
    let feed: String = (0..400)
        .map(|n| format!("2026-01-01T{:02}:{:02}:00Z\ta line of the feed, number {n}\n", n / 60, n % 60))
        .collect();
    fs::write(shell.path("feed.txt"), feed).unwrap();
    kill(
        &shell,
        &["import", "twtxt", "feed.txt"],
        || place(&old, &db),
        |said| {
            is_sound(&db);
            let posts = number(&db, "SELECT count(*) FROM post");
            assert!(posts == 401 || posts == 1 && !said, "{posts} posts");
            let users = number(&db, "SELECT count(*) FROM user WHERE kind = 'remote'");
            assert_eq!(users, i64::from(posts > 1), "who wrote them");
        },
    );
    checks(&shell);
    let again = start(&shell, &["import", "twtxt", "feed.txt"]).wait_with_output().unwrap();
    assert!(again.status.success());
    assert_eq!(number(&db, "SELECT count(*) FROM post"), 401);
}

#[test]
fn killed_vacuum_loses_no_row() {
    let shell = Shell::new();
    let (db, old) = (shell.path("m.db"), shell.path("old.db"));
    old_database(&old, newest(), 3_000);
    Connection::open(&old).unwrap().execute_batch("DELETE FROM post WHERE id % 3 = 0").unwrap();
    let text = "SELECT count(*) || sum(id) || sum(length(body)) || sum(created_at) FROM post";
    let whole: String = Connection::open(&old).unwrap().query_row(text, [], |row| row.get(0)).unwrap();
    kill(
        &shell,
        &["db", "vacuum"],
        || place(&old, &db),
        |_| {
            is_sound(&db);
            let left: String = Connection::open(&db).unwrap().query_row(text, [], |row| row.get(0)).unwrap();
            assert_eq!(left, whole);
        },
    );
    checks(&shell);
}

#[test]
fn killed_backup_is_complete_or_absent() {
    let shell = Shell::new();
    let (db, backup) = (shell.path("m.db"), shell.path("b.bak"));
    old_database(&db, newest(), 2_000);
    let gone = || drop(fs::remove_file(&backup));
    kill(&shell, &["db", "backup", "b.bak"], gone, |said| {
        is_sound(&db);
        assert!(backup.exists() || !said, "the backup was acknowledged and is gone");
        if backup.exists() {
            is_sound(&backup);
            assert_eq!(number(&backup, "SELECT count(*) FROM post"), 2_000);
        }
    });
    // The next run removes what a killed run left behind.
    gone();
    assert!(start(&shell, &["db", "backup", "b.bak"]).wait_with_output().unwrap().status.success());
    checks(&shell);
}
