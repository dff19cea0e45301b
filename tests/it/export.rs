//! Exports, and imports of what was exported.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::disk::Disk;
use crate::common::{Shell, many};

/// Text with markup that an export must escape.
const HOSTILE: &str = "<script>alert(1)</script> *bold* [x](javascript:alert(1)) & https://example.com/?a=1&b=2";

/// A post with a content warning, an image and a URL; a private post; a reply to a post that is not here.
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

fn sample() -> Shell {
    let shell = Shell::with_users();
    let about = ["user", "edit", "john", "--name", "John <Doe>", "--about", "Bread & tea"];
    shell.run(&about).stdout("updated @john\n").check();
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
    shell.run(&["follow", "susan"]).stdout("followed @susan\n").check();
    shell.run(&["--as", "susan", "boost", "1"]).stdout("boosted 1\n").check();
    shell
}

/// Returns the same database, with imported posts.
fn sample_with_ada() -> Shell {
    let shell = sample();
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

/// Rows written during the test have times with a fraction.
fn without_now(text: &str) -> String {
    let is_now = |part: &str| part.starts_with("20") && part.ends_with('Z') && part.contains('.');
    text.split('"').map(|part| if is_now(part) { "NOW" } else { part }).collect::<Vec<_>>().join("\"")
}

#[test]
fn each_export_format_matches_its_snapshot() {
    let shell = sample_with_ada();
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
fn export_selects_posts_by_user_and_time() {
    let shell = sample();
    let range = ["--since", "2026-02-01", "--until", "2026-05-01"];
    let out = out_of(&shell, &[&["export", "twtxt", "--user", "JOHN"], &range[..]].concat());
    assert_eq!(out, "# nick = john\n# description = Bread & tea\n2026-03-01T10:00:00Z\ttwo\u{2028}lines\n");
    let swapped = ["export", "html", "--since", "2026-05-01", "--until", "2026-02-01"];
    shell.fails(&swapped, 2, "--since must be earlier than --until: swap them, or leave one out");
    let address = "\"example org\" is not a URL: give one such as https://example.org/feed.xml";
    shell.fails(&["export", "atom", "--url", "example org"], 2, address);
    shell.fails(
        &["export", "html", "--user", "nobody"],
        1,
        "there is no user \"nobody\": microblog user list shows all users",
    );
    let everybody = "a twtxt feed has one user: name one with --user NICK, or name a folder for one feed per user";
    shell.fails(&["export", "twtxt"], 2, everybody);
    let whole = "jsonl exports the whole database: leave out --user, --since and --until";
    shell.fails(&["export", "jsonl", "--user", "john"], 2, whole);
}

#[test]
fn thread_search_list_and_tag_are_exported() {
    let shell = sample();
    shell.run(&["list", "create", "friends", "susan"]).stdout("created list \"friends\" with 1 user\n").check();
    let exported = |of: &[&str]| {
        let text = out_of(&shell, &[&["export", "markdown"], of].concat());
        let title = text.lines().next().unwrap().to_owned();
        (title, text.matches(" · @").count())
    };
    assert_eq!(exported(&["--thread", "2"]), ("# Thread of \\#2".to_owned(), 3));
    assert_eq!(exported(&["--search", "hello"]), ("# hello".to_owned(), 2));
    assert_eq!(exported(&["--search", "hello", "--user", "susan"]), ("# hello".to_owned(), 1));
    assert_eq!(exported(&["--list", "Friends"]), ("# friends".to_owned(), 2));
    assert_eq!(exported(&["--tag", "bread", "--since", "2026-01-01"]), ("# \\#bread".to_owned(), 1));
    let wrong = "--thread, --search, --list and --tag are for markdown, html, jsonfeed and atom";
    shell.fails(&["export", "jsonl", "--tag", "bread"], 2, wrong);
}

#[test]
fn export_leaves_out_private_posts_without_private_flag() {
    let shell = sample_with_ada();
    for format in ["twtxt", "jsonfeed", "atom", "markdown", "html"] {
        let args = ["export", format, "--user", "ada@example.com"];
        let out = shell.command().args(args).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(text.contains("salad") && !text.contains("for my followers"), "{format}: {text}");
        let note = "left out 1 private post: export them with --private\n";
        assert_eq!(String::from_utf8(out.stderr).unwrap(), note, "{format}");
        let text = out_of(&shell, &[&args[..], &["--private"]].concat());
        assert!(text.contains("for my followers"), "{format}: {text}");
    }
    assert!(out_of(&shell, &["export", "jsonl"]).contains("for my followers"));
}

#[test]
fn export_over_existing_file_needs_force() {
    let shell = sample();
    let wrote = "exported 5 posts to page.html\n";
    shell.run(&["export", "html", "page.html"]).stdout(wrote).check();
    let before = fs::read(shell.path("page.html")).unwrap();
    shell.fails(&["export", "atom", "page.html"], 2, "page.html will be replaced: add --force to confirm");
    assert_eq!(fs::read(shell.path("page.html")).unwrap(), before);
    shell.run(&["export", "atom", "page.html", "--force"]).stdout(wrote).check();
    assert!(fs::read(shell.path("page.html")).unwrap().starts_with(b"<?xml"));
    shell.fails(&["export", "html", "page.html/"], 1, "page.html/ is a file, not a folder");
    assert_eq!(files(shell.folder.path()), ["m.db", "page.html"]);
}

#[test]
fn export_to_folder_writes_a_file_per_month_year_or_user() {
    let shell = sample();
    let wrote = |folder: &str| format!("exported 5 posts to {folder}/\n");
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
    let taken = "files in years/ will be replaced: add --force to confirm";
    shell.fails(&["export", "markdown", "years/"], 2, taken);
    let one = "this format is a single file: name a file, not a folder";
    shell.fails(&["export", "atom", "feeds/"], 2, one);
}

#[test]
fn export_to_a_closed_pipe_is_no_error() {
    let shell = sample();
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
fn failed_export_prints_one_readable_line() {
    let shell = sample();
    let full = "cannot write /dev/full: the disk is full; no partial file is left";
    shell.fails(&["export", "jsonl", "/dev/full"], 1, full);
    let none = format!("cannot write {}: the folder does not exist; no partial file is left", "none/page.html");
    shell.fails(&["export", "html", "none/page.html"], 1, &none);
    assert_eq!(files(shell.folder.path()), ["m.db"]);
}

#[test]
fn jsonl_export_and_import_restore_the_whole_database() {
    let shell = sample_with_ada();
    let draft = ["drafts", "--json"];
    let before = out_of(&shell, &["export", "jsonl"]);
    insta::assert_snapshot!("jsonl", without_now(&before));
    fs::write(shell.path("all.jsonl"), &before).unwrap();
    let summary = "imported 3 users, 8 posts, 1 follow from jsonl\n";
    shell.run(&["--db", "new.db", "import", "auto", "all.jsonl"]).stdout(summary).check();
    assert_eq!(out_of(&shell, &["--db", "new.db", "export", "jsonl"]), before);
    assert_eq!(out_of(&shell, &["--db", "new.db", "db", "check"]), out_of(&shell, &["db", "check"]));
    let again = "imported nothing from jsonl; 8 posts already known\n";
    shell.run(&["--db", "new.db", "import", "jsonl", "all.jsonl"]).stdout(again).check();
    assert_eq!(out_of(&shell, &["--db", "new.db", "export", "jsonl"]), before);
    assert_eq!(out_of(&shell, &[&["--db", "new.db"], &draft[..]].concat()), "");
}

/// Parses JSON Lines.
fn file(shell: &Shell, name: &str, lines: &[&str]) {
    let head = r#"{"microblog":{"version":1,"last_user":9,"last_post":9}}"#;
    let end = format!("{{\"end\":{{\"lines\":{}}}}}", lines.len() + 1);
    fs::write(shell.path(name), [&[head], lines, &[&end]].concat().join("\n")).unwrap();
}

fn summary(users: u64, posts: u64, follows: u64, likes: u64, known: u64, skipped: u64) -> String {
    let counts = [(users, "user"), (posts, "post"), (follows, "follow"), (likes, "like")];
    let counts: Vec<_> = counts.iter().filter(|it| it.0 > 0).map(|(count, noun)| many(*count, noun)).collect();
    let known = (known > 0).then(|| format!("{} already known", many(known, "post")));
    let rest: Vec<_> = known.into_iter().chain((skipped > 0).then(|| format!("{skipped} skipped"))).collect();
    let imported = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
    let rest = if rest.is_empty() { String::new() } else { format!("; {}", rest.join(", ")) };
    format!("imported {imported} from jsonl{rest}\n")
}

const JOHN: &str = r#"{"user":{"id":7,"nickname":"John","display_name":"Jo","about_me":"theirs","email":"jo@x"}}"#;

#[test]
fn jsonl_import_merges_into_existing_data() {
    let shell = sample_with_ada();
    shell.run(&["like", "2"]).stdout("liked 2\n").check();
    let lines = [
        JOHN,
        // A user with another URL than the existing one is another person.
        r#"{"user":{"id":8,"nickname":"ada@example.com","url":"https://other.example/ada","home":"elsewhere"}}"#,
        r#"{"active":"ada@example.com"}"#,
        // The first post exists; the second has a newer edit; one time is taken; a reply comes before its post.
        r#"{"post":{"id":1,"author":"john","created_at":"2026-01-01T10:00:00Z","body":"hello @susan #Bread"}}"#,
        r##"{"post":{"id":2,"author":"john","created_at":"2026-05-01T10:00:00Z","body":"# a heading #new",
            "edited_at":"2026-05-02T10:00:00Z","edits":1,"versions":[
            {"version":0,"body":"# no heading","written_at":"2026-05-01T10:00:00Z"}]}}"##,
        r#"{"post":{"id":3,"author":"ada@example.com","created_at":"2026-02-01T10:00:00Z","body":"at the same time"}}"#,
        r#"{"post":{"id":4,"author":"john","created_at":"2026-06-01T10:00:00Z","body":"an answer","reply_to":5}}"#,
        r#"{"post":{"id":5,"author":"ada@example.com","created_at":"2026-05-20T10:00:00Z","body":"a question"}}"#,
        r#"{"follow":{"user":"ada@example.com","whom":"john","since":"2026-05-20T10:00:00Z"}}"#,
        r#"{"like":{"user":"john","post":5,"at":"2026-05-20T10:00:00Z"}}"#,
        r#"{"draft":{"user":"john","body":"to be said","saved_at":"2026-05-20T10:00:00Z"}}"#,
        r#"{"draft":{"user":"john","reply_to":6,"body":"to what is gone","saved_at":"2026-05-20T10:00:00Z"}}"#,
    ]
    .map(|line| line.replace('\n', ""));
    file(&shell, "theirs.jsonl", &lines.each_ref().map(String::as_str));
    shell.run(&["import", "jsonl", "theirs.jsonl", "--trust"]).stdout(&summary(1, 3, 1, 1, 2, 0)).check();
    shell.run(&["import", "auto", "theirs.jsonl", "--trust"]).stdout(&summary(0, 0, 0, 0, 5, 0)).check();
    insta::assert_snapshot!("merged", without_now(&out_of(&shell, &["export", "jsonl"])));
    let found = "john  2026-05-01 10:00  #5  edited\n  # a heading #new\n\n";
    assert_eq!(out_of(&shell, &["search", "#new"]), found);
}

#[test]
fn jsonl_import_without_trust_leaves_your_users_unchanged() {
    let shell = sample_with_ada();
    let before = out_of(&shell, &["export", "jsonl"]);
    let lines = [
        r#"{"user":{"id":1,"nickname":"john","url":"https://mallory.example/feed.txt","about_me":"theirs"}}"#,
        r#"{"user":{"id":2,"nickname":"bank","home":"claimed","url":"https://bank.example/"}}"#,
        r#"{"user":{"id":3,"nickname":"ada@example.com"}}"#,
        r#"{"user":{"id":4,"nickname":"Mallory"}}"#,
        r#"{"active":"Mallory"}"#,
        r#"{"panes":{"users":9,"timeline":9}}"#,
        r##"{"post":{"id":2,"author":"john","created_at":"2026-05-01T10:00:00Z","body":"I hate my boss",
            "edited_at":"2026-05-02T10:00:00Z","edits":1,"versions":[
            {"version":0,"body":"# no heading","written_at":"2026-05-01T10:00:00Z"}]}}"##,
        r#"{"post":{"id":3,"author":"john","created_at":"2026-06-01T10:00:00Z","body":"as john"}}"#,
        r#"{"post":{"id":4,"author":"Mallory","created_at":"9999-12-31T23:59:59Z","body":"always on top"}}"#,
        r#"{"post":{"id":5,"author":"Mallory","created_at":"2026-06-01T11:00:00Z","body":"@john, it is me","reply_to":2}}"#,
        r#"{"post":{"id":6,"author":"john","created_at":"2026-06-01T12:00:00Z","boost_of":5}}"#,
        r#"{"follow":{"user":"john","whom":"Mallory","since":"2026-06-01T10:00:00Z"}}"#,
        r#"{"follow":{"user":"Mallory","whom":"john","since":"2026-06-01T10:00:00Z"}}"#,
        r#"{"like":{"user":"john","post":5,"at":"2026-06-01T12:00:00Z"}}"#,
        r#"{"waiting":{"user":"john","deed":"like","name":"https://x.example/1","at":"2026-06-01T12:00:00Z"}}"#,
        r#"{"draft":{"user":"john","body":"I resign","saved_at":"2026-01-01T00:00:00Z"}}"#,
        r#"{"filter":{"user":"john","phrase":"the","folded":false}}"#,
        r#"{"search":{"user":"john","name":"x","query":"y"}}"#,
        r#"{"read":{"user":"john","timeline":"home","seen":"2026-06-01T12:00:00Z"}}"#,
        r#"{"read":{"user":"john","timeline":"all","seen":"9999-12-31T23:59:59Z"}}"#,
        r#"{"notification":{"user":"john","at":"2026-06-01T12:00:00Z","kind":"followed","actor":"Mallory"}}"#,
    ]
    .map(|line| line.replace('\n', ""));
    file(&shell, "evil.jsonl", &lines.each_ref().map(String::as_str));
    let import = || shell.command().args(["import", "auto", "evil.jsonl"]).output().unwrap();
    let out = import();
    let left_out = "11 changes to your users left out: add --trust if the dump is yours\n";
    let expected =
        format!("imported 2 users, 1 post, 1 follow from jsonl; 1 post already known, 3 skipped, {left_out}");
    assert_eq!(String::from_utf8(out.stdout).unwrap(), expected);
    insta::assert_snapshot!("untrusted", String::from_utf8(out.stderr).unwrap());
    let again = format!("imported nothing from jsonl; 2 posts already known, 3 skipped, {left_out}");
    assert_eq!(String::from_utf8(import().stdout).unwrap(), again);
    let after = out_of(&shell, &["export", "jsonl"]);
    // Imported posts count as read, so the range of their ids grows.
    let counts = |line: &&str| {
        !["microblog", "read_on_arrival", "end"].iter().any(|kind| line.starts_with(&format!("{{\"{kind}\"")))
    };
    for line in before.lines().filter(counts) {
        assert!(after.contains(line), "{line}");
    }
    let added: Vec<&str> = after.lines().filter(counts).filter(|line| !before.contains(line)).collect();
    insta::assert_snapshot!("added_without_trust", added.join("\n"));
    shell.fails(
        &["--as", "bank", "post", "x"],
        1,
        "bank is a remote user: to post as bank, import their posts again with --mine",
    );
}

