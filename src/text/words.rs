//! The words of a body that say what it is about.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation;

use super::{Piece, is_unspaced, pairs, pieces, tokens};

/// Shorter words are mostly those that every text has.
pub const LETTERS: usize = 5;

/// The words of a body of [`LETTERS`] letters or more, each once, lower case; of scripts that put no spaces between words,
/// pairs of neighbouring letters. Mentions, tags and links are no words.
#[must_use]
pub fn words(body: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut from = 0;
    let mut add = |text: &str| {
        for chunk in text.split_whitespace() {
            if !chunk.contains(is_unspaced) {
                found.extend(spaced(chunk));
                continue;
            }
            for piece in pieces(chunk) {
                match piece {
                    Piece::Unspaced(run) => {
                        found.extend(pairs(&run).into_iter().filter(|pair| pair.chars().count() > 1))
                    }
                    Piece::Spaced(run) => found.extend(spaced(&run)),
                    Piece::Symbol(_) => {}
                }
            }
        }
    };
    for token in tokens(body) {
        add(&body[from..token.range.start]);
        from = token.range.end;
    }
    add(&body[from..]);
    found
}

/// The words of a script that puts spaces between them.
fn spaced(text: &str) -> impl Iterator<Item = String> {
    let long = |word: &&str| word.chars().count() >= LETTERS && word.contains(char::is_alphabetic);
    text.unicode_words().filter(long).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_what_a_text_is_about() {
        let body = "The Bread, the BREAD! Ärger's #bread @maya https://bread.example 12345 散歩と散歩、letters";
        let mut found: Vec<_> = words(body).into_iter().collect();
        found.sort();
        assert_eq!(found, ["bread", "letters", "ärger's", "と散", "散歩", "歩と"]);
    }
}
