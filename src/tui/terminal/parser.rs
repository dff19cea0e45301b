//! Turns the bytes that a terminal sends into keys, mouse events, pastes and answers.
//!
//! crossterm has a parser too, and is not used for it on Unix: it drops the base-layout code of a key, takes answers of
//! the terminal for keys, and looks at an unfinished sequence again from its start with each byte. Here each byte is
//! looked at once, and what is kept of a sequence is bounded, but for the text of a paste.
//!
//! It knows neither the clock nor the terminal: `input` says when a sequence stays unfinished for too long.

mod csi;

use std::mem;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};

use super::latin;
use super::query::{self, Answer};

/// Something that the terminal sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A key.
    Key(KeyPress),
    /// A mouse event.
    Mouse(MouseEvent),
    /// Pasted text.
    Paste(String),
    /// An answer to a question.
    Answer(Answer),
}

/// A key as it was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPress {
    /// The key.
    pub event: KeyEvent,
    /// The same key on a Latin layout, if it types a letter of another script.
    pub latin: Option<KeyEvent>,
}

/// How long the rest of a sequence may take after its first byte. Esc alone is a key, and people wait for it.
const ESCAPE_WAIT: Duration = Duration::from_millis(25);
/// How long the third byte of a sequence may take: Alt and `[` are a key too.
const PREFIX_WAIT: Duration = Duration::from_millis(100);
/// How long the rest of a longer sequence may take: slow lines split sequences.
const SEQUENCE_WAIT: Duration = Duration::from_millis(500);
/// How long the next part of a paste may take. What comes later is typed, so this is generous.
const PASTE_WAIT: Duration = Duration::from_secs(2);

/// After this long without bytes, Ctrl+C is a key and not a part of a paste.
const PASTE_HALT: Duration = Duration::from_millis(100);

/// The longest control sequence or string that is kept, in bytes; the answers to all questions are shorter.
const MAX_SEQUENCE: usize = 256;
/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";
/// The byte of Ctrl+C.
const CTRL_C: u8 = 0x03;

/// What the bytes so far are the start of.
#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing.
    #[default]
    Ground,
    /// ESC.
    Escape,
    /// ESC `O`.
    Ss3,
    /// ESC `[`.
    Csi,
    /// ESC `[M`, and three bytes.
    X10Mouse,
    /// ESC and the byte that introduces a string, up to BEL or ESC `\`.
    String(u8),
    /// ESC within a string.
    StringEscape(u8),
    /// A character of several bytes; the number is its length, and whether Alt is held.
    Utf8(usize, bool),
    /// A paste.
    Paste,
}

/// A parser and the sequence that is not finished.
#[derive(Debug, Default)]
pub(super) struct Parser {
    state: State,
    bytes: Vec<u8>,
    /// More bytes came than are kept.
    truncated: bool,
}

impl Parser {
    /// Parses bytes that were read at once, so long after the bytes before.
    pub(super) fn feed(&mut self, bytes: &[u8], pause: Duration, inputs: &mut Vec<Input>) {
        // A paste that came to a halt must not swallow the key that leads out of everything.
        if self.state == State::Paste && bytes == [CTRL_C] && pause >= PASTE_HALT {
            self.finish_paste(inputs);
        }
        for byte in bytes {
            self.byte(*byte, inputs);
        }
    }

