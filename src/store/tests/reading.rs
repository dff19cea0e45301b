//! What was read, from the arrival of a post until it was on the screen.

use super::super::read_state;
use super::*;
use crate::model::{Arrival, ReadState};

impl World {
    /// Marks the posts between two keys as read that have arrived.
    fn read(&mut self, user: &User, timeline: &Timeline, from: i64, to: i64) {
        let arrived = self.store.last_arrival().unwrap();
        self.store.mark_read(user.id, timeline, (at(from), at(to)), arrived, Timestamp::MAX).unwrap();
    }

    fn unread(&self, user: &User, timeline: &Timeline) -> usize {
        self.store.unread(user.id, std::slice::from_ref(timeline), 999).unwrap()[0]
    }

    fn spans(&self, user: &User, timeline: &Timeline) -> Vec<(i64, i64)> {
        let state = self.store.read_state(user.id, timeline).unwrap();
        let from = |from: Timestamp| if from == Timestamp::MIN { 0 } else { from.micros() };
        state.spans().iter().map(|span| (from(span.from), span.up_to.0)).collect()
    }
}

#[test]
fn read_posts_stay_read_and_read_state_can_be_reset() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    for n in 1..=5 {
        world.post(&susan, "hers", n * 10, None);
    }
    world.post(&john, "mine", 60, None);
    let all = Timeline::All;
    assert_eq!(world.unread(&john, &all), 5);
    assert_eq!(world.store.unread(john.id, &[Timeline::All], 3).unwrap(), [3]);
    world.read(&john, &all, 0, 30);
    let before = world.store.read_state(john.id, &all).unwrap();
    world.store.mark_read(john.id, &all, (at(0), at(20)), Arrival(1), at(99)).unwrap();
    assert_eq!((world.unread(&john, &all), world.store.read_state(john.id, &all).unwrap()), (2, before.clone()));
    world.read(&john, &all, 0, 60);
    assert_eq!(world.unread(&john, &all), 0);
    world.store.set_read_state(john.id, &all, &before).unwrap();
    assert_eq!((world.unread(&john, &all), world.unread(&susan, &all)), (2, 1));
}

#[test]
fn home_that_was_never_read_is_counted_by_posts_of_followed_users() {
    let mut world = world();
    let [john, susan, mary] = ["john", "susan", "mary"].map(|name| world.user(name));
    world.store.follow(john.id, &[susan.id, mary.id], at(1)).unwrap();
    let authors = [&susan, &susan, &susan, &mary, &mary, &john].into_iter().enumerate();
    let posts: Vec<PostId> = authors.map(|(n, author)| world.post(author, "post", n as i64 * 10, None)).collect();
    let count = |world: &World, limit| world.store.unread_homes(&[john.id], limit).unwrap()[0];
    assert_eq!([0, 3, 5, 6].map(|limit| count(&world, limit)), [0, 3, 5, 5]);
    world.store.mute(john.id, &[susan.id], at(2)).unwrap();
    assert_eq!([1, 2, 3].map(|limit| count(&world, limit)), [1, 2, 2]);
    world.store.delete_posts(mary.id, &posts[4..5], at(100)).unwrap();
    assert_eq!([1, 2].map(|limit| count(&world, limit)), [1, 1]);
}

