//! Who may name whom: the walls between the rooms of the program.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // Comments may name whom they like.
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            found.push((path, code));
        }
    }
}

/// Asserts that of the files whose path begins with one of `rooms` (all, if none is named), only those
/// under `allowed` hold one of the words.
#[track_caller]
fn only_in(allowed: &[&str], rooms: &[&str], words: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 20);
    let mut looked_at = 0;
    for (path, code) in files {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let within = |rooms: &[&str]| rooms.iter().any(|room| name.starts_with(room));
        if within(allowed) || !(rooms.is_empty() || within(rooms)) {
            continue;
        }
        looked_at += 1;
        for word in words {
            assert!(!code.contains(word), "src/{name} names {word}");
        }
    }
    assert!(looked_at > 0, "no file matches {rooms:?}");
}

#[test]
fn only_the_store_knows_sql() {
    only_in(&["store"], &[], &["rusqlite"]);
}

#[test]
fn only_the_screens_know_the_terminal() {
    only_in(&["tui"], &[], &["ratatui", "crossterm"]);
}

#[test]
fn update_view_and_keys_never_name_the_store() {
    only_in(
        &[],
        &["tui/update", "tui/view", "tui/keys", "tui/state", "tui/layout", "tui/list"],
        &["crate::store", "Store::"],
    );
}

#[test]
fn imports_run_downwards() {
    only_in(&[], &["model"], &["crate::text", "crate::store", "crate::cli", "crate::tui", "crate::transfer"]);
    only_in(&[], &["text"], &["crate::store", "crate::cli", "crate::tui", "crate::transfer"]);
    only_in(&[], &["store", "transfer"], &["crate::cli", "crate::tui"]);
    only_in(&[], &["transfer"], &["crate::store"]);
    only_in(&[], &["tui"], &["crate::cli"]);
}
