//! Feeds at bad moments: servers that break the protocol, processes that are killed or compete, a full disk.

use std::env;
use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::Shell;
use crate::common::kills::{is_sound, kill_after, kills, number};
use crate::common::pty::{CTRL_C, Screen};
use crate::common::shim::Shim;
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
    growing(&site, 400, 1)();
    follow_all(&shell, &site, 500);
    let db = shell.path("m.db");
    assert_eq!(number(&db, "SELECT count(*) FROM subscription WHERE failures = 1"), 100);
    assert_eq!(number(&db, "SELECT count(*) FROM subscription WHERE failures = 0 AND fetched_at IS NOT NULL"), 400);
    assert_eq!(posts(&shell), 400);
    // The next refresh does the same: those that fail are tried again, those that do not are unchanged.
    make_due(&shell);
    let said = String::from_utf8(shell.command().arg("refresh").output().unwrap().stdout).unwrap();
    assert!(said.ends_with("refreshed 500 feeds: 0 new posts, 100 failed\n"), "{said}");
    assert_eq!(number(&db, "SELECT count(*) FROM subscription WHERE failures = 2"), 100);
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
fn slow_hosts_are_asked_at_the_same_time_and_each_for_one_feed_at_a_time() {
    let shell = Shell::with_users();
    // The requests that each host is answering, and the most that it answered at once.
    let [first, second]: [Arc<(AtomicUsize, AtomicUsize)>; 2] = [Arc::default(), Arc::default()];
    let slow = |own: &Arc<(AtomicUsize, AtomicUsize)>, other: &Arc<(AtomicUsize, AtomicUsize)>| {
        let (own, other) = (Arc::clone(own), Arc::clone(other));
        RawSite::start(move |_, stream| {
            let open = own.0.fetch_add(1, Ordering::SeqCst) + 1;
            own.1.fetch_max(open, Ordering::SeqCst);
            // No host answers before the other one was asked too.
            while other.1.load(Ordering::SeqCst) == 0 {
                thread::sleep(Duration::from_millis(10));
            }
            thread::sleep(Duration::from_millis(200));
            own.0.fetch_sub(1, Ordering::SeqCst);
            let _ = stream.write_all(ok(FEED).as_bytes());
        })
    };
    let sites = [slow(&first, &second), slow(&second, &first)];
    let urls = sites.iter().flat_map(|site| [site.url("/a"), site.url("/b"), site.url("/c")]);
    fs::write(shell.path("urls"), urls.map(|url| format!("{url}\n")).collect::<String>()).unwrap();
    let output = shell.command().args(["import", "opml", "urls"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.ends_with("refreshed 6 feeds: 6 new posts\n"), "{said}");
    assert_eq!((first.1.load(Ordering::SeqCst), second.1.load(Ordering::SeqCst)), (1, 1));
}

#[test]
fn feed_that_is_gone_says_so_when_followed_refreshed_and_listed() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/feed");
    site.set("/feed", Page::status(410));
    shell.fails(&["follow", &url], 1, &format!("{url}: HTTP 410: gone"));
    assert_eq!(number(&shell.path("m.db"), "SELECT count(*) FROM user"), 2, "no user was added");
    site.set("/feed", Page::new(FEED));
    assert!(shell.command().args(["follow", &url]).output().unwrap().status.success());
    site.set("/feed", Page::status(410));
    let gone = format!("@ada@{}: failed: HTTP 410: gone\n", site.host());
    let error = "error: none of the feeds could be fetched: 1 failed\n";
    shell.run(&["refresh", &url]).stdout(&gone).stderr(error).status(1).check();
    let feeds = String::from_utf8(shell.command().arg("feeds").output().unwrap().stdout).unwrap();
    assert!(feeds.contains("  gone: HTTP 410: gone") && feeds.contains(&url), "{feeds}");
    make_due(&shell);
    site.requests();
    let nothing =
        "no feeds to refresh: those that you follow are gone (HTTP 410); unfollow them, or follow other addresses\n";
    shell.run(&["refresh"]).stderr(nothing).check();
    assert_eq!((site.lines(), posts(&shell)), (Vec::new(), 1));
    let mut screen = Screen::open(&shell.path("m.db"), 100, 30);
    screen.shows("one").keys("W").shows("gone").keys(CTRL_C).ends();
}

