//! The first and the last line of the screen.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::{Theme, import};
use crate::model::{Timeline, UserId};
use crate::text::{clean_line, displayed_prefix, single_line, truncate, width};
use crate::tui::keys::{self, Hint};
use crate::tui::state::{Action, FRESH_LIMIT, Overlay, State, Tab};

/// Who is active, and the timelines that are open: as many as there is room for, and always the one shown.
pub(super) fn header(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    frame.render_widget(header_line(state, theme, area).0, area);
}

/// The timeline whose name stands at a column of the header.
#[must_use]
pub fn tab_at(state: &State, area: Rect, column: u16) -> Option<usize> {
    let (_, tabs) = header_line(state, &Theme::new(false), area);
    tabs.into_iter().find(|(columns, _)| columns.contains(&usize::from(column))).map(|(_, tab)| tab)
}

/// The header, and the columns in which the names of timelines stand.
fn header_line(state: &State, theme: &Theme, area: Rect) -> (Line<'static>, Vec<(Range<usize>, usize)>) {
    let reader = state.active.as_ref().map(|user| user.id);
    let tabs: Vec<String> = state.tabs.iter().enumerate().map(|(at, tab)| label(at, tab, reader)).collect();
    let all: usize = tabs.iter().map(|tab| width(tab) + 2).sum();
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    if let Some(user) = &state.active {
        let name = state.confusables.label(user.nickname.as_str());
        let name = truncate(&name, if area.width < 60 { 12 } else { 20 }).into_owned();
        used += width(&name) + 3 + if state.read_only { 10 } else { 0 };
        spans.push(Span::styled(name, theme.author(user.nickname.as_str()).patch(theme.strong)));
        if state.read_only {
            spans.push(Span::styled(" read-only", theme.warn));
        }
        spans.push(Span::styled("  │", theme.rule));
    }
    if state.unread.notifications > 0 {
        let told = format!(" ● {}", capped(state.unread.notifications));
        used += width(&told);
        let at = spans.len().saturating_sub(1);
        spans.insert(at, Span::styled(told, theme.warn));
    }
    let columns = usize::from(area.width);
    if used + 11 + all <= columns {
        used += 11;
        spans.insert(1, Span::styled("microblog  ", theme.accent.patch(theme.strong)));
    }
    let shown = window(&tabs, state.tab, columns.saturating_sub(used + 4));
    if shown.start > 0 {
        spans.push(Span::styled(" ‹", theme.dim));
    }
    let mut places = Vec::new();
    for at in shown.clone() {
        let current = at == state.tab;
        let style = if current { theme.accent.add_modifier(Modifier::BOLD | Modifier::UNDERLINED) } else { theme.dim };
        spans.push(Span::raw("  "));
        let from = spans.iter().map(Span::width).sum();
        places.push((from..from + width(&tabs[at]), at));
        spans.push(Span::styled(tabs[at].clone(), style));
    }
    if shown.end < tabs.len() {
        spans.push(Span::styled(" ›", theme.dim));
    }
    (Line::from(spans), places)
}

