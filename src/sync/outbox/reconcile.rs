//! Finds out whether a server has a post whose request was interrupted.

use std::collections::BTreeSet;
use std::time::Duration;

use super::outcome::{Outcome, later};
use super::send::{SendError, Sender, published};
use crate::mastodon::{ApiError, Page, Paging, Status};
use crate::model::{Outgoing, Timestamp};
use crate::store::Store;
use crate::text::is_same_text;
use crate::transfer::html_text;

/// How far the clock of a server may be behind, in microseconds.
const SLACK: i64 = 5 * 60 * 1_000_000;
/// Posts of a page.
const PAGE: u32 = 40;
/// Pages that are read at most.
const PAGES: usize = 10;
/// An entry that waited for so long is looked for before its first request: it may be of a database that was restored
/// from a copy, and servers forget the keys of requests after an hour.
const OLD: Duration = Duration::from_secs(30 * 60);

/// What the server's list of the account's posts says about a post.
enum Found {
    Post(Box<Status>),
    Nothing,
    /// It does not show it, for this reason.
    Unclear(String),
}

impl Sender<'_> {
    /// Returns what became of a post that the server may have, or none if it is to be sent. `parent` is the id of the post
    /// that it replies to.
    pub(super) fn reconcile(
        &self,
        store: &Store,
        outgoing: &Outgoing,
        parent: Option<&str>,
    ) -> Result<Option<Outcome>, SendError> {
        let now = Timestamp::now();
        let is_old = later(outgoing.queued_at, OLD) < now;
        if outgoing.tried_at.is_none() && !is_old && !outgoing.is_deleted {
            return Ok(None);
        }
        match self.find_sent(store, outgoing, parent)? {
            Found::Post(status) => return Ok(Some(published(outgoing, &status))),
            Found::Unclear(why) => return Ok(Some(Outcome::Unsure(why))),
            Found::Nothing => {}
        }
        if let Some(tried_at) = outgoing.tried_at {
            let settled = later(tried_at, self.options.settle);
            if settled > now && tried_at <= now {
                let why = "the last request was interrupted, and the server may still be working on it".to_owned();
                return Ok(Some(Outcome::Postponed { until: settled, why, may_be_sent: true }));
            }
        }
        Ok(outgoing.is_deleted.then_some(Outcome::NeverSent))
    }

    /// Looks for a post among the account's own on the server. Some servers list only public ones there: a private post is then
    /// looked for in the home timeline too.
    fn find_sent(&self, store: &Store, outgoing: &Outgoing, parent: Option<&str>) -> Result<Found, SendError> {
        let mut lists_private = false;
        let own = |paging: Paging<'_>| self.client.account_statuses(&self.account.remote_id, paging);
        let found = self.find_in(own, store, outgoing, parent, &mut lists_private)?;
        if matches!(found, Found::Nothing) && outgoing.details.audience.is_private() && !lists_private {
            return self.find_in(|paging| self.client.home(paging), store, outgoing, parent, &mut lists_private);
        }
        Ok(found)
    }

    /// Looks for a post in a list of the server, and notes whether the list has private posts of the account.
    fn find_in(
        &self,
        read: impl Fn(Paging<'_>) -> Result<Page<Status>, ApiError>,
        store: &Store,
        outgoing: &Outgoing,
        parent: Option<&str>,
        lists_private: &mut bool,
    ) -> Result<Found, SendError> {
        let since = outgoing.queued_at.micros().saturating_sub(SLACK);
        let server = &self.account.server;
        let mut found: Option<Status> = None;
        let mut before: Option<String> = None;
        let mut seen = BTreeSet::new();
        for _ in 0..PAGES {
            let page = read(Paging { before: before.as_deref(), limit: Some(PAGE), ..Paging::default() })?;
            // Some servers send the same page again when there is no other.
            let items: Vec<Status> = page.items.into_iter().filter(|status| seen.insert(status.uri.clone())).collect();
            let mut is_end = items.is_empty();
            let own = self.account.user.url.as_deref();
            for status in items {
                let is_older = time(&status).is_some_and(|at| at < since);
                is_end |= is_older;
                if own.is_some_and(|own| own != status.account.uri) {
                    continue;
                }
                *lists_private |= matches!(status.visibility.as_deref(), Some("private" | "direct"));
                if is_older || !self.is_sent(store, outgoing, parent, &status)? {
                    continue;
                }
                if found.replace(status).is_some() {
                    return Ok(Found::Unclear(format!("{server} has several posts with this text: look there first")));
                }
            }
            before = page.older;
            if is_end || before.is_none() {
                return Ok(found.map_or(Found::Nothing, |status| Found::Post(Box::new(status))));
            }
        }
        let too_many = || format!("{server} has too many newer posts to find out whether this one is there");
        Ok(found.map_or_else(|| Found::Unclear(too_many()), |status| Found::Post(Box::new(status))))
    }

    /// Returns whether a status is the post of an entry: it has its text and parent, and is no other post that is here.
    fn is_sent(
        &self,
        store: &Store,
        outgoing: &Outgoing,
        parent: Option<&str>,
        status: &Status,
    ) -> Result<bool, SendError> {
        if status.boost_of.is_some() || !is_same_text(&outgoing.text, &html_text(&status.content)) {
            return Ok(false);
        }
        let has_parent = match (parent, &status.in_reply_to_id, &outgoing.reply_to) {
            (None, None, _) => true,
            (Some(one), Some(other), _) if one == other => true,
            // Ids can change.
            (Some(_), Some(other), Some(uri)) => self.client.status(other).is_ok_and(|status| status.uri == *uri),
            _ => false,
        };
        Ok(has_parent && !store.is_known_post(outgoing.account, &status.uri)?)
    }
}

/// Returns when a status was written, in microseconds since 1970.
fn time(status: &Status) -> Option<i64> {
    let text = status.created_at.as_deref()?;
    Some(chrono::DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros())
}
