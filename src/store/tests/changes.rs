//! Reactions, edits, deleting and bringing back, and migrations that keep rows.

use super::*;

/// What the two search indexes and the counters say of themselves.
pub(super) fn sound(world: &World) {
    for sql in [
        "INSERT INTO post_search (post_search, rank) VALUES ('integrity-check', 1)",
        "INSERT INTO post_part (post_part, rank) VALUES ('integrity-check', 1)",
    ] {
        world.store.connection.execute_batch(sql).unwrap();
    }
    let wrong: i64 = world
        .store
        .connection
        .query_row(
            "SELECT (SELECT count(*) FROM post p WHERE likes <> (SELECT count(*) FROM liked WHERE post_created_at = p.created_at)
                 OR boosts <> (SELECT count(*) FROM post b WHERE b.boost_of = p.id)
                 OR replies <> (SELECT count(*) FROM post r WHERE r.reply_to = p.id))
             + (SELECT count(*) FROM user u WHERE posts <> (
                 SELECT count(*) FROM post WHERE author = u.id AND boost_of IS NULL))
             + (SELECT count(*) FROM tag t WHERE uses <> (SELECT count(*) FROM tagged WHERE tag = t.id))",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(wrong, 0);
}

fn rows(world: &World, table: &str) -> i64 {
    world.store.connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

/// Returns the number of notifications of a post's author, and of boosts of the post.
fn boosts(world: &World, author: &User, id: PostId) -> (usize, u64) {
    sound(world);
    let notifications = world.store.notifications(author.id, None, 9).unwrap();
    (notifications.len(), world.store.post(id).map_or(0, |post| post.boosts))
}

/// Unboosts a post; returns the ids of the boosts.
fn unboost(world: &mut World, user: &User, id: PostId, time: i64) -> Vec<PostId> {
    let boosts = world.store.unboost(user.id, &[id], at(time)).unwrap();
    boosts.into_iter().map(|(_, boost)| boost).collect()
}

#[test]
fn boost_is_restored_once_and_with_its_post() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let id = world.post(&john, "boosted", 10, None);
    let unboost = |world: &mut World, time| unboost(world, &susan, id, time);
    world.store.boost(susan.id, &[id], at(20)).unwrap();
    let first = unboost(&mut world, 30);
    assert_eq!(boosts(&world, &john, id), (0, 0));
    world.store.restore_posts(susan.id, &first).unwrap();
    assert_eq!(boosts(&world, &john, id), (1, 1));
    // Deleted by its number, it is taken back as well.
    world.store.delete_posts(susan.id, &first, at(40)).unwrap();
    assert_eq!(boosts(&world, &john, id), (0, 0));
    world.store.boost(susan.id, &[id], at(50)).unwrap();
    world.store.restore_posts(susan.id, &first).unwrap();
    assert_eq!(boosts(&world, &john, id), (1, 1));
    // While the post is gone, there is nothing to see of its boost.
    let second = unboost(&mut world, 60);
    world.store.delete_posts(john.id, &[id], at(70)).unwrap();
    world.store.restore_posts(susan.id, &second).unwrap();
    assert_eq!(boosts(&world, &john, id), (0, 0));
    world.store.restore_posts(john.id, &[id]).unwrap();
    assert_eq!(boosts(&world, &john, id), (1, 1));
    let third = unboost(&mut world, 80);
    world.store.delete_posts(john.id, &[id], at(90)).unwrap();
    world.store.purge_posts(&[id]).unwrap();
    assert!(matches!(world.store.restore_posts(susan.id, &third), Err(StoreError::PostPurged(gone)) if gone == id));
}

#[test]
fn boosts_of_others_are_no_reason_to_leave_ones_own_away() {
    let mut world = world();
    let [john, susan, mary] = ["john", "susan", "mary"].map(|name| world.user(name));
    let id = world.post(&john, "boosted", 10, None);
    world.store.boost(susan.id, &[id], at(20)).unwrap();
    let taken = unboost(&mut world, &susan, id, 30);
    world.store.boost(mary.id, &[id], at(40)).unwrap();
    world.store.restore_posts(susan.id, &taken).unwrap();
    assert_eq!(boosts(&world, &john, id), (2, 2));
    // And while all of them are away with the post.
    let taken = unboost(&mut world, &susan, id, 50);
    world.store.delete_posts(john.id, &[id], at(60)).unwrap();
    world.store.restore_posts(susan.id, &taken).unwrap();
    world.store.restore_posts(john.id, &[id]).unwrap();
    assert_eq!(boosts(&world, &john, id), (2, 2));
}

