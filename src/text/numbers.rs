//! Counts as people read them: `1.2k`, `20,000`, `1 post`.

use super::clean_line;
use crate::model::ServerStatus;

/// Formats a count in at most four columns: `999`, `1.2k`, `34k`, `5.6M`.
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

/// Formats a count with a noun: `1 post`, `20,000 posts`. The plural of the noun must end in a plain `s`.
#[must_use]
pub fn pluralize(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", with_thousands(count), if count == 1 { "" } else { "s" })
}

/// Describes the counts of a post on a server: `on m.example: 2 replies, 1 like`; `None` if all are zero.
#[must_use]
pub fn server_counts(server: &str, status: &ServerStatus) -> Option<String> {
    let counts =
        [(status.replies, "reply", "replies"), (status.boosts, "boost", "boosts"), (status.likes, "like", "likes")];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, one, many)| format!("{} {}", with_thousands(count), if count == 1 { one } else { many }))
        .collect();
    (!counts.is_empty()).then(|| format!("on {}: {}", clean_line(server), counts.join(", ")))
}

/// Says that a post is back here, and not on its server.
#[must_use]
pub fn restored_only_here(server: &str) -> String {
    format!("restored here only: {} has deleted it, and others have seen it go", clean_line(server))
}

/// Formats a count with thousands separators: `20,000`.
#[must_use]
pub fn with_thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
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
    fn compact_count_fits_four_columns() {
        for (count, text) in
            [(0, "0"), (999, "999"), (1_250, "1.2k"), (34_000, "34k"), (999_999, "999k"), (5_600_000, "5.6M")]
        {
            assert_eq!(compact(count), text);
        }
    }

    #[test]
    fn pluralize_adds_s_unless_the_count_is_one() {
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
