//! Parses dates as feeds, archives and their authors write them.
//!
//! RFC 3339 and RFC 2822 are tried first. Any other text is split into numbers and words: the time of day and its zone
//! are found by their colons, a month by its name in one of many languages, and the rest by the order of the numbers.

mod forms;
mod names;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use names::{month, zone_offset};
use unicode_normalization::char::is_combining_mark;

/// Parses a date, with or without time and zone; without a zone it is UTC. `None` beyond the years 1 to 9999.
pub(super) fn parse(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    let other = || {
        let text = forms::usual(text);
        from_digits(&text).or_else(|| from_tokens(&tokens(&text)))
    };
    let standard = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    let parsed = standard.ok().or_else(other)?;
    (1..=9999).contains(&parsed.to_utc().year()).then_some(parsed)
}

fn at_utc(naive: NaiveDateTime) -> DateTime<FixedOffset> {
    naive.and_utc().fixed_offset()
}

/// Parses Unix times in seconds, milliseconds and microseconds, and compact dates such as `20260131T183000Z`.
fn from_digits(text: &str) -> Option<DateTime<FixedOffset>> {
    let compact = text.trim_end_matches(['Z', 'z']).replacen(['T', 't'], "", 1);
    let (whole, fraction) = compact.split_once('.').unwrap_or((&compact, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let naive = |form: &str| NaiveDateTime::parse_from_str(whole, form).ok().map(at_utc);
    match whole.len() {
        4 => NaiveDate::from_ymd_opt(whole.parse().ok()?, 1, 1)?.and_hms_opt(0, 0, 0).map(at_utc),
        8 => NaiveDate::parse_from_str(whole, "%Y%m%d").ok()?.and_hms_opt(0, 0, 0).map(at_utc),
        9..=11 => DateTime::from_timestamp(number, 0).map(|time| time.fixed_offset()),
        12 => naive("%Y%m%d%H%M"),
        13 => DateTime::from_timestamp_millis(number).map(|time| time.fixed_offset()),
        14 => naive("%Y%m%d%H%M%S"),
        16 => DateTime::from_timestamp_micros(number).map(|time| time.fixed_offset()),
        _ => None,
    }
}

/// A part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Number(&'t str),
    Word(&'t str),
    Mark(char),
}

/// Splits a text into tokens, without what is in brackets; white space is one space.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = |is_part: fn(char) -> bool| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (token, length) = if c.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            (Token::Number(&rest[..length]), length)
        } else if c.is_alphabetic() {
            let length = run(|c| c.is_alphabetic() || is_combining_mark(c));
            (Token::Word(&rest[..length]), length)
        } else if let Some(close) = matches!(c, '(' | '[').then(|| rest.find([')', ']'])).flatten() {
            (Token::Mark(' '), close + 1)
        } else if c.is_whitespace() {
            (Token::Mark(' '), run(char::is_whitespace))
        } else {
            (Token::Mark(if c == '\u{2212}' { '-' } else { c }), c.len_utf8())
        };
        found.push(token);
        rest = &rest[length..];
    }
    join_hours(&mut found);
    found
}

/// Removes the spaces in `18 h 05`.
fn join_hours(tokens: &mut Vec<Token<'_>>) {
    let is_spaced = |at: usize| {
        matches!(
            &tokens[at..at + 5],
            [Token::Number(_), Token::Mark(' '), Token::Word("h" | "H"), Token::Mark(' '), Token::Number(_)]
        )
    };
    if let Some(at) = (0..tokens.len().saturating_sub(4)).find(|at| is_spaced(*at)) {
        tokens.remove(at + 3);
        tokens.remove(at + 1);
    }
}

fn number(token: Option<&Token<'_>>, longest: usize) -> Option<u32> {
    match token {
        Some(Token::Number(digits)) if digits.len() <= longest => digits.parse().ok(),
        _ => None,
    }
}

fn is_mark(token: Option<&Token<'_>>, marks: &[char]) -> bool {
    matches!(token, Some(Token::Mark(mark)) if marks.contains(mark))
}

