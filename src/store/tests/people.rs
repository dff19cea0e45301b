//! Follows, mutes, home, notifications, read state.

use super::linear::count_steps;
use super::*;
use crate::model::NotificationKind;

fn home(world: &World, user: &User, oldest_first: bool) -> Vec<String> {
    let viewer = Viewer::of(user.id);
    let window = Window { viewer, reverse: oldest_first, limit: 50, ..Window::default() };
    let posts = world.store.timeline(&Timeline::Home(user.id), &window).unwrap();
    let show = |post: &crate::model::Post| {
        let by: Vec<&str> = post.boosted_by.iter().map(Nickname::as_str).collect();
        if by.is_empty() { post.body.to_string() } else { format!("{} by {}", post.body, by.join(" ")) }
    };
    posts.iter().map(show).collect()
}

#[test]
fn home_merges_followed_users_in_both_orders() {
    let mut world = world();
    let users = ["john", "susan", "david", "mary", "silent"].map(|name| world.user(name));
    let [john, susan, david, mary, silent] = &users;
    for n in 1..=40 {
        world.post(&users[n as usize % 4], &format!("{n}"), n * 10, None);
    }
    world.store.follow(john.id, &[susan.id, david.id, silent.id], at(1)).unwrap();
    let expected: Vec<String> = (1..=40).rev().filter(|n| n % 4 != 3).map(|n| n.to_string()).collect();
    assert_eq!(home(&world, john, false), expected);
    let mut reversed = expected.clone();
    reversed.reverse();
    assert_eq!(home(&world, john, true), reversed);
    let pages: Vec<String> = {
        let (mut all, mut place) = (Vec::new(), PageStart::Newest);
        loop {
            let page = world.store.timeline_page(&Timeline::Home(john.id), Viewer::of(john.id), place, 7).unwrap();
            let Some(last) = page.last() else { break all };
            place = PageStart::Before(last.key);
            all.extend(page.into_iter().map(|post| post.body.to_string()));
        }
    };
    assert_eq!(pages, expected);
    assert!(home(&world, silent, false).is_empty());
    world.store.mute(john.id, &[david.id], at(2)).unwrap();
    assert!(!home(&world, john, false).contains(&"38".to_owned()));
    assert_eq!(home(&world, mary, false).len(), 10);
}

#[test]
fn post_reached_twice_is_listed_at_the_first_key() {
    let mut world = world();
    let [john, susan, david, mary] = ["john", "susan", "david", "mary"].map(|name| world.user(name));
    let hers = world.post(&mary, "hers", 10, None);
    world.post(&susan, "between", 25, None);
    world.store.follow(john.id, &[susan.id, david.id], at(1)).unwrap();
    world.store.boost(susan.id, &[hers], at(20)).unwrap();
    world.store.boost(david.id, &[hers], at(30)).unwrap();
    assert_eq!(home(&world, &john, false), ["between", "hers by susan david"]);
    assert_eq!(home(&world, &john, true), ["hers by susan david", "between"]);
    // Boosts by muted users do not count.
    world.store.mute(john.id, &[susan.id], at(2)).unwrap();
    assert_eq!(home(&world, &john, false), ["hers by david"]);
    world.store.unmute(john.id, &[susan.id]).unwrap();
    world.store.follow(john.id, &[mary.id], at(1)).unwrap();
    assert_eq!(home(&world, &john, false), ["between", "hers by susan david"]);
    world.store.mute(john.id, &[mary.id], at(2)).unwrap();
    assert_eq!(home(&world, &john, false), ["between"]);
    // A boost of the own post does not list it twice.
    world.store.boost(mary.id, &[hers], at(40)).unwrap();
    let marys = Timeline::User(mary.id, mary.nickname.clone());
    assert_eq!(world.bodies(&marys, &Window { limit: 9, ..Window::default() }), ["hers"]);
    assert_eq!(world.bodies(&Timeline::All, &Window { limit: 9, ..Window::default() }), ["between", "hers"]);
}

#[test]
fn repeated_and_own_actions_do_not_notify() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let mine = world.post(&john, "@john I", 10, None);
    world.post(&susan, "@john yes", 20, Some(mine));
    for now in [30, 31] {
        world.store.follow(susan.id, &[john.id], at(now)).unwrap();
        world.store.like(susan.id, &[mine], at(now)).unwrap();
        world.store.like(john.id, &[mine], at(now)).unwrap();
    }
    let kinds = |world: &World| -> Vec<_> {
        world
            .store
            .notifications(john.id, None, 9)
            .unwrap()
            .into_iter()
            .map(|notification| (notification.kind, notification.unread))
            .collect()
    };
    use NotificationKind::{Followed, Liked, Replied};
    assert_eq!(kinds(&world), [(Liked, true), (Followed, true), (Replied, true)]);
    assert_eq!(world.store.unread_notifications(john.id, 2).unwrap(), 2);
    world.store.mark_notifications_read(john.id, &NotificationKind::ALL, at(30)).unwrap();
    assert_eq!(kinds(&world), [(Liked, true), (Followed, false), (Replied, false)]);
    world.store.unlike(susan.id, &[mine]).unwrap();
    assert_eq!(world.store.unread_notifications(john.id, 9).unwrap(), 0);
    world.store.mute(john.id, &[susan.id], at(40)).unwrap();
    assert!(kinds(&world).is_empty());
}

