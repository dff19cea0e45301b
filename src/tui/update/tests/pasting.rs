//! Where a text goes that is pasted.

use super::*;
use crate::tui::state::Compose;

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    update(state, Message::Paste(text.to_owned()))
}

/// What stands in the field that is open.
fn field(state: &State) -> String {
    let editor = match state.overlay.as_ref() {
        Some(Overlay::Welcome(shown)) => {
            if shown.in_email {
                &shown.email
            } else {
                &shown.nickname
            }
        }
        Some(Overlay::Picker(shown)) => &shown.query,
        Some(Overlay::Commands(shown)) => &shown.query,
        Some(Overlay::Help(shown)) => shown.query.as_ref().unwrap(),
        Some(Overlay::Search(shown)) => shown.name.as_ref().unwrap_or(&shown.query),
        Some(Overlay::Filter(shown)) => &shown.phrase,
        Some(Overlay::Import(shown)) => &shown.path,
        other => panic!("no field: {other:?}"),
    };
    editor.text()
}

#[test]
fn a_field_of_one_line_takes_the_first_line_and_no_control() {
    for open in [Action::SwitchUser, Action::Commands, Action::Search, Action::AddFilter, Action::Import] {
        let mut state = state();
        act(&mut state, open);
        let begun = field(&state);
        paste(&mut state, "s\u{1b}[2Ju\tx\r\nsecond");
        assert_eq!(field(&state), format!("{begun}s[2Ju    x"), "{open:?}");
        let before = state.overlay.clone();
        assert_eq!(paste(&mut state, &"x".repeat(2 << 20)), [], "{open:?}");
        assert!(state.notice.as_ref().is_some_and(|notice| notice.error) && state.overlay == before, "{open:?}");
    }
}

#[test]
fn the_first_nickname_and_address_are_pasted_into_their_fields() {
    let mut state = State::new(at(0), (100, 30));
    update(&mut state, Message::Users(vec![], None));
    paste(&mut state, "john\n");
    act(&mut state, Action::NextField);
    assert_eq!(field(&state), "");
    paste(&mut state, "john@example.com\n");
    let Some(Overlay::Welcome(welcome)) = &state.overlay else { panic!("no welcome") };
    assert_eq!([&welcome.nickname, &welcome.email].map(|editor| editor.text()), ["john", "john@example.com"]);
}

#[test]
fn what_is_pasted_into_the_search_is_asked_for_and_into_its_name_is_not() {
    let mut state = state();
    act(&mut state, Action::Search);
    let asked = |number, query: &str| [Effect::Worker(WorkerEffect::Search { number, query: query.to_owned() })];
    assert_eq!(paste(&mut state, "late\nnight"), asked(1, "late"));
    assert_eq!(paste(&mut state, " train"), asked(2, "late train"));
    assert_eq!(paste(&mut state, "\nnothing of the first line"), []);
    act(&mut state, Action::SaveSearch);
    assert_eq!(paste(&mut state, "s"), []);
    assert_eq!(field(&state), "late trains");
    act(&mut state, Action::Close);
    assert_eq!(field(&state), "late train");
}

#[test]
fn what_is_pasted_narrows_a_choice() {
    let mut state = state();
    act(&mut state, Action::SwitchUser);
    assert_eq!(paste(&mut state, "susan\n"), []);
    let Some(Overlay::Picker(picker)) = &state.overlay else { panic!("no picker") };
    assert_eq!(picker.found.items.iter().map(|user| user.id).collect::<Vec<_>>(), [UserId(2)]);
    act(&mut state, Action::Close);
    act(&mut state, Action::Commands);
    assert_eq!(paste(&mut state, "@susan\n"), []);
    let Some(Overlay::Commands(shown)) = &state.overlay else { panic!("no commands") };
    assert_eq!(shown.found.items.iter().map(|found| found.what.as_str()).collect::<Vec<_>>(), ["posts of @susan"]);
    act(&mut state, Action::Close);
    act(&mut state, Action::Commands);
    update(&mut state, Message::Themes(vec!["gruvbox".to_owned()]));
    assert_eq!(
        paste(&mut state, "gruvbox"),
        [Effect::Settings(SettingsEffect::PreviewTheme("gruvbox".to_owned()))],
        "a theme is tried on"
    );
}

#[test]
fn help_is_searched_for_what_is_pasted_once_it_is_asked_for() {
    let mut state = state();
    act(&mut state, Action::Help);
    let help = |state: &State| match &state.overlay {
        Some(Overlay::Help(shown)) => (shown.query.as_ref().map(|query| query.text()), shown.scroll),
        other => panic!("no help: {other:?}"),
    };
    paste(&mut state, "nothing");
    assert_eq!(help(&state), (None, 0));
    act(&mut state, Action::Down);
    act(&mut state, Action::Search);
    paste(&mut state, "undo\n");
    assert_eq!(help(&state), (Some("undo".to_owned()), 0));
}

#[test]
fn a_question_takes_no_text_and_neither_does_a_list() {
    for open in [Action::Delete, Action::Notifications, Action::Drafts, Action::Stats] {
        let mut state = state();
        act(&mut state, open);
        let before = state.clone();
        assert_eq!(paste(&mut state, "y"), [], "{open:?}");
        assert_eq!((&state.overlay, &state.compose), (&before.overlay, &before.compose), "{open:?}");
    }
}

#[test]
fn the_text_under_a_question_is_left_as_it_is() {
    let mut state = state();
    write(&mut state, "");
    let long = "word ".repeat(60);
    paste(&mut state, &long);
    act(&mut state, Action::Send);
    assert!(matches!(state.overlay, Some(Overlay::Split(_))), "{:?}", state.overlay);
    assert_eq!(paste(&mut state, "more"), []);
    let text = |compose: &Compose| compose.editor.text();
    assert_eq!(state.compose.as_ref().map(text), Some(long));
    act(&mut state, Action::Close);
    assert_eq!(paste(&mut state, "more"), []);
    assert!(state.compose.as_ref().map(text).is_some_and(|text| text.ends_with("word more")));
}

#[test]
fn a_text_too_large_for_the_composer_is_kept_in_a_file() {
    let mut state = state();
    write(&mut state, "begun");
    let large = "x".repeat(2 << 20);
    assert_eq!(paste(&mut state, &large), [Effect::Store(StoreEffect::SaveText(large.clone()))]);
    assert_eq!(state.compose.as_ref().map(|compose| compose.editor.text()).as_deref(), Some("begun"));
}