#[test]
fn jsonl_import_names_invalid_lines_and_imports_the_others() {
    let shell = Shell::new();
    let deep = format!("{{\"active\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let lines = [
        JOHN,
        "{\"user\":",
        r#"{"user":{"id":7,"nickname":"other"}}"#,
        r#"{"user":{"id":8,"nickname":"two words"}}"#,
        r#"{"post":{"id":1,"author":"nobody","created_at":"2026-01-01T10:00:00Z","body":"x"}}"#,
        r#"{"post":{"id":1,"author":"john","created_at":"today","body":"x"}}"#,
        r#"{"post":{"id":1,"author":"john","created_at":"2026-01-01T10:00:00Z","body":" "}}"#,
        r#"{"post":{"id":1,"author":"john","created_at":"2026-01-01T10:00:00Z","body":"x","boost_of":3}}"#,
        r#"{"post":{"id":1,"author":"john","created_at":"2026-01-01T10:00:00Z","body":"\u001b[2J"}}"#,
        r#"{"post":{"id":1,"author":"john","created_at":"2026-01-01T10:00:00Z","body":"good","color":"red"}}"#,
        r#"{"post":{"id":2,"author":"john","created_at":"2026-01-01T10:00:00Z","body":"good"}}"#,
        r#"{"like":{"user":"john","post":1,"at":"2026-01-01T10:00:00Z"}}"#,
        r#"{"follow":{"user":"john","whom":"john","since":"2026-01-01T10:00:00Z"}}"#,
        r#"{"song":{"user":"john"}}"#,
        &deep,
    ];
    file(&shell, "odd.jsonl", &lines);
    let out = shell.command().args(["import", "jsonl", "odd.jsonl"]).output().unwrap();
    assert_eq!(String::from_utf8(out.stdout).unwrap(), summary(1, 1, 0, 0, 0, 13));
    insta::assert_snapshot!("skipped", String::from_utf8(out.stderr).unwrap());
    shell.run(&["timeline", "all"]).stdout("John  2026-01-01 10:00  #2\n  good\n\n").check();
}

