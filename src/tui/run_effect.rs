//! Carries out store effects on the connection of the loop. Each takes well under a frame; what may take longer is a job
//! of the workers.

pub(super) mod actions;
mod drafts;
pub(super) mod export;
pub(super) mod pages;
mod profiles;
pub(super) mod users;

use super::screens;
use super::screens::compose::completion::MAX_SUGGESTIONS;
use super::state::{Message, Profile, StoreEffect};
use super::thread::Reactions;
use crate::model::{
    Arrival, Body, NewPost, Nickname, OpenDraft, Panes, PostId, Purpose, Timeline, Timestamp, User, UserId, case_fold,
};
use crate::store::{BusyTimeout, DatabaseError, DraftKey, Store, StoreError, Viewer};
use crate::text::restored_only_here;
use crate::text_recovery;

/// Users before and after the active one that the first screen may show.
const NEARBY: usize = 100;
/// Followed users, the latest first, among whom completions are looked for.
const FOLLOWED: usize = 200;
/// Users who are named as liking or boosting a post.
const REACTED: usize = 30;
/// Tags in a profile.
const TAGS: usize = 8;
/// The time that a profile shows activity of, in microseconds: a year and the rest of a week.
const YEAR: i64 = 371 * 24 * 3600 * 1_000_000;

/// What a notice says while another process holds the write lock.
const BUSY: &str = "another program is writing, perhaps an import";

/// Carries out an effect for a reader; returns the message that follows from it, if any.
pub(super) fn run(store: &mut Store, reader: Option<UserId>, effect: StoreEffect) -> Option<Message> {
    store.mend_log_index();
    let viewer = reader.map_or_else(Viewer::default, Viewer::of);
    let done = match effect {
        StoreEffect::LoadPage(timeline, place) => pages::page(store, viewer, timeline, place).map(Some),
        StoreEffect::ReloadPage { timeline, range, newest, arrived } => {
            pages::reload(store, viewer, timeline, range, (newest, arrived)).map(Some)
        }
        StoreEffect::LoadUnreadPage(user, timeline, place, read) => {
            pages::unread_page(store, (user, &read), timeline, place).map(Some)
        }
        StoreEffect::ReloadUnreadPage { user, timeline, read, range, newest } => {
            pages::reload_unread(store, (user, &read), timeline, range, newest).map(Some)
        }
        StoreEffect::OpenAt(timeline, at) => pages::around(store, viewer, timeline, at).map(Some),
        StoreEffect::GoToDate(timeline, from, to) => pages::at_date(store, viewer, timeline, (from, to)).map(Some),
        StoreEffect::OpenNextUnread(user, timeline, before) => {
            pages::next_unread(store, viewer, user, timeline, before).map(Some)
        }
        StoreEffect::OpenTimeline(user, timeline, start) => pages::open(store, viewer, user, timeline, start).map(Some),
        StoreEffect::SavePosition(user, timeline, place) => Ok(save_position(store, user, &timeline, place)),
        StoreEffect::LoadPanes => store.panes().map(|panes| Some(Message::Panes(panes))),
        StoreEffect::SavePanes(panes) => save_panes(store, panes),
        StoreEffect::LoadDetailUsed(user) => load_detail_used(store, user),
        StoreEffect::SaveDetailUsed(user) => Ok(save_detail_used(store, user)),
        StoreEffect::LoadNearbyUsers => users::nearby(store, reader).map(Some),
        StoreEffect::LoadThread(id) => store.thread_for(id, reader).map(|nodes| Some(Message::Thread(id, nodes))),
        StoreEffect::LoadReactions(id) => reactions(store, reader, id).map(|all| Some(Message::Reactions(id, all))),
        StoreEffect::LoadProfile(id) => profile(store, reader, id).map(Some),
        StoreEffect::LoadEditHistory(id) => store.history(id).map(|history| Some(Message::EditHistory(id, history))),
        StoreEffect::MarkRead(user, timeline, range, up_to) => Ok(mark_read(store, user, timeline, range, up_to)),
        StoreEffect::LoadOlderUnread(user, before, limit) => older_unread(store, user, before, limit).map(Some),
        StoreEffect::MarkPostsRead(user, timeline, keys, up_to) => {
            store.mark_posts_read(user, &timeline, &keys, up_to, Timestamp::now()).map(|()| None)
        }
        StoreEffect::MarkThreadRead(user, beside, keys) => {
            // A failure is not worth a notice: they stay unread.
            let mark = |store: &mut Store| store.mark_thread_read(user, beside.as_ref(), &keys, Timestamp::now());
            let _ = store.with_busy_timeout(BusyTimeout::Background, mark);
            Ok(None)
        }
        StoreEffect::MarkNotificationsSeen(user, ranges) => {
            // A failure is not worth a notice: they stay unread.
            let mark = |store: &mut Store| store.mark_notifications_seen(user, &ranges);
            let _ = store.with_busy_timeout(BusyTimeout::Background, mark);
            Ok(None)
        }
        StoreEffect::AskToMute(user, authors) => ask_to_mute(store, user, authors).map(Some),
        StoreEffect::LoadSavedSearches(user) => store.saved_searches(user).map(|all| Some(Message::SavedSearches(all))),
        StoreEffect::LoadLists(user, author) => lists(store, user, author).map(Some),
        StoreEffect::LoadPoll(user, post) => {
            store.poll(user, post).map(|poll| Some(Message::Poll(post, Box::new(poll))))
        }
        StoreEffect::LoadScreen(user, name) => {
            screens::load(store, user, name).map(|screen| screen.map(Message::ScreenLoaded))
        }
        StoreEffect::ExportPosts { title, posts, path } => {
            Ok(Some(Message::PostsExported(export::run(title, posts, &path))))
        }
        StoreEffect::LoadTabs(user) => store.tabs(user).map(|tabs| Some(Message::Tabs(user, tabs))),
        StoreEffect::LoadDrafts(user) => drafts::list(store, user).map(Some),
        StoreEffect::ResumeDraft(user, purpose, slot, orphaned) => {
            drafts::resume(store, DraftKey { user, purpose, slot }, orphaned).map(Some)
        }
        StoreEffect::MoveDraft { from, to, purpose, draft, text, merge } => {
            drafts::move_to(store, (from, to), purpose, &draft, text, merge).map(Some)
        }
        StoreEffect::LoadCompletions(user, word) => completions(store, user, word).map(Some),
        StoreEffect::SendThread(first, rest, draft) => Ok(Some(send_thread(store, first, &rest, &draft))),
        StoreEffect::SendPost(post, draft) => Ok(Some(send_post(store, post, &draft))),
        StoreEffect::LoadDraft(author, reply_to) => drafts::open(store, author, reply_to).map(Some),
        StoreEffect::SaveDraft(user, purpose, draft, text) => Ok(Some(save_draft(store, user, purpose, draft, text))),
        StoreEffect::SaveText(text) => Ok(Some(save_text(store, &text))),
        StoreEffect::Perform(user, direction, action) => Ok(Some(actions::run(store, user, direction, action))),
        StoreEffect::CheckRestored(user, posts) => store
            .server_without(user, &posts)
            .map(|server| server.map(|server| Message::Notice(restored_only_here(&server)))),
        StoreEffect::RetryOutboxEntry(id) => store.retry_outbox_entry(id, Timestamp::now()).map(|_| None),
        StoreEffect::SwitchUser(id) => store.set_active_user(id, Timestamp::now()).map(|_| None),
        StoreEffect::AddUser(user) => Ok(Some(profiles::add(store, &user))),
        StoreEffect::EditUser(user, edit) => Ok(Some(Message::UserEdited(profiles::edit(store, user, edit)))),
    };
    done.unwrap_or_else(|error: StoreError| Some(Message::Failed(error.to_string())))
}

