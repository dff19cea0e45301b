//! Feeds over HTTP, with the real program and a server in this process.

use std::fs;
use std::process::Output;

use crate::common::Shell;
use crate::common::site::{Page, Site};
use serde_json::Value;

const TWTXT: &str = "# nick = ada\n# description = reads\n2026-01-01T10:00:00Z\tone\n2026-01-02T10:00:00Z\ttwo\n";

/// Returns an RSS feed with posts of these texts, dated by day.
fn rss(title: &str, posts: &[&str]) -> String {
    let items: String = (1..)
        .zip(posts)
        .map(|(day, text)| {
            format!(
                "<item><guid isPermaLink='false'>{day}</guid><description>{text}</description>\
                <pubDate>{day:02} Feb 2026 10:00:00 GMT</pubDate></item>"
            )
        })
        .collect();
    format!("<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>")
}

/// Runs a command and returns what it printed.
#[track_caller]
fn run(shell: &Shell, args: &[&str]) -> Output {
    shell.command().args(args).output().unwrap()
}

#[track_caller]
fn ok(shell: &Shell, args: &[&str]) -> String {
    let output = run(shell, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn feeds(shell: &Shell) -> Vec<Value> {
    ok(shell, &["feeds", "--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn bodies(shell: &Shell) -> Vec<String> {
    let posts = ok(shell, &["timeline", "all", "--json", "--limit", "999"]);
    posts
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["body"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn feed_is_followed_once_and_refreshed_conditionally() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let (url, host) = (site.url("/tw.txt"), site.host());
    site.set(
        "/tw.txt",
        Page::new(TWTXT).with("ETag", "W/\"1\"").with("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
    );
    shell.run(&["follow", &url]).stdout(&format!("followed @ada@{host}: 2 posts from {url}\n")).check();
    shell.run(&["follow", &url]).stdout(&format!("@ada@{host} is already followed\n")).check();
    assert_eq!(site.lines(), ["GET /tw.txt"]);
    shell.run(&["refresh", &url]).stdout("refreshed 1 feed: 0 new posts\n").check();
    let request = site.requests().join("\n");
    assert!(
        request.contains("\nif-none-match: W/\"1\"\nif-modified-since: Thu, 01 Jan 2026 00:00:00 GMT"),
        "{request}"
    );
    assert!(request.contains("\nuser-agent: microblog/"), "{request}");
    assert_eq!(feeds(&shell)[0]["state"], "unchanged");
    site.set("/tw.txt", Page::new(format!("{TWTXT}2026-01-03T10:00:00Z\tthree\n")).with("ETag", "W/\"2\""));
    let changed = format!("@ada@{host}: 1 new post\nrefreshed 1 feed: 1 new post\n");
    shell.run(&["refresh", &format!("ada@{host}")]).stdout(&changed).check();
    assert_eq!(bodies(&shell), ["three", "two", "one"]);
    // The same content without validators is no change either.
    site.set("/tw.txt", Page::new(format!("{TWTXT}2026-01-03T10:00:00Z\tthree\n")));
    shell.run(&["refresh", &url]).stdout("refreshed 1 feed: 0 new posts\n").check();
    let due = run(&shell, &["refresh"]);
    assert!(String::from_utf8_lossy(&due.stderr).starts_with("no feed is due before 20"), "{due:?}");
    shell.run(&["unfollow", &url]).stdout(&format!("unfollowed @ada@{host}\n")).check();
    assert_eq!((feeds(&shell).len(), bodies(&shell).len()), (0, 3));
}

#[test]
fn page_leads_to_its_feeds_and_account_to_its_page() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let (url, host) = (site.url("/"), site.host());
    let link = |path: &str| format!("<link rel=alternate type=application/rss+xml title='{path}' href={path}>");
    site.set("/one", Page::new(format!("<!doctype html><html>{}", link("rss"))));
    site.set("/two", Page::new(format!("<!doctype html><html>{}{}", link("rss"), link("other"))));
    site.set("/none", Page::new("<!doctype html><html><title>Log in</title></html>"));
    site.set("/rss", Page::new(rss("Bo", &["hello"])));
    site.set("/other", Page::new(rss("Other", &["other"])));
    let several = format!("1  {url}rss  rss\n2  {url}other  other\n");
    let error = format!("error: {url}two names 2 feeds: choose one with --feed N\n");
    shell.run(&["follow", &site.url("/two")]).stdout(&several).stderr(&error).status(1).check();
    shell.fails(
        &["follow", &site.url("/two"), "--feed", "3"],
        1,
        &format!("{url}two: there is no feed 3: choose one from 1 to 2"),
    );
    let none = format!("{url}none: this page names no feed: give the address of a feed");
    shell.fails(&["follow", &site.url("/none")], 1, &none);
    assert_eq!(ok(&shell, &["user", "list"]).lines().count(), 2, "no user was added");
    shell.run(&["follow", &site.url("/one")]).stdout(&format!("followed @Bo@{host}: 1 post from {url}rss\n")).check();
    let other = format!("followed @Other@{host}: 1 post from {url}other\n");
    shell.run(&["follow", &site.url("/two"), "--feed", "2"]).stdout(&other).check();
    let account = host.replace('_', ":");
    let resource = format!("/.well-known/webfinger?resource=acct%3Acy%40{}", account.replace(':', "%3A"));
    let profile =
        format!("{{\"links\":[{{\"rel\":\"http://webfinger.net/rel/profile-page\",\"href\":\"{url}@cy\"}}]}}");
    site.set(&resource, Page::new(profile));
    site.set("/@cy", Page::new(format!("<!doctype html><html>{}", link("/cy.rss"))));
    site.set("/cy.rss", Page::new(rss("Cy Smith", &["hi"])));
    let followed = format!("followed @cy@{host}: 1 post from {url}cy.rss\n");
    shell.run(&["follow", &format!("@cy@{account}")]).stdout(&followed).check();
    let unknown = format!(
        "{}: HTTP 404: not found",
        site.url("/.well-known/webfinger?resource=acct%3Anobody%40")
            .replace("%40", &format!("%40{}", account.replace(':', "%3A")))
    );
    shell.fails(&["follow", &format!("@nobody@{account}")], 1, &unknown);
}

#[test]
fn older_posts_come_from_archives_of_the_same_server_only() {
    let (shell, site, other) = (Shell::with_users(), Site::start(), Site::start());
    let (url, host) = (site.url("/tw.txt"), site.host());
    let twtxt = |previous: &str, line: &str| Page::new(format!("# nick = ada\n{previous}{line}\n"));
    site.set("/tw.txt", twtxt("# prev = abcdefg old.txt\n", "2026-01-03T10:00:00Z\tthree"));
    site.set("/old.txt", twtxt("# prev = abcdefg /older.txt\n", "2026-01-02T10:00:00Z\ttwo"));
    site.set("/older.txt", twtxt("", "2026-01-01T10:00:00Z\tone"));
    let from = format!("followed @ada@{host}: 1 post from {url}\n");
    shell.run(&["follow", &url]).stdout(&from).check();
    assert_eq!(bodies(&shell), ["three"]);
    let lines = format!("@ada@{host} is already followed\n@ada@{host}: 2 older posts from 2 archives\n");
    shell.run(&["follow", "--all", &url]).stdout(&lines).check();
    assert_eq!(bodies(&shell), ["three", "two", "one"]);
    let unread = ok(&shell, &["unread", "--json"]);
    assert!(unread.contains("{\"name\":\"home\",\"unread\":1}"), "archives are read: {unread}");
    // The hashes are those of the feed, so that replies to old posts find them.
    let lines = lines.replace("2 older posts", "0 older posts");
    shell.run(&["follow", "--all", &url]).stdout(&lines).check();

    other.set("/old.txt", twtxt("", "2026-01-01T10:00:00Z\tforged"));
    site.set("/b.txt", twtxt(&format!("# prev = abcdefg {}\n", other.url("/old.txt")), "2026-01-05T10:00:00Z\tfive"));
    let failed = run(&shell, &["follow", "--all", &site.url("/b.txt")]);
    let error = String::from_utf8_lossy(&failed.stderr).into_owned();
    let why = "an archive at another server than the feed is not fetched";
    assert_eq!((failed.status.code(), error), (Some(1), format!("error: {}: {why}\n", other.url("/old.txt"))));
    assert_eq!(other.lines(), [""; 0]);
    site.set("/c.txt", twtxt("# prev = abcdefg c2.txt\n", "2026-01-06T10:00:00Z\tsix"));
    site.set("/c2.txt", twtxt("# prev = abcdefg c.txt\n", "2026-01-04T10:00:00Z\tfour"));
    let circle = run(&shell, &["follow", "--all", &site.url("/c.txt")]);
    assert!(
        String::from_utf8_lossy(&circle.stderr).ends_with("the archives name each other in a circle\n"),
        "{circle:?}"
    );
    assert_eq!(bodies(&shell), ["six", "five", "four", "three", "two", "one"]);
}

#[test]
fn pages_of_atom_and_json_feed_lead_to_older_posts() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let atom = |link: &str, number: u32| {
        Page::new(format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Ada</title><id>a</id>{link}<entry><id>{number}</id>\
             <title>atom {number}</title><updated>2026-01-0{number}T00:00:00Z</updated></entry></feed>"
        ))
    };
    site.set("/a", atom("<link rel='prev-archive' href='/a2'/>", 2));
    site.set("/a2", atom("", 1));
    let json = |next: &str, number: u32| {
        Page::new(format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Bo\",{next}\"items\":[{{\"id\":\"{number}\",\
             \"content_text\":\"json {number}\",\"date_published\":\"2026-02-0{number}T00:00:00Z\"}}]}}"
        ))
    };
    site.set("/j", json(&format!("\"next_url\":\"{}\",", site.url("/j2")), 2));
    site.set("/j2", json("", 1));
    ok(&shell, &["follow", "--all", &site.url("/a"), &site.url("/j")]);
    assert_eq!(bodies(&shell), ["json 2", "json 1", "atom 2", "atom 1"]);
}

#[test]
fn addresses_after_one_that_fails_are_followed() {
    let (shell, site) = (Shell::with_users(), Site::start());
    site.set("/a", Page::new(rss("Ada", &["one"])));
    let (gone, found) = (site.url("/gone"), site.url("/a"));
    let host = site.host();
    shell
        .run(&["follow", &gone, &found, "susan"])
        .stdout(&format!("followed @Ada@{host}: 1 post from {found}\nfollowed @susan\n"))
        .stderr(&format!("{gone}: HTTP 404: not found\nerror: 1 of 3 could not be followed, for the reasons above\n"))
        .status(1)
        .check();
}

#[test]
fn moved_feed_is_fetched_from_its_new_address_and_keeps_its_user() {
    let (shell, site) = (Shell::with_users(), Site::start());
    site.set("/a", Page::new(rss("Ada", &["one"])));
    site.set("/b", Page::new(rss("Ada", &["one", "two"])).with("ETag", "\"b\""));
    ok(&shell, &["follow", &site.url("/a")]);
    site.set("/a", Page::status(302).with("Location", "/b"));
    ok(&shell, &["refresh", &site.url("/a")]);
    assert_eq!(feeds(&shell)[0]["fetch_url"].as_str(), Some(site.url("/a").as_str()), "302 is temporary");
    for status in [301, 308] {
        site.set("/a", Page::status(status).with("Location", "/b"));
        ok(&shell, &["refresh", &site.url("/a")]);
        let feed = &feeds(&shell)[0];
        assert_eq!(
            (feed["url"].as_str(), feed["fetch_url"].as_str()),
            (Some(&*site.url("/a")), Some(&*site.url("/b")))
        );
    }
    site.requests();
    ok(&shell, &["refresh", &site.url("/a")]);
    assert_eq!(site.lines(), ["GET /b"]);
    assert_eq!(bodies(&shell), ["two", "one"]);
}

#[test]
fn failures_are_listed_and_only_a_refresh_without_success_fails() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let host = site.host();
    for path in ["/a", "/b"] {
        site.set(path, Page::new(rss(&path[1..], &["hello"])));
        ok(&shell, &["follow", &site.url(path)]);
    }
    site.set("/b", Page::status(503).with("Retry-After", "7200"));
    let lines =
        format!("@b@{host}: failed: HTTP 503: the server has a problem\nrefreshed 2 feeds: 0 new posts, 1 failed\n");
    shell.run(&["refresh", &site.url("/a"), &site.url("/b")]).stdout(&lines).check();
    let feed = &feeds(&shell)[1];
    assert_eq!((feed["state"].as_str(), feed["failures"].as_u64()), (Some("failing"), Some(1)));
    site.set("/b", Page::status(410));
    let gone = format!("@b@{host}: failed: HTTP 410: gone\n");
    let error = "error: none of the feeds could be fetched: 1 failed\n";
    shell.run(&["refresh", &site.url("/b")]).stdout(&gone).stderr(error).status(1).check();
    assert_eq!((feeds(&shell)[1]["state"].as_str(), bodies(&shell).len()), (Some("gone"), 2));
    site.requests();
    ok(&shell, &["refresh", "--now"]);
    assert_eq!(site.lines(), Vec::<String>::new(), "what is gone is not asked for again");
}

#[test]
fn what_is_no_feed_adds_no_posts_and_no_user() {
    let (shell, site) = (Shell::with_users(), Site::start());
    site.set("/feed", Page::new(rss("Ada", &["one"])));
    ok(&shell, &["follow", &site.url("/feed")]);
    let cases: [(&str, &str); 5] = [
        ("<!doctype html><html><title>Log in</title></html>", "the response is a web page, not a feed"),
        ("", "the response is empty"),
        ("Index of /", "the response is not a feed"),
        ("{\"microblog\":{\"version\":1,\"last_user\":0,\"last_post\":0}}\n", "the response is a database, not a feed"),
        ("{\"error\":\"rate limited\"}", "the response is not a feed"),
    ];
    for (body, expected) in cases {
        site.set("/feed", Page::new(body).with("Content-Type", "application/rss+xml"));
        let output = run(&shell, &["refresh", &site.url("/feed")]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said, format!("@Ada@{}: failed: {expected}\n", site.host()), "{body}");
    }
    site.set("/feed", Page::new(rss("Ada", &[])));
    ok(&shell, &["refresh", &site.url("/feed")]);
    assert_eq!((bodies(&shell), feeds(&shell)[0]["failures"].as_u64()), (vec!["one".to_owned()], Some(0)));
    assert_eq!(ok(&shell, &["user", "list"]).lines().count(), 3);
}

#[test]
fn nothing_is_sent_offline_or_from_a_read_only_database() {
    let (shell, site) = (Shell::with_users(), Site::start());
    site.set("/feed", Page::new(rss("Ada", &["one"])));
    ok(&shell, &["follow", &site.url("/feed")]);
    site.requests();
    let offline = "offline: no request was sent; start without --offline, and set offline = false in the settings";
    shell.fails(&["--offline", "follow", &site.url("/other")], 1, offline);
    shell.fails(&["--offline", "refresh", &site.url("/feed")], 1, offline);
    assert!(!run(&shell, &["--read-only", "refresh", &site.url("/feed")]).status.success());
    std::fs::create_dir_all(shell.path("config/microblog")).unwrap();
    std::fs::write(shell.path("config/microblog/config.toml"), "[feeds]\noffline = true\n").unwrap();
    shell.fails(&["refresh", &site.url("/feed")], 1, offline);
    assert_eq!(site.lines(), Vec::<String>::new());
}

#[test]
fn words_that_are_no_addresses_are_refused_in_one_line() {
    let shell = Shell::with_users();
    shell.run(&["follow", "susan"]).stdout("followed @susan\n").check();
    shell.fails(&["follow", "nobody"], 1, "there is no user \"nobody\": microblog user list shows all users");
    for (word, why) in [
        ("ftp://example.org/x", "\"ftp://example.org/x\" uses ftp: only http and https addresses can be followed"),
        ("file:///etc/passwd", "\"file:///etc/passwd\" uses file: only http and https addresses can be followed"),
        (
            "https://a:b@example.org/",
            "\"https://a:b@example.org/\" contains a user name or password: remove the part before the @",
        ),
    ] {
        shell.fails(&["follow", word], 2, why);
    }
    shell.fails(
        &["follow", "http://127.0.0.1:1/x"],
        1,
        "http://127.0.0.1:1/x: cannot connect to 127.0.0.1:1: Connection refused (os error 111)",
    );
    shell.fails(&["refresh", "susan"], 1, "@susan has no feed: list yours with microblog feeds");
    shell.fails(
        &["unfollow", "https://example.org/"],
        1,
        "you follow no feed https://example.org/: list yours with microblog feeds",
    );
}

/// The bytes of a small picture.
fn picture(color: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 2, 2);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&[color; 12]).unwrap();
    bytes
}

