//! What a terminal shows after each change is what it would show if all of the screen were drawn at once, also where it
//! takes some characters for wider or narrower than they are.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::layout::Rect;
use ratatui::{TerminalOptions, Viewport};

use super::screens::{SCREENS, shown};
use super::*;
use crate::tui::terminal::backend::StableBackend;

/// What was sent to a terminal and not taken yet.
#[derive(Clone, Default)]
struct Wire(Rc<RefCell<Vec<u8>>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal, and the wire to it.
fn terminal((width, height): (u16, u16)) -> (Terminal<StableBackend<Wire>>, Wire) {
    let wire = Wire::default();
    let viewport = Viewport::Fixed(Rect { x: 0, y: 0, width, height });
    (Terminal::with_options(StableBackend::new(wire.clone()), TerminalOptions { viewport }).unwrap(), wire)
}

/// What is sent to a terminal for it to show a state.
fn sent((terminal, wire): &mut (Terminal<StableBackend<Wire>>, Wire), state: &State) -> Vec<u8> {
    terminal.draw(|frame| draw(state, &Theme::new(true), frame)).unwrap();
    wire.0.take()
}

#[test]
fn changed_screen_equals_full_redraw() {
    for size in [(120, 30), (80, 24), (60, 20), (40, 10)] {
        let mut drawn = terminal(size);
        let mut screen = vt100::Parser::new(size.1, size.0, 0);
        let mut check = |name: &str, state: &State| {
            screen.process(&sent(&mut drawn, state));
            let mut fresh = vt100::Parser::new(size.1, size.0, 0);
            fresh.process(&sent(&mut terminal(size), state));
            for (row, column) in (0..size.1).flat_map(|row| (0..size.0).map(move |column| (row, column))) {
                let seen = |parser: &vt100::Parser| {
                    let cell = parser.screen().cell(row, column).unwrap();
                    let letter = Some(cell.contents()).filter(|letter| !letter.is_empty()).unwrap_or(" ").to_owned();
                    // Of a blank, only what is behind it is seen.
                    let color = (letter != " ").then(|| (cell.fgcolor(), cell.bold()));
                    (letter, color, cell.bgcolor(), cell.inverse(), cell.underline())
                };
                assert_eq!(seen(&screen), seen(&fresh), "{name} at {size:?}, row {row}, column {column}");
            }
        };
        let mut home = shown(size, |_| {});
        for (name, fill) in SCREENS {
            check(name, &shown(size, *fill));
            check(&format!("home after {name}"), &home);
            update(&mut home, Message::Act(Action::Down));
            check("home, one further", &home);
        }
        for lines in [1, 1, 1, 3, -1, -2, 3, 3, 3, 3] {
            update(&mut home, Message::Scroll(size.0 / 2, size.1 / 2, lines));
            check("home, scrolled", &home);
        }
    }
}
