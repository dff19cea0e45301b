//! Word filters and saved searches.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, StoreError};
use crate::model::{Filter, Phrase, SavedSearch, Timestamp, UserId, case_fold};
use crate::text::PhraseMatcher;

/// A filter, prepared for matching.
pub(super) struct FilterMatcher {
    needle: PhraseMatcher,
    pub(super) phrase: String,
    pub(super) folded: bool,
}

impl FilterMatcher {
    pub(super) fn matches(&self, body: &str) -> bool {
        self.needle.is_in(body)
    }
}

/// Returns a user's filters that have not ended.
pub(super) fn matchers(connection: &Connection, user: UserId, now: Timestamp) -> Result<Vec<FilterMatcher>> {
    let filters = list(connection, user)?.into_iter().filter(|filter| filter.until.is_none_or(|until| until > now));
    let matcher = |filter: Filter| FilterMatcher {
        needle: PhraseMatcher::new(filter.phrase.as_str()),
        phrase: filter.phrase.as_str().to_owned(),
        folded: filter.folded,
    };
    Ok(filters.map(matcher).collect())
}

fn list(connection: &Connection, user: UserId) -> Result<Vec<Filter>> {
    let mut statement =
        connection.prepare_cached("SELECT phrase, folded, until FROM filter WHERE user = ?1 ORDER BY phrase_key")?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Filter {
            phrase: Phrase::stored(row.get(0)?),
            folded: row.get(1)?,
            until: row.get::<_, Option<i64>>(2)?.map(Timestamp::from_micros),
        })
    };
    Ok(statement.query_map([user.0], read)?.collect::<rusqlite::Result<_>>()?)
}

impl Store {
    /// Adds a filter, or replaces the one with the same phrase.
    ///
    /// # Errors
    /// When the store fails.
    pub fn add_filter(&mut self, user: UserId, filter: &Filter) -> Result<()> {
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO filter (user, phrase_key, phrase, folded, until) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    user.0,
                    filter.phrase.key(),
                    filter.phrase.as_str(),
                    filter.folded,
                    filter.until.map(Timestamp::micros)
                ])?;
            Ok(())
        })
    }

    /// Removes filters by their phrases: all of them, or none.
    ///
    /// # Errors
    /// When one is unknown.
    pub fn remove_filters(&mut self, user: UserId, phrases: &[Phrase]) -> Result<()> {
        self.write(|transaction| {
            for phrase in phrases {
                let gone = transaction
                    .prepare_cached("DELETE FROM filter WHERE user = ?1 AND phrase_key = ?2")?
                    .execute(params![user.0, phrase.key()])?;
                if gone == 0 {
                    return Err(StoreError::UnknownFilter(phrase.as_str().to_owned()));
                }
            }
            Ok(())
        })
    }

    /// Returns a user's filters by phrase, ended ones included.
    ///
    /// # Errors
    /// When the store fails.
    pub fn filters(&self, user: UserId) -> Result<Vec<Filter>> {
        list(&self.connection, user)
    }

    /// Saves a search under a name.
    ///
    /// # Errors
    /// When the name is blank, another search has it, or the store fails.
    pub fn save_search(&mut self, user: UserId, name: &str, query: &str) -> Result<()> {
        let name = name.trim();
        if name.is_empty() {
            return Err(StoreError::MissingSearchName);
        }
        self.write(|transaction| {
            if let Some(known) = saved_search(transaction, user, name)?
                && known.query != query
            {
                return Err(StoreError::SearchExists(known.name));
            }
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO saved_search (user, name_key, name, query) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![user.0, case_fold(name), name, query])?;
            Ok(())
        })
    }

    /// Deletes a saved search.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn delete_search(&mut self, user: UserId, name: &str) -> Result<()> {
        self.write(|transaction| {
            let gone = transaction
                .prepare_cached("DELETE FROM saved_search WHERE user = ?1 AND name_key = ?2")?
                .execute(params![user.0, case_fold(name.trim())])?;
            if gone == 0 { Err(StoreError::UnknownSearch(name.trim().to_owned())) } else { Ok(()) }
        })
    }

    /// Returns a saved search; [`Timeline::Search`](crate::model::Timeline::Search) reads its posts.
    ///
    /// # Errors
    /// When there is none.
    pub fn saved_search(&self, user: UserId, name: &str) -> Result<SavedSearch> {
        let found = saved_search(&self.connection, user, name)?;
        found.ok_or_else(|| StoreError::UnknownSearch(name.trim().to_owned()))
    }

    /// Returns a user's saved searches by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn saved_searches(&self, user: UserId) -> Result<Vec<SavedSearch>> {
        let mut statement =
            self.connection.prepare_cached("SELECT name, query FROM saved_search WHERE user = ?1 ORDER BY name_key")?;
        let read = |row: &rusqlite::Row<'_>| Ok(SavedSearch { name: row.get(0)?, query: row.get(1)? });
        Ok(statement.query_map([user.0], read)?.collect::<rusqlite::Result<_>>()?)
    }
}

fn saved_search(connection: &Connection, user: UserId, name: &str) -> Result<Option<SavedSearch>> {
    let mut statement =
        connection.prepare_cached("SELECT name, query FROM saved_search WHERE user = ?1 AND name_key = ?2")?;
    let read = |row: &rusqlite::Row<'_>| Ok(SavedSearch { name: row.get(0)?, query: row.get(1)? });
    Ok(statement.query_row(params![user.0, case_fold(name.trim())], read).optional()?)
}
