//! Key bindings. Every pane and screen brings its own key tables; help, the footer, the command palette and the
//! settings are made from the union of all of them, so that they always agree. It knows nothing of the store.

mod action;
mod binding;
mod key;
mod keymap;
mod names;
mod strokes;

use crossterm::event::{KeyEvent, KeyEventKind};
use tui_textarea::Input;

pub use action::{Action, ScreenName};
pub use binding::{
    BACK, Binding, Context, EVERYWHERE, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_OPEN, LIST_SCROLL, LIST_UNDO,
    OPEN_PALETTE, OPEN_THREAD, Opening, PANE, PANE_GROUPS, PANE_SCROLL, PICKER_CLOSE, PICKER_MOVES, POST, Scope, USER,
    key,
};
pub use key::Key;
pub use keymap::{ContextBinding, Keymap, presets};
pub use strokes::Strokes;

use super::state::{Detail, FIXED_TABS, Message, Pane, State, pane_context};
use crate::model::case_fold;
use keymap::Row;

/// Returns what a key press asks for in the current context; `None` for an unbound key.
#[must_use]
pub fn read(state: &State, event: KeyEvent) -> Option<Message> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let key = Key::from(event);
    if key.is_last_resort() {
        return Some(Message::Act(Action::Quit));
    }
    let here = context(state);
    // While a word is being completed, all other keys are those of the text.
    let around = (here == pane_context::COMPLETION).then_some(pane_context::COMPOSE);
    let mut contexts = [Some(here), around].into_iter().flatten();
    let strokes = Strokes { prefix: state.pending_chord, key };
    match contexts.clone().find_map(|context| state.keymap.action(context, strokes)) {
        Some(action) => Some(Message::Act(action)),
        // A key that does not complete the chord cancels it and does nothing else.
        None if state.pending_chord.is_some() => Some(Message::PendingChord(None)),
        None if contexts.any(|context| state.keymap.begins(context, key)) => Some(Message::PendingChord(Some(key))),
        None if state.keymap.takes_text(here) => Some(Message::Input(Input::from(event))),
        None => unbound(state, strokes).map(Message::Notice),
    }
}

/// Says of a key that does nothing here where it works; `None` while a question shows the keys that answer it.
fn unbound(state: &State, strokes: Strokes) -> Option<String> {
    if state.topmost().is_some_and(|screen| screen.question(state).is_some()) {
        return None;
    }
    let elsewhere = pane_context::PANES.iter().find_map(|(pane, place)| {
        let action = state.keymap.action(*pane, strokes)?;
        let row = state.keymap.rows.iter().find(|row| row.action == action && row.contexts.contains(pane))?;
        Some(format!("{strokes} works in {place}: {}", row.label()))
    });
    let help = || format!("{strokes} does nothing here · {} shows all keys", of(state, Action::Show(ScreenName::HELP)));
    Some(elsewhere.unwrap_or_else(help))
}

/// Returns the context whose keys are in force.
#[must_use]
pub fn context(state: &State) -> Context {
    state.topmost().map_or_else(|| state.focused_context(), |screen| screen.context(state))
}

/// Returns the bindings of a context in its order.
fn rows_of(state: &State, context: Context) -> Vec<&Row> {
    let mut rows: Vec<_> = state.keymap.rows.iter().filter_map(|row| Some((row.rank(context)?, row))).collect();
    rows.sort_by_key(|(rank, _)| *rank);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A line of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The keys.
    pub keys: String,
    /// What they do.
    pub label: String,
    /// Whether they work where help was opened.
    pub here: bool,
}

