//! A worker: a thread with a connection of its own that does one job at a time. The newest job wins: it interrupts the
//! one that runs. It knows nothing of what the jobs are.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::context::Context;
use super::jobs::{self, Job};
use crate::crash;
use crate::store::{DatabaseError, InterruptHandle, Store, StoreError};
use crate::tui::event::{Event, Report, Task};
use crate::tui::state::{FollowError, Message};

/// The job that is to be done, and the one that runs.
#[derive(Debug, Default)]
struct Slot {
    next: Option<(u64, Job)>,
    running: Option<InterruptHandle>,
    closed: bool,
}

/// What the loop and the thread share.
#[derive(Debug, Default)]
struct Shared {
    slot: Mutex<Slot>,
    changed: Condvar,
    stop: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
}

impl Shared {
    /// Locks the slot. A thread that panicked leaves nothing half done in it.
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next job; `None` when there will be no more.
    fn next(&self) -> Option<(u64, Job)> {
        let mut slot = self.lock();
        while slot.next.is_none() && !slot.closed {
            slot = self.changed.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
        slot.running = None;
        slot.next.take().filter(|_| !slot.closed)
    }

    /// Makes the running job interruptible; returns true when a newer one waits already.
    fn publish(&self, handle: InterruptHandle) -> bool {
        let mut slot = self.lock();
        slot.running = Some(handle);
        slot.next.is_some() || slot.closed
    }
}

impl Slot {
    /// Interrupts the running job. The slot is held meanwhile, so this never hits the next one.
    fn interrupt(&self) {
        if let Some(running) = &self.running {
            running.interrupt();
        }
    }
}

/// How a job is run.
type Run = fn(&mut Context<'_>, Job) -> Result<Message, StoreError>;

/// A worker, and what it was asked for.
#[derive(Debug)]
pub(in crate::tui) struct Worker {
    task: Task,
    db: PathBuf,
    events: Sender<Event>,
    run: Run,
    /// Shared with the thread, once there is one.
    shared: Option<Arc<Shared>>,
    started: u64,
    finished: u64,
    /// When the last job was started.
    since: Instant,
    /// The last job.
    last: Option<Job>,
    /// A job of low priority, until nothing else is left to do.
    postponed: Option<Job>,
}

impl Worker {
    /// Returns a worker; its thread starts with the first job.
    pub(in crate::tui) fn new(task: Task, db: &Path, events: Sender<Event>) -> Self {
        Self {
            task,
            db: db.to_owned(),
            events,
            run: jobs::run,
            shared: None,
            started: 0,
            finished: 0,
            since: Instant::now(),
            last: None,
            postponed: None,
        }
    }

    /// Starts a job instead of the one that runs. A job of low priority waits instead: while other processes write all
    /// the time, reloads must not keep a search from its end. So does a job that is the same as the one that runs, whose
    /// result is shown sooner than if it started again.
    pub(in crate::tui) fn start(&mut self, job: Job) {
        if self.is_busy() && (job.is_low_priority() || self.does(&job)) {
            self.postponed = Some(job);
        } else {
            self.start_now(job);
        }
    }

    fn start_now(&mut self, job: Job) {
        self.started += 1;
        self.since = Instant::now();
        self.last = Some(job.clone());
        match self.thread() {
            Ok(shared) => {
                shared.stop.store(false, Ordering::Relaxed);
                shared.done.store(0, Ordering::Relaxed);
                shared.total.store(0, Ordering::Relaxed);
                let mut slot = shared.lock();
                slot.next = Some((self.started, job));
                slot.interrupt();
                drop(slot);
                shared.changed.notify_one();
            }
            Err(error) => {
                let why = format!("cannot start a thread ({error}): close other programs, then try again");
                let report = Report { task: self.task, number: self.started, message: failure(self.task, why) };
                // Fails only when the loop has ended.
                let _ = self.events.send(Event::Worker(Box::new(report)));
            }
        }
    }

    /// Starts the job that runs again, because what it reads has changed; does nothing when none runs.
    pub(in crate::tui) fn restart(&mut self) {
        if self.is_busy()
            && let Some(job) = self.last.clone()
        {
            self.start_now(job);
        }
    }

    /// Returns true while the result of a job is expected.
    pub(in crate::tui) fn is_busy(&self) -> bool {
        self.finished < self.started
    }

    /// Returns true while the result of this job is expected.
    pub(in crate::tui) fn does(&self, job: &Job) -> bool {
        self.is_busy() && self.last.as_ref() == Some(job)
    }

    /// Returns how long the last job has been running.
    pub(in crate::tui) fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    /// Takes note of a report; returns true when it belongs to the last job.
    pub(in crate::tui) fn finish(&mut self, number: u64) -> bool {
        self.finished = self.finished.max(number);
        let is_last = number == self.started;
        if !self.is_busy()
            && let Some(job) = self.postponed.take()
        {
            self.start_now(job);
        }
        is_last
    }

    /// Cancels the job that runs; what it did is undone.
    pub(in crate::tui) fn cancel(&self) {
        if let Some(shared) = &self.shared {
            shared.stop.store(true, Ordering::Relaxed);
            shared.lock().interrupt();
        }
    }

    /// Returns how many posts or feeds are done, and how many there are, if that is known.
    pub(in crate::tui) fn progress(&self) -> (u64, u64) {
        let read = |shared: &Arc<Shared>| (shared.done.load(Ordering::Relaxed), shared.total.load(Ordering::Relaxed));
        self.shared.as_ref().map_or((0, 0), read)
    }

    /// Interrupts the running job again if a newer one still waits for it: an interrupt that falls between two queries
    /// of a job is lost. Returns true when one waits.
    pub(in crate::tui) fn interrupt_superseded(&self) -> bool {
        let Some(shared) = &self.shared else { return false };
        let slot = shared.lock();
        if slot.next.is_some() {
            slot.interrupt();
        }
        slot.next.is_some()
    }

    /// Returns what is shared with the thread; starts it if there is none.
    fn thread(&mut self) -> io::Result<Arc<Shared>> {
        if let Some(shared) = &self.shared {
            return Ok(Arc::clone(shared));
        }
        let shared = Arc::new(Shared::default());
        let (theirs, db, task) = (Arc::clone(&shared), self.db.clone(), self.task);
        let (events, run) = (self.events.clone(), self.run);
        thread::Builder::new().name(format!("{task:?}")).spawn(move || work(&theirs, &db, task, &events, run))?;
        self.shared = Some(Arc::clone(&shared));
        Ok(shared)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let Some(shared) = &self.shared else { return };
        shared.stop.store(true, Ordering::Relaxed);
        let mut slot = shared.lock();
        slot.closed = true;
        slot.interrupt();
        drop(slot);
        shared.changed.notify_one();
    }
}

/// Does jobs until the worker is dropped. A panic ends one job, and the next starts with a new connection.
fn work(shared: &Shared, db: &Path, task: Task, events: &Sender<Event>, run: Run) {
    let mut store: Option<Store> = None;
    while let Some((number, job)) = shared.next() {
        let publish = |handle| shared.publish(handle);
        let mut context = Context {
            db,
            store: &mut store,
            publish: &publish,
            stop: &shared.stop,
            done: &shared.done,
            total: &shared.total,
        };
        let message = match crash::catch(|| run(&mut context, job)) {
            Ok(Ok(message)) => message,
            Ok(Err(StoreError::Database(DatabaseError::Interrupted))) => continue,
            Ok(Err(error)) => failure(task, error.to_string()),
            Err(fault) => {
                store = None;
                failure(task, fault.to_string())
            }
        };
        if events.send(Event::Worker(Box::new(Report { task, number, message }))).is_err() {
            return;
        }
    }
}

/// Returns the message of a job that failed.
fn failure(task: Task, why: String) -> Message {
    match task {
        Task::Import => Message::Imported(Err(why)),
        Task::Refresh => Message::FeedsRefreshed(Err(why)),
        Task::Follow => Message::AddressFollowed(Err(FollowError { why, feeds: vec![] })),
        Task::Publish => Message::Published(Err(why)),
        Task::Outbox => Message::OutboxSent(Err(why)),
        Task::Query | Task::Unread | Task::Users | Task::Avatars => Message::Failed(why),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;
    use crate::model::{Body, NewPost, NewUser, Nickname, Timeline, Timestamp, UserId};
    use crate::tui::state::UnreadRequest;

    fn search(query: &str) -> Job {
        Job::Search { reader: None, number: 1, query: query.to_owned() }
    }

    /// A worker on a database that is empty.
    fn worker(folder: &Path, task: Task) -> (Worker, Receiver<Event>) {
        let db = folder.join("m.db");
        drop(Store::open(&db).unwrap());
        let (events, received) = channel();
        (Worker::new(task, &db, events), received)
    }

    /// Waits for the next report.
    fn report(worker: &mut Worker, events: &Receiver<Event>) -> (bool, Message) {
        match events.recv_timeout(Duration::from_secs(20)) {
            Ok(Event::Worker(report)) => (worker.finish(report.number), report.message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn search_panic_is_reported_and_worker_recovers() {
        crash::install_hook();
        let folder = tempfile::tempdir().unwrap();
        let (mut worker, events) = worker(folder.path(), Task::Query);
        worker.run = |context, job| match &job {
            Job::Search { query, .. } if query == "break" => panic!("a test panics"),
            _ => jobs::run(context, job),
        };
        worker.start(search("break"));
        let (_, Message::Failed(why)) = report(&mut worker, &events) else { panic!("no failure") };
        let (_, file) = why.rsplit_once(" ").unwrap();
        assert!(why.contains("microblog"), "{why}");
        std::fs::remove_file(file).unwrap();
        assert!(!worker.is_busy());
        worker.start(search("fine"));
        assert!(matches!(report(&mut worker, &events), (true, Message::SearchResults { number: 1, .. })));
    }

    #[test]
    fn search_finds_the_start_of_the_last_word() {
        let folder = tempfile::tempdir().unwrap();
        let (mut worker, events) = worker(folder.path(), Task::Query);
        let (mut store, _) = Store::open(&folder.path().join("m.db")).unwrap();
        let john = store.add_user(&NewUser::named(Nickname::parse("john").unwrap()), Timestamp::now()).unwrap();
        let body = Body::written("rye bread #Bakery").unwrap();
        let new = NewPost { author: john.id, body, created_at: Timestamp::now(), reply_to: None, source: None };
        store.add_post(&new).unwrap();
        for (typed, count) in [("bre", 1), ("bre ", 0), ("bread ", 1), ("joh", 0), ("#bak", 1), ("#bak ", 0)] {
            worker.start(search(typed));
            let (_, Message::SearchResults { posts, users, .. }) = report(&mut worker, &events) else {
                panic!("no results")
            };
            assert_eq!((posts.len(), users.len()), (count, usize::from(typed == "joh")), "{typed:?}");
        }
    }

    #[test]
    fn reload_waits_for_the_search_that_runs() {
        let folder = tempfile::tempdir().unwrap();
        let (mut worker, events) = worker(folder.path(), Task::Query);
        worker.start(search("first"));
        let at = Timestamp::from_micros;
        let timeline = Timeline::Search("second".to_owned());
        worker.start(Job::Reload { reader: None, timeline, range: at(0)..at(9), newest: at(9) });
        assert!(matches!(report(&mut worker, &events), (true, Message::SearchResults { .. }) | (false, _)));
        assert!(worker.is_busy());
        assert!(matches!(report(&mut worker, &events), (true, Message::Reloaded { .. })));
    }

    #[test]
    fn only_the_last_count_is_current() {
        let folder = tempfile::tempdir().unwrap();
        let (mut worker, events) = worker(folder.path(), Task::Unread);
        let (mut store, _) = Store::open(&folder.path().join("m.db")).unwrap();
        let mut add =
            |name: &str| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), Timestamp::now()).unwrap().id;
        let (john, susan) = (add("john"), add("susan"));
        let count = |user: UserId| {
            Job::CountUnread(UnreadRequest { user, timelines: vec![Timeline::All], users: vec![user], above: None })
        };
        let last = |worker: &mut Worker| {
            loop {
                if let (true, Message::Unread(user, unread)) = report(worker, &events) {
                    return (user, unread.homes);
                }
            }
        };
        worker.start(count(john));
        worker.start(count(susan));
        assert_eq!(last(&mut worker), (susan, vec![(susan, 0)]));
        assert!(!worker.is_busy());
        worker.restart();
        assert!(!worker.is_busy(), "nothing ran that could be out of date");
        worker.start(count(john));
        worker.restart();
        assert_eq!(last(&mut worker), (john, vec![(john, 0)]));
        assert!(!worker.is_busy());
    }

    #[test]
    fn same_count_runs_again_behind_the_one_that_runs() {
        let folder = tempfile::tempdir().unwrap();
        let (mut worker, events) = worker(folder.path(), Task::Unread);
        let (user, timelines) = (UserId(1), vec![Timeline::All]);
        let count = Job::CountUnread(UnreadRequest { user, timelines, users: vec![], above: None });
        worker.start(count.clone());
        worker.start(count.clone());
        worker.start(count);
        assert!(
            matches!(report(&mut worker, &events), (true, Message::Unread(..))),
            "the first one is not interrupted"
        );
        assert!(worker.is_busy());
        assert!(matches!(report(&mut worker, &events), (true, Message::Unread(..))));
        assert!(!worker.is_busy());
    }

    #[test]
    fn all_users_are_loaded_again_only_when_the_result_before_was_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (mut worker, events) = worker(folder.path(), Task::Users);
        for user in 1..=9 {
            worker.start(Job::LoadUsers(Some(UserId(user))));
        }
        for _ in 0..2 {
            assert!(worker.is_busy());
            assert!(matches!(report(&mut worker, &events), (true, Message::Users(_))));
        }
        assert!(!worker.is_busy() && events.try_recv().is_err());
    }

    #[test]
    fn superseded_job_ends_without_a_result() {
        let folder = tempfile::tempdir().unwrap();
        let (mut worker, events) = worker(folder.path(), Task::Query);
        worker.start(search("one"));
        worker.start(search("two"));
        while worker.interrupt_superseded() {
            thread::yield_now();
        }
        while !report(&mut worker, &events).0 {}
        assert!(!worker.is_busy() && events.try_recv().is_err());
    }
}
