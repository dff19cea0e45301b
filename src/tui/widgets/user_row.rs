//! A user in one line of a list.

use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::Theme;
use crate::model::User;
use crate::text::{Confusables, compact, truncate, width};
use crate::tui::labels::capped_count;
use crate::tui::state::FRESH_LIMIT;

/// How a row stands out from the others.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether the user is the active one.
    pub active: bool,
    /// Whether the cursor is on the row.
    pub selected: bool,
    /// How many posts the user has not read; 0 shows no number.
    pub unread: usize,
}

/// Returns the line of a user: color, name, unread count, number of posts.
#[must_use]
pub fn line(user: &User, columns: usize, style: Style, confusables: &Confusables, theme: &Theme) -> Line<'static> {
    let Style { active, selected, unread } = style;
    let count = if user.posts == 0 { String::new() } else { compact(user.posts) };
    let sign = if unread < FRESH_LIMIT { "+" } else { "" };
    let unread = if unread > 0 { format!(" {sign}{}", capped_count(unread)) } else { String::new() };
    let room = columns.saturating_sub(5 + count.len() + unread.len());
    let name = confusables.label(user.nickname.as_str());
    let name = truncate(&name, room).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&name)));
    let weight = if active { Modifier::BOLD | Modifier::UNDERLINED } else { Modifier::empty() };
    let color = theme.author(user.nickname.as_str());
    Line::from(vec![
        Span::styled(if selected { "▌" } else { " " }, theme.accent),
        Span::styled(if active { "● " } else { "○ " }, color),
        Span::styled(name, color.add_modifier(weight)),
        Span::raw(gap),
        Span::styled(unread, theme.accent),
        Span::styled(format!(" {count}"), theme.dim),
    ])
}
