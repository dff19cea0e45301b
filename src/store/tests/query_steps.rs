//! What a page costs, counted by SQLite itself and not by the clock: no more in a database of ten times the posts.

use rusqlite::StatementStatus;

use super::super::timeline_query::{self, ScanOptions};
use super::*;
use crate::demo::{self, Size};

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
