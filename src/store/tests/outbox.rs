//! What accounts queue, take back and send.

use std::time::Duration;

use super::*;
use crate::model::{
    Audience, ImportItem, NextInOutbox, Origin, OutboxAction, OutboxId, OutboxState, Outgoing, RemotePost, RemoteUser,
    SentPost,
};
use crate::store::{ImportOptions, SourceIdentity};

const SERVER: &str = "https://m.example";

/// A world with an account.
pub(super) fn account(world: &mut World, name: &str) -> User {
    let user = world.user(name);
    make_account(&world.store, user.id);
    user
}

/// Makes a user an account.
pub(super) fn make_account(store: &Store, user: UserId) {
    store
        .connection
        .execute(
            "INSERT INTO account (user, name, server, remote_id, added_at, next_at) VALUES (?1, 'n' || ?1, ?2, '1', 0, 0)",
            (user, SERVER),
        )
        .unwrap();
}

fn remote(world: &mut World, name: &str) -> User {
    let user = world.user(name);
    let url = format!("{SERVER}/@{name}");
    world.store.connection.execute("UPDATE user SET kind = 'remote', url = ?2 WHERE id = ?1", (user.id, url)).unwrap();
    world.store.user_by_id(user.id).unwrap()
}

/// Gives a post a remote id.
fn published(world: &World, post: PostId) {
    let uri = format!("{SERVER}/{post}");
    world.store.connection.execute("UPDATE post SET source = ?2 WHERE id = ?1", (post, uri)).unwrap();
}

/// The outbox as words, such as `post 1 pending`.
fn outbox(world: &World) -> Vec<String> {
    let entries = world.store.outbox(None).unwrap();
    let line = |entry: crate::model::OutboxEntry| {
        let subject = entry.post.map_or_else(|| entry.target.unwrap().to_string(), |post| post.to_string());
        format!("{} {subject} {}", entry.action.word(), entry.state.word())
    };
    entries.into_iter().map(line).collect()
}

/// Takes the next entry to send.
fn next(world: &mut World, account: &User) -> Option<Outgoing> {
    match world.store.next_in_outbox(account.id, Timestamp::now(), Duration::ZERO).unwrap() {
        NextInOutbox::Ready(outgoing) => Some(*outgoing),
        _ => None,
    }
}

pub(super) fn sent(uri: &str) -> SentPost {
    SentPost { uri: uri.to_owned(), url: None, original: Some("<p>x</p>".to_owned()), audience: Audience::Public }
}

#[test]
fn post_of_account_is_queued_and_post_of_local_user_is_not() {
    let mut world = world();
    let (susan, john) = (account(&mut world, "susan"), world.user("john"));
    let post = world.post(&susan, "hello", 1, None);
    world.post(&john, "hello", 2, None);
    assert_eq!(outbox(&world), ["post 1 pending"]);
    assert_eq!(world.store.accounts_to_send().unwrap(), [susan.id]);
    let outgoing = next(&mut world, &susan).unwrap();
    assert_eq!((outgoing.text.as_str(), outgoing.reply_to.as_deref()), ("hello", None));
    assert_eq!(outbox(&world), ["post 1 sending"]);
    world.store.outbox_published(&outgoing, &sent("https://m.example/1")).unwrap();
    let post = world.store.post(post).unwrap();
    assert_eq!((post.source.as_deref(), post.delivery), (Some("https://m.example/1"), None));
    assert_eq!(outbox(&world), [""; 0]);
}

#[test]
fn thread_is_sent_in_order_with_each_parent() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let first = NewPost {
        author: susan.id,
        body: Body::written("one").unwrap(),
        created_at: at(1),
        reply_to: None,
        source: None,
    };
    let rest = ["two", "three"].map(|text| Body::written(text).unwrap());
    let details =
        PostDetails { audience: Audience::Followers, warning: Some("cake".to_owned()), ..PostDetails::default() };
    world.store.add_thread_with(&first, &rest, &details).unwrap();
    let mut parent = None;
    for number in 1..=3 {
        let outgoing = next(&mut world, &susan).unwrap();
        assert_eq!(outgoing.reply_to, parent);
        assert_eq!(outgoing.details.audience, Audience::Followers);
        assert_eq!(outgoing.details.warning.as_deref(), Some("cake"));
        let uri = format!("https://m.example/{number}");
        world.store.outbox_published(&outgoing, &sent(&uri)).unwrap();
        parent = Some(uri);
    }
    assert_eq!(next(&mut world, &susan), None);
}

