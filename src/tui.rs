//! The screens: the terminal UI.
//!
//! `event_loop` waits for events and draws; `app` turns them into messages, has [`update`] change the state, and
//! carries out the effects that follow. Only `app`, `run_effect` and the `workers` use the store, and only
//! `terminal` and `event_loop` the terminal; `update`, `draw` and `keys` use neither.

mod app;
mod draw;
mod event;
mod event_loop;
mod hit_test;
pub mod images;
pub mod keys;
mod labels;
pub mod layout;
pub mod list;
pub mod measure;
mod mouse;
mod preferences;
mod probe;
mod prompt;
mod run_effect;
pub mod screens;
pub mod state;
mod terminal;
pub mod thread;
pub mod update;
pub mod widgets;
mod workers;

use std::env;
use std::io::{self, IsTerminal};
use std::panic;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::thread as threads;
use std::time::Instant;

use signal_hook::SigId;
#[cfg(unix)]
use signal_hook::consts;
use signal_hook::{flag, low_level};
use thiserror::Error;

pub use app::App;
use event::Event;
pub use preferences::keymap;
pub use probe::{TerminalAnswers, ask_terminal};
pub use prompt::choose;
use terminal::Screen;
pub use terminal::clipboard::desktop_program as clipboard_program;
use terminal::parser::Input;
use terminal::query::Answer;

use crate::config::{ColorDepth, Config};
use crate::crash::{self, Crash};
use crate::model::User;
use crate::store::{self, Store};
use preferences::Preferences;

/// Signals that end the screens.
#[cfg(unix)]
const ENDING_SIGNALS: [i32; 3] = [consts::SIGHUP, consts::SIGINT, consts::SIGTERM];
/// Elsewhere the terminal is not watched for signals, and they end the program.
#[cfg(not(unix))]
const ENDING_SIGNALS: [i32; 0] = [];

