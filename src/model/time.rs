//! Timestamps: stored in UTC, shown and parsed in the local time zone.

mod ahead;
mod parse;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Local, SecondsFormat, TimeZone, Utc};
use thiserror::Error;

/// A timestamp in microseconds (µs) since 1970-01-01T00:00:00Z, between the years 1 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseTimeError {
    /// The text has none of the supported forms.
    #[error(
        "{0:?} is not a time: write 2026-03-14, \"2026-03-14 15:09\", 2026-03-14T15:09:26Z, yesterday, last monday or 2d"
    )]
    Form(String),
    /// The text is no time ahead.
    #[error("{0:?} is not a time ahead: write 2h, 3d, \"tomorrow 9:00\", \"friday 18:30\" or \"2026-03-14 15:09\"")]
    FormAhead(String),
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

    use super::{Timestamp, micros};

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
