//! Which key does what, and where. Help, the footer, the commands and the settings are made from the same table,
//! so that they cannot lie. It knows nothing of the store.

mod key;
mod keymap;
mod names;
mod strokes;

use crossterm::event::{KeyEvent, KeyEventKind};
use tui_textarea::Input;

pub use key::Key;
pub use keymap::{Keymap, presets};
pub use strokes::Strokes;

use super::state::{Action, Command, Detail, Does, Message, Offered, Overlay, Pane, State};
use crate::model::case_fold;
use keymap::Row;

/// What has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Users,
    Timeline,
    Thread,
    Profile,
    Versions,
    Search,
    Naming,
    Told,
    Drafts,
    Split,
    Offer,
    Elsewhere,
    Stats,
    Filter,
    Import,
    Importing,
    Imported,
    Compose,
    Completing,
    Welcome,
    Picker,
    Commands,
    Help,
    Finding,
    Question,
    DraftConflict,
}

impl Place {
    /// Whether keys type text there.
    fn is_written_in(self) -> bool {
        matches!(self, Compose | Completing | Welcome | Picker | Commands | Search | Naming | Filter | Import | Finding)
    }
}

use Place::{
    Commands, Completing, Compose, DraftConflict, Drafts, Elsewhere, Filter, Finding, Help, Import, Imported,
    Importing, Naming, Offer, Picker, Profile, Question, Search, Split, Stats, Thread, Timeline, Told, Users, Versions,
    Welcome,
};

const PANES: &[Place] = &[Users, Timeline, Thread, Profile, Versions];
const PAGES: &[Place] = &[Users, Timeline, Thread, Profile, Versions, Help];
const LISTS: &[Place] = &[Told, Drafts, Split, Offer, Elsewhere, Stats];
#[rustfmt::skip]
const EVERYWHERE: &[Place] = &[
    Users, Timeline, Thread, Profile, Versions, Help, Compose, Welcome, Picker, Commands, Search, Naming, Told, Drafts,
    Split, Offer, Elsewhere, Stats, Filter, Import, Importing, Imported, Finding, Question, DraftConflict,
];
const POSTS: &[Place] = &[Timeline, Thread];

#[derive(Debug, PartialEq, Eq)]
struct Binding {
    action: Action,
    keys: &'static [&'static str],
    places: &'static [Place],
    what: &'static str,
    group: &'static str,
    /// Shown in the footer, in this word.
    hint: &'static str,
}

const fn key(
    group: &'static str,
    places: &'static [Place],
    keys: &'static [&'static str],
    action: Action,
    what: &'static str,
    hint: &'static str,
) -> Binding {
    Binding { action, keys, places, what, group, hint }
}

