//! What is stored after processes were killed, and while many processes write at once.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::common::disk::Disk;
use crate::common::kills::{is_sound, kill_after, kills, number};
use crate::common::{Shell, newest, old_database};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rusqlite::Connection;

/// Seeds the times of the kills; printed, so that a failure can be repeated.
fn random() -> ChaCha8Rng {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    println!("seed {seed}");
    ChaCha8Rng::seed_from_u64(seed)
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Kills a process after a random part of the time that it needs.
fn kill_within(child: Child, time: Duration, random: &mut ChaCha8Rng) -> std::process::Output {
    kill_after(child, time.mul_f64(random.random::<f64>()))
}

#[test]
fn killed_upgrade_leaves_old_or_new_version_with_every_row() {
    let shell = Shell::new();
    let (old, db) = (shell.path("old.db"), shell.path("m.db"));
    old_database(&old, 2, 3_000);
    let text = "SELECT group_concat(id || body || created_at, '|') FROM (SELECT * FROM post ORDER BY id)";
    let whole: String = Connection::open(&old).unwrap().query_row(text, [], |row| row.get(0)).unwrap();
    let upgrade = || {
        let mut command = shell.command();
        command.args(["db", "upgrade"]);
        start(&mut command)
    };
    let place = || {
        for entry in fs::read_dir(shell.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path != old {
                fs::remove_file(path).unwrap();
            }
        }
        fs::copy(&old, &db).unwrap();
    };
    place();
    let began = Instant::now();
    assert!(upgrade().wait_with_output().unwrap().status.success());
    let time = began.elapsed().mul_f64(1.1);
    let mut random = random();
    let mut found = [0, 0];
    for _ in 0..kills() {
        place();
        kill_within(upgrade(), time, &mut random);
        is_sound(&db);
        let version = number(&db, "PRAGMA user_version");
        assert!(version == 2 || version == newest() as i64, "version {version}");
        found[usize::from(version != 2)] += 1;
        let left: String = Connection::open(&db).unwrap().query_row(text, [], |row| row.get(0)).unwrap();
        assert!(left == whole, "rows changed at version {version}");
        let output = upgrade().wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(number(&db, "SELECT count(*) FROM post"), 3_000);
    }
    assert!(found[0] > 0, "no kill came early enough: {found:?}");
}

#[test]
fn killed_post_is_complete_or_absent_and_acknowledged_posts_stay() {
    let shell = Shell::with_users();
    let db = shell.path("m.db");
    let post = |n: usize| {
        let mut command = shell.command();
        command.args(["post", &format!("post {n} is whole")]);
        start(&mut command)
    };
    let began = Instant::now();
    post(0).wait_with_output().unwrap();
    let time = began.elapsed().mul_f64(1.5);
    let mut random = random();
    let mut said = 0;
    for n in 1..=kills() {
        let output = kill_within(post(n), time, &mut random);
        let acknowledged = String::from_utf8_lossy(&output.stdout).starts_with("posted ");
        said += usize::from(acknowledged);
        let sql = format!("SELECT count(*) FROM post WHERE body = 'post {n} is whole'");
        assert!(!acknowledged || number(&db, &sql) == 1, "post {n} was acknowledged and is gone");
    }
    assert_eq!(number(&db, "SELECT count(*) FROM post WHERE body NOT LIKE 'post % is whole'"), 0);
    assert_eq!(number(&db, "SELECT posts - (SELECT count(*) FROM post WHERE author = 1) FROM user WHERE id = 1"), 0);
    assert!((1..kills()).contains(&said), "all kills came too early or too late: {said}");
    is_sound(&db);
    assert!(start(shell.command().args(["db", "check"])).wait_with_output().unwrap().status.success());
}

#[test]
fn ten_processes_upgrade_an_old_database_once() {
    let shell = Shell::new();
    old_database(&shell.path("m.db"), 1, 0);
    let children: Vec<Child> = (0..10).map(|_| start(shell.command().args(["user", "list"]))).collect();
    let mut upgrades = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "  john         0 posts\n  Susan        0 posts\n");
        upgrades += usize::from(said.starts_with("upgraded the database from version 1"));
        assert!(said.is_empty() || said.lines().count() == 1, "{said}");
    }
    assert_eq!(upgrades, 1);
    // Two processes that close the database at the same time can leave an empty log: each takes the other for a reader.
    let entries = fs::read_dir(shell.folder.path()).unwrap();
    let names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let copies: Vec<&String> = names.iter().filter(|name| name.ends_with(".bak")).collect();
    assert_eq!(copies, ["m.db.v1.bak"], "of {names:?}");
    let expected = |name: &str| ["m.db", "m.db.v1.bak", "m.db-wal", "m.db-shm"].contains(&name);
    assert!(names.iter().all(|name| expected(name)), "{names:?}");
    assert_eq!(fs::metadata(shell.path("m.db-wal")).map_or(0, |log| log.len()), 0);
}