#[test]
fn notifications_that_were_on_the_screen_are_read_and_the_others_are_not() {
    let mut world = world();
    let (john, susan) = (world.user("john"), world.user("susan"));
    for n in 1..=9 {
        world.post(&susan, "hello @john", n * 10, None);
    }
    let unread = |world: &World| {
        let all = world.store.notifications(john.id, None, 99).unwrap();
        let unread: Vec<i64> = all.iter().filter(|one| one.unread).map(|one| one.at.micros()).collect();
        assert_eq!(world.store.unread_notifications(john.id, 99).unwrap(), unread.len());
        unread
    };
    let see = |world: &mut World, from, to| world.store.mark_notifications_seen(john.id, &[(at(from), at(to))]);
    see(&mut world, 70, 90).unwrap();
    assert_eq!(unread(&world), [60, 50, 40, 30, 20, 10], "the newest were seen");
    assert_eq!(world.store.unread_notifications(john.id, 4).unwrap(), 4);
    see(&mut world, 10, 20).unwrap();
    assert_eq!(unread(&world), [60, 50, 40, 30]);
    see(&mut world, 40, 40).unwrap();
    assert_eq!(unread(&world), [60, 50, 30]);
    see(&mut world, 30, 60).unwrap();
    assert_eq!(unread(&world), [0; 0]);
    let spans = "SELECT count(*) FROM read_span WHERE timeline = 'notifications'";
    let count: i64 = world.store.connection.query_row(spans, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0, "one time is enough where nothing is unread before it");
    world.post(&susan, "again @john", 100, None);
    assert_eq!(unread(&world), [100]);
    world.store.mark_notifications_read(john.id, &NotificationKind::ALL, at(100)).unwrap();
    assert_eq!(unread(&world), [0; 0]);
}

#[test]
fn edit_notifies_only_added_mentions() {
    let mut world = world();
    let [john, susan, david, mary] = ["john", "susan", "david", "mary"].map(|name| world.user(name));
    let hers = world.post(&mary, "hers", 10, None);
    let id = world.post(&john, "@susan @SUSAN", 20, Some(hers));
    let body = Body::written("@susan @david @mary").unwrap();
    world.store.edit_post(john.id, id, 0, &body, at(30)).unwrap();
    let notified = |user: &User| -> Vec<_> {
        let found = world.store.notifications(user.id, None, 9).unwrap();
        found.into_iter().map(|notification| (notification.kind, notification.at.micros())).collect()
    };
    use NotificationKind::{Mentioned, Replied};
    assert_eq!(notified(&susan), [(Mentioned, 20)]);
    assert_eq!(notified(&david), [(Mentioned, 30)]);
    assert_eq!(notified(&mary), [(Replied, 20)]);
    let names = |mentions: Vec<crate::model::Mention>| mentions.into_iter().map(|one| one.name).collect::<Vec<_>>();
    assert_eq!(names(world.store.post(id).unwrap().mentions), ["susan", "david", "mary"]);
}

