//! What leaves the program, and that it comes back, as a shell sees it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod common;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use common::Shell;

/// Text that would like to be more than text.
const HOSTILE: &str = "<script>alert(1)</script> *bold* [x](javascript:alert(1)) & https://example.com/?a=1&b=2";

/// A post with a warning, a picture and a link of its own; a private one; an answer to something that is not here.
const OUTBOX: &str = r#"{"type": "OrderedCollection", "orderedItems": [
{"type": "Create", "actor": "https://example.com/users/ada", "object": {"id": "https://example.com/1", "type": "Note",
 "url": "https://example.com/@ada/1", "published": "2026-01-02T08:00:00Z", "summary": "food & drink",
 "attributedTo": "https://example.com/users/ada", "to": ["https://www.w3.org/ns/activitystreams#Public"],
 "content": "<p>Soup &amp; salad</p>", "contentMap": {"en": "<p>Soup &amp; salad</p>"},
 "attachment": [{"type": "Document", "mediaType": "image/png", "url": "https://example.com/soup.png",
 "name": "a \"bowl\" of soup"}]}},
{"type": "Create", "actor": "https://example.com/users/ada", "object": {"id": "https://example.com/2", "type": "Note",
 "published": "2026-01-02T09:00:00Z", "attributedTo": "https://example.com/users/ada",
 "to": ["https://example.com/users/ada/followers"], "content": "<p>for my followers</p>"}}
]}"#;

fn world() -> Shell {
    let shell = Shell::with_users();
    let about = ["user", "edit", "john", "--name", "John <Doe>", "--about", "Bread & tea"];
    shell.run(&about).stdout("changed john\n").check();
    let posts: [(&str, &str, &[&str]); 5] = [
        ("john", "hello @susan #Bread", &[]),
        ("susan", "and hello to you", &["--reply-to", "1"]),
        ("john", "two\nlines", &["--reply-to", "2"]),
        ("susan", HOSTILE, &[]),
        ("john", "# no heading", &[]),
    ];
    for (n, (who, text, more)) in posts.iter().enumerate() {
        let at = format!("2026-0{}-01 10:00", n + 1);
        let mut args = vec!["--as", who, "post", text, "--at", &at];
        args.extend(*more);
        shell.run(&args).stdout(&format!("posted {}\n", n + 1)).check();
    }
    shell.run(&["follow", "susan"]).stdout("now following susan\n").check();
    shell.run(&["--as", "susan", "boost", "1"]).stdout("boosted 1\n").check();
    shell
}

