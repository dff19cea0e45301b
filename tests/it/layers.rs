//! Checks which part of the program imports which, and that no files import each other in a circle.
//!
//! Paths are read from the syntax tree: `use` declarations with nested groups, `super::` and `self::`, paths inside of
//! expressions, types and macros. A path counts for the file that *defines* its item: `crate::store::Store` leads to
//! `store/open.rs` if `store.rs` only re-exports it. Test code is not counted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::source::{Crate, Mention};

/// Each part of the program and the parts that it may import, from the bottom up. `lib.rs` only names them.
const PARTS: &[(&str, &[&str])] = &[
    ("os_error", &[]),
    ("output_file", &["os_error"]),
    ("shell", &[]),
    ("model", &[]),
    ("text", &["model"]),
    ("attach", &["model", "os_error"]),
    ("config", &["model", "os_error", "output_file", "text"]),
    ("editor", &["config", "model", "os_error", "text"]),
    ("auto_publish", &["config", "model"]),
    ("crash", &["config", "model", "output_file", "text"]),
    ("text_recovery", &["config", "model", "output_file", "text"]),
    ("net", &[]),
    ("mastodon", &["model", "net"]),
    ("store", &["model", "os_error", "text"]),
    ("transfer", &["model", "os_error", "text"]),
    ("import", &["crash", "model", "store", "text", "transfer"]),
    (
        "sync",
        &["attach", "config", "crash", "mastodon", "model", "net", "output_file", "shell", "store", "text", "transfer"],
    ),
    ("demo", &["model", "store", "text"]),
    (
        "cli",
        &[
            "attach",
            "auto_publish",
            "config",
            "demo",
            "editor",
            "crash",
            "import",
            "model",
            "net",
            "output_file",
            "shell",
            "text_recovery",
            "store",
            "sync",
            "text",
            "transfer",
            "tui",
        ],
    ),
    (
        "tui",
        &[
            "attach",
            "attach",
            "auto_publish",
            "config",
            "editor",
            "crash",
            "import",
            "model",
            "net",
            "os_error",
            "output_file",
            "text_recovery",
            "store",
            "sync",
            "text",
            "transfer",
        ],
    ),
    ("main", &["cli"]),
];

/// Crates that only one part may name.
const OWNERS: &[(&str, &[&str])] = &[
    ("net", &["httpdate", "ureq"]),
    ("store", &["rusqlite", "rusqlite_migration"]),
    ("tui", &["crossterm", "ratatui", "tui_textarea"]),
];

/// Circles that exist, each sorted by name. The list only shrinks: the test fails if one of them is gone.
const KNOWN_CIRCLES: &[&[&str]] = &[];

static PROGRAM: LazyLock<Crate> = LazyLock::new(|| Crate::read(&crate::source::sources()));

/// The part that a file belongs to: the first segment of its path.
fn part(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or(file)
}

/// Returns the first segment of the file's path after `tui/`.
fn room<'a>(file: &'a str, parent: &str) -> Option<&'a str> {
    let rest = file.strip_prefix(parent)?.strip_prefix('/')?;
    rest.split(['/', '.']).next()
}

#[test]
fn imports_run_downwards() {
    let mut wrong = BTreeSet::new();
    for Mention { from, to } in PROGRAM.mentions() {
        let (above, below) = (part(&from), part(&to.file));
        if above == "lib" || above == below {
            continue;
        }
        let Some((_, allowed)) = PARTS.iter().find(|(name, _)| *name == above) else {
            panic!("src/{from} belongs to no part that this test knows: add `{above}` and what it may import");
        };
        if !allowed.contains(&below) {
            wrong
                .insert(format!("src/{from} imports {} from src/{}: {above} may not import {below}", to.item, to.file));
        }
    }
    assert!(wrong.is_empty(), "{}", list(wrong));
}

#[test]
fn one_part_names_each_outside_library() {
    let mut wrong = BTreeSet::new();
    for (file, path) in PROGRAM.paths() {
        let owner = OWNERS.iter().find(|(_, crates)| path.first().is_some_and(|name| crates.contains(&name.as_str())));
        if let Some((owner, _)) = owner.filter(|(owner, _)| part(&file) != *owner) {
            wrong.insert(format!("src/{file} names {}: only {owner} may", path.join("::")));
        }
    }
    assert!(wrong.is_empty(), "{}", list(wrong));
}

/// Whether a file draws: it may read the state and nothing may call it but the loop and other drawing code.
fn draws(file: &str) -> bool {
    matches!(room(file, "tui"), Some("draw" | "widgets"))
        || file.starts_with("tui/screens/") && file.ends_with("/draw.rs")
}

/// Whether a file changes the state for a message.
fn updates(file: &str) -> bool {
    room(file, "tui") == Some("update") || file.starts_with("tui/screens/") && file.ends_with("/update.rs")
}

