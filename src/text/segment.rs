//! Segmentation of text that a search index of words cannot find by itself: scripts without spaces, and symbols.

use crate::model::case_fold;

/// Returns whether a character belongs to a script without spaces, which is searched by bigrams.
#[must_use]
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー' | '々' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
        || is_southeast_asian(c)
}

/// Returns whether a character is a letter or mark of Thai, Lao, Burmese or Khmer.
fn is_southeast_asian(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{ece}' | '\u{edc}'..='\u{edf}'
        | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{108f}' | '\u{109a}'..='\u{109d}' | '\u{1780}'..='\u{17d3}'
        | '\u{17d7}' | '\u{17dc}'..='\u{17dd}' | '\u{a9e0}'..='\u{a9ef}' | '\u{a9fa}'..='\u{a9fe}'
        | '\u{aa60}'..='\u{aa76}' | '\u{aa7a}'..='\u{aa7f}')
}

/// Returns whether a character is a searchable symbol, such as an emoji.
#[must_use]
pub fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}') && !c.is_alphanumeric()
}

/// A segment of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A run of letters of a script without spaces.
    Unspaced(String),
    /// A run of other characters.
    Spaced(String),
    /// A symbol.
    Symbol(char),
}

/// Splits a word, which contains no white space, into case-folded segments.
#[must_use]
pub fn segments(word: &str) -> Vec<Segment> {
    let mut found: Vec<Segment> = Vec::new();
    for c in case_fold(word).chars() {
        match found.last_mut() {
            _ if is_symbol(c) => found.push(Segment::Symbol(c)),
            Some(Segment::Unspaced(run)) if is_unspaced(c) => run.push(c),
            Some(Segment::Spaced(run)) if !is_unspaced(c) => run.push(c),
            _ if is_unspaced(c) => found.push(Segment::Unspaced(c.into())),
            _ => found.push(Segment::Spaced(c.into())),
        }
    }
    found.retain(|segment| !matches!(segment, Segment::Spaced(text) if !text.contains(char::is_alphanumeric)));
    found
}

/// Returns the pairs of neighboring letters of a run; for a single letter, that letter.
#[must_use]
pub fn bigrams(run: &str) -> Vec<String> {
    let letters: Vec<char> = run.chars().collect();
    match letters.as_slice() {
        [] | [_] => vec![run.to_owned()],
        letters => letters.windows(2).map(|pair| pair.iter().collect()).collect(),
    }
}

/// Returns the terms to add to a search index so that every segment of a text is found, and the text's symbols.
///
/// The terms are the bigrams and the last letter of each unspaced run, and the words that touch one.
#[must_use]
pub fn extra_search_terms(text: &str) -> (Vec<String>, Vec<char>) {
    let (mut words, mut symbols) = (Vec::new(), Vec::new());
    if text.is_ascii() {
        return (words, symbols);
    }
    let needs_terms = |c| is_unspaced(c) || is_symbol(c) || ('\u{1100}'..='\u{11ff}').contains(&c);
    for word in text.split_whitespace().filter(|word| word.contains(needs_terms)) {
        for segment in segments(word) {
            match segment {
                Segment::Symbol(c) if !symbols.contains(&c) => symbols.push(c),
                Segment::Symbol(_) => {}
                Segment::Spaced(run) => words.push(run),
                Segment::Unspaced(run) => {
                    let last = run.chars().next_back().map(String::from);
                    let many = run.chars().nth(1).is_some();
                    words.extend(bigrams(&run));
                    words.extend(last.filter(|_| many));
                }
            }
        }
    }
    (words, symbols)
}

#[cfg(test)]
mod tests {
    use super::extra_search_terms;

    #[track_caller]
    fn check(text: &str, words: &[&str], symbols: &str) {
        let (found, found_symbols) = extra_search_terms(text);
        assert_eq!(
            (found, found_symbols.into_iter().collect::<String>()),
            (words.iter().map(|w| (*w).to_owned()).collect(), symbols.to_owned())
        );
    }

    #[test]
    fn only_terms_that_an_index_would_miss_are_returned() {
        check("plain Latin, Ärger und ё", &[], "");
        check("散歩と猫", &["散歩", "歩と", "と猫", "猫"], "");
        check("猫。犬", &["猫", "犬"], "");
        check("用SQLite写 x", &["用", "sqlite", "写"], "");
        check("ไทย 1", &["ไท", "ทย", "ย"], "");
        check("ລາວ។ខ្មែរ", &["ລາ", "າວ", "ວ", "ខ្", "្ម", "មែ", "ែរ", "រ"], "");
        check("tea ☕🌿 ☕!", &[], "☕🌿");
    }
}
