//! A pseudo-terminal with a program in it, and a clock on what it writes.

use std::fs;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// So long nothing more must come for a repaint to be over.
const QUIET: Duration = Duration::from_millis(4);
/// A first screen takes more bytes than this.
const SCREEN: usize = 1_500;
/// So long for a search to be answered.
const SEARCHED: Duration = Duration::from_millis(150);
/// So long for all that follows a screen by itself, such as counts.
const CALM: Duration = Duration::from_millis(600);
/// How long the first byte is waited for.
const PATIENCE: Duration = Duration::from_millis(300);

pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<(Instant, usize)>,
    _master: Box<dyn MasterPty + Send>,
}

/// How long after a key the first and the last byte of what it changed came.
pub struct Answer {
    pub first: Duration,
    pub last: Duration,
}

impl Terminal {
    /// Starts a program; gives the moment just before.
    pub fn start(command: Command) -> (Self, Instant) {
        let size = PtySize { rows: 50, cols: 200, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut builder = CommandBuilder::new(command.get_program());
        builder.args(command.get_args());
        builder.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
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
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits until nothing more comes; gives the moments of the first and the last byte, if any came.
    fn answer(&mut self, quiet: Duration) -> Option<(Instant, Instant)> {
        let (first, _) = self.bytes.recv_timeout(PATIENCE).ok()?;
        Some((first, self.last_after(first, quiet)))
    }

    fn last_after(&mut self, first: Instant, quiet: Duration) -> Instant {
        let mut last = first;
        while let Ok((moment, _)) = self.bytes.recv_timeout(quiet) {
            last = moment;
        }
        last
    }

    /// Waits until the first screen stands, which is more than what takes the terminal over; gives the moment of its
    /// last byte.
    pub fn first_screen(&mut self) -> Instant {
        let mut read = 0;
        loop {
            let (moment, bytes) = self.bytes.recv_timeout(PATIENCE).unwrap();
            read += bytes;
            if read > SCREEN {
                return self.last_after(moment, QUIET);
            }
        }
    }

    /// Waits until a repaint is over; gives the moment of its last byte.
    pub fn settled(&mut self) -> Option<Instant> {
        self.answer(QUIET).map(|(_, last)| last)
    }

    /// Waits until nothing happens by itself any more.
    pub fn rest(&mut self) {
        while self.answer(CALM).is_some() {}
    }

    /// Presses a key; none if it changed nothing.
    pub fn press(&mut self, key: &str) -> Option<Answer> {
        self.press_until(key, QUIET)
    }

    /// Presses a key that a search follows, which looks for its answer on a thread.
    pub fn press_to_search(&mut self, key: &str) -> Option<Answer> {
        self.press_until(key, SEARCHED)
    }

    fn press_until(&mut self, key: &str, quiet: Duration) -> Option<Answer> {
        while self.bytes.try_recv().is_ok() {}
        let pressed = Instant::now();
        self.write(key);
        self.answer(quiet).map(|(first, last)| Answer { first: first - pressed, last: last - pressed })
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.process_id().unwrap())).unwrap()
    }

    /// The time that its first thread has had of a core.
    pub fn cpu(&self) -> Duration {
        Duration::from_nanos(self.proc("schedstat").split(' ').next().unwrap().parse().unwrap())
    }

    /// The most memory that it ever had, in bytes.
    pub fn peak(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Ends the program from the keyboard.
    pub fn quit(mut self) {
        self.write("\x03");
        let end = Instant::now() + Duration::from_secs(5);
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < end, "it does not end");
            thread::sleep(Duration::from_millis(1));
        }
    }
}
