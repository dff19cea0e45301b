//! Draws the posts of a timeline.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use super::unread::above_screen;
use crate::model::{Timeline, Timestamp, UserId};
use crate::text::{Query, clean, datetime, truncate, width};
use crate::tui::keys::{self, Action, ScreenName};
use crate::tui::labels::capped_count;
use crate::tui::measure::post::Extent;
use crate::tui::measure::timeline::{divider, is_unread};
use crate::tui::state::{Pane, State, Tab};
use crate::tui::widgets::post::{self, PostStyle};
use crate::tui::widgets::{Theme, rows};

/// Draws the pane.
pub(in crate::tui) fn draw(state: &State, tab: &Tab, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    if tab.list.items.is_empty() {
        return empty(state, tab, theme, area, frame);
    }
    let focused = state.focus == Pane::Timeline && state.compose.is_none();
    let query = match &tab.timeline {
        Timeline::Search(query) => Some(Query::parse(query)),
        _ => None,
    };
    let reader = state.active.as_ref();
    let divider = divider(tab, reader);
    let warning_key = keys::key_of(state, Action::ToggleWarning);
    rows::draw_focused(&tab.list, focused, area, frame, |at, item| {
        let style = PostStyle {
            theme,
            confusables: &state.confusables,
            wrapped: &state.wrapped,
            now: state.now,
            clock: state.settings.times.clock,
            selected: at == tab.list.cursor,
            focused,
            absolute: focused && at == tab.list.cursor,
            marked: state.is_marked(item.id),
            unread: is_unread(tab, item, reader),
            extent: Extent::Excerpt,
            query: query.as_ref(),
            avatars: &state.avatars,
            warning_key: warning_key.as_deref(),
        };
        let mut lines = post::lines(item, area.width, &style);
        if divider == Some(at) {
            lines.insert(0, new_since(item.key, state, area.width, theme));
        }
        if is_above_gap(state, tab, at)
            && let Some(blank) = lines.last_mut()
        {
            *blank = gap(state, area.width, theme);
        }
        lines
    });
    let above = above_screen(state, tab);
    if above > 0 || !tab.late.is_empty() {
        pill(tab, above, state, theme, area, frame);
    }
}

/// Draws the number of unread posts above the screen, or that arrived late among older ones, on the rule above the pane,
/// where it covers no name.
fn pill(tab: &Tab, above: usize, state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let (sign, count, action) = match above {
        0 => ("↕", capped_count(tab.late.len()), Action::NextUnread),
        above => ("↑", capped_count(above), Action::Newest),
    };
    let text = format!(" {sign} {count} new ");
    let with_key = keys::key_of(state, action).map(|key| format!("{text}· {key} shows them "));
    // A key such as `.` alone is not seen to be one, so it is there only with its words.
    let text = with_key.filter(|long| width(long) * 2 <= usize::from(area.width)).unwrap_or(text);
    let wide = u16::try_from(width(&text)).unwrap_or(area.width).min(area.width);
    let pill = Rect { x: area.x + (area.width - wide) / 2, y: area.y.saturating_sub(1), width: wide, height: 1 };
    frame.render_widget(Line::styled(text, theme.pill), pill);
}

/// Returns the divider between the posts that are new and those that the reader has read.
fn new_since(read: Timestamp, state: &State, columns: u16, theme: &Theme) -> Line<'static> {
    let (then, now) = (read.local(), state.now.local());
    let time = datetime::time(read, state.settings.times.clock);
    let when = if then.date_naive() == now.date_naive() { time } else { format!("{}, {time}", then.format("%-d %b")) };
    let text = format!("── ↑ new since {when} ");
    let rest = usize::from(columns).saturating_sub(width(&text) + 1);
    Line::styled(format!(" {}{}", truncate(&text, usize::from(columns) - 1), "─".repeat(rest)), theme.accent)
}

