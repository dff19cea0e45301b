//! Prepares a query for the indexes.

use rusqlite::Connection;

use crate::model::{UserId, case_fold};
use crate::store::entities::SearchTerm;
use crate::store::{Result, entities, lists, prefix_terms, users};
use crate::text::{Query, Segment, Term, bigrams, has_poll, index_words, is_unspaced, segments};

/// How many tags with a prefix are searched, the most used first: each costs a list to read.
const TAGS: usize = 200;

/// A query, prepared for the indexes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// What the full-text index must find.
    pub(super) all: Vec<String>,
    /// Starts of words that it must find besides; it may have to merge many lists for them.
    pub(super) wide: Vec<WideTerm>,
    /// What it must not find.
    pub(super) none: Vec<String>,
    /// Substrings that a text must have, in lower case.
    substrings: Vec<String>,
    /// Substrings that it must not have.
    excluded_substrings: Vec<String>,
    /// Whether a post must have an attached image, or must not.
    pub(super) image: Option<bool>,
    /// Whether a text must have the choices of a poll, or must not.
    poll: Option<bool>,
    /// Languages that a post must have, in lower case.
    languages: Vec<String>,
    /// Languages that it must not have.
    other_languages: Vec<String>,
    /// Whether a post must be unread, or must be read.
    pub(super) unread: Option<bool>,
    /// Whether the query asks for something that no post can have.
    pub(super) impossible: bool,
}

/// The start of words of the index, which may be very many.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WideTerm {
    /// Its expression for the full-text index.
    pub(super) expression: String,
    start: WideStart,
}

#[derive(Debug, PartialEq, Eq)]
enum WideStart {
    /// The start of a word, folded as in the index.
    Prefix(String),
    /// A letter of a script without spaces.
    Letter(String),
}

impl WideTerm {
    /// Returns the expression for each of its words; `None` if they are very many.
    ///
    /// To go from one word to the next, the index reads the whole list of the first: 31,000 pages for `the*` at ten million
    /// posts.
    pub(super) fn words(&self, connection: &Connection) -> Result<Option<String>> {
        let (WideStart::Prefix(start) | WideStart::Letter(start)) = &self.start;
        let words = prefix_terms::words(connection, start)?;
        // A word that does not occur finds nothing.
        let words = words.map(|words| if words.is_empty() { vec![start.clone()] } else { words });
        Ok(words.map(|words| format!("({})", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" OR "))))
    }

    fn matches(&self, body: &str) -> bool {
        match &self.start {
            WideStart::Letter(letter) => case_fold(body).contains(letter),
            WideStart::Prefix(prefix) => {
                let mut found = false;
                index_words(body, |word| found |= word.starts_with(prefix));
                found
            }
        }
    }
}

impl Plan {
    pub(super) fn new(connection: &Connection, query: &Query, reader: Option<UserId>) -> Result<Self> {
        let mut plan = Self { impossible: query.is_empty(), ..Self::default() };
        for term in &query.all {
            if let Some(start) = wide_term(term) {
                plan.wide.push(start);
                continue;
            }
            match (expression(connection, term, reader)?, term) {
                (Some(expression), _) => plan.all.push(expression),
                (None, Term::Substring(text)) => plan.substrings.push(text.to_lowercase()),
                (None, Term::Image) => plan.image = Some(true),
                (None, Term::Poll) => plan.poll = Some(true),
                (None, Term::Language(language)) => plan.languages.push(language.clone()),
                (None, Term::Unread) => plan.unread = Some(true),
                (None, _) => plan.impossible = true,
            }
        }
        for term in &query.none {
            match (expression(connection, term, reader)?, term) {
                (Some(expression), _) => plan.none.push(expression),
                (None, Term::Substring(text)) => plan.excluded_substrings.push(text.to_lowercase()),
                (None, Term::Image) => {
                    plan.impossible |= plan.image == Some(true);
                    plan.image = Some(false);
                }
                (None, Term::Poll) => {
                    plan.impossible |= plan.poll == Some(true);
                    plan.poll = Some(false);
                }
                (None, Term::Language(language)) => plan.other_languages.push(language.clone()),
                (None, Term::Unread) => {
                    plan.impossible |= plan.unread == Some(true);
                    plan.unread = Some(false);
                }
                (None, _) => {}
            }
        }
        Ok(plan)
    }