#[test]
fn jsonl_import_refuses_files_that_are_no_complete_export() {
    let shell = Shell::with_users();
    let head = r#"{"microblog":{"version":1,"last_user":9,"last_post":9}}"#;
    let write = |name: &str, text: &str| fs::write(shell.path(name), text).unwrap();
    let import = ["import", "jsonl", "x"];
    write("x", &format!("{JOHN}\n{head}\n"));
    let why = "x does not start with a line {\"microblog\":…}, as exports do: fetch the whole file again";
    shell.fails(&import, 1, why);
    write("x", &format!("{head}\n{JOHN}\n{head}\n"));
    shell.fails(&import, 1, "x contains a second export, from line 3 on: split the file there");
    write("x", &head.replace("\"version\":1", "\"version\":2"));
    let newer = "x is of version 2, and this program knows version 1: import it with a newer microblog";
    shell.fails(&import, 1, newer);
    write("x", "2026-01-01T00:00:00Z\thello\n");
    shell.fails(&import, 1, "x looks like twtxt, not like jsonl: say microblog import twtxt PATH");
    write("x", &format!("{head}\n{JOHN}\n"));
    shell.fails(&["import", "twtxt", "x"], 1, "x looks like jsonl, not like twtxt: say microblog import jsonl PATH");
    let whole = "a jsonl dump contains all users of a database: leave out --as or MICROBLOG_USER, --mine and --limit";
    shell.fails(&["--as", "john", "import", "jsonl", "x"], 1, whole);
    let cut = "skipped end: the file is truncated: its last lines are missing\n";
    shell
        .run(&["import", "jsonl", "x", "--dry-run", "--trust"])
        .stderr(cut)
        .stdout(&summary(0, 0, 0, 0, 0, 1).replace("imported", "would import"))
        .check();
    write("x", &format!("{head}\n{{\"end\":{{\"lines\":5}}}}\n"));
    let fewer = "skipped end: it should have 5 lines and has 1\n";
    shell.run(&import).stderr(fewer).stdout(&summary(0, 0, 0, 0, 0, 1)).check();
}

