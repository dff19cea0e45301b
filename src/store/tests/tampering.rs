//! Files that are removed, cut short, linked or given other tables while the database is open, and databases that
//! another person made.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::time::Duration;

use super::*;

fn truncate(path: &Path) {
    OpenOptions::new().write(true).open(path).unwrap().set_len(0).unwrap();
}

/// A database with a user, one post in its log, and the names of the three files.
fn with_a_post() -> (World, User, [PathBuf; 3]) {
    let mut world = world();
    let john = world.user("john");
    world.post(&john, "first", 10, None);
    let files = ["m.db", "m.db-wal", "m.db-shm"].map(|name| world.folder.path().join(name));
    (world, john, files)
}

fn try_post(world: &mut World, author: &User) -> Result<PostId> {
    let body = Body::written("next").unwrap();
    world.store.add_post(&NewPost { author: author.id, body, created_at: at(20), reply_to: None, source: None })
}

#[track_caller]
fn assert_refused(world: &mut World, author: &User, wanted: &str) {
    let write = try_post(world, author).unwrap_err();
    assert!(format!("{write:?}").contains(wanted), "{write:?}");
    let poll = world.store.data_version().unwrap_err();
    assert!(format!("{poll:?}").contains(wanted), "{poll:?}");
}

#[test]
#[cfg(unix)]
fn removed_log_refuses_writes() {
    let (mut world, john, [_, log, _]) = with_a_post();
    fs::remove_file(log).unwrap();
    assert_refused(&mut world, &john, "LogGone");
}

#[test]
fn truncated_log_refuses_writes() {
    let (mut world, john, [_, log, _]) = with_a_post();
    truncate(&log);
    assert_refused(&mut world, &john, "LogGone");
}

#[test]
fn truncated_database_refuses_writes() {
    let (mut world, john, [database, ..]) = with_a_post();
    truncate(&database);
    assert_refused(&mut world, &john, "FileGone");
}

#[test]
#[cfg(unix)]
fn truncated_log_index_is_mended() {
    let (mut world, john, [.., index]) = with_a_post();
    truncate(&index);
    world.store.data_version().unwrap();
    assert_eq!(world.bodies(&Timeline::All, &Window { limit: 10, ..Window::default() }), ["first"]);
    truncate(&index);
    try_post(&mut world, &john).unwrap();
    let (other, _) = Store::open(&world.path()).unwrap();
    assert_eq!(other.user("john").unwrap().posts, 2);
    truncate(&index);
    // Queries that are not preceded by a write or an idle look.
    world.store.mend_log_index();
    assert_eq!(world.store.user("john").unwrap().posts, 2);
    truncate(&index);
    world.store.last_write = Instant::now().checked_sub(Duration::from_secs(2));
    world.store.checkpoint_if_idle().unwrap();
    truncate(&index);
    // Drafts are saved by a write like any other.
    world.store.save_draft(DraftKey::first(john.id, Purpose::New), "draft", at(30)).unwrap();
}

#[test]
fn log_that_others_wrote_back_is_whole() {
    let (mut world, john, _) = with_a_post();
    let other = Connection::open(world.path()).unwrap();
    for _ in 0..3 {
        try_post(&mut world, &john).unwrap();
        let busy: i64 = other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
        assert_eq!(busy, 0);
        world.store.data_version().unwrap();
    }
    other.execute_batch("VACUUM").unwrap();
    try_post(&mut world, &john).unwrap();
}

#[test]
fn log_is_written_back_when_idle() {
    let (mut world, john, [database, log, _]) = with_a_post();
    let in_database = || {
        let copy = database.with_file_name("copy.db");
        fs::copy(&database, &copy).unwrap();
        let connection = Connection::open(copy).unwrap();
        connection.query_row("SELECT count(*) FROM post", [], |row| row.get::<_, i64>(0)).unwrap_or(0)
    };
    assert_eq!(in_database(), 0);
    world.store.checkpoint_if_idle().unwrap();
    assert_eq!(in_database(), 0, "the last write is younger than a second");
    world.store.last_write = Instant::now().checked_sub(Duration::from_secs(2));
    world.store.checkpoint_if_idle().unwrap();
    assert_eq!(in_database(), 1);
    // What is in the database is not lost with the log.
    truncate(&log);
    try_post(&mut world, &john).unwrap();
    assert_eq!(Store::open(&world.path()).unwrap().0.user("john").unwrap().posts, 2);
}