#[rustfmt::skip]
const TABLE: &[Binding] = &[
    key("Move", PAGES, &["j", "↓"], Action::Down, "down", ""),
    key("Move", PAGES, &["k", "↑"], Action::Up, "up", ""),
    key("Move", PAGES, &["PgDn", "^D", "Space"], Action::PageDown, "page down", ""),
    key("Move", PAGES, &["PgUp", "^U"], Action::PageUp, "page up", ""),
    key("Move", PANES, &["g", "Home"], Action::Top, "jump to top", ""),
    key("Move", PANES, &["G", "End"], Action::Bottom, "jump to bottom", ""),
    key("Move", PANES, &["Tab"], Action::NextPane, "next pane", ""),
    key("Move", PANES, &["Shift+Tab"], Action::PreviousPane, "previous pane", ""),
    key("Move", PANES, &["<"], Action::NarrowPane, "narrow pane", ""),
    key("Move", PANES, &[">"], Action::WidenPane, "widen pane", ""),
    key("Timelines", PANES, &["l", "→"], Action::NextTimeline, "next timeline", ""),
    key("Timelines", PANES, &["h", "←"], Action::PreviousTimeline, "previous timeline", ""),
    key("Timelines", PANES, &["1…9"], Action::Timeline(0), "go to timeline by number", ""),
    key("Timelines", PANES, &["/"], Action::Search, "search posts and users", "search"),
    key("Timelines", PANES, &["T"], Action::GoToTimeline, "go to tag, author or saved search", ""),
    key("Timelines", PANES, &["x"], Action::MarkRead, "mark all as read", ""),
    key("Timelines", PANES, &["U"], Action::NextUnread, "next unread", ""),
    key("Timelines", PANES, &["N"], Action::Notifications, "notifications", ""),
    key("Timelines", PANES, &["S"], Action::Stats, "statistics", ""),
    key("Timelines", PANES, &["."], Action::Newest, "jump to newest", ""),
    key("Timelines", PANES, &["^R", "F5"], Action::Reload, "reload", ""),
    key("Posts", POSTS, &["Enter", "t"], Action::Open, "open thread", "thread"),
    key("Posts", &[Thread], &["-"], Action::CollapseReplies, "collapse replies", ""),
    key("Posts", &[Thread], &["+", "="], Action::ExpandReplies, "expand replies", ""),
    key("Posts", &[Users, Profile], &["Enter", "t"], Action::Open, "show this user's posts", "posts"),
    key("Posts", PANES, &["c", "n"], Action::Compose, "new post", "post"),
    key("Posts", PANES, &["D"], Action::Drafts, "drafts", ""),
    key("Posts", POSTS, &["r"], Action::Reply, "reply", "reply"),
    key("Posts", POSTS, &["f"], Action::Like, "like/unlike", "like"),
    key("Posts", POSTS, &["b"], Action::Boost, "boost/unboost", "boost"),
    key("Posts", POSTS, &["s"], Action::Bookmark, "bookmark/unbookmark", ""),
    key("Posts", POSTS, &["e"], Action::EditPost, "edit post", ""),
    key("Posts", POSTS, &["v"], Action::EditHistory, "edit history", ""),
    key("Posts", POSTS, &["w"], Action::ToggleWarning, "show/hide content warning", ""),
    key("Posts", POSTS, &["F"], Action::AddFilter, "add word filter", ""),
    key("Posts", POSTS, &["o"], Action::OpenLink, "open link", ""),
    key("Posts", POSTS, &["y"], Action::Copy, "copy text", ""),
    key("Posts", POSTS, &["Y"], Action::CopyMenu, "copy link, ID, author …", ""),
    key("Posts", POSTS, &["d"], Action::Delete, "delete post", ""),
    key("Posts", PANES, &["z"], Action::Undo, "undo", ""),
    key("Posts", PANES, &["Z"], Action::Redo, "redo", ""),
    key("Users", POSTS, &["u"], Action::Profile, "profile", "profile"),
    key("Users", &[Users, Profile], &["f"], Action::Follow, "follow/unfollow", "follow"),
    key("Users", &[Users, Profile], &["m"], Action::Mute, "mute/unmute", "mute"),
    key("Users", PANES, &["a"], Action::SwitchUser, "switch user", "switch user"),
    key("Users", PANES, &["^N"], Action::NextUser, "next user", ""),
    key("Users", PANES, &["^P"], Action::PreviousUser, "previous user", ""),
    key("General", PANES, &["I"], Action::Import, "import", ""),
    key("General", PANES, &[":"], Action::Commands, "command palette", ""),
    key("Help", &[Help], &["/"], Action::Search, "search help", "search"),
    key("Help", &[Finding], &["↓"], Action::Down, "down", ""),
    key("Help", &[Finding], &["↑"], Action::Up, "up", ""),
    key("Help", &[Finding], &["PgDn"], Action::PageDown, "page down", ""),
    key("Help", &[Finding], &["PgUp"], Action::PageUp, "page up", ""),
    key("Help", &[Finding], &["Esc"], Action::Close, "show all", "show all"),
    key("General", PANES, &["?"], Action::Help, "keyboard shortcuts", "help"),
    key("General", PAGES, &["q", "Esc"], Action::Back, "back", "back"),
    key("Compose", &[Compose], &["^S", "^Enter"], Action::Send, "send", "send"),
    key("Compose", &[Compose], &["^E"], Action::Edit, "open in $EDITOR", "editor"),
    key("Compose", &[Compose], &["Esc"], Action::Close, "close (draft saved)", "close (draft saved)"),
    key("Completion", &[Completing], &["Tab", "Enter"], Action::Accept, "accept", "accept"),
    key("Completion", &[Completing], &["↓"], Action::Down, "down", ""),
    key("Completion", &[Completing], &["↑"], Action::Up, "up", ""),
    key("Completion", &[Completing], &["Esc"], Action::Close, "dismiss", "dismiss"),
    key("Compose", &[Compose], &["^N"], Action::NextUser, "post as next user", "post as"),
    key("Compose", &[Compose], &["^P"], Action::PreviousUser, "post as previous user", ""),
    key("List", LISTS, &["j", "↓"], Action::Down, "down", ""),
    key("List", LISTS, &["k", "↑"], Action::Up, "up", ""),
    key("List", LISTS, &["PgDn", "^D", "Space"], Action::PageDown, "page down", ""),
    key("List", LISTS, &["PgUp", "^U"], Action::PageUp, "page up", ""),
    key("List", &[Told, Drafts, Offer, Elsewhere, Stats], &["g", "Home"], Action::Top, "jump to top", ""),
    key("List", &[Told, Drafts, Offer, Elsewhere, Stats], &["G", "End"], Action::Bottom, "jump to bottom", ""),
    key("List", &[Told], &["Enter", "t"], Action::Accept, "open", "open"),
    key("List", &[Drafts], &["Enter", "t"], Action::Accept, "continue draft", "continue"),
    key("List", &[Drafts], &["d"], Action::Delete, "discard draft", "discard"),
    key("List", &[Drafts], &["z"], Action::Undo, "undo", "undo"),
    key("List", &[Drafts], &["Z"], Action::Redo, "redo", ""),
    key("List", &[Offer], &["Enter", "t"], Action::Accept, "choose", "choose"),
    key("List", &[Elsewhere], &["Enter", "t"], Action::Accept, "open", "open"),
    key("List", &[Elsewhere], &["d"], Action::Delete, "delete saved search", "delete saved search"),
    key("List", &[Elsewhere], &["z"], Action::Undo, "undo", "undo"),
    key("List", &[Elsewhere], &["Z"], Action::Redo, "redo", ""),
    key("List", &[Offer, Elsewhere], &["1…9"], Action::Timeline(0), "choose by number", ""),
    key("List", &[Told, Drafts, Offer, Elsewhere, Stats], &["q", "Esc"], Action::Close, "close", "close"),
    key("Thread", &[Split], &["y", "^S"], Action::Accept, "send as thread", "send as thread"),
    key("Thread", &[Split], &["n", "q", "Esc"], Action::Close, "back to editing", "back to editing"),
    key("Filter", &[Filter], &["Enter"], Action::Accept, "add word filter", "add filter"),
    key("Filter", &[Filter], &["↓"], Action::Down, "next word of the post", "next word"),
    key("Filter", &[Filter], &["↑"], Action::Up, "previous word of the post", ""),
    key("Filter", &[Filter], &["Tab"], Action::NextField, "collapse or hide", "collapse or hide"),
    key("Filter", &[Filter], &["Esc"], Action::Close, "close", "close"),
    key("Import", &[Import], &["Enter"], Action::Accept, "import", "import"),
    key("Import", &[Import], &["Tab"], Action::NextField, "import as", "import as"),
    key("Import", &[Import], &["Esc"], Action::Close, "close", "close"),
    key("Importing", &[Importing], &["Enter"], Action::Accept, "continue in background", "continue in background"),
    key("Importing", &[Importing], &["q", "Esc"], Action::Close, "cancel (nothing is kept)", "cancel"),
    key("Importing", &[Imported], &["Enter"], Action::Accept, "close", ""),
    key("Importing", &[Imported], &["q", "Esc"], Action::Close, "close", "close"),
    key("Question", &[Question], &["y"], Action::Accept, "yes", ""),
    key("Question", &[Question], &["n", "q", "Esc"], Action::Close, "no", ""),
    key("Question", &[DraftConflict], &["r"], Action::Replace, "replace draft", ""),
    key("Question", &[DraftConflict], &["j"], Action::Append, "join both drafts", ""),
    key("Question", &[DraftConflict], &["n", "q", "Esc"], Action::Close, "cancel", ""),
    key("Welcome", &[Welcome], &["Enter"], Action::Accept, "start", "start"),
    key("Welcome", &[Welcome], &["Tab", "Shift+Tab", "↓", "↑"], Action::NextField, "next field", "next field"),
    key("Welcome", &[Welcome], &["Esc"], Action::Quit, "quit", "quit"),
    key("Picker", &[Picker, Commands], &["↓", "^N", "Tab"], Action::Down, "down", ""),
    key("Picker", &[Picker, Commands], &["↑", "^P", "Shift+Tab"], Action::Up, "up", ""),
    key("Picker", &[Picker], &["Enter"], Action::Accept, "switch to this user", "switch"),
    key("Picker", &[Commands], &["Enter"], Action::Accept, "run", "run"),
    key("Picker", &[Commands], &["PgDn"], Action::PageDown, "page down", ""),
    key("Picker", &[Commands], &["PgUp"], Action::PageUp, "page up", ""),
    key("Picker", &[Picker, Commands], &["Esc"], Action::Close, "close", "close"),
    key("Search", &[Search], &["Enter"], Action::Accept, "open results", "open results"),
    key("Search", &[Search], &["^S"], Action::SaveSearch, "save search", "save search"),
    key("Search", &[Naming], &["Enter"], Action::Accept, "save search", "save search"),
    key("Search", &[Naming], &["Esc"], Action::Close, "back to search", "back to search"),
    key("Search", &[Search], &["↓", "^N"], Action::Down, "down", ""),
    key("Search", &[Search], &["↑", "^P"], Action::Up, "up", ""),
    key("Search", &[Search], &["PgDn"], Action::PageDown, "page down", ""),
    key("Search", &[Search], &["PgUp"], Action::PageUp, "page up", ""),
    key("Search", &[Search], &["Esc"], Action::Close, "close", "close"),
    key("General", EVERYWHERE, &["^C"], Action::Quit, "quit", ""),
    key("General", EVERYWHERE, &["^L"], Action::Redraw, "redraw screen", ""),
    key("General", EVERYWHERE, &["^Z"], Action::Suspend, "suspend", ""),
];

