//! Counts in few columns.

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

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn counts_are_short() {
        for (count, text) in
            [(0, "0"), (999, "999"), (1_250, "1.2k"), (34_000, "34k"), (999_999, "999k"), (5_600_000, "5.6M")]
        {
            assert_eq!(compact(count), text);
        }
    }
}