#[test]
#[cfg(unix)]
fn second_name_of_the_file_refuses_writes_and_opening() {
    let (mut world, john, [database, ..]) = with_a_post();
    let other = database.with_file_name("b.db");
    fs::hard_link(&database, &other).unwrap();
    assert_refused(&mut world, &john, "SeveralNames");
    for path in [&database, &other] {
        let refused = Store::open(path).unwrap_err();
        assert!(matches!(refused, StoreError::Database(DatabaseError::SeveralNames(_))), "{refused:?}");
    }
    fs::remove_file(other).unwrap();
    try_post(&mut world, &john).unwrap();
}

#[test]
fn trigger_that_another_process_adds_refuses_writes() {
    let (mut world, john, _) = with_a_post();
    let other = Connection::open(world.path()).unwrap();
    other.execute_batch("CREATE TRIGGER evil AFTER INSERT ON post BEGIN DELETE FROM user; END").unwrap();
    let refused = try_post(&mut world, &john).unwrap_err();
    assert!(matches!(refused, StoreError::Database(DatabaseError::UnexpectedSchema { .. })), "{refused:?}");
    assert!(world.store.user("john").is_ok());
    other.execute_batch("DROP TRIGGER evil").unwrap();
    try_post(&mut world, &john).unwrap();
}

const ENDLESS: &str = "WITH RECURSIVE c (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

/// Changes to a sound database that would hang, or do harm, as soon as a row is read or written.
fn hostile_changes() -> [String; 4] {
    [
        format!("ALTER TABLE user RENAME TO other; CREATE VIEW user AS SELECT * FROM other WHERE ({ENDLESS}) > 0"),
        format!("CREATE TRIGGER evil AFTER INSERT ON draft BEGIN SELECT ({ENDLESS}); END"),
        "CREATE TRIGGER evil AFTER INSERT ON post BEGIN DELETE FROM user; END".to_owned(),
        "ALTER TABLE user ADD COLUMN g TEXT AS (hex(zeroblob(50000000))) VIRTUAL".to_owned(),
    ]
}

#[test]
fn hostile_schema_is_refused_before_a_row_is_read() {
    for change in hostile_changes() {
        let (world, _, [database, ..]) = with_a_post();
        Connection::open(&database).unwrap().execute_batch(&change).unwrap();
        drop(world.store);
        let path = &database;
        let refusals = [
            Store::open(path).map(drop),
            Store::open_read_only(path).map(drop),
            Database::open(path).map(drop),
            Database::open_read_only(path).map(drop),
            Database::restore(path, &path.with_file_name("new.db"), &mut |_| {}).map(drop),
        ];
        for refused in refusals {
            let unexpected = matches!(&refused, Err(StoreError::Database(DatabaseError::UnexpectedSchema { .. })));
            assert!(unexpected, "{change}: {refused:?}");
        }
        let mut checked = Database::open_to_repair(path).unwrap();
        assert!(!checked.check(&mut |_| {}).unwrap().is_empty(), "{change}");
        drop(checked);
        let to = path.with_file_name("saved.db");
        Database::salvage(path, &to, &mut |_| {}).unwrap();
        assert_eq!(Store::open(&to).unwrap().0.post(PostId(1)).unwrap().body.as_str(), "first", "{change}");
    }
}

#[test]
fn hostile_trigger_is_removed_by_repair() {
    let (world, _, [database, ..]) = with_a_post();
    Connection::open(&database).unwrap().execute_batch(&hostile_changes()[1]).unwrap();
    drop(world.store);
    let repaired = Database::open_to_repair(&database).unwrap().rebuild(&mut |_| {}).unwrap().unwrap();
    assert_eq!(repaired[0].description, "the trigger evil should not be there");
    assert_eq!(Store::open(&database).unwrap().0.user("john").unwrap().posts, 1);
}