#[test]
fn post_that_arrives_late_is_unread_whatever_its_date() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    world.store.follow(john.id, &[susan.id], at(1)).unwrap();
    let timelines = [Timeline::All, Timeline::Home(john.id), Timeline::User(susan.id, susan.nickname.clone())];
    for n in 1..=9 {
        world.post(&susan, &format!("post {n}"), n * 100, None);
    }
    for timeline in &timelines {
        // Only the newest three were on the screen.
        world.read(&john, timeline, 700, 900);
        assert_eq!(world.unread(&john, timeline), 6, "{timeline:?}");
        world.read(&john, timeline, 0, 600);
        assert_eq!((world.unread(&john, timeline), world.spans(&john, timeline)), (0, vec![(0, 9)]), "{timeline:?}");
    }
    // Neither an old date nor one in the future hides what arrives.
    let far = Timestamp::MAX.micros() - 9;
    for (time, unread) in [(450, 1), (far, 2), (950, 3)] {
        world.post(&susan, "late", time, None);
        for timeline in &timelines {
            assert_eq!(world.unread(&john, timeline), unread, "{timeline:?}");
        }
    }
    for timeline in &timelines {
        let bodies = |world: &World, before| {
            let page = world.store.unread_page(john.id, timeline, before, 9).unwrap();
            page.into_iter().map(|post| post.key.micros()).collect::<Vec<_>>()
        };
        assert_eq!((bodies(&world, None), bodies(&world, Some(at(950)))), (vec![far, 950, 450], vec![450]));
        assert_eq!(world.store.next_unread(john.id, timeline, at(900)).unwrap(), Some(at(450)));
        assert_eq!(world.store.first_unread(john.id, timeline, 9).unwrap(), Some(at(450)));
        let late = world.store.arrived_late(john.id, timeline, at(900), Arrival(9), 9).unwrap();
        assert_eq!(late, [at(450)]);
        world.read(&john, timeline, 900, far);
        assert_eq!(
            (world.unread(&john, timeline), world.spans(&john, timeline)),
            (1, vec![(0, 12), (450, 9), (451, 12)])
        );
        world.read(&john, timeline, 450, 450);
        assert_eq!((world.unread(&john, timeline), world.spans(&john, timeline)), (0, vec![(0, 12)]));
    }
    // What became read while another post arrived is not read with it.
    let arrived = world.store.last_arrival().unwrap();
    world.post(&susan, "meanwhile", 960, None);
    world.store.mark_read(john.id, &Timeline::All, (at(0), at(far)), arrived, at(2_000)).unwrap();
    assert_eq!(world.unread(&john, &Timeline::All), 1);
}

#[test]
fn both_ways_find_the_same_unread_posts() {
    let mut world = world();
    let [john, susan, mary] = ["john", "susan", "mary"].map(|name| world.user(name));
    world.store.follow(john.id, &[susan.id], at(1)).unwrap();
    let timelines = [
        Timeline::All,
        Timeline::Home(john.id),
        Timeline::User(susan.id, susan.nickname.clone()),
        Timeline::Mentions(john.id),
        Timeline::Tag("tea".to_owned()),
    ];
    // So many arrivals that timelines are first walked by position.
    let texts = ["plain", "@john #tea", "#tea"];
    let posts: Vec<PostId> = (0..1_200_i64)
        .map(|n| {
            let author = if n % 3 == 0 { &susan } else { &mary };
            let time = if n % 7 == 0 { 5_000 - n } else { 10_000 + n };
            world.post(author, texts[n as usize % 3], time, None)
        })
        .collect();
    world.store.boost(susan.id, &posts[100..110], at(20_000)).unwrap();
    for timeline in &timelines {
        let all = Window { viewer: Viewer::of(john.id), limit: 9_999, ..Window::default() };
        let all = world.store.timeline(timeline, &all).unwrap();
        for read in [0, 1, 40, 600] {
            let read = read.min(all.len() / 2);
            if read > 0 {
                world.read(&john, timeline, all[read * 2 - 1].key.micros(), all[read].key.micros());
            }
            let state = world.store.read_state(john.id, timeline).unwrap();
            let unread = |post: &&Post| !state.is_read(post.key, post.arrival);
            let wanted: Vec<_> = all.iter().filter(unread).map(|post| post.key).collect();
            let page = world.store.unread_page(john.id, timeline, None, 9_999).unwrap();
            assert_eq!(page.iter().map(|post| post.key).collect::<Vec<_>>(), wanted, "{timeline:?}");
            assert_eq!(world.unread(&john, timeline), wanted.len().min(999), "{timeline:?}");
        }
    }
}

#[test]
fn cursor_is_saved_beside_what_was_read() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name).id);
    let (all, home) = (Timeline::All, Timeline::Home(john));
    let cursor = |world: &World, user, timeline: &Timeline| world.store.cursor(user, timeline).unwrap();
    read_up_to(&mut world.store, john, &all, at(30)).unwrap();
    world.store.save_cursor(john, &all, Some(at(20))).unwrap();
    world.store.save_cursor(susan, &all, Some(at(40))).unwrap();
    world.store.save_cursor(john, &home, Some(at(50))).unwrap();
    world.store.save_cursor(john, &home, Some(at(25))).unwrap();
    assert_eq!(world.store.read_state(john, &home).unwrap(), ReadState::default(), "a position reads nothing");
    read_up_to(&mut world.store, john, &all, at(60)).unwrap();
    assert_eq!(cursor(&world, john, &all), Some(at(20)));
    world.store.set_read_state(john, &all, &ReadState::default()).unwrap();
    assert_eq!(cursor(&world, john, &all), Some(at(20)));
    world.store.save_cursor(john, &all, None).unwrap();
    assert_eq!(cursor(&world, john, &all), None);
    // Others' cursors, and those of other timelines, were left as they are.
    assert_eq!((cursor(&world, susan, &all), cursor(&world, john, &home)), (Some(at(40)), Some(at(25))));
}

