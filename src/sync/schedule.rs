//! When a feed is due again, and which feeds a refresh fetches.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::model::{Subscription, Timestamp, UserId};
use crate::net::{Backoff, DAY, NetError};

/// How long after the last request a feed may be fetched again although it is not due, in microseconds.
const PAUSE: i64 = 5 * 1_000_000;

/// Which feeds to refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Those that are due.
    Due,
    /// All, except those that were fetched within the last seconds and those whose servers ask to wait.
    All,
    /// The feeds of these users, at once.
    Users(Vec<UserId>),
}

impl Selection {
    /// Returns whether a feed is fetched; `since` is when the refresh was asked for.
    pub(super) fn includes(&self, feed: &Subscription, since: Timestamp) -> bool {
        match self {
            Self::Due => feed.is_due(Timestamp::now()),
            Self::All => {
                feed.is_due(Timestamp::now()) || !feed.is_gone && !feed.must_wait() && is_older(feed, since, PAUSE)
            }
            // Another process that refreshed it meanwhile has done what was asked for.
            Self::Users(users) => users.contains(&feed.user.id) && is_older(feed, since, 0),
        }
    }
}

/// Returns whether a feed was not fetched since `pause` microseconds before a time.
fn is_older(feed: &Subscription, since: Timestamp, pause: i64) -> bool {
    feed.checked_at.is_none_or(|at| at > Timestamp::now() || at.micros().saturating_add(pause) <= since.micros())
}

/// Returns when a feed is due after it was fetched. A server can lengthen the interval, to a day at most.
///
/// Between a twentieth and a seventh of the interval is left out at random: a timer of the same interval then never finds a
/// feed not quite due, and feeds that were followed together are not always fetched together.
pub(super) fn after_success(at: Timestamp, interval: Duration, fresh_for: Option<Duration>) -> Timestamp {
    let usual = interval.mul_f64(0.95 - jitter() / 10.0);
    later(at, usual.max(fresh_for.unwrap_or_default()).min(DAY))
}

/// Returns when a feed is due after it could not be fetched. `failures` counts those in a row before this one.
pub(super) fn after_failure(at: Timestamp, interval: Duration, failures: u32, error: Option<&NetError>) -> Timestamp {
    let backoff = Backoff { interval }.delay(failures, jitter());
    later(at, error.and_then(NetError::retry_after).map_or(backoff, |wait| wait.max(interval)).min(DAY))
}

fn later(at: Timestamp, wait: Duration) -> Timestamp {
    Timestamp::from_micros(at.micros().saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)))
}

/// Returns a random number from 0 to 1.
pub(super) fn jitter() -> f64 {
    // The keys of each hasher are random, and need no library.
    f64::from(u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{User, UserKind};

    const HALF_HOUR: Duration = Duration::from_secs(1_800);

    /// Returns the wait in minutes, rounded down.
    fn minutes(due: Timestamp) -> i64 {
        due.micros() / 60_000_000
    }

    #[test]
    fn interval_is_shortened_at_random_and_lengthened_by_the_server() {
        let start = Timestamp::from_micros(0);
        let after = |fresh: u64| minutes(after_success(start, HALF_HOUR, Some(Duration::from_secs(fresh * 60))));
        for _ in 0..50 {
            assert!((25..29).contains(&after(0)), "{}", after(0));
        }
        assert_eq!((after(45), after(600), after(99_999)), (45, 600, 1_440));
    }

    #[test]
    fn failures_double_the_interval_and_servers_are_obeyed() {
        let start = Timestamp::from_micros(0);
        let after = |failures| minutes(after_failure(start, HALF_HOUR, failures, None));
        assert!((30..=33).contains(&after(0)) && (60..=66).contains(&after(1)) && after(9) == 1_440);
        let busy = |wait| NetError::Status { code: 503, retry_after: Some(Duration::from_secs(wait)) };
        let after = |wait| minutes(after_failure(start, HALF_HOUR, 9, Some(&busy(wait))));
        assert_eq!((after(5), after(7_200), after(999_999)), (30, 120, 1_440));
    }

    #[test]
    fn refresh_of_all_leaves_out_feeds_of_the_last_seconds_and_those_that_must_wait() {
        let now = Timestamp::now();
        let seconds = |seconds: i64| Timestamp::from_micros(now.micros() + seconds * 1_000_000);
        let user = User { kind: UserKind::Remote, ..User::named(1, "ada") };
        let status = |code| NetError::Status { code, retry_after: None }.to_string();
        for (ago, error, expected) in [
            (20, None, true),
            (2, None, false),
            (20, Some(NetError::Timeout("a.example".to_owned()).to_string()), true),
            (20, Some(status(500)), true),
            (20, Some(status(429)), false),
            (20, Some(status(503)), false),
            (3_700, Some(status(503)), true),
        ] {
            let feed = Subscription {
                checked_at: Some(seconds(-ago)),
                next_at: seconds(3_600 - ago),
                failures: u32::from(error.is_some()),
                error: error.clone(),
                ..Subscription::unfetched(user.clone(), "")
            };
            assert_eq!(Selection::All.includes(&feed, now), expected, "{ago} {error:?}");
        }
    }
}
