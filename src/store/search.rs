//! Search for posts and users.
//!
//! Words, search terms and pairs of letters become one expression for the full-text index, which intersects their
//! lists and returns keys newest first, however common the words are. Substrings are looked up in an index of
//! trigrams if few posts have them; it knows which trigrams a post has but not where, so each match is checked
//! against the text. If many posts have them, reading texts newest first finds matches sooner.

use rusqlite::{Connection, OptionalExtension, params};

use super::entities::SearchTerm;
use super::scan::{KeyRange, Viewer, bind, bind_one, step};
use super::{Result, Store, entities, posts, prefix_terms, timeline_query};
use crate::model::{Post, Timeline, Timestamp, User, UserId, case_fold};
use crate::text::{Query, Segment, Term, bigrams, segments};

/// A substring whose trigrams this many posts have is common: it is checked post by post, newest first. For a rarer
/// one, all posts are found and sorted.
const COMMON: i64 = 4_000;
/// How many tags with a prefix are searched, the most used first: each costs a list to read.
const TAGS: usize = 200;

/// Posts that match `:match`, and those that have `:part` besides; newest first, without muted authors.
pub(super) const WORDS: &str = "SELECT s.rowid FROM post_search s CROSS JOIN post p ON p.created_at = s.rowid
    WHERE post_search MATCH :match AND s.rowid >= :from AND s.rowid < :to
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = :reader AND muted = p.author) ORDER BY s.rowid";
pub(super) const PARTS: &str = "SELECT p.created_at FROM post_part s CROSS JOIN post p ON p.id = s.rowid
    WHERE post_part MATCH :part AND p.created_at >= :from AND p.created_at < :to
    AND (:match IS NULL OR EXISTS (
        SELECT 1 FROM post_search w WHERE w.post_search MATCH :match AND w.rowid = p.created_at))
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = :reader AND muted = p.author) ORDER BY p.created_at";
/// Posts that do not match `:match`, newest first.
pub(super) const WITHOUT: &str = "SELECT p.created_at FROM post p INDEXED BY post_created_at
    WHERE p.boost_of IS NULL AND p.created_at >= :from AND p.created_at < :to
    AND NOT EXISTS (SELECT 1 FROM post_search w WHERE w.post_search MATCH :match AND w.rowid = p.created_at)
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = :reader AND muted = p.author) ORDER BY p.created_at";
pub(super) const RANKED: &str = "SELECT s.rowid FROM post_search s CROSS JOIN post p ON p.created_at = s.rowid
    WHERE post_search MATCH :match AND s.rowid >= :from AND s.rowid < :to
    AND NOT EXISTS (SELECT 1 FROM mute WHERE muter = :reader AND muted = p.author)
    ORDER BY bm25(post_search, 1.0, 0.0), s.rowid DESC";

/// The text of a post, and whether it has an image or none, as it must (NULL for either).
pub(super) const READ: &str = "SELECT body, ?2 IS NULL OR ?2 = EXISTS (
        SELECT 1 FROM attachment a WHERE a.post = post.id AND a.media_type LIKE 'image/%')
    FROM post WHERE created_at = ?1";

/// A query, prepared for the indexes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    /// What the full-text index must find.
    all: Vec<String>,
    /// What it must not find.
    none: Vec<String>,
    /// Substrings that a text must have, in lower case.
    parts: Vec<String>,
    /// Substrings that it must not have.
    absent: Vec<String>,
    /// Whether a post must have an attached image, or must not.
    image: Option<bool>,
    /// Whether the query asks for something that no post can have.
    impossible: bool,
}

impl Plan {
    fn new(connection: &Connection, query: &Query) -> Result<Self> {
        let mut plan = Self { impossible: query.is_empty(), ..Self::default() };
        for term in &query.all {
            match expression(connection, term)? {
                Some(expression) => plan.all.push(expression),
                None => match term {
                    Term::Substring(part) => plan.parts.push(part.to_lowercase()),
                    Term::Image => plan.image = Some(true),
                    _ => plan.impossible = true,
                },
            }
        }
        for term in &query.none {
            match (expression(connection, term)?, term) {
                (Some(expression), _) => plan.none.push(expression),
                (None, Term::Substring(part)) => plan.absent.push(part.to_lowercase()),
                (None, Term::Image) => {
                    plan.impossible |= plan.image == Some(true);
                    plan.image = Some(false);
                }
                (None, _) => {}
            }
        }
        Ok(plan)
    }

