use std::path::PathBuf;

use rusqlite::Connection;

use super::*;
use crate::model::{
    AboutMe, Body, DisplayName, Email, ImportItem, NewPost, NewUser, Nickname, OpenDraft, PageStart, Panes, Post,
    PostDetails, PostId, Purpose, Skipped, ThreadNode, Timeline, Timestamp, User, UserId, UserKind,
};

struct World {
    store: Store,
    folder: tempfile::TempDir,
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let (store, opened) = Store::open(&folder.path().join("m.db")).unwrap();
    assert_eq!(opened, Opened { created: true, upgraded: None, log_ignored: false });
    World { store, folder }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

/// Marks everything in a timeline up to a key as read that has arrived.
fn read_up_to(store: &mut Store, user: UserId, timeline: &Timeline, up_to: Timestamp) -> Result<()> {
    let arrived = store.last_arrival()?;
    store.mark_read(user, timeline, (Timestamp::MIN, up_to), arrived, Timestamp::MAX)
}

impl World {
    fn user(&mut self, name: &str) -> User {
        self.store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), at(1)).unwrap()
    }

    fn post(&mut self, author: &User, body: &str, time: i64, reply_to: Option<PostId>) -> PostId {
        let body = Body::written(body).unwrap();
        let post = NewPost { author: author.id, body, created_at: at(time), reply_to, source: None };
        self.store.add_post(&post).unwrap()
    }

    /// Imports items, or nothing if one of them fails.
    fn try_import(
        &mut self,
        options: &ImportOptions,
        items: Vec<ImportItem>,
        skip: &mut dyn FnMut(Skipped),
    ) -> Result<ImportStats> {
        let mut import = self.store.begin_import(options, skip)?;
        for item in items {
            import.add(item)?;
        }
        import.commit()
    }

    fn bodies(&self, timeline: &Timeline, window: &Window) -> Vec<String> {
        self.store.timeline(timeline, window).unwrap().into_iter().map(|p| p.body.to_string()).collect()
    }

    fn post_by_remote_id(&self, remote_id: &str) -> Option<PostId> {
        remote::post_by_remote_id(&self.store.connection, remote_id).unwrap()
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("m.db")
    }
}

#[test]
fn older_database_is_upgraded_with_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    {
        let mut connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "application_id", 0x6d62_6c67).unwrap();
        migrate::build(&mut connection, 2).unwrap();
        connection
            .execute_batch(
                "INSERT INTO user (nickname, nickname_key) VALUES ('John', 'john');
                 INSERT INTO post (author, body, created_at) VALUES (1, 'my first post!', 5), (1, 'second', 6);",
            )
            .unwrap();
    }
    let (store, opened) = Store::open(&path).unwrap();
    let copy = std::fs::canonicalize(folder.path()).unwrap().join("m.db.v2.bak");
    assert_eq!(opened.upgraded, Some(Migrated { from: 2, to: migrate::newest(), copy: Some(copy) }));
    let john = store.user("john").unwrap();
    assert_eq!((john.posts, john.created_at), (2, None));
    let (_, again) = Store::open(&path).unwrap();
    assert_eq!(again, Opened { created: false, upgraded: None, log_ignored: false });
}

#[test]
fn concurrent_opens_migrate_an_old_database_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let upgrades = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| Store::open(&path).map(|(_, opened)| opened))).collect();
        openers.into_iter().map(|opener| opener.join().unwrap().unwrap()).filter(|opened| opened.created).count()
    });
    assert!(upgrades >= 1);
    let (store, _) = Store::open(&path).unwrap();
    assert_eq!(store.version().unwrap(), migrate::newest());
}

