//! Search matches in a text, for highlighting. It marks the words that a reader would look for; the store alone decides
//! which posts are found.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::case_fold;
use crate::text::{Query, Term, is_symbol, is_unspaced};

/// Returns the byte ranges of a query's words in a text, in order.
pub(super) fn matches(query: &Query, text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for term in query.wanted() {
        match term {
            Term::Words(words) if words.contains(|c| is_unspaced(c) || is_symbol(c)) => {
                let places = words.split_whitespace().flat_map(|word| text.match_indices(word));
                found.extend(places.map(|(at, part)| at..at + part.len()));
            }
            Term::Words(phrase) => {
                let wanted: Vec<String> = words(phrase).into_iter().map(|at| plain(&phrase[at])).collect();
                let is_wanted = |at: &Range<usize>| wanted.contains(&plain(&text[at.clone()]));
                found.extend(words(text).into_iter().filter(is_wanted));
            }
            Term::Prefix(start) => {
                let start = plain(start);
                found.extend(words(text).into_iter().filter(|at| plain(&text[at.clone()]).starts_with(&start)));
            }
            Term::Substring(part) => {
                let part = plain(part);
                found.extend(words(text).into_iter().filter(|at| plain(&text[at.clone()]).contains(&part)));
            }
            Term::Tag(tag) => found.extend(
                words(text)
                    .into_iter()
                    .filter(|at| text[..at.start].ends_with('#') && case_fold(&text[at.clone()]) == *tag),
            ),
            Term::TagPrefix(start) => found.extend(
                words(text)
                    .into_iter()
                    .filter(|at| text[..at.start].ends_with('#') && case_fold(&text[at.clone()]).starts_with(start)),
            ),
            Term::From(_)
            | Term::To(_)
            | Term::In(_)
            | Term::Language(_)
            | Term::Link
            | Term::Reply
            | Term::Image
            | Term::Poll
            | Term::Any(_)
            | Term::Unread => {}
        }
    }
    found.sort_by_key(|at| at.start);
    found
}

/// Returns the byte ranges of the words of a text.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || is_combining_mark(c) || c == '_';
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Returns a word without case and combining marks.
fn plain(word: &str) -> String {
    case_fold(word).nfd().filter(|c| !is_combining_mark(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::matches;
    use crate::text::Query;

    #[track_caller]
    fn check(query: &str, text: &str, expected: &[&str]) {
        let found: Vec<_> = matches(&Query::parse(query), text).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, expected, "{query} in {text}");
    }

    #[test]
    fn words_of_the_query_are_matched_without_case_and_marks() {
        check("bread rye", "Bread and RYE breads", &["Bread", "RYE"]);
        check("bre* *rye*", "Bread and rye breads", &["Bread", "rye", "breads"]);
        check("arger", "Kein Ärger", &["Ärger"]);
        check("俳句", "これは俳句です", &["俳句"]);
        check("#bread -rye from:x", "#Bread bread rye", &["Bread"]);
        check("#bre*", "#Bread bread #rye", &["Bread"]);
    }
}
