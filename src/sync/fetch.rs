//! Fetches one feed: sends the request, and reads the response.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use blake2::{Blake2b, Digest, digest::consts::U16};
use url::Url;

use super::names::nickname_of;
use super::{SyncError, schedule};
use crate::config::{Images, Settings};
use crate::crash;
use crate::model::{FeedCheck, FeedResult, FeedVersion, ImportItem, Nickname, Subscription, Timestamp};
use crate::net::{
    Client, Fetched, Limits, NetError, Options, Reach, Request, Response, Validators, names_private_address,
};
use crate::transfer::fetched::{Content, FetchedFeed, recognize};

const ACCEPT: &str =
    "application/atom+xml, application/rss+xml, application/feed+json, text/plain;q=0.9, text/html;q=0.7, */*;q=0.5";
/// How far ahead a post may be dated, since clocks differ, in microseconds; later ones get the time of their arrival.
const AHEAD: i64 = 5 * 60 * 1_000_000;

/// Fetches feeds by the rules of the settings. It may be shared by threads.
#[derive(Debug)]
pub struct Fetcher {
    client: Arc<Client>,
    /// The time between two requests for the same feed.
    pub(super) interval: Duration,
    /// The time between two times that an account is read.
    pub(super) account_interval: Duration,
    /// Number of hosts that are asked at the same time.
    pub(super) parallel: usize,
    pub(super) is_offline: bool,
    /// Whether the avatars of feeds are fetched.
    pub(super) has_avatars: bool,
    /// The name that the servers of twtxt feeds see, if it names the follower.
    twtxt_user_agent: Option<String>,
}

/// A feed that was fetched: its new state, and the items if it changed.
#[derive(Debug)]
pub(super) struct FeedFetch {
    pub(super) check: FeedCheck,
    pub(super) items: Option<Vec<ImportItem>>,
    /// The nickname that a feed gives its user when it is fetched for the first time.
    pub(super) nickname: Option<Nickname>,
    /// What the request says about the host.
    pub(super) host: HostState,
}

/// Whether other feeds of a host can be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostState {
    /// It responds, or nothing is known.
    Up,
    /// It took a connection, and too long to respond: that can be this feed alone.
    Slow,
    /// It could not be reached, so other feeds there need not be tried.
    Down,
}

