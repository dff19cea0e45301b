//! Search for posts and users.
//!
//! Words, search terms and pairs of letters become one expression for the full-text index, which intersects their
//! lists and returns keys newest first, however common the words are. Substrings are looked up in an index of
//! trigrams if few posts have them; it knows which trigrams a post has but not where, so each match is checked
//! against the text. If many posts have them, reading texts newest first finds matches sooner.

mod alternatives;
mod plan;

use rusqlite::{CachedStatement, Connection, params};

use self::plan::{Plan, user_named};
use super::arrivals::UnreadCheck;
use super::scan::{KeyRange, Viewer, bind, bind_one, step};
use super::timeline_query::{self, ScanOptions};
use super::{Result, Store, StoreError, lists, posts, users};
use crate::model::{Post, Timeline, Timestamp, User, UserId, case_fold};
use crate::text::{Query, Relevance, SearchHint, Term};

/// A substring whose trigrams this many posts have is common: it is checked post by post, newest first. For a rarer
/// one, all posts are found and sorted.
const COMMON: i64 = 4_000;
/// A word that fewer posts have is rare.
const RARE: i64 = 200;
/// Of how many words of a query it is counted whether they are rare.
const COUNTED: usize = 8;
/// How many posts are read before the words with a prefix are looked up; smaller in tests, so that they are.
const READ_SOON: usize = if cfg!(test) { 5 } else { 200 };
/// How many more are read before a prefix of very many words is left to the index.
const READ_FIRST: usize = if cfg!(test) { 20 } else { 4_000 };

/// Posts that match `:match`, and those that have the trigrams `:part` besides; newest first, without muted authors.
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
/// The text of a post, whether it has an image or none, as it must (NULL for either), its language if ?3 asks for it, its id
/// and its author.
pub(super) const READ: &str = "SELECT body, ?2 IS NULL OR ?2 = EXISTS (
        SELECT 1 FROM attachment a WHERE a.post = post.id AND a.media_type LIKE 'image%'),
        CASE WHEN ?3 THEN (SELECT language FROM origin o WHERE o.post = post.id) END, id, author
    FROM post WHERE created_at = ?1";

const COUNT_WORDS: &str = "SELECT count(*) FROM (SELECT 1 FROM post_search WHERE post_search MATCH ?1 LIMIT ?2)";
const COUNT_TRIGRAMS: &str = "SELECT count(*) FROM (SELECT 1 FROM post_part WHERE post_part MATCH ?1 LIMIT ?2)";

/// The best matches of a search.
#[derive(Debug)]
pub struct Ranked {
    /// The best posts, the best first.
    pub posts: Vec<Post>,
    /// How many matches were compared.
    pub compared: usize,
    /// Whether there were no more.
    pub is_complete: bool,
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
    let range = KeyRange {
        from: range.from.max(query.since.map_or(i64::MIN, Timestamp::micros)),
        to: range.to.min(query.until.map_or(i64::MAX, Timestamp::micros)),
        ..range
    };
    let mut searches = Vec::new();
    for query in alternatives::split(&query).unwrap_or_default() {
        let plan = Plan::new(connection, &query, viewer.user)?;
        if plan.impossible {
            continue;
        }
        let unread = plan.unread.map(|_| UnreadCheck::load(connection, viewer.user)).transpose()?;
        searches.push(Search { connection, plan, viewer, unread });
    }
    if let [search] = searches.as_slice() {
        return search.walk(range, each);
    }
    searches.sort_by_key(|search| search.plan.reads_posts());
    alternatives::merge(&searches, range, each)
}

/// A search in progress.
struct Search<'s> {
    connection: &'s Connection,
    plan: Plan,
    viewer: Viewer,
    /// What the viewer has read, if the plan asks for it.
    unread: Option<UnreadCheck<'s>>,
}

/// Expressions for starts of words.
#[derive(Default)]
struct Starts {
    /// Of few words, which are listed.
    few: Vec<String>,
    /// Of very many words.
    many: Vec<String>,
}

