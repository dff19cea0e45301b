//! Bodies prepared for drawing: cleaned, with mentions, tags and links marked.

use std::ops::Range;

use super::{TokenKind, clean, clean_line, displayed_prefix, tokens};

/// A cleaned text with the ranges of its mentions, tags and links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichText {
    /// The text to draw.
    pub text: String,
    /// Mentions, tags and links in order, as byte ranges of the text.
    pub spans: Vec<(Range<usize>, TokenKind)>,
}

/// Prepares a body for drawing. A twtxt mention `@<nickname url>` is shown as `@nickname`.
///
/// Of a very long body, the start is shown with the size of the rest.
#[must_use]
pub fn rich_text(body: &str) -> RichText {
    let full_length = body.len();
    let body = displayed_prefix(body);
    let more = full_length - body.len();
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
        out.text.push_str(&format!("…\n({} KiB more: show the whole post with microblog show)", more.div_ceil(1024)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{TokenKind::*, rich_text};

    #[test]
    fn spans_are_ranges_of_the_cleaned_text() {
        let rich = rich_text("a\tb @<x http://y> \u{202e}#tag https://example.com");
        assert_eq!(rich.text, "a    b @x #tag https://example.com");
        let marked: Vec<_> = rich.spans.iter().map(|(at, kind)| (&rich.text[at.clone()], *kind)).collect();
        assert_eq!(marked, [("@x", Mention), ("#tag", Tag), ("https://example.com", Link)]);
    }

    #[test]
    fn very_long_body_is_cut() {
        for unit in ["x", "世", "\u{301}", "\u{1b}[2J"] {
            let rich = rich_text(&unit.repeat(1_000_000 / unit.len()));
            assert!(rich.text.len() < 100_000, "{}", rich.text.len());
            assert!(
                rich.text.ends_with("(961 KiB more: show the whole post with microblog show)"),
                "{:?}",
                &rich.text[rich.text.len() - 60..]
            );
        }
    }
}
