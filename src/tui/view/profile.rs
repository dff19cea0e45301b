//! A user's profile.

use ratatui::text::{Line, Span};

use crate::model::{Relation, Timestamp};
use crate::text::{Confusables, TimeFormat, clean_line};
use crate::tui::images::avatars::AvatarCache;
use crate::tui::measure::profile::{NAME_COLUMNS, about, facts, text_columns};
use crate::tui::state::Profile;
use crate::tui::widgets::{Theme, activity, avatar};

/// Returns the lines of a profile; the last one names the key that opens the user's posts.
pub(super) fn lines(
    profile: &Profile,
    (confusables, pictures): (&Confusables, &AvatarCache),
    (now, times): (Timestamp, TimeFormat),
    columns: u16,
    open: Option<&str>,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let user = &profile.user;
    let nickname = confusables.label(user.nickname.as_str()).into_owned();
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
    lines.extend(about(user, columns).into_iter().map(|text| match text.as_str() {
        "" => Line::default(),
        text => Line::raw(format!("  {text}")),
    }));
    lines.extend(facts(profile, times.clock, columns).into_iter().map(|(name, text)| {
        Line::from(vec![Span::styled(format!("  {name:<NAME_COLUMNS$}"), theme.dim), Span::raw(text)])
    }));
    lines.push(Line::default());
    lines.extend(activity::lines(&profile.activity, (now, times.week), text_columns(columns), theme));
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
