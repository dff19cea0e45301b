//! Matching of filter phrases against bodies.

use super::{is_symbol, is_unspaced, tags};
use crate::model::case_fold;

/// A filter phrase, prepared for matching many bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseMatcher(Pattern);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// A case-folded tag.
    Tag(String),
    /// Consecutive case-folded words, each preceded and followed by one space.
    Words(String),
    /// Case-folded letters that match anywhere, for scripts without spaces.
    Letters(String),
}

impl PhraseMatcher {
    /// Prepares a word, a phrase or a `#tag`. Case is ignored.
    #[must_use]
    pub fn new(phrase: &str) -> Self {
        Self(match phrase.strip_prefix('#') {
            Some(tag) => Pattern::Tag(case_fold(tag)),
            None if phrase.contains(|c| is_unspaced(c) || is_symbol(c)) => Pattern::Letters(case_fold(phrase)),
            None => Pattern::Words(words(phrase)),
        })
    }

    /// Returns whether a body contains the phrase: whole words, in the same order.
    #[must_use]
    pub fn is_in(&self, body: &str) -> bool {
        match &self.0 {
            Pattern::Tag(tag) => body.contains('#') && tags(body).iter().any(|found| case_fold(found) == *tag),
            Pattern::Words(phrase) => words(body).contains(phrase.as_str()),
            Pattern::Letters(letters) => case_fold(body).contains(letters.as_str()),
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
    fn phrase_matches_whole_words_in_any_case() {
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
