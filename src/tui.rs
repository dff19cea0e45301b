//! The screens: the loop reads what is ready, turns it into messages, updates the state, runs the
//! effects and draws once.
//!
//! Only the loop, [`effects`] and the [`worker`] touch the store; `update`, `view` and `keys` never name it.

mod background;
mod choice;
mod chosen;
mod counter;
mod effects;
mod hit;
mod importer;
mod input;
pub mod keys;
pub mod layout;
pub mod list;
mod mouse;
pub mod state;
mod steady;
mod terminal;
pub mod thread;
pub mod update;
pub mod view;
mod worker;

use std::collections::VecDeque;
use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event};
use ratatui::Frame;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use thiserror::Error;

use crate::config::{Config, Depth};
use crate::fault::{self, Fault};
use crate::model::{Timeline, Timestamp, User};
use crate::rescue;
use crate::store::{Draft, Store};
use background::{Heard, Listener};
pub use choice::choose;
use chosen::Chosen;
pub use chosen::keymap;
use counter::Counter;
use importer::Importer;
use state::{Action, Compose, Effect, Msg, Notice, State};
use worker::{Job, Worker};

/// How often the loop looks after what happens without a key.
const IDLE: Duration = Duration::from_millis(250);

/// What takes longer than this is said to be under way, and nothing before.
const PATIENCE: Duration = Duration::from_millis(150);

/// How long each picture of the sign that says so stands.
const SPINNER: Duration = Duration::from_millis(100);

