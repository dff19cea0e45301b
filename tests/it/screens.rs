//! Runs the program in a pseudo-terminal, and checks what only a terminal shows.

use std::process::Command;
use std::thread;

use crate::common::pty::{CTRL_C, ENTER, ESC, Folder, SEND};
use crate::common::{newest, old_database};

#[test]
fn first_steps_open_the_sample_the_import_and_a_new_post() {
    let folder = Folder::new();
    let mut screen = folder.open(100, 30);
    screen.shows("Welcome to microblog").keys("john").keys(ENTER).shows("look at the sample").keys(ENTER);
    // The sample has users of its own, and ends where it was opened.
    screen.shows("Enter thread").hides("look at the sample").keys("q").shows("Quit?").keys("y");
    screen.shows("look at the sample");
    screen.keys("G").keys("t").shows("john writes").keys(ESC).hides("john writes");
    screen.keys("E").shows("look at the sample").keys(CTRL_C).ends();
    assert_eq!(folder.run(&["whoami"]), "john\n");
}

#[test]
fn first_session_from_welcome_to_quit() {
    let folder = Folder::new();
    let mut screen = folder.open(100, 30);
    screen.shows("Welcome to microblog").keys("jo hn").keys(ENTER).shows("cannot contain a space");
    screen.keys("\u{8}\u{8}\u{8}hn").keys(ENTER).shows("welcome, @john").shows("first steps");
    // Nothing has to be chosen.
    screen.keys("q").shows("Press c to write").shows("Press E to look at a sample");
    screen.keys("c").shows("john writes").keys("my first post!").shows("my first post!").shows(" 126 ");
    screen.keys(SEND).shows("posted #1");
    folder.run(&["user", "add", "susan"]);
    screen.shows("susan");
    screen.keys("a").shows("switch user").keys("sus").hides("○ john").keys(ENTER).shows("switched to @susan");
    screen
        .keys("2")
        .shows("my first post!")
        .keys("r")
        .shows("susan replies")
        .shows("↳ @john: my first post!")
        .keys("welcome, @john")
        .keys(SEND)
        .shows("posted #2");
    screen.keys(".").shows("welcome, @john").keys("d").shows("Delete “welcome, @john”?").keys("y").shows("deleted #2");
    screen.hides("1 answer").keys("j").keys("d").shows("only @john can delete this post");
    screen.keys("?").shows("Timelines").keys("q").shows("my first post!");
    screen.keys("q").shows("Quit?").keys("y").ends();
    assert_eq!(folder.run(&["whoami"]), "susan\n");
    let left = folder.run(&["timeline", "all", "--json"]);
    assert_eq!(left.lines().count(), 1);
    assert!(left.contains(r#""author":"john","body":"my first post!""#));
}

#[test]
fn posts_of_another_process_show_a_pill_and_keep_the_position() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["user", "add", "susan"]);
    folder.run(&["follow", "susan"]);
    folder.run(&["post", "the one being read"]);
    let mut screen = folder.open(80, 24);
    screen.shows("the one being read");
    folder.run(&["--as", "susan", "post", "news one"]);
    folder.run(&["--as", "susan", "post", "news two"]);
    folder.run(&["post", "my own"]);
    screen.shows("↑ 2 new").hides("news one");
    screen.keys(".").shows("news two").shows("news one").hides("2 new");
    folder.run(&["delete", "1"]);
    screen.hides("the one being read").keys(CTRL_C).ends();
}

#[test]
fn drafts_survive_every_kind_of_exit() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let mut screen = folder.open(80, 24);
    screen.shows("Press c").keys("c").shows("john writes").keys("half a thought").shows("half a thought");
    screen.keys(ESC).shows("draft saved").keys("c").shows("half a thought").keys(" more").shows("thought more");
    screen.keys(CTRL_C).ends();
    for signal in ["TERM", "HUP"] {
        let mut screen = folder.open(80, 24);
        screen.shows("Press c").keys("c").shows("half a thought").keys(signal).shows(signal);
        let id = screen.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
        screen.ends();
    }
    let mut screen = folder.open(80, 24);
    screen.shows("Press c").keys("c").shows("half a thought moreTERMHUP").keys(CTRL_C).ends();
}

