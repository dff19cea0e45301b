//! Work on many rows takes linear time, by the steps that SQLite counts: accounts, feeds, the outbox, undo, deletes.

use std::time::Duration;

use super::accounts::{page, status};
use super::linear::{assert_linear, count_steps};
use super::outbox::{account, make_account, sent};
use super::subscriptions::{changed, owner, post};
use super::*;
use crate::model::{AccountList, AccountPage, AccountStatus, NextInOutbox, UserList};
use crate::store::NewSubscription;

const NOW: i64 = 1_767_225_600_000_000;
const FEED: &str = "https://f.example/feed";
const SERVER: &str = "https://m.example";

/// Items of a feed: a post a second, every third of which replies to the first.
fn feed_items(size: usize, text: &str) -> Vec<ImportItem> {
    let item = |n: usize| match post(&format!("p{n}"), None, &format!("{text} {n} #tag"), n as i64 + 1) {
        ImportItem::Post(mut post) => {
            post.origin.in_reply_to = (n > 0 && n.is_multiple_of(3)).then(|| "p0".to_owned());
            ImportItem::Post(post)
        }
        other => other,
    };
    std::iter::once(owner(FEED, "Ada")).chain((0..size).map(item)).collect()
}

/// Statuses of a server by ten authors, some of which reply to others.
fn statuses(size: usize, edited: bool) -> Vec<AccountStatus> {
    let make = |n: usize| {
        let author = format!("{SERVER}/user{}", n % 10);
        let text = if edited { format!("edited {n}") } else { format!("status {n} #tag") };
        let mut status = status(&format!("{SERVER}/s/{n}"), &author, &text);
        status.post.created_at = at(NOW - n as i64);
        status.post.edited_at = edited.then_some(at(NOW + 1));
        status.post.origin.in_reply_to = n.is_multiple_of(3).then(|| format!("{SERVER}/s/{}", n + 1));
        status
    };
    (0..size).map(make).collect()
}

fn reader(world: &mut World) -> User {
    let reader = world.user("reader");
    make_account(&world.store, reader.id);
    reader
}

fn receive(world: &mut World, reader: &User, page: &AccountPage) {
    world.store.store_account_page(reader.id, page, at(NOW), &mut |_| {}).unwrap();
}

#[test]
fn statuses_of_an_account_are_stored_in_linear_time() {
    for (name, first, then) in
        [("new statuses", None, false), ("known statuses", Some(false), false), ("edited statuses", Some(false), true)]
    {
        assert_linear(name, |world, size| {
            let reader = reader(world);
            if let Some(edited) = first {
                receive(world, &reader, &page(statuses(size, edited), &[]));
            }
            let page = page(statuses(size, then), &[]);
            count_steps(world, |world| receive(world, &reader, &page))
        });
    }
}

#[test]
fn follows_of_an_account_are_stored_in_linear_time() {
    assert_linear("follows", |world, size| {
        let reader = reader(world);
        let urls: Vec<String> = (0..size).map(|n| format!("{SERVER}/user{n}")).collect();
        let users = page(vec![], &urls.iter().map(String::as_str).collect::<Vec<_>>()).users;
        let page = AccountPage { users, follows: urls, ..AccountPage::new(Some(AccountList::Home)) };
        count_steps(world, |world| receive(world, &reader, &page))
    });
}

#[test]
fn feed_is_stored_in_linear_time() {
    for (name, before, text) in
        [("new items", None, "new"), ("known items", Some("old"), "old"), ("edited items", Some("old"), "new")]
    {
        assert_linear(name, |world, size| {
            let john = world.user("john");
            let items = before.map_or_else(|| vec![owner(FEED, "Ada")], |text| feed_items(size, text));
            let new = NewSubscription { url: FEED.to_owned(), nickname: Nickname::parse("ada").unwrap() };
            let (feed, ..) = world.store.subscribe(john.id, &new, &changed(1_000, 2_000), items, &mut |_| {}).unwrap();
            let items = feed_items(size, text);
            count_steps(world, |world| {
                world.store.store_feed(feed, &changed(3_000, 4_000), items, None).unwrap();
            })
        });
    }
}

/// Imports posts of which some were liked and boosted here; returns their range.
fn import(world: &mut World, size: usize) -> crate::model::PostRange {
    let susan = world.user("susan");
    let stats = world.try_import(&ImportOptions::new(at(NOW)), feed_items(size, "imported"), &mut |_| {}).unwrap();
    let range = stats.added.unwrap();
    let ids: Vec<PostId> = (range.first.0..=range.last.0).step_by(5).map(PostId).collect();
    world.store.like(susan.id, &ids, at(NOW)).unwrap();
    world.store.boost(susan.id, &ids, at(NOW)).unwrap();
    range
}

