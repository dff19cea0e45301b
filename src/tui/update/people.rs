//! Applies the loaded users, and the first one that was added.

use super::{pages, switch, unread};
use crate::model::{PageStart, User, UserKind};
use crate::text::{Confusables, confusable_user};
use crate::tui::keys::{self, Action};
use crate::tui::list::List;
use crate::tui::screens::welcome::Welcome;
use crate::tui::state::{Detail, Effect, State, StoreEffect};

/// Applies all users. The active user of this process stays active, unless deleted: another process may have switched.
pub(super) fn loaded(state: &mut State, users: Vec<User>, stored: Option<User>) -> Vec<Effect> {
    let known = state.active.as_ref().and_then(|active| users.iter().find(|user| user.id == active.id)).cloned();
    let at = state.users.selected().or(stored.as_ref()).map(|user| user.id);
    let cursor = users.iter().position(|user| Some(user.id) == at).unwrap_or(0);
    state.confusables = Confusables::find(&users);
    // Visible users keep their place on the screen.
    let above = state.users.cursor - state.users.top.min(state.users.cursor);
    let top = if state.users.items.is_empty() { 0 } else { cursor.saturating_sub(above) };
    state.users = List { top, cursor, ..List::new(users) };
    let before = state.active.take();
    state.active = known.or(if before.is_some() { None } else { stored });
    if state.users.items.iter().all(|user| user.kind == UserKind::Remote) {
        if state.screen::<Welcome>().is_none() {
            state.screens.clear();
            state.show(Welcome::default());
        }
        return vec![];
    }
    if state.active.is_none() && state.screens.is_empty() {
        state.ask_for_user();
        return pages::reload(state).into_iter().collect();
    }
    state.close::<Welcome>();
    if switch::open_own_tabs(state) {
        pages::reload(state).into_iter().chain(unread::count(state)).collect()
    } else {
        vec![]
    }
}

/// The first user was added, or adding failed.
pub(super) fn added(state: &mut State, result: Result<User, String>) -> Vec<Effect> {
    match result {
        Ok(user) => {
            state.screens.clear();
            state.detail = Detail::Empty;
            let notice = match confusable_user(&state.users.items, &user) {
                Some(other) => {
                    format!("welcome, @{}; your name can be confused with @{}", user.nickname, other.nickname)
                }
                None => format!(
                    "welcome, @{}: press {} to write a post, {} for help",
                    user.nickname,
                    keys::of(state, Action::Compose),
                    keys::of(state, Action::Show(keys::HELP))
                ),
            };
            state.show_notice(notice);
            state.active = Some(user);
            switch::open_own_tabs(state);
            let mut effects = vec![StoreEffect::LoadUsers.into()];
            effects.extend(pages::load_current(state, PageStart::Newest));
            effects
        }
        Err(why) => {
            if let Some(welcome) = state.screen_mut::<Welcome>() {
                welcome.error = Some(why);
                return vec![];
            }
            state.show_error(why)
        }
    }
}
