//! Runs the whole program in a pseudo-terminal of 200×50 and prints one table: time to the first screen, time from a key
//! to its last byte, CPU time when idle, memory after a hundred thousand keys.
//!
//! Beside a figure is that of the baseline (a minimal program that shows fifty posts with the same libraries) or of the
//! `sqlite3` command, from the same run. `cargo bench --bench screen` measures 1,000 and a million posts;
//! `MICROBLOG_BENCH_POSTS=10000000` adds a size. The databases are created once, under `target/`.
//! `cargo bench --bench screen -- --quick` prints the same rows from fewer runs, in about two minutes.

#![allow(clippy::unwrap_used)] // A benchmark that cannot continue has failed.

mod baseline;
mod commands;
#[path = "../shared/sample.rs"]
mod sample;
mod table;
mod terminal;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use sample::sample_database;
use table::{Table, millis};
use terminal::Terminal;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_microblog");

/// How often and how long is measured.
#[derive(Clone, Copy)]
pub(crate) struct Runs {
    /// How often the program is started.
    starts: usize,
    /// How often each key is pressed.
    presses: usize,
    /// How often a command is run.
    pub(crate) commands: usize,
    /// How many seconds a key is held.
    held: u64,
    /// How long the idle program is measured.
    idle: Duration,
    /// How many random keys are pressed before the peak memory is read.
    random_keys: usize,
}

const THOROUGH: Runs =
    Runs { starts: 40, presses: 100, commands: 60, held: 10, idle: Duration::from_secs(60), random_keys: 100_000 };
const QUICK: Runs =
    Runs { starts: 16, presses: 60, commands: 8, held: 2, idle: Duration::from_secs(5), random_keys: 2_000 };

fn main() {
    let mut args = std::env::args().skip(1);
    let runs = if std::env::args().any(|arg| arg == "--quick") { QUICK } else { THOROUGH };
    if args.next().as_deref() == Some("baseline") {
        return baseline::run(Path::new(&args.next().unwrap()));
    }
    let extra = std::env::var("MICROBLOG_BENCH_POSTS").ok().and_then(|number| number.parse().ok());
    let mut table = Table::new();
    for posts in [Some(1_000), Some(1_000_000), extra].into_iter().flatten() {
        measure(&mut table, runs, posts);
    }
    table.print();
}

fn measure(table: &mut Table, runs: Runs, posts: usize) {
    let database = sample_database(posts);
    let database = database.as_path();
    first_screen(table, runs, posts, database);
    keys(table, runs, posts, database);
    held_key(table, runs, posts, database);
    idle_and_memory(table, runs, posts, database);
    commands::measure(table, runs, posts, database);
}

fn microblog(database: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("--db").arg(database);
    command
}

fn baseline(database: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("baseline").arg(database);
    command
}

/// Returns the times from the start of a program to the last byte of its first screen.
///
/// With `cold`, that file is dropped from the system's cache before each start.
fn start_times(starts: usize, command: impl Fn() -> Command, cold: Option<&Path>) -> Vec<Duration> {
    let start = || {
        if let Some(file) = cold {
            // `dd` can drop a file from the cache without being root.
            let drop =
                Command::new("dd").arg(format!("if={}", file.display())).args(["iflag=nocache", "count=0"]).output();
            assert!(drop.unwrap().status.success());
        }
        let (mut terminal, started) = Terminal::start(command());
        let took = terminal.first_screen() - started;
        terminal.quit();
        took
    };
    (0..starts).map(|_| start()).collect()
}

fn first_screen(table: &mut Table, runs: Runs, posts: usize, database: &Path) {
    let baseline_times = start_times(runs.starts, || baseline(database), None);
    table.row(
        "start to first screen",
        posts,
        &millis(start_times(runs.starts, || microblog(database), None)),
        &millis(baseline_times),
    );
    let baseline_times = start_times(runs.starts, || baseline(database), Some(database));
    let cold = start_times(runs.starts, || microblog(database), Some(database));
    table.row("start, with the file not in the cache", posts, &millis(cold), &millis(baseline_times));
}