    /// Returns how long to wait for the rest of an unfinished sequence, if there is one.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Ground => None,
            State::Escape => Some(ESCAPE_WAIT),
            State::Ss3 | State::Csi | State::String(_) if self.bytes.is_empty() => Some(PREFIX_WAIT),
            State::Paste => Some(PASTE_WAIT),
            _ => Some(SEQUENCE_WAIT),
        }
    }

    /// Ends an unfinished sequence: what may be a key is one, a paste ends, anything else is dropped.
    pub(super) fn time_out(&mut self, inputs: &mut Vec<Input>) {
        let alt = |c: char| Input::Key(key(KeyCode::Char(c), KeyModifiers::ALT));
        match &self.state {
            State::Escape => inputs.push(Input::Key(key(KeyCode::Esc, KeyModifiers::NONE))),
            State::Ss3 => inputs.push(alt('O')),
            State::Csi if self.bytes.is_empty() => inputs.push(alt('[')),
            State::String(introducer) if self.bytes.is_empty() => inputs.push(alt(char::from(*introducer))),
            State::Paste => return self.finish_paste(inputs),
            _ => {}
        }
        self.enter(State::Ground);
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.bytes.clear();
        self.truncated = false;
    }

    fn keep(&mut self, byte: u8) {
        if self.bytes.len() < MAX_SEQUENCE {
            self.bytes.push(byte);
        } else {
            self.truncated = true;
        }
    }

    fn byte(&mut self, byte: u8, inputs: &mut Vec<Input>) {
        match self.state {
            State::Ground => self.ground(byte, false, inputs),
            State::Escape => self.escape(byte, inputs),
            State::Paste => self.paste(byte, inputs),
            State::Utf8(length, alt) => self.utf8(byte, length, alt, inputs),
            State::X10Mouse => {
                self.keep(byte);
                if self.bytes.len() == 3 {
                    inputs.extend(csi::x10_mouse(&self.bytes).map(Input::Mouse));
                    self.enter(State::Ground);
                }
            }
            State::StringEscape(introducer) => {
                if byte == b'\\' {
                    self.finish_string(introducer, inputs);
                } else {
                    self.enter(State::Escape);
                    self.escape(byte, inputs);
                }
            }
            // A new sequence, or a control character, ends the one before.
            _ if byte == 0x1b => match self.state {
                State::String(introducer) => self.state = State::StringEscape(introducer),
                _ => self.enter(State::Escape),
            },
            State::String(introducer) if byte == 0x07 => self.finish_string(introducer, inputs),
            _ if byte < 0x20 => self.ground(byte, false, inputs),
            State::String(_) => self.keep(byte),
            State::Ss3 => {
                self.enter(State::Ground);
                inputs.extend(csi::ss3(byte).map(|code| Input::Key(key(code, KeyModifiers::NONE))));
            }
            State::Csi => self.csi(byte, inputs),
        }
    }

    fn ground(&mut self, byte: u8, alt: bool, inputs: &mut Vec<Input>) {
        self.enter(State::Ground);
        let held = if alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
        let press = match byte {
            0x1b => return self.enter(State::Escape),
            0x00 => key(KeyCode::Char(' '), held | KeyModifiers::CONTROL),
            b'\r' => key(KeyCode::Enter, held),
            b'\t' => key(KeyCode::Tab, held),
            0x7f => key(KeyCode::Backspace, held),
            0x01..=0x1a => key(KeyCode::Char(char::from(byte - 1 + b'a')), held | KeyModifiers::CONTROL),
            0x1c..=0x1f => key(KeyCode::Char(char::from(byte - 0x1c + b'4')), held | KeyModifiers::CONTROL),
            0x20..=0x7e => typed(char::from(byte), held),
            _ => {
                let length = match byte {
                    0xc2..=0xdf => 2,
                    0xe0..=0xef => 3,
                    0xf0..=0xf4 => 4,
                    // No character starts with this byte.
                    _ => return,
                };
                self.enter(State::Utf8(length, alt));
                return self.keep(byte);
            }
        };
        inputs.push(Input::Key(press));
    }

    fn utf8(&mut self, byte: u8, length: usize, alt: bool, inputs: &mut Vec<Input>) {
        if !(0x80..=0xbf).contains(&byte) {
            return self.ground(byte, false, inputs);
        }
        self.keep(byte);
        if self.bytes.len() == length {
            let held = if alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
            let text = str::from_utf8(&self.bytes).unwrap_or_default();
            inputs.extend(text.chars().map(|c| Input::Key(typed(c, held))));
            self.enter(State::Ground);
        }
    }

    fn escape(&mut self, byte: u8, inputs: &mut Vec<Input>) {
        match byte {
            b'[' => self.enter(State::Csi),
            b'O' => self.enter(State::Ss3),
            b']' | b'_' | b'P' | b'^' | b'X' => self.enter(State::String(byte)),
            0x1b => {
                inputs.push(Input::Key(key(KeyCode::Esc, KeyModifiers::NONE)));
                self.enter(State::Escape);
            }
            _ => self.ground(byte, true, inputs),
        }
    }

    fn csi(&mut self, byte: u8, inputs: &mut Vec<Input>) {
        match byte {
            b'M' if self.bytes.is_empty() => return self.enter(State::X10Mouse),
            // The console of Linux sends a second bracket for the first five function keys.
            b'[' if self.bytes.is_empty() => return self.keep(byte),
            0x40..=0x7e => {}
            0x7f.. => return self.enter(State::Ground),
            _ => return self.keep(byte),
        }
        let parameters = String::from_utf8_lossy(&self.bytes);
        if byte == b'~' && parameters == "200" {
            return self.enter(State::Paste);
        }
        if !self.truncated {
            inputs.extend(csi::read(&parameters, byte));
        }
        self.enter(State::Ground);
    }

    fn finish_string(&mut self, introducer: u8, inputs: &mut Vec<Input>) {
        let text = String::from_utf8_lossy(&self.bytes);
        let answer = match introducer {
            _ if self.truncated => None,
            b']' => query::osc(&text),
            b'_' => query::apc(&text),
            _ => None,
        };
        inputs.extend(answer.map(Input::Answer));
        self.enter(State::Ground);
    }

    fn paste(&mut self, byte: u8, inputs: &mut Vec<Input>) {
        self.bytes.push(byte);
        if byte == b'~' && self.bytes.ends_with(PASTE_END) {
            self.bytes.truncate(self.bytes.len() - PASTE_END.len());
            self.finish_paste(inputs);
        }
    }

    fn finish_paste(&mut self, inputs: &mut Vec<Input>) {
        let bytes = mem::take(&mut self.bytes);
        inputs.push(Input::Paste(String::from_utf8_lossy(&bytes).into_owned()));
        self.enter(State::Ground);
    }
}

/// Returns a key that types nothing in another script.
fn key(code: KeyCode, modifiers: KeyModifiers) -> KeyPress {
    KeyPress { event: KeyEvent::new(code, modifiers), latin: None }
}

/// Returns the key that types a character.
fn typed(c: char, held: KeyModifiers) -> KeyPress {
    let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    let modifiers = held | shift;
    let latin = latin::letter(c).map(|latin| KeyEvent::new(KeyCode::Char(latin), modifiers));
    KeyPress { event: KeyEvent::new(KeyCode::Char(c), modifiers), latin }
}

#[cfg(test)]
mod tests;