impl Search<'_> {
    /// The newest posts are read first if a word with a prefix is asked for: of a common prefix they fill a page. More of
    /// them are read if the index would have to merge the lists of very many words before it returns anything. Older ones
    /// are left to the index.
    fn walk(&self, mut range: KeyRange, each: &mut dyn FnMut(Timestamp) -> Result<bool>) -> Result<()> {
        let mut read = self.connection.prepare_cached(READ)?;
        let wide = &self.plan.wide;
        if !wide.is_empty() && !self.read_newest(READ_SOON, &mut read, &mut range, each)? {
            return Ok(());
        }
        let mut starts = Starts::default();
        for term in wide {
            match term.words(self.connection)? {
                Some(words) => starts.few.push(words),
                None => starts.many.push(term.expression.clone()),
            }
        }
        if !starts.many.is_empty() && !self.read_newest(READ_FIRST, &mut read, &mut range, each)? {
            return Ok(());
        }
        let reads_posts = self.plan.reads_posts();
        self.candidates(&starts, range, &mut |key| {
            Ok(reads_posts && !self.matches(&mut read, key, false)? || each(key)?)
        })
    }

    /// Reads so many posts, the first ones of a range, and passes those that match to `each`. Returns whether others are to
    /// be looked for; the range has only those then.
    fn read_newest(
        &self,
        most: usize,
        read: &mut CachedStatement<'_>,
        range: &mut KeyRange,
        each: &mut dyn FnMut(Timestamp) -> Result<bool>,
    ) -> Result<bool> {
        let (mut looked_at, mut rest) = (0, None);
        self.candidates(&Starts::default(), *range, &mut |key| {
            if looked_at == most {
                rest = Some(key.micros());
                return Ok(false);
            }
            looked_at += 1;
            Ok(!self.matches(read, key, true)? || each(key)?)
        })?;
        match rest {
            Some(key) if range.oldest_first => range.from = key,
            Some(key) => range.to = key + 1,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// Returns whether a post matches what the full-text index does not know, and the wide terms if asked so.
    fn matches(&self, read: &mut CachedStatement<'_>, key: Timestamp, wide: bool) -> Result<bool> {
        Ok(read.query_row(params![key, self.plan.image, self.plan.asks_for_language()], |row| {
            let body = row.get_ref(0)?.as_str().unwrap_or_default();
            let language = row.get_ref(2)?.as_str().unwrap_or_default();
            let (id, author) = (row.get(3)?, UserId(row.get(4)?));
            let is_unread = self.unread.as_ref().map(|check| check.is_unread(key, id, author)).transpose()?;
            let is_accepted = is_unread == self.plan.unread && self.plan.accepts_language(language);
            Ok(row.get(1)? && is_accepted && self.plan.accepts_text(body) && (!wide || self.plan.has_wide_terms(body)))
        })?)
    }

    /// Passes the keys of the posts that an index finds to `each`.
    fn candidates(
        &self,
        starts: &Starts,
        range: KeyRange,
        each: &mut dyn FnMut(Timestamp) -> Result<bool>,
    ) -> Result<()> {
        let expression = self.plan.expression(starts.few.iter().chain(&starts.many));
        let trigrams = self.plan.trigrams();
        if !trigrams.is_empty() && self.has_fewer(COUNT_TRIGRAMS, &trigrams, COMMON)? {
            return self.run(PARTS, (expression, &trigrams), range, each);
        }
        match expression {
            Some(expression) if !range.oldest_first && self.has_rare_term(starts)? => {
                let mut keys = Vec::new();
                let upward = KeyRange { oldest_first: true, ..range };
                self.run(WORDS, (Some(expression), ""), upward, &mut |key| {
                    keys.push(key);
                    Ok(true)
                })?;
                for key in keys.into_iter().rev() {
                    if !each(key)? {
                        break;
                    }
                }
                Ok(())
            }
            Some(expression) => self.run(WORDS, (Some(expression), ""), range, each),
            None if self.plan.none.is_empty() => {
                let options = ScanOptions { oldest_first: range.oldest_first, ..ScanOptions::default() };
                self.run_ordered(&timeline_query::sql(&Timeline::All, options), (None, ""), range, each)
            }
            None => self.run(WITHOUT, (Some(self.plan.none.join(" OR ")), ""), range, each),
        }
    }

    fn run(
        &self,
        sql: &str,
        terms: (Option<String>, &str),
        range: KeyRange,
        each: &mut dyn FnMut(Timestamp) -> Result<bool>,
    ) -> Result<()> {
        let order = if range.oldest_first { "ASC" } else { "DESC" };
        self.run_ordered(&format!("{sql} {order}"), terms, range, each)
    }

    fn run_ordered(
        &self,
        sql: &str,
        (expression, trigrams): (Option<String>, &str),
        range: KeyRange,
        each: &mut dyn FnMut(Timestamp) -> Result<bool>,
    ) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        bind(&mut statement, self.viewer, range)?;
        bind_one(&mut statement, ":match", expression)?;
        bind_one(&mut statement, ":part", trigrams)?;
        step(&mut statement, each)
    }

    /// Returns whether one of several words is rare. The index skips what is newer than the posts of the rare word faster
    /// from the oldest end than from the newest one, and so few posts are soon sorted.
    fn has_rare_term(&self, starts: &Starts) -> Result<bool> {
        let terms: Vec<&String> = self.plan.all.iter().chain(&starts.few).collect();
        for term in terms.iter().take(COUNTED).filter(|_| terms.len() > 1) {
            if self.has_fewer(COUNT_WORDS, term, RARE)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns whether fewer posts match an expression.
    fn has_fewer(&self, sql: &str, expression: &str, limit: i64) -> Result<bool> {
        Ok(count(self.connection, sql, expression, limit)? < limit)
    }
}

/// Returns how many posts match an expression, counted up to `limit`.
fn count(connection: &Connection, sql: &str, expression: &str, limit: i64) -> Result<i64> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params![expression, limit], |row| row.get(0))?)
}

