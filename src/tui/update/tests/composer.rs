//! Sending a post, and what becomes of its draft.

use super::*;
use crate::model::NewPost;

/// Saves a text in the first draft of a new post, which is empty.
fn save_draft(text: &str) -> StoreEffect {
    StoreEffect::SaveDraft(UserId(1), Purpose::New, OpenDraft::default(), text.to_owned())
}

#[test]
fn failed_send_keeps_the_text() {
    let mut state = state();
    write(&mut state, "precious");
    let sent = act(&mut state, Action::Send);
    let body = Body::written("precious").unwrap();
    let new = NewPost { author: UserId(1), body, created_at: at(0), reply_to: None, source: None };
    assert_eq!(sent, [Effect::Store(StoreEffect::SendPost(new, OpenDraft::default()))]);
    let kept = update(&mut state, Message::Posted(Err("the disk is full".to_owned())));
    assert_eq!(kept, [Effect::Store(save_draft("precious"))]);
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "precious");
    assert!(state.notice.as_ref().unwrap().text.contains("the disk is full"));
    update(&mut state, Message::Posted(Ok(vec![PostId(51)])));
    assert!(state.compose.is_none());
}

#[test]
fn too_long_or_blank_text_is_not_sent() {
    let mut state = state();
    write(&mut state, &"a".repeat(141));
    assert_eq!(act(&mut state, Action::Send), []);
    assert!(state.screen::<ThreadPreview>().is_some_and(|shown| shown.parts.len() == 2));
    act(&mut state, Action::Close);
    assert_eq!(state.compose.as_ref().unwrap().editor.text().len(), 141);
    write(&mut state, "  ");
    assert_eq!(act(&mut state, Action::Send), []);
}

#[test]
fn draft_is_saved_once_at_the_next_tick() {
    let mut state = state();
    write(&mut state, "ha");
    assert_eq!(update(&mut state, Message::Tick(at(5))), [Effect::Store(save_draft("ha"))]);
    assert_eq!(update(&mut state, Message::Tick(at(6))), []);
    update(&mut state, Message::DraftNotSaved("the disk is full".to_owned()));
    assert!(state.notice.as_ref().unwrap().error);
    assert_eq!(update(&mut state, Message::Tick(at(7))), [Effect::Store(save_draft("ha"))]);
    assert!(state.notice.is_some());
    assert_eq!(update(&mut state, Message::Tick(at(8))), []);
    assert!(state.notice.is_none(), "it is stored by now");
    assert_eq!(act(&mut state, Action::Close), []);
    assert!(state.compose.is_none());
}

#[test]
fn undo_after_sending_takes_back_the_post_into_its_draft() {
    let mut state = state();
    write(&mut state, "precious");
    act(&mut state, Action::Send);
    update(&mut state, Message::Posted(Ok(vec![PostId(51)])));
    let (ids, purpose, text) = (vec![PostId(51)], Purpose::New, "precious".to_owned());
    let take_back = UndoableAction::TakeBack { ids: ids.clone(), purpose, text: text.clone() };
    let undo = Effect::Store(StoreEffect::Perform(UserId(1), Direction::Undo, take_back.clone()));
    assert_eq!(act(&mut state, Action::Undo), [undo]);
    let send_again = UndoableAction::SendAgain { ids, purpose, text };
    let result = Ok((take_back, send_again));
    let effects = update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Undo, result });
    assert!(
        effects.contains(&Effect::Store(StoreEffect::ResumeDraft(UserId(1), Purpose::New, 0, false))),
        "{effects:?}"
    );
    assert_eq!(state.notice.as_ref().unwrap().text, "undone: posted #51");
}