fn pane(state: &State) -> Place {
    match (state.focus, &state.detail) {
        (Pane::Users, _) => Users,
        (Pane::Detail, Detail::Thread(_)) => Thread,
        (Pane::Detail, Detail::Profile(_)) => Profile,
        (Pane::Detail, Detail::Versions { .. }) => Versions,
        (Pane::Timeline | Pane::Detail, _) => Timeline,
    }
}

fn place(state: &State) -> Place {
    match &state.overlay {
        Some(Overlay::Welcome(_)) => Welcome,
        Some(Overlay::Picker(_)) => Picker,
        Some(Overlay::Commands(_)) => Commands,
        Some(Overlay::Search(search)) if search.name.is_some() => Naming,
        Some(Overlay::Search(_)) => Search,
        Some(Overlay::Told(_)) => Told,
        Some(Overlay::Filter(_)) => Filter,
        Some(Overlay::Import(_)) if state.importing.is_some() => Importing,
        Some(Overlay::Import(asked)) if matches!(asked.done, Some(Ok(_))) => Imported,
        Some(Overlay::Import(_)) => Import,
        Some(Overlay::Drafts(_)) => Drafts,
        Some(Overlay::Split(_)) => Split,
        Some(Overlay::Help(help)) if help.query.is_some() => Finding,
        Some(Overlay::Help(_)) => Help,
        Some(Overlay::Offer(offer)) if offer.is_of_timelines() => Elsewhere,
        Some(Overlay::Offer(_)) => Offer,
        Some(Overlay::Stats(_)) => Stats,
        Some(Overlay::Delete(_)) => Question,
        Some(Overlay::DraftConflict(_)) => DraftConflict,
        None if state.compose.as_ref().is_some_and(|compose| compose.completion.is_some()) => Completing,
        None if state.compose.is_some() => Compose,
        None => pane(state),
    }
}

