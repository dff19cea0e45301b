//! A user's avatar: their image or, without one, a pattern of mirrored blocks made from the nickname.

use ratatui::style::{Color, Style};
use ratatui::text::Span;

use super::Theme;
use super::theme::color;
use crate::config::Rgb;
use crate::model::UserId;
use crate::text::identicon;
pub use crate::tui::images::COLUMNS as WIDTH;
use crate::tui::images::ROWS;
use crate::tui::images::avatars::{AvatarCache, Block, Rendering};
use crate::tui::images::kitty;

/// Returns the lines of a user's avatar, [`WIDTH`] columns each.
#[must_use]
pub fn lines(user: UserId, nickname: &str, avatars: &AvatarCache, theme: &Theme) -> [Vec<Span<'static>>; ROWS] {
    match avatars.of(user).map(|thumbnail| &thumbnail.rendering) {
        Some(Rendering::Blocks(rows)) => rows.map(|row| row.map(block).to_vec()),
        Some(Rendering::Pixels(_)) => {
            let Rgb(red, green, blue) = kitty::color(user);
            let style = Style::new().fg(Color::Rgb(red, green, blue));
            std::array::from_fn(|row| vec![Span::styled(kitty::row(row), style)])
        }
        None => identicon(nickname).map(|line| vec![Span::styled(line, theme.author(nickname))]),
    }
}

fn block(block: Block) -> Span<'static> {
    let style = Style { fg: color(block.fg), bg: color(block.bg), ..Style::new() };
    Span::styled(block.character.to_string(), style)
}

/// Returns the lines of the pattern for a nickname.
fn identicon(nickname: &str) -> [String; ROWS] {
    let hash = identicon::pattern(nickname);
    // Two of the four columns are drawn and the others mirror them. The first eight bits of the hash that make neither
    // a nearly blank nor a nearly full pattern are used.
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
    use super::{WIDTH, identicon};

    #[test]
    fn identicon_is_mirrored_and_never_blank_or_full() {
        for n in 0..2_000 {
            let picture = identicon(&format!("user{n}"));
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
