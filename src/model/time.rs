//! Timestamps: stored in UTC, shown and parsed in the local time zone.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Local, LocalResult, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use thiserror::Error;

/// A timestamp in microseconds (µs) since 1970-01-01T00:00:00Z, between the years 1 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseTimeError {
    /// The text has none of the supported forms.
    #[error("{0:?} is not a time: write 2026-03-14, \"2026-03-14 15:09\" or 2026-03-14T15:09:26Z")]
    Form(String),
    /// The local time zone skips this time.
    #[error("{0:?} does not exist in your time zone, since the clocks skip it: choose another time")]
    Skipped(String),
}

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// Returns the current time. While the program runs it never goes back, even if the system clock is set back, so
    /// that later posts sort after earlier ones.
    #[must_use]
    pub fn now() -> Self {
        static LATEST: Mutex<Option<(Instant, i64)>> = Mutex::new(None);
        // A pair is written whole, so a poisoned lock still contains a valid one.
        let mut latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall, instant) = (clock(), Instant::now());
        let earliest = latest.map_or(wall, |(then, time)| time.saturating_add(micros(instant.duration_since(then))));
        let time = wall.max(earliest);
        *latest = Some((instant, time));
        Self::from_micros(time)
    }

    /// Creates a timestamp from microseconds since 1970, clamped to the supported range.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Creates a timestamp from seconds since 1970, for constants.
    pub(crate) const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// Returns microseconds since 1970.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Converts to chrono in UTC.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Converts to chrono in the local time zone.
    #[must_use]
    pub fn local(self) -> DateTime<Local> {
        self.utc().with_timezone(&Local)
    }

    /// Formats as RFC 3339 in UTC with `Z`; the fraction is left out if it is zero.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    /// Parses a time that a person typed: RFC 3339, or `YYYY-MM-DD[ HH:MM[:SS]]` in the local time zone. Of a local
    /// time that occurs twice, when the clocks go back, the first is taken.
    ///
    /// # Errors
    /// When the text has neither form, or the local time does not exist.
    pub fn parse(text: &str) -> Result<Self, ParseTimeError> {
        let text = text.trim();
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Ok(moment.into());
        }
        let form = || ParseTimeError::Form(text.chars().take(40).collect());
        let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M"))
            .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(chrono::NaiveTime::MIN)))
            .map_err(|_| form())?;
        match Local.from_local_datetime(&naive) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Ok(moment.into()),
            LocalResult::None => Err(ParseTimeError::Skipped(text.to_owned())),
        }
    }
}

/// Returns the system clock in microseconds since 1970; negative if it is set to a time before.
fn clock() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => micros(after),
        Err(before) => -micros(before.duration()),
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

impl<Tz: TimeZone> From<DateTime<Tz>> for Timestamp {
    fn from(moment: DateTime<Tz>) -> Self {
        Self::from_micros(moment.timestamp_micros())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::Utc;

    use super::{ParseTimeError, Timestamp, micros};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Timestamp::parse(text).map(Timestamp::rfc3339), Ok(expected.to_owned()));
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
    fn local_dates_round_trip() {
        for text in ["2026-03-14 15:09:26", "2026-01-01 00:00:00"] {
            let moment = Timestamp::parse(text).expect(text);
            assert_eq!(moment.local().format("%Y-%m-%d %H:%M:%S").to_string(), text);
        }
        assert_eq!(Timestamp::parse("2026-03-14"), Timestamp::parse("2026-03-14 00:00"));
    }

    #[test]
    fn invalid_time_is_quoted_in_the_error() {
        for text in ["", "yesterday", "2026-02-30", "2026-13-01", "14.03.2026", "2026-03-14T15:09"] {
            assert_eq!(Timestamp::parse(text), Err(ParseTimeError::Form(text.to_owned())));
        }
    }

    #[test]
    fn now_matches_the_system_clock() {
        let apart = Utc::now().timestamp_micros() - Timestamp::now().micros();
        assert!(apart.abs() < 60_000_000, "{apart}");
        assert_eq!(Timestamp::from_seconds(90).rfc3339(), "1970-01-01T00:01:30Z");
        assert_eq!(micros(Duration::from_millis(2)), 2_000);
        assert_eq!(micros(Duration::MAX), i64::MAX);
    }

    #[test]
    fn ends_of_the_range_can_be_formatted() {
        assert_eq!(Timestamp::MIN.rfc3339(), "0001-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.rfc3339(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(Timestamp::from_micros(i64::MAX), Timestamp::MAX);
    }
}
