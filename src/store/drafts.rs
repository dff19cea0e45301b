//! Drafts: for each user and parent post, and for each user and edited post, one or more.
//!
//! Terminals that write with the same purpose at the same time take a slot each. A save names the text that it replaces,
//! so that no terminal replaces a text that it has not seen.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Result, Store, StoreError, users};
use crate::model::{Body, NewPost, Nickname, OpenDraft, PostDetails, PostId, Purpose, Timestamp, UserId};

/// The highest slot: more terminals than that do not write at once. Imported drafts beyond it are joined there.
pub(super) const LAST_SLOT: u32 = 999;

/// Identifies a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftKey {
    /// Its author.
    pub user: UserId,
    /// What it is written for.
    pub purpose: Purpose,
    /// Its slot among the user's drafts with that purpose, from 0.
    pub slot: u32,
}

impl DraftKey {
    /// Returns the key of a user's first draft with a purpose.
    #[must_use]
    pub fn first(user: UserId, purpose: Purpose) -> Self {
        Self { user, purpose, slot: 0 }
    }

    /// Returns the table of the draft, the column that names its post there, and that post: 0 for none.
    fn location(self) -> (&'static str, &'static str, i64) {
        match self.purpose {
            Purpose::New => ("draft", "reply_to", 0),
            Purpose::Reply(id) => ("draft", "reply_to", id.0),
            Purpose::Edit { post, .. } => ("edit_draft", "post", post.0),
        }
    }
}

/// A stored draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// What it is written for.
    pub purpose: Purpose,
    /// Its slot among the drafts with that purpose, from 0.
    pub slot: u32,
    /// Its text.
    pub text: String,
    /// When it was last saved.
    pub saved_at: Timestamp,
    /// Whether the post that it replies to or edits was deleted.
    pub orphaned: bool,
    /// The author of the post that it replies to, if that exists.
    pub parent_author: Option<Nickname>,
}

/// A user's drafts, newest first.
pub(super) const ALL: &str = "SELECT d.reply_to, NULL, d.body, d.saved_at AS at, d.reply_to <> 0 AND p.id IS NULL,
         u.nickname, d.slot AS slot
     FROM draft d LEFT JOIN post p ON p.id = d.reply_to LEFT JOIN user u ON u.id = p.author WHERE d.user = ?1
     UNION ALL SELECT e.post, e.edits, e.body, e.saved_at, p.id IS NULL, NULL, e.slot
     FROM edit_draft e LEFT JOIN post p ON p.id = e.post WHERE e.user = ?1
     ORDER BY at DESC, slot";

/// Saves a draft, whatever is stored; a blank text deletes it.
pub(super) fn save(
    connection: &Connection,
    draft: DraftKey,
    text: &str,
    details: &PostDetails,
    now: Timestamp,
) -> Result<()> {
    if text.trim().is_empty() {
        return delete(connection, draft);
    }
    // The author may be deleted: this check gives a readable error instead of a foreign-key failure.
    users::by_id(connection, draft.user)?;
    match draft.purpose {
        Purpose::Edit { post, edits } => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO edit_draft (user, post, slot, edits, body, saved_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![draft.user.0, post.0, draft.slot, edits, text, now.micros()])?,
        _ => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO draft (user, reply_to, slot, body, saved_at, details)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![draft.user.0, draft.location().2, draft.slot, text, now.micros(), details])?,
    };
    Ok(())
}

/// Returns the text of a draft; empty if there is none.
pub(super) fn text(connection: &Connection, draft: DraftKey) -> Result<String> {
    let (table, column, post) = draft.location();
    let text = connection
        .prepare_cached(&format!("SELECT body FROM {table} WHERE user = ?1 AND {column} = ?2 AND slot = ?3"))?
        .query_row(params![draft.user.0, post, draft.slot], |row| row.get(0))
        .optional()?;
    Ok(text.unwrap_or_default())
}

/// Returns what the post of a draft will have besides its text. An edit leaves that as it is.
pub(super) fn details(connection: &Connection, draft: DraftKey) -> Result<PostDetails> {
    if matches!(draft.purpose, Purpose::Edit { .. }) {
        return Ok(PostDetails::default());
    }
    let mut statement =
        connection.prepare_cached("SELECT details FROM draft WHERE user = ?1 AND reply_to = ?2 AND slot = ?3")?;
    let found = statement.query_row(params![draft.user.0, draft.location().2, draft.slot], |row| row.get(0));
    Ok(found.optional()?.unwrap_or_default())
}

/// Deletes a draft, if there is one.
pub(super) fn delete(connection: &Connection, draft: DraftKey) -> Result<()> {
    let (table, column, post) = draft.location();
    connection
        .prepare_cached(&format!("DELETE FROM {table} WHERE user = ?1 AND {column} = ?2 AND slot = ?3"))?
        .execute(params![draft.user.0, post, draft.slot])?;
    Ok(())
}

