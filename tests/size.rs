//! Counts allocations and bytes sent to the terminal for each key. Neither grows with the database.

#![allow(clippy::unwrap_used)] // A test that cannot continue has failed.

use std::alloc::System;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use microblog::demo::{self, Size};
use microblog::store::Store;
use microblog::tui::{App, Options};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static MEMORY: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A writer that counts the bytes sent to the terminal.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<usize>>);

impl Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        *self.0.lock().unwrap() += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The keys that are pressed; `^` means Control.
const KEYS: [&str; 9] = ["j", "k", "^d", "^u", "t", "h", "l", "?", "q"];

/// Returns the allocations and the bytes sent for each key.
fn costs(posts: usize) -> Vec<(usize, usize)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    let (mut store, _) = Store::open(&path).unwrap();
    demo::fill(&mut store, Size { posts, users: 50 }, demo::END, &mut |_| {}).unwrap();
    let mut session = App::new(store, Options::default(), (200, 50));
    let sent = Sent::default();
    let viewport = Viewport::Fixed(Rect::new(0, 0, 200, 50));
    let mut terminal =
        Terminal::with_options(CrosstermBackend::new(sent.clone()), TerminalOptions { viewport }).unwrap();
    session.settle();
    terminal.draw(|frame| session.draw(frame)).unwrap();
    let mut press = |key: &str| {
        let (letter, modifiers) = match key.strip_prefix('^') {
            Some(letter) => (letter, KeyModifiers::CONTROL),
            None => (key, KeyModifiers::NONE),
        };
        let region = Region::new(MEMORY);
        *sent.0.lock().unwrap() = 0;
        session.event(Event::Key(KeyEvent::new(KeyCode::Char(letter.chars().next().unwrap()), modifiers)));
        terminal.draw(|frame| session.draw(frame)).unwrap();
        let cost = (region.change().allocations, *sent.0.lock().unwrap());
        session.settle();
        terminal.draw(|frame| session.draw(frame)).unwrap();
        cost
    };
    // The first rounds do what is done only once.
    for _ in 0..2 {
        KEYS.iter().for_each(|key| _ = press(key));
    }
    KEYS.iter().map(|key| press(key)).collect()
}

#[test]
fn cost_of_a_key_does_not_grow_with_posts() {
    let (few, many) = (costs(1_000), costs(10_000));
    for (key, ((few, _), (many, bytes))) in KEYS.iter().zip(few.iter().zip(&many)) {
        // Redrawing a whole screen of 200 by 50 takes about 10,000 bytes.
        assert!(*many < 5_000 && *bytes < 16_000, "{key}: {many} times memory, {bytes} bytes");
        // A timeline of a small database does not always fill the screen.
        assert!(["h", "l"].contains(key) || *many <= few * 5 / 4, "{key}: {few} and {many} times memory");
    }
}