    /// Returns the expression for the full-text index, if anything must be found.
    fn expression(&self) -> Option<String> {
        let all = self.all.join(" AND ");
        match (self.all.is_empty(), self.none.is_empty()) {
            (true, _) => None,
            (false, true) => Some(all),
            (false, false) => Some(format!("({all}) NOT ({})", self.none.join(" OR "))),
        }
    }

    /// Returns the expression for the trigram index.
    fn letters(&self) -> String {
        let mut all: Vec<String> = Vec::new();
        for part in &self.parts {
            let letters: Vec<char> = part.chars().collect();
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
    fn reads_posts(&self) -> bool {
        !self.parts.is_empty() || !self.absent.is_empty() || self.image.is_some()
    }

    /// Returns whether a text has the substrings that it must have, and none that it must not.
    fn holds(&self, body: &str) -> bool {
        let body = body.to_lowercase();
        self.parts.iter().all(|part| body.contains(part.as_str()))
            && !self.absent.iter().any(|part| body.contains(part.as_str()))
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

/// Returns the user with a nickname, whatever its case.
fn user_named(connection: &Connection, name: &str) -> Result<Option<UserId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM user WHERE nickname_key = ?1")?;
    Ok(statement.query_row([case_fold(name)], |row| row.get(0).map(UserId)).optional()?)
}

/// Returns a term's full-text expression; `None` if the index cannot find it, or no user or tag has that name.
fn expression(connection: &Connection, term: &Term) -> Result<Option<String>> {
    Ok(match term {
        Term::Words(text) => in_words(text, false),
        Term::Prefix(text) => match prefix_terms::words(connection, text)? {
            // No word starts with it; a word that does not occur finds nothing.
            Some(words) if words.is_empty() => in_words(text, false),
            Some(words) => {
                Some(format!("({})", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" OR ")))
            }
            None => in_words(text, true),
        },
        Term::Substring(_) | Term::Image => None,
        Term::From(name) => user_named(connection, name)?.map(|user| marked(SearchTerm::By(user))),
        Term::To(name) => user_named(connection, name)?.map(|user| marked(SearchTerm::To(user))),
        Term::Tag(key) => entities::tag_id(connection, key)?.map(|tag| marked(SearchTerm::Tag(tag))),
        Term::TagPrefix(start) => {
            let tags = entities::tag_ids(connection, start, TAGS)?;
            let any: Vec<String> = tags.into_iter().map(|tag| marked(SearchTerm::Tag(tag))).collect();
            (!any.is_empty()).then(|| format!("({})", any.join(" OR ")))
        }
        Term::Link => Some(marked(SearchTerm::Link)),
        Term::Reply => Some(marked(SearchTerm::Reply)),
    })
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

/// Passes the keys of the posts that match a query to `each`.
pub(super) fn walk(
    connection: &Connection,
    text: &str,
    viewer: Viewer,
    range: KeyRange,
    each: &mut dyn FnMut(Timestamp) -> Result<bool>,
) -> Result<()> {
    let query = Query::parse(text);
    let plan = Plan::new(connection, &query)?;
    if plan.impossible {
        return Ok(());
    }
    let range = KeyRange {
        from: range.from.max(query.since.map_or(i64::MIN, Timestamp::micros)),
        to: range.to.min(query.until.map_or(i64::MAX, Timestamp::micros)),
        ..range
    };
    let expression = plan.expression();
    let letters = plan.letters();
    let leads = !letters.is_empty() && is_rare(connection, &letters)?;
    let (sql, found) = match (&expression, leads) {
        (_, true) => (PARTS.to_owned(), expression),
        (Some(_), false) => (WORDS.to_owned(), expression),
        (None, false) if plan.none.is_empty() => {
            let all = timeline_query::sql(
                &Timeline::All,
                timeline_query::ScanOptions {
                    oldest_first: range.oldest_first,
                    ..timeline_query::ScanOptions::default()
                },
            );
            return run(connection, &all, &plan, (None, ""), viewer, range, each);
        }
        (None, false) => (WITHOUT.to_owned(), Some(plan.none.join(" OR "))),
    };
    let sql = format!("{sql} {}", if range.oldest_first { "ASC" } else { "DESC" });
    run(connection, &sql, &plan, (found, &letters), viewer, range, each)
}

fn run(
    connection: &Connection,
    sql: &str,
    plan: &Plan,
    (expression, letters): (Option<String>, &str),
    viewer: Viewer,
    range: KeyRange,
    each: &mut dyn FnMut(Timestamp) -> Result<bool>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, viewer, range)?;
    bind_one(&mut statement, ":match", expression)?;
    bind_one(&mut statement, ":part", letters)?;
    if !plan.reads_posts() {
        return step(&mut statement, each);
    }
    let mut posts = connection.prepare_cached(READ)?;
    step(&mut statement, &mut |key| {
        let holds = posts.query_row(params![key, plan.image], |row| {
            Ok(row.get(1)? && plan.holds(row.get_ref(0)?.as_str().unwrap_or_default()))
        })?;
        if holds { each(key) } else { Ok(true) }
    })
}

/// Returns whether few posts have these trigrams.
fn is_rare(connection: &Connection, letters: &str) -> Result<bool> {
    let mut statement = connection
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM post_part WHERE post_part MATCH ?1 LIMIT ?2)")?;
    let count: i64 = statement.query_row(params![letters, COMMON], |row| row.get(0))?;
    Ok(count < COMMON)
}

impl Store {
    /// Returns the best matches of a query, the best first: those with more occurrences of its words, closer
    /// together.
    ///
    /// It reads every match, so that common words take time. [`Timeline::Search`] returns the newest first.
    ///
    /// # Errors
    /// When the store fails, or the search was interrupted.
    pub fn search_ranked(&self, text: &str, viewer: Viewer, limit: usize) -> Result<Vec<Post>> {
        let query = Query::parse(text);
        let plan = Plan::new(&self.connection, &query)?;
        let Some(expression) = plan.expression().filter(|_| !plan.impossible) else {
            // Without words there is nothing to rank by.
            let window = super::Window { viewer, limit, ..super::Window::default() };
            return self.timeline(&Timeline::Search(text.to_owned()), &window);
        };
        let range = KeyRange {
            from: query.since.map_or(i64::MIN, Timestamp::micros),
            to: query.until.map_or(i64::MAX, Timestamp::micros),
            oldest_first: false,
        };
        let mut found = Vec::new();
        run(&self.connection, RANKED, &plan, (Some(expression), ""), viewer, range, &mut |key| {
            if found.len() < limit {
                found.extend(posts::by_key(&self.connection, key, viewer.user)?);
            }
            Ok(found.len() < limit)
        })?;
        Ok(found)
    }

