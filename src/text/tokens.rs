//! Mentions, tags and links in a body.

use std::ops::Range;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind};

use crate::model::{Nickname, case_fold};

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `@nickname`, or twtxt's `@<nickname url>`.
    Mention,
    /// `#word`, with at least one character that is not a digit.
    Tag,
    /// A web, gemini, gopher or mail address.
    Link,
}

/// A mention, tag or link in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// Its kind.
    pub kind: TokenKind,
    /// Its byte range in the body.
    pub range: Range<usize>,
    /// The nickname without `@`, the tag without `#`, or the URL.
    pub name: &'t str,
}

static LINKS: LazyLock<LinkFinder> = LazyLock::new(|| {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder
});

/// Returns the mentions, tags and links of a text in order; they do not overlap.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    if !text.contains(['@', '#', ':']) {
        return found;
    }
    let mut links = LINKS.links(text).map(|link| trim_link(text, link.start()..link.end())).peekable();
    let mut at = 0;
    let mut before = None;
    while let Some(c) = text[at..].chars().next() {
        while links.next_if(|link| link.start < at).is_some() {}
        let token = match c {
            '@' | '#' if before.is_some_and(|b| Nickname::is_allowed_char(b) || matches!(b, '/' | '&' | '@' | '#')) => {
                None
            }
            '@' => mention(text, at),
            '#' => tag(text, at),
            _ => links.next_if(|link| link.start == at).map(|range| link(text, range)),
        };
        at = token.as_ref().map_or(at + c.len_utf8(), |token| token.range.end);
        before = text[..at].chars().next_back();
        found.extend(token);
    }
    found
}

fn link(text: &str, range: Range<usize>) -> Token<'_> {
    Token { kind: TokenKind::Link, name: &text[range.clone()], range }
}

/// Cuts off Chinese and Japanese punctuation and spaces right after a URL.
fn trim_link(text: &str, range: Range<usize>) -> Range<usize> {
    const ENDS: [char; 11] = ['。', '、', '，', '；', '：', '！', '？', '（', '）', '」', '』'];
    let end = text[range.clone()].find(|c: char| c.is_whitespace() || ENDS.contains(&c));
    range.start..end.map_or(range.end, |end| range.start + end)
}

fn mention(text: &str, at: usize) -> Option<Token<'_>> {
    let rest = &text[at + 1..];
    if let Some(inside) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')).map(|(inside, _)| inside) {
        let name = inside.split_whitespace().next()?;
        let range = at..at + inside.len() + 3;
        return Some(Token { kind: TokenKind::Mention, name: short_host(name), range });
    }
    let end = rest.find(|c| !Nickname::is_allowed_char(c)).unwrap_or(rest.len());
    // A full stop or dash at the end belongs to the sentence, not to the nickname.
    let mut name = rest[..end].trim_end_matches(['.', '-']);
    if let Some(host) = rest[name.len()..].strip_prefix('@') {
        let end = host.find(|c| !Nickname::is_allowed_char(c)).unwrap_or(host.len());
        let host = host[..end].trim_end_matches(['.', '-']);
        if !name.is_empty() && !host.is_empty() {
            name = &rest[..name.len() + 1 + host.len()];
        }
    }
    (!name.is_empty()).then(|| Token { kind: TokenKind::Mention, range: at..at + 1 + name.len(), name })
}

/// Returns the host of a feed's URL, for a mention without a nickname.
fn short_host(name: &str) -> &str {
    match name.split_once("://") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => name,
    }
}

fn tag(text: &str, at: usize) -> Option<Token<'_>> {
    let rest = &text[at + 1..];
    let end = rest.find(|c: char| !Nickname::is_allowed_char(c) || matches!(c, '.' | '-')).unwrap_or(rest.len());
    let name = &rest[..end];
    let is_number = name.chars().all(|c| c.is_numeric() || c == '_');
    (!is_number).then(|| Token { kind: TokenKind::Tag, range: at..at + 1 + end, name })
}

/// Returns the mentioned nicknames as written, each once, in order.
#[must_use]
pub fn mentions(text: &str) -> Vec<String> {
    names(text, TokenKind::Mention)
}

/// Returns the tags of a text as first written, each once, in order.
#[must_use]
pub fn tags(text: &str) -> Vec<String> {
    names(text, TokenKind::Tag)
}

fn names(text: &str, kind: TokenKind) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    tokens(text)
        .into_iter()
        .filter(|token| token.kind == kind && seen.insert(case_fold(token.name)))
        .map(|token| token.name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, mentions, tags, tokens};

    #[track_caller]
    fn check(text: &str, expected: &[(TokenKind, &str)]) {
        let found: Vec<_> = tokens(text).into_iter().map(|token| (token.kind, token.name)).collect();
        assert_eq!(found, expected);
        for token in tokens(text) {
            let written = &text[token.range];
            let is_exact = match token.kind {
                Link => written == token.name,
                Tag => written.strip_prefix('#') == Some(token.name),
                Mention => {
                    written.strip_prefix('@') == Some(token.name) || written.starts_with("@<") && written.ends_with('>')
                }
            };
            assert!(is_exact, "{written:?} is the range of {:?}", token.name);
        }
    }

    use TokenKind::{Link, Mention, Tag};

    #[test]
    fn mention_is_a_nickname_after_an_at_sign() {
        check("hello @susan.", &[(Mention, "susan")]);
        check("@john: and (@Ärger)", &[(Mention, "john"), (Mention, "Ärger")]);
        check("@susan@example.com hi", &[(Mention, "susan@example.com")]);
        check("@<reednj http://twtxt.xyz/u/reednj.txt> hi", &[(Mention, "reednj")]);
        check("@<https://example.com/twtxt.txt>", &[(Mention, "example.com")]);
        check("mail john@example.com, or @ night", &[]);
        check("@@x", &[]);
    }

    #[test]
    fn tag_is_a_word_after_a_hash_sign() {
        check("#sqlite, #世界 and #1", &[(Tag, "sqlite"), (Tag, "世界")]);
        check("a#b &#39; ##x #", &[]);
        check("#technitium/dns", &[(Tag, "technitium")]);
    }

    #[test]
    fn link_ends_before_punctuation() {
        check("see https://example.com/a_(b).", &[(Link, "https://example.com/a_(b)")]);
        check("看https://example.com/a。好", &[(Link, "https://example.com/a")]);
        check("見https://example.com/a\u{3000}好", &[(Link, "https://example.com/a")]);
        check("https://example.com/#part @x", &[(Link, "https://example.com/#part"), (Mention, "x")]);
        check("gemini://example.org/~a/", &[(Link, "gemini://example.org/~a/")]);
    }

    #[test]
    fn mentions_and_tags_are_unique_ignoring_case() {
        assert_eq!(mentions("@a @B @b @A"), ["a", "B"]);
        assert_eq!(tags("#Rust #rust #RUST"), ["Rust"]);
    }
}