#[test]
fn upgrade_keeps_what_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    {
        let mut connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "application_id", 0x6d62_6c67).unwrap();
        migrate::build(&mut connection, 17).unwrap();
        connection
            .execute_batch(
                "INSERT INTO user (nickname, nickname_key) VALUES ('john', 'john'), ('susan', 'susan');
                 INSERT INTO post (author, body, created_at) VALUES (2, 'one', 10), (2, 'three', 30), (2, 'two', 20);
                 INSERT INTO read_mark (user, timeline, seen, cursor) VALUES (1, 'all', 20, 10), (1, 'notifications', 5, NULL)",
            )
            .unwrap();
    }
    let (mut store, _) = Store::open(&path).unwrap();
    let [john, susan] = ["john", "susan"].map(|name| store.user(name).unwrap());
    let timelines = [Timeline::All, Timeline::User(susan.id, susan.nickname.clone())];
    assert_eq!(store.unread(john.id, &timelines, 9).unwrap(), [1, 3]);
    assert_eq!(store.cursor(john.id, &Timeline::All).unwrap(), Some(at(10)));
    let post = NewPost {
        author: susan.id,
        body: Body::written("late").unwrap(),
        created_at: at(15),
        reply_to: None,
        source: None,
    };
    store.add_post(&post).unwrap();
    assert_eq!(store.unread(john.id, &timelines[..1], 9).unwrap(), [2]);
    assert!(read_state::load(&store.connection, john.id, "notifications").unwrap().is_empty());
}

#[test]
fn posts_of_threads_do_not_divide_what_was_read_without_end() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    (1..=40).for_each(|n| _ = world.post(&susan, "hers", n * 10, None));
    for n in (1..=40).step_by(2) {
        world.store.mark_thread_read(john.id, None, &[at(n * 10)], at(900)).unwrap();
    }
    let all = Timeline::All;
    assert_eq!((world.unread(&john, &all), world.spans(&john, &all).len()), (35, 10));
    world.read(&john, &all, 0, 400);
    assert_eq!(world.unread(&john, &all), 0);
}

#[test]
fn single_posts_are_marked_as_read() {
    let mut world = world();
    let [ada, bo] = ["ada", "bo"].map(|name| world.user(name));
    for time in 1..=40 {
        world.post(&bo, "tea", time * 10, None);
    }
    let arrived = world.store.last_arrival().unwrap();
    let keys: Vec<Timestamp> = (1..=20).map(|time| at(time * 20)).collect();
    world.store.mark_posts_read(ada.id, &Timeline::All, &keys, arrived, at(900)).unwrap();
    let unread = world.store.unread_page(ada.id, &Timeline::All, None, 99).unwrap();
    let unread: Vec<i64> = unread.iter().map(|post| post.key.micros()).collect();
    assert_eq!(unread, (0..20).rev().map(|n| n * 20 + 10).collect::<Vec<_>>());
    world.store.mark_posts_read(ada.id, &Timeline::All, &[], arrived, at(900)).unwrap();
}

#[test]
fn renamed_list_keeps_what_was_read() {
    let mut world = world();
    let [ada, bo] = ["ada", "bo"].map(|name| world.user(name));
    world.post(&bo, "tea", 10, None);
    world.store.create_list(ada.id, "tea", &[bo.id]).unwrap();
    read_up_to(&mut world.store, ada.id, &Timeline::List(ada.id, "tea".to_owned()), at(10)).unwrap();
    let tab =
        |name: &str| vec![crate::model::PinnedTab { timeline: Timeline::List(ada.id, name.to_owned()), name: None }];
    world.store.set_tabs(ada.id, &tab("tea")).unwrap();
    world.store.rename_list(ada.id, "TEA", "Hot drinks").unwrap();
    assert_eq!(world.store.tabs(ada.id).unwrap()[0].timeline.key(), tab("hot drinks")[0].timeline.key());
    let renamed = Timeline::List(ada.id, "hot DRINKS".to_owned());
    assert_eq!(world.store.unread(ada.id, &[renamed], 9).unwrap(), [0]);
    world.store.create_list(ada.id, "tea", &[bo.id]).unwrap();
    assert!(matches!(world.store.rename_list(ada.id, "tea", "HOT drinks"), Err(StoreError::ListExists(_))));
    assert_eq!(world.store.unread(ada.id, &[Timeline::List(ada.id, "tea".to_owned())], 9).unwrap(), [1]);
}
