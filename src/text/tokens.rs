//! Mentions, tags and links in a body.

mod links;
mod scan;
mod tags;

use std::collections::HashSet;
use std::ops::Range;

use crate::model::{Nickname, case_fold};
use scan::find;
pub use tags::is_tag_char;

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `@nickname`, or twtxt's `@<nickname url>`.
    Mention,
    /// `#word`, with at least one letter.
    Tag,
    /// A URL such as `https://example.com` or `mailto:ada@example.com`.
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

/// Returns the mention that a reply to a user of a server starts with; `None` for the name of a user without a server.
#[must_use]
pub fn reply_start(nickname: &str) -> Option<String> {
    nickname.contains('@').then(|| format!("@{nickname} "))
}

/// Returns the mentions, tags and links of a text in order; they do not overlap.
///
/// Posts, exports, search and completion all use this function. Its time is linear in the length of the text.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    if !text.contains(['@', '#', '＃', ':']) {
        return found;
    }
    let mut links = links::ranges(text).into_iter().peekable();
    let sign_from = |at: usize| find(&text[at..], |c| matches!(c, '@' | '#' | '＃')).map(|offset| at + offset);
    let (mut at, mut sign) = (0, sign_from(0));
    loop {
        while links.next_if(|link| link.start < at).is_some() {}
        if sign.is_some_and(|sign| sign < at) {
            sign = sign_from(at);
        }
        let next_link = links.peek().map(|link| link.start);
        let Some(start) = sign.into_iter().chain(next_link).min() else { return found };
        let Some(c) = text[start..].chars().next() else { return found };
        let before = text[..start].chars().next_back();
        let token = match c {
            '@' if !before.is_some_and(blocks_mention) => mention(text, start),
            '#' | '＃' if !before.is_some_and(tags::blocks_tag) => tag(text, start, c.len_utf8()),
            _ => links.next_if(|link| link.start == start).map(|range| link(text, range)),
        };
        at = token.as_ref().map_or(start + c.len_utf8(), |token| token.range.end);
        found.extend(token);
    }
}

/// Returns whether an `@` after this character is not a mention, as in an email address.
fn blocks_mention(before: char) -> bool {
    Nickname::is_allowed_char(before) || matches!(before, '/' | '&' | '@' | '#')
}

fn link(text: &str, range: Range<usize>) -> Token<'_> {
    Token { kind: TokenKind::Link, name: &text[range.clone()], range }
}

fn tag(text: &str, at: usize, sign: usize) -> Option<Token<'_>> {
    let name = tags::name(&text[at + sign..])?;
    Some(Token { kind: TokenKind::Tag, range: at..at + sign + name.len(), name })
}

fn mention(text: &str, at: usize) -> Option<Token<'_>> {
    let rest = &text[at + 1..];
    if let Some(inside) = rest.strip_prefix('<') {
        // A second `<` ends the search, so that every character is examined once.
        let end = find(inside, |c| matches!(c, '<' | '>')).filter(|end| inside[*end..].starts_with('>'))?;
        let name = inside[..end].split_whitespace().next()?;
        return Some(Token { kind: TokenKind::Mention, name: short_host(name), range: at..at + end + 3 });
    }
    let local = nickname_part(rest)?;
    let name = match rest[local.len()..].strip_prefix('@').and_then(nickname_part) {
        Some(host) => &rest[..local.len() + 1 + host.len()],
        None => local,
    };
    Some(Token { kind: TokenKind::Mention, range: at..at + 1 + name.len(), name })
}

/// Returns the characters at the start of a text that belong to a nickname or host; `None` if there are none.
fn nickname_part(text: &str) -> Option<&str> {
    let end = find(text, |c| !Nickname::is_allowed_char(c)).unwrap_or(text.len());
    // A full stop or dash at the end belongs to the sentence, not to the nickname.
    let name = text[..end].trim_end_matches(['.', '-']);
    (!name.is_empty()).then_some(name)
}

/// Returns the host of a feed's URL, for a mention without a nickname.
fn short_host(name: &str) -> &str {
    match name.split_once("://") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => name,
    }
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
    let mut seen = HashSet::new();
    tokens(text)
        .into_iter()
        .filter(|token| token.kind == kind && seen.insert(case_fold(token.name)))
        .map(|token| token.name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests;
