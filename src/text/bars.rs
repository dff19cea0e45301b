//! Bars made of block characters, precise to an eighth of a cell.

/// Blocks that fill a cell from the left, in eighths.
const LEFT: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// Blocks that fill a cell from below, in eighths.
const BELOW: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Returns how many eighths of `cells` a value fills. A value above zero fills at least one.
fn eighths(value: u64, maximum: u64, cells: usize) -> usize {
    let all = cells as u128 * 8;
    let filled = u128::from(value) * all / u128::from(maximum.max(1));
    filled.min(all) as usize + usize::from(value > 0 && filled == 0 && cells > 0)
}

/// Returns a horizontal bar of at most `columns` columns.
#[must_use]
pub fn horizontal_bar(value: u64, maximum: u64, columns: usize) -> String {
    let eighths = eighths(value, maximum, columns);
    let mut bar = LEFT[7].to_string().repeat(eighths / 8);
    bar.extend(eighths.checked_rem(8).filter(|rest| *rest > 0).map(|rest| LEFT[rest - 1]));
    bar
}

/// Returns vertical bars beside each other, as `lines` lines from top to bottom.
///
/// Each bar is `bar_width` columns wide; if that is more than one, the last column is a gap.
#[must_use]
pub fn vertical_bars(values: &[u64], lines: usize, bar_width: usize) -> Vec<String> {
    let maximum = values.iter().copied().max().unwrap_or(0);
    let filled: Vec<usize> = values.iter().map(|value| eighths(*value, maximum, lines)).collect();
    let cell = |eighths: usize, line: usize| match eighths.saturating_sub((lines - 1 - line) * 8) {
        0 => " ".repeat(bar_width),
        rest if bar_width > 1 => format!("{} ", BELOW[rest.min(8) - 1].to_string().repeat(bar_width - 1)),
        rest => BELOW[rest.min(8) - 1].to_string(),
    };
    (0..lines).map(|line| filled.iter().map(|eighths| cell(*eighths, line)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::{horizontal_bar, vertical_bars};

    #[test]
    fn horizontal_bar_is_proportional_to_its_value() {
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
    fn vertical_bars_grow_from_the_last_line() {
        assert_eq!(vertical_bars(&[0, 1, 8, 16], 2, 1), ["   █", " ▁██"]);
        assert_eq!(vertical_bars(&[1, 0], 1, 3), ["██    "]);
        assert_eq!(vertical_bars(&[], 2, 1), ["", ""]);
    }
}
