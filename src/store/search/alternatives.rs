//! Alternatives that the full-text index cannot find by itself, such as `bread OR has:image`: the query is split into queries
//! without them, whose posts are merged in order.

use std::collections::BTreeSet;

use super::plan::is_indexed;
use super::{KeyRange, Result, Search, Timestamp};
use crate::text::{Query, Term};

/// A query is split into at most so many.
const MOST: usize = 64;
/// How many posts of each query are looked up at first; twice as many each time.
const FIRST: usize = if cfg!(test) { 2 } else { 64 };
/// How many posts are looked up at most, before some are returned.
const LAST: usize = 4_096;

/// Splits a query into queries without such alternatives: a post matches it if it matches one of these. Returns `None` if they
/// would be too many.
pub(super) fn split(query: &Query) -> Option<Vec<Query>> {
    let mut split = vec![Query { all: vec![], none: vec![], ..query.clone() }];
    for term in &query.all {
        let choices = match term {
            Term::Any(queries) if !queries.iter().all(is_found_by_index) => any_of(queries)?,
            term => vec![Query { all: vec![term.clone()], ..Query::default() }],
        };
        split = combined(&split, &choices)?;
    }
    for term in &query.none {
        split = combined(&split, &without(term)?)?;
    }
    Some(split)
}

/// Returns the queries of which a post matches one if it matches one of several queries.
fn any_of(queries: &[Query]) -> Option<Vec<Query>> {
    let mut found = Vec::new();
    for query in queries {
        found.extend(split(query)?);
    }
    (found.len() <= MOST).then_some(found)
}

/// Returns the queries of which a post matches one if it does not match a term.
fn without(term: &Term) -> Option<Vec<Query>> {
    let mut found = vec![Query::default()];
    match term {
        Term::Any(queries) if !queries.iter().all(is_found_by_index) => {
            // It must match none of the alternatives: of each, at least one term must not be met.
            for query in queries {
                let mut unmet = Vec::new();
                for term in &query.all {
                    unmet.extend(without(term)?);
                }
                for term in &query.none {
                    unmet.extend(split(&Query { all: vec![term.clone()], ..Query::default() })?);
                }
                found = combined(&found, &unmet)?;
            }
        }
        term => found = vec![Query { none: vec![term.clone()], ..Query::default() }],
    }
    Some(found)
}

/// Returns every combination of two queries.
fn combined(some: &[Query], others: &[Query]) -> Option<Vec<Query>> {
    if some.len() * others.len() > MOST {
        return None;
    }
    let mut found = Vec::with_capacity(some.len() * others.len());
    for one in some {
        for other in others {
            let mut both = one.clone();
            both.all.extend(other.all.iter().filter(|term| !one.all.contains(term)).cloned());
            both.none.extend(other.none.iter().filter(|term| !one.none.contains(term)).cloned());
            found.push(both);
        }
    }
    Some(found)
}

fn is_found_by_index(query: &Query) -> bool {
    query.all.iter().chain(&query.none).all(|term| match term {
        Term::Any(queries) => queries.iter().all(is_found_by_index),
        term => is_indexed(term),
    })
}

/// Passes the keys that several searches find to `each` in order, each once. What is fast goes first: the other searches need not
/// go beyond its first posts before these are returned.
pub(super) fn merge(
    searches: &[Search<'_>],
    mut range: KeyRange,
    each: &mut dyn FnMut(Timestamp) -> Result<bool>,
) -> Result<()> {
    let mut batch = FIRST;
    loop {
        let (mut window, mut is_last, mut keys) = (range, true, BTreeSet::new());
        for search in searches {
            let (mut found, mut last) = (0, None);
            search.walk(window, &mut |key| {
                keys.insert(key);
                found += 1;
                last = Some(key.micros()).filter(|_| found == batch);
                Ok(last.is_none())
            })?;
            match last {
                Some(key) if range.oldest_first => window.to = key.saturating_add(1),
                Some(key) => window.from = key,
                None => continue,
            }
            is_last = false;
        }
        keys.retain(|key| (window.from..window.to).contains(&key.micros()));
        let mut keys: Vec<Timestamp> = keys.into_iter().collect();
        if !range.oldest_first {
            keys.reverse();
        }
        for key in keys {
            if !each(key)? {
                return Ok(());
            }
        }
        if is_last {
            return Ok(());
        }
        match range.oldest_first {
            true => range.from = window.to,
            false => range.to = window.from,
        }
        batch = (batch * 2).min(LAST);
    }
}
