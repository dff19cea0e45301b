//! Notifications, drafts, and who writes them.

use super::*;
use crate::model::{Notification, NotificationKind, ReadNotifications};
use crate::tui::screens::notifications::{Group, Notifications};
use crate::tui::state::{DraftConflict, DraftMerge, DraftRow};
use crate::tui::update::switch;

/// Returns a stored draft in the first slot.
fn drafted(text: &str) -> OpenDraft {
    OpenDraft { slot: 0, saved: text.to_owned(), ..OpenDraft::default() }
}

fn kept(reply_to: Option<i64>, orphaned: bool) -> DraftRow {
    DraftRow {
        purpose: Purpose::replying_to(reply_to.map(PostId)),
        slot: 0,
        text: "half a thought".to_owned(),
        saved_at: at(1),
        orphaned,
        parent_author: None,
    }
}

/// Returns a notification by the user with this id, `minutes` after the others' start.
fn notification(kind: NotificationKind, actor: i64, minutes: i64, post: Option<Post>) -> Notification {
    let actor = user(actor, ["susan", "ada", "bo", "cleo"][actor as usize - 2]);
    Notification { at: at(minutes), kind, actor: actor.id, nickname: actor.nickname, post, unread: true }
}

fn show_notifications(state: &mut State, all: Vec<Notification>) -> Vec<Effect> {
    update(state, Message::ScreenLoaded(Box::new(Notifications::new(UserId(1), all))))
}

#[test]
fn notification_opens_post_or_user_and_is_there_again_on_coming_back() {
    let mut state = state();
    assert_eq!(
        act(&mut state, Action::Show(screens::notifications::NAME)),
        [Effect::Store(StoreEffect::LoadScreen(UserId(1), screens::notifications::NAME))]
    );
    let liked = Some(post(9, &user(2, "susan")));
    let all =
        vec![notification(NotificationKind::Followed, 2, 2, None), notification(NotificationKind::Liked, 2, 1, liked)];
    show_notifications(&mut state, all);
    assert_eq!(act(&mut state, Action::Accept), [Effect::Store(StoreEffect::LoadProfile(UserId(2)))]);
    assert!(state.screens.is_empty());
    update(&mut state, Message::Failed("gone".to_owned()));
    act(&mut state, Action::Down);
    let before = state.screen::<Notifications>().cloned();
    assert_eq!(act(&mut state, Action::Accept), [Effect::Store(StoreEffect::LoadThread(PostId(9)))]);
    assert!(state.screens.is_empty());
    update(&mut state, Message::Thread(PostId(9), vec![place(0, post(9, &user(2, "susan")))]));
    act(&mut state, Action::Escape);
    assert_eq!(state.screen::<Notifications>(), before.as_ref(), "the place and the dots are as before");
    act(&mut state, Action::Close);
    assert!(state.screens.is_empty());
}

#[test]
fn only_notifications_on_the_screen_become_read() {
    let mut state = state();
    let all = (1..=80).rev().map(|n| notification(NotificationKind::Replied, 2, n, Some(post(n, &user(2, "susan")))));
    state.unread.notifications = 80;
    let seen = |from, to| [StoreEffect::MarkNotificationsSeen(UserId(1), vec![(at(from), at(to))]).into()];
    assert_eq!(show_notifications(&mut state, all.collect()), seen(54, 80));
    assert_eq!(state.unread.notifications, 53);
    assert_eq!(act(&mut state, Action::Bottom), seen(1, 27), "those in the middle were not on the screen");
    assert_eq!(state.unread.notifications, 26);
    act(&mut state, Action::Top);
    let effects: Vec<_> = (0..80).flat_map(|_| act(&mut state, Action::Down)).collect();
    assert_eq!(effects[effects.len() - 1..], seen(1, 80));
    assert_eq!(state.unread.notifications, 0);
}

#[test]
fn read_notifications_are_not_marked_again_and_lose_their_dots() {
    let mut state = state();
    show_notifications(&mut state, vec![notification(NotificationKind::Followed, 2, 4, None)]);
    assert_eq!(dots(&state), [NotificationKind::Followed], "it was unread when the screen was opened");
    let kinds = NotificationKind::ALL.to_vec();
    let action = UndoableAction::MarkNotificationsRead { kinds, up_to: at(4), count: 0 };
    let read = Box::new(ReadNotifications::default());
    let inverse = UndoableAction::SetReadNotifications { read: read.clone(), from: read };
    let result = Ok((action, inverse));
    update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Do, result });
    assert_eq!(state.notice.as_ref().unwrap().text, "these notifications are read already");
    assert_eq!((dots(&state), state.history.undo.len()), (vec![], 0));
}

#[test]
fn each_user_has_their_own_number_of_unread_notifications() {
    let mut state = state();
    let (john, susan) = (state.active.clone().unwrap(), user(2, "susan"));
    state.unread.notifications = 3;
    switch::switch_to(&mut state, &susan);
    assert_eq!(state.unread.notifications, 0, "they are not counted yet");
    switch::switch_to(&mut state, &john);
    assert_eq!(state.unread.notifications, 3);
}

