//! Refreshes feeds: hosts in parallel, the feeds of one host one after the other.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::fetch::{FeedFetch, Fetcher};
use super::hosts::{HostResults, HostWorkers};
use super::{Selection, SyncError, avatars};
use crate::model::{FeedCheck, FeedResult, Subscription, Timestamp, UserId};
use crate::store::{ImportStats, Store, StoreError};

/// States that are stored in one transaction.
const BATCH: usize = 128;

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
    let shared = Arc::clone(fetcher);
    let fetch = move |feeds, results: &HostResults<'_, _>| fetch_all(&shared, feeds, results);
    let workers = HostWorkers::start(fetcher.parallel, feeds, |feed| &feed.fetch_url, fetch)?;
    let mut results = Results { store, total, pending: Vec::new(), summary: Summary::default(), each };
    workers.receive(stop, |result| match result {
        Some((feed, fetch)) => results.add(feed, fetch),
        None => results.flush(),
    })?;
    results.flush()?;
    let summary = results.summary;
    avatars::fetch_due(store, fetcher, &users, stop)?;
    Ok(summary)
}

/// Fetches the feeds of a host one after the other. If the host cannot be reached, the others need not be tried.
fn fetch_all(fetcher: &Fetcher, feeds: Vec<Subscription>, results: &HostResults<'_, (Subscription, FeedFetch)>) {
    let mut host_error = None;
    for feed in feeds {
        let fetch = match &host_error {
            Some(why) => fetcher.failed(&feed, Timestamp::now(), String::clone(why), None),
            None => fetcher.fetch(&feed),
        };
        if fetch.is_host_down
            && let FeedResult::Failed { error, .. } = &fetch.check.result
        {
            host_error = Some(error.clone());
        }
        if !results.send((feed, fetch)) {
            return;
        }
    }
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