/// Loads unread posts of a home timeline before a key, with what they reply to.
fn older_unread(store: &Store, user: UserId, before: Timestamp, limit: usize) -> Result<Message, StoreError> {
    let posts = store.unread_page(user, &Timeline::Home(user), Some(before), limit)?;
    store.parents(&posts).map(|parents| Message::OlderUnread(posts, parents))
}

/// Saves the position in a timeline. A failure is not worth a notice: the next start only opens another post.
fn save_position(store: &mut Store, user: UserId, timeline: &Timeline, place: Option<Timestamp>) -> Option<Message> {
    let _ = store.with_busy_timeout(BusyTimeout::Background, |store| store.save_cursor(user, timeline, place));
    None
}

fn save_panes(store: &mut Store, panes: Panes) -> Result<Option<Message>, StoreError> {
    store.save_panes(panes).map(|()| None)
}

fn load_detail_used(store: &Store, user: UserId) -> Result<Option<Message>, StoreError> {
    store.has_used_detail(user).map(|used| used.then_some(Message::DetailUsed))
}

/// Saves that a user knows the detail pane. A failure only shows the hint once more.
fn save_detail_used(store: &mut Store, user: UserId) -> Option<Message> {
    let _ = store.with_busy_timeout(BusyTimeout::Background, |store| store.set_detail_used(user, Timestamp::now()));
    None
}

fn mark_read(
    store: &mut Store,
    user: UserId,
    timeline: Timeline,
    range: (Timestamp, Timestamp),
    up_to: Arrival,
) -> Option<Message> {
    let mark = |store: &mut Store| store.mark_read(user, &timeline, range, up_to, Timestamp::now());
    match store.with_busy_timeout(BusyTimeout::None, mark) {
        Ok(()) => None,
        Err(StoreError::Database(DatabaseError::Busy)) => Some(Message::MarkReadFailed(timeline, None)),
        Err(error) => Some(Message::MarkReadFailed(timeline, Some(error.to_string()))),
    }
}

