//! The users: their order, and switching between them.

use super::*;

#[test]
fn next_user_cycles_by_nickname() {
    let mut state = state();
    let home = Timeline::Home(UserId(2));
    let effects = act(&mut state, Action::NextUser);
    assert!(
        effects.contains(&Effect::Store(StoreEffect::SwitchUser(UserId(2))))
            && !effects.contains(&Effect::Store(StoreEffect::SwitchUser(UserId(1))))
    );
    assert!(
        effects.contains(&Effect::Store(StoreEffect::OpenTimeline(UserId(2), home, StartAt::Newest))),
        "{effects:?}"
    );
    assert_eq!(state.tabs[0].timeline, Timeline::Home(UserId(2)));
    assert_eq!(state.tabs[2].timeline, Timeline::User(UserId(2), user(2, "susan").nickname));
    assert_eq!(state.tab, 0);
    // The place in each timeline is where it was when one comes back.
    assert!(act(&mut state, Action::PreviousUser).contains(&Effect::Store(StoreEffect::SwitchUser(UserId(1)))));
    assert_eq!((state.tab, state.selected().unwrap().id), (1, PostId(50)));
}

#[test]
fn users_are_ordered_by_what_they_are_to_the_reader() {
    let mut state = state();
    let remote = |id, name, posts| User { kind: UserKind::Remote, posts, ..user(id, name) };
    let users = vec![
        remote(3, "ada", 2),
        remote(4, "bo", 0),
        user(1, "john"),
        remote(5, "cleo", 0),
        remote(6, "dan", 0),
        remote(7, "eve", 9),
        user(2, "susan"),
    ];
    let follows = [(UserId(4), true), (UserId(7), true), (UserId(6), false)].into_iter().collect();
    (state.tabs[0].read, state.tabs[0].opened) = (ReadState::all(Arrival(50)), true);
    state.tabs[0].list = List::new(vec![post(60, &remote(7, "eve", 9))]);
    let loaded = LoadedUsers::ordered(users, state.active.clone(), &follows);
    update(&mut state, Message::Users(loaded));
    let names =
        |state: &State| -> Vec<String> { state.shown_users().map(|user| user.nickname.as_str().to_owned()).collect() };
    let shown = ["john", "susan", "eve", "bo", "ada", "dan"];
    assert_eq!(names(&state), shown, "local, followed by unread posts, and those who wrote or are followed by others");
    act(&mut state, Action::ToggleHiddenUsers);
    assert_eq!(names(&state)[6..], ["cleo"], "imported users follow her");
    state.users.select(6);
    act(&mut state, Action::ToggleHiddenUsers);
    assert_eq!((names(&state).len(), state.users.cursor), (6, 5));
}

#[test]
fn timelines_of_eight_users_stay_loaded() {
    let mut state = initial_state(at(0), (100, 30));
    let all: Vec<User> = (1..=40).map(|n| user(n, &format!("user{n:03}"))).collect();
    update(&mut state, Message::Users(LoadedUsers::new(all.clone(), Some(all[0].clone()))));
    for _ in 0..100 {
        act(&mut state, Action::NextUser);
    }
    let parked: Vec<_> = state.parked.iter().map(|parked| parked.user.0).collect();
    assert_eq!(parked, (13..=20).collect::<Vec<_>>());
}

#[test]
fn visible_users_keep_their_place_when_others_are_loaded_above() {
    let all: Vec<User> = (1..=300).map(|n| user(n, &format!("user{n:03}"))).collect();
    let mut state = initial_state(at(0), (100, 30));
    update(&mut state, Message::Users(LoadedUsers::new(all[100..300].to_vec(), Some(all[199].clone()))));
    let seen =
        |state: &State| (state.users.items[state.users.top].user().unwrap().id, state.selected_user().unwrap().id);
    let (top, cursor) = seen(&state);
    assert_eq!(cursor, UserId(200));
    assert!(top < cursor, "those before are seen too");
    update(&mut state, Message::Users(LoadedUsers::new(all, None)));
    assert_eq!(seen(&state), (top, cursor));
}

#[test]
fn open_thread_is_loaded_again_for_the_next_user() {
    let mut state = state();
    update(&mut state, Message::Thread(PostId(9), vec![place(0, post(9, &user(2, "susan")))]));
    let effects = act(&mut state, Action::NextUser);
    assert!(effects.contains(&StoreEffect::LoadThread(PostId(9)).into()), "{effects:?}");
}
