//! The words of a body that say what it is about.

use unicode_segmentation::UnicodeSegmentation;

use super::{Segment, bigrams, is_unspaced, segments, tokens};

/// Shorter words are mostly those that every text has.
pub const MIN_LETTERS: usize = 5;

/// Gives the words of a body of [`MIN_LETTERS`] letters or more, lower case; of scripts that put no spaces between words, pairs
/// of neighbouring letters. Mentions, tags and links are no words.
pub fn topic_words(body: &str, mut each: impl FnMut(&str)) {
    let mut from = 0;
    let mut add = |text: &str| {
        for chunk in text.split_whitespace() {
            if !chunk.contains(is_unspaced) {
                spaced(chunk, &mut each);
                continue;
            }
            for piece in segments(chunk) {
                match piece {
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

/// The words of a script that puts spaces between them. What is lower case already is not copied.
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
    fn words_are_what_a_text_is_about() {
        let body = "The Bread, the BREAD! Ärger's #bread @maya https://bread.example 12345 散歩と散歩、letters";
        let mut found = Vec::new();
        topic_words(body, |word| found.push(word.to_owned()));
        found.sort();
        found.dedup();
        assert_eq!(found, ["bread", "letters", "ärger's", "と散", "散歩", "歩と"]);
    }
}
