//! Moving through the focused pane, and from one pane to the next.

use crate::tui::keys::Action;
use crate::tui::layout;
use crate::tui::screens::timeline::{pages, unread};
use crate::tui::screens::{edit_history, profile, thread, timeline, users};
use crate::tui::state::{Detail, Effect, Pane, State, UsersRow};

/// Scrolls every list so that its cursor is visible, whatever the size of the panes is now.
pub(super) fn ensure_cursors_visible(state: &mut State) {
    if layout::too_small(state.size) {
        return;
    }
    let mut screens = std::mem::take(&mut state.screens);
    screens.iter_mut().for_each(|screen| screen.ensure_cursor_visible(state));
    state.screens = screens;
    users::ensure_cursor_visible(state);
    timeline::update::ensure_cursor_visible(state);
    thread::update::ensure_cursor_visible(state);
}

/// Moves the cursor of the focused pane, and loads what is needed next.
pub(super) fn step(state: &mut State, action: Action) -> Vec<Effect> {
    match (state.focus, &state.detail) {
        (Pane::Users, _) => return users::step(state, action),
        (Pane::Timeline, _) => return timeline::update::step(state, action),
        (Pane::Detail, Detail::Thread(_)) => thread::update::step(state, action),
        (Pane::Detail, Detail::Profile(_)) => profile::step(state, action),
        (Pane::Detail, Detail::History { .. }) => edit_history::step(state, action),
        (Pane::Detail, Detail::Empty) => {}
    }
    vec![]
}

/// Scrolls a pane by so many lines, and loads what is needed next.
pub(super) fn scroll(state: &mut State, pane: Pane, lines: isize) -> Vec<Effect> {
    match (pane, &state.detail) {
        (Pane::Users, _) => return users::scroll(state, lines),
        (Pane::Timeline, _) => return timeline::update::scroll(state, lines),
        (Pane::Detail, Detail::Thread(_)) => thread::update::scroll(state, lines),
        (Pane::Detail, Detail::Profile(_)) => profile::scroll(state, lines),
        (Pane::Detail, Detail::History { .. }) => edit_history::scroll(state, lines),
        (Pane::Detail, Detail::Empty) => {}
    }
    vec![]
}

/// Opens what is under the cursor: the thread of a post, the posts and the profile of a user, or the timeline of a list.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if let (Pane::Users, Some(UsersRow::List(list))) = (state.focus, state.users.selected()) {
        let timeline = list.timeline();
        return pages::open_timeline(state, timeline);
    }
    let user = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.selected_user().cloned(),
        (Pane::Detail, Detail::Profile(profile)) => Some(profile.user.clone()),
        _ => None,
    };
    if let Some(user) = user {
        return profile::open_with_posts(state, &user);
    }
    match state.selected().map(|post| post.id) {
        Some(id) => thread::update::open(state, id),
        // Collapsed replies are a row without a post.
        None if state.focus == Pane::Detail => thread::update::collapse(state, false),
        None => vec![],
    }
}

/// Moves the focus to the next or the previous pane; a narrow screen then shows that pane.
pub(super) fn next_pane(state: &mut State, forward: bool) -> Vec<Effect> {
    let detail = state.detail != Detail::Empty;
    state.focus = match (state.focus, forward, detail) {
        (Pane::Users, true, _) | (Pane::Detail, false, _) => Pane::Timeline,
        (Pane::Timeline, true, true) | (Pane::Users, false, true) => Pane::Detail,
        (Pane::Timeline, _, _) | (Pane::Detail, true, _) => Pane::Users,
        (Pane::Users, false, false) => Pane::Timeline,
    };
    // A narrow screen shows the rows of the users pane only now.
    unread::count_rows(state)
}
