//! Imports of broken and hostile files: one line says what was found and what to do, and a failed import leaves nothing
//! behind.

#![cfg(unix)] // Permissions, signals and small disks.
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::common::disk::Disk;
use crate::common::pty::{CTRL_C, ENTER, ESC, Folder};
use crate::common::site::{Page, Site};
use crate::common::{Shell, many};
use flate2::Compression;
use flate2::write::GzEncoder;
use rusqlite::Connection;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Returns the outbox of an account with these posts.
fn outbox(posts: &[&str]) -> String {
    let owner = "https://example.com/users/ada";
    let post = |(number, text): (usize, &&str)| {
        format!(
            r#"{{"type": "Create", "actor": "{owner}", "object": {{"id": "{owner}/{number}", "type": "Note",
            "published": "2023-01-01T00:00:00Z", "to": ["as:Public"], "content": "<p>{text}</p>"}}}}"#
        )
    };
    let posts: Vec<String> = posts.iter().enumerate().map(post).collect();
    format!(r#"{{"type": "OrderedCollection", "orderedItems": [{}]}}"#, posts.join(","))
}

fn zipped(path: &Path, files: &[(&str, &[u8])]) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// Returns the summary that an import prints.
fn imported(users: u64, posts: u64, format: &str, skipped: u64) -> String {
    let counts = [(users, "user"), (posts, "post")].into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, noun)| many(count, noun)).collect();
    let skipped = if skipped > 0 { format!("; {skipped} skipped") } else { String::new() };
    format!("imported {} from {format}{skipped}\n", counts.join(", "))
}

