//! Runs every fuzz target on its seeds, so that a broken target is found without the fuzzer.

use std::fs;
use std::path::{Path, PathBuf};

use microblog::transfer::Format;

/// Returns the files of a folder, which must not be empty.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|it| panic!("{}: {it}", folder.display()));
    let files: Vec<_> = entries.map(|it| it.expect("an entry").path()).filter(|it| it.is_file()).collect();
    assert!(!files.is_empty(), "{} has no files", folder.display());
    files
}

fn each_text(folder: &str, target: fn(&str)) {
    for file in files(folder) {
        target(&fs::read_to_string(&file).unwrap_or_else(|it| panic!("{}: {it}", file.display())));
    }
}

fn each_file(folder: &str, target: impl Fn(&[u8])) {
    for file in files(folder) {
        target(&fs::read(&file).unwrap_or_else(|it| panic!("{}: {it}", file.display())));
    }
}

#[test]
fn text_targets_pass_on_their_seeds() {
    each_text("fuzz/seeds/text", crate::fuzz::shown);
    each_text("fuzz/seeds/tokens", crate::fuzz::tokenize);
}

#[test]
fn input_targets_pass_on_their_seeds() {
    each_text("fuzz/seeds/search", crate::fuzz::search);
    each_text("fuzz/seeds/dates", crate::fuzz::date);
    each_text("fuzz/seeds/config", crate::fuzz::settings);
}

#[test]
fn file_targets_pass_on_their_seeds() {
    each_file("fuzz/seeds/archive", crate::fuzz::unpack);
    each_file("fuzz/seeds/flask", crate::fuzz::flask);
    each_file("fuzz/seeds/picture", crate::fuzz::picture);
    each_file("tests/fixtures/mastodon", |bytes| crate::fuzz::parse(Format::Mastodon, bytes));
    each_file("tests/fixtures/x/data", |bytes| crate::fuzz::parse(Format::X, bytes));
    for format in [Format::Twtxt, Format::Rss, Format::Jsonfeed] {
        each_file("tests/fixtures/feeds", |bytes| crate::fuzz::parse(format, bytes));
    }
}

#[test]
fn screen_target_passes_on_its_seeds() {
    each_file("fuzz/seeds/keys", crate::fuzz::press);
}
