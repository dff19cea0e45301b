//! Loads the rows of the users pane.

use super::NEARBY;
use crate::model::UserId;
use crate::store::{Store, StoreError, UserOrder};
use crate::tui::state::{ListRow, LoadedUsers, Message};

/// Loads as many users around the reader as any screen shows, and the reader's lists.
pub(super) fn nearby(store: &Store, reader: Option<UserId>) -> Result<Message, StoreError> {
    let active = store.active_user()?;
    let reader = reader.or(active.as_ref().map(|user| user.id));
    let users = match reader {
        Some(user) => store.users_beside(user, NEARBY)?,
        None => store.users(UserOrder::Nickname, false)?,
    };
    Ok(Message::Users(LoadedUsers { lists: list_rows(store, reader)?, ..LoadedUsers::new(users, active) }))
}

/// Loads the lists of a reader, whose unread posts are still to be counted.
///
/// # Errors
/// When the store fails.
pub(in crate::tui) fn list_rows(store: &Store, reader: Option<UserId>) -> Result<Vec<ListRow>, StoreError> {
    let Some(owner) = reader else { return Ok(vec![]) };
    Ok(store.lists(owner)?.into_iter().map(|list| ListRow { owner, list, unread: None }).collect())
}
