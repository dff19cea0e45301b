//! Numbers as bars of blocks, an eighth of a cell exact.

/// Blocks that fill a cell from the left, by eighths.
const LEFT: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// Blocks that fill a cell from below, by eighths.
const BELOW: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How many eighths of so many cells a value fills; one that is there always shows.
fn eighths(value: u64, most: u64, cells: usize) -> usize {
    let all = cells as u128 * 8;
    let filled = u128::from(value) * all / u128::from(most.max(1));
    filled.min(all) as usize + usize::from(value > 0 && filled == 0 && cells > 0)
}

/// A bar to the right, in at most so many columns.
#[must_use]
pub fn horizontal_bar(value: u64, most: u64, columns: usize) -> String {
    let eighths = eighths(value, most, columns);
    let mut bar = LEFT[7].to_string().repeat(eighths / 8);
    bar.extend(eighths.checked_rem(8).filter(|rest| *rest > 0).map(|rest| LEFT[rest - 1]));
    bar
}

/// Bars upwards, one beside the other, as so many lines from the top down. Each has `wide` columns, the last of which
/// is left blank where there are several.
#[must_use]
pub fn vertical_bars(values: &[u64], lines: usize, wide: usize) -> Vec<String> {
    let most = values.iter().copied().max().unwrap_or(0);
    let filled: Vec<usize> = values.iter().map(|value| eighths(*value, most, lines)).collect();
    let cell = |eighths: usize, line: usize| match eighths.saturating_sub((lines - 1 - line) * 8) {
        0 => " ".repeat(wide),
        rest if wide > 1 => format!("{} ", BELOW[rest.min(8) - 1].to_string().repeat(wide - 1)),
        rest => BELOW[rest.min(8) - 1].to_string(),
    };
    (0..lines).map(|line| filled.iter().map(|eighths| cell(*eighths, line)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::{horizontal_bar, vertical_bars};

    #[test]
    fn bars_are_as_long_as_what_they_stand_for() {
        for (value, most, drawn) in [
            (0, 8, ""),
            (8, 8, "████"),
            (4, 8, "██"),
            (3, 8, "█▌"),
            (1, 1_000, "▏"),
            (5, 0, "████"),
            (u64::MAX, u64::MAX, "████"),
        ] {
            assert_eq!(horizontal_bar(value, most, 4), drawn, "{value} of {most}");
        }
        assert_eq!(horizontal_bar(1, 1, 0), "");
    }

    #[test]
    fn columns_stand_on_the_last_line() {
        assert_eq!(vertical_bars(&[0, 1, 8, 16], 2, 1), ["   █", " ▁██"]);
        assert_eq!(vertical_bars(&[1, 0], 1, 3), ["██    "]);
        assert_eq!(vertical_bars(&[], 2, 1), ["", ""]);
    }
}
