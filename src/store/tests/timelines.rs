//! Any part of any timeline, from either end.

use super::*;
use crate::model::NotificationKind;

/// Users who follow and mute, and posts that name, answer, are liked, kept and boosted; john reads.
fn crowd() -> (World, User) {
    let mut world = world();
    let users = ["john", "susan", "mary", "dan"].map(|name| world.user(name));
    let mut before = None;
    for n in 0..12_i64 {
        let author = &users[n as usize % 4];
        let text = if n % 3 == 0 { "@john #bread of rye_flour" } else { "@john #bread, and wheat_flour" };
        let id = world.post(author, text, 100 + n * 10, before.filter(|_| n % 2 == 0));
        world.store.like(users[0].id, &[id], at(1)).unwrap();
        world.store.bookmark(users[0].id, &[id], at(1)).unwrap();
        if n % 5 == 0 {
            world.store.boost(users[1].id, &[id], at(103 + n * 10)).unwrap();
        }
        before = Some(id);
    }
    let [john, susan, mary, dan] = users;
    world.store.follow(john.id, &[susan.id, mary.id], at(1)).unwrap();
    world.store.mute(john.id, &[dan.id], at(1)).unwrap();
    (world, john)
}

fn timelines(john: &User) -> Vec<Timeline> {
    let (id, name) = (john.id, || john.nickname.clone());
    let mut all = vec![
        Timeline::Home(id),
        Timeline::All,
        Timeline::User(id, name()),
        Timeline::Replies(id, name()),
        Timeline::Likes(id, name()),
        Timeline::Mentions(id),
        Timeline::Bookmarks(id),
        Timeline::Tag("bread".to_owned()),
    ];
    let queries = ["bread", "#bread", "wheat", "*eat_f*", "rye *_flo*", "-wheat", "-*eat_f*", "to:john", "is:reply"];
    all.extend(queries.map(|query| Timeline::Search(query.to_owned())));
    all
}

#[test]
fn every_timeline_window_is_read_in_both_orders() {
    let (world, john) = crowd();
    let viewers = [Viewer::default(), Viewer::of(john.id), Viewer { include_muted: true, ..Viewer::of(john.id) }];
    for (timeline, viewer) in timelines(&john).iter().flat_map(|timeline| viewers.map(|viewer| (timeline, viewer))) {
        let window = Window { viewer, limit: 99, ..Window::default() };
        let keys = |window: &Window| -> Vec<i64> {
            world.store.timeline(timeline, window).unwrap().iter().map(|post| post.key.micros()).collect()
        };
        let mut all = keys(&window);
        assert!(all.len() > 1 && all.is_sorted_by(|a, b| a > b), "{timeline:?} {viewer:?}: {all:?}");
        for (since, until) in [(0, 150), (120, 180), (110, 211), (210, 999), (150, 150)] {
            let inside = |key: &i64| (since..until).contains(key);
            let part = Window { since: Some(at(since)), until: Some(at(until)), ..window };
            let mut wanted: Vec<i64> = all.iter().copied().filter(inside).collect();
            assert_eq!(keys(&part), wanted, "{timeline:?} {viewer:?} from {since} to {until}");
            wanted.reverse();
            assert_eq!(keys(&Window { reverse: true, ..part }), wanted, "{timeline:?} {viewer:?} upwards");
        }
        for (at_most, moment) in [(0, 150), (2, 150), (99, 150), (3, 0)] {
            let newer = all.iter().filter(|key| **key > moment).count().min(at_most);
            assert_eq!(world.store.count_after(timeline, viewer, at(moment), at_most).unwrap(), newer, "{timeline:?}");
        }
        assert_eq!(keys(&Window { limit: 2, ..window }), all[..2], "{timeline:?} {viewer:?}");
        all.reverse();
        assert_eq!(keys(&Window { limit: 2, reverse: true, ..window }), all[..2], "{timeline:?} {viewer:?}");
    }
}

#[test]
fn muted_authors_are_left_out_except_in_own_likes_and_bookmarks() {
    let (world, john) = crowd();
    let authors = |timeline: &Timeline, viewer| -> Vec<String> {
        let posts = world.store.timeline(timeline, &Window { viewer, limit: 99, ..Window::default() }).unwrap();
        let mut names: Vec<String> = posts.iter().map(|post| post.nickname.to_string()).collect();
        names.sort();
        names.dedup();
        names
    };
    let reader = Viewer::of(john.id);
    for timeline in timelines(&john) {
        let own = matches!(timeline, Timeline::Likes(..) | Timeline::Bookmarks(_));
        let found = authors(&timeline, reader).contains(&"dan".to_owned());
        assert_eq!(found, own, "{timeline:?}");
    }
}

#[test]
fn notifications_are_paged() {
    let (mut world, john) = crowd();
    let page = |world: &World, before: Option<i64>, limit| -> Vec<i64> {
        let found = world.store.notifications(john.id, before.map(at), limit).unwrap();
        assert!(found.iter().all(|it| it.kind != NotificationKind::Liked && it.nickname.as_str() != "dan"));
        found.iter().map(|it| it.at.micros()).collect()
    };
    let all = page(&world, None, 99);
    let mut pages = page(&world, None, 2);
    while let [.., last] = pages[..] {
        let more = page(&world, Some(last), 2);
        if more.is_empty() {
            break;
        }
        pages.extend(more);
    }
    assert_eq!(pages, all);
    assert_eq!(world.store.unread_notifications(john.id, 99).unwrap(), all.len());
    world.store.mark_notifications_read(john.id, &NotificationKind::ALL, at(all[2])).unwrap();
    assert_eq!(world.store.unread_notifications(john.id, 99).unwrap(), 2);
}

#[test]
fn tags_are_sorted_by_number_of_uses() {
    let mut world = world();
    let john = world.user("john");
    let gone = world.post(&john, "#brgone", 1, None);
    for (n, text) in ["#brew #a", "#Bread #br", "#bread #brew", "#bread #bs #bq"].iter().enumerate() {
        world.post(&john, text, 10 + n as i64, None);
    }
    world.store.edit_post(john.id, gone, 0, &Body::written("none").unwrap(), at(20)).unwrap();
    let tags = |beginning: &str, limit| -> Vec<(String, u64)> {
        world.store.tags(beginning, limit).unwrap().into_iter().map(|tag| (tag.name, tag.uses)).collect()
    };
    let named = |tags: &[(&str, u64)]| tags.iter().map(|(name, uses)| ((*name).to_owned(), *uses)).collect::<Vec<_>>();
    assert_eq!(tags("br", 9), named(&[("Bread", 3), ("brew", 2), ("br", 1)]));
    assert_eq!(tags("BR", 2), named(&[("Bread", 3), ("brew", 2)]));
    assert_eq!(tags("", 9), named(&[("Bread", 3), ("brew", 2), ("a", 1), ("bq", 1), ("br", 1), ("bs", 1)]));
    let found = world.bodies(&Timeline::Search("#br*".to_owned()), &Window { limit: 9, ..Window::default() });
    assert_eq!(found, ["#bread #bs #bq", "#bread #brew", "#Bread #br", "#brew #a"]);
    assert_eq!(world.bodies(&Timeline::Search("#brg*".to_owned()), &Window { limit: 9, ..Window::default() }), [""; 0]);
}
