//! Words of a body for word statistics.

use unicode_segmentation::UnicodeSegmentation;

use super::{Segment, bigrams, is_unspaced, segments, tokens};

/// Minimum length of a counted word, in letters: shorter words are mostly in every text.
pub const MIN_LETTERS: usize = 5;

/// Calls `each` with every word of at least [`MIN_LETTERS`] letters, in lower case.
///
/// Scripts without spaces are counted by bigrams. Mentions, tags and links are not words.
pub fn topic_words(body: &str, mut each: impl FnMut(&str)) {
    let mut from = 0;
    let mut add = |text: &str| {
        for chunk in text.split_whitespace() {
            if !chunk.contains(is_unspaced) {
                spaced(chunk, &mut each);
                continue;
            }
            for segment in segments(chunk) {
                match segment {
                    Segment::Unspaced(run) => {
                        bigrams(&run).iter().filter(|pair| pair.chars().count() > 1).for_each(|pair| each(pair));
                    }
                    Segment::Spaced(run) => spaced(&run, &mut each),
                    Segment::Symbol(_) => {}
                }
            }
        }
    };
    for token in tokens(body) {
        add(&body[from..token.range.start]);
        from = token.range.end;
    }
    add(&body[from..]);
}

/// Handles words of scripts with spaces. A word that is lower case already is not copied.
fn spaced(text: &str, each: &mut impl FnMut(&str)) {
    let long = |word: &&str| word.chars().count() >= MIN_LETTERS && word.contains(char::is_alphabetic);
    for word in text.unicode_words().filter(long) {
        if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            each(word);
        } else {
            each(&word.to_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::topic_words;

    #[test]
    fn long_words_and_bigrams_are_counted() {
        let body = "The Bread, the BREAD! Ärger's #bread @maya https://bread.example 12345 散歩と散歩、letters";
        let mut found = Vec::new();
        topic_words(body, |word| found.push(word.to_owned()));
        found.sort();
        found.dedup();
        assert_eq!(found, ["bread", "letters", "ärger's", "と散", "散歩", "歩と"]);
    }
}
