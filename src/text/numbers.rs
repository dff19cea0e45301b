//! Counts as people read them: `1.2k`, `20,000`, `1 post`.

/// A count in at most four columns: `999`, `1.2k`, `34k`, `5.6M`.
#[must_use]
pub fn compact(count: u64) -> String {
    let with_unit = |unit: u64, name: &str| match count / unit {
        whole @ 0..10 => format!("{whole}.{}{name}", count % unit * 10 / unit),
        whole => format!("{whole}{name}"),
    };
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => with_unit(1_000, "k"),
        _ => with_unit(1_000_000, "M"),
    }
}

/// A count, its thousands set apart, and its word in the number that fits: `1 post`, `20,000 posts`. The word is one of
/// those that only take an s.
#[must_use]
pub fn pluralize(count: u64, one: &str) -> String {
    format!("{} {one}{}", with_thousands(count), if count == 1 { "" } else { "s" })
}

/// A count, its thousands set apart: `20,000`.
#[must_use]
pub fn with_thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::{compact, pluralize};

    #[test]
    fn counts_are_short() {
        for (count, text) in
            [(0, "0"), (999, "999"), (1_250, "1.2k"), (34_000, "34k"), (999_999, "999k"), (5_600_000, "5.6M")]
        {
            assert_eq!(compact(count), text);
        }
    }

    #[test]
    fn one_is_not_many() {
        for (count, text) in [
            (0, "0 posts"),
            (1, "1 post"),
            (2, "2 posts"),
            (999, "999 posts"),
            (1_000, "1,000 posts"),
            (12_345_678, "12,345,678 posts"),
        ] {
            assert_eq!(pluralize(count, "post"), text);
        }
    }
}