/// Returns the numbers of users and posts in a database, which must be sound.
fn rows(path: &Path) -> i64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    let said: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(said, "ok");
    connection
        .query_row("SELECT (SELECT count(*) FROM post) + (SELECT count(*) FROM user)", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn unreadable_import_is_refused_in_one_line() {
    let shell = Shell::new();
    let good = outbox(&["hello"]);
    let write = |name: &str, bytes: &[u8]| fs::write(shell.path(name), bytes).unwrap();
    write("empty.zip", b"");
    write("like.js", b"window.YTD.like.part0 = [ {\"like\": {\"tweetId\": \"1\"}} ]");
    write("noise.bin", b"\x01\x02\x03 nothing that anybody knows");
    write("feed.txt", b"2026-01-01T00:00:00Z\thello\n");
    write("outbox.json", good.as_bytes());
    write("other.db", b"");
    rusqlite::Connection::open(shell.path("other.db")).unwrap().execute_batch("CREATE TABLE note (id)").unwrap();
    fs::create_dir(shell.path("folder")).unwrap();
    zipped(&shell.path("whole.zip"), &[("outbox.json", good.as_bytes())]);
    let whole = fs::read(shell.path("whole.zip")).unwrap();
    write("cut.zip", &whole[..whole.len() / 2]);
    let mut locked = whole.clone();
    for (mark, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = locked.windows(4).position(|bytes| bytes == mark).unwrap();
        locked[at + flags] |= 1;
    }
    write("locked.zip", &locked);
    zipped(&shell.path("outside.zip"), &[("../outbox.json", good.as_bytes()), ("/outbox.json", good.as_bytes())]);
    let mut zip = ZipWriter::new(File::create(shell.path("link.zip")).unwrap());
    zip.add_symlink("outbox.json", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap();
    zipped(&shell.path("pictures.zip"), &[("cat.png", b"meow"), ("dog.png", b"woof")]);
    write("bluesky.car", b"\x3a\xa2\x65roots\x81\xd8\x2a");
    let unknown = |name: &str| format!("{name} contains nothing to import: name a feed or an archive");
    for (name, why) in [
        ("none.zip", "cannot read none.zip: there is no such file".to_owned()),
        ("empty.zip", "empty.zip is empty: there is nothing to import".to_owned()),
        ("cut.zip", "cut.zip cannot be read as a zip archive (invalid Zip archive: Could not find EOCD): fetch it again".to_owned()),
        ("locked.zip", "locked.zip is encrypted: unpack it with its password, and import the folder".to_owned()),
        ("outside.zip", unknown("outside.zip")),
        ("link.zip", unknown("link.zip")),
        ("pictures.zip", "pictures.zip contains 2 files and is no known archive: name one of them".to_owned()),
        ("noise.bin", "noise.bin is in no known format: run microblog import FORMAT FILE to choose one of atom, flask, jsonfeed, jsonl, mastodon, rss, twtxt or x".to_owned()),
        (
            "bluesky.car",
            "bluesky.car is a repository of Bluesky, which cannot be imported: save the RSS feed of the account"
                .to_owned(),
        ),
        ("folder", unknown("folder")),
        (
            "other.db",
            "cannot open other.db: it is not a database of the Flask tutorial: it has no users with a nickname; nothing was imported".to_owned(),
        ),
    ] {
        shell.fails(&["import", "auto", name], 1, &why);
    }
    for (format, name, why) in [
        ("mastodon", "feed.txt", "feed.txt looks like twtxt, not like mastodon: say microblog import twtxt PATH"),
        ("twtxt", "outbox.json", "outbox.json looks like mastodon, not like twtxt: say microblog import mastodon PATH"),
        ("flask", "whole.zip", "whole.zip looks like mastodon, not like flask: say microblog import mastodon PATH"),
        ("rss", "other.db", "other.db looks like flask, not like rss: say microblog import flask PATH"),
        (
            "auto",
            "like.js",
            "like.js is a part of an archive from X that holds no posts: name the folder of the archive",
        ),
        ("x", "pictures.zip", "pictures.zip has no tweets.js: it is no archive of an account"),
        ("mastodon", "folder", "folder has no actor.json and no posts: it is no archive of an account"),
    ] {
        shell.fails(&["import", format, name], 1, why);
    }
}

/// Writes a tar.gz with one file.
fn tarred(path: &Path, name: &str, bytes: &[u8]) {
    let mut tar = tar::Builder::new(GzEncoder::new(File::create(path).unwrap(), Compression::default()));
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, name, bytes).unwrap();
    tar.into_inner().unwrap().finish().unwrap();
}

#[test]
fn zip_bomb_is_refused_and_leaves_nothing_behind() {
    let shell = Shell::new();
    shell.run(&["user", "add", "john"]).stdout("added @john, now the active user\n").check();
    let mut bomb = outbox(&["a post before the end"]).into_bytes();
    bomb.truncate(bomb.len() - 2);
    bomb.resize(30 << 20, b' ');
    zipped(&shell.path("bomb.zip"), &[("outbox.json", &bomb)]);
    tarred(&shell.path("bomb.tar.gz"), "outbox.json", &bomb);
    let why = "it expands to hundreds of times its size, as a decompression bomb does: leave it alone";
    shell.fails(&["import", "auto", "bomb.zip"], 1, &format!("cannot read outbox.json: {why}"));
    shell.fails(&["import", "auto", "bomb.tar.gz"], 1, &format!("cannot read bomb.tar.gz: {why}"));
    assert_eq!(rows(&shell.path("m.db")), 1);
}

#[test]
fn links_and_parent_paths_in_a_tar_are_skipped() {
    let shell = Shell::new();
    let mut tar = tar::Builder::new(GzEncoder::new(File::create(shell.path("a.tar.gz")).unwrap(), Compression::fast()));
    for (name, link) in [("outbox.json", true), ("../outbox.json", false), ("/outbox.json", false)] {
        let bytes = outbox(&["out"]);
        let mut header = tar::Header::new_old();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_mode(0o644);
        header.set_size(if link { 0 } else { bytes.len() as u64 });
        if link {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        tar.append(&header, if link { &[][..] } else { bytes.as_bytes() }).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
    shell.fails(&["import", "auto", "a.tar.gz"], 1, "a.tar.gz contains nothing to import: name a feed or an archive");
}

#[test]
fn truncated_import_is_partly_read_or_asks_to_download_again() {
    let shell = Shell::new();
    let whole = outbox(&["one", "two", "three"]);
    fs::write(shell.path("outbox.json"), &whole[..whole.len() - 60]).unwrap();
    shell
        .run(&["import", "auto", "outbox.json"])
        .stdout(&imported(1, 2, "mastodon", 1))
        .stderr("skipped the end of outbox.json: the file ends in the middle\n")
        .check();
    tarred(&shell.path("a.tar.gz"), "outbox.json", whole.as_bytes());
    let bytes = fs::read(shell.path("a.tar.gz")).unwrap();
    fs::write(shell.path("a.tar.gz"), &bytes[..bytes.len() / 2]).unwrap();
    shell.fails(&["import", "auto", "a.tar.gz"], 1, "cannot read a.tar.gz: it ends in the middle; fetch it again");
}

#[test]
fn archive_without_posts_imports_its_user() {
    let shell = Shell::new();
    let actor = r#"{"id": "https://example.com/users/ada", "preferredUsername": "ada"}"#;
    zipped(&shell.path("a.zip"), &[("actor.json", actor.as_bytes()), ("outbox.json", outbox(&[]).as_bytes())]);
    shell.run(&["import", "auto", "a.zip"]).stdout(&imported(1, 0, "mastodon", 0)).check();
    zipped(&shell.path("b.zip"), &[("data/tweets.js", b"window.YTD.tweets.part0 = [ ]")]);
    shell.run(&["import", "auto", "b.zip"]).stdout(&imported(1, 0, "x", 0)).check();
    fs::write(shell.path("c.xml"), "<rss version='2.0'><channel><title>T</title></channel></rss>").unwrap();
    shell.run(&["import", "auto", "c.xml"]).stdout(&imported(1, 0, "rss", 0)).check();
    fs::write(shell.path("d.txt"), "# nick = ada\n").unwrap();
    shell.run(&["import", "auto", "d.txt"]).stdout(&imported(1, 0, "twtxt", 0)).check();
}

#[test]
fn half_a_character_in_an_archive_loses_no_post() {
    let shell = Shell::new();
    fs::write(shell.path("outbox.json"), outbox(&["cut \\ud83d", "whole \\ud83d\\ude00"])).unwrap();
    shell.run(&["import", "auto", "outbox.json"]).stdout(&imported(1, 2, "mastodon", 0)).check();
    let bodies = "SELECT group_concat(body, ', ') FROM (SELECT body FROM post ORDER BY created_at)";
    let found: String = Connection::open(shell.path("m.db")).unwrap().query_row(bodies, [], |row| row.get(0)).unwrap();
    assert_eq!(found, "cut \u{fffd}, whole \u{1f600}");
}

#[test]
fn one_invalid_item_is_skipped_and_the_rest_is_imported() {
    let shell = Shell::new();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let whole = outbox(&["shallow"]);
    let (before, after) = whole.split_at(whole.rfind(']').unwrap());
    fs::write(shell.path("outbox.json"), format!("{before}, {deep}, \"{}\"{after}", "x".repeat(6 << 20))).unwrap();
    shell
        .run(&["import", "auto", "outbox.json"])
        .stdout(&imported(1, 1, "mastodon", 2))
        .stderr(
            "skipped post 2: it is no JSON: recursion limit exceeded at line 1 column 128\n\
             skipped post 3: it is longer than 4 MB\n",
        )
        .check();
    let mut feed = BufWriter::new(File::create(shell.path("feed.txt")).unwrap());
    for date in ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2999-01-01T00:00:00Z", "+12345-01-01T00:00:00Z"] {
        writeln!(feed, "{date}\tabsurd").unwrap();
    }
    feed.write_all(b"2026-01-01T00:00:00Z\t").unwrap();
    for _ in 0..100 {
        feed.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    feed.write_all(b"\n2026-01-01T00:00:01Z\tafter\n").unwrap();
    drop(feed);
    shell
        .run(&["import", "auto", "feed.txt"])
        .stdout(&imported(1, 1, "twtxt", 5))
        .stderr(
            "skipped line 1: 0001-01-01T00:00:00Z is before 1970-01-01T00:00:00Z\n\
             skipped line 2: 1969-12-31T23:59:59Z is before 1970-01-01T00:00:00Z\n\
             skipped line 3: 2999-01-01T00:00:00Z is in the future\n\
             skipped line 4: \"+12345-01-01T00:00:00Z\" is not a date\n\
             skipped line 5: it is longer than 1 MB\n",
        )
        .check();
}

#[test]
fn unreadable_source_and_read_only_database_are_named() {
    let shell = Shell::with_users();
    fs::write(shell.path("feed.txt"), "2026-01-01T00:00:00Z\thello\n").unwrap();
    fs::set_permissions(shell.path("feed.txt"), fs::Permissions::from_mode(0o600)).unwrap();
    shell.fails(
        &["--read-only", "import", "auto", "feed.txt"],
        1,
        "read-only database: open it without --read-only to write; nothing was imported",
    );
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--clear-groups", env!("CARGO_BIN_EXE_microblog"), "import", "auto", "feed.txt"]);
    command.env("MICROBLOG_DB", shell.path("m.db")).current_dir(shell.folder.path());
    let Ok(output) = command.output() else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // Only root can become another user.
    assert!(said.starts_with("setpriv: ") || said == "error: cannot read feed.txt: permission denied\n", "{said}");
}

/// Returns a feed with this many posts.
fn long_feed(path: &Path, posts: usize) {
    let mut feed = BufWriter::new(File::create(path).unwrap());
    writeln!(feed, "# nick = long").unwrap();
    for n in 0..posts {
        let (minute, second) = (n / 60 % 60, n % 60);
        writeln!(feed, "2020-01-{:02}T{:02}:{minute:02}:{second:02}Z\tpost number {n}", n / 86_400 + 1, n / 3_600 % 24)
            .unwrap();
    }
}

#[test]
fn full_disk_during_import_leaves_nothing_behind() {
    let shell = Shell::new();
    let Some(disk) = Disk::new(1_500) else { return };
    let db = disk.path("m.db");
    let feed = shell.path("feed.txt");
    long_feed(&feed, 20_000);
    let run = |args: &[&str]| {
        let output = shell.command().env("MICROBLOG_DB", &db).args(args).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run(&["user", "add", "john"]).0, Some(0));
    let said = run(&["import", "twtxt", feed.to_str().unwrap()]);
    let why = "error: the disk is full: make room and try again; nothing was imported\n";
    assert_eq!(said, (Some(1), why.to_owned()));
    assert_eq!(rows(&db), 1);
    assert_eq!(run(&["user", "add", "susan"]), (Some(0), String::new()));
}

#[test]
fn interrupted_import_leaves_nothing_behind() {
    let shell = Shell::with_users();
    long_feed(&shell.path("feed.txt"), 100_000);
    let mut command = shell.command();
    command.args(["import", "twtxt", "feed.txt"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let other = rusqlite::Connection::open(shell.path("m.db")).unwrap();
    other.busy_timeout(Duration::ZERO).unwrap();
    // The import is in the middle when no other process can write.
    while other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        thread::yield_now();
    }
    drop(other);
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    let said = (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(said, (Some(1), "error: stopped: nothing was imported\n".to_owned()));
    assert_eq!(rows(&shell.path("m.db")), 2);
}

#[test]
fn import_from_the_screen_runs_in_background_or_is_canceled() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "hello from here"]);
    let feed = folder.0.path().join("feed.txt");
    fs::write(&feed, "# nick = jo\n2020-01-01T00:00:00Z\tfrom elsewhere\nbad line\n").unwrap();
    let long = folder.0.path().join("long.txt");
    long_feed(&long, 100_000);
    let mut screen = folder.open(100, 30);
    screen.shows("hello from here").keys("I").shows("as a new user").keys("/no/such.file").keys(ENTER);
    screen.shows("cannot read /no/such.file: there is no such file").keys(ESC).hides("import as");
    screen.keys("I").shows("as a new user").keys(&long.display().to_string()).keys(ENTER);
    screen.shows("importing: ").keys(ENTER).hides("none are kept").shows("importing: ");
    screen.keys("c").shows("you can only read").keys("I").shows("none are kept").keys(CTRL_C);
    screen.shows("stopped: nothing was imported").keys(ESC).hides("import as");
    assert_eq!(rows(&folder.db()), 2);
    screen.keys("I").shows("as a new user").keys(&feed.display().to_string()).keys(ENTER);
    screen.shows("imported 1 user, 1 post from twtxt; 1 skipped").shows("skipped line 3: \"bad\" is not a date");
    screen.keys(ENTER).hides("imported 1").keys("2").shows("from elsewhere").keys(CTRL_C).ends();
    assert_eq!(rows(&folder.db()), 4);
}

#[test]
fn import_from_a_pipe_equals_import_from_a_file() {
    let shell = Shell::new();
    let feed = "# nick = ada\n2026-01-01T00:00:00Z\thello\n";
    shell.run(&["import", "auto", "/dev/stdin"]).stdin(feed).stdout(&imported(1, 1, "twtxt", 0)).check();
    shell.run(&["import", "auto", "-", "--as", "jo"]).stdin(feed).stdout(&imported(1, 1, "twtxt", 0)).check();
}

#[test]
fn imported_metadata_is_shown() {
    let shell = Shell::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mastodon");
    let imported =
        shell.command().args(["import", "mastodon", fixture.to_str().unwrap(), "--private"]).output().unwrap();
    assert_eq!(imported.status.code(), Some(0));
    shell
        .run(&["show", "3"])
        .stdout("ada@example.social  2023-01-03 08:00  #3  1 boost  for followers\n  for followers\n\n")
        .check();
    shell.run(&["show", "4"]).stdout("ada@example.social  2023-01-04 08:00  #4  direct\n  psst\n\n").check();
    let warned = "ada@example.social  2023-01-02 08:00  #2  reply to #1 by ada@example.social  edited\n";
    let pictures = "  ▣ a spider\n  ▣ video/mp4\n  ▣ image/png\n\n";
    let text = format!("{warned}  content warning: spiders\n  eight\n  legs\n  \n  each\n{pictures}");
    shell.run(&["show", "2"]).stdout(&text).check();
}

#[test]
fn several_feeds_are_one_import_with_one_summary() {
    let shell = Shell::new();
    let rss = |nick: &str| {
        format!(
            "<rss version=\"2.0\"><channel><title>{nick}</title><link>https://{nick}.example/</link><item><guid>{nick}-1</guid>\
             <title>by {nick}</title><pubDate>Fri, 26 Oct 2012 01:47:20 GMT</pubDate></item></channel></rss>"
        )
    };
    fs::create_dir_all(shell.path("feeds/more")).unwrap();
    for (name, text) in [
        ("feeds/a.xml", rss("ada")),
        ("feeds/more/b.rss", rss("bob")),
        ("feeds/notes.md", "# no feed\n".to_owned()),
        ("feeds/.hidden", "x".to_owned()),
        ("c.txt", "# nick = cyd\n# url = https://c.example/c.txt\n2026-01-01T00:00:00Z\thello\n".to_owned()),
        ("noise.bin", "\u{1}\u{2} nothing".to_owned()),
    ] {
        fs::write(shell.path(name), text).unwrap();
    }
    let unknown = "noise.bin: it is in no known format: run microblog import FORMAT FILE to choose one of atom, flask, jsonfeed, jsonl, mastodon, rss, twtxt or x";
    let left_out = "feeds: left out 1 file without a feed\n";
    shell
        .run(&["import", "auto", "feeds", "c.txt", "noise.bin", "none.xml"])
        .stdout("imported 3 users, 3 posts from 5 files (rss, twtxt); 2 skipped\n")
        .stderr(&format!("{left_out}skipped {unknown}\nskipped none.xml: there is no such file\n"))
        .check();
    shell
        .run(&["import", "rss", "feeds"])
        .stdout("imported nothing from 2 files (rss); 2 posts already known\n")
        .stderr(left_out)
        .check();
    let error = format!("error: nothing was imported: 2 items skipped, the first is {unknown}\n");
    shell
        .run(&["import", "auto", "noise.bin", "none.xml"])
        .stderr(&format!("skipped {unknown}\nskipped none.xml: there is no such file\n{error}"))
        .status(1)
        .check();
    shell
        .run(&["import", "auto", "https://ada.example/feed.xml"])
        .stderr("error: https://ada.example/feed.xml is a URL, not a file: say microblog follow https://ada.example/feed.xml\n")
        .status(1)
        .check();
}

#[test]
fn feeds_without_a_name_are_named_after_their_folders() {
    let shell = Shell::with_users();
    for (folder, text) in [("ada", "I am Ada"), ("bob", "I am Bob")] {
        fs::create_dir(shell.path(folder)).unwrap();
        fs::write(shell.path(folder).join("twtxt.txt"), format!("2024-01-01T00:00:00Z\t{text}\n")).unwrap();
        shell
            .run(&["import", "twtxt", &format!("{folder}/twtxt.txt")])
            .stdout("imported 1 user, 1 post from twtxt\n")
            .check();
    }
    let output = shell.command().args(["timeline", "all"]).output().unwrap();
    let posts = String::from_utf8(output.stdout).unwrap();
    assert!(posts.contains("ada@twtxt") && posts.contains("bob@twtxt"), "{posts}");
}

#[test]
fn file_that_claims_the_address_of_a_followed_feed_adds_nothing() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/ada.txt");
    let feed = |text: &str| format!("# nick = ada\n# url = {url}\n2026-01-01T10:00:00Z\t{text}\n");
    site.set("/ada.txt", Page::new(feed("mine")));
    assert!(shell.command().args(["follow", &url]).output().unwrap().status.success());
    fs::write(shell.path("ada.txt"), feed("forged")).unwrap();
    let nickname = format!("ada@{}", site.host());
    let error = format!(
        "this says that it is by {nickname}, whose feed you follow: posts come from there; use microblog refresh {nickname}, or \
         microblog follow --all; nothing was imported"
    );
    shell.fails(&["import", "twtxt", "ada.txt"], 1, &error);
    let output = shell.command().args(["timeline", "all"]).output().unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("forged"));
}

#[test]
fn files_of_other_programs_are_imported_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cases");
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let mut ends = String::new();
    for name in &names {
        let shell = Shell::new();
        let path = folder.join(name);
        let import = shell.command().args(["import", "auto", path.to_str().unwrap()]).output().unwrap();
        let posts = shell.command().args(["timeline", "all", "--limit", "100"]).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(folder.to_str().unwrap(), "");
        ends.push_str(&format!("=== {}\n{}", name.display(), text(import.stdout) + &text(import.stderr)));
        text(posts.stdout).lines().for_each(|line| ends.push_str(&format!("{}\n", line.trim_end())));
    }
    insta::assert_snapshot!("cases", ends);
}

#[test]
fn path_in_place_of_the_format_says_what_to_type() {
    let shell = Shell::new();
    let feed = shell.path("feed.txt").display().to_string();
    fs::write(&feed, "2026-01-01T00:00:00Z\tbread").unwrap();
    shell.fails(&["import", &feed], 2, &format!("{feed} is not a format: run microblog import auto {feed}"));
    let url = "https://a.example/feed.txt";
    shell.fails(&["import", url], 2, &format!("{url} is not a format: to follow it, run microblog follow {url}"));
}
