//! The sixel format: images as bands of six rows of pixels, which terminals draw since the VT240.
//!
//! It is specified in DEC's "VT330/VT340 Programmer Reference Manual", volume 2, chapter 14, and in DEC STD 070,
//! chapter 9. The only maintained crate for it, `icy_sixel`, would add 80 kB to the program.
//! <https://vt100.net/docs/vt3xx-gp/chapter14.html>

use std::fmt::Write;

use crate::config::Rgb;

/// Rows of pixels in a band.
pub(super) const BAND: usize = 6;
/// Most colors of an image: a VT340, and what emulates one, has no more registers.
const COLORS: usize = 16;

/// Returns the sequence that draws rows of `width` pixels at the cursor. `None` leaves a pixel as it is.
pub(super) fn encode(pixels: &[Option<Rgb>], width: usize) -> String {
    let (palette, indexes) = reduce(pixels);
    let height = pixels.len() / width.max(1);
    // `1` keeps pixels that are not set; the raster attributes are the aspect ratio 1:1, the width and the height.
    let mut out = format!("\u{1b}P0;1;0q\"1;1;{width};{height}");
    for (name, Rgb(red, green, blue)) in palette.iter().enumerate() {
        let [red, green, blue] = [*red, *green, *blue].map(|part| (u32::from(part) * 100 + 127) / 255);
        let _ = write!(out, "#{name};2;{red};{green};{blue}");
    }
    for (at, band) in indexes.chunks(width.max(1) * BAND).enumerate() {
        if at > 0 {
            out.push('-');
        }
        let mut first = true;
        for name in (0..palette.len()).filter(|name| band.contains(&Some(*name))) {
            if !std::mem::take(&mut first) {
                out.push('$');
            }
            let _ = write!(out, "#{name}");
            draw(&mut out, band, width, name);
        }
    }
    out.push_str("\u{1b}\\");
    out
}

/// Writes the columns of one color in a band: a character for each column, with a repeat count where it pays.
fn draw(out: &mut String, band: &[Option<usize>], width: usize, name: usize) {
    let column = |x: usize| {
        let rows = band.chunks(width).enumerate();
        rows.filter(|(_, row)| row.get(x) == Some(&Some(name))).fold(0_u8, |bits, (y, _)| bits | 1 << y)
    };
    let columns: Vec<u8> = (0..width).map(column).collect();
    let mut runs = columns.chunk_by(|one, next| one == next).peekable();
    while let Some(run) = runs.next() {
        let character = char::from(b'?' + run[0]);
        match run.len() {
            // Empty columns at the end need not be written.
            _ if run[0] == 0 && runs.peek().is_none() => {}
            count @ 4.. => drop(write!(out, "!{count}{character}")),
            count => out.extend(std::iter::repeat_n(character, count)),
        }
    }
}

/// Reduces an image to few colors by median cut; returns them, and the index of the color of each pixel.
fn reduce(pixels: &[Option<Rgb>]) -> (Vec<Rgb>, Vec<Option<usize>>) {
    let seen = pixels.iter().enumerate().filter_map(|(at, color)| Some((at, (*color)?)));
    let mut groups: Vec<Group> =
        vec![Group(seen.map(|(at, Rgb(red, green, blue))| (at, [red, green, blue])).collect())];
    while groups.len() < COLORS {
        let spreads = groups.iter().map(Group::spread).enumerate();
        let Some((at, (1.., channel))) = spreads.max_by_key(|(_, (gain, _))| *gain) else { break };
        let [low, high] = groups.swap_remove(at).split(channel);
        groups.extend([low, high]);
    }
    let mut indexes = vec![None; pixels.len()];
    for (name, group) in groups.iter().enumerate() {
        group.0.iter().for_each(|(at, _)| indexes[*at] = Some(name));
    }
    (groups.iter().map(Group::mean).collect(), indexes)
}

/// Pixels that will share a color: the index and the color of each.
struct Group(Vec<(usize, [u8; 3])>);

impl Group {
    /// Returns how much is gained by splitting the group, and the channel to split by.
    fn spread(&self) -> (usize, usize) {
        let range = |channel: usize| {
            let values = || self.0.iter().map(|(_, color)| usize::from(color[channel]));
            values().max().unwrap_or(0) - values().min().unwrap_or(0)
        };
        let widest = (0..3).map(|channel| (range(channel), channel)).max().unwrap_or_default();
        (widest.0.pow(2) * self.0.len(), widest.1)
    }

