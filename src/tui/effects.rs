//! Carries out what the screens ask for. The only part of the screens, beside the loop, that touches the
//! store.

use super::state::{Effect, FRESH_LIMIT, Msg};
use crate::editor;
use crate::model::{NewPost, Place, Timeline, Timestamp};
use crate::store::{Draft, Store, StoreError, UserOrder, Viewer, Window};

/// Posts that are loaded at a time.
const PAGE: usize = 100;
/// Most posts that are read again when something changed.
const RELOADED: usize = 1_000;

/// Does one thing that was asked for; gives back what came of it.
pub(super) fn run(store: &mut Store, effect: Effect) -> Option<Msg> {
    let msg = match effect {
        Effect::Load(timeline, place) => load(store, timeline, place),
        Effect::Reload { timeline, range, newest } => viewer(store).and_then(|viewer| {
            let (since, until) = (Some(range.start), Some(range.end));
            let window = Window { viewer, since, until, limit: RELOADED, ..Window::default() };
            let posts = store.read(&timeline, &window)?;
            let fresh = store.count_after(&timeline, viewer, newest, FRESH_LIMIT)?;
            Ok(Msg::Reloaded { timeline, posts, fresh })
        }),
        Effect::LoadUsers => {
            store.users(UserOrder::Nickname, false).and_then(|users| Ok(Msg::Users(users, store.active_user()?)))
        }
        Effect::LoadThread(id) => {
            store.thread(id).map(|posts| Msg::Thread(id, posts.into_iter().map(|t| (t.depth, t.post)).collect()))
        }
        Effect::LoadProfile(id) => store.user_by_id(id).map(Msg::Profile),
        Effect::LoadDraft(author, reply_to) => {
            let draft = Draft { user: author, reply_to: reply_to.as_ref().map(|post| post.id) };
            store.draft(draft).map(|text| Msg::Draft { author, reply_to, text })
        }
        Effect::SaveDraft(user, reply_to, text) => {
            return match store.try_save_draft(Draft { user, reply_to }, &text, Timestamp::now()) {
                Ok(()) => None,
                Err(error) => Some(Msg::DraftFailed(error.to_string())),
            };
        }
        Effect::Insert(post) => {
            let post = NewPost { created_at: Timestamp::now(), ..post };
            Ok(Msg::Posted(store.send(&post).map_err(|error| error.to_string())))
        }
        Effect::Delete(owner, id) => Ok(Msg::Deleted(
            store.delete_posts(owner, &[id], Timestamp::now()).map(|()| id).map_err(|error| error.to_string()),
        )),
        Effect::Switch(id) => store.switch(id, Timestamp::now()).map(Msg::Switched),
        Effect::AddUser(user) => {
            Ok(Msg::Added(store.add_user(&user, Timestamp::now()).map_err(|error| error.to_string())))
        }
        Effect::Edit(text) => Ok(Msg::Edited(editor::edit(&text).map_err(|error| error.to_string()))),
    };
    Some(msg.unwrap_or_else(|error: StoreError| Msg::Failed(error.to_string())))
}

/// For whom timelines are read.
fn viewer(store: &Store) -> Result<Viewer, StoreError> {
    Ok(store.active_user()?.map_or_else(Viewer::default, |user| Viewer::of(user.id)))
}

fn load(store: &Store, timeline: Timeline, place: Place) -> Result<Msg, StoreError> {
    // One more than a page tells whether there is more.
    let mut posts = store.read_at(&timeline, viewer(store)?, place, PAGE + 1)?;
    let more = posts.len() > PAGE;
    if more {
        match place {
            Place::Newest | Place::Before(_) => posts.truncate(PAGE),
            Place::Oldest | Place::After(_) => drop(posts.remove(0)),
        }
    }
    Ok(Msg::Page { timeline, place, posts, more })
}
