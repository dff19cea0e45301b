//! Lists drafts, continues them, and moves them to another user.

use crate::model::{OpenDraft, Post, Purpose, Timestamp, UserId};
use crate::store::{DraftKey, SavedDraft, Store, StoreError};
use crate::tui::state::{DraftConflict, DraftMerge, DraftRow, Message};

/// Lists the drafts of a user.
pub(super) fn list(store: &Store, user: UserId) -> Result<Message, StoreError> {
    let kept = store.drafts(user)?.into_iter().map(|saved| DraftRow {
        purpose: saved.purpose,
        slot: saved.slot,
        text: saved.text,
        saved_at: saved.saved_at,
        orphaned: saved.orphaned,
        parent_author: saved.parent_author,
    });
    Ok(Message::Drafts(kept.collect()))
}

/// Opens the draft of a new post, or of a reply to a post.
pub(super) fn open(store: &Store, author: UserId, reply_to: Option<Post>) -> Result<Message, StoreError> {
    let purpose = Purpose::replying_to(reply_to.as_ref().map(|post| post.id));
    let draft = store.open_draft(DraftKey::first(author, purpose))?;
    Ok(Message::Draft { author, reply_to, draft })
}

/// Continues a draft: loads its text and the post that it belongs to.
pub(super) fn resume(store: &mut Store, key: DraftKey, orphaned: bool) -> Result<Message, StoreError> {
    let user = key.user;
    if orphaned {
        let draft = store.release_draft(key, Timestamp::now())?;
        return Ok(Message::Draft { author: user, reply_to: None, draft });
    }
    let draft = store.open_draft(key)?;
    let reply_to = match key.purpose {
        Purpose::New => None,
        Purpose::Reply(id) => Some(store.post_for(id, user)?),
        Purpose::Edit { post, .. } => {
            let kept = match store.saved_draft(DraftKey { slot: draft.slot, ..key }) {
                Ok(SavedDraft { purpose: Purpose::Edit { edits, .. }, .. }) => Some((draft, edits)),
                Ok(_) | Err(StoreError::UnknownDraft(_)) => None,
                Err(error) => return Err(error),
            };
            return Ok(Message::Edit { post: Box::new(store.own_post(user, post)?), kept });
        }
    };
    Ok(Message::Draft { author: user, reply_to, draft })
}

/// Moves a draft to another user, and combines it with a draft that they have.
pub(super) fn move_to(
    store: &mut Store,
    (from, to): (UserId, UserId),
    purpose: Purpose,
    draft: &OpenDraft,
    text: String,
    merge: DraftMerge,
) -> Result<Message, StoreError> {
    let mut theirs = store.open_draft(DraftKey::first(to, purpose))?;
    let text = match merge {
        DraftMerge::Ask if !theirs.saved.trim().is_empty() => {
            let (user, theirs) = (store.user_by_id(to)?, theirs.saved);
            return Ok(Message::DraftConflict(Box::new(DraftConflict { user, theirs })));
        }
        DraftMerge::Append if !theirs.saved.trim().is_empty() => format!("{}\n\n{text}", theirs.saved.trim_end()),
        DraftMerge::Ask | DraftMerge::Replace | DraftMerge::Append => text,
    };
    match merge {
        DraftMerge::Append => theirs.details.join(draft.details.clone()),
        DraftMerge::Ask | DraftMerge::Replace => theirs.details = draft.details.clone(),
    }
    let now = Timestamp::now();
    let slot = store.save_open_draft(to, purpose, &theirs, &text, now)?;
    store.save_open_draft(from, purpose, draft, "", now)?;
    Ok(Message::DraftMoved(to, OpenDraft { slot, saved: text, details: theirs.details }))
}