#[test]
fn twtxt_feeds_of_a_folder_link_replies_when_imported_again() {
    let shell = sample();
    let long = "𠀀".repeat(64);
    shell.run(&["user", "add", &long]).stdout(&format!("added @{long}\n")).check();
    shell.run(&["--as", &long, "post", "short", "--at", "2026-06-01"]).stdout("posted 7\n").check();
    let url = "https://example.org/feeds";
    let export = ["export", "twtxt", "feeds/", "--url", url];
    shell.run(&export).stdout("exported 6 posts to feeds/\n").check();
    let cut = format!("{}-3.txt", "𠀀".repeat(50));
    assert_eq!(files(&shell.path("feeds")), ["john.txt", "susan.txt", &cut]);
    for feed in ["feeds/john.txt", "feeds/susan.txt"] {
        out_of(&shell, &["--db", "new.db", "import", "twtxt", feed]);
    }
    let thread = out_of(&shell, &["--db", "new.db", "thread", "1"]);
    let bodies: Vec<&str> = thread.lines().filter(|line| !line.contains("2026") && !line.is_empty()).collect();
    assert_eq!(
        bodies.concat().split_whitespace().collect::<Vec<_>>().join(" "),
        "hello @susan #Bread and hello to you two lines"
    );
    // Imported posts are exported with the same hashes.
    let subject = |text: &str| text.split("(#").nth(1).map(|rest| rest[..7].to_owned());
    let before = fs::read_to_string(shell.path("feeds/susan.txt")).unwrap();
    let after = out_of(&shell, &["--db", "new.db", "export", "twtxt", "--user", "susan@example.org"]);
    assert!(subject(&before).is_some() && subject(&before) == subject(&after), "{before}{after}");
}

