//! Refreshes feeds: hosts in parallel, the feeds of one host one after the other.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::fetch::{FeedFetch, Fetcher};
use super::hosts::{IDLE, by_host};
use super::{Selection, SyncError, avatars};
use crate::model::{FeedCheck, FeedResult, Subscription, Timestamp, UserId};
use crate::store::{ImportStats, Store, StoreError};

/// States that are stored in one transaction.
const BATCH: usize = 128;
/// Feeds that may wait to be stored; requests wait then.
const QUEUE: usize = 16;

/// What refreshing a feed came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedReport {
    /// The feed as it was before.
    pub feed: Subscription,
    /// The result.
    pub outcome: Outcome,
    /// How many feeds are done, this one included.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// The result of refreshing a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it was.
    Unchanged,
    /// It has another content.
    Changed(ImportStats),
    /// It could not be fetched, for this reason.
    Failed(String),
}

/// The results of a refresh.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Feeds that were fetched.
    pub feeds: usize,
    /// Feeds that had changed.
    pub changed: usize,
    /// Feeds that could not be fetched.
    pub failed: usize,
    /// New posts.
    pub posts: u64,
    /// Posts that got another text.
    pub edited: u64,
}

/// Returns the feeds that a refresh fetches. `since` is when it was asked for.
///
/// # Errors
/// If the store fails.
pub fn to_refresh(store: &Store, selection: &Selection, since: Timestamp) -> Result<Vec<Subscription>, SyncError> {
    let mut feeds = match selection {
        Selection::Due => store.due_subscriptions(Timestamp::now())?,
        _ => store.subscriptions(None)?,
    };
    feeds.retain(|feed| selection.includes(feed, since));
    Ok(feeds)
}

/// Fetches feeds and stores what changed, until `stop` is set. `each` receives every feed once it is stored.
///
/// The caller holds the [lock](Store::lock_refresh) on refreshing.
///
/// # Errors
/// If no request may be sent, or the store fails. What was stored until then stays.
pub fn refresh(
    store: &mut Store,
    fetcher: &Arc<Fetcher>,
    feeds: Vec<Subscription>,
    stop: &AtomicBool,
    each: &mut dyn FnMut(FeedReport),
) -> Result<Summary, SyncError> {
    fetcher.check_online()?;
    let total = feeds.len();
    if total == 0 {
        return Ok(Summary::default());
    }
    let users: Vec<UserId> = feeds.iter().map(|feed| feed.user.id).collect();
    let workers = Workers::start(fetcher, feeds)?;
    let mut results = Results { store, total, pending: Vec::new(), summary: Summary::default(), each };
    loop {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        match workers.receiver.recv_timeout(IDLE) {
            Ok((feed, fetch)) => results.add(feed, fetch)?,
            Err(RecvTimeoutError::Timeout) => results.flush()?,
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    results.flush()?;
    let summary = results.summary;
    avatars::fetch_due(store, fetcher, &users, stop)?;
    Ok(summary)
}

/// Threads that fetch. They end once there is nothing to do, or nobody receives their results.
struct Workers {
    receiver: Receiver<(Subscription, FeedFetch)>,
    is_stopped: Arc<AtomicBool>,
}

impl Workers {
    fn start(fetcher: &Arc<Fetcher>, feeds: Vec<Subscription>) -> Result<Self, SyncError> {
        let hosts = by_host(feeds, |feed| &feed.fetch_url);
        let count = hosts.len().min(fetcher.parallel);
        let hosts = Arc::new(Mutex::new(hosts));
        let is_stopped = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = sync_channel(QUEUE);
        for number in 0..count {
            let (fetcher, hosts, sender) = (Arc::clone(fetcher), Arc::clone(&hosts), sender.clone());
            let is_stopped = Arc::clone(&is_stopped);
            let work = move || while fetch_next_host(&fetcher, &hosts, &sender, &is_stopped) {};
            let spawned = thread::Builder::new().name("feeds".to_owned()).spawn(work);
            match spawned {
                // The threads that there are do the work of all.
                Err(error) if number == 0 => return Err(SyncError::Thread(error)),
                Err(_) => break,
                Ok(_) => {}
            }
        }
        Ok(Self { receiver, is_stopped })
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }
}

/// Fetches the feeds of the next host; returns whether to go on.
fn fetch_next_host(
    fetcher: &Fetcher,
    hosts: &Mutex<VecDeque<Vec<Subscription>>>,
    sender: &SyncSender<(Subscription, FeedFetch)>,
    is_stopped: &AtomicBool,
) -> bool {
    let next = hosts.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let Some(feeds) = next else { return false };
    let mut host_error = None;
    for feed in feeds {
        if is_stopped.load(Ordering::Relaxed) {
            return false;
        }
        let fetch = match &host_error {
            Some(why) => fetcher.failed(&feed, Timestamp::now(), String::clone(why), None),
            None => fetcher.fetch(&feed),
        };
        if fetch.is_host_down
            && let FeedResult::Failed { error, .. } = &fetch.check.result
        {
            host_error = Some(error.clone());
        }
        if sender.send((feed, fetch)).is_err() {
            return false;
        }
    }
    true
}

/// Stores results and reports them.
struct Results<'r> {
    store: &'r mut Store,
    total: usize,
    /// Feeds whose state is still to be stored.
    pending: Vec<(Subscription, FeedCheck)>,
    summary: Summary,
    each: &'r mut dyn FnMut(FeedReport),
}

impl Results<'_> {
    fn add(&mut self, feed: Subscription, fetch: FeedFetch) -> Result<(), SyncError> {
        match fetch.items {
            Some(items) => match self.store.store_feed(feed.user.id, &fetch.check, items, fetch.nickname.as_ref()) {
                Ok(stats) => self.report(feed, Outcome::Changed(stats)),
                // Another process deleted the user meanwhile.
                Err(StoreError::UserDeleted) => {}
                Err(error) => return Err(error.into()),
            },
            None => self.pending.push((feed, fetch.check)),
        }
        if self.pending.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    /// Stores and reports all pending states.
    fn flush(&mut self) -> Result<(), SyncError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let checks: Vec<(UserId, FeedCheck)> =
            pending.iter().map(|(feed, check)| (feed.user.id, check.clone())).collect();
        self.store.record_feed_checks(&checks)?;
        for (feed, check) in pending {
            let outcome = match check.result {
                FeedResult::Failed { error, .. } => Outcome::Failed(error),
                _ => Outcome::Unchanged,
            };
            self.report(feed, outcome);
        }
        Ok(())
    }

    fn report(&mut self, feed: Subscription, outcome: Outcome) {
        self.summary.feeds += 1;
        match &outcome {
            Outcome::Unchanged => {}
            Outcome::Changed(stats) => {
                self.summary.changed += 1;
                self.summary.posts += stats.posts;
                self.summary.edited += stats.updated;
            }
            Outcome::Failed(_) => self.summary.failed += 1,
        }
        (self.each)(FeedReport { feed, outcome, done: self.summary.feeds, total: self.total });
    }
}