#[test]
fn two_terminals_lose_no_draft_of_each_other() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    for end in [ESC, "KILL", "HUP"] {
        let [mut one, mut two] = [(); 2].map(|()| folder.open(80, 24));
        one.shows("Press c").keys("c").shows("john writes");
        two.shows("Press c").keys("c").shows("john writes");
        let stored = |text: &str| (0..500).any(|_| folder.run(&["drafts"]).contains(text));
        one.keys("words of the first");
        assert!(stored("words of the first"), "{end}");
        two.keys("those of the second").shows("another terminal is writing a draft here: both are saved");
        one.keys(", and more");
        two.keys(", too");
        assert!(stored("words of the first, and more") && stored("those of the second, too"), "{end}");
        for screen in [&mut one, &mut two] {
            if end == ESC {
                screen.keys(ESC).hides("john writes").keys(CTRL_C).ends();
            } else {
                let id = screen.child.process_id().unwrap().to_string();
                assert!(Command::new("kill").args([&format!("-{end}"), &id]).status().unwrap().success());
            }
        }
        let kept = folder.run(&["drafts"]);
        assert!(kept.contains("new post: words of the first, and more"), "{end}: {kept}");
        assert!(kept.contains("new post --number 2: those of the second, too"), "{end}: {kept}");
        let show = ["drafts", "show", "--number", "2"];
        assert_eq!(folder.run(&show), "those of the second, too\n");
        for number in ["1", "2"] {
            folder.run(&["drafts", "delete", "--number", number]);
        }
    }
}

#[test]
fn unsent_edit_survives_a_kill() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "the red cat"]);
    let mut screen = folder.open(80, 24);
    screen.shows("the red cat").keys("e").shows("john edits").keys(" sleeps").shows("cat sleeps");
    let kept = (0..500).any(|_| folder.run(&["drafts"]).contains("edit of #1: the red cat sleeps"));
    assert!(kept, "the edit was never stored");
    let id = screen.child.process_id().unwrap().to_string();
    assert!(Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    let mut screen = folder.open(80, 24);
    screen.shows("the red cat").keys("e").shows("draft restored").shows("cat sleeps").keys(SEND);
    screen.shows("edited #1").keys("q").ends();
    assert_eq!(folder.run(&["drafts"]), "");
}

#[test]
fn too_long_body_stays_in_the_compose_pane() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let mut screen = folder.open(60, 20);
    let long = "ten chars ".repeat(15);
    screen.shows("Press c").keys("c").shows("john writes").keys(&format!("\u{1b}[200~{long}\u{1b}[201~")).shows(" -9 ");
    screen
        .keys(SEND)
        .shows("149 of 140")
        .shows("1/2")
        .keys("n")
        .hides("1/2")
        .keys("\u{17}\u{17}")
        .shows(" 1 ")
        .keys(SEND)
        .shows("posted #1")
        .keys("q")
        .ends();
}

#[test]
fn hostile_posts_are_drawn_harmlessly() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let feed = folder.0.path().join("feed.txt");
    let hostile = "2026-01-01T00:00:00Z\tbefore \u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}after\n";
    std::fs::write(&feed, hostile).unwrap();
    folder.run(&["--as", "john", "import", "twtxt", feed.to_str().unwrap()]);
    let mut screen = folder.open(100, 30);
    screen.shows("before ␛]0;owned␇␛[2J").shows("after").keys(CTRL_C);
    let seen = screen.ends();
    assert!(
        !seen.contains("\u{1b}]0;")
            && !seen.contains("\u{1b}[2J\u{9b}")
            && !seen.contains('\u{202e}')
            && !seen.contains('\u{9b}')
    );
}

#[test]
fn every_window_size_is_drawn_or_refused() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "hello there"]);
    let mut screen = folder.open(200, 50);
    screen.shows("hello there").shows("Enter opens a thread here");
    for (columns, rows) in [(100, 30), (60, 20), (40, 10), (30, 8), (200, 50), (1, 1), (80, 24)] {
        screen.resize(columns, rows);
        match (columns, rows) {
            (30, 8) => screen.shows("40×10 is needed"),
            (1, 1) => &mut screen,
            _ => screen.shows("hello there"),
        };
    }
    screen.keys(CTRL_C).ends();
}

