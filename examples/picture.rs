//! Draws the pictures for the README: the screens of the sample database as SVG files, and a short film.
//!
//! `cargo run --release --example picture assets/screenshots`

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use microblog::config::{ColorDepth, Config};
use microblog::demo::{self, SMALL};
use microblog::model::Timestamp;
use microblog::store::Store;
use microblog::text::width;
use microblog::tui::{App, Options};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// Columns and rows of a terminal.
type Size = (u16, u16);

const WIDE: Size = (132, 36);
const MEDIUM: Size = (100, 30);
const CELL: Size = (9, 19);
const MARGIN: u16 = 10;

/// Blocks that fill a cell from below, in steps of an eighth.
const LOWER: [&str; 7] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"];

/// Each picture: its name, the size of the terminal, the theme, and the keys typed before it is drawn.
const PICTURES: &[(&str, Size, &str, &str)] = &[
    ("home", WIDE, "dark", "jjjj\n"),
    ("thread", MEDIUM, "dark", "jjjj\n"),
    ("profile", MEDIUM, "dark", "jju"),
    ("stats", MEDIUM, "dark", "S"),
    ("compose", MEDIUM, "dark", "jjrwell said, @hal. #bread"),
    ("search", MEDIUM, "dark", "/bread"),
    ("palette", MEDIUM, "dark", ":theme"),
    ("help", MEDIUM, "dark", "?"),
    ("notifications", MEDIUM, "dark", "N"),
    ("light", WIDE, "light", "jju"),
    ("gruvbox", MEDIUM, "gruvbox", "2jj"),
    ("narrow", (60, 24), "dark", "jj"),
    ("small", (40, 10), "dark", "j"),
];

/// Each frame of the film: the keys typed before it, and its duration in tenths of a second.
const FILM: &[(&str, u16)] = &[
    ("", 20),
    ("j", 5),
    ("j", 5),
    ("j", 8),
    ("\n", 20),
    ("\x1b", 8),
    ("r", 10),
    ("so ", 3),
    ("do I", 12),
    ("\x1b", 8),
    ("/", 8),
    ("bre", 6),
    ("ad", 16),
    ("\x1b", 6),
    (":", 10),
    ("nord", 16),
    ("\x1b", 10),
];

fn main() -> Result<(), Box<dyn Error>> {
    let to = PathBuf::from(env::args().nth(1).ok_or("name the folder to write the pictures to")?);
    fs::create_dir_all(&to)?;
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("demo.db");
    demo::fill(&mut Store::open(&database)?.0, SMALL, Timestamp::now(), &mut |_| {})?;
    for (name, size, theme, keys) in PICTURES {
        let mut session = open(&database, *size, theme)?;
        press(&mut session, keys);
        let shown = drawn(&session, *size)?;
        fs::write(to.join(format!("{name}.svg")), svg(*size, theme, &cells(&shown, theme)))?;
    }
    fs::write(to.join("film.svg"), film(&mut open(&database, MEDIUM, "dark")?)?)?;
    Ok(())
}

fn open(database: &Path, size: Size, theme: &str) -> Result<App, Box<dyn Error>> {
    let mut config = Config::default();
    config.settings.theme = theme.to_owned();
    let options = Options { depth: ColorDepth::True, config, ..Options::default() };
    let mut session = App::new(Store::open(database)?.0, options, size);
    session.settle();
    Ok(session)
}

fn press(session: &mut App, keys: &str) {
    for key in keys.chars() {
        let code = match key {
            '\n' => KeyCode::Enter,
            '\x1b' => KeyCode::Esc,
            key => KeyCode::Char(key),
        };
        session.event(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        session.settle();
    }
}

fn drawn(session: &App, size: Size) -> Result<Buffer, Box<dyn Error>> {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1))?;
    terminal.draw(|frame| session.draw(frame))?;
    Ok(terminal.backend().buffer().clone())
}

/// Returns an SVG that shows the frames in a loop.
fn film(session: &mut App) -> Result<String, Box<dyn Error>> {
    let all: u16 = FILM.iter().map(|(_, tenths)| tenths).sum();
    let part = |tenths: u16| f32::from(tenths) / f32::from(all);
    let (mut pictures, mut at) = (String::new(), 0);
    for (keys, tenths) in FILM {
        press(session, keys);
        let (from, to) = (part(at), part(at + tenths));
        at += tenths;
        let shown = cells(&drawn(session, MEDIUM)?, "dark");
        write!(
            pictures,
            "<g visibility=\"hidden\"><animate attributeName=\"visibility\" calcMode=\"discrete\" repeatCount=\"indefinite\" \
             dur=\"{}s\" values=\"hidden;visible;hidden;hidden\" keyTimes=\"0;{from:.4};{to:.4};1\"/>\n{shown}</g>\n",
            f32::from(all) / 10.0
        )?;
    }
    Ok(svg(MEDIUM, "dark", &pictures))
}

