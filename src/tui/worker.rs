//! What takes long, on a thread of its own with a store of its own that only reads: searches, and counting many posts.
//! The newest job wins: one that runs is stopped by the next. It knows nothing of the screens' state.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::effects;
use super::state::{Effect, Message, StoreEffect, WorkerEffect};
use crate::crash;
use crate::model::{PageStart, Timeline, UserId};
use crate::store::{DatabaseError, InterruptHandle, Store, StoreError, Viewer};
use crate::text::with_prefix_wildcard;

/// Posts that a search shows while it is typed.
const PAGE: usize = 50;
/// Users that it shows.
const USERS: usize = 8;

/// What is to be read, and for whom.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) reader: Option<UserId>,
    /// A search, a page of what one found, or a count.
    pub(super) effect: Effect,
}

impl Job {
    /// Nobody asked for it: it may wait for what somebody did ask for.
    fn can_wait(&self) -> bool {
        matches!(self.effect, Effect::Store(StoreEffect::ReloadPage { .. }))
    }
}

#[derive(Debug, Default)]
struct Slot {
    job: Option<(u64, Job)>,
    running: Option<InterruptHandle>,
    ended: bool,
}

#[derive(Debug, Default)]
struct Shared {
    slot: Mutex<Slot>,
    changed: Condvar,
}

impl Shared {
    /// A thread that panicked leaves nothing half done in the slot.
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread and the way to it.
#[derive(Debug)]
pub(super) struct Worker {
    shared: Arc<Shared>,
    answers: Receiver<(u64, Message)>,
    asked: u64,
    answered: u64,
    /// What is done once nothing else is.
    later: Option<Job>,
}

/// How a job is done.
type Work = fn(&Store, Job) -> Result<Message, StoreError>;

impl Worker {
    /// Starts the thread; it opens the database when it is first asked.
    pub(super) fn start(path: &Path) -> Self {
        Self::doing(path, look)
    }

    fn doing(path: &Path, look: Work) -> Self {
        let shared = Arc::new(Shared::default());
        let (send, answers) = channel();
        let (theirs, path) = (Arc::clone(&shared), path.to_owned());
        thread::spawn(move || work(&theirs, &path, &send, look));
        Self { shared, answers, asked: 0, answered: 0, later: None }
    }

    /// Does another job from now on. One that can wait does: others who write all the time must not keep a search
    /// from its end.
    pub(super) fn ask(&mut self, job: Job) {
        if job.can_wait() && self.is_busy() {
            self.later = Some(job);
            return;
        }
        self.asked += 1;
        let mut slot = self.shared.lock();
        slot.job = Some((self.asked, job));
        stop(&slot);
        drop(slot);
        self.shared.changed.notify_one();
    }

    /// An answer is awaited.
    pub(super) fn is_busy(&self) -> bool {
        self.answered < self.asked
    }

