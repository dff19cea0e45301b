//! Lists of feeds in and out, and your own feed published, with the real program.

use std::fs;
use std::path::Path;

use crate::common::Shell;
use crate::common::pty::{Folder, SEND};
use crate::common::site::{Page, Site};

fn feed(nick: &str) -> Page {
    Page::new(format!("# nick = {nick}\n2026-01-01T10:00:00Z\thello from {nick}\n"))
}

#[test]
fn lists_of_feeds_are_imported_once_and_exported() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let (url, host) = (site.url("/"), site.host());
    site.set("/a.txt", feed("ada"));
    site.set("/b.txt", feed("bo"));
    let opml = format!(
        "<?xml version='1.0'?><opml version='2.0'><body><outline text='Folder'>\
         <outline type='rss' text='Ada' xmlUrl='{url}a.txt'/><outline type='rss' text='Bo' xmlUrl='{url}b.txt'/>\
         <outline type='rss' text='Bad' xmlUrl='ftp://example.org/x'/></outline></body></opml>"
    );
    fs::write(shell.path("list.opml"), opml).unwrap();
    let output = shell.command().args(["import", "opml", "list.opml"]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!((lines[0], *lines.last().unwrap()), ("followed 2 feeds, 1 skipped", "refreshed 2 feeds: 2 new posts"));
    let mut changed = lines[1..3].to_vec();
    changed.sort_unstable();
    assert_eq!(changed, [format!("@Ada@{host}: 1 new post"), format!("@Bo@{host}: 1 new post")]);
    let skipped = String::from_utf8(output.stderr).unwrap();
    assert!(skipped.contains("ftp://example.org/x"), "{skipped}");
    site.requests();
    let again = "followed 0 feeds, 2 followed before, 1 skipped\n";
    let output = shell.command().args(["import", "auto", "list.opml"]).output().unwrap();
    assert_eq!((String::from_utf8(output.stdout).unwrap().as_str(), site.lines().len()), (again, 0));
    shell.run(&["export", "opml", "out.opml"]).stdout("exported 2 feeds to out.opml\n").check();
    let exported = fs::read_to_string(shell.path("out.opml")).unwrap();
    assert!(exported.contains(&format!("xmlUrl=\"{url}a.txt\"")), "{exported}");
    let other = Shell::with_users();
    fs::write(other.path("following"), format!("[following]\nada = {url}a.txt\n")).unwrap();
    other.run(&["--offline", "import", "opml", "following"]).stdout("followed 1 feed\n").check();
    let refreshed = format!("@ada@{host}: 1 new post\nrefreshed 1 feed: 1 new post\n");
    other.run(&["refresh"]).stdout(&refreshed).check();
    other.run(&["import", "opml", "following", "--dry-run"]).stdout("would follow 1 feed\n").check();
}

#[test]
fn lists_of_blocked_and_muted_accounts_are_not_followed() {
    let shell = Shell::with_users();
    let advice = "of the lists of an account, import following_accounts.csv";
    for (name, text, why) in [
        ("blocked_accounts.csv", "eve@e.example\n", "it lists accounts that are blocked or muted"),
        (
            "muted_accounts.csv",
            "Account address,Hide notifications\neve@e.example,true\n",
            "it lists accounts that are blocked or muted",
        ),
        ("renamed.csv", "eve@e.example\n", "it does not say that its accounts are followed"),
        ("bookmarks.csv", "https://e.example/users/eve/statuses/1\n", "it lists bookmarked posts"),
    ] {
        fs::write(shell.path(name), text).unwrap();
        for format in ["opml", "auto"] {
            let error = format!("{name} is no list to follow, because {why}: {advice}");
            shell.fails(&["import", format, name], 1, &error);
        }
    }
    fs::write(shell.path("blocked_domains.csv"), "e.example\n").unwrap();
    assert!(!shell.command().args(["import", "opml", "blocked_domains.csv"]).output().unwrap().status.success());
    shell.run(&["feeds"]).stderr("@john follows no feeds: follow one with microblog follow URL\n").check();
}

/// Saves settings that publish the posts of john to a file, and then run a command.
fn save_settings(folder: &Path, to: &Path, command: &str) {
    let lines = ["user = \"john\"", "auto = true", &format!("to = {to:?}"), &format!("command = {command:?}")];
    let folder = folder.join("config/microblog");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("new"), format!("[publish]\n{}\n", lines.join("\n"))).unwrap();
    fs::rename(folder.join("new"), folder.join("config.toml")).unwrap();
}