#[test]
fn reply_has_no_larger_audience_than_its_parent() {
    use Audience::{Direct, Followers, Public, Unlisted};
    // The audience of the parent, the one asked for, and the one that is sent.
    let cases = [
        (Public, Public, Public),
        (Public, Followers, Followers),
        (Unlisted, Public, Unlisted),
        (Followers, Public, Followers),
        (Followers, Direct, Direct),
        (Direct, Public, Direct),
        (Direct, Followers, Direct),
    ];
    for (parent, wanted, sent) in cases {
        let mut world = world();
        let (susan, ada) = (account(&mut world, "susan"), remote(&mut world, "ada"));
        let post = world.post(&ada, "hello", 1, None);
        published(&world, post);
        let origin = Origin { audience: parent, ..Origin::default() };
        crate::store::remote::insert(&world.store.connection, post, &origin).unwrap();
        let reply = NewPost {
            author: susan.id,
            body: Body::written("for you").unwrap(),
            created_at: at(2),
            reply_to: Some(post),
            source: None,
        };
        let details = PostDetails { audience: wanted, ..PostDetails::default() };
        let rest = [Body::written("and more").unwrap()];
        let ids = world.store.add_thread_with(&reply, &rest, &details).unwrap();
        assert_eq!(next(&mut world, &susan).unwrap().details.audience, sent, "{parent:?} {wanted:?}");
        for id in ids {
            assert_eq!(world.store.origin(id).unwrap().audience, sent, "{parent:?} {wanted:?}");
        }
        world.store.schedule_post(&reply, &[], &PostDetails::default(), at(3)).unwrap();
        let scheduled = world.store.post_due(at(4)).unwrap();
        let audience = world.store.origin(scheduled[0].1[0]).unwrap().audience;
        assert_eq!(audience, parent, "a scheduled reply to {parent:?}");
    }
}

#[test]
fn like_and_unlike_before_sending_cancel_each_other() {
    let mut world = world();
    let (susan, ada) = (account(&mut world, "susan"), remote(&mut world, "ada"));
    let post = world.post(&ada, "hello", 1, None);
    published(&world, post);
    let now = at(9);
    world.store.like(susan.id, &[post], now).unwrap();
    world.store.like(susan.id, &[post], now).unwrap();
    world.store.boost(susan.id, &[post], now).unwrap();
    world.store.bookmark(susan.id, &[post], now).unwrap();
    world.store.follow(susan.id, &[ada.id], now).unwrap();
    world.store.mute(susan.id, &[ada.id], now).unwrap();
    let queued = ["like 1 pending", "boost 1 pending", "bookmark 1 pending", "follow ada pending", "mute ada pending"];
    assert_eq!(outbox(&world), queued);
    world.store.unlike(susan.id, &[post]).unwrap();
    world.store.unlike(susan.id, &[post]).unwrap();
    world.store.unboost(susan.id, &[post], now).unwrap();
    world.store.unbookmark(susan.id, &[post]).unwrap();
    world.store.unfollow(susan.id, &[ada.id]).unwrap();
    world.store.unmute(susan.id, &[ada.id]).unwrap();
    assert_eq!(outbox(&world), [""; 0]);
}

#[test]
fn unlike_after_sending_is_queued() {
    let mut world = world();
    let (susan, ada) = (account(&mut world, "susan"), remote(&mut world, "ada"));
    let post = world.post(&ada, "hello", 1, None);
    published(&world, post);
    world.store.like(susan.id, &[post], at(9)).unwrap();
    let outgoing = next(&mut world, &susan).unwrap();
    assert_eq!(outgoing.remote_id.as_deref(), Some("https://m.example/1"));
    world.store.unlike(susan.id, &[post]).unwrap();
    assert_eq!(outbox(&world), ["like 1 sending", "unlike 1 pending"]);
    world.store.outbox_done(&outgoing, None).unwrap();
    assert_eq!(next(&mut world, &susan).map(|next| next.action), Some(OutboxAction::Unlike));
}

