//! Terminals of every kind, missing terminals, and signals that end the program: nothing is lost or left behind.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::Shell;
use crate::common::pty::{CTRL_C, Folder, PATIENCE, Screen};
use portable_pty::{CommandBuilder, PtySize};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rusqlite::Connection;

/// Variables that pass the command line and the database to the terminal's host process.
const START: &str = "MICROBLOG_TEST_START";
const DB: &str = "MICROBLOG_TEST_DB";

fn sample() -> Folder {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "hello there"]);
    folder
}

fn signal(screen: &Screen, name: &str) {
    let id = screen.child.process_id().unwrap().to_string();
    assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
}

/// Returns the CPU time of a process in hundredths of a second; `None` if the process has ended.
fn worked(process: &Path) -> Option<u64> {
    let text = fs::read_to_string(process.join("stat")).ok()?;
    let fields: Vec<&str> = text.rsplit(") ").next()?.split(' ').collect();
    (fields[0] != "Z").then(|| fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap())
}

/// Returns the process that has a database open.
fn process_with(db: &Path) -> Option<PathBuf> {
    let named = |process: &Path| {
        let line = fs::read(process.join("cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        words[0].ends_with(b"microblog") && words.contains(&db.as_os_str().as_encoded_bytes())
    };
    fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path()).find(|process| named(process))
}

#[test]
fn dumb_terminal_is_refused_with_readable_error() {
    let folder = sample();
    let error = |set: &dyn Fn(&mut CommandBuilder)| {
        let mut command = Screen::program(&folder.db());
        set(&mut command);
        let mut screen = Screen::start(command, 200, 24);
        String::from_utf8_lossy(screen.rest()).into_owned()
    };
    let ways = "microblog timeline prints posts, microblog --help lists the commands\r\n";
    assert_eq!(
        error(&|command| command.env("TERM", "dumb")),
        format!("error: the screens need a terminal, and TERM=dumb is none: {ways}")
    );
    let without = format!("error: the screens need a terminal, and one without TERM is none: {ways}");
    assert_eq!(error(&|command| command.env_remove("TERM")), without);
    assert_eq!(error(&|command| command.env("TERM", "")), without);
    // An unknown terminal is treated like any other.
    let mut command = Screen::program(&folder.db());
    command.env("TERM", "something-new");
    Screen::start(command, 100, 30).shows("hello there").keys(CTRL_C).ends();
}

#[test]
fn without_a_terminal_the_error_names_the_commands() {
    let ways = "is none: microblog timeline prints posts, microblog --help lists the commands";
    let shell = Shell::with_users();
    shell.fails(&[], 2, &format!("the screens need a terminal, and standard input {ways}"));
    let folder = sample();
    for (redirected, missing) in [("< /dev/null", "standard input"), ("> out", "standard output")] {
        let mut command = CommandBuilder::new("sh");
        let program = env!("CARGO_BIN_EXE_microblog");
        command.args(["-c", &format!("'{program}' --db m.db {redirected}; echo status $?")]);
        command.cwd(folder.0.path());
        command.env("TERM", "xterm");
        let mut screen = Screen::start(command, 200, 24);
        let seen = String::from_utf8_lossy(screen.rest()).into_owned();
        assert_eq!(seen, format!("error: the screens need a terminal, and {missing} {ways}\r\nstatus 2\r\n"));
        assert_eq!(fs::read(folder.0.path().join("out")).unwrap_or_default(), b"");
    }
}

#[test]
fn any_window_size_is_drawn_or_refused_and_can_be_quit() {
    let folder = sample();
    for (columns, rows) in [(1, 1), (0, 0), (20, 5), (1, 300), (1000, 1), (1000, 300)] {
        let mut screen = folder.open(columns, rows);
        screen.writes("\u{1b}[?1049h");
        if columns.min(rows) >= 300 {
            screen.shows("hello there");
        }
        screen.keys("jkc?").keys(CTRL_C).ends();
    }
}

#[test]
fn many_resizes_end_in_a_drawn_screen() {
    let folder = sample();
    let mut screen = folder.open(100, 30);
    screen.shows("hello there");
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..500 {
        let (columns, rows) = (random.random_range(0..300), random.random_range(0..100));
        screen.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }
    screen.resize(90, 25);
    screen.keys("c").shows("john writes").keys("still here").shows("still here").keys(CTRL_C).ends();
}

#[test]
fn terminating_signals_lose_no_text_and_restore_the_terminal() {
    for name in ["HUP", "TERM", "INT"] {
        let folder = sample();
        let mut screen = folder.open(80, 24);
        screen.shows("hello there").keys("c").shows("john writes").keys("half a thought").shows("half a thought");
        signal(&screen, name);
        screen.ends();
        assert!(folder.run(&["drafts"]).contains("half a thought"), "{name}");
    }
}

#[test]
fn terminating_signal_stops_a_statement_that_takes_long() {
    let folder = sample();
    let other = Connection::open(folder.db()).unwrap();
    other
        .execute_batch(
            "PRAGMA synchronous = OFF;
             INSERT INTO tag (key, name, uses)
             WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n LIMIT 4000000)
             SELECT printf('t%07d', n), printf('t%07d', n), 1 FROM n",
        )
        .unwrap();
    // What is suggested while a tag is typed reads all tags with that start.
    let sql = "SELECT name FROM tag WHERE key >= 't' AND key < 'u' AND uses > 0 ORDER BY uses DESC, key LIMIT 8";
    let started = Instant::now();
    other.query_row(sql, [], |_| Ok(())).unwrap();
    let whole = started.elapsed();
    drop(other);
    let mut screen = folder.open(80, 24);
    screen.shows("hello there").keys("c").shows("john writes").keys("half a thought ").shows("half a thought");
    screen.keys("#t");
    thread::sleep(whole / 20);
    let started = Instant::now();
    signal(&screen, "TERM");
    screen.ends();
    let elapsed = started.elapsed();
    assert!(elapsed < whole.mul_f64(0.7), "ended after {elapsed:?}, and the statement takes {whole:?}");
    assert!(folder.run(&["drafts"]).contains("half a thought"));
}