#[test]
fn killed_restore_leaves_the_old_database_or_the_backup() {
    let shell = Shell::new();
    let (db, backup) = (shell.path("m.db"), shell.path("b.bak"));
    old_database(&db, newest(), 500);
    old_database(&backup, newest(), 2_000);
    let restore = || start(shell.command().args(["db", "restore", "b.bak"]));
    let mut random = random();
    for _ in 0..kills() / 4 {
        kill_within(restore(), Duration::from_millis(60), &mut random);
        is_sound(&db);
        let posts = number(&db, "SELECT count(*) FROM post");
        assert!(posts == 500 || posts == 2_000, "{posts}");
    }
}

#[test]
fn interrupted_demo_database_is_empty_or_complete() {
    let shell = Shell::new();
    let db = shell.path("w.db");
    let fill = || start(shell.command().args(["demo", "--posts", "4000", "--users", "9", "--to", "w.db"]));
    let started = Instant::now();
    assert!(fill().wait_with_output().unwrap().status.success());
    let time = started.elapsed();
    let complete = number(&db, "SELECT count(*) FROM post");
    assert!(complete > 4_000, "{complete} posts");
    // The times are spread evenly, because random times can all miss the middle.
    for part in 0..kills() / 4 {
        for entry in fs::read_dir(shell.folder.path()).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        kill_after(fill(), time.mul_f64((part as f64 + 0.5) / (kills() / 4) as f64));
        if !db.exists() {
            continue;
        }
        is_sound(&db);
        for command in [&["user", "list"][..], &["db", "check"]] {
            let output = start(shell.command().args(["--db", "w.db"]).args(command)).wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(number(&db, "PRAGMA user_version"), newest() as i64);
        let posts = number(&db, "SELECT count(*) FROM post");
        assert!(posts == 0 || posts == complete, "{posts} of {complete} posts");
    }
}

#[test]
fn busy_database_is_reported_after_five_seconds_and_text_is_saved() {
    let shell = Shell::with_users();
    let other = Connection::open(shell.path("m.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut child = shell
        .command()
        .args(["post", "-"])
        .env("TMPDIR", shell.folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"precious words").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let (why, file) = said.trim_end().rsplit_once("; the text is saved in ").unwrap();
    assert_eq!(why, "error: database busy: another program is writing, perhaps an import; try again soon");
    assert_eq!(fs::read_to_string(file).unwrap(), "precious words");
    other.execute_batch("ROLLBACK").unwrap();
    shell.run(&["post", "now"]).stdout("posted 1\n").check();
}

#[test]
fn full_disk_loses_neither_post_nor_text() {
    let shell = Shell::new();
    let Some(disk) = Disk::new(1_000) else { return };
    let db = disk.path("m.db");
    let run = |args: &[&str], text: &str| {
        let mut command = shell.command();
        command.env("MICROBLOG_DB", &db).env("TMPDIR", shell.folder.path()).args(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert!(run(&["user", "add", "john"], "").0);
    fs::write(disk.path("ballast"), vec![0; 64 * 1024]).unwrap();
    let mut posted = 0;
    let said = loop {
        let (done, said) = run(&["post", "-"], "a post that takes some room on a small disk, and then some more of it");
        if !done {
            break said;
        }
        posted += 1;
        assert!(posted < 5_000, "the disk is never full");
    };
    let (why, file) = said.trim_end().rsplit_once("; the text is saved in ").unwrap();
    assert_eq!(why, "error: the disk is full: make room and try again");
    assert!(fs::read_to_string(file).unwrap().starts_with("a post that takes"));
    fs::remove_file(disk.path("ballast")).unwrap();
    is_sound(&db);
    assert_eq!(number(&db, "SELECT count(*) FROM post"), posted);
    assert!(run(&["post", "-"], "there is room again").0);
}

#[test]
fn file_system_without_free_inodes_is_named() {
    let shell = Shell::new();
    let Some(disk) = Disk::with_inodes(8) else { return };
    let db = disk.path("m.db");
    let run = |args: &[&str]| {
        let output = shell.command().env("MICROBLOG_DB", &db).args(args).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run(&["user", "add", "john"]), (true, String::new()));
    let others: Vec<_> =
        (0..8).map(|n| disk.path(&n.to_string())).take_while(|path| fs::write(path, "").is_ok()).collect();
    let room = format!("error: there is no room for another file in {}", disk.path("").display());
    let room = room.trim_end_matches('/');
    for command in [&["timeline"][..], &["user", "list"], &["post", "hello"], &["db", "check"]] {
        let (done, said) = run(command);
        assert!(!done && said.starts_with(room) && said.contains("df -i"), "{command:?}: {said}");
    }
    others.iter().for_each(|path| fs::remove_file(path).unwrap());
    assert!(run(&["user", "list"]).0);
}

#[test]
fn upgrade_and_backup_without_space_change_nothing() {
    let shell = Shell::new();
    let Some(disk) = Disk::new(1_000) else { return };
    let db = disk.path("m.db");
    old_database(&shell.path("old.db"), 2, 7_000);
    fs::copy(shell.path("old.db"), &db).unwrap();
    let before = fs::read(&db).unwrap();
    for command in [&["timeline"][..], &["db", "backup"], &["db", "downgrade", "--yes"]] {
        let output = shell.command().env("MICROBLOG_DB", &db).args(command).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains(" free in ") && said.ends_with("make room and try again; nothing was changed\n"),
            "{said}"
        );
    }
    assert_eq!(fs::read(&db).unwrap(), before);
    let left: Vec<_> = fs::read_dir(disk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["m.db"]);
}

#[test]
fn post_acknowledged_during_restore_is_in_new_or_kept_database() {
    let shell = Shell::new();
    let (db, backup) = (shell.path("m.db"), shell.path("b.bak"));
    old_database(&db, newest(), 3_000);
    old_database(&backup, newest(), 2_000);
    let mut restore = start(shell.command().args(["db", "restore", "b.bak"]));
    let mut said = 0;
    while restore.try_wait().unwrap().is_none() {
        let mut command = shell.command();
        let output =
            start(command.args(["--as", "john", "post", &format!("during {said}")])).wait_with_output().unwrap();
        said += usize::from(output.status.success());
    }
    assert!(restore.wait_with_output().unwrap().status.success());
    let bodies = |path: &Path| {
        let connection = Connection::open(path).unwrap();
        let mut statement = connection.prepare("SELECT body FROM post WHERE body LIKE 'during %'").unwrap();
        let bodies = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        bodies.map(Result::unwrap).collect::<std::collections::HashSet<_>>()
    };
    let mut found = bodies(&db);
    found.extend(bodies(&shell.path("m.db.replaced.bak")));
    assert!(said > 0);
    assert_eq!(found.len(), said, "of {said} posts");
}

#[test]
fn repair_during_an_upgrade_leaves_a_sound_database() {
    let shell = Shell::new();
    let (old, db) = (shell.path("old.db"), shell.path("m.db"));
    old_database(&old, 4, 2_000);
    let mut random = random();
    for _ in 0..8 {
        fs::copy(&old, &db).unwrap();
        let repair = start(shell.command().args(["db", "repair"]));
        thread::sleep(Duration::from_millis(random.random_range(0..80)));
        let upgrade = start(shell.command().args(["timeline", "--limit", "1"]));
        repair.wait_with_output().unwrap();
        let upgrade = upgrade.wait_with_output().unwrap();
        assert!(upgrade.status.success(), "{}", String::from_utf8_lossy(&upgrade.stderr));
        let check = start(shell.command().args(["db", "check"])).wait_with_output().unwrap();
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    }
}

#[test]
fn repair_beside_downgrades_finds_no_damage() {
    let shell = Shell::new();
    let (whole, db) = (shell.path("whole.db"), shell.path("m.db"));
    old_database(&whole, newest(), 200);
    let mut random = random();
    for _ in 0..kills() / 4 {
        fs::copy(&whole, &db).unwrap();
        let downgrade = start(shell.command().args(["db", "downgrade", "--to", "9", "--yes"]));
        thread::sleep(Duration::from_millis(random.random_range(0..60)));
        let repair = start(shell.command().args(["db", "repair"]));
        let check = start(shell.command().args(["db", "check"]));
        for (name, child) in [("repair", repair), ("check", check), ("downgrade", downgrade)] {
            let output = child.wait_with_output().unwrap();
            let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            assert!(output.status.success() && !text.contains("damaged"), "{name}: {text}");
        }
        assert!(!shell.path("m.db.salvaged").exists());
    }
}
