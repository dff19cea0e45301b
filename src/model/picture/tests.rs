use super::*;

const FACE: &[u8] = include_bytes!("../../../tests/fixtures/mastodon/avatar.png");
const HILLS: &[u8] = include_bytes!("../../../tests/fixtures/x/data/profile_media/1001-hills.jpg");

const FOUND: [&[u8]; 7] = [
    FACE,
    HILLS,
    include_bytes!("../../../fuzz/seeds/picture/hills.gif"),
    include_bytes!("../../../fuzz/seeds/picture/hills.webp"),
    include_bytes!("../../../fuzz/seeds/picture/lossless.webp"),
    MOVING_GIF,
    MOVING_WEBP,
];
const MOVING_GIF: &[u8] = include_bytes!("../../../fuzz/seeds/picture/moving.gif");
const MOVING_WEBP: &[u8] = include_bytes!("../../../fuzz/seeds/picture/moving.webp");

/// Gives a PNG another text in its first part of a kind.
fn with_part(png: &[u8], kind: &[u8; 4], text: &[u8]) -> Vec<u8> {
    let at = png.windows(4).position(|four| four == kind).unwrap();
    let long = u32::from_be_bytes(png[at - 4..at].try_into().unwrap()) as usize;
    let part = [kind, text].concat();
    let length = u32::try_from(text.len()).unwrap().to_be_bytes();
    [&png[..at - 4], &length, &part, &crc32(&part).to_be_bytes(), &png[at + 8 + long..]].concat()
}

fn png(width: u32, height: u32, color: png::ColorType, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(color);
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
    out
}

#[test]
fn pictures_are_kept_as_they_came_and_made_small() {
    for bytes in FOUND {
        let picture = Picture::parse(bytes.to_vec()).unwrap();
        assert_eq!(picture.bytes(), bytes);
        for side in [1, 4, 7, 48, 100] {
            assert_eq!(picture.square(side).unwrap().len(), side * side);
        }
    }
    for hills in &FOUND[1..5] {
        let hills = Picture::parse(hills.to_vec()).unwrap().square(4).unwrap();
        let ([sky_red, _, sky_blue, _], [field_red, field_green, ..]) = (hills[0], hills[12]);
        assert!(sky_blue > 2 * sky_red && field_green > 2 * field_red, "{hills:?}");
    }
}

#[test]
fn animation_shows_its_first_frame_at_its_offset() {
    let yellow = |pixel: Pixel| pixel[0] > 200 && (150..220).contains(&pixel[1]) && pixel[2] < 120 && pixel[3] == 255;
    let gif = Picture::parse(MOVING_GIF.to_vec()).unwrap().square(12).unwrap();
    let seen: Vec<bool> = gif.iter().map(|pixel| yellow(*pixel)).collect();
    let within = |at: usize| (3..9).contains(&(at % 12)) && (3..9).contains(&(at / 12));
    assert_eq!(seen, (0..144).map(within).collect::<Vec<_>>());
    assert_eq!(gif[0][3], 0);
    let webp = Picture::parse(MOVING_WEBP.to_vec()).unwrap().square(3).unwrap();
    assert!(webp.iter().all(|pixel| yellow(*pixel)), "{webp:?}");
}

#[test]
fn of_a_picture_the_square_in_the_middle_is_taken() {
    use png::ColorType::{Grayscale, Rgb, Rgba};
    let wide = png(4, 2, Grayscale, &[9, 1, 2, 9, 9, 3, 4, 9]);
    let gray = |part| [part, part, part, 255];
    assert_eq!(Picture::parse(wide).unwrap().square(2).unwrap(), [1, 2, 3, 4].map(gray));
    let tall = png(1, 3, Rgb, &[0, 0, 0, 7, 8, 9, 0, 0, 0]);
    assert_eq!(Picture::parse(tall).unwrap().square(1).unwrap(), [[7, 8, 9, 255]]);
    // The color of a transparent pixel means nothing.
    let half = png(2, 1, Rgba, &[200, 100, 50, 255, 1, 1, 1, 0]);
    assert_eq!(Picture::parse(half).unwrap().square(1).unwrap(), [[200, 100, 50, 255]]);
    assert_eq!(mean([[200, 100, 50, 255], [1, 1, 1, 0]].into_iter()), [200, 100, 50, 127]);
}

