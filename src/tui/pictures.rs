//! Pictures of the users that are seen, made small enough to stand where an avatar stands. At most a few are kept, and
//! none is loaded before somebody looks at it. It knows nothing of the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{inline, kitty};
use crate::config::{Color, ColorDepth, Rgb};
use crate::model::{Picture, PictureError, Pixel, UserId, mean};

/// Columns of an avatar.
pub const WIDTH: usize = 4;
/// Lines of an avatar.
pub const ROWS: usize = 2;
/// The most pictures that are kept while their users are not seen.
const KEPT: usize = 128;
/// The most users of whom it is kept whether they have one.
const KNOWN: usize = 4_096;
/// A pixel that hides less than this of what is behind it is not drawn out of blocks.
pub(super) const HIDES: u8 = 128;

/// How pictures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Drawn {
    /// Not at all: what stands there is made from the nickname.
    #[default]
    Not,
    /// Out of blocks, in colours of this depth.
    Blocks(ColorDepth),
    /// By the terminal, to which each is sent once.
    Sent,
    /// By the terminal, to which each is sent wherever it stands.
    Inline,
    /// So too, and in another way: as sixels.
    Sixel,
}

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Small {
    /// What tells it apart from the other pictures of its user.
    pub stamp: u64,
    /// What is drawn.
    pub looks: Looks,
}

/// What is drawn of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looks {
    /// A character each cell.
    Blocks([[Block; WIDTH]; ROWS]),
    /// A square of pixels, row by row.
    Pixels(Vec<Pixel>),
}

/// A cell of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Quarters of the cell.
    pub sign: char,
    /// The colour of these.
    pub fg: Color,
    /// The colour of the others.
    pub bg: Color,
}

impl Small {
    /// Makes a picture small.
    ///
    /// # Errors
    /// When it cannot be decoded.
    pub fn of(picture: &Picture, stamp: u64, drawn: Drawn) -> Result<Self, PictureError> {
        let looks = match drawn {
            Drawn::Blocks(depth) => Looks::Blocks(blocks(&picture.square(2 * WIDTH)?, depth)),
            Drawn::Not | Drawn::Sent | Drawn::Sixel => Looks::Pixels(picture.square(kitty::SIDE)?),
            Drawn::Inline => Looks::Pixels(picture.square(inline::SIDE)?),
        };
        Ok(Self { stamp, looks })
    }

    /// Whether it was made to be drawn so.
    fn suits(&self, drawn: Drawn) -> bool {
        matches!(self.looks, Looks::Blocks(_)) == matches!(drawn, Drawn::Blocks(_))
    }
}

/// Draws a square, twice as many pixels wide as there are columns, with a character a cell. A cell is twice as high
/// as wide, and each quarter of it stands for two pixels.
fn blocks(square: &[Pixel], depth: ColorDepth) -> [[Block; WIDTH]; ROWS] {
    let quarter = |x: usize, y: usize| {
        let pixels = [0, 1].map(|below| square.get((2 * y + below) * 2 * WIDTH + x).copied().unwrap_or_default());
        mean(pixels.into_iter())
    };
    std::array::from_fn(|row| {
        std::array::from_fn(|column| {
            let places = [(0, 0), (1, 0), (0, 1), (1, 1)];
            block(places.map(|(x, y)| quarter(2 * column + x, 2 * row + y)), depth)
        })
    })
}

/// The character and the two colours that look most like four quarters: those above, left and right, and those below.
fn block(quarters: [Pixel; 4], depth: ColorDepth) -> Block {
    // By which quarters they fill: 1 and 2 above, 4 and 8 below.
    const SIGNS: [char; 16] = [' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'];
    // Halves before others where it does not matter. What leaves the last quarter out is all there is, colours swapped.
    const WAYS: [usize; 8] = [3, 5, 1, 2, 4, 6, 7, 0];
    let seen = (0..4).filter(|at| quarters[*at][3] >= HIDES).fold(0, |all, at| all | 1 << at);
    let sides = |filled: usize| [filled, seen & !filled];
    let side = |filled: usize| (0..4).filter(move |at| filled >> at & 1 == 1).map(|at| quarters[at]);
    let far = |filled: usize| -> u32 {
        let of = |filled| side(filled).map(|pixel| distance(pixel, mean(side(filled)))).sum::<u32>();
        sides(filled).into_iter().map(of).sum()
    };
    // Where something shines through, there is one colour for the rest.
    let filled = if seen == 15 { WAYS.into_iter().min_by_key(|filled| far(*filled)).unwrap_or_default() } else { seen };
    let [fg, bg] = sides(filled).map(|filled| {
        let [red, green, blue, _] = mean(side(filled));
        if filled == 0 { Color::Own } else { Rgb(red, green, blue).reduced(depth, &[]) }
    });
    Block { sign: SIGNS[filled], fg, bg }
}

fn distance(one: Pixel, other: Pixel) -> u32 {
    one.into_iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
}

/// The pictures that are there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pictures {
    drawn: Drawn,
    shown: BTreeMap<UserId, Arc<Small>>,
    /// Users of whom it is known whether they have one, and which.
    known: BTreeSet<UserId>,
    /// Who is seen.
    seen: BTreeSet<UserId>,
    /// Of whom an answer is awaited.
    asked: BTreeSet<UserId>,
}

