//! Checks the documents: tests, commands and files that they name exist, and generated tables agree with the program.
//!
//! `MICROBLOG_WRITE_DOCS=1 cargo test --test it docs` writes `docs/keys.md` and `docs/settings.md` again.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The documents that users and contributors read.
fn documents() -> Vec<PathBuf> {
    let mut paths = crate::source::files(&crate::source::root().join("docs"), "md");
    paths.extend(["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(|name| crate::source::root().join(name)));
    assert!(paths.len() > 8, "only {} documents were found", paths.len());
    paths
}

/// Runs the program, away from the settings and the database of the user.
fn run(arguments: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_microblog"))
        .args(arguments)
        .env_clear()
        .env("HOME", folder.path())
        .output()
        .unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// Quoted words with three underscores or more: names of tests.
fn named_tests(text: &str) -> Vec<&str> {
    let is_name = |word: &&str| {
        word.matches('_').count() > 2 && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    text.split('`').skip(1).step_by(2).filter(is_name).collect()
}

#[test]
fn every_test_that_a_document_names_exists() {
    let mut code = String::new();
    for folder in ["tests", "src"] {
        for path in crate::source::files(&crate::source::root().join(folder), "rs") {
            code.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    let mut count = 0;
    let mut missing = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for name in named_tests(&text) {
            count += 1;
            if !code.contains(&format!("fn {name}(")) {
                missing.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(count > 90, "the documents name only {count} tests");
    assert!(missing.is_empty(), "there are no such tests:\n{}", missing.join("\n"));
}

#[test]
fn every_row_of_the_data_safety_tables_names_a_test() {
    let text = fs::read_to_string(crate::source::root().join("docs/data-safety.md")).unwrap();
    let rows: Vec<&str> =
        text.lines().filter(|line| line.starts_with("| ") && line.matches(" | ").count() == 2).collect();
    assert!(rows.len() > 50, "only {} rows", rows.len());
    for row in rows.iter().filter(|row| **row != "| what happens | what the program does | test |") {
        assert!(!named_tests(row).is_empty(), "this row names no test: {row}");
    }
}

#[test]
fn every_file_that_a_document_links_to_exists() {
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let file = target.split('#').next().unwrap();
            let linked = path.parent().unwrap().join(file);
            assert!(file.is_empty() || linked.exists(), "{} links to {target}, which does not exist", path.display());
        }
    }
}

/// Lines of shell examples that run the program, without its name and comments.
fn examples(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_shell = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_shell = line == "```sh";
        } else if is_shell {
            let line = line.split(" #").next().unwrap();
            found.extend(line.split("microblog ").skip(1).map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_command_and_option_in_the_examples_exists() {
    let mut helps: BTreeMap<Vec<String>, Option<String>> = BTreeMap::new();
    let mut help = |command: &[&str]| -> Option<String> {
        let key: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        helps.entry(key).or_insert_with(|| run(&[command, &["--help"]].concat())).clone()
    };
    let mut count = 0;
    for path in documents() {
        for example in examples(&fs::read_to_string(&path).unwrap()) {
            let mut command: Vec<&str> = Vec::new();
            let words = example.split(['|', ')', ';', '<', '>', '&']).next().unwrap().split_whitespace();
            let mut words = words.peekable();
            while let Some(word) = words.next() {
                match word {
                    "--as" | "--db" | "--config" => _ = words.next(),
                    word if word.starts_with('-') => {}
                    word if help(&[command.as_slice(), &[word]].concat())
                        .is_some_and(|below| below.contains(&format!("Usage: microblog {}{word}", join(&command)))) =>
                    {
                        command.push(word);
                    }
                    _ => break,
                }
            }
            let opens_the_screens = example.trim().is_empty();
            if opens_the_screens || example.starts_with("--help") {
                continue;
            }
            assert!(!command.is_empty(), "{}: microblog {example}: no such command", path.display());
            let known = help(&command).unwrap();
            for option in example.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2) {
                let option = option.split('=').next().unwrap();
                assert!(known.contains(option), "{}: microblog {example}: no option {option}", path.display());
            }
            count += 1;
        }
    }
    assert!(count > 30, "only {count} examples were found");
}

fn join(command: &[&str]) -> String {
    command.iter().map(|word| format!("{word} ")).collect()
}

#[test]
fn the_readme_fits_on_three_screens() {
    let lines = fs::read_to_string(crate::source::root().join("README.md")).unwrap().lines().count();
    assert!(lines <= 150, "{lines} lines");
}

#[test]
fn the_two_commands_of_the_readme_are_those_that_ci_runs() {
    let readme = fs::read_to_string(crate::source::root().join("README.md")).unwrap();
    let ci = fs::read_to_string(crate::source::root().join(".ci/run")).unwrap();
    for command in ["cargo run --release", "cargo test"] {
        assert!(readme.lines().any(|line| line.starts_with(command)), "the README has no line `{command}`");
        assert!(ci.contains(command), ".ci/run does not run `{command}`");
    }
}

/// A setting as `config show` prints it.
struct Setting {
    /// The heading above it without brackets; empty at the top of the file.
    section: String,
    name: String,
    value: String,
    comment: String,
}

/// Reads what `config show` prints with these settings.
fn settings(file: &str) -> Vec<Setting> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, file).unwrap();
    let text = run(&["--config", path.to_str().unwrap(), "config", "show"]).unwrap();
    let (mut found, mut section, mut comment) = (Vec::new(), String::new(), String::new());
    for line in text.lines() {
        if let Some(more) = line.strip_prefix("# ") {
            let space = if comment.is_empty() { "" } else { " " };
            write!(comment, "{space}{more}").unwrap();
        } else if line.is_empty() {
            comment.clear();
        } else if let Some(name) = line.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
            comment.clear();
        } else {
            let (name, value) = line.split_once(" = ").unwrap_or_else(|| panic!("config show prints {line:?}"));
            let (value, beside) =
                value.split_once("] # ").map_or((value.to_owned(), ""), |(v, c)| (format!("{v}]"), c));
            let comment = if beside.is_empty() { std::mem::take(&mut comment) } else { beside.to_owned() };
            found.push(Setting { section: section.clone(), name: name.to_owned(), value, comment });
        }
    }
    assert!(found.len() > 50, "config show prints only {} settings", found.len());
    found
}

/// Compares a generated document, or writes it if `MICROBLOG_WRITE_DOCS` is set.
#[track_caller]
fn check_generated(name: &str, text: &str) {
    let path = crate::source::root().join("docs").join(name);
    if env::var_os("MICROBLOG_WRITE_DOCS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "docs/{name} differs from what the program says: run MICROBLOG_WRITE_DOCS=1 cargo test --test it docs"
    );
}

const KEYS: &str = "# Keys

This table is generated from the program. `?` shows the keys of the screen you are on, and `:` finds every action by name.

To change a key, put it into the settings file under the heading given here: `like = [\"f\", \"ctrl-l\"]`. Several keys do the
same thing, `\"g g\"` is two keys, one after the other, and `[]` is none. `preset = \"vim\"` or `\"emacs\"` under `[keys]` changes
the keys in those columns.
";

#[test]
fn keys_document_agrees_with_the_program() {
    let mut text = KEYS.to_owned();
    let presets = ["vim", "emacs"].map(|preset| settings(&format!("[keys]\npreset = \"{preset}\"")));
    let mut section = String::new();
    for key in settings("").iter().filter(|setting| setting.section.starts_with("keys") && setting.name != "preset") {
        if key.section != section {
            section.clone_from(&key.section);
            write!(text, "\n## {}\n\n", title(&section)).unwrap();
            writeln!(text, "| action | keys | vim | emacs | name in `[{section}]` |\n|---|---|---|---|---|").unwrap();
        }
        let is_numbered = |digits: &[char]| key.name.starts_with("timeline-") && key.name.ends_with(digits);
        if is_numbered(&['2', '3', '4', '5', '6', '7', '8', '9']) {
            continue;
        }
        let other = |preset: &[Setting]| {
            let same = preset.iter().find(|other| other.section == key.section && other.name == key.name).unwrap();
            if same.value == key.value { String::new() } else { shown(&same.value) }
        };
        let [vim, emacs] = presets.each_ref().map(|preset| other(preset));
        let (action, keys, name) = if is_numbered(&['1']) {
            ("timeline 1 to 9".to_owned(), "`1` … `9`".to_owned(), "`timeline-1` … `timeline-9`".to_owned())
        } else {
            (key.comment.replace('|', "\\|"), shown(&key.value), format!("`{}`", key.name))
        };
        writeln!(text, "| {action} | {keys} | {vim} | {emacs} | {name} |").unwrap();
    }
    check_generated("keys.md", &text);
}

/// The title of a section of keys.
fn title(section: &str) -> String {
    let name = section.trim_start_matches("keys").trim_start_matches('.').replace('-', " ");
    let mut letters = name.chars();
    letters.next().map_or("Panes".to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

/// Keys for people: `["j", "down"]` becomes `` `j` `down` ``.
fn shown(value: &str) -> String {
    let keys: Vec<String> =
        value.split('"').skip(1).step_by(2).map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
    if keys.is_empty() { "none".to_owned() } else { keys.join(" ") }
}

const SETTINGS: &str = "# Settings

This table is generated from the program. The settings are in `config.toml`; `microblog config path` prints where that is, and
`--config FILE` or `MICROBLOG_CONFIG` names another file. `microblog config show` prints all of them, as a file to start from.
Changes apply as soon as you save the file. An error is reported with its line, and the default is used.

| setting | default | allowed | meaning |
|---|---|---|---|
";

const FEEDS: &str = "
Under `[feeds]`, for feeds that are fetched over HTTP:

| setting | default | allowed | meaning |
|---|---|---|---|
";

const PUBLISH: &str = "
Under `[publish]`, for your own feed:

| setting | default | allowed | meaning |
|---|---|---|---|
";

const AFTER_SETTINGS: &str = "
The keys are under `[keys]`; [Keys](keys.md) lists them.

## Themes

";

const ENVIRONMENT: &str = "
Your own themes are files in the folder `themes` beside `config.toml`; copy one of [`assets/themes`](../assets/themes) to start. A
terminal with 256 or 16 colors shows the nearest readable ones.

## Environment

| variable | meaning |
|---|---|
| `MICROBLOG_DB` | the database, like `--db` |
| `MICROBLOG_CONFIG` | the settings file, like `--config` |
| `MICROBLOG_USER` | the user to act as, like `--as` |
| `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` | the proxy for feeds |
| `SSL_CERT_FILE` | certificates to trust in place of the built-in ones |
| `NO_COLOR` | no colors |
| `VISUAL`, `EDITOR` | the editor, unless the setting `editor` names one |
| `LC_ALL`, `LC_TIME`, `LANG` | the locale, which decides about `clock` and `week_start` when they are `auto` |
| `TZ` | your time zone |
";

#[test]
fn settings_document_agrees_with_the_program() {
    let mut text = SETTINGS.to_owned();
    for setting in settings("").iter().filter(|setting| setting.section.is_empty()) {
        let Setting { name, value, comment, .. } = setting;
        let (meaning, allowed) = comment.trim_end_matches(')').rsplit_once(" (").unwrap();
        writeln!(text, "| `{name}` | `{value}` | {allowed} | {meaning} |").unwrap();
    }
    for (section, heading) in [("feeds", FEEDS), ("publish", PUBLISH)] {
        text.push_str(heading);
        for setting in settings("").iter().filter(|setting| setting.section == section) {
            let Setting { name, value, comment, .. } = setting;
            let (meaning, allowed) = comment.trim_end_matches(')').rsplit_once(" (").unwrap();
            writeln!(text, "| `{name}` | `{value}` | {allowed} | {meaning} |").unwrap();
        }
    }
    text.push_str(AFTER_SETTINGS);
    let themes: Vec<String> = crate::source::files(&crate::source::root().join("assets/themes"), "toml")
        .iter()
        .map(|path| format!("`{}`", path.file_stem().unwrap().to_str().unwrap()))
        .collect();
    writeln!(text, "Built in: {}.", themes.join(", ")).unwrap();
    text.push_str(ENVIRONMENT);
    check_generated("settings.md", &text);
}
