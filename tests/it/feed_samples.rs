//! The fixtures of all formats of feeds, served by a server and followed: what comes is what an import of the file gives.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::site::{Page, Site};
use crate::common::{Shell, many};
use serde_json::Value;

/// Returns the files that are feeds by their name, and pages that may be taken for some.
fn samples() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = ["feeds", "cases"].map(|name| fs::read_dir(fixtures.join(name)).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let is_sample = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        path.is_file() && ["xml", "rss", "atom", "txt", "json", "gz", "html", "bar"].contains(&ending)
    };
    let mut paths: Vec<PathBuf> = paths.filter(is_sample).collect();
    paths.sort();
    paths
}

fn run(shell: &Shell, args: &[&str]) -> String {
    let output = shell.command().args(args).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// Returns the texts of all posts, the oldest first.
fn bodies(shell: &Shell) -> Vec<String> {
    let posts = run(shell, &["timeline", "all", "--json", "--limit", "999", "--reverse"]);
    let body = |line: &str| serde_json::from_str::<Value>(line).unwrap()["body"].as_str().unwrap().to_owned();
    posts.lines().filter(|line| line.starts_with('{')).map(body).collect()
}

#[test]
fn samples_are_followed_with_the_posts_that_an_import_gives() {
    let site = Site::start();
    let template = Shell::new();
    run(&template, &["user", "add", "john"]);
    let database = || {
        let shell = Shell::new();
        fs::copy(template.path("m.db"), shell.path("m.db")).unwrap();
        shell
    };
    let mut found = String::new();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    for path in samples() {
        site.set(&format!("/{}", name(&path)), Page::new(fs::read(&path).unwrap()));
    }
    for path in samples() {
        let (followed, imported) = (database(), database());
        let name = name(&path);
        let url = site.url(&format!("/{name}"));
        let said = run(&followed, &["follow", "--all", &url]);
        run(&imported, &["import", "auto", path.to_str().unwrap()]);
        let feeds = run(&followed, &["feeds", "--json"]);
        let state = serde_json::from_str::<Value>(&feeds).map_or("-".to_owned(), |feed| feed["state"].to_string());
        let (posts, expected) = (bodies(&followed), bodies(&imported));
        let same = if posts == expected { String::new() } else { format!(", an import gives {}", expected.len()) };
        let said = said.replace(&site.url(""), "URL").replace(&site.host(), "HOST");
        found.push_str(&format!("=== {name}: {state}, {}{same}\n{said}", many(posts.len() as u64, "post")));
        for line in posts.iter().flat_map(|post| post.lines().next()) {
            found.push_str(&format!("  {}\n", line.chars().take(60).collect::<String>()));
        }
    }
    insta::assert_snapshot!("followed", found);
}