/// Returns a database that is large enough to interrupt its export.
fn crowded() -> Shell {
    let shell = Shell::new();
    let wrote = "wrote 20,000 posts by 5 users to m.db\n";
    shell.run(&["demo", "--posts", "20000", "--users", "5", "--to", "m.db"]).stdout(wrote).check();
    shell
}

#[test]
#[cfg(unix)]
fn export_to_full_disk_keeps_the_existing_file() {
    // Only a user who can mount can create a small disk.
    let Some(disk) = Disk::new(512) else { return };
    let shell = crowded();
    let file = disk.path("posts.html");
    fs::write(&file, "before").unwrap();
    let name = file.to_str().unwrap();
    let full = format!("cannot write {name}: the disk is full; no partial file is left");
    shell.fails(&["export", "html", name, "--force"], 1, &full);
    assert_eq!(fs::read_to_string(&file).unwrap(), "before");
    assert_eq!(files(file.parent().unwrap()), ["posts.html"]);
}

#[test]
#[cfg(unix)]
fn interrupted_export_leaves_no_file_behind() {
    let shell = crowded();
    let folder = shell.path("pages");
    let child = shell.command().args(["export", "html", "pages/"]).stderr(Stdio::piped()).spawn().unwrap();
    while !folder.exists() || files(&folder).is_empty() {
        std::thread::yield_now();
    }
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!((out.status.code(), said.as_str()), (Some(1), "error: canceled: nothing was written\n"));
    assert_eq!(files(shell.folder.path()), ["m.db"]);
}

