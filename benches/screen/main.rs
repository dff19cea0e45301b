//! The whole program through a pseudo-terminal of 200×50, as a person meets it: how soon the first screen stands, how
//! soon a key is answered, what it costs when idle and after a hundred thousand keys; each beside its floor (the least
//! program that shows fifty posts with the same crates) or its peer (the `sqlite3` command), in one table.
//!
//! `cargo bench --bench screen` measures 1,000 and a million posts; `MICROBLOG_BENCH_POSTS=10000000` adds a size. The
//! worlds are made once and kept under `target/`.

#![allow(clippy::unwrap_used)] // A bench that cannot go on has failed.

mod commands;
mod floor;
mod table;
mod terminal;
#[path = "../shared/world.rs"]
mod world;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use table::{Table, millis};
use terminal::Terminal;
use world::world;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_microblog");

/// How often the program is started for a figure, and how often a key is pressed.
const STARTS: usize = 40;
const PRESSES: usize = 100;
/// How long the idle program is watched.
const WATCHED: Duration = Duration::from_secs(60);
/// How many keys are pressed before memory is looked at.
const MONKEY: usize = 100_000;

fn main() {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("floor") {
        return floor::run(Path::new(&args.next().unwrap()));
    }
    let more = std::env::var("MICROBLOG_BENCH_POSTS").ok().and_then(|number| number.parse().ok());
    let mut table = Table::new();
    for posts in [Some(1_000), Some(1_000_000), more].into_iter().flatten() {
        measure(&mut table, posts);
    }
    table.print();
}

fn measure(table: &mut Table, posts: usize) {
    let world = world(posts);
    let world = world.as_path();
    starts(table, posts, world);
    keys(table, posts, world);
    held(table, posts, world);
    rest(table, posts, world);
    commands::measure(table, posts, world);
}

fn microblog(db: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("--db").arg(db);
    command
}

fn floor(db: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("floor").arg(db);
    command
}

/// From the start of a program to the last byte of its first screen, and until it ended.
fn first_screens(command: impl Fn() -> Command, cold: Option<&Path>) -> Vec<Duration> {
    let start = || {
        if let Some(db) = cold {
            // Takes the file out of the system's cache; `dd` can, without being root.
            let drop =
                Command::new("dd").arg(format!("if={}", db.display())).args(["iflag=nocache", "count=0"]).output();
            assert!(drop.unwrap().status.success());
        }
        let (mut terminal, started) = Terminal::start(command());
        let took = terminal.first_screen() - started;
        terminal.quit();
        took
    };
    (0..STARTS).map(|_| start()).collect()
}

fn starts(table: &mut Table, posts: usize, world: &Path) {
    let least = first_screens(|| floor(world), None);
    table.row("start to first screen", posts, &millis(first_screens(|| microblog(world), None)), &millis(least));
    let least = first_screens(|| floor(world), Some(world));
    let cold = first_screens(|| microblog(world), Some(world));
    table.row("the same, the file not in the cache", posts, &millis(cold), &millis(least));
}

/// What is measured: its name, what leads there, the keys pressed in turn, and what leads back.
const KEYS: &[(&str, &str, &[&str], &str)] = &[
    ("key: move", "", &["j", "j", "j", "k"], ""),
    ("key: page", "", &["\x04", "\x04", "\x15"], "g"),
    ("key: open a thread", "", &["t", "\x1b"], ""),
    ("key: switch timeline", "", &["2", "1", "3"], "1"),
    ("key: switch user", "", &["\x0e", "\x10"], ""),
    ("key: a letter in compose", "c", &["a", "b", " ", "c"], "\x1b"),
    ("key: a letter with completion open", "c@", &["a", "\x7f"], " \x1b"),
    ("key: a letter in search, echo", "/", &["t", "h", "e", "\x7f", "\x7f", "\x7f"], "\x1b"),
];

fn keys(table: &mut Table, posts: usize, world: &Path) {
    let (mut terminal, _) = Terminal::start(floor(world));
    terminal.rest();
    let least = millis((0..PRESSES).filter_map(|n| terminal.press(["j", "k"][n % 2])).map(|it| it.last).collect());
    terminal.quit();
    let (mut terminal, _) = Terminal::start(microblog(world));
    terminal.rest();
    for (name, before, pressed, after) in KEYS {
        before.chars().for_each(|key| _ = terminal.press(key.encode_utf8(&mut [0; 4])));
        terminal.rest();
        let searches = name.contains("search");
        let mut press = |key| if searches { terminal.press_to_search(key) } else { terminal.press(key) };
        let answers: Vec<_> = (0..PRESSES).filter_map(|n| press(pressed[n % pressed.len()])).collect();
        if searches {
            table.row(name, posts, &millis(answers.iter().map(|it| it.first).collect()), &least);
            table.row("… with its results", posts, &millis(answers.iter().map(|it| it.last).collect()), &least);
        } else {
            table.row(name, posts, &millis(answers.iter().map(|it| it.last).collect()), &least);
        }
        after.chars().for_each(|key| _ = terminal.press(key.encode_utf8(&mut [0; 4])));
        terminal.rest();
    }
    terminal.quit();
}

/// `j` held for ten seconds at a thousand keys a second: how long after the last of them the screen still changes.
fn held(table: &mut Table, posts: usize, world: &Path) {
    let (mut terminal, _) = Terminal::start(microblog(world));
    terminal.rest();
    let begun = Instant::now();
    let mut pressed = begun;
    for n in 1..=10_000 {
        std::thread::sleep((begun + Duration::from_millis(n)).saturating_duration_since(Instant::now()));
        terminal.write("j");
        pressed = Instant::now();
    }
    let late = terminal.settled().map_or(Duration::ZERO, |last| last.saturating_duration_since(pressed));
    table.row("j held at 1,000 keys a second: lag at the end", posts, &millis(vec![late]), "");
    terminal.quit();
}

/// What is taken when nothing happens, and after much has.
fn rest(table: &mut Table, posts: usize, world: &Path) {
    let (mut terminal, _) = Terminal::start(microblog(world));
    terminal.rest();
    let before = terminal.cpu();
    std::thread::sleep(WATCHED);
    let share = (terminal.cpu() - before).as_secs_f64() / WATCHED.as_secs_f64();
    table.row("idle for a minute: share of a core", posts, &format!("{:.2} %", share * 100.0), "");
    let keys =
        ["j", "k", "\x04", "\x15", "t", "\x1b[Z", "2", "1", "3", "4", "u", "\x0e", "\x10", "g", "G", "\t", "l", "h"];
    // A small generator of one's own, so that the keys are the same each time: xorshift (Marsaglia 2003).
    let mut state = 88_172_645_463_325_252_u64;
    for round in 0..MONKEY {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        terminal.write(keys[state as usize % keys.len()]);
        if round % 50 == 49 {
            terminal.settled();
        }
    }
    terminal.rest();
    table.row("memory after 100,000 keys, peak", posts, &format!("{:.1} MB", terminal.peak() as f64 / 1e6), "");
    terminal.quit();
    let (mut terminal, _) = Terminal::start(floor(world));
    terminal.rest();
    table.row(
        "… of the least program, at its first screen",
        posts,
        &format!("{:.1} MB", terminal.peak() as f64 / 1e6),
        "",
    );
    terminal.quit();
}
