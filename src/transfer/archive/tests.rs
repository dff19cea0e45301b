//! Packed and hostile files.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::Ordering;

use zip::write::SimpleFileOptions;

use super::Archive;

fn read(archive: &mut Archive, name: &str) -> String {
    let mut text = String::new();
    archive.open_text(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap()
}

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(bytes).unwrap();
    bz2.finish().unwrap()
}

#[test]
fn single_compressed_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.txt.gz");
    let concatenated = [gz(b"one "), gz(b"two")].concat();
    // `one two`, as xz packs it.
    let xz = data_encoding::BASE64
        .decode(b"/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAGb25lIHR3bwAAODJklYtYI3wAAR8HFi64cx+2830BAAAAAARZWg==")
        .unwrap();
    for bytes in [gz(b"one two"), concatenated, bz2(b"one two"), xz] {
        fs::write(&path, bytes).unwrap();
        let mut archive = Archive::open(&path).unwrap();
        assert!(archive.is_file());
        let name = archive.names()[0].clone();
        assert_eq!(read(&mut archive, &name), "one two");
        // It can be read again.
        assert_eq!(read(&mut archive, &name), "one two");
    }
}

#[test]
fn tar_is_read_plain_and_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let plain = tar(&[("a/outbox.json", "{}"), ("a/likes.json", "[]"), ("a/cat.png", "meow")]);
    for bytes in [plain.clone(), gz(&plain), bz2(&plain)] {
        fs::write(&path, bytes).unwrap();
        let mut archive = Archive::open(&path).unwrap();
        assert_eq!(archive.names(), ["a/outbox.json", "a/likes.json", "a/cat.png"]);
        assert_eq!(
            (read(&mut archive, "a/likes.json"), read(&mut archive, "a/outbox.json")),
            ("[]".into(), "{}".into())
        );
    }
}

fn zipped(path: &Path, files: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn zip_with_backslashes_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    zipped(&path, &[("data/tweets.js", b"x"), ("../outside.js", b"y")]);
    let bytes = fs::read(&path).unwrap();
    let text: Vec<u8> = String::from_utf8_lossy(&bytes).replace("data/tweets.js", "data\\tweets.js").into_bytes();
    // The archive holds no other bytes than ASCII and those of lengths, so that only names change.
    if text.len() == bytes.len() {
        fs::write(&path, text).unwrap();
    }
    let mut archive = Archive::open(&path).unwrap();
    assert_eq!(archive.names(), ["data/tweets.js"]);
    assert_eq!(read(&mut archive, "data/tweets.js"), "x");
}

#[test]
fn zip_with_overlapping_members_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    zipped(&path, &[("one", b"same bytes"), ("two", b"same bytes")]);
    let mut bytes = fs::read(&path).unwrap();
    let headers: Vec<_> =
        bytes.windows(4).enumerate().filter(|(_, at)| *at == b"PK\x01\x02").map(|(at, _)| at).collect();
    let first = bytes[headers[0] + 42..headers[0] + 46].to_vec();
    bytes[headers[1] + 42..headers[1] + 46].copy_from_slice(&first);
    fs::write(&path, bytes).unwrap();
    let why = Archive::open(&path).unwrap_err().to_string();
    assert!(why.ends_with("has members that overlap, as a decompression bomb does: leave it alone"), "{why}");
}

#[test]
fn stop_flag_ends_a_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.txt");
    fs::write(&path, "one").unwrap();
    let mut archive = Archive::open(&path).unwrap();
    archive.stop_flag().store(true, Ordering::Relaxed);
    let name = archive.names()[0].clone();
    assert!(archive.read_file(&name, 10).is_err());
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_opened_beside_a_feed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("feed.txt"), "one").unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("old.txt")).unwrap();
    let mut archive = Archive::open(&folder.path().join("feed.txt")).unwrap();
    let why = archive.open_file("old.txt").err().unwrap().to_string();
    assert!(why.ends_with("it is not a regular file"), "{why}");
}