#[test]
fn scheduled_post_is_published_by_the_command_that_posts_it() {
    let shell = Shell::with_users();
    let path = shell.path("john.txt");
    save_settings(shell.folder.path(), &path, "true");
    let feed = || fs::read_to_string(&path).unwrap_or_default();
    assert!(shell.command().args(["post", "--in", "2h", "later"]).output().unwrap().status.success());
    assert!(!feed().contains("later"));
    let connection = rusqlite::Connection::open(shell.path("m.db")).unwrap();
    connection.execute("UPDATE scheduled_post SET post_at = 1", ()).unwrap();
    drop(connection);
    // Another user's command posts it.
    assert!(shell.command().args(["--as", "susan", "unread"]).output().unwrap().status.success());
    assert!(feed().contains("\tlater\n"), "{}", feed());
}

#[test]
fn changes_of_the_published_user_are_published_at_once() {
    let shell = Shell::with_users();
    let path = shell.path("john.txt");
    let setting = |command: &str| save_settings(shell.folder.path(), &path, command);
    let feed = || fs::read_to_string(&path).unwrap_or_default();
    setting("true");
    shell.run(&["post", "hello"]).stdout("posted 1\n").check();
    assert!(feed().contains("\thello\n"), "{}", feed());
    shell.run(&["edit", "1", "hello again"]).stdout("edited 1\n").check();
    assert!(feed().contains("\thello again\n"));
    // The posts of another user are not in the feed, and do not change it.
    shell.run(&["--as", "susan", "post", "a secret"]).stdout("posted 2\n").check();
    shell.run(&["delete", "1"]).stdout("deleted 1\n").check();
    assert!(!feed().contains("hello") && !feed().contains("secret"), "{}", feed());
    setting("echo no route >&2; exit 3");
    let failed = "not published: the file is written, but the command of [publish] failed with status 3: echo no route >&2; exit 3; \
                  try again with microblog publish\n";
    shell.run(&["post", "more"]).stdout("posted 3\n").stderr(failed).check();
}

#[test]
fn post_on_the_screens_is_published_and_a_failure_stays_in_sight() {
    let folder = Folder::new();
    let path = folder.0.path().join("john.txt");
    let setting = |command: &str| save_settings(folder.0.path(), &path, command);
    setting("exit 3");
    folder.run(&["user", "add", "john"]);
    let mut screen = folder.open(100, 30);
    screen.shows("Press c to write").keys("c").shows("john writes").keys("hello").keys(SEND).shows("posted #1");
    screen.shows("not published").keys("2").shows("not published");
    assert!(fs::read_to_string(&path).unwrap().contains("\thello\n"));
    setting("true");
    screen.keys("c").shows("john writes").keys("more").keys(SEND).shows("more").hides("not published");
    assert!(fs::read_to_string(&path).unwrap().contains("\tmore\n"));
}

#[test]
fn own_feed_is_published_and_followed_by_another_database() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = site.url("/john.txt");
    shell.run(&["post", "hello from here"]).stdout("posted 1\n").check();
    shell.fails(
        &["publish"],
        1,
        "no file is named: name one with --to PATH, or with to = \"PATH\" under [publish] in the settings",
    );
    shell.fails(&["publish", "--to", "feed"], 2, "feed has no known extension: use .txt for twtxt, .json or .xml");
    for name in ["feed.json", "feed.xml", "feed.txt"] {
        let published = format!("exported 1 post to {name}\n");
        shell.run(&["publish", "--to", name, "--url", &url]).stdout(&published).check();
        assert!(fs::read_to_string(shell.path(name)).unwrap().contains("hello from here"));
    }
    site.set("/john.txt", Page::new(fs::read(shell.path("feed.txt")).unwrap()));
    let other = Shell::with_users();
    let followed = format!("followed @john@{}: 1 post from {url}\n", site.host());
    other.run(&["follow", &url]).stdout(&followed).check();
    // A reply by its hash finds the post in the other database.
    other.run(&["reply", "1", "hello back"]).stdout("posted 2\n").check();
    other
        .run(&["publish", "--to", "feed.txt", "--url", &site.url("/susan.txt")])
        .stdout("exported 1 post to feed.txt\n")
        .check();
    site.set("/susan.txt", Page::new(fs::read(other.path("feed.txt")).unwrap()));
    // The reply comes back to the post that it answers, and its author is notified.
    assert!(shell.command().args(["follow", &site.url("/susan.txt")]).output().unwrap().status.success());
    let said = |args: &[&str]| String::from_utf8(shell.command().args(args).output().unwrap().stdout).unwrap();
    let notifications = said(&["notifications"]);
    assert!(notifications.contains(" replied to you in #2: hello back"), "{notifications}");
    assert!(said(&["thread", "1"]).contains("hello back"));
}

