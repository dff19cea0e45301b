//! Feeds that are followed: whom their posts belong to, when they are due, and what stays of them.

use super::*;
use crate::model::{FeedCheck, FeedResult, FeedState, FeedVersion, ImportItem, Origin, RemotePost, RemoteUser, UserId};

const URL: &str = "https://a.example/feed";

fn nick(text: &str) -> Nickname {
    Nickname::parse(text).unwrap()
}

pub(super) fn owner(url: &str, name: &str) -> ImportItem {
    ImportItem::Owner(RemoteUser {
        url: url.to_owned(),
        nickname: nick("claimed@b.example"),
        kind: UserKind::Remote,
        display_name: DisplayName::parse(name).unwrap(),
        about_me: None,
        email: None,
        last_seen: None,
    })
}

pub(super) fn post(source: &str, author: Option<&str>, body: &str, time: i64) -> ImportItem {
    ImportItem::Post(Box::new(RemotePost {
        author: author.map(str::to_owned),
        source: source.to_owned(),
        created_at: at(time),
        edited_at: None,
        revisions: Vec::new(),
        body: Body::imported(body).unwrap(),
        mentions: Vec::new(),
        origin: Origin::default(),
        place: String::new(),
    }))
}

pub(super) fn changed(time: i64, next: i64) -> FeedCheck {
    let version = FeedVersion { etag: Some("\"1\"".to_owned()), ..FeedVersion::default() };
    FeedCheck {
        at: at(time),
        next_at: at(next),
        is_public: false,
        result: FeedResult::Changed { moved_to: None, version },
    }
}

fn failed(time: i64, next: i64, is_gone: bool) -> FeedCheck {
    FeedCheck {
        at: at(time),
        next_at: at(next),
        is_public: false,
        result: FeedResult::Failed { error: "HTTP 503".to_owned(), is_gone },
    }
}

impl World {
    fn subscribe(&mut self, follower: &User, url: &str, items: Vec<ImportItem>) -> UserId {
        let new = NewSubscription { url: url.to_owned(), nickname: nick("ada@a.example") };
        let items = [vec![owner(url, "Ada")], items].concat();
        self.store.subscribe(follower.id, &new, &changed(1_000, 2_000), items, &mut |_| {}).unwrap().0
    }

    fn due(&self, time: i64) -> Vec<UserId> {
        self.store.due_subscriptions(at(time)).unwrap().into_iter().map(|feed| feed.user.id).collect()
    }
}

#[test]
fn posts_of_a_feed_belong_to_its_user_whatever_it_claims() {
    let mut world = world();
    let john = world.user("john");
    let victim = world.subscribe(&john, "https://b.example/feed", vec![post("1", None, "true", 10)]);
    let items = vec![
        owner("https://b.example/feed", "Victim"),
        ImportItem::User(RemoteUser { url: "https://b.example/feed".to_owned(), ..remote("victim@b.example") }),
        ImportItem::Follow { follower: None, followed: remote("someone@c.example") },
        post("1", Some("https://b.example/feed"), "forged", 20),
        post("2", None, "own", 30),
    ];
    let ada = world.subscribe(&john, URL, items);
    assert_ne!(ada, victim);
    let user = world.store.user_by_id(ada).unwrap();
    assert_eq!((user.nickname.as_str(), user.url.as_deref(), user.posts), ("ada2@a.example", Some(URL), 2));
    assert_eq!(user.display_name.unwrap().as_str(), "Victim");
    assert_eq!(world.store.user_by_id(victim).unwrap().posts, 1);
    assert_eq!(world.store.users(UserOrder::Nickname, false).unwrap().len(), 3, "a feed adds no other users");
}

fn remote(nickname: &str) -> RemoteUser {
    RemoteUser {
        url: "https://c.example/".to_owned(),
        nickname: nick(nickname),
        kind: UserKind::Remote,
        display_name: None,
        about_me: None,
        email: None,
        last_seen: None,
    }
}

#[test]
fn feed_is_due_while_one_of_our_users_follows_it() {
    let mut world = world();
    let (john, susan) = (world.user("john"), world.user("susan"));
    let ada = world.subscribe(&john, URL, vec![]);
    assert_eq!((world.due(1_999), world.due(2_000)), (vec![], vec![ada]));
    assert_eq!(world.subscribe(&susan, URL, vec![]), ada, "a second follower shares the feed");
    world.store.unfollow(john.id, &[ada]).unwrap();
    assert_eq!(world.due(2_000), [ada]);
    world.store.unfollow(susan.id, &[ada]).unwrap();
    assert_eq!(world.due(2_000), []);
    world.store.follow(john.id, &[ada], at(5)).unwrap();
    assert_eq!(world.due(2_000), [ada]);
    assert_eq!(world.store.subscriptions(Some(susan.id)).unwrap(), []);
    assert_eq!(world.store.subscriptions(Some(john.id)).unwrap().len(), 1);
    assert_eq!(world.store.subscriptions(None).unwrap().len(), 1);
}

