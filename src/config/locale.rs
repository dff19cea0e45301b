//! Clock and first day of the week by locale.

use crate::text::{Clock, Weekday};

/// Territories with a 12-hour clock; others have 24 hours.
///
/// From `timeData` of the Unicode CLDR, for the main language of each territory.
const TWELVE_HOURS: &str =
    "AE AU BD BH CA CO DZ EG ET GH HK IN IQ JO KR KW LB LY MY NZ OM PH PK PR QA SA SD SG SY TW US VE YE";
/// Territories where the week starts on Sunday; elsewhere it starts on Monday. From `weekData` of the Unicode CLDR.
const SUNDAY: &str = "BD BR BZ CA CO DO ET GT HK HN ID IL IN JM JP KE KH KR LA MM MO MX MZ NI NP PA PE PH PK PR PT PY SA SG SV \
                      TH TT TW US VE VI YE ZA ZW";
/// Territories where the week starts on Saturday.
const SATURDAY: &str = "AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY";

/// Returns the clock and the first day of the week of a locale such as `en_US.UTF-8`.
pub(super) fn times(locale: &str) -> (Clock, Weekday) {
    let territory = locale.split(['.', '@']).next().and_then(|name| name.split(['_', '-']).nth(1)).unwrap_or_default();
    let among = |list: &str| list.split(' ').any(|name| name == territory);
    let clock = if among(TWELVE_HOURS) { Clock::Twelve } else { Clock::TwentyFour };
    let first = if among(SUNDAY) {
        Weekday::Sun
    } else if among(SATURDAY) {
        Weekday::Sat
    } else {
        Weekday::Mon
    };
    (clock, first)
}

#[cfg(test)]
mod tests {
    use super::times;
    use crate::text::{Clock, Weekday};

    #[test]
    fn clock_and_week_follow_the_territory() {
        for (locale, clock, first) in [
            ("en_US.UTF-8", Clock::Twelve, Weekday::Sun),
            ("en_GB.UTF-8", Clock::TwentyFour, Weekday::Mon),
            ("de_DE@euro", Clock::TwentyFour, Weekday::Mon),
            ("pt-BR", Clock::TwentyFour, Weekday::Sun),
            ("ar_EG", Clock::Twelve, Weekday::Sat),
            ("C.UTF-8", Clock::TwentyFour, Weekday::Mon),
            ("POSIX", Clock::TwentyFour, Weekday::Mon),
            ("", Clock::TwentyFour, Weekday::Mon),
        ] {
            assert_eq!(times(locale), (clock, first), "{locale}");
        }
    }
}