#[test]
fn avatar_of_a_feed_is_fetched_once_and_then_conditionally() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/tw.txt");
    let stored = || {
        let connection = rusqlite::Connection::open(shell.path("m.db")).unwrap();
        let mut statement = connection.prepare("SELECT picture FROM avatar").unwrap();
        statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap().collect::<Result<Vec<_>, _>>().unwrap()
    };
    let make_due = || {
        let connection = rusqlite::Connection::open(shell.path("m.db")).unwrap();
        let sql = "UPDATE subscription SET checked_at = checked_at - 100000000, avatar_checked_at = 0";
        connection.execute(sql, []).unwrap();
    };
    site.set("/tw.txt", Page::new(TWTXT.replace("# nick", "# avatar = me.png\n# nick")).with("ETag", "\"1\""));
    site.set("/me.png", Page::new(picture(1)).with("ETag", "\"a\""));
    ok(&shell, &["follow", &url]);
    assert_eq!((site.lines(), stored()), (vec!["GET /tw.txt".into(), "GET /me.png".into()], vec![picture(1)]));
    ok(&shell, &["refresh", &url]);
    assert_eq!(site.lines(), ["GET /tw.txt"], "once a day");
    make_due();
    ok(&shell, &["refresh", &url]);
    assert!(site.requests()[1].contains("\nif-none-match: \"a\""));
    site.set("/me.png", Page::new(picture(2)).with("ETag", "\"b\""));
    make_due();
    ok(&shell, &["refresh", &url]);
    assert_eq!(stored(), [picture(2)]);
    // What is no picture, is too large or is gone fails nothing, and the picture stays.
    for page in [Page::new("<html>no</html>"), Page::new(vec![0; (1 << 20) + 1]), Page::status(404)] {
        site.set("/me.png", page);
        make_due();
        assert_eq!(ok(&shell, &["refresh", &url]), "refreshed 1 feed: 0 new posts\n");
        assert_eq!(stored(), [picture(2)]);
    }
    fs::create_dir_all(shell.path("config/microblog")).unwrap();
    fs::write(shell.path("config/microblog/config.toml"), "images = \"off\"\n").unwrap();
    site.lines();
    make_due();
    ok(&shell, &["refresh", &url]);
    assert_eq!(site.lines(), ["GET /tw.txt"], "pictures are off");
}