/// The kinds of the rows that have a dot.
fn dots(state: &State) -> Vec<NotificationKind> {
    let shown = state.screen::<Notifications>().unwrap();
    shown.list.items.iter().filter(|group| group.unread).map(|group| group.kind).collect()
}

#[test]
fn notifications_of_the_shown_kinds_are_marked_as_read_and_unmarked_by_undo() {
    use NotificationKind::{Followed, Liked, Mentioned, Replied};
    let mut state = state();
    let all = vec![
        notification(Liked, 2, 4, Some(post(9, &user(1, "john")))),
        notification(Replied, 3, 3, Some(post(10, &user(3, "ada")))),
        notification(Followed, 4, 2, None),
    ];
    show_notifications(&mut state, all);
    let mark = |kinds: &[NotificationKind]| UndoableAction::MarkNotificationsRead {
        kinds: kinds.to_vec(),
        up_to: at(4),
        count: 2,
    };
    let perform = |action| vec![StoreEffect::Perform(UserId(1), Direction::Do, action).into()];
    assert_eq!(
        act(&mut state, Action::MarkRead),
        perform(UndoableAction::MarkNotificationsRead {
            kinds: NotificationKind::ALL.to_vec(),
            up_to: at(4),
            count: 0,
        })
    );
    act(&mut state, Action::NextField);
    let before = ReadNotifications::default();
    let mut after = before.clone();
    after.mark_kinds(&[Replied, Mentioned], at(4));
    let set = |read: &ReadNotifications, from: &ReadNotifications| UndoableAction::SetReadNotifications {
        read: Box::new(read.clone()),
        from: Box::new(from.clone()),
    };
    let inverse = set(&before, &after);
    let done =
        |direction, action, inverse| Message::Performed { user: UserId(1), direction, result: Ok((action, inverse)) };
    update(&mut state, done(Direction::Do, mark(&[Replied, Mentioned]), inverse.clone()));
    assert_eq!(
        state.notice.as_ref().map(|notice| notice.text.as_str()),
        Some("marked 2 notifications as read · z undoes it")
    );
    assert_eq!(dots(&state), []);
    for _ in 0..3 {
        act(&mut state, Action::NextField);
    }
    assert_eq!(dots(&state), [Liked, Followed], "what the filter hides stays unread");
    // The like was read after the mark.
    let mut since = before.clone();
    since.mark_kinds(&[Liked], at(4));
    let redo = set(&after, &since);
    update(&mut state, done(Direction::Undo, inverse.clone(), redo.clone()));
    assert_eq!(dots(&state), [Replied, Followed]);
    update(&mut state, done(Direction::Redo, redo, inverse));
    assert_eq!(dots(&state), [Liked, Followed]);
}

/// Three notifications, with the cursor on the second one.
fn three_notifications() -> State {
    let mut state = state();
    let all = vec![
        notification(NotificationKind::Liked, 2, 4, Some(post(9, &user(1, "john")))),
        notification(NotificationKind::Replied, 3, 3, Some(post(10, &user(3, "ada")))),
        notification(NotificationKind::Followed, 4, 2, None),
    ];
    show_notifications(&mut state, all);
    act(&mut state, Action::Down);
    state
}

#[test]
fn every_key_does_something_in_the_notifications_or_says_where_it_works() {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    let letters = (' '..='~').map(|letter| (KeyCode::Char(letter), KeyModifiers::NONE));
    let controls = ('a'..='z').map(|letter| (KeyCode::Char(letter), KeyModifiers::CONTROL));
    let named = [KeyCode::Tab, KeyCode::BackTab, KeyCode::Left, KeyCode::Right, KeyCode::F(5), KeyCode::Home];
    let named = named.map(|code| (code, KeyModifiers::NONE));
    for (code, modifiers) in letters.chain(controls).chain(named) {
        let mut state = three_notifications();
        let before = state.clone();
        let message = keys::read(&state, KeyEvent::new(code, modifiers));
        let effects = message.map(|message| update(&mut state, message)).unwrap_or_default();
        assert!(state != before || !effects.is_empty(), "{code:?} {modifiers:?}");
    }
    let mut state = three_notifications();
    let notice = |state: &mut State, letter| {
        let message = keys::read(state, KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)).unwrap();
        update(state, message);
        state.notice.take().map(|notice| notice.text).unwrap_or_default()
    };
    assert_eq!(notice(&mut state, 'V'), "V works in a timeline: mark from last mark to here");
    assert_eq!(notice(&mut state, '\\'), "\\ does nothing here · ? shows all keys");
}