/// Each measurement: its name, the keys that open the screen, the keys pressed in turn, and those that close the screen.
const KEYS: &[(&str, &str, &[&str], &str)] = &[
    ("key: move", "", &["j", "j", "j", "k"], ""),
    ("key: page down", "", &["\x04", "\x04", "\x15"], "g"),
    ("key: open a thread, close it", "", &["t", "q"], ""),
    ("key: switch timeline", "", &["2", "1", "3"], "1"),
    ("key: switch user", "", &["\x0e", "\x10"], ""),
    ("key: type a letter", "c", &["a", "b", " ", "c"], "\x1b"),
    ("key: type a letter, with completion open", "c@", &["a", "\x7f"], " \x1b"),
    ("key: type a letter of a search", "/", &["t", "h", "e", "\x7f", "\x7f", "\x7f"], "\x1b"),
];

fn keys(table: &mut Table, runs: Runs, posts: usize, database: &Path) {
    let (mut terminal, _) = Terminal::start(baseline(database));
    terminal.wait_until_quiet();
    let baseline_times = millis(
        (0..runs.presses).filter_map(|n| terminal.press(["j", "k"][n % 2])).map(|response| response.last).collect(),
    );
    terminal.quit();
    let (mut terminal, _) = Terminal::start(microblog(database));
    terminal.wait_until_quiet();
    for (name, before, pressed, after) in KEYS {
        before.chars().for_each(|key| _ = terminal.press(key.encode_utf8(&mut [0; 4])));
        terminal.wait_until_quiet();
        let searches = name.contains("search");
        let mut press = |key| if searches { terminal.press_and_search(key) } else { terminal.press(key) };
        let responses: Vec<_> = (0..runs.presses).filter_map(|n| press(pressed[n % pressed.len()])).collect();
        if searches {
            table.row(name, posts, &millis(responses.iter().map(|response| response.first).collect()), &baseline_times);
            table.row(
                "… until its results are shown",
                posts,
                &millis(responses.iter().map(|response| response.last).collect()),
                &baseline_times,
            );
        } else {
            table.row(name, posts, &millis(responses.iter().map(|response| response.last).collect()), &baseline_times);
        }
        after.chars().for_each(|key| _ = terminal.press(key.encode_utf8(&mut [0; 4])));
        terminal.wait_until_quiet();
    }
    terminal.quit();
}

/// Holds `j` at a thousand keys per second, and measures how long the screen changes after the last one.
fn held_key(table: &mut Table, runs: Runs, posts: usize, database: &Path) {
    let (mut terminal, _) = Terminal::start(microblog(database));
    terminal.wait_until_quiet();
    let start = Instant::now();
    let mut pressed = start;
    for n in 1..=runs.held * 1_000 {
        std::thread::sleep((start + Duration::from_millis(n)).saturating_duration_since(Instant::now()));
        terminal.write("j");
        pressed = Instant::now();
    }
    let delay = terminal.wait_for_repaint().map_or(Duration::ZERO, |last| last.saturating_duration_since(pressed));
    table.row("j at 1,000 keys per second: delay of the last frame", posts, &millis(vec![delay]), "");
    terminal.quit();
}

/// Measures CPU time when idle, and peak memory after many keys.
fn idle_and_memory(table: &mut Table, runs: Runs, posts: usize, database: &Path) {
    let (mut terminal, _) = Terminal::start(microblog(database));
    terminal.wait_until_quiet();
    let before = terminal.cpu_time();
    std::thread::sleep(runs.idle);
    let share = (terminal.cpu_time() - before).as_secs_f64() / runs.idle.as_secs_f64();
    table.row("idle: share of a core", posts, &format!("{:.2} %", share * 100.0), "");
    let keys =
        ["j", "k", "\x04", "\x15", "t", "\x1b[Z", "2", "1", "3", "4", "u", "\x0e", "\x10", "g", "G", "\t", "l", "h"];
    // A small generator, so that every run presses the same keys: xorshift (Marsaglia 2003).
    let mut state = 88_172_645_463_325_252_u64;
    for round in 0..runs.random_keys {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        terminal.write(keys[state as usize % keys.len()]);
        if round % 50 == 49 {
            terminal.wait_for_repaint();
        }
    }
    terminal.wait_until_quiet();
    table.row(
        &format!("peak memory after {} random keys", runs.random_keys),
        posts,
        &format!("{:.1} MB", terminal.peak_memory() as f64 / 1e6),
        "",
    );
    terminal.quit();
    let (mut terminal, _) = Terminal::start(baseline(database));
    terminal.wait_until_quiet();
    table.row("… baseline, at its first screen", posts, &format!("{:.1} MB", terminal.peak_memory() as f64 / 1e6), "");
    terminal.quit();
}
