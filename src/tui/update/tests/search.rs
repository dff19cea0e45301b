//! Searching while one types.

use super::*;

fn search(state: &State) -> &Search {
    state.screen::<Search>().expect("a search")
}

fn key(state: &mut State, c: char) -> Vec<Effect> {
    update(state, Message::Input(Input { key: Key::Char(c), ctrl: false, alt: false, shift: false }))
}

fn found(number: u64, id: i64) -> Message {
    Message::SearchResults { number, posts: vec![post(id, &user(1, "john"))], more: false, users: vec![] }
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
    assert_eq!(act(&mut state, Action::Accept), []);
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
    act(&mut state, Action::Accept);
    assert!(search(&state).open);
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
fn search_is_saved_under_a_name_and_stays_open() {
    let mut state = state();
    act(&mut state, Action::Show(screens::search::NAME));
    assert_eq!(act(&mut state, Action::SaveSearch), [], "nothing was typed");
    key(&mut state, 'a');
    act(&mut state, Action::SaveSearch);
    assert_eq!(key(&mut state, 'b'), [], "the name is no search");
    update(&mut state, found(1, 7));
    let action = UndoableAction::SaveSearch("ab".to_owned(), Some("a".to_owned()));
    assert_eq!(
        act(&mut state, Action::Accept),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, action.clone()))]
    );
    let inverse = UndoableAction::SaveSearch("ab".to_owned(), None);
    update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Do, result: Ok((action, inverse)) });
    assert_eq!(state.notice.as_ref().unwrap().text, r#"saved search "ab""#, "z would be typed here");
    assert_eq!((search(&state).query.text().as_str(), search(&state).found.items[0].id), ("a", PostId(7)));
    act(&mut state, Action::SaveSearch);
    assert_eq!(act(&mut state, Action::Close), []);
    assert!(search(&state).name.is_none());
}
