//! Refreshes of many feeds of one host of which some hang, from the shell and on the screens.

use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::Shell;
use crate::common::kills::number;
use crate::common::pty::{CTRL_C, PATIENCE, Screen};
use crate::common::site::RawSite;

const RELOAD: &str = "\u{12}";

/// A server with feeds of which some hang, and a database in which they are followed.
struct World {
    shell: Shell,
    site: RawSite,
    hangs: Arc<AtomicBool>,
    log: Arc<Mutex<Vec<String>>>,
}

impl World {
    /// Follows feeds of one host. Those whose paths are given hang later.
    fn new(feeds: usize, hanging: &'static [&'static str]) -> Self {
        let shell = Shell::with_users();
        fs::create_dir_all(shell.path("config/microblog")).unwrap();
        fs::write(shell.path("config/microblog/config.toml"), "[feeds]\ntimeout = \"1s\"\n").unwrap();
        let (hangs, log) = (Arc::<AtomicBool>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (hang, asked) = (Arc::clone(&hangs), Arc::clone(&log));
        let site = RawSite::start(move |head, stream| {
            let path = head.split(' ').nth(1).unwrap().to_owned();
            asked.lock().unwrap().push(path.clone());
            let end = Instant::now() + PATIENCE;
            while hang.load(Ordering::SeqCst) && hanging.contains(&path.as_str()) && Instant::now() < end {
                thread::sleep(Duration::from_millis(10));
            }
            let body = format!("# nick = feed{}\n2026-01-01T10:00:00Z\tpost of {path}\n", &path[1..]);
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        });
        let list: String = (0..feeds).map(|feed| format!("{}\n", site.url(&format!("/{feed}")))).collect();
        fs::write(shell.path("urls"), list).unwrap();
        assert!(shell.command().args(["import", "opml", "urls"]).output().unwrap().status.success());
        let world = Self { shell, site, hangs, log };
        world.make_due();
        world.asked();
        world.hangs.store(true, Ordering::SeqCst);
        world
    }

    /// Makes all feeds due, the first one for longest.
    fn make_due(&self) {
        let connection = rusqlite::Connection::open(self.shell.path("m.db")).unwrap();
        let due = "UPDATE subscription SET next_at = user, checked_at = checked_at - 100000000";
        connection.execute(due, []).unwrap();
    }

    /// Makes no feed due, so that only a refresh by hand fetches them.
    fn postpone(&self) {
        let connection = rusqlite::Connection::open(self.shell.path("m.db")).unwrap();
        connection.execute("UPDATE subscription SET next_at = next_at + 4000000000000000", []).unwrap();
    }

    /// Returns the paths that were requested since this was last called.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }

    fn refresh(&self) -> String {
        String::from_utf8(self.shell.command().arg("refresh").output().unwrap().stdout).unwrap()
    }

    fn count(&self, condition: &str) -> i64 {
        number(&self.shell.path("m.db"), &format!("SELECT count(*) FROM subscription WHERE {condition}"))
    }
}

#[test]
fn feed_that_hangs_fails_alone() {
    let world = World::new(6, &["/1"]);
    let said = world.refresh();
    assert_eq!(world.asked(), ["/0", "/1", "/2", "/3", "/4", "/5"]);
    assert_eq!(said.matches("took too long to respond").count(), 1, "{said}");
    assert!(said.ends_with("refreshed 6 feeds: 0 new posts, 1 failed\n"), "{said}");
    assert_eq!(world.count("failures = 1"), 1);
}

#[test]
fn host_that_hangs_twice_is_asked_no_more_and_the_rest_stays_due() {
    let world = World::new(6, &["/1", "/3"]);
    let said = world.refresh();
    assert_eq!(world.asked(), ["/0", "/1", "/2", "/3"]);
    let end = format!(
        "refreshed 4 feeds: 0 new posts, 2 failed\n2 feeds of {} were not asked: it took too long twice\n",
        world.site.host()
    );
    assert!(said.ends_with(&end), "{said}");
    assert_eq!((world.count("failures = 1"), world.count("failures = 0 AND next_at = user")), (2, 2));
    // Those that were not asked are next, and those that hung before come last.
    world.make_due();
    world.refresh();
    assert_eq!(world.asked(), ["/0", "/2", "/4", "/5", "/1", "/3"]);
}

#[test]
fn screens_show_how_far_a_refresh_is_and_which_feeds_were_not_asked() {
    let world = World::new(8, &["/0", "/1"]);
    world.postpone();
    let mut screen = Screen::open(&world.shell.path("m.db"), 80, 24);
    screen.shows("post of /3").keys(RELOAD).shows("0/8 feeds").shows("1/8 feeds");
    screen.shows("6 feeds of").shows("too long twice");
    screen.keys(CTRL_C).ends();
}

#[test]
fn refresh_by_hand_waits_for_the_automatic_one_and_reports_its_result() {
    let world = World::new(4, &["/0"]);
    let mut screen = Screen::open(&world.shell.path("m.db"), 80, 24);
    screen.shows("0/4").keys(RELOAD);
    world.hangs.store(false, Ordering::SeqCst);
    screen.shows("4 feeds were fetched just now").keys(CTRL_C).ends();
}
