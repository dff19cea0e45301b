//! Whether a body holds a phrase that somebody does not want to read.

use super::{is_symbol, is_unspaced, tags};
use crate::model::case_fold;

/// A phrase made ready to be looked for in many bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseMatcher(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// A tag, folded.
    Tag(String),
    /// Words in a row, folded, with a space before, between and behind them.
    Words(String),
    /// Letters wherever they stand, where words have no ends.
    Letters(String),
}

impl PhraseMatcher {
    /// Prepares a word, a phrase or a `#tag`; its case does not matter.
    #[must_use]
    pub fn new(phrase: &str) -> Self {
        Self(match phrase.strip_prefix('#') {
            Some(tag) => Kind::Tag(case_fold(tag)),
            None if phrase.contains(|c| is_unspaced(c) || is_symbol(c)) => Kind::Letters(case_fold(phrase)),
            None => Kind::Words(words(phrase)),
        })
    }

    /// Whether a body holds it: whole words, in that order.
    #[must_use]
    pub fn is_in(&self, body: &str) -> bool {
        match &self.0 {
            Kind::Tag(tag) => body.contains('#') && tags(body).iter().any(|found| case_fold(found) == *tag),
            Kind::Words(phrase) => words(body).contains(phrase.as_str()),
            Kind::Letters(letters) => case_fold(body).contains(letters.as_str()),
        }
    }
}

fn words(text: &str) -> String {
    let mut words = " ".to_owned();
    for word in case_fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words.push_str(word);
        words.push(' ');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::PhraseMatcher;

    #[track_caller]
    fn check(phrase: &str, body: &str, expected: bool) {
        assert_eq!(PhraseMatcher::new(phrase).is_in(body), expected, "{phrase} in {body}");
    }

    #[test]
    fn phrases_are_whole_words_whatever_their_case() {
        check("the End", "It is THE, end!", true);
        check("end", "ending", false);
        check("end the", "the end", false);
        check("#Spoilers", "no #spoilers here", true);
        check("#spoilers", "no spoilers here", false);
        check("#spoilers", "no spoilers #here", false);
        check("俳句", "これは俳句です", true);
        check("☕", "tea ☕", true);
        check("ärger", "Kein A\u{308}rger.", true);
    }
}
