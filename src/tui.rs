//! The screens: the loop reads what is ready, lets the [`session`] turn it into messages, update the state and run the
//! effects, and draws once.
//!
//! Only the session, [`effects`] and the threads touch the store; `update`, `view` and `keys` never name it.

mod answers;
mod background;
mod choice;
mod chosen;
mod clipboard;
mod counter;
mod effects;
mod hit;
mod importer;
mod inline;
mod input;
pub mod keys;
mod kitty;
pub mod layout;
pub mod list;
mod mouse;
pub mod pictures;
mod session;
mod sixel;
mod standing;
pub mod state;
mod steady;
mod terminal;
pub mod thread;
pub mod update;
pub mod view;
mod worker;

use std::env;
use std::io::{self, IsTerminal};
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::event::Event;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use thiserror::Error;

use crate::config::{ColorDepth, Config};
use crate::crash::{self, Crash};
use crate::model::{Timestamp, User};
use crate::store::Store;
pub use choice::choose;
use chosen::Chosen;
pub use chosen::keymap;
use input::Input;
use pictures::Drawn;
pub use session::Session;
use state::{Action, Message};

/// How often the loop looks after what happens without a key.
const IDLE: Duration = Duration::from_millis(250);

/// How long it looks for a key that was pressed already. Asked not to wait at all, crossterm does not look even at those
/// that it has read, and each would have a frame of its own.
const GLANCE: Duration = Duration::from_micros(20);

/// How long keys are taken, where they come without end, before the screen shows what came of them.
const BATCH: Duration = Duration::from_millis(50);

/// Why the screens could not be shown, or ended early.
#[derive(Debug, Error)]
pub enum TuiError {
    /// Input or output is no terminal.
    #[error(
        "the screens need a terminal, and {0} is none: microblog timeline prints posts, microblog --help lists the commands"
    )]
    NoTerminal(&'static str),
    /// The draft could not be stored, and lies in a file.
    #[error("the draft could not be stored: {why}; it is kept in {}", .file.display())]
    DraftKept {
        /// What the store said.
        why: String,
        /// Where the draft is.
        file: PathBuf,
    },
    /// The draft could not even be written to a file; it is said instead.
    #[error("the draft could not be stored anywhere: {why}; it was: {text}")]
    DraftLost {
        /// What the store said.
        why: String,
        /// The draft.
        text: String,
    },
    /// The program has a fault.
    #[error(transparent)]
    Fault(#[from] Crash),
    /// It ended early, and what was being written could not be stored either.
    #[error("{0}; {1}")]
    Both(Box<TuiError>, Box<TuiError>),
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
}

/// How the screens are to be shown.
#[derive(Debug, Default)]
pub struct Options {
    /// On whose behalf posts are written, if not the active user's.
    pub actor: Option<User>,
    /// What the environment tells of the terminal's colours; none where none are wanted.
    pub depth: ColorDepth,
    /// What the person chose.
    pub config: Config,
    /// What there is to say at the start.
    pub notice: Option<String>,
}

/// Makes sure that there is a terminal to draw on, before anything else is done.
///
/// # Errors
/// When input or output is no terminal, or one that cannot move its cursor.
pub fn check_terminal() -> Result<(), TuiError> {
    if !io::stdin().is_terminal() {
        return Err(TuiError::NoTerminal("standard input"));
    }
    if !io::stdout().is_terminal() {
        return Err(TuiError::NoTerminal("standard output"));
    }
    match env::var_os("TERM") {
        Some(term) if term == "dumb" => Err(TuiError::NoTerminal("TERM=dumb")),
        // Where terminals have names, one without is a log or a pipe in disguise.
        None if cfg!(unix) => Err(TuiError::NoTerminal("one without TERM")),
        Some(term) if term.is_empty() => Err(TuiError::NoTerminal("one without TERM")),
        _ => Ok(()),
    }
}

/// The theme of the screens before there are any.
#[must_use]
pub fn first_theme(config: Config, depth: ColorDepth) -> view::Theme {
    Chosen::new(config, depth).theme().clone()
}

/// What other processes ask of this one.
#[derive(Debug, Default)]
struct Signals {
    /// To end.
    end: Arc<AtomicBool>,
    /// To stop for a while.
    suspend: Arc<AtomicBool>,
}

/// Shows the screens until the person leaves them, or a signal ends them; the draft is kept either way.
///
/// # Errors
/// When there is no terminal, or it fails.
pub fn run(store: Store, options: Options) -> Result<(), TuiError> {
    check_terminal()?;
    let signals = Signals::default();
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&signals.end))?;
    }
    signal_hook::flag::register(SIGTSTP, Arc::clone(&signals.suspend))?;
    let (mut screen, mut session) = open(store, options)?;
    let questions = session.questions();
    if !questions.is_empty() {
        screen.input.listen()?;
        screen.ask(&questions)?;
    }
    let ended = guard(&mut session, |session| turn(&mut screen, session, &signals));
    await_answers(&mut screen.input);
    ended
}

