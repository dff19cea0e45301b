//! Standard input as the screens read it: without ever waiting inside of a read.
//!
//! crossterm reads on until it knows a key. Where the terminal sent the beginning of one and no more, as a slow line
//! does, or a person who presses Esc and `[`, it would wait in there: no draft would be stored, and no signal heeded.
//! So a read is to come back with nothing. That must not be asked of what the shell and standard output share with us,
//! and so the terminal is opened once more, for standard input alone.
//!
//! While the terminal is to tell something of which crossterm makes nothing, what comes is looked at on its way there.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event};

use super::answers::Answers;

/// How long after a question its answer is listened for: so slow is no terminal.
const AWAITED: Duration = Duration::from_secs(2);
/// How long after it one may still be on its way when the screens are left.
const LATE: Duration = Duration::from_millis(200);
/// Enough for crossterm to read what is there, and what each key costs while an answer is listened for.
#[cfg(unix)]
const MOMENT: Duration = Duration::from_micros(50);

/// What comes from the terminal.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// When something was asked of which the answer is not complete.
    asked: Option<Instant>,
    answers: Answers,
    /// What was looked at and is to be taken in.
    events: VecDeque<Event>,
}

impl Input {
    /// Listens for answers from now on.
    pub(super) fn listen(&mut self) -> io::Result<()> {
        // crossterm takes what is standard input at its first look for the terminal.
        event::poll(Duration::ZERO)?;
        self.asked = Some(Instant::now());
        Ok(())
    }

    /// What was answered, once that is complete.
    pub(super) fn take_answers(&mut self) -> Option<Answers> {
        self.answers.sixel.is_some().then(|| std::mem::take(&mut self.answers))
    }

    /// How long the answer may still be on its way; none when it came, or is not to come any more.
    pub(super) fn patience(&self) -> Option<Duration> {
        LATE.checked_sub(self.asked?.elapsed())
    }

    /// Whether something comes within that time.
    pub(super) fn poll(&mut self, patience: Duration) -> io::Result<bool> {
        if !self.events.is_empty() {
            return Ok(true);
        }
        if self.asked.is_none_or(|asked| asked.elapsed() > AWAITED) {
            self.asked = None;
            return event::poll(patience);
        }
        let bytes = overhear(patience, &mut self.events)?;
        self.answers.hear(&bytes);
        if self.answers.sixel.is_some() {
            self.asked = None;
        }
        Ok(!self.events.is_empty())
    }

    /// What came.
    pub(super) fn read(&mut self) -> io::Result<Event> {
        self.events.pop_front().map_or_else(event::read, Ok)
    }
}

#[cfg(unix)]
use unix::overhear;
#[cfg(unix)]
pub(super) use unix::{take, wait_in_reads};

#[cfg(unix)]
mod unix {
    use std::collections::VecDeque;
    use std::ffi::OsStr;
    use std::fs::{File, OpenOptions};
    use std::io::{self, Read, Write, pipe};
    use std::os::fd::AsFd;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::OpenOptionsExt;
    use std::sync::OnceLock;
    use std::time::Duration;

    use crossterm::event::{self, Event};
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    use rustix::io::Errno;
    use rustix::stdio::{dup2_stdin, stdin};
    use rustix::termios::ttyname;

    use super::MOMENT;

    /// Standard input is ours alone.
    static OWN: OnceLock<bool> = OnceLock::new();

    /// Opens the terminal once more as standard input, unless that was done, and reads it without waiting. Where it
    /// cannot be opened, as after `su` to somebody else, all stays as it is.
    pub(in super::super) fn take() {
        OWN.get_or_init(|| open().is_ok());
        wait_in_reads(false);
    }

    fn open() -> io::Result<()> {
        let name = ttyname(stdin(), Vec::new())?;
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        let flags = i32::try_from(flags).map_err(io::Error::other)?;
        let path = OsStr::from_bytes(name.as_bytes());
        let terminal = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
        Ok(dup2_stdin(terminal)?)
    }

    /// Whether a read waits, as other programs that read the terminal expect.
    pub(in super::super) fn wait_in_reads(wait: bool) {
        if OWN.get() != Some(&true) {
            return;
        }
        // Where that fails it stays as it is, which is no worse than it was before.
        if let Ok(flags) = fcntl_getfl(stdin()) {
            let flags = if wait { flags - OFlags::NONBLOCK } else { flags | OFlags::NONBLOCK };
            let _ = fcntl_setfl(stdin(), flags);
        }
    }

    /// Waits for bytes from the terminal, and has crossterm read them. As it can be handed nothing, a pipe that holds the
    /// bytes is standard input meanwhile.
    pub(super) fn overhear(patience: Duration, events: &mut VecDeque<Event>) -> io::Result<Vec<u8>> {
        let patience = Timespec::try_from(patience).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 });
        let waited = poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], Some(&patience));
        let mut terminal = File::from(stdin().try_clone_to_owned()?);
        let mut bytes = vec![0; 1_024];
        let count = match waited {
            // crossterm may hold something back of what it read, and may know that the terminal has another size.
            Ok(0) | Err(Errno::INTR) => 0,
            Ok(_) => match terminal.read(&mut bytes) {
                // Another reader was sooner.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
                read => read?,
            },
            Err(error) => return Err(error.into()),
        };
        bytes.truncate(count);
        let (from, mut to) = pipe()?;
        fcntl_setfl(&from, OFlags::NONBLOCK)?;
        to.write_all(&bytes)?;
        dup2_stdin(&from)?;
        let read = read_out(&from, events);
        dup2_stdin(&terminal)?;
        read.map(|()| bytes)
    }

    /// Has crossterm read until nothing is left: where it finds its time gone before it looked, it reads nothing.
    fn read_out(from: &impl AsFd, events: &mut VecDeque<Event>) -> io::Result<()> {
        loop {
            read_all(events)?;
            match poll(&mut [PollFd::new(from, PollFlags::IN)], Some(&Timespec::default())) {
                Ok(0) => return Ok(()),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn read_all(events: &mut VecDeque<Event>) -> io::Result<()> {
        while event::poll(MOMENT)? {
            events.push_back(event::read()?);
        }
        Ok(())
    }
}

/// Elsewhere nothing can be looked at on its way, and no answer is heard.
#[cfg(not(unix))]
fn overhear(patience: Duration, events: &mut VecDeque<Event>) -> io::Result<Vec<u8>> {
    if event::poll(patience)? {
        events.push_back(event::read()?);
    }
    Ok(vec![])
}

/// Elsewhere reads do not wait.
#[cfg(not(unix))]
pub(super) fn take() {}

/// Elsewhere reads do not wait.
#[cfg(not(unix))]
pub(super) fn wait_in_reads(_: bool) {}
