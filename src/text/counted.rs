//! Counts with what is counted.

/// A count, its thousands set apart, and its word in the number that fits: `1 post`, `20,000 posts`. The word is one of
/// those that only take an s.
#[must_use]
pub fn counted(count: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A count, its thousands set apart: `20,000`.
#[must_use]
pub fn grouped(count: u64) -> String {
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
    use super::counted;

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
            assert_eq!(counted(count, "post"), text);
        }
    }
}
