//! Runs commands as a shell does, and checks their exact output, errors and exit status.

use std::fs;
use std::process::Stdio;

use crate::common::Shell;

const NOBODY: &str = "there are no users yet: add one with microblog user add NICK";
const NO_POSTS: &str =
    "no posts yet: write one with microblog post TEXT, or follow others with microblog follow NICK\n";

#[test]
fn user_commands_add_list_edit_and_delete() {
    let shell = Shell::with_users();
    shell.run(&["whoami"]).stdout("john\n").check();
    shell.run(&["--as", "SUSAN", "whoami"]).stdout("susan\n").check();
    shell.run(&["post", "hello"]).stdout("posted 1\n").check();
    shell.run(&["user", "list"]).stdout("* john         1 post\n  susan        0 posts\n").check();
    shell.run(&["user", "list", "--reverse"]).stdout("  susan        0 posts\n* john         1 post\n").check();
    shell
        .run(&["user", "edit", "susan", "--name", "Susan B", "--email", "s@example.com"])
        .stdout("updated @susan\n")
        .check();
    shell.run(&["user", "rename", "susan", "Susanne"]).stdout("renamed @susan to @Susanne\n").check();
    shell.run(&["switch", "susanne"]).stdout("switched to @Susanne\n").check();
    shell
        .run(&["user", "list", "--sort", "posts"])
        .stdout("  john           1 post\n* Susanne        0 posts  Susan B\n")
        .check();
    shell.fails(&["user", "delete", "john"], 2, "@john and 1 post will be deleted: add --yes to confirm");
    shell.run(&["user", "delete", "john", "--yes"]).stdout("deleted @john and 1 post\n").check();
    shell.run(&["timeline"]).stderr(NO_POSTS).check();
    shell.run(&["user", "delete", "susanne", "--yes"]).stdout("deleted @Susanne and 0 posts\n").check();
    shell.run(&["user", "list"]).stderr("no users yet: add one with microblog user add NICK\n").check();
}

#[test]
fn invalid_users_are_refused_with_readable_errors() {
    let shell = Shell::with_users();
    shell.run(&["user", "add", "Ärger", "--email", "a@example.com"]).stdout("added @Ärger\n").check();
    shell.fails(&["user", "add", "ärger"], 1, "the nickname ärger is taken: choose another");
    shell.fails(&["user", "add", ""], 2, "a nickname cannot be empty: use 1 to 64 letters, digits, _, - or .");
    shell.fails(&["user", "add", &"x".repeat(65)], 2, "a nickname of 65 characters is too long: use at most 64");
    shell.fails(&["user", "add", "a b"], 2, "a nickname cannot contain a space: use letters, digits, _, - or .");
    let no_at = "\"nomail\" is not an email address: it needs an @ between two parts, like john@example.com";
    shell.fails(&["user", "add", "x", "--email", "nomail"], 2, no_at);
    shell.fails(
        &["user", "add", "x", "--email", "A@Example.com"],
        1,
        "the email A@Example.com is taken: enter another, or none",
    );
    shell.fails(&["user", "show", "suzan"], 1, "there is no user \"suzan\": did you mean susan?");
    shell.fails(&["timeline", "user", "zzz"], 1, "there is no user \"zzz\": microblog user list shows all users");
    shell.fails(
        &["user", "edit", "john"],
        2,
        "nothing to change: give --email, --name, --about or --avatar; see microblog user edit --help",
    );
}

