//! Parses dates as feeds, archives and their authors write them.
//!
//! RFC 3339 is tried first. Any other text is split into numbers and words: the time of day and its zone are found by
//! their colons, a month by its name in one of ten languages, and the rest by the order of the numbers.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// First letters of the names of the months, without accents.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "sty", "янв"],
    &["feb", "fev", "lut", "фев"],
    &["mar", "maerz", "maart", "mrz", "mrt", "мар"],
    &["apr", "avr", "abr", "kwi", "апр"],
    &["may", "mai", "maj", "mei", "mag", "мая", "маи"],
    &["jun", "juin", "giu", "cze", "июн"],
    &["jul", "juil", "lug", "lip", "июл"],
    &["aug", "aou", "ago", "sie", "авг"],
    &["sep", "set", "wrz", "сен"],
    &["oct", "okt", "out", "ott", "paz", "окт"],
    &["nov", "lis", "ноя"],
    &["dec", "dez", "dic", "des", "gru", "дек"],
];

/// Names of time zones and their offsets from UTC in minutes. Of several zones with one name the most common is meant.
const ZONES: [(&str, i32); 75] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("wat", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("sast", 120),
    ("cat", 120),
    ("eest", 180),
    ("msk", 180),
    ("eat", 180),
    ("trt", 180),
    ("idt", 180),
    ("irst", 210),
    ("msd", 240),
    ("gst", 240),
    ("pkt", 300),
    ("ist", 330),
    ("npt", 345),
    ("bdt", 360),
    ("ict", 420),
    ("wib", 420),
    ("hkt", 480),
    ("sgt", 480),
    ("myt", 480),
    ("pht", 480),
    ("awst", 480),
    ("wita", 480),
    ("jst", 540),
    ("kst", 540),
    ("wit", 540),
    ("acst", 570),
    ("aest", 600),
    ("aet", 600),
    ("chst", 600),
    ("acdt", 630),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("ndt", -150),
    ("nst", -210),
    ("brst", -120),
    ("brt", -180),
    ("art", -180),
    ("adt", -180),
    ("clst", -180),
    ("uyt", -180),
    ("ast", -240),
    ("edt", -240),
    ("clt", -240),
    ("vet", -240),
    ("bot", -240),
    ("est", -300),
    ("cdt", -300),
    ("et", -300),
    ("cot", -300),
    ("pet", -300),
    ("cst", -360),
    ("mdt", -360),
    ("ct", -360),
    ("mst", -420),
    ("pdt", -420),
    ("mt", -420),
    ("pst", -480),
    ("pt", -480),
    ("hst", -600),
];

