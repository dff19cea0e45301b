//! Pictures of users. They come from others: what is kept was decoded once, and decoding costs little time and room
//! whatever the bytes say.
//!
//! They are decoded by `png`, `zune-jpeg`, `gif` and `image-webp`, which the `image` crate does it with too. With what is
//! around them there the program would be 170 kB larger. Of those that move the first frame is what is seen.

use std::fmt;
use std::io::Cursor;
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, MemoryLimit};
use image_webp::WebPDecoder;
use png::Transformations;
use thiserror::Error;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The most pixels on a side. Places in the world that people bring archives from keep pictures of 400.
const WIDEST: usize = 1_024;
/// The room that a decoder may take beside the pixels, in bytes.
const ROOM: u32 = 8 << 20;

/// Why bytes are no picture of a user.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PictureError {
    /// More bytes than are kept.
    #[error("the picture is too big: use one of at most 1 MB")]
    TooBig,
    /// More pixels than are drawn.
    #[error("a picture of {0}×{1} pixels is too large: use one of at most {WIDEST}×{WIDEST}")]
    TooLarge(usize, usize),
    /// Something else, or a picture of a kind that is not known.
    #[error("it is no picture as PNG, JPEG, GIF or WebP: save it as one of these")]
    Other,
    /// It cannot be decoded.
    #[error("the picture cannot be decoded: save it anew as PNG or JPEG")]
    Damaged,
}

/// A pixel: red, green, blue, and how much of what is behind it it hides.
pub type Pixel = [u8; 4];

/// A picture of a user, a PNG, a JPEG, a GIF or a WebP, its bytes as they came.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture(Vec<u8>);

impl Picture {
    /// The most bytes that one has: 1 MB.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Takes the bytes of a picture, once they were decoded.
    ///
    /// # Errors
    /// When they are no picture that can be shown, or more than is kept.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, PictureError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(PictureError::TooBig);
        }
        decode(&bytes)?;
        Ok(Self(bytes))
    }

    pub(crate) fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes as they came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The square in the middle of the picture, with so many pixels on a side, row by row; each is the mean of what it
    /// stands for.
    ///
    /// # Errors
    /// When it was damaged where it was kept.
    pub fn square(&self, side: usize) -> Result<Vec<Pixel>, PictureError> {
        let pixels = decode(&self.0)?;
        let from = pixels.width.min(pixels.height);
        let (left, top) = ((pixels.width - from) / 2, (pixels.height - from) / 2);
        let span = |at: usize| at * from / side..((at + 1) * from / side).max(at * from / side + 1);
        let pixel = |at: usize| {
            let rows = span(at / side).map(|y| (top + y) * pixels.width + left);
            mean(rows.flat_map(|row| span(at % side).map(move |x| row + x)).map(|at| pixels.at(at)))
        };
        Ok((0..side * side).map(pixel).collect())
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} bytes)", self.0.len())
    }
}

/// The mean of pixels; what hides little counts for little.
pub fn mean(pixels: impl Iterator<Item = Pixel>) -> Pixel {
    let (mut sum, mut weight, mut count) = ([0_u32; 3], 0_u32, 0_u32);
    for [red, green, blue, alpha] in pixels {
        let alpha = u32::from(alpha);
        for (sum, part) in sum.iter_mut().zip([red, green, blue]) {
            *sum += u32::from(part) * alpha;
        }
        (weight, count) = (weight + alpha, count + 1);
    }
    let part = |sum: u32, of: u32| u8::try_from(sum.checked_div(of).unwrap_or(0)).unwrap_or(u8::MAX);
    [part(sum[0], weight), part(sum[1], weight), part(sum[2], weight), part(weight, count)]
}

/// A decoded picture.
struct Pixels {
    width: usize,
    height: usize,
    /// Bytes a pixel: grey and alpha, red, green and blue, or these and alpha.
    wide: usize,
    bytes: Vec<u8>,
}

