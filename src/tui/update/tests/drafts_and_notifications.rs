//! Notifications, drafts, and who writes them.

use super::*;
use crate::model::{Notification, NotificationKind};
use crate::tui::state::{DraftConflict, DraftMerge, DraftRow};

/// Returns a stored draft in the first slot.
fn drafted(text: &str) -> OpenDraft {
    OpenDraft { slot: 0, saved: text.to_owned() }
}

fn kept(reply_to: Option<i64>, orphaned: bool) -> DraftRow {
    DraftRow {
        purpose: Purpose::replying_to(reply_to.map(PostId)),
        slot: 0,
        text: "half a thought".to_owned(),
        saved_at: at(1),
        orphaned,
        answered: None,
    }
}

#[test]
fn notification_opens_post_or_user() {
    let mut state = state();
    assert_eq!(
        act(&mut state, Action::Show(screens::notifications::NAME)),
        [Effect::Store(StoreEffect::LoadNotifications(UserId(1)))]
    );
    let susan = user(2, "susan");
    let notification = |kind, post| Notification {
        at: at(1),
        kind,
        actor: susan.id,
        nickname: susan.nickname.clone(),
        post,
        unread: true,
    };
    let all = vec![
        notification(NotificationKind::Followed, None),
        notification(NotificationKind::Liked, Some(post(9, &susan))),
    ];
    update(&mut state, Message::Notifications(all.clone()));
    assert_eq!(act(&mut state, Action::Accept), [Effect::Store(StoreEffect::LoadProfile(UserId(2)))]);
    update(&mut state, Message::Notifications(all));
    act(&mut state, Action::Down);
    assert_eq!(act(&mut state, Action::Accept), [Effect::Store(StoreEffect::LoadThread(PostId(9)))]);
    assert!(state.screens.is_empty());
}

#[test]
fn draft_is_continued_and_discarded() {
    let mut state = state();
    update(&mut state, Message::Drafts(vec![kept(None, false), kept(Some(7), true)]));
    let discard = UndoableAction::DiscardDraft(Purpose::New, 0);
    assert_eq!(
        act(&mut state, Action::Delete),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, discard.clone()))]
    );
    let keep = UndoableAction::RestoreDraft(Purpose::New, 0, "half a thought".to_owned());
    let effects = update(
        &mut state,
        Message::Performed { user: UserId(1), direction: Direction::Do, result: Ok((discard, keep.clone())) },
    );
    assert!(effects.contains(&Effect::Store(StoreEffect::LoadDrafts(UserId(1)))));
    assert_eq!(act(&mut state, Action::Undo), [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Undo, keep))]);
    act(&mut state, Action::Down);
    assert_eq!(
        act(&mut state, Action::Accept),
        [Effect::Store(StoreEffect::ResumeDraft(UserId(1), Purpose::Reply(PostId(7)), 0, true))]
    );
    update(&mut state, Message::Draft { author: UserId(1), reply_to: None, draft: drafted("half a thought") });
    assert!(state.notice.as_ref().unwrap().text.contains("was deleted"));
    state.read_only = true;
    update(&mut state, Message::Drafts(vec![kept(None, false)]));
    assert_eq!(act(&mut state, Action::Delete), []);
    assert!(state.notice.as_ref().unwrap().error);
}

#[test]
fn draft_is_handed_over_to_next_user() {
    let mut state = state();
    write(&mut state, "hello");
    let moved = |merge| {
        Effect::Store(StoreEffect::MoveDraft {
            from: UserId(1),
            to: UserId(2),
            purpose: Purpose::New,
            draft: OpenDraft::default(),
            text: "hello".to_owned(),
            merge,
        })
    };
    assert_eq!(act(&mut state, Action::NextUser), [moved(DraftMerge::Ask)]);
    let taken =
        || Message::DraftConflict(Box::new(DraftConflict { user: user(2, "susan"), theirs: "mine".to_owned() }));
    for (answer, effects) in [
        (Action::Close, vec![]),
        (Action::Replace, vec![moved(DraftMerge::Replace)]),
        (Action::Append, vec![moved(DraftMerge::Append)]),
    ] {
        update(&mut state, taken());
        assert_eq!(act(&mut state, answer), effects);
        assert_eq!((state.screens.len(), state.compose.as_ref().unwrap().author), (0, UserId(1)));
    }
    update(&mut state, Message::DraftMoved(UserId(2), drafted("mine\n\nhello")));
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "mine\n\nhello");
    assert_eq!(update(&mut state, Message::Tick(at(9))), []);
    let Some(Effect::Store(StoreEffect::SendPost(new, _))) = act(&mut state, Action::Send).pop() else { panic!() };
    assert_eq!((new.author, state.active.as_ref().unwrap().id), (UserId(2), UserId(1)));
}

#[test]
fn long_text_is_sent_as_thread_after_preview() {
    let mut state = state();
    write(&mut state, &"word ".repeat(60));
    act(&mut state, Action::Send);
    let Some(Effect::Store(StoreEffect::SendThread(first, rest, _))) = act(&mut state, Action::Accept).pop() else {
        panic!()
    };
    assert!(first.body.as_str().ends_with(" 1/3"));
    assert_eq!(rest.len(), 2);
    assert!(state.compose.is_some(), "the text stays until it is sent");
}

#[test]
fn user_picker_lists_prefix_matches_first() {
    let mut state = state();
    let users = [user(1, "john"), user(2, "arjun"), user(3, "susan")];
    update(&mut state, Message::Users(LoadedUsers::new(users.to_vec(), Some(users[0].clone()))));
    state.users.items.swap(0, 1);
    act(&mut state, Action::Show(screens::user_picker::NAME));
    update(&mut state, Message::Input(Input { key: Key::Char('j'), ctrl: false, alt: false, shift: false }));
    let Some(picker) = state.screen::<UserPicker>() else { panic!("nobody is offered") };
    let names: Vec<_> = picker.found.items.iter().map(|user| user.nickname.as_str()).collect();
    assert_eq!(names, ["john", "arjun"]);
}
