//! Copies of the whole file.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use super::*;
use crate::store::backup::{Verify, copy_to};

#[test]
fn unsound_copy_is_refused_and_removed() {
    let mut world = world();
    let john = world.user("john");
    world.post(&john, "one", 10, None);
    let to = world.folder.path().join("copy.db");
    let connection = &world.store.connection;
    // Swaps two indexes: every row is there, and no page is damaged.
    let swap = "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema
             WHERE name IN ('post_source', 'post_author_created_at')) - rootpage
             WHERE name IN ('post_source', 'post_author_created_at');
         PRAGMA writable_schema = RESET;";
    connection::without_defense(connection, || Ok(connection.execute_batch(swap)?)).unwrap();
    assert!(matches!(
        copy_to(connection, &to, Verify::Sound, &mut |_| {}),
        Err(StoreError::Database(DatabaseError::CopyDiffers))
    ));
    let left: Vec<_> = fs::read_dir(world.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("m.db")), "{left:?}");
    let problems = Database::open_to_repair(&world.path()).unwrap().check_quickly().unwrap();
    let described: Vec<&str> = problems.iter().map(|problem| problem.description.as_str()).collect();
    assert_eq!(described, ["the index post_author_created_at is damaged", "the index post_source is damaged"]);
    // A database that fails the thorough check can still be copied before it is migrated.
    copy_to(connection, &to, Verify::Complete, &mut |_| {}).unwrap();
    assert!(matches!(
        copy_to(connection, &to, Verify::Complete, &mut |_| {}),
        Err(StoreError::Database(DatabaseError::Exists(_)))
    ));
}

#[test]
fn copy_reports_progress_and_row_counts() {
    let mut world = world();
    let john = world.user("john");
    (1..=3).for_each(|time| _ = world.post(&john, "one", time, None));
    let mut steps = Vec::new();
    let to = world.folder.path().join("copy.db");
    let counts = copy_to(&world.store.connection, &to, Verify::Sound, &mut |step| steps.push(step)).unwrap();
    let count = |table: &str| counts.iter().find(|(name, _)| name == table).map(|(_, rows)| *rows);
    assert_eq!(["user", "post", "follow"].map(count), [Some(1), Some(3), Some(0)]);
    let all: i64 = world.store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let all = all.unsigned_abs();
    let done: Vec<u64> = steps
        .iter()
        .filter_map(|step| {
            if let Step::Copying { done, total } = step {
                assert_eq!(*total, all);
                Some(*done)
            } else {
                None
            }
        })
        .collect();
    assert!(done.is_sorted() && done.iter().all(|done| (1..=all).contains(done)), "{done:?} of {all}");
    assert_eq!((done.first(), steps.last()), (Some(&1), Some(&Step::Checking)));
}

#[test]
fn abandoned_copies_are_removed_after_an_hour() {
    let world = world();
    let hours = |hours: u64| SystemTime::now() - Duration::from_secs(hours * 3600 + 60);
    let path = |name: &str| world.folder.path().join(name);
    for (name, age) in [
        (".microblog-a.tmp", 1),
        (".microblog-b.tmp-wal", 2),
        (".microblog-c.tmp", 0),
        (".microblog-d", 2),
        ("e.tmp", 2),
    ] {
        File::create(path(name)).unwrap().set_modified(hours(age)).unwrap();
    }
    fs::create_dir(path(".microblog-f.tmp")).unwrap();
    File::create(path(".microblog-f.tmp").join("g")).unwrap();
    File::open(path(".microblog-f.tmp")).unwrap().set_modified(hours(1)).unwrap();
    copy_to(&world.store.connection, &path("copy.db"), Verify::Complete, &mut |_| {}).unwrap();
    let left =
        [".microblog-a.tmp", ".microblog-b.tmp-wal", ".microblog-c.tmp", ".microblog-d", "e.tmp", ".microblog-f.tmp"]
            .map(|name| path(name).exists());
    assert_eq!(left, [false, false, true, true, true, false]);
}