/// Returns all keys by group, those of the focused pane first; only those with `word` in key, label or group. Over a
/// screen, all that do something there, and others only if a word is searched.
#[must_use]
pub fn help(state: &State, word: &str) -> Vec<(String, Vec<Entry>)> {
    let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
    let below = state.screens.iter().rev().find(|screen| screen.name() != ScreenName::HELP);
    let here = below.map_or_else(|| state.pane_context(), |screen| screen.context(state));
    let word = case_fold(word.trim());
    let is_here = |row: &&Row| row.contexts.contains(&here);
    let shows_all = below.is_none() || !word.is_empty();
    let rows = &state.keymap.rows;
    let plain = rows.iter().all(Row::is_plain_number);
    for row in rows_of(state, here).into_iter().chain(rows.iter().filter(|row| shows_all && !is_here(row))) {
        let Some((keys, label)) = (if plain { row.shown_together() } else { Some((row.shown(), row.label())) }) else {
            continue;
        };
        let entry = Entry { keys, label, here: is_here(&row) };
        let group = row.heading();
        if entry.keys.is_empty() || !(case_fold(&format!("{} {} {group}", entry.keys, entry.label)).contains(&word)) {
            continue;
        }
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, entries)) => match entries.iter_mut().find(|known| known.label == entry.label) {
                Some(known) => known.here |= entry.here,
                None => entries.push(entry),
            },
            None => groups.push((group, vec![entry])),
        }
    }
    groups
}

/// An action that can be chosen by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The action.
    pub action: Action,
    /// Its label.
    pub label: String,
    /// Its name in the settings.
    pub name: String,
    /// Its keys.
    pub keys: String,
}

/// Returns all actions of the focused pane for the command palette.
#[must_use]
pub fn commands(state: &State) -> Vec<Named> {
    let here = state.pane_context();
    let rows = rows_of(state, here).into_iter().filter(|row| row.action != Action::Show(ScreenName::PALETTE));
    let rows = rows.filter(|row| !matches!(row.action, Action::Timeline(at) if at >= state.tabs.len()));
    let mut rows: Vec<_> = rows.collect();
    // Movement comes last: users rarely look up how to move down.
    rows.sort_by_key(|row| row.binding.group == "Move");
    let named = |row: &Row| Named { action: row.action, label: row.label(), name: row.name(), keys: row.shown() };
    rows.into_iter().map(named).collect()
}

/// Returns the first key of an action in the panes, or its name in the palette if it has none.
#[must_use]
pub fn of(state: &State, action: Action) -> String {
    let row = state.keymap.rows.iter().find(|row| row.action == action);
    key_of(state, action).unwrap_or_else(|| row.map(Row::name).unwrap_or_default())
}

/// Returns the first key of an action in the panes, if it has any.
#[must_use]
pub fn key_of(state: &State, action: Action) -> Option<String> {
    let row = state.keymap.rows.iter().find(|row| row.action == action)?;
    row.keys.first().map(Strokes::to_string)
}

/// Returns the first key of an action in the current context; `None` where no key does that.
#[must_use]
pub fn here(state: &State, action: Action) -> Option<String> {
    let here = context(state);
    let rows = state.keymap.rows.iter().filter(|row| row.action == action && row.contexts.contains(&here));
    rows.flat_map(|row| &row.keys).next().map(Strokes::to_string)
}

/// A key for the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The action that it is bound to.
    pub action: Action,
    /// The key.
    pub key: String,
    /// What it does, in a word.
    pub word: String,
    /// Whether it is shown even where there is little room: help, and the keys that leave or confirm.
    pub vital: bool,
}

/// Returns the keys for the footer: those of the current context, or those that complete the pending chord.
#[must_use]
pub fn hints(state: &State) -> Vec<Hint> {
    let here = context(state);
    if let Some(first) = state.pending_chord {
        return chord_hints(state, here, first);
    }
    if acts_on_marks(state) {
        return mark_hints(state);
    }
    let rows = rows_of(state, here).into_iter().filter(|row| !row.binding.hint.is_empty());
    let rows = rows.filter(|row| state.topmost().is_none_or(|screen| screen.offers(row.action)));
    let is_own = state.user_here().is_some_and(|user| state.is_active(user.id)) && state.screens.is_empty();
    let edit = (Action::Show(ScreenName::EDIT_PROFILE), "edit profile");
    let hint = |row: &Row| {
        if is_own && row.action == Action::Mute {
            return None;
        }
        if is_own && row.action == Action::Follow {
            let key = key_of(state, edit.0)?;
            return Some(Hint { action: edit.0, key, word: edit.1.to_owned(), vital: false });
        }
        let word = row.binding.hint;
        let word = state.topmost().map_or(word, |screen| screen.hint(row.action, word));
        Some(Hint {
            action: row.action,
            key: row.keys.first()?.to_string(),
            word: if row.action == Action::Back && is_root(state) { "quit" } else { word }.to_owned(),
            vital: row.action == Action::Show(ScreenName::HELP)
                || matches!(row.action, Action::Back | Action::Close | Action::Send | Action::Accept | Action::Quit),
        })
    };
    rows.filter_map(hint).collect()
}