#[test]
fn post_and_own_boost_are_deleted_and_restored_together() {
    for order in [[0, 1], [1, 0]] {
        let mut world = world();
        let john = world.user("john");
        let id = world.post(&john, "mine", 10, None);
        world.store.boost(john.id, &[id], at(20)).unwrap();
        let ids = order.map(|at| [id, PostId(id.0 + 1)][at]);
        world.store.delete_posts(john.id, &ids, at(30)).unwrap();
        assert_eq!(boosts(&world, &john, id), (0, 0));
        world.store.restore_posts(john.id, &ids).unwrap();
        assert_eq!(boosts(&world, &john, id), (0, 1));
    }
}

#[test]
fn restored_post_is_unchanged() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let id = world.post(&john, "@susan #tag", 10, None);
    world.post(&susan, "answer", 20, Some(id));
    world.store.like(susan.id, &[id], at(30)).unwrap();
    world.store.bookmark(susan.id, &[id], at(30)).unwrap();
    world.store.boost(susan.id, &[id], at(40)).unwrap();
    world.store.edit_post(john.id, id, 0, &Body::written("@susan #tag!").unwrap(), at(45)).unwrap();
    let before = (world.store.post_for(id, susan.id).unwrap(), world.store.history(id).unwrap());
    let all = Window { limit: 9, ..Window::default() };
    world.store.delete_posts(john.id, &[id], at(50)).unwrap();
    sound(&world);
    assert_eq!(world.bodies(&Timeline::All, &all), ["answer"]);
    let likes = Timeline::Likes(susan.id, susan.nickname.clone());
    assert!(world.bodies(&likes, &all).is_empty() && world.bodies(&Timeline::Home(susan.id), &all) == ["answer"]);
    // Its moment stays taken.
    assert_eq!(world.store.post(world.store.timeline(&Timeline::All, &all).unwrap()[0].id).unwrap().replies, 0);
    let other = world.post(&susan, "same moment", 10, None);
    assert_eq!(world.store.post(other).unwrap().created_at, at(11));
    world.store.restore_posts(john.id, &[id]).unwrap();
    sound(&world);
    assert_eq!((world.store.post_for(id, susan.id).unwrap(), world.store.history(id).unwrap()), before);
    assert_eq!(world.bodies(&likes, &all), ["@susan #tag!"]);
    assert!(matches!(world.store.restore_posts(john.id, &[id]), Err(StoreError::PostPurged(_))));
    world.store.delete_posts(john.id, &[id], at(60)).unwrap();
    world.store.purge_posts(&[id]).unwrap();
    sound(&world);
    for table in ["deleted_post", "liked", "bookmark", "tagged", "mention", "post_version"] {
        assert_eq!(rows(&world, table), 0, "{table}");
    }
    assert!(matches!(world.store.restore_posts(john.id, &[id]), Err(StoreError::PostPurged(_))));
}

#[test]
fn restored_boost_returns_to_its_place() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let id = world.post(&john, "mine", 10, None);
    world.store.boost(susan.id, &[id], at(20)).unwrap();
    let taken = unboost(&mut world, &susan, id, 30);
    assert_eq!((taken.as_slice(), world.store.post(id).unwrap().boosts), ([PostId(2)].as_slice(), 0));
    world.store.restore_posts(susan.id, &taken).unwrap();
    assert_eq!(world.store.post(id).unwrap().boosts, 1);
    assert_eq!(world.store.post(PostId(2)).unwrap().key, at(20));
    assert_eq!(world.store.thread(PostId(2)).unwrap()[0].id, id);
    sound(&world);
}

#[test]
fn deleted_user_leaves_no_rows() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let id = world.post(&john, "@susan #tag", 10, None);
    let gone = world.post(&john, "deleted #tag", 11, None);
    world.store.like(susan.id, &[id, gone], at(30)).unwrap();
    world.store.boost(susan.id, &[id], at(40)).unwrap();
    world.store.follow(susan.id, &[john.id], at(40)).unwrap();
    world.store.delete_posts(john.id, &[gone], at(41)).unwrap();
    world.store.delete_user(john.id).unwrap();
    sound(&world);
    for table in ["post", "deleted_post", "liked", "tagged", "mention", "follow", "notification"] {
        assert_eq!(rows(&world, table), 0, "{table}");
    }
}

