//! Votes of accounts in polls, from the outbox to the server.

use std::time::Duration;

use super::accounts::{page, status};
use super::outbox::make_account;
use super::*;
use crate::model::{NextInOutbox, OutboxState, Outgoing, Poll, PollChoice, VoteError};

const URI: &str = "https://m.example/polls/1";
const ADA: &str = "https://m.example/users/ada";

fn poll(votes: u64) -> Poll {
    let choice = |title: &str, votes| PollChoice { title: title.to_owned(), votes: Some(votes) };
    Poll { id: "9".to_owned(), choices: vec![choice("tea", votes), choice("mate", 0)], ..Poll::default() }
}

/// Receives a poll by ada from the server of susan's account.
fn receive(world: &mut World, susan: UserId, poll: Poll) -> PostId {
    let lines = poll.choices.iter().map(|choice| format!("\n- {} ({})", choice.title, choice.votes.unwrap_or(0)));
    let text = format!("what?{}", lines.collect::<String>());
    let mut status = status(URI, ADA, &text);
    status.server.poll = Some(Box::new(poll));
    world.store.store_account_page(susan, &page(vec![status], &[]), at(1_767_225_600_000_000), &mut |_| {}).unwrap();
    let sql = "SELECT id FROM post WHERE source = ?1";
    world.store.connection.query_row(sql, [URI], |row| row.get(0)).unwrap()
}

/// A world with susan, who is an account, and a poll.
fn world_with_poll() -> (World, UserId, PostId) {
    let mut world = world();
    let susan = world.user("susan").id;
    make_account(&world.store, susan);
    world.store.connection.execute("UPDATE account SET server = 'm.example'", ()).unwrap();
    let post = receive(&mut world, susan, poll(3));
    (world, susan, post)
}

fn next(world: &mut World, account: UserId) -> Outgoing {
    match world.store.next_in_outbox(account, Timestamp::now(), Duration::ZERO).unwrap() {
        NextInOutbox::Ready(outgoing) => *outgoing,
        other => panic!("{other:?}"),
    }
}

fn votes(world: &World, susan: UserId, post: PostId) -> (bool, bool, Vec<u32>) {
    let poll = world.store.poll(susan, post).unwrap();
    (poll.has_voted, poll.is_pending, poll.own_votes)
}

#[test]
fn vote_is_shown_at_once_and_stays_when_the_server_has_it() {
    let (mut world, susan, post) = world_with_poll();
    assert_eq!(votes(&world, susan, post), (false, false, vec![]));
    world.store.vote(susan, post, &[1], at(6)).unwrap();
    assert_eq!(votes(&world, susan, post), (true, true, vec![1]));
    // The poll is read again before the vote is sent.
    receive(&mut world, susan, poll(4));
    assert_eq!(votes(&world, susan, post), (true, true, vec![1]));
    assert!(matches!(world.store.vote(susan, post, &[0], at(7)), Err(StoreError::Vote(VoteError::AlreadyVoted))));
    let outgoing = next(&mut world, susan);
    assert_eq!((outgoing.remote_id.as_deref(), outgoing.choices.as_slice()), (Some(URI), &[1][..]));
    let mut counted = poll(4);
    counted.choices[1].votes = Some(1);
    world.store.outbox_voted(&outgoing, Some(&counted)).unwrap();
    assert_eq!(votes(&world, susan, post), (true, false, vec![1]));
    assert!(matches!(world.store.take_back_vote(susan, post), Err(StoreError::Vote(VoteError::Sent))));
    let text = world.store.post(post).unwrap();
    assert_eq!((text.body.as_str(), text.edits), ("what?\n- tea (4)\n- mate (1)", 0));
}

#[test]
fn vote_stays_while_the_server_does_not_show_it() {
    let (mut world, susan, post) = world_with_poll();
    world.store.vote(susan, post, &[1], at(6)).unwrap();
    let outgoing = next(&mut world, susan);
    world.store.outbox_voted(&outgoing, None).unwrap();
    // Its id changes too, as on snac.
    receive(&mut world, susan, Poll { id: "10".to_owned(), ..poll(4) });
    assert_eq!(votes(&world, susan, post), (true, false, vec![1]));
    receive(&mut world, susan, Poll { has_voted: true, ..poll(4) });
    assert_eq!(votes(&world, susan, post), (true, false, vec![1]));
}

