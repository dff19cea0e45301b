//! Searching while one types.

use super::*;

fn search(state: &State) -> &Search {
    state.screen::<Search>().expect("a search")
}

fn key(state: &mut State, c: char) -> Vec<Effect> {
    update(state, Message::Input(Input { key: Key::Char(c), ctrl: false, alt: false, shift: false }))
}

fn found(number: u64, id: i64) -> Message {
    Message::SearchResults {
        number,
        posts: vec![post(id, &user(1, "john"))],
        more: false,
        users: vec![],
        hints: vec![],
    }
}

#[test]
fn each_letter_searches_and_outdated_results_are_dropped() {
    let mut state = state();
    act(&mut state, Action::Show(screens::search::NAME));
    assert_eq!(key(&mut state, 'a'), [Effect::Worker(WorkerEffect::Search { number: 1, query: "a".to_owned() })]);
    assert_eq!(key(&mut state, 'b'), [Effect::Worker(WorkerEffect::Search { number: 2, query: "ab".to_owned() })]);
    update(&mut state, found(1, 7));
    assert!(!search(&state).answered && search(&state).found.items.is_empty());
    update(&mut state, found(2, 8));
    assert!(search(&state).answered);
    assert_eq!(search(&state).found.items[0].id, PostId(8));
    assert_eq!(act(&mut state, Action::OpenResults), []);
    assert_eq!(state.current().unwrap().timeline, Timeline::Search("ab*".to_owned()));
    assert_eq!(state.selected().unwrap().id, PostId(8));
    // What others write shows here too.
    let effects = update(&mut state, Message::StoreChanged);
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::Store(StoreEffect::ReloadPage { .. }))),
        "{effects:?}"
    );
    act(&mut state, Action::Back);
    assert_eq!(state.current().unwrap().timeline, Timeline::All);
}

#[test]
fn search_opens_as_timeline_once_results_arrive() {
    let mut state = state();
    act(&mut state, Action::Show(screens::search::NAME));
    key(&mut state, 'a');
    act(&mut state, Action::OpenResults);
    assert_eq!(search(&state).pending, Some(Action::OpenResults));
    update(&mut state, found(1, 7));
    assert_eq!((state.screens.len(), state.selected().unwrap().id), (0, PostId(7)));
    // An answer that comes after the search was closed is nothing.
    act(&mut state, Action::Show(screens::search::NAME));
    key(&mut state, 'b');
    act(&mut state, Action::Close);
    update(&mut state, found(2, 9));
    assert!(state.screens.is_empty());
}

#[test]
fn found_post_opens_in_its_thread_and_found_user_as_profile() {
    let mut state = state();
    act(&mut state, Action::Show(screens::search::NAME));
    key(&mut state, 'a');
    assert_eq!(act(&mut state, Action::Accept), [], "the results are not there yet");
    let posts = vec![post(7, &user(1, "john")), post(6, &user(1, "john"))];
    let users = vec![user(1, "john"), user(2, "susan")];
    let results = Message::SearchResults { number: 1, posts, more: false, users, hints: vec![] };
    assert_eq!(update(&mut state, results), [Effect::Store(StoreEffect::LoadThread(PostId(7)))]);
    update(&mut state, Message::Thread(PostId(7), vec![place(0, post(7, &user(1, "john")))]));
    act(&mut state, Action::Escape);
    assert_eq!(search(&state).query.text(), "a", "the search is there again");
    act(&mut state, Action::Up);
    assert_eq!(search(&state).selected_user, Some(1), "users are above the posts");
    assert_eq!(act(&mut state, Action::Accept), [Effect::Store(StoreEffect::LoadProfile(UserId(2)))]);
    update(&mut state, Message::Failed("gone".to_owned()));
    for (action, expected) in [
        (Action::Up, Some(0)),
        (Action::Up, Some(0)),
        (Action::Down, Some(1)),
        (Action::Down, None),
        (Action::Down, None),
    ] {
        act(&mut state, action);
        assert_eq!(search(&state).selected_user, expected);
    }
    assert_eq!(act(&mut state, Action::Accept), [Effect::Store(StoreEffect::LoadThread(PostId(6)))]);
}

#[test]
fn tab_of_a_search_is_named_as_it_was_typed() {
    let mut state = state();
    act(&mut state, Action::Show(screens::search::NAME));
    key(&mut state, 'a');
    key(&mut state, 'b');
    update(&mut state, found(2, 7));
    act(&mut state, Action::OpenResults);
    let tab = state.current().unwrap();
    assert_eq!(crate::tui::labels::tab_label(tab, None), "/ab");
}

#[test]
fn search_is_saved_as_typed_and_named_like_it_unless_a_name_is_typed() {
    let mut state = state();
    act(&mut state, Action::Show(screens::search::NAME));
    key(&mut state, 'a');
    key(&mut state, 'b');
    for (typed, name) in [("", "ab"), ("c", "c")] {
        act(&mut state, Action::SaveSearch);
        for letter in typed.chars() {
            key(&mut state, letter);
        }
        let action = UndoableAction::SaveSearch(name.to_owned(), Some("ab".to_owned()));
        assert_eq!(
            act(&mut state, Action::Accept),
            [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, action))]
        );
        act(&mut state, Action::Close);
    }
}

#[test]
fn search_is_saved_under_a_name_and_stays_open() {
    let mut state = state();
    act(&mut state, Action::Show(screens::search::NAME));
    assert_eq!(act(&mut state, Action::SaveSearch), [], "nothing was typed");
    key(&mut state, 'a');
    act(&mut state, Action::SaveSearch);
    assert_eq!(key(&mut state, 'b'), [], "the name is no search");
    update(&mut state, found(1, 7));
    let action = UndoableAction::SaveSearch("b".to_owned(), Some("a".to_owned()));
    assert_eq!(
        act(&mut state, Action::Accept),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, action.clone()))]
    );
    let taken = Err("you already have a saved search \"b\"".to_owned());
    update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Do, result: taken });
    assert_eq!(search(&state).name.as_ref().unwrap().text(), "b", "another name can be typed");
    let inverse = UndoableAction::SaveSearch("b".to_owned(), None);
    update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Do, result: Ok((action, inverse)) });
    assert_eq!(state.notice.as_ref().unwrap().text, r#"saved search "b""#, "z would be typed here");
    assert_eq!((search(&state).query.text().as_str(), search(&state).found.items[0].id), ("a", PostId(7)));
    act(&mut state, Action::SaveSearch);
    assert_eq!(act(&mut state, Action::Close), []);
    assert!(search(&state).name.is_none());
}