/// Returns the section of `[keys]` for a binding; empty for those of the panes.
fn section(binding: &Binding) -> String {
    match binding.group {
        "Move" | "Timelines" | "Posts" | "Users" | "General" => String::new(),
        // These names differ from those of the actions, which are keys of the same TOML table.
        "Search" => "searching".to_owned(),
        "Filter" => "filtering".to_owned(),
        "Import" => "import-form".to_owned(),
        "Help" => "help-screen".to_owned(),
        group => group.to_lowercase(),
    }
}

/// What a key means here; a key that means nothing here says nothing.
#[must_use]
pub fn read(state: &State, event: KeyEvent) -> Option<Message> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let place = place(state);
    let key = Key::from(event);
    if key.is_last_resort() {
        return Some(Message::Act(Action::Quit));
    }
    // Where a word is being completed, the other keys are those of the text.
    let places = [Some(place), (place == Completing).then_some(Compose)];
    let mut places = places.into_iter().flatten();
    let keys = Strokes { begun: state.pending_chord, key };
    match places.clone().find_map(|place| state.keymap.action(place, keys)) {
        Some(action) => Some(Message::Act(action)),
        // What does not go on with it ends what was begun, and does nothing else.
        None if state.pending_chord.is_some() => Some(Message::PendingChord(None)),
        None if places.any(|place| state.keymap.begins(place, key)) => Some(Message::PendingChord(Some(key))),
        None if place.is_written_in() => Some(Message::Input(Input::from(event))),
        None => None,
    }
}

