//! The thread that reads the terminal, and sends what it read to the loop.
//!
//! It sleeps until the terminal sends bytes, a signal arrives, or the loop has a command for it, and reads only what is
//! there: an unfinished sequence keeps nothing from being done. While the terminal is lent to another program, it does
//! not read.

use std::sync::mpsc::Sender;

use crate::tui::TuiError;
use crate::tui::event::Event;

#[cfg(not(unix))]
pub(in crate::tui) use self::fallback::InputThread;
#[cfg(unix)]
pub(in crate::tui) use self::unix::InputThread;

#[cfg(unix)]
mod unix {
    use std::io::{self, PipeReader, PipeWriter, Read, Write, pipe};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use std::thread::{self, JoinHandle};
    use std::time::{Duration, Instant};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::stdio::stdin;
    use signal_hook::SigId;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    use signal_hook::{flag, low_level};

    use super::super::parser::Parser;
    use super::{Event, Sender, TuiError};

    /// Bytes that are read at once; the kernel hands out fewer than this.
    const CHUNK: usize = 16 * 1024;
    /// How long the loop waits until the thread has stopped reading. Only a thread that another reader of the terminal
    /// outran needs longer, and that one reads nothing then.
    const PAUSE_WAIT: Duration = Duration::from_millis(500);

    /// A command of the loop.
    #[derive(Clone, Copy)]
    #[repr(u8)]
    enum Command {
        Pause = b'p',
        Resume = b'r',
        Stop = b's',
    }

    /// The thread, and the way to it.
    #[derive(Debug)]
    pub(in crate::tui) struct InputThread {
        commands: PipeWriter,
        paused: Receiver<()>,
        thread: Option<JoinHandle<()>>,
        signals: Vec<SigId>,
    }

    impl InputThread {
        /// Starts to read the terminal, and to catch signals.
        ///
        /// # Errors
        /// When the system has no thread or no file descriptor left.
        pub(in crate::tui) fn start(events: Sender<Event>) -> Result<Self, TuiError> {
            let (commands_read, commands) = pipe()?;
            let (send_paused, paused) = sync_channel(1);
            let (signals, caught) = Signals::catch(&commands)?;
            let reader = Reader {
                commands: commands_read,
                paused: send_paused,
                events,
                signals: caught,
                parser: Parser::default(),
                is_paused: false,
                last_byte: Instant::now(),
            };
            let thread = thread::Builder::new().name("input".to_owned()).spawn(move || reader.run());
            let thread = thread.map_err(TuiError::NoThread)?;
            Ok(Self { commands, paused, thread: Some(thread), signals })
        }

        /// Stops reading until [`resume`](Self::resume): another program has the terminal.
        pub(in crate::tui) fn pause(&mut self) {
            self.command(Command::Pause);
            let _ = self.paused.recv_timeout(PAUSE_WAIT);
        }

        /// Starts reading again.
        pub(in crate::tui) fn resume(&mut self) {
            self.command(Command::Resume);
        }

        fn command(&mut self, command: Command) {
            // Fails only when the thread has ended, and then there is nothing to command.
            let _ = self.commands.write_all(&[command as u8]);
        }
    }

    impl Drop for InputThread {
        fn drop(&mut self) {
            self.command(Command::Stop);
            if let Some(thread) = self.thread.take() {
                let _ = thread.join();
            }
            for signal in self.signals.drain(..) {
                low_level::unregister(signal);
            }
        }
    }

    /// The signals that arrived and were not reported yet.
    #[derive(Debug, Clone, Default)]
    struct Signals {
        quit: Arc<AtomicBool>,
        suspend: Arc<AtomicBool>,
        resize: Arc<AtomicBool>,
    }

    impl Signals {
        /// Catches signals: each sets a flag, and writes a byte into the pipe that wakes the thread.
        fn catch(wake: &PipeWriter) -> io::Result<(Vec<SigId>, Self)> {
            let signals = Self::default();
            let kinds = [
                (SIGHUP, &signals.quit),
                (SIGINT, &signals.quit),
                (SIGTERM, &signals.quit),
                (SIGTSTP, &signals.suspend),
                (SIGWINCH, &signals.resize),
            ];
            let mut ids = Vec::new();
            for (signal, flag) in kinds {
                ids.push(flag::register(signal, Arc::clone(flag))?);
                ids.push(low_level::pipe::register(signal, wake.try_clone()?)?);
            }
            Ok((ids, signals))
        }

        /// Takes the signals that arrived, as events.
        fn take(&self) -> impl Iterator<Item = Event> {
            let take = |flag: &AtomicBool, event: Event| flag.swap(false, Ordering::Relaxed).then_some(event);
            [take(&self.quit, Event::Quit), take(&self.suspend, Event::Suspend), take(&self.resize, Event::Resized)]
                .into_iter()
                .flatten()
        }
    }

    /// What the thread works with.
    struct Reader {
        commands: PipeReader,
        paused: SyncSender<()>,
        events: Sender<Event>,
        signals: Signals,
        parser: Parser,
        is_paused: bool,
        last_byte: Instant,
    }

    impl Reader {
        /// Reads until the loop says stop, has ended, or the terminal is gone.
        fn run(mut self) {
            loop {
                let Ok((readable, commanded)) = self.wait() else { return };
                if self.signals.take().any(|event| self.events.send(event).is_err()) {
                    return;
                }
                if commanded && !self.obey() {
                    return;
                }
                let sent = if readable && !self.is_paused { self.read() } else { self.time_out() };
                if !sent {
                    return;
                }
            }
        }

