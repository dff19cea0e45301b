//! Saves the draft in the composer.

use crate::model::{OpenDraft, Purpose, UserId};
use crate::tui::state::{Compose, Effect, State, StoreEffect};

/// The start of the notice about a draft that is not saved yet.
const NOT_SAVED: &str = "draft not saved yet";
/// The notice that the draft was saved beside that of another terminal.
const TWO_TERMINALS: &str = "another terminal is writing a draft here: both are saved";

/// Saves the draft if it changed since it was saved last.
pub(in crate::tui) fn save(state: &mut State) -> Vec<Effect> {
    match &mut state.compose {
        Some(compose) if compose.unsaved => {
            compose.unsaved = false;
            vec![StoreEffect::SaveDraft(compose.author, compose.purpose(), compose.draft.clone(), text(compose)).into()]
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

/// The draft was saved: the next save replaces this text, and no other.
pub(in crate::tui) fn saved(
    state: &mut State,
    user: UserId,
    purpose: Purpose,
    draft: OpenDraft,
    moved: bool,
) -> Vec<Effect> {
    let is_it = |compose: &&mut Compose| compose.author == user && compose.purpose().is_same_draft(purpose);
    if let Some(compose) = state.compose.as_mut().filter(is_it) {
        // The details may have changed while the text was being saved.
        let details = std::mem::take(&mut compose.draft.details);
        compose.draft = OpenDraft { details, ..draft };
    }
    if moved {
        state.show_notice(TWO_TERMINALS);
    }
    vec![]
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