#[test]
fn conflicting_edit_returns_current_text() {
    let mut world = world();
    let john = world.user("john");
    let id = world.post(&john, "one", 10, None);
    let (mut other, _) = Store::open(&world.path()).unwrap();
    let body = |text: &str| Body::written(text).unwrap();
    other.edit_post(john.id, id, 0, &body("two"), at(20)).unwrap();
    let Err(StoreError::EditConflict { body: now, .. }) = world.store.edit_post(john.id, id, 0, &body("three"), at(30))
    else {
        panic!("both edits went through")
    };
    assert_eq!(now.as_str(), "two");
    let beside = world.post(&john, "beside", 15, None);
    world.store.edit_post(john.id, beside, 0, &body("beside it"), at(25)).unwrap();
    world.store.edit_post(john.id, id, 1, &body("three"), at(30)).unwrap();
    let said: Vec<_> =
        world.store.history(id).unwrap().into_iter().map(|v| (v.body.to_string(), v.written_at)).collect();
    assert_eq!(said, [("one".into(), at(10)), ("two".into(), at(20)), ("three".into(), at(30))]);
    sound(&world);
}

#[test]
fn drafts_are_listed_discarded_and_outlive_their_parent() {
    let mut world = world();
    let john = world.user("john");
    let id = world.post(&john, "one", 10, None);
    let draft = |purpose| DraftKey::first(john.id, purpose);
    let (plain, answer) = (draft(Purpose::New), draft(Purpose::Reply(id)));
    world.store.save_draft(plain, "plain", at(1)).unwrap();
    world.store.save_draft(answer, "answer", at(2)).unwrap();
    world.store.delete_posts(john.id, &[id], at(20)).unwrap();
    let drafts = world.store.drafts(john.id).unwrap();
    assert_eq!(
        drafts.iter().map(|d| (d.text.as_str(), d.orphaned)).collect::<Vec<_>>(),
        [("answer", true), ("plain", false)]
    );
    assert_eq!(world.store.release_draft(answer, at(3)).unwrap().saved, "plain\n\nanswer");
    assert_eq!(world.store.discard_draft(plain).unwrap().saved, "plain\n\nanswer");
    assert!(matches!(world.store.discard_draft(plain), Err(StoreError::UnknownDraft(Purpose::New))));
    world.store.delete_user(john.id).unwrap();
    assert!(matches!(world.store.save_draft(plain, "more", at(4)), Err(StoreError::UserDeleted)));
}

#[test]
fn drafts_are_saved_and_discarded_separately() {
    let mut world = world();
    let users = ["john", "susan"].map(|name| world.user(name));
    let posts = [10, 20].map(|time| world.post(&users[0], "one", time, None));
    let [first, second] = posts;
    let edit = |post| Purpose::Edit { post, edits: 0 };
    let purposes = [Purpose::New, Purpose::Reply(first), Purpose::Reply(second), edit(first), edit(second)];
    let mut all: Vec<DraftKey> = vec![];
    for user in &users {
        all.extend(purposes.map(|purpose| DraftKey::first(user.id, purpose)));
    }
    for text in ["begun", "done"] {
        for (n, draft) in all.iter().enumerate() {
            world.store.save_draft(*draft, &format!("{text} {n}"), at(n as i64)).unwrap();
        }
    }
    let listed = |world: &World, user: &User| -> Vec<(Purpose, String)> {
        world.store.drafts(user.id).unwrap().into_iter().map(|saved| (saved.purpose, saved.text)).collect()
    };
    let newest_first: Vec<_> = (5..10).rev().map(|n| (purposes[n - 5], format!("done {n}"))).collect();
    assert_eq!(listed(&world, &users[1]), newest_first);
    while let Some(draft) = all.pop() {
        assert_eq!(world.store.discard_draft(draft).unwrap().saved, format!("done {}", all.len()));
        for (n, kept) in all.iter().enumerate() {
            assert_eq!(world.store.draft(*kept).unwrap(), format!("done {n}"), "{kept:?} after {draft:?}");
        }
    }
    assert!(users.iter().all(|user| listed(&world, user).is_empty()));
}

