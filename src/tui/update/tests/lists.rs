//! The lists of the active user in the users pane.

use super::*;
use crate::model::UserList;
use crate::tui::state::Unread;

/// Loads john, a local user, susan, a remote user whom he follows, and john's lists.
fn load(state: &mut State, lists: &[&str]) -> Vec<Effect> {
    let (john, susan) = (user(1, "john"), User { kind: UserKind::Remote, ..user(2, "susan") });
    let follows = [(UserId(2), true)].into_iter().collect();
    let row = |name: &&str| {
        let list = UserList { name: (*name).to_owned(), members: 3 };
        ListRow { owner: UserId(1), list, unread: None }
    };
    let loaded = LoadedUsers::ordered(vec![susan, john.clone()], Some(john), &follows);
    update(state, Message::Users(LoadedUsers { lists: lists.iter().map(row).collect(), ..loaded }))
}

fn list(name: &str) -> Timeline {
    Timeline::List(UserId(1), name.to_owned())
}

/// What each row shows: a nickname, or the name of a list and its unread count.
fn rows(state: &State) -> Vec<(String, Option<usize>)> {
    let row = |row: &UsersRow| match row {
        UsersRow::User(user) => (user.nickname.as_str().to_owned(), None),
        UsersRow::List(list) => (list.list.name.clone(), list.unread),
    };
    state.users.items.iter().map(row).collect()
}

fn counted(effects: &[Effect]) -> Vec<Timeline> {
    let counts = effects.iter().filter_map(|effect| match effect {
        Effect::Worker(WorkerEffect::CountUnread(request)) => Some(request.timelines.clone()),
        _ => None,
    });
    counts.flatten().collect()
}

fn count(state: &mut State, timeline: Timeline, count: usize) {
    let timelines = vec![(timeline, count, ReadState::default())];
    let homes = vec![(UserId(1), 0)];
    update(state, Message::Unread(UserId(1), Unread { timelines, homes, ..Unread::default() }));
}

#[test]
fn lists_are_between_local_and_followed_users_and_are_counted_with_them() {
    let mut state = initial_state(at(0), (100, 30));
    assert!(counted(&load(&mut state, &["cats", "dogs"])).contains(&list("dogs")), "in the first count");
    let shown = |cats, dogs| {
        [("john", None), ("cats", cats), ("dogs", dogs), ("susan", None)].map(|(name, count)| (name.to_owned(), count))
    };
    assert_eq!(rows(&state), shown(None, None));
    count(&mut state, list("cats"), 0);
    count(&mut state, list("dogs"), 7);
    assert_eq!(rows(&state), shown(Some(0), Some(7)));
    assert_eq!(counted(&load(&mut state, &["cats", "dogs"])), [], "lists that are loaded again stay counted");
    assert_eq!(rows(&state), shown(Some(0), Some(7)));
    assert!(counted(&update(&mut state, Message::StoreChanged)).contains(&list("cats")), "posts may have come");
}

#[test]
fn list_opens_as_a_timeline_and_is_counted_down_with_it() {
    let mut state = initial_state(at(0), (100, 30));
    load(&mut state, &["cats"]);
    count(&mut state, list("cats"), 2);
    state.focus = Pane::Users;
    state.users.select(1);
    assert_eq!(act(&mut state, Action::Follow), []);
    assert_eq!(state.notice.take().unwrap().text, "select a user first");
    let effects = act(&mut state, Action::Open);
    assert!(counted(&effects).contains(&list("cats")), "{effects:?}");
    assert_eq!((state.focus, &state.current().unwrap().timeline), (Pane::Timeline, &list("cats")));
    count(&mut state, list("cats"), 2);
    let posts = vec![post(2, &user(2, "susan")), post(1, &user(2, "susan"))];
    let (place, arrived) = (PageStart::Newest, Arrival(9));
    update(&mut state, Message::Page { timeline: list("cats"), place, posts, more: false, arrived });
    count(&mut state, list("cats"), 2);
    update(&mut state, Message::Tick(at(1)));
    assert_eq!(rows(&state)[1], ("cats".to_owned(), Some(0)), "both posts were on the screen");
}

#[test]
fn lists_of_another_user_leave_the_pane_when_the_user_changes() {
    let mut state = state();
    let row = ListRow { owner: UserId(1), list: UserList { name: "cats".to_owned(), members: 3 }, unread: Some(1) };
    state.users.items.insert(1, UsersRow::List(row));
    state.users.select(2);
    act(&mut state, Action::NextUser);
    assert_eq!(rows(&state), [("john".to_owned(), None), ("susan".to_owned(), None)]);
    assert_eq!(state.selected_user().unwrap().id, UserId(2), "the cursor stays on its user");
}

#[test]
fn list_that_comes_above_the_cursor_hides_no_row_while_there_is_room() {
    let mut state = initial_state(at(0), (100, 30));
    load(&mut state, &[]);
    state.focus = Pane::Users;
    act(&mut state, Action::Down);
    state.users.top = 1;
    load(&mut state, &["cats", "dogs"]);
    assert_eq!((state.users.top, state.users.cursor), (0, 3));
}
