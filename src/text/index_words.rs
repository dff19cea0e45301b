//! Splits text into words as the search index does.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::is_unspaced;

/// Calls `each` with every word of a text in lower case and without diacritics, as the tokenizer of the full-text index
/// sees it (<https://sqlite.org/fts5.html#unicode61_tokenizer>). Scripts without spaces are left out.
pub fn index_words(text: &str, mut each: impl FnMut(&str)) {
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if !c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c)) && !is_unspaced(c) {
            let letters = std::iter::once(c).nfd().filter(|letter| !is_combining_mark(*letter));
            word.extend(letters.flat_map(char::to_lowercase));
        } else if !word.is_empty() {
            each(&word);
            word.clear();
        }
    }
    if !word.is_empty() {
        each(&word);
    }
}

#[cfg(test)]
mod tests {
    use super::index_words;

    #[test]
    fn words_are_lower_case_without_diacritics() {
        let mut found = Vec::new();
        index_words("The Café's e\u{301}te\u{301}, ÄRGER_2 用SQLite写 ЁЖ — x", |word| {
            found.push(word.to_owned())
        });
        assert_eq!(found, ["the", "cafe", "s", "ete", "arger", "2", "sqlite", "еж", "x"]);
    }
}