/// A line of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The keys.
    pub keys: String,
    /// What they do.
    pub what: String,
    /// They do it on the screen that help was asked for.
    pub here: bool,
}

/// All keys by group; those of the screen that help was asked for come first. A word leaves out what has it
/// neither in its keys nor in what they do.
#[must_use]
pub fn help(state: &State, word: &str) -> Vec<(&'static str, Vec<Entry>)> {
    let mut groups: Vec<(&'static str, Vec<Entry>)> = Vec::new();
    let here = pane(state);
    let word = case_fold(word.trim());
    let is_here = |row: &&Row| row.binding.places.contains(&here);
    let rows = &state.keymap.rows;
    let plain = rows.iter().all(Row::is_plain_number);
    for row in rows.iter().filter(is_here).chain(rows.iter().filter(|row| !is_here(row))) {
        let Some((keys, what)) = (if plain { row.shown_together() } else { Some((row.shown(), row.what())) }) else {
            continue;
        };
        let told = Entry { keys, what, here: is_here(&row) };
        let group = row.binding.group;
        if told.keys.is_empty() || !(case_fold(&format!("{} {} {group}", told.keys, told.what)).contains(&word)) {
            continue;
        }
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, rows)) => match rows.iter_mut().find(|known| known.what == told.what) {
                Some(known) => known.here |= told.here,
                None => rows.push(told),
            },
            None => groups.push((group, vec![told])),
        }
    }
    groups
}

/// All that can be done in the pane that has the keys.
#[must_use]
pub fn commands(state: &State) -> Vec<Command> {
    let here = pane(state);
    let rows = state.keymap.rows.iter();
    let rows = rows.filter(|row| row.binding.places.contains(&here) && row.action != Action::Commands);
    let rows = rows.filter(|row| !matches!(row.action, Action::Timeline(at) if at >= state.tabs.len()));
    let mut rows: Vec<_> = rows.collect();
    // Nobody looks up how to move down.
    rows.sort_by_key(|row| row.binding.group == "Move");
    let command =
        |row: &Row| Command { what: row.what(), word: row.name(), keys: row.shown(), does: Does::Act(row.action) };
    rows.into_iter().map(command).collect()
}

/// The first of the keys of an action in the panes, or the name by which it can be chosen.
#[must_use]
pub fn of(state: &State, action: Action) -> String {
    let row = state.keymap.rows.iter().find(|row| row.action == action);
    key_of(state, action).unwrap_or_else(|| row.map(Row::name).unwrap_or_default())
}

