//! A small picture for each user, made from the nickname: mirrored blocks, two to a cell.

use crate::text::looks;

/// Columns of an avatar.
pub const WIDTH: usize = 4;

/// The two lines of an avatar.
#[must_use]
pub fn lines(nickname: &str) -> [String; 2] {
    let bits = looks::pattern(nickname);
    // Two of four columns are drawn, the others mirror them; one block is always there.
    let filled = |row: u32, column: u32| row == 1 && column == 1 || bits >> (row * 2 + column) & 1 == 1;
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