    /// The answers that came.
    pub(super) fn answers(&mut self) -> Vec<Message> {
        let slot = self.shared.lock();
        // The search before may have begun a moment after it was stopped.
        if slot.job.is_some() {
            stop(&slot);
        }
        drop(slot);
        let mut msgs = Vec::new();
        for (number, msg) in self.answers.try_iter() {
            self.answered = number;
            msgs.push(msg);
        }
        if !self.is_busy()
            && let Some(job) = self.later.take()
        {
            self.ask(job);
        }
        msgs
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut slot = self.shared.lock();
        slot.ended = true;
        stop(&slot);
        drop(slot);
        self.shared.changed.notify_one();
    }
}

/// Stops what runs. Only while the slot is held: so it never meets the search that is taken out of it next.
fn stop(slot: &Slot) {
    if let Some(running) = &slot.running {
        running.interrupt();
    }
}

/// Does what it is asked. A fault in that ends one job, and the next begins with a fresh store.
fn work(shared: &Shared, path: &Path, answers: &Sender<(u64, Message)>, look: Work) {
    let mut store: Option<Store> = None;
    loop {
        let mut slot = shared.lock();
        while slot.job.is_none() && !slot.ended {
            slot = shared.changed.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
        let Some((number, job)) = slot.job.take().filter(|_| !slot.ended) else { return };
        drop(slot);
        let opened = match store.take() {
            Some(open) => Ok(open),
            None => Store::open_read_only(path).map(|(open, _)| open),
        };
        let found = opened.map(|open| {
            shared.lock().running = Some(open.interrupt_handle());
            let found = crash::catch(|| look(&open, job));
            store = found.is_ok().then_some(open);
            found
        });
        let answer = match found {
            Ok(Ok(Err(StoreError::Database(DatabaseError::Interrupted)))) => continue,
            Ok(Ok(Ok(found))) => found,
            Ok(Ok(Err(error))) | Err(error) => Message::Failed(error.to_string()),
            Ok(Err(fault)) => Message::Failed(fault.to_string()),
        };
        if answers.send((number, answer)).is_err() {
            return;
        }
    }
}

fn look(store: &Store, job: Job) -> Result<Message, StoreError> {
    let viewer = job.reader.map_or_else(Viewer::default, Viewer::of);
    let (number, query) = match job.effect {
        Effect::Worker(WorkerEffect::Search { number, query }) => (number, query),
        Effect::Worker(WorkerEffect::LoadStats { number, of }) => {
            return store.stats(of).map(|stats| Message::Stats(number, Box::new(stats)));
        }
        Effect::Worker(WorkerEffect::CountUnread { user, timelines, users }) => {
            return effects::unread(store, user, &timelines, &users).map(|unread| Message::Unread(user, unread));
        }
        Effect::Worker(WorkerEffect::LoadAvatars(asked, drawn)) => {
            return effects::pictures(store, asked, drawn).map(Message::Avatars);
        }
        other => return effects::read(store, viewer, other),
    };
    let timeline = Timeline::Search(with_prefix_wildcard(&query).trim().to_owned());
    let mut posts = store.timeline_page(&timeline, viewer, PageStart::Newest, PAGE + 1)?;
    let more = posts.len() > PAGE;
    posts.truncate(PAGE);
    let users = store.search_users(&query, USERS)?;
    Ok(Message::SearchResults { number, posts, more, users })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::model::{Body, NewPost, NewUser, Nickname, Timestamp};

    fn job(query: &str) -> Job {
        Job { reader: None, effect: Effect::Worker(WorkerEffect::Search { number: 1, query: query.to_owned() }) }
    }

    fn wait(worker: &mut Worker) -> Vec<Message> {
        let begun = Instant::now();
        loop {
            let msgs = worker.answers();
            if !msgs.is_empty() {
                return msgs;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "no answer");
            thread::yield_now();
        }
    }

    #[test]
    fn a_search_that_breaks_off_says_so_and_the_next_one_works() {
        crash::install_hook();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        drop(Store::open(&path).unwrap());
        let mut worker = Worker::doing(&path, |store, job| match &job.effect {
            Effect::Worker(WorkerEffect::Search { query, .. }) if query == "break" => panic!("a test breaks off"),
            _ => look(store, job),
        });
        worker.ask(job("break"));
        let said = wait(&mut worker);
        let [Message::Failed(said)] = &said[..] else { panic!("{said:?}") };
        let (said, file) = said.split_once(", with what lies in ").unwrap();
        assert_eq!(said, "microblog has a fault and stopped what it did: please report it");
        std::fs::remove_file(file).unwrap();
        assert!(!worker.is_busy());
        worker.ask(job("fine"));
        assert!(matches!(&wait(&mut worker)[..], [Message::SearchResults { number: 1, .. }]));
    }

    #[test]
    fn a_search_finds_the_word_that_is_only_begun() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        let (mut store, _) = Store::open(&path).unwrap();
        let john = store.add_user(&NewUser::named(Nickname::parse("john").unwrap()), Timestamp::now()).unwrap();
        let body = Body::written("rye bread #Bakery").unwrap();
        let new = NewPost { author: john.id, body, created_at: Timestamp::now(), reply_to: None, source: None };
        store.add_post(&new).unwrap();
        let mut worker = Worker::start(&path);
        for (typed, count) in [("bre", 1), ("bre ", 0), ("bread ", 1), ("joh", 0), ("#bak", 1), ("#bak ", 0)] {
            worker.ask(job(typed));
            let found = wait(&mut worker);
            let [Message::SearchResults { posts, users, .. }] = &found[..] else { panic!("{found:?}") };
            assert_eq!((posts.len(), users.len()), (count, usize::from(typed == "joh")), "{typed:?}");
        }
    }

    #[test]
    fn what_can_wait_is_done_after_what_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        drop(Store::open(&path).unwrap());
        let mut worker = Worker::start(&path);
        worker.ask(job("first"));
        let at = crate::model::Timestamp::from_micros;
        let timeline = Timeline::Search("second".to_owned());
        worker.ask(Job {
            reader: None,
            effect: Effect::Store(StoreEffect::ReloadPage { timeline, range: at(0)..at(9), newest: at(9) }),
        });
        assert!(matches!(&wait(&mut worker)[..], [Message::SearchResults { .. }]));
        assert!(worker.is_busy());
        assert!(matches!(&wait(&mut worker)[..], [Message::Reloaded { .. }]));
    }
}