/// Takes the terminal over, and meanwhile reads what the first screen shows: a tenth of each start is not waited for.
fn open(store: Store, options: Options) -> io::Result<(terminal::Screen, Session)> {
    let size = crossterm::terminal::size()?;
    std::thread::scope(|scope| {
        let screen = scope.spawn(terminal::Screen::open);
        let session = Session::new(store, options, size);
        let screen = screen.join().unwrap_or_else(|fault| panic::resume_unwind(fault))?;
        Ok((screen, session))
    })
}

/// Runs the loop, and keeps what was being written however that ends.
fn guard(session: &mut Session, turn: impl FnOnce(&mut Session) -> io::Result<()>) -> Result<(), TuiError> {
    let ended = crash::catch(|| turn(session)).map_err(TuiError::from).and_then(|ended| Ok(ended?));
    let left = crash::catch(|| session.leave()).map_err(TuiError::from).flatten();
    match (ended, left) {
        (Err(why), Err(draft)) => Err(TuiError::Both(Box::new(why), Box::new(draft))),
        (ended, left) => ended.and(left),
    }
}

/// The loop: draw when something changed, wait for input, take all that is there.
fn turn(screen: &mut terminal::Screen, session: &mut Session, signals: &Signals) -> io::Result<()> {
    screen.listen(session.state.settings.mouse)?;
    let mut changed = true;
    let mut due = Instant::now() + IDLE;
    while !session.state.quit && !signals.end.load(Ordering::Relaxed) {
        if changed {
            // A size that changed before the terminal was listened to is reported by nobody.
            let size = screen.terminal.size()?;
            if (size.width, size.height) != session.state.size {
                session.send(Message::Resize(size.width, size.height));
            }
            screen.send(&session.state.pictures)?;
            screen.draw(|frame| session.draw(frame))?;
            changed = false;
        }
        if session.is_behind() && !screen.input.poll(GLANCE)? {
            changed = session.catch_up();
            continue;
        }
        let patience = session.patience().min(due.saturating_duration_since(Instant::now()));
        if screen.input.poll(whole(patience))? {
            changed = true;
            let began = Instant::now();
            loop {
                let event = screen.input.read()?;
                take(screen, session, event)?;
                if session.state.quit || began.elapsed() >= BATCH || !screen.input.poll(GLANCE)? {
                    break;
                }
            }
        }
        if screen.learns_sixel() {
            session.send_pictures(Drawn::Sixel);
            changed = true;
        }
        if signals.suspend.swap(false, Ordering::Relaxed) {
            screen.suspend()?;
            changed = true;
        }
        changed |= session.collect();
        if !changed {
            changed = session.count();
        }
        // By the clock and not by idleness, so that a draft is stored behind one who types on and on,
        // and never while a key waits.
        if Instant::now() >= due {
            changed |= session.tick(Timestamp::now());
            // Nothing says so where the terminal went away without a signal, and nobody can be asked any more.
            if !io::stdout().is_terminal() {
                return Err(io::Error::new(io::ErrorKind::NotConnected, "it is gone"));
            }
            // A change of size that nobody reported shows now.
            let size = screen.terminal.size()?;
            changed |= (size.width, size.height) != session.state.size;
            due = Instant::now() + IDLE;
        }
    }
    Ok(())
}

/// A time to wait for the terminal, a little over a whole number of milliseconds. Under it lies `poll(2)`, which counts
/// in these, rounded down, and crossterm asks again until all of the time is over: of 250 ms the last would be spent
/// asking, three quarters of what an idle screen cost.
fn whole(time: Duration) -> Duration {
    const ASKING: Duration = Duration::from_micros(150);
    match u64::try_from(time.as_micros().div_ceil(1_000)) {
        Ok(0) => GLANCE,
        Ok(millis) => Duration::from_millis(millis) + ASKING,
        Err(_) => time,
    }
}

/// Takes an event, and lends the terminal where the person's editor or their shell needs it.
fn take(screen: &mut terminal::Screen, session: &mut Session, event: Event) -> io::Result<()> {
    let action = match &event {
        Event::Key(key) => keys::read(&session.state, *key),
        _ => None,
    };
    match action {
        Some(Message::Act(Action::Edit)) => screen.lend(|| session.event(event))?,
        Some(Message::Act(Action::Suspend)) => screen.suspend()?,
        Some(Message::Act(Action::Redraw)) => screen.redraw()?,
        _ => session.event(event),
    }
    if let Some(text) = session.take_copied() {
        clipboard::copy(&text)?;
    }
    screen.listen(session.state.settings.mouse)
}

/// Waits a moment for answers that are still on their way, which else would be typed into the shell.
fn await_answers(input: &mut Input) {
    while let Some(patience) = input.patience() {
        let heard = input.poll(patience).and_then(|there| there.then(|| input.read()).transpose());
        if heard.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
