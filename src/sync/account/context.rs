//! Fetches the posts around a post from the server of an account.

use super::connect;
use super::convert::Collected;
use super::tokens::Tokens;
use crate::mastodon::{ApiError, Client, Context};
use crate::model::{Account, PostId, Timestamp};
use crate::store::Store;
use crate::sync::{Fetcher, SyncError};

/// Stores the posts that a post replies to, and the replies to it, as the server of an account knows them. Returns how many
/// are new: none for a post that did not come from there.
///
/// # Errors
/// When the server cannot be reached or refuses, or the store fails; nothing is stored then.
pub fn fetch_context(
    store: &mut Store,
    fetcher: &Fetcher,
    tokens: &Tokens,
    account: &Account,
    post: PostId,
) -> Result<u64, SyncError> {
    let Some(status) = store.server_status(account.user.id, post)? else { return Ok(0) };
    fetcher.check_online()?;
    let client = connect(fetcher, tokens, account)?;
    let Some(context) = context(store, &client, account, &status.id)? else { return Ok(0) };
    // A page is newest first, and the parents of replies come before them.
    let statuses = context.ancestors.iter().chain(&context.descendants).rev();
    let page = Collected::default().page(None, statuses);
    Ok(store.store_account_page(account.user.id, &page, Timestamp::now(), &mut |_| {})?.posts)
}

/// Returns the posts around a status, whose id may have changed since it was read; none if the server does not have it.
fn context(store: &Store, client: &Client, account: &Account, id: &str) -> Result<Option<Context>, SyncError> {
    match client.context(id) {
        Err(ApiError::Gone { .. }) => {}
        found => return Ok(Some(found?)),
    }
    let Some(uri) = store.remote_id_of_status(account.user.id, id)? else { return Ok(None) };
    match client.find_status(&uri)? {
        Some(status) if status.uri == uri => Ok(Some(client.context(&status.id)?)),
        _ => Ok(None),
    }
}