/// How often it looks for an answer while a search runs.
const SEARCHING: Duration = Duration::from_millis(15);

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
    Fault(#[from] Fault),
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
    pub depth: Depth,
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
pub fn first_theme(config: Config, depth: Depth) -> view::Theme {
    Chosen::new(config, depth).theme().clone()
}

/// The screens and the store behind them; the loop without its terminal.
#[derive(Debug)]
pub struct Session {
    /// What is shown.
    pub state: State,
    store: Store,
    chosen: Chosen,
    listener: Listener,
    seen: i64,
    /// When the store was asked whether others wrote.
    looked: Timestamp,
    /// The store cannot be read where it was opened, which was said once.
    lost: bool,
    /// The thread that searches, once something was looked for.
    worker: Option<Worker>,
    /// The thread that brings in what was written elsewhere, while it does.
    importer: Option<Importer>,
    /// The thread that counts what is unread.
    counter: Counter,
    /// When the worker was asked for what it works on.
    asked: Instant,
    /// What is to be put on the clipboard.
    copied: Option<String>,
}

impl Session {
    /// Loads the first screen.
    #[must_use]
    pub fn new(store: Store, options: Options, size: (u16, u16)) -> Self {
        let seen = store.data_version().unwrap_or(0);
        let mut state = State::new(Timestamp::now(), size);
        let chosen = Chosen::new(options.config, options.depth);
        state.settings = chosen.settings().clone();
        state.keymap = chosen.keymap();
        let mut session = Self {
            state,
            store,
            chosen,
            listener: Listener::default(),
            seen,
            looked: Timestamp::from_micros(0),
            lost: false,
            worker: None,
            importer: None,
            counter: Counter::default(),
            asked: Instant::now(),
            copied: None,
        };
        session.state.active = options.actor;
        session.state.read_only = session.store.is_read_only();
        session.run(vec![Effect::LoadPanes, Effect::LoadUsers]);
        let wrong = session.chosen.problem().map(|text| Notice { text, error: true });
        session.state.notice = wrong.or(options.notice.map(|text| Notice { text, error: false }));
        session
    }

    /// Takes a message and does all that follows from it.
    pub fn send(&mut self, msg: Msg) {
        let effects = update::update(&mut self.state, msg);
        self.run(effects);
    }

    /// Takes what the terminal reported.
    pub fn event(&mut self, event: Event) {
        let heard = self.listener.hear(event);
        self.heard(heard);
    }

    fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Background(color) => self.chosen.stands_on(color),
            Heard::Events(events) => events.into_iter().for_each(|event| self.act_on(event)),
        }
    }

    fn act_on(&mut self, event: Event) {
        let msg = match event {
            Event::Key(key) => keys::read(&self.state, key),
            Event::Mouse(mouse) => mouse::read(mouse),
            Event::Paste(text) => Some(Msg::Paste(text)),
            Event::Resize(width, height) => Some(Msg::Resize(width, height)),
            _ => None,
        };
        if let Some(msg) = msg {
            self.send(msg);
        }
    }

    /// Looks after what happens without a key: time, drafts, and what other processes wrote. True when
    /// the screen shows something else now.
    pub fn tick(&mut self, now: Timestamp) -> bool {
        const MINUTE: i64 = 60_000_000;
        let minute = now.micros() / MINUTE != self.state.now.micros() / MINUTE;
        let notice = self.state.notice.clone();
        let unread = self.state.current().map(|tab| tab.unread);
        let held = self.listener.give_up(None);
        self.heard(held);
        self.send(Msg::Tick(now));
        let renewed = self.chosen.renew();
        if let Some(problems) = &renewed {
            self.send(Msg::Settings(Box::new(self.chosen.settings().clone()), self.chosen.keymap(), problems.clone()));
        }
        let changed = self.look(now);
        renewed.is_some()
            || minute
            || changed
            || unread != self.state.current().map(|tab| tab.unread)
            || notice != self.state.notice
    }

    /// Takes in what others wrote, as often as that is wanted; true when there is something.
    fn look(&mut self, now: Timestamp) -> bool {
        let rest = i64::try_from(self.state.settings.refresh).unwrap_or(i64::MAX).saturating_mul(1_000);
        // A tick may come a little early. A clock that was put back is no reason to wait for it.
        let early = IDLE.as_micros() as i64 / 2;
        if (0..rest - early).contains(&(now.micros() - self.looked.micros())) {
            return false;
        }
        self.looked = now;
        let seen = match self.store.data_version() {
            Ok(seen) => seen,
            Err(error) if !self.lost => {
                self.lost = true;
                self.send(Msg::Failed(error.to_string()));
                self.seen
            }
            Err(_) => self.seen,
        };
        let changed = seen != self.seen;
        if changed {
            self.seen = seen;
            self.send(Msg::StoreChanged);
        }
        changed
    }

    /// A search is under way.
    fn is_searching(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_busy)
    }

    /// Takes in what was counted; true when the screen shows something else by it.
    fn count(&mut self) -> bool {
        let Some(msg) = self.counter.turn(self.store.path()) else { return false };
        let news = !matches!(&msg, Msg::Unread(_, unread) if *unread == self.state.unread);
        self.send(msg);
        news
    }

    /// Waits for all that is being read or counted.
    pub fn settle(&mut self) {
        while self.is_searching() || self.importer.is_some() || self.counter.is_busy() {
            self.collect();
            self.count();
            sleep(Duration::from_millis(1));
        }
    }

    /// Takes in what the worker found; true when that came, or when it takes so long that it must be said.
    fn collect(&mut self) -> bool {
        let answers = self.worker.as_mut().map(Worker::answers).unwrap_or_default();
        let came = !answers.is_empty() | self.hear_importer();
        answers.into_iter().for_each(|msg| self.send(msg));
        let waited = self.asked.elapsed();
        let waiting = (self.is_searching() && waited >= PATIENCE).then(|| waited.as_millis() / SPINNER.as_millis());
        let changed = came || waiting != self.state.waiting;
        self.state.waiting = waiting;
        changed
    }

    /// Takes in how far an import is; true when that is news.
    fn hear_importer(&mut self) -> bool {
        let Some(importer) = &self.importer else { return false };
        let before = self.state.importing.clone();
        let news = importer.news();
        if matches!(news, Msg::Imported(_)) {
            self.importer = None;
        }
        self.send(news);
        self.state.importing != before
    }

    /// Draws the screen as it now is.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        view::draw(&self.state, self.chosen.theme(), frame);
    }

    /// Stores what is still unsaved, with all the patience there is; if that fails too, a file of its own
    /// takes it.
    fn leave(&mut self) -> Result<(), TuiError> {
        self.state.quit = true;
        self.send(Msg::Tick(Timestamp::now()));
        // What was deleted stays a day where it cannot be let go now: nothing is lost by that.
        let deleted = std::mem::take(&mut self.state.history.deleted);
        if !deleted.is_empty() {
            let _ = self.store.purge_posts(&deleted);
        }
        let open = [self.state.compose.take()];
        let kept = open.map(|compose| compose.filter(|compose| compose.unsaved).map_or(Ok(()), |it| self.keep(&it)));
        kept.into_iter().collect()
    }

    /// Stores what was being written.
    fn keep(&mut self, compose: &Compose) -> Result<(), TuiError> {
        let draft = Draft { user: compose.author, purpose: compose.purpose() };
        let text = compose.editor.text();
        let Err(error) = self.store.save_draft(draft, &text, Timestamp::now()) else { return Ok(()) };
        let folder = self.store.path().parent().map(Path::to_owned).unwrap_or_default();
        Err(match rescue::keep(&text, &folder) {
            Ok(file) => TuiError::DraftKept { why: error.to_string(), file },
            Err(_) => TuiError::DraftLost { why: error.to_string(), text },
        })
    }

    /// Sets something in the person's file of settings, and reads it again.
    fn choose(&mut self, setting: &[&str], value: &str, pending: &mut VecDeque<Effect>) {
        let msg = match self.chosen.choose(setting, value) {
            Ok(problems) => Msg::Settings(Box::new(self.chosen.settings().clone()), self.chosen.keymap(), problems),
            Err(why) => Msg::Failed(why),
        };
        pending.extend(update::update(&mut self.state, msg));
    }

    /// Lets the worker do something else from now on.
    fn ask(&mut self, effect: Effect) {
        let reader = self.state.active.as_ref().map(|user| user.id);
        let worker = self.worker.get_or_insert_with(|| Worker::start(self.store.path()));
        worker.ask(Job { reader, effect });
        self.asked = Instant::now();
    }

    fn run(&mut self, effects: Vec<Effect>) {
        let mut pending: VecDeque<Effect> = effects.into();
        while let Some(effect) = pending.pop_front() {
            let effect = match effect {
                Effect::Wear(name) => {
                    self.chosen.wear(&name);
                    continue;
                }
                Effect::LoadThemes => {
                    let msg = Msg::Themes(self.chosen.themes());
                    pending.extend(update::update(&mut self.state, msg));
                    continue;
                }
                Effect::ChooseTheme(name) => {
                    self.choose(&["theme"], &name, &mut pending);
                    continue;
                }
                Effect::ChooseKeys(name) => {
                    self.choose(&["keys", "preset"], &name, &mut pending);
                    continue;
                }
                Effect::Search { .. }
                | Effect::LoadStats { .. }
                | Effect::Load(Timeline::Search(_), _)
                | Effect::Reload { timeline: Timeline::Search(_), .. } => {
                    self.ask(effect);
                    continue;
                }
                Effect::LoadUnread { .. } => {
                    self.counter.want(effect);
                    continue;
                }
                Effect::Import(path, under) => {
                    self.importer = Some(Importer::start(self.store.path(), &path, under));
                    continue;
                }
                Effect::StopImport => {
                    self.importer.as_ref().map(Importer::stop).unwrap_or_default();
                    continue;
                }
                Effect::Copy(text) => {
                    self.copied = Some(text);
                    continue;
                }
                effect => effect,
            };
            if matches!(effect, Effect::MarkRead(..)) {
                self.counter.read_on();
            }
            let reader = self.state.active.as_ref().map(|user| user.id);
            if let Some(msg) = effects::run(&mut self.store, reader, effect) {
                pending.extend(update::update(&mut self.state, msg));
            }
        }
    }
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
    let mut screen = terminal::Screen::open()?;
    let size = screen.terminal.size()?;
    let mut session = Session::new(store, options, (size.width, size.height));
    if session.chosen.wonders() {
        screen.ask(background::QUESTION)?;
        session.listener.asked();
    }
    let ended = guard(&mut session, |session| turn(&mut screen, session, &signals));
    await_answer(&mut session);
    ended
}

