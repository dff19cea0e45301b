//! Follows an address: a feed, a page that names its feeds, or an account that WebFinger finds.

use url::Url;

use super::fetch::{self, Fetcher};
use super::names::{nickname, nickname_of};
use super::{Address, SyncError, avatars};
use crate::model::{FeedCheck, ImportItem, Timestamp, User, UserId};
use crate::net::{Reach, Response, is_loopback};
use crate::store::{ImportStats, NewSubscription, Store};
use crate::transfer::fetched::{Content, FeedLink, FetchedFeed, recognize, webfinger_links};

/// A feed that is followed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The user whom it is bound to.
    pub user: User,
    /// The address that identifies it.
    pub url: String,
    /// What came with it.
    pub stats: ImportStats,
    /// It was followed before, so nothing changed.
    pub was_followed: bool,
}

/// Makes a user follow an address, and stores what its feed contains. `choice` is the number of the feed, from 1, if the
/// address is a page that names several.
///
/// # Errors
/// If there is no feed, or several, or the store fails; nothing is stored then.
pub fn follow(
    store: &mut Store,
    fetcher: &Fetcher,
    follower: UserId,
    address: &Address,
    choice: Option<usize>,
) -> Result<Followed, SyncError> {
    if let Address::Url(url) = address
        && let Some(known) = follow_known(store, follower, url.as_str())?
    {
        return Ok(known);
    }
    fetcher.check_online()?;
    let found = match address {
        Address::Url(url) => find(fetcher, url, Reach::Any, choice)?,
        Address::Handle { user, host } => find_account(fetcher, user, host, choice)?,
    };
    if let Some(known) = follow_known(store, follower, found.url.as_str())? {
        return Ok(known);
    }
    let at = Timestamp::now();
    let check = fetcher.first_check(at, (&found.response, found.reach), &found.feed);
    let items = fetch::items(found.feed, at).map_err(|why| SyncError::Content { url: found.url.to_string(), why })?;
    let name = match address {
        Address::Handle { user, .. } => Some(user.as_str()),
        Address::Url(_) => None,
    };
    let nickname = name.map_or_else(|| nickname_of(&found.url, &items), |name| nickname(&found.url, Some(name)));
    let new = NewSubscription { nickname, url: found.url.to_string() };
    let followed = subscribe(store, follower, &new, &check, items)?;
    avatars::fetch_one(store, fetcher, followed.user.id)?;
    Ok(followed)
}

fn subscribe(
    store: &mut Store,
    follower: UserId,
    new: &NewSubscription,
    check: &FeedCheck,
    items: Vec<ImportItem>,
) -> Result<Followed, SyncError> {
    let (user, stats) = store.subscribe(follower, new, check, items, &mut |_| {})?;
    Ok(Followed { user: store.user_by_id(user)?, url: new.url.clone(), stats, was_followed: false })
}

/// Follows a feed that is already here, without a request.
fn follow_known(store: &mut Store, follower: UserId, url: &str) -> Result<Option<Followed>, SyncError> {
    let Some(feed) = store.subscription_by_url(url)? else { return Ok(None) };
    let was_followed = store.relation(follower, feed.user.id)?.follows;
    if !was_followed {
        store.follow(follower, &[feed.user.id], Timestamp::now())?;
    }
    Ok(Some(Followed { user: feed.user, url: feed.url, stats: ImportStats::default(), was_followed }))
}

/// A feed that was found.
struct Found {
    url: Url,
    response: Response,
    reach: Reach,
    feed: FetchedFeed,
}

/// Fetches an address, and the feed that it names if it is a page.
fn find(fetcher: &Fetcher, url: &Url, reach: Reach, choice: Option<usize>) -> Result<Found, SyncError> {
    let wrong = |why: &str| SyncError::Content { url: url.to_string(), why: why.to_owned() };
    let (response, content, reach) = request(fetcher, url, reach)?;
    let link = match content {
        Content::Feed(feed) => return Ok(Found { url: url.clone(), response, reach, feed }),
        Content::Other(why) => return Err(wrong(why)),
        Content::Page(links) => choose(url, links, choice)?,
    };
    let Address::Url(url) = Address::parse(&link.url)? else { return Err(wrong("the page names no feed")) };
    let (response, content, reach) = request(fetcher, &url, reach.named_by(&response.url))?;
    match content {
        Content::Feed(feed) => Ok(Found { url, response, reach, feed }),
        Content::Page(_) => {
            Err(SyncError::Content { url: url.into(), why: "this is a web page, not a feed".to_owned() })
        }
        Content::Other(why) => Err(SyncError::Content { url: url.into(), why: why.to_owned() }),
    }
}

/// Fetches an address, and recognizes what the server sent.
fn request(fetcher: &Fetcher, url: &Url, reach: Reach) -> Result<(Response, Content, Reach), SyncError> {
    let (response, reach) = fetcher.get(url, None, reach)?;
    let content = recognize(response.url.as_str(), response.content_type.as_deref(), response.body.clone());
    Ok((response, content, reach))
}

/// Returns the feed of a page that was chosen, or its only one.
fn choose(url: &Url, mut links: Vec<FeedLink>, choice: Option<usize>) -> Result<FeedLink, SyncError> {
    let wrong = |why: String| SyncError::Content { url: url.to_string(), why };
    match (choice, links.len()) {
        (_, 0) => Err(wrong("this page names no feed: give the address of a feed".to_owned())),
        (None, 1) => Ok(links.swap_remove(0)),
        (Some(number), count) if (1..=count).contains(&number) => Ok(links.swap_remove(number - 1)),
        (Some(number), count) => Err(wrong(format!("there is no feed {number}: choose one from 1 to {count}"))),
        (None, _) => Err(SyncError::SeveralFeeds { url: url.to_string(), feeds: links }),
    }
}

/// Finds the feed of an account by WebFinger (RFC 7033).
fn find_account(fetcher: &Fetcher, user: &str, host: &str, choice: Option<usize>) -> Result<Found, SyncError> {
    let handle = format!("@{user}@{host}");
    let wrong = |why: &str| SyncError::Content { url: handle.clone(), why: why.to_owned() };
    let build = |scheme: &str| {
        let mut url = Url::parse(&format!("{scheme}://{host}/.well-known/webfinger")).ok()?;
        url.query_pairs_mut().append_pair("resource", &format!("acct:{user}@{host}"));
        Some(url)
    };
    let url = build("https").ok_or_else(|| wrong("this is not an account"))?;
    // Servers on this machine have no certificate.
    let url = if is_loopback(&url) { build("http").unwrap_or(url) } else { url };
    let (response, reach) = fetcher.get(&url, Some("application/jrd+json, application/json"), Reach::Any)?;
    let reach = reach.named_by(&response.url);
    let links = webfinger_links(&response.body);
    let Some(link) = links.first() else { return Err(wrong("the server names no page or feed of this account")) };
    let Address::Url(page) = Address::parse(link)? else { return Err(wrong("this is not an account")) };
    // The feed of the account itself is the first that its page names.
    match find(fetcher, &page, reach, choice) {
        Err(SyncError::SeveralFeeds { .. }) if choice.is_none() => find(fetcher, &page, reach, Some(1)),
        found => found,
    }
}
