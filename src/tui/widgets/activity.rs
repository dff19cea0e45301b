//! The posts of a year as a map of its days.

use ratatui::text::{Line, Span};

use super::Theme;
use crate::model::Timestamp;
use crate::text::{Weekday, pluralize, width};

/// A day in microseconds.
const DAY: i64 = 24 * 3600 * 1_000_000;
/// Signs for no posts, few, some, many, most.
const LEVELS: [&str; 5] = ["·", "░", "▒", "▓", "█"];
/// The weeks of a year, and the current one.
const WEEKS: usize = 53;

/// Returns the map: a column per week, its first day at the top, as many weeks as fit into `room` columns.
#[must_use]
pub fn lines(
    activity: &[(i64, u32)],
    (now, week): (Timestamp, Weekday),
    room: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let today = now.micros().div_euclid(DAY);
    // The first of January 1970 was a Thursday.
    let week_start = today - (today + 3 - i64::from(week.num_days_from_monday())).rem_euclid(7);
    let weeks = WEEKS.min(room.saturating_sub(2));
    let first = week_start - 7 * (weeks as i64 - 1);
    let most = activity.iter().filter(|(day, _)| *day >= first).map(|(_, count)| *count).max().unwrap_or(0);
    let total: u64 = activity.iter().filter(|(day, _)| *day >= first).map(|(_, count)| u64::from(*count)).sum();
    let title = format!("  {} in {}", pluralize(total, "post"), pluralize(weeks as u64, "week"));
    let key = format!("less {} more", LEVELS.concat());
    let gap = (weeks + 2).saturating_sub(width(&title) + width(&key)).max(2);
    let mut lines = vec![if width(&title) + gap + width(&key) <= room + 2 {
        Line::styled(format!("{title}{}{key}", " ".repeat(gap)), theme.dim)
    } else {
        Line::styled(title, theme.dim)
    }];
    for weekday in 0..7 {
        let mut spans = vec![Span::raw("  ")];
        for week in 0..weeks as i64 {
            let day = first + week * 7 + weekday;
            if day > today {
                break;
            }
            let count = activity.binary_search_by_key(&day, |(day, _)| *day).map_or(0, |at| activity[at].1);
            let level = match count {
                0 => 0,
                _ => 1 + ((count - 1) * 4 / most.max(1)).min(3) as usize,
            };
            spans.push(Span::styled(LEVELS[level], if level == 0 { theme.rule } else { theme.accent }));
        }
        lines.push(Line::from(spans));
    }
    lines
}