/// The same with posts that were brought in from elsewhere.
fn world_with_ada() -> Shell {
    let shell = world();
    fs::create_dir(shell.path("archive")).unwrap();
    fs::write(shell.path("archive/outbox.json"), OUTBOX).unwrap();
    let out = shell.command().args(["import", "mastodon", "archive", "--private"]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    shell
}

#[track_caller]
fn out_of(shell: &Shell, args: &[&str]) -> String {
    let out = shell.command().args(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[track_caller]
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What was done while the test ran has moments with a fraction.
fn without_now(text: &str) -> String {
    let is_now = |part: &str| part.starts_with("20") && part.ends_with('Z') && part.contains('.');
    text.split('"').map(|part| if is_now(part) { "NOW" } else { part }).collect::<Vec<_>>().join("\"")
}

#[test]
fn each_format_is_written_as_it_should_be() {
    let shell = world_with_ada();
    insta::assert_snapshot!("jsonfeed", out_of(&shell, &["export", "jsonfeed"]));
    insta::assert_snapshot!("atom", out_of(&shell, &["export", "atom", "--url", "https://example.org/feed.xml"]));
    insta::assert_snapshot!("markdown", out_of(&shell, &["export", "markdown"]));
    insta::assert_snapshot!(
        "html",
        out_of(&shell, &["export", "html", "--user", "susan", "--user", "ada@example.com"])
    );
    let url = "https://example.org/john.txt";
    insta::assert_snapshot!("twtxt", out_of(&shell, &["export", "twtxt", "--user", "john", "--url", url]));
}

#[test]
fn posts_are_chosen_by_user_and_time() {
    let shell = world();
    let range = ["--since", "2026-02-01", "--until", "2026-05-01"];
    let out = out_of(&shell, &[&["export", "twtxt", "--user", "JOHN"], &range[..]].concat());
    assert_eq!(out, "# nick = john\n# description = Bread & tea\n2026-03-01T10:00:00Z\ttwo\u{2028}lines\n");
    let swapped = ["export", "html", "--since", "2026-05-01", "--until", "2026-02-01"];
    shell.fails(&swapped, 2, "--since must be earlier than --until: swap them, or leave one out");
    shell.fails(
        &["export", "html", "--user", "nobody"],
        1,
        "there is no user \"nobody\": microblog user list shows who there is",
    );
    let everybody = "a twtxt feed is of one user: name one with --user NICK, or a folder for a feed each";
    shell.fails(&["export", "twtxt"], 2, everybody);
    let whole = "jsonl is everything there is: leave out --user, --since and --until";
    shell.fails(&["export", "jsonl", "--user", "john"], 2, whole);
}

#[test]
fn private_posts_stay_unless_they_are_asked_for() {
    let shell = world_with_ada();
    for format in ["twtxt", "jsonfeed", "atom", "markdown", "html"] {
        let args = ["export", format, "--user", "ada@example.com"];
        let out = shell.command().args(args).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(text.contains("salad") && !text.contains("for my followers"), "{format}: {text}");
        let note = "left out 1 private post: --private takes them along\n";
        assert_eq!(String::from_utf8(out.stderr).unwrap(), note, "{format}");
        let text = out_of(&shell, &[&args[..], &["--private"]].concat());
        assert!(text.contains("for my followers"), "{format}: {text}");
    }
    assert!(out_of(&shell, &["export", "jsonl"]).contains("for my followers"));
}

#[test]
fn what_is_there_is_replaced_only_by_force() {
    let shell = world();
    let wrote = "wrote 5 posts to page.html\n";
    shell.run(&["export", "html", "page.html"]).stdout(wrote).check();
    let before = fs::read(shell.path("page.html")).unwrap();
    shell.fails(&["export", "atom", "page.html"], 2, "page.html would be replaced: add --force if that is meant");
    assert_eq!(fs::read(shell.path("page.html")).unwrap(), before);
    shell.run(&["export", "atom", "page.html", "--force"]).stdout(wrote).check();
    assert!(fs::read(shell.path("page.html")).unwrap().starts_with(b"<?xml"));
    shell.fails(&["export", "html", "page.html/"], 2, "page.html/ is a file, not a folder");
    assert_eq!(files(shell.folder.path()), ["m.db", "page.html"]);
}

#[test]
fn folders_hold_a_file_for_each_month_year_or_user() {
    let shell = world();
    let wrote = |folder: &str| format!("wrote 5 posts to {folder}/\n");
    shell.run(&["export", "html", "pages/"]).stdout(&wrote("pages")).check();
    let months = ["2026-01.html", "2026-02.html", "2026-03.html", "2026-04.html", "2026-05.html", "index.html"];
    assert_eq!(files(&shell.path("pages")), months);
    let page = fs::read_to_string(shell.path("pages/2026-03.html")).unwrap();
    assert!(page.contains("href=\"2026-04.html\">newer</a>") && page.contains("href=\"2026-02.html\">older</a>"));
    insta::assert_snapshot!("index", fs::read_to_string(shell.path("pages/index.html")).unwrap());
    shell.run(&["export", "markdown", "years/"]).stdout(&wrote("years")).check();
    assert_eq!(files(&shell.path("years")), ["2026.md"]);
    let url = ["--url", "https://example.org/feeds/"];
    let feeds = [&["export", "twtxt", "feeds/"], &url[..]].concat();
    shell.run(&feeds).stdout(&wrote("feeds")).check();
    assert_eq!(files(&shell.path("feeds")), ["john.txt", "susan.txt"]);
    let feed = fs::read_to_string(shell.path("feeds/john.txt")).unwrap();
    assert!(feed.starts_with("# nick = john\n# url = https://example.org/feeds/john.txt\n"), "{feed}");
    let taken = "files in years/ would be replaced: add --force if that is meant";
    shell.fails(&["export", "markdown", "years/"], 2, taken);
    let one = "this format is one file: name a file, not a folder";
    shell.fails(&["export", "atom", "feeds/"], 2, one);
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let shell = world();
    for format in ["jsonl", "html"] {
        let mut child =
            shell.command().args(["export", format]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let out = child.wait_with_output().unwrap();
        assert_eq!((out.status.code(), String::from_utf8_lossy(&out.stderr).as_ref()), (Some(0), ""), "{format}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_one_clear_line() {
    let shell = world();
    let full = "cannot write /dev/full: the disk is full; nothing is left of it";
    shell.fails(&["export", "jsonl", "/dev/full"], 1, full);
    let none = format!("cannot write {}: there is no such folder; nothing is left of it", "none/page.html");
    shell.fails(&["export", "html", "none/page.html"], 1, &none);
    assert_eq!(files(shell.folder.path()), ["m.db"]);
}

#[test]
fn a_whole_database_leaves_and_comes_back() {
    let shell = world_with_ada();
    let draft = ["drafts", "--json"];
    let before = out_of(&shell, &["export", "jsonl"]);
    insta::assert_snapshot!("jsonl", without_now(&before));
    fs::write(shell.path("all.jsonl"), &before).unwrap();
    let summary =
        "imported 3 users, 8 posts, 1 follows, 0 likes and bookmarks from jsonl; 0 posts known already, 0 skipped\n";
    shell.run(&["--db", "new.db", "import", "auto", "all.jsonl"]).stdout(summary).check();
    assert_eq!(out_of(&shell, &["--db", "new.db", "export", "jsonl"]), before);
    assert_eq!(out_of(&shell, &["--db", "new.db", "db", "check"]), out_of(&shell, &["db", "check"]));
    let again =
        "imported 0 users, 0 posts, 0 follows, 0 likes and bookmarks from jsonl; 8 posts known already, 0 skipped\n";
    shell.run(&["--db", "new.db", "import", "jsonl", "all.jsonl"]).stdout(again).check();
    assert_eq!(out_of(&shell, &["--db", "new.db", "export", "jsonl"]), before);
    assert_eq!(out_of(&shell, &[&["--db", "new.db"], &draft[..]].concat()), "");
}
