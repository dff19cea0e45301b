//! Character encodings: decodes text files to UTF-8.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes in which an XML declaration is looked for.
const DECLARATION: usize = 1024;
/// Size of the pieces that are decoded at a time, in bytes.
const CHUNK: usize = 1 << 16;

/// Decodes a text by its byte-order mark, the encoding that it declares, or its bytes.
///
/// Returns the text, and the offset in it of the first invalid byte. A text that is neither declared nor valid UTF-8 is
/// read as Windows-1252, which extends Latin-1; single invalid bytes become U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<usize>) {
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(|| utf16(bytes));
    let encoding = encoding.or_else(|| declared(bytes)).unwrap_or(UTF_8);
    // Text of an encoding with one byte per character is hardly ever valid UTF-8: rather is the declaration wrong.
    let is_misdeclared = encoding.is_single_byte() && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
    let encoding = if is_misdeclared { UTF_8 } else { encoding };
    if encoding != UTF_8 {
        let (text, _, bad) = encoding.decode(bytes);
        let at = bad.then(|| text.find('\u{fffd}')).flatten();
        return (text, at);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(error) => (repaired(bytes), Some(error.valid_up_to())),
    }
}

/// Decodes bytes that may not be valid UTF-8: as Windows-1252 if no character beyond ASCII is, else with U+FFFD for
/// those that are not.
pub(super) fn repaired(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    if let Some(bytes) = joined_halves(bytes) {
        return Cow::Owned(String::from_utf8_lossy(&bytes).into_owned());
    }
    let is_legacy = bytes.utf8_chunks().all(|chunk| {
        chunk.valid().is_ascii()
            && match chunk.invalid() {
                [] => true,
                // `ÿ` starts no word of any language, and the byte is often part of damage.
                [byte] => *byte != 0xff,
                // A letter with an accent and the punctuation behind it look like the start of a UTF-8 character.
                [letter, mark] => *letter >= 0xc0 && is_punctuation(*mark),
                _ => false,
            }
    });
    if is_legacy { WINDOWS_1252.decode(bytes).0 } else { String::from_utf8_lossy(bytes) }
}

/// Joins the halves of characters that were written as characters of their own (CESU-8); a half alone becomes U+FFFD.
/// `None` if there are none.
fn joined_halves(bytes: &[u8]) -> Option<Vec<u8>> {
    let half = |at: usize| match bytes.get(at..at + 3) {
        Some([0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf]) => {
            Some(0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f))
        }
        _ => None,
    };
    let mut at = (0..bytes.len()).find(|at| half(*at).is_some())?;
    let mut joined = bytes[..at].to_vec();
    while at < bytes.len() {
        let Some(high) = half(at) else {
            joined.push(bytes[at]);
            at += 1;
            continue;
        };
        at += 3;
        let low = half(at).filter(|low| high < 0xdc00 && *low >= 0xdc00);
        let whole = low.and_then(|low| char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)));
        at += if whole.is_some() { 3 } else { 0 };
        joined.extend_from_slice(whole.unwrap_or('\u{fffd}').encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(joined)
}

/// Returns whether a byte of Windows-1252 is punctuation that follows a word: `…`, quotes, dashes, a hard space.
fn is_punctuation(byte: u8) -> bool {
    matches!(byte, 0x85 | 0x91..=0x94 | 0x96 | 0x97 | 0xa0 | 0xbb)
}

/// Returns the encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION)]);
    let declaration = head.split_once("<?xml")?.1.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let label = value.get(1..)?.split(['"', '\'']).next()?;
    // A declaration that could be read as ASCII is not UTF-16, whatever it says.
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
}

/// Recognizes UTF-16 by the zero bytes between its ASCII characters.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        [1..0x80, 0, 1..0x80, 0, ..] => Some(UTF_16LE),
        [0, 1..0x80, 0, 1..0x80, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// Returns a reader of UTF-8 text; UTF-16 is converted, everything else passed through.
///
/// # Errors
/// If the input cannot be read.
pub(super) fn utf8_reader<'r>(mut input: Box<dyn Read + 'r>) -> io::Result<Box<dyn Read + 'r>> {
    let mut head = Vec::new();
    input.by_ref().take(4).read_to_end(&mut head)?;
    let encoding = utf16(&head);
    let input = io::Cursor::new(head).chain(input);
    Ok(match encoding {
        None => Box::new(input),
        Some(encoding) => {
            Box::new(Utf16Reader { input, decoder: encoding.new_decoder(), text: Vec::new(), at: 0, done: false })
        }
    })
}

struct Utf16Reader<R> {
    input: R,
    decoder: Decoder,
    /// Decoded bytes, those before `at` already returned.
    text: Vec<u8>,
    at: usize,
    done: bool,
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.done {
            let mut bytes = vec![0; CHUNK];
            let length = self.input.read(&mut bytes)?;
            self.done = length == 0;
            let room = self.decoder.max_utf8_buffer_length(length).unwrap_or(CHUNK * 3 + 16);
            self.text.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&bytes[..length], &mut self.text, self.done);
            self.text.truncate(written);
            self.at = 0;
        }
        let length = buffer.len().min(self.text.len() - self.at);
        buffer[..length].copy_from_slice(&self.text[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{decode, utf8_reader};

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn encoding_is_found_by_mark_declaration_or_content() {
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?>caf\xe9";
        for (bytes, end) in [
            (b"caf\xc3\xa9".to_vec(), "café"),
            (b"\xef\xbb\xbfcaf\xc3\xa9".to_vec(), "café"),
            (latin.to_vec(), "café"),
            (b"caf\xe9 \x93x\x94".to_vec(), "café “x”"),
            (b"\x93caf\xe9\x94 \x97 na\xefve\x85".to_vec(), "“café” — naïve…"),
            (b"<?xml version='1.0' encoding='utf-8'?>caf\xe9".to_vec(), "café"),
            (b"\xc3\xa9 bad \xff byte".to_vec(), "é bad \u{fffd} byte"),
            (b"half \xe2\x82 character".to_vec(), "half \u{fffd} character"),
            (utf16("\u{feff}café 😀", false), "café 😀"),
            (utf16("café", true), "café"),
            (b"<?xml version='1.0' encoding='utf-16'?>caf\xc3\xa9".to_vec(), "café"),
            (b"<?xml version='1.0' encoding='iso-8859-1'?>caf\xc3\xa9".to_vec(), "café"),
            (b"cesu \xed\xa0\xbd\xed\xb8\x80 \xed\xa0\xbd".to_vec(), "cesu 😀 \u{fffd}"),
        ] {
            let (text, _) = decode(&bytes);
            assert!(text.ends_with(end) && !text.contains('\0'), "{text:?}");
        }
        assert_eq!(decode(b"a\xff").1, Some(1));
    }

    #[test]
    fn utf16_is_converted_while_it_is_read() {
        let text = "# nick = ada 😀\n".repeat(20_000);
        for bytes in [utf16(&format!("\u{feff}{text}"), false), utf16(&text, true), text.clone().into_bytes()] {
            let mut read = String::new();
            utf8_reader(Box::new(&bytes[..])).unwrap().read_to_string(&mut read).unwrap();
            assert!(read == text);
        }
    }
}
