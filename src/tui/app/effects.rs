//! Runs effects: in the store, by a worker, in the settings, or later in the event loop.

use std::collections::VecDeque;
use std::path::Path;

use super::{App, publishing};
use crate::model::{Timeline, Timestamp};
use crate::store::{BusyTimeout, DatabaseError, StoreError};
use crate::tui::images::avatars::{AvatarRequest, ImageProtocol};
use crate::tui::state::{Effect, FeedSelection, Message, SettingsEffect, StoreEffect, UnreadRequest, WorkerEffect};
use crate::tui::workers::{Job, RequestSettings};
use crate::tui::{run_effect, update};

/// How often it is looked whether feeds are due, in microseconds.
const REFRESH_PAUSE: i64 = 60_000_000;
/// How often it is looked whether there is something to send, in microseconds.
const OUTBOX_PAUSE: i64 = 2_000_000;

impl App {
    /// Runs effects, and those that follow from their messages, until none is left.
    pub(super) fn run(&mut self, effects: Vec<Effect>) {
        let mut pending: VecDeque<Effect> = effects.into();
        while let Some(effect) = pending.pop_front() {
            if is_deferrable(&effect) {
                self.deferred.push_back(effect);
                continue;
            }
            if depends_on_deferred(&effect) {
                self.run_deferred();
            }
            if let Some(message) = self.run_one(effect) {
                pending.extend(update::update(&mut self.state, message));
            }
        }
    }

    /// Returns true when effects wait for the next frame.
    pub(in crate::tui) fn has_deferred(&self) -> bool {
        !self.deferred.is_empty()
    }

    /// Runs the deferred effects; returns true when the screen changed.
    pub(in crate::tui) fn run_deferred(&mut self) -> bool {
        let mut changed = false;
        while self.has_deferred() {
            changed |= self.run_next_deferred();
        }
        changed
    }

    /// Runs the next deferred effect, so that a key waits for one at most; returns true when the screen changed.
    pub(in crate::tui) fn run_next_deferred(&mut self) -> bool {
        let Some(message) = self.deferred.pop_front().and_then(|effect| self.run_one(effect)) else { return false };
        // Users without an avatar look as before.
        let changed = !matches!(message, Message::Avatars(_));
        self.send(message);
        changed
    }

    /// Runs an effect where it belongs; returns its message if there is one at once.
    fn run_one(&mut self, effect: Effect) -> Option<Message> {
        match effect {
            Effect::Store(effect) => self.run_store(effect),
            Effect::Worker(effect) => self.run_worker(effect),
            Effect::Settings(effect) => self.run_settings(effect),
            Effect::Terminal(effect) => {
                self.terminal_effects.push(effect);
                None
            }
        }
    }

    fn run_store(&mut self, effect: StoreEffect) -> Option<Message> {
        let reader = self.state.active.as_ref().map(|user| user.id);
        match effect {
            StoreEffect::SwitchUser(id) => {
                self.pending_switch = Some(id);
                self.save_active_user(BusyTimeout::Background)
            }
            // Searches may take long.
            StoreEffect::LoadPage(timeline @ Timeline::Search(_), place) => {
                self.query.start(Job::Page(reader, timeline, place));
                None
            }
            StoreEffect::ReloadPage { timeline: timeline @ Timeline::Search(_), range, newest, .. } => {
                self.query.start(Job::Reload { reader, timeline, range, newest });
                None
            }
            effect => {
                let author = publishing::changed_author(&effect);
                let marks_read = marks_read(&effect);
                let done = self
                    .store
                    .with_busy_timeout(BusyTimeout::Interactive, |store| Ok(run_effect::run(store, reader, effect)));
                if marks_read {
                    // A count that runs does not know what was read just now.
                    self.unread.restart();
                }
                let message = done.unwrap_or_else(|error| Some(Message::Failed(error.to_string())));
                if let Some(author) = author.filter(|_| !message.as_ref().is_some_and(publishing::has_failed)) {
                    self.feed_changed(author);
                }
                message
            }
        }
    }

