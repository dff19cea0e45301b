//! Loads again what is shown and may have changed.

use crate::model::{PostId, UserId};
use crate::tui::screens::timeline::{pages, unread};
use crate::tui::state::{Detail, Effect, FeedSelection, State, StoreEffect, WorkerEffect};

/// Loads everything that is shown again, avatars included, because another process may have changed it.
pub(super) fn refresh_all(state: &mut State) -> Vec<Effect> {
    state.avatars.invalidate();
    refresh(state)
}

/// Loads everything that is shown again, and fetches the feeds.
pub(super) fn refresh_with_feeds(state: &mut State) -> Vec<Effect> {
    let mut effects = refresh_all(state);
    if state.settings.feeds.offline {
        state.show_notice("reloaded, without the feeds: offline = true in the settings");
    } else if !state.read_only && !state.temporary {
        effects.push(WorkerEffect::RefreshFeeds(FeedSelection::All).into());
    }
    effects
}

/// Shows what a refresh of feeds came to. New posts appear as those of other processes do.
pub(super) fn feeds_refreshed(state: &mut State, result: Result<Option<String>, String>) -> Vec<Effect> {
    state.refreshing = None;
    if let Some(result) = result.transpose() {
        state.show_result(result);
    }
    state.topmost().and_then(|screen| screen.reload(state)).into_iter().collect()
}

/// Shows why your feed could not be published, and that it was in the end.
pub(super) fn published(state: &mut State, result: Result<(), String>) -> Vec<Effect> {
    let had_failed = std::mem::replace(&mut state.publish_failed, result.is_err());
    match result {
        Ok(()) if had_failed => state.show_result(Ok("your feed is published now".to_owned())),
        Ok(()) => vec![],
        Err(why) => state.show_result(Err(format!("not published, and tried again later: {why}"))),
    }
}

/// Loads a thread again for which posts were fetched.
pub(super) fn context_fetched(state: &State, of: PostId, posts: u64) -> Vec<Effect> {
    match &state.detail {
        Detail::Thread(thread) if thread.of == of && posts > 0 => vec![StoreEffect::LoadThread(of).into()],
        _ => vec![],
    }
}

/// Loads a profile again that has changed on a server.
pub(super) fn profile_fetched(state: &State, of: UserId, changed: bool) -> Vec<Effect> {
    match &state.detail {
        Detail::Profile(profile) if profile.user.id == of && changed => vec![StoreEffect::LoadProfile(of).into()],
        _ => vec![],
    }
}

/// Loads all panes again.
pub fn refresh(state: &State) -> Vec<Effect> {
    let mut effects = vec![WorkerEffect::LoadUsers.into()];
    effects.extend(pages::reload(state));
    effects.extend(unread::count(state));
    effects.extend(detail(state));
    effects
}

/// Loads what the detail pane shows again.
#[must_use]
pub fn detail(state: &State) -> Option<Effect> {
    let detail = match &state.detail {
        Detail::Thread(thread) => Some(StoreEffect::LoadThread(thread.of)),
        Detail::Profile(profile) => Some(StoreEffect::LoadProfile(profile.user.id)),
        Detail::History { of, .. } => Some(StoreEffect::LoadEditHistory(*of)),
        Detail::Empty => None,
    };
    detail.map(Effect::from)
}
