//! The screens and what stands behind them, without a terminal: messages go to the state, and the effects that follow to
//! the store, the threads and the person's files. It knows nothing of when the screen is drawn.

use std::collections::VecDeque;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crossterm::event::Event;
use ratatui::Frame;

use super::background::{Heard, Listener};
use super::chosen::Chosen;
use super::counter::Counter;
use super::importer::Importer;
use super::pictures::{Asked, Drawn, Pictures};
use super::state::{
    Compose, Effect, Message, Notice, SettingsEffect, State, StoreEffect, TerminalEffect, WorkerEffect,
};
use super::worker::{Job, Worker};
use super::{IDLE, Options, TuiError, effects, keys, mouse, update, view};
use crate::model::{Timeline, Timestamp, User, UserId};
use crate::store::{BusyTimeout, DatabaseError, DraftKey, Store, StoreError};
use crate::text_recovery;

/// What takes longer than this is said to be under way, and nothing before.
const PATIENCE: Duration = Duration::from_millis(150);

/// How long each picture of the sign that says so stands.
const SPINNER: Duration = Duration::from_millis(100);

/// Most searches are answered within this time: so long it looks for the answer all the time.
const SOON: Duration = Duration::from_millis(30);

/// How often it looks for an answer while a search runs.
const SEARCHING: Duration = Duration::from_millis(15);

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
    /// The thread that loads what users look like, once somebody with a picture was seen.
    painter: Option<Worker>,
    /// What is done once the screen shows what follows from the last key.
    later: VecDeque<Effect>,
    /// Who is to be the active user in the store, once whoever writes there is done.
    switching: Option<UserId>,
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
            painter: None,
            later: VecDeque::new(),
            switching: None,
            asked: Instant::now(),
            copied: None,
        };
        // A store that cannot even do that says so at the first question.
        let _ = session.store.limit_memory();
        session.dress();
        session.state.active = options.actor;
        session.state.read_only = session.store.is_read_only();
        session.run(vec![Effect::Store(StoreEffect::LoadPanes), Effect::Store(StoreEffect::LoadNearbyUsers)]);
        session
            .run(session.state.active.iter().map(|user| Effect::Store(StoreEffect::LoadDetailUsed(user.id))).collect());
        session.later.push_back(Effect::Store(StoreEffect::LoadUsers));
        let wrong = session.chosen.problem().map(|text| Notice { text, error: true });
        session.state.notice = wrong.or(options.notice.map(|text| Notice { text, error: false }));
        session
    }

    /// Takes a message and does all that follows from it.
    pub fn send(&mut self, msg: Message) {
        let effects = update::update(&mut self.state, msg);
        self.run(effects);
    }

    /// Takes what the terminal reported.
    pub fn event(&mut self, event: Event) {
        let heard = self.listener.hear(event);
        self.heard(heard);
    }

    /// What the terminal is to be asked, if anything; its answers are awaited from then on.
    pub(super) fn questions(&mut self) -> String {
        let questions = self.chosen.questions();
        self.listener.asked(&questions);
        questions.concat()
    }

    /// Has pictures drawn by the terminal, which said how it does that.
    pub(super) fn send_pictures(&mut self, drawn: Drawn) {
        self.chosen.draws(drawn);
        self.dress();
        self.send(Message::Avatars(vec![]));
    }

    /// What is to be put on the clipboard.
    pub(super) fn take_copied(&mut self) -> Option<String> {
        self.copied.take()
    }

    fn heard(&mut self, heard: Heard) {
        match heard {
            Heard::Background(color) => self.chosen.stands_on(color),
            Heard::Kitty => self.send_pictures(Drawn::Sent),
            Heard::Events(events) => events.into_iter().for_each(|event| self.act_on(event)),
        }
    }

    fn act_on(&mut self, event: Event) {
        let msg = match event {
            Event::Key(key) => keys::read(&self.state, key),
            Event::Mouse(mouse) => mouse::read(mouse),
            Event::Paste(text) => Some(Message::Paste(text)),
            Event::Resize(width, height) => Some(Message::Resize(width, height)),
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
        self.later.extend(self.switching.map(|id| Effect::Store(StoreEffect::SwitchUser(id))));
        self.catch_up();
        let held = self.listener.give_up(None);
        self.heard(held);
        self.send(Message::Tick(now));
        let renewed = self.chosen.renew();
        if let Some(problems) = &renewed {
            self.dress();
            self.send(Message::SettingsChanged(
                Box::new(self.chosen.settings().clone()),
                self.chosen.keymap(),
                problems.clone(),
            ));
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
                self.send(Message::Failed(error.to_string()));
                self.seen
            }
            Err(_) => self.seen,
        };
        let changed = seen != self.seen;
        if changed {
            self.seen = seen;
            self.send(Message::StoreChanged);
        }
        changed
    }

    /// A search is under way.
    fn is_searching(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_busy)
    }

    /// Pictures are being loaded.
    fn is_painting(&self) -> bool {
        self.painter.as_ref().is_some_and(Worker::is_busy)
    }

    /// How long what its threads do can be left alone.
    pub(super) fn patience(&self) -> Duration {
        if self.counter.is_due() {
            Duration::ZERO
        } else if self.is_searching() && self.asked.elapsed() < SOON {
            Duration::from_millis(1)
        } else if self.is_searching() || self.counter.is_busy() || self.is_painting() {
            SEARCHING
        } else if self.importer.is_some() {
            SPINNER
        } else {
            Duration::MAX
        }
    }

    /// Takes in what was counted; true when the screen shows something else by it.
    pub(super) fn count(&mut self) -> bool {
        let Some(msg) = self.counter.turn(self.store.path()) else { return false };
        let news = !matches!(&msg, Message::Unread(_, unread) if *unread == self.state.unread);
        self.send(msg);
        news
    }

    /// Waits for all that is still to be done, read or counted.
    pub fn settle(&mut self) {
        self.catch_up();
        while self.is_searching() || self.importer.is_some() || self.counter.is_busy() || self.is_painting() {
            self.collect();
            self.count();
            sleep(Duration::from_millis(1));
        }
    }

    /// Takes in what the worker found; true when that came, or when it takes so long that it must be said.
    pub(super) fn collect(&mut self) -> bool {
        let workers = [&mut self.worker, &mut self.painter].into_iter().flatten();
        let answers: Vec<Message> = workers.flat_map(Worker::answers).collect();
        let came = !answers.is_empty() | self.hear_importer();
        answers.into_iter().for_each(|msg| self.send(msg));
        let waited = self.asked.elapsed();
        let waiting = (self.is_searching() && waited >= PATIENCE).then(|| waited.as_millis() / SPINNER.as_millis());
        let changed = came || waiting != self.state.spinner_frame;
        self.state.spinner_frame = waiting;
        changed
    }

    /// Takes in how far an import is; true when that is news.
    fn hear_importer(&mut self) -> bool {
        let Some(importer) = &self.importer else { return false };
        let before = self.state.importing.clone();
        let news = importer.news();
        if matches!(news, Message::Imported(_)) {
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
    pub(super) fn leave(&mut self) -> Result<(), TuiError> {
        self.state.quit = true;
        self.send(Message::Tick(Timestamp::now()));
        self.catch_up();
        // Who is active is not worth a complaint where nobody is there to read it.
        let _ = self.switch(|store, id| store.set_active_user(id, Timestamp::now()));
        // What was deleted stays a day where it cannot be let go now: nothing is lost by that.
        let deleted = std::mem::take(&mut self.state.history.deleted);
        if !deleted.is_empty() {
            let _ = self.store.purge_posts(&deleted);
        }
        let unsaved = self.state.compose.take().filter(|compose| compose.unsaved);
        unsaved.map_or(Ok(()), |compose| self.keep(&compose))
    }

    /// Stores what was being written.
    fn keep(&mut self, compose: &Compose) -> Result<(), TuiError> {
        let draft = DraftKey { user: compose.author, purpose: compose.purpose() };
        let text = compose.editor.text();
        let Err(error) = self.store.save_draft(draft, &text, Timestamp::now()) else { return Ok(()) };
        let folder = self.store.path().parent().map(Path::to_owned).unwrap_or_default();
        Err(match text_recovery::save(&text, &folder) {
            Ok(file) => TuiError::DraftKept { why: error.to_string(), file },
            Err(_) => TuiError::DraftLost { why: error.to_string(), text },
        })
    }

    /// Sets something in the person's file of settings, and reads it again.
    fn choose(&mut self, setting: &[&str], value: &str) -> Message {
        match self.chosen.choose(setting, value) {
            Ok(problems) => {
                Message::SettingsChanged(Box::new(self.chosen.settings().clone()), self.chosen.keymap(), problems)
            }
            Err(why) => Message::Failed(why),
        }
    }

    /// Draws pictures as that is wanted by now.
    fn dress(&mut self) {
        let drawn = self.chosen.pictures();
        if drawn != self.state.pictures.drawn() {
            self.state.pictures = Pictures::new(drawn);
        }
    }

    /// Loads what users look like; where nobody has a picture, that is known at once.
    fn paint(&mut self, asked: Asked, drawn: Drawn) -> Option<Message> {
        match self.store.has_avatars() {
            Ok(true) => {
                let painter = self.painter.get_or_insert_with(|| Worker::start(self.store.path()));
                painter.ask(Job { reader: None, effect: Effect::Worker(WorkerEffect::LoadAvatars(asked, drawn)) });
                None
            }
            Ok(false) => Some(Message::Avatars(asked.into_iter().map(|(user, _)| (user, None)).collect())),
            Err(error) => Some(Message::Failed(error.to_string())),
        }
    }

    /// Lets the worker do something else from now on.
    fn ask(&mut self, effect: Effect) {
        let reader = self.state.active.as_ref().map(|user| user.id);
        let worker = self.worker.get_or_insert_with(|| Worker::start(self.store.path()));
        worker.ask(Job { reader, effect });
        self.asked = Instant::now();
    }

    /// Runs effects, and what follows from their answers, until nothing does.
    fn run(&mut self, effects: Vec<Effect>) {
        let mut pending: VecDeque<Effect> = effects.into();
        while let Some(effect) = pending.pop_front() {
            if let Some(msg) = self.perform(effect) {
                pending.extend(update::update(&mut self.state, msg));
            }
        }
    }

    /// Runs one effect, or keeps it for later; gives the answer, if there is one at once.
    fn perform(&mut self, effect: Effect) -> Option<Message> {
        if can_wait(&effect) {
            self.later.push_back(effect);
            return None;
        }
        if self.later.iter().any(|waits| is_needed(waits, &effect)) {
            self.catch_up();
        }
        self.do_now(effect)
    }

    /// Something was kept for later.
    pub(super) fn is_behind(&self) -> bool {
        !self.later.is_empty()
    }

    /// Does what was kept for later; true when something came of it.
    pub(super) fn catch_up(&mut self) -> bool {
        let mut came = false;
        while let Some(effect) = self.later.pop_front() {
            if let Some(msg) = self.do_now(effect) {
                // Of the users, those that are seen are there already, and who has no picture looks as before.
                came |= !matches!(msg, Message::Users(..) | Message::Avatars(_));
                self.send(msg);
            }
        }
        came
    }

    /// Keeps who is active. An import may hold the store for long: then that is tried again.
    fn switch(&mut self, switch: impl FnOnce(&mut Store, UserId) -> Result<User, StoreError>) -> Option<Message> {
        let id = self.switching.take()?;
        match switch(&mut self.store, id) {
            Ok(_) => None,
            Err(StoreError::Database(DatabaseError::Busy)) => {
                self.switching = Some(id);
                None
            }
            Err(error) => Some(Message::Failed(error.to_string())),
        }
    }

    /// Runs one effect where it belongs; gives the answer, if there is one at once.
    fn do_now(&mut self, effect: Effect) -> Option<Message> {
        match effect {
            Effect::Store(StoreEffect::SwitchUser(id)) => {
                self.switching = Some(id);
                return self.switch(|store, id| {
                    store
                        .with_busy_timeout(BusyTimeout::Background, |store| store.set_active_user(id, Timestamp::now()))
                });
            }
            Effect::Settings(SettingsEffect::PreviewTheme(name)) => self.chosen.wear(&name),
            Effect::Settings(SettingsEffect::ListThemes) => return Some(Message::Themes(self.chosen.themes())),
            Effect::Settings(SettingsEffect::ChooseTheme(name)) => return Some(self.choose(&["theme"], &name)),
            Effect::Settings(SettingsEffect::ChooseKeyPreset(name)) => {
                return Some(self.choose(&["keys", "preset"], &name));
            }
            Effect::Worker(WorkerEffect::Search { .. })
            | Effect::Worker(WorkerEffect::LoadStats { .. })
            | Effect::Store(StoreEffect::LoadPage(Timeline::Search(_), _))
            | Effect::Store(StoreEffect::ReloadPage { timeline: Timeline::Search(_), .. }) => self.ask(effect),
            Effect::Worker(WorkerEffect::CountUnread { .. }) => self.counter.want(effect),
            Effect::Worker(WorkerEffect::LoadAvatars(asked, drawn)) => return self.paint(asked, drawn),
            Effect::Worker(WorkerEffect::Import(path, under)) => {
                self.importer = Some(Importer::start(self.store.path(), &path, under))
            }
            Effect::Worker(WorkerEffect::CancelImport) => {
                self.importer.as_ref().map(Importer::stop).unwrap_or_default()
            }
            Effect::Terminal(TerminalEffect::CopyText(text)) => self.copied = Some(text),
            effect => {
                if matches!(effect, Effect::Store(StoreEffect::MarkRead(..))) {
                    self.counter.read_on();
                }
                let reader = self.state.active.as_ref().map(|user| user.id);
                let done = self
                    .store
                    .with_busy_timeout(BusyTimeout::Interactive, |store| Ok(effects::run(store, reader, effect)));
                return done.unwrap_or_else(|error| Some(Message::Failed(error.to_string())));
            }
        }
        None
    }
}

/// Whether the screen can show what follows from a key before this is done: it waits for the disk and changes nothing
/// that is seen, or it looks whether what is shown already still stands.
fn can_wait(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Store(StoreEffect::MarkRead(..))
            | Effect::Store(StoreEffect::SavePosition(..))
            | Effect::Store(StoreEffect::SwitchUser(_))
            | Effect::Store(StoreEffect::ReloadPage { .. })
            | Effect::Worker(WorkerEffect::LoadAvatars(..))
    )
}

