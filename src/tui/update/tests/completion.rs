//! Completion while one writes.

use super::*;

fn offered(state: &State) -> Vec<String> {
    state
        .compose
        .as_ref()
        .unwrap()
        .completion
        .as_ref()
        .map_or(vec![], |completion| completion.found.iter().map(|it| it.text.clone()).collect())
}

fn typed(state: &mut State, c: char) -> Vec<Effect> {
    update(state, Message::Input(Input { key: Key::Char(c), ctrl: false, alt: false, shift: false }))
}

#[test]
fn mention_completion_lists_followed_users_first() {
    let mut state = state();
    write(&mut state, "hello ");
    assert_eq!(typed(&mut state, '@'), [Effect::Store(StoreEffect::LoadCompletions(UserId(1), "@".to_owned()))]);
    assert_eq!(typed(&mut state, 's'), [Effect::Store(StoreEffect::LoadCompletions(UserId(1), "@s".to_owned()))]);
    update(&mut state, Message::Completions("@".to_owned(), vec!["late".to_owned()]));
    assert_eq!(offered(&state), [""; 0], "too late");
    update(&mut state, Message::Completions("@s".to_owned(), vec!["sam".to_owned()]));
    assert_eq!(offered(&state), ["@sam", "@susan"]);
    act(&mut state, Action::Down);
    act(&mut state, Action::Accept);
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "hello @susan ");
    assert_eq!(typed(&mut state, '#'), []);
    assert_eq!(typed(&mut state, 'b'), [Effect::Store(StoreEffect::LoadCompletions(UserId(1), "#b".to_owned()))]);
    update(&mut state, Message::Completions("#b".to_owned(), vec!["bread".to_owned()]));
    act(&mut state, Action::Close);
    assert_eq!((offered(&state).len(), state.compose.is_some()), (0, true), "the text is left alone");
    for c in "x@".chars() {
        typed(&mut state, c);
    }
    assert_eq!(typed(&mut state, 'y'), [], "an address is no mention");
}

#[test]
fn shortcode_completes_to_emoji() {
    let mut state = state();
    write(&mut state, "at 12:30 :he");
    assert_eq!(offered(&state)[..2], ["🌿", "❤️"], "herb is shorter than heart");
    write(&mut state, ":heart");
    assert_eq!(offered(&state)[0], "❤️");
    let says = state.compose.as_ref().unwrap().completion.as_ref().unwrap().found[0].description.clone();
    assert_eq!(says, ":heart:");
    act(&mut state, Action::Accept);
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "❤️ ");
    for nothing in ["12:30", ":)", ": he", "https://he", ":zzzz"] {
        write(&mut state, nothing);
        assert_eq!(offered(&state), [""; 0], "{nothing}");
    }
}