/// Returns whether posts of an account's home timeline are missing below a post, because they were not read from the server.
fn is_above_gap(state: &State, tab: &Tab, at: usize) -> bool {
    let Timeline::Home(reader) = tab.timeline else { return false };
    let Some(account) = state.account_of(reader).filter(|account| !account.gaps.is_empty()) else { return false };
    let Some(above) = tab.list.items.get(at) else { return false };
    let below = tab.list.items.get(at + 1);
    // Stored times can be a little later, so that they are unique.
    account.gaps.iter().any(|gap| above.key >= *gap && below.is_some_and(|below| below.key < *gap))
}

/// Returns the line in place of missing posts, which is where the blank line below a post would be.
fn gap(state: &State, columns: u16, theme: &Theme) -> Line<'static> {
    let key = keys::of(state, Action::Reload);
    let text = format!("  ⋯ posts are missing here: {key} loads them");
    Line::styled(truncate(&text, usize::from(columns)).into_owned(), theme.warn)
}

/// Says what to do about an empty timeline.
fn empty(state: &State, tab: &Tab, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let text = not_synchronized(state, tab).unwrap_or_else(|| what_to_do(state, tab));
    let middle = Rect { y: area.y + area.height / 3, height: area.height - area.height / 3, ..area };
    let text = Paragraph::new(text).style(theme.dim).centered().wrap(Wrap { trim: true });
    frame.render_widget(text, middle);
}

/// Says what to do where nothing was read from the server of an account yet.
fn not_synchronized(state: &State, tab: &Tab) -> Option<String> {
    let Timeline::Home(reader) = tab.timeline else { return None };
    let account = state.account_of(reader).filter(|account| account.synced_at.is_none() && !tab.unread_only)?;
    let (address, key) = (account.address(), keys::of(state, Action::Reload));
    let text = match &account.error {
        _ if account.needs_login => format!(
            "{} does not accept the access token.\nLog in again with microblog account add {address}",
            account.server
        ),
        Some(why) => format!("{address} could not be synchronized: {why}\nPress {key} to try again."),
        None => format!("{address} is not synchronized yet.\nPress {key} to load its posts."),
    };
    Some(clean(&text).into_owned())
}

fn what_to_do(state: &State, tab: &Tab) -> String {
    let own = |id: &UserId| state.active.as_ref().is_some_and(|user| user.id == *id);
    let key = |action| keys::of(state, action);
    let first = || {
        format!(
            "No posts yet.\nPress {} to write the first one.\nPress {} to look at a sample, follow others or import posts.",
            key(Action::Compose),
            key(Action::Show(ScreenName::FIRST_STEPS)),
        )
    };
    match &tab.timeline {
        _ if tab.unread_only => {
            format!("No unread posts.\nPress {} to show all posts.", key(Action::ToggleUnreadOnly))
        }
        Timeline::Home(_) if state.shown_users().any(|user| user.posts > 0) => format!(
            "Home shows your posts and those of users you follow.\nPress {} to see all posts, {} to write one.",
            key(Action::Timeline(1)),
            key(Action::Compose),
        ),
        Timeline::Home(_) | Timeline::All => first(),
        Timeline::User(id, _) if own(id) => first(),
        Timeline::Mentions(_) => "No mentions yet.\nPosts that name you with @ are shown here.".to_owned(),
        Timeline::Likes(id, _) if own(id) => {
            format!("No likes yet.\nPress {} on a post to like it.", key(Action::Like))
        }
        Timeline::Bookmarks(_) => {
            format!("No bookmarks yet.\nPress {} on a post to bookmark it; only you see them.", key(Action::Bookmark))
        }
        Timeline::Search(_) => {
            format!("No matching posts.\nPress {} to search for something else.", key(Action::Show(ScreenName::SEARCH)))
        }
        Timeline::List(..) => {
            format!(
                "No posts of the users in this list yet.\nTo add the author of a post, select it, press {}, and {} on the list.",
                key(Action::Show(ScreenName::LISTS)),
                key(Action::Bookmark),
            )
        }
        Timeline::Likes(..) => "This user has not liked any posts yet.".to_owned(),
        Timeline::Replies(..) => "No replies yet.".to_owned(),
        Timeline::User(..) | Timeline::Tag(_) => "No posts yet.".to_owned(),
    }
}
