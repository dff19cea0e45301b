use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use std::sync::Arc;

use super::*;
use crate::model::Timestamp;
use crate::tui::keys::{hints, read};
use crate::tui::screens::{bindings, default_keymap, initial_state};
use crate::tui::state::{Message, State, pane_context};
use crate::tui::update::update;

fn set(text: &str) -> (Keymap, Vec<Problem>) {
    let (settings, problems) = Settings::parse(text);
    assert_eq!(problems, [], "{text}");
    Keymap::new(&settings.keys, &bindings())
}

#[track_caller]
fn does(keymap: &Keymap, context: Context, key: &str) -> Option<Action> {
    keymap.action(context, key.parse().expect(key))
}

#[test]
fn every_key_of_the_table_has_a_name() {
    for row in bindings().iter().map(|row| row.binding).filter(|row| !matches!(row.action, Action::Timeline(_))) {
        assert!(row.keys.iter().all(|key| key.parse::<Key>().is_ok()), "{}", row.label);
    }
}

#[test]
fn action_has_same_keys_in_all_contexts_of_a_section() {
    let rows = &default_keymap().rows;
    for row in rows {
        let same = |other: &&Row| section(other.binding) == section(row.binding) && other.action == row.action;
        assert!(rows.iter().filter(same).all(|other| other.keys == row.keys), "{}", row.label());
    }
}

#[test]
fn action_accepts_several_keys_or_none() {
    let (keymap, problems) = set("[keys]\nlike = [\"x\", \"ctrl-l\"]\nboost = []\n[keys.list]\ndown = \"n\"");
    assert_eq!(problems, []);
    for place in [pane_context::TIMELINE, pane_context::THREAD] {
        assert_eq!(does(&keymap, place, "x"), Some(Action::Like));
        assert_eq!(does(&keymap, place, "ctrl-l"), Some(Action::Like));
        assert_eq!(does(&keymap, place, "f"), None);
        assert_eq!(does(&keymap, place, "b"), None);
    }
    for place in [Context("notifications"), Context("drafts")] {
        assert_eq!(does(&keymap, place, "n"), Some(Action::Down));
    }
    // An action in the settings takes the key from one of the table.
    assert!(keymap.rows.iter().any(|row| row.action == Action::MarkRead && row.keys.is_empty()));
}

#[test]
fn invalid_keys_are_reported_with_their_line() {
    for (text, line, what) in [
        ("[keys]\nlike = [\"x\"]\nboost = [\"x\"]", 3, "x is like in line 2 and boost in line 3: like keeps it"),
        (
            "[keys]\nlik = [\"x\"]",
            2,
            "there is no action lik here: did you mean like? microblog config show lists them",
        ),
        ("[keys]\nlike = [\"hyper-x\"]", 2, "there is no key \"hyper-x\": write a character, or a name such as"),
        ("[keys]\npreset = \"nano\"", 2, "there is no preset \"nano\" of keys: it is default, emacs, vim"),
        ("[keys.lost]\ndown = [\"x\"]", 2, "there is no part lost of the keys: there are "),
        ("[keys.compose]\nsend = [\"x\"]", 2, "x types a character where send is used: take it with ctrl or alt"),
    ] {
        let (_, problems) = set(text);
        assert!(
            problems.len() == 1 && problems[0].line == Some(line) && problems[0].what.starts_with(what),
            "{text}: {problems:?}"
        );
    }
}

#[test]
fn presets_are_valid_and_user_keys_override_them() {
    assert_eq!(presets(), ["default", "emacs", "vim"]);
    for name in presets() {
        let text = PRESETS.get_file(format!("{name}.toml")).unwrap().contents_utf8().unwrap();
        // As if a user had written it, so that every problem is reported.
        let (keymap, problems) = set(text);
        assert_eq!(problems, [], "{name}");
        let all = keymap.rows.iter().filter(|row| row.keys.is_empty()).map(Row::label).collect::<Vec<_>>();
        assert_eq!(all, ["on this day in earlier years"], "{name} leaves others than these to the palette");
    }
    let (keymap, problems) = set("[keys]\npreset = \"emacs\"\nnew-post = [\"ctrl-n\"]");
    assert_eq!(problems, []);
    assert_eq!(does(&keymap, pane_context::TIMELINE, "ctrl-n"), Some(Action::Compose));
    assert_eq!(does(&keymap, pane_context::TIMELINE, "ctrl-v"), Some(Action::PageDown));
    assert_eq!(does(&keymap, Context("users-picker"), "ctrl-n"), Some(Action::Down));
    assert_eq!(does(&keymap, pane_context::COMPOSE, "ctrl-s"), Some(Action::Send));
}