        /// Waits for the terminal and for commands; says which of them has something.
        fn wait(&self) -> io::Result<(bool, bool)> {
            let wanted = if self.is_paused { PollFlags::empty() } else { PollFlags::IN };
            let input = stdin();
            let mut sources = [PollFd::new(&self.commands, PollFlags::IN), PollFd::new(&input, wanted)];
            // A terminal that is gone would wake a paused thread for ever.
            let count = if self.is_paused { 1 } else { 2 };
            let left = self.parser.patience().map(|patience| patience.saturating_sub(self.last_byte.elapsed()));
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            match poll(&mut sources[..count], left.as_ref()) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            Ok((!sources[1].revents().is_empty(), !sources[0].revents().is_empty()))
        }

        /// Carries out commands; returns false for the one to stop.
        fn obey(&mut self) -> bool {
            let mut commands = [0; 64];
            let count = self.commands.read(&mut commands).unwrap_or(0);
            for command in &commands[..count] {
                match *command {
                    byte if byte == Command::Pause as u8 => {
                        self.is_paused = true;
                        let _ = self.paused.try_send(());
                    }
                    byte if byte == Command::Resume as u8 => self.is_paused = false,
                    byte if byte == Command::Stop as u8 => return false,
                    // A signal.
                    _ => {}
                }
            }
            count > 0
        }

        /// Reads what is there and sends it; returns false when the receiver is gone, or nothing more can come.
        fn read(&mut self) -> bool {
            let mut bytes = [0; CHUNK];
            let lost = match rustix::io::read(stdin(), &mut bytes) {
                Ok(0) => io::Error::new(io::ErrorKind::NotConnected, "it was closed"),
                Ok(count) => {
                    let pause = self.last_byte.elapsed();
                    self.last_byte = Instant::now();
                    let mut inputs = Vec::new();
                    self.parser.feed(&bytes[..count], pause, &mut inputs);
                    return inputs.into_iter().all(|input| self.events.send(Event::Input(input)).is_ok());
                }
                Err(Errno::INTR | Errno::AGAIN) => return true,
                Err(error) => error.into(),
            };
            let _ = self.events.send(Event::TerminalLost(lost));
            false
        }

        /// Ends a sequence that stays unfinished for too long; returns false when the receiver is gone.
        fn time_out(&mut self) -> bool {
            if self.parser.patience().is_none_or(|patience| self.last_byte.elapsed() < patience) {
                return true;
            }
            let mut inputs = Vec::new();
            self.parser.time_out(&mut inputs);
            inputs.into_iter().all(|input| self.events.send(Event::Input(input)).is_ok())
        }
    }
}

#[cfg(not(unix))]
mod fallback {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread::{self, JoinHandle};
    use std::time::Duration;

    use crossterm::event::{self, Event as Reported};

    use super::super::parser::{Input, KeyPress};
    use super::{Event, Sender, TuiError};

    /// How often the thread looks whether it is to pause or to stop.
    const GLANCE: Duration = Duration::from_millis(50);

    /// The thread that reads through crossterm, and the way to it.
    #[derive(Debug)]
    pub(in crate::tui) struct InputThread {
        paused: Arc<AtomicBool>,
        stopped: Arc<AtomicBool>,
        thread: Option<JoinHandle<()>>,
    }

    impl InputThread {
        pub(in crate::tui) fn start(events: Sender<Event>) -> Result<Self, TuiError> {
            let (paused, stopped) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
            let (pause, stop) = (Arc::clone(&paused), Arc::clone(&stopped));
            let thread = thread::Builder::new().spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    if pause.load(Ordering::Relaxed) {
                        thread::sleep(GLANCE);
                        continue;
                    }
                    let read = event::poll(GLANCE).and_then(|ready| ready.then(event::read).transpose());
                    let event = match read {
                        Ok(None) => continue,
                        Ok(Some(reported)) => convert(reported),
                        Err(error) => Some(Event::TerminalLost(error)),
                    };
                    if event.is_some_and(|event| events.send(event).is_err()) {
                        return;
                    }
                }
            });
            let thread = thread.map_err(TuiError::NoThread)?;
            Ok(Self { paused, stopped, thread: Some(thread) })
        }

        pub(in crate::tui) fn pause(&mut self) {
            self.paused.store(true, Ordering::Relaxed);
            thread::sleep(GLANCE);
        }

        pub(in crate::tui) fn resume(&mut self) {
            self.paused.store(false, Ordering::Relaxed);
        }
    }

    impl Drop for InputThread {
        fn drop(&mut self) {
            self.stopped.store(true, Ordering::Relaxed);
            if let Some(thread) = self.thread.take() {
                let _ = thread.join();
            }
        }
    }

    fn convert(reported: Reported) -> Option<Event> {
        match reported {
            Reported::Key(event) => Some(Event::Input(Input::Key(KeyPress { event, latin: None }))),
            Reported::Mouse(event) => Some(Event::Input(Input::Mouse(event))),
            Reported::Paste(text) => Some(Event::Input(Input::Paste(text))),
            Reported::Resize(..) => Some(Event::Resized),
            _ => None,
        }
    }
}
