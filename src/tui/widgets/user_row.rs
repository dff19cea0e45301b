//! A user, or a list of users, in one line of the users pane.

use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::Theme;
use crate::model::User;
use crate::text::{Confusables, clean_line, compact, pluralize, truncate, width};
use crate::tui::labels::capped_count;
use crate::tui::state::{FRESH_LIMIT, ListRow};

/// Columns of a name from which on the number of posts is shown beside it.
const SHORT_NAME: usize = 8;

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
    let mut count = if user.posts == 0 { String::new() } else { compact(user.posts) };
    let unread = unread_count(unread);
    let name = confusables.label(user.nickname.as_str());
    let mut room = columns.saturating_sub(5 + count.len() + unread.len());
    if room < SHORT_NAME {
        room += count.len();
        count.clear();
    }
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

/// Returns the line of a list: name, unread count, number of members.
#[must_use]
pub fn list_line(row: &ListRow, columns: usize, selected: bool, theme: &Theme) -> Line<'static> {
    let (name, unread) = (clean_line(&row.list.name), unread_count(row.unread.unwrap_or(0)));
    let room = |members: &str| columns.saturating_sub(5 + members.len() + unread.len());
    let in_words = pluralize(row.list.members, "user");
    // A long name needs the room of the word.
    let members = if width(&name) <= room(&in_words) { in_words } else { compact(row.list.members) };
    let room = room(&members);
    let name = truncate(&name, room).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&name)));
    Line::from(vec![
        Span::styled(if selected { "▌" } else { " " }, theme.accent),
        Span::styled("≡ ", theme.dim),
        Span::raw(name),
        Span::raw(gap),
        Span::styled(unread, theme.accent),
        Span::styled(format!(" {members}"), theme.dim),
    ])
}

fn unread_count(unread: usize) -> String {
    let sign = if unread < FRESH_LIMIT { "+" } else { "" };
    if unread > 0 { format!(" {sign}{}", capped_count(unread)) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_leave_room_for_the_name_and_a_gap() {
        let user = User { posts: 123_456, ..User::named(1, "maya.of.the.harbor") };
        let style = Style { active: true, selected: true, unread: FRESH_LIMIT };
        let draw =
            |user: &User, columns| line(user, columns, style, &Confusables::default(), &Theme::new(false)).to_string();
        let row = |columns| draw(&user, columns);
        assert_eq!(row(40).trim_end(), "▌● maya.of.the.harbor         999+ 123k");
        assert_eq!(row(24).trim_end(), "▌● maya.of.t… 999+ 123k");
        assert_eq!(row(16).trim_end(), "▌● maya.… 999+");
        let short = User { posts: 3, ..User::named(1, "bo") };
        assert_eq!(draw(&short, 16).trim_end(), "▌● bo     999+", "in line with the others");
    }
}
