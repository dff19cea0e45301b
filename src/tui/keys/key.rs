//! A key as it is pressed, as it is named in the settings, and as it is shown.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with what is held down with it, in one form only: a capital letter has no Shift, a letter with Ctrl is a
/// small one, and the backward tab is a Tab with Shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// The keys that have a name: in the settings, other names for the same, as they are shown.
const NAMED: &[(KeyCode, &[&str], &str)] = &[
    (KeyCode::Char(' '), &["space"], "Space"),
    (KeyCode::Enter, &["enter", "return"], "Enter"),
    (KeyCode::Esc, &["esc", "escape"], "Esc"),
    (KeyCode::Tab, &["tab"], "Tab"),
    (KeyCode::Backspace, &["backspace"], "Backspace"),
    (KeyCode::Delete, &["delete", "del"], "Del"),
    (KeyCode::Insert, &["insert", "ins"], "Ins"),
    (KeyCode::Up, &["up", "↑"], "↑"),
    (KeyCode::Down, &["down", "↓"], "↓"),
    (KeyCode::Left, &["left", "←"], "←"),
    (KeyCode::Right, &["right", "→"], "→"),
    (KeyCode::Home, &["home"], "Home"),
    (KeyCode::End, &["end"], "End"),
    (KeyCode::PageUp, &["pageup", "pgup"], "PgUp"),
    (KeyCode::PageDown, &["pagedown", "pgdn"], "PgDn"),
];

/// What is held down: in the settings, other forms, as it is shown.
const HELD: &[(KeyModifiers, &[&str], &str)] = &[
    (KeyModifiers::CONTROL, &["ctrl-", "ctrl+", "^"], "^"),
    (KeyModifiers::ALT, &["alt-", "alt+"], "Alt+"),
    (KeyModifiers::SHIFT, &["shift-", "shift+"], "Shift+"),
];

impl Key {
    fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let (code, modifiers) = match code {
            KeyCode::BackTab => (KeyCode::Tab, modifiers | KeyModifiers::SHIFT),
            KeyCode::Char(c) => {
                let mut large = c.to_uppercase();
                let c = match (large.next(), large.next()) {
                    _ if modifiers.contains(KeyModifiers::CONTROL) => c.to_ascii_lowercase(),
                    (Some(large), None) if modifiers.contains(KeyModifiers::SHIFT) => large,
                    _ => c,
                };
                (KeyCode::Char(c), modifiers.difference(KeyModifiers::SHIFT))
            }
            code => (code, modifiers),
        };
        Self { code, modifiers }
    }

    /// Whether it types a character where text is written.
    #[must_use]
    pub fn types(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// Whether it is Ctrl-C, which leads out of everything, whatever was set.
    pub(super) fn is_last_resort(self) -> bool {
        self == Self { code: KeyCode::Char('c'), modifiers: KeyModifiers::CONTROL }
    }

    /// Its name in the settings.
    #[must_use]
    pub fn name(self) -> String {
        let held = HELD.iter().filter(|(held, ..)| self.modifiers.contains(*held));
        let held: String = held.map(|(_, names, _)| names[0]).collect();
        let key = match self.code {
            KeyCode::F(n) => format!("f{n}"),
            code => match NAMED.iter().find(|(known, ..)| *known == code) {
                Some((_, names, _)) => names[0].to_owned(),
                None => self.code.to_string(),
            },
        };
        format!("{held}{key}")
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self::new(event.code, event.modifiers)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, _, shown) in HELD.iter().filter(|(held, ..)| self.modifiers.contains(*held)) {
            f.write_str(shown)?;
        }
        match self.code {
            KeyCode::Char(c) if self.modifiers.contains(KeyModifiers::CONTROL) && c != ' ' => {
                write!(f, "{}", c.to_uppercase())
            }
            code => match NAMED.iter().find(|(known, ..)| *known == code) {
                Some((_, _, shown)) => f.write_str(shown),
                None => write!(f, "{code}"),
            },
        }
    }
}

impl FromStr for Key {
    type Err = ();

    /// Reads a name such as `g`, `G`, `ctrl-s`, `shift-tab`, `f5`, `space` or `alt-enter`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        loop {
            let held = HELD.iter().find_map(|(held, names, _)| {
                // What stands alone is the key itself, as in `^`.
                let length = names.iter().find(|name| {
                    rest.len() > name.len()
                        && rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                });
                length.map(|name| (*held, name.len()))
            });
            let Some((held, length)) = held else { break };
            modifiers |= held;
            rest = &rest[length..];
        }
        let small = rest.to_lowercase();
        if let Some((code, ..)) = NAMED.iter().find(|(_, names, _)| names.contains(&small.as_str())) {
            return Ok(Self::new(*code, modifiers));
        }
        if let Some(n) = small.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=24).contains(n)) {
            return Ok(Self::new(KeyCode::F(n), modifiers));
        }
        let mut chars = rest.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() && !c.is_whitespace() => Ok(Self::new(KeyCode::Char(c), modifiers)),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_by_any_of_its_names_and_has_one() {
        for (text, name, shown) in [
            ("g", "g", "g"),
            ("G", "G", "G"),
            ("shift-g", "G", "G"),
            ("ctrl-S", "ctrl-s", "^S"),
            ("^s", "ctrl-s", "^S"),
            ("^", "^", "^"),
            ("-", "-", "-"),
            ("ctrl--", "ctrl--", "^-"),
            ("Ctrl+Alt+Del", "ctrl-alt-delete", "^Alt+Del"),
            ("Shift+Tab", "shift-tab", "Shift+Tab"),
            ("F5", "f5", "F5"),
            ("f", "f", "f"),
            ("PgDn", "pagedown", "PgDn"),
            ("↓", "down", "↓"),
            ("ctrl-space", "ctrl-space", "^Space"),
            ("alt-<", "alt-<", "Alt+<"),
            ("ü", "ü", "ü"),
        ] {
            let key: Key = text.parse().expect(text);
            assert_eq!((key.name().as_str(), key.to_string().as_str()), (name, shown), "{text}");
            assert_eq!(name.parse(), Ok(key), "{text}");
        }
        for wrong in ["", " ", "gg", "ctrl-", "ctlr-s", "f0", "f99", "\t"] {
            assert_eq!(wrong.parse::<Key>(), Err(()), "{wrong:?}");
        }
    }

    #[test]
    fn a_key_is_the_same_however_a_terminal_reports_it() {
        let pressed = |code, modifiers| Key::from(KeyEvent::new(code, modifiers)).name();
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::NONE), "shift-tab");
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::SHIFT), "shift-tab");
        assert_eq!(pressed(KeyCode::Char('G'), KeyModifiers::NONE), "G");
        assert_eq!(pressed(KeyCode::Char('g'), KeyModifiers::SHIFT), "G");
        assert_eq!(pressed(KeyCode::Char('?'), KeyModifiers::SHIFT), "?");
        assert_eq!(pressed(KeyCode::Char('S'), KeyModifiers::CONTROL), "ctrl-s");
    }
}