/// Which labels fit into so many columns, the current one among them.
fn window(labels: &[String], current: usize, room: usize) -> Range<usize> {
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

/// A count as exact as it was counted.
pub(super) fn capped(count: usize) -> String {
    if count >= FRESH_LIMIT { format!("{FRESH_LIMIT}+") } else { count.to_string() }
}

fn label(at: usize, tab: &Tab, reader: Option<UserId>) -> String {
    let name = name(&tab.timeline, reader);
    match tab.unread {
        0 => format!("{} {name}", at + 1),
        unread => format!("{} {name} {}", at + 1, capped(unread)),
    }
}

/// What a timeline is called.
#[must_use]
pub fn name(timeline: &Timeline, reader: Option<UserId>) -> String {
    let short = |text: &str| truncate(&clean_line(text), 16).into_owned();
    match timeline {
        Timeline::Home(_) => "home".to_owned(),
        Timeline::All => "all".to_owned(),
        Timeline::Mentions(_) => "mentions".to_owned(),
        Timeline::Likes(id, _) if Some(*id) == reader => "likes".to_owned(),
        Timeline::Likes(_, nickname) => format!("@{} likes", short(nickname.as_str())),
        Timeline::Bookmarks(_) => "bookmarks".to_owned(),
        Timeline::User(_, nickname) => format!("@{}", short(nickname.as_str())),
        Timeline::Replies(_, nickname) => format!("@{} replies", short(nickname.as_str())),
        Timeline::Tag(tag) => format!("#{}", short(tag)),
        Timeline::Search(query) => format!("/{}", short(query)),
    }
}

/// A sign that something goes on; each picture of it stands a tenth of a second.
pub(super) fn spinner(picture: u128) -> char {
    const PICTURES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
    PICTURES[(picture % PICTURES.len() as u128) as usize]
}

/// A question, or what there is to say, or the keys that work here and now.
pub(super) fn footer(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width).saturating_sub(2);
    if let Some(Overlay::Delete(post)) = &state.overlay {
        let answer = answers(state, &[(Action::Accept, "delete"), (Action::Close, "cancel")]);
        let quote = format!(
            " Delete “{}”?",
            truncate(&single_line(displayed_prefix(post.body.as_str())), room.saturating_sub(width(&answer) + 12))
        );
        let line = Line::from(vec![Span::styled(quote, theme.warn), Span::styled(answer, theme.strong)]);
        return frame.render_widget(line, area);
    }
    if let Some(Overlay::DraftConflict(taken)) = &state.overlay {
        let ways = [(Action::Replace, "replace draft"), (Action::Append, "join both"), (Action::Close, "cancel")];
        let answer = answers(state, &ways);
        let name = state.confusables.label(taken.user.nickname.as_str()).into_owned();
        let left = room.saturating_sub(width(&answer) + width(&name) + 22);
        let quote =
            format!(" {name} has a draft here: “{}”", truncate(&single_line(displayed_prefix(&taken.theirs)), left));
        let line = Line::from(vec![Span::styled(quote, theme.warn), Span::styled(answer, theme.strong)]);
        return frame.render_widget(line, area);
    }
    if let Some(notice) = &state.notice {
        let style = if notice.error { theme.error } else { theme.accent };
        let text = clean_line(&notice.text);
        return frame.render_widget(Line::styled(format!(" {}", truncate(&text, room)), style), area);
    }
    let mut spans = vec![Span::raw(" ")];
    let mut room = room + 3;
    if let Some(importing) = state.importing.as_ref().filter(|_| state.overlay.is_none()) {
        let progress = format!("{}   ", import::progress(importing));
        room = room.saturating_sub(width(&progress));
        spans.push(Span::styled(progress, theme.accent));
    }
    for hint in fitting(keys::hints(state), room) {
        spans.push(Span::styled(hint.key, theme.strong));
        spans.push(Span::styled(format!(" {}   ", hint.word), theme.dim));
    }
    frame.render_widget(Line::from(spans), area);
}

/// The keys that answer a question, and what each of them does.
fn answers(state: &State, ways: &[(Action, &str)]) -> String {
    let ways = ways.iter().filter_map(|(action, what)| Some(format!("{} {what}", keys::here(state, *action)?)));
    format!("  {}", ways.collect::<Vec<_>>().join(" · "))
}

/// The keys that there is room for, the vital ones before all others.
fn fitting(hints: Vec<Hint>, room: usize) -> Vec<Hint> {
    let wide = |hint: &Hint| width(&hint.key) + width(&hint.word) + 4;
    let vital: usize = hints.iter().filter(|hint| hint.vital).map(wide).sum();
    let (mut left, mut full) = (room.saturating_sub(vital), false);
    let fits = |hint: &Hint| {
        if hint.vital {
            return true;
        }
        full |= wide(hint) > left;
        left = left.saturating_sub(wide(hint));
        !full
    };
    hints.into_iter().filter(fits).collect()
}
