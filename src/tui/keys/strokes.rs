//! The keys of an action: one, or a chord of two that are pressed one after the other.

use std::fmt;
use std::str::FromStr;

use super::key::Key;

/// A key, or a chord of two keys that are pressed one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Strokes {
    /// The first key of a chord.
    pub prefix: Option<Key>,
    /// The only key, or the second key of a chord.
    pub key: Key,
}

impl Strokes {
    /// Returns whether its first key types a character into a text field.
    #[must_use]
    pub fn types(self) -> bool {
        self.prefix.unwrap_or(self.key).types()
    }

    /// Returns the name in the settings.
    #[must_use]
    pub fn name(self) -> String {
        self.prefix.into_iter().chain([self.key]).map(Key::name).collect::<Vec<_>>().join(" ")
    }
}

impl From<Key> for Strokes {
    fn from(key: Key) -> Self {
        Self { prefix: None, key }
    }
}

impl fmt::Display for Strokes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.prefix.iter().try_for_each(|key| key.fmt(f))?;
        self.key.fmt(f)
    }
}

impl FromStr for Strokes {
    type Err = ();

    /// Parses the name of a key, or of two with a space between them: `g`, `ctrl-x ctrl-s`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let keys: Vec<Key> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        match keys[..] {
            [key] => Ok(key.into()),
            [prefix, key] => Ok(Self { prefix: Some(prefix), key }),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_chords_are_parsed_and_named() {
        for (text, name, shown) in [
            ("g", "g", "g"),
            (" g  g ", "g g", "gg"),
            ("^x Ctrl-S", "ctrl-x ctrl-s", "^X^S"),
            ("g space", "g space", "gSpace"),
        ] {
            let strokes: Strokes = text.parse().expect(text);
            assert_eq!((strokes.name().as_str(), strokes.to_string().as_str()), (name, shown), "{text}");
            assert_eq!(name.parse(), Ok(strokes));
        }
        for wrong in ["", " ", "gg", "g g g", "g ctlr-s"] {
            assert_eq!(wrong.parse::<Strokes>(), Err(()), "{wrong:?}");
        }
    }
}