impl Fetcher {
    /// Makes a fetcher; `offline` forbids all requests, as the setting does.
    ///
    /// # Errors
    /// If the certificates that `SSL_CERT_FILE` names cannot be read.
    pub fn new(all: &Settings, offline: bool) -> Result<Self, SyncError> {
        let settings = &all.feeds;
        let is_offline = offline || settings.offline;
        let limits = Limits { total: settings.timeout, body: settings.max_size, ..Limits::default() };
        let user_agent = if settings.user_agent.is_empty() {
            concat!("microblog/", env!("CARGO_PKG_VERSION")).to_owned()
        } else {
            settings.user_agent.clone()
        };
        let certificates = env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()).map(Into::into);
        let options = Options { user_agent, limits, offline: is_offline, certificates };
        let client = Arc::new(Client::new(options).map_err(SyncError::Certificates)?);
        Ok(Self {
            client,
            interval: settings.interval(),
            account_interval: settings.sync,
            parallel: settings.parallel,
            is_offline,
            has_avatars: all.images != Images::Off,
            twtxt_user_agent: twtxt_user_agent(all),
        })
    }

    /// Returns what sends the requests.
    pub(super) fn http(&self) -> &Arc<Client> {
        &self.client
    }

    /// Returns an error if no request may be sent.
    pub(super) fn check_online(&self) -> Result<(), SyncError> {
        if self.is_offline { Err(SyncError::Offline(NetError::Offline)) } else { Ok(()) }
    }

    /// Fetches an address for the first time; returns the response, and which hosts could be reached for it.
    pub(super) fn get(&self, url: &Url, accept: Option<&str>, reach: Reach) -> Result<(Response, Reach), SyncError> {
        let validators = Validators::default();
        let request = Request { accept: accept.unwrap_or(ACCEPT), ..self.request(url, &validators) };
        let failed = |why| SyncError::Net { url: url.to_string(), why };
        match self.send(request, reach).map_err(failed)? {
            (Fetched::Body(response), reach) => Ok((response, reach)),
            // A server that says so without being asked about a version is broken.
            (Fetched::Unchanged { .. }, _) => Err(failed(NetError::Status { code: 304, retry_after: None })),
        }
    }

    /// Returns the request for a feed.
    fn request<'a>(&'a self, url: &'a Url, validators: &'a Validators) -> Request<'a> {
        let is_twtxt = url.path().ends_with(".txt") || url.path().contains("twtxt");
        let user_agent = self.twtxt_user_agent.as_deref().filter(|_| is_twtxt);
        Request { url, validators, accept: ACCEPT, reach: Reach::Public, user_agent, at_most: None }
    }

    /// Sends a request to the public internet, or elsewhere if it must go there and may. Returns which hosts could be
    /// reached: the check is made on the addresses that are connected to, so that a name cannot pretend to be private.
    pub(super) fn send(&self, request: Request<'_>, reach: Reach) -> Result<(Fetched, Reach), NetError> {
        match self.client.get(&Request { reach: Reach::Public, ..request.clone() }) {
            Err(NetError::PrivateAddress(found)) if reach == Reach::Any && found == request.url.as_str() => {
                Ok((self.client.get(&Request { reach: Reach::Any, ..request })?, Reach::Any))
            }
            result => Ok((result?, Reach::Public)),
        }
    }

    /// Fetches a feed that is followed.
    pub(super) fn fetch(&self, feed: &Subscription) -> FeedFetch {
        let at = Timestamp::now();
        let Ok(url) = Url::parse(&feed.fetch_url) else {
            return self.failed(feed, at, "its address is not valid".to_owned(), None);
        };
        let FeedVersion { etag, last_modified, .. } = feed.version.clone();
        let validators = Validators { etag, last_modified };
        let mut fetch = match self.send(self.request(&url, &validators), reach(feed, &url)) {
            Err(error) => return self.failed(feed, at, error.to_string(), Some(&error)),
            Ok((Fetched::Unchanged { moved_to, fresh_for }, reach)) => {
                let moved_to = moved_to.map(Into::into);
                let result = FeedResult::Unchanged { moved_to, version: None };
                (self.succeeded(at, fresh_for, result, None), reach)
            }
            Ok((Fetched::Body(response), reach)) => (self.read(feed, at, response), reach),
        };
        fetch.0.check.is_public = fetch.1 == Reach::Public;
        fetch.0
    }

    fn read(&self, feed: &Subscription, at: Timestamp, response: Response) -> FeedFetch {
        let version = version(&response);
        let (fresh_for, moved_to) = (response.fresh_for, response.moved_to.as_ref().map(Url::to_string));
        if version.hash == feed.version.hash {
            let version = (version != feed.version).then_some(version);
            return self.succeeded(at, fresh_for, FeedResult::Unchanged { moved_to, version }, None);
        }
        let content = recognize(&feed.url, response.content_type.as_deref(), response.body);
        let found = match content {
            Content::Feed(found) => found,
            Content::Page(_) => {
                return self.failed(feed, at, "the response is a web page, not a feed".to_owned(), None);
            }
            Content::Other(why) => return self.failed(feed, at, why.to_owned(), None),
        };
        let fresh_for = fresh_for.max(ttl(&found));
        match items(found, at) {
            Ok(items) => {
                let url = Url::parse(&feed.url).ok().filter(|_| feed.fetched_at.is_none());
                let nickname = url.map(|url| nickname_of(&url, &items));
                let fetch = self.succeeded(at, fresh_for, FeedResult::Changed { moved_to, version }, Some(items));
                FeedFetch { nickname, ..fetch }
            }
            Err(why) => self.failed(feed, at, why, None),
        }
    }

    fn succeeded(
        &self,
        at: Timestamp,
        fresh_for: Option<Duration>,
        result: FeedResult,
        items: Option<Vec<ImportItem>>,
    ) -> FeedFetch {
        let next_at = schedule::after_success(at, self.interval, fresh_for);
        FeedFetch {
            check: FeedCheck { at, next_at, is_public: false, result },
            items,
            nickname: None,
            host: HostState::Up,
        }
    }

    pub(super) fn failed(
        &self,
        feed: &Subscription,
        at: Timestamp,
        why: String,
        error: Option<&NetError>,
    ) -> FeedFetch {
        let next_at = schedule::after_failure(at, self.interval, feed.failures, error);
        let is_gone = error.is_some_and(NetError::is_gone);
        let host = match error {
            Some(NetError::HostNotFound(_) | NetError::Connect { .. } | NetError::Tls { .. }) => HostState::Down,
            Some(NetError::Timeout(_)) => HostState::Slow,
            _ => HostState::Up,
        };
        FeedFetch {
            check: FeedCheck { at, next_at, is_public: false, result: FeedResult::Failed { error: why, is_gone } },
            items: None,
            nickname: None,
            host,
        }
    }

    /// Returns the state of a feed that was fetched for the first time.
    pub(super) fn first_check(
        &self,
        at: Timestamp,
        (response, reach): (&Response, Reach),
        found: &FetchedFeed,
    ) -> FeedCheck {
        let next_at = schedule::after_success(at, self.interval, response.fresh_for.max(ttl(found)));
        let moved_to = response.moved_to.as_ref().map(Url::to_string);
        let result = FeedResult::Changed { moved_to, version: version(response) };
        FeedCheck { at, next_at, is_public: reach == Reach::Public, result }
    }
}