#[test]
fn undone_reactions_keep_those_of_other_users() {
    let mut world = world();
    let users = ["john", "susan", "david"].map(|name| world.user(name));
    let [john, susan, david] = &users;
    let posts = [10, 20].map(|time| world.post(john, "mine", time, None));
    for user in [susan, david] {
        world.store.follow(user.id, &[john.id], at(30)).unwrap();
        world.store.like(user.id, &posts, at(31)).unwrap();
        world.store.bookmark(user.id, &posts, at(32)).unwrap();
        world.store.mute(user.id, &[john.id], at(33)).unwrap();
    }
    let notified = |world: &World| world.store.notifications(john.id, None, 99).unwrap().len();
    assert_eq!(notified(&world), 6);
    world.store.unlike(susan.id, &posts[..1]).unwrap();
    assert_eq!(notified(&world), 5);
    world.store.unbookmark(susan.id, &posts[..1]).unwrap();
    world.store.unmute(susan.id, &[john.id]).unwrap();
    world.store.unfollow(susan.id, &[john.id, david.id]).unwrap();
    assert_eq!(notified(&world), 4);
    let mine = |user: &User, post: usize| {
        let reactions = world.store.post_for(posts[post], user.id).unwrap().own_reactions;
        (reactions.liked, reactions.bookmarked)
    };
    assert_eq!([mine(susan, 0), mine(susan, 1)], [(false, false), (true, true)]);
    assert_eq!([mine(david, 0), mine(david, 1)], [(true, true); 2]);
    let names = |users: Vec<User>| users.into_iter().map(|user| user.nickname.to_string()).collect::<Vec<_>>();
    assert_eq!(names(world.store.liked_by(posts[0], 9).unwrap()), ["david"]);
    assert_eq!(names(world.store.liked_by(posts[1], 9).unwrap()), ["david", "susan"]);
    assert_eq!(
        (names(world.store.muted(susan.id).unwrap()), names(world.store.muted(david.id).unwrap())),
        (vec![], vec!["john".to_owned()])
    );
    let numbers = |user: &User| {
        let numbers = world.store.follow_counts(user.id).unwrap();
        (numbers.following, numbers.followers)
    };
    assert_eq!(users.each_ref().map(numbers), [(0, 1), (0, 0), (1, 0)]);
}

#[test]
fn follows_are_listed_from_both_sides() {
    let mut world = world();
    let [john, susan, mary] = ["john", "susan", "mary"].map(|name| world.user(name).id);
    world.store.follow(john, &[susan], at(10)).unwrap();
    world.store.follow(john, &[mary], at(20)).unwrap();
    world.store.follow(susan, &[john], at(30)).unwrap();
    world.store.follow(mary, &[susan], at(40)).unwrap();
    world.store.mute(mary, &[john], at(50)).unwrap();
    let entries = |followed: Vec<crate::model::FollowEntry>| -> Vec<_> {
        followed.into_iter().map(|one| (one.user.id, one.since.micros(), one.mutual)).collect()
    };
    assert_eq!(entries(world.store.following(john, 9).unwrap()), [(mary, 20, false), (susan, 10, true)]);
    assert_eq!(entries(world.store.following(john, 1).unwrap()), [(mary, 20, false)]);
    assert_eq!(entries(world.store.followers(susan, 9).unwrap()), [(mary, 40, false), (john, 10, true)]);
    assert_eq!(entries(world.store.followers(mary, 9).unwrap()), [(john, 20, false)]);
    let relation = |user, other| {
        let relation = world.store.relation(user, other).unwrap();
        (relation.follows, relation.followed, relation.muted)
    };
    assert_eq!(relation(john, susan), (true, true, false));
    assert_eq!(relation(john, mary), (true, false, false));
    assert_eq!(relation(mary, john), (false, true, true));
    assert_eq!(relation(susan, mary), (false, true, false));
}

#[test]
fn post_is_equal_in_thread_timeline_and_lookup() {
    let mut world = world();
    let users = ["john", "susan", "mary"].map(|name| world.user(name));
    let [john, susan, mary] = &users;
    let root = world.post(john, "root #bread", 10, None);
    let answers = [20, 30, 40].map(|time| world.post(susan, "answer #bread", time, Some(root)));
    world.post(mary, "below #bread", 50, Some(answers[2]));
    world.store.like(mary.id, &[root, answers[0]], at(60)).unwrap();
    world.store.like(john.id, &answers[..1], at(61)).unwrap();
    world.store.bookmark(mary.id, &answers[1..2], at(62)).unwrap();
    world.store.boost(mary.id, &answers[2..], at(63)).unwrap();
    let body = Body::written("edited #bread").unwrap();
    world.store.edit_post(susan.id, answers[1], 0, &body, at(64)).unwrap();
    let did = |user: &User| -> Vec<(i64, bool, bool, bool)> {
        let thread = world.store.thread_for(root, Some(user.id)).unwrap();
        let posts: Vec<Post> = thread.into_iter().filter_map(|place| place.post).collect();
        let viewer = Viewer::of(user.id);
        for timeline in [Timeline::All, Timeline::Tag("bread".to_owned()), Timeline::Search("#bread".to_owned())] {
            let mut read = world.store.timeline_page(&timeline, viewer, PageStart::Oldest, 9).unwrap();
            read.sort_by_key(|post| post.id);
            let mut posts = posts.clone();
            posts.sort_by_key(|post| post.id);
            assert_eq!(read, posts, "{timeline:?}");
        }
        for post in &posts {
            assert_eq!(&world.store.post_for(post.id, user.id).unwrap(), post);
        }
        posts
            .iter()
            .map(|post| {
                (post.id.0, post.own_reactions.liked, post.own_reactions.boosted, post.own_reactions.bookmarked)
            })
            .collect()
    };
    let of_mary = [
        (1, true, false, false),
        (2, true, false, false),
        (3, false, false, true),
        (4, false, true, false),
        (5, false, false, false),
    ];
    assert_eq!(did(mary), of_mary);
    let of_john = [1, 2, 3, 4, 5].map(|id| (id, id == 2, false, false));
    assert_eq!(did(john), of_john);
    assert_eq!(did(susan), of_john.map(|(id, ..)| (id, false, false, false)));
}

