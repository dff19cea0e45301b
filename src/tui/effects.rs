//! Carries out what the screens ask for. The only part of the screens, beside the loop, that touches the
//! store.

mod deeds;
mod drafts;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::pictures::{Asked, Drawn, Small};
use super::state::{
    Effect, FRESH_LIMIT, Message, Profile, SettingsEffect, StoreEffect, TerminalEffect, Unread, WorkerEffect,
};
use super::thread::Reactions;
use super::update::COMPLETIONS;
use crate::config::StartAt;
use crate::editor;
use crate::model::{NewPost, Notification, PageStart, PostId, Purpose, Timeline, Timestamp, User, UserId, case_fold};
use crate::store::{BusyTimeout, DatabaseError, DraftKey, Store, StoreError, UserOrder, Viewer, Window};
use crate::text_recovery;

/// Posts that are loaded at a time.
const PAGE: usize = 50;
/// Most posts that are read again when something changed.
const RELOADED: usize = 1_000;
/// Users before and after the active one that are shown at once.
const NEARBY: usize = 100;
/// Notifications that are shown.
const TOLD: usize = 500;
/// Of so many who are followed, the newest, those that fit are offered first.
const FOLLOWED: usize = 200;
/// Of those who like or boosted a post, so many are named.
const REACTED: usize = 30;
/// Tags that a profile shows.
const TAGS: usize = 8;
/// What a profile shows of the past, in microseconds: a year and the rest of a week.
const YEAR: i64 = 371 * 24 * 3600 * 1_000_000;

/// Does one thing that was asked for, as the reader sees it; gives back what came of it.
pub(super) fn run(store: &mut Store, reader: Option<UserId>, effect: Effect) -> Option<Message> {
    let viewer = reader.map_or_else(Viewer::default, Viewer::of);
    let msg = match effect {
        Effect::Store(StoreEffect::LoadPage(..)) | Effect::Store(StoreEffect::ReloadPage { .. }) => {
            read(store, viewer, effect)
        }
        Effect::Store(StoreEffect::OpenTimeline(user, timeline, start)) => open(store, viewer, user, timeline, start),
        Effect::Store(StoreEffect::SavePosition(user, timeline, place)) => {
            // Where one was is not worth a complaint.
            let _ = store.with_busy_timeout(BusyTimeout::Background, |store| store.save_cursor(user, &timeline, place));
            return None;
        }
        Effect::Store(StoreEffect::LoadPanes) => store.panes().map(Message::Panes),
        Effect::Store(StoreEffect::SavePanes(panes)) => {
            return store.save_panes(panes).err().map(|error| Message::Failed(error.to_string()));
        }
        Effect::Store(StoreEffect::LoadDetailUsed(user)) => match store.has_used_detail(user) {
            Ok(detail_used) => return detail_used.then_some(Message::DetailUsed),
            Err(error) => Err(error),
        },
        Effect::Store(StoreEffect::SaveDetailUsed(user)) => {
            // Told once more is no harm.
            let _ =
                store.with_busy_timeout(BusyTimeout::Background, |store| store.set_detail_used(user, Timestamp::now()));
            return None;
        }
        Effect::Store(StoreEffect::LoadUsers) => {
            store.users(UserOrder::Nickname, false).and_then(|users| Ok(Message::Users(users, store.active_user()?)))
        }
        Effect::Store(StoreEffect::LoadNearbyUsers) => nearby(store, reader),
        Effect::Store(StoreEffect::LoadThread(id)) => {
            store.thread_for(id, reader).map(|places| Message::Thread(id, places))
        }
        Effect::Store(StoreEffect::LoadReactions(id)) => {
            reactions(store, id).map(|reactions| Message::Reactions(id, reactions))
        }
        Effect::Store(StoreEffect::LoadProfile(id)) => {
            profile(store, reader, id).map(|profile| Message::Profile(Box::new(profile)))
        }
        Effect::Store(StoreEffect::LoadEditHistory(id)) => {
            store.history(id).map(|versions| Message::EditHistory(id, versions))
        }
        Effect::Store(StoreEffect::MarkRead(user, timeline, up_to)) => {
            let why = match store
                .with_busy_timeout(BusyTimeout::Background, |store| store.mark_read(user, &timeline, up_to))
            {
                Ok(_) => return None,
                Err(StoreError::Database(DatabaseError::Busy)) => None,
                Err(error) => Some(error.to_string()),
            };
            Ok(Message::MarkReadFailed(timeline, why))
        }
        Effect::Store(StoreEffect::LoadNotifications(user)) => told(store, user).map(Message::Notifications),
        Effect::Store(StoreEffect::LoadSavedSearches(user)) => store.saved_searches(user).map(Message::SavedSearches),
        Effect::Store(StoreEffect::LoadDrafts(user)) => drafts::list(store, user),
        Effect::Store(StoreEffect::ResumeDraft(user, purpose, orphaned)) => {
            drafts::resume(store, user, purpose, orphaned)
        }
        Effect::Store(StoreEffect::MoveDraft { from, to, purpose, text, merge }) => {
            drafts::hand_over(store, (from, to), purpose, text, merge)
        }
        Effect::Store(StoreEffect::LoadCompletions(user, word)) => {
            complete(store, user, &word).map(|found| Message::Completions(word, found))
        }
        Effect::Store(StoreEffect::SendThread(first, rest)) => {
            let first = NewPost { created_at: Timestamp::now(), ..first };
            let sent = store.add_thread_from_draft(&first, &rest).map_err(|error| error.to_string());
            Ok(Message::Posted(sent.and_then(|ids| ids.first().copied().ok_or_else(String::new))))
        }
        // These are the session's and the worker's.
        Effect::Worker(WorkerEffect::Search { .. })
        | Effect::Store(StoreEffect::SwitchUser(_))
        | Effect::Worker(WorkerEffect::LoadStats { .. })
        | Effect::Worker(WorkerEffect::CountUnread { .. })
        | Effect::Worker(WorkerEffect::LoadAvatars(..))
        | Effect::Terminal(TerminalEffect::CopyText(_))
        | Effect::Worker(WorkerEffect::Import(..))
        | Effect::Worker(WorkerEffect::CancelImport)
        | Effect::Settings(SettingsEffect::ListThemes)
        | Effect::Settings(SettingsEffect::PreviewTheme(_))
        | Effect::Settings(SettingsEffect::ChooseTheme(_))
        | Effect::Settings(SettingsEffect::ChooseKeyPreset(_)) => return None,
        Effect::Store(StoreEffect::LoadDraft(author, reply_to)) => {
            let purpose = Purpose::replying_to(reply_to.as_ref().map(|post| post.id));
            let draft = DraftKey { user: author, purpose };
            store.draft(draft).map(|text| Message::Draft { author, reply_to, text })
        }
        Effect::Store(StoreEffect::SaveDraft(user, purpose, text)) => {
            let saved = store.with_busy_timeout(BusyTimeout::Background, |store| {
                store.save_draft(DraftKey { user, purpose }, &text, Timestamp::now())
            });
            return saved.err().map(|error| match error {
                StoreError::Database(DatabaseError::Busy) => {
                    Message::DraftNotSaved("another program is writing, perhaps an import".to_owned())
                }
                error => Message::DraftNotSaved(error.to_string()),
            });
        }
        Effect::Store(StoreEffect::SaveText(text)) => {
            let folder = store.path().parent().unwrap_or(store.path());
            let kept = text_recovery::save(&text, folder).map(|file| file.display().to_string());
            Ok(Message::TextSaved(kept.map_err(|error| error.to_string())))
        }
        Effect::Store(StoreEffect::SendPost(post)) => {
            let post = NewPost { created_at: Timestamp::now(), ..post };
            Ok(Message::Posted(store.add_post_from_draft(&post).map_err(|error| error.to_string())))
        }
        Effect::Store(StoreEffect::Perform(user, direction, deed)) => Ok(deeds::run(store, user, direction, deed)),
        Effect::Store(StoreEffect::AddUser(user)) => {
            Ok(Message::UserAdded(store.add_user(&user, Timestamp::now()).map_err(|error| error.to_string())))
        }
        Effect::Terminal(TerminalEffect::OpenLink(link)) => {
            return open::that_detached(&link)
                .err()
                .map(|error| Message::Failed(format!("cannot open {link}: {error}")));
        }
        Effect::Terminal(TerminalEffect::EditText(text, command)) => {
            Ok(Message::Edited(editor::edit(&text, &command).map_err(|error| error.to_string())))
        }
    };
    Some(msg.unwrap_or_else(|error: StoreError| Message::Failed(error.to_string())))
}