#[test]
fn post_reads_argument_pipe_or_editor() {
    let shell = Shell::with_users();
    shell.run(&["post", "two", "words", "--at", "2026-03-14T15:09:26Z"]).stdout("posted 1\n").check();
    shell.run(&["post", "-", "--at", "2026-03-14 15:10"]).stdin("from\na pipe\n").stdout("posted 2\n").check();
    shell
        .run(&["post", "--reply-to", "1", "--as", "susan", "--at", "2026-03-14T15:11:00Z"])
        .stdin("hi @john #tag\n")
        .stdout("posted 3\n")
        .check();
    let block = "susan  2026-03-14 15:11  #3  reply to #1 by john\n  hi @john #tag\n\n";
    let older = "john  2026-03-14 15:10  #2\n  from\n  a pipe\n\njohn  2026-03-14 15:09  #1\n  two words\n\n";
    shell.run(&["timeline", "all"]).stdout(&format!("{block}{older}")).check();
    shell.run(&["timeline"]).stdout(older).check();
    shell.run(&["timeline", "user", "john"]).stdout(older).check();
    shell.run(&["timeline", "all", "--limit", "1"]).stdout(block).check();
    shell
        .run(&["timeline", "all", "--before", "2", "--reverse"])
        .stdout("john  2026-03-14 15:09  #1\n  two words\n\n")
        .check();
    let half_open = ["timeline", "--since", "2026-03-14 15:10", "--until", "2026-03-14 15:11"];
    shell.run(&half_open).stdout("john  2026-03-14 15:10  #2\n  from\n  a pipe\n\n").check();
    shell.run(&["thread", "3"]).stdout("john  2026-03-14 15:09  #1\n  two words\n\n  susan  2026-03-14 15:11  #3  reply to #1 by john\n    hi @john #tag\n\n").check();
    let json = r##"{"id":3,"author":"susan","body":"hi @john #tag","created_at":"2026-03-14T15:11:00Z","edited_at":null,"reply_to":1,"boost_of":null,"likes":0,"boosts":0,"replies":0,"tags":["tag"],"mentions":["john"],"source":null,"audience":"public"}"##;
    shell.run(&["show", "3", "--json"]).stdout(&format!("{json}\n")).check();
    shell.fails(&["delete", "1", "3"], 1, "post 3 is by susan: only its author can change it");
    shell.run(&["delete", "1", "2"]).stdout("deleted 1\ndeleted 2\n").check();
    shell
        .run(&["thread", "3"])
        .stdout("deleted post  #1\n\n  susan  2026-03-14 15:11  #3  reply to a deleted post\n    hi @john #tag\n\n")
        .check();
}

#[test]
#[cfg(unix)]
fn post_editor_text_becomes_the_post() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::with_users();
    fs::write(shell.path("ed"), "#!/bin/sh\necho 'from the editor' > \"$1\"\n").unwrap();
    fs::set_permissions(shell.path("ed"), fs::Permissions::from_mode(0o755)).unwrap();
    let output = shell.command().args(["post", "--editor"]).env("EDITOR", shell.path("ed")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "posted 1\n");
    shell.fails(&["post", "--editor"], 1, "no editor is set: set $EDITOR, for example EDITOR=nano");
}

#[test]
#[cfg(unix)]
fn editor_gets_clean_text_and_unchanged_text_is_kept_exactly() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::with_users();
    let hostile = "2026-01-01T00:00:00Z\tsafe\u{202e} text\n";
    fs::write(shell.path("feed.txt"), hostile).unwrap();
    let import = shell.command().args(["import", "twtxt", "feed.txt", "--as", "john", "-q"]).output().unwrap();
    assert!(import.status.success());
    fs::write(shell.path("ed"), "#!/bin/sh\ncp \"$1\" seen\n").unwrap();
    fs::set_permissions(shell.path("ed"), fs::Permissions::from_mode(0o755)).unwrap();
    let output = shell.command().args(["edit", "1", "--editor"]).env("EDITOR", shell.path("ed")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "unchanged 1\n");
    assert_eq!(fs::read_to_string(shell.path("seen")).unwrap(), "safe text");
    shell.run(&["history", "1"]).stdout("version 1  2026-01-01 00:00\n  safe\u{202e} text\n\n").check();
}

#[test]
fn confusable_nickname_gets_a_warning() {
    let shell = Shell::with_users();
    let warning = "warning: ѕusan looks like susan: the newer of the two is shown with ≈3 after the name\n";
    shell.run(&["user", "add", "ѕusan"]).stdout("added @ѕusan\n").stderr(warning).check();
    let warning = "warning: j0hn looks like john: the newer of the two is shown with ≈3 after the name\n";
    shell.run(&["user", "rename", "ѕusan", "j0hn"]).stdout("renamed @ѕusan to @j0hn\n").stderr(warning).check();
}

