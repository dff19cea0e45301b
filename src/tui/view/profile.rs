//! A user's profile. Its height is counted from the very lines that are drawn.

use ratatui::text::{Line, Span};

use crate::model::{Relation, Timestamp};
use crate::text::{Confusables, TimeFormat, Weekday, clean, clean_line, datetime, pluralize, width, wrap};
use crate::tui::images::avatars::AvatarCache;
use crate::tui::state::Profile;
use crate::tui::widgets::{Theme, avatar};

const DAY: i64 = 24 * 3600 * 1_000_000;
/// Signs for no posts, few, some, many, most.
const LEVELS: [&str; 5] = ["·", "░", "▒", "▓", "█"];
/// A year's weeks, and the one that has begun.
const WEEKS: usize = 53;

/// How many lines it takes in a pane so many columns wide.
#[must_use]
pub fn height(profile: &Profile, now: Timestamp, times: TimeFormat, columns: u16) -> usize {
    lines(profile, (&Confusables::default(), &AvatarCache::default()), (now, times), columns, None, &Theme::new(false))
        .len()
}

/// The lines of a profile; the last one names the key that opens what the user wrote.
pub(super) fn lines(
    profile: &Profile,
    (alike, pictures): (&Confusables, &AvatarCache),
    (now, times): (Timestamp, TimeFormat),
    columns: u16,
    open: Option<&str>,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let user = &profile.user;
    let nickname = alike.label(user.nickname.as_str()).into_owned();
    let color = theme.author(user.nickname.as_str());
    let (shown, below) = match &user.display_name {
        Some(name) => (clean_line(name.as_str()).into_owned(), format!("@{nickname}  ")),
        None => (nickname, String::new()),
    };
    let beside = [
        vec![Span::styled(shown, color.patch(theme.strong))],
        vec![Span::styled(below, theme.dim), Span::styled(relation(profile.relation), theme.accent)],
    ];
    let picture = avatar::lines(user.id, user.nickname.as_str(), pictures, theme);
    let head = picture.into_iter().zip(beside).map(|(picture, beside)| {
        let gap = || vec![Span::raw("  ")];
        Line::from([gap(), picture, gap(), beside].concat())
    });
    let mut lines: Vec<Line<'static>> = head.chain([Line::default()]).collect();
    let room = usize::from(columns).saturating_sub(3);
    if let Some(about) = &user.about_me {
        let about = clean(about.as_str());
        lines.extend(wrap(&about, room).into_iter().map(|line| Line::raw(format!("  {}", &about[line]))));
        lines.push(Line::default());
    }
    let mut fact = |name: &str, value: Option<String>| {
        let value = value.unwrap_or_default();
        let rows = wrap(&value, room.saturating_sub(11)).into_iter().filter(|row| !row.is_empty());
        lines.extend(rows.enumerate().map(|(at, row)| {
            let name = if at == 0 { name } else { "" };
            Line::from(vec![Span::styled(format!("  {name:<11}"), theme.dim), Span::raw(value[row].to_owned())])
        }));
    };
    fact("posts", Some(user.posts.to_string()));
    fact("following", Some(profile.numbers.following.to_string()));
    fact("followers", Some(profile.numbers.followers.to_string()));
    fact("email", user.email.as_ref().map(|email| clean_line(email.as_str()).into_owned()));
    fact("since", user.created_at.map(datetime::day));
    fact("last seen", user.last_seen.map(|then| datetime::absolute(then, times.clock)));
    let tags: Vec<_> = profile.tags.iter().map(|(name, uses)| format!("#{}\u{a0}{uses}", clean_line(name))).collect();
    fact("tags", Some(tags.join(" · ")));
    lines.push(Line::default());
    lines.extend(heat(&profile.activity, (now, times.week), room, theme));
    let hint = open.map_or_else(String::new, |key| format!("  {key} reads what they wrote."));
    lines.extend([Line::default(), Line::styled(hint, theme.dim)]);
    lines
}

fn relation(relation: Option<Relation>) -> String {
    let Some(relation) = relation else { return String::new() };
    let mut words = match (relation.follows, relation.followed) {
        (true, true) => vec!["mutual"],
        (true, false) => vec!["followed"],
        (false, true) => vec!["follows you"],
        (false, false) => vec![],
    };
    words.extend(relation.muted.then_some("muted"));
    words.join(" · ")
}

/// The last year as a map of its days: a column a week, its first day at the top.
pub(super) fn heat(
    activity: &[(i64, u32)],
    (now, week): (Timestamp, Weekday),
    room: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let today = now.micros().div_euclid(DAY);
    // The first of January 1970 was a Thursday.
    let begun = today - (today + 3 - i64::from(week.num_days_from_monday())).rem_euclid(7);
    let weeks = WEEKS.min(room.saturating_sub(2));
    let first = begun - 7 * (weeks as i64 - 1);
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
