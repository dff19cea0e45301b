//! A small picture for each user, made from the nickname: mirrored blocks, two to a cell.

use crate::text::looks;

/// Columns of an avatar.
pub const WIDTH: usize = 4;

/// The two lines of an avatar.
#[must_use]
pub fn lines(nickname: &str) -> [String; 2] {
    let hash = looks::pattern(nickname);
    // Two of four columns are drawn, the others mirror them. Of the places in the hash, the first is taken whose
    // picture is neither nearly blank nor nearly full.
    let bits =
        (0..24).map(|at| hash >> at & 0xff).find(|bits| (3..=5).contains(&bits.count_ones())).unwrap_or(0b0110_1001);
    let filled = |row: u32, column: u32| bits >> (row * 2 + column) & 1 == 1;
    [0, 2].map(|row| {
        [0, 1, 1, 0]
            .map(|column| match (filled(row, column), filled(row + 1, column)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            })
            .iter()
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, lines};

    #[test]
    fn a_picture_is_mirrored_and_never_blank_or_full() {
        for n in 0..2_000 {
            let picture = lines(&format!("user{n}"));
            let drawn: usize = picture
                .iter()
                .flat_map(|line| line.chars())
                .map(|c| match c {
                    ' ' => 0,
                    '█' => 2,
                    _ => 1,
                })
                .sum();
            assert!((4..=12).contains(&drawn), "{picture:?}");
            assert!(picture.iter().all(|line| line.chars().count() == WIDTH && line.chars().rev().eq(line.chars())));
        }
    }
}
