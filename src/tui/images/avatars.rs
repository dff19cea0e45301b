//! Avatars of the visible users, scaled to a few cells, and the cache that holds them.
//!
//! It knows neither the store nor the terminal: it says which avatars to load, and takes what was loaded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{COLUMNS, ITERM_SIDE, KITTY_SIDE, ROWS};
use crate::config::{Color, ColorDepth, Rgb};
use crate::model::{Picture, PictureError, Pixel, UserId, mean};

/// Avatars that the cache holds before it drops those of users who are not visible.
const MAX_THUMBNAILS: usize = 128;
/// Users of whom the cache knows whether they have an avatar, before it drops those who are not visible.
const MAX_KNOWN: usize = 4_096;
/// A pixel with less alpha than this shows the background instead.
pub(in crate::tui) const MIN_ALPHA: u8 = 128;

/// How avatars are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImageProtocol {
    /// Not at all: an identicon made from the nickname is shown.
    #[default]
    None,
    /// As block characters, in colors of this depth.
    Blocks(ColorDepth),
    /// By kitty's graphics protocol: each avatar is sent once.
    Kitty,
    /// By iTerm2's inline images: each avatar is sent wherever it is drawn.
    Iterm,
    /// As sixels, sent wherever they are drawn.
    Sixel,
}

/// An avatar in the size and form in which it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// A hash of the picture, by which a changed picture is noticed.
    pub stamp: u64,
    /// What is drawn.
    pub rendering: Rendering,
}

/// The drawable form of an avatar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rendering {
    /// One block character for each cell.
    Blocks([[Block; COLUMNS]; ROWS]),
    /// A square of pixels, row by row.
    Pixels(Vec<Pixel>),
}

/// A cell of an avatar that is drawn with block characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// A character that fills some quarters of the cell.
    pub character: char,
    /// The color of the filled quarters.
    pub fg: Color,
    /// The color of the other quarters.
    pub bg: Color,
}

impl Thumbnail {
    /// Scales a picture for a protocol.
    ///
    /// # Errors
    /// When the picture cannot be decoded.
    pub fn of(picture: &Picture, stamp: u64, protocol: ImageProtocol) -> Result<Self, PictureError> {
        let rendering = match protocol {
            ImageProtocol::Blocks(depth) => Rendering::Blocks(blocks(&picture.square(2 * COLUMNS)?, depth)),
            ImageProtocol::None | ImageProtocol::Kitty | ImageProtocol::Sixel => {
                Rendering::Pixels(picture.square(KITTY_SIDE)?)
            }
            ImageProtocol::Iterm => Rendering::Pixels(picture.square(ITERM_SIDE)?),
        };
        Ok(Self { stamp, rendering })
    }

    /// Returns true when the rendering fits a protocol.
    fn suits(&self, protocol: ImageProtocol) -> bool {
        matches!(self.rendering, Rendering::Blocks(_)) == matches!(protocol, ImageProtocol::Blocks(_))
    }
}

/// Renders a square of twice as many pixels as columns. A cell is twice as high as wide, so each quarter of it shows
/// two pixels.
fn blocks(square: &[Pixel], depth: ColorDepth) -> [[Block; COLUMNS]; ROWS] {
    let quarter = |x: usize, y: usize| {
        let pixels = [0, 1].map(|below| square.get((2 * y + below) * 2 * COLUMNS + x).copied().unwrap_or_default());
        mean(pixels.into_iter())
    };
    std::array::from_fn(|row| {
        std::array::from_fn(|column| {
            let quarters = [(0, 0), (1, 0), (0, 1), (1, 1)];
            block(quarters.map(|(x, y)| quarter(2 * column + x, 2 * row + y)), depth)
        })
    })
}

