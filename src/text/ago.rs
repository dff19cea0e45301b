//! Moments in words: short where one scans, whole where one looks.

use chrono::Datelike;
pub use chrono::Weekday;

use crate::model::Timestamp;

/// How many hours a clock has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// Twelve, twice a day.
    Twelve,
    /// All of a day.
    #[default]
    TwentyFour,
}

/// How a person writes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The clock.
    pub clock: Clock,
    /// The day on which a week begins.
    pub week: Weekday,
}

impl Default for Times {
    fn default() -> Self {
        Self { clock: Clock::TwentyFour, week: Weekday::Mon }
    }
}

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A moment in at most six columns: `now`, `3 m`, `2 h`, `Tue`, `14 Mar`, `2019`. Moments to come, which
/// the clock of another machine may have written, are dated.
#[must_use]
pub fn relative(then: Timestamp, now: Timestamp) -> String {
    let age = now.micros() - then.micros();
    let (local, today) = (then.local(), now.local());
    match age {
        0..MINUTE => "now".to_owned(),
        MINUTE..HOUR => format!("{} m", age / MINUTE),
        HOUR..DAY => format!("{} h", age / HOUR),
        DAY.. if age < 6 * DAY => local.format("%a").to_string(),
        _ if local.year() == today.year() => local.format("%-d %b").to_string(),
        _ => local.format("%Y").to_string(),
    }
}

/// A moment to the minute on the reader's clock: `Sat 14 Mar 2026, 15:09 +01:00`.
#[must_use]
pub fn absolute(then: Timestamp) -> String {
    then.local().format("%a %-d %b %Y, %H:%M %:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, MINUTE, SECOND, relative};
    use crate::model::Timestamp;

    #[test]
    fn times_are_relative_while_that_says_more() {
        let now = Timestamp::parse("2026-07-15 12:00").expect("a date");
        for (age, expected) in [
            (0, "now"),
            (59 * SECOND, "now"),
            (MINUTE, "1 m"),
            (59 * MINUTE + 59 * SECOND, "59 m"),
            (HOUR, "1 h"),
            (23 * HOUR, "23 h"),
            (DAY, "Tue"),
            (7 * DAY, "8 Jul"),
            (400 * DAY, "2025"),
            (-DAY, "16 Jul"),
        ] {
            assert_eq!(relative(Timestamp::from_micros(now.micros() - age), now), expected);
        }
    }
}