#[test]
fn half_a_key_sequence_blocks_nothing() {
    // The first bytes of an arrow key and of a paste, without the rest.
    for sequence in ["\u{1b}[1;5", "\u{1b}[200~half a paste"] {
        let folder = sample();
        let mut screen = folder.open(80, 24);
        screen.shows("hello there").keys("c").shows("john writes").keys("half a thought").shows("half a thought");
        screen.keys(sequence);
        // A changed size is still drawn, and a signal still ends the program.
        screen.resize(110, 30);
        screen.wait("the users beside the timeline", |screen| screen.contents().contains("users"));
        signal(&screen, "TERM");
        screen.ends();
        assert!(folder.run(&["drafts"]).contains("half a thought"), "{sequence:?}");
    }
}

#[test]
#[ignore = "run by the test below, which kills it"]
fn terminal_host_runs_until_killed() {
    let (Some(start), Some(db)) = (env::var_os(START), env::var_os(DB)) else { return };
    let mut command = CommandBuilder::new("sh");
    command.arg("-c");
    command.arg(start);
    command.args(["sh", env!("CARGO_BIN_EXE_microblog"), "--db"]);
    command.arg(db);
    command.env("TERM", "xterm-256color");
    let mut screen = Screen::start(command, 80, 24);
    screen.shows("hello there").keys("c").shows("john writes").keys("half a thought").shows("half a thought");
    println!("\nwriting");
    // This loop ends only when the process is killed.
    screen.shows("the end of time");
}

#[test]
#[cfg(target_os = "linux")]
fn closed_terminal_ends_the_program_and_loses_no_text() {
    // With SIGHUP, with SIGHUP ignored, and for a process that has left the terminal's session.
    for start in ["exec \"$@\"", "trap '' HUP; exec \"$@\"", "exec setsid -w \"$@\""] {
        let folder = sample();
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "--nocapture", "environment::terminal_host_runs_until_killed"]);
        let state = folder.0.path().join("state");
        command.env(START, start).env(DB, folder.db()).env("XDG_STATE_HOME", &state);
        let mut host = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(host.stdout.take().unwrap()).lines();
        assert!(lines.map(Result::unwrap).any(|line| line == "writing"), "{start}");
        let process = process_with(&folder.db()).expect("the program runs");
        let before = worked(&process).unwrap();
        let gone = Instant::now();
        host.kill().unwrap();
        host.wait().unwrap();
        let mut after = before;
        while let Some(now) = worked(&process) {
            after = now;
            assert!(gone.elapsed() < PATIENCE, "{start}: it runs on");
            thread::sleep(Duration::from_millis(5));
        }
        println!("{start}: ended after {:?}, {} ticks of work", gone.elapsed(), after - before);
        // Far more than a program that ends at once, and far less than one that keeps a core busy.
        assert!(after - before < 100, "{start}: {} ticks", after - before);
        assert!(folder.run(&["drafts"]).contains("half a thought"), "{start}");
        assert!(!state.exists(), "{start}: a closed terminal is no crash");
    }
}

#[test]
fn closed_output_pipe_is_no_error() {
    let shell = Shell::with_users();
    for n in 0..300 {
        shell.run(&["post", &format!("post {n} {}", "x".repeat(100))]).stdout(&format!("posted {}\n", n + 1)).check();
    }
    let program = env!("CARGO_BIN_EXE_microblog");
    for command in ["timeline --limit 300", "timeline --limit 300 --json", "user list", "--help", "man", "db stats"] {
        let line = format!("set -o pipefail; '{program}' {command} | true");
        let output = shell.command_of("bash").args(["-c", &line]).output().unwrap();
        assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]), "{command}");
    }
}

#[test]
fn thousands_of_keys_at_once_are_all_handled() {
    let folder = sample();
    let mut screen = folder.open(100, 30);
    let before = screen.shows("hello there").seen.len();
    screen.keys(&"jk".repeat(1_000)).keys("c").shows("john writes");
    // Each frame starts with a reset of the style.
    let frames = String::from_utf8_lossy(&screen.seen[before..]).matches("\u{1b}[0m").count();
    assert!(frames < 500, "it draws {frames} times, and not when all are taken");
    screen.keys(&"a\u{7f}".repeat(1_000)).keys("all of it").shows("all of it").keys(CTRL_C).ends();
}
