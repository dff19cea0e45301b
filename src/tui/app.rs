//! The application without its terminal: messages change the state, and the effects that follow go to the store, the
//! workers, the settings or the loop. It does not know when a frame is drawn.

mod effects;
mod publishing;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crossterm::event::{Event as TerminalEvent, KeyModifiers};
use ratatui::Frame;

use self::publishing::Publishing;
use super::event::{Event, Report, Task};
use super::images::avatars::{AvatarCache, ImageProtocol};
use super::preferences::Preferences;
use super::screens::timeline::unread;
use super::state::{
    Compose, Effect, Message, Notice, State, StoreEffect, TerminalEffect, UnreadRequest, WorkerEffect, posted_label,
};
use super::terminal::parser::{Input, KeyPress};
use super::workers::worker::Worker;
use super::{Options, TuiError, draw, keys, mouse, update};
use crate::config::Rgb;
use crate::model::{PostId, Timestamp, UserId};
use crate::store::{BusyTimeout, Store, stop_flag};
use crate::text_recovery;

/// How often [`App::tick`] is called.
pub(super) const TICK: Duration = Duration::from_millis(250);

/// A search that takes longer than this shows a spinner.
const SPINNER_AFTER: Duration = Duration::from_millis(150);

/// How long each frame of a spinner is shown.
const SPINNER_FRAME: Duration = Duration::from_millis(100);

/// How often the store is read again while feeds are refreshed, in microseconds.
const REFRESH_POLL: i64 = 1_000_000;

/// How often a job that a newer one waits for is interrupted again.
const INTERRUPT_AGAIN: Duration = Duration::from_millis(15);

/// How long unread counts wait for the list of users, or it for them. Both are loaded at once, and are shown in one frame.
const WAIT_FOR_OTHER: Duration = Duration::from_millis(50);

/// How long [`App::settle`] waits for a single result.
const SETTLE_WAIT: Duration = Duration::from_secs(60);

/// The state, and all that reads and changes it.
#[derive(Debug)]
pub struct App {
    /// What the screens show.
    pub state: State,
    store: Store,
    preferences: Preferences,
    /// The counter of commits by other processes, as it was read last.
    data_version: i64,
    /// When it was read.
    polled_at: Timestamp,
    /// Reading it failed, and a notice said so.
    poll_failed: bool,
    events: Receiver<Event>,
    /// The other end of the channel.
    sender: Sender<Event>,
    /// Searches and statistics.
    query: Worker,
    /// Unread counts.
    unread: Worker,
    /// What the last count of unread posts was started for.
    counted: Option<UnreadRequest>,
    /// The list of users.
    users: Worker,
    /// Avatars.
    avatars: Worker,
    /// Imports.
    import: Worker,
    /// Refreshes of feeds.
    refresh: Worker,
    /// Following an address.
    follow: Worker,
    /// Sending what accounts did.
    outbox: Worker,
    /// When it was looked last whether there is something to send.
    outbox_checked_at: Timestamp,
    /// Publishing your feed.
    publish: Worker,
    publishing: Publishing,
    /// When it was looked last whether feeds are due.
    refreshed_at: Timestamp,
    /// No request may be sent, whatever the settings say.
    is_offline: bool,
    /// Effects that run once the next frame was drawn.
    deferred: VecDeque<Effect>,
    /// The user who is to become the active one in the store, once the process that writes there is done.
    pending_switch: Option<UserId>,
    /// What the loop is to do with the terminal.
    terminal_effects: Vec<TerminalEffect>,
}

impl App {
    /// Opens the first screen.
    #[must_use]
    pub fn new(store: Store, options: Options, size: (u16, u16)) -> Self {
        Self::with_channel(store, options, size, channel())
    }