/// Reads as many users around the reader as any screen shows.
fn nearby(store: &Store, reader: Option<UserId>) -> Result<Message, StoreError> {
    let stored = store.active_user()?;
    let users = match reader.or(stored.as_ref().map(|user| user.id)) {
        Some(user) => store.users_beside(user, NEARBY)?,
        None => store.users(UserOrder::Nickname, false)?,
    };
    Ok(Message::Users(users, stored))
}

/// Reads a page, or again what is loaded.
pub(super) fn read(store: &Store, viewer: Viewer, effect: Effect) -> Result<Message, StoreError> {
    match effect {
        Effect::Store(StoreEffect::LoadPage(timeline, place)) => load(store, viewer, timeline, place),
        Effect::Store(StoreEffect::ReloadPage { timeline, range, newest }) => {
            let (since, until) = (Some(range.start), Some(range.end));
            let window = Window { viewer, since, until, limit: RELOADED, ..Window::default() };
            let posts = store.timeline(&timeline, &window)?;
            let fresh = store.count_after(&timeline, viewer, newest, FRESH_LIMIT)?;
            Ok(Message::Reloaded { timeline, posts, fresh })
        }
        other => Ok(Message::Failed(format!("this is no reading: {other:?}"))),
    }
}

/// Reads a timeline around the place where its reader was or, if they were at its top, where they begin.
fn open(
    store: &Store,
    viewer: Viewer,
    user: UserId,
    timeline: Timeline,
    start: StartAt,
) -> Result<Message, StoreError> {
    let mark = store.read_mark(user, &timeline)?;
    let place = mark.and_then(|mark| mark.place);
    let unread = mark.filter(|_| start == StartAt::Unread).map(|mark| mark.seen);
    let Some(at) = place.or(unread) else { return load(store, viewer, timeline, PageStart::Newest) };
    let mut posts = store.timeline_page(&timeline, viewer, PageStart::After(at), PAGE + 1)?;
    let above = posts.len() > PAGE;
    if above {
        posts.remove(0);
    }
    // The post where they were, or the oldest that they have not read.
    let cursor = if place.is_some() { posts.len() } else { posts.len().saturating_sub(1) };
    let older =
        store.timeline_page(&timeline, viewer, PageStart::Before(Timestamp::from_micros(at.micros() + 1)), PAGE + 1)?;
    let below = older.len() > PAGE;
    posts.extend(older.into_iter().take(PAGE));
    Ok(Message::Opened { timeline, posts, cursor, more: (above, below) })
}

