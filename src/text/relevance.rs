//! Ranks texts by how well they match the words of a query.

use super::{Query, Segment, Term, index_words, segments};
use crate::model::case_fold;

/// How fast further occurrences of a word in a text count less, and how much a long text counts less: the usual constants
/// of BM25 (<https://en.wikipedia.org/wiki/Okapi_BM25>).
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;

/// What is counted in a text for a term.
#[derive(Debug, PartialEq, Eq)]
enum Needle {
    /// Consecutive words, each after a space.
    Words(String),
    /// The start of a word, after a space.
    Prefix(String),
    /// Letters anywhere.
    Letters(String),
}

/// How often a text has each term of a query, and its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrences {
    terms: Vec<usize>,
    words: usize,
}

/// Ranks texts for a query.
#[derive(Debug)]
pub struct Relevance {
    /// What is counted for each term.
    terms: Vec<Vec<Needle>>,
    weights: Vec<f64>,
}

impl Relevance {
    /// Returns the ranking for a query. `frequency` returns how many of `total` texts have a term: rarer terms weigh more.
    ///
    /// # Errors
    /// As `frequency`.
    pub fn new<E>(
        query: &Query,
        total: usize,
        mut frequency: impl FnMut(&Term) -> Result<usize, E>,
    ) -> Result<Self, E> {
        let ranked: Vec<_> =
            query.wanted().into_iter().map(|term| (term, needles(term))).filter(|(_, all)| !all.is_empty()).collect();
        let mut weights = Vec::new();
        for (term, _) in &ranked {
            // A single term weighs the same in all texts.
            let found = if ranked.len() > 1 { frequency(term)? } else { total };
            weights.push((1.0 + (total as f64 + 0.5) / (found as f64 + 0.5)).ln());
        }
        Ok(Self { terms: ranked.into_iter().map(|(_, needles)| needles).collect(), weights })
    }

    /// Counts the terms in a text.
    #[must_use]
    pub fn count(&self, text: &str) -> Occurrences {
        let (mut joined, mut words) = (String::with_capacity(text.len() + 8), 0);
        index_words(text, |word| {
            joined.push(' ');
            joined.push_str(word);
            words += 1;
        });
        joined.push(' ');
        let has_letters = self.terms.iter().flatten().any(|needle| matches!(needle, Needle::Letters(_)));
        let folded = if has_letters { case_fold(text) } else { String::new() };
        let count = |needle: &Needle| match needle {
            Needle::Words(words) => joined
                .match_indices(words.as_str())
                .filter(|(at, _)| joined[at + words.len()..].starts_with(' '))
                .count(),
            Needle::Prefix(prefix) => joined.matches(prefix.as_str()).count(),
            Needle::Letters(letters) => folded.matches(letters.as_str()).count(),
        };
        Occurrences { terms: self.terms.iter().map(|needles| needles.iter().map(count).sum()).collect(), words }
    }

    /// Returns a score for each text, higher for better ones: with more occurrences, in shorter texts.
    #[must_use]
    pub fn scores(&self, texts: &[Occurrences]) -> Vec<f64> {
        let words: usize = texts.iter().map(|text| text.words).sum();
        let average = (words as f64 / texts.len().max(1) as f64).max(1.0);
        let score = |text: &Occurrences| {
            let norm = SATURATION * (1.0 - LENGTH + LENGTH * text.words as f64 / average);
            let term = |(found, weight): (&usize, &f64)| weight * *found as f64 / (*found as f64 + norm);
            text.terms.iter().zip(&self.weights).map(term).sum()
        };
        texts.iter().map(score).collect()
    }
}

fn needles(term: &Term) -> Vec<Needle> {
    let joined = |text: &str| {
        let mut joined = String::new();
        index_words(text, |word| joined.extend([" ", word]));
        joined
    };
    let found: Vec<Needle> = match term {
        Term::Words(text) => {
            let all: Vec<Segment> = text.split_whitespace().flat_map(segments).collect();
            if all.iter().all(|segment| matches!(segment, Segment::Spaced(_))) {
                vec![Needle::Words(joined(text))]
            } else {
                let needle = |segment| match segment {
                    Segment::Spaced(run) => Needle::Words(joined(&run)),
                    Segment::Unspaced(run) => Needle::Letters(run),
                    Segment::Symbol(symbol) => Needle::Letters(symbol.into()),
                };
                all.into_iter().map(needle).collect()
            }
        }
        Term::Prefix(text) => vec![Needle::Prefix(joined(text))],
        // Without words, the newest text is the best one.
        Term::Substring(_)
        | Term::From(_)
        | Term::To(_)
        | Term::In(_)
        | Term::Language(_)
        | Term::Unread
        | Term::Tag(_)
        | Term::TagPrefix(_)
        | Term::Link
        | Term::Reply
        | Term::Image
        | Term::Poll
        | Term::Any(_) => vec![],
    };
    let is_empty = |needle: &Needle| match needle {
        Needle::Words(text) | Needle::Prefix(text) | Needle::Letters(text) => text.trim().is_empty(),
    };
    found.into_iter().filter(|needle| !is_empty(needle)).collect()
}

#[cfg(test)]
mod tests {
    use super::Relevance;
    use crate::text::Query;

    /// Returns the indexes of the texts, the best first.
    #[track_caller]
    fn check(query: &str, texts: &[&str], expected: &[usize]) {
        let frequency = |term: &_| Ok::<_, ()>(if format!("{term:?}").contains("the") { 1_000 } else { 2 });
        let relevance = Relevance::new(&Query::parse(query), 1_000, frequency).unwrap();
        let counted: Vec<_> = texts.iter().map(|text| relevance.count(text)).collect();
        let scores = relevance.scores(&counted);
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        assert_eq!(order, expected, "{query}: {scores:?}");
    }

    #[test]
    fn more_occurrences_and_shorter_texts_rank_higher() {
        check("night", &["a night in the long town", "night night", "Night"], &[1, 2, 0]);
        check("\"night train\"", &["night and train", "the night train", "night train, Night Train"], &[2, 1, 0]);
        check("tele*", &["no", "Téléscope telegram", "telescope word"], &[1, 2, 0]);
        check("散歩", &["猫", "散歩と猫と犬 犬", "散歩と散歩"], &[2, 1, 0]);
    }

    #[test]
    fn rarer_words_weigh_more() {
        check("the zebra", &["the the zebra", "zebra zebra the"], &[1, 0]);
    }

    #[test]
    fn query_without_words_ranks_all_texts_the_same() {
        check("from:maya #bread *wor*", &["one", "two words"], &[0, 1]);
    }
}
