//! What keys do to the selected user, and to the one whose profile is shown.

use super::*;
use crate::model::UserList;
use crate::tui::keys;
use crate::tui::state::Unread;
use crate::tui::state::{ListRow, UsersRow};

/// John's users pane: two local users, a list, and two remote users.
fn state_with_groups() -> State {
    let mut state = state();
    let remote = |id, name| UsersRow::User(User { kind: UserKind::Remote, ..user(id, name) });
    let list = UserList { name: "pals".to_owned(), members: 1 };
    state.users = List::new(vec![
        UsersRow::User(user(1, "john")),
        UsersRow::User(user(2, "susan")),
        UsersRow::List(ListRow { owner: UserId(1), list, unread: None }),
        remote(3, "ada"),
        remote(4, "bo"),
    ]);
    state.focus = Pane::Users;
    state
}

#[test]
fn mute_in_the_users_pane_asks_as_on_a_post() {
    let mut state = state_with_groups();
    assert_eq!(act(&mut state, Action::Mute), []);
    assert_eq!(state.notice.as_ref().unwrap().text, "this is you: you cannot mute yourself");
    state.users.select(3);
    let ada = vec![(UserId(3), user(3, "ada").nickname)];
    assert_eq!(act(&mut state, Action::Mute), [StoreEffect::AskToMute(UserId(1), ada).into()]);
}

#[test]
fn profile_key_in_the_users_pane_opens_the_selected_user() {
    let mut state = state_with_groups();
    state.users.select(4);
    assert_eq!(act(&mut state, Action::Profile), [StoreEffect::LoadProfile(UserId(4)).into()]);
    state.focus = Pane::Users;
    state.users.select(2);
    assert_eq!(act(&mut state, Action::Profile), [], "a list has no profile");
    assert_eq!(state.notice.as_ref().unwrap().text, "select a user first");
}

#[test]
fn keys_go_from_group_to_group() {
    let mut state = state_with_groups();
    let mut rows = |action: Action, count: usize| -> Vec<usize> {
        let step = |_| {
            act(&mut state, action);
            state.users.cursor
        };
        (0..count).map(step).collect()
    };
    assert_eq!(rows(Action::NextSibling, 3), [2, 3, 3]);
    assert_eq!(rows(Action::Down, 1), [4]);
    assert_eq!(rows(Action::PreviousSibling, 4), [3, 2, 0, 0]);
}

#[test]
fn own_profile_offers_to_edit_it_and_no_follow_or_mute() {
    let mut state = state_with_groups();
    let words = |state: &State| -> Vec<String> {
        let hints = keys::hints(state).into_iter().map(|hint| format!("{} {}", hint.key, hint.word));
        hints.filter(|hint| ["follow", "mute", "edit profile"].iter().any(|word| hint.contains(word))).collect()
    };
    for (id, offered) in [(1, vec!["O edit profile"]), (2, vec!["f follow", "m mute"])] {
        let name = ["john", "susan"][id as usize - 1];
        state.focus = Pane::Users;
        state.users.select(id as usize - 1);
        assert_eq!(words(&state), offered);
        update(&mut state, stack::profile(user(id, name)));
        state.focus = Pane::Detail;
        assert_eq!(words(&state), offered);
    }
}

#[test]
fn users_are_counted_when_their_pane_is_visible_again() {
    let mut state = state_with_groups();
    let is_count = |effect: &Effect| matches!(effect, Effect::Worker(WorkerEffect::CountUnread(request)) if !request.users.is_empty());
    update(&mut state, Message::Resize(60, 20));
    update(&mut state, Message::Unread(UserId(1), Unread::default()));
    assert_eq!(state.unread.homes, [], "no users are on the screen");
    assert!(update(&mut state, Message::Resize(200, 50)).iter().any(is_count));
    assert!(!update(&mut state, Message::Tick(at(1))).iter().any(is_count), "it was asked for");
}
