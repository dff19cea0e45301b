//! A body as it is drawn: cleaned, with its mentions, tags and links marked.

use std::ops::Range;

use super::{TokenKind, clean, clean_line, displayed_prefix, tokens};

/// A cleaned text and where in it something is set off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichText {
    /// The text to draw.
    pub text: String,
    /// What is set off, in order, as byte ranges of the text.
    pub spans: Vec<(Range<usize>, TokenKind)>,
}

/// Prepares a body for drawing. twtxt's `@<nickname url>` is shown as `@nickname`. Of a body as long as a book the
/// beginning is shown, and how much more there is.
#[must_use]
pub fn rich_text(body: &str) -> RichText {
    let whole = body.len();
    let body = displayed_prefix(body);
    let more = whole - body.len();
    let mut out = RichText { text: String::with_capacity(body.len()), spans: Vec::new() };
    let mut from = 0;
    for token in tokens(body) {
        out.text.push_str(&clean(&body[from..token.range.start]));
        let start = out.text.len();
        match token.kind {
            TokenKind::Mention => out.text.push('@'),
            TokenKind::Tag => out.text.push('#'),
            TokenKind::Link => {}
        }
        out.text.push_str(&clean_line(token.name));
        out.spans.push((start..out.text.len(), token.kind));
        from = token.range.end;
    }
    out.text.push_str(&clean(&body[from..]));
    if more > 0 {
        out.text.push_str(&format!("…\n({} KiB more: microblog show prints them)", more.div_ceil(1024)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{TokenKind::*, rich_text};

    #[test]
    fn what_is_set_off_is_found_in_the_cleaned_text() {
        let rich = rich_text("a\tb @<x http://y> \u{202e}#tag https://example.com");
        assert_eq!(rich.text, "a    b @x #tag https://example.com");
        let marked: Vec<_> = rich.spans.iter().map(|(at, kind)| (&rich.text[at.clone()], *kind)).collect();
        assert_eq!(marked, [("@x", Mention), ("#tag", Tag), ("https://example.com", Link)]);
    }

    #[test]
    fn of_a_book_the_beginning_is_drawn() {
        for unit in ["x", "世", "\u{301}", "\u{1b}[2J"] {
            let rich = rich_text(&unit.repeat(1_000_000 / unit.len()));
            assert!(rich.text.len() < 100_000, "{}", rich.text.len());
            assert!(
                rich.text.ends_with("(961 KiB more: microblog show prints them)"),
                "{:?}",
                &rich.text[rich.text.len() - 60..]
            );
        }
    }
}
