//! Parses times that people type.

use chrono::{
    DateTime, Days, Duration, FixedOffset, Local, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone,
};
use chrono::{Datelike, Weekday};

use super::{ParseTimeError, Timestamp};

/// Maximum number of characters of a wrong text that are quoted in the error.
const QUOTED: usize = 40;

impl Timestamp {
    /// Parses a time that a person typed.
    ///
    /// Accepts a year, a month, a day, a day with hours and minutes, optionally seconds and a time zone, such as
    /// `2026-01`, `2026-01-31`, `2026-01-31 18:30`, `2026-01-31T18:30`, `2026-01-31T18:30+01:00` and RFC 3339; also
    /// `now`, `today`, `yesterday`, `tomorrow`, `monday`, `last monday`, and durations before now such as `30m`, `2h`,
    /// `3d`, `2w` and `3 days ago`. Without a zone, times are local. Of a local time that occurs twice, when the clocks
    /// go back, the first is taken.
    ///
    /// # Errors
    /// When the text has none of these forms, or the local time does not exist.
    pub fn parse(text: &str) -> Result<Self, ParseTimeError> {
        parse(text, Self::now())
    }
}

/// Parses a time that may be relative to `now`.
pub(super) fn parse(text: &str, now: Timestamp) -> Result<Timestamp, ParseTimeError> {
    let text = text.trim();
    if let Some(time) = relative(text, now) {
        return Ok(time);
    }
    let form_error = || ParseTimeError::Form(text.chars().take(QUOTED).collect());
    // Chrono reads a year of two digits as one of the first century.
    let year = text.split('-').next().unwrap_or_default();
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(form_error());
    }
    if let Some(time) = with_zone(text) {
        return Ok(time.into());
    }
    let local = date(text).map(midnight).or_else(|| date_time(text)).ok_or_else(form_error)?;
    first(local).ok_or_else(|| ParseTimeError::Skipped(text.to_owned()))
}

/// Parses a date and time with a time zone.
fn with_zone(text: &str) -> Option<DateTime<FixedOffset>> {
    let upper = text.to_ascii_uppercase().replacen(' ', "T", 1);
    let text = upper.strip_suffix('Z').map_or_else(|| upper.clone(), |local| format!("{local}+00:00"));
    let formats = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"];
    formats.iter().find_map(|format| DateTime::parse_from_str(&text, format).ok())
}