    /// Opens the first screen; its events come through this channel.
    pub(super) fn with_channel(
        store: Store,
        options: Options,
        size: (u16, u16),
        (sender, events): (Sender<Event>, Receiver<Event>),
    ) -> Self {
        let mut state = State::new(Timestamp::now(), size);
        let preferences = Preferences::new(options.config, options.depth);
        state.settings = preferences.settings().clone();
        state.keymap = preferences.keymap();
        let worker = |task| Worker::new(task, store.path(), sender.clone());
        let mut app = Self {
            state,
            preferences,
            data_version: store.data_version().unwrap_or(0),
            polled_at: Timestamp::from_micros(0),
            poll_failed: false,
            query: worker(Task::Query),
            unread: worker(Task::Unread),
            counted: None,
            users: worker(Task::Users),
            avatars: worker(Task::Avatars),
            import: worker(Task::Import),
            refresh: worker(Task::Refresh),
            follow: worker(Task::Follow),
            outbox: worker(Task::Outbox),
            outbox_checked_at: Timestamp::from_micros(0),
            publish: worker(Task::Publish),
            publishing: Publishing::default(),
            refreshed_at: Timestamp::from_micros(0),
            is_offline: options.offline,
            events,
            sender,
            store,
            deferred: VecDeque::new(),
            pending_switch: None,
            terminal_effects: Vec::new(),
        };
        // A store that fails here fails at the first query too, which says why.
        let _ = app.store.limit_memory();
        app.apply_image_protocol();
        app.state.active = options.actor;
        app.state.read_only = app.store.is_read_only();
        app.run(vec![StoreEffect::LoadPanes.into(), StoreEffect::LoadNearbyUsers.into()]);
        app.run(app.state.active.iter().map(|user| StoreEffect::LoadDetailUsed(user.id).into()).collect());
        app.deferred.push_back(WorkerEffect::LoadUsers.into());
        let problem = app.preferences.problem().map(|text| Notice { text, error: true });
        app.state.temporary = options.temporary;
        app.state.notice = problem.or(options.notice.map(|text| Notice { text, error: false }));
        app
    }

    /// Returns the next event, waiting for it at most until a deadline.
    pub(super) fn next_event(&self, deadline: Instant) -> Option<Event> {
        // The workers hold the other end of the channel, so the only failure is that the time is over.
        self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
    }

    /// Returns the end of the channel to which events are sent.
    pub(super) fn event_sender(&self) -> Sender<Event> {
        self.sender.clone()
    }

    /// Returns the next event if there is one already.
    pub(super) fn ready_event(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Applies a message, and does all that follows from it.
    pub fn send(&mut self, message: Message) {
        let effects = update::update(&mut self.state, message);
        self.run(effects);
    }

    /// Ends the loop. The signal has stopped the statement that ran; those that save the draft must run.
    pub(super) fn quit_by_signal(&mut self) {
        stop_flag().store(false, Ordering::Relaxed);
        self.state.quit = true;
    }

    /// Applies an event as crossterm reports it.
    pub fn event(&mut self, event: TerminalEvent) {
        match event {
            TerminalEvent::Key(event) => self.input(Input::Key(KeyPress { event, latin: None })),
            TerminalEvent::Mouse(event) => self.input(Input::Mouse(event)),
            TerminalEvent::Paste(text) => self.input(Input::Paste(text)),
            TerminalEvent::Resize(width, height) => self.send(Message::Resize(width, height)),
            TerminalEvent::FocusGained | TerminalEvent::FocusLost => {}
        }
    }

    /// Applies a key, a mouse event or a paste. Answers of the terminal are for the loop.
    pub(super) fn input(&mut self, input: Input) {
        let message = match input {
            Input::Key(press) => self.key(press),
            Input::Mouse(event) => mouse::read(event),
            Input::Paste(text) => Some(Message::Paste(text)),
            Input::Answer(_) => None,
        };
        if let Some(message) = message {
            self.send(message);
        }
    }

    /// Returns the message of a key. A letter of another script stands for the Latin letter in its place with Ctrl and
    /// Alt, and wherever it types nothing and is not bound itself.
    fn key(&self, press: KeyPress) -> Option<Message> {
        let Some(latin) = press.latin else { return keys::read(&self.state, press.event) };
        if press.event.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return keys::read(&self.state, latin);
        }
        match keys::read(&self.state, press.event) {
            None | Some(Message::PendingChord(None) | Message::Notice(_)) => keys::read(&self.state, latin),
            message => message,
        }
    }

    /// Returns the settings file, which is made if there is none.
    pub(super) fn create_settings_file(&self) -> Result<PathBuf, String> {
        self.preferences.create_file()
    }

    /// Takes what the loop is to do with the terminal.
    pub(super) fn take_terminal_effects(&mut self) -> Vec<TerminalEffect> {
        std::mem::take(&mut self.terminal_effects)
    }

    /// Returns whether the colors of the first frame depend on a background that the terminal has not reported.
    pub(super) fn awaits_background(&self) -> bool {
        self.preferences.awaits_background()
    }

    /// Sets how the terminal said that it draws images.
    pub(super) fn set_image_protocol(&mut self, protocol: ImageProtocol) {
        self.preferences.set_image_protocol(protocol);
        self.apply_image_protocol();
        self.send(Message::Avatars(vec![]));
    }

