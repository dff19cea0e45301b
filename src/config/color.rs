//! Colors: contrast, distance, and the nearest color on a terminal that has fewer.

use std::str::FromStr;
use std::sync::LazyLock;

/// Minimum contrast of text by WCAG 2 (success criterion 1.4.3, level AA).
pub const READABLE: f32 = 4.5;
/// Minimum contrast if no near color reaches [`READABLE`]. WCAG 2 asks for 3 in large text; this is well above.
const STILL_READABLE: f32 = 3.8;
/// Maximum distance in Oklab at which a color still passes for another.
const NEAR: f32 = 0.16;
/// The same for one of several colors that must differ from each other; beyond it, nearer and less readable colors are
/// preferred.
const NEAR_AMONG_SEVERAL: f32 = 0.1;

/// How many colors a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ColorDepth {
    /// None, or none are wanted.
    #[default]
    None,
    /// The 16 colors of the terminal's palette, whose shades are not known.
    Sixteen,
    /// 256: besides those, a cube of 216 colors and 24 grays.
    Indexed,
    /// All 24-bit colors.
    True,
}

impl ColorDepth {
    /// Detects the color depth from the values of `COLORTERM` and `TERM`.
    #[must_use]
    pub fn from_env(colorterm: Option<&str>, term: Option<&str>) -> Self {
        const TRUE: [&str; 7] = ["direct", "kitty", "alacritty", "foot", "wezterm", "ghostty", "contour"];
        let term = term.unwrap_or_default();
        if matches!(colorterm, Some("truecolor" | "24bit")) || TRUE.iter().any(|name| term.contains(name)) {
            Self::True
        } else if term.contains("256") {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }
}

/// An sRGB color: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// A color as sent to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// The terminal's default text or background color.
    #[default]
    Own,
    /// A palette index: below 16 the terminal's palette, from 16 on fixed colors.
    Indexed(u8),
    /// A 24-bit color.
    Rgb(Rgb),
}

impl Rgb {
    /// Returns linear red, green and blue, from 0 to 1.
    fn linear(self) -> [f32; 3] {
        [self.0, self.1, self.2].map(|part| LINEAR[usize::from(part)])
    }

    /// Returns the relative luminance by WCAG 2, from 0 to 1.
    #[must_use]
    pub fn luminance(self) -> f32 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Returns the contrast of two colors by WCAG 2, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f32 {
        contrast(self.luminance(), other.luminance())
    }

    /// Converts to Oklab, in which equal distances look equal. <https://bottosson.github.io/posts/oklab/>
    fn oklab(self) -> [f32; 3] {
        let [r, g, b] = self.linear();
        let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        [
            0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        ]
    }

    /// Returns the nearest color of a depth that is readable on all of these backgrounds; without backgrounds, simply
    /// the nearest.
    #[must_use]
    pub fn reduced(self, depth: ColorDepth, on: &[Self]) -> Color {
        self.nearest(depth, on, NEAR, &[])
    }

    /// Like [`Rgb::reduced`], and different from the colors in `beside` if the terminal has enough colors.
    #[must_use]
    pub fn reduced_beside(self, depth: ColorDepth, on: &[Self], beside: &[Color]) -> Color {
        if depth == ColorDepth::Indexed {
            self.nearest(depth, on, NEAR_AMONG_SEVERAL, beside)
        } else {
            self.reduced(depth, on)
        }
    }

    fn nearest(self, depth: ColorDepth, on: &[Self], near: f32, beside: &[Color]) -> Color {
        let range = match depth {
            ColorDepth::None => return Color::Own,
            ColorDepth::True => return Color::Rgb(self),
            ColorDepth::Sixteen => 0..16,
            ColorDepth::Indexed => 16..256,
        };
        let here = self.oklab();
        let on: Vec<f32> = on.iter().map(|on| on.luminance()).collect();
        let number = |at: usize| Color::Indexed(u8::try_from(at).unwrap_or_default());
        let nearest_with = |contrast_at_least: f32| {
            let mut best: Option<(usize, f32)> = None;
            for (at, known) in range.clone().zip(&PALETTE[range.clone()]) {
                let far = distance(here, known.oklab);
                // The distance is compared first, since few colors are nearer than all before them.
                if best.is_none_or(|best| far < best.1)
                    && on.iter().all(|on| contrast(known.luminance, *on) >= contrast_at_least)
                    && !beside.contains(&number(at))
                {
                    best = Some((at, far));
                }
            }
            best
        };
        // Among only 16 colors, readable is more important than near.
        let near = if depth == ColorDepth::Sixteen { [f32::MAX; 2] } else { [near, NEAR] };
        let tries = [READABLE, STILL_READABLE].into_iter().zip(near);
        let found = tries.into_iter().find_map(|(least, near)| nearest_with(least).filter(|it| it.1 < near));
        number(found.or_else(|| nearest_with(READABLE)).or_else(|| nearest_with(0.0)).map_or(0, |(at, _)| at))
    }
}

