//! Target for the screens without a terminal: bytes become keys, clicks, pastes and sizes, on a copy of a small sample
//! database. The program starts editors and browsers by name, so it is run with an empty `PATH`.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use microblog::demo::{self, Size};
use microblog::model::Timestamp;
use microblog::store::{Database, Store};
use microblog::tui::{App, Options};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// Number of events that are taken from an input.
const EVENTS: usize = 60;

static SAMPLE: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sample.db");
    let (mut store, _) = Store::open(&folder.path().join("m.db")).expect("a database");
    demo::fill(&mut store, Size { posts: 60, users: 7 }, demo::END, &mut |_| {}).expect("a sample");
    drop(store);
    Database::open(&folder.path().join("m.db")).expect("a database").backup(&path, true, &mut |_| {}).expect("a copy");
    (folder, path)
});

/// Sends the events that the bytes encode, and draws after each.
pub fn press(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("m.db");
    fs::copy(&SAMPLE.1, &path).expect("a copy");
    let (store, _) = Store::open(&path).expect("a database");
    let mut session = App::new(store, Options::default(), (80, 24));
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a screen");
    let mut now = demo::END;
    for (at, event) in events(bytes).into_iter().take(EVENTS).enumerate() {
        if let Event::Resize(width, height) = event {
            terminal.backend_mut().resize(width, height);
        }
        session.event(event);
        if session.state.quit {
            break;
        }
        if at % 8 == 7 {
            now = Timestamp::from_micros(now.micros() + 250_000);
            session.tick(now);
            session.settle();
        }
        terminal.draw(|frame| session.draw(frame)).expect("it draws");
    }
    session.settle();
}

/// Decodes events: ASCII is typed, and other bytes are special keys, clicks, pastes and sizes.
fn events(bytes: &[u8]) -> Vec<Event> {
    let mut events = Vec::new();
    let mut bytes = bytes.iter().copied();
    while let Some(byte) = bytes.next() {
        let mut next = || bytes.next().unwrap_or_default();
        let key = |code, modifiers| Event::Key(KeyEvent::new(code, modifiers));
        events.push(match byte {
            b'\n' => key(KeyCode::Enter, KeyModifiers::NONE),
            b'\t' => key(KeyCode::Tab, KeyModifiers::NONE),
            0x1b => key(KeyCode::Esc, KeyModifiers::NONE),
            0x7f => key(KeyCode::Backspace, KeyModifiers::NONE),
            1..0x1b => key(KeyCode::Char(char::from(byte + 0x60)), KeyModifiers::CONTROL),
            b' '..=b'~' => key(KeyCode::Char(char::from(byte)), KeyModifiers::NONE),
            0x80..0xa0 => {
                const CODES: [KeyCode; 11] = [
                    KeyCode::Up,
                    KeyCode::Down,
                    KeyCode::Left,
                    KeyCode::Right,
                    KeyCode::Home,
                    KeyCode::End,
                    KeyCode::PageUp,
                    KeyCode::PageDown,
                    KeyCode::Delete,
                    KeyCode::BackTab,
                    KeyCode::F(5),
                ];
                key(CODES[usize::from(byte) % CODES.len()], KeyModifiers::from_bits_truncate(next() % 8))
            }
            0xa0..0xc0 => {
                const KINDS: [MouseEventKind; 5] = [
                    MouseEventKind::Down(MouseButton::Left),
                    MouseEventKind::Up(MouseButton::Left),
                    MouseEventKind::Drag(MouseButton::Left),
                    MouseEventKind::ScrollUp,
                    MouseEventKind::ScrollDown,
                ];
                let kind = KINDS[usize::from(byte) % KINDS.len()];
                let (column, row) = (next().into(), next().into());
                Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
            }
            0xc0..0xe0 => {
                const PASTES: [&str; 6] =
                    ["two\nlines", "@m #b :t", "\u{202e}e\u{301}\u{301}", "👩‍👩‍👧‍👦", "\u{1b}[2J\0", "from:\""];
                Event::Paste(PASTES[usize::from(byte) % PASTES.len()].to_owned())
            }
            _ => Event::Resize(u16::from(next()) + 1, u16::from(next() % 80) + 1),
        });
    }
    events
}
