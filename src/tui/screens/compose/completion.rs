//! Completion in the composer: `@` offers users, those followed first, `#` offers tags by use, and `:` offers emoji by
//! their shortcodes.

use tui_textarea::DataCursor;

use crate::model::{Nickname, case_fold};
use crate::text;
use crate::tui::keys::Action;
use crate::tui::state::{Completion, Editor, Effect, State, StoreEffect, Suggestion, UsersRow};

/// Most suggestions that are offered.
pub(in crate::tui) const MAX_SUGGESTIONS: usize = 6;

/// Returns the word with its sign that ends at the cursor, if it can be completed.
fn word(editor: &Editor) -> Option<String> {
    let DataCursor(row, column) = editor.0.cursor();
    let before: String = editor.0.lines().get(row)?.chars().take(column).collect();
    let start = before.rfind(['@', '#', ':'])?;
    let word = &before[start..];
    let free = before[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '@' && c != '#');
    let allowed = |c: char| match word.chars().next() {
        Some('@') => Nickname::is_allowed_char(c) || c == '@',
        Some(':') => c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'),
        _ => c.is_alphanumeric() || c == '_',
    };
    (free && word.chars().skip(1).all(allowed)).then(|| word.to_owned())
}

/// Asks for the completions of the word at the cursor.
pub(in crate::tui) fn ask(state: &mut State) -> Vec<Effect> {
    let Some(compose) = &mut state.compose else { return vec![] };
    compose.completion = None;
    match word(&compose.editor) {
        Some(word) if word.starts_with(':') => {
            // A smiley of two characters is no shortcode.
            let letters = word.chars().skip(1).filter(|c| c.is_alphanumeric()).count();
            let found = if letters > 1 { emoji(&word) } else { vec![] };
            if !found.is_empty() {
                compose.completion = Some(Completion { word, found, at: 0 });
            }
            vec![]
        }
        // After a lone `#` any tag would fit.
        Some(word) if word != "#" => vec![StoreEffect::LoadCompletions(compose.author, word).into()],
        _ => vec![],
    }
}

/// Returns the emoji that a shortcode can mean: the exact one, those that start with it, those with a word that starts
/// with it, and those that contain it; shorter ones first.
fn emoji(word: &str) -> Vec<Suggestion> {
    let wanted = word.trim_start_matches(':').to_ascii_lowercase();
    let rank = |code: &str| {
        let at = code.match_indices(&wanted).map(|(at, _)| at);
        let starts_word = |at: usize| at == 0 || code.as_bytes()[at - 1] == b'_';
        at.map(|at| {
            if code == wanted {
                0
            } else if at == 0 {
                1
            } else if starts_word(at) {
                2
            } else {
                3
            }
        })
        .min()
    };
    let codes = text::emoji().filter_map(|(emoji, codes)| {
        let ranked = codes.filter_map(|code| Some((rank(code)?, code.len(), code)));
        ranked.min().map(|(rank, length, code)| (rank, length, code, emoji))
    });
    let mut found: Vec<_> = codes.collect();
    found.sort_unstable();
    found.truncate(MAX_SUGGESTIONS);
    let suggestion = |(_, _, code, text): (u8, usize, &str, &str)| Suggestion {
        text: text.to_owned(),
        description: format!(":{code}:"),
    };
    found.into_iter().map(suggestion).collect()
}

/// Offers the completions of a word if it is still the one at the cursor; behind those followed come all other users.
pub(in crate::tui) fn offer(state: &mut State, word: &str, mut found: Vec<String>) -> Vec<Effect> {
    let Some(compose) = &mut state.compose else { return vec![] };
    if self::word(&compose.editor).as_deref() != Some(word) {
        return vec![];
    }
    if let Some(prefix) = word.strip_prefix('@').map(case_fold) {
        let others = state.users.items.iter().filter_map(UsersRow::user).filter(|user| user.id != compose.author);
        for user in others.filter(|user| user.nickname.key().starts_with(&prefix)) {
            if found.len() < MAX_SUGGESTIONS && !found.iter().any(|name| name == user.nickname.as_str()) {
                found.push(user.nickname.as_str().to_owned());
            }
        }
    }
    let complete = matches!(&found[..], [only] if case_fold(only) == case_fold(&word[1..]));
    if !found.is_empty() && !complete {
        let sign = &word[..1];
        let suggestion = |name: &String| Suggestion { text: format!("{sign}{name}"), description: String::new() };
        let found = found.iter().map(suggestion).collect();
        compose.completion = Some(Completion { word: word.to_owned(), found, at: 0 });
    }
    vec![]
}

/// Moves among the suggestions or accepts one; `None` for an action that is for the text.
pub(in crate::tui) fn act(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    let compose = state.compose.as_mut()?;
    let completion = compose.completion.as_mut()?;
    let count = completion.found.len();
    match action {
        Action::Down => completion.at = (completion.at + 1) % count,
        Action::Up => completion.at = (completion.at + count - 1) % count,
        Action::Accept => {
            let Completion { word, found, at } = compose.completion.take()?;
            for _ in word.chars() {
                compose.editor.0.delete_char();
            }
            compose.editor.0.insert_str(format!("{} ", found.get(at)?.text));
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