#[test]
fn activity_counts_own_posts_by_day() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let day = 24 * 3600 * 1_000_000;
    for time in [-1, 0, 1, day - 1, day, 3 * day] {
        world.post(&john, "mine", time, None);
    }
    let hers = world.post(&susan, "hers", 2, None);
    world.store.boost(john.id, &[hers], at(3)).unwrap();
    let counts = |since| world.store.activity(john.id, at(since)).unwrap();
    assert_eq!(counts(-day), [(-1, 1), (0, 3), (1, 1), (3, 1)]);
    assert_eq!(counts(1), [(0, 2), (1, 1), (3, 1)]);
}

#[test]
fn followed_remote_users_name_those_of_the_reader() {
    let mut world = world();
    let [john, susan, david, mary, ann] = ["john", "susan", "david", "mary", "ann"].map(|name| world.user(name).id);
    for remote in [david, mary, ann] {
        world.store.connection.execute("UPDATE user SET kind = 'remote' WHERE id = ?1", [remote.0]).unwrap();
    }
    world.store.follow(john, &[susan, david, mary], Timestamp::from_micros(1)).unwrap();
    world.store.follow(susan, &[david], Timestamp::from_micros(2)).unwrap();
    world.store.follow(mary, &[john, ann], Timestamp::from_micros(3)).unwrap();
    let followed = |reader| {
        let mut all = world.store.followed_remote_users(reader).unwrap();
        all.sort_unstable();
        all
    };
    assert_eq!(followed(Some(susan)), [(david, true), (mary, false)]);
    assert_eq!(followed(Some(john)), [(david, true), (mary, true)]);
    assert_eq!(followed(None), [(david, false), (mary, false)]);
}

#[test]
fn follows_between_local_users_cost_the_users_pane_nothing() {
    let steps = |follows: usize| {
        let mut world = world();
        let users: Vec<UserId> = (0..60).map(|n| world.user(&format!("u{n}")).id).collect();
        for user in &users[..follows] {
            let others: Vec<UserId> = users.iter().copied().filter(|other| other != user).collect();
            world.store.follow(*user, &others, Timestamp::from_micros(1)).unwrap();
        }
        count_steps(&mut world, |world| drop(world.store.followed_remote_users(Some(users[0])).unwrap()))
    };
    assert_eq!(steps(60), steps(0));
}

#[test]
fn marked_kind_of_notifications_leaves_the_others_unread_and_is_restored() {
    use NotificationKind::{Followed, Liked, Mentioned, Replied};
    let mut world = world();
    let (john, susan) = (world.user("john"), world.user("susan"));
    let mine = world.post(&john, "I", 10, None);
    for n in 1..=3 {
        world.post(&susan, "hello @john", n * 20, None);
    }
    world.store.like(susan.id, &[mine], at(40)).unwrap();
    world.store.follow(susan.id, &[john.id], at(40)).unwrap();
    let unread = |world: &World| {
        let all = world.store.notifications(john.id, None, 99).unwrap();
        let unread: Vec<_> = all.iter().filter(|one| one.unread).map(|one| one.kind).collect();
        assert_eq!(world.store.unread_notifications(john.id, 99).unwrap(), unread.len());
        unread
    };
    let (all, mentions) = (unread(&world), [Mentioned, Replied]);
    assert_eq!(world.store.unread_notifications_of(john.id, &mentions, at(40), 99).unwrap(), 2);
    let before = world.store.mark_notifications_read(john.id, &mentions, at(59)).unwrap();
    assert_eq!(unread(&world), [Mentioned, Followed, Liked], "others of the same time stay unread");
    let after = world.store.read_notifications(john.id).unwrap();
    world.store.replace_read_notifications(john.id, &after, &before).unwrap();
    assert_eq!(unread(&world), all);
    world.store.replace_read_notifications(john.id, &before, &after).unwrap();
    assert_eq!(unread(&world), [Mentioned, Followed, Liked]);
    world.store.mark_notifications_read(john.id, &NotificationKind::ALL, at(60)).unwrap();
    assert_eq!(unread(&world), []);
    let marks = "SELECT count(*) FROM read_mark WHERE timeline GLOB 'notifications*'";
    let count: i64 = world.store.connection.query_row(marks, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1, "one mark of all kinds is enough");
}
