//! Disks that fail at any call: no acknowledged write is lost, the file opens afterwards, and one line names the error.
//!
//! A library in C wraps the system calls; without a C compiler these tests pass without a check.

#![cfg(target_os = "linux")]
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::shim::Shim;
use crate::common::{Shell, newest, old_database};
use rusqlite::Connection;

const EIO: i32 = 5;
const ENOSPC: i32 = 28;
/// More calls than any command makes.
const MANY: usize = 5_000;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn number(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The result of a command on a failing disk.
struct Tried {
    output: Output,
    n: usize,
}

impl Tried {
    fn done(&self) -> bool {
        self.output.status.success()
    }

    /// Asserts that the command succeeded, or failed with one line of error.
    #[track_caller]
    fn check_status(&self) {
        let said = text(&self.output.stderr);
        if self.done() {
            return;
        }
        assert_eq!(self.output.status.code(), Some(1), "call {}: {said}", self.n);
        let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(lines.len() == 1 && said.lines().last() == lines.last().copied(), "call {}: {said}", self.n);
        assert!(!said.contains("the database failed"), "call {}: in SQLite's words: {said}", self.n);
    }
}

/// Runs a command on a copy of a database once for every call that can fail, and checks each result.
fn fail_everywhere(shim: &Shim, base: &Path, args: &[&str], look: &dyn Fn(&Shell, &Tried)) -> usize {
    for n in 1..MANY {
        let shell = Shell::new();
        let (db, mark) = (shell.path("m.db"), shell.path("mark"));
        fs::copy(base, &db).unwrap();
        let mut command = shell.command();
        shim.load(&mut command);
        command.args(args).env("TMPDIR", shell.folder.path()).stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env("SHIM_FAIL_AT", n.to_string()).env("SHIM_MARK", &mark);
        // Alternates between one failing call and a disk that stays full.
        if n % 2 == 0 {
            command.env("SHIM_ERROR", ENOSPC.to_string()).env("SHIM_STAYS", "1");
        } else {
            command.env("SHIM_ERROR", EIO.to_string());
        }
        let mut child = command.spawn().unwrap();
        // A command that reads nothing can have ended before.
        let _ = child.stdin.take().unwrap().write_all(b"precious words");
        let tried = Tried { output: child.wait_with_output().unwrap(), n };
        tried.check_status();
        if !mark.exists() {
            assert!(tried.done());
            return n - 1;
        }
        let check = shell.command().args(["db", "check"]).output().unwrap();
        assert!(check.status.success(), "call {n}: {}{}", text(&check.stdout), text(&check.stderr));
        look(&shell, &tried);
    }
    panic!("it never comes to an end");
}

/// Returns a database with one post by john and an empty log.
fn with_a_post() -> Shell {
    let shell = Shell::with_users();
    shell.run(&["post", "the first"]).stdout("posted 1\n").check();
    shell
}

#[test]
fn post_on_failing_disk_is_stored_or_its_text_is_saved() {
    let Some(shim) = Shim::build() else { return };
    let before = with_a_post();
    let calls = fail_everywhere(&shim, &before.path("m.db"), &["post", "-"], &|shell, tried| {
        let db = shell.path("m.db");
        let there = number(&db, "SELECT count(*) FROM post WHERE body = 'precious words'");
        let said = text(&tried.output.stderr);
        if tried.done() {
            assert_eq!(there, 1, "call {}", tried.n);
        } else {
            // The complete text is in the named file, or in the error if no file could be written.
            if !said.contains("precious words") {
                let file = said.trim_end().rsplit_once("saved in ").unwrap().1;
                assert_eq!(fs::read_to_string(file).unwrap(), "precious words", "call {}", tried.n);
            }
        }
        assert_eq!(number(&db, "SELECT count(*) FROM post WHERE body = 'the first'"), 1);
    });
    println!("{calls} calls");
    assert!(calls > 5);
}

#[test]
fn edit_on_failing_disk_is_complete_or_changes_nothing() {
    let Some(shim) = Shim::build() else { return };
    let before = with_a_post();
    let calls = fail_everywhere(&shim, &before.path("m.db"), &["edit", "1", "the second"], &|shell, tried| {
        let sql = "SELECT count(*) FROM post WHERE body = 'the second'";
        let (new, old) = (
            number(&shell.path("m.db"), sql),
            number(&shell.path("m.db"), "SELECT count(*) FROM post WHERE body = 'the first'"),
        );
        assert_eq!(new + old, 1, "call {}", tried.n);
        assert!(new == 1 || !tried.done(), "call {}", tried.n);
    });
    println!("{calls} calls");
    assert!(calls > 5);
}

#[test]
fn import_on_failing_disk_is_complete_or_adds_nothing() {
    let Some(shim) = Shim::build() else { return };
    let before = with_a_post();
    let feed = before.path("feed.txt");
    let lines: String = (1..=9).map(|n| format!("2024-01-0{n}T00:00:00Z\tnumber {n} of the feed\n")).collect();
    fs::write(&feed, lines).unwrap();
    let args = ["import", "twtxt", feed.to_str().unwrap(), "--as", "john"];
    let calls = fail_everywhere(&shim, &before.path("m.db"), &args, &|shell, tried| {
        let there = number(&shell.path("m.db"), "SELECT count(*) FROM post WHERE body LIKE 'number % of the feed'");
        assert!(there == 9 || (there == 0 && !tried.done()), "call {}: {there}", tried.n);
    });
    println!("{calls} calls");
    assert!(calls > 5);
}

#[test]
fn upgrade_on_failing_disk_is_complete_or_changes_nothing() {
    let Some(shim) = Shim::build() else { return };
    let before = Shell::new();
    old_database(&before.path("m.db"), 2, 20);
    let calls = fail_everywhere(&shim, &before.path("m.db"), &["db", "upgrade"], &|shell, tried| {
        let db = shell.path("m.db");
        let version = number(&db, "PRAGMA user_version");
        assert!(version == newest() as i64 || (version == 2 && !tried.done()), "call {}: version {version}", tried.n);
        assert_eq!(number(&db, "SELECT count(*) FROM post WHERE body LIKE 'post number % of the old days'"), 20);
        let copy = shell.path("m.db.v2.bak");
        assert!(!copy.exists() || number(&copy, "SELECT count(*) FROM post") == 20, "call {}", tried.n);
    });
    println!("{calls} calls");
    assert!(calls > 5);
}

#[test]
fn file_size_limit_is_reported_and_the_text_is_saved() {
    let shell = with_a_post();
    let db = shell.path("m.db");
    // The limit is in blocks of 512 bytes.
    let blocks = fs::metadata(&db).unwrap().len() / 512;
    for limit in [0, 1, 8, 24, blocks / 2] {
        let line = format!("ulimit -f {limit}; echo precious words | '{}' post -", env!("CARGO_BIN_EXE_microblog"));
        let output: Output = shell.command_of("sh").args(["-c", &line]).env("TMPDIR", "/proc").output().unwrap();
        let said = text(&output.stderr);
        if !output.status.success() {
            assert_eq!(output.status.code(), Some(1), "{limit}: {said}");
            assert!(said.starts_with("error: ") && said.lines().count() == 1, "{limit}: {said}");
            assert!(said.contains("precious words") || said.contains("saved in "), "{limit}: {said}");
        }
        let check = Command::new(env!("CARGO_BIN_EXE_microblog")).arg("--db").arg(&db).args(["db", "check"]).output();
        assert!(check.unwrap().status.success());
    }
    let said = shell
        .command_of("sh")
        .args(["-c", &format!("ulimit -f 0; '{}' post lost", env!("CARGO_BIN_EXE_microblog"))])
        .output()
        .unwrap();
    assert_eq!(said.status.code(), Some(1), "{}", text(&said.stderr));
}

#[test]
fn file_system_without_locks_is_reported_at_once() {
    let Some(shim) = Shim::build() else { return };
    let shell = with_a_post();
    for args in [&["timeline"][..], &["post", "x"], &["--read-only", "timeline"], &["db", "check"]] {
        let mut command = shell.command();
        shim.load(&mut command);
        let start = std::time::Instant::now();
        let output = command.args(args).env("SHIM_NO_LOCKS", "1").output().unwrap();
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
        assert!(error.contains("cannot lock files") && error.lines().count() == 1, "{args:?}: {error}");
        assert!(start.elapsed().as_secs() < 4, "{args:?}: as long as it waits for another program");
    }
}

#[test]
fn limit_on_open_files_is_named() {
    let shell = with_a_post();
    fs::write(shell.path("feed.txt"), "# nick = ada\n2026-01-01T00:00:00Z\thello\n").unwrap();
    let commands = [
        "timeline",
        "--read-only timeline",
        "db check",
        "db backup copy.db",
        "import twtxt feed.txt",
        "export jsonl posts.jsonl",
        "export html pages.html",
        "man --all manual",
    ];
    let mut named = 0;
    for (limit, command) in (4..10).flat_map(|limit| commands.map(|command| (limit, command))) {
        for made in ["copy.db", "posts.jsonl", "pages.html"] {
            let _ = fs::remove_file(shell.path(made));
        }
        let line = format!("ulimit -n {limit}; exec '{}' {command}", env!("CARGO_BIN_EXE_microblog"));
        let output = shell.command_of("sh").args(["-c", &line]).output().unwrap();
        let error = text(&output.stderr);
        // Without a descriptor for a library, the program does not even start.
        if !output.status.success() && !error.contains("shared libraries") {
            assert!(error.contains("ulimit -n") && error.lines().count() == 1, "{limit} {command}: {error}");
            named += 1;
        }
    }
    assert!(named > 8, "only {named} commands failed");
}
