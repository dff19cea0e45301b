//! The main screens at five sizes, in letters, and in four themes and without colour as a map of their styles; all
//! filled with texts that are hard to show.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use super::*;
use crate::config::{Background, Config, Depth};

const SIZES: [(u16, u16); 5] = [(200, 50), (120, 30), (80, 24), (60, 20), (40, 10)];

/// What else others write: lines without words, what has no width, and 2,000 characters in one go.
fn odder_posts() -> Vec<Post> {
    let texts =
        ["\n\n\u{200b}\n\n\n.", "zero\u{200b}width\u{200d} and \u{feff}marks", "👩🏽‍🚀🏳️‍🌈 किताब นี่ กำ", &"long ".repeat(400)];
    let first = odd_posts().remove(0);
    let make = |(n, text): (usize, &str)| Post {
        id: PostId(100 + n as i64),
        key: Timestamp::from_micros(first.key.micros() + 60_000_000 - n as i64),
        body: Body::imported(text).unwrap(),
        ..first.clone()
    };
    texts.into_iter().enumerate().map(make).collect()
}

/// The main screens, one after the other, each named.
fn screens(size: (u16, u16)) -> Vec<(&'static str, State)> {
    let mut home = state(size);
    let posts = odder_posts().into_iter().chain(odd_posts()).collect();
    let timeline = Timeline::Home(UserId(1));
    update(&mut home, Msg::Page { timeline, place: Place::Newest, posts, more: false });
    let after = |msgs: &[Msg]| {
        let mut state = home.clone();
        for msg in msgs {
            update(&mut state, msg.clone());
        }
        state
    };
    let act = Msg::Act;
    let draft = Msg::Draft {
        author: UserId(1), reply_to: odd_posts().pop(), text: "既に 👨‍👩‍👧‍👦 e\u{301}".to_owned()
    };
    vec![
        ("home", home.clone()),
        ("compose", after(&[draft])),
        ("palette", after(&[act(Action::Commands)])),
        ("help", after(&[act(Action::Help)])),
        ("users", after(&[act(Action::SwitchUser)])),
        ("delete", after(&[act(Action::Delete)])),
    ]
}

fn buffer(state: &State, theme: &Theme) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| draw(state, theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}

#[test]
fn the_main_screens_look_as_they_did_at_five_sizes() {
    for (wide, tall) in SIZES {
        let mut all = String::new();
        for (name, state) in screens((wide, tall)) {
            // What lists all keys changes often, and looks alike where it is wide.
            if matches!(name, "help" | "palette") && wide > 80 {
                continue;
            }
            let _ = writeln!(all, "{name}\n{}", drawn(&state, false));
        }
        insta::assert_snapshot!(format!("{wide}x{tall}"), all);
    }
}

/// Where which style stands: a letter a style, and what each of them is.
fn styles(buffer: &Buffer) -> String {
    let mut known: Vec<Style> = Vec::new();
    let mut map = String::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let style = cell.style();
            // Of nothing, only what is behind it can be seen.
            let bare = cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.contains(Modifier::REVERSED);
            let at = known.iter().position(|one| *one == style);
            let at = if bare {
                None
            } else {
                at.or_else(|| {
                    known.push(style);
                    Some(known.len() - 1)
                })
            };
            map.push(at.and_then(|at| u8::try_from(at).ok()).map_or(' ', |at| char::from(b'a' + at)));
        }
        map.truncate(map.trim_end().len());
        map.push('\n');
    }
    for (at, style) in known.iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(at).unwrap());
        let _ = writeln!(map, "{letter}: {:?} on {:?} {:?}", style.fg.unwrap(), style.bg.unwrap(), style.add_modifier);
    }
    map
}

#[test]
fn the_main_screens_are_coloured_as_they_were() {
    let depths =
        [("dark", Depth::True), ("light", Depth::True), ("gruvbox", Depth::Indexed), ("sixteen", Depth::Sixteen)];
    for (name, depth) in depths.into_iter().chain([("dark", Depth::None)]) {
        let palette = Config::default().palette_of(name, Background::Dark, depth);
        let theme = Theme::of(&palette, depth);
        let mut all = String::new();
        for size in [(80, 24), (40, 10)] {
            for (screen, state) in
                screens(size).into_iter().filter(|(screen, _)| !matches!(*screen, "help" | "palette"))
            {
                let _ = writeln!(all, "{screen} {size:?}\n{}", styles(&buffer(&state, &theme)));
            }
        }
        let name = if depth == Depth::None { "no_colour" } else { name };
        insta::assert_snapshot!(format!("styles_{name}"), all);
    }
}
