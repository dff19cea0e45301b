//! Which key does what, and where. Help and the footer are made from the same table, so that they
//! cannot lie. It knows nothing of the store.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tui_textarea::Input;

use super::state::{Action, Detail, Msg, Overlay, Pane, State};

/// What has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Users,
    Timeline,
    Thread,
    Profile,
    Versions,
    Search,
    Told,
    Drafts,
    Split,
    Filter,
    Compose,
    Completing,
    Welcome,
    Picker,
    Help,
    Question,
}

use Place::{
    Completing, Compose, Drafts, Filter, Help, Picker, Profile, Question, Search, Split, Thread, Timeline, Told, Users,
    Versions, Welcome,
};

const PANES: &[Place] = &[Users, Timeline, Thread, Profile, Versions];
const LISTS: &[Place] = PANES;
const POSTS: &[Place] = &[Timeline, Thread];

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
    key("Move", &[Users, Timeline, Thread, Profile, Versions, Help], &["j", "↓"], Action::Down, "down", ""),
    key("Move", &[Users, Timeline, Thread, Profile, Versions, Help], &["k", "↑"], Action::Up, "up", ""),
    key("Move", &[Users, Timeline, Thread, Profile, Versions, Help], &["PgDn", "^D", "Space"], Action::PageDown, "a page down", ""),
    key("Move", &[Users, Timeline, Thread, Profile, Versions, Help], &["PgUp", "^U"], Action::PageUp, "a page up", ""),
    key("Move", LISTS, &["g", "Home"], Action::Top, "to the top", ""),
    key("Move", LISTS, &["G", "End"], Action::Bottom, "to the bottom", ""),
    key("Move", PANES, &["Tab"], Action::NextPane, "next pane", ""),
    key("Move", PANES, &["Shift+Tab"], Action::PreviousPane, "previous pane", ""),
    key("Move", PANES, &["<"], Action::Narrower, "make this pane narrower", ""),
    key("Move", PANES, &[">"], Action::Wider, "make this pane wider", ""),
    key("Timelines", PANES, &["l", "→"], Action::NextTimeline, "next timeline", ""),
    key("Timelines", PANES, &["h", "←"], Action::PreviousTimeline, "previous timeline", ""),
    key("Timelines", PANES, &["1…9"], Action::Timeline(0), "timeline by number", ""),
    key("Timelines", PANES, &["/"], Action::Search, "search posts and users", "search"),
    key("Timelines", PANES, &["x"], Action::MarkRead, "mark all of it as read", ""),
    key("Timelines", PANES, &["N"], Action::Told, "notifications", ""),
    key("Timelines", PANES, &["."], Action::Newest, "to the newest post", ""),
    key("Timelines", PANES, &["^R", "F5"], Action::Refresh, "load anew", ""),
    key("Posts", POSTS, &["Enter", "t"], Action::Open, "open the thread", "thread"),
    key("Posts", &[Users, Profile], &["Enter"], Action::Open, "read this user", "read"),
    key("Posts", PANES, &["c", "n"], Action::Compose, "write a post", "write"),
    key("Posts", PANES, &["D"], Action::Drafts, "drafts", ""),
    key("Posts", POSTS, &["r"], Action::Reply, "answer", "answer"),
    key("Posts", POSTS, &["f"], Action::Like, "like, or no longer", "like"),
    key("Posts", POSTS, &["b"], Action::Boost, "boost, or no longer", "boost"),
    key("Posts", POSTS, &["s"], Action::Bookmark, "bookmark, or no longer", ""),
    key("Posts", POSTS, &["e"], Action::EditPost, "edit one's own", ""),
    key("Posts", POSTS, &["v"], Action::Versions, "what it said before", ""),
    key("Posts", POSTS, &["F"], Action::Filter, "filter a word of it", ""),
    key("Posts", POSTS, &["d"], Action::Delete, "delete one's own", ""),
    key("Posts", PANES, &["z"], Action::Undo, "undo", ""),
    key("Posts", PANES, &["Z"], Action::Redo, "do again what was undone", ""),
    key("Users", POSTS, &["u"], Action::Profile, "profile of the author", "profile"),
    key("Users", &[Users, Profile], &["f"], Action::Follow, "follow, or no longer", "follow"),
    key("Users", &[Users, Profile], &["m"], Action::Mute, "mute, or no longer", "mute"),
    key("Users", PANES, &["a"], Action::SwitchUser, "switch user", "switch user"),
    key("Users", PANES, &["^N"], Action::NextUser, "next user", ""),
    key("Users", PANES, &["^P"], Action::PreviousUser, "previous user", ""),
    key("Program", PANES, &["?"], Action::Help, "this help", "help"),
    key("Program", &[Users, Timeline, Thread, Profile, Versions, Help], &["q", "Esc"], Action::Back, "back, or quit", "back"),
    key("Writing", &[Compose], &["^S", "^Enter"], Action::Send, "send", "send"),
    key("Writing", &[Compose], &["^E"], Action::Edit, "go on in $EDITOR", "editor"),
    key("Writing", &[Compose], &["Esc"], Action::Close, "close, keep the draft", "close, keep the draft"),
    key("Completion", &[Completing], &["Tab", "Enter"], Action::Accept, "take it", "take it"),
    key("Completion", &[Completing], &["↓"], Action::Down, "down", ""),
    key("Completion", &[Completing], &["↑"], Action::Up, "up", ""),
    key("Completion", &[Completing], &["Esc"], Action::Close, "leave the text alone", "leave the text alone"),
    key("Writing", &[Compose], &["^N"], Action::NextUser, "write as the next user", "write as"),
    key("Writing", &[Compose], &["^P"], Action::PreviousUser, "write as the previous user", ""),
    key("List", &[Told, Drafts, Split], &["j", "↓"], Action::Down, "down", ""),
    key("List", &[Told, Drafts, Split], &["k", "↑"], Action::Up, "up", ""),
    key("List", &[Told, Drafts, Split], &["PgDn", "^D", "Space"], Action::PageDown, "a page down", ""),
    key("List", &[Told, Drafts, Split], &["PgUp", "^U"], Action::PageUp, "a page up", ""),
    key("List", &[Told, Drafts], &["g", "Home"], Action::Top, "to the top", ""),
    key("List", &[Told, Drafts], &["G", "End"], Action::Bottom, "to the bottom", ""),
    key("List", &[Told], &["Enter", "t"], Action::Accept, "open", "open"),
    key("List", &[Drafts], &["Enter"], Action::Accept, "go on with it", "go on with it"),
    key("List", &[Drafts], &["d"], Action::Delete, "throw it away", "throw away"),
    key("List", &[Drafts], &["z"], Action::Undo, "undo", "undo"),
    key("List", &[Drafts], &["Z"], Action::Redo, "do again what was undone", ""),
    key("List", &[Told, Drafts], &["q", "Esc"], Action::Close, "close", "close"),
    key("List", &[Split], &["y", "^S"], Action::Accept, "send as a thread", "send as a thread"),
    key("List", &[Split], &["n", "q", "Esc"], Action::Close, "back to the text", "back to the text"),
    key("Filter", &[Filter], &["Enter"], Action::Accept, "filter it", "filter it"),
    key("Filter", &[Filter], &["↓"], Action::Down, "next word of the post", "next word"),
    key("Filter", &[Filter], &["↑"], Action::Up, "previous word of the post", ""),
    key("Filter", &[Filter], &["Tab"], Action::NextField, "fold or hide", "fold or hide"),
    key("Filter", &[Filter], &["Esc"], Action::Close, "close", "close"),
    key("Question", &[Question], &["y"], Action::Accept, "yes", ""),
    key("Question", &[Question], &["n", "q", "Esc"], Action::Close, "no", ""),
    key("Welcome", &[Welcome], &["Enter"], Action::Accept, "begin", "begin"),
    key("Welcome", &[Welcome], &["Tab", "Shift+Tab", "↓", "↑"], Action::NextField, "next field", "next field"),
    key("Welcome", &[Welcome], &["Esc"], Action::Quit, "quit", "quit"),
    key("Choice", &[Picker], &["↓", "^N", "Tab"], Action::Down, "down", ""),
    key("Choice", &[Picker], &["↑", "^P", "Shift+Tab"], Action::Up, "up", ""),
    key("Choice", &[Picker], &["Enter"], Action::Accept, "switch to this user", "switch"),
    key("Choice", &[Picker], &["Esc"], Action::Close, "close", "close"),
    key("Search", &[Search], &["Enter"], Action::Accept, "open as a timeline", "open as a timeline"),
    key("Search", &[Search], &["↓", "^N"], Action::Down, "down", ""),
    key("Search", &[Search], &["↑", "^P"], Action::Up, "up", ""),
    key("Search", &[Search], &["PgDn"], Action::PageDown, "a page down", ""),
    key("Search", &[Search], &["PgUp"], Action::PageUp, "a page up", ""),
    key("Search", &[Search], &["Esc"], Action::Close, "close", "close"),
    key("Program", &[Users, Timeline, Thread, Profile, Versions, Help, Compose, Welcome, Picker, Search, Told, Drafts, Split, Filter, Question], &["^C"], Action::Quit, "quit, drafts kept", ""),
];

