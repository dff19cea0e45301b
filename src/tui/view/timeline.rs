//! The posts of a timeline, as many as are seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::post::{self, Extent, Look};
use super::{Theme, bars, theme};
use crate::model::{Post, Timeline, UserId};
use crate::text::{Query, datetime, truncate, width};
use crate::tui::keys;
use crate::tui::list::List;
use crate::tui::state::{Action, Pane, State, Tab};

/// Draws the items of a list that are seen, from the lines of each.
pub(super) fn rows<T>(
    list: &List<T>,
    area: Rect,
    frame: &mut Frame<'_>,
    lines: impl Fn(usize, &T) -> Vec<Line<'static>>,
) {
    let mut y = area.y;
    let mut skip = list.skip;
    for (at, item) in list.items.iter().enumerate().skip(list.top) {
        for line in lines(at, item).into_iter().skip(skip) {
            if y >= area.bottom() {
                return;
            }
            frame.render_widget(line, Rect { y, height: 1, ..area });
            y += 1;
        }
        skip = 0;
    }
}

/// Which post stands below the line that tells where the reader left off; none where others wrote nothing since.
#[must_use]
pub fn line(tab: &Tab, reader: Option<UserId>) -> Option<usize> {
    let read_line = tab.read_line?;
    let at = tab.list.items.iter().position(|post| post.key <= read_line)?;
    let by_others = |post: &Post| Some(post.author) != reader;
    tab.list.items[..at].iter().any(by_others).then_some(at)
}

/// Whether the reader has not seen a post of a timeline, which is another's.
#[must_use]
pub fn is_unread(tab: &Tab, post: &Post, reader: Option<UserId>) -> bool {
    Some(post.author) != reader && tab.read_line.is_some_and(|read_line| post.key > read_line)
}

/// How many lines a post of a timeline takes, with that line above the one it stands above.
#[must_use]
pub fn height(line: Option<usize>, at: usize, post: &Post, columns: u16) -> usize {
    post::height(post, columns) + usize::from(line == Some(at))
}

fn rule(tab: &Tab, state: &State, columns: u16, theme: &Theme) -> Line<'static> {
    let when = tab.read_line.map_or_else(String::new, |moment| {
        let (then, now) = (moment.local(), state.now.local());
        let time = datetime::time(moment, state.settings.times.clock);
        if then.date_naive() == now.date_naive() { time } else { format!("{}, {time}", then.format("%-d %b")) }
    });
    let text = format!("── ↑ new since {when} ");
    let rest = usize::from(columns).saturating_sub(width(&text) + 1);
    Line::styled(format!(" {}{}", truncate(&text, usize::from(columns) - 1), "─".repeat(rest)), theme.accent)
}

pub(super) fn draw(state: &State, tab: &Tab, theme: &theme::Theme, area: Rect, frame: &mut Frame<'_>) {
    if tab.list.items.is_empty() {
        return empty(state, tab, theme, area, frame);
    }
    let focused = state.focus == Pane::Timeline && state.compose.is_none();
    let query = match &tab.timeline {
        Timeline::Search(query) => Some(Query::parse(query)),
        _ => None,
    };
    let reader = state.active.as_ref().map(|user| user.id);
    let line = line(tab, reader);
    let warned = keys::key_of(state, Action::ToggleWarning);
    rows(&tab.list, area, frame, |at, item| {
        let selected = at == tab.list.cursor;
        let look = Look {
            theme,
            alike: &state.confusables,
            now: state.now,
            clock: state.settings.times.clock,
            selected,
            focused,
            absolute: false,
            unread: is_unread(tab, item, reader),
            extent: Extent::Listed,
            query: query.as_ref(),
            pictures: &state.avatars,
            warned: warned.as_deref(),
        };
        let mut lines = post::lines(item, area.width, &look);
        if line == Some(at) {
            lines.insert(0, rule(tab, state, area.width, theme));
        }
        lines
    });
    if tab.fresh > 0 {
        let count = bars::capped(tab.fresh);
        let key = keys::key_of(state, Action::Newest).map_or_else(String::new, |key| format!("· {key} "));
        let text = format!(" ↑ {count} new {key}");
        let wide = u16::try_from(width(&text)).unwrap_or(area.width).min(area.width);
        let pill = Rect { x: area.x + (area.width - wide) / 2, width: wide, height: 1, ..area };
        frame.render_widget(Line::styled(text, theme.pill), pill);
    }
}

fn empty(state: &State, tab: &Tab, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let own = |id: &UserId| state.active.as_ref().is_some_and(|user| user.id == *id);
    let key = |action| keys::of(state, action);
    let first = || format!("Nothing here yet.\nPress {} to write the first post.", key(Action::Compose));
    let text = match &tab.timeline {
        Timeline::Home(_) if state.users.items.iter().any(|user| user.posts > 0) => format!(
            "Home shows your posts, and those of whom you follow.\nPress {} for the posts of all, {} to write one.",
            key(Action::Timeline(1)),
            key(Action::Compose),
        ),
        Timeline::Home(_) | Timeline::All => first(),
        Timeline::User(id, _) if own(id) => first(),
        Timeline::Mentions(_) => "Nobody has mentioned you yet.".to_owned(),
        Timeline::Likes(id, _) if own(id) => format!("Press {} on a post to like it.", key(Action::Like)),
        Timeline::Bookmarks(_) => {
            format!("Press {} on a post to keep it here;\nnobody else sees that.", key(Action::Bookmark))
        }
        Timeline::Search(_) => "Nothing was found.".to_owned(),
        Timeline::Likes(..) => "Nothing was liked yet.".to_owned(),
        Timeline::Replies(..) => "No answers yet.".to_owned(),
        Timeline::User(..) | Timeline::Tag(_) => "No posts yet.".to_owned(),
    };
    let middle = Rect { y: area.y + area.height / 3, height: area.height - area.height / 3, ..area };
    frame.render_widget(Paragraph::new(text).style(theme.dim).centered(), middle);
}
