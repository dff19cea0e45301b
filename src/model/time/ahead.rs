//! Parses times ahead that people type.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};

use super::parse::{first, parse, unit_micros};
use super::{ParseTimeError, Timestamp};

impl Timestamp {
    /// Parses a time ahead of now: a duration such as `2h`, `in 30 minutes` or `3d`; a day, a time or both, such as
    /// `tomorrow 9:00`, `friday 18:30`, `next monday` or `9:00`; or any time that [`Timestamp::parse`] accepts. A weekday is
    /// the next one after today, and a time alone the next one.
    ///
    /// # Errors
    /// When the text has none of these forms, or the local time does not exist.
    pub fn parse_ahead(text: &str) -> Result<Self, ParseTimeError> {
        ahead(text, Self::now()).map_err(|error| match error {
            ParseTimeError::Form(text) => ParseTimeError::FormAhead(text),
            error => error,
        })
    }
}

fn ahead(text: &str, now: Timestamp) -> Result<Timestamp, ParseTimeError> {
    let lower = text.trim().to_lowercase();
    if let Some(micros) = duration(lower.strip_prefix("in ").unwrap_or(&lower)) {
        return Ok(Timestamp::from_micros(now.micros().saturating_add(micros)));
    }
    let (mut today, mut clock) = (None, None);
    let current = now.local();
    for word in lower.split_whitespace().filter(|word| !["at", "on", "next", "this"].contains(word)) {
        match (day(word, current.date_naive()), time(word)) {
            (Some(day), _) if today.is_none() => today = Some(day),
            (None, Some(time)) if clock.is_none() => clock = Some(time),
            _ => return parse(text, now),
        }
    }
    let local = match (today, clock) {
        (Some(day), clock) => day.and_time(clock.unwrap_or(NaiveTime::MIN)),
        (None, Some(clock)) if clock > current.time() => current.date_naive().and_time(clock),
        (None, Some(clock)) => (current.date_naive() + Days::new(1)).and_time(clock),
        (None, None) => return parse(text, now),
    };
    first(local).ok_or_else(|| ParseTimeError::Skipped(text.to_owned()))
}

/// Parses a length of time, in microseconds.
fn duration(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = text.split_at(digits);
    i64::from(count.parse::<u32>().ok()?).checked_mul(unit_micros(unit.trim())?)
}

/// Parses a day in words.
fn day(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    match word {
        "today" => Some(today),
        "tomorrow" => today.succ_opt(),
        _ => {
            let weekday = word.parse::<Weekday>().ok()?;
            let days = (6 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7 + 1;
            today.checked_add_days(Days::new(days.into()))
        }
    }
}

/// Parses a time of the day, such as `9:00` or `18:30`.
fn time(word: &str) -> Option<NaiveTime> {
    let (hour, minute) = word.split_once(':')?;
    let minute = minute.parse().ok().filter(|_| minute.len() == 2)?;
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute, 0)
}

#[cfg(test)]
mod tests {
    use chrono::{Local, NaiveDateTime};

    use super::ahead;
    use crate::model::Timestamp;

    #[test]
    fn durations_days_and_times_are_ahead_of_now() {
        let local = |text: &str| {
            let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
            Timestamp::from(time.and_local_timezone(Local).unwrap())
        };
        // A Thursday.
        let now = local("2026-01-15 10:30");
        for (text, expected) in [
            ("2h", "2026-01-15 12:30"),
            ("in 30 minutes", "2026-01-15 11:00"),
            ("3d", "2026-01-18 10:30"),
            ("tomorrow 9:00", "2026-01-16 09:00"),
            ("Tomorrow at 09:00", "2026-01-16 09:00"),
            ("tomorrow", "2026-01-16 00:00"),
            ("today 18:05", "2026-01-15 18:05"),
            ("18:05", "2026-01-15 18:05"),
            ("9:00", "2026-01-16 09:00"),
            ("monday 9:00", "2026-01-19 09:00"),
            ("9:00 next thursday", "2026-01-22 09:00"),
            ("2026-02-01 08:00", "2026-02-01 08:00"),
        ] {
            assert_eq!(ahead(text, now), Ok(local(expected)), "{text}");
        }
        for text in ["", "soon", "tomorrow 25:00", "tomorrow today", "9", "2x"] {
            assert!(ahead(text, now).is_err(), "{text}");
        }
    }
}
