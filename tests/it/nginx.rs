//! Feeds served by nginx, which `.ci/run` starts. `MICROBLOG_TEST_NGINX` names the folder that it runs in; without it
//! these tests do nothing.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::common::Shell;
use crate::common::kills::number;
use serde_json::Value;

const URL: &str = "http://127.0.0.1:18765";

fn folder() -> Option<PathBuf> {
    env::var_os("MICROBLOG_TEST_NGINX").map(PathBuf::from)
}

fn run(shell: &Shell, args: &[&str]) -> (Option<i32>, String) {
    let output = shell.command().args(args).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn feed(shell: &Shell, url: &str) -> Value {
    let (_, list) = run(shell, &["feeds", "--json"]);
    let mut feeds = list.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    feeds.find(|feed| feed["url"] == url).unwrap()
}

/// Returns the status of the last request for a path.
fn last_status(path: &str) -> String {
    let log = fs::read_to_string(folder().unwrap().join("access.log")).unwrap();
    let line = log.lines().rev().find(|line| line.contains(&format!("\"GET {path} "))).unwrap();
    line.split("\" ").nth(1).unwrap().split(' ').next().unwrap().to_owned()
}

fn twtxt(posts: usize) -> String {
    let lines =
        (1..=posts).map(|n| format!("2026-01-{n:02}T10:00:00Z\tpost {n}, which is long enough to be compressed\n"));
    format!("# nick = ada\n{}", lines.collect::<String>())
}

#[test]
fn strong_and_weak_etags_are_sent_back() {
    let Some(folder) = folder() else { return };
    for kind in ["strong", "weak", "fresh"] {
        let (shell, path) = (Shell::with_users(), format!("/{kind}/feed.txt"));
        let file = folder.join("www").join(kind).join("feed.txt");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, twtxt(9)).unwrap();
        let url = format!("{URL}{path}");
        assert_eq!(run(&shell, &["follow", &url]).0, Some(0));
        assert_eq!(run(&shell, &["refresh", &url]).1, "refreshed 1 feed: 0 new posts\n");
        assert_eq!(last_status(&path), "304", "{kind}");
        fs::write(&file, twtxt(12)).unwrap();
        let (_, said) = run(&shell, &["refresh", &url]);
        assert!(said.ends_with("refreshed 1 feed: 3 new posts\n"), "{kind}: {said}");
        let minutes = number(&shell.path("m.db"), "SELECT (next_at - checked_at) / 60000000 FROM subscription");
        assert_eq!(minutes >= 120, kind == "fresh", "{minutes}");
    }
}

#[test]
fn redirects_are_followed_or_refused() {
    let Some(folder) = folder() else { return };
    fs::create_dir_all(folder.join("www/target")).unwrap();
    fs::write(folder.join("www/target/feed.txt"), twtxt(9)).unwrap();
    let shell = Shell::with_users();
    for (path, target) in [("/moved", "/target/feed.txt"), ("/elsewhere", "/elsewhere")] {
        let url = format!("{URL}{path}");
        assert_eq!(run(&shell, &["follow", &url]).0, Some(0), "{path}");
        assert_eq!(feed(&shell, &url)["fetch_url"], format!("{URL}{target}"));
    }
    let (code, said) = run(&shell, &["follow", &format!("{URL}/loop")]);
    assert_eq!((code, said), (Some(1), format!("error: {URL}/loop: redirected in a circle, back to {URL}/loop\n")));
}

#[test]
fn statuses_end_or_delay_a_feed() {
    if folder().is_none() {
        return;
    }
    for (path, state, hours, words) in [
        ("/gone", "gone", 0, "HTTP 410: gone"),
        ("/busy", "failing", 2, "HTTP 503: the server has a problem"),
        ("/limited", "failing", 2, "HTTP 429: too many requests"),
        ("/login", "failing", 0, "the response is a web page, not a feed"),
    ] {
        let shell = Shell::with_users();
        fs::write(shell.path("urls"), format!("{URL}{path}\n")).unwrap();
        let (_, said) = run(&shell, &["import", "opml", "urls"]);
        assert!(said.contains(words), "{path}: {said}");
        assert_eq!(feed(&shell, &format!("{URL}{path}"))["state"], state, "{path}");
        let waits = number(&shell.path("m.db"), "SELECT (next_at - checked_at) / 3600000000 FROM subscription");
        assert!(waits >= hours, "{path}: {waits}");
    }
}
