//! What takes long, on a thread of its own with a store of its own that only reads: searches, and counting many posts.
//! The newest job wins: one that runs is stopped by the next. It knows nothing of the screens' state.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::state::Msg;
use crate::model::{Place, Timeline, User, UserId};
use crate::store::{Interrupter, Store, StoreError, Viewer};

/// Posts that a search shows while it is typed.
const PAGE: usize = 50;
/// Users that it shows.
const USERS: usize = 8;

/// What is to be done, and the number by which the answer is known.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) number: u64,
    pub(super) work: Work,
    pub(super) reader: Option<UserId>,
}

/// What takes long.
#[derive(Debug)]
pub(super) enum Work {
    /// Look for posts and users.
    Search(String),
    /// Count the posts of a user, or of everybody.
    Count(Option<User>),
}

#[derive(Debug, Default)]
struct Slot {
    job: Option<Job>,
    running: Option<Interrupter>,
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
    answers: Receiver<(u64, Msg)>,
    asked: u64,
    answered: u64,
}

impl Worker {
    /// Starts the thread; it opens the database when it is first asked.
    pub(super) fn start(path: &Path) -> Self {
        let shared = Arc::new(Shared::default());
        let (send, answers) = channel();
        let (theirs, path) = (Arc::clone(&shared), path.to_owned());
        thread::spawn(move || work(&theirs, &path, &send));
        Self { shared, answers, asked: 0, answered: 0 }
    }

    /// Works on something else from now on.
    pub(super) fn ask(&mut self, job: Job) {
        self.asked = job.number;
        let mut slot = self.shared.lock();
        slot.job = Some(job);
        stop(&slot);
        drop(slot);
        self.shared.changed.notify_one();
    }

    /// An answer is awaited.
    pub(super) fn is_busy(&self) -> bool {
        self.answered < self.asked
    }

    /// The newest answer, if one came.
    pub(super) fn answer(&mut self) -> Option<Msg> {
        let slot = self.shared.lock();
        // The search before may have begun a moment after it was stopped.
        if slot.job.is_some() {
            stop(&slot);
        }
        drop(slot);
        let (number, msg) = self.answers.try_iter().last()?;
        self.answered = number;
        Some(msg)
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

fn work(shared: &Shared, path: &Path, answers: &Sender<(u64, Msg)>) {
    let mut store: Option<Store> = None;
    loop {
        let mut slot = shared.lock();
        while slot.job.is_none() && !slot.ended {
            slot = shared.changed.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
        let Some(job) = slot.job.take().filter(|_| !slot.ended) else { return };
        drop(slot);
        let opened = match store.take() {
            Some(open) => Ok(open),
            None => Store::open_read_only(path).map(|(open, _)| open),
        };
        let answer = opened.and_then(|open| {
            shared.lock().running = Some(open.interrupter());
            let found = match &job.work {
                Work::Search(query) => look(&open, &job, query),
                Work::Count(of) => open.stats(of.clone()).map(|stats| Msg::Counted(job.number, Box::new(stats))),
            };
            store = Some(open);
            found
        });
        let answer = match answer {
            Err(StoreError::Interrupted) => continue,
            answer => answer.unwrap_or_else(|error| Msg::Failed(error.to_string())),
        };
        if answers.send((job.number, answer)).is_err() {
            return;
        }
    }
}

fn look(store: &Store, job: &Job, query: &str) -> Result<Msg, StoreError> {
    let viewer = job.reader.map_or_else(Viewer::default, Viewer::of);
    let timeline = Timeline::Search(query.trim().to_owned());
    let mut posts = store.read_at(&timeline, viewer, Place::Newest, PAGE + 1)?;
    let more = posts.len() > PAGE;
    posts.truncate(PAGE);
    let users = store.search_users(query, USERS)?;
    Ok(Msg::Found { number: job.number, posts, more, users })
}
