//! What a page costs, counted by SQLite itself and not by the clock: no more in a database of ten times the posts.

use rusqlite::StatementStatus;

use super::super::timeline_query::{self, ScanOptions};
use super::accounts::{remote_user, status};
use super::linear::count_steps;
use super::*;
use crate::demo::{self, Size};
use crate::model::RemotePost;
use crate::store::{ImportOptions, UnreadPosts};

/// A world of so many posts by fifty users, and one of them who is active.
fn filled(posts: usize) -> (World, User) {
    let mut world = world();
    demo::fill(&mut world.store, Size { posts, users: 50 }, demo::END, &mut |_| {}).unwrap();
    let reader = world.store.active_user().unwrap().unwrap();
    (world, reader)
}

/// What the walk of a timeline took since it was counted last: steps of SQLite's machine, rows of tables walked through
/// whole, and sorts.
fn cost(world: &World, timeline: &Timeline) -> (i32, i32, i32) {
    let gaits = [false, true].into_iter().flat_map(|mutes| [false, true].map(|oldest_first| (mutes, oldest_first)));
    let mut sum = (0, 0, 0);
    for (mutes, oldest_first) in gaits {
        let sql = timeline_query::sql(timeline, ScanOptions { has_mutes: mutes, oldest_first, exclude_own: false });
        let statement = world.store.connection.prepare_cached(&sql).unwrap();
        sum.0 += statement.reset_status(StatementStatus::VmStep);
        sum.1 += statement.reset_status(StatementStatus::FullscanStep);
        sum.2 += statement.reset_status(StatementStatus::Sort);
    }
    sum
}

#[test]
fn page_cost_does_not_grow_with_the_number_of_posts() {
    let cost_at = |posts: usize| {
        let (world, reader) = filled(posts);
        let viewer = Viewer::of(reader.id);
        let (id, name) = (reader.id, reader.nickname.clone());
        let middle = world.store.timeline(&Timeline::All, &Window { limit: posts / 2, ..Window::default() }).unwrap();
        let middle = middle.last().unwrap().key;
        let timelines = [
            Timeline::Home(id),
            Timeline::All,
            Timeline::User(id, name.clone()),
            Timeline::Replies(id, name.clone()),
            Timeline::Likes(id, name),
            Timeline::Mentions(id),
            Timeline::Bookmarks(id),
            Timeline::Tag("bread".to_owned()),
        ];
        timelines.map(|timeline| {
            cost(&world, &timeline);
            let places = [PageStart::Newest, PageStart::Oldest, PageStart::Before(middle), PageStart::After(middle)];
            let costs = places.map(|place| {
                let page = world.store.timeline_page(&timeline, viewer, place, 20).unwrap();
                (page.len(), cost(&world, &timeline))
            });
            (timeline.key(), costs)
        })
    };
    let (few, many) = (cost_at(2_000), cost_at(20_000));
    for ((name, few), (_, many)) in few.iter().zip(&many) {
        for ((found, (steps, ..)), (more, (most, walked, sorts))) in few.iter().zip(many) {
            assert_eq!((*walked, *sorts), (0, 0), "{name}");
            // A page that could not be filled ended early.
            assert!(*found < 20 || (*more == 20 && *most <= steps * 5 / 4), "{name}: {few:?} {many:?}");
        }
        assert!(many.iter().any(|(found, _)| *found == 20), "{name}: {many:?}");
    }
}

#[test]
fn unread_count_of_home_does_not_walk_own_posts() {
    let cost_at = |posts: i64| {
        let mut world = world();
        let john = world.user("john");
        for n in 0..posts {
            world.post(&john, &format!("post {n}"), n, None);
        }
        let home = Timeline::Home(john.id);
        let options = ScanOptions { oldest_first: false, exclude_own: true, has_mutes: false };
        assert_eq!(world.store.unread(john.id, std::slice::from_ref(&home), 999).unwrap(), [0]);
        let statement = world.store.connection.prepare_cached(&timeline_query::sql(&home, options)).unwrap();
        statement.reset_status(StatementStatus::VmStep)
    };
    let (few, many) = (cost_at(600), cost_at(6_000));
    assert!(few > 0 && many <= few * 5 / 4, "{few} steps at 600 own posts, {many} at 6,000");
}