/// Returns the text in the file that is named at the end of the output.
fn kept(seen: &str) -> String {
    let (_, file) = seen.rsplit_once("it is kept in ").expect("where the draft is");
    let file: String = file.split(".txt").next().unwrap().split_whitespace().collect();
    std::fs::read_to_string(format!("{file}.txt")).unwrap()
}

#[test]
fn deleted_user_is_notified_and_their_text_is_saved() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["user", "add", "susan"]);
    let mut screen = folder.open(100, 30);
    screen.shows("Press c").keys("c").shows("john writes").keys("precious words").shows("precious words");
    folder.run(&["user", "delete", "john", "--yes"]);
    screen.keys(" more").shows("precious words more").shows("user was just deleted").keys(CTRL_C);
    assert_eq!(kept(&screen.ends()), "precious words more");
}

#[test]
fn removed_database_loses_no_text() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    for replaced in [false, true] {
        let mut screen = folder.open(100, 30);
        screen.shows("Press c").keys("c").shows("john writes").keys("precious words").shows("precious words");
        let aside = folder.0.path().join("aside.db");
        std::fs::rename(folder.db(), &aside).unwrap();
        if replaced {
            std::fs::copy(&aside, folder.db()).unwrap();
        }
        screen.shows("was removed or replaced").keys(" more").shows("precious words more");
        screen.keys(SEND).shows("not posted").keys(CTRL_C);
        assert_eq!(kept(&screen.ends()), "precious words more");
        std::fs::rename(aside, folder.db()).unwrap();
    }
}

#[test]
fn newer_database_opens_read_only() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "from the future"]);
    rusqlite::Connection::open(folder.db()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let mut screen = folder.open(80, 24);
    screen.shows("has version 99").shows("r  open it read-only").keys("xr").shows("from the future");
    screen.shows("read-only").keys("c").shows("read-only database").keys("r").shows("read-only database");
    screen.keys("d").shows("read-only database").keys("q").ends();
    let mut screen = folder.open(80, 24);
    screen.shows("q  quit").keys("q");
    assert!(screen.ends().contains("error: "));
}

#[test]
fn upgrade_is_reported_on_the_screen() {
    let folder = Folder::new();
    old_database(&folder.db(), 2, 3);
    let mut screen = folder.open(120, 30);
    screen
        .shows("post number 3 of the old days")
        .shows(&format!("upgraded the database from version 2 to {}", newest()));
    screen.keys("j").hides("upgraded").keys(CTRL_C).ends();
}

#[test]
fn ten_writers_and_an_open_screen_lose_no_post() {
    // MICROBLOG_TEST_POSTS=1000 writes more, each post from its own process.
    let each: usize = std::env::var("MICROBLOG_TEST_POSTS").map_or(20, |number| number.parse().unwrap());
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["user", "add", "susan"]);
    folder.run(&["follow", "susan"]);
    folder.run(&["post", "before them all"]);
    let mut screen = folder.open(100, 30);
    screen.shows("before them all");
    thread::scope(|scope| {
        for writer in 0..10 {
            let folder = &folder;
            scope.spawn(move || {
                for n in 0..each {
                    let said = folder.run(&["--as", "susan", "post", &format!("writer {writer} post {n}")]);
                    assert!(said.starts_with("posted "), "{said}");
                }
            });
        }
    });
    let fresh = if each * 10 > 999 { "999+ new".to_owned() } else { format!("{} new", each * 10) };
    screen.shows(&fresh).keys(".").shows(&format!("post {}", each - 1)).keys(CTRL_C).ends();
    let connection = rusqlite::Connection::open(folder.db()).unwrap();
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as usize;
    assert_eq!(count("SELECT count(DISTINCT body) FROM post WHERE body LIKE 'writer %'"), each * 10);
    assert_eq!(count("SELECT count(*) FROM post"), each * 10 + 1);
}

