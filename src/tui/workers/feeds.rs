//! Feeds that are followed and refreshed from the screens.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::context::Context;
use super::requests::RequestSettings;
use crate::model::{Account, PostId, Subscription, Timestamp, UserId};
use crate::store::{Store, StoreError};
use crate::sync::{self, Address, FetchedContext, Fetcher, LeftOut, Selection, Summary, SyncError};
use crate::text::pluralize;
use crate::tui::state::{FeedSelection, FollowError, Followed, Message};

/// Refreshes feeds and accounts, unless another process does.
///
/// # Errors
/// When the store fails.
pub(super) fn refresh(
    context: &mut Context<'_>,
    requests: &RequestSettings,
    selection: FeedSelection,
) -> Result<Message, StoreError> {
    let since = Timestamp::now();
    // Most of the time nothing is due, and nothing has to be opened for that.
    let is_due = |store: &Store| -> Result<bool, StoreError> {
        Ok(!store.due_subscriptions(since)?.is_empty() || !store.due_accounts(since)?.is_empty())
    };
    if selection == FeedSelection::Due && !is_due(context.store()?)? {
        return Ok(Message::FeedsRefreshed(Ok(None)));
    }
    let mut store = context.open_to_write()?;
    let is_asked_for = selection != FeedSelection::Due;
    let Some(_lock) = store.try_lock_refresh()? else {
        let line = is_asked_for.then(|| "another process is fetching feeds".to_owned());
        return Ok(Message::FeedsRefreshed(Ok(line)));
    };
    let selection = match selection {
        FeedSelection::Due => Selection::Due,
        FeedSelection::All => Selection::All,
        FeedSelection::User(user) => Selection::Users(vec![user]),
    };
    let result = refresh_all(context, requests, &mut store, &selection, since);
    Ok(Message::FeedsRefreshed(match result {
        Ok(line) => Ok(line.filter(|_| is_asked_for)),
        Err(SyncError::Offline(_)) if !is_asked_for => Ok(None),
        Err(error) => Err(error.to_string()),
    }))
}

/// Refreshes accounts, and then feeds. Returns the result in a line; `None` if there is nothing to fetch.
fn refresh_all(
    context: &Context<'_>,
    requests: &RequestSettings,
    store: &mut Store,
    selection: &Selection,
    since: Timestamp,
) -> Result<Option<String>, SyncError> {
    let accounts = match selection {
        Selection::Due => store.due_accounts(since)?,
        Selection::All => store.accounts()?.into_iter().filter(|account| !account.needs_login).collect(),
        Selection::Users(_) => Vec::new(),
    };
    let (feeds, left_out) = sync::to_refresh(store, selection, since)?;
    if feeds.is_empty() && accounts.is_empty() {
        return Ok(left_out.describe());
    }
    let fetcher = Arc::new(requests.fetcher()?);
    let read = read_accounts(context, (&fetcher, requests), store, accounts)?;
    if let Some(why) = read.refused {
        return Err(why);
    }
    let (mut summary, failure) = store.with_more_memory(|store| refresh_feeds(context, &fetcher, store, feeds))?;
    summary.posts += read.posts;
    summary.failed += read.failed;
    Ok(Some(describe(&summary, read.failure.or(failure), left_out)))
}

/// The results of reading accounts.
#[derive(Default)]
struct AccountsRead {
    posts: u64,
    failed: usize,
    /// The first failure in words.
    failure: Option<String>,
    /// The server does not accept the token, so that the user has to log in again.
    refused: Option<SyncError>,
}

fn read_accounts(
    context: &Context<'_>,
    (fetcher, requests): (&Fetcher, &RequestSettings),
    store: &mut Store,
    accounts: Vec<Account>,
) -> Result<AccountsRead, SyncError> {
    let mut read = AccountsRead::default();
    if accounts.is_empty() {
        return Ok(read);
    }
    let tokens = requests.tokens()?;
    sync::sync_accounts(store, fetcher, &tokens, accounts, context.stop, &mut |report| match report.result {
        Ok(stats) => read.posts += stats.posts,
        Err(error) => {
            read.failed += 1;
            read.failure.get_or_insert_with(|| format!("{}: {error}", report.account.address()));
            if error.needs_login() {
                read.refused = Some(error);
            }
        }
    })?;
    Ok(read)
}

/// Refreshes feeds; returns the summary, and the first failure in words.
fn refresh_feeds(
    context: &Context<'_>,
    fetcher: &Arc<Fetcher>,
    store: &mut Store,
    feeds: Vec<Subscription>,
) -> Result<(Summary, Option<String>), SyncError> {
    context.total.store(feeds.len() as u64, Ordering::Relaxed);
    let mut failure = None;
    let summary = sync::refresh(store, fetcher, feeds, context.stop, &mut |report| {
        context.done.store(report.done as u64, Ordering::Relaxed);
        if let sync::Outcome::Failed(why) = &report.outcome {
            failure.get_or_insert_with(|| format!("@{}: {why}", report.feed.user.nickname));
        }
    })?;
    Ok((summary, failure))
}

