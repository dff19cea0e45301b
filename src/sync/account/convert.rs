//! Turns what a server returns into pages to store.

use std::collections::HashMap;

use url::Url;

use crate::mastodon::{Notice, Page, Status};
use crate::model::{AccountList, AccountNotice, AccountPage, AccountStatus, AccountUser, NotificationKind, Timestamp};
use crate::transfer::api;

/// Longest address of an avatar, in bytes.
const MAX_ADDRESS: usize = 2_048;

/// Collects the posts and users of a page.
#[derive(Debug, Default)]
pub(super) struct Collected {
    /// Users by the addresses that identify them.
    users: HashMap<String, AccountUser>,
    /// The addresses that identify users, by those of their pages. Mentions name pages.
    pages: HashMap<String, String>,
}

impl Collected {
    /// Makes a collection that knows the account itself: the address of its page and the one that identifies it.
    pub(super) fn new(own: &crate::mastodon::Account) -> Self {
        let mut collected = Self::default();
        collected.add_page(own);
        collected
    }

    fn add_page(&mut self, account: &crate::mastodon::Account) {
        if let Some(page) = account.json["url"].as_str() {
            self.pages.insert(page.to_owned(), account.uri.clone());
        }
    }

    /// Adds a user; returns the address that identifies them.
    pub(super) fn add_user(&mut self, account: &crate::mastodon::Account) -> Option<String> {
        let user = api::user(&account.json)?;
        self.add_page(account);
        let uri = user.url.clone();
        let page = account.json["url"].as_str().filter(|page| is_same_host(page, &uri)).map(str::to_owned);
        let avatar = avatar(account);
        self.users.entry(uri.clone()).or_insert(AccountUser { user, page, avatar });
        Some(uri)
    }

    /// Reads a status; none if it is no post.
    fn status(&mut self, status: &Status) -> Option<AccountStatus> {
        self.add_user(&status.account)?;
        let boosted = match &status.boost_of {
            Some(boosted) => Some(Box::new(self.status(boosted)?)),
            None => None,
        };
        let post = api::post(&status.json).ok()?;
        if boosted.is_none() && post.origin.boost_of.is_some() {
            return None;
        }
        let server = status.on_server();
        let parent_id = status.in_reply_to_id.clone().filter(|_| boosted.is_none());
        Some(AccountStatus { post, boosted, server, parent_id })
    }

    /// Makes a page of statuses, newest first as servers send them.
    pub(super) fn page<'s>(
        &mut self,
        list: Option<AccountList>,
        statuses: impl IntoIterator<Item = &'s Status>,
    ) -> AccountPage {
        let mut statuses: Vec<_> = statuses.into_iter().filter_map(|status| self.status(status)).collect();
        statuses.reverse();
        self.finish(AccountPage { statuses, ..AccountPage::new(list) })
    }

    /// Makes a page of notifications, newest first as servers send them. Those of a kind that is not known here are left out.
    pub(super) fn notices(&mut self, page: &Page<Notice>) -> AccountPage {
        let mut notices: Vec<_> = page.items.iter().filter_map(|notice| self.notice(notice)).collect();
        notices.reverse();
        self.finish(AccountPage { notices, ..AccountPage::new(Some(AccountList::Notifications)) })
    }

    fn notice(&mut self, notice: &Notice) -> Option<AccountNotice> {
        let kind = match notice.kind.as_str() {
            "mention" => NotificationKind::Mentioned,
            "favourite" => NotificationKind::Liked,
            "reblog" => NotificationKind::Boosted,
            "follow" => NotificationKind::Followed,
            _ => return None,
        };
        let actor = self.add_user(&notice.account)?;
        let at = notice.created_at.as_deref().and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
        let status = notice.status.as_ref().filter(|_| kind != NotificationKind::Followed);
        // It is about the post, also if the server names a boost of it.
        let status = status.and_then(|status| self.status(status.boost_of.as_deref().unwrap_or(status)));
        Some(AccountNotice { kind, at: at.map_or_else(Timestamp::now, Timestamp::from), actor, status })
    }

    /// Adds the users, and names those whom mentions mean by the addresses that identify them.
    pub(super) fn finish(&mut self, mut page: AccountPage) -> AccountPage {
        let pages = &self.pages;
        let resolve = |status: &mut AccountStatus| {
            let mentions = std::mem::take(&mut status.post.mentions).into_iter();
            // Others are found by their nicknames.
            status.post.mentions = mentions.filter_map(|(name, url)| Some((name, pages.get(&url)?.clone()))).collect();
        };
        let of_notices = page.notices.iter_mut().filter_map(|notice| notice.status.as_mut());
        for status in page.statuses.iter_mut().chain(of_notices) {
            if let Some(boosted) = &mut status.boosted {
                resolve(boosted);
            }
            resolve(status);
        }
        page.users = std::mem::take(&mut self.users).into_values().collect();
        page.users.sort_unstable_by(|one, other| one.user.url.cmp(&other.user.url));
        page
    }
}

/// Returns the address of an avatar that does not move; none if the user has none, which servers show as a picture of their own.
fn avatar(account: &crate::mastodon::Account) -> Option<String> {
    let named = account.json["avatar_static"].as_str().or(account.json["avatar"].as_str())?;
    let url = Url::parse(named).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    (named.len() <= MAX_ADDRESS && !url.path().ends_with("/missing.png")).then(|| named.to_owned())
}

/// Returns whether two addresses are on the same host and port.
fn is_same_host(one: &str, other: &str) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    origin(one).is_some_and(|found| Some(found) == origin(other))
}
