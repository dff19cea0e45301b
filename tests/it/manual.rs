//! The manual pages name only pages that exist, have the sections that readers look for, and render without a warning.
//!
//! `groff` and `mandoc` check them where they are installed; with `MICROBLOG_TEST_MANUAL` set they must be.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::common::Shell;

/// Writes all manual pages, and returns their paths.
fn pages(shell: &Shell) -> Vec<PathBuf> {
    let output = shell.command().args(["man", "--all", "pages"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let paths: Vec<PathBuf> = fs::read_dir(shell.path("pages")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(paths.len() > 50, "only {} pages", paths.len());
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("wrote {} manual pages to pages\n", paths.len()));
    paths
}

#[test]
fn every_page_that_a_manual_page_names_is_written() {
    let shell = Shell::new();
    let paths = pages(&shell);
    let names: BTreeSet<String> =
        paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    let mut references = 0;
    for path in &paths {
        let text = fs::read_to_string(path).unwrap().replace("\\-", "-").replace("\\fB", "").replace("\\fR", "");
        for section in ["1", "5"] {
            let reference = format!("({section})");
            let named = text.split(&reference).map(|before| {
                let start =
                    before.rfind(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c))).map_or(0, |at| at + 1);
                &before[start..]
            });
            for name in named.filter(|name| name.starts_with("microblog")) {
                references += 1;
                assert!(names.contains(&format!("{name}.{section}")), "{path:?} names {name}({section})");
            }
        }
    }
    assert!(references > 50, "only {references} references were found");
}

#[test]
fn manual_page_has_keys_settings_files_environment_status_and_examples() {
    let shell = Shell::new();
    let output = shell.command().arg("man").output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    for heading in ["KEYS", "SETTINGS", "FILES", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
        let plain = format!(".SH {heading}\n");
        let quoted = format!(".SH \"{heading}\"\n");
        assert!(page.contains(&plain) || page.contains(&quoted), "no section {heading}");
    }
    for word in ["post_limit", "MICROBLOG\\_DB", "ctrl\\-s", "like/unlike"] {
        assert!(page.contains(word) || page.contains(&word.replace("\\_", "_")), "the page does not mention {word}");
    }
}

#[test]
fn manual_pages_render_without_a_warning() {
    let shell = Shell::new();
    let paths = pages(&shell);
    let mut tried = 0;
    for (program, arguments) in
        [("groff", &["-man", "-ww", "-Kutf8", "-Tutf8", "-z"][..]), ("mandoc", &["-T", "lint", "-W", "warning"][..])]
    {
        if Command::new(program).arg("--version").output().is_err() {
            assert!(env::var_os("MICROBLOG_TEST_MANUAL").is_none(), "{program} is not installed");
            println!("not checked: {program} is not installed");
            continue;
        }
        tried += 1;
        let output = Command::new(program).args(arguments).args(&paths).output().unwrap();
        let complaints = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(complaints, ["", ""], "{program}");
    }
    println!("checked with {tried} programs");
}

#[test]
fn manual_pages_replace_no_page_of_others_and_no_database() {
    let shell = Shell::new();
    fs::create_dir(shell.path("pages")).unwrap();
    let foreign = ".TH other 1 2020-01-01\n.SH NAME\nother\n.br\n\nafter\n";
    fs::write(shell.path("pages/other.1"), foreign).unwrap();
    let output = shell.command().args(["man", "--all", "pages"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_to_string(shell.path("pages/other.1")).unwrap(), foreign);
    fs::write(shell.path("pages/microblog.1"), b"SQLite format 3\0").unwrap();
    let output = shell.command().args(["man", "--all", "pages"]).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains("it is a SQLite database"), "{error}");
    assert_eq!(fs::read(shell.path("pages/microblog.1")).unwrap(), b"SQLite format 3\0");
}