    fn run_worker(&mut self, effect: WorkerEffect) -> Option<Message> {
        let reader = self.state.active.as_ref().map(|user| user.id);
        match effect {
            WorkerEffect::Search { number, query } => self.query.start(Job::Search { reader, number, query }),
            WorkerEffect::LoadStats { number, of } => self.query.start(Job::Stats(number, of)),
            WorkerEffect::CountUnread(request) => self.count_unread(request),
            WorkerEffect::LoadUsers => self.users.start(Job::LoadUsers(reader)),
            WorkerEffect::LoadAvatars(request, protocol) => return self.load_avatars(request, protocol),
            WorkerEffect::CompletePath(typed) => self.query.start(Job::CompletePath(typed)),
            WorkerEffect::AttachFile(path, description) => self.query.start(Job::AttachFile(path, description)),
            WorkerEffect::Import(path, import_as) => self.import.start(Job::Import(path, import_as, reader)),
            WorkerEffect::ExportTimeline { title, timeline, path } => {
                self.import.start(Job::ExportTimeline { reader, title, timeline, path });
            }
            WorkerEffect::ReverseImport(user, direction, action) => {
                self.import.start(Job::ReverseImport(user, direction, action));
            }
            WorkerEffect::CancelImport => self.import.cancel(),
            // The next tick does that, if the settings allow it.
            WorkerEffect::RefreshFeeds(FeedSelection::Due) => self.refreshed_at = Timestamp::MIN,
            WorkerEffect::RefreshFeeds(selection) => self.refresh_feeds(selection),
            // An address that is being followed goes first.
            WorkerEffect::FetchContext(user, post) if !self.follow.is_busy() && !self.is_offline => {
                self.follow.start(Job::FetchContext(self.request_settings(), user, post));
            }
            WorkerEffect::FetchProfile(user, of) if !self.follow.is_busy() && !self.is_offline => {
                self.follow.start(Job::FetchProfile(self.request_settings(), user, of));
            }
            WorkerEffect::FetchContext(..) | WorkerEffect::FetchProfile(..) => {}
            WorkerEffect::FollowAddress(user, address) => {
                self.follow.start(Job::FollowAddress(self.request_settings(), user, address));
            }
        }
        None
    }

    /// Counts unread posts, and what a count that runs still would: it ends without a result.
    fn count_unread(&mut self, mut request: UnreadRequest) {
        if let Some(replaced) = self.counted.take().filter(|_| self.unread.is_busy()) {
            request.add(replaced);
        }
        self.unread.start(Job::CountUnread(request.clone()));
        self.counted = Some(request);
    }

    /// Counts unread posts again behind marks that are not saved yet: a count that ended before does not know them.
    /// Returns false when no mark waits.
    pub(super) fn recount_behind_marks(&mut self) -> bool {
        let waits = self.deferred.iter().any(|effect| matches!(effect, Effect::Store(effect) if marks_read(effect)));
        if waits {
            self.deferred.extend(self.counted.take().map(|request| WorkerEffect::CountUnread(request).into()));
        }
        waits
    }

    /// Returns the settings for requests, with the option that forbids requests.
    fn request_settings(&self) -> Box<RequestSettings> {
        let mut settings = self.state.settings.clone();
        settings.feeds.offline |= self.is_offline;
        Box::new(RequestSettings { settings, path: self.preferences.path().map(Path::to_owned) })
    }

    /// Refreshes feeds, unless that is going on already.
    fn refresh_feeds(&mut self, selection: FeedSelection) {
        let job = Job::RefreshFeeds(self.request_settings(), selection);
        if !self.refresh.does(&job) {
            self.refresh.start(job);
        }
    }

    /// Refreshes the feeds that are due, now and then.
    pub(super) fn refresh_due_feeds(&mut self, now: Timestamp) {
        let settings = &self.state.settings.feeds;
        let is_off = settings.refresh.is_none() || settings.offline || self.is_offline;
        if is_off || self.state.read_only || self.state.temporary || self.state.active.is_none() {
            return;
        }
        let elapsed = now.micros() - self.refreshed_at.micros();
        if (0..REFRESH_PAUSE).contains(&elapsed) || self.refresh.is_busy() || self.state.importing.is_some() {
            return;
        }
        self.refreshed_at = now;
        self.refresh_feeds(FeedSelection::Due);
    }

    /// Sends what accounts did, now and then.
    pub(super) fn send_outbox(&mut self, now: Timestamp) {
        let elapsed = now.micros() - self.outbox_checked_at.micros();
        if (0..OUTBOX_PAUSE).contains(&elapsed) || self.outbox.is_busy() {
            return;
        }
        self.outbox_checked_at = now;
        if self.is_offline || self.state.settings.feeds.offline || self.state.read_only || self.state.temporary {
            return;
        }
        // A store that fails here fails at the next query of the loop too, which says why.
        if self.store.accounts_to_send().is_ok_and(|accounts| !accounts.is_empty()) {
            self.outbox.start(Job::SendOutbox(self.request_settings()));
        }
    }

