//! Applies the loaded users.

use std::cmp::Reverse;

use super::switch;
use crate::model::Account;
use crate::tui::keys::Action;
use crate::tui::list::List;
use crate::tui::screens::timeline::{pages, unread};
use crate::tui::screens::users::unread_by_author;
use crate::tui::state::{Effect, FeedSelection, ListRow, LoadedUsers, State, UsersRow, WorkerEffect};

/// Applies all users. The active user of this process stays active, unless deleted: another process may have switched. An
/// account that another process added is synchronized.
pub(super) fn loaded(state: &mut State, loaded: LoadedUsers) -> Vec<Effect> {
    let LoadedUsers { mut users, followed, hidden, lists, active: stored, confusables, accounts } = loaded;
    let is_known = |account: &Account| state.accounts.iter().any(|known| known.user.id == account.user.id);
    let adds_account = accounts.iter().any(|account| account.checked_at.is_none() && !is_known(account));
    state.accounts = accounts;
    let locals = followed.start;
    if let Some(followed) = users.get_mut(followed) {
        let unread = unread_by_author(state);
        followed.sort_by_key(|user| Reverse(unread.get(&user.id).copied().unwrap_or(0)));
    }
    if state.shows_hidden_users {
        users.extend(hidden.iter().cloned());
    }
    state.hidden_users = hidden;
    let known = state.active.as_ref().and_then(|active| users.iter().find(|user| user.id == active.id)).cloned();
    let mut rows: Vec<UsersRow> = users.into_iter().map(UsersRow::User).collect();
    rows.splice(locals..locals, lists.into_iter().map(|list| UsersRow::List(with_unread(state, list))));
    let at = state.users.selected().cloned().or_else(|| stored.clone().map(UsersRow::User));
    let cursor = rows.iter().position(|row| at.as_ref().is_some_and(|at| at.is_same(row))).unwrap_or(0);
    state.confusables = confusables;
    // Visible users keep their place on the screen.
    let above = state.users.cursor - state.users.top.min(state.users.cursor);
    let top = if state.users.items.is_empty() { 0 } else { cursor.saturating_sub(above) };
    state.users = List { top, cursor, ..List::new(rows) };
    let before = state.active.take();
    state.active = known.or(if before.is_some() { None } else { stored });
    if state.local_users().next().is_none() {
        state.next_action = Some(Action::AddUser);
        return vec![];
    }
    if state.active.is_none() && state.screens.is_empty() {
        state.ask_for_user();
        return pages::reload(state).into_iter().collect();
    }
    state.close_outdated();
    let mut effects = if switch::open_own_tabs(state) {
        let tabs = switch::load_tabs(state);
        pages::reload(state).into_iter().chain(unread::count_for_reader(state)).chain(tabs).collect()
    } else {
        unread::count_rows(state)
    };
    if adds_account {
        effects.push(WorkerEffect::RefreshFeeds(FeedSelection::Due).into());
    }
    effects
}

/// Returns a list with the unread count that it had before it was loaded again.
fn with_unread(state: &State, list: ListRow) -> ListRow {
    let timeline = list.timeline();
    let before = state.users.items.iter().find_map(|row| match row {
        UsersRow::List(before) if before.timeline() == timeline => before.unread,
        _ => None,
    });
    ListRow { unread: before, ..list }
}