/// The first of the keys of an action in the panes, if it has any.
#[must_use]
pub fn key_of(state: &State, action: Action) -> Option<String> {
    let row = state.keymap.rows.iter().find(|row| row.action == action)?;
    row.keys.first().map(Strokes::to_string)
}

/// The first of the keys of an action where the keys go now; none where they do not do that.
#[must_use]
pub fn here(state: &State, action: Action) -> Option<String> {
    let here = place(state);
    let rows = state.keymap.rows.iter().filter(|row| row.action == action && row.binding.places.contains(&here));
    rows.flat_map(|row| &row.keys).next().map(Strokes::to_string)
}

/// A key for the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The key.
    pub key: String,
    /// What it does, in a word.
    pub word: String,
    /// The way to the other keys or out of here: it is named even where there is little room.
    pub vital: bool,
}

/// The keys for the footer: those that matter here and now, or that go on with the one that was pressed.
#[must_use]
pub fn hints(state: &State) -> Vec<Hint> {
    let here = place(state);
    if let Some(begun) = state.pending_chord {
        return following(state, here, begun);
    }
    let rows = state.keymap.rows.iter();
    let rows = rows.filter(|row| row.binding.places.contains(&here) && !row.binding.hint.is_empty());
    let rows = rows.filter(|row| row.action != Action::Delete || here != Elsewhere || is_on_saved(state));
    let hint = |row: &Row| {
        Some(Hint {
            key: row.keys.first()?.to_string(),
            word: row.binding.hint.to_owned(),
            vital: matches!(
                row.action,
                Action::Help | Action::Back | Action::Close | Action::Send | Action::Accept | Action::Quit
            ),
        })
    };
    rows.filter_map(hint).collect()
}

/// What goes on with a key that was pressed.
fn following(state: &State, here: Place, begun: Key) -> Vec<Hint> {
    let rows = state.keymap.rows.iter().filter(|row| row.binding.places.contains(&here));
    let hint = |row: &Row| {
        let keys = row.keys.iter().find(|keys| keys.begun == Some(begun))?;
        Some(Hint { key: keys.to_string(), word: row.what(), vital: false })
    };
    rows.filter_map(hint).collect()
}

/// The cursor is on a search that was kept.
fn is_on_saved(state: &State) -> bool {
    matches!(&state.overlay, Some(Overlay::Offer(offer)) if matches!(offer.list.selected(), Some(Offered::Saved(_))))
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for (n, a) in TABLE.iter().enumerate() {
            for b in &TABLE[n + 1..] {
                let shared = a.places.iter().any(|p| b.places.contains(p)) && a.keys.iter().any(|k| b.keys.contains(k));
                assert!(!shared, "{} and {}", a.what, b.what);
            }
        }
    }

    #[test]
    fn help_and_the_way_out_are_always_told() {
        let mut state = State::new(Timestamp::from_micros(0), (80, 24));
        state.overlay = None;
        let vital = |state: &State| {
            let hints = hints(state).into_iter().filter(|hint| hint.vital);
            hints.map(|hint| hint.word).collect::<Vec<_>>()
        };
        assert_eq!(vital(&state), ["help", "back"]);
    }

    #[test]
    fn keys_have_the_names_of_the_table() {
        let state = State::new(Timestamp::from_micros(0), (80, 24));
        let press = |code, modifiers| read(&state, KeyEvent::new(code, modifiers));
        let act = |action| Some(Message::Act(action));
        assert_eq!(press(KeyCode::Char('j'), KeyModifiers::NONE), act(Action::Down));
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), act(Action::Bottom));
        assert_eq!(press(KeyCode::Char('d'), KeyModifiers::CONTROL), act(Action::PageDown));
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), act(Action::PreviousPane));
        assert_eq!(press(KeyCode::Char('3'), KeyModifiers::NONE), act(Action::Timeline(2)));
        assert_eq!(press(KeyCode::Char('c'), KeyModifiers::CONTROL), act(Action::Quit));
        assert_eq!(press(KeyCode::Char('X'), KeyModifiers::SHIFT), None);
        assert_eq!(press(KeyCode::Char('d'), KeyModifiers::ALT), None);
    }
}
