//! Feeds at bad moments: servers that break the protocol, processes that are killed or compete, a full disk.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::Shell;
use crate::common::kills::{is_sound, kill_after, kills, number};
use crate::common::site::{Page, RawSite, Site};

const FEED: &str = "# nick = ada\n2026-01-01T10:00:00Z\tone\n";

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn refresh(shell: &Shell, url: &str) -> Output {
    shell.command().args(["refresh", url]).output().unwrap()
}

fn settings(shell: &Shell, text: &str) {
    fs::create_dir_all(shell.path("config/microblog")).unwrap();
    fs::write(shell.path("config/microblog/config.toml"), text).unwrap();
}

fn posts(shell: &Shell) -> i64 {
    number(&shell.path("m.db"), "SELECT count(*) FROM post")
}

/// Makes every feed due.
fn make_due(shell: &Shell) {
    let connection = rusqlite::Connection::open(shell.path("m.db")).unwrap();
    connection.execute("UPDATE subscription SET next_at = 0, checked_at = checked_at - 100000000", []).unwrap();
}

/// Follows a feed that is fine, and asserts what is said once the server answers in another way.
#[track_caller]
fn breaks(answer: impl Fn(&mut TcpStream) + Send + Sync + 'static, expected: &str) {
    let shell = Shell::with_users();
    settings(&shell, "[feeds]\ntimeout = \"1s\"\nmax_size = \"64K\"\n");
    let count = AtomicUsize::new(0);
    let site = RawSite::start(move |_, stream| {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            let _ = stream.write_all(ok(FEED).as_bytes());
        } else {
            answer(stream);
        }
    });
    let url = site.url("/feed");
    assert!(shell.command().args(["follow", &url]).output().unwrap().status.success());
    let started = Instant::now();
    let output = refresh(&shell, &url);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!(": failed: {}", expected.replace("HOST", &site.host()))), "{expected}: {said}");
    assert_eq!((output.status.code(), posts(&shell)), (Some(1), 1), "{expected}");
    assert!(started.elapsed() < Duration::from_secs(20), "{expected}");
}

fn fixed(bytes: impl Into<Vec<u8>>) -> impl Fn(&mut TcpStream) + Send + Sync + 'static {
    let bytes = bytes.into();
    move |stream| drop(stream.write_all(&bytes))
}

#[test]
fn broken_answers_fail_the_feed_and_keep_its_posts() {
    let closed = "HOST closed the connection before the response was complete";
    breaks(fixed(""), closed);
    breaks(fixed("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"), closed);
    breaks(fixed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nshort"), closed);
    breaks(fixed("<html>HTTP/0.9</html>"), "HOST");
    breaks(
        fixed(format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "a".repeat(1_000_000))),
        "the headers of the response are larger than 64 KiB",
    );
    breaks(
        fixed("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /feed\r\nContent-Length: 0\r\n\r\n"),
        "redirected in a circle",
    );
    breaks(
        fixed("HTTP/1.1 301 Moved\r\nConnection: close\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
        "redirected to \"file:///etc/passwd\"",
    );
}

#[test]
fn endless_slow_and_exploding_answers_end_at_their_limits() {
    let endless = |stream: &mut TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(&[b'a'; 4_096]).is_ok() {}
    };
    breaks(endless, "the response is larger than");
    let trickle = |stream: &mut TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(b"a").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    };
    breaks(trickle, "HOST took too long to respond");
    breaks(|_| thread::sleep(Duration::from_secs(5)), "HOST took too long to respond");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![0; 10_000_000]).unwrap();
    let bomb = gzip.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bomb.len());
    breaks(fixed([head.into_bytes(), bomb].concat()), "the response is larger than");
}

#[test]
fn unreachable_host_fails_once_for_all_its_feeds() {
    let shell = Shell::with_users();
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let list: String = (0..50).map(|n| format!("http://{unused}/{n}\n")).collect();
    fs::write(shell.path("urls"), list).unwrap();
    assert!(shell.command().args(["--offline", "import", "opml", "urls"]).output().unwrap().status.success());
    let output = shell.command().arg("refresh").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!((said.matches("cannot connect to").count(), output.status.code()), (50, Some(1)), "{said}");
    let later = "SELECT count(*) FROM subscription WHERE failures = 1 AND next_at > checked_at + 1500000000";
    assert_eq!(number(&shell.path("m.db"), later), 50);
}

