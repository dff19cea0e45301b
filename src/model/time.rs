//! Moments: microseconds since 1970 in UTC inside, the reader's own zone outside.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Local, LocalResult, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use thiserror::Error;

/// A moment: microseconds since 1970-01-01T00:00:00Z, between the years 1 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseTimeError {
    /// In none of the forms that are understood.
    #[error("{0:?} is no time: write 2026-03-14, \"2026-03-14 15:09\" or 2026-03-14T15:09:26Z")]
    Form(String),
    /// A time that the clocks of the reader's zone skip.
    #[error("{0:?} does not exist in the local time zone: the clocks go forward over it")]
    Skipped(String),
}

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// Now, by the clock of this machine. While the program runs it never goes back: when the clock is put back, what
    /// is written next still comes after what was written before, and the time goes on from where it was.
    #[must_use]
    pub fn now() -> Self {
        static LATEST: Mutex<Option<(Instant, i64)>> = Mutex::new(None);
        // Half of a pair cannot be written, so one whose writer failed is as good as any.
        let mut latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, here) = (clock(), Instant::now());
        let least = latest.map_or(told, |(then, time)| time.saturating_add(micros(here.duration_since(then))));
        let time = told.max(least);
        *latest = Some((here, time));
        Self::from_micros(time)
    }

    /// The moment so many microseconds after 1970; beyond the range it is the nearest end of it.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The moment so many seconds after 1970, for constants.
    pub(crate) const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// The same moment for chrono.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The same moment on the reader's clock.
    #[must_use]
    pub fn local(self) -> DateTime<Local> {
        self.utc().with_timezone(&Local)
    }

    /// RFC 3339 in UTC with `Z`, with a fraction only where there is one.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    /// Reads what a person types: RFC 3339, or `YYYY-MM-DD[ HH:MM[:SS]]` in the local zone. Where the
    /// clocks go back over a time it happens twice, and the first of the two is meant.
    ///
    /// # Errors
    /// When the text has neither form, or names a local time that does not exist.
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

/// What the clock of this machine tells, in microseconds after 1970; it may be set to a time before that.
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
    fn rfc_3339_is_read_to_the_microsecond() {
        check("2026-03-14T15:09:26Z", "2026-03-14T15:09:26Z");
        check("2026-03-14T15:09:26.535897+01:00", "2026-03-14T14:09:26.535897Z");
        check("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z");
        // A second that was put in is the one after it, as on most clocks.
        check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
        check("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500Z");
    }

    #[test]
    fn local_dates_go_there_and_back() {
        for text in ["2026-03-14 15:09:26", "2026-01-01 00:00:00"] {
            let moment = Timestamp::parse(text).expect(text);
            assert_eq!(moment.local().format("%Y-%m-%d %H:%M:%S").to_string(), text);
        }
        assert_eq!(Timestamp::parse("2026-03-14"), Timestamp::parse("2026-03-14 00:00"));
    }

    #[test]
    fn what_is_no_date_is_named() {
        for text in ["", "yesterday", "2026-02-30", "2026-13-01", "14.03.2026", "2026-03-14T15:09"] {
            assert_eq!(Timestamp::parse(text), Err(ParseTimeError::Form(text.to_owned())));
        }
    }

    #[test]
    fn now_is_what_the_clock_tells_in_microseconds() {
        let apart = Utc::now().timestamp_micros() - Timestamp::now().micros();
        assert!(apart.abs() < 60_000_000, "{apart}");
        assert_eq!(Timestamp::from_seconds(90).rfc3339(), "1970-01-01T00:01:30Z");
        assert_eq!(micros(Duration::from_millis(2)), 2_000);
        assert_eq!(micros(Duration::MAX), i64::MAX);
    }

    #[test]
    fn the_ends_of_the_range_can_be_written() {
        assert_eq!(Timestamp::MIN.rfc3339(), "0001-01-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.rfc3339(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(Timestamp::from_micros(i64::MAX), Timestamp::MAX);
    }
}