/// Returns which hosts may be reached for a feed: any for an address in a private network that was typed here, unless it
/// was public once, or the server redirected from a public host to another one.
pub(super) fn reach(feed: &Subscription, url: &Url) -> Reach {
    let is_own = Url::parse(&feed.url)
        .is_ok_and(|own| own.host_str() == url.host_str() || names_private_address(&own) && names_private_address(url));
    if is_own && !feed.is_public { Reach::Any } else { Reach::Public }
}

/// Returns the name that shows the author of a twtxt feed who follows, as its specification has it:
/// <https://twtxt.readthedocs.io/en/stable/user/discoverability.html>. Only for those who ask for it in the settings.
fn twtxt_user_agent(settings: &Settings) -> Option<String> {
    let (name, url) = (&settings.publish.user, &settings.publish.url);
    let is_asked_for = settings.feeds.twtxt_user_agent && !name.is_empty() && !url.is_empty();
    // Other characters are not allowed in a header.
    let is_plain = [name, url].iter().all(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
    (is_asked_for && is_plain)
        .then(|| format!(concat!("microblog/", env!("CARGO_PKG_VERSION"), " (+{}; @{})"), url, name))
}

/// Returns by what a response is recognized when it comes again.
fn version(response: &Response) -> FeedVersion {
    let Validators { etag, last_modified } = response.validators.clone();
    FeedVersion { etag, last_modified, hash: Some(Blake2b::<U16>::digest(&response.body).to_vec()) }
}

fn ttl(found: &FetchedFeed) -> Option<Duration> {
    found.ttl.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)))
}

/// Reads the items of a feed; a fault of a reader fails only this feed.
pub(super) fn items(found: FetchedFeed, now: Timestamp) -> Result<Vec<ImportItem>, String> {
    let read = crash::catch(|| found.items()).map_err(|crash| crash.to_string())?;
    let mut items = read.map_err(|error| error.to_string())?;
    let is_ahead = |at: Timestamp| at.micros() > now.micros() + AHEAD;
    for item in &mut items {
        let ImportItem::Post(post) = item else { continue };
        // Dates of the future become the same one, and say no longer which was first.
        post.edited_at = post.edited_at.filter(|edited| *edited > post.created_at);
        post.edited_at = post.edited_at.map(|edited| if is_ahead(edited) { now } else { edited });
        if is_ahead(post.created_at) {
            post.origin.dated_at = Some(post.created_at);
            post.created_at = now;
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_of_the_future_is_edited_only_if_it_was_changed_after_it_was_published() {
        let now = Timestamp::parse("2026-03-14T15:09:26Z").unwrap();
        for (published, updated, expected) in [
            ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", None),
            ("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z", Some(now)),
            ("2026-01-01T00:00:00Z", "2031-01-01T00:00:00Z", Some(now)),
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", None),
            ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", Some(Timestamp::parse("2026-01-02").unwrap())),
        ] {
            let feed = format!(
                "<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title><entry><id>urn:x</id><published>{published}\
                 </published><updated>{updated}</updated><content>text</content></entry></feed>"
            );
            let content = recognize("https://a.example/feed", Some("application/atom+xml"), feed.into_bytes());
            let Content::Feed(found) = content else { panic!("not a feed") };
            let items = items(found, now).unwrap();
            let post = items.iter().find_map(|item| match item {
                ImportItem::Post(post) => Some(post),
                _ => None,
            });
            assert_eq!(post.unwrap().edited_at, expected, "{published} {updated}");
        }
    }
}