/// Describes a refresh in a line.
fn describe(summary: &Summary, failure: Option<String>, left_out: LeftOut) -> String {
    let posts = if summary.posts == 0 { "no new posts".to_owned() } else { pluralize(summary.posts, "new post") };
    let failed = failure.map(|failure| match summary.failed {
        2.. => format!("{} failed, the first is {failure}", summary.failed),
        _ => failure,
    });
    let not_asked = summary.not_asked.iter().map(ToString::to_string);
    let parts: Vec<String> = [posts].into_iter().chain(failed).chain(not_asked).chain(left_out.describe()).collect();
    parts.join("; ")
}

/// Fetches the posts around a post. What fails is not reported, because the thread is shown as far as it is here.
///
/// # Errors
/// When the database cannot be opened.
pub(super) fn fetch_context(
    context: &Context<'_>,
    requests: &RequestSettings,
    user: UserId,
    post: PostId,
) -> Result<Message, StoreError> {
    let mut store = context.open_to_write()?;
    let Some(account) = store.account_of(user)? else { return Ok(Message::ContextFetched(post, 0)) };
    let fetched = requests.tokens().and_then(|tokens| {
        let fetcher = requests.fetcher()?;
        sync::fetch_context(&mut store, &fetcher, &tokens, &account, post)
    });
    Ok(match fetched {
        Ok(FetchedContext::Deleted) => Message::DeletedOnServer(post, account.server),
        Ok(FetchedContext::Posts(posts)) => Message::ContextFetched(post, posts),
        Err(_) => Message::ContextFetched(post, 0),
    })
}

/// Fetches the profile of a user. What fails is not reported, because the profile is shown as it is here.
///
/// # Errors
/// When the database cannot be opened.
pub(super) fn fetch_profile(
    context: &Context<'_>,
    requests: &RequestSettings,
    user: UserId,
    of: UserId,
) -> Result<Message, StoreError> {
    let mut store = context.open_to_write()?;
    let Some(account) = store.account_of(user)? else { return Ok(Message::ProfileFetched(of, false)) };
    let fetched = requests.tokens().and_then(|tokens| {
        let fetcher = requests.fetcher()?;
        sync::fetch_profile(&mut store, &fetcher, &tokens, &account, of)
    });
    Ok(Message::ProfileFetched(of, fetched.unwrap_or(false)))
}

/// Follows an address; returns the notice with the result.
///
/// # Errors
/// When the database cannot be opened.
pub(super) fn follow(
    context: &Context<'_>,
    requests: &RequestSettings,
    follower: UserId,
    address: &str,
) -> Result<Message, StoreError> {
    let mut store = context.open_to_write()?;
    match follow_on_server(&mut store, requests, follower, address) {
        Ok(None) => {}
        Ok(Some(followed)) => return Ok(Message::AddressFollowed(Ok(followed))),
        Err(error) => return Ok(Message::AddressFollowed(Err(FollowError { why: error.to_string(), feeds: vec![] }))),
    }
    let followed = Address::parse(address).map_err(SyncError::from).and_then(|address| {
        let fetcher = requests.fetcher()?;
        sync::follow(&mut store, &fetcher, follower, &address, None)
    });
    Ok(Message::AddressFollowed(match followed {
        Ok(followed) if followed.was_followed => {
            Ok(Followed { notice: format!("already following @{}", followed.user.nickname), user: None })
        }
        Ok(followed) => Ok(Followed {
            notice: format!("followed @{}: {}", followed.user.nickname, pluralize(followed.stats.posts, "post")),
            user: Some((followed.user.id, followed.user.nickname)),
        }),
        Err(SyncError::SeveralFeeds { url, feeds }) => Err(FollowError {
            why: format!("{url} names {}", pluralize(feeds.len() as u64, "feed")),
            feeds: feeds.into_iter().map(|feed| feed.url).collect(),
        }),
        Err(error) => Err(FollowError { why: error.to_string(), feeds: vec![] }),
    }))
}

/// Makes an account follow an account that its server finds; returns the result. `None` if the follower is no account, the
/// address is that of a feed, or the server finds nobody.
fn follow_on_server(
    store: &mut Store,
    requests: &RequestSettings,
    follower: UserId,
    address: &str,
) -> Result<Option<Followed>, SyncError> {
    let Some(account) = store.account_of(follower)? else { return Ok(None) };
    let Ok(Address::Handle { user, host }) = Address::parse(address) else { return Ok(None) };
    let (fetcher, tokens) = (requests.fetcher()?, requests.tokens()?);
    let Some(found) = sync::find_user(store, &fetcher, &tokens, &account, &format!("{user}@{host}"))? else {
        return Ok(None);
    };
    let is_new = !store.relation(follower, found.id)?.follows;
    store.follow(follower, &[found.id], Timestamp::now())?;
    let notice = format!("followed @{}", found.nickname);
    Ok(Some(Followed { notice, user: is_new.then_some((found.id, found.nickname)) }))
}
