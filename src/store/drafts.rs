//! What users were writing: one draft a user and post answered.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, StoreError, open};
use crate::model::{PostId, Timestamp, UserId};

/// Whose draft, and what it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draft {
    /// Who writes.
    pub user: UserId,
    /// The post it answers.
    pub reply_to: Option<PostId>,
}

impl Draft {
    fn answered(self) -> i64 {
        self.reply_to.map_or(0, |id| id.0)
    }
}

/// A draft as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// The post it answers.
    pub reply_to: Option<PostId>,
    /// Its text.
    pub text: String,
    /// When it was kept last.
    pub saved_at: Timestamp,
    /// The post it answers was deleted meanwhile.
    pub orphaned: bool,
}

fn keep(connection: &Connection, draft: Draft, text: &str, now: Timestamp) -> Result<()> {
    if text.trim().is_empty() {
        return drop(connection, draft);
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO draft (user, reply_to, body, saved_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![draft.user.0, draft.answered(), text, now.micros()])?;
    Ok(())
}

/// Forgets a draft, if there is one.
pub(super) fn drop(connection: &Connection, draft: Draft) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM draft WHERE user = ?1 AND reply_to = ?2")?
        .execute([draft.user.0, draft.answered()])?;
    Ok(())
}

impl Store {
    /// The text of a draft; empty when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn draft(&self, draft: Draft) -> Result<String> {
        let text = self
            .connection
            .prepare_cached("SELECT body FROM draft WHERE user = ?1 AND reply_to = ?2")?
            .query_row([draft.user.0, draft.answered()], |row| row.get(0))
            .optional()?;
        Ok(text.unwrap_or_default())
    }

    /// Keeps the text of a draft as [`Store::save_draft`] does, but does not wait for others: for one who
    /// types on, and will try again soon.
    ///
    /// # Errors
    /// When another process is writing, or the store fails.
    pub fn try_save_draft(&mut self, draft: Draft, text: &str, now: Timestamp) -> Result<()> {
        self.connection.busy_handler(Some(open::hasty))?;
        let done = self.save_draft(draft, text, now);
        self.connection.busy_handler(Some(open::patient))?;
        done
    }

    /// Keeps the text of a draft; a blank one is dropped.
    ///
    /// # Errors
    /// When the store fails.
    pub fn save_draft(&mut self, draft: Draft, text: &str, now: Timestamp) -> Result<()> {
        self.write(|transaction| keep(transaction, draft, text, now))
    }

    /// What a user was writing and did not send, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn drafts(&self, user: UserId) -> Result<Vec<SavedDraft>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT d.reply_to, d.body, d.saved_at, d.reply_to <> 0 AND p.id IS NULL
             FROM draft d LEFT JOIN post p ON p.id = d.reply_to WHERE d.user = ?1 ORDER BY d.saved_at DESC",
        )?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(SavedDraft {
                reply_to: Some(row.get::<_, i64>(0)?).filter(|id| *id != 0).map(PostId),
                text: row.get(1)?,
                saved_at: Timestamp::from_micros(row.get(2)?),
                orphaned: row.get(3)?,
            })
        };
        Ok(statement.query_map([user.0], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// A draft as it is listed.
    ///
    /// # Errors
    /// When there is none.
    pub fn saved_draft(&self, draft: Draft) -> Result<SavedDraft> {
        let found = self.drafts(draft.user)?.into_iter().find(|saved| saved.reply_to == draft.reply_to);
        found.ok_or(StoreError::NoDraft(draft.reply_to))
    }

    /// Throws a draft away; gives back its text, by which [`save_draft`](Store::save_draft) undoes it.
    ///
    /// # Errors
    /// When there is none.
    pub fn discard_draft(&mut self, draft: Draft) -> Result<String> {
        let text = self.draft(draft)?;
        if text.is_empty() {
            return Err(StoreError::NoDraft(draft.reply_to));
        }
        self.write(|transaction| drop(transaction, draft))?;
        Ok(text)
    }

    /// Makes a draft whose post was deleted a plain one, behind the plain one that there may be; gives back the text
    /// of the plain draft then.
    ///
    /// # Errors
    /// When the store fails.
    pub fn release_draft(&mut self, draft: Draft, now: Timestamp) -> Result<String> {
        let plain = Draft { reply_to: None, ..draft };
        let texts = [self.draft(plain)?, self.draft(draft)?];
        let text = texts.iter().filter(|text| !text.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n\n");
        self.write(|transaction| {
            drop(transaction, draft)?;
            keep(transaction, plain, &text, now)
        })?;
        Ok(text)
    }
}
