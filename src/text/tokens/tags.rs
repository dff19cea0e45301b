//! Names of tags, by the rules of Mastodon.
//!
//! A name consists of letters, marks, digits and connectors such as `_`, with at least one letter. Inside, it may also
//! contain separators: the middle dots `·` and `・`, and the joiners U+200C and U+200D that some scripts need.
//! <https://github.com/mastodon/mastodon/blob/main/app/models/tag.rs>

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::scan::find;

/// Returns whether a tag may contain this character.
#[must_use]
pub fn is_tag_char(c: char) -> bool {
    is_word_char(c) || is_separator(c)
}

/// Returns whether a `#` after this character does not start a tag.
pub(super) fn blocks_tag(before: char) -> bool {
    is_word_char(before) || matches!(before, '/' | ')' | '=' | '&' | '@' | '#' | '＃')
}

/// Returns the name of a tag at the start of the text after `#`, if there is one.
pub(super) fn name(text: &str) -> Option<&str> {
    let end = find(text, |c| !is_tag_char(c)).unwrap_or(text.len());
    let name = text[..end].trim_end_matches(is_separator);
    let starts_with_word = name.starts_with(is_word_char);
    (starts_with_word && name.contains(char::is_alphabetic)).then_some(name)
}

fn is_word_char(c: char) -> bool {
    use GeneralCategory::{ConnectorPunctuation, DecimalNumber, EnclosingMark, NonspacingMark, SpacingMark};
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    c.is_alphabetic()
        || matches!(
            c.general_category(),
            NonspacingMark | SpacingMark | EnclosingMark | DecimalNumber | ConnectorPunctuation
        )
}

fn is_separator(c: char) -> bool {
    matches!(c, '·' | '・' | '\u{200c}' | '\u{200d}')
}