/// Returns the slots of a user's drafts with the purpose of `draft`, ascending.
fn slots(connection: &Connection, draft: DraftKey) -> Result<Vec<u32>> {
    let (table, column, post) = draft.location();
    let mut statement = connection
        .prepare_cached(&format!("SELECT slot FROM {table} WHERE user = ?1 AND {column} = ?2 ORDER BY slot"))?;
    Ok(statement.query_map([draft.user.0, post], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Saves a text that is being written; returns its slot: see [`Store::save_open_draft`].
fn save_open(
    transaction: &Transaction<'_>,
    (user, purpose): (UserId, Purpose),
    open: &OpenDraft,
    body: &str,
    now: Timestamp,
) -> Result<u32> {
    let draft = DraftKey { user, purpose, slot: open.slot };
    let stored = text(transaction, draft)?;
    if stored == body && details(transaction, draft)? == open.details {
        return Ok(open.slot);
    }
    if stored.is_empty() || stored == open.saved || stored == body {
        save(transaction, draft, body, &open.details, now)?;
        return Ok(open.slot);
    }
    if body.trim().is_empty() {
        return Ok(open.slot);
    }
    let used = slots(transaction, draft)?;
    let Some(slot) = (0..=LAST_SLOT).find(|slot| !used.contains(slot)) else {
        return Err(StoreError::TooManyDrafts(LAST_SLOT + 1));
    };
    save(transaction, DraftKey { slot, ..draft }, body, &open.details, now)?;
    Ok(slot)
}

/// Deletes the draft that a post or a thread was written in, unless another terminal has replaced it.
pub(super) fn delete_posted(connection: &Connection, first: &NewPost, rest: &[Body], open: &OpenDraft) -> Result<()> {
    let purpose = Purpose::replying_to(first.reply_to);
    let sent = if rest.is_empty() { first.body.as_str() } else { &open.saved };
    delete_sent(connection, (first.author, purpose), open, sent)
}

/// Deletes the draft of a text that was sent, unless another terminal has replaced it.
pub(super) fn delete_sent(
    connection: &Connection,
    (user, purpose): (UserId, Purpose),
    open: &OpenDraft,
    sent: &str,
) -> Result<()> {
    let draft = DraftKey { user, purpose, slot: open.slot };
    let stored = text(connection, draft)?;
    if stored == open.saved || stored == sent { delete(connection, draft) } else { Ok(()) }
}

impl Store {
    /// Returns the text of a draft; empty if there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn draft(&self, draft: DraftKey) -> Result<String> {
        text(&self.connection, draft)
    }

    /// Saves a draft that is only a text; a blank text deletes it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn save_draft(&mut self, draft: DraftKey, text: &str, now: Timestamp) -> Result<()> {
        self.write(|transaction| save(transaction, draft, text, &PostDetails::default(), now))
    }

    /// Saves a text that is being written in a slot, with the details of `open`; returns the slot that it has now. A blank
    /// text deletes the draft.
    ///
    /// If another terminal has replaced the text that was last read or saved there, its text stays, and the new one takes
    /// the lowest free slot.
    ///
    /// # Errors
    /// When the store fails.
    pub fn save_open_draft(
        &mut self,
        user: UserId,
        purpose: Purpose,
        open: &OpenDraft,
        text: &str,
        now: Timestamp,
    ) -> Result<u32> {
        self.write(|transaction| save_open(transaction, (user, purpose), open, text, now))
    }

    /// Returns the draft in the slot of `draft` or, if there is none, the first one with that purpose. Without any, it
    /// is empty and in slot 0.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open_draft(&self, draft: DraftKey) -> Result<OpenDraft> {
        let used = slots(&self.connection, draft)?;
        let slot = if used.contains(&draft.slot) { draft.slot } else { used.first().copied().unwrap_or_default() };
        let draft = DraftKey { slot, ..draft };
        Ok(OpenDraft { slot, saved: text(&self.connection, draft)?, details: details(&self.connection, draft)? })
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
                parent_author: row.get::<_, Option<String>>(5)?.map(Nickname::stored),
                slot: row.get(6)?,
            })
        };
        Ok(statement.query_map([user.0], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns a stored draft.
    ///
    /// # Errors
    /// When there is none.
    pub fn saved_draft(&self, draft: DraftKey) -> Result<SavedDraft> {
        let is_it = |saved: &SavedDraft| saved.slot == draft.slot && saved.purpose.is_same_draft(draft.purpose);
        let found = self.drafts(draft.user)?.into_iter().find(is_it);
        found.ok_or(StoreError::UnknownDraft(draft.purpose))
    }

    /// Deletes a draft; returns it, so that it can be saved again.
    ///
    /// # Errors
    /// When there is none.
    pub fn discard_draft(&mut self, draft: DraftKey) -> Result<OpenDraft> {
        let saved = self.draft(draft)?;
        if saved.is_empty() {
            return Err(StoreError::UnknownDraft(draft.purpose));
        }
        self.write(|transaction| {
            let details = details(transaction, draft)?;
            delete(transaction, draft)?;
            Ok(OpenDraft { slot: draft.slot, saved, details })
        })
    }

    /// Turns a draft whose post was deleted into the first draft of a new post, appended to an existing one. The smaller of
    /// the two audiences is kept.
    ///
    /// # Errors
    /// When the store fails.
    pub fn release_draft(&mut self, draft: DraftKey, now: Timestamp) -> Result<OpenDraft> {
        let plain = DraftKey::first(draft.user, Purpose::New);
        self.write(|transaction| {
            let texts = [text(transaction, plain)?, text(transaction, draft)?];
            let all: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
            let saved = all.join("\n\n");
            let mut all_details = details(transaction, plain)?;
            all_details.join(details(transaction, draft)?);
            delete(transaction, draft)?;
            save(transaction, plain, &saved, &all_details, now)?;
            Ok(OpenDraft { slot: 0, saved, details: all_details })
        })
    }
}
