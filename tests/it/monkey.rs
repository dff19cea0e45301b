//! Random keys, clicks, pastes and window sizes while other processes write to the same file.
//!
//! The program must never crash, must keep responding, can always be quit, and leaves a sound database.
//!
//! `MICROBLOG_MONKEY_KEYS=100000 cargo test --test it monkey` presses more keys, and another `MICROBLOG_MONKEY_SEED` other
//! keys.

#![cfg(target_os = "linux")]
use std::env;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::pty::{CTRL_C, ESC, Folder, PATIENCE, Screen, keep_unread_output};
use portable_pty::{PtySize, native_pty_system};
use rand::rngs::ChaCha8Rng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// The number of keys between two checks that the program still responds.
const STROKES: u32 = 40;

/// Suspends the program. The letter before it completes a key sequence that an Esc could have started.
const SUSPEND: &str = "~\u{1a}";
/// Esc as terminals send it that distinguish it from the start of a key sequence.
const CLEAR_ESC: &str = "\u{1b}[27u";

/// Sequences that a terminal sends for special keys, and without a key.
const KEYS: &[&str] = &[
    "\u{1b}[A",
    "\u{1b}[B",
    "\u{1b}[C",
    "\u{1b}[D",
    "\u{1b}[H",
    "\u{1b}[F",
    "\u{1b}[5~",
    "\u{1b}[6~",
    "\u{1b}[3~",
    "\u{1b}[15~",
    "\u{1b}[Z",
    "\t",
    "\r",
    "\r",
    "\r",
    "\u{7f}",
    " ",
    "\u{1b}\r",
    "\u{1b}b",
    "\u{1b}[1;5C",
    "\u{1b}[97;5u",
    "\u{1b}[13;5u",
    "\u{1b}[I",
    "\u{1b}[O",
    "\u{1b}[5;5R",
    "\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\",
    "\u{1b}[6;20;10t\u{1b}[?62;4c",
    "é",
    "字",
    "👩‍👩‍👧",
    "\u{301}",
];

const PASTES: &[&str] = &[
    "",
    "hello",
    "two\nlines\n\nand more",
    "@",
    "#bread :fire: @a",
    "\u{202e}backwards\u{200b}",
    "\u{1b}[2J\u{7}",
    "👩‍👩‍👧‍👦🇩🇪é",
    "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}",
    "from:\"",
    "https://example.com/a?b=c",
    "\0\u{9b}31m",
];

/// Commands that other processes run at the same time.
const OTHERS: &[&[&str]] = &[
    &["post", "somebody else wrote this"],
    &["post", "--reply-to", "3", "and answered #bread"],
    &["like", "1", "2", "3"],
    &["user", "add", "newcomer"],
    &["user", "delete", "newcomer", "--yes"],
    &["follow", "newcomer"],
    &["mute", "newcomer"],
    &["unmute", "newcomer"],
    &["delete", "301"],
    &["search", "--save", "loaves", "bread"],
];

struct Monkey {
    folder: Folder,
    random: ChaCha8Rng,
    screen: Screen,
    keys: Sender<String>,
    size: (u16, u16),
    starts: u32,
    /// The last keys that were pressed.
    played: Vec<String>,
}

impl Monkey {
    fn new(seed: u64) -> Self {
        let folder = Folder::new();
        folder.run(&["demo", "--posts", "300", "--users", "9", "--to", folder.db().to_str().unwrap()]);
        let mut screen = Self::open(&folder);
        let keys = Self::type_into(&mut screen);
        Self {
            folder,
            random: ChaCha8Rng::seed_from_u64(seed),
            screen,
            keys,
            size: (100, 30),
            starts: 1,
            played: Vec::new(),
        }
    }

