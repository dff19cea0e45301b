//! What the first line of the screen shows, and in which columns: as many timelines as fit, and always the current one.

use std::ops::Range;

use crate::model::UserId;
use crate::text::{truncate, width};
use crate::tui::keys::Action;
use crate::tui::labels::{capped_count, spinner, tab_label};
use crate::tui::state::{State, Tab};

/// The name of the program, with the gap behind it.
pub const PROGRAM: &str = "microblog  ";
/// The mark of a read-only database.
pub const READ_ONLY: &str = " read-only";

/// The sign of a user whose posts are sent to a server.
pub const ACCOUNT: &str = " ↗";
/// The sign of one whose server does not accept the access token.
pub const NEEDS_LOGIN: &str = " ↗ log in again";
/// Columns of the name of a tab at most.
const MAX_NAME: usize = 16;

/// The parts of the header, from left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// There is room for the name of the program.
    pub program: bool,
    /// The active user.
    pub user: Option<String>,
    /// The sign of a user whose posts are sent to a server; empty for others.
    pub account: &'static str,
    /// The number of unread notifications, in words; empty if there are none.
    pub notifications: String,
    /// How far a refresh of feeds is; empty if none is running.
    pub refresh: String,
    /// There are timelines to the left of those shown.
    pub more_left: bool,
    /// The timelines that fit.
    pub tabs: Vec<HeaderTab>,
    /// There are timelines to the right of those shown.
    pub more_right: bool,
}

/// The label of a timeline in the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderTab {
    /// The index of the timeline.
    pub tab: usize,
    /// Its number, name and unread count.
    pub label: String,
    /// The columns of the label.
    pub columns: Range<usize>,
}

/// Lays out the header in a number of columns.
#[must_use]
pub fn header(state: &State, columns: u16) -> Header {
    let reader = state.active.as_ref().map(|user| user.id);
    let labels: Vec<String> = state.tabs.iter().enumerate().map(|(at, tab)| label(at, tab, reader)).collect();
    let all: usize = labels.iter().map(|label| width(label) + 2).sum();
    let user = state.active.as_ref().map(|user| {
        let name = state.confusables.label(user.nickname.as_str());
        truncate(&name, if columns < 60 { 12 } else { 20 }).into_owned()
    });
    let account = match state.active.as_ref().and_then(|user| state.account_of(user.id)) {
        Some(account) if account.needs_login => NEEDS_LOGIN,
        Some(_) => ACCOUNT,
        None => "",
    };
    let refresh = match state.refreshing {
        Some((done, total, frame)) => format!(" {} {done}/{total} feeds", spinner(frame)),
        None if state.publish_failed => " not published".to_owned(),
        None => String::new(),
    };
    let mut used = 1 + width(account) + width(&refresh);
    if let Some(user) = &user {
        used += width(user) + 3 + if state.read_only { width(READ_ONLY) } else { 0 };
    }
    let columns = usize::from(columns);
    let notifications = notifications(state.unread.notifications, columns.saturating_sub(used + all));
    used += width(&notifications);
    let program = used + width(PROGRAM) + all <= columns;
    used += if program { width(PROGRAM) } else { 0 };
    let room = columns.saturating_sub(used);
    // What does not fit is to the left or the right.
    let shown = if all <= room { 0..labels.len() } else { fitting(&labels, state.tab, room.saturating_sub(4)) };
    let (more_left, more_right) = (shown.start > 0, shown.end < labels.len());
    let mut end = used + if more_left { 2 } else { 0 };
    let tabs = labels.into_iter().enumerate().skip(shown.start).take(shown.len());
    let tabs = tabs.map(|(tab, label)| {
        let start = end + 2;
        end = start + width(&label);
        HeaderTab { tab, label, columns: start..end }
    });
    let tabs = tabs.collect();
    Header { program, user, account, notifications, refresh, more_left, tabs, more_right }
}

/// Returns how many notifications are unread, in words that fit into a number of columns if possible.
fn notifications(count: usize, room: usize) -> String {
    let shown = capped_count(count);
    let words = format!(" {shown} notification{}", if count == 1 { "" } else { "s" });
    match count {
        0 => String::new(),
        _ if width(&words) <= room => words,
        _ => format!(" {shown} notif."),
    }
}

/// Returns what is opened by a click at a column: the timeline with its label there, or the next one to the left or the right.
#[must_use]
pub fn action_at(state: &State, columns: u16, column: u16) -> Option<Action> {
    let Header { more_left, tabs, more_right, .. } = header(state, columns);
    let (start, end) = (tabs.first()?.columns.start, tabs.last()?.columns.end);
    let column = usize::from(column);
    if more_left && (start.saturating_sub(4)..start).contains(&column) {
        Some(Action::PreviousTimeline)
    } else if more_right && (end..end + 3).contains(&column) {
        Some(Action::NextTimeline)
    } else {
        tabs.into_iter().find(|tab| tab.columns.contains(&column)).map(|tab| Action::Timeline(tab.tab))
    }
}

/// Returns the labels that fit into a number of columns, `current` among them.
fn fitting(labels: &[String], current: usize, room: usize) -> Range<usize> {
    let wide = |at: usize| labels.get(at).map_or(0, |label| width(label) + 2);
    let (mut start, mut end) = (current, (current + 1).min(labels.len()));
    let mut used = wide(current);
    loop {
        if end < labels.len() && used + wide(end) <= room {
            used += wide(end);
            end += 1;
        } else if start > 0 && used + wide(start - 1) <= room {
            start -= 1;
            used += wide(start);
        } else {
            return start..end;
        }
    }
}

fn label(at: usize, tab: &Tab, reader: Option<UserId>) -> String {
    let name = tab_label(tab, reader);
    let name = if tab.name.is_some() { truncate(&name, MAX_NAME).into_owned() } else { name };
    match tab.unread {
        unread if tab.unread_only => format!("{} {name}: {} unread", at + 1, capped_count(unread)),
        0 => format!("{} {name}", at + 1),
        unread => format!("{} {name} {}", at + 1, capped_count(unread)),
    }
}
