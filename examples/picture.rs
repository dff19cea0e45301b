//! Draws the README's picture: the screens on the sample world, as SVG on standard output.
//!
//! `cargo run --release --example picture > assets/screen.svg`

use std::error::Error;
use std::fmt::Write as _;

use microblog::config::{Config, Depth};
use microblog::demo::{self, SMALL};
use microblog::model::Timestamp;
use microblog::store::Store;
use microblog::tui::state::{Action, Msg};
use microblog::tui::{Options, Session};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

const SIZE: (u16, u16) = (132, 36);
const CELL: (u16, u16) = (9, 19);

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (mut store, _) = Store::open(&folder.path().join("demo.db"))?;
    demo::fill(&mut store, SMALL, Timestamp::now(), &mut |_| {})?;
    let mut config = Config::default();
    config.settings.theme = "dark".to_owned();
    let mut session = Session::new(store, Options { depth: Depth::True, config, ..Options::default() }, SIZE);
    session.send(Msg::Act(Action::Bottom));
    session.send(Msg::Act(Action::Newest));
    for _ in 0..17 {
        session.send(Msg::Act(Action::Down));
    }
    session.send(Msg::Act(Action::Open));
    session.settle();
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1))?;
    terminal.draw(|frame| session.draw(frame))?;
    println!("{}", svg(terminal.backend().buffer()));
    Ok(())
}

fn svg(buffer: &Buffer) -> String {
    let (width, height) = (SIZE.0 * CELL.0 + 20, SIZE.1 * CELL.1 + 20);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"ui-monospace, \
         'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\" fill=\"#d8dbe2\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#181a1f\"/>\n"
    );
    for y in 0..SIZE.1 {
        for x in 0..SIZE.0 {
            let cell = &buffer[(x, y)];
            if cell.symbol().trim().is_empty() {
                continue;
            }
            let (left, base) = (x * CELL.0 + 10, y * CELL.1 + 24);
            let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
            let line = if cell.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
            let text = cell.symbol().replace('&', "&amp;").replace('<', "&lt;");
            let fill = color(cell.fg);
            let _ = writeln!(out, "<text x=\"{left}\" y=\"{base}\"{fill}{weight}{line}>{text}</text>");
        }
    }
    out.push_str("</svg>");
    out
}

fn color(color: Color) -> String {
    let Color::Rgb(red, green, blue) = color else { return String::new() };
    format!(" fill=\"#{red:02x}{green:02x}{blue:02x}\"")
}