#[test]
fn actions_that_no_server_can_know_are_not_queued() {
    let mut world = world();
    let (susan, john) = (account(&mut world, "susan"), world.user("john"));
    let post = world.post(&john, "hello", 1, None);
    world.store.like(susan.id, &[post], at(9)).unwrap();
    world.store.follow(susan.id, &[john.id], at(9)).unwrap();
    assert_eq!(outbox(&world), [""; 0]);
    world.post(&susan, "an answer", 2, Some(post));
    assert_eq!(next(&mut world, &susan), None);
    let failed = &world.store.outbox(Some(susan.id)).unwrap()[0];
    assert_eq!(failed.state, OutboxState::Failed);
    assert!(failed.error.as_deref().unwrap().contains("exists only here"), "{failed:?}");
}

#[test]
fn unsent_post_is_edited_and_withdrawn_in_the_outbox() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let post = world.post(&susan, "helo", 1, None);
    world.store.edit_post(susan.id, post, 0, &Body::written("hello").unwrap(), at(2)).unwrap();
    assert_eq!(outbox(&world), ["post 1 pending"]);
    world.store.delete_posts(susan.id, &[post], Timestamp::now()).unwrap();
    assert_eq!((outbox(&world), next(&mut world, &susan)), (vec![], None));
    world.store.restore_posts(susan.id, &[post]).unwrap();
    assert_eq!(next(&mut world, &susan).map(|next| next.text).as_deref(), Some("hello"));
}

#[test]
fn purged_post_leaves_the_outbox() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let post = world.post(&susan, "hello", 1, None);
    world.store.delete_posts(susan.id, &[post], Timestamp::now()).unwrap();
    world.store.purge_posts(&[post]).unwrap();
    let rows: i64 = world.store.connection.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn sent_post_is_edited_and_deleted_on_the_server() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let post = world.post(&susan, "helo", 1, None);
    let outgoing = next(&mut world, &susan).unwrap();
    world.store.outbox_published(&outgoing, &sent("https://m.example/1")).unwrap();
    world.store.edit_post(susan.id, post, 0, &Body::written("hello").unwrap(), at(2)).unwrap();
    world.store.edit_post(susan.id, post, 1, &Body::written("hello!").unwrap(), at(3)).unwrap();
    assert_eq!(outbox(&world), ["edit 1 pending"]);
    world.store.delete_posts(susan.id, &[post], Timestamp::now()).unwrap();
    assert_eq!(outbox(&world), ["delete 1 pending"]);
    world.store.restore_posts(susan.id, &[post]).unwrap();
    assert_eq!(outbox(&world), [""; 0]);
    world.store.delete_posts(susan.id, &[post], Timestamp::now()).unwrap();
    world.store.purge_posts(&[post]).unwrap();
    let outgoing = next(&mut world, &susan).unwrap();
    assert_eq!((outgoing.action, outgoing.remote_id.as_deref()), (OutboxAction::Delete, Some("https://m.example/1")));
}

#[test]
fn post_deleted_while_it_is_sent_is_deleted_on_the_server() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let post = world.post(&susan, "hello", 1, None);
    let outgoing = next(&mut world, &susan).unwrap();
    world.store.delete_posts(susan.id, &[post], Timestamp::now()).unwrap();
    assert_eq!(outbox(&world), ["post 1 sending", "delete 1 pending"]);
    let again = next(&mut world, &susan).unwrap();
    assert!(again.is_deleted && again.tried_at.is_some() && again.text == "hello", "{again:?}");
    world.store.outbox_published(&outgoing, &sent("https://m.example/1")).unwrap();
    let delete = next(&mut world, &susan).unwrap();
    assert_eq!((delete.action, delete.remote_id.as_deref()), (OutboxAction::Delete, Some("https://m.example/1")));
}