#[test]
fn each_format_names_its_avatar() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let item = "<item><guid>1</guid><description>x</description></item>";
    for (name, feed) in [
        (
            "a",
            format!(
                "<rss version='2.0'><channel><title>A</title><image><url>/a.png</url></image>{item}</channel></rss>"
            ),
        ),
        (
            "b",
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>B</title><icon>/x/b.png</icon><logo>/b.png</logo></feed>"
                .to_owned(),
        ),
        (
            "c",
            "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"C\",\"icon\":\"/c.png\",\"items\":[]}"
                .to_owned(),
        ),
        ("d", "# avatar = /d.png\n2026-01-01T10:00:00Z\tone\n".to_owned()),
    ] {
        site.set(&format!("/{name}"), Page::new(feed));
        site.set(&format!("/{name}.png"), Page::new(picture(name.as_bytes()[0])));
        ok(&shell, &["follow", &site.url(&format!("/{name}"))]);
        assert_eq!(site.lines(), [format!("GET /{name}"), format!("GET /{name}.png")]);
    }
}

#[test]
fn user_agent_names_the_follower_to_twtxt_feeds_only_if_set() {
    let (shell, site) = (Shell::with_users(), Site::start());
    fs::create_dir_all(shell.path("config/microblog")).unwrap();
    let settings =
        "[feeds]\ntwtxt_user_agent = true\n[publish]\nuser = \"john\"\nurl = \"https://john.example/tw.txt\"\n";
    fs::write(shell.path("config/microblog/config.toml"), settings).unwrap();
    site.set("/tw.txt", Page::new(TWTXT));
    site.set("/feed", Page::new(rss("Bo", &["hello"])));
    let agent = |path: &str| {
        ok(&shell, &["follow", &site.url(path)]);
        let request = site.requests().remove(0);
        request.lines().find_map(|line| line.strip_prefix("user-agent: ")).unwrap().to_owned()
    };
    let name = concat!("microblog/", env!("CARGO_PKG_VERSION"));
    assert_eq!(agent("/tw.txt"), format!("{name} (+https://john.example/tw.txt; @john)"));
    assert_eq!(agent("/feed"), name);
}
