//! Fetches the older posts of a feed: the archives that it names, one after the other.

use std::collections::HashSet;

use url::Url;

use super::fetch::{self, Fetcher};
use super::{Address, SyncError};
use crate::model::{ImportItem, Subscription, Timestamp};
use crate::store::{ImportStats, Store};
use crate::transfer::fetched::{Content, recognize};

/// Most archives of a feed that are fetched in one go.
const MOST: usize = 1_000;

/// What came of fetching archives.
#[derive(Debug, Default)]
pub struct Archives {
    /// How many were fetched.
    pub count: usize,
    /// What came with them.
    pub stats: ImportStats,
    /// Why the rest could not be fetched, if it could not.
    pub error: Option<SyncError>,
}

/// Fetches all archives of a feed, and stores each of them in one transaction. Their posts are read already. Only archives
/// at the origin of the feed are fetched: another server could put words into the author's mouth.
///
/// # Errors
/// If the feed itself cannot be fetched, or the store fails. What was stored until then stays.
pub fn fetch_archives(store: &mut Store, fetcher: &Fetcher, feed: &Subscription) -> Result<Archives, SyncError> {
    fetcher.check_online()?;
    let Address::Url(url) = Address::parse(&feed.fetch_url)? else { return Ok(Archives::default()) };
    let mut done = Archives::default();
    let mut seen = HashSet::from([url.clone()]);
    let mut next = fetch_page(fetcher, feed, &url)?.1;
    while let Some(address) = next {
        match fetch_archive(fetcher, feed, &url, &address, &mut seen) {
            Ok((items, older)) => {
                let stats = store.store_archive(feed.user.id, items, Timestamp::now())?;
                done.count += 1;
                done.stats.posts += stats.posts;
                done.stats.known += stats.known;
                next = older.filter(|_| done.count < MOST);
            }
            Err(error) => {
                done.error = Some(error);
                next = None;
            }
        }
    }
    Ok(done)
}

/// The items of a document, and the address of what is older.
type Page = (Vec<ImportItem>, Option<String>);

fn fetch_archive(
    fetcher: &Fetcher,
    feed: &Subscription,
    home: &Url,
    address: &str,
    seen: &mut HashSet<Url>,
) -> Result<Page, SyncError> {
    let wrong = |why: &str| SyncError::Content { url: address.to_owned(), why: why.to_owned() };
    let url = Url::parse(address).map_err(|_| wrong("this address of an archive is not valid"))?;
    if url.origin() != home.origin() {
        return Err(wrong("an archive at another server than the feed is not fetched"));
    }
    if !seen.insert(url.clone()) {
        return Err(wrong("the archives name each other in a circle"));
    }
    fetch_page(fetcher, feed, &url)
}

/// Fetches a part of a feed; returns its items and the address of what is older.
fn fetch_page(fetcher: &Fetcher, feed: &Subscription, url: &Url) -> Result<Page, SyncError> {
    let wrong = |why: String| SyncError::Content { url: url.to_string(), why };
    let (response, _) = fetcher.get(url, None, fetch::reach(feed, url))?;
    if response.url.origin() != url.origin() {
        return Err(wrong("the server redirects to another one".to_owned()));
    }
    // Hashes of twtxt are made of the address of the feed, also for the posts of its archives.
    match recognize(&feed.url, response.content_type.as_deref(), response.body) {
        Content::Feed(found) => {
            let older = found.older(url.as_str());
            let items = fetch::items(found, Timestamp::now()).map_err(wrong)?;
            Ok((items, older))
        }
        Content::Page(_) => Err(wrong("the response is a web page, not a feed".to_owned())),
        Content::Other(why) => Err(wrong(why.to_owned())),
    }
}
