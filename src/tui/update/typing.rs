//! Typed and pasted text: into the text field of the topmost screen, or into the composer.

use tui_textarea::Input;

use crate::tui::screens::compose::{completion, update as compose};
use crate::tui::state::{Editor, Effect, Outcome, State, StoreEffect};

/// The longest text that is pasted, in bytes.
const MAX_PASTE: usize = 64 * 1024;

/// Types into the text field that has the cursor.
pub(super) fn input(state: &mut State, input: Input) -> Vec<Effect> {
    let typed = input.clone();
    if let Some(effects) = edit_field(state, |field| field.type_in_line(typed)) {
        return effects;
    }
    let Some(compose) = &mut state.compose else { return vec![] };
    compose.unsaved |= compose.editor.type_in(input);
    completion::ask(state)
}

/// Pastes a text: its first line into a field of a screen, all of it into the composer.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if text.len() > MAX_PASTE {
        // A long text in a field of one line is a mistake; in the composer it may be the only copy.
        return if state.screens.is_empty() && state.compose.is_some() {
            vec![StoreEffect::SaveText(text.to_owned()).into()]
        } else {
            state.show_error("the pasted text is too long for this field")
        };
    }
    let text = compose::plain(text);
    let line = text.lines().next().unwrap_or_default();
    if let Some(effects) = edit_field(state, |field| {
        field.0.insert_str(line);
    }) {
        return effects;
    }
    if let Some(compose) = &mut state.compose {
        compose.unsaved |= compose.editor.0.insert_str(&text);
    }
    vec![]
}

/// Changes the text field of the topmost screen; `None` where no screen is open.
fn edit_field(state: &mut State, change: impl FnOnce(&mut Editor)) -> Option<Vec<Effect>> {
    state.with_topmost(|screen, state| {
        let Some(field) = screen.field() else { return Outcome::stay(vec![]) };
        let before = field.text();
        change(field);
        Outcome::stay(screen.edited(state, &before))
    })
}
