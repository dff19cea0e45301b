//! Sixel: pixels as terminals draw them since the VT240, six rows of them at a time. It knows nothing of what is drawn,
//! nor of where that stands.
//!
//! The format is told in DEC's "VT330/VT340 Programmer Reference Manual", volume 2, chapter 14, and in DEC STD 070,
//! chapter 9. The only crate for it that is looked after, `icy_sixel`, would make the program 80 kB larger.
//! <https://vt100.net/docs/vt3xx-gp/chapter14.html>

use std::fmt::Write;

use crate::config::Rgb;

/// Rows of pixels that are told together.
pub(super) const BAND: usize = 6;
/// The most colours of a picture: a VT340 has registers for no more, nor has what passes for one.
const COLORS: usize = 16;

/// What has a terminal draw rows of so many pixels, where its cursor is. Where there is no colour, what is there stays.
pub(super) fn encode(pixels: &[Option<Rgb>], width: usize) -> String {
    let (palette, named) = reduce(pixels);
    let height = pixels.len() / width.max(1);
    // What is not set stays (1), a pixel is as high as wide, and so many there are.
    let mut out = format!("\u{1b}P0;1;0q\"1;1;{width};{height}");
    for (name, Rgb(red, green, blue)) in palette.iter().enumerate() {
        let [red, green, blue] = [*red, *green, *blue].map(|part| (u32::from(part) * 100 + 127) / 255);
        let _ = write!(out, "#{name};2;{red};{green};{blue}");
    }
    for (at, band) in named.chunks(width.max(1) * BAND).enumerate() {
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

/// Writes where in a band a colour is: a character a column, and a number before one that is repeated.
fn draw(out: &mut String, band: &[Option<usize>], width: usize, name: usize) {
    let column = |x: usize| {
        let rows = band.chunks(width).enumerate();
        rows.filter(|(_, row)| row.get(x) == Some(&Some(name))).fold(0_u8, |bits, (y, _)| bits | 1 << y)
    };
    let columns: Vec<u8> = (0..width).map(column).collect();
    let mut runs = columns.chunk_by(|one, next| one == next).peekable();
    while let Some(run) = runs.next() {
        // What follows the last of a colour is nothing.
        let sign = char::from(b'?' + run[0]);
        match run.len() {
            _ if run[0] == 0 && runs.peek().is_none() => {}
            count @ 4.. => drop(write!(out, "!{count}{sign}")),
            count => out.extend(std::iter::repeat_n(sign, count)),
        }
    }
}

/// The few colours that come nearest to those of a picture, and for each pixel which of them it has.
fn reduce(pixels: &[Option<Rgb>]) -> (Vec<Rgb>, Vec<Option<usize>>) {
    let seen = pixels.iter().enumerate().filter_map(|(at, color)| Some((at, (*color)?)));
    let mut groups: Vec<Group> =
        vec![Group(seen.map(|(at, Rgb(red, green, blue))| (at, [red, green, blue])).collect())];
    while groups.len() < COLORS {
        let spread = groups.iter().map(Group::spread).enumerate();
        let Some((at, (1.., part))) = spread.max_by_key(|(_, (worth, _))| *worth) else { break };
        let [low, high] = groups.swap_remove(at).split(part);
        groups.extend([low, high]);
    }
    let mut named = vec![None; pixels.len()];
    for (name, group) in groups.iter().enumerate() {
        group.0.iter().for_each(|(at, _)| named[*at] = Some(name));
    }
    (groups.iter().map(Group::mean).collect(), named)
}

/// Pixels that are to have one colour: where they stand, and their own.
struct Group(Vec<(usize, [u8; 3])>);

impl Group {
    /// How far its colours are from one another, by how many have them, and in which part most.
    fn spread(&self) -> (usize, usize) {
        let range = |part: usize| {
            let parts = || self.0.iter().map(|(_, color)| usize::from(color[part]));
            parts().max().unwrap_or(0) - parts().min().unwrap_or(0)
        };
        let widest = (0..3).map(|part| (range(part), part)).max().unwrap_or_default();
        (widest.0.pow(2) * self.0.len(), widest.1)
    }

    /// Those that have less of a part than their mean, and those that have more.
    fn split(self, part: usize) -> [Self; 2] {
        let middle = self.middle(part);
        let (low, high) = self.0.into_iter().partition(|(_, color)| color[part] <= middle);
        [Self(low), Self(high)]
    }

    fn middle(&self, part: usize) -> u8 {
        let sum: usize = self.0.iter().map(|(_, color)| usize::from(color[part])).sum();
        u8::try_from(sum.checked_div(self.0.len()).unwrap_or(0)).unwrap_or(u8::MAX)
    }

    fn mean(&self) -> Rgb {
        Rgb(self.middle(0), self.middle(1), self.middle(2))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a terminal makes of it, by the letter of the manual: the size, and the pixels that it sets.
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

    /// A colour with parts that a terminal is told exactly.
    fn color(seed: usize) -> Rgb {
        let part = |of: usize| if (seed / of).is_multiple_of(2) { 0 } else { 255 };
        Rgb(part(1), part(2), part(4))
    }

    #[test]
    fn a_terminal_draws_what_was_encoded() {
        for (width, height) in [(1, 1), (3, 6), (40, 36), (7, 13)] {
            let pixel = |at: usize| (!at.is_multiple_of(11)).then(|| color(at * at / 5));
            let pixels: Vec<_> = (0..width * height).map(pixel).collect();
            assert_eq!(decode(&encode(&pixels, width)), (width, height, pixels));
        }
    }

    #[test]
    fn what_is_alike_is_told_once() {
        let mut pixels = vec![Some(color(1)); 20 * 6];
        pixels[25] = Some(color(2));
        let out = encode(&pixels, 20);
        assert!(out.contains("!5~|!14~"), "{out:?}");
        assert!(out.contains("!5?A\u{1b}"), "nothing follows the last pixel of a colour: {out:?}");
        assert_eq!(encode(&[None; 12], 2), "\u{1b}P0;1;0q\"1;1;2;6#0;2;0;0;0\u{1b}\\");
        assert_eq!(encode(&[], 0), "\u{1b}P0;1;0q\"1;1;0;0#0;2;0;0;0\u{1b}\\");
    }

    #[test]
    fn of_many_colours_those_are_left_that_come_near() {
        let grey = |at: usize| (at * 255 / 959) as u8;
        let pixels: Vec<_> = (0..960).map(|at| Some(Rgb(grey(at), 0, 255 - grey(at)))).collect();
        let (_, _, drawn) = decode(&encode(&pixels, 40));
        for (one, other) in pixels.iter().zip(&drawn) {
            let (Some(one), Some(other)) = (one, other) else { panic!("all are drawn") };
            assert!(one.0.abs_diff(other.0) < 20 && one.2.abs_diff(other.2) < 20, "{one:?} became {other:?}");
        }
    }
}
