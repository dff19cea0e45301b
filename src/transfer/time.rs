//! Times in the forms that the files of the world have.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime};

/// The forms that feeds are seen to have; without a zone, UTC. None beyond the years 1 to 9999.
pub(super) fn lenient(text: &str) -> Option<DateTime<FixedOffset>> {
    const ZONED: [&str; 4] =
        ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M%z"];
    const UTC: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let text = text.to_ascii_uppercase();
    let zoned = |text: &str| ZONED.iter().find_map(|form| DateTime::<FixedOffset>::parse_from_str(text, form).ok());
    let moment = DateTime::parse_from_rfc3339(&text).ok().or_else(|| zoned(&text)).or_else(|| {
        let plain = text.strip_suffix('Z').unwrap_or(&text);
        let naive = UTC.iter().find_map(|form| NaiveDateTime::parse_from_str(plain, form).ok())?;
        Some(naive.and_utc().fixed_offset())
    });
    // Feeds that were made from others keep the times of RSS.
    let moment = moment.or_else(|| DateTime::parse_from_rfc2822(&text).ok())?;
    (1..=9999).contains(&moment.to_utc().year()).then_some(moment)
}

/// X's own form, as in `Fri Mar 06 13:02:05 +0000 2026`.
pub(super) fn of_x(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_str(text, "%a %b %d %H:%M:%S %z %Y").ok().or_else(|| lenient(text))
}

#[cfg(test)]
mod tests {
    use super::{lenient, of_x};
    use crate::model::Timestamp;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(lenient(text).map(|moment| Timestamp::from(moment).rfc3339()).as_deref(), expected);
    }

    #[test]
    fn times_are_read_in_every_form_that_is_seen() {
        check("2016-06-20T10:01:29-04:00", Some("2016-06-20T14:01:29Z"));
        check("2019-10-30T13:27:11+0100", Some("2019-10-30T12:27:11Z"));
        check("2022-06-15T18:08:17", Some("2022-06-15T18:08:17Z"));
        check("2022-06-15T18:08Z", Some("2022-06-15T18:08:00Z"));
        check("2022-06-15T18:08-08:00", Some("2022-06-16T02:08:00Z"));
        check("2022-06-15T18:08", Some("2022-06-15T18:08:00Z"));
        check("2022-06-15t18:08:17.5z", Some("2022-06-15T18:08:17.500Z"));
        check("Fri, 31 May 2019 12:17:58 -0700", Some("2019-05-31T19:17:58Z"));
        for bad in ["2024-08-75T13:04:00Z", "2021-01-01T21:49:18:05:00", "-0001-01-01T00:00:00Z", "", "today"] {
            check(bad, None);
        }
    }

    #[test]
    fn x_has_a_form_of_its_own() {
        let moment = of_x("Fri Mar 06 13:02:05 +0000 2026").map(|moment| Timestamp::from(moment).rfc3339());
        assert_eq!(moment.as_deref(), Some("2026-03-06T13:02:05Z"));
        assert!(of_x("Fri Foo 06").is_none());
    }
}
