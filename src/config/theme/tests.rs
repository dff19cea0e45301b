use super::*;
use crate::config::color::READABLE;

/// A colour as it is seen; none where that is the terminal's own affair.
fn shown(color: Color) -> Option<Rgb> {
    match color {
        Color::Own | Color::Indexed(..16) => None,
        Color::Indexed(index) => Some(indexed_color(index)),
        Color::Rgb(rgb) => Some(rgb),
    }
}

/// The least contrast of a paint with what it is read on.
fn least(paint: Paint, text: Paint, on: &[Rgb]) -> f32 {
    let fg = shown(paint.fg).or(shown(text.fg));
    let behind = shown(paint.bg).map_or_else(|| on.to_vec(), |bg| vec![bg]);
    let Some(fg) = fg else { return f32::MAX };
    behind.into_iter().map(|bg| fg.contrast(bg)).fold(f32::MAX, f32::min)
}

#[track_caller]
fn can_be_read(name: &str, mut palette: Palette, at_least: f32) {
    let (text, on) = (palette.text, palette.on.clone());
    for (role, paint) in palette.paints_mut() {
        let contrast = least(*paint, text, &on);
        assert!(role == RULE || contrast >= at_least, "{name}: {role} {paint:?} has a contrast of {contrast}");
    }
}

#[test]
fn all_text_of_every_theme_can_be_read() {
    let all = names(None);
    assert!(all.len() >= 8, "{all:?}");
    for name in all {
        let theme = Palette::load(&name, None).unwrap();
        assert!(!theme.on.is_empty() || matches!(name.as_str(), "plain" | "sixteen"), "{name}");
        can_be_read(&name, theme.clone(), READABLE);
        // Among 240 colours few can be read on black as well as on white.
        let at_least = if name == "either" { 3.8 } else { READABLE };
        can_be_read(&name, theme.clone().reduced(ColorDepth::Indexed), at_least);
    }
}

#[test]
fn users_are_told_apart_where_there_are_256_colours() {
    for name in names(None) {
        let theme = Palette::built_in(&name);
        let lowered = theme.clone().reduced(ColorDepth::Indexed);
        for (at, one) in lowered.authors.iter().enumerate() {
            assert!(!lowered.authors[..at].contains(one), "{name}: {:?} is {one:?}", theme.authors[at]);
            let grey = matches!(one.fg, Color::Indexed(232..));
            assert!(!grey || name != "either", "{name}: {:?} is a grey", theme.authors[at]);
        }
    }
}

#[test]
fn the_theme_of_the_terminals_own_palette_names_nothing_else() {
    let mut theme = Palette::built_in("sixteen");
    for (role, paint) in theme.paints_mut() {
        assert_eq!(paint.bg, Color::Own, "{role}");
        let vanishes = [0, 4, 7, 8, 15].map(Color::Indexed);
        assert!(matches!(paint.fg, Color::Own | Color::Indexed(..16)) && !vanishes.contains(&paint.fg), "{role}");
    }
}

#[test]
fn a_terminal_of_sixteen_colours_shows_what_can_be_read_on_what_it_paints() {
    for name in names(None) {
        let mut theme = Palette::built_in(&name).reduced(ColorDepth::Sixteen);
        let Some(on) = theme.on.first().copied().filter(|_| theme.fill.is_some()) else { continue };
        for (role, paint) in theme.paints_mut() {
            let number = |color| if let Color::Indexed(index) = color { Some(indexed_color(index)) } else { None };
            let Some(fg) = number(paint.fg) else { continue };
            let contrast = fg.contrast(number(paint.bg).unwrap_or(on));
            assert!(role == RULE || contrast >= READABLE, "{name}: {role} {paint:?} {contrast}");
        }
    }
}

#[test]
fn where_there_are_no_colours_none_are_left() {
    for name in names(None) {
        let mut theme = Palette::built_in(&name).reduced(ColorDepth::None);
        let painted = |paint: &Paint| paint.fg != Color::Own || paint.bg != Color::Own;
        assert!(theme.paints_mut().iter().all(|(_, paint)| !painted(paint)), "{name}");
        assert_eq!(theme.fill, None, "{name}");
    }
}

#[test]
fn a_wrong_theme_says_in_which_line_and_what_is_allowed() {
    for (text, line, said) in [
        ("accent = \"red\"\ndim = \"mauve\"", 2, "\"mauve\" is no colour and no style: write #rrggbb"),
        ("\naccnt = \"red\"", 2, "unknown field `accnt`, expected one of `on`, `fill`, `text`, `accent`"),
        ("fill = \"default\"", 1, "\"default\" is no background: write #rrggbb"),
        ("on = [\"#fff\"]", 1, "\"#fff\" is no background: write #rrggbb"),
        ("accent = red", 1, "string values must be quoted"),
    ] {
        let (found, why) = Palette::parse(text).unwrap_err();
        assert!(found == line && why.starts_with(said), "{text}: {found}: {why}");
    }
}

#[test]
fn own_themes_are_found_and_go_before_those_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), "accent = \"#ffffff\"").unwrap();
    fs::write(folder.path().join("dark.toml"), "accent = \"nonsense\"").unwrap();
    fs::write(folder.path().join("notes.txt"), "").unwrap();
    let names = names(Some(folder.path()));
    assert!(names.contains(&"mine".to_owned()) && !names.contains(&"notes".to_owned()), "{names:?}");
    let mine = Palette::load("mine", Some(folder.path())).unwrap();
    assert_eq!(mine.accent, Paint { fg: Color::Rgb(Rgb(255, 255, 255)), ..Paint::default() });
    let wrong = Palette::load("dark", Some(folder.path())).unwrap_err();
    assert!(wrong.contains("dark.toml:1: \"nonsense\" is no colour"), "{wrong}");
    let none = Palette::load("../mine", Some(folder.path())).unwrap_err();
    assert!(none.starts_with("there is no theme \"../mine\": choose auto, catppuccin"), "{none}");
}