#[test]
fn feed_that_changes_its_format_or_becomes_empty_keeps_its_posts() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/feed");
    site.set("/feed", Page::new(FEED));
    assert!(shell.command().args(["follow", &url]).output().unwrap().status.success());
    for body in [
        "<rss version='2.0'><channel><title>A</title><item><guid>x</guid><description>two</description></item></channel></rss>",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"A\",\"items\":[{\"id\":\"y\",\"content_text\":\"three\"}]}",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title></feed>",
    ] {
        site.set("/feed", Page::new(body));
        assert!(refresh(&shell, &url).status.success(), "{body}");
    }
    site.set("/feed", Page::new(" \n"));
    assert!(!refresh(&shell, &url).status.success());
    assert_eq!((posts(&shell), number(&shell.path("m.db"), "SELECT count(*) FROM user")), (3, 3));
}

#[test]
fn post_of_the_future_is_dated_at_its_arrival() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/feed");
    site.set("/feed", Page::new("# nick = ada\n2999-01-01T10:00:00Z\tfrom the future\n"));
    for _ in 0..2 {
        assert!(shell.command().args(["follow", &url]).output().unwrap().status.success());
        refresh(&shell, &url);
    }
    let posts = shell.command().args(["timeline", "--json"]).output().unwrap();
    let posts = String::from_utf8(posts.stdout).unwrap();
    assert!(posts.lines().count() == 1 && !posts.contains("\"created_at\":\"2999"), "{posts}");
    let shown = shell.command().args(["show", "1"]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("  dated 2999-01-01 10:00 by its author\n"), "{shown}");
}

#[test]
fn name_of_a_public_feed_that_leads_to_this_machine_later_is_refused() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/feed");
    site.set("/feed", Page::new(FEED));
    assert!(shell.command().args(["follow", &url]).output().unwrap().status.success());
    make_due(&shell);
    assert!(refresh(&shell, &url).status.success(), "a feed on this machine that was typed here stays allowed");
    let connection = rusqlite::Connection::open(shell.path("m.db")).unwrap();
    let public = "SELECT count(*) FROM subscription WHERE is_public = 1";
    assert_eq!(number(&shell.path("m.db"), public), 0);
    connection.execute("UPDATE subscription SET is_public = 1", []).unwrap();
    site.requests();
    make_due(&shell);
    let output = refresh(&shell, &url);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!("failed: {url} leads to a private address")), "{said}");
    assert_eq!((output.status.code(), site.lines().len(), posts(&shell)), (Some(1), 0, 1));
    assert_eq!(number(&shell.path("m.db"), public), 1);
}

#[test]
fn edit_and_profile_of_a_feed_are_taken_and_what_it_drops_stays() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/feed");
    let feed = |title: &str, items: &str| {
        let item = |id_and_text: (&str, &str)| {
            format!(
                "<item><guid>{}</guid><description>{}</description><pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate></item>",
                id_and_text.0, id_and_text.1
            )
        };
        let items: String = items.split(',').filter_map(|item_text| item_text.split_once('=')).map(item).collect();
        Page::new(format!(
            "<rss version='2.0'><channel><title>{title}</title><description>about {title}</description>{items}</channel></rss>"
        ))
    };
    site.set("/feed", feed("Ada", "a=first,b=second"));
    assert!(shell.command().args(["follow", &url]).output().unwrap().status.success());
    site.set("/feed", feed("Ada L.", "a=changed"));
    let said = String::from_utf8(refresh(&shell, &url).stdout).unwrap();
    assert!(said.ends_with("refreshed 1 feed: 0 new posts, 1 edited\n"), "{said}");
    let db = shell.path("m.db");
    assert_eq!((posts(&shell), number(&db, "SELECT count(*) FROM post WHERE body = 'changed' AND edits = 1")), (2, 1));
    assert_eq!(number(&db, "SELECT count(*) FROM user WHERE display_name = 'Ada L.' AND about_me = 'about Ada L.'"), 1);
}

/// Serves feeds that grow by `more` posts with each call of the function that is returned.
fn growing(site: &Site, feeds: usize, more: usize) -> impl FnMut() + '_ {
    let mut count = 0;
    move || {
        count += more;
        for feed in 0..feeds {
            let lines: String = (0..count)
                .map(|n| format!("2026-01-01T{:02}:{:02}:00Z\tpost {n} of {feed}\n", n / 60, n % 60))
                .collect();
            site.set(&format!("/{feed}"), Page::new(format!("# nick = feed{feed}\n{lines}")));
        }
    }
}