#[test]
fn reactions_can_be_undone_and_redone() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "bread is ready"]);
    folder.run(&["user", "add", "susan"]);
    folder.run(&["switch", "susan"]);
    let mut screen = folder.open(120, 30);
    screen.shows("c to write one").keys("2").shows("bread is ready");
    screen.keys("f").shows("liked #1 · z undoes it").shows("✓ 1 like").keys("b").shows("✓ 1 boost · ✓ 1 like");
    screen.keys("s").shows("bookmarked").keys("6").shows("bread is ready").keys("1").shows("boosted by susan");
    screen.keys("u").shows("followers").keys("f").shows("followed @john").shows("followers  1");
    screen
        .keys("m")
        .shows("Mute @john?")
        .keys("y")
        .shows("muted @john")
        .keys("z")
        .shows("undone: muted @john")
        .keys("z")
        .shows("followers  0");
    screen.keys("q").hides("followers");
    screen.keys("zz").shows("undone: boosted #1").keys("2").hides("boost · ").shows("✓ 1 like");
    screen.keys("Z").shows("redone: boosted #1").shows("✓ 1 boost · ✓ 1 like").keys("q").ends();
    assert_eq!(folder.run(&["liked-by", "1"]).lines().count(), 1);
}

#[test]
fn deleted_post_is_restored_or_purged_at_exit() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "stays in the end"]);
    folder.run(&["post", "goes for good"]);
    let mut screen = folder.open(80, 24);
    screen.shows("goes for good").keys("d").shows("Delete “goes").keys("y").shows("deleted #2").hides("goes for good");
    screen.keys("d").shows("Delete “stays").keys("y").shows("deleted #1").hides("stays in the end");
    screen.keys("z").shows("stays in the end").keys("q").shows("Quit?").keys("y").ends();
    let undone = Command::new(env!("CARGO_BIN_EXE_microblog"))
        .arg("--db")
        .arg(folder.db())
        .args(["delete", "--undo", "2"])
        .output()
        .unwrap();
    assert!(!undone.status.success());
    assert!(folder.run(&["timeline", "--json"]).contains("stays in the end"));
}

#[test]
fn edited_post_shows_its_history() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "the red cat"]);
    let mut screen = folder.open(120, 30);
    screen.shows("the red cat").keys("e").shows("john edits").keys("\u{17}dog").shows("the red dog");
    // Another process deletes it first.
    folder.run(&["edit", "1", "the blue cat"]);
    screen.keys(SEND).shows("edited elsewhere in between").shows("it now says the blue cat").shows("the red dog");
    screen.keys(SEND).shows("edited #1 · z undoes it").shows("(edited)").hides("it now says");
    screen.keys("v").shows("edit history of #1").shows("at first ·").shows("the bluered catdog");
    screen.keys("q").hides("edit history of #1").keys("z").shows("undone: edited #1").shows("the blue cat");
    screen.keys("q").ends();
    assert_eq!(folder.run(&["history", "1", "--json"]).lines().count(), 4);
}

#[test]
fn search_shows_results_while_typing() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    for text in ["bread is ready", "rye tomorrow", "more bread"] {
        folder.run(&["post", text]);
    }
    let mut screen = folder.open(100, 30);
    screen.shows("rye tomorrow").keys("/").shows("both words").hides("rye tomorrow");
    screen.keys("bread").shows("2 posts").shows("more bread").keys(" -more").shows("1 post").hides("more bread\n");
    screen.keys(ENTER).shows("thread · 1 post").shows("bread is ready").keys("q").shows("1 post");
    screen.keys("\u{14}").shows("7 /bread -more").shows("bread is ready").keys("q").shows("rye tomorrow");
    screen.keys("/").keys("john").shows("1 user").keys(ESC).shows("rye tomorrow").keys("q").ends();
}

#[test]
fn used_hint_is_not_shown_at_the_next_start() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "hello there"]);
    let mut screen = folder.open(120, 30);
    screen.shows("Enter opens a thread here").keys(ENTER).shows("thread · 1 post").keys("q").hides("thread ·");
    screen.keys("q").ends();
    let mut screen = folder.open(120, 30);
    screen.shows("hello there").hides("opens a thread here").keys("q").ends();
}