    /// Sets the background color that the terminal reported.
    pub(super) fn set_background(&mut self, color: Rgb) {
        self.preferences.set_background(color);
    }

    /// Does what is due without a key: time, drafts, settings, and what other processes wrote. Returns true when the
    /// screen changed.
    pub fn tick(&mut self, now: Timestamp) -> bool {
        const SECOND: i64 = 1_000_000;
        let next = |unit: i64| now.micros() / unit != self.state.now.micros() / unit;
        let (next_second, next_minute) = (next(SECOND), next(60 * SECOND));
        let notice = self.state.notice.clone();
        let unread = self.state.current().map(|tab| tab.unread);
        self.deferred.extend(self.pending_switch.map(|id| StoreEffect::SwitchUser(id).into()));
        self.run_deferred();
        self.send(Message::Tick(now));
        let reloaded = next_second.then(|| self.preferences.reload_if_changed()).flatten();
        if let Some(problems) = &reloaded {
            self.apply_image_protocol();
            let settings = Box::new(self.preferences.settings().clone());
            self.send(Message::SettingsChanged(settings, self.preferences.keymap(), problems.clone()));
        }
        let store_changed = self.poll_store(now) | (next_second && self.post_due(now));
        self.refresh_due_feeds(now);
        self.publish_if_due(now);
        self.send_outbox(now);
        reloaded.is_some()
            || next_minute
            || store_changed
            || unread != self.state.current().map(|tab| tab.unread)
            || notice != self.state.notice
    }

    /// Posts the scheduled posts that are due; returns true when there were any. What fails is tried again a second later, and
    /// the next command says why.
    fn post_due(&mut self, now: Timestamp) -> bool {
        let posted = self.store.with_busy_timeout(BusyTimeout::Background, |store| store.post_due(now));
        let posted = posted.unwrap_or_default();
        if posted.is_empty() {
            return false;
        }
        posted.iter().for_each(|(scheduled, _)| self.feed_changed(scheduled.author));
        let ids: Vec<PostId> = posted.into_iter().flat_map(|(_, ids)| ids).collect();
        self.send(Message::StoreChanged);
        self.send(Message::Finished(format!("{}, as scheduled", posted_label(&ids))));
        true
    }

    /// Looks whether other processes or workers wrote to the store, as often as the settings say; returns true when they did.
    fn poll_store(&mut self, now: Timestamp) -> bool {
        let mut rest = i64::try_from(self.state.settings.refresh).unwrap_or(i64::MAX).saturating_mul(1_000);
        if self.refresh.is_busy() {
            // Each feed that is stored changes the store, and what is shown would be loaded again at each tick.
            rest = rest.max(REFRESH_POLL);
        }
        // A tick may come a little early. A clock that was set back is no reason to wait.
        let early = TICK.as_micros() as i64 / 2;
        if (0..rest - early).contains(&(now.micros() - self.polled_at.micros())) {
            return false;
        }
        self.polled_at = now;
        match self.store.data_version() {
            Ok(version) if version != self.data_version => {
                self.data_version = version;
                self.send(Message::StoreChanged);
                true
            }
            Ok(_) => {
                // It is tried again after the next write; until then the log is as safe as it was.
                let _ = self.store.checkpoint_if_idle();
                false
            }
            Err(error) => {
                if !std::mem::replace(&mut self.poll_failed, true) {
                    self.send(Message::Failed(error.to_string()));
                }
                false
            }
        }
    }

    /// Returns when the loop must look after running jobs again; `None` when nothing runs that the screen shows.
    pub(super) fn next_wakeup(&self) -> Option<Instant> {
        let now = Instant::now();
        let next_frame = |elapsed: Duration| {
            let rest = elapsed.as_micros() % SPINNER_FRAME.as_micros();
            now + SPINNER_FRAME - Duration::from_micros(u64::try_from(rest).unwrap_or(0))
        };
        let query = self.query.is_busy().then(|| match SPINNER_AFTER.checked_sub(self.query.elapsed()) {
            Some(left) => now + left,
            None => next_frame(self.query.elapsed()),
        });
        let import = self.import.is_busy().then(|| next_frame(self.import.elapsed()));
        let refresh = self.refresh.is_busy().then(|| next_frame(self.refresh.elapsed()));
        let superseded =
            [&self.query, &self.unread, &self.users, &self.avatars].into_iter().any(Worker::interrupt_superseded);
        query.into_iter().chain(import).chain(refresh).chain(superseded.then(|| now + INTERRUPT_AGAIN)).min()
    }

