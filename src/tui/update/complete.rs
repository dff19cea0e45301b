//! Completion while one writes: `@` offers users, those followed first, and `#` offers tags by use.

use tui_textarea::DataCursor;

use crate::model::{Nickname, fold};
use crate::tui::state::{Action, Completion, Editor, Effect, State};

/// So many are offered.
pub const MOST: usize = 6;

/// The word with its sign that ends at the cursor, if there is one to be completed.
fn word(editor: &Editor) -> Option<String> {
    let DataCursor(row, column) = editor.0.cursor();
    let before: String = editor.0.lines().get(row)?.chars().take(column).collect();
    let start = before.rfind(['@', '#'])?;
    let word = &before[start..];
    let free = before[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '@' && c != '#');
    let part =
        |c: char| if word.starts_with('@') { Nickname::allows(c) || c == '@' } else { c.is_alphanumeric() || c == '_' };
    (free && word.chars().skip(1).all(part)).then(|| word.to_owned())
}

/// Asks for what fits what is typed now.
pub(super) fn ask(state: &mut State) -> Vec<Effect> {
    let Some(compose) = &mut state.compose else { return vec![] };
    compose.completion = None;
    match word(&compose.editor) {
        // A tag that has not begun could be any.
        Some(word) if word != "#" => vec![Effect::Complete(compose.author, word)],
        _ => vec![],
    }
}

/// Offers what was found, if the same is still typed; behind the users who are followed, all others.
pub(super) fn offer(state: &mut State, word: &str, mut found: Vec<String>) -> Vec<Effect> {
    let Some(compose) = &mut state.compose else { return vec![] };
    if self::word(&compose.editor).as_deref() != Some(word) {
        return vec![];
    }
    if let Some(beginning) = word.strip_prefix('@').map(fold) {
        let others = state.users.items.iter().filter(|user| user.id != compose.author);
        for user in others.filter(|user| user.nickname.key().starts_with(&beginning)) {
            if found.len() < MOST && !found.iter().any(|name| name == user.nickname.as_str()) {
                found.push(user.nickname.as_str().to_owned());
            }
        }
    }
    let done = matches!(&found[..], [only] if fold(only) == fold(&word[1..]));
    if !found.is_empty() && !done {
        compose.completion = Some(Completion { word: word.to_owned(), found, at: 0 });
    }
    vec![]
}

/// Chooses among what is offered; none where the action is for the text.
pub(super) fn act(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    let compose = state.compose.as_mut()?;
    let completion = compose.completion.as_mut()?;
    let count = completion.found.len();
    match action {
        Action::Down => completion.at = (completion.at + 1) % count,
        Action::Up => completion.at = (completion.at + count - 1) % count,
        Action::Accept => {
            let Completion { word, found, at } = compose.completion.take()?;
            for _ in word.chars().skip(1) {
                compose.editor.0.delete_char();
            }
            compose.editor.0.insert_str(format!("{} ", found.get(at)?));
            compose.unsaved = true;
        }
        Action::Close => compose.completion = None,
        _ => {
            compose.completion = None;
            return None;
        }
    }
    Some(vec![])
}