/// Parses a date, with or without time and zone; without a zone it is UTC. `None` beyond the years 1 to 9999.
pub(super) fn parse(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    let parsed = DateTime::parse_from_rfc3339(text).ok();
    let parsed = parsed.or_else(|| from_digits(text)).or_else(|| from_tokens(&tokens(text)))?;
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
    found
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
        if is_word(tokens.get(at), &[letter])
            && is_mark(tokens.get(at + 1), &['.'])
            && is_word(tokens.get(at + 2), &["m"])
        {
            return Some((pm, at + 3));
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
        && let Some((_, offset)) = ZONES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name))
    {
        found = Some((*offset, start + 1));
        // What follows `GMT` is an offset, and what follows `CET` is not.
        if *offset != 0 {
            return (*offset, start + 1);
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
        _ => None,
    };
    let Some((sign, digits)) = digits else { return found.unwrap_or((0, at)) };
    let mut end = start + usize::from(!matches!(tokens.get(start), Some(Token::Number(_)))) + 1;
    let value: i32 = digits.parse().unwrap_or(i32::MAX);
    let (hours, minutes) = if digits.len() > 2 {
        (value / 100, value % 100)
    } else if is_mark(tokens.get(end), &[':']) {
        let minutes = number(tokens.get(end + 1), 2).and_then(|minutes| i32::try_from(minutes).ok()).unwrap_or(0);
        end += 2;
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

/// Returns the number of a month by its name.
fn month(word: &str) -> Option<u32> {
    let word: String = word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    (1..).zip(MONTHS).find(|(_, names)| names.iter().any(|name| word.starts_with(name))).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::Timestamp;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = parse(text).map(|time| Timestamp::from(time).rfc3339());
        assert_eq!(found.as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn rfc_3339_and_its_variants_are_parsed() {
        check("2016-06-20T10:01:29-04:00", "2016-06-20T14:01:29Z");
        check("2019-10-30T13:27:11+0100", "2019-10-30T12:27:11Z");
        check("2019-10-30T13:27:11+01", "2019-10-30T12:27:11Z");
        check("2022-06-15T18:08:17", "2022-06-15T18:08:17Z");
        check("2022-06-15T18:08Z", "2022-06-15T18:08:00Z");
        check("2022-06-15T18:08-08:00", "2022-06-16T02:08:00Z");
        check("2022-06-15t18:08:17.5z", "2022-06-15T18:08:17.500Z");
        check("2022-06-15 18:08:17.25 +0100", "2022-06-15T17:08:17.250Z");
        check("2022-06-15T18:08:17+02:00[Europe/Berlin]", "2022-06-15T16:08:17Z");
        check("20220615T180817Z", "2022-06-15T18:08:17Z");
    }

    #[test]
    fn rfc_2822_and_its_variants_are_parsed() {
        check("Fri, 31 May 2019 12:17:58 -0700", "2019-05-31T19:17:58Z");
        check("WED,23 MAY 2012 02:23:01", "2012-05-23T02:23:01Z");
        check("Friday, 26 October 2012 01:47:20 GMT", "2012-10-26T01:47:20Z");
        check("Thu, 10 Jan 2020 14:33:00 GMT", "2020-01-10T14:33:00Z");
        check("10 Jan 20 14:33 UT", "2020-01-10T14:33:00Z");
        check("Fri, 3rd Sept. 2021 9:05:00 EST", "2021-09-03T14:05:00Z");
        check("Fri Mar 06 13:02:05 +0000 2026", "2026-03-06T13:02:05Z");
        check("Fri Jan 10 14:33:00 2020", "2020-01-10T14:33:00Z");
        check("Tue Mar 03 2026 10:00:00 GMT+0200 (Eastern European Standard Time)", "2026-03-03T08:00:00Z");
        check("Fri, 26 Oct 2012 01:47:20 0200", "2012-10-25T23:47:20Z");
    }

    #[test]
    fn named_zones_and_offsets_are_applied() {
        for (zone, expected) in [
            ("CET", "11:00"),
            ("CEST", "10:00"),
            ("IST", "06:30"),
            ("AEDT", "01:00"),
            ("EST", "17:00"),
            ("PDT", "19:00"),
            ("JST", "03:00"),
            ("GMT+0200", "10:00"),
            ("UTC+2", "10:00"),
            ("UTC-03:30", "15:30"),
            ("+02", "10:00"),
            ("-3", "15:00"),
            ("\u{2212}0300", "15:00"),
            ("XYZ", "12:00"),
            ("", "12:00"),
        ] {
            check(&format!("17 Mar 2020 12:00:00 {zone}"), &format!("2020-03-17T{expected}:00Z"));
        }
    }

    #[test]
    fn months_are_known_in_several_languages() {
        for (date, month) in [
            ("Di, 31 Januar 2023", "01"),
            ("mar. 28 févr. 2023", "02"),
            ("Mi, 1. März 2023", "03"),
            ("lun 3 abr 2023", "04"),
            ("1 mei 2023", "05"),
            ("vendredi 2 juin 2023", "06"),
            ("5 juil. 2023", "07"),
            ("9 août 2023", "08"),
            ("10 de setembro de 2023", "09"),
            ("mar 3 ott 2023", "10"),
            ("1 ноября 2023", "11"),
            ("24. Dezember 2023", "12"),
            ("13 dic. 2023", "12"),
            ("2 sierpnia 2023", "08"),
            ("zo 12 maart 2023", "03"),
        ] {
            let found = parse(date).map(|time| time.format("%m").to_string());
            assert_eq!(found.as_deref(), Some(month), "{date}");
        }
        check("2026年1月31日 18時30分", "2026-01-31T18:30:00Z");
        check("2026년 1월 31일 오후 6:30", "2026-01-31T18:30:00Z");
    }

    #[test]
    fn numeric_dates_are_ordered_by_their_separators() {
        check("2020/1/10 14:33:00", "2020-01-10T14:33:00Z");
        check("8/21/2018 9:00:00 AM", "2018-08-21T09:00:00Z");
        check("21/8/2018 9:00 p.m.", "2018-08-21T21:00:00Z");
        check("1/2/2018", "2018-01-02T00:00:00Z");
        check("31.01.2026 18.30", "2026-01-31T18:30:00Z");
        check("31.1.26, 18h30", "2026-01-31T18:30:00Z");
        check("31-01-2026", "2026-01-31T00:00:00Z");
        check("26-01-31", "2026-01-31T00:00:00Z");
        check("2023-08-29", "2023-08-29T00:00:00Z");
        check("2023-08", "2023-08-01T00:00:00Z");
        check("2023-241", "2023-08-29T00:00:00Z");
        check("20230829", "2023-08-29T00:00:00Z");
        check("2023-08-29+02:00", "2023-08-29T00:00:00Z");
        check("Jan 31, 2026 6 PM", "2026-01-31T18:00:00Z");
    }

    #[test]
    fn unix_times_are_parsed_by_their_length() {
        check("1577786400", "2019-12-31T10:00:00Z");
        check("1577786400.0", "2019-12-31T10:00:00Z");
        check("1577786400000", "2019-12-31T10:00:00Z");
        check("1577786400000000", "2019-12-31T10:00:00Z");
        check("20191231100000", "2019-12-31T10:00:00Z");
    }

    #[test]
    fn midnight_at_the_end_of_a_day_and_leap_seconds_are_the_next_day() {
        check("Fri, 26 Oct 2012 24:00:00 GMT", "2012-10-27T00:00:00Z");
        check("2012-10-26T24:00:00Z", "2012-10-27T00:00:00Z");
        check("Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z");
        check("2016-12-31 12:00 AM", "2016-12-31T00:00:00Z");
    }

    #[test]
    fn text_that_is_no_date_is_refused() {
        for text in [
            "2024-08-75T13:04:00Z",
            "2021-01-01T21:49:18:05:00",
            "-0001-01-01T00:00:00Z",
            "",
            "today",
            "soon",
            "+12345-01-01T00:00:00Z",
            "0000-00-00 00:00:00",
            "Fri Foo 06",
            "Fri Foo 04 10:03:00 +0000 2022",
            "1",
            "2024-02-30",
            "24:01 1 Jan 2024",
            "12",
            "5 pm",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