    fn run_settings(&mut self, effect: SettingsEffect) -> Option<Message> {
        match effect {
            SettingsEffect::ListThemes => Some(Message::Themes(self.preferences.themes())),
            SettingsEffect::PreviewTheme(name) => {
                self.preferences.preview_theme(&name);
                None
            }
            SettingsEffect::ChooseTheme(name) => Some(self.change_setting(&["theme"], &name)),
            SettingsEffect::ChooseKeyPreset(name) => Some(self.change_setting(&["keys", "preset"], &name)),
        }
    }

    /// Saves a setting, and reads the settings again.
    fn change_setting(&mut self, setting: &[&str], value: &str) -> Message {
        match self.preferences.change(setting, value) {
            Ok(problems) => {
                let settings = Box::new(self.preferences.settings().clone());
                Message::SettingsChanged(settings, self.preferences.keymap(), problems)
            }
            Err(why) => Message::Failed(why),
        }
    }

    /// Loads avatars; a store without any answers at once.
    fn load_avatars(&mut self, request: AvatarRequest, protocol: ImageProtocol) -> Option<Message> {
        match self.store.has_avatars() {
            Ok(true) => {
                self.avatars.start(Job::LoadAvatars(request, protocol));
                None
            }
            Ok(false) => Some(Message::Avatars(request.into_iter().map(|(user, _)| (user, None)).collect())),
            Err(error) => Some(Message::Failed(error.to_string())),
        }
    }

    /// Saves the active user. While an import holds the store, this is retried at each tick.
    pub(super) fn save_active_user(&mut self, timeout: BusyTimeout) -> Option<Message> {
        let id = self.pending_switch.take()?;
        match self.store.with_busy_timeout(timeout, |store| store.set_active_user(id, Timestamp::now())) {
            Ok(_) => None,
            Err(StoreError::Database(DatabaseError::Busy)) => {
                self.pending_switch = Some(id);
                None
            }
            Err(error) => Some(Message::Failed(error.to_string())),
        }
    }
}

/// Returns true for effects that change nothing on the screen, or only look whether it is still right. They run after
/// the frame that follows from a key, because a write waits for the disk: a commit took 4 ms in the median and 8 ms at the
/// 95th percentile, more than everything else that a key costs. Counts of unread posts and loads of all users take
/// a processor, which the frame needs more.
fn is_deferrable(effect: &Effect) -> bool {
    match effect {
        Effect::Store(effect) => {
            marks_read(effect)
                || matches!(
                    effect,
                    StoreEffect::SavePosition(..)
                        | StoreEffect::SwitchUser(_)
                        | StoreEffect::ReloadPage { .. }
                        | StoreEffect::ReloadUnreadPage { .. }
                )
        }
        Effect::Worker(effect) => {
            matches!(effect, WorkerEffect::LoadAvatars(..) | WorkerEffect::CountUnread(_) | WorkerEffect::LoadUsers)
        }
        Effect::Settings(_) | Effect::Terminal(_) => false,
    }
}

/// Returns true for effects that mark what was on the screen as read.
fn marks_read(effect: &StoreEffect) -> bool {
    matches!(
        effect,
        StoreEffect::MarkRead(..)
            | StoreEffect::MarkPostsRead(..)
            | StoreEffect::MarkThreadRead(..)
            | StoreEffect::MarkNotificationsSeen(..)
    )
}