#[test]
fn read_posts_stay_read_after_a_restart() {
    let folder = Folder::new();
    folder.run(&["user", "add", "susan"]);
    folder.run(&["user", "add", "john"]);
    folder.run(&["--as", "john", "follow", "susan"]);
    folder.run(&["switch", "john"]);
    let post = |text: &str| folder.run(&["--as", "susan", "post", text]);
    post("the old one");
    let mut screen = folder.open(120, 24);
    screen.shows("the old one").shows("2 all 1").hides("1 home 1").keys("q").ends();
    for n in 0..12 {
        post(&format!("new one {n}"));
    }
    let mut screen = folder.open(120, 24);
    // Only what was on the screen is read.
    screen.shows("new one 11").shows("2 all 13").hides("the old one").hides("1 home 12").shows("1 home ");
    screen.keys("x").shows("marked home as read").hides("1 home 5").keys("z").shows("1 home 5");
    // Those that were on the screen are read, and above unread ones: there is no divider.
    screen.keys("G").shows("the old one").hides("1 home 5").hides("new since").keys("q").ends();
    // The position is restored until the user has been at the top.
    let mut screen = folder.open(120, 24);
    screen.shows("the old one").hides("new one 11").shows("2 all 13").hides("1 home 1").keys(".").shows("new one 11");
    screen.keys("q").ends();
    post("the newest");
    let mut screen = folder.open(120, 24);
    screen.shows("the newest").shows("new since").keys("q").ends();
    let mut screen = folder.open(120, 24);
    screen.shows("the newest").keys("q").ends();
}

#[test]
fn start_unread_opens_at_the_first_unread_post() {
    let folder = Folder::new();
    folder.run(&["user", "add", "susan"]);
    folder.run(&["user", "add", "john"]);
    folder.run(&["--as", "john", "follow", "susan"]);
    folder.run(&["switch", "john"]);
    folder.run(&["--as", "susan", "post", "the old one"]);
    let settings = folder.db().with_file_name("config").join("microblog");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(settings.join("config.toml"), "start = \"unread\"\n").unwrap();
    let mut screen = folder.open(60, 20);
    screen.shows("the old one").shows("2 all 1").hides("home 1").keys("q").ends();
    for n in 0..20 {
        folder.run(&["--as", "susan", "post", &format!("new one {n}")]);
    }
    let mut screen = folder.open(60, 20);
    screen.shows("new one 0").shows("1 home 1").hides("new one 11").keys("k").keys("g").shows("new one 19");
    screen.keys("q").ends();
}

#[test]
fn post_that_arrives_late_is_unread_whatever_its_date() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    let feed = folder.db().with_file_name("jo.txt");
    let import = |texts: &[&str]| {
        let mut lines = "# nick = jo\n# url = https://jo.example/twtxt.txt\n".to_owned();
        for (hours, text) in (1..).zip(texts) {
            let time = chrono::Utc::now() - chrono::Duration::hours(6 - hours);
            lines.push_str(&format!("{}\t{text}\n", time.format("%Y-%m-%dT%H:00:00Z")));
        }
        std::fs::write(&feed, lines).unwrap();
        folder.run(&["import", "auto", feed.to_str().unwrap()])
    };
    let unread = || folder.run(&["unread"]).lines().next().unwrap().split_whitespace().last().unwrap().to_owned();
    import(&["the first one"]);
    assert_eq!(unread(), "0", "an archive that comes for the first time is read");
    folder.run(&["follow", "jo@jo.example"]);
    for n in 0..20 {
        folder.run(&["post", &format!("mine {n}")]);
    }
    let mut screen = folder.open(80, 24);
    screen.shows("mine 19").hides("new ·");
    import(&["the first one", "the one that came late"]);
    assert_eq!(unread(), "1");
    screen
        .shows("↕ 1 new · U shows them")
        .hides("that came late")
        .keys("U")
        .shows("that came late")
        .hides("1 new ·")
        .keys("q")
        .ends();
    assert_eq!(unread(), "0");
}

