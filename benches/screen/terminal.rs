//! Runs a program in a pseudo-terminal and records when its output arrives.

use std::fs;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A repaint is over after this long without output.
const QUIET: Duration = Duration::from_millis(4);
/// A first screen takes more bytes than this; setting up the terminal takes fewer.
const FIRST_SCREEN_BYTES: usize = 1_500;
/// The results of a search arrive within this time.
const SEARCH_QUIET: Duration = Duration::from_millis(150);
/// Everything that follows a screen without a key, such as counts, arrives within this time.
const ALL_QUIET: Duration = Duration::from_millis(600);
/// The first byte of a response arrives within this time.
const FIRST_BYTE: Duration = Duration::from_millis(300);

/// The end of the program's questions to the terminal, and what terminals answer at once: a dark background, no sixels.
const QUESTION: &[u8] = b"\x1b[c";
const ANSWERS: &[u8] = b"\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\\x1b[?62;22c";

pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    bytes: Receiver<(Instant, usize)>,
    _master: Box<dyn MasterPty + Send>,
}

/// Times from a key to the first and to the last byte of the repaint.
pub struct Response {
    pub first: Duration,
    pub last: Duration,
}

impl Terminal {
    /// Starts a program, and returns the time just before.
    pub fn start(command: Command) -> (Self, Instant) {
        let size = PtySize { rows: 50, cols: 200, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut builder = CommandBuilder::new(command.get_program());
        builder.args(command.get_args());
        builder.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let answering = Arc::clone(&writer);
        let (sender, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if buffer[..read].windows(QUESTION.len()).any(|bytes| bytes == QUESTION) {
                    answering.lock().unwrap().write_all(ANSWERS).unwrap();
                }
                if sender.send((Instant::now(), read)).is_err() {
                    break;
                }
            }
        });
        let started = Instant::now();
        let child = pair.slave.spawn_command(builder).unwrap();
        (Self { child, writer, bytes, _master: pair.master }, started)
    }

    pub fn write(&mut self, keys: &str) {
        let mut writer = self.writer.lock().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Waits until the output pauses for `quiet`, and returns the times of its first and last byte.
    fn response(&mut self, quiet: Duration) -> Option<(Instant, Instant)> {
        let (first, _) = self.bytes.recv_timeout(FIRST_BYTE).ok()?;
        Some((first, self.last_after(first, quiet)))
    }

    fn last_after(&mut self, first: Instant, quiet: Duration) -> Instant {
        let mut last = first;
        while let Ok((time, _)) = self.bytes.recv_timeout(quiet) {
            last = time;
        }
        last
    }

    /// Waits for the first screen, and returns the time of its last byte.
    pub fn first_screen(&mut self) -> Instant {
        let mut read = 0;
        loop {
            let (time, bytes) = self.bytes.recv_timeout(FIRST_BYTE).unwrap();
            read += bytes;
            if read > FIRST_SCREEN_BYTES {
                return self.last_after(time, QUIET);
            }
        }
    }

    /// Waits until a repaint is over, and returns the time of its last byte.
    pub fn wait_for_repaint(&mut self) -> Option<Instant> {
        self.response(QUIET).map(|(_, last)| last)
    }

    /// Waits until the program writes nothing more without a key.
    pub fn wait_until_quiet(&mut self) {
        while self.response(ALL_QUIET).is_some() {}
    }

    /// Presses a key, and returns `None` if the screen did not change.
    pub fn press(&mut self, key: &str) -> Option<Response> {
        self.press_until(key, QUIET)
    }

    /// Presses a key that starts a search, and waits for its results.
    pub fn press_and_search(&mut self, key: &str) -> Option<Response> {
        self.press_until(key, SEARCH_QUIET)
    }

    fn press_until(&mut self, key: &str, quiet: Duration) -> Option<Response> {
        while self.bytes.try_recv().is_ok() {}
        let pressed = Instant::now();
        self.write(key);
        self.response(quiet).map(|(first, last)| Response { first: first - pressed, last: last - pressed })
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.process_id().unwrap())).unwrap()
    }

    /// Returns the CPU time of the main thread.
    pub fn cpu_time(&self) -> Duration {
        Duration::from_nanos(self.proc("schedstat").split(' ').next().unwrap().parse().unwrap())
    }

    /// Returns the peak memory in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Quits the program with a key, and waits until it ends.
    pub fn quit(mut self) {
        self.write("\x03");
        let end = Instant::now() + Duration::from_secs(5);
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < end, "the program does not end");
            thread::sleep(Duration::from_millis(1));
        }
    }
}
