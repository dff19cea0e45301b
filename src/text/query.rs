//! Parser of search queries.
//!
//! `OR` binds more tightly than the space between two terms, which means that both must match. Every text is a valid query: what is not an operator is a word, an open quote ends at the end of the text, and parts
//! without anything to search for are ignored. Searching itself is the store's.

use std::borrow::Cow;

use super::width;
use crate::model::{Timestamp, case_fold};

/// Maximum number of terms, and of words in a phrase; more are ignored, since each reads an index.
const MAX_TERMS: usize = 64;

/// Parentheses deeper than this are read as part of a word.
const MAX_DEPTH: usize = 8;

/// A parsed query: posts match all terms of `all`, no term of `none`, and the time range.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Terms that a post must match.
    pub all: Vec<Term>,
    /// Terms that a post must not match.
    pub none: Vec<Term>,
    /// Only posts at or after this time.
    pub since: Option<Timestamp>,
    /// Only posts before this time.
    pub until: Option<Timestamp>,
}

/// A condition on a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A whole word, or consecutive words: `bread`, `"a phrase"`.
    Words(String),
    /// The start of a word: `brea*`.
    Prefix(String),
    /// A part of a word: `*read`, `*rea*`; at least three characters.
    Substring(String),
    /// Written by the user with this nickname: `from:maya`.
    From(String),
    /// Mentions or replies to the user with this nickname: `to:maya`.
    To(String),
    /// Has this case-folded tag: `#bread`.
    Tag(String),
    /// Has a tag with this case-folded prefix: `#brea*`.
    TagPrefix(String),
    /// Has a link: `has:link`.
    Link,
    /// Is a reply: `is:reply`.
    Reply,
    /// Has an attached image: `has:image`.
    Image,
    /// Has a poll: `has:poll`.
    Poll,
    /// Written by a member of the reader's list with this name: `in:friends`.
    In(String),
    /// Is in this language, in lower case: `lang:de`.
    Language(String),
    /// The reader has not read it: `is:unread`.
    Unread,
    /// Matches at least one of these: `bread OR rye`, `(bread butter) OR rye`. They have no time ranges.
    Any(Vec<Query>),
}

impl Term {
    /// Returns the term, or what is asked of each of its alternatives.
    fn inside<'t>(&'t self, of: fn(&'t Query) -> Vec<&'t Self>) -> Vec<&'t Self> {
        match self {
            Self::Any(queries) => queries.iter().flat_map(of).collect(),
            term => vec![term],
        }
    }
}