impl Store {
    /// Returns the best of the newest matches of a query, the best first: those with more occurrences of its words, and
    /// rarer words, in shorter texts. `among` is how many of the newest matches are compared; all others are left out, so
    /// that a common word costs no more in a larger database.
    ///
    /// # Errors
    /// When the store fails, or the search was interrupted.
    pub fn search_ranked(&self, text: &str, viewer: Viewer, limit: usize, among: usize) -> Result<Ranked> {
        let query = Query::parse(text);
        let relevance =
            Relevance::new(&query, among, |term| match plan::expression(&self.connection, term, viewer.user)? {
                Some(expression) => {
                    let limit = i64::try_from(among).unwrap_or(i64::MAX);
                    let found = count(&self.connection, COUNT_WORDS, &expression, limit)?;
                    Ok::<_, StoreError>(usize::try_from(found).unwrap_or_default())
                }
                None => Ok(among),
            })?;
        let (mut keys, mut counted, mut is_complete) = (Vec::new(), Vec::new(), true);
        let mut read = self.connection.prepare_cached("SELECT body FROM post WHERE created_at = ?1")?;
        let range = KeyRange { from: i64::MIN, to: i64::MAX, oldest_first: false };
        walk(&self.connection, text, viewer, range, &mut |key| {
            is_complete = keys.len() < among;
            if is_complete {
                let body =
                    read.query_row([key], |row| Ok(row.get_ref(0)?.as_str().map(|body| relevance.count(body))?))?;
                keys.push(key);
                counted.push(body);
            }
            Ok(is_complete)
        })?;
        let scores = relevance.scores(&counted);
        let mut order: Vec<usize> = (0..keys.len()).collect();
        // The sort is stable: of posts with the same score, the newest comes first.
        order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]));
        let best = order.into_iter().take(limit);
        let posts = best.filter_map(|at| posts::by_key(&self.connection, keys[at], viewer.user).transpose());
        Ok(Ranked { posts: posts.collect::<Result<_>>()?, compared: keys.len(), is_complete })
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

    /// Returns hints about a reader's query, each once: names that no user or list has, and words that look like operators.
    ///
    /// # Errors
    /// When the store fails.
    pub fn search_hints(&self, query: &Query, reader: Option<UserId>) -> Result<Vec<SearchHint>> {
        let mut hints = query.hints();
        for term in query.terms() {
            let hint = match term {
                Term::From(name) | Term::To(name) if user_named(&self.connection, name)?.is_none() => {
                    SearchHint::NoUser(name.clone())
                }
                Term::In(name)
                    if reader.map_or(Ok(None), |reader| lists::id(&self.connection, reader, name))?.is_none() =>
                {
                    SearchHint::NoList(name.clone())
                }
                _ => continue,
            };
            if !hints.contains(&hint) {
                hints.push(hint);
            }
        }
        for term in &query.all {
            if let (Term::From(name), Some(reader)) = (term, reader)
                && let Some(author) = user_named(&self.connection, name)?
                && self.relation(reader, author)?.muted
            {
                hints.push(SearchHint::Muted(users::by_id(&self.connection, author)?.nickname));
            }
        }
        if alternatives::split(query).is_none() {
            hints.push(SearchHint::TooManyAlternatives);
        }
        Ok(hints)
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