#[test]
fn invalid_posts_are_refused_and_change_nothing() {
    let shell = Shell::new();
    shell.fails(&["post", "hello"], 1, NOBODY);
    shell.fails(&["whoami"], 1, NOBODY);
    shell.run(&["user", "add", "john"]).stdout("added @john, now the active user\n").check();
    shell.fails(
        &["post", &"a".repeat(141)],
        1,
        "the post has 141 of 140 characters: shorten it by 1, or post it as a thread with --thread",
    );
    for blank in ["", "  ", "\n"] {
        shell
            .run(&["post", "-"])
            .stdin(blank)
            .stderr("error: a post cannot be blank: write at least one character\n")
            .status(1)
            .check();
    }
    shell.fails(&["post", "a\u{1b}[31mb"], 2, "a post cannot contain the control character U+001B: remove it");
    shell.fails(&["post", "x", "--reply-to", "9"], 1, "there is no post 9: it never existed, or it was deleted");
    shell.fails(&["show", "9"], 1, "there is no post 9: it never existed, or it was deleted");
    shell.fails(
        &["timeline", "--since", "2026-02-01", "--until", "2026-01-01"],
        2,
        "--since must be earlier than --until: swap them, or leave one out",
    );
    let no_date = "invalid value 'soon' for '--since <TIME>': \"soon\" is not a time: write 2026-03-14, \"2026-03-14 15:09\", 2026-03-14T15:09:26Z, yesterday, last monday or 2d; see microblog timeline --help";
    shell.fails(&["timeline", "--since", "soon"], 2, no_date);
    shell.run(&["post", &"👨‍👩‍👧‍👦".repeat(140)]).stdout("posted 1\n").check();
}

#[test]
fn unusual_but_valid_arguments_work() {
    let shell = Shell::with_users();
    let start = "0001-01-01T00:00:00Z";
    shell.run(&["post", "first", "--at", start]).stdout("posted 1\n").check();
    shell.run(&["post", "first too", "--at", start]).stdout("posted 2\n").check();
    shell.run(&["delete", "2", "2"]).stdout("deleted 2\ndeleted 2\n").check();
    shell.fails(
        &["show", "abc"],
        2,
        "invalid value 'abc' for '<ID>': a post is named by its id: give a number such as 42; see microblog show --help",
    );
    shell
        .run(&["import", "twtxt", "-", "--as", "@john"])
        .stdin("")
        .stderr("error: standard input is empty: there is nothing to import\n")
        .status(1)
        .check();
}

#[test]
fn importing_a_twtxt_feed_twice_adds_its_posts_once() {
    let shell = Shell::new();
    let feed = "# nick = jo\n2026-01-01T00:00:00Z\tone\n2026-01-01T00:00:00Z\tsame second\nbad line\n";
    fs::write(shell.path("feed.txt"), feed).unwrap();
    let wrong = "feed.txt looks like twtxt, not like mastodon: say microblog import twtxt PATH";
    shell.fails(&["import", "mastodon", "feed.txt"], 1, wrong);
    let skipped_one = "skipped line 4: \"bad\" is not a date\n";
    let would = "would import 1 user, 2 posts from twtxt; 1 skipped\n";
    shell.run(&["import", "auto", "feed.txt", "--dry-run"]).stdout(would).stderr(skipped_one).check();
    shell.fails(&["import", "twtxt", "none.txt", "--as", "jo"], 1, "cannot read none.txt: there is no such file");
    let skipped = "skipped line 4: \"bad\" is not a date\n";
    let import = ["import", "twtxt", "feed.txt", "--as", "jo"];
    shell.run(&import).stdout("imported 1 user, 2 posts from twtxt; 1 skipped\n").stderr(skipped).check();
    shell
        .run(&import)
        .stdout("imported nothing from twtxt; 2 posts already known, 1 skipped\n")
        .stderr(skipped)
        .check();
    shell
        .run(&["timeline"])
        .stdout("jo  2026-01-01 00:00  #2\n  same second\n\njo  2026-01-01 00:00  #1\n  one\n\n")
        .check();
}