impl Query {
    /// Parses a query.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Parser { rest: text, left: MAX_TERMS }.query(0)
    }

    /// Returns the terms that a post can match, those of alternatives included.
    #[must_use]
    pub fn wanted(&self) -> Vec<&Term> {
        self.all.iter().flat_map(|term| term.inside(Self::wanted)).collect()
    }

    /// Returns all terms, those of alternatives included.
    #[must_use]
    pub fn terms(&self) -> Vec<&Term> {
        self.all.iter().chain(&self.none).flat_map(|term| term.inside(Self::terms)).collect()
    }

    /// Adds the conditions of alternatives, of which a post must match one. Their time ranges are those of the query.
    fn add(&mut self, mut alternatives: Vec<Self>) {
        for one in &mut alternatives {
            self.since = self.since.max(one.since.take());
            self.until = self.until.into_iter().chain(one.until.take()).min();
        }
        alternatives.retain(|one| !one.is_empty());
        let (all, none) = match alternatives.len() {
            0 | 1 => alternatives.pop().map(|one| (one.all, one.none)).unwrap_or_default(),
            _ => (vec![Term::Any(alternatives)], vec![]),
        };
        for (list, terms) in [(&mut self.all, all), (&mut self.none, none)] {
            for term in terms {
                if !list.contains(&term) {
                    list.push(term);
                }
            }
        }
    }

    /// Returns the query for posts that do not match this one.
    fn negated(mut self) -> Self {
        let (since, until) = (self.since.take(), self.until.take());
        let none = match (self.all.len(), self.none.len()) {
            (0, 0) => vec![],
            (1, 0) => self.all,
            _ => vec![Term::Any(vec![self])],
        };
        Self { none, since, until, ..Self::default() }
    }

    /// Limits the time range by `since` or `until`. Returns false if the name or the time is another.
    fn limit_time(&mut self, name: &str, time: &str) -> bool {
        let Ok(time) = Timestamp::parse(time) else { return false };
        match name.to_ascii_lowercase().as_str() {
            "since" | "after" => self.since = self.since.max(Some(time)),
            "until" | "before" => self.until = Some(self.until.map_or(time, |until| until.min(time))),
            _ => return false,
        }
        true
    }

    /// Returns whether the query has no conditions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Parses a part without quotes. A time range is stored in the query; anything else is returned as a term.
    fn unquoted(&mut self, text: &str, negated: bool) -> Option<Term> {
        if let Some((name, value)) = text.split_once(':').filter(|(_, value)| !value.is_empty()) {
            let nickname = || value.trim_start_matches('@').to_owned();
            match (name.to_ascii_lowercase().as_str(), value.to_ascii_lowercase().as_str()) {
                ("from", _) => return Some(Term::From(nickname())),
                ("to", _) => return Some(Term::To(nickname())),
                ("has", "link" | "links") => return Some(Term::Link),
                ("has", "image" | "images" | "picture" | "photo") => return Some(Term::Image),
                ("has", "poll" | "polls") => return Some(Term::Poll),
                ("is", "reply" | "answer") => return Some(Term::Reply),
                ("is", "unread" | "new") => return Some(Term::Unread),
                ("in" | "list", _) => return Some(Term::In(value.to_owned())),
                ("lang" | "language", language) => return Some(Term::Language(language.to_owned())),
                ("since" | "after" | "until" | "before", _) if !negated && self.limit_time(name, value) => return None,
                _ => {}
            }
        }
        if let Some(tag) = text.strip_prefix(['#', '＃']).filter(|tag| tag.chars().any(char::is_alphanumeric)) {
            let key = case_fold(tag.trim_end_matches(|c: char| !super::is_tag_char(c)));
            return Some(if tag.ends_with('*') { Term::TagPrefix(key) } else { Term::Tag(key) });
        }
        let core = text.trim_matches('*');
        let long = |least| core.chars().filter(|c| c.is_alphanumeric()).count() >= least;
        if text.starts_with('*') && core.chars().count() >= 3 && long(1) {
            return Some(Term::Substring(core.to_owned()));
        }
        // A single letter is searched as a word, since half of all words start with it.
        if text.ends_with('*') && long(2) {
            return Some(Term::Prefix(core.to_owned()));
        }
        words(core)
    }
}

/// The text that is still to be parsed.
struct Parser<'t> {
    rest: &'t str,
    /// How many more terms are read.
    left: usize,
}

impl Parser<'_> {
    /// Parses up to the end of the text or, inside parentheses, to the closing one.
    fn query(&mut self, depth: usize) -> Query {
        let mut query = Query::default();
        loop {
            self.rest = self.rest.trim_start();
            if let Some(behind) = self.rest.strip_prefix(')').filter(|_| depth > 0) {
                self.rest = behind;
                return query;
            }
            if self.rest.is_empty() || self.left == 0 {
                return query;
            }
            let mut alternatives = vec![self.part(depth)];
            while self.takes_or() && self.left > 0 {
                alternatives.push(self.part(depth));
            }
            query.add(alternatives);
        }
    }

    /// Skips `OR`; returns whether an alternative follows.
    fn takes_or(&mut self) -> bool {
        let behind = self.rest.trim_start().strip_prefix("OR");
        let Some(behind) = behind.filter(|behind| !behind.starts_with(|c: char| !c.is_whitespace() && c != '(')) else {
            return false;
        };
        self.rest = behind.trim_start();
        !self.rest.is_empty() && !self.rest.starts_with(')')
    }

    /// Parses a word, a phrase, an operator or a part in parentheses.
    fn part(&mut self, depth: usize) -> Query {
        self.left -= 1;
        let (negated, body) = match self.rest.strip_prefix('-') {
            Some(body) if body.starts_with(|c: char| !c.is_whitespace() && c != '-') => (true, body),
            _ => (false, self.rest),
        };
        if let Some(inside) = body.strip_prefix('(').filter(|_| depth < MAX_DEPTH) {
            self.rest = inside;
            let query = self.query(depth + 1);
            return if negated { query.negated() } else { query };
        }
        let mut query = Query::default();
        let (term, behind) = match body.strip_prefix(QUOTES) {
            Some(inside) => {
                let (phrase, behind) = quoted(inside);
                (words(phrase), behind)
            }
            None => {
                let ends = |c: char| c.is_whitespace() || QUOTES.contains(&c) || (depth > 0 && c == ')');
                let (word, behind) = body.split_at(body.find(ends).unwrap_or(body.len()));
                match (word.strip_suffix(':'), behind.strip_prefix(QUOTES).map(quoted)) {
                    (Some(name), Some((time, behind))) if !negated && query.limit_time(name, time) => (None, behind),
                    (Some(name), Some((list, behind)))
                        if name.eq_ignore_ascii_case("in") && !list.trim().is_empty() =>
                    {
                        (Some(Term::In(list.trim().to_owned())), behind)
                    }
                    _ => (query.unquoted(word, negated), behind),
                }
            }
        };
        // A part always takes something of the text.
        self.rest = if behind.len() < self.rest.len() { behind } else { "" };
        let list = if negated { &mut query.none } else { &mut query.all };
        list.extend(term);
        query
    }
}

