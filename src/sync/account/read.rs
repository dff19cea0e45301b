//! Reads the lists of an account: forward from where the last read ended, so that no hole is left.
//!
//! Of the home timeline the newest page is read first, which also brings edits and counts of what is known. If it does not
//! reach what was read before, the posts between are a gap, which is filled page by page. Each page is stored in one
//! transaction with how far the list was read: a kill leaves a gap, never a hole that nobody knows of.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use super::convert::Collected;
use crate::mastodon::{self, ApiError, Client, Page, Paging, Status};
use crate::model::{Account, AccountGap, AccountList, AccountPage, GapChange, Timestamp, UserId};
use crate::store::{ImportStats, Store};
use crate::sync::SyncError;
use crate::transfer::api;

/// Items of a page. Servers send at most 40.
const PAGE: u32 = 40;
/// Accounts of a page. Servers send at most 80.
const ACCOUNTS: u32 = 80;
/// Pages that are read of a list the first time.
const FIRST_PAGES: usize = 5;
/// Pages that are read of a list, and of a gap, at once; the rest follows with the next read.
const MOST_PAGES: usize = 25;
/// Pages of followed accounts that are read at most.
const FOLLOW_PAGES: usize = 125;
/// Edit histories that are read at once.
const MOST_HISTORIES: usize = 20;
/// Followed users who are missing on the server whose relationships are read at once.
const MOST_RELATIONSHIPS: usize = 20;
/// How often it is read whom an account follows who follows many, in microseconds: an hour.
const FOLLOWS_EVERY: i64 = 3_600 * 1_000_000;

/// Reads the lists of one account.
pub(super) struct Reader<'r> {
    pub(super) store: &'r mut Store,
    pub(super) client: &'r Client,
    pub(super) account: Account,
    /// The account as its server describes it.
    pub(super) own: mastodon::Account,
    pub(super) stop: &'r AtomicBool,
    pub(super) stats: ImportStats,
}

