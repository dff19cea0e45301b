//! A user's profile. Its height is counted from the very lines that are drawn.

use ratatui::text::{Line, Span};

use crate::model::{Relation, Timestamp};
use crate::text::{Confusables, TimeFormat, clean, clean_line, datetime, wrap};
use crate::tui::images::avatars::AvatarCache;
use crate::tui::state::Profile;
use crate::tui::widgets::{Theme, activity, avatar};

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
    lines.extend(activity::lines(&profile.activity, (now, times.week), room, theme));
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
