//! Performs undoable actions, and returns the action that undoes each.

use super::profiles;
use crate::model::{
    Body, Filter, NewPost, Nickname, OpenDraft, OutboxAction, OutboxEntry, Phrase, PostDetails, PostId, Purpose,
    Relation, ScheduledId, ScheduledPost, Timeline, Timestamp, UserId, case_fold,
};
use crate::store::{DraftKey, Store, StoreError, UserEdit};
use crate::tui::state::{Direction, FRESH_LIMIT, Message, ProfileFields, UndoableAction};

/// Performs an action for a user.
pub(in crate::tui) fn run(store: &mut Store, user: UserId, direction: Direction, action: UndoableAction) -> Message {
    let result =
        resolve_toggle(store, user, action).and_then(|action| Ok((action.clone(), perform(store, user, action)?)));
    if let Err(StoreError::EditConflict { id, .. }) = &result
        && let Ok(post) = store.post_for(*id, user)
    {
        return Message::EditConflict(direction, Box::new(post));
    }
    Message::Performed { user, direction, result: result.map_err(|error| error.to_string()) }
}

/// Decides what a toggle does, where that depends on the database.
fn resolve_toggle(store: &Store, user: UserId, action: UndoableAction) -> Result<UndoableAction, StoreError> {
    Ok(match action {
        UndoableAction::Follow(others, on) => {
            let (others, on) = toggled(store, user, others, on, |relation| relation.follows)?;
            UndoableAction::Follow(others, Some(on))
        }
        UndoableAction::Mute(others, on) => {
            let (others, on) = toggled(store, user, others, on, |relation| relation.muted)?;
            UndoableAction::Mute(others, Some(on))
        }
        UndoableAction::Pin(ids, None) => {
            let mut pinned = Vec::with_capacity(ids.len());
            for id in &ids {
                pinned.push(store.is_pinned(*id)?);
            }
            UndoableAction::Pin(ids, Some(pinned.contains(&false)))
        }
        UndoableAction::MarkNotificationsRead { kinds, up_to, .. } => {
            let count = store.unread_notifications_of(user, &kinds, up_to, FRESH_LIMIT)?;
            UndoableAction::MarkNotificationsRead { kinds, up_to, count }
        }
        decided => decided,
    })
}

/// Returns the users whom a toggle changes, so that undo changes only those, and whether it turns on. It changes all of
/// them if none would change, and turns on if that is not given and it is off for one of them.
fn toggled(
    store: &Store,
    user: UserId,
    mut others: Vec<(UserId, Nickname)>,
    on: Option<bool>,
    is_on: fn(&Relation) -> bool,
) -> Result<(Vec<(UserId, Nickname)>, bool), StoreError> {
    let mut before = Vec::with_capacity(others.len());
    for (other, _) in &others {
        before.push(*other != user && is_on(&store.relation(user, *other)?));
    }
    let on = on.unwrap_or_else(|| before.contains(&false));
    if before.contains(&!on) {
        let mut changes = before.iter().map(|before| *before != on);
        others.retain(|_| changes.next().unwrap_or(false));
    }
    Ok((others, on))
}