    /// Returns the expression for the full-text index, if anything must be found. It must find these terms besides.
    pub(super) fn expression<'s>(&'s self, besides: impl Iterator<Item = &'s String>) -> Option<String> {
        let all = self.all.iter().chain(besides).map(String::as_str).collect::<Vec<_>>().join(" AND ");
        match (all.is_empty(), self.none.is_empty()) {
            (true, _) => None,
            (false, true) => Some(all),
            (false, false) => Some(format!("({all}) NOT ({})", self.none.join(" OR "))),
        }
    }

    /// Returns the expression for the trigram index.
    pub(super) fn trigrams(&self) -> String {
        let mut all: Vec<String> = Vec::new();
        for substring in &self.substrings {
            let letters: Vec<char> = substring.chars().collect();
            for three in letters.windows(3) {
                let three = quoted(&three.iter().collect::<String>());
                if !all.contains(&three) && all.len() < 64 {
                    all.push(three);
                }
            }
        }
        all.join(" AND ")
    }

    /// Returns whether posts that the indexes find have to be read to know whether they match.
    pub(super) fn reads_posts(&self) -> bool {
        !self.substrings.is_empty()
            || !self.excluded_substrings.is_empty()
            || self.image.is_some()
            || self.poll.is_some()
            || self.asks_for_language()
            || self.unread.is_some()
    }

    /// Returns whether the language of a post has to be known.
    pub(super) fn asks_for_language(&self) -> bool {
        !self.languages.is_empty() || !self.other_languages.is_empty()
    }

    /// Returns whether a language is one that a post must have, and none that it must not.
    pub(super) fn accepts_language(&self, language: &str) -> bool {
        let language = language.to_lowercase();
        // `lang:pt` finds pt-BR, too.
        let is = |wanted: &String| {
            language.strip_prefix(wanted.as_str()).is_some_and(|region| region.is_empty() || region.starts_with('-'))
        };
        self.languages.iter().all(is) && !self.other_languages.iter().any(is)
    }

    /// Returns whether a text has the substrings and the poll that it must have, and none that it must not.
    pub(super) fn accepts_text(&self, body: &str) -> bool {
        if self.poll.is_some_and(|wanted| wanted != has_poll(body)) {
            return false;
        }
        if self.substrings.is_empty() && self.excluded_substrings.is_empty() {
            return true;
        }
        let body = body.to_lowercase();
        self.substrings.iter().all(|substring| body.contains(substring.as_str()))
            && !self.excluded_substrings.iter().any(|substring| body.contains(substring.as_str()))
    }

    /// Returns whether a text has all wide terms.
    pub(super) fn has_wide_terms(&self, body: &str) -> bool {
        self.wide.iter().all(|term| term.matches(body))
    }
}

/// Quotes a text for FTS5. NUL, at which FTS5 stops reading, separates words like a space.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\"").replace('\0', " "))
}

/// Quotes a search term for FTS5.
fn marked(term: SearchTerm) -> String {
    quoted(&term.to_string())
}

/// Returns the user with a nickname, whatever its case; or else the only user with that name and a host, such as
/// `ada@a.example` for `ada`.
pub(super) fn user_named(connection: &Connection, name: &str) -> Result<Option<UserId>> {
    let key = case_fold(name);
    if let Some(user) = users::find_id(connection, &key)? {
        return Ok(Some(user));
    }
    // `A` follows `@`.
    let mut statement = connection.prepare_cached(
        "SELECT id FROM user WHERE nickname_key >= ?1 || '@' AND nickname_key < ?1 || 'A' ORDER BY nickname_key LIMIT 2",
    )?;
    let found = statement.query_map([key], |row| row.get(0).map(UserId))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(if let [user] = found[..] { Some(user) } else { None })
}

/// Returns the expression with which the full-text index finds a term; `None` if it cannot, or nothing has that name.
pub(super) fn expression(connection: &Connection, term: &Term, reader: Option<UserId>) -> Result<Option<String>> {
    if let Some(start) = wide_term(term) {
        return Ok(Some(start.words(connection)?.unwrap_or(start.expression)));
    }
    Ok(match term {
        Term::Words(text) => in_words(text, false),
        Term::Prefix(text) => in_words(text, true),
        Term::Any(queries) => alternatives(connection, queries, reader)?,
        Term::Substring(_) | Term::Image | Term::Poll | Term::Language(_) | Term::Unread => None,
        Term::In(name) => match reader {
            Some(reader) => any_of(lists::members(connection, reader, name)?.into_iter().map(SearchTerm::By)),
            None => None,
        },
        Term::From(name) => user_named(connection, name)?.map(|user| marked(SearchTerm::By(user))),
        Term::To(name) => user_named(connection, name)?.map(|user| marked(SearchTerm::To(user))),
        Term::Tag(key) => entities::tag_id(connection, key)?.map(|tag| marked(SearchTerm::Tag(tag))),
        Term::TagPrefix(start) => {
            let tags = entities::tag_ids(connection, start, TAGS)?;
            any_of(tags.into_iter().map(SearchTerm::Tag))
        }
        Term::Link => Some(marked(SearchTerm::Link)),
        Term::Reply => Some(marked(SearchTerm::Reply)),
    })
}