/// Why the screens could not be shown, or ended early.
#[derive(Debug, Error)]
pub enum TuiError {
    /// Input or output is not a terminal.
    #[error(
        "the screens need a terminal, and {0} is none: microblog timeline prints posts, microblog --help lists the commands"
    )]
    NoTerminal(&'static str),
    /// The draft could not be saved in the database, and was saved in a file.
    #[error("the draft could not be saved: {why}; it is kept in {}", .file.display())]
    DraftSaved {
        /// Why the store did not save it.
        why: String,
        /// Where the draft is.
        file: PathBuf,
    },
    /// The draft could not be saved anywhere; the error holds its text.
    #[error("the draft could not be saved anywhere: {why}; it was: {text}")]
    DraftLost {
        /// Why the store did not save it.
        why: String,
        /// The text of the draft.
        text: String,
    },
    /// The program panicked.
    #[error(transparent)]
    Fault(#[from] Crash),
    /// The screens ended early, and the draft could not be saved either.
    #[error("{0}; {1}")]
    Both(Box<TuiError>, Box<TuiError>),
    /// The system allows no more threads.
    #[error("cannot start a thread: {0}: close other programs, or allow more processes (ulimit -u)")]
    NoThread(io::Error),
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
}

/// How to start the screens.
#[derive(Debug, Default)]
pub struct Options {
    /// The user who writes, if it is not the active one.
    pub actor: Option<User>,
    /// The color depth that the environment names.
    pub depth: ColorDepth,
    /// The settings.
    pub config: Config,
    /// A notice for the first screen.
    pub notice: Option<String>,
    /// Whether the database is temporary, and is gone at the end.
    pub temporary: bool,
    /// Whether no request may be sent.
    pub offline: bool,
}

/// Checks that there is a terminal to draw on.
///
/// # Errors
/// When input or output is not a terminal, or one that cannot move its cursor.
pub fn check_terminal() -> Result<(), TuiError> {
    if !io::stdin().is_terminal() {
        return Err(TuiError::NoTerminal("standard input"));
    }
    if !io::stdout().is_terminal() {
        return Err(TuiError::NoTerminal("standard output"));
    }
    match env::var_os("TERM") {
        Some(term) if term == "dumb" => Err(TuiError::NoTerminal("TERM=dumb")),
        // On Unix a terminal has a name; without one it is a log or a pipe in disguise.
        None if cfg!(unix) => Err(TuiError::NoTerminal("one without TERM")),
        Some(term) if term.is_empty() => Err(TuiError::NoTerminal("one without TERM")),
        _ => Ok(()),
    }
}

/// Returns the theme for what is shown before the screens.
#[must_use]
pub fn first_theme(config: Config, depth: ColorDepth) -> widgets::Theme {
    Preferences::new(config, depth).theme().clone()
}

/// Shows the screens until the user quits or a signal ends them; the draft is saved either way.
///
/// # Errors
/// When there is no terminal, it fails, or the draft cannot be saved.
pub fn run(store: Store, options: Options) -> Result<(), TuiError> {
    check_terminal()?;
    let (mut screen, mut app, _stop) = open(store, options)?;
    let ended = save_on_exit(&mut app, |app| {
        screen.set_mouse(app.state.settings.mouse)?;
        event_loop::await_background(&mut screen, app)?;
        event_loop::run(&mut screen, app)
    });
    await_answers(&mut screen, &app);
    ended
}

/// Takes the terminal over and asks it questions, and reads the first screen at the same time: that saves a tenth of each
/// start, and the answers are often there before the first frame.
fn open(store: Store, options: Options) -> Result<(Screen, App, StopOnSignals), TuiError> {
    let size = crossterm::terminal::size()?;
    let questions = preferences::questions(options.depth);
    let take_over = |events| {
        let mut screen = Screen::open(events)?;
        if !questions.is_empty() {
            screen.ask(&questions)?;
        }
        // After the screen, which reports signals: from then on each of them also ends the loop.
        Ok((screen, StopOnSignals::new()?))
    };
    let (sender, events) = channel();
    let (to_loop, again) = (sender.clone(), sender.clone());
    threads::scope(|scope| {
        let opening = threads::Builder::new().spawn_scoped(scope, move || take_over(to_loop));
        let app = App::with_channel(store, options, size, (sender, events));
        let opened = opening.map(|opening| opening.join().unwrap_or_else(|fault| panic::resume_unwind(fault)));
        let (screen, stop) = match opened {
            // One thread less may be enough.
            Err(_) | Ok(Err(TuiError::NoThread(_))) => take_over(again)?,
            Ok(opened) => opened?,
        };
        Ok((screen, app, stop))
    })
}

/// While it lives, a signal that ends the program also stops the statement that runs, however long that would take. The
/// loop reports the signal, and lets statements run again: it saves the draft.
struct StopOnSignals(Vec<SigId>);

impl StopOnSignals {
    fn new() -> io::Result<Self> {
        let register = |signal| flag::register(signal, store::stop_flag());
        Ok(Self(ENDING_SIGNALS.into_iter().map(register).collect::<io::Result<_>>()?))
    }
}

impl Drop for StopOnSignals {
    fn drop(&mut self) {
        for signal in self.0.drain(..) {
            low_level::unregister(signal);
        }
    }
}

/// Runs the loop, and saves the draft however the loop ends.
fn save_on_exit(app: &mut App, run: impl FnOnce(&mut App) -> io::Result<()>) -> Result<(), TuiError> {
    let ended = crash::catch(|| run(app)).map_err(TuiError::from).and_then(|ended| Ok(ended?));
    let left = crash::catch(|| app.leave()).map_err(TuiError::from).flatten();
    match (ended, left) {
        (Err(why), Err(draft)) => Err(TuiError::Both(Box::new(why), Box::new(draft))),
        (ended, left) => ended.and(left),
    }
}

/// Waits for answers of the terminal that are still on their way; the shell would take them for typed text.
fn await_answers(screen: &mut Screen, app: &App) {
    while let Some(wait) = screen.answer_wait() {
        match app.next_event(Instant::now() + wait) {
            Some(Event::Input(Input::Answer(Answer::Attributes { .. }))) => screen.answered(),
            Some(Event::TerminalLost(_)) => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