#[test]
fn post_deleted_while_it_is_sent_and_not_found_is_withdrawn() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let post = world.post(&susan, "hello", 1, None);
    let outgoing = next(&mut world, &susan).unwrap();
    world.store.delete_posts(susan.id, &[post], Timestamp::now()).unwrap();
    world.store.outbox_never_sent(&outgoing).unwrap();
    assert_eq!((outbox(&world), next(&mut world, &susan)), (vec![], None));
    world.store.restore_posts(susan.id, &[post]).unwrap();
    assert_eq!(outbox(&world), ["post 1 pending"]);
}

#[test]
fn reply_to_a_refused_post_waits_for_it() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let first = world.post(&susan, "one", 1, None);
    world.post(&susan, "two", 2, Some(first));
    world.post(&susan, "three", 3, None);
    let outgoing = next(&mut world, &susan).unwrap();
    world.store.outbox_undelivered(&outgoing, OutboxState::Failed, "too long").unwrap();
    let third = next(&mut world, &susan).unwrap();
    assert_eq!(third.text, "three");
    world.store.outbox_published(&third, &sent("https://m.example/3")).unwrap();
    assert_eq!(
        (outbox(&world), next(&mut world, &susan)),
        (vec!["post 1 failed".into(), "post 2 pending".into()], None)
    );
    let delivery = world.store.post(first).unwrap().delivery.unwrap();
    assert_eq!((delivery.state, delivery.error.as_deref()), (OutboxState::Failed, Some("too long")));
    // An edit of a refused post sends it again.
    world.store.edit_post(susan.id, first, 0, &Body::written("1").unwrap(), at(9)).unwrap();
    let again = next(&mut world, &susan).unwrap();
    assert_eq!((again.text.as_str(), again.tried_at, again.attempts), ("1", None, 0));
    assert_ne!(again.idempotency_key, outgoing.idempotency_key);
}

#[test]
fn delay_and_backoff_hold_the_queue() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    world.post(&susan, "hello", 1, None);
    let now = Timestamp::now();
    let delay = Duration::from_secs(5);
    let NextInOutbox::Later(at_time) = world.store.next_in_outbox(susan.id, now, delay).unwrap() else { panic!() };
    let wait = at_time.micros() - now.micros();
    assert!((4_000_000..=5_000_000).contains(&wait), "{wait}");
    let outgoing = next(&mut world, &susan).unwrap();
    let later = Timestamp::from_micros(now.micros() + 60_000_000);
    world.store.outbox_postponed(&outgoing, later, "429", false).unwrap();
    world.post(&susan, "second", 2, None);
    let held = world.store.next_in_outbox(susan.id, Timestamp::now(), Duration::ZERO).unwrap();
    assert_eq!(held, NextInOutbox::Later(later));
    let id = world.store.outbox(None).unwrap()[0].id;
    world.store.retry_outbox_entry(id, Timestamp::now()).unwrap();
    assert_eq!(next(&mut world, &susan).map(|next| (next.text, next.tried_at)), Some(("hello".to_owned(), None)));
}

#[test]
fn interrupted_request_is_known_after_reopening() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    world.post(&susan, "hello", 1, None);
    let first = next(&mut world, &susan).unwrap();
    world.store = Store::open(&world.path()).unwrap().0;
    let again = next(&mut world, &susan).unwrap();
    assert!(first.tried_at.is_none() && again.tried_at.is_some());
    assert_eq!((again.idempotency_key, again.attempts), (first.idempotency_key, 1));
}

#[test]
fn discarded_post_is_deleted_and_can_be_restored() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let post = world.post(&susan, "hello", 1, None);
    let outgoing = next(&mut world, &susan).unwrap();
    let id = outgoing.id;
    let refused = world.store.discard_outbox_entry(id, Timestamp::now()).unwrap_err();
    assert!(matches!(refused, StoreError::OutboxEntryInTransit(_)), "{refused}");
    world.store.outbox_undelivered(&outgoing, OutboxState::Unsure, "lost").unwrap();
    world.store.discard_outbox_entry(id, Timestamp::now()).unwrap();
    assert!(world.store.post(post).is_err());
    assert_eq!(outbox(&world), [""; 0]);
    world.store.restore_posts(susan.id, &[post]).unwrap();
    assert_eq!(outbox(&world), ["post 1 pending"]);
    assert!(world.store.outbox_entry(OutboxId(77)).is_err());
}