#[test]
fn chord_runs_its_own_action() {
    let (keymap, problems) = set("[keys]\npreset = \"vim\"");
    assert_eq!(problems, []);
    assert_eq!(
        (does(&keymap, pane_context::TIMELINE, "g g"), does(&keymap, pane_context::TIMELINE, "g")),
        (Some(Action::Top), None)
    );
    assert_eq!(
        (does(&keymap, Context("drafts"), "d d"), does(&keymap, Context("drafts"), "g g")),
        (Some(Action::Delete), Some(Action::Top))
    );
    assert!(
        keymap.begins(pane_context::TIMELINE, "g".parse().unwrap())
            && !keymap.begins(pane_context::TIMELINE, "j".parse().unwrap())
    );
    let mut state = initial_state(Timestamp::from_micros(0), (80, 24));
    state.keymap = Arc::new(keymap);
    let press = |state: &mut State, key| {
        let msg = read(state, KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE));
        let _ = msg.clone().map(|msg| update(state, msg));
        msg
    };
    assert_eq!(press(&mut state, 'g'), Some(Message::PendingChord("g".parse().ok())));
    let hints: Vec<_> = hints(&state).into_iter().map(|hint| (hint.key, hint.word)).collect();
    assert!(hints.contains(&("gg".to_owned(), "jump to top".to_owned())) && hints.len() == 3, "{hints:?}");
    assert_eq!(press(&mut state, 'g'), Some(Message::Act(Action::Top)));
    press(&mut state, 'g');
    assert_eq!(
        press(&mut state, 'q'),
        Some(Message::PendingChord(None)),
        "the chord is canceled, and nothing else happens"
    );
    assert_eq!(press(&mut state, 'j'), Some(Message::Act(Action::Down)));
}

#[test]
fn bound_key_does_not_start_a_chord() {
    for (like, boost) in [("x", "x x"), ("x x", "x")] {
        let (keymap, problems) = set(&format!("[keys]\nlike = [\"{like}\"]\nboost = [\"{boost}\"]"));
        let what = format!("{boost} is like in line 2 and boost in line 3: like keeps it");
        assert_eq!(problems, [Problem { line: Some(3), what }]);
        assert_eq!(
            (does(&keymap, pane_context::TIMELINE, like), does(&keymap, pane_context::TIMELINE, boost)),
            (Some(Action::Like), None)
        );
    }
    // An action in the settings takes the key from one of the table.
    let (keymap, problems) = set("[keys]\nlike = [\"f x\"]");
    assert_eq!(
        (does(&keymap, pane_context::TIMELINE, "f x"), does(&keymap, pane_context::TIMELINE, "f"), problems),
        (Some(Action::Like), None, vec![])
    );
}

#[test]
fn shown_keys_are_parsed_to_the_same_keymap() {
    for text in
        ["", "[keys]\npreset = \"vim\"", "[keys]\npreset = \"emacs\"\nlike = [\"\\\"\", \"\\\\\", \"#\"]\nboost = []"]
    {
        let (settings, _) = Settings::parse(text);
        let (keymap, _) = set(text);
        let shown = keymap.show(&settings.keys.preset);
        let (again, problems) = set(&shown);
        assert_eq!(problems, [], "{shown}");
        assert_eq!(again.bound, keymap.bound, "{text}");
        assert_eq!(again.show(&settings.keys.preset), shown);
    }
}

#[test]
fn earlier_names_of_actions_and_sections_are_accepted_with_notice() {
    let (keymap, problems) = set("[keys]\nanswer = [\"x\"]\n[keys.writing]\nsend = [\"ctrl-x\"]");
    let notices: Vec<_> = problems.iter().map(|problem| (problem.line, problem.what.as_str())).collect();
    assert_eq!(
        notices,
        [(Some(2), "answer is now called reply"), (Some(4), "[keys.writing] is now called [keys.compose]")]
    );
    assert_eq!(does(&keymap, pane_context::TIMELINE, "x"), Some(Action::Reply));
    assert_eq!(does(&keymap, pane_context::COMPOSE, "ctrl-x"), Some(Action::Send));
}