/// Returns a query as it is meant while being typed: the last word or tag becomes a prefix, unless a space follows.
#[must_use]
pub fn with_prefix_wildcard(text: &str) -> Cow<'_, str> {
    let last = text.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let tag = last.strip_prefix(['#', '＃']).filter(|tag| tag.chars().all(super::is_tag_char));
    let word = tag.unwrap_or(last);
    // Words of scripts without spaces are found inside a run as they are.
    let is_spaced = |c: char| !super::is_unspaced(c) && width(c.encode_utf8(&mut [0; 4])) == 1;
    let plain = word != "OR" && word.chars().all(|c| c.is_alphanumeric() && is_spaced(c));
    let plain = plain || tag.is_some();
    let in_quotes = text.matches(QUOTES).count() % 2 == 1;
    if plain && !in_quotes && word.chars().nth(1).is_some() {
        Cow::Owned(format!("{text}*"))
    } else {
        Cow::Borrowed(text)
    }
}

const QUOTES: [char; 4] = ['"', '“', '”', '„'];

/// Splits a text after an opening quote into the quoted part and the rest.
fn quoted(text: &str) -> (&str, &str) {
    let end = text.find(QUOTES).unwrap_or(text.len());
    let behind = text[end..].chars().next().map_or(end, |quote| end + quote.len_utf8());
    (&text[..end], &text[behind..])
}

