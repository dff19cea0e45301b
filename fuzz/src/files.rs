//! Targets that read files: reading any bytes ends without a panic.

use std::io::Write;

use microblog::model::Picture;
use microblog::store::{StoreError, read_flask};
use microblog::transfer::archive::Archive;
use microblog::transfer::{Format, detect, read};

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file to fill");
    file.write_all(bytes).expect("room for it");
    file
}

/// Reads bytes as a file of a format.
pub fn parse(format: Format, bytes: &[u8]) {
    let file = file(bytes);
    let Ok(mut archive) = Archive::open(file.path()) else { return };
    let _ = read(format, &mut archive, &mut |_| Ok(()));
}

/// Reads bytes as an archive of each format.
pub fn unpack(bytes: &[u8]) {
    let file = file(bytes);
    let Ok(mut archive) = Archive::open(file.path()) else { return };
    let _ = detect(&mut archive);
    for format in [Format::Mastodon, Format::X] {
        let _ = read(format, &mut archive, &mut |_| Ok(()));
    }
}

/// Reads bytes as a database of the Flask tutorial.
pub fn flask(bytes: &[u8]) {
    let file = file(bytes);
    let _ = read_flask::<StoreError>(file.path(), &mut |_| Ok(()));
}

/// Decodes and scales an avatar.
pub fn picture(bytes: &[u8]) {
    let Ok(picture) = Picture::parse(bytes.to_vec()) else { return };
    let small = picture.square(48).expect("a decoded picture is decoded again");
    assert_eq!(small.len(), 48 * 48);
}