fn load(store: &Store, viewer: Viewer, timeline: Timeline, place: PageStart) -> Result<Message, StoreError> {
    // One more than a page tells whether there is more.
    let mut posts = store.timeline_page(&timeline, viewer, place, PAGE + 1)?;
    let more = posts.len() > PAGE;
    if more {
        match place {
            PageStart::Newest | PageStart::Before(_) => posts.truncate(PAGE),
            PageStart::Oldest | PageStart::After(_) => drop(posts.remove(0)),
        }
    }
    Ok(Message::Page { timeline, place, posts, more })
}

fn told(store: &mut Store, user: UserId) -> Result<Vec<Notification>, StoreError> {
    let told = store.notifications(user, None, TOLD)?;
    if let Some(newest) = told.first().filter(|newest| newest.unread && !store.is_read_only()) {
        store.mark_notifications_read(user, newest.at)?;
    }
    Ok(told)
}

fn complete(store: &Store, user: UserId, word: &str) -> Result<Vec<String>, StoreError> {
    if let Some(tag) = word.strip_prefix('#') {
        return Ok(store.tags(tag, COMPLETIONS)?.into_iter().map(|tag| tag.name).collect());
    }
    let beginning = case_fold(word.trim_start_matches('@'));
    let followed = store.following(user, FOLLOWED)?.into_iter().map(|followed| followed.user.nickname);
    let fits = followed.filter(|name| name.key().starts_with(&beginning)).take(COMPLETIONS);
    Ok(fits.map(|name| name.as_str().to_owned()).collect())
}

/// How much is unread of a user's timelines, and at home for others.
pub(super) fn unread(
    store: &Store,
    user: UserId,
    timelines: &[Timeline],
    users: &[UserId],
) -> Result<Unread, StoreError> {
    let counts = store.unread(user, timelines, FRESH_LIMIT)?;
    let timelines = timelines.iter().zip(counts).map(|(timeline, count)| {
        let seen = store.read_mark(user, timeline)?.map(|mark| mark.seen);
        Ok((timeline.clone(), count, seen))
    });
    let home = |id: &UserId| {
        let counts = store.unread(*id, &[Timeline::Home(*id)], FRESH_LIMIT)?;
        Ok((*id, counts.into_iter().next().unwrap_or(0)))
    };
    Ok(Unread {
        timelines: timelines.collect::<Result<_, StoreError>>()?,
        homes: users.iter().map(home).collect::<Result<_, StoreError>>()?,
        notifications: store.unread_notifications(user, FRESH_LIMIT)?,
    })
}

/// Looks up what users look like, and makes small what was not known so far.
pub(super) fn pictures(store: &Store, asked: Asked, drawn: Drawn) -> Result<Asked, StoreError> {
    let look = |(user, known): (UserId, Option<Arc<Small>>)| {
        let Some(picture) = store.avatar(user)? else { return Ok((user, None)) };
        let mut hasher = DefaultHasher::new();
        picture.bytes().hash(&mut hasher);
        let stamp = hasher.finish();
        let known = known.filter(|known| known.stamp == stamp);
        // What cannot be decoded was damaged where it lay: then there is none.
        Ok((user, known.or_else(|| Small::of(&picture, stamp, drawn).ok().map(Arc::new))))
    };
    asked.into_iter().map(look).collect()
}

fn reactions(store: &Store, id: PostId) -> Result<Reactions, StoreError> {
    let names = |users: Vec<User>| users.into_iter().map(|user| user.nickname).collect();
    Ok(Reactions { likes: names(store.liked_by(id, REACTED)?), boosts: names(store.boosted_by(id, REACTED)?) })
}

fn profile(store: &Store, reader: Option<UserId>, id: UserId) -> Result<Profile, StoreError> {
    let since = Timestamp::from_micros(Timestamp::now().micros() - YEAR);
    Ok(Profile {
        user: store.user_by_id(id)?,
        numbers: store.follow_counts(id)?,
        relation: reader.filter(|reader| *reader != id).map(|reader| store.relation(reader, id)).transpose()?,
        tags: store.tags_of(id, TAGS)?.into_iter().map(|tag| (tag.name, tag.uses)).collect(),
        activity: store.activity(id, since)?,
        scroll: 0,
    })
}
