//! Drafts: one for each user and parent post, and one for each user and edited post.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Store, StoreError, users};
use crate::model::{Nickname, PostId, Purpose, Timestamp, UserId};

/// Identifies a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftKey {
    /// Its author.
    pub user: UserId,
    /// What it is written for.
    pub purpose: Purpose,
}

/// A stored draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// What it is written for.
    pub purpose: Purpose,
    /// Its text.
    pub text: String,
    /// When it was last saved.
    pub saved_at: Timestamp,
    /// Whether the post that it replies to or edits was deleted.
    pub orphaned: bool,
    /// The author of the post that it replies to, if that exists.
    pub answered: Option<Nickname>,
}

/// A user's drafts, newest first.
pub(super) const ALL: &str = "SELECT d.reply_to, NULL, d.body, d.saved_at AS at, d.reply_to <> 0 AND p.id IS NULL,
         u.nickname
     FROM draft d LEFT JOIN post p ON p.id = d.reply_to LEFT JOIN user u ON u.id = p.author WHERE d.user = ?1
     UNION ALL SELECT e.post, e.edits, e.body, e.saved_at, p.id IS NULL, NULL
     FROM edit_draft e LEFT JOIN post p ON p.id = e.post WHERE e.user = ?1
     ORDER BY at DESC";

/// The parent's id in the table of drafts: 0 for none.
fn answered(purpose: Purpose) -> i64 {
    if let Purpose::Reply(id) = purpose { id.0 } else { 0 }
}

/// Saves the text of a draft; a blank text deletes it.
pub(super) fn save(connection: &Connection, draft: DraftKey, text: &str, now: Timestamp) -> Result<()> {
    if text.trim().is_empty() {
        return delete(connection, draft);
    }
    // The author may be deleted: this check gives a readable error instead of a foreign-key failure.
    users::by_id(connection, draft.user)?;
    match draft.purpose {
        Purpose::Edit { post, edits } => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO edit_draft (user, post, edits, body, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![draft.user.0, post.0, edits, text, now.micros()])?,
        purpose => connection
            .prepare_cached("INSERT OR REPLACE INTO draft (user, reply_to, body, saved_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![draft.user.0, answered(purpose), text, now.micros()])?,
    };
    Ok(())
}

/// Returns the text of a draft; empty if there is none.
pub(super) fn text(connection: &Connection, draft: DraftKey) -> Result<String> {
    let (sql, id) = match draft.purpose {
        Purpose::Edit { post, .. } => ("SELECT body FROM edit_draft WHERE user = ?1 AND post = ?2", post.0),
        purpose => ("SELECT body FROM draft WHERE user = ?1 AND reply_to = ?2", answered(purpose)),
    };
    let text = connection.prepare_cached(sql)?.query_row([draft.user.0, id], |row| row.get(0)).optional()?;
    Ok(text.unwrap_or_default())
}

/// Deletes a draft, if there is one.
pub(super) fn delete(connection: &Connection, draft: DraftKey) -> Result<()> {
    let (sql, id) = match draft.purpose {
        Purpose::Edit { post, .. } => ("DELETE FROM edit_draft WHERE user = ?1 AND post = ?2", post.0),
        purpose => ("DELETE FROM draft WHERE user = ?1 AND reply_to = ?2", answered(purpose)),
    };
    connection.prepare_cached(sql)?.execute([draft.user.0, id])?;
    Ok(())
}

impl Store {
    /// Returns the text of a draft; empty if there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn draft(&self, draft: DraftKey) -> Result<String> {
        text(&self.connection, draft)
    }

    /// Saves the text of a draft; a blank text deletes it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn save_draft(&mut self, draft: DraftKey, text: &str, now: Timestamp) -> Result<()> {
        self.write(|transaction| save(transaction, draft, text, now))
    }

    /// Returns a user's drafts, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn drafts(&self, user: UserId) -> Result<Vec<SavedDraft>> {
        let mut statement = self.connection.prepare_cached(ALL)?;
        let read = |row: &rusqlite::Row<'_>| {
            let post = PostId(row.get(0)?);
            Ok(SavedDraft {
                purpose: match row.get(1)? {
                    Some(edits) => Purpose::Edit { post, edits },
                    None => Purpose::replying_to(Some(post).filter(|id| id.0 != 0)),
                },
                text: row.get(2)?,
                saved_at: Timestamp::from_micros(row.get(3)?),
                orphaned: row.get(4)?,
                answered: row.get::<_, Option<String>>(5)?.map(Nickname::stored),
            })
        };
        Ok(statement.query_map([user.0], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns a stored draft.
    ///
    /// # Errors
    /// When there is none.
    pub fn saved_draft(&self, draft: DraftKey) -> Result<SavedDraft> {
        let found = self.drafts(draft.user)?.into_iter().find(|saved| saved.purpose.is_same_draft(draft.purpose));
        found.ok_or(StoreError::UnknownDraft(draft.purpose))
    }

    /// Deletes a draft; returns its text, with which [`save_draft`](Store::save_draft) restores it.
    ///
    /// # Errors
    /// When there is none.
    pub fn discard_draft(&mut self, draft: DraftKey) -> Result<String> {
        let text = self.draft(draft)?;
        if text.is_empty() {
            return Err(StoreError::UnknownDraft(draft.purpose));
        }
        self.write(|transaction| delete(transaction, draft))?;
        Ok(text)
    }

    /// Turns a draft whose post was deleted into the draft of a new post, appended to an existing one; returns the
    /// whole text.
    ///
    /// # Errors
    /// When the store fails.
    pub fn release_draft(&mut self, draft: DraftKey, now: Timestamp) -> Result<String> {
        let plain = DraftKey { purpose: Purpose::New, ..draft };
        let texts = [self.draft(plain)?, self.draft(draft)?];
        let text = texts.iter().filter(|text| !text.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n\n");
        self.write(|transaction| {
            delete(transaction, draft)?;
            save(transaction, plain, &text, now)
        })?;
        Ok(text)
    }
}
