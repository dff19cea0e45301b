//! When to ask a server again: what its headers say, and how failures lengthen the interval.

use std::time::{Duration, SystemTime};

/// The longest time between two requests, and the longest that a server can ask for.
pub const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110, 10.2.3). At most a day; none if unreadable.
#[must_use]
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit mean longer than any limit.
        return Some(value.parse().map_or(DAY, Duration::from_secs).min(DAY));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    Some(until.duration_since(now).unwrap_or_default().min(DAY))
}

/// Reads for how long a `Cache-Control` header calls a response fresh (`max-age`, RFC 9111, 5.2.2.1). At most a day;
/// none if it does not say, or forbids caching.
#[must_use]
pub fn fresh_for(value: &str) -> Option<Duration> {
    let directives = || value.split(',').map(str::trim);
    if directives().any(|name| name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache")) {
        return None;
    }
    let age = directives().find_map(|directive| {
        let (name, age) = directive.split_once('=')?;
        name.trim().eq_ignore_ascii_case("max-age").then(|| age.trim().trim_matches('"').to_owned())
    })?;
    if age.is_empty() || !age.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(age.parse().map_or(DAY, Duration::from_secs).min(DAY))
}

/// How long to wait after failures: the interval, doubled for each failure, at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The time between two requests where nothing fails.
    pub interval: Duration,
}

impl Backoff {
    /// Returns the time to wait after so many failures in a row. `jitter`, from 0 to 1, adds up to a tenth, so that
    /// feeds which failed together are not all asked again at the same moment.
    #[must_use]
    pub fn delay(self, failures: u32, jitter: f64) -> Duration {
        let doubled = self.interval.saturating_mul(1_u32.checked_shl(failures.min(31)).unwrap_or(u32::MAX));
        doubled.min(DAY).mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(secs: u64) -> Option<Duration> {
        Some(Duration::from_secs(secs))
    }

    #[test]
    fn retry_after_reads_seconds_and_dates() {
        let now = httpdate::parse_http_date("Sat, 28 Nov 2026 12:00:00 GMT").unwrap();
        let cases = [
            ("120", secs(120)),
            (" 5 ", secs(5)),
            ("999999999999999999999999", Some(DAY)),
            ("Sat, 28 Nov 2026 12:00:30 GMT", secs(30)),
            ("Sat, 28 Nov 2026 11:00:00 GMT", secs(0)),
            ("Fri, 28 Nov 2036 12:00:00 GMT", Some(DAY)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ];
        for (value, expected) in cases {
            assert_eq!(retry_after(value, now), expected, "{value:?}");
        }
    }

    #[test]
    fn freshness_is_max_age() {
        let cases = [
            ("max-age=600", secs(600)),
            ("public, Max-Age = 60 , must-revalidate", secs(60)),
            ("max-age=\"30\"", secs(30)),
            ("max-age=99999999999999999999", Some(DAY)),
            ("no-cache, max-age=600", None),
            ("max-age=abc", None),
            ("max-age=", None),
            ("private", None),
            ("", None),
        ];
        for (value, expected) in cases {
            assert_eq!(fresh_for(value), expected, "{value:?}");
        }
    }

    #[test]
    fn failures_double_the_interval_up_to_a_day() {
        let backoff = Backoff { interval: Duration::from_secs(1_800) };
        assert_eq!(backoff.delay(0, 0.0), Duration::from_secs(1_800));
        assert_eq!(backoff.delay(1, 0.0), Duration::from_secs(3_600));
        assert_eq!(backoff.delay(5, 0.0), Duration::from_secs(57_600));
        assert_eq!(backoff.delay(6, 0.0), DAY);
        assert_eq!(backoff.delay(u32::MAX, 0.0), DAY);
        assert_eq!(backoff.delay(0, 1.0), Duration::from_secs(1_980));
    }
}