/// Returns whether there is nothing to go back to, so that the key that goes back quits.
#[must_use]
pub fn is_root(state: &State) -> bool {
    state.screens.is_empty()
        && state.detail == Detail::Empty
        && state.focus != Pane::Users
        && state.tab < FIXED_TABS
        && state.marked.is_empty()
}

/// Returns whether posts are marked, and the keys of the panes act on them.
#[must_use]
pub fn acts_on_marks(state: &State) -> bool {
    let here = context(state);
    !state.marked.is_empty() && (here == pane_context::TIMELINE || here == pane_context::THREAD)
}

/// Returns the keys that act on all marked posts.
fn mark_hints(state: &State) -> Vec<Hint> {
    const MARKED: [(Action, &str); 9] = [
        (Action::Like, "like"),
        (Action::Bookmark, "bookmark"),
        (Action::Copy, "copy"),
        (Action::Delete, "delete"),
        (Action::Mute, "mute"),
        (Action::Boost, "boost"),
        (Action::Show(ScreenName::EXPORT_POSTS), "export"),
        (Action::MarkRange, "range"),
        (Action::Escape, "unmark all"),
    ];
    let hint = |(action, word): (Action, &str)| {
        Some(Hint { action, key: here(state, action)?, word: word.to_owned(), vital: action == Action::Escape })
    };
    MARKED.into_iter().filter_map(hint).collect()
}

/// Returns the keys that complete a chord.
fn chord_hints(state: &State, here: Context, first: Key) -> Vec<Hint> {
    let rows = rows_of(state, here).into_iter();
    let hint = |row: &Row| {
        let keys = row.keys.iter().find(|keys| keys.prefix == Some(first))?;
        Some(Hint { action: row.action, key: keys.to_string(), word: row.label(), vital: false })
    };
    rows.filter_map(hint).collect()
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;
    use crate::model::Timestamp;
    use crate::tui::screens::default_keymap;

    #[test]
    fn help_and_back_are_always_in_the_footer() {
        let state = State { keymap: default_keymap(), ..State::new(Timestamp::from_micros(0), (80, 24)) };
        let vital = |state: &State| {
            let hints = hints(state).into_iter().filter(|hint| hint.vital);
            hints.map(|hint| hint.word).collect::<Vec<_>>()
        };
        assert_eq!(vital(&state), ["help", "quit"]);
    }

    #[test]
    fn key_names_of_the_tables_match_key_presses() {
        let state = State { keymap: default_keymap(), ..State::new(Timestamp::from_micros(0), (80, 24)) };
        let press = |code, modifiers| read(&state, KeyEvent::new(code, modifiers));
        let act = |action| Some(Message::Act(action));
        assert_eq!(press(KeyCode::Char('j'), KeyModifiers::NONE), act(Action::Down));
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), act(Action::Bottom));
        assert_eq!(press(KeyCode::Char('d'), KeyModifiers::CONTROL), act(Action::PageDown));
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), act(Action::PreviousPane));
        assert_eq!(press(KeyCode::Char('3'), KeyModifiers::NONE), act(Action::Timeline(2)));
        assert_eq!(press(KeyCode::Char('c'), KeyModifiers::CONTROL), act(Action::Quit));
        for (code, modifiers, notice) in [
            (KeyCode::Char(']'), KeyModifiers::NONE, "] works in a thread: next reply to the same post"),
            (
                KeyCode::Char('H'),
                KeyModifiers::SHIFT,
                "H works in the users pane: show/hide users followed only by others",
            ),
            (KeyCode::Char('\\'), KeyModifiers::NONE, "\\ does nothing here · ? shows all keys"),
            (KeyCode::Char('d'), KeyModifiers::ALT, "Alt+d does nothing here · ? shows all keys"),
        ] {
            assert_eq!(press(code, modifiers), Some(Message::Notice(notice.to_owned())));
        }
    }
}
