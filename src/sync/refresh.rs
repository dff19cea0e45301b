//! Refreshes feeds: hosts in parallel, the feeds of one host one after the other.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::fetch::{FeedFetch, Fetcher, HostState};
use super::hosts::{HostResults, HostWorkers, host};
use super::{Selection, SyncError, avatars};
use crate::model::{FeedCheck, FeedResult, Subscription, Timestamp, UserId};
use crate::store::{ImportStats, Store, StoreError};
use crate::text::pluralize;

/// States that are stored in one transaction.
const BATCH: usize = 128;
/// How often a host may take too long to respond in one refresh; after that, its other feeds are left for the next one.
const MAX_SLOW: usize = 2;

/// A feed that was refreshed, and the result.
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Feeds that were asked for.
    pub feeds: usize,
    /// Feeds that had changed.
    pub changed: usize,
    /// Feeds that could not be fetched.
    pub failed: usize,
    /// New posts.
    pub posts: u64,
    /// Posts that got another text.
    pub edited: u64,
    /// Hosts of which some feeds were not asked for, because they took too long to respond.
    pub not_asked: Vec<NotAsked>,
}

/// Feeds of a host that were not asked for, and stay as they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAsked {
    /// The host, with its port.
    pub host: String,
    /// The number of feeds.
    pub feeds: usize,
}

impl fmt::Display for NotAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let were = if self.feeds == 1 { "was" } else { "were" };
        let feeds = pluralize(self.feeds as u64, "feed");
        write!(f, "{feeds} of {} {were} not asked: it took too long twice", self.host)
    }
}

/// Feeds that a refresh of all leaves out, other than those that are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Feeds that were fetched within the last seconds.
    pub recent: usize,
    /// Feeds whose servers ask to wait.
    pub postponed: usize,
}

impl LeftOut {
    /// Describes them in a line; `None` if there are none.
    #[must_use]
    pub fn describe(&self) -> Option<String> {
        let recent = match self.recent {
            0 => None,
            1 => Some("1 feed was fetched just now".to_owned()),
            recent => Some(format!("{recent} feeds were fetched just now")),
        };
        let postponed = match self.postponed {
            0 => None,
            1 => Some("1 feed waits because its server asks for it".to_owned()),
            postponed => Some(format!("{postponed} feeds wait because their servers ask for it")),
        };
        let parts: Vec<String> = recent.into_iter().chain(postponed).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// A result of fetching the feeds of a host.
enum HostResult {
    /// A feed was asked for.
    Asked(Box<(Subscription, FeedFetch)>),
    /// The others of the host were not.
    NotAsked(NotAsked),
}

/// Returns the feeds that a refresh fetches, and those of a refresh of all that it leaves out. `since` is when it was asked for.
///
/// # Errors
/// If the store fails.
pub fn to_refresh(
    store: &Store,
    selection: &Selection,
    since: Timestamp,
) -> Result<(Vec<Subscription>, LeftOut), SyncError> {
    let mut feeds = match selection {
        Selection::Due => store.due_subscriptions(Timestamp::now())?,
        _ => store.subscriptions(None)?,
    };
    let mut left_out = LeftOut::default();
    feeds.retain(|feed| {
        let is_included = selection.includes(feed, since);
        if *selection == Selection::All && !is_included && !feed.is_gone {
            *if feed.must_wait() { &mut left_out.postponed } else { &mut left_out.recent } += 1;
        }
        is_included
    });
    Ok((feeds, left_out))
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
    mut feeds: Vec<Subscription>,
    stop: &AtomicBool,
    each: &mut dyn FnMut(FeedReport),
) -> Result<Summary, SyncError> {
    fetcher.check_online()?;
    // Those that failed before may take long again, and the others need not wait for them.
    feeds.sort_by_key(|feed| feed.failures > 0);
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
        Some(HostResult::Asked(asked)) => results.add(*asked),
        Some(HostResult::NotAsked(rest)) => {
            results.summary.not_asked.push(rest);
            Ok(())
        }
        None => results.flush(),
    })?;
    results.flush()?;
    let summary = results.summary;
    avatars::fetch_due(store, fetcher, &users, stop)?;
    Ok(summary)
}

/// Fetches the feeds of a host one after the other. If the host cannot be reached, the others need not be tried; if it is slow
/// again and again, they would make the refresh endless.
fn fetch_all(fetcher: &Fetcher, feeds: Vec<Subscription>, results: &HostResults<'_, HostResult>) {
    let (mut down, mut slow) = (None, 0);
    let mut feeds = feeds.into_iter();
    while let Some(feed) = feeds.next() {
        let fetch = match &down {
            Some(why) => fetcher.failed(&feed, Timestamp::now(), String::clone(why), None),
            None => fetcher.fetch(&feed),
        };
        slow += usize::from(fetch.host == HostState::Slow);
        if fetch.host == HostState::Down
            && let FeedResult::Failed { error, .. } = &fetch.check.result
        {
            down = Some(error.clone());
        }
        let host = host(&feed.fetch_url).to_owned();
        if !results.send(HostResult::Asked(Box::new((feed, fetch)))) {
            return;
        }
        if slow == MAX_SLOW && feeds.len() > 0 {
            results.send(HostResult::NotAsked(NotAsked { host, feeds: feeds.len() }));
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
    fn add(&mut self, (feed, fetch): (Subscription, FeedFetch)) -> Result<(), SyncError> {
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