#[test]
fn the_connection_keeps_its_promises() {
    let world = world();
    let pragma = |name: &str| -> String {
        let sql = format!("PRAGMA {name}");
        world
            .store
            .connection
            .query_row(&sql, [], |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|v| format!("{v:?}"))
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("synchronous"), "Integer(2)");
    assert_eq!(pragma("foreign_keys"), "Integer(1)");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["m.db", "m.db-wal", "m.db-shm"] {
            let mode = std::fs::metadata(world.folder.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

#[test]
fn foreign_files_are_refused_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("text"), "hello").unwrap();
    std::fs::write(path("long"), "hello ".repeat(1000)).unwrap();
    Connection::open(path("other")).unwrap().execute_batch("CREATE TABLE t (a); PRAGMA user_version = 1").unwrap();
    let refused = |name: &str| {
        let before = std::fs::read(path(name)).ok();
        let error = Store::open(&path(name)).unwrap_err();
        assert_eq!(std::fs::read(path(name)).ok(), before);
        error
    };
    assert!(matches!(refused("text"), StoreError::Database(DatabaseError::NotADatabase(_))));
    assert!(matches!(refused("long"), StoreError::Database(DatabaseError::NotADatabase(_))));
    assert!(matches!(refused("other"), StoreError::Database(DatabaseError::OtherProgram(_))));
    assert!(matches!(refused("."), StoreError::Database(DatabaseError::Directory(_))));
    assert!(matches!(refused("missing/m.db"), StoreError::Database(DatabaseError::CannotOpen { .. })));
    drop(Store::open(&path("newer")).unwrap());
    Connection::open(path("newer")).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(
        matches!(refused("newer"), StoreError::Database(DatabaseError::Newer { found: 99, known, .. }) if known == migrate::newest())
    );
    std::fs::write(path("empty"), "").unwrap();
    assert!(Store::open(&path("empty")).unwrap().1.created);
    assert!(Store::open(&path("odd ?#%.db")).unwrap().1.created);
}

#[test]
fn nicknames_and_emails_are_unique_ignoring_case() {
    let mut world = world();
    world.user("Ärger");
    let again = NewUser::named(Nickname::parse("äRGER").unwrap());
    assert!(matches!(world.store.add_user(&again, at(2)), Err(StoreError::NicknameTaken(_))));
    let mut susan = NewUser::named(Nickname::parse("susan").unwrap());
    susan.email = Some(Email::parse("É@example.com").unwrap());
    world.store.add_user(&susan, at(2)).unwrap();
    susan.nickname = Nickname::parse("other").unwrap();
    susan.email = Some(Email::parse("é@Example.com").unwrap());
    assert!(matches!(world.store.add_user(&susan, at(2)), Err(StoreError::EmailTaken(_))));
    assert_eq!(world.store.user("@SUSAN").unwrap().nickname.as_str(), "susan");
    let Err(StoreError::UnknownUser { nearest, .. }) = world.store.user("suzan") else { panic!("found suzan") };
    assert_eq!(nearest.as_deref(), Some("susan"));
}

#[test]
fn user_round_trips_with_every_profile_field() {
    let mut world = world();
    let all = NewUser {
        email: Email::parse("Susan@example.com").ok(),
        display_name: DisplayName::parse("Susan S.").unwrap(),
        about_me: AboutMe::parse("about me").unwrap(),
        ..NewUser::named(Nickname::parse("Susan").unwrap())
    };
    let added = world.store.add_user(&all, at(7)).unwrap();
    let read = world.store.user("susan").unwrap();
    assert_eq!(read, added);
    assert_eq!((read.email, read.display_name, read.about_me), (all.email, all.display_name, all.about_me));
    assert_eq!((read.created_at, read.last_seen, read.posts), (Some(at(7)), None, 0));
    assert_eq!((read.kind, read.url), (UserKind::Local, None));
}

#[test]
fn users_are_listed_in_every_order_and_beside_each_other() {
    let mut world = world();
    let [dan, bo, cy, ada] = ["dan", "Bo", "cy", "ada"].map(|name| world.user(name));
    world.post(&cy, "post", 1, None);
    world.store.set_active_user(ada.id, at(20)).unwrap();
    world.store.set_active_user(bo.id, at(10)).unwrap();
    let names = |users: Vec<User>| users.iter().map(|user| user.nickname.as_str().to_owned()).collect::<Vec<_>>();
    for (order, wanted) in [
        (UserOrder::Nickname, ["ada", "Bo", "cy", "dan"]),
        (UserOrder::Recent, ["cy", "ada", "Bo", "dan"]),
        (UserOrder::Posts, ["cy", "ada", "Bo", "dan"]),
    ] {
        let mut found = names(world.store.users(order, false).unwrap());
        assert_eq!(found, wanted, "{order:?}");
        found.reverse();
        assert_eq!(names(world.store.users(order, true).unwrap()), found, "{order:?}");
    }
    let beside = |user: &User, most| names(world.store.users_beside(user.id, most).unwrap());
    assert_eq!(beside(&cy, 1), ["Bo", "cy", "dan"]);
    assert_eq!(beside(&dan, 2), ["Bo", "cy", "dan"]);
    assert_eq!(
        (beside(&bo, 0), beside(&ada, 9)),
        (vec!["Bo".to_owned()], vec!["ada".to_owned(), "Bo".to_owned(), "cy".to_owned(), "dan".to_owned()])
    );
}

#[test]
fn schema_refuses_values_that_the_types_exclude() {
    let world = world();
    let refused = |sql: &str| world.store.connection.execute_batch(sql).is_err();
    assert!(refused("INSERT INTO user (nickname, nickname_key) VALUES ('', '')"));
    assert!(refused("INSERT INTO user (nickname, nickname_key) VALUES (printf('%065d', 1), 'x')"));
    assert!(refused("INSERT INTO user (nickname, nickname_key) VALUES ('a' || char(27), 'x')"));
    assert!(refused("INSERT INTO user (nickname, nickname_key, email, email_key) VALUES ('a', 'a', 'ab', 'ab')"));
    assert!(!refused("INSERT INTO user (nickname, nickname_key, email, email_key) VALUES ('a', 'a', 'a@b', 'a@b')"));
    for body in ["''", "'  '", "char(10)", "'a' || char(27)", "'a' || char(155)", "'a' || char(9)"] {
        assert!(refused(&format!("INSERT INTO post (author, body, created_at) VALUES (1, {body}, 1)")), "{body}");
    }
    assert!(!refused("INSERT INTO post (author, body, created_at) VALUES (1, 'a' || char(10) || 'b', 1)"));
    assert!(!refused("INSERT INTO post (author, body, created_at, source) VALUES (1, char(27), 2, 'x')"));
}

#[test]
fn first_user_is_active_until_another_is() {
    let mut world = world();
    assert_eq!(world.store.active_user().unwrap(), None);
    let john = world.user("john");
    let susan = world.user("susan");
    assert_eq!(world.store.active_user().unwrap().map(|u| u.id), Some(john.id));
    world.store.set_active_user(susan.id, at(9)).unwrap();
    assert_eq!(world.store.active_user().unwrap().and_then(|u| u.last_seen), Some(at(9)));
    world.store.delete_user(susan.id).unwrap();
    assert_eq!(world.store.active_user().unwrap(), None);
    assert!(matches!(world.store.set_active_user(susan.id, at(9)), Err(StoreError::UserDeleted)));
}

#[test]
fn timestamps_are_unique_and_ids_never_reused() {
    let mut world = world();
    let john = world.user("john");
    let ids: Vec<PostId> = (0..3).map(|_| world.post(&john, "same moment", 7, None)).collect();
    let times: Vec<i64> = ids.iter().map(|id| world.store.post(*id).unwrap().created_at.micros()).collect();
    assert_eq!(times, [7, 8, 9]);
    world.store.delete_posts(john.id, &[ids[2]], at(30)).unwrap();
    assert_eq!(world.post(&john, "next", 20, None), PostId(4));
    assert_eq!(world.store.user("john").unwrap().posts, 3);
}

#[test]
fn timelines_are_read_by_key_both_ways() {
    let mut world = world();
    let (john, susan) = (world.user("john"), world.user("susan"));
    for n in 1..=5 {
        world.post(if n % 2 == 0 { &susan } else { &john }, &format!("{n}"), n * 10, None);
    }
    let all = Timeline::All;
    let window = Window { limit: 10, ..Window::default() };
    assert_eq!(world.bodies(&all, &window), ["5", "4", "3", "2", "1"]);
    assert_eq!(world.bodies(&all, &Window { reverse: true, limit: 2, ..window }), ["1", "2"]);
    assert_eq!(world.bodies(&all, &Window { since: Some(at(20)), until: Some(at(40)), ..window }), ["3", "2"]);
    assert_eq!(world.bodies(&all, &Window { until: Some(at(30)), ..window }), ["2", "1"]);
    let susans = Timeline::User(susan.id, susan.nickname.clone());
    assert_eq!(world.bodies(&susans, &window), ["4", "2"]);
    let numbers = |place, limit| -> Vec<String> {
        world
            .store
            .timeline_page(&all, Viewer::default(), place, limit)
            .unwrap()
            .into_iter()
            .map(|p| p.body.to_string())
            .collect()
    };
    assert_eq!(numbers(PageStart::Newest, 2), ["5", "4"]);
    assert_eq!(numbers(PageStart::Before(at(40)), 2), ["3", "2"]);
    assert_eq!(numbers(PageStart::After(at(20)), 2), ["4", "3"]);
    assert_eq!(numbers(PageStart::Oldest, 2), ["2", "1"]);
    assert_eq!(world.store.count_after(&all, Viewer::default(), at(20), 10).unwrap(), 3);
    assert_eq!(world.store.count_after(&susans, Viewer::default(), at(20), 10).unwrap(), 1);
    let nobody = world.user("nobody");
    assert!(world.bodies(&Timeline::User(nobody.id, nobody.nickname), &window).is_empty());
}

#[test]
fn pages_walk_an_index_and_never_sort() {
    let mut world = world();
    let john = world.user("john");
    for timeline in [Timeline::All, Timeline::User(john.id, john.nickname)] {
        for oldest_first in [false, true] {
            let sql = format!(
                "EXPLAIN QUERY PLAN {}",
                timeline_query::sql(
                    &timeline,
                    timeline_query::ScanOptions { oldest_first, ..timeline_query::ScanOptions::default() }
                )
            );
            let mut statement = world.store.connection.prepare(&sql).unwrap();
            let mut rows = statement.raw_query();
            let mut plan: Vec<String> = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                plan.push(row.get(3).unwrap());
            }
            let plan = plan.join("\n");
            assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}

#[test]
fn thread_is_its_root_and_all_replies() {
    let mut world = world();
    let john = world.user("john");
    let root = world.post(&john, "root", 1, None);
    let a = world.post(&john, "a", 2, Some(root));
    let b = world.post(&john, "b", 3, Some(root));
    let aa = world.post(&john, "aa", 4, Some(a));
    let shape = |thread: &[ThreadNode]| -> Vec<(usize, String)> {
        let text = |post: &Post| post.body.as_str().to_owned();
        thread.iter().map(|t| (t.depth, t.post.as_ref().map_or_else(|| format!("({})", t.id), text))).collect()
    };
    let whole = [(0, "root"), (1, "a"), (2, "aa"), (1, "b")].map(|(depth, text)| (depth, text.to_owned()));
    for id in [root, a, b, aa] {
        assert_eq!(shape(&world.store.thread(id).unwrap()), whole);
    }
    assert_eq!(world.store.post(root).unwrap().replies, 2);
    world.store.delete_posts(john.id, &[a, b], at(9)).unwrap();
    // Where one was that is answered shows, and where one was that is not does not.
    let left = [(0, "root"), (1, "(2)"), (2, "aa")].map(|(depth, text)| (depth, text.to_owned()));
    for id in [root, aa] {
        assert_eq!(shape(&world.store.thread(id).unwrap()), left);
    }
    world.store.restore_posts(john.id, &[b]).unwrap();
    let order = [(0, "root"), (1, "(2)"), (2, "aa"), (1, "b")].map(|(depth, text)| (depth, text.to_owned()));
    assert_eq!(shape(&world.store.thread(root).unwrap()), order);
    world.store.delete_posts(john.id, &[b], at(9)).unwrap();
    world.store.purge_posts(&[a, b]).unwrap();
    let left = [(0, "(2)"), (1, "aa")].map(|(depth, text)| (depth, text.to_owned()));
    assert_eq!(shape(&world.store.thread(aa).unwrap()), left);
    assert_eq!(shape(&world.store.thread(root).unwrap()), [(0, "root".to_owned())]);
}

#[test]
fn deleted_reply_with_replies_keeps_a_placeholder() {
    let mut world = world();
    let john = world.user("john");
    let root = world.post(&john, "root", 1, None);
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|body| world.post(&john, body, 2, Some(root)));
    world.post(&john, "bb", 9, Some(b));
    let shape = |world: &World| -> Vec<String> {
        let text = |place: &ThreadNode| place.post.as_ref().map_or("-".to_owned(), |post| post.body.to_string());
        world.store.thread(root).unwrap().iter().map(|place| format!("{}{}", place.depth, text(place))).collect()
    };
    assert_eq!(shape(&world), ["0root", "1a", "1b", "2bb", "1c", "1d"]);
    world.store.delete_posts(john.id, &[b, c], at(10)).unwrap();
    assert_eq!(shape(&world), ["0root", "1a", "1-", "2bb", "1d"]);
    world.store.delete_posts(john.id, &[a, d], at(10)).unwrap();
    assert_eq!(shape(&world), ["0root", "1-", "2bb"]);
}

#[test]
fn deletion_is_all_or_nothing_and_only_of_own_posts() {
    let mut world = world();
    let (john, susan) = (world.user("john"), world.user("susan"));
    let (mine, hers) = (world.post(&john, "mine", 1, None), world.post(&susan, "hers", 2, None));
    assert!(matches!(world.store.delete_posts(john.id, &[mine, hers], at(9)), Err(StoreError::NotAuthor { .. })));
    assert!(matches!(world.store.delete_posts(john.id, &[mine, PostId(99)], at(9)), Err(StoreError::UnknownPost(_))));
    world.store.delete_posts(susan.id, &[hers], at(9)).unwrap();
    assert!(matches!(world.store.restore_posts(john.id, &[hers]), Err(StoreError::NotAuthor { .. })));
    assert!(world.store.post(hers).is_err());
    assert!(world.store.post(mine).is_ok());
    assert_eq!(world.store.delete_user(john.id).unwrap(), 1);
    assert!(matches!(world.store.post(mine), Err(StoreError::UnknownPost(_))));
}

#[test]
fn draft_is_kept_until_its_post_is_added() {
    let mut world = world();
    let john = world.user("john");
    let draft = DraftKey::first(john.id, Purpose::New);
    let open = OpenDraft { slot: 0, saved: "half a tho".to_owned(), ..OpenDraft::default() };
    world.store.save_draft(draft, "half a tho", at(1)).unwrap();
    assert_eq!(world.store.draft(draft).unwrap(), "half a tho");
    let body = Body::written("half a thought").unwrap();
    let mut post = NewPost { author: john.id, body, created_at: at(1), reply_to: Some(PostId(5)), source: None };
    assert!(world.store.add_post_from_draft(&post, &open).is_err());
    assert_eq!(world.store.draft(draft).unwrap(), "half a tho");
    post.reply_to = None;
    world.store.add_post_from_draft(&post, &open).unwrap();
    assert_eq!(world.store.draft(draft).unwrap(), "");
}

#[test]
fn bulk_work_is_one_transaction_and_knows_what_came_before() {
    let mut world = world();
    let new = NewUser::named(Nickname::parse("feed").unwrap());
    let bring = |store: &mut Store, fail: bool| {
        store.bulk(|bulk| {
            let (author, _) = bulk.find_or_add_user(&new, at(1))?;
            let mut added = 0;
            for n in 0..3 {
                let body = Body::imported("same second").unwrap();
                let source = Some(format!("twtxt:{n}"));
                added += usize::from(
                    bulk.add_post(&NewPost { author, body, created_at: at(5), reply_to: None, source })?.is_some(),
                );
            }
            if fail { Err(StoreError::Database(DatabaseError::DiskFull)) } else { Ok(added) }
        })
    };
    assert!(bring(&mut world.store, true).is_err());
    assert!(world.store.user("feed").is_err());
    assert_eq!(bring(&mut world.store, false).unwrap(), 3);
    assert_eq!(bring(&mut world.store, false).unwrap(), 0);
}

#[test]
fn only_writes_by_others_change_the_data_version() {
    let mut world = world();
    let before = world.store.data_version().unwrap();
    world.user("john");
    assert_eq!(world.store.data_version().unwrap(), before);
    let (mut other, _) = Store::open(&world.path()).unwrap();
    other.add_user(&NewUser::named(Nickname::parse("susan").unwrap()), at(1)).unwrap();
    assert_ne!(world.store.data_version().unwrap(), before);
}

mod accounts;
mod backups;
mod bulk_steps;
mod bystanders;
mod changes;
mod drafts;
mod dump;
mod import;
mod linear;
mod migrations;
mod model;
mod outbox;
mod people;
mod plans;
mod query_steps;
mod reading;
mod search;
mod stats;
mod subscriptions;
mod tampering;
mod timelines;
mod votes;
