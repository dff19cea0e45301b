//! Does what can be undone, and finds out what undoes it.

use crate::model::{Timestamp, UserId, fold};
use crate::store::{DraftKey, ReadMark, Store, StoreError};
use crate::tui::state::{Deed, Message, Way};

/// Does a deed on a user's behalf.
pub(super) fn run(store: &mut Store, user: UserId, way: Way, deed: Deed) -> Message {
    let result = settle(store, user, deed).and_then(|deed| Ok((deed.clone(), perform(store, user, way, deed)?)));
    if let Err(StoreError::EditConflict { id, .. }) = &result
        && let Ok(post) = store.post_for(*id, user)
    {
        return Message::EditConflict(way, Box::new(post));
    }
    Message::Performed { user, way, result: result.map_err(|error| error.to_string()) }
}

/// Says which of two opposites is meant, where that depends on what now is.
fn settle(store: &Store, user: UserId, deed: Deed) -> Result<Deed, StoreError> {
    Ok(match deed {
        Deed::Follow(other, name, None) => {
            let on = other == user || !store.relation(user, other)?.follows;
            Deed::Follow(other, name, Some(on))
        }
        Deed::Mute(other, name, None) => {
            let on = other == user || !store.relation(user, other)?.muted;
            Deed::Mute(other, name, Some(on))
        }
        settled => settled,
    })
}

/// Does a deed, and gives back the one that undoes it.
fn perform(store: &mut Store, user: UserId, way: Way, deed: Deed) -> Result<Deed, StoreError> {
    let now = Timestamp::now();
    match deed {
        Deed::Like(id, true) => store.like(user, &[id], now).map(|_| Deed::Like(id, false)),
        Deed::Like(id, false) => store.unlike(user, &[id]).map(|_| Deed::Like(id, true)),
        Deed::Boost(id, true) => store.boost(user, &[id], now).map(|_| Deed::Boost(id, false)),
        // The boost itself comes back to its place, instead of a new one being made.
        Deed::Boost(id, false) => store.unboost(user, &[id], now).map(Deed::Restore),
        Deed::Bookmark(id, true) => store.bookmark(user, &[id], now).map(|_| Deed::Bookmark(id, false)),
        Deed::Bookmark(id, false) => store.unbookmark(user, &[id]).map(|_| Deed::Bookmark(id, true)),
        Deed::Follow(other, name, on) => {
            let on = on.unwrap_or(true);
            if on { store.follow(user, &[other], now) } else { store.unfollow(user, &[other]) }?;
            Ok(Deed::Follow(other, name, Some(!on)))
        }
        Deed::Mute(other, name, on) => {
            let on = on.unwrap_or(true);
            if on { store.mute(user, &[other], now) } else { store.unmute(user, &[other]) }?;
            Ok(Deed::Mute(other, name, Some(!on)))
        }
        Deed::Delete(ids) => store.delete_posts(user, &ids, now).map(|()| Deed::Restore(ids)),
        Deed::Restore(ids) => store.restore_posts(user, &ids).map(|()| Deed::Delete(ids)),
        Deed::Edit { id, edits, body } => {
            let before = store.own_post(user, id)?;
            let after = match way {
                Way::Anew => store.edit_post_from_draft(user, id, edits, &body, now)?,
                Way::Undo | Way::Redo => store.edit_post(user, id, edits, &body, now)?,
            };
            Ok(Deed::Edit { id: after.id, edits: after.edits, body: before.body })
        }
        Deed::Filter(phrase, filter) => {
            let before = store.filters(user)?.into_iter().find(|known| known.phrase.key() == phrase.key());
            match &filter {
                Some(filter) => store.add_filter(user, filter)?,
                None => store.remove_filters(user, std::slice::from_ref(&phrase))?,
            }
            Ok(Deed::Filter(phrase, before))
        }
        Deed::Search(name, query) => {
            let known = store.saved_searches(user)?.into_iter().find(|known| fold(&known.name) == fold(name.trim()));
            match &query {
                Some(query) => store.save_search(user, &name, query)?,
                None => store.delete_search(user, &name)?,
            }
            Ok(Deed::Search(name, known.map(|known| known.query)))
        }
        Deed::See(timeline, seen) => {
            let before = store.read_mark(user, &timeline)?;
            let place = before.and_then(|mark| mark.place);
            store.set_read_mark(user, &timeline, seen.map(|seen| ReadMark { seen, place }))?;
            Ok(Deed::See(timeline, before.map(|mark| mark.seen)))
        }
        Deed::Discard(purpose) => store.discard_draft(DraftKey { user, purpose }).map(|text| Deed::Keep(purpose, text)),
        Deed::Keep(purpose, text) => {
            store.save_draft(DraftKey { user, purpose }, &text, now).map(|()| Deed::Discard(purpose))
        }
    }
}