/// Sends a post, which is dated now.
fn send_post(store: &mut Store, post: NewPost, draft: &OpenDraft) -> Message {
    let post = NewPost { created_at: Timestamp::now(), ..post };
    let sent = store.add_post_from_draft(&post, draft);
    Message::Posted(sent.map(|id| vec![id]).map_err(|error| error.to_string()))
}

/// Sends a post and the replies that continue it.
fn send_thread(store: &mut Store, first: NewPost, rest: &[Body], draft: &OpenDraft) -> Message {
    let first = NewPost { created_at: Timestamp::now(), ..first };
    Message::Posted(store.add_thread_from_draft(&first, rest, draft).map_err(|error| error.to_string()))
}

fn save_draft(store: &mut Store, user: UserId, purpose: Purpose, draft: OpenDraft, text: String) -> Message {
    let saved = store.with_busy_timeout(BusyTimeout::Background, |store| {
        store.save_open_draft(user, purpose, &draft, &text, Timestamp::now())
    });
    match saved {
        Ok(slot) => {
            let saved = if text.trim().is_empty() { String::new() } else { text };
            Message::DraftSaved { user, purpose, moved: slot != draft.slot, draft: OpenDraft { slot, saved, ..draft } }
        }
        Err(StoreError::Database(DatabaseError::Busy)) => Message::DraftNotSaved(BUSY.to_owned()),
        Err(error) => Message::DraftNotSaved(error.to_string()),
    }
}

/// Saves a text to a file beside the database.
fn save_text(store: &Store, text: &str) -> Message {
    let folder = store.path().parent().unwrap_or(store.path());
    let saved = text_recovery::save(text, folder).map(|file| file.display().to_string());
    Message::TextSaved(saved.map_err(|error| error.to_string()))
}

/// Finds out whether a user mutes all of these authors.
fn ask_to_mute(store: &Store, user: UserId, authors: Vec<(UserId, Nickname)>) -> Result<Message, StoreError> {
    let mut on = false;
    for (author, _) in &authors {
        on |= !store.relation(user, *author)?.muted;
    }
    Ok(Message::AskToMute { authors, on })
}

/// Loads the lists of a user, and whether an author is in each.
fn lists(store: &Store, user: UserId, author: Option<(UserId, Nickname)>) -> Result<Message, StoreError> {
    let having = author.as_ref().map(|(id, _)| store.lists_with(user, *id)).transpose()?.unwrap_or_default();
    let has_author = |name: &str| having.iter().any(|(list, has)| list == name && *has);
    let lists = store.lists(user)?.into_iter().map(|list| (has_author(&list.name), list));
    Ok(Message::Lists { author, lists: lists.map(|(has, list)| (list, has)).collect() })
}

/// Finds tags, or followed users, that start with a word.
fn completions(store: &Store, user: UserId, word: String) -> Result<Message, StoreError> {
    if let Some(tag) = word.strip_prefix('#') {
        let tags = store.tags(tag, MAX_SUGGESTIONS)?.into_iter().map(|tag| tag.name).collect();
        return Ok(Message::Completions(word, tags));
    }
    let prefix = case_fold(word.trim_start_matches('@'));
    let followed = store.following(user, FOLLOWED)?.into_iter().map(|followed| followed.user.nickname);
    let matching = followed.filter(|name| name.key().starts_with(&prefix)).take(MAX_SUGGESTIONS);
    let names = matching.map(|name| name.as_str().to_owned()).collect();
    Ok(Message::Completions(word, names))
}

fn reactions(store: &Store, reader: Option<UserId>, id: PostId) -> Result<Reactions, StoreError> {
    let names = |users: Vec<User>| users.into_iter().map(|user| user.nickname).collect();
    let account = reader.map(|reader| store.account_of(reader)).transpose()?.flatten();
    let on_server = match account {
        Some(account) => store.server_status(account.user.id, id)?.map(|status| (account.server, status)),
        None => None,
    };
    let (likes, boosts) = (names(store.liked_by(id, REACTED)?), names(store.boosted_by(id, REACTED)?));
    Ok(Reactions { likes, boosts, on_server })
}

fn profile(store: &Store, reader: Option<UserId>, id: UserId) -> Result<Message, StoreError> {
    let since = Timestamp::from_micros(Timestamp::now().micros() - YEAR);
    let profile = Profile {
        user: store.user_by_id(id)?,
        numbers: store.follow_counts(id)?,
        relation: reader.filter(|reader| *reader != id).map(|reader| store.relation(reader, id)).transpose()?,
        tags: store.tags_of(id, TAGS)?.into_iter().map(|tag| (tag.name, tag.uses)).collect(),
        activity: store.activity(id, since)?,
        pinned: store.pinned_posts(id, reader)?,
        feed: store.subscription_of(id)?,
        scroll: 0,
    };
    Ok(Message::Profile(Box::new(profile)))
}