fn is_word(token: Option<&Token<'_>>, words: &[&str]) -> bool {
    matches!(token, Some(Token::Word(word)) if words.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

fn from_tokens(tokens: &[Token<'_>]) -> Option<DateTime<FixedOffset>> {
    if is_mark(tokens.first(), &['-', '+']) {
        return None;
    }
    let Some(clock) = find_clock(tokens) else {
        // A day may have an offset, too.
        let end = tokens.iter().position(|token| *token == Token::Mark('+')).unwrap_or(tokens.len());
        return date(&tokens[..end]).and_then(|date| date.and_hms_opt(0, 0, 0)).map(at_utc);
    };
    let Clock { range, seconds, nanos, offset } = clock?;
    let rest = [&tokens[..range.start], &[Token::Mark(' ')], &tokens[range.end..]].concat();
    let midnight = date(&rest)?.and_time(NaiveTime::MIN);
    let local = midnight.checked_add_signed(TimeDelta::new(seconds, nanos)?)?;
    let offset = FixedOffset::east_opt(offset * 60)?;
    local.and_local_timezone(offset).single()
}

/// The time of day in a date.
struct Clock {
    /// The tokens of the time and its zone.
    range: std::ops::Range<usize>,
    /// Seconds since midnight; a day and more for `24:00` and leap seconds.
    seconds: i64,
    nanos: u32,
    /// Minutes east of UTC.
    offset: i32,
}

/// Finds the time of day; `Some(None)` if there is one that does not exist.
fn find_clock(tokens: &[Token<'_>]) -> Option<Option<Clock>> {
    let colon = |at: usize| {
        number(tokens.get(at), 2).is_some()
            && is_mark(tokens.get(at + 1), &[':'])
            && number(tokens.get(at + 2), 2).is_some()
            && (at == 0 || !is_mark(tokens.get(at - 1), &[':', '+']))
    };
    let hours = |at: usize| {
        let units = ["h", "u", "時", "时", "点", "點", "시"];
        number(tokens.get(at), 2).is_some()
            && is_word(tokens.get(at + 1), &units)
            && number(tokens.get(at + 2), 2).is_some()
    };
    let dot = |at: usize| {
        number(tokens.get(at), 2).is_some()
            && is_mark(tokens.get(at + 1), &['.'])
            && matches!(tokens.get(at + 2), Some(Token::Number(digits)) if digits.len() == 2)
            && (at > 0 && is_mark(tokens.get(at - 1), &[' ']))
            && !is_mark(tokens.get(at + 3), &['.'])
            && !matches!(tokens.get(at + 4), Some(Token::Number(_)))
    };
    let half_day = |at: usize| number(tokens.get(at), 2).is_some() && meridiem(tokens, at + 1).is_some();
    let forms: [&dyn Fn(usize) -> bool; 4] = [&colon, &hours, &dot, &half_day];
    let at = forms.iter().find_map(|form| (0..tokens.len()).find(|at| form(*at)))?;
    Some(clock(tokens, at, half_day(at) && !colon(at)))
}

fn clock(tokens: &[Token<'_>], at: usize, hour_only: bool) -> Option<Clock> {
    let mut hour = number(tokens.get(at), 2)?;
    let (mut minute, mut second, mut nanos) = (0, 0, 0);
    let mut end = at + 1;
    if !hour_only {
        minute = number(tokens.get(at + 2), 2)?;
        end = at + 3;
        if is_mark(tokens.get(end), &[':']) {
            second = number(tokens.get(end + 1), 2)?;
            end += 2;
        } else if is_word(tokens.get(end), &["分", "분"]) {
            end += 1;
        }
        if is_mark(tokens.get(end), &['.', ','])
            && let Some(Token::Number(digits)) = tokens.get(end + 1)
        {
            let digits: String = digits.chars().chain("000000000".chars()).take(9).collect();
            nanos = digits.parse().ok()?;
            end += 2;
        }
        if is_mark(tokens.get(end), &[':']) {
            return None;
        }
    }
    let before = at.checked_sub(1).map(|before| if is_mark(tokens.get(before), &[' ']) { before - 1 } else { before });
    let before = before.filter(|before| is_word(tokens.get(*before), &["午後", "下午", "오후"]));
    let (pm, after) = match meridiem(tokens, end) {
        Some((pm, after)) => (Some(pm), after),
        None => (before.map(|_| true), end),
    };
    match pm {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    if minute > 59 || second > 60 || hour > 24 || (hour == 24 && (minute, second) != (0, 0)) {
        return None;
    }
    let (offset, end) = zone(tokens, after);
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some(Clock { range: at..end, seconds, nanos, offset })
}

/// Reads `am` or `pm`: whether it is after noon, and the position after it.
fn meridiem(tokens: &[Token<'_>], at: usize) -> Option<(bool, usize)> {
    let at = if is_mark(tokens.get(at), &[' ']) { at + 1 } else { at };
    for (whole, letter, pm) in [("am", "a", false), ("pm", "p", true)] {
        if is_word(tokens.get(at), &[whole]) {
            return Some((pm, at + 1));
        }
        if is_word(tokens.get(at), &[letter]) && is_mark(tokens.get(at + 1), &['.']) {
            let end = at + 2 + usize::from(is_mark(tokens.get(at + 2), &[' ']));
            if is_word(tokens.get(end), &["m"]) {
                return Some((pm, end + 1));
            }
        }
    }
    None
}

/// Reads a time zone: its offset in minutes, 0 if there is none, and the position after it.
fn zone(tokens: &[Token<'_>], at: usize) -> (i32, usize) {
    let mut start = at;
    if is_mark(tokens.get(start), &[' ']) {
        start += 1;
    }
    let mut found = None;
    if let Some(Token::Word(word)) = tokens.get(start)
        && let Some(offset) = zone_offset(word)
    {
        found = Some((offset, start + 1));
        // What follows `GMT` is an offset, and what follows `CET` is not.
        if offset != 0 {
            return (offset, start + 1);
        }
        start += 1;
        if is_mark(tokens.get(start), &[' ']) {
            start += 1;
        }
    }
    let sign = match tokens.get(start) {
        Some(Token::Mark('+')) => Some(1),
        Some(Token::Mark('-')) => Some(-1),
        _ => None,
    };
    let digits: Option<(i32, &str)> = match (sign, tokens.get(start + usize::from(sign.is_some()))) {
        (Some(sign), Some(Token::Number(digits))) => Some((sign, *digits)),
        // The plus sign of an offset was taken for a space.
        (None, Some(Token::Number(digits))) if digits.len() == 4 && digits.starts_with('0') => Some((1, *digits)),
        (None, Some(Token::Number(digits)))
            if digits.len() == 2 && digits.starts_with('0') && is_mark(tokens.get(start + 1), &[':']) =>
        {
            Some((1, *digits))
        }
        _ => None,
    };
    let Some((sign, digits)) = digits else { return found.unwrap_or((0, at)) };
    let mut end = start + usize::from(!matches!(tokens.get(start), Some(Token::Number(_)))) + 1;
    let value: i32 = digits.parse().unwrap_or(i32::MAX);
    let (hours, minutes) = if digits.len() > 2 {
        (value / 100, value % 100)
    } else if is_mark(tokens.get(end), &[':']) {
        let minutes = number(tokens.get(end + 1), 2).and_then(|minutes| i32::try_from(minutes).ok()).unwrap_or(0);
        end = (end + 2).min(tokens.len());
        (value, minutes)
    } else {
        (value, 0)
    };
    if hours > 14 || minutes > 59 || digits.len() > 4 {
        return found.unwrap_or((0, at));
    }
    (sign * (hours * 60 + minutes), end)
}

/// Reads the day, without the time of day.
fn date(tokens: &[Token<'_>]) -> Option<NaiveDate> {
    let digits: Vec<&str> = tokens
        .iter()
        .filter_map(|token| if let Token::Number(digits) = token { Some(*digits) } else { None })
        .collect();
    let month = tokens.iter().rev().find_map(|token| if let Token::Word(word) = token { month(word) } else { None });
    let long = |digits: &str| digits.len() == 4;
    match (month, &digits[..]) {
        (_, [day]) if day.len() == 8 => NaiveDate::parse_from_str(day, "%Y%m%d").ok(),
        (Some(month), [year]) if long(year) => NaiveDate::from_ymd_opt(year.parse().ok()?, month, 1),
        (Some(month), [first, second]) => {
            let (day, year) = if long(first) { (second, first) } else { (first, second) };
            NaiveDate::from_ymd_opt(full_year(year)?, month, short(day)?)
        }
        (None, [year, day]) if long(year) && day.len() == 3 => {
            NaiveDate::from_yo_opt(year.parse().ok()?, day.parse().ok()?)
        }
        (None, [year, month]) if long(year) => NaiveDate::from_ymd_opt(year.parse().ok()?, short(month)?, 1),
        (_, [first, second, third]) => {
            let slash = tokens.contains(&Token::Mark('/'));
            let dash = tokens.contains(&Token::Mark('-'));
            from_numbers([first, second, third], slash, dash)
        }
        _ => None,
    }
}

/// Orders three numbers: year first if it has four digits, else month first with slashes and day first without.
fn from_numbers([first, second, third]: [&str; 3], slash: bool, dash: bool) -> Option<NaiveDate> {
    if first.len() == 4 {
        return NaiveDate::from_ymd_opt(first.parse().ok()?, short(second)?, short(third)?);
    }
    let year_first = || NaiveDate::from_ymd_opt(full_year(first)?, short(second)?, short(third)?);
    if let Some(date) = (dash && third.len() == 2).then(year_first).flatten() {
        return Some(date);
    }
    let (first, second, year) = (short(first)?, short(second)?, full_year(third)?);
    let (month, day) = if (slash && first <= 12) || second > 12 { (first, second) } else { (second, first) };
    NaiveDate::from_ymd_opt(year, month, day)
}

fn short(digits: &str) -> Option<u32> {
    (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}

/// A year of four digits, or of two as RFC 2822 reads them.
fn full_year(digits: &str) -> Option<i32> {
    let year: i32 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(year),
        2 => Some(if year < 50 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