impl Reader<'_> {
    /// Reads all lists.
    pub(super) fn read(&mut self) -> Result<(), SyncError> {
        self.follows()?;
        self.home()?;
        self.notifications()?;
        for list in [AccountList::Posts, AccountList::Bookmarks, AccountList::Likes] {
            self.list(list)?;
        }
        Ok(())
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn store(&mut self, page: &AccountPage) -> Result<(), SyncError> {
        let stats = self.store.store_account_page(self.account.user.id, page, Timestamp::now(), &mut |_| {})?;
        self.stats.posts += stats.posts;
        self.stats.updated += stats.updated;
        self.stats.known += stats.known;
        Ok(())
    }

    fn collected(&self) -> Collected {
        Collected::new(&self.own)
    }

    fn cursor(&self, list: AccountList) -> Result<Option<String>, SyncError> {
        Ok(self.store.account_cursor(self.account.user.id, list)?)
    }

    /// Reads the newest page of the home timeline, and fills gaps.
    fn home(&mut self) -> Result<(), SyncError> {
        let Some(cursor) = self.cursor(AccountList::Home)? else { return self.first_home() };
        let newest = self.client.home(Paging { limit: Some(PAGE), ..Paging::default() })?;
        let is_connected = newest.items.is_empty() || self.reaches(&newest, &cursor)?;
        let mut page = self.collected().page(Some(AccountList::Home), &newest.items);
        self.add_histories(&mut page)?;
        // The id of the newest status: a cursor of the header may be of another form.
        page.newest = newest.items.first().map(|status| status.id.clone());
        if let (false, Some(oldest)) = (is_connected, newest.items.last()) {
            let after = self.current_id(&cursor)?.unwrap_or(cursor);
            page.gap = GapChange::Add { before: oldest.id.clone(), after };
        }
        self.store(&page)?;
        for gap in self.store.account_gaps(self.account.user.id)? {
            self.fill(gap)?;
        }
        Ok(())
    }

    /// Reads the newest pages of a home timeline that was never read, as one.
    fn first_home(&mut self) -> Result<(), SyncError> {
        let mut statuses: Vec<Status> = Vec::new();
        let mut before: Option<String> = None;
        for _ in 0..FIRST_PAGES {
            let paging = Paging { before: before.as_deref(), after: None, limit: Some(PAGE) };
            let page = self.client.home(paging)?;
            let is_last = page.items.is_empty() || page.older.is_none() || page.older == before;
            statuses.extend(page.items);
            before = page.older;
            if is_last {
                break;
            }
        }
        let mut page = self.collected().page(Some(AccountList::Home), &statuses);
        self.add_histories(&mut page)?;
        page.newest = statuses.first().map(|status| status.id.clone());
        page.is_first = true;
        self.store(&page)
    }

    /// Adds the earlier texts of posts that were edited since they were read.
    fn add_histories(&self, page: &mut AccountPage) -> Result<(), SyncError> {
        let mut left = MOST_HISTORIES;
        for status in &mut page.statuses {
            let Some(edited_at) = status.post.edited_at.filter(|_| left > 0 && status.boosted.is_none()) else {
                continue;
            };
            let known = self.store.edited_at_of_status(self.account.user.id, &status.server.id)?;
            if known.is_some_and(|known| known >= edited_at) {
                continue;
            }
            left -= 1;
            match self.client.history(&status.server.id) {
                Ok(versions) => status.post.revisions = api::revisions(&versions),
                // Not every server has it; the text that was here is in the history all the same.
                Err(ApiError::Gone { .. } | ApiError::Refused { .. } | ApiError::Unexpected { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Returns whether a page reaches the status with an id that was the newest before. Its id may have changed since.
    fn reaches(&self, page: &Page<Status>, cursor: &str) -> Result<bool, SyncError> {
        if page.items.iter().any(|status| status.id == cursor) {
            return Ok(true);
        }
        let uri = self.store.remote_id_of_status(self.account.user.id, cursor)?;
        Ok(uri.is_some_and(|uri| page.items.iter().any(|status| status.uri == uri)))
    }

    /// Returns the id that a status has now, if it has another one than when it was read.
    fn current_id(&self, id: &str) -> Result<Option<String>, SyncError> {
        match self.client.status(id) {
            Err(ApiError::Gone { .. }) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(None),
        }
        let Some(uri) = self.store.remote_id_of_status(self.account.user.id, id)? else { return Ok(None) };
        match self.client.find_status(&uri) {
            Ok(found) => Ok(found.filter(|status| status.uri == uri).map(|status| status.id)),
            Err(ApiError::Gone { .. } | ApiError::Refused { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Fills a gap from its lower end.
    pub(super) fn fill(&mut self, mut gap: AccountGap) -> Result<(), SyncError> {
        for _ in 0..MOST_PAGES {
            if self.is_stopped() {
                break;
            }
            let paging = Paging { before: Some(&gap.before), after: Some(&gap.after), limit: Some(PAGE) };
            let found = self.client.home(paging)?;
            let newest = found.items.first().map(|status| status.id.clone());
            let is_closed =
                newest.is_none() || newest.as_ref() == Some(&gap.after) || self.reaches(&found, &gap.before)?;
            let mut page = self.collected().page(Some(AccountList::Home), &found.items);
            page.gap = match &newest {
                Some(newest) if !is_closed => GapChange::Shrink(gap.clone(), newest.clone()),
                _ => GapChange::Close(gap.clone()),
            };
            self.store(&page)?;
            if is_closed {
                break;
            }
            gap.after = newest.unwrap_or_default();
        }
        Ok(())
    }

    fn notifications(&mut self) -> Result<(), SyncError> {
        let list = AccountList::Notifications;
        let mut cursor = self.cursor(list)?;
        for _ in 0..MOST_PAGES {
            if self.is_stopped() {
                break;
            }
            let is_first = cursor.is_none();
            let paging = Paging { before: None, after: cursor.as_deref(), limit: Some(PAGE) };
            let found = self.client.notifications(paging)?;
            let newest = found.items.first().map(|notice| notice.id.clone());
            if newest.is_none() || newest == cursor {
                break;
            }
            let mut page = self.collected().notices(&found);
            page.newest.clone_from(&newest);
            page.is_first = is_first;
            self.store(&page)?;
            if is_first {
                break;
            }
            cursor = newest;
        }
        Ok(())
    }

    /// Reads a list of statuses forward; the first time its newest pages.
    fn list(&mut self, list: AccountList) -> Result<(), SyncError> {
        let Some(mut cursor) = self.cursor(list)? else { return self.first_list(list) };
        for _ in 0..MOST_PAGES {
            if self.is_stopped() {
                break;
            }
            let paging = Paging { before: None, after: Some(&cursor), limit: Some(PAGE) };
            let found = self.page_of(list, paging)?;
            let Some(newer) = found.newer.clone().filter(|newer| *newer != cursor) else { break };
            let mut page = self.collected().page(Some(list), &found.items);
            page.newest = Some(newer.clone());
            self.store(&page)?;
            cursor = newer;
        }
        Ok(())
    }

    fn first_list(&mut self, list: AccountList) -> Result<(), SyncError> {
        let mut newest = None;
        let mut before: Option<String> = None;
        for _ in 0..FIRST_PAGES {
            let paging = Paging { before: before.as_deref(), after: None, limit: Some(PAGE) };
            let found = self.page_of(list, paging)?;
            let is_last = found.items.is_empty() || found.older.is_none() || found.older == before;
            newest = newest.or(found.newer);
            let page = self.collected().page(Some(list), &found.items);
            self.store(&page)?;
            before = found.older;
            if is_last || self.is_stopped() {
                break;
            }
        }
        if newest.is_none() || self.is_stopped() {
            return Ok(());
        }
        // The cursor is stored after all pages: a kill before reads them again.
        self.store(&AccountPage { newest, ..AccountPage::new(Some(list)) })
    }

    fn page_of(&self, list: AccountList, paging: Paging<'_>) -> Result<Page<Status>, ApiError> {
        match list {
            AccountList::Posts => self.client.account_statuses(&self.account.remote_id, paging),
            AccountList::Bookmarks => self.client.bookmarks(paging),
            AccountList::Likes => self.client.likes(paging),
            AccountList::Home | AccountList::Notifications | AccountList::Follows => self.client.home(paging),
        }
    }

    /// Reads how long posts may be, which a server can change. What it does not say stays as it was.
    fn limits(&mut self) -> Result<(), SyncError> {
        let Ok(instance) = self.client.instance() else { return Ok(()) };
        let (characters, per_link) = (instance.character_limit, instance.characters_per_link);
        Ok(self.store.set_account_limits(self.account.user.id, characters, per_link)?)
    }

    /// Reads who is followed: the newest two pages each time, and all of them once an hour, or when the server counts others than
    /// before. Whom the account follows no more on the server it unfollows here.
    fn follows(&mut self) -> Result<(), SyncError> {
        let now = Timestamp::now();
        let count = self.own.json["following_count"].as_u64();
        let cursor = self.cursor(AccountList::Follows)?.unwrap_or_default();
        let mut words = cursor.split(' ').map(|word| word.parse::<i64>().ok());
        let last = words.next().flatten();
        let counted = words.next().flatten();
        let is_recent = last.is_some_and(|last| (0..FOLLOWS_EVERY).contains(&(now.micros() - last)));
        let is_due = !is_recent || count.map(u64::cast_signed) != counted;
        if is_due {
            self.limits()?;
        }
        let mut page = AccountPage::new(Some(AccountList::Follows));
        let mut collected = self.collected();
        let mut before: Option<String> = None;
        let mut is_whole = false;
        // A server that names no next page has an empty one.
        for _ in 0..if is_due { FOLLOW_PAGES } else { 2 } {
            let paging = Paging { before: before.as_deref(), after: None, limit: Some(ACCOUNTS) };
            let found = self.client.following(&self.account.remote_id, paging)?;
            page.follows.extend(found.items.iter().filter_map(|account| collected.add_user(account)));
            is_whole = found.items.is_empty() || found.older.is_none() || found.older == before;
            before = found.older;
            if is_whole || self.is_stopped() {
                break;
            }
        }
        let mut known: BTreeMap<String, UserId> =
            self.store.follows_on_server(self.account.user.id)?.into_iter().collect();
        let is_new = page.follows.iter().any(|uri| !known.contains_key(uri));
        known.retain(|uri, _| !page.follows.contains(uri));
        if is_due || is_new {
            let counted = count.map_or_else(String::new, |count| format!(" {count}"));
            page.newest = is_due.then(|| format!("{}{counted}", now.micros()));
            let page = collected.finish(page);
            self.store(&page)?;
        }
        if is_whole { self.unfollow(known) } else { Ok(()) }
    }

    /// Unfollows those of some users of whom the server says that they are not followed. Whom the account has asked to follow is
    /// not in its list either.
    fn unfollow(&mut self, missing: BTreeMap<String, UserId>) -> Result<(), SyncError> {
        let mut unfollowed = Vec::new();
        for (uri, user) in missing.into_iter().take(MOST_RELATIONSHIPS) {
            let Some(found) = self.client.find_account(&uri)?.filter(|found| found.uri == uri) else { continue };
            let relationship = self.client.relationship(&found.id)?;
            if !relationship.following && !relationship.requested {
                unfollowed.push(user);
            }
        }
        if unfollowed.is_empty() {
            return Ok(());
        }
        Ok(self.store.unfollow_with_server(self.account.user.id, &unfollowed)?)
    }
}