#[test]
fn state_of_a_feed_follows_from_its_fetches() {
    let mut world = world();
    let john = world.user("john");
    let ada = world.subscribe(&john, URL, vec![]);
    let state = |world: &World| {
        let feed = world.store.subscription_of(ada).unwrap().unwrap();
        (feed.state(), feed.failures, feed.failing_since.map(Timestamp::micros), feed.fetched_at.map(Timestamp::micros))
    };
    assert_eq!(state(&world), (FeedState::Changed, 0, None, Some(1_000)));
    let unchanged = FeedResult::Unchanged { moved_to: Some("https://c.example/".to_owned()), version: None };
    let unchanged = FeedCheck { at: at(2_000), next_at: at(3_000), is_public: true, result: unchanged };
    world.store.record_feed_checks(&[(ada, unchanged)]).unwrap();
    assert_eq!(state(&world), (FeedState::Unchanged, 0, None, Some(2_000)));
    let feed = world.store.subscription_by_url(URL).unwrap().unwrap();
    assert_eq!((feed.fetch_url.as_str(), feed.version.etag.as_deref()), ("https://c.example/", Some("\"1\"")));
    for time in [3_000, 4_000] {
        world.store.record_feed_checks(&[(ada, failed(time, time + 1_000, false))]).unwrap();
    }
    assert_eq!(state(&world), (FeedState::Failing, 2, Some(3_000), Some(2_000)));
    world
        .store
        .store_feed(ada, &changed(5_000, 6_000), vec![owner(URL, "Ada"), post("1", None, "back", 10)], None)
        .unwrap();
    assert_eq!(state(&world), (FeedState::Changed, 0, None, Some(5_000)));
    world.store.record_feed_checks(&[(ada, failed(6_000, 7_000, true))]).unwrap();
    assert_eq!((state(&world).0, world.due(99_000)), (FeedState::Gone, vec![]));
    assert_eq!(world.store.user_by_id(ada).unwrap().posts, 1, "the posts stay");
}

#[test]
fn clock_that_was_put_back_makes_feeds_due() {
    let mut world = world();
    let john = world.user("john");
    let ada = world.subscribe(&john, URL, vec![]);
    assert_eq!(world.due(500), [ada], "it was fetched in the future");
}

#[test]
fn address_of_a_local_user_cannot_be_followed() {
    let mut world = world();
    let john = world.user("john");
    let mine = "UPDATE user SET kind = 'claimed', url = ?1 WHERE id = ?2";
    let ada = world.subscribe(&john, URL, vec![]);
    world.store.connection.execute("DELETE FROM subscription", []).unwrap();
    world.store.connection.execute(mine, (URL, ada.0)).unwrap();
    let new = NewSubscription { url: URL.to_owned(), nickname: nick("x@a.example") };
    let refused = world.store.subscribe(john.id, &new, &changed(1, 2), vec![], &mut |_| {});
    assert!(matches!(refused, Err(StoreError::OwnFeed { .. })), "{refused:?}");
}

#[test]
fn refresh_lock_is_held_by_one() {
    let world = world();
    let lock = world.store.try_lock_refresh().unwrap();
    assert!(lock.is_some() && world.store.try_lock_refresh().unwrap().is_none());
    drop(lock);
    drop(world.store.lock_refresh(|| panic!("nobody holds it")).unwrap());
    assert!(!world.folder.path().join("m.db.refresh-lock").exists());
}

#[test]
fn reply_of_a_feed_is_counted_when_its_parent_comes_later() {
    let mut world = world();
    let susan = world.user("susan");
    let ImportItem::Post(reply) = post("reply", None, "a reply", 20) else { panic!("no post") };
    let origin = Origin { in_reply_to: Some("parent".to_owned()), ..Origin::default() };
    let feed = world.subscribe(&susan, URL, vec![ImportItem::Post(Box::new(RemotePost { origin, ..*reply }))]);
    let later = vec![owner(URL, "Ada"), post("parent", None, "the parent", 10)];
    world.store.store_feed(feed, &changed(3_000, 4_000), later, None).unwrap();
    let parent = world.post_by_remote_id("parent").unwrap();
    assert_eq!(world.store.post(parent).unwrap().replies, 1);
}

#[test]
fn feeds_are_in_the_natural_order_of_their_names() {
    let mut world = world();
    let john = world.user("john");
    for name in ["atom13", "Atom2", "atom1", "ada", "b"] {
        let url = format!("https://a.example/{name}");
        let new = NewSubscription { url: url.clone(), nickname: nick(name) };
        world.store.subscribe(john.id, &new, &changed(1, 100), vec![owner(&url, "A")], &mut |_| {}).unwrap();
    }
    let feeds = world.store.subscriptions(Some(john.id)).unwrap();
    let names: Vec<_> = feeds.iter().map(|feed| feed.user.nickname.as_str()).collect();
    assert_eq!(names, ["ada", "atom1", "Atom2", "atom13", "b"]);
}