#[test]
fn foreign_database_is_refused_by_commands() {
    let shell = Shell::new();
    let folder = shell.folder.path().display().to_string();
    shell.fails(
        &["--db", &folder, "user", "list"],
        1,
        &format!("{folder} is a directory: name a file in it, such as {folder}/microblog.db"),
    );
    fs::write(shell.path("text.db"), "just text, ".repeat(100)).unwrap();
    shell.fails(
        &["--db", "text.db", "timeline"],
        1,
        "text.db is not a database of this program, and was left as it is: name another file with --db",
    );
    rusqlite::Connection::open(shell.path("other.db")).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    shell.fails(
        &["--db", "other.db", "timeline"],
        1,
        "other.db is another program's database, and was left as it is: name another file with --db",
    );
    let missing = "cannot open none/m.db: there is no such directory; make it first";
    shell.fails(&["--db", "none/m.db", "timeline"], 1, missing);
    shell
        .run(&["--db", "odd ?#%.db", "db", "version"])
        .stdout(&format!("Current database version: {}\n", crate::common::newest()))
        .check();
    assert!(shell.path("odd ?#%.db").exists());
}

#[test]
fn demo_writes_the_same_database_for_the_same_numbers() {
    let shell = Shell::new();
    for name in ["a.db", "b.db"] {
        let said = format!("wrote 500 posts by 20 users to {name}\n");
        shell.run(&["demo", "--posts", "500", "--users", "20", "--to", name]).stdout(&said).check();
    }
    shell.fails(&["demo", "--to", "a.db"], 1, "a.db already exists: name a new file");
    let read = |name: &str| {
        shell.command().args(["--db", name, "timeline", "all", "--limit", "500", "--json"]).output().unwrap().stdout
    };
    assert_eq!(read("a.db"), read("b.db"));
    assert_eq!(read("a.db").split(|byte| *byte == b'\n').count(), 501);
}

