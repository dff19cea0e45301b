//! Compressed files and tar archives.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Component, Path};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::MOST;

/// Extensions of the files of a tar archive that are kept; pictures can be gigabytes.
const KEPT: [&str; 6] = ["json", "js", "csv", "txt", "xml", "rss"];
/// The owner's picture is kept, whatever its extension.
const AVATAR: &str = "avatar";

/// Returns a reader of what is in a compressed file; `None` if it is not compressed. `head` is its start.
pub(super) fn unpack<'f>(head: &[u8], file: &'f File) -> Option<Box<dyn Read + 'f>> {
    if head.starts_with(&[0x1f, 0x8b]) {
        return Some(Box::new(MultiGzDecoder::new(file)));
    }
    if head.starts_with(b"BZh") {
        return Some(Box::new(MultiBzDecoder::new(file)));
    }
    head.starts_with(b"\xfd7zXZ\0").then(|| Box::new(XzReader::new(file, true)) as Box<dyn Read + 'f>)
}

/// Returns whether a file starts with the header of a tar archive.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let Some(field) = head.get(148..156) else { return false };
    let digits = field.iter().filter(|byte| byte.is_ascii_digit());
    let expected = digits.fold(0_u64, |value, digit| value * 8 + u64::from(digit - b'0'));
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    // The checksum counts its own field as spaces.
    head.len() >= 512 && expected > 0 && expected == sum(&head[..148]) + 8 * u64::from(b' ') + sum(&head[156..512])
}

/// Returns whether a path in an archive stays in it.
pub(super) fn stays_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// The files of a tar archive.
pub(super) struct Tar {
    pub(super) names: Vec<String>,
    /// The content of those that are kept, in one file.
    pub(super) file: File,
    /// Offset and length of each.
    pub(super) members: BTreeMap<String, (u64, u64)>,
}

/// Reads a tar archive to its end.
pub(super) fn read_tar(input: &mut impl Read) -> io::Result<Tar> {
    let mut archive = tar::Archive::new(input);
    let mut tar = Tar { names: Vec::new(), file: tempfile::tempfile()?, members: BTreeMap::new() };
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if !entry.header().entry_type().is_file() || !stays_inside(&path) || tar.names.len() >= MOST {
            continue;
        }
        let member = path.to_string_lossy().trim_start_matches("./").to_owned();
        let avatar = path.file_stem().is_some_and(|stem| stem == AVATAR);
        if avatar || path.extension().is_some_and(|extension| KEPT.iter().any(|kept| extension == *kept)) {
            let start = tar.file.stream_position()?;
            let length = io::copy(&mut entry, &mut tar.file)?;
            tar.members.insert(member.clone(), (start, length));
        }
        tar.names.push(member);
    }
    Ok(tar)
}
