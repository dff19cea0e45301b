//! Avatars of users. They come from others, so every avatar is decoded once before it is stored, with bounds on time
//! and memory.
//!
//! The decoders are `png`, `zune-jpeg`, `gif` and `image-webp`, which the `image` crate uses too; that crate would add
//! another 170 kB to the program. An animation is shown by its first frame.

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

/// Maximum width and height, in pixels. The services that archives come from store avatars of 400.
const MAX_SIDE: usize = 1_024;
/// Maximum memory of a decoder besides the pixels, in bytes.
const DECODER_MEMORY: u32 = 8 << 20;

/// Why bytes are not a valid avatar.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PictureError {
    /// There are more bytes than are stored.
    #[error("the picture is larger than 1 MB: use a smaller one")]
    TooBig,
    /// There are more pixels than are drawn.
    #[error("a picture of {0}×{1} pixels is too large: use one of at most {MAX_SIDE}×{MAX_SIDE}")]
    TooLarge(usize, usize),
    /// The format is not supported.
    #[error("not a PNG, JPEG, GIF or WebP picture: convert it to one of these")]
    Other,
    /// The picture cannot be decoded.
    #[error("the picture is damaged: save it again as PNG or JPEG")]
    Damaged,
}

/// A pixel: red, green, blue, alpha.
pub type Pixel = [u8; 4];

/// An avatar: the original bytes of a PNG, JPEG, GIF or WebP file.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture(Vec<u8>);

impl Picture {
    /// Maximum size, in bytes: 1 MiB.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Accepts the bytes of a picture if they can be decoded.
    ///
    /// # Errors
    /// When they are not a supported picture, or too large.
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

    /// Returns the original bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the square in the middle of the picture, scaled to `side` pixels per side, row by row.
    ///
    /// # Errors
    /// When the stored bytes are damaged.
    pub fn square(&self, side: usize) -> Result<Vec<Pixel>, PictureError> {
        let pixels = decode(&self.0)?;
        let square = pixels.width.min(pixels.height);
        let (left, top) = ((pixels.width - square) / 2, (pixels.height - square) / 2);
        let span = |at: usize| at * square / side..((at + 1) * square / side).max(at * square / side + 1);
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

/// Returns the mean of pixels, weighted by alpha.
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
    /// Bytes per pixel: 2 for gray and alpha, 3 for RGB, 4 for RGBA.
    channels: usize,
    bytes: Vec<u8>,
}

impl Pixels {
    fn at(&self, at: usize) -> Pixel {
        match self.bytes.get(at * self.channels..(at + 1) * self.channels) {
            Some([gray, alpha]) => [*gray, *gray, *gray, *alpha],
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
    match pixels.width.checked_mul(pixels.height).and_then(|count| count.checked_mul(pixels.channels)) {
        Some(length @ 1..) if length == pixels.bytes.len() => Ok(pixels),
        _ => Err(PictureError::Damaged),
    }
}

fn check_size((width, height): (usize, usize)) -> Result<(), PictureError> {
    if width > MAX_SIDE || height > MAX_SIDE { Err(PictureError::TooLarge(width, height)) } else { Ok(()) }
}

fn decode_png(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: DECODER_MEMORY as usize });
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let size = decoder.read_header_info().map_err(damaged)?.size();
    check_size((size.0 as usize, size.1 as usize))?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    // The decoder assumes a palette of whole colors, of at most 256.
    let palette = reader.info().palette.as_ref().map_or(0, |palette| palette.len());
    if !palette.is_multiple_of(3) || palette > 3 * 256 {
        return Err(PictureError::Damaged);
    }
    let mut bytes = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let info = reader.next_frame(&mut bytes).map_err(damaged)?;
    bytes.truncate(info.buffer_size());
    let (width, height) = (info.width as usize, info.height as usize);
    Ok(Pixels { width, height, channels: info.color_type.samples(), bytes })
}

fn decode_jpeg(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let options = DecoderOptions::default().set_max_width(usize::MAX).set_max_height(usize::MAX);
    let options = options.jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| PictureError::Damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    check_size((width, height))?;
    let bytes = decoder.decode().map_err(|_| PictureError::Damaged)?;
    Ok(Pixels { width, height, channels: 3, bytes })
}

fn decode_gif(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(NonZeroU64::new(DECODER_MEMORY.into()).map_or(MemoryLimit::Unlimited, MemoryLimit::Bytes));
    // A frame outside the picture is an error.
    options.check_frame_consistency(true);
    let mut decoder = options.read_info(bytes).map_err(damaged)?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    check_size((width, height))?;
    let frame = decoder.read_next_frame().map_err(damaged)?.ok_or(PictureError::Damaged)?;
    // Pixels that the frame does not cover stay transparent.
    let mut bytes = vec![0; width * height * 4];
    let (left, top, wide) = (usize::from(frame.left), usize::from(frame.top), usize::from(frame.width) * 4);
    for (row, pixels) in frame.buffer.chunks_exact(wide.max(1)).enumerate() {
        let at = ((top + row) * width + left) * 4;
        bytes.get_mut(at..at + wide).ok_or(PictureError::Damaged)?.copy_from_slice(pixels);
    }
    Ok(Pixels { width, height, channels: 4, bytes })
}

fn decode_webp(bytes: &[u8]) -> Result<Pixels, PictureError> {
    let damaged = |_| PictureError::Damaged;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    check_size((width, height))?;
    // The decoder allocates by the size in a frame header before it compares it with the picture.
    for frame in bytes.windows(18).filter(|part| part.starts_with(b"VP8 ")) {
        let side = |at: usize| usize::from(u16::from_le_bytes([frame[at], frame[at + 1]]) & 0x3fff);
        check_size((side(14), side(16)))?;
    }
    let mut bytes = vec![0; decoder.output_buffer_size().unwrap_or_default()];
    decoder.read_image(&mut bytes).map_err(damaged)?;
    Ok(Pixels { width, height, channels: if decoder.has_alpha() { 4 } else { 3 }, bytes })
}

#[cfg(test)]
mod tests;