/// Parses a year, a month or a day.
fn date(text: &str) -> Option<NaiveDate> {
    let day = match text.split('-').count() {
        1 => format!("{text}-01-01"),
        2 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    NaiveDate::parse_from_str(&day, "%Y-%m-%d").ok()
}

/// Parses a date and time without a time zone.
fn date_time(text: &str) -> Option<NaiveDateTime> {
    let text = text.to_ascii_uppercase().replacen(' ', "T", 1);
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    formats.iter().find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
}

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

/// Returns the first moment with this local time; `None` if the clocks skip it.
pub(super) fn first(local: NaiveDateTime) -> Option<Timestamp> {
    match Local.from_local_datetime(&local) {
        LocalResult::Single(time) => Some(time.into()),
        // The order of the two depends on the source of the time zone.
        LocalResult::Ambiguous(one, other) => Some(Timestamp::from(one).min(other.into())),
        LocalResult::None => None,
    }
}

/// Returns the start of a local day. A time zone may skip midnight; the day then starts an hour later.
fn start_of(day: NaiveDate) -> Option<Timestamp> {
    first(midnight(day)).or_else(|| first(midnight(day) + Duration::hours(1)))
}

/// Parses a time relative to `now`.
fn relative(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.to_lowercase().replace(['-', '_'], " ");
    let today = now.local().date_naive();
    match text.as_str() {
        "now" => return Some(now),
        "today" => return start_of(today),
        "yesterday" => return start_of(today.pred_opt()?),
        "tomorrow" => return start_of(today.succ_opt()?),
        _ => {}
    }
    let day_name = text.strip_prefix("last ").unwrap_or(&text);
    if let Ok(weekday) = day_name.trim().parse::<Weekday>() {
        return start_of(today.checked_sub_days(days_since(weekday, today))?);
    }
    let duration = text.strip_suffix(" ago").unwrap_or(&text);
    let digits = duration.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = duration.split_at(digits);
    let micros = i64::from(count.parse::<u32>().ok()?).checked_mul(unit_micros(unit.trim())?)?;
    Some(Timestamp::from_micros(now.micros().checked_sub(micros)?))
}

/// Returns the number of days from the last such weekday before `day` to `day`, from 1 to 7.
fn days_since(weekday: Weekday, day: NaiveDate) -> Days {
    Days::new(u64::from((6 + day.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7 + 1))
}

/// Returns the length of a unit of time in microseconds.
pub(super) fn unit_micros(unit: &str) -> Option<i64> {
    const MINUTE: i64 = 60_000_000;
    match unit {
        "m" | "min" | "mins" | "minute" | "minutes" => Some(MINUTE),
        "h" | "hour" | "hours" => Some(60 * MINUTE),
        "d" | "day" | "days" => Some(24 * 60 * MINUTE),
        "w" | "week" | "weeks" => Some(7 * 24 * 60 * MINUTE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::{ParseTimeError, Timestamp};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Timestamp::parse(text).map(Timestamp::rfc3339), Ok(expected.to_owned()));
    }

    #[track_caller]
    fn check_local(text: &str, expected: &str) {
        let now = Timestamp::parse("2026-07-15 12:30").expect("a date");
        let time = parse(text, now).map(|time| time.local().format("%Y-%m-%d %H:%M:%S").to_string());
        assert_eq!(time, Ok(expected.to_owned()), "{text}");
    }

    #[test]
    fn rfc_3339_is_parsed_to_the_microsecond() {
        check("2026-03-14T15:09:26Z", "2026-03-14T15:09:26Z");
        check("2026-03-14T15:09:26.535897+01:00", "2026-03-14T14:09:26.535897Z");
        check("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z");
        // A leap second is read as the second after it, as on most clocks.
        check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
        check("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500Z");
    }

    #[test]
    fn minutes_with_a_zone_are_parsed() {
        check("2026-01-31T18:30Z", "2026-01-31T18:30:00Z");
        check("2026-01-31 18:30+01:00", "2026-01-31T17:30:00Z");
        check("2026-01-31t18:30-0800", "2026-02-01T02:30:00Z");
    }

    #[test]
    fn local_dates_round_trip() {
        for text in ["2026-03-14 15:09:26", "2026-01-01 00:00:00"] {
            check_local(text, text);
        }
        for (text, expected) in [
            ("2026", "2026-01-01 00:00:00"),
            ("2026-03", "2026-03-01 00:00:00"),
            (" 2026-03-14 ", "2026-03-14 00:00:00"),
            ("2026-1-31", "2026-01-31 00:00:00"),
            ("2026-03-14 15:09", "2026-03-14 15:09:00"),
            ("2026-03-14T15:09", "2026-03-14 15:09:00"),
            ("2026-03-14T15:09:26", "2026-03-14 15:09:26"),
        ] {
            check_local(text, expected);
        }
    }

    #[test]
    fn relative_times_are_parsed() {
        // 15 July 2026 is a Wednesday.
        for (text, expected) in [
            ("now", "2026-07-15 12:30:00"),
            ("today", "2026-07-15 00:00:00"),
            ("Yesterday", "2026-07-14 00:00:00"),
            ("tomorrow", "2026-07-16 00:00:00"),
            ("monday", "2026-07-13 00:00:00"),
            ("last Monday", "2026-07-13 00:00:00"),
            ("last-wednesday", "2026-07-08 00:00:00"),
            ("last thu", "2026-07-09 00:00:00"),
            ("30m", "2026-07-15 12:00:00"),
            ("2h", "2026-07-15 10:30:00"),
            ("2d", "2026-07-13 12:30:00"),
            ("2 weeks ago", "2026-07-01 12:30:00"),
        ] {
            check_local(text, expected);
        }
    }

    #[test]
    fn invalid_time_is_quoted_in_the_error() {
        for text in [
            "",
            "never",
            "2026-02-30",
            "2026-13-01",
            "14.03.2026",
            "26-1-31",
            "026-01-31",
            "+2026-01-31",
            "d",
            "2x",
            "last",
        ] {
            assert_eq!(Timestamp::parse(text), Err(ParseTimeError::Form(text.to_owned())));
        }
    }
}
