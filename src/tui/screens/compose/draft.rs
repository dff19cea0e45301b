//! Saves the draft in the composer.

use crate::tui::state::{Compose, Effect, State, StoreEffect};

/// The start of the notice about a draft that is not saved yet.
const NOT_SAVED: &str = "draft not saved yet";

/// Saves the draft if it changed since it was saved last.
pub(in crate::tui) fn save(state: &mut State) -> Vec<Effect> {
    match &mut state.compose {
        Some(compose) if compose.unsaved => {
            compose.unsaved = false;
            vec![StoreEffect::SaveDraft(compose.author, compose.purpose(), text(compose)).into()]
        }
        _ => vec![],
    }
}

/// Returns the text to save; an edit that changes nothing is no draft.
#[must_use]
pub(in crate::tui) fn text(compose: &Compose) -> String {
    let text = compose.editor.text();
    match &compose.editing {
        Some(editing) if editing.post.body.as_str() == text => String::new(),
        _ => text,
    }
}

/// Removes the notice about an unsaved draft once it is saved.
pub(in crate::tui) fn clear_notice(state: &mut State) {
    let unsaved = state.compose.as_ref().is_some_and(|compose| compose.unsaved);
    if !unsaved && state.notice.as_ref().is_some_and(|notice| notice.text.starts_with(NOT_SAVED)) {
        state.notice = None;
    }
}

/// Shows why the draft could not be saved; the next tick tries again.
pub(in crate::tui) fn not_saved(state: &mut State, why: &str) -> Vec<Effect> {
    if let Some(compose) = &mut state.compose {
        compose.unsaved = true;
    }
    // A tick comes four times a second: an error that is shown stays long enough to be read.
    if state.notice.as_ref().is_some_and(|notice| notice.error) {
        return vec![];
    }
    state.show_error(format!("{NOT_SAVED}: {why}"))
}