#[test]
fn profile_and_mute_keys_in_the_notifications_mean_the_user_who_caused_one() {
    let mut state = three_notifications();
    let ada = vec![(UserId(3), Nickname::parse("ada").unwrap())];
    assert_eq!(act(&mut state, Action::Mute), [StoreEffect::AskToMute(UserId(1), ada.clone()).into()]);
    update(&mut state, Message::AskToMute { authors: ada.clone(), on: true });
    let mute = |on| UndoableAction::Mute(ada.clone(), Some(on));
    assert_eq!(act(&mut state, Action::Accept), [StoreEffect::Perform(UserId(1), Direction::Do, mute(true)).into()]);
    let kinds = |state: &State| {
        let shown = state.screen::<Notifications>().unwrap();
        shown.list.items.iter().map(|group| group.kind).collect::<Vec<_>>()
    };
    use NotificationKind::{Followed, Liked, Replied};
    let done = |direction, on| Message::Performed { user: UserId(1), direction, result: Ok((mute(on), mute(!on))) };
    update(&mut state, done(Direction::Do, true));
    assert_eq!(kinds(&state), [Liked, Followed]);
    update(&mut state, done(Direction::Undo, false));
    assert_eq!(kinds(&state), [Liked, Replied, Followed]);
    assert_eq!(act(&mut state, Action::Profile), [StoreEffect::LoadProfile(UserId(3)).into()]);
    assert!(state.screens.is_empty());
    state.read_only = true;
    let mut state = State { read_only: true, ..three_notifications() };
    assert_eq!(act(&mut state, Action::Mute), []);
    assert!(state.notice.is_some());
}

#[test]
fn filter_shows_one_kind_and_keeps_the_hidden_ones_unread() {
    let mut state = state();
    let all = vec![
        notification(NotificationKind::Liked, 2, 4, Some(post(9, &user(1, "john")))),
        notification(NotificationKind::Replied, 3, 3, Some(post(10, &user(3, "ada")))),
        notification(NotificationKind::Followed, 4, 2, None),
    ];
    show_notifications(&mut state, all);
    let kinds = |state: &State| {
        let shown = state.screen::<Notifications>().unwrap();
        shown.list.items.iter().map(|group| group.kind).collect::<Vec<_>>()
    };
    for expected in [
        vec![NotificationKind::Replied],
        vec![NotificationKind::Liked],
        vec![NotificationKind::Followed],
        vec![NotificationKind::Liked, NotificationKind::Replied, NotificationKind::Followed],
    ] {
        act(&mut state, Action::NextField);
        assert_eq!(kinds(&state), expected);
    }
}

#[test]
fn reply_from_notifications_shows_the_thread_and_leads_back() {
    let mut state = state();
    let theirs = post(9, &user(2, "susan"));
    let all = vec![
        notification(NotificationKind::Followed, 3, 3, None),
        notification(NotificationKind::Replied, 2, 2, Some(theirs.clone())),
    ];
    show_notifications(&mut state, all);
    assert_eq!(act(&mut state, Action::Reply), [], "nobody replies to a follower");
    act(&mut state, Action::Down);
    let effects = act(&mut state, Action::Reply);
    let draft = StoreEffect::LoadDraft(UserId(1), Some(theirs.clone()));
    assert_eq!(effects, [StoreEffect::LoadThread(PostId(9)).into(), draft.into()]);
    update(&mut state, Message::Thread(PostId(9), vec![place(0, theirs.clone())]));
    update(&mut state, Message::Draft { author: UserId(1), reply_to: Some(theirs), draft: OpenDraft::default() });
    assert!(state.compose.is_some() && state.screens.is_empty());
    act(&mut state, Action::Close);
    act(&mut state, Action::Escape);
    assert_eq!(state.screen::<Notifications>().map(|shown| shown.list.cursor), Some(1));
}

#[test]
fn likes_of_one_post_are_one_row() {
    let mut state = state();
    let (first, second) = (Some(post(9, &user(1, "john"))), Some(post(10, &user(1, "john"))));
    let effects = show_notifications(
        &mut state,
        vec![
            notification(NotificationKind::Liked, 3, 6, first.clone()),
            notification(NotificationKind::Liked, 4, 5, second),
            notification(NotificationKind::Liked, 4, 4, first.clone()),
            notification(NotificationKind::Boosted, 5, 3, first.clone()),
            notification(NotificationKind::Liked, 5, 2, first.clone()),
            notification(NotificationKind::Liked, 3, 1, first),
        ],
    );
    assert_eq!(effects, [StoreEffect::MarkNotificationsSeen(UserId(1), vec![(at(1), at(6))]).into()]);
    let actors = |group: &Group| group.actors.iter().map(|(_, name)| name.as_str().to_owned()).collect::<Vec<_>>();
    let groups = &state.screen::<Notifications>().unwrap().list.items;
    let shown: Vec<_> = groups.iter().map(actors).collect();
    assert_eq!(shown, [vec!["ada", "bo", "cleo"], vec!["bo"], vec!["cleo"]]);
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
    let keep = UndoableAction::RestoreDraft(Purpose::New, drafted("half a thought"));
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