fn pane(state: &State) -> Place {
    match (state.focus, &state.detail) {
        (Pane::Users, _) => Users,
        (Pane::Detail, Detail::Thread { .. }) => Thread,
        (Pane::Detail, Detail::Profile(_)) => Profile,
        (Pane::Detail, Detail::Versions { .. }) => Versions,
        (Pane::Timeline | Pane::Detail, _) => Timeline,
    }
}

fn place(state: &State) -> Place {
    match &state.overlay {
        Some(Overlay::Welcome(_)) => Welcome,
        Some(Overlay::Picker(_)) => Picker,
        Some(Overlay::Search(_)) => Search,
        Some(Overlay::Told(_)) => Told,
        Some(Overlay::Filter(_)) => Filter,
        Some(Overlay::Drafts(_)) => Drafts,
        Some(Overlay::Split(_)) => Split,
        Some(Overlay::Help { .. }) => Help,
        Some(Overlay::Delete(_)) => Question,
        None if state.compose.as_ref().is_some_and(|compose| compose.completion.is_some()) => Completing,
        None if state.compose.is_some() => Compose,
        None => pane(state),
    }
}

/// A key by the name it has in the table.
fn name(event: &KeyEvent) -> String {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let plain = match event.code {
        KeyCode::Char(' ') => "Space".to_owned(),
        KeyCode::Char(c) if ctrl => c.to_uppercase().to_string(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Up => "↑".to_owned(),
        KeyCode::Down => "↓".to_owned(),
        KeyCode::Left => "←".to_owned(),
        KeyCode::Right => "→".to_owned(),
        KeyCode::PageUp => "PgUp".to_owned(),
        KeyCode::PageDown => "PgDn".to_owned(),
        KeyCode::Home => "Home".to_owned(),
        KeyCode::End => "End".to_owned(),
        KeyCode::Enter => "Enter".to_owned(),
        KeyCode::Esc => "Esc".to_owned(),
        KeyCode::Tab => "Tab".to_owned(),
        KeyCode::BackTab => return "Shift+Tab".to_owned(),
        KeyCode::F(n) => format!("F{n}"),
        _ => String::new(),
    };
    if ctrl { format!("^{plain}") } else { plain }
}

/// What a key means here; a key that means nothing here says nothing.
#[must_use]
pub fn read(state: &State, event: KeyEvent) -> Option<Msg> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let place = place(state);
    let name = name(&event);
    if PANES.contains(&place)
        && let KeyCode::Char(c @ '1'..='9') = event.code
    {
        return Some(Msg::Act(Action::Timeline(c as usize - '1' as usize)));
    }
    let plain = !event.modifiers.contains(KeyModifiers::ALT);
    let at = |place| TABLE.iter().find(|b| plain && b.places.contains(&place) && b.keys.contains(&name.as_str()));
    // Where a word is being completed, the other keys are those of the text.
    let bound = at(place).or_else(|| if place == Completing { at(Compose) } else { None });
    match bound {
        Some(binding) => Some(Msg::Act(binding.action)),
        None if matches!(place, Compose | Completing | Welcome | Picker | Search | Filter) => {
            Some(Msg::Input(Input::from(event)))
        }
        None => None,
    }
}

/// The keys of the screen that help was asked for, by group: keys, and what they do.
#[must_use]
pub fn help(state: &State) -> Vec<(String, Vec<(String, String)>)> {
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let here = pane(state);
    for binding in TABLE.iter().filter(|b| b.places.contains(&here) || b.group == "Writing") {
        let row = (binding.keys.join(" "), binding.what.to_owned());
        match groups.iter_mut().find(|(group, _)| group == binding.group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((binding.group.to_owned(), vec![row])),
        }
    }
    groups
}

/// The keys for the footer: those that matter here and now.
#[must_use]
pub fn hints(state: &State) -> Vec<(String, String)> {
    let here = place(state);
    let hints = TABLE.iter().filter(|b| b.places.contains(&here) && !b.hint.is_empty());
    hints.map(|b| (b.keys[0].to_owned(), b.hint.to_owned())).collect()
}

#[cfg(test)]
mod tests {
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
    fn keys_have_the_names_of_the_table() {
        let state = State::new(Timestamp::from_micros(0), (80, 24));
        let press = |code, modifiers| read(&state, KeyEvent::new(code, modifiers));
        let act = |action| Some(Msg::Act(action));
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