/// Performs an action; returns its inverse.
fn perform(store: &mut Store, user: UserId, action: UndoableAction) -> Result<UndoableAction, StoreError> {
    let now = Timestamp::now();
    match action {
        UndoableAction::Like(ids, true) => store.like(user, &ids, now).map(|_| UndoableAction::Like(ids, false)),
        UndoableAction::Like(ids, false) => store.unlike(user, &ids).map(|_| UndoableAction::Like(ids, true)),
        UndoableAction::Boost(ids, true) => store.boost(user, &ids, now).map(|_| UndoableAction::Boost(ids, false)),
        // Undo restores the same boosts at their times instead of adding new ones.
        UndoableAction::Boost(ids, false) => {
            let boosts = store.unboost(user, &ids, now)?;
            Ok(UndoableAction::RestorePosts(boosts.into_iter().map(|(_, boost)| boost).collect()))
        }
        UndoableAction::Bookmark(ids, true) => {
            store.bookmark(user, &ids, now).map(|_| UndoableAction::Bookmark(ids, false))
        }
        UndoableAction::Bookmark(ids, false) => {
            store.unbookmark(user, &ids).map(|_| UndoableAction::Bookmark(ids, true))
        }
        UndoableAction::Pin(ids, on) => pin(store, user, &ids, on.unwrap_or(true)),
        UndoableAction::Vote(id, Some(choices)) => {
            store.vote(user, id, &choices, now).map(|_| UndoableAction::Vote(id, None))
        }
        UndoableAction::Vote(id, None) => {
            store.take_back_vote(user, id).map(|choices| UndoableAction::Vote(id, Some(choices)))
        }
        UndoableAction::Schedule { reply_to, body, rest, details, post_at, draft } => {
            let new = NewPost { author: user, body, created_at: now, reply_to, source: None };
            schedule(store, &new, &rest, &details, post_at, draft.as_ref())
        }
        UndoableAction::Unschedule { id, to_draft } => unschedule(store, user, id, to_draft),
        UndoableAction::Follow(others, on) => follow(store, user, others, on.unwrap_or(true)),
        UndoableAction::Mute(others, on) => mute(store, user, others, on.unwrap_or(true)),
        UndoableAction::DeletePosts(ids) => {
            store.delete_posts(user, &ids, now).map(|()| UndoableAction::RestorePosts(ids))
        }
        UndoableAction::RestorePosts(ids) => store.restore_posts(user, &ids).map(|()| UndoableAction::DeletePosts(ids)),
        UndoableAction::TakeBack { ids, purpose, text } => take_back(store, user, ids, purpose, text),
        UndoableAction::SendAgain { ids, purpose, text } => send_again(store, user, ids, purpose, text),
        UndoableAction::EditPost { id, edits, body, draft } => {
            edit_post(store, user, (id, edits), &body, draft.as_ref())
        }
        UndoableAction::SetProfile(of, name, fields) => set_profile(store, of, name, *fields),
        UndoableAction::SetFilter(phrase, filter) => set_filter(store, user, phrase, filter.as_ref()),
        UndoableAction::SaveSearch(name, query) => set_saved_search(store, user, name, query.as_deref()),
        UndoableAction::SetList(name, members) => set_list(store, user, name, members),
        UndoableAction::SetListMember(list, other, nickname, on) => {
            if on { store.add_to_list(user, &list, &[other]) } else { store.remove_from_list(user, &list, &[other]) }?;
            Ok(UndoableAction::SetListMember(list, other, nickname, !on))
        }
        UndoableAction::ChangeTab(timeline, change) => {
            store.change_tabs(user, |tabs| change.apply(timeline, tabs)).map(UndoableAction::SetTabs)
        }
        UndoableAction::SetTabs(tabs) => store.change_tabs(user, |stored| *stored = tabs).map(UndoableAction::SetTabs),
        UndoableAction::MarkRead { timeline, read, from } => {
            mark_read(store, user, timeline, |store, timeline| match from {
                Some(from) => store.replace_read_state(user, timeline, &from, &read, now),
                None => store.set_read_state(user, timeline, &read),
            })
        }
        UndoableAction::MarkPostsRead(timeline, keys, up_to) => {
            mark_read(store, user, timeline, |store, timeline| store.mark_posts_read(user, timeline, &keys, up_to, now))
        }
        UndoableAction::MarkNotificationsRead { kinds, up_to, .. } => {
            let read = Box::new(store.mark_notifications_read(user, &kinds, up_to)?);
            Ok(UndoableAction::SetReadNotifications { read, from: Box::new(store.read_notifications(user)?) })
        }
        UndoableAction::SetReadNotifications { read, from } => {
            let before = Box::new(store.read_notifications(user)?);
            store.replace_read_notifications(user, &from, &read)?;
            let from = Box::new(store.read_notifications(user)?);
            Ok(UndoableAction::SetReadNotifications { read: before, from })
        }
        UndoableAction::DeleteImported(ranges) => {
            store.delete_imported(&ranges, now).map(|_| UndoableAction::RestoreImported(ranges, now))
        }
        UndoableAction::RestoreImported(ranges, deleted_at) => {
            store.restore_imported(&ranges, deleted_at).map(|()| UndoableAction::DeleteImported(ranges))
        }
        UndoableAction::DiscardDraft(purpose, slot) => store
            .discard_draft(DraftKey { user, purpose, slot })
            .map(|draft| UndoableAction::RestoreDraft(purpose, draft)),
        UndoableAction::RestoreDraft(purpose, draft) => {
            let empty = OpenDraft { saved: String::new(), ..draft };
            let slot = store.save_open_draft(user, purpose, &empty, &draft.saved, now)?;
            Ok(UndoableAction::DiscardDraft(purpose, slot))
        }
        UndoableAction::DiscardOutboxEntry(entry) => discard_outbox_entry(store, entry),
        UndoableAction::RestoreOutboxEntry(entry) => {
            let id = store.restore_outbox_entry(&entry, now)?;
            Ok(UndoableAction::DiscardOutboxEntry(Box::new(OutboxEntry { id, ..*entry })))
        }
    }
}

