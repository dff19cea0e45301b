//! Pasting text.

use super::*;
use crate::tui::state::Compose;

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    update(state, Message::Paste(text.to_owned()))
}

/// Returns the text of the open field.
fn field(state: &State) -> String {
    let mut state = state.clone();
    state.screens.last_mut().and_then(|screen| screen.field()).map(|editor| editor.text()).expect("a text field")
}

#[test]
fn paste_into_field_takes_first_line_without_controls() {
    for open in [
        Action::Show(screens::user_picker::NAME),
        Action::Show(screens::palette::NAME),
        Action::Show(screens::search::NAME),
        Action::Show(screens::filter::NAME),
        Action::Show(screens::import::NAME),
    ] {
        let mut state = state();
        act(&mut state, open);
        let initial = field(&state);
        paste(&mut state, "s\u{1b}[2Ju\tx\r\nsecond");
        assert_eq!(field(&state), format!("{initial}s[2Ju    x"), "{open:?}");
        let before = state.screens.clone();
        assert_eq!(paste(&mut state, &"x".repeat(2 << 20)), [], "{open:?}");
        assert!(state.notice.as_ref().is_some_and(|notice| notice.error) && state.screens == before, "{open:?}");
    }
}

#[test]
fn paste_fills_welcome_fields() {
    let mut state = initial_state(at(0), (100, 30));
    update(&mut state, Message::Users(LoadedUsers::new(vec![], None)));
    paste(&mut state, "john\n");
    act(&mut state, Action::NextField);
    assert_eq!(field(&state), "");
    paste(&mut state, "john@example.com\n");
    let Some(welcome) = state.screen::<Welcome>() else { panic!("no welcome") };
    assert_eq!([&welcome.nickname, &welcome.email].map(|editor| editor.text()), ["john", "john@example.com"]);
}

#[test]
fn paste_into_search_searches_and_into_name_does_not() {
    let mut state = state();
    act(&mut state, Action::Show(screens::search::NAME));
    let asked = |number, query: &str| [Effect::Worker(WorkerEffect::Search { number, query: query.to_owned() })];
    assert_eq!(paste(&mut state, "late\nnight"), asked(1, "late"));
    assert_eq!(paste(&mut state, " train"), asked(2, "late train"));
    assert_eq!(paste(&mut state, "\nnothing of the first line"), []);
    act(&mut state, Action::SaveSearch);
    assert_eq!(paste(&mut state, "s"), []);
    assert_eq!(field(&state), "s");
    act(&mut state, Action::Close);
    assert_eq!(field(&state), "late train");
}

#[test]
fn paste_narrows_pickers() {
    let mut state = state();
    act(&mut state, Action::Show(screens::user_picker::NAME));
    assert_eq!(paste(&mut state, "susan\n"), []);
    let Some(picker) = state.screen::<UserPicker>() else { panic!("no picker") };
    assert_eq!(picker.found.items.iter().map(|user| user.id).collect::<Vec<_>>(), [UserId(2)]);
    act(&mut state, Action::Close);
    act(&mut state, Action::Show(screens::palette::NAME));
    assert_eq!(paste(&mut state, "@susan\n"), []);
    let Some(shown) = state.screen::<Palette>() else { panic!("no commands") };
    assert_eq!(shown.found.items.iter().map(|found| found.label.as_str()).collect::<Vec<_>>(), ["posts by @susan"]);
    act(&mut state, Action::Close);
    act(&mut state, Action::Show(screens::palette::NAME));
    update(&mut state, Message::Themes(vec!["gruvbox".to_owned()]));
    assert_eq!(
        paste(&mut state, "gruvbox"),
        [Effect::Settings(SettingsEffect::PreviewTheme("gruvbox".to_owned()))],
        "a theme is tried on"
    );
}

#[test]
fn paste_searches_help_once_search_is_open() {
    let mut state = state();
    act(&mut state, Action::Show(screens::help::NAME));
    let help = |state: &State| {
        let shown = state.screen::<Help>().expect("help");
        (shown.query.as_ref().map(|query| query.text()), shown.scroll)
    };
    paste(&mut state, "nothing");
    assert_eq!(help(&state), (None, 0));
    act(&mut state, Action::Down);
    act(&mut state, Action::Show(screens::search::NAME));
    paste(&mut state, "undo\n");
    assert_eq!(help(&state), (Some("undo".to_owned()), 0));
}

#[test]
fn questions_and_lists_ignore_paste() {
    for open in [
        Action::Delete,
        Action::Show(screens::notifications::NAME),
        Action::Show(screens::drafts::NAME),
        Action::Show(screens::statistics::NAME),
    ] {
        let mut state = state();
        act(&mut state, open);
        let before = state.clone();
        assert_eq!(paste(&mut state, "y"), [], "{open:?}");
        assert_eq!((&state.screens, &state.compose), (&before.screens, &before.compose), "{open:?}");
    }
}

#[test]
fn paste_leaves_text_below_preview_unchanged() {
    let mut state = state();
    write(&mut state, "");
    let long = "word ".repeat(60);
    paste(&mut state, &long);
    act(&mut state, Action::Send);
    assert!(state.screen::<ThreadPreview>().is_some(), "{:?}", state.screens);
    assert_eq!(paste(&mut state, "more"), []);
    let text = |compose: &Compose| compose.editor.text();
    assert_eq!(state.compose.as_ref().map(text), Some(long));
    act(&mut state, Action::Close);
    assert_eq!(paste(&mut state, "more"), []);
    assert!(state.compose.as_ref().map(text).is_some_and(|text| text.ends_with("word more")));
}

#[test]
fn too_large_paste_is_saved_to_file() {
    let mut state = state();
    write(&mut state, "started");
    let large = "x".repeat(2 << 20);
    assert_eq!(paste(&mut state, &large), [Effect::Store(StoreEffect::SaveText(large.clone()))]);
    assert_eq!(state.compose.as_ref().map(|compose| compose.editor.text()).as_deref(), Some("started"));
}