/// Returns the character and the two colors nearest to four quarters: top left, top right, bottom left, bottom right.
fn block(quarters: [Pixel; 4], depth: ColorDepth) -> Block {
    // Indexed by the filled quarters as bits: 1 and 2 are the top ones, 4 and 8 the bottom ones.
    const CHARACTERS: [char; 16] = [' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'];
    // Halves come first, so that they win a tie. The patterns with the last quarter filled are these with swapped colors.
    const PATTERNS: [usize; 8] = [3, 5, 1, 2, 4, 6, 7, 0];
    let visible = (0..4).filter(|at| quarters[*at][3] >= MIN_ALPHA).fold(0, |all, at| all | 1 << at);
    let sides = |filled: usize| [filled, visible & !filled];
    let side = |filled: usize| (0..4).filter(move |at| filled >> at & 1 == 1).map(|at| quarters[at]);
    let error = |filled: usize| -> u32 {
        let of = |filled| side(filled).map(|pixel| distance(pixel, mean(side(filled)))).sum::<u32>();
        sides(filled).into_iter().map(of).sum()
    };
    // Where the background shows through, only one color is left for the other quarters.
    let filled = if visible == 15 {
        PATTERNS.into_iter().min_by_key(|filled| error(*filled)).unwrap_or_default()
    } else {
        visible
    };
    let [fg, bg] = sides(filled).map(|filled| {
        let [red, green, blue, _] = mean(side(filled));
        if filled == 0 { Color::Own } else { Rgb(red, green, blue).reduced(depth, &[]) }
    });
    Block { character: CHARACTERS[filled], fg, bg }
}

/// Returns the squared distance of two colors.
fn distance(one: Pixel, other: Pixel) -> u32 {
    one.into_iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
}

/// The loaded avatars, and which users were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AvatarCache {
    protocol: ImageProtocol,
    thumbnails: BTreeMap<UserId, Arc<Thumbnail>>,
    /// Users whose avatar, or lack of one, is known.
    known: BTreeSet<UserId>,
    /// Users who are visible.
    visible: BTreeSet<UserId>,
    /// Users whose avatar was requested.
    requested: BTreeSet<UserId>,
}

/// Users, each with the avatar that is known so far.
pub type AvatarRequest = Vec<(UserId, Option<Arc<Thumbnail>>)>;

impl AvatarCache {
    /// Returns an empty cache for a protocol.
    #[must_use]
    pub fn new(protocol: ImageProtocol) -> Self {
        Self { protocol, ..Self::default() }
    }

    /// Returns how avatars are drawn.
    #[must_use]
    pub fn protocol(&self) -> ImageProtocol {
        self.protocol
    }

    /// Returns the avatar of a user, if it is loaded.
    #[must_use]
    pub fn of(&self, user: UserId) -> Option<&Thumbnail> {
        self.thumbnails.get(&user).map(Arc::as_ref)
    }

    /// Returns all loaded avatars.
    pub fn all(&self) -> impl Iterator<Item = (UserId, &Arc<Thumbnail>)> {
        self.thumbnails.iter().map(|(user, thumbnail)| (*user, thumbnail))
    }

    /// Sets the visible users, and returns the avatars that must be loaded for them, if any.
    pub fn request(&mut self, visible: BTreeSet<UserId>) -> Option<AvatarRequest> {
        self.visible = visible;
        let wanted: BTreeSet<UserId> = self.visible.difference(&self.known).copied().collect();
        if wanted.is_subset(&self.requested) {
            return None;
        }
        // A new request replaces the one before, so it names all users who are still missing.
        self.requested = wanted;
        Some(self.requested.iter().map(|user| (*user, self.thumbnails.get(user).cloned())).collect())
    }

    /// Inserts loaded avatars; `None` is inserted for users who have none.
    pub fn insert(&mut self, loaded: AvatarRequest) {
        let protocol = self.protocol;
        for (user, thumbnail) in loaded {
            // The protocol may have changed since the request.
            if thumbnail.as_ref().is_some_and(|thumbnail| !thumbnail.suits(protocol)) {
                continue;
            }
            self.requested.remove(&user);
            self.known.insert(user);
            match thumbnail {
                Some(thumbnail) => drop(self.thumbnails.insert(user, thumbnail)),
                None => drop(self.thumbnails.remove(&user)),
            }
        }
        if self.thumbnails.len() > MAX_THUMBNAILS || self.known.len() > MAX_KNOWN {
            self.thumbnails.retain(|user, _| self.visible.contains(user));
            self.known.retain(|user| self.visible.contains(user));
        }
    }