#[test]
#[cfg(unix)]
fn database_and_source_are_never_written_over() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::with_users();
    shell.run(&["post", "precious"]).stdout("posted 1\n").check();
    let feed = "# nick = x\n2026-01-01T00:00:00Z\thi\nbad\n";
    fs::write(shell.path("f.txt"), feed).unwrap();
    std::os::unix::fs::symlink("m.db", shell.path("link")).unwrap();
    shell.run(&["--db", "other.db", "user", "add", "a"]).stdout("added @a, now the active user\n").check();
    for (file, what) in [
        ("m.db", "the database"),
        ("link", "the database"),
        ("m.db-wal", "the log of the database"),
        ("other.db", "a SQLite database"),
    ] {
        let error = format!("cannot write {file}: it is {what}; name another file");
        shell.fails(&["import", "auto", "f.txt", "--report", file, "--force"], 1, &error);
        let export = shell.command().args(["export", "jsonl", file, "--force"]).output().unwrap();
        assert!(
            String::from_utf8_lossy(&export.stderr).contains(&format!(": it is {what}; name another file")),
            "{file}"
        );
    }
    let error = "cannot write f.txt: it is the file being imported; name another file";
    shell.fails(&["import", "auto", "f.txt", "--report", "f.txt", "--force"], 1, error);
    assert_eq!(fs::read_to_string(shell.path("f.txt")).unwrap(), feed);
    fs::write(shell.path("report.txt"), "important").unwrap();
    let exists = "report.txt already exists: replace it with --force";
    shell.fails(&["import", "auto", "f.txt", "--report", "report.txt"], 1, exists);
    let import = ["import", "auto", "f.txt", "--report", "report.txt", "--force", "-q"];
    assert!(shell.command().args(import).output().unwrap().status.success());
    assert!(fs::read_to_string(shell.path("report.txt")).unwrap().starts_with("line 3: "));
    shell.run(&["export", "html", "pages/", "-q"]).stdout("exported 2 posts to pages/\n").check();
    let mode = |name: &str| fs::metadata(shell.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("report.txt"), mode("pages"), mode("pages/index.html")), (0o600, 0o700, 0o600));
    assert!(out_of(&shell, &["timeline", "user", "john"]).contains("precious"));
}
