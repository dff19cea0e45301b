//! The first and the last line of the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::Theme;
use crate::model::Timeline;
use crate::text::{clean_line, truncate, width};
use crate::tui::keys;
use crate::tui::state::{Overlay, State};

/// Who is active, and the timelines that are open.
pub(super) fn header(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let mut spans = vec![Span::raw(" ")];
    if area.width >= 60 {
        spans.push(Span::styled("microblog  ", theme.accent.patch(theme.strong)));
    }
    if let Some(user) = &state.active {
        let name = clean_line(user.nickname.as_str());
        spans.push(Span::styled(truncate(&name, 20).into_owned(), theme.author(&name).patch(theme.strong)));
        if state.read_only {
            spans.push(Span::styled(" read only", theme.warn));
        }
        spans.push(Span::styled("  │", theme.rule));
    }
    for (at, tab) in state.tabs.iter().enumerate() {
        let name = match &tab.timeline {
            Timeline::Home(_) => "home".to_owned(),
            Timeline::All => "all".to_owned(),
            Timeline::Mentions(_) => "mentions".to_owned(),
            Timeline::Bookmarks(_) => "bookmarks".to_owned(),
            Timeline::User(_, nickname) | Timeline::Replies(_, nickname) | Timeline::Likes(_, nickname) => {
                format!("@{}", truncate(&clean_line(nickname.as_str()), 16))
            }
            Timeline::Tag(tag) => format!("#{}", truncate(&clean_line(tag), 16)),
            Timeline::Search(query) => format!("/{}", truncate(&clean_line(query), 16)),
        };
        let style =
            if at == state.tab { theme.accent.add_modifier(Modifier::BOLD | Modifier::UNDERLINED) } else { theme.dim };
        spans.push(Span::raw("  "));
        spans.push(Span::styled(format!("{} {name}", at + 1), style));
    }
    frame.render_widget(Line::from(spans), area);
}

/// A question, or what there is to say, or the keys that work here and now.
pub(super) fn footer(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width).saturating_sub(2);
    if let Some(Overlay::Delete(post)) = &state.overlay {
        let answer = "  y delete · n keep";
        let quote = format!(
            " Delete “{}”?",
            truncate(&clean_line(post.body.as_str()), room.saturating_sub(width(answer) + 12))
        );
        let line = Line::from(vec![Span::styled(quote, theme.warn), Span::styled(answer, theme.strong)]);
        return frame.render_widget(line, area);
    }
    if let Some(notice) = &state.notice {
        let style = if notice.error { theme.error } else { theme.accent };
        let text = clean_line(&notice.text);
        return frame.render_widget(Line::styled(format!(" {}", truncate(&text, room)), style), area);
    }
    let mut spans = vec![Span::raw(" ")];
    let mut used = 0;
    for (key, label) in keys::hints(state) {
        let wide = width(&key) + width(&label) + 4;
        if used + wide > room + 3 {
            break;
        }
        used += wide;
        spans.push(Span::styled(key, theme.strong));
        spans.push(Span::styled(format!(" {label}   "), theme.dim));
    }
    frame.render_widget(Line::from(spans), area);
}