#[test]
fn import_is_undone_and_redone_in_linear_time() {
    assert_linear("undo", |world, size| {
        let range = import(world, size);
        count_steps(world, |world| {
            assert_eq!(world.store.delete_imported(&[range], at(NOW)).unwrap(), size as u64);
        })
    });
    assert_linear("redo", |world, size| {
        let range = import(world, size);
        world.store.delete_imported(&[range], at(NOW)).unwrap();
        count_steps(world, |world| world.store.restore_imported(&[range], at(NOW)).unwrap())
    });
}

#[test]
fn posts_are_deleted_one_after_the_other_in_linear_time() {
    assert_linear("deletes", |world, size| {
        let susan = world.user("susan");
        let posts: Vec<PostId> = (1..=size as i64).map(|n| world.post(&susan, "post", n, None)).collect();
        count_steps(world, |world| {
            posts.iter().for_each(|id| world.store.delete_posts(susan.id, &[*id], at(NOW)).unwrap());
        })
    });
}

#[test]
fn outbox_is_sent_in_linear_time() {
    assert_linear("outbox", |world, size| {
        let susan = account(world, "susan");
        let first = world.post(&susan, "post", 1, None);
        for n in 1..size {
            world.post(&susan, "reply", n as i64 + 1, Some(first));
        }
        count_steps(world, |world| {
            for n in 0..size {
                let next = world.store.next_in_outbox(susan.id, Timestamp::now(), Duration::ZERO).unwrap();
                let NextInOutbox::Ready(outgoing) = next else { panic!("{next:?}") };
                world.store.outbox_published(&outgoing, &sent(&format!("{SERVER}/{n}"))).unwrap();
            }
        })
    });
}

#[test]
fn posts_passed_in_catch_up_are_marked_in_linear_time() {
    assert_linear("read marks", |world, size| {
        let (john, susan) = (world.user("john"), world.user("susan"));
        for n in 0..size {
            world.post(&john, "hello", n as i64 + 1, None);
        }
        let keys: Vec<Timestamp> = (0..size).step_by(3).map(|n| at(n as i64 + 1)).collect();
        let arrived = world.store.last_arrival().unwrap();
        count_steps(world, |world| {
            world.store.mark_posts_read(susan.id, &Timeline::All, &keys, arrived, Timestamp::MAX).unwrap();
        })
    });
}

#[test]
fn posts_and_users_are_deleted_in_linear_time() {
    let posts = |world: &mut World, size: usize| {
        let (john, susan) = (world.user("john"), world.user("susan"));
        let ids: Vec<PostId> = (0..size).map(|n| world.post(&john, "hello @susan #tag", n as i64 + 1, None)).collect();
        world.store.like(susan.id, &ids, at(NOW)).unwrap();
        world.store.boost(susan.id, &ids[..size / 2], at(NOW)).unwrap();
        (john, ids)
    };
    assert_linear("deleted posts", |world, size| {
        let (john, ids) = posts(world, size);
        count_steps(world, |world| world.store.delete_posts(john.id, &ids, at(NOW)).unwrap())
    });
    assert_linear("restored posts", |world, size| {
        let (john, ids) = posts(world, size);
        world.store.delete_posts(john.id, &ids, at(NOW)).unwrap();
        count_steps(world, |world| world.store.restore_posts(john.id, &ids).unwrap())
    });
    assert_linear("deleted user", |world, size| {
        let (john, _) = posts(world, size);
        count_steps(world, |world| assert_eq!(world.store.delete_user(john.id).unwrap(), size as u64))
    });
}

#[test]
fn members_of_a_list_are_added_and_listed_in_linear_time() {
    assert_linear("list", |world, size| {
        let susan = world.user("susan");
        let members: Vec<UserId> = (0..size).map(|n| world.user(&format!("user{n}")).id).collect();
        count_steps(world, |world| {
            world.store.create_list(susan.id, "friends", &members).unwrap();
            let list = UserList { name: "friends".to_owned(), members: size as u64 };
            assert_eq!(world.store.list(susan.id, "friends").unwrap(), list);
            assert_eq!(world.store.list_members(susan.id, "friends").unwrap().len(), size);
        })
    });
}
