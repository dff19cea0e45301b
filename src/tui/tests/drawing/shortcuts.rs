//! The keys that work on every screen: the keyboard shortcuts, and in lists the command palette.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::screens::{SCREENS, shown};
use super::*;
use crate::tui::keys::{self, ScreenName};

fn press(state: &mut State, code: KeyCode) {
    if let Some(message) = keys::read(state, KeyEvent::new(code, KeyModifiers::NONE)) {
        update(state, message);
    }
}

/// Returns whether a letter is typed into a text.
fn takes_text(state: &State) -> bool {
    let key = KeyEvent::new(KeyCode::Char('?'), KeyModifiers::NONE);
    matches!(keys::read(state, key), Some(Message::Input(_)))
}

fn topmost(state: &State) -> Option<ScreenName> {
    state.topmost().map(|screen| screen.name())
}

/// The screens of the registry that open without a database, and those that tests fill.
fn all(size: (u16, u16)) -> Vec<State> {
    let filled = SCREENS.iter().map(|(_, fill)| shown(size, *fill));
    let opened = crate::tui::screens::REGISTRY.iter().map(|screen| {
        let mut state = state(size);
        update(&mut state, Message::Act(Action::Show(screen.name)));
        state
    });
    filled.chain(opened).collect()
}

#[test]
fn question_mark_opens_the_shortcuts_or_is_typed_on_every_screen() {
    for mut state in all((80, 24)) {
        let before = topmost(&state);
        let takes_text = takes_text(&state);
        press(&mut state, KeyCode::Char('?'));
        match before {
            _ if takes_text => assert_eq!(topmost(&state), before),
            Some(ScreenName::HELP) => assert_eq!(topmost(&state), None),
            _ => {
                assert_eq!(topmost(&state), Some(ScreenName::HELP), "{before:?}");
                press(&mut state, KeyCode::Esc);
                assert_eq!(topmost(&state), before);
            }
        }
    }
}

#[test]
fn shortcuts_of_the_screen_below_come_first() {
    let mut state = state((80, 24));
    update(&mut state, Message::Act(Action::Show(ScreenName::FIRST_STEPS)));
    press(&mut state, KeyCode::Char('?'));
    let groups = keys::help(&state, "");
    assert_eq!((groups[0].0.as_str(), groups[0].1[0].here), ("List", true), "{groups:?}");
    let here = |word: &str| keys::help(&state, word)[0].1[0].here;
    assert!(here("choose by number") && !here("notifications"));
}

#[test]
fn colon_opens_the_palette_over_a_list_and_its_command_leaves_the_list() {
    for mut state in all((80, 24)) {
        let before = topmost(&state);
        let is_list = state.topmost().is_some_and(|screen| screen.covers_panes());
        if takes_text(&state) || !is_list || state.compose.is_some() {
            continue;
        }
        press(&mut state, KeyCode::Char(':'));
        assert_eq!(topmost(&state), Some(ScreenName::PALETTE), "{before:?}");
        press(&mut state, KeyCode::Esc);
        assert_eq!(topmost(&state), before);
        press(&mut state, KeyCode::Char(':'));
        update(&mut state, Message::Paste("follow-address".to_owned()));
        press(&mut state, KeyCode::Enter);
        assert_eq!(topmost(&state), Some(ScreenName::FOLLOW_ADDRESS));
        press(&mut state, KeyCode::Esc);
        assert_eq!(topmost(&state), None);
    }
}
