//! Forms of dates that are rewritten before they are parsed.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, Weekday};

/// Returns a date in a form that is parsed by its numbers and words; any other text stays as it is.
///
/// Rewritten are the forms of ISO 8601 without separators, with an hour only, and with a week, the forms of Microsoft's
/// JSON, `/Date(1577786400000)/`, and of the shell, `@1577786400`.
pub(super) fn usual(text: &str) -> Cow<'_, str> {
    match rewritten(text) {
        Some(usual) => Cow::Owned(usual),
        None => Cow::Borrowed(text),
    }
}

fn rewritten(text: &str) -> Option<String> {
    if let Some(seconds) = text.strip_prefix('@') {
        return Some(seconds.to_owned());
    }
    if let Some((_, inside)) = text.split_once("Date(") {
        let end = inside.find(|c: char| !c.is_ascii_digit())?;
        return Some(inside[..end].to_owned());
    }
    if text.get(4..).is_some_and(|rest| rest.starts_with(['W', 'w']) || rest.starts_with("-W")) {
        return week(text);
    }
    let (day, time) = text.split_once(['T', 't'])?;
    let digits = time.find(|c: char| !c.is_ascii_digit()).unwrap_or(time.len());
    let (clock, zone) = time.split_at(digits);
    let is_zone = zone.is_empty() || zone.starts_with(['Z', 'z', '+', '-']);
    let is_day = day.len() >= 8 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !is_day || !is_zone {
        return None;
    }
    let day = match day.len() {
        8 if !day.contains('-') => format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]),
        _ => day.to_owned(),
    };
    let clock = match clock.len() {
        2 => format!("{clock}:00"),
        4 => format!("{}:{}", &clock[..2], &clock[2..]),
        6 => format!("{}:{}:{}", &clock[..2], &clock[2..4], &clock[4..]),
        _ => return None,
    };
    Some(format!("{day} {clock} {zone}"))
}

/// Rewrites a date such as `2024-W10-2` or `2024W102`, with or without a time.
fn week(text: &str) -> Option<String> {
    let (year, rest) = text.split_at_checked(4)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix(['W', 'w'])?;
    let (week, rest) = rest.split_at_checked(2)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (weekday, rest) = match rest.chars().next() {
        Some(day @ '1'..='7') => (u8::try_from(day.to_digit(10)?).ok()? - 1, &rest[1..]),
        _ => (0, rest),
    };
    let day = NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::try_from(weekday).ok()?)?;
    let day = format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
    if rest.is_empty() {
        return Some(day);
    }
    let whole = format!("{day}{rest}");
    Some(rewritten(&whole).unwrap_or(whole))
}
