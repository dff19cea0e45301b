//! Runs the program in a pseudo-terminal, and reads its screen.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::OFlags;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use tempfile::TempDir;

/// Longer than any machine needs; only a failing test waits this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// U+FFFD in UTF-8.
const REPLACEMENT_CHARACTER: &[u8] = "\u{fffd}".as_bytes();

pub const ESC: &str = "\u{1b}";
pub const ENTER: &str = "\r";
pub const SEND: &str = "\u{13}";
pub const CTRL_C: &str = "\u{3}";

/// The running program and its terminal.
pub struct Screen {
    pub parser: vt100::Parser,
    pub bytes: Receiver<Vec<u8>>,
    pub keys: Box<dyn Write + Send>,
    pub child: Box<dyn Child + Send + Sync>,
    pub master: Box<dyn MasterPty + Send>,
    pub seen: Vec<u8>,
    /// The first bytes of a character that could be U+FFFD.
    pending: Vec<u8>,
}

/// A folder with a database in it.
pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn db(&self) -> PathBuf {
        self.0.path().join("m.db")
    }

    pub fn run(&self, args: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_microblog"))
            .arg("--db")
            .arg(self.db())
            .args(args)
            .env("XDG_CONFIG_HOME", self.0.path().join("config"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn open(&self, columns: u16, rows: u16) -> Screen {
        Screen::open(&self.db(), columns, rows)
    }
}

impl Screen {
    pub fn open(db: &Path, columns: u16, rows: u16) -> Self {
        Self::start(Self::program(db), columns, rows)
    }

    /// Returns the command that runs the program with a database; arguments and environment can be added.
    pub fn program(db: &Path) -> CommandBuilder {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_microblog"));
        command.arg("--db");
        command.arg(db);
        command.env("TERM", "xterm-256color");
        command.env("XDG_CONFIG_HOME", db.with_file_name("config"));
        for name in
            ["MICROBLOG_USER", "MICROBLOG_CONFIG", "NO_COLOR", "COLORTERM", "COLORFGBG", "LC_ALL", "LC_TIME", "LANG"]
        {
            command.env_remove(name);
        }
        command
    }

    pub fn start(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        keep_unread_output(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            parser: vt100::Parser::new(rows.max(1), columns.max(1), 0),
            bytes,
            keys,
            child,
            master: pair.master,
            seen: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// Parses output of the program.
    ///
    /// `vt100` draws nothing for U+FFFD, although it takes a column on every terminal, and would keep the old cell: another
    /// character of that width is drawn instead.
    pub fn take(&mut self, bytes: &[u8]) {
        self.seen.extend(bytes);
        self.pending.extend(bytes);
        let rest = (1..3).rev().find(|count| self.pending.ends_with(&REPLACEMENT_CHARACTER[..*count])).unwrap_or(0);
        let whole = self.pending.len() - rest;
        for piece in self.pending[..whole].split_inclusive(|byte| *byte == REPLACEMENT_CHARACTER[2]) {
            match piece.strip_suffix(REPLACEMENT_CHARACTER) {
                Some(before) => self.parser.process(&[before, "\u{25a1}".as_bytes()].concat()),
                None => self.parser.process(piece),
            }
        }
        self.pending.drain(..whole);
    }

    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    #[track_caller]
    pub fn wait(&mut self, what: &str, done: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !done(self.parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.bytes.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("never saw {what:?} on\n{}", self.text())
                }
            }
        }
    }

    /// Waits until the program has written these bytes, whatever they do to the screen.
    #[track_caller]
    pub fn writes(&mut self, wanted: &str) -> &mut Self {
        let end = Instant::now() + PATIENCE;
        while !String::from_utf8_lossy(&self.seen).contains(wanted) {
            let left = end.saturating_duration_since(Instant::now());
            let bytes = self.bytes.recv_timeout(left).expect("the program writes what is waited for");
            self.take(&bytes);
        }
        self
    }

    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.wait(text, |screen| screen.contents().contains(text));
        self
    }

    #[track_caller]
    pub fn hides(&mut self, text: &str) -> &mut Self {
        self.wait(&format!("no {text}"), |screen| !screen.contents().contains(text));
        self
    }

    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
        self.parser.screen_mut().set_size(rows, columns);
    }

    /// Waits for the program to end, and returns everything that it wrote.
    #[track_caller]
    pub fn rest(&mut self) -> &[u8] {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.bytes.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it never ended, and shows\n{}", self.text()),
            }
        }
        self.child.wait().unwrap();
        &self.seen
    }

    /// Waits for the program to end, asserts that it restored the terminal, and returns everything that it wrote.
    #[track_caller]
    pub fn ends(&mut self) -> String {
        let seen = String::from_utf8_lossy(self.rest()).into_owned();
        let Some(restored) = seen.rfind("\u{1b}[?1049l") else {
            let last: String = seen.chars().rev().take(400).collect::<Vec<_>>().into_iter().rev().collect();
            let status = self.child.wait();
            panic!(
                "the alternate screen is not left, the end is {status:?}, and the last that was written is {last:?}"
            );
        };
        assert!(restored > seen.rfind("\u{1b}[?1049h").unwrap());
        assert!(seen[restored..].contains("\u{1b}[?25h"), "the cursor is shown again");
        seen
    }
}

/// Makes a terminal keep unread output when `^C` or `^Z` is pressed.
///
/// Outside of raw mode, the system discards unread output then: if the program has just quit, that is the output that
/// restores the terminal.
pub fn keep_unread_output(terminal: &dyn MasterPty) {
    let flags = i32::try_from(OFlags::NOCTTY.bits()).unwrap();
    let name = terminal.tty_name().unwrap();
    let terminal = OpenOptions::new().read(true).write(true).custom_flags(flags).open(name).unwrap();
    let mut modes = tcgetattr(&terminal).unwrap();
    modes.local_modes |= LocalModes::NOFLSH;
    tcsetattr(&terminal, OptionalActions::Now, &modes).unwrap();
}
