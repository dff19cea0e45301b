//! What changed between two versions of a text, word by word.

use similar::{ChangeTag, TextDiff};

/// What became of a piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It stands in both.
    Kept,
    /// It stands in the older text only.
    Removed,
    /// It stands in the newer text only.
    Added,
}

/// The pieces of both texts in their order; pieces of one kind in a row are one.
#[must_use]
pub fn diff(old: &str, new: &str) -> Vec<(Change, String)> {
    let mut pieces: Vec<(Change, String)> = Vec::new();
    for piece in TextDiff::from_unicode_words(old, new).iter_all_changes() {
        let change = match piece.tag() {
            ChangeTag::Equal => Change::Kept,
            ChangeTag::Delete => Change::Removed,
            ChangeTag::Insert => Change::Added,
        };
        match pieces.last_mut() {
            Some((last, text)) if *last == change => text.push_str(piece.value()),
            _ => pieces.push((change, piece.value().to_owned())),
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
    fn words_are_kept_removed_and_added() {
        check("same", "same", &[(Kept, "same")]);
        check("the red cat", "the blue cat", &[(Kept, "the "), (Removed, "red"), (Added, "blue"), (Kept, " cat")]);
        check("a", "a b", &[(Kept, "a"), (Added, " b")]);
    }
}
