//! Fetches the avatars that feeds and the servers of accounts name. They are ornaments: one that cannot be fetched fails nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use url::Url;

use super::SyncError;
use super::fetch::Fetcher;
use super::hosts::{HostResults, HostWorkers};
use crate::model::{Account, FeedAvatar, FeedVersion, Picture, Timestamp, UserId};
use crate::net::{AtMost, Fetched, Reach, Request, Validators, names_private_address};
use crate::store::Store;

const ACCEPT: &str = "image/png, image/jpeg, image/webp, image/gif";
const AT_MOST: AtMost = AtMost { time: Duration::from_secs(10), body: Picture::MAX_BYTES as u64 };

/// Avatars of users of an account that are fetched at once, and for how long.
const MOST_OF_ACCOUNT: usize = 40;
const TIME_OF_ACCOUNT: Duration = Duration::from_secs(5);

/// A picture that is another one than before, and by what its version is recognized.
type NewPicture = (Picture, FeedVersion);

/// Fetches the avatar of a feed that is followed now.
pub(super) fn fetch_one(store: &mut Store, fetcher: &Fetcher, user: UserId) -> Result<(), SyncError> {
    if fetcher.has_avatars {
        for avatar in store.due_avatars(&[user], Timestamp::now())? {
            let picture = fetch(fetcher, &avatar);
            record(store, &avatar, picture.as_ref())?;
        }
    }
    Ok(())
}

/// Fetches the avatars of some feeds that are due, hosts in parallel, until `stop` is set.
pub(super) fn fetch_due(
    store: &mut Store,
    fetcher: &Arc<Fetcher>,
    users: &[UserId],
    stop: &AtomicBool,
) -> Result<(), SyncError> {
    if !fetcher.has_avatars {
        return Ok(());
    }
    let due = store.due_avatars(users, Timestamp::now())?;
    let shared = Arc::clone(fetcher);
    let fetch = move |avatars: Vec<FeedAvatar>, results: &HostResults<'_, _>| {
        for avatar in avatars {
            let picture = fetch(&shared, &avatar);
            if !results.send((avatar, picture)) {
                return;
            }
        }
    };
    let started = HostWorkers::start(fetcher.parallel, due, |avatar| &avatar.url, fetch);
    let Ok(workers) = started else { return Ok(()) };
    workers.receive(stop, |result| match result {
        Some((avatar, picture)) => record(store, &avatar, picture.as_ref()),
        None => Ok(()),
    })
}

/// Fetches some avatars that the server of an account names, the ones that never were fetched first, for a few seconds.
pub(super) fn fetch_of_account(
    store: &mut Store,
    fetcher: &Fetcher,
    account: &Account,
    stop: &AtomicBool,
) -> Result<(), SyncError> {
    if !fetcher.has_avatars {
        return Ok(());
    }
    // A server of this machine or network may name others of it.
    let is_public = Url::parse(&format!("https://{}", account.server)).is_ok_and(|url| !names_private_address(&url));
    let start = Instant::now();
    for avatar in store.due_avatars_of_account(account.user.id, Timestamp::now(), MOST_OF_ACCOUNT)? {
        if stop.load(Ordering::Relaxed) || start.elapsed() > TIME_OF_ACCOUNT {
            break;
        }
        let avatar = FeedAvatar { is_public, ..avatar };
        let picture = fetch(fetcher, &avatar);
        let picture = picture.as_ref().map(|(picture, version)| (picture, version));
        store.record_avatar_of_account(&avatar, Timestamp::now(), picture)?;
    }
    Ok(())
}

fn record(store: &mut Store, avatar: &FeedAvatar, picture: Option<&NewPicture>) -> Result<(), SyncError> {
    let picture = picture.map(|(picture, version)| (picture, version));
    Ok(store.record_avatar(avatar, Timestamp::now(), picture)?)
}

/// Fetches an avatar; returns `None` if it is as it was, or is no picture that can be shown.
fn fetch(fetcher: &Fetcher, avatar: &FeedAvatar) -> Option<NewPicture> {
    let url = Url::parse(&avatar.url).ok()?;
    let FeedVersion { etag, last_modified, .. } = avatar.version.clone();
    let validators = Validators { etag, last_modified };
    let reach = if avatar.is_public { Reach::Public } else { Reach::Any };
    let request =
        Request { url: &url, validators: &validators, accept: ACCEPT, reach, user_agent: None, at_most: Some(AT_MOST) };
    let (Fetched::Body(response), _) = fetcher.send(request, reach).ok()? else { return None };
    let picture = Picture::parse(response.body).ok()?;
    let Validators { etag, last_modified } = response.validators;
    Some((picture, FeedVersion { etag, last_modified, hash: None }))
}
