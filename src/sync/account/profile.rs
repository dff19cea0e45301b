//! Finds users on the server of an account, and fetches their profiles.

use super::connect;
use super::convert::Collected;
use super::tokens::Tokens;
use crate::mastodon;
use crate::model::{Account, AccountPage, Timestamp, User, UserId};
use crate::store::Store;
use crate::sync::{Fetcher, SyncError};

/// Finds a user such as `susan@mastodon.example` by the server of an account, and adds them; none if it finds nobody.
///
/// # Errors
/// When the server cannot be reached or refuses, or the store fails; nothing is stored then.
pub fn find_user(
    store: &mut Store,
    fetcher: &Fetcher,
    tokens: &Tokens,
    account: &Account,
    address: &str,
) -> Result<Option<User>, SyncError> {
    fetcher.check_online()?;
    let client = connect(fetcher, tokens, account)?;
    let Some(found) = client.find_account(address)? else { return Ok(None) };
    // A server also finds accounts that are only similar. It leaves out its own host.
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    let (found_name, found_host) = found.acct.split_once('@').unwrap_or((&found.acct, &account.server));
    if !name.eq_ignore_ascii_case(found_name) || !host.eq_ignore_ascii_case(found_host) {
        return Ok(None);
    }
    match add(store, account, &found)? {
        Some(uri) => Ok(store.user_by_url(&uri)?),
        None => Ok(None),
    }
}

/// Stores the name and the description of a user as the server of an account knows them. Returns whether they changed.
///
/// # Errors
/// As [`find_user`].
pub fn fetch_profile(
    store: &mut Store,
    fetcher: &Fetcher,
    tokens: &Tokens,
    account: &Account,
    of: UserId,
) -> Result<bool, SyncError> {
    let before = store.user_by_id(of)?;
    let Some(uri) = before.url.as_deref().filter(|url| url.starts_with("http")) else { return Ok(false) };
    fetcher.check_online()?;
    let client = connect(fetcher, tokens, account)?;
    let Some(found) = client.find_account(uri)?.filter(|found| found.uri == uri) else { return Ok(false) };
    add(store, account, &found)?;
    let after = store.user_by_id(of)?;
    Ok(before.display_name != after.display_name || before.about_me != after.about_me)
}

/// Stores a user of a server; returns the address that identifies them.
fn add(store: &mut Store, account: &Account, found: &mastodon::Account) -> Result<Option<String>, SyncError> {
    let mut collected = Collected::default();
    let uri = collected.add_user(found);
    let page = collected.finish(AccountPage::new(None));
    store.store_account_page(account.user.id, &page, Timestamp::now(), &mut |_| {})?;
    Ok(uri)
}
