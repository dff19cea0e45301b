//! Hiding posts by what they say: the words of the post under the cursor are offered as the phrase.

use super::{deeds, fail, people};
use crate::model::{Filter, Phrase};
use crate::text::tags;
use crate::tui::state::{Action, Editor, Effect, Filtering, Overlay, State, UndoableAction};

/// Asks for what is to be filtered, beginning with the first tag or word of the post.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if state.active.is_none() {
        return people::pick(state);
    }
    let Some(post) = state.selected() else { return vec![] };
    let body = post.body.as_str();
    let mut words: Vec<String> = tags(body).into_iter().map(|tag| format!("#{tag}")).collect();
    for word in body.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1) {
        if !words.iter().any(|known| known.trim_start_matches('#') == word) {
            words.push(word.to_owned());
        }
    }
    let phrase = Editor::new(words.first().map_or("", String::as_str));
    state.overlay = Some(Overlay::Filter(Box::new(Filtering { phrase, words, at: 0, folded: true })));
    vec![]
}

pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Overlay::Filter(shown)) = &mut state.overlay else { return vec![] };
    let count = shown.words.len().max(1);
    match action {
        Action::NextField => shown.folded = !shown.folded,
        Action::Down | Action::Up => {
            shown.at = (shown.at + if action == Action::Down { 1 } else { count - 1 }) % count;
            shown.phrase = Editor::new(shown.words.get(shown.at).map_or("", String::as_str));
        }
        Action::Accept => {
            let folded = shown.folded;
            return match Phrase::parse(&shown.phrase.text()) {
                Ok(phrase) => {
                    state.overlay = None;
                    let filter = Filter { phrase: phrase.clone(), folded, until: None };
                    deeds::ask(state, UndoableAction::SetFilter(phrase, Some(filter)))
                }
                Err(why) => fail(state, why.to_string()),
            };
        }
        _ => state.overlay = None,
    }
    vec![]
}
