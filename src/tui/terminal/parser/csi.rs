//! Control sequences: keys with modifiers, mouse reports and answers.

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, ModifierKeyCode, MouseButton, MouseEvent, MouseEventKind,
};

use super::{Input, KeyPress};
use crate::tui::terminal::{latin, query};

/// Reads a control sequence by its parameters and its final byte; `None` for those that mean nothing here.
pub(super) fn read(parameters: &str, last: u8) -> Option<Input> {
    if let Some(private) = parameters.strip_prefix('?') {
        return match last {
            b'c' => Some(Input::Answer(query::attributes(private))),
            b'u' => Some(Input::Answer(query::Answer::KeyboardProtocol)),
            _ => None,
        };
    }
    if let Some(report) = parameters.strip_prefix('<') {
        return sgr_mouse(report, last).map(Input::Mouse);
    }
    let code = match last {
        b't' => return query::cell_size(parameters).map(Input::Answer),
        b'u' => return kitty_key(parameters),
        b'Z' => return Some(press(KeyCode::BackTab, KeyModifiers::SHIFT, KeyEventKind::Press)),
        b'~' => tilde_key(parameters.split(';').next()?)?,
        b'A'..=b'E' if parameters == "[" => KeyCode::F(last - b'A' + 1),
        _ => letter_key(last)?,
    };
    let (modifiers, kind) = modifiers(parameters.split(';').nth(1));
    Some(press(code, modifiers, kind))
}

/// Reads the byte after ESC `O`.
pub(super) fn ss3(byte: u8) -> Option<KeyCode> {
    match byte {
        b'R' => Some(KeyCode::F(3)),
        b'M' => Some(KeyCode::Enter),
        _ => letter_key(byte),
    }
}

/// Reads the three bytes of a mouse report in the encoding of X10.
pub(super) fn x10_mouse(bytes: &[u8]) -> Option<MouseEvent> {
    let [button, column, row] = bytes else { return None };
    let at = |byte: &u8| u16::from(byte.saturating_sub(33));
    mouse(u16::from(button.saturating_sub(32)), false, at(column), at(row))
}

/// Reads `button ; column ; row`, with `M` for a press and `m` for a release.
fn sgr_mouse(report: &str, last: u8) -> Option<MouseEvent> {
    let mut numbers = report.split(';').map(|number| number.parse::<u16>().ok());
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    match last {
        b'M' | b'm' => mouse(button, last == b'm', column.saturating_sub(1), row.saturating_sub(1)),
        _ => None,
    }
}

/// Returns presses of the left button and turns of the wheel; the program uses no other mouse events.
fn mouse(button: u16, release: bool, column: u16, row: u16) -> Option<MouseEvent> {
    let kind = match button & 0b1110_0011 {
        0 if !release => MouseEventKind::Down(MouseButton::Left),
        64 => MouseEventKind::ScrollUp,
        65 => MouseEventKind::ScrollDown,
        _ => return None,
    };
    Some(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
}

fn press(code: KeyCode, modifiers: KeyModifiers, kind: KeyEventKind) -> Input {
    Input::Key(KeyPress { event: KeyEvent::new_with_kind(code, modifiers, kind), latin: None })
}

/// Reads `modifiers : kind` of a key; without it nothing is held.
fn modifiers(parameter: Option<&str>) -> (KeyModifiers, KeyEventKind) {
    let mut numbers = parameter.unwrap_or_default().split(':').map(|number| number.parse::<u16>().ok());
    let mask = numbers.next().flatten().unwrap_or(1).saturating_sub(1);
    let kind = match numbers.next().flatten() {
        Some(2) => KeyEventKind::Repeat,
        Some(3) => KeyEventKind::Release,
        _ => KeyEventKind::Press,
    };
    let all = [
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
    ];
    let held = all.into_iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
    (held.fold(KeyModifiers::NONE, |held, (_, modifier)| held | modifier), kind)
}

fn letter_key(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

fn tilde_key(number: &str) -> Option<KeyCode> {
    Some(match number.parse::<u8>().ok()? {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        number @ 11..=15 => KeyCode::F(number - 10),
        number @ 17..=21 => KeyCode::F(number - 11),
        number @ 23..=26 => KeyCode::F(number - 12),
        number @ 28..=29 => KeyCode::F(number - 13),
        number @ 31..=34 => KeyCode::F(number - 14),
        _ => return None,
    })
}

/// Reads `code : shifted : base layout ; modifiers : kind ; text` of kitty's keyboard protocol.
/// <https://sw.kovidgoyal.net/kitty/keyboard-protocol/#key-codes>
fn kitty_key(parameters: &str) -> Option<Input> {
    let mut fields = parameters.split(';');
    let mut codes = fields.next()?.split(':').map(|code| code.parse::<u32>().ok());
    let (code, shifted, base) = (codes.next()??, codes.next().flatten(), codes.next().flatten());
    let (mut modifiers, kind) = modifiers(fields.next());
    let mut latin = None;
    let code = match char::from_u32(code)? {
        '\u{1b}' => KeyCode::Esc,
        '\r' => KeyCode::Enter,
        '\t' if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        '\t' => KeyCode::Tab,
        '\u{7f}' => KeyCode::Backspace,
        '\u{e000}'..='\u{f8ff}' => functional_key(code)?,
        c => {
            let reported =
                base.and_then(char::from_u32).filter(|base| base.is_ascii_graphic() && latin::is_of_another_script(c));
            latin = reported.or_else(|| latin::letter(c)).map(|latin| KeyEvent::new(KeyCode::Char(latin), modifiers));
            match shifted.and_then(char::from_u32).filter(|_| modifiers.contains(KeyModifiers::SHIFT)) {
                Some(shifted) => {
                    modifiers.remove(KeyModifiers::SHIFT);
                    KeyCode::Char(shifted)
                }
                None => KeyCode::Char(c),
            }
        }
    };
    Some(Input::Key(KeyPress { event: KeyEvent::new_with_kind(code, modifiers, kind), latin }))
}

/// Returns the key for a code of the private use area.
fn functional_key(code: u32) -> Option<KeyCode> {
    /// The characters of the keypad, from its first code.
    const KEYPAD: &str = "0123456789./*-+";
    let at = |first: u32| usize::try_from(code - first).ok();
    Some(match code {
        57_376..=57_398 => KeyCode::F(u8::try_from(code - 57_376 + 13).ok()?),
        57_399..=57_413 => KeyCode::Char(KEYPAD.chars().nth(at(57_399)?)?),
        57_414 => KeyCode::Enter,
        57_415 => KeyCode::Char('='),
        57_416 => KeyCode::Char(','),
        57_417 => KeyCode::Left,
        57_418 => KeyCode::Right,
        57_419 => KeyCode::Up,
        57_420 => KeyCode::Down,
        57_421 => KeyCode::PageUp,
        57_422 => KeyCode::PageDown,
        57_423 => KeyCode::Home,
        57_424 => KeyCode::End,
        57_425 => KeyCode::Insert,
        57_426 => KeyCode::Delete,
        57_441 => KeyCode::Modifier(ModifierKeyCode::LeftShift),
        _ => return None,
    })
}
