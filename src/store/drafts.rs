//! What users were writing: one draft a user and post answered.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, open};
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
        self.write(|transaction| {
            if text.trim().is_empty() {
                drop(transaction, draft)?;
            } else {
                transaction
                    .prepare_cached(
                        "INSERT OR REPLACE INTO draft (user, reply_to, body, saved_at) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![draft.user.0, draft.answered(), text, now.micros()])?;
            }
            Ok(())
        })
    }
}
