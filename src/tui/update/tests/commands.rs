use super::*;
use crate::tui::state::{Command, Does};

fn typed(state: &mut State, text: &str) -> Option<Effect> {
    let input = |c| Message::Input(Input { key: Key::Char(c), ctrl: false, alt: false, shift: false });
    text.chars().flat_map(|c| update(state, input(c))).last()
}

fn selected(state: &State) -> &Command {
    let Some(Overlay::Commands(shown)) = &state.overlay else { panic!("no commands") };
    shown.found.selected().expect("a command")
}

fn opened() -> State {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Commands), [Effect::Settings(SettingsEffect::ListThemes)]);
    update(&mut state, Message::Themes(vec!["auto".to_owned(), "dark".to_owned(), "gruvbox".to_owned()]));
    state
}

#[test]
fn whatever_can_be_done_here_is_done_by_its_name() {
    let mut state = opened();
    assert_eq!(typed(&mut state, "ntfcatns"), None);
    assert_eq!((selected(&state).what.as_str(), selected(&state).keys.as_str()), ("notifications", "N"));
    let effects = act(&mut state, Action::Accept);
    assert!(matches!(effects[..], [Effect::Store(StoreEffect::LoadNotifications(_))]), "{effects:?}");
    assert_eq!(state.overlay, None);
    let mut state = opened();
    typed(&mut state, "stat");
    assert_eq!(selected(&state).does, Does::Act(Action::Stats), "it has the name that its command has");
    let mut state = opened();
    typed(&mut state, "qqqq");
    assert_eq!(act(&mut state, Action::Accept), []);
    assert!(matches!(&state.overlay, Some(Overlay::Commands(shown)) if shown.found.items.is_empty()));
}

#[test]
fn a_theme_is_tried_on_and_taken_off_or_chosen() {
    let wear = |name: &str| Effect::Settings(SettingsEffect::PreviewTheme(name.to_owned()));
    let mut state = opened();
    assert_eq!(typed(&mut state, "gruvbox"), Some(wear("gruvbox")));
    assert_eq!(selected(&state).does, Does::Theme("gruvbox".to_owned()));
    assert_eq!(act(&mut state, Action::Close), [wear("auto")]);
    let mut state = opened();
    typed(&mut state, "theme");
    assert_eq!(selected(&state).does, Does::Theme("auto".to_owned()));
    assert_eq!(act(&mut state, Action::Down), [wear("dark")]);
    assert_eq!(act(&mut state, Action::Accept), [Effect::Settings(SettingsEffect::ChooseTheme("dark".to_owned()))]);
    let mut state = opened();
    typed(&mut state, "keysvim");
    assert_eq!(act(&mut state, Action::Accept), [Effect::Settings(SettingsEffect::ChooseKeyPreset("vim".to_owned()))]);
}

#[test]
fn a_tag_or_a_user_that_is_typed_is_gone_to() {
    let mut state = opened();
    typed(&mut state, "#bread");
    assert_eq!(selected(&state).what, "posts with #bread");
    act(&mut state, Action::Accept);
    assert_eq!(state.current().unwrap().timeline, Timeline::Tag("bread".to_owned()));
    let mut state = opened();
    typed(&mut state, "@SU");
    assert_eq!(selected(&state).what, "posts of @susan");
    act(&mut state, Action::Accept);
    assert!(matches!(&state.current().unwrap().timeline, Timeline::User(UserId(2), _)));
    let mut state = opened();
    for nothing in ["#", "# x", "@nobody"] {
        typed(&mut state, nothing);
        assert_eq!(act(&mut state, Action::Accept), [], "{nothing}");
        let Some(Overlay::Commands(shown)) = &mut state.overlay else { panic!("closed by {nothing}") };
        shown.query = crate::tui::state::Editor::new("");
    }
}