/// Returns the background and text colors of a theme.
fn default_colors(theme: &str) -> (&'static str, &'static str) {
    match theme {
        "light" => ("#fbfbfa", "#24262b"),
        "gruvbox" => ("#282828", "#ebdbb2"),
        _ => ("#181a1f", "#d8dbe2"),
    }
}

fn svg(size: Size, theme: &str, inner: &str) -> String {
    let (width, height) = (size.0 * CELL.0 + 2 * MARGIN, size.1 * CELL.1 + 2 * MARGIN);
    let (back, text) = default_colors(theme);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"ui-monospace, \
         'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\" fill=\"{text}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{back}\"/>\n{inner}</svg>\n"
    )
}

/// Returns the cells of a screen as SVG: a run of ASCII in one style as one text, blocks as rectangles.
fn cells(buffer: &Buffer, theme: &str) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            let joins = |x: u16| {
                let other = &buffer[(x, y)];
                other.symbol().is_ascii() && other.style() == cell.style()
            };
            let mut end = x + 1;
            while cell.symbol().is_ascii() && end < buffer.area.width && joins(end) {
                end += 1;
            }
            let text: String = (x..end).map(|x| buffer[(x, y)].symbol()).collect();
            end = end.max(x + width(&text).max(1) as u16);
            piece(&mut out, cell, &text, (x, y, end - x), theme);
            x = end;
        }
    }
    out
}

fn piece(out: &mut String, cell: &Cell, text: &str, (x, y, count): (u16, u16, u16), theme: &str) {
    let (left, top) = (x * CELL.0 + MARGIN, y * CELL.1 + MARGIN);
    let (own_back, own_text) = default_colors(theme);
    let (mut back, mut fill) = (color(cell.bg), color(cell.fg));
    if cell.modifier.contains(Modifier::REVERSED) {
        (back, fill) = (fill.or(Some(own_text.to_owned())), back.or(Some(own_back.to_owned())));
    }
    let mut block = |(from_x, from_y): Size, (wide, high): Size, fill: &str| {
        let (left, top) = (left + from_x, top + from_y);
        let _ = writeln!(out, "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" fill=\"{fill}\"/>");
    };
    if let Some(back) = &back {
        block((0, 0), (CELL.0 * count, CELL.1), back);
    }
    let ink = fill.clone().unwrap_or_else(|| own_text.to_owned());
    if let Some(eighths) = LOWER.iter().position(|block| text == *block) {
        let high = (CELL.1 * (eighths as u16 + 1) + 4) / 8;
        return block((0, CELL.1 - high), (CELL.0, high), &ink);
    }
    match text {
        "█" => return block((0, 0), CELL, &ink),
        "▀" => return block((0, 0), (CELL.0, 9), &ink),
        "▌" => return block((0, 0), (4, CELL.1), &ink),
        "▏" => return block((0, 0), (1, CELL.1), &ink),
        "─" => return block((0, 9), (CELL.0, 1), &ink),
        "│" => return block((4, 0), (1, CELL.1), &ink),
        text if text.trim().is_empty() => return,
        _ => {}
    }
    let fill = fill.map(|fill| format!(" fill=\"{fill}\"")).unwrap_or_default();
    let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let line = if cell.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    let base = top + 14;
    for (at, text) in words(text) {
        let (left, count) = (left + at * CELL.0, text.len() as u16);
        // Letters stay in their columns, whatever the font.
        let length =
            if count > 1 && text.is_ascii() { format!(" textLength=\"{}\"", count * CELL.0) } else { String::new() };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(out, "<text x=\"{left}\" y=\"{base}\"{fill}{weight}{line}{length}>{text}</text>");
    }
}

/// Splits ASCII text at gaps of two spaces, and returns each part with its first column.
///
/// A program that shows the SVG can trim spaces or collapse several into one. Other text is a single cell and is not split.
fn words(text: &str) -> Vec<(u16, &str)> {
    if !text.is_ascii() {
        return vec![(0, text)];
    }
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split("  ") {
        let inner = part.trim();
        if !inner.is_empty() {
            found.push(((at + part.len() - part.trim_start().len()) as u16, inner));
        }
        at += part.len() + 2;
    }
    found
}

fn color(color: Color) -> Option<String> {
    let Color::Rgb(red, green, blue) = color else { return None };
    Some(format!("#{red:02x}{green:02x}{blue:02x}"))
}
