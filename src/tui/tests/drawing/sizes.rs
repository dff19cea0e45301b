//! Every screen at five sizes, in letters and as a map of its styles, and those styles in four themes and without
//! color; all filled with texts that are hard to show.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::screens::{SCREENS, shown};
use super::*;
use crate::config::{Background, Color as Chosen, ColorDepth, Config, Paint, Palette};

const SIZES: [(u16, u16); 5] = [(200, 50), (120, 30), (80, 24), (60, 20), (40, 10)];

fn buffer(state: &State, theme: &Theme) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| draw(state, theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The cells of a line; what a wide character covers is none.
fn cells(buffer: &Buffer, y: u16) -> Vec<&Cell> {
    let mut covered = 0;
    let row = (0..buffer.area.width).map(|x| &buffer[(x, y)]);
    row.filter(|cell| {
        let is_own = covered == 0;
        covered = if is_own { crate::text::width(cell.symbol()).saturating_sub(1) } else { covered - 1 };
        is_own
    })
    .collect()
}

fn letters(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let line: String = cells(buffer, y).into_iter().map(Cell::symbol).collect();
        let _ = writeln!(text, "|{}", line.trim_end());
    }
    text
}

/// A theme in which all roles and `authors` authors have different styles.
fn roles(authors: usize) -> Theme {
    let fg = |number| Paint { fg: Chosen::Indexed(number), ..Paint::default() };
    let bold = |number| Paint { bold: true, ..fg(number) };
    let palette = Palette {
        accent: fg(1),
        dim: fg(2),
        rule: fg(3),
        strong: Paint { bold: true, ..Paint::default() },
        link: fg(4),
        tag: fg(5),
        mention: fg(6),
        warn: bold(7),
        error: bold(8),
        hit: Paint { bg: Chosen::Indexed(9), ..Paint::default() },
        removed: fg(10),
        added: fg(11),
        pill: bold(12),
        authors: (20..).take(authors).map(fg).collect(),
        ..Palette::default()
    };
    Theme::of(&palette, ColorDepth::True)
}

/// What each style of [`roles`] stands for, as a letter: small ones where it is plain, large ones where it is bold.
fn letter(cell: &Cell) -> char {
    let bold = cell.modifier.contains(Modifier::BOLD);
    let letter = match (cell.fg, cell.bg) {
        _ if cell.modifier.contains(Modifier::REVERSED) => '█',
        (_, Color::Indexed(9)) => '▒',
        (Color::Reset, _) if cell.symbol() == " " => ' ',
        (Color::Reset, _) => '.',
        (Color::Indexed(1), _) => 'a',
        (Color::Indexed(2), _) => 'd',
        (Color::Indexed(3), _) => '-',
        (Color::Indexed(4), _) => 'l',
        (Color::Indexed(5), _) => 't',
        (Color::Indexed(6), _) => 'm',
        (Color::Indexed(7), _) => 'w',
        (Color::Indexed(8), _) => 'e',
        (Color::Indexed(10), _) => 'x',
        (Color::Indexed(11), _) => 'n',
        (Color::Indexed(12), _) => 'p',
        (Color::Indexed(20..), _) => 'u',
        other => panic!("{other:?}"),
    };
    if bold { if letter == '.' { 'B' } else { letter.to_ascii_uppercase() } } else { letter }
}

fn styles(buffer: &Buffer) -> String {
    let mut map = String::new();
    for y in 0..buffer.area.height {
        // Of nothing, only what is behind it can be seen.
        let bare = |cell: &Cell| cell.symbol() == " " && cell.bg == Color::Reset && letter(cell).is_alphabetic();
        let line: String = (0..buffer.area.width)
            .map(|x| &buffer[(x, y)])
            .map(|cell| if bare(cell) { ' ' } else { letter(cell) })
            .collect();
        let _ = writeln!(map, "|{}", line.trim_end());
    }
    map
}