/// Schedules a post, or a thread; a draft that it was written in is deleted.
fn schedule(
    store: &mut Store,
    new: &NewPost,
    rest: &[Body],
    details: &PostDetails,
    post_at: Timestamp,
    draft: Option<&OpenDraft>,
) -> Result<UndoableAction, StoreError> {
    let id = match draft {
        Some(draft) => store.schedule_draft(new, rest, post_at, draft)?,
        None => store.schedule_post(new, rest, details, post_at)?,
    };
    Ok(UndoableAction::Unschedule { id, to_draft: draft.is_some() })
}

/// Changes what a user has read of a timeline.
fn mark_read(
    store: &mut Store,
    user: UserId,
    timeline: Timeline,
    mark: impl FnOnce(&mut Store, &Timeline) -> Result<(), StoreError>,
) -> Result<UndoableAction, StoreError> {
    let before = store.read_state(user, &timeline)?;
    mark(store, &timeline)?;
    let read = store.read_state(user, &timeline)?;
    Ok(UndoableAction::MarkRead { timeline, read: before, from: Some(read) })
}

fn follow(
    store: &mut Store,
    user: UserId,
    others: Vec<(UserId, Nickname)>,
    on: bool,
) -> Result<UndoableAction, StoreError> {
    let ids: Vec<_> = others.iter().map(|(id, _)| *id).collect();
    if on { store.follow(user, &ids, Timestamp::now()) } else { store.unfollow(user, &ids) }?;
    Ok(UndoableAction::Follow(others, Some(!on)))
}

fn mute(
    store: &mut Store,
    user: UserId,
    others: Vec<(UserId, Nickname)>,
    on: bool,
) -> Result<UndoableAction, StoreError> {
    let ids: Vec<_> = others.iter().map(|(id, _)| *id).collect();
    if on { store.mute(user, &ids, Timestamp::now()) } else { store.unmute(user, &ids) }?;
    Ok(UndoableAction::Mute(others, Some(!on)))
}

/// Deletes posts that were just sent, and puts their text back into the draft.
fn take_back(
    store: &mut Store,
    user: UserId,
    ids: Vec<PostId>,
    purpose: Purpose,
    text: String,
) -> Result<UndoableAction, StoreError> {
    let now = Timestamp::now();
    let details = ids.first().map_or(Ok(PostDetails::default()), |id| store.origin(*id).map(PostDetails::from))?;
    store.delete_posts(user, &ids, now)?;
    // A draft that was started since is kept in front of the text.
    let mut newer = store.open_draft(DraftKey::first(user, purpose))?;
    newer.details.join(details);
    let before = newer.saved.trim_end();
    let joined = if before.is_empty() { text.clone() } else { format!("{before}\n\n{text}") };
    store.save_open_draft(user, purpose, &newer, &joined, now)?;
    Ok(UndoableAction::SendAgain { ids, purpose, text })
}

/// Restores posts that were taken back, and deletes the draft with their text.
fn send_again(
    store: &mut Store,
    user: UserId,
    ids: Vec<PostId>,
    purpose: Purpose,
    text: String,
) -> Result<UndoableAction, StoreError> {
    store.restore_posts(user, &ids)?;
    let draft = OpenDraft { saved: text.clone(), ..store.open_draft(DraftKey::first(user, purpose))? };
    store.save_open_draft(user, purpose, &draft, "", Timestamp::now())?;
    Ok(UndoableAction::TakeBack { ids, purpose, text })
}

/// Edits a post that has been edited `edits` times.
fn edit_post(
    store: &mut Store,
    user: UserId,
    (id, edits): (PostId, u32),
    body: &Body,
    draft: Option<&OpenDraft>,
) -> Result<UndoableAction, StoreError> {
    let now = Timestamp::now();
    let before = store.own_post(user, id)?;
    let after = match draft {
        Some(draft) => store.edit_post_from_draft(user, id, edits, body, now, draft)?,
        None => store.edit_post(user, id, edits, body, now)?,
    };
    Ok(UndoableAction::EditPost { id: after.id, edits: after.edits, body: before.body, draft: None })
}