/// Returns the words as a term, if they contain anything that can be found.
fn words(text: &str) -> Option<Term> {
    let searchable = |c: char| c.is_alphanumeric() || super::is_symbol(c);
    let words: Vec<&str> = text.split_whitespace().filter(|word| word.contains(searchable)).take(MAX_TERMS).collect();
    (!words.is_empty()).then(|| Term::Words(words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::{Query, Term::*};
    use crate::model::Timestamp;

    #[track_caller]
    fn check(text: &str, all: &[super::Term], none: &[super::Term]) {
        let query = Query::parse(text);
        assert_eq!((query.all.as_slice(), query.none.as_slice()), (all, none), "{text}");
    }

    fn word(text: &str) -> super::Term {
        Words(text.to_owned())
    }

    #[test]
    fn last_typed_word_becomes_a_prefix() {
        for (typed, expected) in [
            ("br", "br*"),
            ("rye bre", "rye bre*"),
            ("bread ", "bread "),
            ("b", "b"),
            ("", ""),
            ("-dull", "-dull"),
            ("#bre", "#bre*"),
            ("rye #古池", "rye #古池*"),
            ("#b", "#b"),
            ("-#bre", "-#bre"),
            ("#rye_br", "#rye_br*"),
            ("#rye-br", "#rye-br"),
            ("from:maya", "from:maya"),
            ("bre*", "bre*"),
            ("\"rye bre", "\"rye bre"),
            ("古池", "古池"),
            ("เทพ", "เทพ"),
        ] {
            assert_eq!(super::with_prefix_wildcard(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn every_operator_is_parsed() {
        check("bread night", &[word("bread"), word("night")], &[]);
        for phrase in ["\"a phrase\"", "“a phrase”", "„a phrase“"] {
            check(&format!("{phrase} x y"), &[word("a phrase"), word("x"), word("y")], &[]);
        }
        check("bread -rye -\"no way\"", &[word("bread")], &[word("rye"), word("no way")]);
        check("brea* *rea* *ead", &[Prefix("brea".into()), Substring("rea".into()), Substring("ead".into())], &[]);
        check("from:maya to:@sam", &[From("maya".into()), To("sam".into())], &[]);
        check("#Bread -#Rust", &[Tag("bread".into())], &[Tag("rust".into())]);
        check("#Bre* #*", &[TagPrefix("bre".into())], &[]);
        check("has:link is:reply -has:link", &[Link, Reply], &[Link]);
        check("has:image -has:images", &[Image], &[Image]);
        check("has:poll -has:polls", &[Poll], &[Poll]);
        check(
            "in:friends -in:\"old friends\" in:\"\"",
            &[In("friends".into()), word("in:")],
            &[In("old friends".into())],
        );
        check("lang:DE -lang:en is:unread", &[Language("de".into()), Unread], &[Language("en".into())]);
        let any = |queries: &[&str]| Any(queries.iter().map(|query| Query::parse(query)).collect());
        check("a OR b c", &[any(&["a", "b"]), word("c")], &[]);
        check("(a b) OR c OR \"d e\"", &[any(&["a b", "c", "\"d e\""])], &[]);
        check("a (b OR -c) -(d OR e) -(f g)", &[word("a"), any(&["b", "-c"])], &[any(&["d", "e"]), any(&["f g"])]);
        check("(a) ((b c)) () -(d)", &[word("a"), word("b"), word("c")], &[word("d")]);
        check("OR a OR", &[word("OR"), word("a")], &[]);
        check("(a OR (b", &[any(&["a", "b"])], &[]);
        check("a) ORb or", &[word("a)"), word("ORb"), word("or")], &[]);
        assert!(Query::parse("(since:2026 a) OR b").since.is_some());
        let query = Query::parse("x since:2026-01-01 until:2026-03");
        assert_eq!(
            (query.since, query.until),
            (Timestamp::parse("2026-01-01").ok(), Timestamp::parse("2026-03-01").ok())
        );
        for (day, first) in [("2026", "2026-01-01"), ("2026-03", "2026-03-01"), ("2026-03-14", "2026-03-14")] {
            assert_eq!(Query::parse(&format!("since:{day}")).since, Timestamp::parse(first).ok(), "{day}");
        }
        for (query, time) in
            [("since:2d", "2d"), ("since:\"last monday\"", "last monday"), ("x since:yesterday", "yesterday")]
        {
            let minute = |time: Option<Timestamp>| time.map(|time| time.micros() / 60_000_000);
            assert_eq!(minute(Query::parse(query).since), minute(Timestamp::parse(time).ok()), "{query}");
        }
        for query in ["x", "-x", "since:2026", "until:2026"] {
            assert!(!Query::parse(query).is_empty(), "{query}");
        }
    }

    #[test]
    fn before_and_after_are_synonyms_of_until_and_since() {
        assert_eq!(Query::parse("x after:2026-01-01 before:2026-03"), Query::parse("x since:2026-01-01 until:2026-03"));
        assert_eq!(Query::parse("after:\"2026-01-01\""), Query::parse("since:2026-01-01"));
    }

    #[test]
    fn any_text_is_a_valid_query() {
        check("\"left open", &[word("left open")], &[]);
        check("from: since:never", &[word("from:"), word("since:never")], &[]);
        check("until:never -until:2026-03", &[word("until:never")], &[word("until:2026-03")]);
        check("--x - y", &[word("--x"), word("y")], &[]);
        check("a* e-mail C++ o'clock", &[word("a"), word("e-mail"), word("C++"), word("o'clock")], &[]);
        let any = Any(vec![Query::parse("AND"), Query::parse("NOT")]);
        check("AND OR NOT NEAR(a b)", &[any, word("NEAR(a"), word("b)")], &[]);
        check("AND or NOT NEAR(a b)", &["AND", "or", "NOT", "NEAR(a", "b)"].map(word), &[]);
        check("x x x", &[word("x")], &[]);
        for nothing in ["", " ", "\"", "\"\"", "-", "--", "* ** -*", "#", "(", ")", "'", ":", "^", "\"\" - \"", "-\""] {
            assert!(Query::parse(nothing).is_empty(), "{nothing:?}");
        }
        for long in ["a b ".repeat(2_500), "\"".repeat(10_000), "x".repeat(10_000), "-".repeat(10_000)] {
            assert!(Query::parse(&long).all.len() <= super::MAX_TERMS);
        }
        let many: String = (0..3_000).map(|n| format!("w{n} ")).collect();
        assert_eq!(Query::parse(&many).all.len(), super::MAX_TERMS);
        let half = Query::parse(&(0..3_000).map(|n| format!("w{n} -x{n} ")).collect::<String>());
        assert_eq!(half.all.len() + half.none.len(), super::MAX_TERMS);
    }
}
