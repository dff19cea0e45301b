//! What of a search query cannot match anything, or was probably meant otherwise.

use std::fmt;

use super::{Query, Term};
use crate::model::Nickname;

/// A hint about a part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchHint {
    /// No user has this nickname.
    NoUser(String),
    /// The reader mutes this user, whose posts are asked for.
    Muted(Nickname),
    /// The reader has no list with this name.
    NoList(String),
    /// The value of `since:` or `until:` is not a date, and was read as words.
    NoDate(String),
    /// An operator has no such value, and was read as words: its name, the value, and the values that it has.
    NoValue(String, String, &'static str),
    /// There is no operator with this name; it was read as a word.
    NoOperator(String),
    /// The alternatives make too many combinations, so that nothing is found.
    TooManyAlternatives,
}

impl fmt::Display for SearchHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUser(name) => write!(f, "no user \"{name}\""),
            Self::Muted(name) => write!(f, "posts by @{name} are hidden, since you mute them"),
            Self::NoList(name) => write!(f, "no list \"{name}\""),
            Self::NoDate(text) => {
                write!(f, "\"{text}\" is not a date: write 2026-01-31, yesterday or 3d")
            }
            Self::NoValue(name, value, values) => write!(f, "{name}: takes {values}, not \"{value}\""),
            Self::NoOperator(name) => write!(f, "\"{name}:\" is searched as a word: there is no such operator"),
            Self::TooManyAlternatives => f.write_str("too many combinations of OR: search for fewer alternatives"),
        }
    }
}

impl Query {
    /// Returns hints about words that look like operators, each once. Names are not looked up.
    #[must_use]
    pub fn hints(&self) -> Vec<SearchHint> {
        let mut hints = Vec::new();
        for term in self.terms() {
            let Term::Words(text) = term else { continue };
            let Some((name, value)) = text.split_once(':') else { continue };
            let is_name = name.chars().count() > 1 && name.chars().all(char::is_alphabetic);
            if !is_name || value.is_empty() || value.starts_with("//") || text.contains(char::is_whitespace) {
                continue;
            }
            let hint = match name.to_lowercase().as_str() {
                "since" | "after" | "until" | "before" => SearchHint::NoDate(value.to_owned()),
                "has" => SearchHint::NoValue(name.to_owned(), value.to_owned(), "link, image or poll"),
                "is" => SearchHint::NoValue(name.to_owned(), value.to_owned(), "reply or unread"),
                _ => SearchHint::NoOperator(name.to_owned()),
            };
            if !hints.contains(&hint) {
                hints.push(hint);
            }
        }
        hints
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn words_that_look_like_operators_are_explained() {
        for (query, hint) in [
            ("foo:bar x -foo:z", "\"foo:\" is searched as a word: there is no such operator"),
            ("before:nonsense", "\"nonsense\" is not a date: write 2026-01-31, yesterday or 3d"),
            ("bread OR has:sound", "has: takes link, image or poll, not \"sound\""),
            ("is:old", "is: takes reply or unread, not \"old\""),
        ] {
            let hints: Vec<_> = Query::parse(query).hints().iter().map(ToString::to_string).collect();
            assert_eq!(hints, [hint], "{query}");
        }
        for query in ["https://example.org", "10:30", "from:nobody", "x: y", "before:2026", "has:link", "C:x", "foo"] {
            assert_eq!(Query::parse(query).hints(), [], "{query}");
        }
    }
}
