//! Recognizes a text after a server has rendered it.

/// Returns whether two texts are the same but for what servers change when they render one: spaces, line breaks, marks of
/// Markdown, punctuation that became a picture, and the servers in the names of mentioned users.
#[must_use]
pub fn is_same_text(ours: &str, theirs: &str) -> bool {
    let (one, other) = (skeleton(ours), skeleton(theirs));
    if one.is_empty() || other.is_empty() {
        // Without letters, everything counts but spaces.
        let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        return plain(ours) == plain(theirs);
    }
    one == other
}

/// Returns the letters and digits of a text in lower case, with mentions by their first part.
fn skeleton(text: &str) -> String {
    let mut skeleton = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let word = match word.find('@') {
            // "@ada@example.com" is rendered as "@ada".
            Some(at) => match word[at + 1..].find('@') {
                Some(host) => &word[..at + 1 + host],
                None => word,
            },
            None => word,
        };
        skeleton.extend(word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    }
    skeleton
}

#[cfg(test)]
mod tests {
    use super::is_same_text;

    #[test]
    fn rendered_text_is_recognized() {
        for (ours, theirs, expected) in [
            ("hello", "hello", true),
            ("hello  world", "hello world", true),
            ("one\ntwo", "one two", true),
            ("*bold* and `code`", "bold and code", true),
            ("@ada@example.com hi", "@ada hi", true),
            ("@ada@example.com, hi", "@ada, hi", true),
            ("https://a.example/x?y=1", "https://a.example/x?y=1", true),
            (":-)", ":-)", true),
            (":-)", ":-(", false),
            ("👍", "👍", true),
            ("👍", "👎", false),
            ("hello", "hello!", true),
            ("hello", "hullo", false),
            ("hello", "hello again", false),
            ("a", "", false),
        ] {
            assert_eq!(is_same_text(ours, theirs), expected, "{ours:?} {theirs:?}");
        }
    }
}
