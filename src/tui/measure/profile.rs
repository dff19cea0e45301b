//! The rows of a profile, without their styles.

use crate::model::User;
use crate::text::{Clock, clean, clean_line, datetime, wrap};
use crate::tui::images;
use crate::tui::state::Profile;

/// Columns of the name of a fact.
pub const NAME_COLUMNS: usize = 11;
/// Rows of the map of a year: its title, and one for each day of the week.
const ACTIVITY_ROWS: usize = 8;
/// Rows of the hint below an empty row.
const HINT_ROWS: usize = 2;

/// Returns the number of rows of a profile in a pane of `columns` columns.
#[must_use]
pub fn height(profile: &Profile, clock: Clock, columns: u16) -> usize {
    let head = images::ROWS + 1;
    let facts = facts(profile, clock, columns).len() + 1;
    head + about(&profile.user, columns).len() + facts + ACTIVITY_ROWS + HINT_ROWS
}

/// Returns the columns of text in a pane of `columns` columns.
#[must_use]
pub fn text_columns(columns: u16) -> usize {
    usize::from(columns).saturating_sub(3)
}

/// Returns the rows of what a user says about themselves, with an empty row below; nothing if the user says nothing.
#[must_use]
pub fn about(user: &User, columns: u16) -> Vec<String> {
    let Some(about) = &user.about_me else { return vec![] };
    let about = clean(about.as_str());
    let rows = wrap(&about, text_columns(columns)).into_iter().map(|row| about[row].to_owned());
    rows.chain([String::new()]).collect()
}

/// Returns the rows of the facts about a user: the name of the fact, which only its first row has, and the text.
#[must_use]
pub fn facts(profile: &Profile, clock: Clock, columns: u16) -> Vec<(&'static str, String)> {
    let user = &profile.user;
    let tags: Vec<_> = profile.tags.iter().map(|(name, uses)| format!("#{}\u{a0}{uses}", clean_line(name))).collect();
    let facts = [
        ("posts", Some(user.posts.to_string())),
        ("following", Some(profile.numbers.following.to_string())),
        ("followers", Some(profile.numbers.followers.to_string())),
        ("email", user.email.as_ref().map(|email| clean_line(email.as_str()).into_owned())),
        ("since", user.created_at.map(datetime::day)),
        ("last seen", user.last_seen.map(|then| datetime::absolute(then, clock))),
        ("tags", Some(tags.join(" · "))),
    ];
    let mut rows = Vec::new();
    for (name, value) in facts {
        let value = value.unwrap_or_default();
        let wrapped = wrap(&value, text_columns(columns).saturating_sub(NAME_COLUMNS));
        let texts = wrapped.into_iter().filter(|row| !row.is_empty()).map(|row| value[row].to_owned());
        rows.extend(texts.enumerate().map(|(at, text)| (if at == 0 { name } else { "" }, text)));
    }
    rows
}