#[test]
fn what_is_no_picture_of_a_user_is_refused_in_words() {
    let sides = [60_000_u32, 60_000].map(u32::to_be_bytes).concat();
    let huge =
        with_part(&png(1, 1, png::ColorType::Grayscale, &[0]), b"IHDR", &[&sides[..], &[8, 0, 0, 0, 0]].concat());
    let mut vast = HILLS.to_vec();
    let frame = vast.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    vast.splice(frame + 5..frame + 9, [0xea, 0x60, 0xea, 0x60]);
    let [gif, webp, lossless] = [2, 3, 4].map(|at| FOUND[at].to_vec());
    // Of the picture, then of its frame, which comes first behind a comma.
    let mut vast_gif = gif.clone();
    vast_gif[6..10].copy_from_slice(&[0x60, 0xea, 0x60, 0xea]);
    let mut wide_frame = gif.clone();
    let comma = wide_frame.windows(5).position(|part| part == [b',', 0, 0, 0, 0]).unwrap();
    wide_frame[comma + 5..comma + 9].copy_from_slice(&[0x60, 0xea, 0x60, 0xea]);
    let mut vast_webp = webp.clone();
    let frame = vast_webp.windows(3).position(|start| start == [0x9d, 0x01, 0x2a]).unwrap();
    vast_webp[frame + 3..frame + 7].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    let wide_lossless = b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\0\x04\0\0\0\0\0\0\0".to_vec();
    // What is around the frame says that it is small.
    let around = b"RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x27\0\0\x1f\0\0";
    let bomb = [&around[..], &vast_webp[12..]].concat();
    let mut long = FACE.to_vec();
    long.resize(Picture::MAX_BYTES + 1, 0);
    for (bytes, why) in [
        (huge, PictureError::TooLarge(60_000, 60_000)),
        (vast, PictureError::TooLarge(60_000, 60_000)),
        (png(1_025, 1, png::ColorType::Grayscale, &[0; 1_025]), PictureError::TooLarge(1_025, 1)),
        (long, PictureError::TooBig),
        (FACE[..FACE.len() / 2].to_vec(), PictureError::Damaged),
        (HILLS[..HILLS.len() / 4].to_vec(), PictureError::Damaged),
        (vast_gif, PictureError::TooLarge(60_000, 60_000)),
        (wide_frame, PictureError::Damaged),
        (wide_lossless, PictureError::TooLarge(1_025, 1)),
        (bomb, PictureError::TooLarge(16_383, 16_383)),
        (vast_webp, PictureError::TooLarge(16_383, 16_383)),
        (gif[..gif.len() / 2].to_vec(), PictureError::Damaged),
        (gif[..gif.len() - 20].to_vec(), PictureError::Damaged),
        (webp[..webp.len() / 2].to_vec(), PictureError::Damaged),
        (lossless[..lossless.len() / 2].to_vec(), PictureError::Damaged),
        (b"GIF89a".to_vec(), PictureError::Damaged),
        (b"RIFF\xff\xff\xff\xffWEBP".to_vec(), PictureError::Damaged),
        (b"RIFF\x04\0\0\0WAVE".to_vec(), PictureError::Other),
        (b"\x89PNG".to_vec(), PictureError::Damaged),
        (with_part(FACE, b"PLTE", &[1, 2]), PictureError::Damaged),
        (with_part(FACE, b"PLTE", &[7; 10]), PictureError::Damaged),
        (with_part(FACE, b"PLTE", &[7; 3 * 257]), PictureError::Damaged),
        (b"\x1b]0;title\x07".to_vec(), PictureError::Other),
        (vec![], PictureError::Other),
    ] {
        assert_eq!(Picture::parse(bytes.clone()).unwrap_err(), why, "{:?}", &bytes[..bytes.len().min(40)]);
    }
}

/// The check of a part of a PNG.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (if crc & 1 == 1 { 0xedb8_8320 } else { 0 }))
    })
}

#[test]
fn bytes_that_were_changed_cost_an_answer_and_no_more() {
    for bytes in FOUND {
        for at in 0..bytes.len() {
            for to in [0, bytes[at] ^ 0xff] {
                let mut changed = bytes.to_vec();
                changed[at] = to;
                drop(Picture::parse(changed));
            }
            drop(Picture::parse(bytes[..at].to_vec()));
        }
    }
}
