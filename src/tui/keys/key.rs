//! A key: as the terminal reports it, by its name in the settings, and as the screens show it.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, normalized: an uppercase letter has no Shift, a letter with Ctrl is lowercase, and BackTab
/// is Tab with Shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Keys that have names: the code, the names in the settings (the first is written), and the form that is shown.
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

/// Modifiers: the prefixes in the settings (the first is written), and the form that is shown.
const MODIFIERS: &[(KeyModifiers, &[&str], &str)] = &[
    (KeyModifiers::CONTROL, &["ctrl-", "ctrl+", "^"], "^"),
    (KeyModifiers::ALT, &["alt-", "alt+"], "Alt+"),
    (KeyModifiers::SHIFT, &["shift-", "shift+"], "Shift+"),
];

impl Key {
    fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let (code, modifiers) = match code {
            KeyCode::BackTab => (KeyCode::Tab, modifiers | KeyModifiers::SHIFT),
            KeyCode::Char(c) => {
                let mut uppercase = c.to_uppercase();
                let c = match (uppercase.next(), uppercase.next()) {
                    _ if modifiers.contains(KeyModifiers::CONTROL) => c.to_ascii_lowercase(),
                    (Some(uppercase), None) if modifiers.contains(KeyModifiers::SHIFT) => uppercase,
                    _ => c,
                };
                (KeyCode::Char(c), modifiers.difference(KeyModifiers::SHIFT))
            }
            code => (code, modifiers),
        };
        Self { code, modifiers }
    }

    /// Returns whether the key types a character into a text field.
    #[must_use]
    pub fn types(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// Returns whether it is Ctrl-C, which quits from everywhere, whatever the settings say.
    pub(super) fn is_last_resort(self) -> bool {
        self == Self { code: KeyCode::Char('c'), modifiers: KeyModifiers::CONTROL }
    }

    /// Returns the name in the settings.
    #[must_use]
    pub fn name(self) -> String {
        let modifiers = MODIFIERS.iter().filter(|(modifier, ..)| self.modifiers.contains(*modifier));
        let modifiers: String = modifiers.map(|(_, names, _)| names[0]).collect();
        let key = match self.code {
            KeyCode::F(n) => format!("f{n}"),
            code => match NAMED.iter().find(|(known, ..)| *known == code) {
                Some((_, names, _)) => names[0].to_owned(),
                None => self.code.to_string(),
            },
        };
        format!("{modifiers}{key}")
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self::new(event.code, event.modifiers)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, _, shown) in MODIFIERS.iter().filter(|(modifier, ..)| self.modifiers.contains(*modifier)) {
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

    /// Parses a name such as `g`, `G`, `ctrl-s`, `shift-tab`, `f5`, `space` or `alt-enter`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        loop {
            let prefix = MODIFIERS.iter().find_map(|(modifier, names, _)| {
                // A prefix with nothing behind it is a key itself, as in `^`.
                let length = names.iter().find(|name| {
                    rest.len() > name.len()
                        && rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                });
                length.map(|name| (*modifier, name.len()))
            });
            let Some((modifier, length)) = prefix else { break };
            modifiers |= modifier;
            rest = &rest[length..];
        }
        let lowercase = rest.to_lowercase();
        if let Some((code, ..)) = NAMED.iter().find(|(_, names, _)| names.contains(&lowercase.as_str())) {
            return Ok(Self::new(*code, modifiers));
        }
        if let Some(n) = lowercase.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=24).contains(n)) {
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
    fn every_name_of_a_key_is_parsed_to_the_same_key() {
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
    fn reports_of_different_terminals_are_normalized() {
        let pressed = |code, modifiers| Key::from(KeyEvent::new(code, modifiers)).name();
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::NONE), "shift-tab");
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::SHIFT), "shift-tab");
        assert_eq!(pressed(KeyCode::Char('G'), KeyModifiers::NONE), "G");
        assert_eq!(pressed(KeyCode::Char('g'), KeyModifiers::SHIFT), "G");
        assert_eq!(pressed(KeyCode::Char('?'), KeyModifiers::SHIFT), "?");
        assert_eq!(pressed(KeyCode::Char('S'), KeyModifiers::CONTROL), "ctrl-s");
    }
}
