//! Synchronizes accounts, one after the other, and remembers when each is due again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::connect;
use super::read::Reader;
use super::tokens::Tokens;
use crate::mastodon::{ApiError, Client};
use crate::model::{Account, AccountCheck, Timestamp};
use crate::net::Backoff;
use crate::store::{ImportStats, Store};
use crate::sync::{Fetcher, SyncError, avatars};

/// The time after which an account that failed is tried again; doubled with each further failure.
const FIRST_RETRY: Duration = Duration::from_secs(60);

/// What synchronizing an account came to.
#[derive(Debug)]
pub struct AccountReport {
    /// The account as it was before.
    pub account: Account,
    /// What came, or why it failed.
    pub result: Result<ImportStats, SyncError>,
}

/// Synchronizes accounts until `stop` is set. `each` receives every account once it is done.
///
/// The caller holds the [lock](Store::lock_refresh) on refreshing.
///
/// # Errors
/// If no request may be sent, or the store fails. What was stored until then stays.
pub fn sync_accounts(
    store: &mut Store,
    fetcher: &Fetcher,
    tokens: &Tokens,
    accounts: Vec<Account>,
    stop: &AtomicBool,
    each: &mut dyn FnMut(AccountReport),
) -> Result<(), SyncError> {
    if accounts.is_empty() {
        return Ok(());
    }
    fetcher.check_online()?;
    for account in accounts {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let at = Timestamp::now();
        let result = connect(fetcher, tokens, &account).and_then(|client| read(store, &client, &account, stop));
        if let Err(SyncError::Store(_)) = &result {
            return result.map(drop);
        }
        store.record_account_check(account.user.id, &check(&account, at, fetcher.account_interval, &result))?;
        let is_read = result.is_ok();
        let of = account.clone();
        each(AccountReport { account, result });
        if is_read {
            avatars::fetch_of_account(store, fetcher, &of, stop)?;
        }
    }
    Ok(())
}

fn read(store: &mut Store, client: &Client, account: &Account, stop: &AtomicBool) -> Result<ImportStats, SyncError> {
    let own = client.verify_credentials()?;
    let stats = ImportStats::default();
    let mut reader = Reader { store, client, account: account.clone(), own, stop, stats };
    reader.read()?;
    Ok(reader.stats)
}

/// Returns the state of an account after it was synchronized.
fn check(
    account: &Account,
    at: Timestamp,
    interval: Duration,
    result: &Result<ImportStats, SyncError>,
) -> AccountCheck {
    let later = |wait: Duration| {
        let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(at.micros().saturating_add(micros))
    };
    let Err(error) = result else {
        // A timer of the same interval never finds it not quite due.
        return AccountCheck { at, next_at: later(interval.mul_f64(0.9)), error: None, needs_login: false };
    };
    let backoff = later(Backoff { interval: FIRST_RETRY }.delay(account.failures, 0.0));
    let next_at = match error {
        SyncError::Api(ApiError::RateLimited { until, .. }) => *until,
        SyncError::Api(ApiError::Unavailable { retry_after: Some(wait), .. }) => later(*wait).max(backoff),
        SyncError::Api(ApiError::Net(error)) => error.retry_after().map_or(backoff, later),
        _ => backoff,
    };
    AccountCheck { at, next_at, error: Some(error.to_string()), needs_login: error.needs_login() }
}