#[test]
fn mention_of_the_published_address_notifies_its_author_under_any_name() {
    let (shell, site) = (Shell::with_users(), Site::start());
    let url = "https://john.example/feed.txt";
    shell.run(&["post", "hello"]).stdout("posted 1\n").check();
    shell.run(&["publish", "--to", "feed.txt", "--url", url]).stdout("exported 1 post to feed.txt\n").check();
    let lines = format!(
        "# nick = eve\n2026-01-01T10:00:00Z\thi @<johnny {url}>\n2026-01-01T11:00:00Z\thi @<susan https://x.example/>\n"
    );
    site.set("/eve.txt", Page::new(lines));
    assert!(shell.command().args(["follow", &site.url("/eve.txt")]).output().unwrap().status.success());
    let notified = |user: &str| {
        let output = shell.command().args(["--as", user, "notifications", "--json"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().count()
    };
    assert_eq!((notified("john"), notified("susan")), (1, 0));
    let own = shell.command().args(["follow", url]).output().unwrap();
    assert!(!own.status.success(), "your own feed is not followed: {own:?}");
}

#[test]
fn older_posts_of_a_long_feed_are_published_in_archives() {
    let shell = Shell::with_users();
    let lines: String =
        (0..1_600).map(|n| format!("2026-01-01T{:02}:{:02}:00Z\tpost {n}\n", n / 60 % 24, n % 60)).collect();
    let lines = lines.replace("2026-01-01T00:10:00Z\tpost 1450", "2026-01-02T00:10:00Z\t(#aaaaaaa) post 1450");
    fs::write(shell.path("mine.txt"), lines).unwrap();
    shell.run(&["--as", "john", "import", "twtxt", "mine.txt"]).stdout("imported 1,600 posts from twtxt\n").check();
    shell
        .run(&["--as", "john", "publish", "--to", "feed.txt", "--url", "https://john.example/feed.txt"])
        .stdout("exported 1,600 posts to feed.txt\n")
        .check();
    let count = |name: &str| {
        let text = fs::read_to_string(shell.path(name)).unwrap();
        let previous = text.lines().find_map(|line| line.strip_prefix("# prev = ")).map(str::to_owned);
        (text.lines().filter(|line| !line.starts_with('#')).count(), previous)
    };
    assert_eq!(count("feed-archive-1.txt"), (500, None));
    let (posts, previous) = count("feed-archive-2.txt");
    assert!(posts == 500 && previous.unwrap().ends_with(" feed-archive-1.txt"));
    let (posts, previous) = count("feed.txt");
    let previous = previous.unwrap();
    let (hash, file) = previous.split_once(' ').unwrap();
    assert_eq!((posts, hash.len(), file), (600, 7, "feed-archive-2.txt"));
    let other = Shell::new();
    let feed = shell.path("feed.txt");
    other.run(&["import", "twtxt", feed.to_str().unwrap()]).stdout("imported 1 user, 1,600 posts from twtxt\n").check();
}

#[cfg(unix)]
#[test]
fn command_of_the_settings_uploads_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::with_users();
    fs::create_dir_all(shell.path("config/microblog")).unwrap();
    let config = |command: &str| {
        let text = format!("[publish]\nto = \"feed.txt\"\ncommand = '{command}'\n");
        fs::write(shell.path("config/microblog/config.toml"), text).unwrap();
    };
    config("cp \"$MICROBLOG_FILE\" uploaded.txt && echo done");
    let printed = "exported 0 posts to feed.txt\nran cp \"$MICROBLOG_FILE\" uploaded.txt && echo done\n";
    shell.run(&["publish"]).stdout(printed).stderr("done\n").check();
    assert!(shell.path("uploaded.txt").exists());
    let mode = |name: &str| fs::metadata(shell.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("feed.txt"), 0o644, "a web server can read it");
    config("echo no room; exit 3");
    let error = "no room\nerror: the file is written, but the command of [publish] failed with status 3: echo no room; exit 3\n";
    shell.run(&["publish"]).stdout("exported 0 posts to feed.txt\n").stderr(error).status(1).check();
    shell.run(&["publish", "--no-command"]).stdout("exported 0 posts to feed.txt\n").check();
}

#[test]
fn account_that_is_not_an_address_is_left_out_of_a_list() {
    let shell = Shell::with_users();
    fs::write(shell.path("following_accounts.csv"), "a!b@e.example\nbo@e.example\n").unwrap();
    let output = shell.command().args(["--offline", "import", "opml", "following_accounts.csv"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "followed 0 feeds, 2 skipped\n");
    let skipped = String::from_utf8_lossy(&output.stderr);
    assert!(skipped.lines().count() == 2 && skipped.contains("\"@a!b@e.example\" is not an address"), "{skipped}");
}