impl FromStr for Rgb {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .ok_or(())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| ());
        Ok(Self(part(0)?, part(2)?, part(4)?))
    }
}

/// Returns the contrast of two luminances by WCAG 2.
fn contrast(one: f32, other: f32) -> f32 {
    let (one, other) = (one + 0.05, other + 0.05);
    if one > other { one / other } else { other / one }
}

/// Returns the distance of two colors in Oklab.
fn distance(one: [f32; 3], other: [f32; 3]) -> f32 {
    let [l, a, b] = std::array::from_fn(|at| one[at] - other[at]);
    (l * l + a * a + b * b).sqrt()
}

/// Linear light of each sRGB channel value (IEC 61966-2-1).
static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|part| {
        let part = part as f32 / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
});

/// Precomputed values of a palette color.
struct PaletteColor {
    luminance: f32,
    oklab: [f32; 3],
}

/// The 256 palette colors: xterm's 16, which differ in other terminals, a 6×6×6 cube, and grays.
static PALETTE: LazyLock<Vec<PaletteColor>> = LazyLock::new(|| {
    let all = (0..=255).map(indexed_color);
    all.map(|color| PaletteColor { luminance: color.luminance(), oklab: color.oklab() }).collect()
});

/// Returns the color of a palette index.
#[must_use]
pub fn indexed_color(index: u8) -> Rgb {
    #[rustfmt::skip]
    const SIXTEEN: [Rgb; 16] = [
        Rgb(0, 0, 0), Rgb(205, 0, 0), Rgb(0, 205, 0), Rgb(205, 205, 0),
        Rgb(0, 0, 238), Rgb(205, 0, 205), Rgb(0, 205, 205), Rgb(229, 229, 229),
        Rgb(127, 127, 127), Rgb(255, 0, 0), Rgb(0, 255, 0), Rgb(255, 255, 0),
        Rgb(92, 92, 255), Rgb(255, 0, 255), Rgb(0, 255, 255), Rgb(255, 255, 255),
    ];
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    match index {
        0..16 => SIXTEEN[usize::from(index)],
        16..232 => Rgb(step((index - 16) / 36), step((index - 16) / 6 % 6), step((index - 16) % 6)),
        232.. => Rgb(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Rgb = Rgb(0, 0, 0);
    const WHITE: Rgb = Rgb(255, 255, 255);

    #[test]
    fn contrast_matches_wcag() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 0.01);
        assert!((WHITE.contrast(Rgb(0x76, 0x76, 0x76)) - 4.54).abs() < 0.01);
        assert!((Rgb(9, 9, 9).contrast(Rgb(9, 9, 9)) - 1.0).abs() < 0.01);
    }

    #[test]
    fn reduced_color_is_the_nearest_readable_one() {
        let gold = Rgb(0xfa, 0xbd, 0x2f);
        assert_eq!(gold.reduced(ColorDepth::True, &[]), Color::Rgb(gold));
        assert_eq!(gold.reduced(ColorDepth::None, &[]), Color::Own);
        assert_eq!(gold.reduced(ColorDepth::Indexed, &[]), Color::Indexed(214));
        for (on, depth) in
            [BLACK, WHITE].into_iter().flat_map(|on| [(on, ColorDepth::Sixteen), (on, ColorDepth::Indexed)])
        {
            let Color::Indexed(index) = gold.reduced(depth, &[on]) else { panic!("not a palette color") };
            assert!(indexed_color(index).contrast(on) >= READABLE, "{index} on {on:?}");
        }
    }

    #[test]
    fn color_depth_follows_the_environment() {
        for (colorterm, term, depth) in [
            (Some("truecolor"), Some("xterm-256color"), ColorDepth::True),
            (Some("24bit"), None, ColorDepth::True),
            (Some(""), Some("xterm-kitty"), ColorDepth::True),
            (None, Some("xterm-direct"), ColorDepth::True),
            (None, Some("screen-256color"), ColorDepth::Indexed),
            (Some("1"), Some("linux"), ColorDepth::Sixteen),
            (None, None, ColorDepth::Sixteen),
        ] {
            assert_eq!(ColorDepth::from_env(colorterm, term), depth, "{colorterm:?} {term:?}");
        }
    }

    #[test]
    fn color_needs_six_hex_digits() {
        assert_eq!("#FAbd2f".parse(), Ok(Rgb(0xfa, 0xbd, 0x2f)));
        for wrong in ["fabd2f", "#fab", "#fabd2g", "#fabd2f0", "#ééé", "#+1+1+1"] {
            assert_eq!(wrong.parse::<Rgb>(), Err(()), "{wrong}");
        }
    }
}