#[cfg(target_os = "linux")]
#[test]
fn clock_that_is_set_back_delays_no_feed() {
    const YEAR: i64 = 365 * 86_400;
    let Some(shim) = Shim::build() else { return };
    let (shell, site) = (Shell::with_users(), Site::start());
    let clock = shell.path("clock");
    let run = |ahead: i64, args: &[&str]| {
        fs::write(&clock, ahead.to_string()).unwrap();
        let mut command = shell.command();
        shim.load(&mut command);
        let output = command.env("SHIM_CLOCK", &clock).args(args).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let undated = |texts: &[&str]| {
        let items: String =
            texts.iter().map(|text| format!("<item><description>{text}</description></item>")).collect();
        Page::new(format!("<rss version='2.0'><channel><title>Bo</title>{items}</channel></rss>"))
    };
    site.set("/good", Page::new(FEED));
    site.set("/bad", undated(&["first"]));
    for path in ["/good", "/bad"] {
        let said = run(YEAR, &["follow", &site.url(path)]);
        assert!(said.contains(": 1 post from "), "{said}");
    }
    // A failure puts the next try off by another day.
    site.set("/bad", Page::status(503).with("Retry-After", "86400"));
    run(YEAR, &["refresh", &site.url("/bad")]);
    run(YEAR, &["catch-up", "--read"]);
    site.set("/good", Page::new(format!("{FEED}2026-01-02T10:00:00Z\ttwo\n")));
    site.set("/bad", undated(&["second", "first"]));
    site.requests();
    let said = run(0, &["refresh"]);
    let mut lines = site.lines();
    lines.sort();
    assert_eq!(lines, ["GET /bad", "GET /good"], "{said}");
    assert!(said.ends_with("refreshed 2 feeds: 2 new posts\n"), "{said}");
    // They are due within a day from now, the post without a date has the time of now, and what arrived is unread.
    let db = shell.path("m.db");
    let late = "SELECT count(*) FROM subscription WHERE failures > 0 OR next_at / 1000000 > unixepoch() + 86400";
    let future = "SELECT count(*) FROM post WHERE body = 'second' AND created_at / 1000000 > unixepoch() + 60";
    assert_eq!((number(&db, late), number(&db, future)), (0, 0));
    let unread = run(0, &["unread", "--json"]);
    assert!(unread.contains("{\"name\":\"home\",\"unread\":2}"), "{unread}");
    // Nothing is due twice.
    let said = run(0, &["refresh"]);
    assert!(said.starts_with("no feed is due before 20"), "{said}");
}

#[test]
fn refresh_lifts_the_memory_limit_of_the_screens_until_it_ends() {
    // The limit is one for all connections of a process, and the screens of other tests set it: this needs a process of its own.
    const ALONE: &str = "MICROBLOG_TEST_ALONE";
    if env::var_os(ALONE).is_none() {
        let name = "network_faults::refresh_lifts_the_memory_limit_of_the_screens_until_it_ends";
        let run = Command::new(env::current_exe().unwrap()).args(["--exact", name]).env(ALONE, "1").output().unwrap();
        let printed = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && printed.contains("1 passed"), "{printed}");
        return;
    }
    let shell = Shell::new();
    let (mut store, _) = microblog::store::Store::open(&shell.path("m.db")).unwrap();
    let other = rusqlite::Connection::open(shell.path("m.db")).unwrap();
    let limit = || other.pragma_query_value(None, "soft_heap_limit", |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(store.with_more_memory(|_| limit()), 0, "a command has no limit");
    store.limit_memory().unwrap();
    let usual = limit();
    assert!(store.with_more_memory(|_| limit()) > 2 * usual);
    assert_eq!(limit(), usual);
}
