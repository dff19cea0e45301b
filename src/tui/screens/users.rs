//! The list of users and of the lists of users: its keys, moving through it, and drawing.

use std::collections::HashMap;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::timeline::unread;
use crate::model::{Timeline, UserId, UserKind};
use crate::text::truncate;
use crate::tui::keys::{self, Action, Binding, KeyTable, PANE, PANE_SCROLL, Scope, USER, key};
use crate::tui::layout::{areas, pane_parts, users_list};
use crate::tui::measure::timeline;
use crate::tui::state::{Effect, Pane, State, UsersRow, pane_context};
use crate::tui::update::movement;
use crate::tui::widgets::{Theme, rows, title, user_row};

/// The keys of the pane.
pub const KEYS: KeyTable =
    KeyTable { context: pane_context::USERS, scope: Scope::Pane, bindings: &[PANE_SCROLL, USER, OWN, PANE] };

const OWN: &[Binding] = &[
    key("Users", &["u"], Action::Profile, "profile", "profile"),
    key("Users", &["H"], Action::ToggleHiddenUsers, "show/hide users followed only by others", ""),
    key("Users", &["]"], Action::NextSibling, "next of local users, lists, followed users", ""),
    key("Users", &["["], Action::PreviousSibling, "previous of local users, lists, followed users", ""),
];

/// What the two numbers of a user are; the first is drawn only where there is one. The members of a list are named in its row.
const LEGEND: &str = "unread / posts ";
/// In narrower panes there is no room for it.
const LEGEND_FROM: u16 = 24;

/// Moves the cursor, and counts the unread posts of rows that became visible.
pub(in crate::tui) fn step(state: &mut State, action: Action) -> Vec<Effect> {
    let rows = areas(state).users.map_or(1, |area| rows_of(state, area));
    movement::move_cursor(&mut state.users, action, rows, |_, _| 1);
    ensure_cursor_visible(state);
    unread::count_rows(state)
}

/// Scrolls by so many lines, and counts the unread posts of rows that became visible.
pub(in crate::tui) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let Some(area) = areas(state).users else { return vec![] };
    let rows = rows_of(state, area);
    state.users.scroll(lines, rows, |_, _| 1);
    unread::count_rows(state)
}

/// Scrolls so that the cursor is visible, and no row is empty while others are hidden above.
pub(in crate::tui) fn ensure_cursor_visible(state: &mut State) {
    if let Some(area) = areas(state).users {
        let rows = rows_of(state, area);
        state.users.top = state.users.top.min(state.users.items.len().saturating_sub(rows));
        state.users.reveal(rows, |_, _| 1);
    }
}

fn rows_of(state: &State, area: Rect) -> usize {
    usize::from(users_list(state, area).height.max(1))
}

/// Goes to the first row of the next group, or of this group and then of the one before: local users, lists, other users.
pub(in crate::tui) fn go_to_group(state: &mut State, forward: bool) -> Vec<Effect> {
    let group = |row: &UsersRow| match row {
        UsersRow::User(user) if user.kind != UserKind::Remote => 0,
        UsersRow::List(_) => 1,
        UsersRow::User(_) => 2,
    };
    let (items, cursor) = (&state.users.items, state.users.cursor);
    let is_first = |at: &usize| *at == 0 || group(&items[*at - 1]) != group(&items[*at]);
    let found = match forward {
        true => (cursor + 1..items.len()).find(is_first),
        false => (0..cursor).rev().find(is_first),
    };
    match found {
        Some(at) => state.users.select(at),
        None if forward => return state.show_notice("no users or lists below"),
        None => return state.show_notice("no users or lists above"),
    }
    ensure_cursor_visible(state);
    unread::count_rows(state)
}

/// Shows or hides the users whom nobody here follows and who wrote nothing that is here.
pub(in crate::tui) fn toggle_hidden(state: &mut State) -> Vec<Effect> {
    if state.hidden_users.is_empty() {
        return state.show_notice("no users are hidden");
    }
    state.shows_hidden_users = !state.shows_hidden_users;
    if state.shows_hidden_users {
        state.users.items.extend(state.hidden_users.iter().cloned().map(UsersRow::User));
    } else {
        state.users.items.truncate(state.users.items.len() - state.hidden_users.len());
        state.users.select(state.users.cursor);
    }
    unread::count_rows(state)
}

/// Removes the lists from the pane: another user is active.
pub(in crate::tui) fn forget_lists(state: &mut State) {
    let selected = state.users.selected().cloned();
    state.users.items.retain(|row| row.user().is_some());
    let cursor = selected.and_then(|selected| state.users.items.iter().position(|row| row.is_same(&selected)));
    state.users.select(cursor.unwrap_or(0));
    state.users.top = state.users.top.min(state.users.cursor);
}

/// Returns how many of the loaded posts of the active user's home timeline are unread, by author.
pub(in crate::tui) fn unread_by_author(state: &State) -> HashMap<UserId, usize> {
    let reader = state.active.as_ref();
    let mut unread = HashMap::new();
    let home = state.tabs.iter().find(|tab| matches!(tab.timeline, Timeline::Home(_)));
    let Some(tab) = home else { return unread };
    for post in tab.list.items.iter().filter(|post| timeline::is_unread_now(tab, post, reader)) {
        *unread.entry(post.author).or_default() += 1;
    }
    unread
}

/// Draws the pane.
pub(in crate::tui) fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let (first, list) = (pane_parts(area).0, users_list(state, area));
    frame.render_widget(title::of_pane("users", Pane::Users, state, theme), first);
    if area.width >= LEGEND_FROM {
        let columns = LEGEND.len() as u16;
        let right = Rect { x: area.right().saturating_sub(columns), width: columns, ..first };
        frame.render_widget(Line::styled(LEGEND, theme.dim), right);
    }
    if !state.hidden_users.is_empty() {
        let below = Rect { y: list.bottom(), height: 1, ..area }.intersection(area);
        frame.render_widget(Line::styled(hidden_note(state, usize::from(area.width)), theme.dim), below);
    }
    let authors = unread_by_author(state);
    let focused = state.focus == Pane::Users && state.compose.is_none();
    rows::draw_focused(&state.users, focused, list, frame, |at, row| {
        let (columns, selected) = (usize::from(area.width), focused && at == state.users.cursor);
        let user = match row {
            UsersRow::User(user) => user,
            UsersRow::List(list) => return vec![user_row::list_line(list, columns, selected, theme)],
        };
        let style = user_row::Style {
            active: state.active.as_ref().is_some_and(|active| active.id == user.id),
            selected,
            unread: match state.unread.homes.iter().find(|(id, _)| *id == user.id) {
                Some((_, count)) => *count,
                None => authors.get(&user.id).copied().unwrap_or(0),
            },
        };
        vec![user_row::line(user, columns, style, &state.confusables, theme)]
    });
}

/// Returns the line that says how many users are hidden, and how to see them.
fn hidden_note(state: &State, columns: usize) -> String {
    let (count, key) = (state.hidden_users.len(), keys::of(state, Action::ToggleHiddenUsers));
    let what = if state.shows_hidden_users { "hides" } else { "shows" };
    truncate(&format!(" {key} {what} {count} more"), columns).into_owned()
}
