//! Readers on random bytes, and on fixtures with pieces removed, moved and changed: they end and never panic.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

const FORMATS: [Format; 6] = [Format::Twtxt, Format::Mastodon, Format::X, Format::Jsonfeed, Format::Rss, Format::Atom];

/// A file of each format, in the order of [`FORMATS`].
static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let names = [
        "feeds/jo.txt",
        "mastodon/outbox.json",
        "x/data/tweets.js",
        "feeds/odd.json",
        "feeds/account.rss",
        "feeds/notes.atom",
    ];
    names.iter().map(|name| fs::read(fixtures().join(name)).unwrap()).collect()
});

/// A change to a file.
#[derive(Debug, Clone)]
enum Change {
    Cut(Index, usize),
    Repeat(Index, usize),
    Put(Index, Vec<u8>),
    Move(Index, Index, usize),
}

impl Change {
    fn make(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let range = |at: &Index, length: usize| {
            let at = at.index(bytes.len());
            at..(at + length).min(bytes.len())
        };
        match self {
            Self::Cut(at, length) => drop(bytes.drain(range(at, *length))),
            Self::Repeat(at, length) => {
                let range = range(at, *length);
                let piece = bytes[range.clone()].to_vec();
                drop(bytes.splice(range.end..range.end, piece));
            }
            Self::Put(at, new) => {
                let range = range(at, new.len());
                drop(bytes.splice(range, new.iter().copied()));
            }
            Self::Move(from, to, length) => {
                let piece: Vec<u8> = bytes.drain(range(from, *length)).collect();
                let to = to.index(bytes.len() + 1);
                drop(bytes.splice(to..to, piece));
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    /// Bytes that are syntax in one of the formats.
    const SYNTAX: [&[u8]; 22] = [
        b"\"",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"<",
        b">",
        b"&",
        b"&amp;",
        b"\0",
        b"\n",
        b"\t",
        b"#",
        b"@<",
        b"null",
        b"1e999",
        b"-1",
        b"\xff\xfe",
        b"\xed\xa0\x80",
    ];
    let at = any::<Index>;
    prop_oneof![
        (at(), 1_usize..300).prop_map(|(at, length)| Change::Cut(at, length)),
        (at(), 1_usize..300).prop_map(|(at, length)| Change::Repeat(at, length)),
        (at(), proptest::sample::select(&SYNTAX[..])).prop_map(|(at, new)| Change::Put(at, new.to_vec())),
        (at(), proptest::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, new)| Change::Put(at, new)),
        (at(), at(), 1_usize..300).prop_map(|(from, to, length)| Change::Move(from, to, length)),
    ]
}

/// Reads bytes as a format, and detects their format.
fn survive(format: Format, bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let Ok(mut archive) = Archive::open(file.path()) else { return };
    let mut count = 0;
    let mut emit = |item| {
        count += 1;
        // No file has more items than bytes.
        assert!(count <= bytes.len() + 2, "it never ends");
        assert!(!describe(&item).is_empty());
        Ok(())
    };
    let _ = read(format, &mut archive, &mut emit);
    let _ = crate::transfer::detect(&mut archive);
}

proptest! {
    #[test]
    fn mutated_file_is_read_to_its_end(
        which in 0..FORMATS.len(),
        changes in proptest::collection::vec(change(), 1..12),
    ) {
        let mut bytes = FILES[which].clone();
        changes.iter().for_each(|change| change.make(&mut bytes));
        survive(FORMATS[which], &bytes);
    }

    #[test]
    fn random_bytes_are_read_to_their_end(
        which in 0..FORMATS.len(),
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
    ) {
        survive(FORMATS[which], &bytes);
    }

    #[test]
    fn mutated_archive_is_read_or_refused(changes in proptest::collection::vec(change(), 1..6), tar in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        if tar { tarred(&path, &fixtures().join("mastodon"), ".") } else { zipped(&path, &fixtures().join("mastodon"), "") }
        let mut bytes = fs::read(&path).unwrap();
        changes.iter().for_each(|change| change.make(&mut bytes));
        survive(Format::Mastodon, &bytes);
    }
}