    /// Has every avatar checked again, because users may have changed theirs. Loaded ones stay until then.
    pub fn invalidate(&mut self) {
        self.known.clear();
        self.requested.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Pixel = [255, 0, 0, 255];
    const BLUE: Pixel = [0, 0, 255, 255];
    const TRANSPARENT: Pixel = [9, 9, 9, 0];

    fn rgb(pixel: Pixel) -> Color {
        Color::Rgb(Rgb(pixel[0], pixel[1], pixel[2]))
    }

    #[test]
    fn block_has_the_nearest_character_and_colors() {
        let (red, blue) = (rgb(RED), rgb(BLUE));
        for (quarters, character, fg, bg) in [
            ([RED, RED, BLUE, BLUE], '▀', red, blue),
            ([RED, BLUE, RED, BLUE], '▌', red, blue),
            ([BLUE, RED, RED, BLUE], '▞', red, blue),
            ([BLUE, RED, BLUE, BLUE], '▝', red, blue),
            ([BLUE, BLUE, BLUE, RED], '▛', blue, red),
            ([RED; 4], '▀', red, red),
            ([TRANSPARENT, TRANSPARENT, RED, RED], '▄', red, Color::Own),
            ([TRANSPARENT; 4], ' ', Color::Own, Color::Own),
        ] {
            assert_eq!(block(quarters, ColorDepth::True), Block { character, fg, bg }, "{quarters:?}");
        }
        assert_eq!(block([RED; 4], ColorDepth::Indexed).fg, Color::Indexed(196));
    }

    fn thumbnail(stamp: u64) -> Option<Arc<Thumbnail>> {
        Some(Arc::new(Thumbnail { stamp, rendering: Rendering::Pixels(vec![]) }))
    }

    fn users(numbers: std::ops::Range<i64>) -> BTreeSet<UserId> {
        numbers.map(UserId).collect()
    }

    #[test]
    fn visible_user_is_requested_once_until_invalidated() {
        let mut avatars = AvatarCache::new(ImageProtocol::Kitty);
        assert_eq!(avatars.request(users(1..3)), Some(vec![(UserId(1), None), (UserId(2), None)]));
        assert_eq!(avatars.request(users(1..3)), None);
        assert_eq!(avatars.request(users(2..4)), Some(vec![(UserId(2), None), (UserId(3), None)]));
        avatars.insert(vec![(UserId(2), thumbnail(7)), (UserId(3), None)]);
        assert_eq!(avatars.request(users(2..4)), None);
        assert_eq!(avatars.of(UserId(2)).map(|thumbnail| thumbnail.stamp), Some(7));
        avatars.invalidate();
        assert!(avatars.of(UserId(2)).is_some());
        assert_eq!(avatars.request(users(2..3)), Some(vec![(UserId(2), thumbnail(7))]));
        avatars.insert(vec![(UserId(2), None)]);
        assert_eq!(avatars.of(UserId(2)), None);
    }

    #[test]
    fn cache_stays_bounded_while_scrolling() {
        let mut avatars = AvatarCache::new(ImageProtocol::Kitty);
        for at in 0..2_000 {
            let request = avatars.request(users(at * 10..at * 10 + 20)).unwrap();
            let loaded = request.into_iter().map(|(user, _)| (user, thumbnail(1).filter(|_| user.0 % 3 > 0)));
            avatars.insert(loaded.collect());
            assert!(avatars.all().count() <= MAX_THUMBNAILS && avatars.known.len() <= MAX_KNOWN);
            assert_eq!(avatars.request(users(at * 10..at * 10 + 20)), None, "visible users stay known");
        }
    }
}