#[test]
fn other_votes_are_no_edit_of_the_post() {
    let (mut world, susan, post) = world_with_poll();
    for votes in 4..9 {
        receive(&mut world, susan, poll(votes));
        let now = world.store.post(post).unwrap();
        assert_eq!((now.edits, now.edited_at), (0, None));
        assert_eq!(now.body.as_str(), format!("what?\n- tea ({votes})\n- mate (0)"));
    }
    let mut changed = poll(9);
    changed.choices[0].title = "coffee".to_owned();
    receive(&mut world, susan, changed);
    assert_eq!(world.store.post(post).unwrap().edits, 1);
}

#[test]
fn vote_that_has_not_left_is_taken_back() {
    let (mut world, susan, post) = world_with_poll();
    world.store.vote(susan, post, &[0], at(6)).unwrap();
    assert_eq!(world.store.take_back_vote(susan, post).unwrap(), [0]);
    assert_eq!(votes(&world, susan, post), (false, false, vec![]));
    assert_eq!(world.store.outbox(None).unwrap(), []);
    world.store.vote(susan, post, &[1], at(7)).unwrap();
    let entry = world.store.outbox(None).unwrap().remove(0);
    assert_eq!(entry.subject(), format!("vote {post} for 2"));
    world.store.discard_outbox_entry(entry.id, at(8)).unwrap();
    assert_eq!(votes(&world, susan, post), (false, false, vec![]));
    world.store.restore_outbox_entry(&entry, at(9)).unwrap();
    assert_eq!(votes(&world, susan, post), (true, true, vec![1]));
    next(&mut world, susan);
    assert!(matches!(world.store.take_back_vote(susan, post), Err(StoreError::Vote(VoteError::Sent))));
}

#[test]
fn refused_vote_is_replaced_by_the_next() {
    let (mut world, susan, post) = world_with_poll();
    world.store.vote(susan, post, &[0], at(6)).unwrap();
    let outgoing = next(&mut world, susan);
    world.store.outbox_undelivered(&outgoing, OutboxState::Failed, "no").unwrap();
    assert_eq!(votes(&world, susan, post), (false, false, vec![]));
    world.store.vote(susan, post, &[1], at(7)).unwrap();
    let entries = world.store.outbox(None).unwrap();
    assert_eq!(
        entries.iter().map(|entry| (entry.state, entry.choices.clone())).collect::<Vec<_>>(),
        [(OutboxState::Pending, vec![1])]
    );
}

#[test]
fn vote_without_account_or_poll_is_refused() {
    let (mut world, susan, post) = world_with_poll();
    let john = world.user("john");
    let refused = |found: Result<Poll>| found.unwrap_err().to_string();
    let why = refused(world.store.vote(john.id, post, &[0], at(6)));
    assert!(why.starts_with("john has no account on a server"), "{why}");
    let other = world.post(&john, "no poll", 3, None);
    for user in [susan, john.id] {
        let why = refused(world.store.vote(user, other, &[0], at(6)));
        assert!(why.starts_with(&format!("post {other} has no poll")), "{why}");
    }
    let imported = world.post(&john, "tea or coffee?\n- tea (3)\n- coffee (1)", 4, None);
    let why = refused(world.store.vote(susan, imported, &[0], at(6)));
    assert!(why.starts_with(&format!("m.example knows no poll of post {imported}")), "{why}");
    assert_eq!(world.store.outbox(None).unwrap(), []);
}

#[test]
fn vote_in_a_poll_that_was_deleted_meanwhile_leaves_the_outbox() {
    let (mut world, susan, post) = world_with_poll();
    world.store.vote(susan, post, &[1], at(6)).unwrap();
    let outgoing = next(&mut world, susan);
    let ada = world.store.post(post).unwrap().author;
    world.store.delete_posts(ada, &[post], at(7)).unwrap();
    world.store.outbox_voted(&outgoing, None).unwrap();
    assert_eq!(world.store.outbox(None).unwrap(), []);
    world.store.restore_posts(ada, &[post]).unwrap();
    assert_eq!(votes(&world, susan, post), (true, false, vec![1]));
}