#[test]
fn screens_at_five_sizes_match_snapshots() {
    for (name, fill) in SCREENS {
        let (mut text, mut map) = (String::new(), String::new());
        for (wide, tall) in SIZES {
            let state = shown((wide, tall), *fill);
            let buffer = buffer(&state, &roles(12));
            let _ = writeln!(text, "{wide}x{tall}\n{}", in_utc(letters(&buffer)));
            let _ = writeln!(map, "{wide}x{tall}\n{}", styles(&buffer));
        }
        insta::assert_snapshot!(*name, text);
        insta::assert_snapshot!(format!("{name}_styles"), map);
    }
}

/// A style as it is seen, in words.
fn said(cell: &Cell) -> String {
    format!("{:?} on {:?} {:?}", cell.fg, cell.bg, cell.modifier)
}

#[test]
fn styles_of_every_screen_match_snapshots() {
    let depths = [
        ("dark", ColorDepth::True),
        ("light", ColorDepth::True),
        ("gruvbox", ColorDepth::Indexed),
        ("sixteen", ColorDepth::Sixteen),
    ];
    let screens = || SCREENS.iter().flat_map(|(name, fill)| SIZES.map(|size| (*name, shown(size, *fill))));
    let states: Vec<(&str, State)> = screens().collect();
    let drawn = |theme: &Theme| states.iter().map(|(_, state)| buffer(state, theme)).collect::<Vec<_>>();
    let mut by_role: BTreeMap<usize, Vec<Buffer>> = BTreeMap::new();
    for (name, depth) in depths.into_iter().chain([("dark", ColorDepth::None)]) {
        let palette = Config::default().palette_of(name, Background::Dark, depth);
        let authors = palette.authors.len();
        let by_role = by_role.entry(authors).or_insert_with(|| drawn(&roles(authors)));
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for (((screen, _), role), painted) in states.iter().zip(by_role).zip(drawn(&Theme::of(&palette, depth))) {
            let all = |buffer| (0..painted.area.height).flat_map(|y| cells(buffer, y)).collect::<Vec<_>>();
            for (role, painted) in all(role).into_iter().zip(all(&painted)) {
                assert_eq!(role.symbol(), painted.symbol(), "{screen} in {name}: a theme changes no letter");
                let is = known.entry(said(role)).or_insert_with(|| said(painted));
                assert_eq!(*is, said(painted), "{screen} in {name}: {}", said(role));
            }
        }
        let lines: String = known.into_iter().map(|(role, painted)| format!("{role}: {painted}\n")).collect();
        let name = if depth == ColorDepth::None { "no_color" } else { name };
        insta::assert_snapshot!(format!("theme_{name}"), lines);
    }
}

#[test]
fn statistics_say_from_which_year_on_they_show_months() {
    use crate::tui::screens::statistics;
    for (first, title) in
        [(2016, "posts per month from 2019 on (highest: 24,921)"), (2021, "posts per month (highest: 24,921)")]
    {
        let months = (first * 12..2026 * 12).map(|month| (month, 24_921)).collect();
        let mut state = state((80, 36));
        update(&mut state, Message::Act(Action::Show(statistics::NAME)));
        update(&mut state, Message::Stats(1, Box::new(Stats { months, ..super::screens::stats() })));
        let screen = drawn(&state, false);
        assert!(screen.contains(title), "{screen}");
    }
}

#[test]
fn completions_are_in_a_box_above_the_word() {
    for size in [(120, 36), (80, 24), (60, 20)] {
        let mut state = state(size);
        let draft = OpenDraft { saved: "good bread, @s".to_owned(), ..OpenDraft::default() };
        update(&mut state, Message::Draft { author: UserId(1), reply_to: None, draft });
        let found = ["susan", "sam"].map(str::to_owned).to_vec();
        update(&mut state, Message::Completions("@s".to_owned(), found));
        let screen = drawn(&state, false);
        let find = |text: &str| {
            let at = |line: &str| line.find(text).map(|at| line[..at].chars().count());
            let found = screen.lines().enumerate().find_map(|(y, line)| Some((at(line)?, y)));
            found.unwrap_or_else(|| panic!("{text}\n{screen}"))
        };
        let (name, word) = (find("│ @susan │"), find("good bread, @s"));
        assert_eq!(name.0 + 2, word.0 + "good bread, ".len(), "the names are at the word\n{screen}");
        assert!(name.1 < word.1, "{screen}");
    }
}