fn follow_all(shell: &Shell, site: &Site, feeds: usize) {
    let list: String = (0..feeds).map(|n| format!("{}\n", site.url(&format!("/{n}")))).collect();
    fs::write(shell.path("urls"), list).unwrap();
    let output = shell.command().args(["import", "opml", "urls"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn kill_during_a_refresh_leaves_each_feed_whole_or_untouched() {
    const MORE: usize = 20;
    let (shell, site) = (Shell::with_users(), Site::start());
    let mut grow = growing(&site, 12, MORE);
    grow();
    follow_all(&shell, &site, 12);
    for round in 0..kills().min(1_000) / 5 {
        if round % 4 == 0 && round < 200 {
            grow();
        }
        make_due(&shell);
        let child = shell.command().arg("refresh").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        kill_after(child, Duration::from_millis(20 + (round as u64 * 7) % 120));
        let halves =
            format!("SELECT count(*) FROM (SELECT count(*) AS n FROM post GROUP BY author HAVING n % {MORE} <> 0)");
        assert_eq!(number(&shell.path("m.db"), &halves), 0, "round {round}");
    }
    is_sound(&shell.path("m.db"));
    make_due(&shell);
    let output = shell.command().arg("refresh").output().unwrap();
    assert!(output.status.success(), "a lock that was left behind does not matter: {output:?}");
    let distinct =
        number(&shell.path("m.db"), "SELECT count(DISTINCT n) FROM (SELECT count(*) AS n FROM post GROUP BY author)");
    assert_eq!(distinct, 1);
}

#[test]
fn feed_is_fetched_by_one_of_two_processes() {
    let (shell, site) = (Shell::with_users(), Site::start());
    growing(&site, 20, 3)();
    follow_all(&shell, &site, 20);
    site.requests();
    make_due(&shell);
    let spawn = || shell.command().arg("refresh").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let children = [spawn(), spawn(), spawn()];
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let mut lines = site.lines();
    let all = lines.len();
    lines.sort();
    lines.dedup();
    assert_eq!((all, lines.len()), (20, 20));
}

#[test]
fn many_feeds_of_which_some_fail_are_refreshed_together() {
    let (shell, site) = (Shell::with_users(), Site::start());
    growing(&site, 100, 1)();
    follow_all(&shell, &site, 120);
    let db = shell.path("m.db");
    assert_eq!(number(&db, "SELECT count(*) FROM subscription WHERE failures = 1"), 20);
    assert_eq!(number(&db, "SELECT count(*) FROM subscription WHERE failures = 0 AND fetched_at IS NOT NULL"), 100);
    assert_eq!(posts(&shell), 100);
}

#[cfg(unix)]
#[test]
fn full_disk_fails_the_refresh_and_keeps_what_was_stored() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/feed");
    site.set("/feed", Page::new(FEED));
    assert!(shell.command().args(["follow", &url]).output().unwrap().status.success());
    let long = "word ".repeat(100_000);
    site.set("/feed", Page::new(format!("{FEED}2026-01-02T10:00:00Z\t{long}\n2026-01-03T10:00:00Z\t{long}\n")));
    let program = env!("CARGO_BIN_EXE_microblog");
    let output = shell
        .command_of("bash")
        .args(["-c", &format!("ulimit -f 400; exec {program} refresh {url}")])
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.starts_with("error: ") && error.lines().count() == 1, "{error}");
    assert_eq!(posts(&shell), 1);
    is_sound(&shell.path("m.db"));
    assert!(refresh(&shell, &url).status.success());
    assert_eq!(posts(&shell), 3);
}

#[test]
fn network_that_goes_away_fails_the_rest_and_keeps_the_first() {
    let shell = Shell::with_users();
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    let site = RawSite::start(move |_, stream| {
        if seen.fetch_add(1, Ordering::SeqCst) < 5 {
            let _ = stream.write_all(ok(FEED).as_bytes());
        }
    });
    let list: String = (0..10).map(|n| format!("{}\n", site.url(&format!("/{n}")))).collect();
    fs::write(shell.path("urls"), list).unwrap();
    let output = shell.command().args(["import", "opml", "urls"]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(number(&shell.path("m.db"), "SELECT count(*) FROM subscription WHERE failures = 0"), 5);
    assert_eq!(posts(&shell), 5);
}

#[test]
fn real_samples_are_followed_from_a_server() {
    let shell = Shell::with_users();
    let site = Site::start();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    let mut followed = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !path.is_file()
            || !["xml", "rss", "atom", "txt", "json"].iter().any(|end| name.ends_with(&format!(".{end}")))
        {
            continue;
        }
        site.set(&format!("/{name}"), Page::new(fs::read(&path).unwrap()));
        let output = shell.command().args(["follow", &site.url(&format!("/{name}"))]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.success() || error.starts_with("error: ") && error.lines().count() == 1,
            "{name}: {error}"
        );
        followed += usize::from(output.status.success());
    }
    assert!(followed > 5, "{followed}");
    is_sound(&shell.path("m.db"));
}