#[test]
fn closed_output_pipe_is_no_error() {
    let shell = Shell::new();
    shell.run(&["demo", "--posts", "3000", "--to", "m.db"]).stdout("wrote 3,000 posts by 12 users to m.db\n").check();
    let mut child = shell
        .command()
        .args(["timeline", "all", "--limit", "3000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((String::from_utf8_lossy(&output.stderr).as_ref(), output.status.code()), ("", Some(0)));
}

#[test]
fn wrong_usage_prints_one_line_and_exits_with_two() {
    let shell = Shell::new();
    let no_terminal = "the screens need a terminal, and standard input is none: microblog timeline prints posts, microblog --help lists the commands";
    shell.fails(&[], 2, no_terminal);
    shell.fails(&["demo"], 2, no_terminal);
    shell.fails(
        &["delete"],
        2,
        "the following required arguments were not provided: <ID>...; see microblog delete --help",
    );
    let number =
        "invalid value 'x' for '--limit <N>': give a whole number such as 20; see microblog timeline home --help";
    shell.fails(&["timeline", "home", "--limit", "x"], 2, number);
    let users = "microblog user needs a command: add, list, show, edit, rename, delete; see microblog user --help";
    shell.fails(&["user"], 2, users);
    let output = shell.command().arg("config").env_remove("MICROBLOG_DB").output().unwrap();
    let text = "error: microblog config needs a command: path, show; see microblog config --help\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), text);
    let similar = "there is no command \"lik\" in microblog: similar are like, unlike, liked-by; see microblog --help";
    shell.fails(&["lik", "5"], 2, similar);
    let unlike_any = "there is no command \"frobnicate\" in microblog; see microblog --help";
    shell.fails(&["frobnicate"], 2, unlike_any);
    let option =
        "unexpected argument '--lim' found; a similar argument exists: '--limit'; see microblog timeline --help";
    shell.fails(&["timeline", "--lim", "3"], 2, option);
    let value =
        "unexpected argument '--foo' found; to pass '--foo' as a value, use '-- --foo'; see microblog post --help";
    shell.fails(&["post", "--foo"], 2, value);
    let output = shell.command().args(["--bogus\u{1b}]0;x\u{7}"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with("error: ") && said.lines().count() == 1 && !said.contains('\u{1b}'), "{said}");
    for args in [&["--help"][..], &["--version"], &["man"], &["completions", "bash"]] {
        let output = shell.command().args(args).output().unwrap();
        assert!(output.status.success() && !output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn empty_timeline_says_what_to_do() {
    let shell = Shell::new();
    shell.run(&["timeline"]).stderr("no users yet: add one with microblog user add NICK\n").check();
    shell.run(&["timeline", "--json"]).check();
    shell.run(&["user", "add", "john"]).stdout("added @john, now the active user\n").check();
    shell.run(&["timeline"]).stderr(NO_POSTS).check();
    shell.run(&["timeline", "all"]).stderr(NO_POSTS).check();
    shell.run(&["timeline", "all", "--since", "2026"]).stderr("no posts\n").check();
    shell.run(&["timeline", "mentions"]).stderr("no posts\n").check();
    shell.run(&["timeline", "--unread"]).stderr("no unread posts\n").check();
    shell.run(&["timeline", "--quiet"]).check();
}

#[test]
fn reply_thread_and_help_commands_work() {
    let shell = Shell::with_users();
    shell.run(&["toot", "first"]).stdout("posted 1\n").check();
    shell.run(&["reply", "1", "second"]).stdout("posted 2\n").check();
    let long = "A sentence of some length that goes on. ".repeat(6);
    shell.run(&["reply", "2", "--thread", &long]).stdout("posted 3 4\n").check();
    let hint = "the post has 239 of 140 characters: shorten it by 99, or post it as a thread with --thread";
    shell.fails(&["post", &long], 1, hint);
    for (alias, printed) in [("favorite", "liked 1\n"), ("repost", "boosted 1\n"), ("unreblog", "unboosted 1\n")] {
        shell.run(&[alias, "1"]).stdout(printed).check();
    }
    let help = |args: &[&str]| String::from_utf8(shell.command().args(args).output().unwrap().stdout).unwrap();
    assert!(help(&["help"]).contains("Usage: microblog") && !help(&["db", "--help"]).contains("migrate"));
    assert!(help(&["help", "user", "add"]).contains("Usage: microblog user add"), "{}", help(&["help", "user", "add"]));
    let unknown = "there is no command \"dance\" in microblog: list the commands with microblog help";
    shell.fails(&["help", "dance"], 2, unknown);
}

#[test]
fn post_in_the_future_is_refused() {
    let shell = Shell::with_users();
    let error = "2999-01-01 00:00 is in the future: schedule it with --in 2h or --on \"tomorrow 9:00\"";
    shell.fails(&["post", "later", "--at", "2999"], 2, error);
    shell.run(&["timeline"]).stderr(NO_POSTS).check();
}

#[test]
fn times_are_parsed_the_same_way_by_all_commands() {
    let shell = Shell::with_users();
    let at = |zone: &str, time: &str, text: &str| {
        shell.command().env("TZ", zone).args(["post", "--at", time, text]).output().unwrap()
    };
    let refused = at("UTC", "26-1-31", "a slip");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("\"26-1-31\" is not a time"));
    // The clocks in Berlin show this time twice: at 00:30 and at 01:30 UTC.
    assert!(at("Europe/Berlin", "2025-10-26 02:30", "twice").status.success());
    let shown = shell.command().args(["show", "1", "--json"]).output().unwrap();
    assert!(String::from_utf8_lossy(&shown.stdout).contains("\"created_at\":\"2025-10-26T00:30:00Z\""));
    let block = "john  2025-10-26 00:30  #1\n  twice\n\n";
    for since in ["2025-10", "2025-10-26", "2025-10-26T00:30", "2025-10-26T00:30Z", "2025-10-26 02:30+02:00"] {
        shell.run(&["timeline", "--since", since]).stdout(block).check();
        shell.run(&["search", &format!("since:\"{since}\" twice")]).stdout(block).check();
    }
    for since in ["yesterday", "2d", "last monday"] {
        shell.run(&["timeline", "--since", since]).stderr("no posts\n").check();
        shell.run(&["search", &format!("since:\"{since}\" twice")]).stderr("no posts found\n").check();
    }
}

#[test]
fn thai_word_is_found_inside_a_run() {
    let shell = Shell::with_users();
    shell.run(&["post", "ไปกรุงเทพฯ มาเมื่อวาน", "--at", "2026-01-01"]).stdout("posted 1\n").check();
    let block = "john  2026-01-01 00:00  #1\n  ไปกรุงเทพฯ มาเมื่อวาน\n\n";
    for query in ["กรุงเทพ", "มา", "เมื่อวาน"] {
        shell.run(&["search", query]).stdout(block).check();
    }
    shell.run(&["search", "เชียงใหม่"]).stderr("no posts found\n").check();
}

#[test]
fn private_audience_is_in_json() {
    let shell = Shell::with_users();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mastodon");
    let import = ["import", "mastodon", folder.to_str().unwrap(), "--private", "-q"];
    assert!(shell.command().args(import).output().unwrap().status.success());
    let output = shell.command().args(["timeline", "all", "--json"]).output().unwrap();
    let posts = String::from_utf8(output.stdout).unwrap();
    assert!(posts.lines().all(|post| post.contains("\"audience\":\"")), "{posts}");
    assert!(posts.contains("\"audience\":\"direct\"") && posts.contains("\"audience\":\"public\""), "{posts}");
}

#[cfg(unix)]
mod editors {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Output;

    use super::{NO_POSTS, Shell};

    fn post_with(shell: &Shell, script: &str) -> Output {
        fs::write(shell.path("ed"), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(shell.path("ed"), fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = shell.command();
        command.args(["post", "--editor"]).env("EDITOR", shell.path("ed")).env("TMPDIR", shell.folder.path());
        command.output().unwrap()
    }

    /// Returns the bytes of the file that the error names at its end.
    fn saved(output: &Output) -> Vec<u8> {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let file = error.trim_end().rsplit_once("saved in ").unwrap_or_else(|| panic!("{error}")).1;
        fs::read(file).unwrap()
    }

    #[test]
    fn interrupt_in_the_editor_does_not_end_the_program() {
        let shell = Shell::with_users();
        let output = post_with(&shell, "kill -INT $PPID; kill -QUIT $PPID; sleep 0.2; echo still here > \"$1\"");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "posted 1\n");
    }

    #[test]
    fn text_of_a_failed_editor_is_saved() {
        let shell = Shell::with_users();
        let output = post_with(&shell, "echo precious > \"$1\"; exit 3");
        assert_eq!((output.status.code(), saved(&output)), (Some(1), b"precious\n".to_vec()));
    }

    #[test]
    fn editor_text_that_is_not_utf8_is_refused_and_saved() {
        let shell = Shell::with_users();
        let output = post_with(&shell, "printf 'caf\\351' > \"$1\"");
        assert_eq!((output.status.code(), saved(&output)), (Some(1), b"caf\xe9".to_vec()));
        shell.run(&["timeline"]).stderr(NO_POSTS).check();
    }

    #[test]
    fn byte_order_mark_is_not_posted() {
        let shell = Shell::with_users();
        shell.run(&["post", "-"]).stdin("\u{feff}first line\r\n").stdout("posted 1\n").check();
        let shown = shell.command().args(["show", "1", "--json"]).output().unwrap();
        assert!(String::from_utf8_lossy(&shown.stdout).contains("\"body\":\"first line\""));
    }
}
