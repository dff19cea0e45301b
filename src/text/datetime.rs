//! Dates and times for display: short in lists, complete in details.

use chrono::Datelike;
pub use chrono::Weekday;

use crate::model::Timestamp;

/// 12-hour or 24-hour clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// 12 hours with AM and PM.
    Twelve,
    /// 24 hours.
    #[default]
    TwentyFour,
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeFormat {
    /// The clock.
    pub clock: Clock,
    /// The first day of the week.
    pub week: Weekday,
}

impl Default for TimeFormat {
    fn default() -> Self {
        Self { clock: Clock::TwentyFour, week: Weekday::Mon }
    }
}

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Formats a time relative to `now` in at most eight columns: `now`, `3 m`, `2 h`, `Tue`, `14 Mar`, `Mar 2019`.
///
/// Times in the future, which another machine's clock may have caused, are shown as dates, except within a minute.
#[must_use]
pub fn relative(then: Timestamp, now: Timestamp) -> String {
    let age = now.micros() - then.micros();
    let (local, today) = (then.local(), now.local());
    match age {
        age if (-MINUTE..MINUTE).contains(&age) => "now".to_owned(),
        MINUTE..HOUR => format!("{} m", age / MINUTE),
        HOUR..DAY => format!("{} h", age / HOUR),
        DAY.. if age < 6 * DAY => local.format("%a").to_string(),
        _ if local.year() == today.year() => local.format("%-d %b").to_string(),
        _ => local.format("%b %Y").to_string(),
    }
}

/// Formats a local time in full: `Sat 14 Mar 2026, 15:09 +01:00`, or `3:09 PM` on a 12-hour clock.
#[must_use]
pub fn absolute(then: Timestamp, clock: Clock) -> String {
    format!("{}, {} {}", then.local().format("%a %-d %b %Y"), time(then, clock), then.local().format("%:z"))
}

/// Formats a local time in short: `2026-03-14 15:09`.
#[must_use]
pub fn brief(then: Timestamp, clock: Clock) -> String {
    format!("{} {}", then.local().format("%Y-%m-%d"), time(then, clock))
}

/// Formats a local day: `14 Mar 2026`.
#[must_use]
pub fn day(then: Timestamp) -> String {
    then.local().format("%-d %b %Y").to_string()
}

/// Formats a local time of day: `15:09`, or `3:09 PM`.
#[must_use]
pub fn time(then: Timestamp, clock: Clock) -> String {
    let form = match clock {
        Clock::Twelve => "%-I:%M %p",
        Clock::TwentyFour => "%H:%M",
    };
    then.local().format(form).to_string()
}

/// Formats an hour of the day, from 0 to 23: `15 h`, or `3 PM`.
#[must_use]
pub fn hour(hour: u32, clock: Clock) -> String {
    match (clock, hour) {
        (Clock::TwentyFour, _) => format!("{hour} h"),
        (Clock::Twelve, 0) => "12 AM".to_owned(),
        (Clock::Twelve, ..12) => format!("{hour} AM"),
        (Clock::Twelve, 12) => "12 PM".to_owned(),
        (Clock::Twelve, _) => format!("{} PM", hour - 12),
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, DAY, HOUR, MINUTE, SECOND, absolute, brief, day, hour, relative};
    use crate::model::Timestamp;

    #[test]
    fn times_follow_the_clock_setting() {
        let clocks = [Clock::TwentyFour, Clock::Twelve];
        for (then, expected) in [
            ("2026-03-14 15:09", ["15:09", "3:09 PM"]),
            ("2026-03-14 00:30", ["00:30", "12:30 AM"]),
            ("2026-03-14 12:00", ["12:00", "12:00 PM"]),
        ] {
            let then = Timestamp::parse(then).expect("a date");
            let zone = then.local().format("%:z").to_string();
            assert_eq!(clocks.map(|clock| brief(then, clock)), expected.map(|time| format!("2026-03-14 {time}")));
            let full = expected.map(|time| format!("Sat 14 Mar 2026, {time} {zone}"));
            assert_eq!(clocks.map(|clock| absolute(then, clock)), full);
            assert_eq!(day(then), "14 Mar 2026");
        }
        assert_eq!([0, 6, 12, 18].map(|at| hour(at, Clock::Twelve)), ["12 AM", "6 AM", "12 PM", "6 PM"]);
        assert_eq!([0, 6, 12, 18].map(|at| hour(at, Clock::TwentyFour)), ["0 h", "6 h", "12 h", "18 h"]);
    }

    #[test]
    fn relative_time_changes_from_minutes_to_years() {
        let now = Timestamp::parse("2026-07-15 12:00").expect("a date");
        for (age, expected) in [
            (0, "now"),
            (59 * SECOND, "now"),
            (MINUTE, "1 m"),
            (59 * MINUTE + 59 * SECOND, "59 m"),
            (HOUR, "1 h"),
            (23 * HOUR, "23 h"),
            (DAY, "Tue"),
            (5 * DAY, "Fri"),
            (6 * DAY, "9 Jul"),
            (7 * DAY, "8 Jul"),
            (400 * DAY, "Jun 2025"),
            (-30 * SECOND, "now"),
            (-DAY, "16 Jul"),
        ] {
            assert_eq!(relative(Timestamp::from_micros(now.micros() - age), now), expected);
        }
    }
}
