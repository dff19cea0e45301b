//! The exit status says whether the command line is wrong, whatever the database and the files contain.

use std::fs;

use crate::common::Shell;

/// Commands that are wrong in themselves, or lack the option that confirms.
const WRONG: &[&[&str]] = &[
    &[],
    &["frobnicate"],
    &["help", "dance"],
    &["user"],
    &["user", "add", "a b"],
    &["user", "rename", "john", "a b"],
    &["user", "edit", "john"],
    &["user", "edit", "john", "--email", "x"],
    &["account", "add", "susan"],
    &["post", " "],
    &["post", "bell \u{7}"],
    &["post", "tea", "--language", "no language"],
    &["post", "tea", "--alt", "a cup"],
    &["post", "tea", "--at", "2999"],
    &["post", "tea", "--on", "1999-01-01"],
    &["edit", "1", "bell \u{7}"],
    &["timeline", "--lim", "3"],
    &["timeline", "--limit", "x"],
    &["timeline", "--since", "soon"],
    &["timeline", "--since", "2026", "--until", "2025"],
    &["follow", "ftp://example.org/feed"],
    &["filter", "add", " "],
    &["list", "create", " "],
    &["search"],
    &["search", "tea", "--save", " "],
    &["export", "twtxt"],
    &["export", "atom", "feeds/"],
    &["export", "opml", "--user", "john", "--user", "susan"],
    &["export", "jsonl", "--user", "john"],
    &["publish", "--to", "feed"],
    &["import", "feed.txt"],
    &["demo", "--users", "0"],
    &["user", "delete", "john"],
    &["export", "html", "page.html"],
];

/// Commands that could be right with another database or other files.
const FAILING: &[&[&str]] = &[
    &["user", "add", "john"],
    &["user", "edit", "john", "--avatar", "missing.png"],
    &["switch", "mary"],
    &["--as", "mary", "post", "tea"],
    &["--read-only", "post", "tea"],
    &["account", "remove", "susan"],
    &["post", "tea", "--media", "missing.png"],
    &["show", "99"],
    &["edit", "99", "tea"],
    &["like", "99"],
    &["vote", "1", "2"],
    &["timeline", "user", "mary"],
    &["timeline", "list", "friends"],
    &["tabs", "pin", "home"],
    &["tabs", "unpin", "9"],
    &["follow", "john"],
    &["follow", "mary"],
    &["unfollow", "https://example.org/feed"],
    &["refresh", "susan"],
    &["search", "--delete", "tea"],
    &["outbox", "retry", "9"],
    &["schedule", "delete", "9"],
    &["export", "html", "page.html/"],
    &["export", "atom", "folder"],
    &["import", "auto", "missing.txt"],
    &["publish"],
    &["db", "restore", "missing.bak"],
    &["db", "downgrade", "--to", "99"],
];

#[test]
fn exit_status_distinguishes_wrong_usage_from_failure() {
    let shell = Shell::with_users();
    shell.run(&["post", "tea"]).stdout("posted 1\n").check();
    fs::write(shell.path("page.html"), "mine").unwrap();
    fs::create_dir(shell.path("folder")).unwrap();
    for (commands, status) in [(WRONG, 2), (FAILING, 1)] {
        for command in commands {
            let output = shell.command().args(*command).stdin(std::process::Stdio::null()).output().unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(status), "{command:?}: {error}");
            assert!(error.starts_with("error: ") && error.lines().count() == 1, "{command:?}: {error}");
        }
    }
}

#[test]
fn text_that_is_saved_keeps_the_exit_status_of_its_command() {
    let shell = Shell::with_users();
    for (args, status) in [(&["post", "-", "--at", "2999"][..], 2), (&["post", "-", "--as", "mary"], 1)] {
        let mut command = shell.command();
        command.args(args).env("TMPDIR", shell.folder.path()).stdin(fs::File::open(text(&shell)).unwrap());
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{error}");
        assert!(error.contains("the text is saved in "), "{error}");
    }
}

/// Writes a text to post into a file; returns its path.
fn text(shell: &Shell) -> std::path::PathBuf {
    let path = shell.path("text.txt");
    fs::write(&path, "tea").unwrap();
    path
}