#[test]
fn notifications_drafts_and_posting_as_another_user() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["user", "add", "susan"]);
    folder.run(&["post", "bread is ready"]);
    folder.run(&["--as", "susan", "like", "1"]);
    let mut screen = folder.open(100, 30);
    screen
        .shows("john 1 notification")
        .keys("N")
        .shows("susan liked: bread is ready")
        .keys(ENTER)
        .shows("thread · 1 post");
    screen
        .hides("1 notification")
        .keys("q")
        .shows("susan liked")
        .keys("q")
        .hides("susan liked")
        .keys("c")
        .shows("john writes")
        .keys("for susan")
        .shows("for susan");
    screen.keys("\u{e}").shows("susan writes").shows("for susan").keys(SEND).shows("posted #2");
    screen.keys("r").shows("john replies").keys("half a thought").keys(ESC).hides("john replies");
    screen.keys("D").shows("half a thought").keys("d").shows("draft discarded").shows("No drafts");
    screen.keys("z").shows("half a thought").keys(ENTER).shows("john replies").keys(ESC).hides("john replies");
    screen.keys("q").ends();
    assert!(folder.run(&["timeline", "user", "susan"]).contains("for susan"));
}

#[test]
fn typed_mention_is_completed() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["user", "add", "susan"]);
    let mut screen = folder.open(100, 30);
    screen.shows("Press c").keys("c").shows("john writes").keys("hello @su").shows("Tab accept").keys("\t");
    screen.shows("hello @susan").hides("Tab accept").keys("and more").keys(SEND).shows("posted #1").keys("q").ends();
    assert!(folder.run(&["timeline"]).contains("hello @susan and more"));
}

#[test]
fn word_of_a_post_becomes_a_filter() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["user", "add", "susan"]);
    folder.run(&["--as", "susan", "post", "the ending is #spoilers"]);
    let mut screen = folder.open(100, 30);
    screen
        .shows("c to write one")
        .keys("2")
        .shows("the ending")
        .keys("F")
        .shows("filter posts with")
        .shows("matching posts are collapsed");
    screen.keys(ENTER).shows("filtered: #spoilers").hides("the ending").keys(ENTER).shows("the ending");
    screen.keys("q").hides("the ending").keys("F").keys("\t").shows("matching posts are hidden").keys(ENTER);
    screen
        .shows("are hidden · z undoes it")
        .hides("filtered: #spoilers")
        .keys("z")
        .shows("undone: posts with \"#spoilers\" are hidden");
    screen.shows("filtered: #spoilers").keys("q").ends();
}

#[test]
fn unsent_edit_is_saved_as_a_draft() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "the red cat"]);
    let mut screen = folder.open(80, 24);
    screen.shows("the red cat").keys("e").shows("john edits").keys(" sleeps").shows("cat sleeps").keys(ESC);
    screen.hides("john edits").keys("D").shows("edit of 1: the red cat sleeps").keys("\r").shows("john edits");
    screen.shows("cat sleeps").keys(CTRL_C).ends();
    assert!(folder.run(&["drafts"]).contains("edit of #1: the red cat sleeps"));
    assert_eq!(folder.run(&["drafts", "show", "1", "--edit"]), "the red cat sleeps\n");
    // A post that another process edited in the meantime is not overwritten without a question.
    folder.run(&["edit", "1", "the blue cat"]);
    let mut screen = folder.open(80, 24);
    screen.shows("the blue cat").keys("e").shows("edited elsewhere since").shows("it now says the blue cat");
    screen.shows("the red cat sleeps").keys(CTRL_C).ends();
}

#[test]
fn long_write_of_another_process_delays_no_key_and_loses_no_text() {
    let folder = Folder::new();
    folder.run(&["user", "add", "john"]);
    folder.run(&["post", "one"]);
    let mut screen = folder.open(80, 24);
    screen.shows("one");
    let other = rusqlite::Connection::open(folder.db()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = "another program is writing, perhaps an import";
    screen.keys("f").shows(&format!("database busy: {busy}")).keys("c").shows("john writes").keys("precious words");
    screen.shows(&format!("draft not saved yet: {busy}"));
    screen.keys(SEND).shows(&format!("not posted: database busy: {busy}")).shows("precious words");
    // What you type is shown at once, and saved as soon as the database is free.
    screen.keys(" more").shows("precious words more");
    other.execute_batch("ROLLBACK").unwrap();
    screen.hides(busy).keys(SEND).shows("posted #2");
    screen.keys(CTRL_C).ends();
    assert!(folder.run(&["show", "2"]).contains("precious words more"));
}