#[test]
fn invalid_values_are_named_by_row_and_mended() {
    let (mut world, john, [database, ..]) = with_a_post();
    let susan = world.user("susan");
    world.post(&susan, "second", 20, None);
    let path = "../victim/authorized_keys";
    let connection = Connection::open(&database).unwrap();
    connection.execute_batch("PRAGMA ignore_check_constraints = ON").unwrap();
    connection
        .execute_batch(&format!(
            "UPDATE user SET nickname = '{path}', nickname_key = '{path}' WHERE nickname = 'susan';
             UPDATE user SET email = 'none', email_key = 'none', last_seen = 9223372036854775807 WHERE nickname = 'john';
             UPDATE post SET edits = -3 WHERE id = 1;
             INSERT INTO filter VALUES (1, 'x', CAST(x'ff41' AS TEXT), 0, NULL)"
        ))
        .unwrap();
    connection.execute("UPDATE post SET body = CAST(x'ff80fe41c328' AS TEXT) WHERE id = 2", []).unwrap();
    drop((connection, world.store));
    let store = Store::open(&database).unwrap().0;
    for error in [store.post(PostId(1)).unwrap_err(), store.post(PostId(2)).unwrap_err()] {
        assert!(matches!(error, StoreError::Database(DatabaseError::InvalidValue(_))), "{error:?}");
    }
    drop(store);
    let mut found = Database::open_to_repair(&database).unwrap();
    let described: Vec<_> = found.check(&mut |_| {}).unwrap().into_iter().map(|problem| problem.description).collect();
    for wanted in [
        "filter.phrase is not valid in 1 row, first in row 1, \"x\": \"\u{fffd}A\"",
        "user.nickname is not valid in 1 row, first in row 2: \"../victim/authorized_keys\"",
        "user.email is not valid in 1 row, first in row 1: \"none\"",
        "user.last_seen is not valid in 1 row, first in row 1: 9223372036854775807",
        "post.edits is not valid in 1 row, first in row 1: -3",
    ] {
        assert!(described.iter().any(|line| line == wanted), "{wanted}: {described:?}");
    }
    assert!(described.iter().any(|line| line.starts_with("post.body is not valid in 1 row, first in row 2")));
    found.rebuild(&mut |_| {}).unwrap().unwrap();
    assert_eq!(found.check(&mut |_| {}).unwrap(), []);
    drop(found);
    let store = Store::open(&database).unwrap().0;
    assert_eq!(store.user_by_id(susan.id).unwrap().nickname.as_str(), ".._victim_authorized_keys");
    assert_eq!(store.user_by_id(john.id).unwrap().email, None);
    assert_eq!(store.post(PostId(2)).unwrap().body.as_str(), "\u{fffd}\u{fffd}\u{fffd}A\u{fffd}(");
    assert_eq!(store.filters(john.id).unwrap()[0].phrase.as_str(), "\u{fffd}A");
}

#[test]
fn newer_database_with_a_view_for_a_table_is_not_readable() {
    let (world, _, [database, ..]) = with_a_post();
    let change = format!("{}; PRAGMA user_version = 99", hostile_changes()[0]);
    Connection::open(&database).unwrap().execute_batch(&change).unwrap();
    drop(world.store);
    let refused = Store::open_read_only(&database).unwrap_err();
    assert!(matches!(refused, StoreError::Database(DatabaseError::Newer { readable: false, .. })), "{refused:?}");
}

#[test]
fn backup_with_problems_is_not_restored() {
    let (world, _, [database, ..]) = with_a_post();
    Connection::open(&database).unwrap().execute_batch("UPDATE user SET posts = 7").unwrap();
    drop(world.store);
    let to = database.with_file_name("new.db");
    let refused = Database::restore(&database, &to, &mut |_| {}).unwrap_err();
    assert!(matches!(refused, StoreError::Database(DatabaseError::UnsoundBackup { .. })), "{refused:?}");
    assert!(!to.exists());
}

#[test]
fn repair_finds_tags_and_words_of_posts_stored_under_earlier_rules() {
    let (mut world, john, [database, ..]) = with_a_post();
    world.post(&john, "ไปโรงเรียนกัน #می‌خواهم @john", 20, None);
    let connection = Connection::open(&database).unwrap();
    let state = |connection: &Connection| -> (String, i64, i64) {
        let sql = "SELECT marks, (SELECT count(*) FROM tagged), (SELECT count(*) FROM mention) FROM post ORDER BY id DESC LIMIT 1";
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
    };
    let before = state(&connection);
    connection.execute_batch("UPDATE post SET marks = 'x'; DELETE FROM tagged").unwrap();
    drop((connection, world.store));
    Database::open_to_repair(&database).unwrap().rebuild(&mut |_| {}).unwrap().unwrap();
    let store = Store::open(&database).unwrap().0;
    assert_eq!(state(&store.connection), before);
    assert!(before.1 == 1 && before.2 == 1, "{before:?}");
}