/// Runs the loop, and keeps what was being written however that ends.
fn guard(session: &mut Session, turn: impl FnOnce(&mut Session) -> io::Result<()>) -> Result<(), TuiError> {
    let ended = fault::caught(|| turn(session)).map_err(TuiError::from).and_then(|ended| Ok(ended?));
    let left = fault::caught(|| session.leave()).map_err(TuiError::from).flatten();
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
                session.send(Msg::Resize(size.width, size.height));
            }
            screen.draw(|frame| session.draw(frame))?;
            changed = false;
        }
        let mut patience = due.saturating_duration_since(Instant::now());
        if session.is_searching() || session.counter.is_busy() {
            patience = patience.min(SEARCHING);
        }
        if session.importer.is_some() {
            patience = patience.min(SPINNER);
        }
        if session.counter.is_due() {
            patience = Duration::ZERO;
        }
        if event::poll(whole(patience))? {
            changed = true;
            loop {
                take(screen, session, event::read()?)?;
                if session.state.quit || !event::poll(Duration::ZERO)? {
                    break;
                }
            }
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
        Ok(0) => Duration::ZERO,
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
        Some(Msg::Act(Action::Edit)) => screen.lend(|| session.event(event))?,
        Some(Msg::Act(Action::Suspend)) => screen.suspend()?,
        _ => session.event(event),
    }
    if let Some(text) = session.copied.take() {
        terminal::copy(&text)?;
    }
    screen.listen(session.state.settings.mouse)
}

/// Waits a moment for an answer that is still on its way, which else would be typed into the shell.
fn await_answer(session: &mut Session) {
    while let Some(patience) = session.listener.patience() {
        match event::poll(patience).and_then(|there| if there { event::read().map(Some) } else { Ok(None) }) {
            Ok(Some(event)) => drop(session.listener.hear(event)),
            Ok(None) | Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests;