/// Returns true for effects that must see what deferred ones do: they read positions and pages, or write. The others only
/// read what no deferred effect changes.
fn depends_on_deferred(effect: &Effect) -> bool {
    !matches!(
        effect,
        Effect::Store(
            StoreEffect::LoadNearbyUsers
                | StoreEffect::LoadDetailUsed(_)
                | StoreEffect::LoadTabs(_)
                | StoreEffect::LoadThread(_)
                | StoreEffect::LoadProfile(_)
        ) | Effect::Worker(_)
            | Effect::Settings(_)
            | Effect::Terminal(_)
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::model::{NewUser, Nickname, PinnedTab};
    use crate::store::Store;
    use crate::tui::Options;
    use crate::tui::app::WAIT_FOR_OTHER;
    use crate::tui::event::{Event, Task};
    use crate::tui::keys::{Action, ScreenName};
    use crate::tui::screens::timeline::unread;

    #[test]
    fn unread_posts_are_counted_after_the_first_frame() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let ada = store.add_user(&NewUser::named(Nickname::parse("ada").unwrap()), Timestamp::now()).unwrap();
        let mut app = App::new(store, Options { actor: Some(ada), ..Options::default() }, (80, 24));
        assert!(!app.unread.is_busy() && app.has_deferred());
        app.run_deferred();
        assert!(app.unread.is_busy());
    }

    #[test]
    fn count_that_ended_before_a_mark_was_saved_is_counted_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let mut add =
            |name: &str| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), Timestamp::now()).unwrap();
        let (ada, bo) = (add("ada"), add("bo"));
        store.follow(bo.id, &[ada.id], Timestamp::now()).unwrap();
        let mut app = App::new(store, Options { actor: Some(ada), ..Options::default() }, (80, 24));
        app.settle();
        assert_eq!(app.state.unread.notifications, 1);
        app.run(unread::count(&app.state));
        app.run_deferred();
        let event = app.next_event(Instant::now() + Duration::from_secs(60));
        let Some(Event::Worker(count)) = event else { panic!("{event:?}") };
        assert_eq!(count.task, Task::Unread);
        app.send(Message::Act(Action::Show(ScreenName("notifications"))));
        assert_eq!(app.state.unread.notifications, 0, "it is on the screen");
        app.report(*count);
        app.settle();
        assert_eq!(app.state.unread.notifications, 0);
    }

    #[test]
    fn user_of_another_process_appears_in_the_users_pane() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        let mut store = Store::open(&path).unwrap().0;
        let add = |store: &mut Store, name: &str| {
            store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), Timestamp::now()).unwrap()
        };
        let ada = add(&mut store, "ada");
        let mut app = App::new(store, Options { actor: Some(ada), ..Options::default() }, (120, 36));
        app.settle();
        add(&mut Store::open(&path).unwrap().0, "hal");
        app.tick(Timestamp::from_micros(Timestamp::now().micros() + 5_000_000));
        app.settle();
        let names: Vec<_> = app.state.shown_users().map(|user| user.nickname.as_str()).collect();
        assert_eq!(names, ["ada", "hal"]);
    }

    #[test]
    fn tabs_of_another_process_appear_and_are_kept_when_others_are_pinned() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        let (mut store, mut other) = (Store::open(&path).unwrap().0, Store::open(&path).unwrap().0);
        let ada = store.add_user(&NewUser::named(Nickname::parse("ada").unwrap()), Timestamp::now()).unwrap();
        let tag = |name: &str| PinnedTab { timeline: Timeline::Tag(name.to_owned()), name: None };
        let mut app = App::new(store, Options { actor: Some(ada.clone()), ..Options::default() }, (120, 36));
        app.settle();
        let pinned = |app: &App| {
            let tabs = app.state.tabs.iter().filter(|tab| tab.is_pinned);
            tabs.map(|tab| tab.timeline.key()).collect::<Vec<_>>()
        };
        let mut now = Timestamp::now();
        let mut tick = |app: &mut App| {
            now = Timestamp::from_micros(now.micros() + 5_000_000);
            app.tick(now);
            app.settle();
        };
        other.set_tabs(ada.id, &[tag("bread")]).unwrap();
        tick(&mut app);
        assert_eq!(pinned(&app), ["tag bread"]);
        other.set_tabs(ada.id, &[tag("bread"), tag("rye")]).unwrap();
        app.send(Message::Act(Action::Timeline(6)));
        app.send(Message::Act(Action::PinTab));
        assert_eq!(other.tabs(ada.id).unwrap(), [tag("rye")], "only the shown one is unpinned");
        assert_eq!(pinned(&app), ["tag rye"]);
        app.send(Message::Act(Action::Undo));
        assert_eq!(other.tabs(ada.id).unwrap(), [tag("bread"), tag("rye")]);
        other.set_tabs(ada.id, &[]).unwrap();
        tick(&mut app);
        assert_eq!(pinned(&app), [""; 0], "the last one is unpinned here too");
    }

    #[test]
    fn counts_and_users_that_are_loaded_at_once_share_a_frame() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let ada = store.add_user(&NewUser::named(Nickname::parse("ada").unwrap()), Timestamp::now()).unwrap();
        let mut app = App::new(store, Options { actor: Some(ada), ..Options::default() }, (80, 24));
        app.run_deferred();
        let mut frames = Vec::new();
        while frames.len() < 2 {
            let event = app.next_event(Instant::now() + Duration::from_secs(60));
            let Some(Event::Worker(report)) = event else { panic!("{event:?}") };
            frames.push(app.report(*report));
        }
        assert!(frames[0] != Some(Duration::ZERO), "the first waits for the other");
        assert!(frames[1] != Some(WAIT_FOR_OTHER), "the second does not");
    }
}