impl Pixels {
    fn at(&self, at: usize) -> Pixel {
        match self.bytes.get(at * self.wide..(at + 1) * self.wide) {
            Some([grey, alpha]) => [*grey, *grey, *grey, *alpha],
            Some([red, green, blue]) => [*red, *green, *blue, u8::MAX],
            Some([red, green, blue, alpha]) => [*red, *green, *blue, *alpha],
            _ => [0; 4],
        }
    }
}

fn decode(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let pixels = match bytes {
        [0x89, b'P', b'N', b'G', ..] => decode_png(bytes)?,
        [0xff, 0xd8, 0xff, ..] => decode_jpeg(bytes)?,
        [b'G', b'I', b'F', b'8', ..] => decode_gif(bytes)?,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => decode_webp(bytes)?,
        _ => return Err(PictureError::Other),
    };
    match pixels.width.checked_mul(pixels.height).and_then(|count| count.checked_mul(pixels.wide)) {
        Some(length @ 1..) if length == pixels.bytes.len() => Ok(pixels),
        _ => Err(PictureError::Damaged),
    }
}

fn measured((width, height): (usize, usize)) -> Result<(), PictureError> {
    if width > WIDEST || height > WIDEST { Err(PictureError::TooLarge(width, height)) } else { Ok(()) }
}

fn decode_png(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: ROOM as usize });
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let size = decoder.read_header_info().map_err(damaged)?.size();
    measured((size.0 as usize, size.1 as usize))?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    // The decoder counts on a palette of whole colours, and of no more than a byte can name.
    let palette = reader.info().palette.as_ref().map_or(0, |palette| palette.len());
    if !palette.is_multiple_of(3) || palette > 3 * 256 {
        return Err(PictureError::Damaged);
    }
    let mut bytes = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let info = reader.next_frame(&mut bytes).map_err(damaged)?;
    bytes.truncate(info.buffer_size());
    let (width, height) = (info.width as usize, info.height as usize);
    Ok(Pixels { width, height, wide: info.color_type.samples(), bytes })
}

fn decode_jpeg(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let options = DecoderOptions::default().set_max_width(usize::MAX).set_max_height(usize::MAX);
    let options = options.jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| PictureError::Damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    measured((width, height))?;
    let bytes = decoder.decode().map_err(|_| PictureError::Damaged)?;
    Ok(Pixels { width, height, wide: 3, bytes })
}

fn decode_gif(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(NonZeroU64::new(ROOM.into()).map_or(MemoryLimit::Unlimited, MemoryLimit::Bytes));
    // A frame that does not lie within the picture is none.
    options.check_frame_consistency(true);
    let mut decoder = options.read_info(bytes).map_err(damaged)?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    measured((width, height))?;
    let frame = decoder.read_next_frame().map_err(damaged)?.ok_or(PictureError::Damaged)?;
    // What it leaves out of the picture is not seen.
    let mut bytes = vec![0; width * height * 4];
    let (left, top, wide) = (usize::from(frame.left), usize::from(frame.top), usize::from(frame.width) * 4);
    for (row, pixels) in frame.buffer.chunks_exact(wide.max(1)).enumerate() {
        let at = ((top + row) * width + left) * 4;
        bytes.get_mut(at..at + wide).ok_or(PictureError::Damaged)?.copy_from_slice(pixels);
    }
    Ok(Pixels { width, height, wide: 4, bytes })
}

fn decode_webp(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    measured((width, height))?;
    // The decoder believes what its frames say of themselves before it compares it with that.
    for frame in bytes.windows(18).filter(|part| part.starts_with(b"VP8 ")) {
        let side = |at: usize| usize::from(u16::from_le_bytes([frame[at], frame[at + 1]]) & 0x3fff);
        measured((side(14), side(16)))?;
    }
    let mut bytes = vec![0; decoder.output_buffer_size().unwrap_or_default()];
    decoder.read_image(&mut bytes).map_err(damaged)?;
    Ok(Pixels { width, height, wide: if decoder.has_alpha() { 4 } else { 3 }, bytes })
}

#[cfg(test)]
mod tests;
