//! Switching to another user.

use super::refresh;
use crate::config::FirstTimeline;
use crate::model::{Timeline, User};
use crate::tui::screens::compose::draft;
use crate::tui::screens::timeline::{pages, unread};
use crate::tui::screens::users;
use crate::tui::state::{Detail, Effect, ParkedUser, State, StoreEffect, Tab, WorkerEffect};

/// How many users' timelines stay loaded while another user is active. The positions of all are in the database.
const PARKED_USERS: usize = 8;

/// Opens the timelines of the active user, as they were if they were open before. Returns false if they are open already.
pub(in crate::tui) fn open_own_tabs(state: &mut State) -> bool {
    let Some(User { id, nickname, .. }) = state.active.clone() else { return false };
    if state.tabs.first().is_some_and(|tab| tab.timeline == Timeline::Home(id)) {
        // The name of the user's own timeline follows a new nickname.
        if let Some(tab) = state.tabs.get_mut(2) {
            tab.timeline = Timeline::User(id, nickname);
        }
        return false;
    }
    let before = std::mem::take(&mut state.tabs);
    if let Some(Timeline::Home(other)) = before.first().map(|tab| tab.timeline.clone()) {
        state.parked.retain(|parked| parked.user != other);
        let notifications = state.unread.notifications;
        state.parked.push(ParkedUser { user: other, tabs: before, tab: state.tab, notifications });
        if state.parked.len() > PARKED_USERS {
            state.parked.remove(0);
        }
    }
    state.unread.notifications = 0;
    if let Some(at) = state.parked.iter().position(|parked| parked.user == id) {
        let parked = state.parked.swap_remove(at);
        (state.tabs, state.tab, state.unread.notifications) = (parked.tabs, parked.tab, parked.notifications);
    } else {
        let own = [
            (FirstTimeline::Home, Timeline::Home(id)),
            (FirstTimeline::All, Timeline::All),
            (FirstTimeline::Own, Timeline::User(id, nickname.clone())),
            (FirstTimeline::Mentions, Timeline::Mentions(id)),
            (FirstTimeline::Likes, Timeline::Likes(id, nickname)),
            (FirstTimeline::Bookmarks, Timeline::Bookmarks(id)),
        ];
        state.tab = own.iter().position(|(name, _)| *name == state.settings.timeline).unwrap_or(0);
        state.tabs = own.into_iter().map(|(_, timeline)| Tab::new(timeline)).collect();
    }
    state.previous_tab = 0;
    true
}

/// Returns what loads the pinned timelines of the active user.
pub(super) fn load_tabs(state: &State) -> Option<Effect> {
    state.active.as_ref().map(|user| StoreEffect::LoadTabs(user.id).into())
}

/// Makes another user the active one, on the screen at once and in the database.
pub fn switch_to(state: &mut State, user: &User) -> Vec<Effect> {
    let mut effects = draft::save(state);
    effects.extend(unread::mark_viewed(state));
    effects.extend(unread::save_position(state, true));
    effects.push(StoreEffect::SwitchUser(user.id).into());
    let server = state.account_of(user.id).map(|account| format!(", who writes to {}", account.server));
    state.show_notice(format!("switched to @{}{}", user.nickname, server.unwrap_or_default()));
    state.hidden = None;
    state.left.clear();
    // What is liked and whose posts can be deleted differs between users, as does what is unread.
    state.marked.clear();
    for detail in state.details_below.iter_mut().chain([&mut state.detail]) {
        if let Detail::Thread(thread) = detail {
            thread.forget_reader();
        }
    }
    state.active = Some(user.clone());
    users::forget_lists(state);
    if open_own_tabs(state) {
        effects.extend(load_tabs(state));
    }
    effects.extend(pages::reload(state));
    effects.extend(unread::count_for_reader(state));
    effects.push(WorkerEffect::LoadUsers.into());
    // Own likes and bookmarks, and what is muted, are another user's now.
    effects.extend(refresh::detail(state));
    effects
}

/// Switches to the user so many steps after the active one, by nickname, around the end.
pub(super) fn switch_by(state: &mut State, step: isize) -> Vec<Effect> {
    let active = state.active.as_ref().map(|user| user.id);
    let Some(next) = active.and_then(|active| state.local_user_beside(active, step)).cloned() else {
        return state.ask_for_user();
    };
    if Some(next.id) == active {
        return state.show_notice(format!("@{} is the only user", next.nickname));
    }
    switch_to(state, &next)
}
