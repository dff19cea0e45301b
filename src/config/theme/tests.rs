use super::*;
use crate::config::color::READABLE;

/// Returns the visible color; `None` if it depends on the terminal.
fn visible(color: Color) -> Option<Rgb> {
    match color {
        Color::Own | Color::Indexed(..16) => None,
        Color::Indexed(index) => Some(indexed_color(index)),
        Color::Rgb(rgb) => Some(rgb),
    }
}

/// Returns the lowest contrast of a paint on the given backgrounds.
fn lowest_contrast(paint: Paint, text: Paint, on: &[Rgb]) -> f32 {
    let fg = visible(paint.fg).or(visible(text.fg));
    let backgrounds = visible(paint.bg).map_or_else(|| on.to_vec(), |bg| vec![bg]);
    let Some(fg) = fg else { return f32::MAX };
    backgrounds.into_iter().map(|bg| fg.contrast(bg)).fold(f32::MAX, f32::min)
}

#[track_caller]
fn check_readable(name: &str, mut palette: Palette, at_least: f32) {
    let (text, on) = (palette.text, palette.on.clone());
    for (role, paint) in palette.paints_mut() {
        let contrast = lowest_contrast(*paint, text, &on);
        assert!(role == RULE || contrast >= at_least, "{name}: {role} {paint:?} has a contrast of {contrast}");
    }
}

#[test]
fn text_of_every_theme_is_readable() {
    let all = names(None);
    assert!(all.len() >= 8, "{all:?}");
    for name in all {
        let theme = Palette::load(&name, None).unwrap();
        assert!(!theme.on.is_empty() || matches!(name.as_str(), "plain" | "sixteen"), "{name}");
        check_readable(&name, theme.clone(), READABLE);
        // Few of the 240 colors are readable on both black and white.
        let at_least = if name == "either" { 3.8 } else { READABLE };
        check_readable(&name, theme.clone().reduced(ColorDepth::Indexed), at_least);
    }
}

#[test]
fn user_colors_differ_with_256_colors() {
    for name in names(None) {
        let theme = Palette::built_in(&name);
        let reduced = theme.clone().reduced(ColorDepth::Indexed);
        for (at, one) in reduced.authors.iter().enumerate() {
            assert!(!reduced.authors[..at].contains(one), "{name}: {:?} is {one:?}", theme.authors[at]);
            let is_gray = matches!(one.fg, Color::Indexed(232..));
            assert!(!is_gray || name != "either", "{name}: {:?} is a gray", theme.authors[at]);
        }
    }
}

#[test]
fn theme_sixteen_uses_only_the_terminals_palette() {
    let mut theme = Palette::built_in("sixteen");
    for (role, paint) in theme.paints_mut() {
        assert_eq!(paint.bg, Color::Own, "{role}");
        let unreadable = [0, 4, 7, 8, 15].map(Color::Indexed);
        assert!(matches!(paint.fg, Color::Own | Color::Indexed(..16)) && !unreadable.contains(&paint.fg), "{role}");
    }
}

#[test]
fn themes_with_a_background_are_readable_in_16_colors() {
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
fn depth_none_removes_all_colors() {
    for name in names(None) {
        let mut theme = Palette::built_in(&name).reduced(ColorDepth::None);
        let painted = |paint: &Paint| paint.fg != Color::Own || paint.bg != Color::Own;
        assert!(theme.paints_mut().iter().all(|(_, paint)| !painted(paint)), "{name}");
        assert_eq!(theme.fill, None, "{name}");
    }
}

#[test]
fn wrong_theme_is_reported_with_line_and_allowed_values() {
    for (text, line, expected) in [
        ("accent = \"red\"\ndim = \"mauve\"", 2, "\"mauve\" is not a color or style: use #rrggbb"),
        ("\naccnt = \"red\"", 2, "unknown field `accnt`, expected one of `on`, `fill`, `text`, `accent`"),
        ("fill = \"default\"", 1, "\"default\" is not a background color: use #rrggbb"),
        ("on = [\"#fff\"]", 1, "\"#fff\" is not a background color: use #rrggbb"),
        ("accent = red", 1, "string values must be quoted"),
    ] {
        let (found, why) = Palette::parse(text).unwrap_err();
        assert!(found == line && why.starts_with(expected), "{text}: {found}: {why}");
    }
}

#[test]
fn own_themes_override_built_in_ones() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), "accent = \"#ffffff\"").unwrap();
    fs::write(folder.path().join("dark.toml"), "accent = \"nonsense\"").unwrap();
    fs::write(folder.path().join("notes.txt"), "").unwrap();
    let names = names(Some(folder.path()));
    assert!(names.contains(&"mine".to_owned()) && !names.contains(&"notes".to_owned()), "{names:?}");
    let mine = Palette::load("mine", Some(folder.path())).unwrap();
    assert_eq!(mine.accent, Paint { fg: Color::Rgb(Rgb(255, 255, 255)), ..Paint::default() });
    let wrong = Palette::load("dark", Some(folder.path())).unwrap_err();
    assert!(wrong.contains("dark.toml:1: \"nonsense\" is not a color"), "{wrong}");
    let none = Palette::load("../mine", Some(folder.path())).unwrap_err();
    assert!(none.starts_with("there is no theme \"../mine\": choose auto, catppuccin"), "{none}");
}