/// Imports a post of an account as a sync does.
fn sync(world: &mut World, account: &User, uri: &str, text: &str, in_reply_to: Option<&str>) {
    let post = RemotePost {
        author: None,
        source: uri.to_owned(),
        created_at: Timestamp::now(),
        edited_at: None,
        revisions: Vec::new(),
        body: Body::written(text).unwrap(),
        mentions: Vec::new(),
        origin: Origin { in_reply_to: in_reply_to.map(str::to_owned), ..Origin::default() },
        place: String::new(),
    };
    let owner = RemoteUser {
        url: format!("{SERVER}/@susan"),
        nickname: account.nickname.clone(),
        kind: UserKind::Claimed,
        display_name: None,
        about_me: None,
        email: None,
        last_seen: None,
    };
    let options = ImportOptions {
        identity: SourceIdentity::User(account.id),
        update: true,
        ..ImportOptions::new(Timestamp::now())
    };
    let items = vec![ImportItem::Owner(owner), ImportItem::Post(Box::new(post))];
    world.try_import(&options, items, &mut |skipped| panic!("{skipped:?}")).unwrap();
}

#[test]
fn synced_post_completes_the_one_that_was_interrupted() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let post = world.post(&susan, "hello *there*", 1, None);
    next(&mut world, &susan).unwrap();
    sync(&mut world, &susan, "https://m.example/7", "something else", None);
    assert_eq!(outbox(&world), ["post 1 sending"]);
    sync(&mut world, &susan, "https://m.example/8", "hello there", Some("https://m.example/7"));
    assert_eq!(outbox(&world), ["post 1 sending"]);
    sync(&mut world, &susan, "https://m.example/9", "hello there", None);
    assert_eq!(outbox(&world), [""; 0]);
    let post = world.store.post(post).unwrap();
    assert_eq!((post.source.as_deref(), post.body.as_str()), (Some("https://m.example/9"), "hello *there*"));
    assert_eq!(world.store.user_by_id(susan.id).unwrap().posts, 3);
}

#[test]
fn synced_post_that_could_be_two_completes_neither() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    for time in 1..=2 {
        world.post(&susan, "hello", time, None);
        let outgoing = next(&mut world, &susan).unwrap();
        world.store.outbox_undelivered(&outgoing, OutboxState::Unsure, "lost").unwrap();
    }
    sync(&mut world, &susan, "https://m.example/9", "hello", None);
    assert_eq!(outbox(&world), ["post 1 unsure", "post 2 unsure"]);
}

#[test]
fn post_that_was_synced_before_it_was_recognized_is_one() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let post = world.post(&susan, "hello", 1, None);
    let outgoing = next(&mut world, &susan).unwrap();
    let twin = world.post(&susan, "hello", 2, None);
    world.store.connection.execute("DELETE FROM outbox WHERE post = ?1", [twin]).unwrap();
    published(&world, twin);
    let reply = world.post(&susan, "reply", 3, Some(twin));
    world.store.outbox_published(&outgoing, &sent(&format!("{SERVER}/{twin}"))).unwrap();
    assert!(world.store.post(twin).is_err());
    assert_eq!(world.store.post(reply).unwrap().reply_to.map(|parent| parent.id), Some(post));
    assert_eq!(world.store.post(post).unwrap().replies, 1);
}

#[test]
fn discarded_follow_is_queued_again_by_undo() {
    let mut world = world();
    let susan = account(&mut world, "susan");
    let hal = remote(&mut world, "hal");
    world.store.follow(susan.id, &[hal.id], at(1)).unwrap();
    let entry = world.store.outbox(None).unwrap().remove(0);
    world.store.discard_outbox_entry(entry.id, at(2)).unwrap();
    assert_eq!(outbox(&world), [""; 0]);
    let id = world.store.restore_outbox_entry(&entry, at(3)).unwrap();
    assert_eq!(outbox(&world), ["follow hal pending"]);
    assert_eq!(world.store.outbox_entry(id).unwrap().target.unwrap().as_str(), "hal");
}