/// Adds or replaces a word filter; `None` removes it.
fn set_filter(
    store: &mut Store,
    user: UserId,
    phrase: Phrase,
    filter: Option<&Filter>,
) -> Result<UndoableAction, StoreError> {
    let before = store.filters(user)?.into_iter().find(|known| known.phrase.key() == phrase.key());
    match filter {
        Some(filter) => store.add_filter(user, filter)?,
        None => store.remove_filters(user, std::slice::from_ref(&phrase))?,
    }
    Ok(UndoableAction::SetFilter(phrase, before))
}

/// Saves a search under a name; `None` deletes it.
fn set_saved_search(
    store: &mut Store,
    user: UserId,
    name: String,
    query: Option<&str>,
) -> Result<UndoableAction, StoreError> {
    let known = store.saved_searches(user)?.into_iter().find(|known| case_fold(&known.name) == case_fold(name.trim()));
    match query {
        Some(query) => store.save_search(user, &name, query)?,
        None => store.delete_search(user, &name)?,
    }
    Ok(UndoableAction::SaveSearch(name, known.map(|known| known.query)))
}

/// Creates a list with users; `None` deletes it.
fn set_list(
    store: &mut Store,
    user: UserId,
    name: String,
    members: Option<Vec<(UserId, Nickname)>>,
) -> Result<UndoableAction, StoreError> {
    let before = match members {
        Some(members) => {
            let members: Vec<_> = members.into_iter().map(|(id, _)| id).collect();
            store.create_list(user, &name, &members)?;
            None
        }
        None => {
            let members = store.list_members(user, &name)?;
            store.delete_list(user, &name)?;
            Some(members.into_iter().map(|user| (user.id, user.nickname)).collect())
        }
    };
    Ok(UndoableAction::SetList(name, before))
}

/// Sets what a user says about themselves.
fn set_profile(
    store: &mut Store,
    user: UserId,
    name: Nickname,
    fields: ProfileFields,
) -> Result<UndoableAction, StoreError> {
    let before = profiles::fields(store, user)?;
    let ProfileFields { display_name, about_me, email, avatar } = fields;
    let edit = UserEdit {
        display_name: Some(display_name),
        about_me: Some(about_me),
        email: Some(email),
        avatar: Some(avatar),
    };
    store.edit_user(user, &edit)?;
    Ok(UndoableAction::SetProfile(user, name, Box::new(before)))
}

/// Discards an entry of the outbox. A post that was not published is deleted with it.
fn discard_outbox_entry(store: &mut Store, entry: Box<OutboxEntry>) -> Result<UndoableAction, StoreError> {
    store.discard_outbox_entry(entry.id, Timestamp::now())?;
    Ok(match (entry.action, entry.post) {
        (OutboxAction::Post, Some(post)) => UndoableAction::RestorePosts(vec![post]),
        _ => UndoableAction::RestoreOutboxEntry(entry),
    })
}

fn pin(store: &mut Store, user: UserId, ids: &[PostId], on: bool) -> Result<UndoableAction, StoreError> {
    let changed = if on { store.pin_posts(user, ids, Timestamp::now()) } else { store.unpin_posts(user, ids) }?;
    Ok(UndoableAction::Pin(changed, Some(!on)))
}

/// Deletes a scheduled post; its text becomes a draft again, if that is asked for.
fn unschedule(store: &mut Store, user: UserId, id: ScheduledId, to_draft: bool) -> Result<UndoableAction, StoreError> {
    let scheduled = store.scheduled_post(user, id)?;
    store.delete_scheduled_posts(user, &[id])?;
    let mut draft = None;
    if to_draft {
        // A draft that is there stays as it is: this one takes a slot of its own.
        let purpose = Purpose::replying_to(scheduled.reply_to);
        let bodies = [&scheduled.body].into_iter().chain(&scheduled.rest).map(Body::as_str);
        let saved = bodies.collect::<Vec<_>>().join("\n\n");
        let new = OpenDraft { details: scheduled.details.clone(), ..OpenDraft::default() };
        let slot = store.save_open_draft(user, purpose, &new, &saved, Timestamp::now())?;
        draft = Some(OpenDraft { slot, saved, ..new });
    }
    let ScheduledPost { reply_to, body, rest, post_at, details, .. } = scheduled;
    Ok(UndoableAction::Schedule { reply_to, body, rest, details, post_at, draft })
}

#[cfg(test)]
mod tests;
