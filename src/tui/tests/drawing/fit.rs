//! Texts that say what to do are whole at every size: notices, errors of forms, hints and descriptions.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::*;

/// The sizes at which nothing may be cut that says what to do.
const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 20)];

/// Returns the words in the window over the panes, without its border and line breaks.
fn window_words(state: &State) -> String {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| draw(state, &Theme::new(false), frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let find = |symbol: &str| buffer.area.positions().find(|at| buffer[*at].symbol() == symbol).unwrap();
    let (first, right, last) = (find("╭"), find("╮"), find("╰"));
    let rows = (first.y + 1..last.y).map(|y| (first.x + 1..right.x).map(move |x| (x, y)));
    let lines = rows.map(|row| row.map(|at| buffer[at].symbol()).collect::<String>());
    let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    words.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the words on the screen, without borders and line breaks.
fn words(state: &State) -> String {
    let screen = drawn(state, false);
    let lines = screen.lines().map(|line| line.trim_matches('"').replace(['│', '╭', '╰', '─'], " "));
    lines.flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>().join(" ")
}

/// Returns the notices in a folder of the source that are literal texts.
fn notices(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(notices(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            let after = |call: &str| source.split(call).skip(1).map(str::to_owned).collect::<Vec<_>>();
            let calls = [
                "show_notice(\"",
                "show_error(\"",
                "show_notice(format!(\"",
                "show_error(format!(\"",
                "Err(\"",
                "Some(\"",
                "Note(\"",
                "Notice(\"",
            ];
            let texts = calls.into_iter().flat_map(after);
            found.extend(texts.filter_map(|text| Some(text.split_once('"')?.0.replace('\\', " "))));
        }
    }
    found
}

/// Returns the names of all screens.
fn screens() -> impl Iterator<Item = crate::tui::keys::ScreenName> {
    crate::tui::screens::REGISTRY.iter().map(|screen| screen.name)
}

fn act(state: &mut State, action: Action) {
    update(state, Message::Act(action));
}

#[test]
fn every_notice_is_whole_at_every_size() {
    let mut all = notices(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui"));
    assert!(all.len() > 100, "{}", all.len());
    all.push("bookmarks is always open: open a tag, a user, a list or a search".to_owned());
    all.push("there is no settings file /home/susan/microblog/config.toml: the default settings are used".to_owned());
    for size in SIZES {
        for text in &all {
            let mut state = state(size);
            state.show_notice(text.clone());
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let shown = words(&state).replace("/ ", "/");
            assert!(shown.contains(&text.replace("/ ", "/")), "{size:?}: {text}\n{}", drawn(&state, false));
        }
    }
}

#[test]
fn error_of_a_one_line_form_is_whole_in_the_form() {
    let composing = |state: &mut State| {
        update(state, Message::Draft { author: UserId(1), reply_to: None, draft: OpenDraft::default() });
        update(state, Message::Paste("a post for later".to_owned()));
    };
    for size in [SIZES[0], SIZES[1], SIZES[2], (40, 10)] {
        for (name, typed, error) in [
            ("go-to-date", "zz", Timestamp::parse("zz").unwrap_err().to_string()),
            ("schedule", "foo", Timestamp::parse_ahead("foo").unwrap_err().to_string()),
            ("follow-address", "", "type an address, such as https://example.org/feed.xml".to_owned()),
            ("filter", "", crate::model::Phrase::parse("").unwrap_err().to_string()),
        ] {
            let mut state = state(size);
            if name == "schedule" {
                composing(&mut state);
            }
            act(&mut state, Action::Show(crate::tui::keys::ScreenName(name)));
            assert_eq!(state.topmost().map(|screen| screen.name().0), Some(name));
            if let Some(screen) = state.screens.last_mut() {
                *screen.field().unwrap() = crate::tui::state::Editor::new(typed);
            }
            act(&mut state, Action::Accept);
            assert_eq!(state.notice, None, "{name}");
            assert!(
                window_words(&state).replace("/ ", "/").contains(&error),
                "{size:?} {error}\n{}",
                drawn(&state, false)
            );
        }
    }
}

#[test]
fn search_hint_and_count_are_whole() {
    use crate::text::SearchHint;
    for size in SIZES {
        let mut state = state(size);
        act(&mut state, Action::Show(crate::tui::keys::ScreenName::SEARCH));
        update(&mut state, Message::Paste("foo:bar".to_owned()));
        let hints = vec![SearchHint::NoOperator("foo".to_owned())];
        update(&mut state, Message::SearchResults { number: 1, posts: vec![], more: false, users: vec![], hints });
        let shown = words(&state);
        assert!(shown.contains("no posts"), "{shown}");
        assert!(shown.contains("is searched as a word: there is no such operator"), "{shown}");
    }
}

#[test]
fn long_path_shows_as_much_as_fits() {
    let path = "/nope/this/is/a/very/long/path/to an archive that is not there/from anywhere.txt";
    let mut state = state((60, 20));
    act(&mut state, Action::Show(crate::tui::keys::ScreenName::IMPORT));
    update(&mut state, Message::Paste(path.to_owned()));
    assert!(words(&state).contains(&path[path.len() - 48..]), "{}", drawn(&state, false));
    let mut terminal = Terminal::new(TestBackend::new(60, 20)).unwrap();
    terminal.draw(|frame| draw(&state, &Theme::new(false), frame)).unwrap();
    assert!(terminal.get_cursor_position().unwrap().x < 59);
    for _ in 0..path.len() {
        let left = tui_textarea::Input { key: tui_textarea::Key::Left, ctrl: false, alt: false, shift: false };
        update(&mut state, Message::Input(left));
    }
    assert!(words(&state).contains(&path[..48]), "{}", drawn(&state, false));
}

#[test]
fn path_in_an_error_starts_beside_the_words_before_it() {
    for size in SIZES {
        let mut state = state(size);
        act(&mut state, Action::Show(crate::tui::keys::ScreenName::IMPORT));
        let folders = "/a/long/path/of/many/folders".repeat(4);
        let error = format!("cannot read {folders}: there is no such file");
        update(&mut state, Message::Imported(Err(error.clone())));
        let shown = words(&state);
        assert!(shown.contains("cannot read /a/long/path"), "{shown}");
        assert!(shown.replace("/ ", "/").contains(&error), "{shown}");
    }
}

#[test]
fn notice_at_the_first_start_leaves_the_keys() {
    for size in SIZES {
        let mut state = initial_state(Timestamp::from_micros(0), size);
        act(&mut state, Action::AddUser);
        state.show_notice("there is no settings file /tmp/config.toml: the default settings are used");
        let shown = words(&state);
        assert!(shown.contains("settings are used") && shown.contains("Enter start"), "{shown}");
        let mut state = self::state(size);
        act(&mut state, Action::Show(crate::tui::keys::ScreenName::FIRST_STEPS));
        state.show_notice("welcome, @ada: choose what to do first");
        let shown = words(&state);
        assert!(shown.contains("choose what to do first Enter open"), "{shown}");
    }
}

#[test]
fn examples_and_hints_of_forms_are_whole() {
    for size in SIZES {
        for name in ["follow-address", "go-to-date", "edit-profile", "import", "filter"] {
            let mut state = state(size);
            act(&mut state, Action::Show(crate::tui::keys::ScreenName(name)));
            let screen = drawn(&state, false);
            let window: Vec<&str> = screen.lines().filter(|line| line.contains('│') && line.contains('…')).collect();
            let inside = window.iter().filter(|line| {
                let (from, to) = (line.find('│').unwrap(), line.rfind('│').unwrap());
                from < to && line[from..to].contains('…')
            });
            assert_eq!(inside.count(), 0, "{name} {size:?}\n{screen}");
        }
        let mut state = state(size);
        act(&mut state, Action::Show(crate::tui::keys::ScreenName("follow-address")));
        assert!(words(&state).contains("such as @susan@mastodon.example"), "{}", drawn(&state, false));
    }
}

#[test]
fn descriptions_of_list_screens_are_whole() {
    for size in SIZES {
        for (name, texts) in [
            (
                "first-steps",
                &["a temporary database full of posts; close it to return here", "such as @susan@mastodon.example"],
            ),
            (
                "well-known-feeds",
                &["news of the language that this program is written in", "the people who make Debian"],
            ),
        ] {
            let mut state = state(size);
            act(&mut state, Action::Show(crate::tui::keys::ScreenName(name)));
            let shown = words(&state);
            assert!(texts.iter().all(|text| shown.contains(text)), "{}", drawn(&state, false));
            // A row of several lines is selected as one.
            act(&mut state, Action::Down);
            assert_eq!(state.screens.last_mut().and_then(|screen| screen.cursor().copied()), Some(1));
        }
    }
}

#[test]
fn empty_screens_cut_nothing() {
    for size in SIZES {
        // The names of keys and labels of the help contain the character.
        for name in screens().filter(|name| *name != crate::tui::keys::ScreenName::HELP) {
            let mut state = state(size);
            act(&mut state, Action::Show(name));
            if state.topmost().is_none_or(|screen| !screen.covers_panes()) {
                continue;
            }
            assert!(!drawn(&state, false).contains('…'), "{name:?}\n{}", drawn(&state, false));
        }
    }
}

#[test]
fn help_cuts_no_label_and_keeps_its_columns() {
    for size in [(200, 50), (120, 36), (80, 24), (60, 20)] {
        let state = state(size);
        let labels: Vec<String> = crate::tui::keys::help(&state, "")
            .into_iter()
            .flat_map(|(_, entries)| entries)
            .map(|entry| entry.label)
            .collect();
        let mut state = self::state(size);
        act(&mut state, Action::Show(crate::tui::keys::ScreenName::HELP));
        let mut seen = String::new();
        for _ in 0..400 {
            let screen = drawn(&state, false);
            let lines: Vec<&str> = screen.lines().map(|line| line.trim_matches('"')).collect();
            let half = usize::from(size.0 / 2);
            for line in &lines {
                let letters: Vec<char> = line.chars().collect();
                if size.0 >= 120 && letters.len() > half {
                    assert_eq!(letters[half - 1], ' ', "{size:?} {line}");
                }
            }
            let column = |from: usize, to: usize| {
                let cut = |line: &&str| line.chars().skip(from).take(to - from).collect::<String>();
                lines.iter().map(cut).collect::<Vec<_>>().join(" ")
            };
            let (wide, all) = (size.0 >= 120, usize::from(size.0));
            let text = if wide { format!("{} {}", column(0, half), column(half, all)) } else { column(0, all) };
            seen += &text.split_whitespace().collect::<Vec<_>>().join(" ");
            seen.push(' ');
            let before = state.clone();
            act(&mut state, Action::Down);
            if state == before {
                break;
            }
        }
        let missing: Vec<_> = labels.iter().filter(|label| !seen.contains(&**label)).collect();
        assert!(missing.is_empty(), "{size:?}: {missing:?}");
    }
}

#[test]
fn reason_of_a_failure_is_whole_in_feeds_and_outbox() {
    use super::screens::{SCREENS, shown};
    use crate::tui::screens::{feeds::Feeds, outbox::Outbox};
    let reason = "the server answered 503 Service Unavailable, and asks to try it again in the evening, please";
    let fill = |name| SCREENS.iter().find(|(known, _)| *known == name).unwrap().1;
    for size in [(200, 50), SIZES[0], SIZES[1], SIZES[2], (40, 10)] {
        let mut feeds = shown(size, fill("feeds"));
        let list = &mut feeds.screen_mut::<Feeds>().unwrap().list;
        let failing = list.items.iter().position(|feed| feed.failures > 0).unwrap();
        list.items[failing].error = Some(reason.to_owned());
        list.select(failing);
        let mut outbox = shown(size, fill("outbox"));
        let entry = &mut outbox.screen_mut::<Outbox>().unwrap().list.items[1];
        entry.error = Some(reason.to_owned());
        for mut state in [feeds, outbox] {
            act(&mut state, Action::Up);
            act(&mut state, Action::Down);
            assert!(words(&state).contains(reason), "{size:?}\n{}", drawn(&state, false));
        }
    }
}

#[test]
fn title_of_catching_up_is_shortened_by_parts_to_one_line() {
    use crate::tui::screens::catch_up::CatchUp;
    let post = |at: i64| Post { key: Timestamp::from_micros(at), ..odd_posts().remove(0) };
    let posts: Vec<Post> = (0..400).map(post).collect();
    for (size, title) in [
        ((120, 36), "catch up · newest 400 of 999+ unread · + older · busiest threads first"),
        ((60, 20), "catch up · newest 400 of 999+ unread · + older"),
        ((40, 10), "catch up · newest 400 of 999+ unread"),
    ] {
        let mut state = state(size);
        state.tabs[0].unread = 999;
        let screen = CatchUp::new(UserId(1), posts.clone(), HashMap::new(), crate::model::Arrival(i64::MAX));
        update(&mut state, Message::ScreenLoaded(Box::new(screen)));
        let screen = drawn(&state, false);
        let first = screen.lines().next().unwrap().trim_matches('"').trim().to_owned();
        assert_eq!(first, title);
    }
}

#[test]
fn footer_of_the_import_names_all_its_keys() {
    for size in SIZES {
        let mut state = state(size);
        act(&mut state, Action::Show(crate::tui::keys::ScreenName::IMPORT));
        let screen = drawn(&state, false);
        let footer = screen.lines().last().unwrap();
        for key in ["Enter import", "Tab complete", "^T import as", "Esc close"] {
            assert!(footer.contains(key), "{size:?} {footer}");
        }
    }
}