    fn open(folder: &Folder) -> Screen {
        let mut command = Screen::program(&folder.db());
        command.env("XDG_STATE_HOME", folder.0.path().join("state"));
        // The program must not open pages in a real browser.
        command.env("PATH", folder.0.path());
        command.env_remove("EDITOR");
        command.env_remove("VISUAL");
        let mut screen = Screen::start(command, 100, 30);
        screen.parser = vt100::Parser::new(60, 210, 0);
        // The active user can have been deleted: then this timeline is the last one in the header.
        screen.shows(" all").shows("microblog");
        screen
    }

    /// Types from a thread, because a suspended program reads nothing and the terminal's buffer is soon full.
    fn type_into(screen: &mut Screen) -> Sender<String> {
        let (send, keys) = channel::<String>();
        let mut writer = std::mem::replace(&mut screen.keys, Box::new(std::io::sink()));
        thread::spawn(move || {
            while let Ok(keys) = keys.recv() {
                if writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).is_err() {
                    break;
                }
            }
        });
        send
    }

    fn press(&mut self, keys: &str) {
        // Writing fails if the program has just quit.
        let _ = self.keys.send(keys.to_owned());
    }

    /// Presses a random key, or sends another random event.
    fn play(&mut self) {
        let random = &mut self.random;
        let keys = match random.random_range(0..100) {
            0..55 => char::from(random.random_range(b' '..=b'~')).to_string(),
            55..63 => char::from(random.random_range(1..26_u8)).to_string(),
            63..80 => (*KEYS.choose(random).unwrap()).to_owned(),
            80..83 => ESC.to_owned(),
            83..93 => {
                let (button, end) = (
                    [0, 0, 0, 1, 2, 4, 32, 35, 64, 65][random.random_range(0..10)],
                    if random.random() { 'M' } else { 'm' },
                );
                format!("{ESC}[<{button};{};{}{end}", random.random_range(0..210), random.random_range(0..60))
            }
            93..97 => format!("{ESC}[200~{}{ESC}[201~", PASTES.choose(random).unwrap()),
            97 => format!("{ESC}[200~{}{ESC}[201~", "words and #tags ".repeat(random.random_range(0..80))),
            _ => "c".to_owned(),
        };
        self.press(&keys);
        self.played.drain(..self.played.len().saturating_sub(100));
        self.played.push(keys);
    }

    fn others(&mut self) {
        let args = *OTHERS.choose(&mut self.random).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_microblog"));
        command
            .arg("--db")
            .arg(self.folder.db())
            .args(args)
            .env("XDG_CONFIG_HOME", self.folder.0.path().join("config"));
        let said = String::from_utf8_lossy(&command.output().unwrap().stderr).into_owned();
        assert!(!said.contains("failed") && !said.contains("fault"), "{args:?}: {said}");
    }

    fn resize(&mut self) {
        let random = &mut self.random;
        let (cols, rows) = match random.random_range(0..10) {
            0 => (random.random_range(0..40), random.random_range(0..10)),
            1 => (random.random_range(0..210), random.random_range(0..60)),
            _ => (random.random_range(40..210), random.random_range(10..60)),
        };
        self.size = (cols, rows);
        // The parser keeps the largest size, because it does not shrink correctly.
        self.screen.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Whether the program is suspended.
    fn is_stopped(&self) -> bool {
        let id = self.screen.child.process_id().unwrap();
        let line = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        line.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'))
    }

    /// Resizes the window, then suspends and resumes the program, which happens only after it has handled all keys.
    ///
    /// Returns false if the program quit instead.
    fn answers(&mut self) -> bool {
        self.resize();
        self.screen.seen.clear();
        self.press(SUSPEND);
        let (end, mut again) = (Instant::now() + PATIENCE, Instant::now() + PATIENCE / 10);
        while !self.is_stopped() {
            match self.screen.bytes.recv_timeout(Duration::from_millis(5)) {
                Ok(bytes) => self.screen.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let (text, size) = (self.screen.text(), self.size);
            assert!(Instant::now() < end, "at {size:?} it no longer answers {:?}, and shows\n{text}", self.played);
            if Instant::now() > again {
                // A random key or paste can have been started and not finished.
                self.press(&format!("{ESC}[201~{SUSPEND}"));
                again += PATIENCE / 10;
            }
        }
        let text = self.screen.text();
        assert!(!text.contains("the database failed") && !text.contains("has a fault"), "{text}");
        let id = self.screen.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args(["-CONT", &id]).status().unwrap().success());
        self.screen.seen.clear();
        self.screen.writes("\u{1b}[?1049h");
        true
    }

    /// Asserts that the program quit without an error and restored the terminal.
    fn was_left(&mut self) {
        let status = self.screen.child.wait().unwrap();
        let said = String::from_utf8_lossy(&self.screen.seen).into_owned();
        let reports = fs::read_dir(self.reports()).into_iter().flatten().flatten();
        let reports: Vec<String> = reports.map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
        assert!(reports.is_empty(), "{}", reports.join("\n"));
        // If another process deleted the user, the draft cannot be stored, and is saved in a file.
        let kept = said.contains("that user is gone") && said.contains("it is kept in");
        assert!(status.success() || kept, "{said}");
        // The program can have started to quit before, so that `seen` does not have all of its output.
        let given_back = !self.screen.parser.screen().alternate_screen();
        assert!(given_back, "after {:?} the terminal was not given back: {said:?}", self.played);
    }

    /// The folder of crash reports.
    fn reports(&self) -> PathBuf {
        self.folder.0.path().join("state").join("microblog")
    }

    fn start_again(&mut self) {
        self.screen = Self::open(&self.folder);
        self.keys = Self::type_into(&mut self.screen);
        self.size = (100, 30);
        self.starts += 1;
    }

    /// Goes back until the program quits: every screen has a way out.
    fn leaves(&mut self) {
        for _ in 0..60 {
            if !self.answers() {
                return self.was_left();
            }
            // `q` quits at the root, and `y` answers where that asks.
            for key in [CLEAR_ESC, "q", "y"] {
                self.press(key);
            }
        }
        panic!("after {:?} there is no way out of {:?}\n{}", self.played, self.size, self.screen.text());
    }
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn random_keys_never_break_screens_or_database() {
    let seed = number("MICROBLOG_MONKEY_SEED").unwrap_or(1);
    let wanted = number("MICROBLOG_MONKEY_KEYS").unwrap_or(600);
    println!("seed {seed}");
    let mut monkey = Monkey::new(seed);
    for n in 1..=wanted {
        monkey.play();
        if n % 200 == 0 {
            monkey.others();
        }
        if n % u64::from(STROKES) == 0 && !monkey.answers() {
            monkey.was_left();
            monkey.start_again();
        }
    }
    monkey.leaves();
    monkey.start_again();
    monkey.press(CTRL_C);
    monkey.screen.ends();
    let check = monkey.folder.run(&["db", "check"]);
    assert!(check.starts_with("no problems found"), "{check}");
    assert!(!monkey.reports().exists(), "there is a report of a fault");
    println!("{wanted} keys, {} starts", monkey.starts);
}

#[test]
fn output_before_a_key_is_read_in_full() {
    let terminal = native_pty_system().openpty(PtySize::default()).unwrap();
    keep_unread_output(&*terminal.master);
    let (mut reader, mut keys) = (terminal.master.try_clone_reader().unwrap(), terminal.master.take_writer().unwrap());
    // More than one read returns, and less than the buffer holds.
    let written = format!("{}{ESC}[?1049l", "a frame ".repeat(1_000));
    let mut program = OpenOptions::new().write(true).open(terminal.master.tty_name().unwrap()).unwrap();
    program.write_all(written.as_bytes()).unwrap();
    keys.write_all(b"\x1a").unwrap();
    drop((terminal.slave, program));
    let mut read = Vec::new();
    // Reading from a terminal that has no writer ends with an error.
    let _ = reader.read_to_end(&mut read);
    assert!(String::from_utf8_lossy(&read).contains(&written), "{} bytes of {}", read.len(), written.len());
}
