//! Fetches a post and the posts around it from the server of an account.

use super::connect;
use super::convert::Collected;
use super::tokens::Tokens;
use crate::mastodon::{ApiError, Client, Status};
use crate::model::{Account, PostId, Timestamp};
use crate::store::Store;
use crate::sync::{Fetcher, SyncError};

/// What came of fetching the posts around a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchedContext {
    /// So many posts are new: none for a post that did not come from the server.
    Posts(u64),
    /// The post was deleted on the server, and now here too.
    Deleted,
}

/// Stores a post, the posts that it replies to, and the replies to it, as the server of an account knows them. If the post
/// was deleted there it is deleted here, unless a user of ours has bookmarked it.
///
/// # Errors
/// When the server cannot be reached or refuses, or the store fails; nothing is stored then.
pub fn fetch_context(
    store: &mut Store,
    fetcher: &Fetcher,
    tokens: &Tokens,
    account: &Account,
    post: PostId,
) -> Result<FetchedContext, SyncError> {
    let Some(known) = store.server_status(account.user.id, post)? else { return Ok(FetchedContext::Posts(0)) };
    fetcher.check_online()?;
    let client = connect(fetcher, tokens, account)?;
    let Some(status) = status(store, &client, account, &known.id)? else {
        let is_deleted = store.delete_with_server(account.user.id, post, Timestamp::now())?;
        return Ok(if is_deleted { FetchedContext::Deleted } else { FetchedContext::Posts(0) });
    };
    let context = client.context(&status.id)?;
    // A page is newest first, and the parents of replies come before them.
    let statuses = context.ancestors.iter().chain([&status]).chain(&context.descendants).rev();
    let page = Collected::default().page(None, statuses);
    Ok(FetchedContext::Posts(store.store_account_page(account.user.id, &page, Timestamp::now(), &mut |_| {})?.posts))
}

/// Returns a status, whose id may have changed since it was read; none if the server does not have it.
fn status(store: &Store, client: &Client, account: &Account, id: &str) -> Result<Option<Status>, SyncError> {
    let uri = store.remote_id_of_status(account.user.id, id)?;
    match client.status(id) {
        Ok(status) if uri.as_ref().is_none_or(|uri| *uri == status.uri) => return Ok(Some(status)),
        Ok(_) | Err(ApiError::Gone { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let Some(uri) = uri else { return Ok(None) };
    Ok(client.find_status(&uri)?.filter(|status| status.uri == uri))
}