    /// Moves spinners on; returns true when the screen changed.
    pub(super) fn update_spinners(&mut self) -> bool {
        let frame = |elapsed: Duration| elapsed.as_millis() / SPINNER_FRAME.as_millis();
        let elapsed = self.query.elapsed();
        let shown = (self.query.is_busy() && elapsed >= SPINNER_AFTER).then(|| frame(elapsed));
        let mut changed = shown != self.state.spinner_frame;
        self.state.spinner_frame = shown;
        if self.import.is_busy() {
            let before = self.state.importing.clone();
            self.send(Message::ImportProgress(self.import.progress().0, frame(self.import.elapsed())));
            changed |= self.state.importing != before;
        }
        if self.refresh.is_busy() {
            let before = self.state.refreshing;
            let (done, total) = self.refresh.progress();
            self.send(Message::RefreshProgress(done, total, frame(self.refresh.elapsed())));
            changed |= self.state.refreshing != before;
        }
        changed
    }

    /// Applies the result of a job; returns how long the next frame can wait, if the screen changed.
    pub(super) fn report(&mut self, report: Report) -> Option<Duration> {
        let worker = match report.task {
            Task::Query => &mut self.query,
            Task::Unread => &mut self.unread,
            Task::Users => &mut self.users,
            Task::Avatars => &mut self.avatars,
            Task::Import => &mut self.import,
            Task::Refresh => &mut self.refresh,
            Task::Follow => &mut self.follow,
            Task::Publish => &mut self.publish,
            Task::Outbox => &mut self.outbox,
        };
        let is_last = worker.finish(report.number);
        // A count that another one replaced, or that ran before a mark, says nothing of what is read now.
        if report.task == Task::Unread && (!is_last || self.recount_behind_marks()) {
            return None;
        }
        let changed = !matches!(&report.message, Message::Unread(_, unread) if unread::is_shown(&self.state, unread));
        let waits = match report.task {
            Task::Unread => self.users.is_busy(),
            Task::Users => self.unread.is_busy(),
            _ => false,
        };
        self.published(&report.message);
        self.send(report.message);
        changed.then_some(if waits { WAIT_FOR_OTHER } else { Duration::ZERO })
    }

    /// Waits until nothing is left to be done.
    pub fn settle(&mut self) {
        self.run_deferred();
        while [&self.query, &self.unread, &self.users, &self.avatars, &self.import, &self.refresh, &self.follow]
            .into_iter()
            .any(|worker| worker.is_busy())
        {
            match self.next_event(self.next_wakeup().unwrap_or_else(|| Instant::now() + SETTLE_WAIT)) {
                Some(Event::Worker(report)) => _ = self.report(*report),
                Some(_) => {}
                None => drop(self.update_spinners()),
            }
        }
    }

    /// Draws the screen.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        draw::draw(&self.state, self.preferences.theme(), frame);
    }

    /// Saves what is not saved yet, and waits for other processes as long as a command would; if that fails too, saves
    /// the draft to a file.
    pub(super) fn leave(&mut self) -> Result<(), TuiError> {
        self.state.quit = true;
        self.send(Message::Tick(Timestamp::now()));
        self.run_deferred();
        // The screen is gone, so these two show no notice, and neither loses text: the next start has another active
        // user, and deleted posts are purged a day later.
        let _ = self.save_active_user(BusyTimeout::Command);
        let deleted = std::mem::take(&mut self.state.history.deleted);
        if !deleted.is_empty() {
            let _ = self.store.purge_posts(&deleted);
        }
        let unsaved = self.state.compose.take().filter(|compose| compose.unsaved);
        unsaved.map_or(Ok(()), |compose| self.save_draft(&compose))
    }

    /// Saves the draft in the store or, if that fails, in a file.
    fn save_draft(&mut self, compose: &Compose) -> Result<(), TuiError> {
        let (text, now) = (compose.editor.text(), Timestamp::now());
        let saved = self.store.save_open_draft(compose.author, compose.purpose(), &compose.draft, &text, now);
        let Err(error) = saved else { return Ok(()) };
        let folder = self.store.path().parent().map(Path::to_owned).unwrap_or_default();
        Err(match text_recovery::save(&text, &folder) {
            Ok(file) => TuiError::DraftSaved { why: error.to_string(), file },
            Err(_) => TuiError::DraftLost { why: error.to_string(), text },
        })
    }

    /// Draws avatars as the settings and the terminal allow by now.
    fn apply_image_protocol(&mut self) {
        let protocol = self.preferences.image_protocol();
        if protocol != self.state.avatars.protocol() {
            self.state.avatars = AvatarCache::new(protocol);
        }
    }
}