/// Whether something must be done before something else is. What only reads needs nothing of what can wait, but for the
/// place in a timeline, which is read when that is opened, and for what is read again of a timeline, which knows nothing
/// of pages that come meanwhile.
fn is_needed(waits: &Effect, by: &Effect) -> bool {
    match (by, waits) {
        (_, Effect::Worker(WorkerEffect::LoadAvatars(..))) => false,
        (
            Effect::Store(StoreEffect::OpenTimeline(user, timeline, _)),
            Effect::Store(StoreEffect::MarkRead(whose, of, _)) | Effect::Store(StoreEffect::SavePosition(whose, of, _)),
        ) => (whose, of) == (user, timeline),
        (
            Effect::Store(StoreEffect::OpenTimeline(_, timeline, _))
            | Effect::Store(StoreEffect::LoadPage(timeline, _)),
            Effect::Store(StoreEffect::ReloadPage { timeline: of, .. }),
        ) => timeline == of,
        (
            Effect::Store(StoreEffect::OpenTimeline(..))
            | Effect::Store(StoreEffect::LoadPage(..))
            | Effect::Store(StoreEffect::LoadUsers)
            | Effect::Store(StoreEffect::LoadNearbyUsers)
            | Effect::Store(StoreEffect::LoadThread(_))
            | Effect::Store(StoreEffect::LoadProfile(_))
            | Effect::Worker(WorkerEffect::CountUnread { .. })
            | Effect::Worker(WorkerEffect::Search { .. }),
            _,
        ) => false,
        _ => true,
    }
}
