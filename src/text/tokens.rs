//! Mentions, tags and links in a body.

use std::ops::Range;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind};

use crate::model::{Nickname, fold};

/// What a piece of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `@nickname`, or twtxt's `@<nickname url>`.
    Mention,
    /// `#word`, with at least one character that is no digit.
    Tag,
    /// A web, gemini, gopher or mail address.
    Link,
}

/// A piece of a body that stands for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands in the body, in bytes.
    pub range: Range<usize>,
    /// The nickname without `@`, the word without `#`, the address.
    pub name: &'t str,
}

static LINKS: LazyLock<LinkFinder> = LazyLock::new(|| {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder
});

/// The mentions, tags and links of a text, in their order; they do not overlap.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    if !text.contains(['@', '#', ':']) {
        return found;
    }
    let links: Vec<Range<usize>> = LINKS.links(text).map(|link| trim_link(text, link.start()..link.end())).collect();
    let mut links = links.into_iter().peekable();
    let mut before = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        while links.next_if(|link| link.start < at).is_some() {}
        let token = match c {
            '@' | '#' if before.is_some_and(|b| Nickname::allows(b) || b == '/' || b == '&') => None,
            '@' => mention(text, at),
            '#' => tag(text, at),
            _ => links.next_if(|link| link.start == at).map(|range| Token { kind: TokenKind::Link, name: &text[range.clone()], range }),
        };
        before = Some(c);
        if let Some(token) = token {
            before = text[..token.range.end].chars().next_back();
            chars = text[token.range.end..].char_indices();
            // The rest of the text is walked with its own indices, moved to where it stands.
            let rest = tokens(&text[token.range.end..]);
            let end = token.range.end;
            found.push(token);
            found.extend(rest.into_iter().map(|t| Token { range: t.range.start + end..t.range.end + end, ..t }));
            return found;
        }
    }
    found
}

/// The nicknames mentioned, each once, in their order, as written.
#[must_use]
pub fn mentions(text: &str) -> Vec<String> {
    names(text, TokenKind::Mention)
}

/// The tags of a text, each once, in their order, as written first.
#[must_use]
pub fn tags(text: &str) -> Vec<String> {
    names(text, TokenKind::Tag)
}

fn names(text: &str, kind: TokenKind) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    tokens(text)
        .into_iter()
        .filter(|token| token.kind == kind && seen.insert(fold(token.name)))
        .map(|token| token.name.to_owned())
        .collect()
}