#[test]
fn post_of_another_costs_the_same_however_many_posts_are_unread() {
    let cost_at = |posts: i64| {
        let mut world = world();
        let (me, bob) = (world.user("me"), world.user("bob"));
        let options = ImportOptions { unread: UnreadPosts::All, ..ImportOptions::new(at(posts * 10)) };
        let ada = remote_user("https://a.example/ada");
        let post = |n: i64| {
            let post = status(&format!("https://a.example/{n}"), "", "hello #tag").post;
            ImportItem::Post(Box::new(RemotePost { author: None, created_at: at(n), ..post }))
        };
        let items = std::iter::once(ImportItem::Owner(ada)).chain((1..=posts).map(post)).collect();
        world.try_import(&options, items, &mut |_| {}).unwrap();
        let ada = world.store.user("ada@a.example").unwrap();
        world.store.follow(me.id, &[ada.id, bob.id], at(1)).unwrap();
        let timelines = [Timeline::Home(me.id), Timeline::All, Timeline::Mentions(me.id)];
        let unread = world.store.unread(me.id, &timelines, 999).unwrap();
        assert_eq!(unread, [999, 999, 0]);
        // What the screens do when another process has written a post.
        count_steps(&mut world, |world| {
            world.post(&bob, "another", posts + 1, None);
            let store = &world.store;
            store.unread(me.id, &timelines, 999).unwrap();
            for start in [PageStart::Newest, PageStart::After(at(posts / 2)), PageStart::Before(at(posts / 2))] {
                store.timeline_page(&timelines[0], Viewer::of(me.id), start, 50).unwrap();
            }
            store.unread_notifications(me.id, 999).unwrap();
            store.users(UserOrder::Nickname, false).unwrap();
        })
    };
    let (few, many) = (cost_at(2_000), cost_at(20_000));
    assert!(few > 0 && many <= few * 5 / 4, "{few} steps at 2,000 unread posts, {many} at 20,000");
}

#[test]
fn homes_are_counted_as_cheaply_after_an_import_of_read_posts() {
    let (mut world, _) = filled(4_000);
    let users: Vec<UserId> =
        world.store.users(UserOrder::Nickname, false).unwrap().into_iter().map(|user| user.id).collect();
    let steps = |world: &mut World| count_steps(world, |world| drop(world.store.unread_homes(&users, 99).unwrap()));
    let before = steps(&mut world);
    let last = world.store.last_arrival().unwrap().0;
    crate::store::arrivals::mark_read_on_arrival(&world.store.connection, last - 2, last).unwrap();
    let after = steps(&mut world);
    assert!(before > 0 && after <= before * 2, "{before} steps before, {after} after");
}

#[test]
fn users_are_loaded_as_cheaply_where_everybody_follows_everybody() {
    let cost_with = |most: usize| {
        let mut world = world();
        let users: Vec<UserId> = (0..60).map(|n| world.user(&format!("user{n}")).id).collect();
        for &user in &users {
            let others: Vec<UserId> = users.iter().copied().filter(|other| *other != user).take(most).collect();
            world.store.follow(user, &others, at(1)).unwrap();
        }
        count_steps(&mut world, |world| {
            world.store.users(UserOrder::Nickname, false).unwrap();
            world.store.followed_remote_users(Some(users[0])).unwrap();
        })
    };
    let (few, many) = (cost_with(2), cost_with(59));
    assert!(few > 0 && many <= few * 5 / 4, "{few} steps for 120 follows, {many} for 3,500");
}
