//! Word-by-word difference between two revisions of a text.

use similar::{Algorithm, DiffTag, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// What happened to a piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is in both texts.
    Kept,
    /// It is only in the old text.
    Removed,
    /// It is only in the new text.
    Added,
}

/// Returns the pieces of both texts in order; neighboring pieces of the same kind are merged.
#[must_use]
pub fn diff(old: &str, new: &str) -> Vec<(Change, String)> {
    let old: Vec<&str> = old.split_word_bounds().collect();
    let new: Vec<&str> = new.split_word_bounds().collect();
    let mut pieces: Vec<(Change, String)> = Vec::new();
    let mut add = |change, words: &[&str]| match pieces.last_mut() {
        Some((last, text)) if *last == change => text.extend(words.iter().copied()),
        _ if words.is_empty() => {}
        _ => pieces.push((change, words.concat())),
    };
    for step in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (tag, before, after) = step.as_tag_tuple();
        if tag == DiffTag::Equal {
            add(Change::Kept, &old[before]);
        } else {
            add(Change::Removed, &old[before]);
            add(Change::Added, &new[after]);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::{Change::*, diff};

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[(super::Change, &str)]) {
        let found = diff(old, new);
        assert_eq!(found.iter().map(|(change, text)| (*change, text.as_str())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn diff_marks_kept_removed_and_added_words() {
        check("same", "same", &[(Kept, "same")]);
        check("the red cat", "the blue cat", &[(Kept, "the "), (Removed, "red"), (Added, "blue"), (Kept, " cat")]);
        check("a", "a b", &[(Kept, "a"), (Added, " b")]);
    }
}
