use super::*;
use crate::model::{OutboxAction, OutboxEntry, OutboxId, OutboxState};
use crate::tui::screens::outbox::Outbox;

fn entry(action: OutboxAction, state: OutboxState) -> OutboxEntry {
    OutboxEntry {
        id: OutboxId(1),
        account: UserId(1),
        nickname: Nickname::parse("susan@a.example").unwrap(),
        action,
        post: Some(PostId(11)),
        target: None,
        text: Some("some words".to_owned()),
        state,
        queued_at: Timestamp::from_micros(0),
        due_at: Timestamp::from_micros(0),
        attempts: 1,
        error: None,
        choices: vec![],
    }
}

fn shown(entry: OutboxEntry) -> State {
    let mut state = state();
    update(&mut state, Message::ScreenLoaded(Box::new(Outbox { list: List::new(vec![entry]) })));
    state
}

fn notice(state: &State) -> &str {
    state.shown_notice().map_or("", |notice| &notice.text)
}

#[test]
fn entry_that_was_not_sent_is_sent_again_discarded_and_edited() {
    let failed = entry(OutboxAction::Post, OutboxState::Failed);
    let mut state = shown(failed.clone());
    let reload = StoreEffect::LoadScreen(UserId(1), screens::outbox::NAME);
    assert_eq!(
        act(&mut state, Action::Reload),
        [StoreEffect::RetryOutboxEntry(OutboxId(1)).into(), reload.clone().into()]
    );
    assert_eq!(notice(&state), "queued again: post 11");
    let discard = UndoableAction::DiscardOutboxEntry(Box::new(failed));
    assert_eq!(
        act(&mut state, Action::Delete),
        [StoreEffect::Perform(UserId(1), Direction::Do, discard.clone()).into()]
    );
    let restore = UndoableAction::RestorePosts(vec![PostId(11)]);
    let result = Ok((discard, restore));
    let effects = update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Do, result });
    assert!(effects.contains(&reload.into()), "{effects:?}");
    let purpose = Purpose::Edit { post: PostId(11), edits: 0 };
    assert_eq!(act(&mut state, Action::EditPost), [StoreEffect::ResumeDraft(UserId(1), purpose, 0, false).into()]);
    assert!(state.screens.is_empty());
}

#[test]
fn like_in_transit_is_neither_edited_nor_sent_again() {
    let mut state = shown(entry(OutboxAction::Like, OutboxState::Sending));
    assert_eq!(act(&mut state, Action::EditPost), []);
    assert_eq!(notice(&state), "only posts can be edited");
    assert_eq!(act(&mut state, Action::Reload), []);
    assert_eq!(notice(&state), "it is being sent");
}

#[test]
fn outbox_is_loaded_again_when_another_connection_has_sent_an_entry() {
    let mut state = shown(entry(OutboxAction::Post, OutboxState::Pending));
    let effects = update(&mut state, Message::StoreChanged);
    assert!(effects.contains(&StoreEffect::LoadScreen(UserId(1), screens::outbox::NAME).into()), "{effects:?}");
}

#[test]
fn notice_of_a_refused_post_names_the_key_of_the_outbox() {
    let mut state = state();
    update(&mut state, Message::OutboxSent(Ok(Some("not sent to a.example: too long".to_owned()))));
    assert_eq!(notice(&state), "not sent to a.example: too long · ! shows the outbox");
}
