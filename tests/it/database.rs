//! The `db` commands, and files that are older, newer, damaged, or of another program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::common::{Shell, newest, old_database};
use rusqlite::Connection;

/// Returns the last line that most commands print.
fn current(version: usize) -> String {
    format!("Current database version: {version}\n")
}

fn files(shell: &Shell) -> Vec<String> {
    let entries = fs::read_dir(shell.folder.path()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn real(shell: &Shell, name: &str) -> PathBuf {
    fs::canonicalize(shell.folder.path()).unwrap().join(name)
}

fn sql(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn posts(path: &Path) -> i64 {
    Connection::open(path).unwrap().query_row("SELECT count(*) FROM post", [], |row| row.get(0)).unwrap()
}

/// Returns what an upgrade says about posts that were stored under other rules.
fn repair_hint(from: usize) -> &'static str {
    if from < 24 { "; microblog db repair applies today's rules for tags and words to older posts" } else { "" }
}

#[test]
fn upgrade_is_reported_once_and_keeps_a_backup() {
    let shell = Shell::new();
    old_database(&shell.path("m.db"), 1, 0);
    let list = "  john         0 posts\n  Susan        0 posts\n";
    let copy = real(&shell, "m.db.v1.bak");
    let said = format!(
        "upgraded the database from version 1 to {}; a copy from before is {}{}\n",
        newest(),
        copy.display(),
        repair_hint(1)
    );
    shell.run(&["user", "list"]).stdout(list).stderr(&said).check();
    shell.run(&["user", "list"]).stdout(list).check();
    assert_eq!(files(&shell), ["m.db", "m.db.v1.bak"]);
    let copied: i64 = Connection::open(copy).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(copied, 1);
}

#[test]
fn only_the_three_newest_backups_are_kept() {
    let shell = Shell::new();
    old_database(&shell.path("m.db"), 2, 3);
    for _ in 0..3 {
        shell.command().args(["-q", "db", "downgrade", "--to", "2", "--yes"]).status().unwrap();
        assert!(shell.command().args(["-q", "db", "upgrade"]).status().unwrap().success());
    }
    let copies = files(&shell).into_iter().filter(|name| name.ends_with(".bak")).count();
    assert_eq!(copies, 3, "{:?}", files(&shell));
    assert_eq!(posts(&shell.path("m.db")), 3);
}

#[test]
fn empty_database_is_upgraded_without_a_backup() {
    let shell = Shell::new();
    old_database(&shell.path("m.db"), 1, 0);
    sql(&shell.path("m.db"), "DELETE FROM user");
    let said = format!("upgraded the database from version 1 to {}\n", newest());
    shell.run(&["timeline", "--json"]).stderr(&said).check();
    assert_eq!(files(&shell), ["m.db"]);
}

#[test]
fn upgrade_and_downgrade_print_the_version_last() {
    let shell = Shell::with_users();
    let (to, below) = (newest(), newest() - 1);
    shell.run(&["post", "hello"]).stdout("posted 1\n").check();
    shell.run(&["user", "edit", "susan", "--name", "Susan B"]).stdout("updated @susan\n").check();
    shell.run(&["db", "version"]).stdout(&current(to)).check();
    shell
        .run(&["db", "upgrade"])
        .stdout(&format!("the database is already at the newest version\n{}", current(to)))
        .check();
    let output = shell.command().args(["db", "downgrade", "--to", "2"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with(&format!("error: downgrading from version {to} to 2 loses ")), "{said}");
    assert!(said.contains("1 row of active_user") && said.contains("user.display_name of 1 row"), "{said}");
    assert!(said.ends_with(": add --yes to confirm\n"), "{said}");
    shell.run(&["db", "version"]).stdout(&current(to)).check();
    let note = "the next command that reads or writes posts upgrades it again, and so do the screens\n";
    let copy = |version: usize| real(&shell, &format!("m.db.v{version}.bak")).display().to_string();
    shell
        .run(&["db", "downgrade", "--yes"])
        .stdout(&format!(
            "downgraded the database from version {to} to {below}; a copy from before is {}\n{}",
            copy(to),
            current(below)
        ))
        .stderr(note)
        .check();
    shell.run(&["db", "version"]).stdout(&current(below)).check();
    shell
        .run(&["db", "upgrade"])
        .stdout(&format!(
            "upgraded the database from version {below} to {to}; a copy from before is {}{}\n{}",
            copy(below),
            repair_hint(below),
            current(to)
        ))
        .check();
    let range = format!("cannot downgrade to version 99: the database has version {to}; give 0 to {below}");
    shell.fails(&["db", "downgrade", "--to", "99"], 1, &range);
    shell.fails(&["--read-only", "db", "upgrade"], 1, "read-only database: open it without --read-only to write");
}

#[test]
fn backup_is_verified_and_restore_keeps_the_replaced_database() {
    let shell = Shell::with_users();
    shell.run(&["post", "before"]).stdout("posted 1\n").check();
    let version = current(newest());
    shell
        .run(&["db", "backup", "b.bak"])
        .stdout(&format!("backed up 2 users and 1 post to b.bak and verified the copy\n{version}"))
        .check();
    shell.fails(&["db", "backup", "b.bak"], 1, "b.bak already exists: name a new file");
    let quickly =
        format!("backed up the database to q.bak; verify the copy with microblog --db q.bak db check\n{version}");
    shell.run(&["db", "backup", "--no-verify", "q.bak"]).stdout(&quickly).check();
    let sound = format!("no problems found in schema, tables and indexes\n{version}");
    shell.run(&["--db", "q.bak", "db", "check", "--quick"]).stdout(&sound).check();
    shell.run(&["post", "after"]).stdout("posted 2\n").check();
    let replaced = real(&shell, "m.db.replaced.bak");
    let restored = format!(
        "restored 2 users and 1 post from b.bak\nthe previous database is saved as {}\n{version}",
        replaced.display()
    );
    shell.run(&["db", "restore", "b.bak"]).stdout(&restored).check();
    assert_eq!((posts(&shell.path("m.db")), posts(&replaced), posts(&shell.path("b.bak"))), (1, 2, 1));
    shell
        .run(&["db", "check"])
        .stdout(&format!("no problems found in pages, foreign keys, schema, counts and search index\n{version}"))
        .check();
    shell.fails(
        &["db", "restore", "m.db"],
        1,
        &format!("{} cannot be restored from itself: name a backup", shell.path("m.db").display()),
    );
    fs::write(shell.path("text"), "no database, ".repeat(99)).unwrap();
    shell.fails(
        &["db", "restore", "text"],
        1,
        "text is not a database of this program, and was left as it is: name another file with --db",
    );
    assert_eq!(posts(&shell.path("m.db")), 1);
    assert_eq!(files(&shell), ["b.bak", "m.db", "m.db.replaced.bak", "q.bak", "text"]);
}

#[test]
fn restore_upgrades_an_older_backup_over_any_database() {
    let shell = Shell::new();
    old_database(&shell.path("old.bak"), 2, 5);
    let up = format!("upgraded the backup from version 2 to {}\n", newest());
    let (restored, version) = ("restored 2 users and 5 posts from old.bak\n", current(newest()));
    shell.run(&["db", "restore", "old.bak"]).stdout(&format!("{restored}{up}{version}")).check();
    // A truncated database is moved aside as it is.
    fs::OpenOptions::new().write(true).open(shell.path("m.db")).unwrap().set_len(8_192).unwrap();
    let cut = fs::read(shell.path("m.db")).unwrap();
    let kept = format!("the previous database is saved as {}\n", real(&shell, "m.db.replaced.bak").display());
    shell.run(&["db", "restore", "old.bak"]).stdout(&format!("{restored}{up}{kept}{version}")).check();
    assert_eq!(fs::read(shell.path("m.db.replaced.bak")).unwrap(), cut);
    assert_eq!(posts(&shell.path("m.db")), 5);
}

#[test]
fn restore_does_not_replace_a_foreign_file() {
    let shell = Shell::new();
    old_database(&shell.path("b.bak"), newest(), 1);
    sql(&shell.path("other.db"), "CREATE TABLE t (a)");
    fs::write(shell.path("text.db"), "just text, ".repeat(100)).unwrap();
    for (name, what) in [("other.db", "another program's database"), ("text.db", "not a database of this program")] {
        let before = fs::read(shell.path(name)).unwrap();
        let path = real(&shell, name);
        let words = format!("{} is {what}, and was left as it is: name another file with --db", path.display());
        shell.fails(&["--db", name, "db", "restore", "b.bak"], 1, &words);
        assert_eq!(fs::read(shell.path(name)).unwrap(), before);
    }
    assert_eq!(files(&shell), ["b.bak", "other.db", "text.db"]);
}

#[test]
fn stale_log_is_not_replayed_over_a_new_file() {
    let shell = Shell::new();
    let db = shell.path("m.db");
    old_database(&db, newest(), 10);
    assert!(shell.command().args(["db", "backup", "b.bak"]).status().unwrap().success());
    let other = Connection::open(&db).unwrap();
    other.execute_batch("DELETE FROM post").unwrap();
    fs::copy(shell.path("m.db-wal"), shell.path("stale")).unwrap();
    drop(other);
    fs::remove_file(&db).unwrap();
    fs::copy(shell.path("stale"), shell.path("m.db-wal")).unwrap();
    assert!(shell.command().args(["db", "restore", "b.bak"]).status().unwrap().success());
    assert_eq!(posts(&db), 10);
    assert!(shell.path("m.db.replaced.bak-wal").exists(), "nothing is thrown away");
    fs::copy(shell.path("stale"), shell.path("c.bak-wal")).unwrap();
    shell.fails(&["db", "backup", "c.bak"], 1, "c.bak already exists: name a new file");
}

#[test]
fn file_names_that_sqlite_treats_specially_are_plain_names() {
    let shell = Shell::new();
    for name in ["file:m.db", ":memory:", "file:x?mode=memory"] {
        let run = |args: &[&str]| shell.command().args(["--db", name]).args(args).output().unwrap().stdout;
        run(&["user", "add", "jo"]);
        assert_eq!(run(&["--read-only", "whoami"]), b"jo\n", "{name}");
        assert_eq!(run(&["whoami"]), b"jo\n", "{name}");
    }
    assert_eq!(files(&shell), [":memory:", "file:m.db", "file:x?mode=memory"]);
    let twice = format!("/{}", shell.path("file:m.db").display());
    let output = shell.command().args(["--read-only", "--db", &twice, "whoami"]).output().unwrap();
    assert_eq!(output.stdout, b"jo\n");
}

#[test]
fn missing_database_is_not_created_by_database_commands() {
    let shell = Shell::new();
    let missing = format!(
        "there is no database at {}: check the name; adding the first user creates one",
        shell.path("m.db").display()
    );
    for command in ["check", "stats", "backup", "vacuum", "repair", "downgrade"] {
        shell.fails(&["db", command], 1, &missing);
    }
    shell.fails(&["--read-only", "timeline"], 1, &missing);
    assert!(files(&shell).is_empty());
}

#[test]
fn derived_data_is_checked_and_repaired_in_place() {
    let shell = Shell::with_users();
    shell.run(&["post", "hello"]).stdout("posted 1\n").check();
    let version = current(newest());
    let db = shell.path("m.db");
    let broken = [
        "UPDATE user SET posts = 7 WHERE id = 1",
        "DROP TRIGGER post_counted",
        "DROP INDEX post_author_created_at",
        "DROP TRIGGER post_search_added; DROP TABLE post_search",
        "INSERT INTO post_search (post_search) VALUES ('delete-all')",
        "CREATE INDEX extra ON post (body)",
    ];
    for statement in broken {
        sql(&db, statement);
        let output = shell.command().args(["db", "check"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.starts_with("problem: ") && said.ends_with(&version), "{statement}: {said}");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.ends_with(": repair it with microblog db repair\n"), "{error}");
        assert_eq!(output.status.code(), Some(1));
        let output = shell.command().args(["db", "repair"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(said.starts_with("repaired: ") && said.ends_with(&version), "{said}");
        shell
            .run(&["db", "check"])
            .stdout(&format!("no problems found in pages, foreign keys, schema, counts and search index\n{version}"))
            .check();
    }
}

#[test]
fn newer_database_is_read_but_never_written() {
    let shell = Shell::with_users();
    shell.run(&["post", "hello", "--at", "2026-03-14T15:09:26Z"]).stdout("posted 1\n").check();
    let db = shell.path("m.db");
    sql(&db, "ALTER TABLE post ADD COLUMN mood TEXT; PRAGMA user_version = 99");
    let before = fs::read(&db).unwrap();
    let start = format!(
        "{} has version 99, but microblog {} knows versions up to {}: use the newer program that made it",
        db.display(),
        env!("CARGO_PKG_VERSION"),
        newest()
    );
    let refused = format!("{start}, or read it without changing it with --read-only");
    for command in [&["timeline"][..], &["post", "x"], &["db", "upgrade"], &["db", "check"], &["db", "backup", "b"]] {
        shell.fails(command, 1, &refused);
    }
    shell.run(&["--read-only", "timeline"]).stdout("john  2026-03-14 15:09  #1\n  hello\n\n").check();
    shell.fails(&["--read-only", "post", "x"], 1, "read-only database: open it without --read-only to write");
    old_database(&shell.path("m.db.v2.bak"), 2, 1);
    let copy = real(&shell, "m.db.v2.bak");
    shell.fails(
        &["timeline"],
        1,
        &format!("{refused}, or restore a copy with microblog db restore {}", copy.display()),
    );
    assert_eq!(fs::read(&db).unwrap(), before);
    fs::remove_file(copy).unwrap();
    sql(&db, "ALTER TABLE draft RENAME COLUMN body TO words");
    shell.fails(&["timeline"], 1, &start);
    shell.fails(&["--read-only", "timeline"], 1, &start);
}

#[test]
fn read_only_does_not_upgrade_an_older_database() {
    let shell = Shell::new();
    old_database(&shell.path("m.db"), 2, 1);
    let words = format!(
        "{} has version 2, and must be upgraded to {} before it can be read: open it, or a copy of it, without --read-only",
        shell.path("m.db").display(),
        newest()
    );
    shell.fails(&["--read-only", "timeline"], 1, &words);
    shell.run(&["--read-only", "db", "version"]).stdout(&current(2)).check();
}

#[test]
fn failed_migration_changes_nothing_and_is_named() {
    let shell = Shell::new();
    let db = shell.path("m.db");
    old_database(&db, 2, 10);
    // A blank post, which the migration does not allow.
    sql(&db, "PRAGMA ignore_check_constraints = ON; UPDATE post SET body = ' ' WHERE id = 1");
    let copy = real(&shell, "m.db.v2.bak");
    let words = format!(
        "cannot migrate {} from version 2 to {}, and left it as it was: migration 03-conversations failed: CHECK constraint failed; a copy is kept as {}",
        db.display(),
        newest(),
        copy.display()
    );
    shell.fails(&["timeline"], 1, &words);
    shell.run(&["db", "version"]).stdout(&current(2)).check();
    assert_eq!((posts(&db), posts(&copy)), (10, 10));
}

#[test]
fn unexpected_schema_is_refused_and_repaired() {
    let shell = Shell::with_users();
    shell.run(&["post", "hello"]).stdout("posted 1\n").check();
    let db = shell.path("m.db");
    sql(&db, "CREATE TRIGGER evil AFTER INSERT ON post BEGIN DELETE FROM user; END");
    let words = format!(
        "{} has another schema than version {} makes: the trigger evil should not be there; microblog db check lists the differences, microblog db repair repairs them or saves the rows",
        db.display(),
        newest()
    );
    for command in
        [&["timeline"][..], &["post", "x"], &["db", "stats"], &["db", "backup"], &["--read-only", "timeline"]]
    {
        shell.fails(command, 1, &words);
    }
    let check = shell.command().args(["db", "check"]).output().unwrap();
    assert!(String::from_utf8_lossy(&check.stdout).starts_with("problem: the trigger evil should not be there\n"));
    assert!(shell.command().args(["db", "repair"]).output().unwrap().status.success());
    shell.run(&["post", "again"]).stdout("posted 2\n").check();
}

#[test]
#[cfg(unix)]
fn pipe_in_place_of_the_lock_is_refused_at_once() {
    let shell = Shell::new();
    old_database(&shell.path("m.db"), 2, 1);
    assert!(std::process::Command::new("mkfifo").arg(shell.path("m.db.lock")).status().unwrap().success());
    let output = shell.command().args(["db", "upgrade"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot write "));
}

#[test]
fn foreign_files_are_refused_and_not_one_byte_is_written() {
    let shell = Shell::new();
    let foreign = shell.path("other.db");
    sql(&foreign, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    // Another program was killed in the middle of a write: only that program can roll it back.
    let hot = shell.path("hot.db");
    sql(&hot, "PRAGMA journal_mode = DELETE; CREATE TABLE t (a)");
    fs::write(shell.path("hot.db-journal"), b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 the rest of a journal").unwrap();
    fs::write(shell.path("text.db"), "just text, ".repeat(100)).unwrap();
    fs::write(shell.path("short.db"), "50 bytes, of which SQLite would make a database.").unwrap();
    let before: Vec<_> = files(&shell).iter().map(|name| fs::read(shell.path(name)).unwrap()).collect();
    let names = files(&shell);
    for (name, what) in [
        ("other.db", "is another program's database"),
        ("hot.db", "is another program's database"),
        ("text.db", "is not a database of this program"),
        ("short.db", "is not a database of this program"),
    ] {
        let words = format!("{name} {what}, and was left as it is: name another file with --db");
        for command in
            [&["timeline"][..], &["post", "x"], &["db", "upgrade"], &["db", "repair"], &["--read-only", "timeline"]]
        {
            let args: Vec<&str> = ["--db", name].iter().chain(command).copied().collect();
            shell.fails(&args, 1, &words);
        }
    }
    assert_eq!(files(&shell), names);
    let after: Vec<_> = names.iter().map(|name| fs::read(shell.path(name)).unwrap()).collect();
    assert_eq!(after, before);
}

#[test]
#[cfg(unix)]
fn links_are_followed_and_other_paths_refused_with_readable_errors() {
    use std::os::unix::ffi::OsStrExt;
    let shell = Shell::with_users();
    std::os::unix::fs::symlink(shell.path("m.db"), shell.path("link.db")).unwrap();
    std::os::unix::fs::symlink(shell.path("nowhere.db"), shell.path("dangling.db")).unwrap();
    shell.run(&["--db", "link.db", "whoami"]).stdout("john\n").check();
    let target = shell.path("nowhere.db");
    let dangling =
        format!("dangling.db is a link to {}, which does not exist: create that, or remove the link", target.display());
    shell.fails(&["--db", "dangling.db", "whoami"], 1, &dangling);
    assert!(std::process::Command::new("mkfifo").arg(shell.path("fifo")).status().unwrap().success());
    shell.fails(&["--db", "fifo", "whoami"], 1, "fifo is not a regular file: name a file for the database");
    for name in [&b"odd ?#%25.db"[..], b"not\xffutf8 ?.db"] {
        let path = shell.folder.path().join(std::ffi::OsStr::from_bytes(name));
        let run = |args: &[&str]| {
            let output = shell.command().env("MICROBLOG_DB", &path).args(args).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        run(&["user", "add", "jo"]);
        assert_eq!(run(&["--read-only", "whoami"]), "jo\n");
        run(&["db", "backup"]);
        assert!(path.exists());
    }
}

#[test]
#[cfg(unix)]
fn read_only_file_is_reported_and_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::with_users();
    let db = shell.path("m.db");
    let nobody = |args: &[&str]| {
        // Root can write everywhere, so the command runs as another user.
        let plain = shell.command();
        let mut command = std::process::Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(plain.get_program()).args(args);
        command.env("MICROBLOG_DB", &db).env("TZ", "UTC");
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    };
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    if !nobody(&["--version"]).0.starts_with("microblog") {
        // Not root, or the program is in a folder that other users cannot enter: then the permissions apply to this user.
        return;
    }
    mode(shell.folder.path(), 0o755);
    mode(&db, 0o644);
    let words = format!(
        "error: {} or its directory is not writable, and the database keeps its log there: check their permissions, or read it without changing it with --read-only\n",
        db.display()
    );
    assert_eq!(nobody(&["whoami"]), (String::new(), words));
    assert_eq!(nobody(&["--read-only", "whoami"]), ("john\n".to_owned(), String::new()));
    assert_eq!(nobody(&["--read-only", "db", "version"]), (current(newest()), String::new()));
    assert!(nobody(&["--read-only", "db", "check"]).0.starts_with("no problems found"));
    mode(&db, 0o600);
    let words = format!("error: cannot open {}: permission denied\n", db.display());
    assert_eq!(nobody(&["--read-only", "whoami"]), (String::new(), words));
}

#[test]
fn stats_counts_rows_and_vacuum_frees_space() {
    let shell = Shell::new();
    let db = shell.path("m.db");
    old_database(&db, newest(), 2_000);
    sql(&db, "DELETE FROM post WHERE id > 10");
    let output = shell.command().args(["db", "stats", "--json"]).output().unwrap();
    let stats: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&stats["users"], &stats["posts"], &stats["version"]), (&2.into(), &10.into(), &newest().into()));
    assert_eq!(stats["newest"], "1970-01-01T00:00:00.000010Z");
    assert!(stats["free"].as_u64() > Some(0) && stats["search"].as_u64() > Some(0), "{stats}");
    let output = shell.command().args(["db", "vacuum"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).ends_with(&current(newest())));
    assert!(fs::metadata(&db).unwrap().len() < stats["bytes"].as_u64().unwrap());
    let output = shell.command().args(["db", "stats"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.starts_with("users         2\nposts         10\n") && said.ends_with(&current(newest())), "{said}");
}

#[test]
fn text_from_editor_or_pipe_is_saved_when_posting_fails() {
    let shell = Shell::with_users();
    let mut command = shell.command();
    command.args(["post", "--reply-to", "9", "-"]).env("TMPDIR", shell.folder.path());
    let mut child = command.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"precious words").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let (why, file) = said.trim_end().rsplit_once("; the text is saved in ").unwrap();
    assert_eq!(why, "error: there is no post 9: it never existed, or it was deleted");
    assert_eq!(fs::read_to_string(file).unwrap(), "precious words");
}

#[test]
fn read_only_commands_leave_no_log() {
    let shell = Shell::with_users();
    for command in [&["timeline"][..], &["user", "list"], &["db", "check"], &["db", "stats"], &["search", "x"]] {
        assert!(shell.command().arg("--read-only").args(command).output().unwrap().status.success(), "{command:?}");
        assert_eq!(files(&shell), ["m.db"], "{command:?}");
    }
}

#[test]
fn used_up_numbers_are_not_taken_for_a_full_disk() {
    let shell = Shell::with_users();
    shell.run(&["post", "hello"]).stdout("posted 1\n").check();
    sql(&shell.path("m.db"), "UPDATE sqlite_sequence SET seq = 9223372036854775807");
    let words = "all numbers of posts are used up: export the database as JSON Lines, and import that into a new one";
    shell.fails(&["post", "again"], 1, words);
}

#[test]
#[cfg(unix)]
fn interrupted_commands_leave_no_temporary_file() {
    let shell = Shell::new();
    let db = shell.path("m.db");
    old_database(&db, newest(), 20_000);
    let whole = files(&shell);
    for command in [&["db", "backup", "b.bak"][..], &["db", "check"], &["db", "vacuum"], &["db", "repair"]] {
        let mut child = shell
            .command()
            .args(command)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(150));
        let id = child.id().to_string();
        std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
        let status = child.wait().unwrap();
        assert!(status.success() || status.code() == Some(130), "{command:?}: {status:?}");
        let _ = fs::remove_file(shell.path("b.bak"));
        assert_eq!(files(&shell), whole, "{command:?}");
    }
    let mut demo = shell.command().args(["demo", "--posts", "50000", "--to", "d.db"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    std::process::Command::new("kill").args(["-INT", &demo.id().to_string()]).status().unwrap();
    assert_eq!(demo.wait().unwrap().code(), Some(130));
    assert_eq!(files(&shell), whole);
}

#[test]
fn dump_that_uses_up_all_numbers_leaves_room_for_posts() {
    let shell = Shell::with_users();
    shell.run(&["post", "hello"]).stdout("posted 1\n").check();
    let used_up = "UPDATE sqlite_sequence SET seq = 9223372036854775807; UPDATE post SET id = 9223372036854775807";
    sql(&shell.path("m.db"), used_up);
    let run = |args: &[&str]| {
        let output = shell.command().args(args).output().unwrap();
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat()
    };
    // This is what the error of a database without free numbers advises.
    run(&["export", "jsonl", "all.jsonl"]);
    run(&["--db", "new.db", "import", "jsonl", "all.jsonl"]);
    assert_eq!(run(&["--db", "new.db", "post", "again"]), "posted 2\n");
    for id in [i64::MAX, (1 << 53) + 1] {
        let lines = [
            r#"{"microblog":{"version":1,"last_user":1,"last_post":1}}"#.to_owned(),
            r#"{"user":{"id":1,"nickname":"eve"}}"#.to_owned(),
            format!(r#"{{"post":{{"id":{id},"author":"eve","created_at":"2026-01-01T00:00:00Z","body":"last"}}}}"#),
            r#"{"end":{"lines":3}}"#.to_owned(),
        ];
        fs::write(shell.path("evil.jsonl"), lines.join("\n")).unwrap();
        let _ = fs::remove_file(shell.path("evil.db"));
        let imported = run(&["--db", "evil.db", "import", "jsonl", "evil.jsonl"]);
        assert!(imported.contains("is higher than the first line says"), "{imported}");
        run(&["--db", "evil.db", "switch", "eve"]);
        assert_eq!(run(&["--db", "evil.db", "post", "hello"]), "posted 2\n");
    }
}