/// Users, and the picture of each as far as it is known.
pub type Asked = Vec<(UserId, Option<Arc<Small>>)>;

impl Pictures {
    /// None so far.
    #[must_use]
    pub fn new(drawn: Drawn) -> Self {
        Self { drawn, ..Self::default() }
    }

    /// How they are drawn.
    #[must_use]
    pub fn drawn(&self) -> Drawn {
        self.drawn
    }

    /// The picture of a user, if it is there.
    #[must_use]
    pub fn of(&self, user: UserId) -> Option<&Small> {
        self.shown.get(&user).map(Arc::as_ref)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (UserId, &Arc<Small>)> {
        self.shown.iter().map(|(user, small)| (*user, small))
    }

    /// Takes note of who is seen; gives back whose pictures are to be loaded now.
    pub fn look_at(&mut self, seen: BTreeSet<UserId>) -> Option<Asked> {
        self.seen = seen;
        let wanted: BTreeSet<UserId> = self.seen.difference(&self.known).copied().collect();
        if wanted.is_subset(&self.asked) {
            return None;
        }
        // Whoever loads them leaves off what it was asked before.
        self.asked = wanted;
        Some(self.asked.iter().map(|user| (*user, self.shown.get(user).cloned())).collect())
    }

    /// Takes in what was found.
    pub fn take(&mut self, found: Asked) {
        let drawn = self.drawn;
        for (user, small) in found {
            // How they are drawn may have changed meanwhile.
            if small.as_ref().is_some_and(|small| !small.suits(drawn)) {
                continue;
            }
            self.asked.remove(&user);
            self.known.insert(user);
            match small {
                Some(small) => drop(self.shown.insert(user, small)),
                None => drop(self.shown.remove(&user)),
            }
        }
        if self.shown.len() > KEPT || self.known.len() > KNOWN {
            self.shown.retain(|user, _| self.seen.contains(user));
            self.known.retain(|user| self.seen.contains(user));
        }
    }

    /// Users may have other pictures by now. Those that are there stay until that is known.
    pub fn doubt(&mut self) {
        self.known.clear();
        self.asked.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Pixel = [255, 0, 0, 255];
    const BLUE: Pixel = [0, 0, 255, 255];
    const NOTHING: Pixel = [9, 9, 9, 0];

    fn rgb(pixel: Pixel) -> Color {
        Color::Rgb(Rgb(pixel[0], pixel[1], pixel[2]))
    }

    #[test]
    fn a_cell_looks_as_much_as_it_can_like_its_quarters() {
        let (red, blue) = (rgb(RED), rgb(BLUE));
        for (quarters, sign, fg, bg) in [
            ([RED, RED, BLUE, BLUE], '▀', red, blue),
            ([RED, BLUE, RED, BLUE], '▌', red, blue),
            ([BLUE, RED, RED, BLUE], '▞', red, blue),
            ([BLUE, RED, BLUE, BLUE], '▝', red, blue),
            ([BLUE, BLUE, BLUE, RED], '▛', blue, red),
            ([RED; 4], '▀', red, red),
            ([NOTHING, NOTHING, RED, RED], '▄', red, Color::Own),
            ([NOTHING; 4], ' ', Color::Own, Color::Own),
        ] {
            assert_eq!(block(quarters, ColorDepth::True), Block { sign, fg, bg }, "{quarters:?}");
        }
        assert_eq!(block([RED; 4], ColorDepth::Indexed).fg, Color::Indexed(196));
    }

    fn small(stamp: u64) -> Option<Arc<Small>> {
        Some(Arc::new(Small { stamp, looks: Looks::Pixels(vec![]) }))
    }

    fn users(numbers: std::ops::Range<i64>) -> BTreeSet<UserId> {
        numbers.map(UserId).collect()
    }

    #[test]
    fn each_is_asked_for_once_while_it_is_seen_and_again_when_it_may_be_another() {
        let mut pictures = Pictures::new(Drawn::Sent);
        assert_eq!(pictures.look_at(users(1..3)), Some(vec![(UserId(1), None), (UserId(2), None)]));
        assert_eq!(pictures.look_at(users(1..3)), None);
        assert_eq!(pictures.look_at(users(2..4)), Some(vec![(UserId(2), None), (UserId(3), None)]));
        pictures.take(vec![(UserId(2), small(7)), (UserId(3), None)]);
        assert_eq!(pictures.look_at(users(2..4)), None);
        assert_eq!(pictures.of(UserId(2)).map(|small| small.stamp), Some(7));
        pictures.doubt();
        assert!(pictures.of(UserId(2)).is_some());
        assert_eq!(pictures.look_at(users(2..3)), Some(vec![(UserId(2), small(7))]));
        pictures.take(vec![(UserId(2), None)]);
        assert_eq!(pictures.of(UserId(2)), None);
    }

    #[test]
    fn however_long_one_scrolls_few_are_kept() {
        let mut pictures = Pictures::new(Drawn::Sent);
        for at in 0..2_000 {
            let asked = pictures.look_at(users(at * 10..at * 10 + 20)).unwrap();
            pictures.take(asked.into_iter().map(|(user, _)| (user, small(1).filter(|_| user.0 % 3 > 0))).collect());
            assert!(pictures.all().count() <= KEPT && pictures.known.len() <= KNOWN);
            assert_eq!(pictures.look_at(users(at * 10..at * 10 + 20)), None, "what is seen is kept");
        }
    }
}