#[test]
fn edit_draft_is_kept_until_edit_is_saved() {
    let mut world = world();
    let john = world.user("john");
    let id = world.post(&john, "one", 10, None);
    let edit = DraftKey::first(john.id, Purpose::Edit { post: id, edits: 0 });
    let answer = DraftKey::first(john.id, Purpose::Reply(id));
    world.store.save_draft(answer, "answer", at(1)).unwrap();
    world.store.save_draft(edit, "anoth", at(2)).unwrap();
    let drafts = world.store.drafts(john.id).unwrap();
    assert_eq!(
        drafts.iter().map(|d| (d.purpose, d.orphaned)).collect::<Vec<_>>(),
        [(edit.purpose, false), (answer.purpose, false)]
    );
    let body = Body::written("another").unwrap();
    let open = OpenDraft { slot: 0, saved: "anoth".to_owned(), ..OpenDraft::default() };
    assert!(world.store.edit_post_from_draft(john.id, id, 7, &body, at(20), &open).is_err());
    assert_eq!(world.store.draft(edit).unwrap(), "anoth");
    world.store.edit_post_from_draft(john.id, id, 0, &body, at(20), &open).unwrap();
    assert_eq!([edit, answer].map(|draft| world.store.draft(draft).unwrap()), ["", "answer"]);
    let later = DraftKey::first(john.id, Purpose::Edit { post: id, edits: 1 });
    world.store.save_draft(later, "third", at(30)).unwrap();
    world.store.delete_posts(john.id, &[id], at(40)).unwrap();
    assert!(world.store.saved_draft(edit).unwrap().orphaned);
    assert_eq!(world.store.release_draft(edit, at(50)).unwrap().saved, "third");
}

#[test]
fn downgrade_and_upgrade_keep_rows_that_fit_older_schema() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let id = world.post(&john, "@susan #tag 俳句", 10, None);
    world.post(&susan, "answer", 20, Some(id));
    let last = world.post(&susan, "last", 21, None);
    world.store.delete_posts(susan.id, &[last], at(22)).unwrap();
    world.store.boost(susan.id, &[id], at(40)).unwrap();
    let all = Window { limit: 9, ..Window::default() };
    let before = world.bodies(&Timeline::All, &all);
    migrate::build(&mut world.store.connection, 4).unwrap();
    assert_eq!(rows(&world, "post"), 2);
    let hits: i64 = world
        .store
        .connection
        .query_row("SELECT count(*) FROM post_search WHERE post_search MATCH 'answer'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(hits, 1);
    migrate::build(&mut world.store.connection, migrate::newest()).unwrap();
    assert_eq!(world.bodies(&Timeline::All, &all), before);
    assert_eq!(world.bodies(&Timeline::Mentions(susan.id), &all), ["@susan #tag 俳句"]);
    assert_eq!(world.bodies(&Timeline::Search("#tag 俳".to_owned()), &all), ["@susan #tag 俳句"]);
    assert_eq!(world.post(&john, "numbers are never used again", 50, None), PostId(5));
    sound(&world);
}

#[test]
fn search_is_interrupted_from_another_thread() {
    let world = world();
    let stop = world.store.interrupt_handle();
    let slow = "WITH RECURSIVE n (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    let stopped = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Before it began there is nothing to stop.
            while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
                stop.interrupt();
                std::thread::yield_now();
            }
        });
        let result = world.store.connection.query_row(slow, [], |row| row.get::<_, i64>(0));
        stopped.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(matches!(result.map_err(StoreError::from), Err(StoreError::Database(DatabaseError::Interrupted))));
    });
}

#[test]
fn last_pane_widths_are_saved() {
    let mut world = world();
    assert_eq!(world.store.panes().unwrap(), Panes::default());
    for panes in [Panes { users: -3, timeline: 12 }, Panes { users: i16::MIN, timeline: i16::MAX }] {
        world.store.save_panes(panes).unwrap();
        assert_eq!(world.store.panes().unwrap(), panes);
    }
}

#[test]
fn use_of_detail_pane_is_saved() {
    let mut world = world();
    let (john, susan) = (world.user("john").id, world.user("susan").id);
    assert!(!world.store.has_used_detail(john).unwrap());
    world.store.set_detail_used(john, at(5)).unwrap();
    assert!(world.store.has_used_detail(john).unwrap() && !world.store.has_used_detail(susan).unwrap());
}