    /// Splits the group at the mean of a channel.
    fn split(self, channel: usize) -> [Self; 2] {
        let mean = self.channel_mean(channel);
        let (low, high) = self.0.into_iter().partition(|(_, color)| color[channel] <= mean);
        [Self(low), Self(high)]
    }

    fn channel_mean(&self, channel: usize) -> u8 {
        let sum: usize = self.0.iter().map(|(_, color)| usize::from(color[channel])).sum();
        u8::try_from(sum.checked_div(self.0.len()).unwrap_or(0)).unwrap_or(u8::MAX)
    }

    fn mean(&self) -> Rgb {
        Rgb(self.channel_mean(0), self.channel_mean(1), self.channel_mean(2))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Decodes a sequence by the manual: the width, the height, and the pixels that it sets.
    pub(in super::super) fn decode(text: &str) -> (usize, usize, Vec<Option<Rgb>>) {
        let body = text.strip_prefix("\u{1b}P0;1;0q\"1;1;").unwrap().strip_suffix("\u{1b}\\").unwrap();
        let mut rest = body.chars().peekable();
        let number = |rest: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            let mut digits = String::new();
            while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            digits.parse::<usize>().unwrap()
        };
        let width = number(&mut rest);
        assert_eq!(rest.next(), Some(';'));
        let height = number(&mut rest);
        let (mut pixels, mut palette) = (vec![None; width * height], [None; COLORS]);
        let (mut x, mut top, mut name) = (0, 0, 0);
        while let Some(sign) = rest.next() {
            let count = if sign == '!' { number(&mut rest) } else { 1 };
            match if sign == '!' { rest.next().unwrap() } else { sign } {
                '#' => {
                    name = number(&mut rest);
                    if rest.next_if_eq(&';').is_some() {
                        assert_eq!((number(&mut rest), rest.next()), (2, Some(';')));
                        let parts = [0; 3].map(|_| {
                            let part = number(&mut rest);
                            let _ = rest.next_if_eq(&';');
                            u8::try_from(part * 255 / 100).unwrap()
                        });
                        palette[name] = Some(Rgb(parts[0], parts[1], parts[2]));
                    }
                }
                '$' => x = 0,
                '-' => (x, top) = (0, top + BAND),
                bits @ '?'..='~' => {
                    for y in (0..BAND).filter(|y| (bits as u8 - b'?') >> y & 1 == 1) {
                        (x..x + count).for_each(|x| pixels[(top + y) * width + x] = palette[name]);
                    }
                    x += count;
                    assert!(x <= width, "{text}");
                }
                other => panic!("{other:?} in {text}"),
            }
        }
        (width, height, pixels)
    }

    /// A color that survives the conversion to percent.
    fn color(seed: usize) -> Rgb {
        let part = |of: usize| if (seed / of).is_multiple_of(2) { 0 } else { 255 };
        Rgb(part(1), part(2), part(4))
    }

    #[test]
    fn encoded_image_decodes_to_the_same_pixels() {
        for (width, height) in [(1, 1), (3, 6), (40, 36), (7, 13)] {
            let pixel = |at: usize| (!at.is_multiple_of(11)).then(|| color(at * at / 5));
            let pixels: Vec<_> = (0..width * height).map(pixel).collect();
            assert_eq!(decode(&encode(&pixels, width)), (width, height, pixels));
        }
    }

    #[test]
    fn repeated_columns_are_written_with_a_count() {
        let mut pixels = vec![Some(color(1)); 20 * 6];
        pixels[25] = Some(color(2));
        let out = encode(&pixels, 20);
        assert!(out.contains("!5~|!14~"), "{out:?}");
        assert!(out.contains("!5?A\u{1b}"), "nothing follows the last pixel of a color: {out:?}");
        assert_eq!(encode(&[None; 12], 2), "\u{1b}P0;1;0q\"1;1;2;6#0;2;0;0;0\u{1b}\\");
        assert_eq!(encode(&[], 0), "\u{1b}P0;1;0q\"1;1;0;0#0;2;0;0;0\u{1b}\\");
    }

    #[test]
    fn many_colors_are_reduced_to_near_ones() {
        let gray = |at: usize| (at * 255 / 959) as u8;
        let pixels: Vec<_> = (0..960).map(|at| Some(Rgb(gray(at), 0, 255 - gray(at)))).collect();
        let (_, _, drawn) = decode(&encode(&pixels, 40));
        for (one, other) in pixels.iter().zip(&drawn) {
            let (Some(one), Some(other)) = (one, other) else { panic!("every pixel is drawn") };
            assert!(one.0.abs_diff(other.0) < 20 && one.2.abs_diff(other.2) < 20, "{one:?} became {other:?}");
        }
    }
}