    /// Returns the users whose nickname, display name or description contains a text, whatever its case: first those
    /// whose nickname starts with it, then those with more posts.
    ///
    /// # Errors
    /// When the store fails.
    pub fn search_users(&self, text: &str, limit: usize) -> Result<Vec<User>> {
        let key = case_fold(text.trim().trim_start_matches('@'));
        if key.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = self.users(super::UserOrder::Posts, false)?;
        let holds = |text: Option<&str>| text.is_some_and(|text| case_fold(text).contains(&key));
        found.retain(|user| {
            holds(Some(user.nickname.as_str()))
                || holds(user.display_name.as_ref().map(|name| name.as_str()))
                || holds(user.about_me.as_ref().map(|about| about.as_str()))
        });
        found.sort_by_key(|user| !user.nickname.key().starts_with(&key));
        found.truncate(limit);
        Ok(found)
    }

    /// Returns the names in `from:` and `to:` of a query that no user has, each once.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unknown_users(&self, query: &Query) -> Result<Vec<String>> {
        let mut unknown: Vec<String> = Vec::new();
        for term in query.all.iter().chain(&query.none) {
            if let Term::From(name) | Term::To(name) = term
                && !unknown.contains(name)
                && user_named(&self.connection, name)?.is_none()
            {
                unknown.push(name.clone());
            }
        }
        Ok(unknown)
    }

    /// Returns a handle with which another thread interrupts a running query; it then fails with
    /// [`DatabaseError::Interrupted`](super::DatabaseError::Interrupted).
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle(self.connection.get_interrupt_handle())
    }
}

/// Interrupts a store's running query from another thread.
pub struct InterruptHandle(rusqlite::InterruptHandle);

impl std::fmt::Debug for InterruptHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InterruptHandle")
    }
}

impl InterruptHandle {
    /// Interrupts the running query, if there is one.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}