#[test]
fn update_does_not_import_what_draws() {
    let mut wrong = BTreeSet::new();
    for Mention { from, to } in PROGRAM.mentions() {
        if updates(&from) && draws(&to.file) {
            wrong.insert(format!("src/{from} imports {} from src/{}", to.item, to.file));
        }
    }
    assert!(wrong.is_empty(), "{}", list(wrong));
}

#[test]
fn state_update_draw_and_keys_do_not_name_the_store() {
    const PURE: [&str; 9] = ["draw", "keys", "layout", "list", "measure", "screens", "state", "update", "widgets"];
    let mut wrong = BTreeSet::new();
    // The load of a screen is called by what carries out effects, not by `update`.
    let loads =
        |from: &str, item: &str| room(from, "tui") == Some("screens") && ["Store", "StoreError"].contains(&item);
    for Mention { from, to } in PROGRAM.mentions() {
        let is_pure = room(&from, "tui").is_some_and(|room| PURE.contains(&room)) && !loads(&from, &to.item);
        if is_pure && part(&to.file) == "store" {
            wrong.insert(format!("src/{from} imports {} from src/{}", to.item, to.file));
        }
    }
    assert!(wrong.is_empty(), "{}", list(wrong));
}

#[test]
fn only_the_registry_knows_the_screens_over_the_panes() {
    const SHARED: [&str; 8] =
        ["compose", "edit_history", "list_screen", "profile", "registration", "thread", "timeline", "users"];
    let mut wrong = BTreeSet::new();
    for Mention { from, to } in PROGRAM.mentions() {
        let Some(screen) = room(&to.file, "tui/screens").filter(|screen| !SHARED.contains(screen)) else { continue };
        if from != "tui/screens.rs" && room(&from, "tui/screens") != Some(screen) {
            wrong.insert(format!("src/{from} imports {} from src/{}", to.item, to.file));
        }
    }
    assert!(wrong.is_empty(), "{}", list(wrong));
}

/// Files that import each other in a circle, with the imports between them.
///
/// An import of a *type, trait, constant or macro* from a file's own ancestors (`super::Type`) is not counted: a module
/// may name what its parent defines, and the parent may call into its children. A *function* of an ancestor counts, and
/// so does everything between files that are not in one line of descent. A `pub use` that only hands an item on counts
/// neither: a file that imports the item depends on the file that defines it.
fn circles() -> Vec<(BTreeSet<String>, Vec<String>)> {
    let mut edges: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for Mention { from, to } in PROGRAM.mentions() {
        let parent = to.file.trim_end_matches(".rs").trim_end_matches("/mod");
        let is_ancestor = to.file == "lib.rs" || from.starts_with(&format!("{parent}/"));
        if !is_ancestor || to.is_function {
            edges.entry(from).or_default().entry(to.file).or_default().insert(to.item);
        }
    }
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        edges.keys().map(|file| (file, reachable(&edges, file))).collect();
    let mut found: Vec<(BTreeSet<String>, Vec<String>)> = Vec::new();
    for (file, reached) in &reach {
        if !reached.contains(file) || found.iter().any(|(circle, _)| circle.contains(*file)) {
            continue;
        }
        let circle: BTreeSet<String> = reached
            .iter()
            .filter(|other| reach.get(**other).is_some_and(|back| back.contains(file)))
            .map(|other| (*other).clone())
            .collect();
        let imports = edges
            .iter()
            .filter(|(from, _)| circle.contains(*from))
            .flat_map(|(from, to)| to.iter().map(move |(to, items)| (from, to, items)))
            .filter(|(_, to, _)| circle.contains(*to))
            .map(|(from, to, items)| {
                let items: Vec<&str> = items.iter().map(String::as_str).collect();
                format!("{from} → {to}: {}", items.join(", "))
            })
            .collect();
        found.push((circle, imports));
    }
    found
}

fn reachable<'a>(
    edges: &'a BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    from: &String,
) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = edges.get(from).into_iter().flat_map(BTreeMap::keys).collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(edges.get(next).into_iter().flat_map(BTreeMap::keys));
        }
    }
    reached
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let circles = circles();
    let mut wrong = Vec::new();
    for (circle, imports) in &circles {
        if !KNOWN_CIRCLES.iter().any(|known| circle.iter().eq(known.iter())) {
            let names: Vec<&str> = circle.iter().map(String::as_str).collect();
            wrong.push(format!("a circle of {}: {}\n    {}", names.len(), names.join(", "), imports.join("\n    ")));
        }
    }
    for known in KNOWN_CIRCLES {
        if !circles.iter().any(|(circle, _)| circle.iter().eq(known.iter())) {
            wrong.push(format!("KNOWN_CIRCLES has a circle that is gone: {}", known.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{}", list(wrong));
}

fn list(lines: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<String> = lines.into_iter().collect();
    format!("{} found:\n{}", lines.len(), lines.join("\n"))
}
