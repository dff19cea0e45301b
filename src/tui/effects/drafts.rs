//! Lists drafts, goes on with them, and hands them over.

use crate::model::{PostId, Timestamp, UserId};
use crate::store::{Draft, Store, StoreError};
use crate::tui::state::{Kept, Msg};

pub(super) fn list(store: &Store, user: UserId) -> Result<Msg, StoreError> {
    let kept = store.drafts(user)?.into_iter().map(|saved| Kept {
        reply_to: saved.reply_to,
        text: saved.text,
        saved_at: saved.saved_at,
        orphaned: saved.orphaned,
    });
    Ok(Msg::Drafts(kept.collect()))
}

pub(super) fn resume(
    store: &mut Store,
    user: UserId,
    reply_to: Option<PostId>,
    orphaned: bool,
) -> Result<Msg, StoreError> {
    let draft = Draft { user, reply_to };
    if orphaned {
        let text = store.release_draft(draft, Timestamp::now())?;
        return Ok(Msg::Draft { author: user, reply_to: None, text });
    }
    let answered = reply_to.map(|id| store.post_for(id, user)).transpose()?;
    Ok(Msg::Draft { author: user, reply_to: answered, text: store.draft(draft)? })
}

/// Makes a draft another user's, unless they have one of their own there: theirs is never written over.
pub(super) fn hand_over(
    store: &mut Store,
    from: UserId,
    to: UserId,
    reply_to: Option<PostId>,
    text: &str,
) -> Result<Msg, StoreError> {
    let (theirs, ours) = (Draft { user: to, reply_to }, Draft { user: from, reply_to });
    if !store.draft(theirs)?.trim().is_empty() {
        let name = store.user_by_id(to)?.nickname;
        return Ok(Msg::Failed(format!("{name} has a draft of their own here: send it or throw it away first")));
    }
    let now = Timestamp::now();
    store.save_draft(theirs, text, now)?;
    store.save_draft(ours, "", now)?;
    Ok(Msg::Moved(to))
}
