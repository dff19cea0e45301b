//! Lists drafts, continues them, and moves them to another user.

use crate::model::{Purpose, Timestamp, UserId};
use crate::store::{DraftKey, SavedDraft, Store, StoreError};
use crate::tui::state::{DraftConflict, DraftMerge, DraftRow, Message};

/// Lists the drafts of a user.
pub(super) fn list(store: &Store, user: UserId) -> Result<Message, StoreError> {
    let kept = store.drafts(user)?.into_iter().map(|saved| DraftRow {
        purpose: saved.purpose,
        text: saved.text,
        saved_at: saved.saved_at,
        orphaned: saved.orphaned,
        answered: saved.answered,
    });
    Ok(Message::Drafts(kept.collect()))
}

/// Continues a draft: loads its text and the post that it belongs to.
pub(super) fn resume(store: &mut Store, user: UserId, purpose: Purpose, orphaned: bool) -> Result<Message, StoreError> {
    let draft = DraftKey { user, purpose };
    if orphaned {
        let text = store.release_draft(draft, Timestamp::now())?;
        return Ok(Message::Draft { author: user, reply_to: None, text });
    }
    let reply_to = match purpose {
        Purpose::New => None,
        Purpose::Reply(id) => Some(store.post_for(id, user)?),
        Purpose::Edit { post, .. } => {
            let kept = match store.saved_draft(draft) {
                Ok(SavedDraft { purpose: Purpose::Edit { edits, .. }, text, .. }) => Some((text, edits)),
                Ok(_) | Err(StoreError::UnknownDraft(_)) => None,
                Err(error) => return Err(error),
            };
            return Ok(Message::Edit { post: Box::new(store.own_post(user, post)?), kept });
        }
    };
    Ok(Message::Draft { author: user, reply_to, text: store.draft(draft)? })
}

/// Moves a draft to another user, and combines it with a draft that they have.
pub(super) fn move_to(
    store: &mut Store,
    (from, to): (UserId, UserId),
    purpose: Purpose,
    text: String,
    merge: DraftMerge,
) -> Result<Message, StoreError> {
    let draft = |user| DraftKey { user, purpose };
    let theirs = store.draft(draft(to))?;
    let text = match merge {
        DraftMerge::Ask if !theirs.trim().is_empty() => {
            return Ok(Message::DraftConflict(Box::new(DraftConflict { user: store.user_by_id(to)?, theirs })));
        }
        DraftMerge::Append if !theirs.trim().is_empty() => format!("{}\n\n{text}", theirs.trim_end()),
        DraftMerge::Ask | DraftMerge::Replace | DraftMerge::Append => text,
    };
    let now = Timestamp::now();
    store.save_draft(draft(to), &text, now)?;
    store.save_draft(draft(from), "", now)?;
    Ok(Message::DraftMoved(to, text))
}