/// Returns the expression for posts that match one of several queries, of which the full-text index knows all that they ask
/// for; `None` if none can match.
fn alternatives(connection: &Connection, queries: &[Query], reader: Option<UserId>) -> Result<Option<String>> {
    let mut any = Vec::with_capacity(queries.len());
    for query in queries {
        let (mut all, mut none) = (Vec::new(), Vec::new());
        for term in &query.all {
            all.push(expression(connection, term, reader)?);
        }
        for term in &query.none {
            none.extend(expression(connection, term, reader)?);
        }
        // A name that nobody has is in no post.
        let Some(all) = all.into_iter().collect::<Option<Vec<_>>>().filter(|all| !all.is_empty()) else { continue };
        let all = all.join(" AND ");
        any.push(if none.is_empty() { format!("({all})") } else { format!("(({all}) NOT ({}))", none.join(" OR ")) });
    }
    Ok((!any.is_empty()).then(|| format!("({})", any.join(" OR "))))
}

/// Returns whether the full-text index knows what a term asks for.
pub(super) fn is_indexed(term: &Term) -> bool {
    !matches!(term, Term::Substring(_) | Term::Image | Term::Poll | Term::Language(_) | Term::Unread)
}

/// Returns the expression for any of several terms, if there is one.
fn any_of(terms: impl Iterator<Item = SearchTerm>) -> Option<String> {
    let any: Vec<String> = terms.map(marked).collect();
    (!any.is_empty()).then(|| format!("({})", any.join(" OR ")))
}

/// Returns a term that is the start of words: a prefix, or a letter of a script without spaces.
fn wide_term(term: &Term) -> Option<WideTerm> {
    let (text, start) = match term {
        Term::Words(text) => (text, WideStart::Letter(single_letter(text)?)),
        Term::Prefix(text) => (text, WideStart::Prefix(single_word(text)?)),
        _ => return None,
    };
    let expression = in_words(text, matches!(start, WideStart::Prefix(_)))?;
    Some(WideTerm { expression, start })
}

/// Returns the only letter of a text, if it belongs to a script without spaces.
fn single_letter(text: &str) -> Option<String> {
    match segments(text.trim()).as_slice() {
        [Segment::Unspaced(run)] if run.chars().nth(1).is_none() => Some(run.clone()),
        _ => None,
    }
}

/// Returns a prefix as it is in the index, if it is one word of a script with spaces.
fn single_word(text: &str) -> Option<String> {
    if !text.chars().all(|c| c.is_alphanumeric() && !is_unspaced(c)) {
        return None;
    }
    let mut word = None;
    index_words(text, |found| word = Some(found.to_owned()));
    word
}

/// Returns the expression for consecutive words. Scripts without spaces, and symbols, are matched piece by piece.
fn in_words(text: &str, prefix: bool) -> Option<String> {
    let star = if prefix { "*" } else { "" };
    let found: Vec<Vec<Segment>> = text.split_whitespace().map(segments).collect();
    if found.iter().flatten().all(|piece| matches!(piece, Segment::Spaced(_))) {
        return Some(format!("{}{star}", quoted(text)));
    }
    let piece = |piece: &Segment| match piece {
        Segment::Spaced(run) => quoted(run),
        Segment::Symbol(symbol) => marked(SearchTerm::Symbol(*symbol)),
        // A single letter may be the first of a pair, or the last of a run.
        Segment::Unspaced(run) if run.chars().nth(1).is_none() => format!("{}*", quoted(run)),
        Segment::Unspaced(run) => quoted(&bigrams(run).join(" ")),
    };
    let all: Vec<String> = found.iter().flatten().map(piece).collect();
    (!all.is_empty()).then(|| format!("({})", all.join(" AND ")))
}
