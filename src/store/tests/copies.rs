//! Copies of the whole file.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use super::*;
use crate::store::copy::{Proof, copy};

#[test]
fn a_copy_that_is_not_sound_is_none_and_leaves_nothing() {
    let mut world = world();
    let john = world.user("john");
    world.post(&john, "one", 10, None);
    let to = world.folder.path().join("copy.db");
    let connection = &world.store.connection;
    // Two indexes change places: every row is there, and no page can be said to be damaged.
    connection
        .execute_batch(
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema
                 WHERE name IN ('post_source', 'post_author_created_at')) - rootpage
                 WHERE name IN ('post_source', 'post_author_created_at');
             PRAGMA writable_schema = RESET;",
        )
        .unwrap();
    assert!(matches!(
        copy(connection, &to, Proof::Sound, &mut |_| {}),
        Err(StoreError::Database(DatabaseError::CopyDiffers))
    ));
    let left: Vec<_> = fs::read_dir(world.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("m.db")), "{left:?}");
    // What cannot be proven whole can still be kept as it is, before it is changed.
    copy(connection, &to, Proof::Whole, &mut |_| {}).unwrap();
    assert!(matches!(
        copy(connection, &to, Proof::Whole, &mut |_| {}),
        Err(StoreError::Database(DatabaseError::Exists(_)))
    ));
}

#[test]
fn a_copy_tells_how_far_it_is_and_how_many_rows_it_has() {
    let mut world = world();
    let john = world.user("john");
    (1..=3).for_each(|time| _ = world.post(&john, "one", time, None));
    let mut steps = Vec::new();
    let to = world.folder.path().join("copy.db");
    let counts = copy(&world.store.connection, &to, Proof::Sound, &mut |step| steps.push(step)).unwrap();
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
fn what_a_killed_copy_left_is_swept_away_after_an_hour() {
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
    copy(&world.store.connection, &path("copy.db"), Proof::Whole, &mut |_| {}).unwrap();
    let left =
        [".microblog-a.tmp", ".microblog-b.tmp-wal", ".microblog-c.tmp", ".microblog-d", "e.tmp", ".microblog-f.tmp"]
            .map(|name| path(name).exists());
    assert_eq!(left, [false, false, true, true, true, false]);
}
